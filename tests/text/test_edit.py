"""Edits keep laws 1 and 3, alone and composed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.text.edit import Confidence, Edit, EditError, apply, check, compose, fingerprint, invert, original_span

Texts = st.SearchStrategy[str]
EditsOf = Callable[[str], st.SearchStrategy[tuple[Edit, ...]]]


def edit(
    start: int, old: str, new: str = "", rule: str = "test/a", confidence: Confidence = "certain", **captures: str
) -> Edit:
    end = start + len(old)
    return Edit(start, end, old, new, (rule,), confidence=confidence, captures=tuple(captures.items()))


@given(data=st.data())
def test_what_is_applied_can_be_inverted(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    edits = data.draw(edits_of(text))
    clean = apply(text, edits)
    assert apply(clean, invert(edits)) == text
    assert invert(invert(edits)) == edits
    check(clean, invert(edits))


@pytest.mark.parametrize(
    ("text", "edits", "clean"),
    [
        ("", [], ""),
        ("", [edit(0, "", "a")], "a"),
        ("abc", [], "abc"),
        ("abc", [edit(0, "abc")], ""),
        ("abc", [edit(1, "b", "BBB")], "aBBBc"),
        ("abc", [edit(0, "a"), edit(1, "b", "x"), edit(2, "c")], "x"),
        ("abc", [edit(3, "", "d"), edit(3, "", "e")], "abcde"),
        ("abc", [edit(1, "", "x"), edit(1, "b", "y")], "axyc"),
        ("a\U0001f600b", [edit(1, "\U0001f600")], "ab"),
        ("a\r\nb", [edit(1, "\r\n", "\n")], "a\nb"),
    ],
)
def test_apply(text: str, edits: list[Edit], clean: str) -> None:
    assert apply(text, edits) == clean


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([edit(1, "b"), edit(0, "a")], "edit at 0 begins before the one ahead of it ends (2)"),
        ([edit(0, "ab"), edit(1, "b")], "edit at 1 begins before the one ahead of it ends (2)"),
        ([edit(-1, "a")], "edit at -1 begins before"),
        ([replace(edit(0, "ab"), end=1)], "edit at 0:1 says it replaces 2 characters"),
        ([edit(0, "x")], "at 0:1 the text has 'a', the edit expects 'x'"),
        ([edit(2, "cd")], "edit at 2:4 lies beyond the end of the text (3)"),
        ([edit(9, "", "x")], "edit at 9:9 lies beyond the end of the text (3)"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edits: list[Edit], said: str) -> None:
    with pytest.raises(EditError) as caught:
        apply("abc", edits)
    assert said in str(caught.value)


@given(data=st.data())
def test_composed_edits_do_what_both_do(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    first = data.draw(edits_of(text))
    between = apply(text, first)
    second = data.draw(edits_of(between))
    both = compose(first, second)
    check(text, both)
    assert apply(text, both) == apply(between, second)
    assert apply(apply(text, both), invert(both)) == text
    assert all(one.old != one.new for one in both)


def _removals(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Only these: an edit that another one undoes takes its captures with it."""
    return tuple(one for one in edits if one.old and not one.new)


