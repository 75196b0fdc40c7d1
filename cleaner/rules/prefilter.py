"""The prefilter: which pattern could match on which line at all? One scan of the text answers it for all rules.

Every pattern has a set of literals of which one stands in whatever it matches (`cleaner.rules.literals`). An
Aho-Corasick automaton finds them all in one pass over the folded text. Of the (pattern, line) pairs it names go those
in which the line holds more letters than the pattern can cover; where the pattern is to cover the whole line, the rest
is confirmed at once. Whether a pattern matches a line depends on nothing but the two, so the answer is remembered: a
second pass over a text asks for the lines that are new alone, and so do menus that stand on every page of a site.

Many patterns are known best by how the lines begin that they match, whatever signs stand ahead of the first letter; so
lines that begin with no letter are scanned once more without those signs.

A pattern of which no literal is known is tried on every line that the rule's ``first`` and ``last`` windows leave.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, repeat
from operator import itemgetter
from typing import Any, Final

from cleaner.rules.literals import NARROW, lowered
from cleaner.rules.model import PIECES, Pattern, Rule, Where
from cleaner.rules.pattern import asked, fits, line_match
from cleaner.text.lines import Layout, bared, letters

Candidates = Mapping[int, Sequence[Pattern]]
"""Line number, ascending, to the patterns of one rule that are to be tried there."""
Hints = dict[tuple[str, bool], Mapping[int, None]]
"""Expression, and whether case is ignored, to the numbers of all lines that it could match; ascending."""

REMEMBERED: Final = 1_000_000
"""Characters of lines after which what is remembered grows old; it is forgotten when as much has come again."""
LITTLE: Final = 4_000
"""Bytes up to which it is quicker to look literals up at every place than to build an automaton."""
START: Final = 3
"""Bytes of a literal by which it is looked up there."""
MUCH: Final = 500_000
"""Bytes after which a faster automaton is worth its building."""
TELLING: Final = 5
"""Characters of a literal, a line end among them, that is rare enough to be looked for in all lines, where few lines
are asked about."""

_NEWLINE = 10
_CONFIRMED = frozenset({"line", "section"})


def scanned(lines: Iterable[str]) -> bytes:
    """What the scan runs over: lines without white space around them, folded, a line end on either side of each."""
    return lowered("\n" + "\n".join(lines) + "\n")


class Scanner:
    """Finds whose literals stand in a text. Owners are numbered from 0, in the order given."""

    def __init__(self, literals: Iterable[Iterable[str]]) -> None:
        owners: dict[bytes, list[int]] = {}
        for owner, own in enumerate(literals):
            for literal in own:
                owners.setdefault(literal.encode("utf-8", "surrogatepass"), []).append(owner)
        self._literals = sorted(owners)
        # Most literals have the one owner that many have: one object, which a kept library holds and loads once.
        known: dict[tuple[int, ...], tuple[int, ...]] = {}
        found = (tuple(owners[literal]) for literal in self._literals)
        self._owners = [known.setdefault(owner, owner) for owner in found]
        self._short = [number for number, literal in enumerate(self._literals) if len(literal) < START]
        self._automaton: Any = None
        self._scanned = 0

    def hits(self, scan: bytes) -> list[tuple[int, int, int]]:
        """Return (literal, start, end) for each literal that stands in ``scan``; offsets in bytes."""
        if not self._literals or not scan.strip():
            return []
        before, self._scanned = self._scanned, self._scanned + len(scan)
        if self._scanned <= LITTLE:
            return self._by_their_starts(scan)
        if self._automaton is None or before <= MUCH < self._scanned:
            from ahocorasick_rs import BytesAhoCorasick, Implementation

            # Built in a tenth of the time at first, and three times as fast for a run that goes on.
            kind = Implementation.NoncontiguousNFA if self._scanned <= MUCH else Implementation.DFA
            self._automaton = BytesAhoCorasick(self._literals, implementation=kind)
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(scan, overlapping=True)
        return found

    def _by_their_starts(self, scan: bytes) -> list[tuple[int, int, int]]:
        """As `hits`, place by place: the literals that begin with the bytes there stand side by side."""
        literals = self._literals
        found = [
            (number, at, at + len(literals[number]))
            for number in self._short
            if literals[number] in scan
            for at in range(len(scan))
            if scan.startswith(literals[number], at)
        ]
        for at in range(len(scan) - START + 1):
            start = scan[at : at + START]
            number = bisect_left(literals, start)
            while number < len(literals) and literals[number].startswith(start):
                if scan.startswith(literals[number], at):
                    found.append((number, at, at + len(literals[number])))
                number += 1
        return found

    def owners(self, scan: bytes) -> set[int]:
        """Return the owners of all literals that stand in ``scan``."""
        return {owner for literal, _, _ in self.hits(scan) for owner in self._owners[literal]}

    def by_line(self, scan: bytes) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield (line number, owners) for each literal that stands in ``scan``, which is from `scanned`."""
        hits = self.hits(scan)
        if hits:
            # Where the lines end, and with it where the next one begins.
            ends = list(accumulate(map(len, scan.split(b"\n")), lambda end, length: end + length + 1))
            # A literal may begin with the line end before its line.
            starts = [start + (scan[start] == _NEWLINE) for _, start, _ in hits]
            numbers = map(bisect_right, repeat(ends), starts)
            owners = self._owners
            for number, literal in set(zip(numbers, map(itemgetter(0), hits), strict=True)):
                yield number - 1, owners[literal]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_automaton": None, "_scanned": 0}  # the automaton cannot be pickled; it is made again


