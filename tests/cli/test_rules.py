"""``cleaner rules …``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.rules.test import around_difference


def test_list(bare: Any, rules: Path) -> None:
    done = bare("rules", "list", "--rules", rules, "--source", "test")
    assert done.code == 0
    assert [line.split()[:4] for line in done.out.splitlines()] == [
        ["test/doubtful", "line", "maybe", "ad"],
        ["test/marked", "line", "certain", "promo"],
        ["test/tail", "span", "likely", "share"],
        ["test/top", "line", "likely", "navigation"],
    ]
    assert done.err == "4 rules\n"
    found = json.loads(bare("rules", "list", "--rules", rules, "--category", "promo", "--output", "json").out)
    assert "test/marked" in {rule["id"] for rule in found}
    assert {rule["category"] for rule in found} == {"promo"}


@pytest.mark.parametrize("words", [["--source", "nosuch"], ["--category", "nosuch"]])
def test_list_tells_what_does_not_exist(bare: Any, words: list[str]) -> None:
    done = bare("rules", "list", *words)
    assert done.code == 2
    assert "nosuch" in done.err


def test_show(bare: Any, rules: Path) -> None:
    done = bare("rules", "show", "test/tail", "test/marked", "--rules", rules)
    assert done.code == 0
    head, first, *rest = done.out.splitlines()
    assert head == f"# {rules / 'test.yaml'}:14:5  test/tail"
    assert (first, rest[-1].strip()[:9]) == ("- id: tail", "examples:")
    assert "- id: marked" in rest
    done = bare("rules", "show", "test/tial", "--rules", rules)
    assert done.code == 2
    assert "did you mean `test/tail`?" in done.err
    assert bare("rules", "show").code == 2


def test_test_runs_the_examples(bare: Any, rules: Path) -> None:
    done = bare("rules", "test", "test", "--rules", rules)
    assert (done.code, done.out, done.err) == (0, "", "10 examples of 4 rules, none failed\n")
    assert bare("rules", "test", "test/tail", "--rules", rules).err.startswith("2 examples of 1 rules")


def test_a_wrong_example_fails_with_its_place(bare: Any, rules: Path, plant: Any) -> None:
    text = (
        (rules / "test.yaml")
        .read_text()
        .replace("[[CUT ME now]]", "[[CUT ME]] now")
        .replace("source: test", "source: bad")
    )
    plant("mine/bad.yaml", text)
    done = bare("rules", "test", "bad", "--rules", "mine")
    assert done.code == 2
    assert "mine/bad.yaml:13:16: bad/marked: the example does not hold" in done.out
    assert "expected: now It rained." in done.out
    found = json.loads(bare("rules", "test", "bad", "--rules", "mine", "--output", "json").out)
    assert [failed["rule"] for failed in found["failed"]] == ["bad/marked"]
    assert bare("rules", "test", "nosuch").code == 2


def test_lint(bare: Any, rules: Path, plant: Any) -> None:
    assert bare("rules", "lint", "test", "--rules", rules).code == 0
    plant(
        "mine/bad.yaml",
        "source: bad\nrules:\n  - id: empty\n    why: It matches nothing at all.\n    category: ad\n"
        "    line: '/(?:ad)?/'\n    examples: ['[[ad]]', 'It rained.']\n",
    )
    done = bare("rules", "lint", "bad", "--rules", "mine")
    assert done.code == 2
    assert "error bad/empty mine/bad.yaml:" in done.out
    found = json.loads(bare("rules", "lint", "bad", "--rules", "mine", "--output", "json").out)
    assert "error" in {one["severity"] for one in found}


def test_new_writes_a_file_that_loads_and_whose_examples_hold(bare: Any, here: Path) -> None:
    done = bare("rules", "new", "example.org")
    assert (done.code, done.out) == (0, "rules/example.org.yaml\n")
    assert bare("rules", "test", "example.org", "--rules", "rules").code == 0
    assert Path("rules/schema.json").is_file()
    again = bare("rules", "new", "example.org")
    assert again.code == 2
    assert "rules/example.org.yaml" in again.err
    assert bare("rules", "new", "other", "--rules", "mine").out == "mine/other.yaml\n"
    for words in ([], ["a", "b"], ["Über/Haupt"]):
        assert bare("rules", "new", *words).code == 2


def test_schema_is_json(bare: Any) -> None:
    done = bare("rules", "schema")
    assert done.code == 0
    assert json.loads(done.out)["title"]


def test_differences_are_shown_where_they_begin() -> None:
    one, other = around_difference("a" * 200 + "x" + "b" * 200, "a" * 200 + "y" + "b" * 200)
    assert one == "…" + "a" * 30 + "x" + "b" * 89 + "…"
    assert other == "…" + "a" * 30 + "y" + "b" * 89 + "…"
    assert around_difference("same", "same and more") == ("same", "same and more")
