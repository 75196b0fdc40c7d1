"""What ``cleaner clean`` keeps of a run that is not done, so that --resume can take it up."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from hashlib import blake2b, sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from cleaner.cli.options import Settings
from cleaner.cli.screen import Screen
from cleaner.cli.tally import Tally
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import File
from cleaner.stream.journal import FOLDER, Journal, State
from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.cli.clean import Plan
    from cleaner.cli.recording import Recording
    from cleaner.runner import Job
    from cleaner.writers.edits import EditsFile

PAUSE: Final = 0.5
"""Seconds between two notes of how many texts are done. Before the first there is nothing worth taking up."""

COUNTED: Final = (
    *("level", "source", "only", "skip", "encoding", "format", "max_removed", "no_repair", "repair_only"),
    *("extract_only", "text_field", "url_field", "id_field", "html_field", "edits_field", "in_place", "shard"),
)
"""The settings that decide on the bytes of the outputs."""


class Keeper:
    """The journal of one run of the command. ``state`` is where it begins; ``is_resumed``: it was begun before."""

    def __init__(self, settings: Settings, plan: Plan, job: Job, say: Screen) -> None:
        """Raises `CleanerError` where an unfinished run or an output stands in the way, or --resume does not fit."""
        self._settings, self._plan, self._job, self._say = settings, plan, job, say
        self._folder = _folder(settings, plan)
        self._journal: Journal | None = None
        self.state = State()
        self.is_resumed = False
        self._due = monotonic() + PAUSE
        self._edits: EditsFile | None = None
        self._recording: Recording | None = None
        self._tally: Tally | None = None
        self._settled: list[tuple[dict[str, Any], bool]] = []
        if (self._folder / "state.json").exists():
            if settings.resume:
                found = self.open().load()
                if found is not None:
                    self.state, self.is_resumed = found, True
                    self._settle()
                    return
            elif not settings.force and plan.records:
                hint = "take it up with --resume, or start anew with --force"
                raise CleanerError(Problem("an unfinished run stands here", str(self._folder.parent), hint=hint))
        elif settings.resume:
            say.note("nothing to take up; it begins anew")
        if settings.out and not settings.force:
            _refuse_outputs(settings.out, plan)

    def open(self) -> Journal:
        """The journal, locked and ready."""
        if self._journal is None:
            self._journal = Journal(self._folder, self._identity())
            self._journal.open()
        return self._journal

    def begin(self) -> None:
        """Put down that a run begins: what it writes from now on is its own."""
        self.open().save(self.state)

    def _identity(self) -> dict[str, Any]:
        settings = self._settings
        options = {name: _plain(getattr(settings, name)) for name in COUNTED}
        options["edits"] = str(settings.edits) if settings.edits else None
        pins = [(pin.glob, pin.source) for pin in self._job.pins]
        skips = [(skip.glob, sorted(skip.names)) for skip in self._job.skips]
        return {
            "cleaner": __version__,
            "rules": self._job.cleaner.library.digest,
            "inputs": _digest(self._plan, is_by_name=settings.in_place),
            **{f"--{name.replace('_', '-')}": value for name, value in options.items()},
            "paths of sources": pins,
            **({"paths of skipped rules": skips} if skips else {}),
        }

    def texts_left(self, files: Sequence[File], tally: Tally) -> Sequence[File]:
        """The texts that are not done yet. What was counted before is put into ``tally``."""
        tally.restore(self.state.texts_counts)
        for record, is_failed in self._settled:
            tally.add_settled(record, is_failed=is_failed)
        return files[self.state.texts :]

    def text_done(self, edits: EditsFile | None, recording: Recording | None, tally: Tally) -> None:
        """One more text is in its place."""
        self.state.texts += 1
        if edits:
            self.state.edits = self.state.edits_before = edits.size
        self._edits, self._recording, self._tally = edits, recording, tally
        if monotonic() > self._due:
            self._save()

    def _save(self) -> None:
        if self._edits:
            self._edits.sync()
        assert self._tally
        self.state.texts_counts = self._tally.record()
        if self._recording:
            self.state.run = self._recording.state()
        self.open().save(self.state)
        self._due = monotonic() + PAUSE

    def save_texts(self) -> None:
        """Put down how far the texts are, if they are not over."""
        if self._tally and self.state.texts:
            with contextlib.suppress(CleanerError):
                self._save()

    def texts_over(self, tally: Tally) -> None:
        """The records are next; they keep the journal themselves."""
        self.state.texts_counts = tally.record()
        self._tally = None

    def _settle(self) -> None:
        """Find out which texts were replaced since the state was put down: the edits of each went to the disk first."""
        edits, state = self._settings.edits, self.state
        if not edits or not self._settings.in_place:
            return
        try:
            with edits.open("rb") as written:
                written.seek(state.edits)
                lines = written.read().splitlines(keepends=True)
        except OSError:
            return  # said when it is opened
        left = iter(self._plan.texts[state.texts :])
        for number, line in enumerate(lines):
            try:
                record = json.loads(line)
            except ValueError:
                return  # the last, cut off
            for file in left:
                is_named = file.name == record["id"]
                if is_named:
                    digest = sha256(file.path.read_bytes()).hexdigest() if file.path else ""
                    is_failed = digest != record["sha256"]
                    if is_failed and number == len(lines) - 1:
                        return  # its edits were put down, but it was not replaced
                    self._settled.append((record, is_failed))
                else:
                    self._settled.append(({}, True))  # it could not be read
                state.texts += 1
                if is_named:
                    break
            else:
                return
            state.edits += len(line)
            state.edits_before = state.edits

    def close(self, *, is_done: bool) -> None:
        """Take the journal away where all is done."""
        if self._journal:
            if not is_done and isinstance(sys.exception(), KeyboardInterrupt) and self._journal.exists():
                self._say.note("what is whole was kept; the same command with --resume goes on from there")
            self._journal.close(done=is_done)
        elif is_done and self._folder.exists():
            Journal(self._folder, {}).close(done=True)


def _folder(settings: Settings, plan: Plan) -> Path:
    """The folder of the journal: in that of the outputs, or beside the first file that is to be replaced."""
    if settings.out:
        folder = settings.out / FOLDER
    else:
        first = next((file.path for file in plan.files if file.path), Path())
        folder = first.parent / FOLDER
    return folder / f"shard-{settings.shard.replace('/', '-of-')}" if settings.shard else folder


def _digest(plan: Plan, *, is_by_name: bool) -> str:
    """A digest of all inputs: their names, and, unless they are replaced as the run goes, sizes and times of change."""
    digest = blake2b(digest_size=16)
    for file in plan.files:
        known = file.path.stat() if file.path and not is_by_name and file.path.exists() else None
        digest.update(repr((file.shown, file.name, known and (known.st_size, known.st_mtime_ns))).encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _refuse_outputs(out: Path, plan: Plan) -> None:
    """Raise `CleanerError` where the output of a file of records exists."""
    problems = [
        Problem("this output exists", str(out / given.file.name), hint="write elsewhere, or over it with --force")
        for given in plan.records
        if (out / given.file.name).exists()
    ]
    if problems:
        raise CleanerError(*problems)
