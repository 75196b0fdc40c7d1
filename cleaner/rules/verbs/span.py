"""``span``: a piece of a line goes, or something else is put in its place.

    span: '/\\(Opens in new window\\)/'
    replace: ''

The pattern may match anywhere in a line, and as often as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures, search_all
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import holds, is_placed


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each piece of the lines ``lines`` that the rule would change."""
    layout = page.layout
    for number, patterns in lines.items():
        if not is_placed(rule.where, page, number, number):
            continue
        line = layout.lines[number]
        target = layout.text[line.start : line.end]
        found = [match for pattern in patterns for match in search_all(pattern, target)]
        if found and holds(rule.where, page, number, number):
            for match in found:
                start, end = line.start + match.start(), line.start + match.end()
                if layout.text[start:end] != rule.replace:
                    yield Match(start, end, rule, rule.replace, captures(match))
