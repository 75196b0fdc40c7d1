"""The prefilter: which pattern could match on which line at all? One scan of the text answers it for all rules.

Every pattern has a set of literals of which one stands in whatever it matches (`cleaner.rules.literals`). An
Aho-Corasick automaton finds them all in one pass over the folded text; only the (rule, line, pattern) triples it
names reach the verbs. Of those go the ones in which the line is longer than all that the pattern can cover. A pattern
of which no literal is known is tried on every line that the rule's ``first`` and ``last`` windows leave.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cleaner.rules.literals import lowered
from cleaner.rules.model import Pattern, Rule
from cleaner.text.lines import Layout

Candidates = Mapping[int, Sequence[Pattern]]
"""Line number, ascending, to the patterns of one rule that are to be tried there."""

_LINE_END = re.compile(b"\n")
_NEWLINE = 10
_WHOLE_LINES = frozenset({"line", "block", "section", "repeat"})


def scanned(layout: Layout) -> bytes:
    """What the scan runs over: the lines without white space around them, folded, a line end on either side of each."""
    return lowered("\n" + "\n".join(layout.stripped) + "\n")


class Scanner:
    """Finds whose literals stand in a text. Owners are numbered from 0, in the order given."""

    def __init__(self, literals: Sequence[Iterable[str]]) -> None:
        owners: dict[str, list[int]] = {}
        for owner, own in enumerate(literals):
            for literal in own:
                owners.setdefault(literal, []).append(owner)
        self._literals = [literal.encode("utf-8", "surrogatepass") for literal in owners]
        self._owners = list(owners.values())
        self._automaton: Any = None

    def hits(self, scan: bytes) -> Iterator[tuple[Sequence[int], int]]:
        """Yield (owners, byte offset) for each literal that stands in ``scan``."""
        if not self._literals:
            return
        if self._automaton is None:
            from ahocorasick_rs import BytesAhoCorasick

            self._automaton = BytesAhoCorasick(self._literals)
        owners = self._owners
        for literal, start, _ in self._automaton.find_matches_as_indexes(scan, overlapping=True):
            yield owners[literal], start

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_automaton": None}  # the automaton cannot be pickled; it is made again


class Prefilter:
    """The scan for one list of rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._owners = [(number, pattern) for number, rule in enumerate(self.rules) for pattern in rule.targets]
        literals = [literals_of(self.rules[number], pattern) for number, pattern in self._owners]
        self._scanner = Scanner([own or () for own in literals])
        self._always: dict[int, list[int]] = {number: [] for number, rule in enumerate(self.rules) if not rule.targets}
        for owner, own in enumerate(literals):
            if own is None:
                self._always.setdefault(self._owners[owner][0], []).append(owner)

    def candidates(self, layout: Layout, scan: bytes) -> list[tuple[Rule, Candidates]]:
        """Return each rule that could hit with the lines it is to be tried on. ``scan`` is from `scanned`."""
        found: dict[int, dict[int, set[int]]] = {}
        for number, owners in self._always.items():
            whole = self.rules[number].verb in _WHOLE_LINES
            found[number] = {
                line: {owner for owner in owners if not (whole and self._is_too_long(layout, line, owner))}
                for line in _window(self.rules[number], layout)
            }
        starts: list[int] = []
        for hit, start in self._scanner.hits(scan):
            if not starts:
                starts = [end.end() for end in _LINE_END.finditer(scan)]
            # A literal may begin with the line end before its line.
            line = bisect_right(starts, start + (scan[start] == _NEWLINE)) - 1
            for owner in hit:
                number = self._owners[owner][0]
                if self.rules[number].verb in _WHOLE_LINES and self._is_too_long(layout, line, owner):
                    continue
                lines = found.setdefault(number, {})
                if line in lines:
                    lines[line].add(owner)
                elif _is_inside(self.rules[number], layout, line):
                    lines[line] = {owner}
        return [(self.rules[number], self._in_order(found[number])) for number in sorted(found)]

    def _is_too_long(self, layout: Layout, line: int, owner: int) -> bool:
        width = self._owners[owner][1].width
        return width is not None and len(layout.stripped[line]) > width and layout.ink(line) > width

    def _in_order(self, lines: dict[int, set[int]]) -> Candidates:
        """Lines ascending, patterns as the rule lists them: the first that matches counts."""
        return {line: [self._owners[owner][1] for owner in sorted(lines[line])] for line in sorted(lines)}


def literals_of(rule: Rule, pattern: Pattern) -> tuple[str, ...] | None:
    """The literals of one of a rule's patterns; None where every line must be tried."""
    return pattern.line_literals if rule.verb in _WHOLE_LINES else pattern.literals


def _is_inside(rule: Rule, layout: Layout, line: int) -> bool:
    """False where the rule's window says that it cannot cut this line."""
    first, last = rule.where.first, rule.where.last
    if (first is None and last is None) or rule.verb == "repeat":
        return True
    rank = layout.ranks[line]
    return (first is None or rank < first) and (last is None or rank >= len(layout.filled) - last)


def _window(rule: Rule, layout: Layout) -> Sequence[int]:
    """The lines that a rule's window leaves. Copies outside it still count as copies, so `repeat` has all."""
    numbers = layout.filled
    if rule.verb == "repeat":
        return numbers
    if rule.where.last is not None:
        numbers = numbers[max(0, len(numbers) - rule.where.last) :]
    if rule.where.first is not None:
        numbers = tuple(number for number in numbers if layout.ranks[number] < rule.where.first)
    return numbers
