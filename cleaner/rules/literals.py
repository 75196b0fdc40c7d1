"""Literals: which pieces of text must stand in everything a regular expression matches.

They are taken from the parse tree that the `regex` package makes of the expression (its parser is
private, so its version is pinned and the shipped rules are held against it by a test; `re`'s own parser
reads fuzzy syntax as text and is of no use here). A node that is not known gives no literal, which costs
speed and never a match. See also Cox, "Regular Expression Matching with a Trigram Index" (2012), for
the idea of required substrings.

`lowered` and the literals agree on one folding: whatever a pattern matches, with or without case, one of
its literals stands in ``lowered(text)``. Characters for which that cannot be shown break a literal in two.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Iterable
from typing import Any, Final

from cleaner.text.lines import bared, letters

MAX_SET: Final = 400
"""A larger set of alternatives is given up: scanning for it costs more than trying the pattern."""
MIN_BYTES: Final = 2
RARE: Final = frozenset("@#|<>{}=^~$£€¥")
"""Characters that tell something alone."""
MOST_OPENINGS: Final = 150
LEAST_OPENING: Final = 2
ENOUGH_OPENING: Final = 8
"""Characters of a beginning that are enough."""
FEW: Final = 4
_EVERYDAY: Final = (
    "a an and as at be by for he her his in is it of on or our she that the their they this to was we who with you your"
)
EVERYDAY: Final = frozenset(_EVERYDAY.split(" "))
"""Words that stand in most lines of English."""
NARROW: Final = (60, 120, 320)
"""Letters. Most patterns for whole lines cover no more than one of these, so that only lines so short need to be
scanned for them."""

# `regex` without case takes i, I, İ and ı for one letter, and s and ſ; `str.lower` does not.
_FOLDED: Final = str.maketrans({"İ": "i", "ı": "i", "ſ": "s"})
_FOLDABLE: Final = ("İ", "ı", "ſ")


def lowered(text: str) -> bytes:
    """Return ``text`` folded for scanning, as UTF-8 (lone surrogates pass). Line ends stay where they are."""
    if text.isascii():
        return text.encode("ascii").lower()
    if any(character in text for character in _FOLDABLE):
        text = text.translate(_FOLDED)
    return text.lower().encode("utf-8", "surrogatepass")


@functools.lru_cache(maxsize=512)
def required(expression: str, ignore_case: bool, *, whole_lines: bool = False) -> tuple[str, ...] | None:
    """Return literals, folded as `lowered` folds, of which one stands in every text matched, or None.

    ``whole_lines``: the expression covers one or more whole lines, so that a literal at either end has a line end
    beside it; it is given with that, as ``\\n``, which makes it much rarer. Where no match is wider than `NARROW`, what
    holds no letter does not count there: such literals stand in the lines or in what `cleaner.text.lines.bared` makes
    of them. ``expression`` must be one that compiles.
    """
    try:
        tree = parse(expression, ignore_case)
        found = _Ends(whole_lines and _width(tree) <= NARROW[-1]).required(tree, whole_lines, whole_lines)
        if whole_lines:
            found = _best([found, openings(tree)])
    except Exception:  # the parser is private: what surprises us must cost speed only
        return None
    # One object for each: many patterns share words, and what is shared is pickled once.
    return tuple(map(sys.intern, sorted(found))) if found and len(found) <= MAX_SET else None


@functools.lru_cache(maxsize=4)
def width(expression: str, ignore_case: bool) -> int | None:
    """Return the most `letters` that a match can hold; None where there is no bound."""
    try:
        most = _width(parse(expression, ignore_case))
    except Exception:  # as above
        return None
    return None if most == math.inf else int(most)


@functools.lru_cache(maxsize=4)
def is_partial(expression: str, ignore_case: bool) -> bool:
    """True where a partial match of `regex` on the beginning of a text says for certain whether the text can match.

    At the end of that beginning `regex` takes a boundary or an end for what it would be if nothing followed. That is
    too hopeful by itself, which does no harm, but too strict where it is denied.
    """
    try:
        return _is_hopeful(parse(expression, ignore_case), False)
    except Exception:  # as above
        return False


def _is_hopeful(node: Any, is_denied: bool) -> bool:
    kind = type(node).__name__
    if kind in ("Character", "Property", "Range", "Any", "AnyAll", "AnyU") or kind.startswith("Set"):
        return True
    if kind == "Sequence":
        return all(_is_hopeful(item, is_denied) for item in node.items)
    if kind == "Branch":
        return all(_is_hopeful(branch, is_denied) for branch in node.branches)
    if kind in ("Group", "Atomic", "GreedyRepeat", "LazyRepeat", "PossessiveRepeat"):
        return _is_hopeful(node.subpattern, is_denied)
    if kind == "LookAround":
        return _is_hopeful(node.subpattern, is_denied or not node.positive)
    if kind in ("Boundary", "EndOfString", "EndOfStringLine", "EndOfLine"):
        return not is_denied and getattr(node, "positive", True)
    return kind == "StartOfString"


@functools.lru_cache(maxsize=4)
def least(expression: str, ignore_case: bool) -> int:
    """Return the fewest characters of a target that a match can cover whole; 0 where that is not known."""
    try:
        return _least(parse(expression, ignore_case))
    except Exception:  # as above
        return 0


def _least(node: Any) -> int:
    """The fewest characters that a node can match."""
    kind = type(node).__name__
    if kind == "Sequence":
        return _least_of(node.items)
    if kind == "Branch":
        return min(map(_least, node.branches), default=0)
    if kind in ("Group", "Atomic"):
        return _least(node.subpattern)
    if kind in ("GreedyRepeat", "LazyRepeat", "PossessiveRepeat"):
        return int(node.min_count) * _least(node.subpattern) if node.min_count else 0
    if kind in ("Any", "AnyAll", "AnyU"):
        return 1
    if kind in ("Character", "Property", "Range") or kind.startswith("Set"):
        return 0 if node.zerowidth or _is_full(node) else 1
    return 0


def _least_of(items: list[Any]) -> int:
    """Of a sequence: what its items match together, or what one of them must see ahead of it, if that is more."""
    size = most = 0
    for item in items:
        if type(item).__name__ == "LookAround" and item.positive and not item.behind:
            most = max(most, size + _least(item.subpattern))
        size += _least(item)
    return max(size, most)


def _width(node: Any) -> float:
    """The most letters that a node can match; noted on the node, since every node above it asks."""
    known: float | None = getattr(node, "most_letters", None)
    if known is None:
        known = node.most_letters = _counted(node)
    return known


def _counted(node: Any) -> float:
    kind = type(node).__name__
    if kind == "Character":
        if _is_full(node):
            return math.inf
        return 0 if node.zerowidth or (node.positive and _is_mark(chr(node.value))) else 1
    if kind == "Sequence":
        return min(sum(map(_width, node.items)), _looked_ahead(node.items))
    if kind == "Branch":
        return max(map(_width, node.branches), default=0)
    if kind in ("Group", "Atomic"):
        return _width(node.subpattern)
    if kind in ("GreedyRepeat", "LazyRepeat", "PossessiveRepeat"):
        once = _width(node.subpattern)
        return once * (math.inf if node.max_count is None else node.max_count) if once else 0
    if kind == "Property":
        return 0 if node.positive and node.value in _letterless() else 1
    if kind.startswith("Set") and _is_full(node):
        return math.inf
    if kind == "SetUnion" and node.positive:
        return max(map(_width, node.items), default=1)
    if kind == "Range" and node.positive and node.upper - node.lower < 256:
        return max(0 if _is_mark(chr(code)) else 1 for code in range(node.lower, node.upper + 1))
    if kind in ("Any", "AnyAll", "AnyU", "Range", "SetUnion", "SetDiff", "SetInter", "SetSymDiff"):
        return 1
    if kind in (
        "LookAround",
        "Boundary",
        "StartOfString",
        "EndOfString",
        "StartOfLine",
        "EndOfLine",
        "EndOfStringLine",
    ):
        return 0
    return math.inf


def _looked_ahead(items: list[Any]) -> float:
    """The bound that ``(?=.{1,60}$)`` sets to all that follows: the whole rest of a target is looked at."""
    before = 0.0
    for item in items:
        if type(item).__name__ == "LookAround" and item.positive and not item.behind:
            inner = item.subpattern
            last = inner.items[-1] if type(inner).__name__ == "Sequence" and inner.items else inner
            if type(last).__name__ in ("EndOfString", "EndOfStringLine"):
                return before + _width(inner)
        before += _width(item)
    return math.inf


@functools.cache
def _is_mark(character: str) -> bool:
    """True for what `cleaner.text.lines.letters` does not count, in any case."""
    return not letters("".join((character, character.lower(), character.upper(), character.casefold())))


@functools.cache
def _letterless() -> frozenset[int]:
    """The properties that ``\\s`` and ``\\d`` are parsed to: neither holds a letter."""
    from regex import _regex_core as core

    return frozenset(core.lookup_property(None, name, True).value for name in ("SPACE", "DIGIT"))


@functools.lru_cache(maxsize=2)
def parse(expression: str, ignore_case: bool) -> Any:
    """The parse tree that `regex` makes of an expression. Its parser is private: be ready for surprises."""
    from regex import _regex_core as core

    flags = int(core.IGNORECASE) if ignore_case else 0
    while True:
        source = core.Source(expression)
        info = core.Info(flags, source.char_type, {})
        info.guess_encoding = core.UNICODE
        source.ignore_space = bool(info.flags & core.VERBOSE)
        try:
            return core._parse_pattern(source, info)
        except core._UnscopedFlagSet:  # an inline flag that counts for all of it: parse again with it
            flags = info.global_flags


class _Ends:
    """One way to see the ends of a line: ``bare``, without what is no letter, or as they are."""

    def __init__(self, bare: bool) -> None:
        self._bare = bare

    def required(self, node: Any, at_start: bool, at_end: bool) -> frozenset[str] | None:
        """The best set for one node of the tree; the flags say whether it begins and ends the match."""
        kind = type(node).__name__
        if _fold_of(node) is not None:
            return self._run([node], at_start, at_end)
        if kind == "Sequence":
            return self._sequence(node.items, at_start, at_end)
        if members := _few(node):
            folds = frozenset(_fold_of(member) or "" for member in members)
            return folds if folds <= RARE else None
        if kind in ("Group", "Atomic"):
            return self.required(node.subpattern, at_start, at_end)
        if kind in ("GreedyRepeat", "LazyRepeat", "PossessiveRepeat"):
            if node.min_count < 1:
                return None
            once = node.max_count == 1
            return self.required(node.subpattern, at_start and once, at_end and once)
        if kind == "LookAround":
            return self.required(node.subpattern, False, False) if node.positive else None
        if kind == "Branch":
            sets = [self.required(branch, at_start, at_end) for branch in node.branches]
            if any(found is None for found in sets):
                return None
            return frozenset().union(*(found for found in sets if found is not None))
        return None

    def _sequence(self, items: list[Any], at_start: bool, at_end: bool) -> frozenset[str] | None:
        """Of all that a sequence must hold, the most telling set."""
        empty = [self._bare and not _width(item) for item in items]
        begun = next((number for number, is_empty in enumerate(empty) if not is_empty), len(items))
        ended = next((number for number in range(len(items) - 1, -1, -1) if not empty[number]), -1)
        choices: list[frozenset[str] | None] = []
        run: list[Any] = []
        first = 0  # where the run began
        for number, item in enumerate([*items, None]):
            if item is not None and _fold_of(item) is not None:
                run.append(item)
                continue
            choices.append(self._run(run, at_start and first <= begun, at_end and number > ended))
            if item is not None:
                choices.append(self.required(item, at_start and number <= begun, at_end and number >= ended))
            run, first = [], number + 1
        return _best(choices)

    def _run(self, characters: list[Any], at_start: bool, at_end: bool) -> frozenset[str] | None:
        """The most telling piece of adjacent characters."""
        # White space at the ends goes: what is scanned are lines without it.
        piece = "".join(_fold_of(character) or "" for character in characters).strip()
        if self._bare and (at_start or at_end):
            core = bared(piece)
            if core:
                piece = core
            else:
                at_start = at_end = False
        literal = ("\n" if at_start else "") + piece + ("\n" if at_end else "")
        return frozenset({literal}) if piece and _weight(literal) >= MIN_BYTES else None


def openings(tree: Any) -> frozenset[str] | None:
    """How all lines that the tree matches begin, each with a line end ahead, where what is no letter is taken from
    their beginning; None where they are too many or too short to tell much."""
    found = _opened([tree], "")
    if not found or len(found) > MOST_OPENINGS or any(_weight(piece) < LEAST_OPENING for piece in found):
        return None
    return frozenset("\n" + piece for piece in found)


def _opened(items: list[Any], piece: str) -> set[str] | None:
    """The beginnings of what a row of nodes matches, behind ``piece``; a None among them is what is not known."""
    while items:
        item, items = items[0], items[1:]
        if item is None or len(piece) >= ENOUGH_OPENING:
            break
        fold, kind, members = _fold_of(item), type(item).__name__, _few(item)
        if fold is not None:
            if piece or not _is_mark(fold):  # what is no letter goes at the beginning
                piece += fold
        elif kind == "Sequence":
            items = [*item.items, *items]
        elif kind in ("Group", "Atomic"):
            items = [item.subpattern, *items]
        elif kind in ("LookAround", "Boundary") or (not piece and _width(item) == 0):
            continue
        elif kind == "Branch" or members:
            return _united(_opened([branch, *items], piece) for branch in (members or item.branches))
        elif kind in ("GreedyRepeat", "LazyRepeat", "PossessiveRepeat"):
            # Where it may come again, what follows is not known.
            once = [item.subpattern, *items] if item.max_count == 1 else [item.subpattern, None]
            if item.min_count:
                items = once
            else:
                return _united((_opened(items, piece), _opened(once, piece)))
        else:
            break
    return {piece.rstrip()} if piece.rstrip() else None


def _few(node: Any) -> list[Any] | None:
    """The characters of a set of a few of them; None for all else."""
    if type(node).__name__ != "SetUnion" or not node.positive or len(node.items) > FEW:
        return None
    return list(node.items) if all(_fold_of(item) is not None for item in node.items) else None


def _united(found: Iterable[set[str] | None]) -> set[str] | None:
    """All of them; None where one is not known, or they are many."""
    every: set[str] = set()
    for pieces in found:
        if pieces is None or len(every) > MOST_OPENINGS:
            return None
        every |= pieces
    return every


def _best(choices: list[frozenset[str] | None]) -> frozenset[str] | None:
    """The set whose weakest member is the strongest; of two such, the smaller one."""
    sets = [choice for choice in choices if choice]
    return max(sets, key=lambda found: (min(map(_weight, found)), -len(found)), default=None)


def _weight(literal: str) -> int:
    """How telling a literal is: its length in bytes; a line end is worth three letters, and so is what is rare. What
    stands in most lines tells nothing."""
    if literal in EVERYDAY:
        return 0
    return len(literal.encode("utf-8")) + 2 * literal.count("\n") + 3 * (literal in RARE)


def _fold_of(node: Any) -> str | None:
    """How what a node matches folds, where it is one character that folds in one way only, else None."""
    kind = type(node).__name__
    if kind == "Character":
        return _letter(node.value, bool(node.case_flags)) if node.positive and not _is_full(node) else None
    if kind == "SetUnion" and node.positive:  # [Ss] is one letter in two cases
        folds = {_fold_of(item) for item in node.items}
        return folds.pop() if len(folds) == 1 else None
    return None


def _is_full(node: Any) -> bool:
    """True where a character folds to several, as ß to ss does with the flag FULLCASE."""
    return bool(int(node.case_flags) & _full_case())


@functools.cache
def _full_case() -> int:
    """The flag as a plain number: `enum` takes ten times as long over it, and every character of every rule asks."""
    from regex import _regex_core as core

    return int(core.FULLCASE)


@functools.cache
def _letter(value: int, ignore_case: bool) -> str | None:
    """How a character folds in `lowered`, or None where it may fold in more than one way."""
    from regex import _regex

    character = chr(value)
    cases = _regex.get_all_cases(_ignore_case_flag(), value) if ignore_case else [value]
    folds = {chr(case).translate(_FOLDED).lower() for case in cases}
    # `str.lower` writes a capital sigma in two ways, by what stands around it.
    if len(folds) != 1 or character in "Σσς" or character in "\r\n":
        return None
    (fold,) = folds
    return fold if len(fold) == 1 else None


@functools.cache
def _ignore_case_flag() -> int:
    from regex import _regex_core as core

    return int(core.IGNORECASE | core.UNICODE)
