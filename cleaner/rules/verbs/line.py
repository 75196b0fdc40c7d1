"""``line``: a whole line goes.

    line: 'Leave a (public )reply'

The pattern covers the line without the white space around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import first_match, holds, is_placed, placed


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each line of ``lines`` that the rule would cut."""
    for number in placed(rule.where, page, lines):
        if not is_placed(rule.where, page, number, number):
            continue
        match = first_match(lines[number], page, number)
        if match is not None and holds(rule.where, page, number, number):
            line = page.layout.lines[number]
            yield Match(line.start, line.end, rule, captures=captures(match))
