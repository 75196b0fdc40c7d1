"""Decisions without the page, the baseline and the hook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner.keeps import read_entries

PROSE = "It rained all day in the valley, and the river came up to the second step of the mill house.\n"
NOISY = f"{PROSE}CUT ME please\n{PROSE}"
CLEAN = PROSE * 2
KEEP = Path(".cleaner/keep.yml")


def fingerprints(cli: Any, *words: str) -> list[str]:
    found = json.loads(cli("check", *words, "--output", "json").out)
    return [edit["fingerprint"] for document in found["documents"] for edit in document["edits"]]


def test_a_cut_of_a_run_is_kept_and_accepted(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    assert cli("clean", "a.txt", "-o", "out").code == 0
    (name,) = fingerprints(cli, "a.txt")
    assert f"[{name[:12]}]" in cli("check", "-v", "a.txt").out
    assert cli("accept", name[:6]).code == 0
    assert Path("out/a.txt").read_text() == CLEAN
    assert [entry.is_accepted for entry in read_entries(KEEP)] == [True]
    done = cli("keep", name[:6], "--reason", "ours")
    assert (done.code, 'kept: "CUT ME please"' in done.err) == (0, True)
    kept = read_entries(KEEP)[-1] if not read_entries(KEEP)[-1].is_accepted else read_entries(KEEP)[0]
    assert (kept.fingerprint, kept.rules, kept.reason, kept.text) == (name, ("test/marked",), "ours", "CUT ME please")
    assert cli("clean", "a.txt").out == NOISY
    assert cli("check", "a.txt").code == 0
    assert cli("check", "a.txt", "--isolated").code == 1
    assert cli("diff", "a.txt").code == 0


def test_a_text_is_kept_everywhere(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", f"Another day.\n{NOISY}CUT ME too\n")
    (name,) = fingerprints(cli, "a.txt")
    assert cli("keep", name, "a.txt", "--everywhere").code == 0
    assert cli("clean", "b.txt").out == f"Another day.\n{NOISY}"


def test_names_that_say_too_little_are_refused(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    assert "no cut is named" in cli("keep", "a.txt").err
    assert "no cut is called ffff" in cli("keep", "ffff", "a.txt").err
    assert not KEEP.exists()


def test_entries_that_have_served_are_found_and_taken_away(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    (name,) = fingerprints(cli, "a.txt")
    cli("keep", name, "a.txt")
    assert cli("keep", "--stale").code == 0
    plant("a.txt", CLEAN)
    done = cli("keep", "--stale")
    assert (done.code, name[:12] in done.out) == (1, True)
    assert cli("keep", "--prune", "a.txt").code == 0
    assert read_entries(KEEP) == ()


def test_known_findings_do_not_count_and_the_baseline_shrinks(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", NOISY.replace("please", "now"))
    assert "2 new" in cli("baseline", "a.txt", "b.txt").err
    assert cli("check", "a.txt", "b.txt").code == 0
    plant("a.txt", f"CUT ME anew\n{NOISY}")
    found = cli("check", "a.txt", "b.txt")
    assert (found.code, found.out.count("\n")) == (1, 1)
    assert "CUT ME anew" in found.out
    assert cli("clean", "--hook", "a.txt").code == 1
    assert Path("a.txt").read_text() == NOISY
    assert cli("clean", "a.txt").out == CLEAN, "without the hook all of it goes"
    plant("a.txt", CLEAN)
    assert "1 gone" in cli("baseline", "a.txt").err
    lines = [json.loads(line) for line in Path(".cleaner/baseline.jsonl").read_text().splitlines()]
    assert [(line["path"], line["text"]) for line in lines] == [("b.txt", "CUT ME now")]
    Path(".cleaner/baseline.jsonl").write_text("no json\n")
    assert "baseline.jsonl:1: no line of a baseline" in cli("check", "a.txt").err


def test_the_hook_says_one_line_a_file_and_rule(cli: Any, plant: Any) -> None:
    plant("a.txt", f"{NOISY}It stopped. (share blog)\nCUT ME too\n")
    plant("b.jsonl", json.dumps({"text": NOISY, "n": 1}) + "\n" + json.dumps({"text": CLEAN}) + "\n")
    done = cli("clean", "--hook", "a.txt", "b.jsonl")
    assert done.code == 1
    assert [line.partition(" (")[0] for line in done.out.splitlines()] == [
        "a.txt: test/marked × 2",
        "a.txt: test/tail × 1",
        "b.jsonl: test/marked × 1",
    ]
    assert json.loads(Path("b.jsonl").read_text().splitlines()[0]) == {"text": CLEAN, "n": 1}
    assert not Path(".cleaner").exists(), "a hook keeps no record"
    assert cli("clean", "--hook", "a.txt", "b.jsonl").code == 0
    assert cli("clean", "--hook", "a.txt", "-o", "out").code == 2


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_reports_for_services(cli: Any, plant: Any, form: str) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", b"\x89PNG\r\n\x1a\n\x00")
    done = cli("check", "a.txt", "b.txt", "--output", form)
    assert done.code == 2
    if form == "github":
        assert done.out.startswith("::warning file=a.txt,line=2,")
        assert "::error file=b.txt" in done.out
    else:
        (run,) = json.loads(done.out)["runs"]
        assert [found["ruleId"] for found in run["results"]] == ["test/marked"]
        assert not run["invocations"][0]["executionSuccessful"]
    assert cli("clean", "a.txt", "--output", form).code == 2
