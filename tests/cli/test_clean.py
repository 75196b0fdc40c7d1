"""``cleaner clean``: where clean text goes, and what is never done."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nMAYBE ME or not\nThe end.\n"
CLEAN = "It rained.\nThe sun shone.\nMAYBE ME or not\nThe end.\n"
QUIET = "Nothing here.\n"


def names(folder: str | Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if not path.is_dir())


def test_one_file_goes_to_standard_output(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("clean", "a.txt")
    assert (done.code, done.out, done.err) == (0, CLEAN, "")
    assert os.listdir() == ["a.txt"]


def test_standard_input_goes_to_standard_output_byte_for_byte(cli: Any) -> None:
    done = cli("clean", "-", stdin=b"\xef\xbb\xbfIt rained.\r\nCUT ME please\r\nThe end.")
    assert (done.code, done.raw) == (0, b"\xef\xbb\xbfIt rained.\r\nThe end.")
    assert cli("clean", "-", stdin=b"").raw == b""


def test_several_texts_do_not_go_to_standard_output(cli: Any, plant: Any) -> None:
    plant("c/a.txt", NOISY)
    plant("b.txt", NOISY)
    for words in (["c"], ["b.txt", "c/a.txt"]):
        done = cli("clean", *words)
        assert (done.code, done.out) == (2, "")
        assert "-o DIR" in done.err


def test_a_tree_has_every_text_and_a_diff_beside_each_changed_one(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/n/b.txt", QUIET)
    plant("in/n/c.md", NOISY)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 0
    assert done.out == ""
    assert done.err == "3 files cleaned, 4 edits in 2 of them (31.8% of the characters)\n"
    assert names("out") == ["a.txt", "a.txt.diff", "n/b.txt", "n/c.md", "n/c.md.diff"]
    assert Path("out/a.txt").read_text() == CLEAN
    assert Path("out/n/b.txt").read_text() == QUIET
    assert (
        Path("out/n/c.md.diff")
        .read_text()
        .startswith("--- a/n/c.md\n+++ b/n/c.md\n@@ -1,5 +1,4 @@ test/marked, test/tail\n")
    )


def test_patch_and_git_apply_take_the_diffs_from_where_the_tree_is(cli: Any, plant: Any) -> None:
    plant("in/n/a b.txt", NOISY)
    cli("clean", "in", "-o", "out")
    diff = Path("out/n/a b.txt.diff").read_bytes()
    for command in (["patch", "-p1", "-R", "-s"], ["git", "apply", "-R", "-"]):
        Path("out/n/a b.txt").write_text(CLEAN)
        subprocess.run(command, cwd="out", input=diff, check=True)
        assert Path("out/n/a b.txt").read_text() == NOISY


@pytest.mark.parametrize(
    ("word", "name"), [("a.txt", "a.txt"), ("in/a.txt", "in/a.txt"), ("./in/../a.txt", "a.txt"), ("-", "stdin.txt")]
)
def test_where_a_single_file_goes(cli: Any, plant: Any, word: str, name: str) -> None:
    plant("a.txt", NOISY)
    plant("in/a.txt", NOISY)
    assert cli("clean", word, "-o", "out", stdin=NOISY.encode()).code == 0
    assert names("out") == [name, f"{name}.diff"]


def test_standard_input_can_be_named(cli: Any) -> None:
    assert cli("clean", "-", "-o", "out", "--stdin-filename", "x/y.txt", stdin=NOISY.encode()).code == 0
    assert names("out") == ["x/y.txt", "x/y.txt.diff"]


def test_two_inputs_with_one_output_stop_before_anything_is_written(cli: Any, plant: Any) -> None:
    plant("x/a.txt", NOISY)
    plant("y/a.txt", NOISY)
    done = cli("clean", "x", "y", "-o", "out")
    assert done.code == 2
    assert "y/a.txt: x/a.txt would be written to out/a.txt as well" in done.err
    assert not Path("out").exists()


def test_an_input_is_never_overwritten_by_an_output(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    done = cli("clean", "in", "-o", "in")
    assert done.code == 2
    assert "would be overwritten" in done.err
    assert Path("in/a.txt").read_text() == NOISY


def test_an_output_folder_inside_the_input_is_not_read(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    for _ in range(2):
        assert cli("clean", "in", "-o", "in/out").code == 0
    assert names("in") == ["a.txt", "out/a.txt", "out/a.txt.diff"]


def test_a_diff_that_an_earlier_run_left_goes_when_nothing_is_changed_any_more(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    cli("clean", "in", "-o", "out")
    plant("in/a.txt", QUIET)
    cli("clean", "in", "-o", "out")
    assert names("out") == ["a.txt"]


def test_a_second_run_over_clean_text_changes_nothing(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    cli("clean", "in", "-o", "out")
    cli("clean", "out", "-o", "twice", "--include", "*.txt")
    assert names("twice") == ["a.txt"]
    assert Path("twice/a.txt").read_text() == CLEAN


def test_in_place_changes_what_must_be_and_keeps_the_mode(cli: Any, plant: Any) -> None:
    noisy, quiet = plant("in/a.txt", NOISY), plant("in/b.txt", QUIET)
    noisy.chmod(0o640)
    before = quiet.stat()
    done = cli("clean", "in", "--in-place")
    assert done.code == 0
    assert noisy.read_text() == CLEAN
    assert stat.S_IMODE(noisy.stat().st_mode) == 0o640
    assert (quiet.stat().st_ino, quiet.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names("in") == ["a.txt", "b.txt"]


def test_in_place_follows_links_inside_the_tree_and_refuses_others(cli: Any, plant: Any) -> None:
    plant("elsewhere/b.txt", NOISY)
    plant("work/in/a.hidden", NOISY)
    os.chdir("work")
    Path("in/link.txt").symlink_to("a.hidden")
    Path("out.txt").symlink_to("../elsewhere/b.txt")
    assert cli("clean", "in", "--in-place").code == 0
    assert Path("in/link.txt").is_symlink()
    assert Path("in/a.hidden").read_text() == CLEAN
    done = cli("clean", "out.txt", "--in-place")
    assert done.code == 2
    assert "out.txt: this link leads out of" in done.err
    assert Path("../elsewhere/b.txt").read_text() == NOISY


def test_standard_input_cannot_be_replaced(cli: Any) -> None:
    assert cli("clean", "-", "--in-place", "--edits", "e.jsonl", stdin=b"x").code == 2
    assert os.listdir() == []


def test_in_place_and_out_exclude_each_other(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    assert cli("clean", "a.txt", "--in-place", "-o", "out").code == 2
    assert Path("a.txt").read_text() == NOISY


def test_the_file_of_edits_has_a_line_a_document_with_all_that_is_known(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", QUIET)
    assert cli("clean", "in", "-o", "out", "--edits", "e.jsonl").code == 0
    first, second = map(json.loads, Path("e.jsonl").read_text().splitlines())
    assert (first["id"], first["path"], first["source"], first["encoding"]) == ("a.txt", "in/a.txt", "test", "utf-8")
    assert first["sha256"] == hashlib.sha256(CLEAN.encode()).hexdigest()
    assert first["original_sha256"] == hashlib.sha256(NOISY.encode()).hexdigest()
    cut, share = first["edits"]
    assert NOISY[cut["start"] : cut["end"]] == cut["old"] == "CUT ME please\n"
    assert (cut["line"], cut["column"], cut["new"], cut["rules"]) == (2, 1, "", ["test/marked"])
    assert (cut["why"], cut["confidence"], cut["category"]) == ("It says so.", "certain", "promo")
    assert share["captures"] == [["site", "blog"]]
    assert first["meta"] == {"site": "blog"}
    assert [edit["rules"] for edit in first["proposed"]] == [["test/doubtful"]]
    assert second["edits"] == []


def test_a_file_of_edits_is_never_overwritten(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("e.jsonl", "precious")
    done = cli("clean", "a.txt", "--in-place", "--edits", "e.jsonl")
    assert done.code == 2
    assert "e.jsonl: this file exists" in done.err
    assert Path("e.jsonl").read_text() == "precious"
    assert Path("a.txt").read_text() == NOISY


def test_json_has_the_clean_text_where_it_is_written_nowhere_else(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", QUIET)
    found = json.loads(cli("clean", "in", "no.txt", "--output", "json").out)
    assert [document["text"] for document in found["documents"]] == [CLEAN, QUIET]
    assert found["summary"]["rules"] == {"test/marked": 1, "test/tail": 1}
    assert [problem["file"] for problem in found["problems"]] == ["no.txt"]
    lines = cli("clean", "in", "-o", "out", "--output", "jsonl").out.splitlines()
    assert ["text" in json.loads(line) for line in lines] == [False, False]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--level", "certain"], NOISY.replace("CUT ME please\n", "")),
        (["--level", "maybe"], CLEAN.replace("MAYBE ME or not\n", "")),
        (["--skip", "promo"], NOISY.replace(" (share blog)", "")),
        (["--only", "test/marked"], NOISY.replace("CUT ME please\n", "")),
        (["--repair-only"], NOISY),
        (["--max-removed", "5%"], NOISY),
        (["--max-removed", "0.9"], CLEAN),
    ],
)
def test_switches_of_what_is_cut(cli: Any, plant: Any, words: list[str], wanted: str) -> None:
    plant("a.txt", NOISY)
    assert cli("clean", "a.txt", *words).out == wanted


def test_repair_can_be_switched_off(cli: Any, plant: Any) -> None:
    plant("a.txt", "The caf\u00c3\u00a9 was open.\n")
    assert cli("clean", "a.txt").out == "The café was open.\n"
    assert cli("clean", "a.txt", "--no-repair").out == "The caf\u00c3\u00a9 was open.\n"
    assert cli("clean", "a.txt", "--no-repair", "--repair-only").code == 2


def test_the_fuse_is_told_and_the_document_left_as_it_is(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", NOISY + QUIET * 50)
    done = cli("clean", "in", "-o", "out", "--max-removed", "10%")
    assert done.code == 2
    assert "in/a.txt: 35% of the text would go, the limit is 10%" in done.err
    assert Path("out/a.txt").read_text() == NOISY
    assert names("out") == ["a.txt", "b.txt", "b.txt.diff"]


def test_verbose_says_what_each_rule_did_and_quiet_nothing(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    assert "1  test/marked" in cli("clean", "in", "-o", "out", "-v").err
    assert cli("clean", "in", "-o", "out", "-q").err == ""


def test_files_can_be_listed(cli: Any, plant: Any) -> None:
    plant("in/a b.txt", NOISY)
    plant("in/c.txt", NOISY)
    plant("list", "in/a b.txt\n")
    assert cli("clean", "--files-from", "list").out == CLEAN
    assert cli("clean", "--files-from", "-", stdin=b"in/c.txt\0").out == CLEAN
    assert cli("clean", "--files-from", "none").code == 2
    assert cli("clean", "-", "--files-from", "-", stdin=b"").code == 2


def test_no_files_is_wrong_use(cli: Any) -> None:
    done = cli("clean")
    assert done.code == 2
    assert "no files are named" in done.err


@pytest.mark.parametrize("jobs", [2, 5])
def test_any_number_of_jobs_gives_the_same_bytes(cli: Any, plant: Any, jobs: int) -> None:
    for number in range(150):
        plant(f"in/{number % 7}/{number}.txt", NOISY * (number % 5) + QUIET * (number % 3))
    plant("in/bad.txt", b"\x89PNG\r\n\x1a\n\0\0")
    said = []
    for count, out in ((1, "one"), (jobs, "many")):
        done = cli("clean", "in", "-o", out, "-j", count, "--edits", f"{out}.jsonl", "-v")
        said.append((done.code, done.err))
    assert said[0] == said[1]
    assert said[0][0] == 2
    assert names("one") == names("many")
    for name in names("one"):
        assert Path("one", name).read_bytes() == Path("many", name).read_bytes()
    assert Path("one.jsonl").read_bytes() == Path("many.jsonl").read_bytes()
