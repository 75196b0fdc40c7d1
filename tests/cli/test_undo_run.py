"""``cleaner undo --run``: back by the record of one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOISY = "It rained.\nCUT ME now\nThe sun shone.\n"


def contents(folder: str) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


def latest() -> Path:
    return max(Path(".cleaner/runs").iterdir())


@pytest.fixture
def mixed(plant: Any) -> dict[str, bytes]:
    """Texts and records, some of them with nothing to do."""
    plant("in/a.txt", NOISY)
    plant("in/deep/quiet.txt", "It rained.\n")
    lines = [{"id": number, "text": NOISY if number % 2 else "It rained."} for number in range(9)]
    plant("in/x.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    return contents("in")


@pytest.mark.parametrize("how", [("--in-place",), ("-o", "out")])
def test_all_that_a_run_wrote_is_given_back(cli: Any, bare: Any, mixed: dict[str, bytes], how: tuple[str, ...]) -> None:
    assert cli("clean", "in", *how).code == 0
    Path("out").mkdir(exist_ok=True)
    Path("out/mine.txt").write_text("Not of the run.\n")
    if how == ("--in-place",):
        assert contents("in") != mixed
        assert bare("undo", "--run", "latest", "--in-place").code == 0
        assert contents("in") == mixed
    else:
        done = bare("undo", "--run", latest().name[:19], "-o", "back")
        assert done.code == 0, done.err
        assert contents("back") == mixed


def test_of_two_runs_the_one_that_is_named_counts(cli: Any, bare: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    cli("clean", "a.txt", "--in-place")
    first = latest().name
    plant("b.txt", NOISY)
    cli("clean", "b.txt", "--in-place")
    assert bare("undo", "a.txt", "--run", "latest").code == 2
    assert bare("undo", "--run", first, "--in-place").code == 0
    assert Path("a.txt").read_text() == NOISY
    assert Path("b.txt").read_text() != NOISY


def test_what_was_edited_since_is_refused(cli: Any, bare: Any, mixed: dict[str, bytes]) -> None:
    cli("clean", "in", "--in-place")
    Path("in/a.txt").write_text("It hailed.\n")
    done = bare("undo", "--run", "latest", "--in-place")
    assert done.code == 2
    assert "a.txt: it was edited since that run" in done.err
    assert contents("in") == {**mixed, "a.txt": b"It hailed.\n"}


def test_a_record_that_is_broken_is_passed_over_with_a_warning(cli: Any, bare: Any, mixed: dict[str, bytes]) -> None:
    cli("clean", "in", "--in-place")
    broken = Path(".cleaner/runs/29990101T000000Z-0000")
    broken.mkdir()
    (broken / "run.json").write_text("{")
    done = bare("undo", "--run", "latest", "--in-place")
    assert done.code == 0
    assert "warning: " in done.err
    assert "not the summary of a run" in done.err
    assert contents("in") == mixed
    assert bare("undo", "--run", broken.name).code == 2


@pytest.mark.parametrize("more", [("--edits", "e.jsonl"), ("--edits-field", "edits")])
def test_one_thing_to_go_by_is_enough(cli: Any, bare: Any, mixed: dict[str, bytes], more: tuple[str, str]) -> None:
    cli("clean", "in", "--in-place")
    done = bare("undo", "in/x.jsonl", "--run", "latest", *more)
    assert done.code == 2
    assert "--run" in done.err


def test_a_run_that_was_killed_is_given_back_by_its_lines(cli: Any, bare: Any, mixed: dict[str, bytes]) -> None:
    cli("clean", "in", "--in-place")
    file = latest() / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "ended": None, "inputs": []}))
    assert bare("undo", "--run", "latest", "--in-place").code == 0
    assert contents("in") == mixed
