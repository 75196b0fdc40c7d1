"""The small generic families, on articles that look like furniture and on pages that carry it.

In ``tests/fixtures/generic/small``, ``keep-NAME.txt`` is an article in which nothing may go; ``cut-NAME.txt`` is a
page as it was scraped and ``cut-NAME.clean.txt`` what is to be left of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.engine import Cleaner, Options
from cleaner.rules.load import Library, load_library
from cleaner.text.document import Document
from cleaner.witness import ExampleResult, run_examples

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "fixtures" / "generic" / "small"
FAMILIES = (
    "ad-label",
    "affiliate",
    "author-bio",
    "breadcrumb",
    "byline-date",
    "calls-to-action",
    "comment-form",
    "contact",
    "contents-table",
    "cookie-notice",
    "counters",
    "feedback",
    "headline-repeat",
    "legal",
    "newsletter",
    "notices",
    "page-title",
    "pagination",
    "paywall",
    "photo-credit",
    "player",
    "read-more",
    "related",
    "share-bar",
    "site-software",
    "tags",
    "who-and-when",
)


def _library() -> Library:
    return load_library(
        [ROOT / "rules" / "generic" / f"{family}.yaml" for family in FAMILIES],
        shipped=False,
        cache=False,
        examples=True,
    )


LIBRARY = _library()
LIKELY = Cleaner(LIBRARY, Options(repair="off"))


def _read(name: str) -> str:
    return (PAGES / f"{name}.txt").read_bytes().decode()


def _names(prefix: str) -> list[str]:
    return sorted(path.stem for path in PAGES.glob(f"{prefix}-*.txt") if "." not in path.stem)


@pytest.mark.parametrize(
    "example",
    list(run_examples(LIBRARY, LIBRARY.packs["generic"].rules)),
    ids=lambda example: f"{example.rule_id}:{example.place.line}",
)
def test_example(example: ExampleResult) -> None:
    assert example.got == example.expected


@pytest.mark.parametrize("name", _names("keep"))
def test_article_stays_whole(name: str) -> None:
    result = LIKELY.clean(Document(name, _read(name)))
    assert [(edit.rules, edit.old) for edit in result.edits] == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("blank", [True, False], ids=["blank lines", "no blank lines"])
@pytest.mark.parametrize("name", _names("cut"))
def test_page_loses_its_furniture(name: str, blank: bool, line_end: str) -> None:
    text, clean = _read(name), _read(f"{name}.clean")
    if not blank:
        text = text.replace("\n\n", "\n")
    result = LIKELY.clean(Document(name, text.replace("\n", line_end)))
    assert _lines(result.text) == _lines(clean)
    assert LIKELY.clean(Document(name, result.text)).text == result.text


@pytest.mark.parametrize("name", _names("keep"))
def test_article_stays_whole_without_blank_lines(name: str) -> None:
    text = _read(name).replace("\n\n", "\n")
    assert [(edit.rules, edit.old) for edit in LIKELY.clean(Document(name, text)).edits] == []


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
