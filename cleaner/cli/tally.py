"""The sums of a run, for its summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.runner import Outcome


class Tally:
    """Counts outcomes as they come."""

    def __init__(self) -> None:
        self.files = self.changed = self.failed = self.edits = 0
        self.characters = self.removed = 0
        self.rules: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        self.files += 1
        self.failed += outcome.problem is not None
        self.changed += outcome.changed
        result = outcome.result
        if result is None:
            return
        self.sources[result.source.name or ""] += 1
        self.characters += len(result.document.text)
        if outcome.problem is None:
            self.edits += len(result.edits)
            self.removed += result.removed
            self.rules.update(rule for edit in result.edits for rule in edit.rules[:1])

    @property
    def exit_code(self) -> int:
        """2 where a file failed, else 0."""
        return 2 if self.failed else 0

    def line(self, deed: str, finding: str) -> str:
        """The summary in one line: ``deed`` is what was done to the files, ``finding`` what an edit is called."""
        share = self.removed / self.characters if self.characters else 0
        parts = [f"{_count(self.files, 'file')} {deed}"]
        if self.edits:
            parts.append(f"{_count(self.edits, finding)} in {self.changed} of them ({share:.1%} of the characters)")
        else:
            parts.append(f"no {finding}s")
        if self.failed:
            parts.append(f"{self.failed} failed")
        return ", ".join(parts)

    def by_rule(self) -> list[str]:
        """One line for each rule that made an edit, the busiest first."""
        ordered = sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))
        return [f"{count:8}  {rule}" for rule, count in ordered]

    def record(self) -> dict[str, Any]:
        """The sums as plain data."""
        return {
            "files": self.files,
            "changed": self.changed,
            "failed": self.failed,
            "edits": self.edits,
            "characters": self.characters,
            "removed": self.removed,
            "rules": dict(sorted(self.rules.items())),
            "sources": dict(sorted(self.sources.items())),
        }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")
