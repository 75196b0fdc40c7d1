"""The record of a run over texts: the same however it was run, whole when it was killed, and enough to undo it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from cleaner.cli import recording
from cleaner.cli.options import Settings
from cleaner.runs import KEPT, SPARED, RunRecord, list_runs, read_run

NOISY = "It rained. (share this)\nCUT ME now\nIt rained in the café.\n"

ENCODED = {
    "crlf.txt": NOISY.replace("\n", "\r\n").encode(),
    "latin.txt": ("Es regnete in Köln, und das Café war zu. (share this)\nCUT ME now\n" * 3).encode("latin-1"),
    "bom.txt": b"\xef\xbb\xbf" + NOISY.encode(),
    "utf16.txt": NOISY.encode("utf-16"),
    "bytes.txt": NOISY.encode() + b"\xff\xfe\n",
    "mixed.txt": b"CUT ME now\r\nIt rained.\rCUT ME too\nIt rained.",
}


class RuleRow(msgspec.Struct, forbid_unknown_fields=True):
    category: str
    confidence: Literal["certain", "likely", "maybe"]
    why: str
    pack: str
    verb: str
    cuts: int
    characters: int
    documents: int


class CategoryRow(msgspec.Struct, forbid_unknown_fields=True):
    cuts: int
    characters: int
    documents: int


class SourceRow(msgspec.Struct, forbid_unknown_fields=True):
    documents: int
    changed: int
    characters: int
    removed: int
    cuts: int


class InputRow(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    output: str | None
    format: str
    documents: int
    failed: int
    bytes: int


class FailureRow(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    line: int | None
    message: str
    hint: str


class Summary(msgspec.Struct, forbid_unknown_fields=True):
    """``run.json`` as docs/runs.md has it."""

    format: Literal[1]
    id: str
    cleaner: str
    rules: str
    command: list[str]
    folder: str
    out: str | None
    in_place: bool
    level: Literal["certain", "likely", "maybe"]
    started: str
    ended: str | None
    seconds: float
    interrupted: bool
    documents: int
    changed: int
    failed: int
    characters: int
    removed: int
    bytes: int
    by_rule: dict[str, RuleRow]
    by_category: dict[str, CategoryRow]
    by_source: dict[str, SourceRow]
    inputs: list[InputRow]
    failures: list[FailureRow]


class EditRow(msgspec.Struct, forbid_unknown_fields=True):
    start: int
    end: int
    line: int
    column: int
    old: str
    new: str
    rules: list[str]
    why: str
    confidence: Literal["certain", "likely", "maybe"]
    category: str
    captures: list[tuple[str, str | None]]
    fingerprint: str
    before: str
    after: str


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """A line of ``edits.jsonl`` for a text."""

    id: str
    path: str
    record: int | None
    offset: int | None
    output: str | None
    source: str | None
    source_by: str
    encoding: str
    changed: bool
    characters: int
    removed: int
    sha256: str
    original_sha256: str
    meta: dict[str, str]
    edits: list[EditRow]


def the_run() -> Path:
    return list_runs(Path(".cleaner/runs"))[-1]


@pytest.fixture
def corpus(plant: Any) -> dict[str, bytes]:
    for name, content in ENCODED.items():
        plant(f"in/{name}", content)
    plant("in/bad.txt", b"a\x00b")
    return ENCODED


def test_it_has_the_form_that_the_docs_name(cli: Any, corpus: dict[str, bytes]) -> None:
    cli("clean", "in", "-o", "out")
    summary = msgspec.json.decode((the_run() / "run.json").read_bytes(), type=Summary)
    lines = [msgspec.convert(line, Line) for line in read_run(the_run()).lines()]
    assert (summary.documents, summary.changed, summary.failed) == (7, 6, 1)
    assert len(lines) == summary.changed
    assert sum(line.removed for line in lines) == summary.removed
    assert sum(len(line.edits) for line in lines) == sum(rule.cuts for rule in summary.by_rule.values())
    page = (Path(__file__).parents[2] / "docs/runs.md").read_text("utf-8")
    for known in (Summary, RuleRow, CategoryRow, SourceRow, InputRow, FailureRow, Line, EditRow):
        missing = [name for name in known.__struct_fields__ if f"`{name}`" not in page]
        assert not missing, f"docs/runs.md does not speak of {missing}"


def test_it_is_the_same_for_any_number_of_processes(cli: Any, plant: Any, corpus: dict[str, bytes]) -> None:
    for number in range(150):
        plant(f"in/more/{number}.txt", NOISY * (number % 3))
    found = []
    for jobs in (1, 2):
        cli("clean", "in", "-o", "out", "-j", jobs)
        summary = json.loads((the_run() / "run.json").read_text())
        assert summary.pop("id") == the_run().name
        for name in ("started", "ended", "seconds", "command"):
            summary.pop(name)
        found.append((summary, (the_run() / "edits.jsonl").read_bytes()))
        time.sleep(1)  # records are named, and so sorted, by the second
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ENCODED)
def test_it_gives_the_originals_back_byte_for_byte(cli: Any, bare: Any, corpus: dict[str, bytes], name: str) -> None:
    cli("clean", "in", "--in-place")
    assert Path("in", name).read_bytes() != corpus[name]
    assert bare("undo", f"in/{name}").raw == corpus[name]
    assert bare("undo", "in", "--in-place").code == 0
    assert {file: Path("in", file).read_bytes() for file in corpus} == corpus


def test_a_text_that_could_not_be_written_is_none_that_was_changed(
    cli: Any, corpus: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.cli import clean
    from cleaner.problem import CleanerError, Problem

    put = clean._put

    def fail(outcome: Any, *rest: Any) -> None:
        if outcome.file.name == "crlf.txt":
            raise CleanerError(Problem("no", outcome.file.shown))
        put(outcome, *rest)

    monkeypatch.setattr(clean, "_put", fail)
    assert cli("clean", "in", "--in-place").code == 2
    run = read_run(the_run())
    assert sorted(line["path"] for line in run.lines()) == sorted(f"in/{name}" for name in corpus if name != "crlf.txt")
    assert (run.summary["changed"], run.summary["failed"]) == (5, 2)


def test_edits_are_on_record_before_a_text_is_replaced(
    cli: Any, corpus: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.cli import clean

    put, seen = clean._put, []

    def look(outcome: Any, *rest: Any) -> None:
        if outcome.changed:
            (last,) = list(read_run(the_run()).lines())[-1:]
            seen.append(last["path"] == outcome.file.shown)
        put(outcome, *rest)

    monkeypatch.setattr(clean, "_put", look)
    cli("clean", "in", "--in-place")
    assert seen == [True] * 6


def test_ctrl_c_is_noted(cli: Any, corpus: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    text, count = recording.Recording.text, [0]

    def stop(self: Any, *rest: Any) -> None:
        text(self, *rest)
        count[0] += 1
        if count[0] == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(recording.Recording, "text", stop)
    assert cli("clean", "in", "-o", "out").code == 130
    summary = read_run(the_run()).summary
    assert summary["interrupted"]
    assert summary["ended"]
    assert summary["documents"] == 3


def test_a_record_that_cannot_be_written_fails_no_run(cli: Any, corpus: dict[str, bytes], plant: Any) -> None:
    Path("in/bad.txt").unlink()
    plant(".cleaner", "a file in its place")
    done = cli("clean", "in", "-o", "out")
    assert done.code == 0
    assert done.err.count("no record of this run") == 1
    assert Path("out/crlf.txt").exists()


@pytest.mark.parametrize("words", [("in/crlf.txt",), ("in", "-o", "out", "--no-record")])
def test_there_is_none_where_nothing_is_written_or_none_is_wanted(
    cli: Any, corpus: dict[str, bytes], words: tuple[str, ...]
) -> None:
    cli("clean", *words)
    assert not Path(".cleaner").exists()


def test_so_many_are_kept_as_are_wanted_and_nothing_of_others_goes(cli: Any, corpus: dict[str, bytes]) -> None:
    runs = Path(".cleaner/runs")
    for _ in range(4):
        RunRecord(Path(), {"level": "likely"}).finish()
    begun = RunRecord(Path(), {"level": "likely"})
    foreign = runs / "my notes"
    foreign.mkdir()
    (foreign / "run.json").write_text("{}")
    cli("clean", "in", "-o", "out", "--keep-runs", "2")
    assert foreign.exists()
    assert begun.folder in list_runs(runs), "it goes on elsewhere, or may be taken up"
    assert len([run for run in list_runs(runs) if read_run(run).summary["ended"]]) <= 2
    assert begun.folder
    long_ago = time.time() - SPARED - 60
    for file in begun.folder.iterdir():
        os.utime(file, (long_ago, long_ago))
    cli("clean", "in", "-o", "out", "--keep-runs", "1")
    assert not begun.folder.exists()


def test_what_is_no_record_does_not_stand_in_the_way_of_undo(cli: Any, bare: Any, corpus: dict[str, bytes]) -> None:
    cli("clean", "in", "--in-place")
    for name, content in (("29990101T000000Z-0000", "{"), ("29990101T000000Z-0001", '{"format": 99}'), ("x", "{}")):
        Path(".cleaner/runs", name).mkdir()
        Path(".cleaner/runs", name, "run.json").write_text(content)
    assert bare("undo", "in/crlf.txt").raw == corpus["crlf.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_that_is_no_text_is_recorded(cli: Any, bare: Any, here: Path) -> None:
    Path("in").mkdir()
    name = os.fsdecode(b"in/\xff.txt")
    Path(name).write_text(NOISY, encoding="utf-8")
    assert cli("clean", "in", "--in-place").code == 0
    run = read_run(the_run())
    assert [known["path"] for known in run.summary["inputs"]] == [line["path"] for line in run.lines()] == [name]
    assert bare("undo", "in", "--in-place").code == 0
    assert Path(name).read_text("utf-8") == NOISY


def test_the_default_is_the_one_that_is_named() -> None:
    assert Settings().keep_runs == KEPT


def test_a_run_in_place_that_was_killed_and_taken_up_is_one_record(
    cli: Any, bare: Any, plant: Any, corpus: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when four texts were replaced, of which the state knew two."""
    from cleaner.cli import clean, resume

    cli("clean", "in", "-o", "whole")
    wanted = read_run(the_run()).summary
    time.sleep(1)
    monkeypatch.setattr(resume, "PAUSE", 0.0)
    put, count, save = clean._put, [0], resume.Keeper._save

    def stop(outcome: Any, *rest: Any) -> None:
        count[0] += 1
        put(outcome, *rest)
        if count[0] == 5:
            raise Killed

    def some(self: Any) -> None:
        if count[0] <= 3:
            save(self)

    class Killed(BaseException):
        pass

    with monkeypatch.context() as patch:
        patch.setattr(clean, "_put", stop)
        patch.setattr(resume.Keeper, "_save", some)
        patch.setattr(RunRecord, "finish", lambda *_, **__: None)
        with pytest.raises(Killed):
            cli("clean", "in", "--in-place")
    assert read_run(the_run()).summary["ended"] is None
    assert cli("clean", "in", "--in-place", "--resume").code == 2
    run = read_run(the_run())
    assert len(list_runs(Path(".cleaner/runs"))) == 2
    for name in ("documents", "changed", "failed", "characters", "removed", "by_rule", "by_category", "by_source"):
        assert run.summary[name] == wanted[name], name
    assert sorted(line["path"] for line in run.lines()) == sorted(f"in/{name}" for name in corpus)
    assert bare("undo", "in", "--in-place").code == 0
    assert {file: Path("in", file).read_bytes() for file in corpus} == corpus


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_place_nothing_is_lost(bare: Any, plant: Any, rules: Path) -> None:
    chance = random.Random(4)
    originals = {f"in/{number}.txt": f"{number}\n{NOISY}".encode() * 3 for number in range(400)}
    for _ in range(3):
        for name, content in originals.items():
            plant(name, content)
        command = ["clean", "in", "--in-place", "--rules", str(rules), "--source", "test"]
        child = subprocess.Popen(
            [sys.executable, "-m", "cleaner", *command], stderr=subprocess.DEVNULL, start_new_session=True
        )
        before = set(list_runs(Path(".cleaner/runs")))
        wanted = chance.randrange(1, 300)
        while child.poll() is None:
            new = set(list_runs(Path(".cleaner/runs"))) - before
            if new and (new.pop() / "edits.jsonl").read_bytes().count(b"\n") >= wanted:
                os.killpg(child.pid, signal.SIGKILL)
                break
        child.wait()
        assert any(Path(name).read_bytes() != content for name, content in originals.items())
        run = read_run(the_run())
        assert run.summary["ended"] is None
        assert len(list(run.lines())) >= wanted
        assert bare("undo", "in", "--in-place").code == 0
        assert {name: Path(name).read_bytes() for name in originals} == originals