@given(data=st.data())
def test_composing_removals_loses_no_capture(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    first = _removals(data.draw(edits_of(text)))
    second = _removals(data.draw(edits_of(apply(text, first))))
    captures = [pair for one in (*first, *second) for pair in one.captures]
    assert sorted(pair for one in compose(first, second) for pair in one.captures) == sorted(captures)


@given(data=st.data())
def test_composing_in_any_order_of_steps_does_the_same(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    first = data.draw(edits_of(text))
    second = data.draw(edits_of(apply(text, first)))
    third = data.draw(edits_of(apply(apply(text, first), second)))
    left, right = compose(compose(first, second), third), compose(first, compose(second, third))
    assert apply(text, left) == apply(text, right)


@given(data=st.data())
def test_what_is_undone_leaves_nothing(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    edits = data.draw(edits_of(text))
    assert apply(text, compose(edits, invert(edits))) == text


COMPOSED = {
    # name: text, first, second, what comes out
    "apart": ("abcdef", [edit(0, "a", "A")], [edit(5, "f")], [edit(0, "a", "A"), edit(5, "f")]),
    "second ahead": ("abcdef", [edit(5, "f", "F")], [edit(0, "a")], [edit(0, "a"), edit(5, "f", "F")]),
    "shifted": ("abcdef", [edit(0, "ab")], [edit(2, "e")], [edit(0, "ab"), edit(4, "e")]),
    "touching": ("abcd", [edit(0, "ab", "x")], [edit(1, "cd", "y")], [edit(0, "ab", "x"), edit(2, "cd", "y")]),
    "taken back": ("abc", [edit(1, "b", "x")], [edit(1, "x", "b")], []),
    "put in and taken out": ("abc", [edit(1, "", "x")], [edit(1, "x")], []),
    "put in where it was taken out": (
        "abc",
        [edit(1, "b")],
        [edit(1, "", "x")],
        [edit(1, "b"), edit(2, "", "x")],
    ),
    "covered": ("abcd", [edit(1, "b", "x")], [edit(0, "axc", rule="test/b")], [edit(0, "abc", rule="test/b")]),
    "inside": (
        "abcd",
        [edit(0, "abcd", "wxyz", rule="test/b")],
        [edit(1, "xy")],
        [replace(edit(0, "abcd", "wz"), rules=("test/a", "test/b"))],
    ),
    "crossing": (
        "abcd",
        [edit(1, "bc", "xy", rule="test/b")],
        [edit(2, "yd")],
        [replace(edit(1, "bcd", "x"), rules=("test/a", "test/b"))],
    ),
    "a chain": (
        "abcdef",
        [edit(1, "b", "xx", rule="repair/x"), edit(4, "e", "yy", rule="repair/y")],
        [edit(2, "xcdy", rule="test/b")],
        [replace(edit(1, "bcde", "xy"), rules=("test/b", "repair/x", "repair/y"))],
    ),
    "nothing first": ("abc", [], [edit(0, "a"), edit(1, "b", "b")], [edit(0, "a")]),
    "nothing second": ("abc", [edit(0, "a", "a"), edit(1, "b")], [], [edit(1, "b")]),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_compose(name: str) -> None:
    text, first, second, composed = COMPOSED[name]
    check(text, first)
    check(apply(text, first), second)
    assert compose(first, second) == tuple(composed)


def test_a_cut_around_an_earlier_cut_carries_its_rule_and_captures() -> None:
    """As with two passes: the second takes the whole block, in which the first took the author's line."""
    first = [edit(4, "By Ada\n", rule="test/byline", author="Ada")]
    second = [edit(0, "Top\nEnd", rule="test/block", heading="Top")]
    (both,) = compose(first, second)
    assert both.old == "Top\nBy Ada\nEnd"
    assert both.rules == ("test/block", "test/byline")
    assert both.captures == (("heading", "Top"), ("author", "Ada"))


def test_a_repair_inside_a_cut_is_not_told() -> None:
    (both,) = compose([edit(1, "x", "b", rule="repair/x")], [edit(0, "abc", rule="test/cut")])
    assert (both.old, both.rules) == ("axc", ("test/cut",))


def test_the_strongest_owns_what_several_cut() -> None:
    weak, strong = edit(0, "ab", confidence="likely", rule="test/a"), edit(2, "cd", rule="test/z")
    (both,) = compose([edit(0, "xxxx", "abcd", rule="repair/x")], [weak, strong])
    assert (both.rules, both.confidence) == (("test/z", "test/a", "repair/x"), "certain")


@pytest.mark.parametrize(
    ("edits", "span", "original"),
    [
        ([], (1, 3), (1, 3)),
        ([edit(0, "ab")], (0, 2), (2, 4)),
        ([edit(4, "ef")], (0, 4), (0, 4)),  # what was taken out beside the span is not of it
        ([edit(2, "cd")], (1, 3), (1, 5)),  # what was taken out inside it is
        ([edit(2, "cd")], (2, 2), (2, 4)),
        ([edit(2, "c", "xyz")], (3, 4), (2, 3)),  # a bound inside an edit moves out
        ([edit(2, "c", "xyz")], (2, 5), (2, 3)),
        ([edit(2, "c", "xyz")], (5, 6), (3, 4)),
        ([edit(2, "", "xyz")], (3, 4), (2, 2)),
        ([edit(0, "a", "A"), edit(3, "d")], (1, 4), (1, 5)),
    ],
)
def test_original_span(edits: list[Edit], span: tuple[int, int], original: tuple[int, int]) -> None:
    text = "abcdefgh"
    check(text, edits)
    assert original_span(edits, *span) == original


@given(data=st.data())
def test_an_original_span_covers_all_that_its_characters_come_from(
    data: st.DataObject, texts: Texts, edits_of: EditsOf
) -> None:
    text = data.draw(texts)
    edits = data.draw(edits_of(text))
    clean = apply(text, edits)
    start = data.draw(st.integers(0, len(clean)))
    end = data.draw(st.integers(start, len(clean)))
    low, high = original_span(edits, start, end)
    assert 0 <= low <= high <= len(text)
    assert clean[start:end] in apply(text[:high], [one for one in edits if low <= one.start and one.end <= high])


def test_a_fingerprint_outlives_a_shift_of_the_article() -> None:
    cut = edit(10, "Read more", rule="test/more")
    assert fingerprint(cut, "It rained.") == fingerprint(replace(cut, start=99, end=108), "It rained.")
    assert fingerprint(cut, "It rained.") == fingerprint(cut, " It  rained.\r")
    assert len(fingerprint(cut, "")) == 16


@pytest.mark.parametrize(
    "other",
    [
        edit(10, "Read less", rule="test/more"),
        edit(10, "Read more", "Read on", rule="test/more"),
        edit(10, "Read more", rule="test/less"),
    ],
)
def test_a_fingerprint_tells_edits_apart(other: Edit) -> None:
    cut = edit(10, "Read more", rule="test/more")
    assert fingerprint(cut, "It rained.") != fingerprint(other, "It rained.")
    assert fingerprint(cut, "It rained.") != fingerprint(cut, "It snowed.")


@example("\ud800", "\udcff")
@given(st.text(), st.text())
def test_any_text_has_a_fingerprint(old: str, line: str) -> None:
    assert int(fingerprint(edit(0, old), line), 16) >= 0


def test_a_removal_puts_nothing_in_place() -> None:
    assert edit(0, "a").is_removal
    assert not edit(0, "a", "b").is_removal
