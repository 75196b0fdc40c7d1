"""The sums of a run, for its summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cleaner.sums import CategorySums, RuleSums, SourceSums, Sums

if TYPE_CHECKING:
    from cleaner.runner import Outcome
    from cleaner.stream.model import Counts


class Tally:
    """Counts outcomes as they come. ``sums`` has those that could be read, ``files`` and ``failed`` count all."""

    def __init__(self) -> None:
        self.files = self.records = self.failed = self.skipped = 0
        self.sums = Sums()

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        self.files += 1
        self.records += outcome.is_record
        self.failed += outcome.problem is not None
        self.skipped += outcome.skipped is not None
        if outcome.result is not None:
            self.sums.add(outcome.result, is_failed=outcome.problem is not None)

    def add_known(self, documents: int, characters: int, records: int = 0) -> None:
        """Count documents that are known to be clean, ``records`` of which are those of files of many; nothing else is
        known of them."""
        self.files += documents
        self.records += records
        self.sums.documents += documents
        self.sums.characters += characters

    def restore(self, record: Mapping[str, Any]) -> None:
        """Begin with the sums that `record` gave."""
        if not record:
            return
        self.files, self.failed = record["files"], record["failed"]
        rules = {
            name: RuleSums(**{key: value for key, value in one.items() if key != "pack"})
            for name, one in record["by_rule"].items()
        }
        categories = {name: CategorySums(**one) for name, one in record["by_category"].items()}
        sources = {name: SourceSums(**one) for name, one in record["by_source"].items()}
        documents = sum(one.documents for one in sources.values())
        sizes = record["characters"], record["removed"]
        self.sums = Sums(documents, record["changed"], record["failed"], *sizes, rules, categories, sources)

    def add_settled(self, record: Mapping[str, Any], *, is_failed: bool) -> None:
        """Count a text by its line in a file of edits."""
        self.files += 1
        self.failed += is_failed
        if record:
            self.sums.add_line(record, is_failed=is_failed)

    def add_counts(self, counts: Counts) -> None:
        """Count the documents that were counted elsewhere."""
        self.files += counts.documents
        self.records += counts.documents
        self.failed += counts.failed
        self.sums += counts.sums

    @property
    def changed(self) -> int:
        """The documents that were changed."""
        return self.sums.changed

    @property
    def edits(self) -> int:
        """All that was done to them."""
        return self.sums.cuts

    @property
    def rules(self) -> dict[str, int]:
        """Edits by rule; an edit is its owner's, the first of its rules."""
        return {name: one.cuts for name, one in self.sums.rules.items()}

    @property
    def sources(self) -> dict[str, int]:
        """Documents by source; the name is empty where there is none."""
        return {name: one.documents for name, one in self.sums.sources.items()}

    @property
    def exit_code(self) -> int:
        """2 where a file failed, else 0."""
        return 2 if self.failed else 0

    def line(self, deed: str, finding: str) -> str:
        """The summary in one line: ``deed`` is what was done to the files, ``finding`` what an edit is called."""
        share = self.sums.removed / self.sums.characters if self.sums.characters else 0
        parts = [f"{_count(self.files, 'document' if self.records else 'file')} {deed}"]
        if self.edits:
            parts.append(f"{_count(self.edits, finding)} in {self.changed:,} of them ({share:.1%} of the characters)")
        else:
            parts.append(f"no {finding}s")
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if self.skipped:
            parts.append(f"{self.skipped:,} no text")
        return ", ".join(parts)

    def record(self) -> dict[str, Any]:
        """The sums as plain data."""
        return {
            "files": self.files,
            "changed": self.changed,
            "failed": self.failed,
            "edits": self.edits,
            "characters": self.sums.characters,
            "removed": self.sums.removed,
            "rules": dict(sorted(self.rules.items())),
            "sources": dict(sorted(self.sources.items())),
            **self.sums.listed(),
        }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")
