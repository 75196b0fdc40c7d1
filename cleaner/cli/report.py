"""Reports for programs: ``--output json`` is one object, ``--output jsonl`` one line for each document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cleaner.cli.screen import Screen
from cleaner.problem import Problem
from cleaner.writers.records import problem_record, result_record, to_json

if TYPE_CHECKING:
    from cleaner.runner import Outcome


class Report:
    """Prints records as they come, so that memory does not grow with the run."""

    def __init__(self, form: str, screen: Screen) -> None:
        self.form, self.screen = form, screen
        self.count = 0
        if form == "json":
            screen.line('{"documents": [')

    def add(self, record: Mapping[str, Any]) -> None:
        """Print one document's record."""
        self.screen.line((", " if self.count and self.form == "json" else "") + to_json(record))
        self.count += 1

    def close(self, summary: Mapping[str, Any], problems: Iterable[Problem] = ()) -> None:
        """Print the problems that belong to no document, and the sums."""
        listed = [problem_record(problem) for problem in problems]
        if self.form == "json":
            self.screen.line(f'], "problems": {to_json(listed)}, "summary": {to_json(summary)}}}')
        else:
            for problem in listed:
                self.screen.line(to_json({"id": None, "problem": problem}))


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """All that is known of one file but its text."""
    if outcome.result is None:
        return {
            "id": outcome.file.name,
            "path": outcome.file.shown,
            "problem": problem_record(outcome.problem or outcome.skipped),
        }
    record = result_record(outcome.result, outcome.file.name)
    return {**record, "changed": outcome.changed, "problem": problem_record(outcome.problem)}
