"""``cleaner check``: one line for each finding, and everything that is known as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nMAYBE ME or not\nThe end.\n"
QUIET = "Nothing here.\n"


def test_each_finding_is_a_line_with_its_place(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", QUIET)
    done = cli("check", "in")
    assert done.code == 1
    assert done.out.splitlines() == [
        'in/a.txt:2:1: test/marked certain "CUT ME please" (14 chars) It says so.',
        'in/a.txt:3:15: test/tail likely "(share blog)" (13 chars) The tail of the line.',
        'in/a.txt:4:1: test/doubtful maybe "MAYBE ME or not" (16 chars) Who knows. [would stay]',
    ]
    assert done.err == "2 files checked, 2 findings in 1 of them (29.3% of the characters)\n"
    assert Path("in/a.txt").read_text() == NOISY


def test_what_would_stay_does_not_count(cli: Any, plant: Any) -> None:
    plant("a.txt", "It rained.\nMAYBE ME or not\nThe end.\n")
    assert cli("check", "a.txt").code == 0
    assert cli("check", "a.txt", "--level", "maybe").code == 1


def test_a_replacement_shows_both_sides_and_what_cannot_be_seen(cli: Any, plant: Any) -> None:
    plant("a.txt", "It\u00a0rained.\r\nThe end.\r\n")
    assert '1:3: repair/nbsp certain "\\xa0" -> " " (1 chars)' in cli("check", "a.txt").out


def test_no_text_of_a_corpus_can_move_the_cursor(cli: Any, plant: Any) -> None:
    evil = "\x9b2J\u202eCUT"
    plant("a\x1b[2J.txt", f"It rained.\nCUT ME {evil}\x1b[31m\u2028x\nThe end.\n")
    for words in (["check"], ["check", "-v"], ["diff"], ["check", "--output", "json"], ["sources"]):
        done = cli(*words, "a\x1b[2J.txt", "none\x1b[2J.txt")
        assert "CUT" in done.out or words[0] == "sources"
        for said in (done.out, done.err):
            assert not set(said) & {"\x1b", "\x9b", "\u202e", "\u2028"}


def test_json_says_everything(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("check", "a.txt", "none.txt", "--output", "json")
    assert done.code == 2
    found = json.loads(done.out)
    (document,) = found["documents"]
    assert document["meta"] == {"site": "blog"}
    assert (document["source"], document["source_by"]) == ("test", "named by the caller")
    cut = document["edits"][0]
    assert (cut["start"], cut["end"], cut["line"], cut["column"]) == (11, 25, 2, 1)
    assert len(cut["fingerprint"]) == 16
    assert document["proposed"][0]["rules"] == ["test/doubtful"]
    assert found["problems"][0]["file"] == "none.txt"
    assert found["summary"]["edits"] == 2


def test_jsonl_has_a_line_for_each_document_and_each_problem(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", b"\x89PNG\r\n\x1a\n\0")
    lines = [json.loads(line) for line in cli("check", "a.txt", "b.txt", "c.txt", "--output", "jsonl").out.splitlines()]
    assert [(line["id"], (line["problem"] or {}).get("file")) for line in lines] == [
        ("a.txt", None),
        ("b.txt", "b.txt"),
        (None, "c.txt"),
    ]


def test_bytes_that_are_no_text_stand_in_the_json_as_escapes(cli: Any, plant: Any) -> None:
    plant("a.txt", "It rained, così è: perché no. Più già là.\n".encode() + b"CUT ME \xff\nThe end.\n")
    done = cli("check", "a.txt", "--output", "json")
    assert json.loads(done.out)["documents"][0]["edits"][0]["old"] == "CUT ME \udcff\n"


def test_the_fuse_shows_what_would_have_gone(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("check", "a.txt", "--max-removed", "1%")
    assert done.code == 2
    assert done.out.count("[would stay]") == 2


def test_progress_and_colours_are_for_terminals(cli: Any, plant: Any, monkeypatch: Any) -> None:
    plant("a.txt", NOISY)
    assert "\x1b" not in cli("check", "a.txt").out
    assert "\x1b[31m" in cli("check", "a.txt", "--color", "always").out
    assert "\x1b" not in cli("check", "a.txt", "--color", "never").out
