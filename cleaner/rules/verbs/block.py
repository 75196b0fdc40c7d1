"""``block``: a paragraph goes: the lines between two blank ones, or one line where the text has no blank line.

    block: 'Do you have questions about the biggest topics ...'

The pattern covers the paragraph without the white space around it; a line end in it counts as a space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures, full_match
from cleaner.rules.where import holds
from cleaner.text.lines import shape


def find(rule: Rule, page: Page, numbers: Iterable[int]) -> Iterator[Match]:
    """Yield a match for each block that one of ``numbers`` stands in and that the rule would cut."""
    layout = page.layout
    for block in dict.fromkeys(layout.block_of[number] for number in numbers):
        target = layout.text[block.start : block.end].strip()
        flags = shape(target) if any(pattern.kind == "shape" for pattern in rule.targets) else 0
        for pattern in rule.targets:
            match = full_match(pattern, target, flags)
            if match is not None:
                if holds(rule.where, page, block.first, block.last):
                    yield Match(block.start, block.end, rule, captures=captures(match))
                break
