"""``block``: a paragraph goes: the lines between two blank ones, or one line where the text has no blank line.

    block: 'Do you have questions about the biggest topics ...'

The pattern covers the paragraph without the white space around it; a line end in it counts as a space.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.model import Pattern, Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures, full_match
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import holds, is_placed
from cleaner.text.lines import Block, shape


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each block that one of ``lines`` stands in and that the rule would cut."""
    layout = page.layout
    tried: dict[Block, dict[Pattern, None]] = {}
    for number, patterns in lines.items():
        tried.setdefault(layout.block_of[number], {}).update(dict.fromkeys(patterns))
    for block, candidates in tried.items():
        if not is_placed(rule.where, page, block.first, block.last):
            continue
        target = layout.text[block.start : block.end].strip()
        flags = shape(target) if any(pattern.kind == "shape" for pattern in candidates) else 0
        for pattern in candidates:
            match = full_match(pattern, target, flags)
            if match is not None:
                if holds(rule.where, page, block.first, block.last):
                    yield Match(block.start, block.end, rule, captures=captures(match))
                break
