"""Run records: what a run of `cleaner clean` did, kept under ``.cleaner/runs/`` for review and undo.

A record is a folder named by the run's start, as in ``20261123T084012Z-1a2b``. ``run.json`` holds the sums
(`docs/runs.md` names its keys); it is written when the run begins, with ``ended: null``, and replaced when it ends.
``edits.jsonl`` has one line for each changed document, in the order of the run. A run that was killed leaves whole
lines, but for the last one, and a ``run.json`` that has not ended.

A record never fails a run: where it cannot be written, the run says so once and goes on.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.project import own_folder
from cleaner.sums import Sums
from cleaner.version import __version__

if TYPE_CHECKING:
    from io import FileIO

    from cleaner.engine import Result

FORMAT: Final = 1
KEPT: Final = 20
"""So many runs are kept; older ones go when a new one begins."""
SPARED: Final = 7 * 24 * 3600
"""So many seconds a record without an end is safe."""
MOST_FAILURES: Final = 10_000
"""So many failures are listed; all of them are counted."""
LOST: Final = "lines of it were lost before the run was taken up"
CONTEXT: Final = 200
"""Code points of the original on either side of a cut."""

SUMMARY: Final = "run.json"
EDITS: Final = "edits.jsonl"

_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4,}")


def run_line(place: Mapping[str, Any], result: Result, fields: Mapping[str, Any]) -> bytes:
    """The line of one changed document. ``place`` has ``id``, ``path``, ``record``, ``offset`` and ``output``;
    ``fields`` are those of its line in a file of edits, to whose edits the context is added."""
    import msgspec

    text = result.document.text
    edits = []
    for edit in fields["edits"]:
        before, after = around(text, edit["start"], edit["end"])
        edits.append({**edit, "before": before, "after": after})
    return msgspec.json.encode({**place, **fields, "edits": edits}) + b"\n"


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a span: up to `CONTEXT` code points, cut at a line end or a space where one is."""
    before = text[max(0, start - CONTEXT) : start]
    if start > CONTEXT:
        at = min((found for found in (before.find("\n"), before.find(" ")) if found >= 0), default=-1)
        before = before[at + 1 :] if 0 <= at < CONTEXT // 2 else before
    after = text[end : end + CONTEXT]
    if end + CONTEXT < len(text):
        at = max(after.rfind("\n"), after.rfind(" "))
        after = after[:at] if at > CONTEXT // 2 else after
    return before, after


