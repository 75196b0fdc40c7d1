"""``cleaner undo``: the originals, byte for byte, or a refusal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nThe end.\n"
CLEAN = "It rained.\nThe sun shone.\nThe end.\n"
QUIET = "Nothing here.\n"


@pytest.fixture
def tree(cli: Any, plant: Any) -> dict[str, bytes]:
    """A cleaned tree in ``out``, its edits in ``e.jsonl``; returns the originals by name."""
    texts = {
        "a.txt": NOISY.encode(),
        "n/b.md": NOISY.replace("\n", "\r\n").encode("utf-16"),
        "n/c.txt": QUIET.encode(),
        "d.txt": b"",
        "e.txt": NOISY.rstrip("\n").encode(),
        "f.txt": "Così è, perché no, già là.\nCUT ME \n".encode() + b"\xff\xfe broken \xe9\n",
    }
    for name, raw in texts.items():
        plant(f"in/{name}", raw)
    assert cli("clean", "in", "-o", "out", "--edits", "e.jsonl").code == 0
    return texts


def contents(folder: str) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


def test_a_tree_is_given_back_from_its_diffs(bare: Any, tree: dict[str, bytes]) -> None:
    done = bare("undo", "out", "-o", "back")
    assert (done.code, done.err) == (0, "4 of 6 files undone\n")
    assert contents("back") == tree


def test_a_tree_is_given_back_from_its_edits(bare: Any, tree: dict[str, bytes]) -> None:
    for diff in Path("out").rglob("*.diff"):
        diff.unlink()
    assert bare("undo", "out", "-o", "back", "--edits", "e.jsonl").code == 0
    assert contents("back") == tree


def test_in_place_and_the_diffs_have_served(bare: Any, tree: dict[str, bytes]) -> None:
    assert bare("undo", "out", "--in-place").code == 0
    assert contents("out") == tree


def test_what_was_cleaned_in_place_is_given_back_from_the_edits(cli: Any, bare: Any, tree: dict[str, bytes]) -> None:
    assert cli("clean", "in", "--in-place", "--edits", "e2.jsonl").code == 0
    assert contents("in") != tree
    assert bare("undo", "in", "--in-place", "--edits", "e2.jsonl").code == 0
    assert contents("in") == tree


def test_a_link_is_written_through_both_ways(cli: Any, bare: Any, plant: Any) -> None:
    plant("in/z.txt", NOISY)
    Path("in/a.txt").symlink_to("z.txt")
    done = cli("clean", "in", "--in-place", "--edits", "e.jsonl", "-v")
    assert done.err.startswith("1 file cleaned, 2 edits"), "once, though it has two names"
    assert bare("undo", "in/a.txt", "--in-place", "--edits", "e.jsonl").code == 0
    assert Path("in/a.txt").is_symlink()
    assert Path("in/z.txt").read_text() == NOISY


def test_one_file_goes_to_standard_output(bare: Any, tree: dict[str, bytes]) -> None:
    assert bare("undo", "out/a.txt").out == NOISY
    assert bare("undo", "out/a.txt.diff").out == NOISY
    assert bare("undo", "-", "--edits", "e.jsonl", stdin=CLEAN.encode()).out == NOISY
    assert bare("undo", "out").code == 2


def test_a_text_that_was_edited_since_is_refused_and_the_others_are_done(bare: Any, tree: dict[str, bytes]) -> None:
    Path("out/a.txt").write_text(CLEAN.replace("rained", "poured"))
    for words in ([], ["--edits", "e.jsonl"]):
        done = bare("undo", "out", "-o", "back" + "".join(words), *words)
        assert done.code == 2
        assert "out/a.txt" in done.err
        given = contents("back" + "".join(words))
        assert given == {name: raw for name, raw in tree.items() if name != "a.txt"}


def test_a_damaged_diff_is_refused(bare: Any, tree: dict[str, bytes]) -> None:
    diff = Path("out/a.txt.diff")
    diff.write_bytes(diff.read_bytes()[:-20])
    done = bare("undo", "out/a.txt", "--in-place")
    assert done.code == 2
    assert "out/a.txt" in done.err
    assert Path("out/a.txt").read_text() == CLEAN


def test_a_text_without_a_diff_is_told(bare: Any, plant: Any) -> None:
    plant("a.txt", CLEAN)
    done = bare("undo", "a.txt")
    assert done.code == 2
    assert "a.txt: no diff stands beside it" in done.err


def test_two_texts_that_became_the_same_are_told_apart_by_their_place(cli: Any, bare: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", NOISY.replace("please", "now"))
    cli("clean", "in", "-o", "out", "--edits", "e.jsonl")
    bare("undo", "out", "-o", "back", "--edits", "e.jsonl")
    assert contents("back") == contents("in")


@pytest.mark.parametrize("line", ["{", "[]", '{"sha256": "x"}', '{"sha256": 1, "id": 2, "encoding": 3, "edits": [4]}'])
def test_a_broken_file_of_edits_is_told_with_its_line(bare: Any, plant: Any, line: str) -> None:
    plant("a.txt", CLEAN)
    plant("e.jsonl", json.dumps({"problem": {}}) + "\n" + line + "\n")
    done = bare("undo", "a.txt", "--edits", "e.jsonl")
    assert done.code == 2
    assert "e.jsonl:2: no line of edits" in done.err


def test_unreadable_edits_are_told(bare: Any, plant: Any) -> None:
    plant("a.txt", CLEAN)
    assert bare("undo", "a.txt", "--edits", "none.jsonl").code == 2
    assert os.listdir() == ["a.txt"]
