"""The way of a corpus of records: its files one after the other, each in chunks over all cores, into outputs that
are put in place when they are whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from cleaner.pool import in_order
from cleaner.problem import CleanerError, Problem
from cleaner.stream.inputs import Input, tasks
from cleaner.stream.journal import Journal, State
from cleaner.stream.model import Counts, Done, Task
from cleaner.stream.work import Work
from cleaner.writers.packed import member
from cleaner.writers.parts import PartFile, settle, unwritable

SHARE: Final = 20
PAUSE: Final = 0.5
"""Seconds from one checkpoint to the next, at least; and `SHARE` times as long as the last one took."""


class Lines(Protocol):
    """What the lines of edits go to, and can be cut back."""

    size: int

    def add(self, content: bytes) -> None:
        """Put lines at the end."""

    def cut(self, size: int) -> None:
        """Go back to ``size`` bytes."""

    def sync(self) -> None:
        """Write through to the disk."""


class Recorder(Protocol):
    """The record of the run."""

    def add(self, done: Done) -> None:
        """Take up what became of some records."""

    def ended(self, given: Input, documents: int, failed: int, problem: Problem | None) -> None:
        """A file is done, or could not be."""

    def state(self) -> dict[str, Any]:
        """How far it is, on the disk."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to that."""


Place = Callable[[Input], tuple[Path, Path | None]]
"""Where the output of an input goes: the file, and the one that its mode is taken from."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The reading of a file begins, from ``state`` on where a run is taken up."""

    index: int
    identity: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ended:
    """A file is read to its end, or ``problem`` says why not."""

    index: int
    problem: Problem | None = None


Event = Begun | Task | Ended
Answer = Begun | Done | Ended


@dataclass(frozen=True, slots=True)
class _Step:
    work: Work

    def __call__(self, event: Event) -> Answer:
        return self.work(event) if isinstance(event, Task) else event


