"""The quick answer about a place and the one in words are the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.model import Where
from cleaner.rules.page import Page
from cleaner.rules.where import PLACE, checks, is_placed
from cleaner.text.lines import Layout

PROSE = "The ferry across the river has carried people and sheep since the bridge was swept away in the spring flood. "
LINES = st.lists(st.sampled_from(["", "Home", "- one", PROSE * 3, "12:30", "It rained."]), min_size=1, max_size=30)
WHERES = st.builds(
    Where,
    first=st.none() | st.integers(1, 9),
    last=st.none() | st.integers(1, 9),
    after=st.none() | st.floats(0, 1),
    before=st.none() | st.floats(0, 1),
    parts=st.sets(st.sampled_from(["head", "body", "tail"])).map(frozenset),
)


@given(LINES, WHERES)
def test_is_placed(lines: list[str], where: Where) -> None:
    page = Page(Layout("\n".join(lines)))
    for number in page.layout.filled:
        answers = [check for check in checks(where, page, number, number) if check.name in PLACE]
        assert is_placed(where, page, number, number) == all(check.holds for check in answers)
