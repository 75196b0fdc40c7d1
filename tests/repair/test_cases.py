"""What is repaired and what is not, as data: add a case to `fixed.json` or `untouched.json`.

A case of `fixed.json` has `name`, `before`, `after` and `rules`, all rule ids that its edits name; it may have
`edits`, the (old, new) pairs in order, and `markdown`. One of `untouched.json` has `name`, `text` and maybe
`markdown`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from cleaner.repair import WHY, repair
from cleaner.text.edit import Edit, apply, check, invert

HERE: Final = Path(__file__).resolve().parent


def cases(name: str) -> list[Any]:
    read = json.loads((HERE / name).read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in read]


def done(text: str, markdown: bool = False) -> tuple[Edit, ...]:
    """Repair, and hold what must hold of any list of repairs."""
    edits = repair(text, markdown=markdown)
    check(text, edits)
    after = apply(text, edits)
    assert apply(after, invert(edits)) == text
    assert repair(after, markdown=markdown) == ()
    for edit in edits:
        assert edit.old
        assert edit.old != edit.new
        assert edit.confidence == "certain"
        assert edit.why == WHY[edit.rules[0]]
        assert set(edit.rules) <= WHY.keys()
    return edits


@pytest.mark.parametrize("case", cases("fixed.json"))
def test_what_is_broken_is_repaired(case: dict[str, Any]) -> None:
    edits = done(case["before"], case.get("markdown", False))
    assert apply(case["before"], edits) == case["after"]
    assert {rule for edit in edits for rule in edit.rules} == set(case["rules"])
    if "edits" in case:
        assert [[edit.old, edit.new] for edit in edits] == case["edits"]


@pytest.mark.parametrize("case", cases("untouched.json"))
def test_what_is_right_is_left_alone(case: dict[str, Any]) -> None:
    assert repair(case["text"], markdown=case.get("markdown", False)) == ()


@pytest.mark.parametrize("name", ["fixed.json", "untouched.json"])
def test_no_two_cases_share_a_name(name: str) -> None:
    names = [case["name"] for case in json.loads((HERE / name).read_text("utf-8"))]
    assert len(names) == len(set(names))


def test_every_rule_has_a_case() -> None:
    named = {rule for case in json.loads((HERE / "fixed.json").read_text("utf-8")) for rule in case["rules"]}
    assert named | {"repair/surrogate"} == WHY.keys()


def test_utf_16_halves_become_one_character() -> None:
    """Not in the JSON, whose reader joins them."""
    (edit,) = done("a \ud83d\ude00 b")
    assert (edit.old, edit.new, edit.rules) == ("\ud83d\ude00", "😀", ("repair/surrogate",))


def test_an_entity_is_markup_and_a_chain_of_repairs_names_all_of_them() -> None:
    text = "caf&Atilde;&copy;&nbsp;noir"
    first, second = done(text)
    assert (first.old, first.new) == ("caf&Atilde;&copy;", "café")
    assert (first.rules, first.category) == (("repair/entity", "repair/mojibake"), "markup")
    assert (second.old, second.new, second.rules) == ("&nbsp;", " ", ("repair/entity", "repair/nbsp"))


def test_a_word_is_widened_to_only_within_reason() -> None:
    """Chinese writes no spaces: a page of it is no word."""
    text = "字" * 500 + "\u200b" + "字" * 500
    (edit,) = done(text)
    assert (edit.old, edit.new) == ("\u200b", "")


def test_markdown_keeps_its_hard_breaks_and_plain_text_does_not() -> None:
    text = "hard  \nbreak"
    assert repair(text, markdown=True) == ()
    assert apply(text, done(text)) == "hard\nbreak"
