"""The large generic families, comment threads and related links, on pages that carry them and on articles like them.

In ``tests/fixtures/big``, ``NAME.txt`` is a page as it was scraped and ``NAME.clean.txt`` what is to be left of it: of
``keep-NAME.txt`` everything.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.engine import Cleaner, Options
from cleaner.rules.load import load_library
from cleaner.text.document import Document
from cleaner.witness import ExampleResult, run_examples

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "fixtures" / "big"
FAMILIES = ("comment-thread", "related")
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


@pytest.mark.parametrize("blank", [True, False], ids=["blank lines", "no blank lines"])
@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, blank: bool) -> None:
    text, clean = _read(name), _read(f"{name}.clean")
    if not blank:
        text = text.replace("\n\n", "\n")
    result = LIKELY.clean(Document(name, text))
    assert result.problem is None
    assert _lines(result.text) == _lines(clean)
    assert LIKELY.clean(Document(name, result.text)).text == result.text


def _read(name: str) -> str:
    return (PAGES / f"{name}.txt").read_bytes().decode()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
