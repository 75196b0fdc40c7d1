"""The scorer: word-F1, line labels, and what of them a cleaner took."""

from __future__ import annotations

import pytest

from scoring import Gold, cut_of, label, page_figures, summary, word_f1

GOLD = """\
Exports rose by a third in May.
Economists had expected a fall.
What comes next
Prices may rise again."""


def labels(text: str, gold: str = GOLD, title: str = "") -> str:
    """The labels' first letters, in order; ``t`` for neutral."""
    return "".join({"content": "c", "noise": "n", "neutral": "t"}[x.label] for x in label(text, Gold(gold), title))


@pytest.mark.parametrize(
    ("text", "gold", "wanted"),
    [
        ("a b c", "a b c", 1.0),
        ("A b, c!", "a b c", 1.0),
        ("a b c d", "a b", 2 / 3),
        ("a a a", "a", 0.5),
        ("x", "a", 0.0),
        ("", "", 1.0),
        ("", "a", 0.0),
        ("a", "", 0.0),
    ],
)
def test_word_f1(text: str, gold: str, wanted: float) -> None:
    assert word_f1(text, Gold(gold)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Exports rose by a third in May.", "c"),
        ("exports ROSE by a third", "c"),
        ("Exports fell by a third, critics say today", "n"),
        ("Subscribe to our newsletter", "n"),
        ("What comes next", "c"),
        ("Read next", "n"),
        ("* * *", "t"),
        ("", ""),
        # an inline link on a line of its own, known by its neighbours
        ("Exports rose by\na third\nin May.", "ccc"),
        ("Share\nExports rose by a third in May.\nTweet", "ncn"),
        # gold has the line once
        ("Prices may rise again.\nPrices may rise again.", "cn"),
    ],
)
def test_labels(text: str, wanted: str) -> None:
    assert labels(text) == wanted


def test_a_headline_that_gold_lacks_is_neutral_once() -> None:
    text = "Trade grows\nExports rose by a third in May.\nTrade grows"
    assert labels(text, title="Trade grows") == "tcn"
    assert labels(text, gold=f"Trade grows\n{GOLD}", title="Trade grows") == "ccc"


def test_a_very_short_gold_is_looked_up_as_words() -> None:
    assert labels("sold out\nbuy now", gold="Sold out today") == "cn"


def test_labelled_lines_are_spans_of_the_text() -> None:
    text = "  Share \n\n\tExports rose by a third in May.\r\nTweet"
    lines = label(text, Gold(GOLD))
    assert [text[line.start : line.end] for line in lines] == [
        "Share",
        "Exports rose by a third in May.",
        "Tweet",
    ]


def cut(before: str, after: str, gold: str = GOLD) -> tuple[float, float, float, float]:
    """Noise, noise gone, content, content gone."""
    found = cut_of(label(before, Gold(gold)), after, Gold(gold))
    return found.noise, found.noise_gone, found.content, found.content_gone


BODY = "Exports rose by a third in May."
ASIDE = "Sign up for our weekly letter now"


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (f"{BODY}\nTweet", f"{BODY}\nTweet", (5, 0, 31, 0)),
        (f"{BODY}\nTweet", BODY, (5, 5, 31, 0)),
        (f"{BODY}\nTweet", "Tweet", (5, 0, 31, 31)),
        (f"{BODY}\n{ASIDE}", f"{ASIDE}", (33, 0, 31, 31)),
        # half of the noise line's four shingles are left
        (f"{BODY}\n{ASIDE}", f"{BODY}\nSign up for our weekly", (33, 16.5, 31, 0)),
        # lines joined are not lost
        (f"What comes next\n{BODY}", f"What comes next {BODY}", (0, 0, 46, 15)),
        ("Exports rose by\na third\nin May.", "Exports rose by a third in May.", (0, 0, 29, 0)),
        # either copy may go
        (f"{BODY}\n{BODY}", BODY, (31, 31, 31, 0)),
        (f"{BODY}\n{BODY}", "", (31, 31, 31, 31)),
        ("Tweet\nTweet", "Tweet", (10, 5, 0, 0)),
    ],
)
def test_what_went(before: str, after: str, wanted: tuple[float, ...]) -> None:
    assert cut(before, after) == pytest.approx(wanted)


def test_the_summary_pools_and_takes_means() -> None:
    gold = Gold(BODY)
    pages = []
    for name, before, after in [
        ("a", f"{BODY}\nTweet", BODY),
        ("b", f"{BODY}\n{ASIDE}", ASIDE),
        ("c", BODY, BODY),
    ]:
        lines = label(before, gold)
        pages.append(page_figures(name, before, after, gold, lines, ["Exports rose"], ["TWEET", "not there"]))
    found = summary(pages)
    assert found.pages == 3
    assert found.noise_gone == pytest.approx(5 / (5 + 33))
    assert found.noise_gone_mean == pytest.approx((1 + 0) / 2)
    assert found.content_gone == pytest.approx(31 / 93)
    assert found.content_gone_mean == pytest.approx(1 / 3)
    assert found.hurt == pytest.approx(1 / 3)
    assert found.wanted_kept == pytest.approx(2 / 3)
    assert found.unwanted_gone == 1.0
    assert found.f1 == pytest.approx((1 + 0 + 1) / 3)


def test_the_summary_of_nothing_is_nothing() -> None:
    assert summary([]).f1 == 0.0
