"""The quick answer about a place and the one in words are the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.model import Where
from cleaner.rules.page import Page
from cleaner.rules.pattern import compile_pattern
from cleaner.rules.where import PLACE, checks, holds, is_placed
from cleaner.text.lines import Layout

PROSE = "The ferry across the river has carried people and sheep since the bridge was swept away in the spring flood. "
LINES = st.lists(st.sampled_from(["", "Home", "- one", PROSE * 3, "12:30", "It rained."]), min_size=1, max_size=30)
WHERES = st.builds(
    lambda **conditions: Where(**conditions),  # no others
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


def test_headlines_stand_ahead_of_the_first_paragraph() -> None:
    page = Page(Layout(f"Home\nNews\n\nThe ferry comes home\n{PROSE * 3}\nThe bridge\n"))
    assert page.headlines[:3] == ["Home", "News", "The ferry comes home"]
    assert "The bridge" not in page.headlines


def test_the_title_is_a_headline() -> None:
    assert Page(Layout(f"{PROSE}\nThe bridge\n"), title=" The ferry ").headlines == ["The ferry", PROSE.strip()]
    assert Page(Layout("")).headlines == []


def test_headline_is_asked_for() -> None:
    page = Page(Layout(f"The ferry comes home\n{PROSE * 3}\nThe bridge\n"))
    for expression, expected in ((".*ferry.*", True), (".*bridge.*", False)):
        where = Where(headline=(compile_pattern(f"/{expression}/", {}, shapes=False),))
        assert holds(where, page, 2, 2) is expected
        assert [check.holds for check in checks(where, page, 2, 2)] == [expected]
