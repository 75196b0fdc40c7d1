"""Examples: the brackets in them, and the article."""

from __future__ import annotations

import pytest

from cleaner.rules.examples import ARTICLE, ExampleError, parse_example
from cleaner.text.lines import BULLET, HEADLINE, LABEL, LINK, PROSE, SHORT, TIME, shape


@pytest.mark.parametrize(
    ("source", "text", "cuts"),
    [
        ("It rained.", "It rained.", []),
        ("", "", []),
        ("[[Share]]", "Share", ["Share"]),
        ("a [[b]] c [[d]]", "a b c d", ["b", "d"]),
        ("[[a]][[b]]", "ab", ["a", "b"]),
        ("[[[caption id=1]]]rained", "[caption id=1]rained", ["[caption id=1]"]),
        ("[[see [1]]]", "see [1]", ["see [1]"]),
        ("[a] and ]", "[a] and ]", []),
        ("[[two\nlines]]\nthree", "two\nlines\nthree", ["two\nlines"]),
        ("(an article)", "(an article)", []),
    ],
)
def test_brackets(source: str, text: str, cuts: list[str]) -> None:
    found, spans = parse_example(source)
    assert found == text
    assert [found[start:end] for start, end in spans] == cuts


@pytest.mark.parametrize(
    ("source", "message", "offset"),
    [
        ("a [[b", "never closed", 2),
        ("a b]] c", "without `[[`", 3),
        ("[[a [[b]] c]]", "inside", 4),
        ("a [[]] b", "nothing stands", 2),
        ("(article) ]]", "without `[[`", 10),
    ],
)
def test_brackets_that_do_not_pair_up(source: str, message: str, offset: int) -> None:
    with pytest.raises(ExampleError, match=message.replace("[", r"\[")) as caught:
        parse_example(source)
    assert caught.value.offset == offset


def test_the_article_is_twenty_lines_of_plain_prose() -> None:
    assert len(set(ARTICLE)) == 20
    furniture = BULLET | HEADLINE | SHORT | LINK | LABEL | TIME
    assert all(shape(line) & PROSE and not shape(line) & furniture for line in ARTICLE)


def test_the_article_is_set_as_the_example_is() -> None:
    text, cuts = parse_example("Headline\n(article)\n[[Share]]")
    assert text.splitlines() == ["Headline", *ARTICLE, "Share"]
    assert text[slice(*cuts[0])] == "Share"
    text, cuts = parse_example("(article)\n\n[[Share]]")
    assert text.split("\n\n") == [*ARTICLE, "Share"]
    assert text[slice(*cuts[0])] == "Share"
