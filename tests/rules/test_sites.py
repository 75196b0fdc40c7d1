"""Whole pages in the manner of large sites that no rule file is for, in several languages, against all shipped rules.

In ``tests/fixtures/sites``, ``NAME.clean.txt`` is what a reader wants of ``NAME.txt``, written by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, Document, load_library

PAGES = Path(__file__).parent.parent / "fixtures" / "sites"
NAMES = sorted(path.stem for path in PAGES.glob("*.txt") if not path.stem.endswith(".clean"))


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_library())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_is_what_a_reader_wants(cleaner: Cleaner, name: str) -> None:
    result = cleaner.clean(Document(name, (PAGES / f"{name}.txt").read_text(encoding="utf-8")))
    assert result.text == (PAGES / f"{name}.clean.txt").read_text(encoding="utf-8")
