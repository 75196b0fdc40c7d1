"""Patterns: how they read, what they match, how they fail."""

from __future__ import annotations

import pytest

from cleaner.rules.pattern import MatchTimeout, PatternError, asked, captures, compile_pattern, full_match, search_all

MATCHES = [
    # pattern, target, does it cover all of it?
    ("Leave a reply", "LEAVE A  REPLY", True),
    ("Leave a reply", "Leave a reply now", False),
    ("Leave a reply", "Leave a\u00a0reply", True),
    ("It's “here” – now", 'It’s "here" - now', True),
    ("Wait …", "Wait ...", True),
    ("a ... z", "a z", True),
    ("a ... z", "a b c z", True),
    ("a ... z", "az", False),
    ("a...z", "az", True),
    ("... z", "z", True),
    ("... z", "a\nb z", True),
    ("a ...", "a", True),
    ("a ...", "ab", False),
    ("(Please) reply", "reply", True),
    ("(Please) reply", "Please reply", True),
    ("reply (now)", "reply", True),
    ("a (b) c", "a c", True),
    ("a (b) c", "a b c", True),
    ("a (b) c", "ab c", False),
    ("comment(s)", "comments", True),
    ("a (b (c)) d", "a b c d", True),
    ("a (b (c)) d", "a b d", True),
    ("a (b (c)) d", "a c d", False),
    (r"\(c\) 2024", "(c) 2024", True),
    ("1.5", "1x5", False),
    ("/a.c/", "abc", True),
    ("/a.c/", "ABC", False),
    ("/a.c/i", "ABC", True),
    ("by %{person}", "By Ada Byron", True),
    ("by %{person}", "by ada", False),
    ("/By %{person}/", "By Ada Byron", True),
    ("Straße", "STRASSE", False),  # no full case folding: lengths must not change
]


@pytest.mark.parametrize(("source", "target", "covers"), MATCHES)
def test_full_match(source: str, target: str, covers: bool) -> None:
    pattern = compile_pattern(source, {"person": "(?-i:[A-Z][a-z]+ [A-Z][a-z]+)"})
    assert (full_match(pattern, target, 0) is not None) == covers


@pytest.mark.parametrize(
    ("source", "message", "offset"),
    [
        ("/a(b/", "missing )", 4),
        ("/a/x", "unknown flag", 3),
        ("Leave (a reply", "never closed", 6),
        ("Leave a) reply", "without `(`", 7),
        ("%{persn} wrote", "did you mean %{person}?", 1),
    ],
)
def test_bad_patterns_say_where(source: str, message: str, offset: int) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(source, {"person": "x"})
    assert message in caught.value.message
    assert caught.value.offset is not None
    assert abs(caught.value.offset - offset) <= 1


def test_captures_come_in_the_order_of_the_text() -> None:
    pattern = compile_pattern(r"/(?P<author>\w+), (?P<published>\d+)(?P<title>x)?/", {})
    assert captures(full_match(pattern, "Ada, 1843", 0)) == (("author", "Ada"), ("published", "1843"))


def test_empty_matches_are_no_finds() -> None:
    assert search_all(compile_pattern("/x*/", {}), "axxb")[0].span() == (1, 3)


def test_endless_backtracking_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.rules.pattern.TIME_LIMIT", 0.05)
    pattern = compile_pattern(r"/(?:a|aa)+(?:a|aa)+(?:a|aa)+b\d/", {})
    with pytest.raises(MatchTimeout):
        full_match(pattern, "a" * 5000 + "c", 0)


def test_a_word_that_may_not_begin_a_line_may_begin_its_first_word() -> None:
    pattern = compile_pattern(r"/(?!(?:We|It)\b)\p{Lu}[\w ]+/", {})
    lines = ["We sell rope", "Website for rope", "Weather", "It rained", "Items"]
    wanted = ["Website for rope", "Weather", "Items"]
    assert list(asked(pattern).matching(lines)) == wanted
    assert [line for line in lines if asked(pattern).answer(line)] == wanted
