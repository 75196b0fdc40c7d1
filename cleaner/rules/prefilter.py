"""The prefilter: which lines could a rule hit at all? One scan of the text answers it for all rules.

Every pattern has a set of literals of which one stands in whatever it matches (`cleaner.rules.literals`). An
Aho-Corasick automaton finds them all in one pass over the folded text; only the (rule, line) pairs it names
reach the rules. A rule with a pattern of which no literal is known is tried on every line that its
``first``/``last`` window leaves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from cleaner.rules.model import Rule
from cleaner.text.lines import Layout

_LINE_END = re.compile(rb"\r\n|\n|\r")


class Scanner:
    """Finds whose literals stand in a text. Owners are numbered from 0, in the order given."""

    def __init__(self, literals: Sequence[Iterable[str]]) -> None:
        owners: dict[str, list[int]] = {}
        for owner, own in enumerate(literals):
            for literal in own:
                owners.setdefault(literal, []).append(owner)
        self._patterns = [literal.encode("utf-8", "surrogatepass") for literal in owners]
        self._owners = list(owners.values())
        self._automaton: Any = None

    def hits(self, scan: bytes) -> Iterable[tuple[int, int]]:
        """Yield (owner, byte offset) for each literal in ``scan``, which `lowered` made."""
        if not self._patterns:
            return
        if self._automaton is None:
            from ahocorasick_rs import BytesAhoCorasick

            self._automaton = BytesAhoCorasick(self._patterns)
        owners = self._owners
        for pattern, start, _ in self._automaton.find_matches_as_indexes(scan, overlapping=True):
            for owner in owners[pattern]:
                yield owner, start

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_automaton": None}  # the automaton cannot be pickled; it is made again


class Prefilter:
    """The scan for one list of rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._scanner = Scanner([literals_of(rule) or () for rule in self.rules])
        self._always = [number for number, rule in enumerate(self.rules) if literals_of(rule) is None]

    def candidates(self, layout: Layout, scan: bytes) -> dict[int, list[int]]:
        """Return rule number to the ascending numbers of the lines it is to be tried on."""
        found: dict[int, set[int]] = {}
        starts: list[int] | None = None
        for rule, offset in self._scanner.hits(scan):
            if starts is None:
                starts = _line_starts(layout, scan)
            found.setdefault(rule, set()).add(bisect_right(starts, offset) - 1)
        candidates = {rule: sorted(numbers) for rule, numbers in found.items()}
        for rule in self._always:
            candidates[rule] = _window(self.rules[rule], layout)
        return dict(sorted(candidates.items()))


def literals_of(rule: Rule) -> tuple[str, ...] | None:
    """All literals of a rule's patterns; None where one of them has none, so that every line must be tried."""
    if not rule.targets or any(pattern.literals is None for pattern in rule.targets):
        return None
    return tuple({literal for pattern in rule.targets for literal in pattern.literals or ()})


def _window(rule: Rule, layout: Layout) -> list[int]:
    numbers = layout.filled
    if rule.verb == "repeat":  # copies outside the window count as copies, though only those inside go
        return list(numbers)
    if rule.where.first is not None:
        numbers = numbers[: rule.where.first]
    if rule.where.last is not None:
        numbers = tuple(number for number in numbers if layout.ranks[number] >= len(layout.filled) - rule.where.last)
    return list(numbers)


def _line_starts(layout: Layout, scan: bytes) -> list[int]:
    """Where each line starts in ``scan``; folding may have changed lengths, but no line end."""
    if len(scan) == len(layout.text) and layout.text.isascii():
        return [line.start for line in layout.lines]
    return [0, *(end.end() for end in _LINE_END.finditer(scan))]
