"""``sentence``: whole sentences inside a line go; the rest of the line stays.

    sentence: 'Join the fight to protect children from online sexual exploitation and abuse.'

The pattern covers one sentence or up to `MOST` that follow each other. A sentence ends at ``.``, ``!``, ``?`` or
``…`` (with closing quotes or brackets) before white space, and at the CJK stops. An abbreviation (``Mr.``, ``U.S.``)
may split one sentence in two; a pattern that covers both still matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaner.rules.model import Pattern, Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import captures, full_match
from cleaner.rules.prefilter import Candidates
from cleaner.rules.where import holds, is_placed

MOST = 4
_END = re.compile(r"[.!?…]+['\"’”»)\]]*(?=\s|$)|[。！？]+[」』”’）]*")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of one line, without the white space between them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = end
    return spans


def find(rule: Rule, page: Page, lines: Candidates) -> Iterator[Match]:
    """Yield a match for each run of sentences on the lines ``lines`` that the rule would cut."""
    layout = page.layout
    for number, patterns in lines.items():
        if not is_placed(rule.where, page, number, number):
            continue
        line = layout.lines[number]
        text = layout.text[line.start : line.end]
        found = list(_runs(patterns, text))
        if found and holds(rule.where, page, number, number):
            for start, end, pairs in found:
                yield Match(line.start + start, line.start + end, rule, captures=pairs)


def _runs(patterns: Sequence[Pattern], text: str) -> Iterator[tuple[int, int, tuple[tuple[str, str], ...]]]:
    """The shortest run that matches from each sentence on; runs do not overlap."""
    spans = sentences(text)
    at = 0
    while at < len(spans):
        for last in range(at, min(at + MOST, len(spans))):
            start, end = spans[at][0], spans[last][1]
            match = next((m for p in patterns if (m := full_match(p, text[start:end], 0)) is not None), None)
            if match is not None:
                yield start, end, captures(match)
                at = last
                break
        at += 1
