"""Runs of short lines, lines said twice, calls and references: their examples, and whole pages.

In ``tests/fixtures/runs``, ``NAME.clean.txt`` is what is to be left of ``NAME.txt``; for a trap, an article that
looks like furniture, the two are equal.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.engine import Cleaner, Options
from cleaner.rules.load import load_library
from cleaner.text.document import Document
from cleaner.witness import ExampleResult, run_examples

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "fixtures" / "runs"
FAMILIES = ("menus", "duplicates", "calls-to-action", "references")
LIBRARY = load_library(
    [ROOT / "rules" / "generic" / f"{family}.yaml" for family in FAMILIES], shipped=False, cache=False, examples=True
)
LIKELY = Cleaner(LIBRARY, Options(repair="off"))
NAMES = sorted(path.stem for path in PAGES.glob("*.txt") if "." not in path.stem)


@pytest.mark.parametrize(
    "example",
    list(run_examples(LIBRARY, LIBRARY.packs["generic"].rules)),
    ids=lambda example: f"{example.rule_id}:{example.place.line}",
)
def test_example(example: ExampleResult) -> None:
    assert example.got == example.expected


@pytest.mark.parametrize("name", NAMES)
def test_page_is_cleaned_and_stays_clean(name: str) -> None:
    text, clean = _read(name), _read(f"{name}.clean")
    result = LIKELY.clean(Document(name, text))
    assert result.text == clean
    assert LIKELY.clean(Document(name, result.text)).text == result.text


def test_references_are_only_reported() -> None:
    text = _read("trap-references")
    result = LIKELY.clean(Document("references", text))
    assert result.text == text
    assert [edit.rules for edit in result.proposed] == [("generic/references-list",)]


def _read(name: str) -> str:
    return (PAGES / f"{name}.txt").read_bytes().decode()
