"""The resolver: who wins, what unites, and what becomes of the white space around a cut."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.resolve import resolve
from cleaner.rules.model import Rule
from cleaner.rules.page import Match
from cleaner.text.edit import Confidence, apply, check, invert
from cleaner.text.lines import Layout


def a_rule(name: str, confidence: Confidence = "likely", *, keeps: bool = False) -> Rule:
    return Rule(f"test/{name}", "line", "why", "promo", (), confidence, keeps=keeps)


def marked(text: str) -> tuple[str, list[Match]]:
    """A text in which ``[a:…]`` marks a removal by rule a; in capitals: by a rule that keeps."""
    plain, matches, at = "", [], 0
    for found in re.finditer(r"\[(\w):([^\]]*)\]", text):
        plain += text[at : found.start()]
        matches.append(
            Match(len(plain), len(plain) + len(found[2]), a_rule(found[1].lower(), keeps=found[1].isupper()))
        )
        plain += found[2]
        at = found.end()
    return plain + text[at:], matches


WHITE_SPACE = [
    # a line in the middle, at the start, at the end; with and without blank lines around it
    ("one\n[a:two]\nthree", "one\nthree"),
    ("one\n\n[a:two]\n\nthree", "one\n\nthree"),
    ("one\n\n[a:two]\nthree", "one\n\nthree"),
    ("one\n[a:two]\n\nthree", "one\n\nthree"),
    ("one\n\n\n[a:two]\n\nthree", "one\n\n\nthree"),
    ("one\n\n[a:two]\n\n\nthree", "one\n\n\nthree"),
    ("[a:one]\n\ntwo", "two"),
    ("\n\n[a:one]\n\ntwo", "\n\ntwo"),
    ("one\n\n[a:two]", "one"),
    ("one\n\n[a:two]\n", "one\n"),
    ("one\n\n[a:two]\n\n", "one\n\n"),
    ("[a:one]\n", ""),
    ("[a:one]", ""),
    ("\n[a:one]\n\n[b:two]\n", ""),
    ("\ufeff[a:one]\ntwo", "\ufefftwo"),
    ("one\r\n\r\n[a:two]\r\n\r\nthree\r\n", "one\r\n\r\nthree\r\n"),
    ("one\r\n[a:two]", "one"),
    ("one\r[a:two]\rthree", "one\rthree"),
    # runs of lines, by one rule or by several
    ("one\n\n[a:two]\n\n[b:three]\n\nfour", "one\n\nfour"),
    ("one\n[a:two\n\nthree]\nfour", "one\nfour"),
    ("one\n\n[a:two]\n[b:three]", "one"),
    # inside a line
    ("one [a:two] three", "one three"),
    ("one [a:two]", "one"),
    ("one [a:two]\nthree", "one\nthree"),
    ("[a:one] two", "two"),
    ("one[a:two]three", "onethree"),
    ("one[a: two] three", "one three"),
    ("今天。[a:分享。]明天", "今天。明天"),
    ("one [a:two] [b:three] four", "one four"),
    ("one\n[a:two] [b:three]\nfour", "one\nfour"),
    ("  one\n  [a:two] three", "  one\n  three"),
    # doubled blank lines that no cut touched stay as they were
    ("one\n\n\n\ntwo\n[a:three]\nfour", "one\n\n\n\ntwo\nfour"),
]


@pytest.mark.parametrize(("text", "expected"), WHITE_SPACE)
def test_white_space(text: str, expected: str) -> None:
    plain, matches = marked(text)
    edits = resolve(Layout(plain), matches).edits
    check(plain, edits)
    assert apply(plain, edits) == expected


def test_a_keep_beats_a_line() -> None:
    text = "one\ntwo\nthree"
    matches = [Match(4, 7, a_rule("a", "certain")), Match(4, 7, a_rule("k", keeps=True))]
    done = resolve(Layout(text), matches)
    assert done.edits == ()
    assert [(lost.match.rule.id, lost.by) for lost in done.shadowed] == [("test/a", ("test/k",))]


def test_a_section_goes_around_a_keep() -> None:
    text = "one\ntwo\nthree\nfour\nfive"
    matches = [Match(4, 18, a_rule("a")), Match(8, 13, a_rule("k", keeps=True))]
    done = resolve(Layout(text), matches)
    assert apply(text, done.edits) == "one\nthree\nfive"


def test_removals_unite_and_the_largest_owns() -> None:
    text = "one two three four"
    matches = [Match(0, 7, a_rule("b")), Match(4, 13, a_rule("d")), Match(4, 7, a_rule("c", "certain"))]
    (edit,) = resolve(Layout(text), matches).edits
    assert edit.rules == ("test/d", "test/b", "test/c")
    assert (edit.confidence, apply(text, [edit])) == ("likely", "four")


def test_of_two_alike_the_more_confident_owns() -> None:
    matches = [Match(0, 3, a_rule("a")), Match(0, 3, a_rule("b", "certain"))]
    (edit,) = resolve(Layout("one\ntwo"), matches).edits
    assert edit.rules == ("test/b", "test/a")


def test_replacements() -> None:
    text = "abcdef ghi"
    long, short, late, inside = (
        Match(0, 4, a_rule("b"), "X"),
        Match(0, 2, a_rule("a"), "Y"),
        Match(3, 6, a_rule("a"), "Z"),
        Match(7, 8, a_rule("a"), "W"),
    )
    cut = Match(7, 10, a_rule("c"))
    done = resolve(Layout(text), [late, inside, short, cut, long])
    assert apply(text, done.edits) == "Xef"
    assert {lost.match for lost in done.shadowed} == {late, short, inside}


@st.composite
def scenes(draw: st.DrawFn) -> tuple[str, list[Match]]:
    text = draw(st.text(alphabet="ab \n\r\t。", max_size=40))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    rules = st.sampled_from([a_rule("a"), a_rule("b", "certain"), a_rule("k", keeps=True)])
    matches = [
        Match(min(span), max(span), rule, replacement)
        for span, rule, replacement in draw(
            st.lists(st.tuples(spans, rules, st.sampled_from(["", "", "x"])), max_size=6)
        )
        if span[0] != span[1]
    ]
    return text, matches


@given(scenes(), st.randoms())
def test_laws(scene: tuple[str, list[Match]], random: object) -> None:
    text, matches = scene
    layout = Layout(text)
    done = resolve(layout, matches)
    check(text, done.edits)  # law 3
    clean = apply(text, done.edits)
    assert apply(clean, invert(done.edits)) == text  # law 1
    shuffled = list(matches)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(layout, shuffled).edits == done.edits  # law 4
    assert _lost(text, clean) <= _proposed(text, matches)
    if not matches:
        assert clean == text  # law 7


def _lost(text: str, clean: str) -> int:
    return sum(not c.isspace() for c in text) - sum(not c.isspace() for c in clean.replace("x", ""))


def _proposed(text: str, matches: Sequence[Match]) -> int:
    """How many characters that are not white space the matches cover together."""
    covered = {n for m in matches if not m.rule.keeps for n in range(m.start, m.end)}
    return sum(not text[n].isspace() for n in covered)
