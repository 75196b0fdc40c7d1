"""Hostile strings: does a pattern backtrack without bound?

For each repeat in a pattern's parse tree a string is made that leads into it, goes round it many times, and then
fails to match: what must stand before it, then its body over and over, then a character nothing expects. (Once more
with a text the pattern would match behind that, because `regex` gives up at once where a piece that must occur is
nowhere.) The rounds go up until the time limit. What takes quadratic time is let pass; what is worse is found.

The way of attack is that of Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression
Matchers by Using Ambiguity of NFA" (CIAA 2016), without its proof: a pattern that passes is not shown to be safe, which
is why each match at run time has a limit as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from cleaner.rules.literals import parse
from cleaner.rules.model import Pattern
from cleaner.rules.pattern import compiled

LIMIT: Final = 0.25
"""Seconds of CPU time a pattern may spend on one hostile string: several times what any shipped one does, since a busy
machine makes seconds longer."""
ROUNDS: Final = (16, 64, 512)
"""How often a repeat is gone round; an exponential pattern fails at the first, a cubic one at the last."""
MOST: Final = 30
"""So many pairs of lead and pump are tried for one pattern."""

_PROBES: Final = "a0 A.-é中'’,:/(\n\tzZ9_\u00a0@#&+|\"“"
_POISON: Final = "\x01"


@dataclass(frozen=True, slots=True)
class Attack:
    """A string on which a pattern ran into the time limit: ``lead``, then ``pump`` ``rounds`` times, then ``tail``."""

    lead: str
    pump: str
    rounds: int
    tail: str


def attack(pattern: Pattern, *, searched: bool) -> Attack | None:
    """Return what brings a pattern to its knees, or None. ``searched``: it may match anywhere in a line."""
    if pattern.kind == "shape" or not any(sign in pattern.expression for sign in "*+{"):
        return None
    expression = compiled(pattern.expression, pattern.ignore_case)
    try:
        tree = parse(pattern.expression, pattern.ignore_case)
        pumps = list(dict.fromkeys(_pumps(tree, "")))[:MOST]
        tails = (_POISON, _POISON + max(_samples(tree), key=len))
    except (AttributeError, TypeError):  # the parse tree is private: what surprises us is not tried
        return None
    for lead, pump in pumps:
        for tail, rounds in product(tails, ROUNDS):
            try:
                if searched:
                    for _ in expression.finditer(lead + pump * rounds + tail, timeout=LIMIT):
                        pass
                else:
                    expression.fullmatch(lead + pump * rounds + tail, timeout=LIMIT)
            except TimeoutError:
                return Attack(lead, pump, rounds, tail)
    return None


def _pumps(node: Any, lead: str) -> Iterator[tuple[str, str]]:
    """Yield (lead, pump) for each unbounded repeat under ``node``; ``lead`` is what is matched before it."""
    kind = type(node).__name__
    if kind.endswith("Repeat"):
        if node.max_count is None or node.max_count > ROUNDS[0]:
            for pump in _samples(node.subpattern):
                if pump:
                    yield lead, pump
        yield from _pumps(node.subpattern, lead)
    elif kind == "Sequence":
        for item in node.items:
            yield from _pumps(item, lead)
            lead += next(iter(_samples(item)), "")
    elif kind == "Branch":
        for branch in node.branches:
            yield from _pumps(branch, lead)
    elif kind in ("Group", "Atomic", "Fuzzy"):
        yield from _pumps(node.subpattern, lead)


def _samples(node: Any) -> list[str]:
    """A few short strings that the node matches; [''] for what takes up no room or is not known."""
    kind = type(node).__name__
    if kind == "Sequence":
        samples = [""]
        for item in node.items:
            more = _samples(item)
            # The first way through, and each item's other ways once: all combinations would be too many.
            samples = [samples[0] + one for one in more] + [one + more[0] for one in samples[1:]]
        return samples[:4]
    if kind == "Branch":
        return [sample for branch in node.branches for sample in _samples(branch)[:2]][:4]
    if kind in ("Group", "Atomic", "Fuzzy"):
        return _samples(node.subpattern)
    if kind.endswith("Repeat"):
        inner = _samples(node.subpattern)
        return [one * node.min_count for one in inner] if node.min_count else ["", *inner][:3]
    if kind == "Character" and node.positive:
        return [chr(node.value)]
    if kind in ("Any", "AnyAll", "AnyU"):
        return ["a"]
    if hasattr(node, "matches"):
        return [next((probe for probe in _PROBES if node.matches(ord(probe))), "a")]
    return [""]