class Corpus:
    """A run over ``inputs``. ``place`` says where outputs go; without one they go to ``stream``.

    ``edits`` takes the lines of edits. ``state`` is where to begin; with a ``journal`` it is put down as the run goes.
    ``is_strict``: the first record that cannot be read ends the run.
    """

    def __init__(
        self,
        inputs: list[Input],
        work: Work,
        jobs: int = 1,
        *,
        place: Place | None = None,
        stream: Callable[[bytes], None] | None = None,
        edits: Lines | None = None,
        record: Recorder | None = None,
        journal: Journal | None = None,
        state: State | None = None,
        is_strict: bool = False,
    ) -> None:
        self.inputs, self.work, self.jobs = inputs, work, jobs
        self.place, self.stream, self.edits, self.record, self.journal = place, stream, edits, record, journal
        self.state = state or State()
        self.is_strict = is_strict
        self.counts = Counts.of(self.state.counts) if self.state.counts else Counts()
        self.part: PartFile | None = None
        self._dropped: dict[int, Problem] = {}
        self._due, self._pause = monotonic() + PAUSE, PAUSE
        self._is_whole = True
        self._is_first = not self.state.files and self.state.position < 0

    def run(self) -> Iterator[Done | Ended]:
        """Do it. Yields each run of records when it is written, and each file when it is in its place.

        Raises `CleanerError` where nothing more can be done; what is whole is then in the journal.
        """
        if self.state.closing:
            yield self._close()
        answers = in_order(self._events(), _Step(self.work), self.jobs, lambda event: not isinstance(event, Task))
        is_over = False
        try:
            for answer in answers:
                match answer:
                    case Begun():
                        self._begin(answer)
                    case Done():
                        if self.state.files in self._dropped:
                            continue
                        self._add(answer)
                        yield answer
                    case Ended():
                        yield self._end(answer)
            is_over = True
        finally:
            answers.close()  # type: ignore[attr-defined]
            if not is_over and self.is_bare:
                self._forget()
            elif not is_over and self.journal and self._is_whole:
                with contextlib.suppress(CleanerError):  # then an older state stands, which is whole as well
                    self._save()
            if self.part:
                self.part.close()

    @property
    def is_bare(self) -> bool:
        """True where nothing is done that would be worth taking up."""
        return not self.state.files and self.state.position < 0 and not self.state.closing

    # --- reading ----------------------------------------------------------------------------------------

    def _events(self) -> Iterator[Event]:
        position, record, known = self.state.position, self.state.record, tuple(self.state.identity)
        for index in range(self.state.files, len(self.inputs)):
            given = self.inputs[index]
            is_new = position < 0
            try:
                identity = given.identity
                yield Begun(index, identity)
                if not is_new and identity != known:
                    raise _changed(given)
                start = (given.begin, 1) if is_new else (position, record)
                for task in tasks(given, self.work.fields, *start):
                    if index in self._dropped:
                        break
                    yield task
                if given.identity != identity:
                    raise _changed(given)
            except CleanerError as error:
                yield Ended(index, error.problems[0])
            else:
                yield Ended(index)
            position, record = -1, 1

    # --- writing ----------------------------------------------------------------------------------------

    def _part_path(self, given: Input) -> Path:
        assert self.place
        target, _ = self.place(given)
        return target.with_name(f".{target.name}.cleaner-part")

    def _begin(self, begun: Begun) -> None:
        state = self.state
        is_new = state.position < 0
        if self.place:
            path = self._part_path(self.inputs[begun.index])
            if not is_new and (not path.exists() or path.stat().st_size < state.part):
                hint = "start anew with --force"
                raise CleanerError(Problem("cannot be resumed: it is gone, or too short", str(path), hint=hint))
            self.part = PartFile(path, 0 if is_new else state.part)
        if is_new:
            run = self.record.state() if self.record else {}
            self.state = replace(state, identity=list(begun.identity), before=self.counts.plain(), run_before=run)

    def _add(self, done: Done) -> None:
        """Put down what became of some records."""
        state = self.state
        if done.missing and state.position < 0:
            if self._is_first:
                self._forget()
                raise CleanerError(done.missing)
            self._dropped[state.files] = done.missing
            return
        if self.is_strict and done.failures:
            raise CleanerError(replace(done.failures[0].problem, hint="stopped here (--strict)"))
        self._is_first = False
        self._is_whole = False  # an interruption may come between any two lines
        if self.edits and done.edits:
            self.edits.add(done.edits)
        if self.part:
            self.part.add(done.out)
        elif self.stream and done.out:
            self.stream(done.out)
        if self.record:
            self.record.add(done)
        self.counts += done.counts
        if done.end < 0:
            return  # in the midst of a line: not a place to take it up
        self.state = replace(
            state,
            position=done.end,
            record=done.next_record,
            part=self.part.size if self.part else 0,
            edits=self.edits.size if self.edits else 0,
        )
        self._is_whole = True
        if self.journal and monotonic() > self._due:
            self._save()

    def _save(self) -> None:
        """Put down where the run is, after all that it counts on."""
        assert self.journal
        began = monotonic()
        for file in (self.edits, self.part):
            if file and not (file is self.part and self.state.position < 0):
                file.sync()
        run = self.record.state() if self.record else {}
        self.state = replace(self.state, counts=self.counts.plain(), run=run)
        self.journal.save(self.state)
        now = monotonic()
        self._pause = max(PAUSE, SHARE * (now - began))
        self._due = now + self._pause

    def _end(self, ended: Ended) -> Ended:
        given = self.inputs[ended.index]
        problem = self._dropped.get(ended.index, ended.problem)
        if problem is not None:
            return self._give_up(ended.index, problem)
        if self.part:
            if given.origin.packing and not self.part.size:
                self.part.add(member(b"", given.origin.packing))
            self.state = replace(self.state, part=self.part.size, closing=True)
            if self.journal:
                self._save()
            else:
                self.part.sync()
        return self._close()

    def _give_up(self, index: int, problem: Problem) -> Ended:
        """Leave a file out."""
        self._forget()
        if self.record:
            self.record.ended(self.inputs[index], 0, 0, problem)
        if self.is_strict:
            raise CleanerError(problem)
        self._next(failed=1)
        return Ended(index, problem)

    def _close(self) -> Ended:
        """Put the output of the file in work into its place."""
        index = self.state.files
        if self.part:
            self.part.close()
            self.part = None
        if self.state.closing and self.place:
            given = self.inputs[index]
            target, like = self.place(given)
            part = self._part_path(given)
            if given.origin.kind == "parquet":
                problem = self._rewrite(given, part, target, like)
                if problem:
                    return self._give_up(index, problem)
            elif part.exists():  # it does not where the run was killed right after the renaming
                settle(part, target, like)
        if self.record:
            before = Counts.of(self.state.before) if self.state.before else Counts()
            documents, failed = self.counts.documents - before.documents, self.counts.failed - before.failed
            self.record.ended(self.inputs[index], documents, failed, None)
        self._next()
        return Ended(index)

    def _rewrite(self, given: Input, part: Path, target: Path, like: Path | None) -> Problem | None:
        """Make the Parquet file from its changes, and put it in its place; or return what is wrong with the input.

        Where there are no changes any more, a file that is made already is whole.
        """
        from cleaner.writers.parquet import Broken, read_changes, rewrite

        assert given.file.path is not None
        made = target.with_name(f".{target.name}.cleaner-new")
        groups = range(*given.part) if given.part else None
        try:
            if part.exists():
                with part.open("rb") as lines:
                    rewrite(given.file.path, made, read_changes(lines), self.work.fields, groups)
                if list(given.identity) != self.state.identity:
                    raise _changed(given)
                part.unlink()
            if made.exists():
                settle(made, target, like)
        except OSError as error:
            raise unwritable(target, error) from error
        except (Broken, Changed) as error:
            for path in (made, part):
                path.unlink(missing_ok=True)
            return error.problems[0]
        return None

    def _forget(self) -> None:
        """Take back what was put down of the file in work."""
        state = self.state
        if self.part:
            self.part.close()
            with contextlib.suppress(OSError):
                self.part.path.unlink()
            self.part = None
        if self.edits:
            self.edits.cut(state.edits_before)
        if state.before:
            self.counts = Counts.of(state.before)
        if self.record:
            self.record.restore(state.run_before)

    def _next(self, failed: int = 0) -> None:
        plain, size = self.counts.plain(), self.edits.size if self.edits else 0
        known = self.state
        self.state = State(
            known.texts,
            known.files + 1,
            counts=plain,
            before=plain,
            edits=size,
            edits_before=size,
            failed=known.failed + failed,
            texts_counts=known.texts_counts,
        )
        self._is_whole = True
        if self.journal:
            self._save()


class Changed(CleanerError):
    """A file that changed while it was read."""


def _changed(given: Input) -> Changed:
    hint = "nothing was written for it; run it again when nobody writes to it"
    return Changed(Problem("this file changed while it was read", given.file.shown, hint=hint))
