"""What stands behind the first sign of the page's end, and the menu ahead of the article, on whole pages.

In ``tests/fixtures/ends``, ``NAME.clean.txt`` is what all rules are to leave of ``NAME.txt``; where the sign stands
inside an article, that is everything but the sign.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, Document, load_library
from cleaner.witness import ExampleResult, run_examples

PAGES = Path(__file__).resolve().parents[1] / "fixtures" / "ends"
NAMES = sorted(path.stem for path in PAGES.glob("*.txt") if "." not in path.stem)

FILES = ("author-bio", "closing-note", "contact", "menus", "page-end")
LIBRARY = load_library(cache=False, examples=True)
RULES = [rule for rule in LIBRARY.packs["generic"].rules if Path(rule.place.file).stem in FILES]


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_library())


@pytest.mark.parametrize("blank", [True, False], ids=["blank lines", "no blank lines"])
@pytest.mark.parametrize("name", NAMES)
def test_page(cleaner: Cleaner, name: str, blank: bool) -> None:
    text, clean = ((PAGES / f"{name}{end}").read_text(encoding="utf-8") for end in (".txt", ".clean.txt"))
    if not blank:
        text = text.replace("\n\n", "\n")
    result = cleaner.clean(Document(name, text))
    assert _lines(result.text) == _lines(clean)
    assert cleaner.clean(Document(name, result.text)).text == result.text


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    "example", list(run_examples(LIBRARY, RULES)), ids=lambda example: f"{example.rule_id}:{example.place.line}"
)
def test_example(example: ExampleResult) -> None:
    assert example.got == example.expected
