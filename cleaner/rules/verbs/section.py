"""``section``: a heading line goes, and what hangs on it.

    section: 'Related (articles)'
    while: [bullet, headline]
    until: '/Comments.*/'
    min: 2

The lines after the heading belong to it as long as they look like ``while`` and up to, not with, a line that
matches ``until``; with ``where: {in: …}``, as long as they stand in that part too. Blank lines are passed over; so are
lines that phase one marked, since they go anyway.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import first_match, holds, is_placed


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each of ``lines`` that heads a section the rule would cut."""
    spans = page.layout.lines
    covered = -1
    for number, patterns in lines.items():
        # A heading inside a section that goes already counts no more.
        if number <= covered or not is_placed(rule.where, page, number, number):
            continue
        match = first_match(patterns, page, number)
        if match is None or not holds(rule.where, page, number, number):
            continue
        members = list(following(rule, page, number))
        if len(members) >= rule.min:
            covered = members[-1] if members else number
            yield Match(spans[number].start, spans[covered].end, rule, captures=captures(match))


def following(rule: Rule, page: Page, heading: int) -> Iterator[int]:
    """Yield the numbers of the lines that hang on ``heading``, without blank and marked ones."""
    for count, number in enumerate(page.after(heading)):
        if rule.max is not None and count >= rule.max:
            return
        if rule.where.parts and page.body.part(number) not in rule.where.parts:
            return
        if any(page.is_like(pattern, number) for pattern in rule.until):
            return
        if rule.while_ and not any(page.is_like(pattern, number) for pattern in rule.while_):
            return
        yield number
