"""Every pair of fixtures, wherever it stands: what was cut can be put back, and a second run changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.engine import Cleaner
from cleaner.rules.load import load_library
from cleaner.text.document import Document

FOLDER = Path(__file__).parent / "fixtures"
PAGES = sorted(path.with_name(path.name.replace(".clean.txt", ".txt")) for path in FOLDER.rglob("*.clean.txt"))


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_library())


def test_there_are_fixtures() -> None:
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_can_be_restored_and_is_done_once(cleaner: Cleaner, page: Path) -> None:
    text = page.read_bytes().decode("utf-8")
    result = cleaner.clean(Document(page.name, text))
    assert result.restore() == text
    assert cleaner.clean(Document(page.name, result.text)).text == result.text
