"""What the tests of this room draw at random: texts full of line ends, and edits that are sound for them."""

from __future__ import annotations

from hypothesis import strategies as st

from cleaner.text.edit import Confidence, Edit

CONFIDENCES: list[Confidence] = ["maybe", "likely", "certain"]

LETTERS = st.sampled_from("ab \u00e9\u4e2d\U0001f600\u2028\ufeff")
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
TEXTS = st.lists(st.one_of(LETTERS, LETTERS, ENDS), max_size=40).map("".join)
"""Short on purpose: what goes wrong does so where edits, line ends and the ends of the text meet."""

PIECES = st.one_of(st.just(""), st.just(""), st.just("\n"), st.lists(st.one_of(LETTERS, ENDS), max_size=6).map("".join))


@st.composite
def edits_of(draw: st.DrawFn, text: str, prefix: str = "r") -> tuple[Edit, ...]:
    """Edits that are sound for ``text``; some touch, some are empty, some change nothing."""
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    edits = []
    for number, (start, end) in enumerate(zip(bounds[::2], bounds[1::2], strict=False)):
        old = text[start:end]
        new = draw(st.one_of(PIECES, st.just(old)))
        confidence = draw(st.sampled_from(CONFIDENCES))
        captures = ((f"{prefix}{number}", old),) if draw(st.booleans()) else ()
        rule = f"{prefix}/{draw(st.integers(0, 3))}"
        edits.append(Edit(start, end, old, new, (rule,), confidence=confidence, captures=captures))
    return tuple(edits)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, tuple[Edit, ...]]:
    """A text and edits that are sound for it."""
    text = draw(TEXTS)
    return text, draw(edits_of(text))
