"""``repeat``: a line that was said before goes: the headline again, or any line.

    repeat: headline
    keep: first
    near: 92

``near`` is the likeness in per cent from which on a line is a copy (rapidfuzz's normalised indel ratio); 100, the
default, asks for the same words. Case, quotes, dashes, white space and a mark before the line are folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import first_match, holds

_MARK = re.compile(r"^[\s>#*_•·–—-]+|[\s*_]+$")
_FOLD = str.maketrans(
    {**dict.fromkeys("‘’‚‛`´ʼ′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)


def fold(line: str) -> str:
    """Return what of a line counts when two are compared."""
    return " ".join(_MARK.sub("", unicodedata.normalize("NFC", line).translate(_FOLD)).casefold().split())


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each line of ``lines`` that repeats another and that the rule would cut."""
    groups = _headline_copies(rule, page, lines) if rule.repeats == "headline" else _copies(rule, page, lines)
    for known, copies in groups:
        for number in _surplus(rule, known, copies):
            if holds(rule.where, page, number, number):
                line = page.layout.lines[number]
                yield Match(line.start, line.end, rule)


def likeness(one: str, other: str) -> float:
    """How alike two folded lines are, 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other)


def _is_copy(rule: Rule, one: str, other: str) -> bool:
    if one == other:
        return True
    if rule.near >= 100 or not one or not other:
        return False
    # The ratio cannot reach `near` where the lengths alone are further apart: spares the comparison.
    shorter, longer = sorted((len(one), len(other)))
    if 200 * shorter < rule.near * (shorter + longer):
        return False
    return likeness(one, other) >= rule.near


def _surplus(rule: Rule, known_outside: bool, copies: list[int]) -> list[int]:
    """Which copies go. A headline that only the reader knew of is no copy in the text."""
    if rule.keep == "none":
        return copies if len(copies) > 1 or known_outside else []
    return copies[1:] if rule.keep == "first" else copies[:-1]


def _headline_copies(rule: Rule, page: Page, lines: Candidates) -> Iterator[tuple[bool, list[int]]]:
    headline = fold(page.headline)
    if headline:
        # Likeness of 50 and more cannot be where one is three times as long; folding may change a length by little.
        most = 4 * len(headline) + 20 if rule.near >= 50 else len(page.layout.text)
        standing = (n for n in lines if n not in page.marked and page.layout.ink(n) <= most)
        yield bool(page.title), [n for n in standing if _is_copy(rule, headline, fold(page.layout.stripped[n]))]


def _copies(rule: Rule, page: Page, lines: Candidates) -> Iterator[tuple[bool, list[int]]]:
    groups: dict[str, list[int]] = {}
    for number, patterns in lines.items():
        if number in page.marked or (rule.targets and first_match(patterns, page, number) is None):
            continue
        key = fold(page.layout.stripped[number])
        if key not in groups and rule.near < 100:
            key = next((known for known in groups if _is_copy(rule, known, key)), key)
        groups.setdefault(key, []).append(number)
    return ((False, copies) for key, copies in groups.items() if key and len(copies) > 1)