class RunRecord:
    """The record of one run while it goes on. Nothing here raises: see `problem`."""

    def __init__(
        self, project: Path, about: Mapping[str, Any], again: Mapping[str, Any] | None = None, kept: int = KEPT
    ) -> None:
        """Begin a record below ``project``. ``about``: ``rules`` (the library's digest), ``level``, ``out``,
        ``in_place``. ``again``: go on with the record of a run that is taken up, from what `state` gave. ``kept``: so
        many records there are to be, with this one."""
        self.problem: Problem | None = None
        self.sums = Sums()
        self.bytes = 0
        self._verbs: dict[str, str] = {}
        self._failures: list[dict[str, Any]] = []
        self._unread = 0
        self._inputs: list[dict[str, Any]] = []
        self._started = datetime.now(UTC)
        self.id = f"{self._started:%Y%m%dT%H%M%SZ}-{self._started.microsecond:05x}{os.urandom(1).hex()}"
        self._about = {"command": list(sys.argv), "folder": str(Path.cwd()), **about}
        self.folder: Path | None = None
        self._edits: FileIO | None = None
        self._whole = 0  # bytes of lines up to the end of the last input
        self._is_lost = False
        self.settled: dict[str, dict[str, Any]] = {}
        """Of a run that is taken up: the lines of texts that may have been replaced since its state was put down."""
        with self._noted():
            runs = own_folder(project) / "runs"
            runs.mkdir(exist_ok=True)
            known = runs / again["id"] if again else None
            prune(runs, max(0, kept - 1), spared=known)
            if again and known and known.is_dir():
                self.id = again["id"]
                self._edits = (known / EDITS).open("rb+", buffering=0)
                self.folder = known
                if again.get("lost") or (known / EDITS).stat().st_size < again["size"]:
                    self._whole = again["whole"]
                    raise OSError(0, LOST, str(known))
                self._started = datetime.fromisoformat(read_run(known).summary["started"])
                size = self._settle(again["size"]) if about.get("in_place") else again["size"]
                self.restore({**again, "size": size, "whole": size if size > again["size"] else again["whole"]})
            elif again and (again.get("lost") or again["size"]):
                raise OSError(0, LOST, str(known))
            else:
                folder = runs / self.id
                folder.mkdir()
                self._edits = (folder / EDITS).open("wb", buffering=0)
                self.folder = folder
            self._write(None, is_interrupted=False)

    def state(self) -> dict[str, Any]:
        """How far the record is, as plain data; its lines are on the disk then."""
        size = self._whole
        if self._edits is not None:
            with self._noted():
                os.fsync(self._edits.fileno())
                size = self._edits.tell()
        return {
            "id": self.id,
            "size": self._whole if self._is_lost else size,
            "whole": self._whole,
            "lost": self._is_lost,
            "sums": asdict(self.sums),
            "bytes": self.bytes,
            "unread": self._unread,
            "inputs": list(self._inputs),
            "failures": list(self._failures),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to where `state` was asked for."""
        if self._edits is not None:
            with self._noted():
                self._edits.seek(state["size"])
                self._edits.truncate()
        self._whole = state["whole"]
        self.sums = Sums.of(state["sums"])
        self.bytes, self._unread = state["bytes"], state["unread"]
        self._inputs, self._failures = list(state["inputs"]), list(state["failures"])

    def _settle(self, size: int) -> int:
        """Keep the lines of texts behind the first ``size`` bytes: each was written before its text was replaced, which
        is clean by now and will be found unchanged. Return how much of the file is to be kept."""
        assert self._edits is not None
        self._edits.seek(size)
        for line in self._edits.read().splitlines(keepends=True):
            try:
                known = _decoded(line)
            except ValueError:  # the last, cut off
                break
            if known.get("record") is not None or not line.endswith(b"\n"):
                break
            self.settled[known["path"]] = known
            size += len(line)
        return size

    def add(self, lines: bytes, *, is_urgent: bool = False) -> None:
        """Add whole lines, each from `run_line`. ``is_urgent``: they are on the disk when this returns."""
        if self._edits is not None and lines:
            with self._noted():
                left = memoryview(lines)
                while left:
                    left = left[self._edits.write(left) :]
                if is_urgent:
                    os.fsync(self._edits.fileno())

    def take_back(self, line: bytes) -> None:
        """Take the last line away again: what it says was not done."""
        if self._edits is not None:
            with self._noted():
                self._edits.seek(-len(line), os.SEEK_END)
                self._edits.truncate()

    def add_input(self, path: str, output: str | None, form: str, documents: int, failed: int, size: int) -> None:
        """Say what became of one input. ``size`` in bytes."""
        self._close_input()
        self.bytes += size
        known = {"path": path, "output": output, "format": form, "documents": documents, "failed": failed}
        self._inputs.append({**known, "bytes": size})

    def _close_input(self) -> None:
        """Note how many bytes are whole. Where lines of an input are lost, so are its others: a part of the edits of a
        file must never be taken for all of them."""
        if self._edits is not None:
            with self._noted():
                self._whole = self._edits.tell()
        elif self._is_lost and self.folder:
            with contextlib.suppress(OSError):
                os.truncate(self.folder / EDITS, min(self._whole, (self.folder / EDITS).stat().st_size))

    def fail(self, problem: Problem, path: str, line: int | None = None, *, is_read: bool) -> None:
        """Note a document that was passed through. ``line``: the number of the record, from 1. ``is_read``: the sums
        have it already."""
        self._unread += not is_read
        if len(self._failures) < MOST_FAILURES:
            self._failures.append({"path": path, "line": line, "message": problem.message, "hint": problem.hint})

    def finish(self, verbs: Mapping[str, str] = {}, *, is_interrupted: bool = False) -> None:
        """End the record. ``verbs``: rule to its verb, as far as they are known."""
        self._verbs = dict(verbs)
        if not is_interrupted:
            self._close_input()
        if self._edits is not None:
            with self._noted():
                self._edits.close()
            with self._noted():
                self._write(datetime.now(UTC), is_interrupted=is_interrupted)

    def _write(self, ended: datetime | None, *, is_interrupted: bool) -> None:
        import json  # escapes what is no text in a name, and costs a small run less than msgspec's import

        if self.folder is None:
            return
        seconds = ((ended or self._started) - self._started).total_seconds()
        summary = {
            "format": FORMAT,
            "id": self.id,
            "cleaner": __version__,
            **self._about,
            "started": f"{self._started:%Y-%m-%dT%H:%M:%SZ}",
            "ended": f"{ended:%Y-%m-%dT%H:%M:%SZ}" if ended else None,
            "seconds": round(seconds, 3),
            "interrupted": is_interrupted,
            **self.counts(),
            "bytes": self.bytes,
            "inputs": self._inputs,
            "failures": self._failures,
        }
        temporary = self.folder / f".{SUMMARY}.part"
        with temporary.open("wb") as file:
            indent = 1 if len(self._inputs) <= 1000 else None  # a hundred times as fast without
            file.write(json.dumps(summary, indent=indent).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.folder / SUMMARY)

    def counts(self) -> dict[str, Any]:
        """The sums as plain data."""
        sums = self.sums
        return {
            "documents": sums.documents + self._unread,
            "changed": sums.changed,
            "failed": sums.failed + self._unread,
            "characters": sums.characters,
            "removed": sums.removed,
            **sums.listed(self._verbs),
        }

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if self.problem is None:
                hint = "the run goes on without; --no-record leaves it out"
                self.problem = Problem(f"no record of this run: {error.strerror}", str(error.filename or ""), hint=hint)
            if self._edits is not None:
                with contextlib.suppress(OSError):
                    self._edits.close()
                self._edits = None
            self._is_lost = True


def prune(runs: Path, most: int, spared: Path | None = None) -> None:
    """Take the oldest records in the folder ``runs`` away until ``most`` are left, but not ``spared``, nor one that has
    not ended and was written to in the last `SPARED` seconds: it may go on, or be taken up."""
    for old in list_runs(runs)[: -most or None]:
        import shutil

        if old != spared and (_has_ended(old) or time.time() - _last_written(old) > SPARED):
            shutil.rmtree(old, ignore_errors=True)


def _has_ended(folder: Path) -> bool:
    try:
        return read_run(folder).summary.get("ended") is not None
    except CleanerError:
        return False


def _last_written(folder: Path) -> float:
    return max((file.stat().st_mtime for file in (folder / SUMMARY, folder / EDITS) if file.exists()), default=0.0)


def list_runs(runs: Path) -> list[Path]:
    """The records in a folder of runs, the newest last; none where there is no such folder. What is not named as a
    record is is somebody else's and no record."""
    try:
        return sorted(
            folder for folder in runs.iterdir() if _NAME.fullmatch(folder.name) and (folder / SUMMARY).is_file()
        )
    except OSError:
        return []


def find_run(project: Path, name: str = "latest", warn: Callable[[str], None] | None = None) -> Path:
    """The record called ``name`` (or the beginning of it) in ``project``, or the latest that can be read; ``warn`` is
    told of later ones that cannot. Raises `CleanerError`."""
    runs = list_runs(project / ".cleaner" / "runs")
    found = _latest(runs, warn) if name == "latest" else [run for run in runs if run.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    where = str(project / ".cleaner" / "runs")
    if found:
        raise CleanerError(Problem(f"{len(found)} runs begin with {name}", where, hint="name one of them whole"))
    hint = f"there are {', '.join(run.name for run in runs[-3:])}" if runs else "run `cleaner clean … -o DIR` first"
    raise CleanerError(Problem("there is no run" if name == "latest" else f"there is no run {name}", where, hint=hint))


def _latest(runs: list[Path], warn: Callable[[str], None] | None) -> list[Path]:
    for run in reversed(runs):
        try:
            read_run(run)
        except CleanerError as error:
            if warn:
                warn(str(error.problems[0]))
        else:
            return [run]
    return runs[-1:]  # whoever reads it says what is wrong with it


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was recorded: ``summary`` is what ``run.json`` says."""

    folder: Path
    summary: Mapping[str, Any]

    def outputs(self) -> list[Path]:
        """The files that it wrote, absolute, each once; of a run that did not end those that it changed."""
        if self.summary["ended"] is not None:
            named = [known["output"] for known in self.summary["inputs"]]
        else:
            named = [line.get("output") for line in self.lines()]
        return [Path(self.summary["folder"], output) for output in dict.fromkeys(filter(None, named))]

    def lines(self) -> Iterator[dict[str, Any]]:
        """One mapping for each changed document, in the order of the run; a last line that a kill tore is left out.

        Raises `CleanerError` with file and line.
        """
        file = self.folder / EDITS
        try:
            with file.open("rb") as raw:
                for number, line in enumerate(raw, 1):
                    if not line.endswith(b"\n"):
                        return
                    try:
                        yield _decoded(line)
                    except ValueError as error:
                        problem = Problem(f"no line of a run record: {error}", str(file), number)
                        raise CleanerError(problem) from error
        except FileNotFoundError:
            return


def _decoded(line: bytes) -> dict[str, Any]:
    """One line. Bytes of a text that are no text stand there as lone surrogates, which msgspec refuses."""
    import json

    import msgspec

    try:
        found = msgspec.json.decode(line)
    except msgspec.MsgspecError:
        found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def read_run(folder: Path) -> Run:
    """Read the record in ``folder``. Raises `CleanerError` where it is none."""
    import json

    file = folder / SUMMARY
    try:
        summary = json.loads(file.read_bytes())
    except OSError as error:
        raise CleanerError(Problem(f"cannot read the run: {error.strerror}", str(file))) from error
    except ValueError as error:
        raise CleanerError(Problem(f"not the summary of a run: {error}", str(file))) from error
    if not isinstance(summary, dict) or summary.get("format") != FORMAT:
        hint = "it was written by another version of cleaner"
        raise CleanerError(Problem("not a run record of this format", str(file), hint=hint))
    return Run(folder, summary)


def latest_lines(project: Path, wanted: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """The lines of the runs of ``project``, the newest run first; ``wanted`` are paths of outputs, any if empty."""
    outputs = set(wanted)
    for folder in reversed(list_runs(project / ".cleaner" / "runs")):
        try:
            lines = list(read_run(folder).lines())
        except CleanerError:
            continue
        yield from (line for line in lines if not outputs or line.get("output") in outputs)
