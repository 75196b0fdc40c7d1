"""What the tests of this room draw at random: texts full of line ends, and edits that are sound for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from cleaner.text.edit import CONFIDENCES, Edit

LETTERS = st.sampled_from("ab \u00e9\u4e2d\U0001f600\u2028\ufeff")
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
# Short on purpose: what goes wrong does so where edits, line ends and the ends of the text meet.
TEXTS = st.lists(st.one_of(LETTERS, LETTERS, ENDS), max_size=40).map("".join)
PIECES = st.one_of(st.sampled_from(["", "", "\n"]), st.lists(st.one_of(LETTERS, ENDS), max_size=6).map("".join))


@st.composite
def _edits(draw: st.DrawFn, text: str) -> tuple[Edit, ...]:
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    edits = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        old = text[start:end]
        rule = f"test/{draw(st.integers(0, 3))}"
        captures = (("name", old),) if draw(st.booleans()) else ()
        confidence = draw(st.sampled_from(CONFIDENCES))
        new = draw(st.one_of(PIECES, st.just(old)))
        edits.append(Edit(start, end, old, new, (rule,), confidence=confidence, captures=captures))
    return tuple(edits)


@pytest.fixture(scope="session")
def texts() -> st.SearchStrategy[str]:
    """Any text."""
    return TEXTS


@pytest.fixture(scope="session")
def edits_of() -> Callable[[str], st.SearchStrategy[tuple[Edit, ...]]]:
    """Edits that are sound for a text: some touch, some are empty, some change nothing."""
    return _edits
