"""``repeat``: a line that was said before goes: the headline again, or any line.

    repeat: headline
    keep: first
    near: 92

``near`` is the likeness in per cent from which on a line is a copy (rapidfuzz's normalised indel ratio); 100, the
default, asks for the same words. Case, quotes, dashes, white space and a mark before the line are folded.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import first_match, holds
from cleaner.text.fold import fold


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
        # A likeness of 80 cannot be where one is half as long again; what folding takes away is short.
        least, most = (len(headline) / 2, 2 * len(headline) + 20) if rule.near >= 80 else (0, len(page.layout.text))
        stripped = page.layout.stripped
        standing = (n for n in lines if n not in page.marked and least <= len(stripped[n]) <= most)
        yield bool(page.title), [n for n in standing if _is_copy(rule, headline, fold(stripped[n]))]


def _copies(rule: Rule, page: Page, lines: Candidates) -> Iterator[tuple[bool, list[int]]]:
    stripped = page.layout.stripped
    if rule.near >= 100:
        for group in page.layout.copies:
            standing = [n for n in group if n in lines and n not in page.marked and _is_meant(rule, page, lines, n)]
            if len(standing) > 1:
                yield False, standing
        return
    groups: dict[str, list[int]] = {}
    for number in lines:
        if number not in page.marked and _is_meant(rule, page, lines, number):
            key = fold(stripped[number])
            if key not in groups:
                key = next((known for known in groups if _is_copy(rule, known, key)), key)
            groups.setdefault(key, []).append(number)
    yield from ((False, copies) for key, copies in groups.items() if key and len(copies) > 1)


def _is_meant(rule: Rule, page: Page, lines: Candidates, number: int) -> bool:
    return not rule.targets or first_match(lines[number], page, number) is not None
