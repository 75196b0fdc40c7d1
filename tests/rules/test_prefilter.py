"""The scan: whatever way it goes, it finds the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules import prefilter
from cleaner.rules.prefilter import Scanner, scanned

PIECES = st.text("ab -語ж", min_size=1, max_size=6) | st.text("ab -語", min_size=1, max_size=4).map("\n{}".format)


@given(
    st.lists(st.lists(PIECES | st.text("ab", min_size=1, max_size=2).map("{}\n".format), max_size=3), max_size=6),
    st.lists(st.text("ab -語ж", max_size=12), max_size=5),
)
def test_a_little_text_is_scanned_as_a_long_one(literals: list[list[str]], lines: list[str]) -> None:
    scan = scanned(lines)
    little, long = Scanner(literals), Scanner(literals)
    long._scanned = prefilter.LITTLE  # so the automaton is made
    assert sorted(little.hits(scan)) == sorted(long.hits(scan))
    assert set(_lines(little, scan)) == set(_lines(long, scan))


def _lines(scanner: Scanner, scan: bytes) -> list[tuple[int, tuple[int, ...]]]:
    return [(number, tuple(owners)) for number, owners in scanner.by_line(scan)]
