"""The record of a run of ``cleaner clean``: what goes into it from texts and from records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from cleaner.cli.options import Settings
from cleaner.problem import Problem
from cleaner.project import project_folder
from cleaner.runs import RunRecord
from cleaner.sums import Sums

if TYPE_CHECKING:
    from cleaner.engine import Result
    from cleaner.runner import Job, Outcome
    from cleaner.stream.inputs import Input
    from cleaner.stream.model import Done


EMPTY: Final = {"size": 0, "whole": 0, "sums": asdict(Sums()), "bytes": 0, "unread": 0, "inputs": [], "failures": []}
"""The state of a record in which nothing stands."""


class Recording:
    """Begins when there is something to record, so that a run that wrote nothing leaves nothing behind."""

    def __init__(self, settings: Settings, job: Job, state: Mapping[str, Any]) -> None:
        """``state``: where the record of a run that is taken up was; empty for a new one."""
        self._settings, self._job, self._state = settings, job, state
        self._begun: RunRecord | None = None
        self._line = b""

    @property
    def record(self) -> RunRecord:
        """The record, begun by now."""
        if self._begun is None:
            about = {
                "rules": self._job.cleaner.library.digest,
                "level": self._settings.level,
                "out": str(self._settings.out) if self._settings.out else None,
                "in_place": self._settings.in_place,
            }
            project, kept = project_folder(self._settings.config.file), self._settings.keep_runs
            self._begun = RunRecord(project, about, self._state or None, kept)
        return self._begun

    def line(self, outcome: Outcome, output: str | None) -> None:
        """Put down how a text can be given back. In place that is on the disk before the text is replaced."""
        self._line = b""
        if outcome.changed and outcome.result is not None and outcome.file.shown not in self.record.settled:
            file = outcome.file
            place = {"id": file.name, "path": file.shown, "record": None, "offset": None, "output": output}
            self._line = _text_line(place, outcome.result, outcome)
            self.record.add(self._line, is_urgent=self._settings.in_place)

    def text(self, outcome: Outcome, output: str | None, form: str) -> None:
        """Take up what became of one text, of which `line` was asked for; ``output`` is where it was written."""
        record, file, result, problem = self.record, outcome.file, outcome.result, outcome.problem
        record.add_input(file.shown, output, form, 1, int(problem is not None), len(outcome.raw or b""))
        if problem:
            record.fail(problem, file.shown, is_read=result is not None)
        if result is None:
            return
        if problem and self._line:
            record.take_back(self._line)
        settled = record.settled.pop(file.shown, None)
        if settled and not (outcome.changed or problem):
            record.sums.add_line(settled, is_failed=False)
        else:
            record.sums.add(result, is_failed=problem is not None)

    def add(self, done: Done) -> None:
        """Take up what became of some records."""
        record = self.record
        record.add(done.run_lines)
        record.sums += done.counts.sums
        unread = done.counts.unread
        for failure in done.failures:
            unread -= 1
            record.fail(failure.problem, done.origin.shown, failure.line, is_read=unread < 0)

    def ended(self, given: Input, documents: int, failed: int, problem: Problem | None) -> None:
        """A file of records is done, or could not be."""
        record, size = self.record, given.file.path.stat().st_size if given.file.path else 0
        output = None if problem else given.origin.output
        record.add_input(given.file.shown, output, given.origin.kind, documents, failed, size)
        if problem:
            record.fail(problem, given.file.shown, problem.line or None, is_read=False)

    def state(self) -> dict[str, Any]:
        """How far the record is, on the disk; empty where it has not begun."""
        return dict(self._state) if self._begun is None else self._begun.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to where the record was."""
        if self._begun is not None:
            self._begun.restore(state or EMPTY)

    def finish(self, *, is_interrupted: bool) -> Problem | None:
        """End the record; return what was wrong with it."""
        if self._begun is None:
            return None
        packs = self._job.cleaner.library.packs.values()
        for settled in self._begun.settled.values():  # not looked at again
            self._begun.sums.add_line(settled, is_failed=False)
        verbs = {rule.id: rule.verb for pack in packs for rule in pack.rules}
        self._begun.finish(verbs, is_interrupted=is_interrupted)
        return self._begun.problem


def _text_line(place: Mapping[str, Any], result: Result, outcome: Outcome) -> bytes:
    """As `cleaner.runs.run_line`, for texts, in which bytes that are no text may stand as lone surrogates."""
    from cleaner.runs import around
    from cleaner.writers.edit_lines import changed_fields
    from cleaner.writers.records import to_json

    clean, original = (sha256(raw or b"").hexdigest() for raw in (outcome.clean, outcome.raw))
    fields = changed_fields(result, clean, original)
    for edit in fields["edits"]:
        edit["before"], edit["after"] = around(result.document.text, edit["start"], edit["end"])
    return (to_json({**place, **fields}) + "\n").encode("utf-8")
