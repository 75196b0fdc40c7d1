"""What was done to some documents, counted by rule, category and source.

Sums are made where documents are cleaned, in any process, and added up; this module imports nothing that costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cleaner.text.edit import Edit

if TYPE_CHECKING:
    from cleaner.engine import Result


@dataclass(slots=True)
class RuleSums:
    """What one rule did: its cuts, how many documents they are in, how many characters went."""

    category: str
    confidence: str
    why: str
    cuts: int = 0
    documents: int = 0
    characters: int = 0


@dataclass(slots=True)
class CategorySums:
    """What the rules of one category did; a document with cuts of two of them counts once."""

    cuts: int = 0
    documents: int = 0
    characters: int = 0


@dataclass(slots=True)
class SourceSums:
    """What was done to the documents of one source."""

    documents: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0
    cuts: int = 0


@dataclass(slots=True)
class Sums:
    """The sums over some documents. They can be added up, and sent between processes."""

    documents: int = 0
    changed: int = 0
    failed: int = 0
    characters: int = 0
    removed: int = 0
    rules: dict[str, RuleSums] = field(default_factory=dict)
    categories: dict[str, CategorySums] = field(default_factory=dict)
    sources: dict[str, SourceSums] = field(default_factory=dict)
    remarked: int = 0
    """Documents with warnings, or with cuts that only weaker rules would make."""

    @property
    def cuts(self) -> int:
        """All cuts."""
        return sum(one.cuts for one in self.rules.values())

    def add(self, result: Result, *, is_failed: bool = False) -> None:
        """Count one document that could be read. A cut is its owner's, the first of its rules. ``is_failed``: it could
        not be written."""
        failed = is_failed or result.problem is not None
        size, removed = len(result.document.text), 0 if failed else result.removed
        self._add(result.source.name, size, removed, result.edits, failed=failed, changed=result.changed)
        self.remarked += bool(result.proposed or result.warnings)

    def add_line(self, line: Mapping[str, Any], *, is_failed: bool) -> None:
        """The same by the document's line in a file of edits."""
        edits = [
            Edit(
                known["start"],
                known["end"],
                known["old"],
                known["new"],
                tuple(known["rules"]),
                known["why"],
                known["confidence"],
                known["category"],
            )
            for known in line["edits"]
        ]
        removed, changed = line["removed"], line["changed"]
        self._add(line["source"], line["characters"], removed, edits, failed=is_failed, changed=changed)

    def _add(
        self, name: str | None, size: int, removed: int, edits: Iterable[Edit], *, failed: bool, changed: bool
    ) -> None:
        self.documents += 1
        self.characters += size
        source = self.sources.setdefault(name or "", SourceSums())
        source.documents += 1
        source.characters += size
        if failed:
            self.failed += 1
            return
        if not edits:
            return
        self.changed += changed
        self.removed += removed
        source.changed += changed
        source.removed += removed
        seen: set[str] = set()  # a rule's id has a slash, a category has none
        for edit in edits:
            rule = edit.rules[0]
            length = len(edit.old) - len(edit.new)
            sums = self.rules.get(rule)
            if sums is None:
                sums = self.rules[rule] = RuleSums(edit.category, edit.confidence, edit.why)
            sums.cuts += 1
            sums.characters += length
            sums.documents += rule not in seen
            category = self.categories.get(edit.category)
            if category is None:
                category = self.categories[edit.category] = CategorySums()
            category.cuts += 1
            category.characters += length
            category.documents += edit.category not in seen
            source.cuts += 1
            seen.add(rule)
            seen.add(edit.category)

    @staticmethod
    def of(plain: Mapping[str, Any]) -> Sums:
        """The sums that `dataclasses.asdict` made plain data of."""
        rules = {name: RuleSums(**one) for name, one in plain["rules"].items()}
        categories = {name: CategorySums(**one) for name, one in plain["categories"].items()}
        sources = {name: SourceSums(**one) for name, one in plain["sources"].items()}
        return Sums(**{**plain, "rules": rules, "categories": categories, "sources": sources})

    def __iadd__(self, other: Sums) -> Sums:
        for name in ("documents", "changed", "failed", "characters", "removed", "remarked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rule, theirs in other.rules.items():
            ours = self.rules.setdefault(rule, RuleSums(theirs.category, theirs.confidence, theirs.why))
            for name in ("cuts", "documents", "characters"):
                setattr(ours, name, getattr(ours, name) + getattr(theirs, name))
        for category, some in other.categories.items():
            mine = self.categories.setdefault(category, CategorySums())
            for name in ("cuts", "documents", "characters"):
                setattr(mine, name, getattr(mine, name) + getattr(some, name))
        for source, sums in other.sources.items():
            known = self.sources.setdefault(source, SourceSums())
            for name in ("documents", "changed", "characters", "removed", "cuts"):
                setattr(known, name, getattr(known, name) + getattr(sums, name))
        return self

    def listed(self, verbs: Mapping[str, str] | None = None) -> dict[str, dict[str, dict[str, Any]]]:
        """The sums by rule, category and source as plain data, each in the order of the names, as run records and
        reports have them. ``verbs``: rule to its verb, where these are wanted."""
        rules: dict[str, dict[str, Any]] = {}
        for rule, one in sorted(self.rules.items()):
            known = {"category": one.category, "confidence": one.confidence, "why": one.why}
            pack = {"pack": rule.partition("/")[0]}
            verb = {} if verbs is None else {"verb": verbs.get(rule, "")}
            counts = {"cuts": one.cuts, "characters": one.characters, "documents": one.documents}
            rules[rule] = {**known, **pack, **verb, **counts}
        return {
            "by_rule": rules,
            "by_category": {
                name: {"cuts": one.cuts, "characters": one.characters, "documents": one.documents}
                for name, one in sorted(self.categories.items())
            },
            "by_source": {name: asdict(one) for name, one in sorted(self.sources.items())},
        }
