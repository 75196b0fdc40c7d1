"""The prefilter: which pattern could match on which line at all? One scan of the text answers it for all rules.

Every pattern has a set of literals of which one stands in whatever it matches (`cleaner.rules.literals`). An
Aho-Corasick automaton finds them all in one pass over the folded text. Of the (pattern, line) pairs it names go those
in which the line holds more letters than the pattern can cover; where the pattern is to cover the whole line, the rest
is confirmed at once. Whether a pattern matches a line depends on nothing but the two, so the answer is remembered: a
second pass over a text asks for the lines that are new alone, and so do menus that stand on every page of a site.

A pattern of which no literal is known is tried on every line that the rule's ``first`` and ``last`` windows leave.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from cleaner.rules import pattern as patterns
from cleaner.rules.literals import NARROW, lowered
from cleaner.rules.model import Pattern, Rule, Where
from cleaner.rules.pattern import MatchTimeout, compiled, fits, line_match
from cleaner.text.lines import Layout, bared, letters

Candidates = Mapping[int, Sequence[Pattern]]
"""Line number, ascending, to the patterns of one rule that are to be tried there."""

REMEMBERED: Final = 2_000_000
"""Characters of lines that are remembered; beyond it, all is forgotten and asked again."""

LITTLE: Final = 4_000
"""Bytes up to which it is quicker to look for one literal after another than to build an automaton."""
MUCH: Final = 500_000
"""Bytes after which a faster automaton is worth its building."""
DEPTH: Final = 2
"""Characters of a line's beginning that are held against those a pattern can begin with."""
WORTHWHILE: Final = 2000
"""So often a pattern must have been asked before its beginnings are found, which takes as long as 1,000 matches."""
MOST_BEGINNINGS: Final = 64

EVERYDAY: Final = frozenset(("and", "at", "he", "her", "his", "in", "is", "of", "she", "the", "to", "was"))
"""Words that stand in most lines of English: to look for them tells little."""

_PRINTABLE = [chr(code) for code in range(32, 127)]
_NEWLINE = 10
_WHOLE_LINES = frozenset({"line", "block", "section", "repeat"})
_CONFIRMED = frozenset({"line", "section"})


def scanned(lines: Iterable[str]) -> bytes:
    """What the scan runs over: lines without white space around them, folded, a line end on either side of each."""
    return lowered("\n" + "\n".join(lines) + "\n")


