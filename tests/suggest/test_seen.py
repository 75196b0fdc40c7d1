"""What comes back is counted once a document, and memory is bounded."""

from __future__ import annotations

import pytest

from cleaner.suggest import seen
from cleaner.suggest.seen import Group, keys, label_of

PROSE = "The ferry across the Alder was late again on Monday, and nobody on the quay knew why it had not come."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Elsewhere in the Post", [("line", "elsewhere in the post")]),
        ("* Elsewhere  in the “Post”", [("line", 'elsewhere in the "post"')]),
        ("12 comments", [("line", "12 comments"), ("numbers", "0 comments")]),
        ("Read also: a bell", [("line", "read also: a bell"), ("label", "read also:")]),
        ("Home | News", [("line", "home | news"), ("label", "home |")]),
        ("关键词：渡轮", [("line", "关键词：渡轮"), ("label", "关键词：")]),
        ("https://news.example/a", [("line", "https://news.example/a")]),
        ("At 10:30 it rained", [("line", "at 10:30 it rained"), ("numbers", "at 0 it rained")]),
        ("***", []),
    ],
)
def test_what_a_line_counts_as(line: str, expected: list[tuple[str, str]]) -> None:
    assert list(keys(line)) == expected


def test_a_label_ends_with_its_sign() -> None:
    assert label_of("Read also: a bell: and a rope") == "Read also:"
    assert label_of("Read also:") == ""


def test_a_line_counts_once_a_document_and_its_place_is_known() -> None:
    group = Group()
    for number in range(4):
        group.add(f"Title {number}\n\n{PROSE}\n\nElsewhere\n\nElsewhere\n\nA bell")
    found = group.seen["line", "elsewhere"]
    assert (group.documents, found.documents, found.hangs) == (4, 4, 4)
    assert found.first == [0, 4, 4, 4]
    assert found.last == [0, 4, 4, 4, 4]
    assert found.sample.before == PROSE
    assert found.sample.after == ("Elsewhere", "A bell")


def test_the_sample_is_one_behind_which_only_short_lines_stand() -> None:
    group = Group()
    group.add(f"Elsewhere\n{PROSE}")
    assert not group.seen["line", "elsewhere"].sample.hangs
    group.add(f"{PROSE}\nElsewhere\nA bell")
    assert group.seen["line", "elsewhere"].sample.after == ("A bell",)


def test_what_a_rule_file_cannot_hold_is_left_out() -> None:
    group = Group()
    group.add("a [[b]]\n(article)\nbroken \ud800\nbell \x07\n" + "long " * 200)
    assert not group.seen


def test_the_rarest_are_forgotten_and_none_is_counted_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST", 50)
    group = Group()
    for number in range(200):
        group.add(f"Elsewhere in the Post\n{''.join(chr(97 + int(digit)) for digit in str(number))} alone")
    assert len(group.seen) <= 50
    found = group.seen["line", "elsewhere in the post"]
    assert found.documents == 200
    assert all(one.documents <= 1 for key, one in group.seen.items() if key[1].endswith("alone"))
