"""The verbs and the conditions: every example in the files of ``tests/rules/verbs`` is a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.rules.load import load_library
from cleaner.witness import ExampleResult, run_examples

LIBRARY = load_library([Path(__file__).parent / "verbs"], shipped=False, examples=True)
RESULTS = [result for name in sorted(LIBRARY.packs) for result in run_examples(LIBRARY, LIBRARY.packs[name].rules)]


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: f"{r.rule_id}:{r.place.line}")
def test_example(result: ExampleResult) -> None:
    assert result.got == result.expected
