"""``section``: a heading line goes, and what hangs on it.

    section: 'Related (articles)'
    while: [bullet, headline]
    until: '/Comments.*/'
    min: 2

The lines after the heading belong to it as long as they look like ``while`` and up to, not with, a line that
matches ``until`` or before so many such lines in a row (``until: {prose: 2}``); with ``where: {in: …}``, as long as
they stand in that part too; with ``to``, through the last line that matches it. Blank lines are passed over; so are
lines that phase one marked, since they go anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cleaner.rules.model import Neighbour, Rule, Where
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import first_match, holds, is_placed, placed


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each of ``lines`` that heads a section the rule would cut."""
    spans = page.layout.lines
    covered = -1
    for number in placed(rule.where, page, lines):
        # A heading inside a section that goes already counts no more.
        if number <= covered or not is_placed(rule.where, page, number, number):
            continue
        match = first_match(lines[number], page, number)
        if match is None or not holds(rule.where, page, number, number):
            continue
        members = list(following(rule, page, number))
        if len(members) >= rule.min:
            covered = members[-1] if members else number
            yield Match(spans[number].start, spans[covered].end, rule, captures=captures(match))


def following(rule: Rule, page: Page, heading: int) -> Iterator[int]:
    """Yield the numbers of the lines that hang on ``heading``, without blank and marked ones."""
    if rule.to:
        yield from _up_to(rule, page, heading)
        return
    for count, number in enumerate(page.after(heading)):
        if rule.max is not None and count >= rule.max:
            return
        if rule.where.parts and page.body.part(number) not in rule.where.parts:
            return
        if any(_begins(page, number, run) for run in rule.until):
            return
        if rule.while_ and not any(page.is_like(pattern, number) for pattern in rule.while_):
            return
        yield number


def _up_to(rule: Rule, page: Page, heading: int) -> list[int]:
    """The lines from ``heading`` through the last one that is like ``to``; lines that go anyway count as an end, too.
    All of them stand where ``before`` and ``in`` ask.

    Ahead of the body it ends where the body begins; inside it, or where no body can be told, there is no such section.
    """
    body, marked = page.body, page.marked
    if body.first <= heading <= body.last or body.first < 0:
        return []
    limit = body.first if heading < body.first else len(page.layout.lines)
    span = Where(before=rule.where.before, parts=rule.where.parts)
    members: list[int] = []
    end = 0
    for number in page.layout.filled[page.layout.ranks[heading] + 1 :]:
        if number >= limit or (rule.max is not None and len(members) >= rule.max):
            break
        if not is_placed(span, page, number, number) or any(_begins(page, number, run) for run in rule.until):
            break
        if number not in marked:
            if rule.while_ and not any(page.is_like(pattern, number) for pattern in rule.while_):
                break
            members.append(number)
        if any(page.is_like(pattern, number) for pattern in rule.to):
            end = len(members)
    return members[:end]


def _begins(page: Page, number: int, run: Neighbour) -> bool:
    """True where a run of so many lines of the kind begins on the line."""
    if not page.is_like(run.pattern, number):
        return False
    return run.count == 1 or sum(page.is_like(run.pattern, n) for n in islice(page.after(number), run.count - 1)) == (
        run.count - 1
    )
