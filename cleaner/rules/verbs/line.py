"""``line``: a whole line goes.

    line: 'Leave a (public )reply'

The pattern covers the line without the white space around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures
from cleaner.rules.where import first_match, holds


def find(rule: Rule, page: Page, numbers: Iterable[int]) -> Iterator[Match]:
    """Yield a match for each line of ``numbers`` that the rule would cut."""
    for number in numbers:
        match = first_match(rule.targets, page, number)
        if match is not None and holds(rule.where, page, number, number):
            line = page.layout.lines[number]
            yield Match(line.start, line.end, rule, captures=captures(match))
