"""The workbench: every cut is counted for the rules that made it, under the right label."""

from __future__ import annotations

import pytest

from cleaner.engine import Cleaner, Options
from cleaner.rules.load import load_library
from cleaner.text.document import Document
from scoring import Gold, label
from workbench import LineCut, Tally, cuts_of, merged, shown, tally

GOLD = "Exports rose by a third in May.\nEconomists had expected a fall in trade.\nPrices may rise again soon."
RULES = """\
source: generic
rules:
  - id: sign-up
    why: An appeal to subscribe.
    category: newsletter
    line: 'Sign up ...'
    where: {last: 10}
    examples: ["It rained.\\n\\n[[Sign up now]]", "Please sign the paper."]
  - id: links
    why: A list of links under its heading.
    category: related
    section: 'Related links'
    until: '/END/'
    examples: ["It rained.\\n\\n[[Related links\\n- One more]]", "Related links are useful."]
  - id: aside
    why: A remark in the middle.
    category: promo
    span: '/\\(read on\\)/'
    examples: ["It rained [[(read on)]] today.", "It rained today."]
"""


@pytest.fixture(scope="module")
def cleaners(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cleaner, Cleaner]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "generic").mkdir()
    (folder / "generic" / "made.yaml").write_text(RULES, encoding="utf-8")
    library = load_library([folder], shipped=False)
    return Cleaner(library), Cleaner(library, Options(repair="only"))


Taken = list[tuple[str, str, str]]


def taken(cleaners: tuple[Cleaner, Cleaner], text: str, gold: str = GOLD) -> Taken:
    """(what went, its label, the rules' names) for each cut of ``text``."""
    lines = label(text, Gold(gold))
    cuts = cuts_of(*cleaners, cleaners[0].clean(Document("made", text)), lines, Gold(gold))
    return [
        (
            text[cut.start : cut.end],
            cut.label,
            " ".join(rule.removeprefix("generic/") for rule in cut.rules),
        )
        for cut in cuts
    ]


FIRST, SECOND, THIRD = GOLD.split("\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (GOLD, []),
        (f"{FIRST}\nSign up here", [("Sign up here", "noise", "sign-up")]),
        (f"{FIRST}\n\n  Sign up here  \n\n{SECOND}", [("Sign up here", "noise", "sign-up")]),
        # each line of a section is a cut of its own, and belongs to those that matched on it
        (
            f"{FIRST}\nRelated links\n{SECOND}\nSign up here\nOne more",
            [
                ("Related links", "noise", "links"),
                (SECOND, "content", "links"),
                ("Sign up here", "noise", "links sign-up"),
                ("One more", "noise", "links"),
            ],
        ),
        # a repair before the cut moves offsets
        (
            f"{FIRST} caf\u00c3\u00a9\nRelated links\nSign up here\nOne more",
            [
                ("Related links", "noise", "links"),
                ("Sign up here", "noise", "links sign-up"),
                ("One more", "noise", "links"),
            ],
        ),
        # a part of a line is looked at for itself
        (f"{FIRST[:-1]} (read on) {SECOND}", [("(read on)", "noise", "aside")]),
    ],
)
def test_cuts_are_found(cleaners: tuple[Cleaner, Cleaner], text: str, wanted: Taken) -> None:
    found = taken(cleaners, text)
    assert [(what, kind, sorted(rules.split())) for what, kind, rules in found] == [
        (what, kind, sorted(rules.split())) for what, kind, rules in wanted
    ]


def test_a_part_that_gold_has_is_content(cleaners: tuple[Cleaner, Cleaner]) -> None:
    text = "Exports rose (read on) by a third in May."
    assert taken(cleaners, text, gold=text) == [("(read on)", "content", "aside")]


def test_a_copy_may_go_where_another_stays(cleaners: tuple[Cleaner, Cleaner]) -> None:
    """The first copy counts as the content one; here a rule takes just that."""
    gold = "Sign up at the town hall by Friday.\n" + GOLD
    repeated = "Sign up at the town hall by Friday."
    filler = "\n".join(f"Line {n} of the story has no meaning at all." for n in range(12))
    text = f"{repeated}\n{filler}\n{repeated}"
    assert taken(cleaners, text, gold=gold) == [(repeated, "noise", "sign-up")]
    assert taken(cleaners, f"{filler}\n{repeated}", gold=gold) == [(repeated, "content", "sign-up")]


CUTS = [
    LineCut(0, 0, 10, "noise", ("generic/a",)),
    LineCut(1, 11, 16, "noise", ("generic/a", "generic/b")),
    LineCut(2, 17, 20, "content", ("generic/b",)),
    LineCut(3, 21, 22, "neutral", ("generic/b",)),
]


def test_tallies_by_rule() -> None:
    assert tally(CUTS) == {
        "generic/a": Tally(lines=2, texts=1, noise=15, noise_alone=10),
        "generic/b": Tally(lines=3, texts=1, spoilt=1, noise=5, content=3, content_alone=3),
    }
    assert tally(CUTS)["generic/b"].precision == 5 / 8


def test_tallies_by_category_count_a_line_once() -> None:
    both = tally(CUTS, {"generic/a": "promo", "generic/b": "promo"})
    assert both == {"promo": Tally(4, 1, 1, noise=15, content=3, noise_alone=15, content_alone=3)}


def test_tallies_add_up() -> None:
    twice = merged(tally(CUTS), tally(CUTS[:1]))
    assert twice["generic/a"] == Tally(lines=3, texts=2, noise=25, noise_alone=20)
    assert twice["generic/b"] == tally(CUTS)["generic/b"]


def test_what_a_rule_cut_is_shown_in_context() -> None:
    text = f"{FIRST}\nSign up here\n{SECOND}\n\nMenu\nAbout\n{THIRD}\nTweet"
    lines = label(text, Gold(GOLD))
    bad = LineCut(2, lines[2].start, lines[2].end - 6, "content", ("generic/x",))
    good = LineCut(1, lines[1].start, lines[1].end, "noise", ("generic/x", "generic/y"))
    other = LineCut(6, lines[6].start, lines[6].end, "noise", ("generic/y",))
    assert list(shown([good, bad, other], text, lines, "generic/x", only_bad=True, around=1)) == [
        "    -n Sign up here",
        f"    -c [[{SECOND[:-6]}]]{SECOND[-6:]}",
        "     n Menu",
    ]
    assert list(shown([good, bad, other], text, lines, "y", only_bad=False, around=1)) == [
        f"     c {FIRST}",
        "    -n Sign up here",
        f"    ~c {SECOND}",
        "      …",
        f"     c {THIRD}",
        "    -n Tweet",
    ]
    assert list(shown([good], text, lines, "x", only_bad=True)) == []