class Scanner:
    """Finds whose literals stand in a text. Owners are numbered from 0, in the order given."""

    def __init__(self, literals: Iterable[Iterable[str]]) -> None:
        owners: dict[str, list[int]] = {}
        for owner, own in enumerate(literals):
            for literal in own:
                owners.setdefault(literal, []).append(owner)
        self._literals = [literal.encode("utf-8", "surrogatepass") for literal in owners]
        self._owners = list(owners.values())
        self._automaton: Any = None
        self._scanned = 0

    def hits(self, scan: bytes) -> list[tuple[int, int, int]]:
        """Return (literal, start, end) for each literal that stands in ``scan``; offsets in bytes."""
        if not self._literals:
            return []
        before, self._scanned = self._scanned, self._scanned + len(scan)
        if self._scanned <= LITTLE:
            return self._one_by_one(scan)
        if self._automaton is None or before <= MUCH < self._scanned:
            from ahocorasick_rs import BytesAhoCorasick, Implementation

            # Built in a tenth of the time at first, and three times as fast for a run that goes on.
            kind = Implementation.NoncontiguousNFA if self._scanned <= MUCH else Implementation.DFA
            self._automaton = BytesAhoCorasick(self._literals, implementation=kind)
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(scan, overlapping=True)
        return found

    def _one_by_one(self, scan: bytes) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        for number, literal in enumerate(self._literals):
            if literal in scan:
                start = scan.find(literal)
                while start >= 0:
                    found.append((number, start, start + len(literal)))
                    start = scan.find(literal, start + 1)
        return found

    def owners(self, scan: bytes) -> set[int]:
        """Return the owners of all literals that stand in ``scan``."""
        return {owner for literal, _, _ in self.hits(scan) for owner in self._owners[literal]}

    def by_line(self, scan: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield (line number, owners) for each literal that stands in ``scan``, which is from `scanned`."""
        hits = self.hits(scan)
        if hits:
            owners = self._owners
            # Where the lines end, and with it where the next one begins.
            ends = list(accumulate(map(len, scan.split(b"\n")), lambda end, length: end + length + 1))
            for literal, start, _ in hits:
                # A literal may begin with the line end before its line.
                yield bisect_right(ends, start + (scan[start] == _NEWLINE)) - 1, owners[literal]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_automaton": None, "_scanned": 0}  # the automaton cannot be pickled; it is made again


class _Asked:
    """A pattern's ``fullmatch``, how often it was asked, and once that is often, how all its matches begin."""

    __slots__ = ("begins", "match", "times")

    def __init__(self, match: Any) -> None:
        self.match = match
        self.times = 0
        self.begins: frozenset[str] | None = None


def beginnings(match: Any) -> frozenset[str] | None:
    """All beginnings of `DEPTH` ASCII characters, and all shorter ones, that a text matched by ``match`` can have;
    None where they are too many to be told.

    ``match`` is the bound ``fullmatch`` of a compiled expression, which is asked for partial matches.
    """
    found = [""]
    every: list[str] = []
    for _ in range(DEPTH):
        if len(found) > MOST_BEGINNINGS:
            return None
        found = [text for start in found for text in map(start.__add__, _PRINTABLE) if match(text, partial=True)]
        every += found
    return frozenset(every)


class Prefilter:
    """The scan for one list of rules. ``entries`` are their patterns, each once however many rules have it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        entries: dict[tuple[object, ...], int] = {}
        self._patterns: list[Pattern] = []
        self._confirms: list[bool] = []
        self._uses: list[list[tuple[int, int, Pattern]]] = []  # rule, place among its targets, pattern as it has it
        self._always: list[int] = []  # rules that are asked about every line of their window
        literals: list[tuple[str, ...]] = []
        for number, rule in enumerate(self.rules):
            whole, confirms = rule.verb in _WHOLE_LINES, rule.verb in _CONFIRMED
            if not rule.targets or any(is_blind(rule, pattern) for pattern in rule.targets):
                self._always.append(number)
            for place, pattern in enumerate(rule.targets):
                own = literals_of(rule, pattern)
                if is_blind(rule, pattern):
                    continue
                key = (pattern.expression, pattern.ignore_case, whole, confirms)
                entry = entries.setdefault(key, len(entries))
                if entry == len(self._patterns):
                    self._patterns.append(pattern)
                    self._confirms.append(confirms)
                    self._uses.append([])
                    literals.append(own or ())
                self._uses[entry].append((number, place, pattern))
        self._widths = [
            pattern.width if pattern.width is not None and self.rules[uses[0][0]].verb in _WHOLE_LINES else math.inf
            for pattern, uses in zip(self._patterns, self._uses, strict=True)
        ]
        self._asked: list[_Asked | None] = [None] * len(self._patterns)
        tiers = [self._tier(entry) for entry in range(len(self._patterns))]
        self._tiers = [
            Scanner([own if at == tier else () for own, at in zip(literals, tiers, strict=True)])
            for tier in range(len(NARROW) + 1)
        ]
        self._blind = [entry for entry, own in enumerate(literals) if not own]
        self._known: dict[str, tuple[int, ...]] = {"": ()}
        self._size = 0

    def candidates(self, layout: Layout, scan: bytes | None = None) -> list[tuple[Rule, Candidates]]:
        """Return each rule that could hit with the lines it is to be tried on.

        ``scan``: what `scanned` makes of all lines, where that is at hand.
        """
        self._look_at(layout.stripped, scan)
        known, uses, rules = self._known, self._uses, self.rules
        found: dict[int, dict[int, list[tuple[int, Pattern]]]] = {}
        for number, line in enumerate(layout.stripped):
            for entry in known[line]:
                for rule, place, pattern in uses[entry]:
                    if _is_inside(rules[rule], layout, number):
                        found.setdefault(rule, {}).setdefault(number, []).append((place, pattern))
        ready: dict[int, Candidates] = {rule: _in_order(lines) for rule, lines in found.items()}
        for rule in self._always:
            ready[rule] = _everywhere(rules[rule], layout, ready.get(rule, {}))
        return [(rules[rule], ready[rule]) for rule in sorted(ready) if ready[rule]]

    def _look_at(self, lines: Sequence[str], scan: bytes | None) -> None:
        """Find and remember the entries of the lines that are not known."""
        known = self._known
        if self._size > REMEMBERED:
            known.clear()
            known[""] = ()
            self._size = 0
        fresh = [line for line in dict.fromkeys(lines) if line not in known]
        if not fresh:
            return
        entries: dict[str, set[int]] = {line: set() for line in fresh}
        # A scan that is there anyway is not made again for the few lines that are known.
        over = lines if scan is not None and 2 * len(fresh) > len(lines) else fresh
        for number, owners in self._tiers[-1].by_line(scan if over is lines and scan is not None else scanned(fresh)):
            if (line := over[number]) in entries:
                entries[line].update(owners)
        counts = dict(zip(fresh, map(letters, fresh), strict=True))
        for most, tier in zip(reversed(NARROW), reversed(self._tiers[:-1]), strict=True):
            fresh = [line for line in fresh if counts[line] <= most]
            bare = [line for line in fresh if not (line[0].isalpha() and line[-1].isalpha())]
            for number, owners in tier.by_line(scanned([*fresh, *map(bared, bare)])):
                entries[fresh[number] if number < len(fresh) else bare[number - len(fresh)]].update(owners)
        for line, found in entries.items():
            found.update(self._blind)
            known[line] = tuple(sorted(self._confirmed(line, counts[line], found))) if found else ()
            self._size += len(line) + 60

    def _tier(self, entry: int) -> int:
        """The first scan whose lines are as long as the pattern can cover."""
        return bisect_left(NARROW, self._widths[entry])

    def _confirmed(self, line: str, count: int, entries: Iterable[int]) -> Iterator[int]:
        """Of the entries whose literals stand in a line of ``count`` letters those that match it, where they are to
        match all of it."""
        widths, confirms, asked = self._widths, self._confirms, self._asked
        for entry in entries:
            if count > widths[entry]:
                continue
            if confirms[entry]:
                one = asked[entry] or self._ask(entry)
                if one.begins is not None and line[:DEPTH].isascii() and line[:DEPTH] not in one.begins:
                    continue
                one.times += 1
                if one.times == WORTHWHILE:
                    one.begins = beginnings(one.match)
                try:
                    if one.match(line, timeout=patterns.TIME_LIMIT) is None:
                        continue
                except TimeoutError as error:
                    raise MatchTimeout(self._patterns[entry].source) from error
            yield entry

    def _ask(self, entry: int) -> _Asked:
        pattern = self._patterns[entry]
        found = self._asked[entry] = _Asked(compiled(pattern.expression, pattern.ignore_case).fullmatch)
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": {"": ()}, "_size": 0, "_asked": [None] * len(self._patterns)}


def is_blind(rule: Rule, pattern: Pattern) -> bool:
    """True for a pattern that is to be asked about the lines of a place, since no literal says which ones, or one that
    stands in most."""
    literals = literals_of(rule, pattern)
    if literals is not None:
        return rule.verb in _CONFIRMED and has_place(rule.where) and not EVERYDAY.isdisjoint(literals)
    # Where any line will do, its answers are better remembered line by line.
    return rule.verb not in _CONFIRMED or pattern.kind == "shape" or has_place(rule.where)


def has_place(where: Where) -> bool:
    """True where some lines can be told to be out of place, whatever they say."""
    return where.first is not None or where.last is not None or _is_spread(where)


def _is_spread(where: Where) -> bool:
    """True where the place is better asked before the pattern: it costs less, and leaves many lines."""
    return bool(where.parts) or where.after is not None or where.before is not None


def literals_of(rule: Rule, pattern: Pattern) -> tuple[str, ...] | None:
    """The literals of one of a rule's patterns; None where every line must be tried."""
    return pattern.line_literals if rule.verb in _WHOLE_LINES else pattern.literals


def _in_order(lines: Mapping[int, list[tuple[int, Pattern]]]) -> Candidates:
    """Patterns as the rule lists them: the first that matches counts."""
    return {
        number: [pattern for _, pattern in (sorted(found, key=_first) if len(found) > 1 else found)]
        for number, found in lines.items()
    }


def _first(pair: tuple[int, Pattern]) -> int:
    return pair[0]


def _everywhere(rule: Rule, layout: Layout, found: Candidates) -> Candidates:
    """The lines of a rule that has patterns without literals: ``found`` are those that its other patterns name."""
    unnamed = [pattern for pattern in rule.targets if is_blind(rule, pattern)]
    numbers = _window(rule, layout)
    if rule.verb in _CONFIRMED and not _is_spread(rule.where):
        stripped, shapes = layout.stripped, layout.shapes if any(p.kind == "shape" for p in unnamed) else ()
        matching: dict[int, list[Pattern]] = {}
        for number in numbers:
            for pattern in unnamed:
                if pattern.kind == "shape":
                    if not pattern.shape & shapes[number]:
                        continue
                elif not fits(pattern, stripped[number]) or line_match(pattern, stripped[number]) is None:
                    continue
                matching.setdefault(number, []).append(pattern)
        if not found:
            return matching
        places = {id(pattern): place for place, pattern in enumerate(rule.targets)}
        return {
            number: sorted([*found.get(number, ()), *matching.get(number, ())], key=lambda p: places[id(p)])
            for number in sorted({*found, *matching})
        }
    if len(unnamed) == len(rule.targets):
        return dict.fromkeys(numbers, unnamed)
    return dict.fromkeys(numbers, rule.targets)


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
