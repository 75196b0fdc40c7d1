"""Folding, and the lines that say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.fold import copies, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It Rained", "it  rained"),
        ("- “It’s over”", '"It\'s over"'),
        ("## Storm – a report **", "storm - a report"),
        ("Stra\u00dfe", "STRASSE"),
        ("cafe\u0301", "CAF\u00c9"),
        ("a\u00a0b\tc", "a b c"),
        ("`so`", "'so'"),
    ],
)
def test_lines_that_say_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert copies([one, "x", other], [0, 1, 2]) == [[0, 2]]


def test_marks_inside_a_line_count() -> None:
    assert fold("a - b") != fold("a b")


WORDS = st.sampled_from(
    [
        "a",
        "B",
        "b.",
        "-b",
        "`b",
        "\u2019b",
        "b_",
        "*",
        "\u00e9",
        "e\u0301",
        "\t",
        "\u00a0",
        "\u2014",
        "A1",
        "\u00df",
        "ss",
    ]
)


@given(st.lists(st.lists(WORDS, max_size=4).map(" ".join).map(str.strip), max_size=8))
def test_copies_are_all_lines_of_one_folding(lines: list[str]) -> None:
    groups: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        groups.setdefault(fold(line), []).append(number)
    assert copies(lines, range(len(lines))) == [group for key, group in groups.items() if key and len(group) > 1]
