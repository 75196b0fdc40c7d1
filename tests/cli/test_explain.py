"""``cleaner explain``: why a line goes, why it stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.explain import split

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nMAYBE ME or not\nTop of leaf\nThe end.\n"


def test_a_line_that_goes_is_explained_with_rule_reason_and_conditions(cli: Any, plant: Any, rules: Path) -> None:
    plant("a.txt", NOISY)
    done = cli("explain", "a.txt:2")
    assert done.code == 0
    assert done.out.splitlines()[:6] == [
        'a.txt:2: "CUT ME please"',
        "  source: test (named by the caller)",
        "  test/marked cuts it (certain)",
        "    why: It says so.",
        f"    at:  {rules / 'test.yaml'}:8:5",
        "    yes line: wanted CUT ME ...; found CUT ME please",
    ]


def test_a_line_that_stays_names_what_nearly_hit(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("explain", "a.txt:5")
    assert "  test/top nearly hits (likely)" in done.out
    assert "    yes line: wanted TOP OF LEAF; found Top of leaf" in done.out
    assert "    no  first: wanted among the first 2 lines; found line 5 of those not blank" in done.out
    assert "  test/doubtful would cut it, but is below the level (maybe)" in cli("explain", "a.txt:4").out


def test_without_a_line_every_line_that_a_rule_hits_is_explained(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    heads = [line for line in cli("explain", "a.txt").out.splitlines() if line.startswith("a.txt:")]
    assert [head.split(":")[1] for head in heads] == ["2", "3", "4"]
    plant("b.txt", "It rained.\n")
    done = cli("explain", "b.txt")
    assert (done.code, done.out) == (0, "")
    assert "no rule hits" in done.err


def test_repairs_are_explained_too(cli: Any, plant: Any) -> None:
    plant("a.txt", "It rained.\nIt\u00a0rained.\n")
    assert '  repair/nbsp repairs "\\xa0" to " ": ' in cli("explain", "a.txt:2").out


def test_as_json(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    (found,) = json.loads(cli("explain", "a.txt:2", "--output", "json").out)
    assert (found["path"], found["line"], found["source"]) == ("a.txt", 2, "test")
    assert (found["rules"][0]["rule"], found["rules"][0]["verdict"]) == ("test/marked", "cut")
    assert found["rules"][0]["checks"][0] == {
        "name": "line",
        "wanted": "CUT ME ...",
        "found": "CUT ME please",
        "holds": True,
    }
    assert len(cli("explain", "a.txt", "--output", "jsonl").out.splitlines()) == 3


@pytest.mark.parametrize("words", [[], ["a.txt", "b.txt"], ["none.txt:3"], ["a.txt:99"], ["."], ["p.png"]])
def test_what_cannot_be_explained_is_told(cli: Any, plant: Any, words: list[str]) -> None:
    plant("a.txt", NOISY)
    plant("p.png", b"\x89PNG\r\n\x1a\n\0")
    done = cli("explain", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")


def test_standard_input_can_be_explained(cli: Any) -> None:
    assert "test/marked cuts it" in cli("explain", "-", stdin=NOISY.encode()).out


def test_a_file_whose_name_looks_like_a_line_comes_first(plant: Any) -> None:
    plant("a.txt:2", NOISY)
    assert split("a.txt:2") == ("a.txt:2", None)
    assert split("a.txt:3") == ("a.txt", 3)
    assert split("a.txt:3:7") == ("a.txt", 3)
    assert split("a.txt:0") == ("a.txt:0", None)


def test_every_condition_of_a_cut_holds_where_the_rule_saw_it(tmp_path: Path) -> None:
    """Phase one sees the lines that it marks; phase two looks through them. Each is explained with its own eyes."""
    from cleaner import Cleaner, Document, load_library
    from cleaner.explain import explain

    cleaner = Cleaner(load_library())
    for path in sorted((Path(__file__).parents[2] / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for line in range(1, len(text.splitlines()) + 1):
            for entry in explain(cleaner, Document(path.name, text), line).entries:
                if entry.verdict == "cut":
                    assert all(check.holds for check in entry.checks), (path.name, line, entry.rule.id, entry.checks)
