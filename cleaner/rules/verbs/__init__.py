"""The six verbs, one file each. `FIND` maps a verb to what finds its matches.

Each ``find(rule, page, lines)`` yields `Match`es for the lines it is given (ascending, never blank), trying on each
the patterns named for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cleaner.rules.model import Rule, Verb
from cleaner.rules.page import Match, Page
from cleaner.rules.prefilter import Candidates
from cleaner.rules.verbs import block, line, repeat, section, sentence, span

Find = Callable[[Rule, Page, Candidates], Iterator[Match]]

FIND: Final[dict[Verb, Find]] = {
    "line": line.find,
    "block": block.find,
    "section": section.find,
    "sentence": sentence.find,
    "span": span.find,
    "repeat": repeat.find,
}

PHASE_TWO: Final[frozenset[Verb]] = frozenset({"section", "repeat"})
"""Verbs that look through what the others marked."""