class Prefilter:
    """The scan for one list of rules. ``entries`` are their patterns, each once however many rules have it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        entries: dict[tuple[object, ...], int] = {}
        self._patterns: list[Pattern] = []
        self._confirms: list[bool] = []
        self._uses: list[list[tuple[int, int, Pattern]]] = []  # rule, place among its targets, pattern as it has it
        self._always: list[int] = []  # rules that are asked about every line of their window
        self._literals: list[tuple[str, ...]] = []
        self._whole: list[bool] = []  # entries that are held against whole lines
        for number, rule in enumerate(self.rules):
            whole, confirms = rule.verb not in PIECES, rule.verb in _CONFIRMED
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
                    self._literals.append(own or ())
                    self._whole.append(whole)
                self._uses[entry].append((number, place, pattern))
        self._hints: dict[int, tuple[str, bool]] | None = None
        self._read = 0  # characters
        self._prepare()

    def _prepare(self) -> None:
        """Make ready for the entries that there are."""
        self._widths = [
            pattern.width if pattern.width is not None and is_whole else math.inf
            for pattern, is_whole in zip(self._patterns, self._whole, strict=True)
        ]
        # Of a block one line is seen here; what rules want beside their targets, and no rule uses, are lines.
        self._leasts = [
            pattern.least if confirms or not uses else 0
            for pattern, confirms, uses in zip(self._patterns, self._confirms, self._uses, strict=True)
        ]
        tiers = [self._tier(entry) for entry in range(len(self._patterns))]
        self._tiers = [
            Scanner([own if at == tier else () for own, at in zip(self._literals, tiers, strict=True)])
            for tier in range(len(NARROW) + 1)
        ]
        self._blind = [entry for entry, own in enumerate(self._literals) if not own]
        self._known: dict[str, tuple[int, ...]] = {"": ()}
        self._older: dict[str, tuple[int, ...]] = {}
        self._size = 0

    def _add_hints(self) -> None:
        """Look from now on for what rules want near their targets, too: it takes long to prepare and spares much."""
        self._hints = {}
        beside = {(pattern.expression, pattern.ignore_case): pattern for pattern in _neighbours(self.rules)}
        for expression, pattern in beside.items():
            if pattern.line_literals and min(map(len, pattern.line_literals)) >= TELLING:
                self._hints[len(self._patterns)] = expression
                self._patterns.append(pattern)
                self._confirms.append(False)
                self._uses.append([])
                self._literals.append(pattern.line_literals)
                self._whole.append(True)
        self._prepare()

    def candidates(
        self, layout: Layout, scan: bytes | None = None, hints: Hints | None = None
    ) -> list[tuple[Rule, Candidates]]:
        """Return each rule that could hit with the lines it is to be tried on.

        ``scan``: what `scanned` makes of all lines, where that is at hand. ``hints`` takes up on which lines the
        patterns could match that the rules look for elsewhere than in their targets.
        """
        self._read += len(layout.text)
        if self._hints is None and self._read > LITTLE:
            self._add_hints()
        self._look_at(layout.stripped, scan)
        known, uses, rules = self._known, self._uses, self.rules
        found: dict[int, dict[int, list[tuple[int, Pattern]]]] = {}
        hinted: dict[int, dict[int, None]] = {entry: {} for entry in self._hints or ()}
        for number, line in enumerate(layout.stripped):
            for entry in known[line]:
                if entry in hinted:
                    hinted[entry][number] = None
                for rule, place, pattern in uses[entry]:
                    if _is_inside(rules[rule], layout, number):
                        found.setdefault(rule, {}).setdefault(number, []).append((place, pattern))
        if hints is not None and self._hints:
            hints.update((self._hints[entry], lines) for entry, lines in hinted.items())
        ready: dict[int, Candidates] = {rule: _in_order(lines) for rule, lines in found.items()}
        for rule in self._always:
            known_lines = ready.get(rule, {})
            ready[rule] = _everywhere(rules[rule], layout, known_lines) if _is_possible(rules[rule], layout) else {}
        return [(rules[rule], ready[rule]) for rule in sorted(ready) if ready[rule]]

    def _look_at(self, lines: Sequence[str], scan: bytes | None) -> None:
        """Find and remember the entries of the lines that are not known."""
        if self._size > REMEMBERED:
            self._known, self._older, self._size = {"": ()}, self._known, 0
        known, older = self._known, self._older
        fresh = [line for line in dict.fromkeys(lines) if line not in known]
        if older:
            known.update((line, older[line]) for line in fresh if line in older)
            fresh = [line for line in fresh if line not in older]
        if not fresh:
            return
        entries: dict[str, list[int]] = {line: [] for line in fresh}
        found: defaultdict[int, set[str]] = defaultdict(set, {entry: set(fresh) for entry in self._blind})
        # A scan that is there anyway is not made again for the few lines that are known.
        over = lines if scan is not None and 2 * len(fresh) > len(lines) else fresh
        for number, owners in self._tiers[-1].by_line(scan if over is lines and scan is not None else scanned(fresh)):
            if (line := over[number]) in entries:
                for owner in owners:
                    found[owner].add(line)
        counts = {line: len(line) if len(line) <= NARROW[0] else letters(line) for line in fresh}
        bare = [
            (line, bared(line))
            for line in fresh
            if not line[0].isalpha() or (counts[line] <= NARROW[-1] and not line[-1].isalpha())
        ]
        opened = [pair for pair in bare if not pair[0][0].isalpha()]
        for number, owners in self._tiers[-1].by_line(scanned([core for _, core in opened])):
            for owner in owners:
                found[owner].add(opened[number][0])
        for most, tier in zip(reversed(NARROW), reversed(self._tiers[:-1]), strict=True):
            fresh = [line for line in fresh if counts[line] <= most]
            bare = [pair for pair in bare if counts[pair[0]] <= most]
            for number, owners in tier.by_line(scanned([*fresh, *[core for _, core in bare]])):
                line = fresh[number] if number < len(fresh) else bare[number - len(fresh)][0]
                for owner in owners:
                    found[owner].add(line)
        for entry in sorted(found):
            for line in self._confirmed(entry, found[entry], counts):
                entries[line].append(entry)
        known.update((line, tuple(of_line)) for line, of_line in entries.items())
        self._size += sum(map(len, entries)) + 60 * len(entries)

    def _tier(self, entry: int) -> int:
        """The first scan whose lines are as long as the pattern can cover."""
        return bisect_left(NARROW, self._widths[entry])

    def _confirmed(self, entry: int, lines: Iterable[str], counts: Mapping[str, int]) -> Iterable[str]:
        """Of the lines in which a literal of the entry stands those that match it, where it is to match all of a line.
        ``counts``: their letters, or more of short ones.
        """
        width, least = self._widths[entry], self._leasts[entry]
        if width != math.inf:
            lines = [
                line
                for line in lines
                if len(line) >= least and (counts[line] <= width or (len(line) <= NARROW[0] and letters(line) <= width))
            ]
        elif least:
            lines = [line for line in lines if len(line) >= least]
        if self._confirms[entry] and lines:
            return asked(self._patterns[entry]).matching(lines)
        return lines

    def __getstate__(self) -> dict[str, Any]:
        forgotten = {"_known": {"": ()}, "_older": {}, "_size": 0}
        return {**self.__dict__, **forgotten}


def prefilter_of(rules: Iterable[Rule]) -> Prefilter:
    """The prefilter for some rules, whatever their order."""
    return Prefilter(sorted(rules, key=lambda rule: rule.id))


def _neighbours(rules: Iterable[Rule]) -> Iterator[Pattern]:
    """The patterns that rules hold against whole lines, their targets left out."""
    for rule in rules:
        targets = set(map(id, rule.targets))
        yield from (pattern for pattern in rule.patterns() if id(pattern) not in targets)


def is_blind(rule: Rule, pattern: Pattern) -> bool:
    """True for a pattern that is to be asked about the lines of a place, since no literal says which ones."""
    if literals_of(rule, pattern) is not None:
        return False
    # Where any line will do, its answers are better remembered line by line.
    return rule.verb not in _CONFIRMED or pattern.kind == "shape" or has_place(rule.where)


def has_place(where: Where) -> bool:
    """True where some lines can be told to be out of place, whatever they say."""
    return where.first is not None or where.last is not None or _is_spread(where)


def _is_spread(where: Where) -> bool:
    """True where the place is better asked before the pattern: it costs less, and leaves many lines."""
    if where.parts or where.after is not None or where.before is not None:
        return True
    return any(most.pattern.kind == "shape" for most in where.rest)


def literals_of(rule: Rule, pattern: Pattern) -> tuple[str, ...] | None:
    """The literals of one of a rule's patterns; None where every line must be tried."""
    return pattern.literals if rule.verb in PIECES else pattern.line_literals


def _is_possible(rule: Rule, layout: Layout) -> bool:
    """False where the text has fewer lines of a shape than the rule wants ahead of its target or behind it."""
    wanted = (*rule.where.earlier, *rule.where.later)
    return all(one.pattern.kind != "shape" or len(layout.shaped(one.pattern.shape)) >= one.count for one in wanted)


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
    else:
        matching = dict.fromkeys(numbers, unnamed)
    if not found:
        return matching
    places = {id(pattern): place for place, pattern in enumerate(rule.targets)}
    both = {
        number: sorted([*patterns, *matching.get(number, ())], key=lambda p: places[id(p)])
        for number, patterns in found.items()
    }
    if matching.keys() >= both.keys():
        return {**matching, **both}
    return {number: both.get(number) or matching[number] for number in sorted({*matching, *both})}


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
