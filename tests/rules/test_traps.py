"""Texts that look like noise and are not: no line of them may go, alone or beside a long article.

Add one: a file under ``tests/fixtures/traps``. It is cleaned as it is, behind an article and ahead of one, since
what stands in the tail or head of a text is what rules look at most sharply.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, Document, load_library

TRAPS = Path(__file__).parent.parent / "fixtures" / "traps"
ARTICLE = (TRAPS / "body" / "article.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_library())


@pytest.mark.parametrize("path", sorted(TRAPS.glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("around", ["{}", f"{ARTICLE}\n{{}}", f"{{}}\n{ARTICLE}"], ids=["alone", "behind", "ahead"])
def test_nothing_goes(cleaner: Cleaner, path: Path, around: str) -> None:
    text = around.replace("{}", path.read_text(encoding="utf-8"))
    result = cleaner.clean(Document(path.stem, text))
    assert result.problem is None
    assert [(edit.rules, edit.old) for edit in result.edits] == []
