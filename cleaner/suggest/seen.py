"""Counting what comes back: in how many documents of one source a line stands, and where in them.

A line counts once a document, under up to three keys: as it is (case, quotes, dashes and white space folded), with
its numbers left open, and by its beginning up to a colon or a bar. Memory is bounded by lossy counting (Manku and
Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002): what was seen least is forgotten, and a line is
counted at most so many documents too few as `Group.rounds` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, Literal, NamedTuple

from cleaner.text.fold import fold
from cleaner.text.lines import SHAPES, Layout

Kind = Literal["line", "numbers", "label"]
Key = tuple[Kind, str]

LONGEST: Final = 500
"""Characters; a longer line that comes back is more likely quoted than furniture."""
MOST: Final = 300_000
"""Keys that are remembered of one source."""
FIRST: Final = (1, 3, 6, 12)
LAST: Final = (1, 3, 6, 12, 30)
"""Windows at the ends of a text, in lines that are not blank, for which it is counted how often a line stands there."""
AFTER: Final = 3
"""Lines behind a line that are kept for an example."""

HANGS: Final = ("headline", "bullet", "short", "link", "time")
"""Shapes of the lines that may hang on a heading."""

_HANGS: Final = sum(SHAPES[name] for name in HANGS)
_HEADS: Final = SHAPES["headline"] | SHAPES["label"]
NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_LABEL: Final = re.compile(r"(?!https?:)\D{2,40}?(?:[:|] |：)(?=\S)")


class Sample(NamedTuple):
    """A line as it stands in one document, with its neighbours as far as an example can show them; '' and () at the
    ends. ``hangs``: it may be a heading, and what may hang on one is all that stands behind it."""

    line: str
    before: str
    after: tuple[str, ...]
    hangs: bool


@dataclass(slots=True)
class Seen:
    """What is known of one key. ``hangs``: in so many documents it may be the heading of all that stands behind it.
    ``first`` and ``last``: in so many it stands in the windows `FIRST`, `LAST`."""

    sample: Sample
    missed: int
    documents: int = 0
    hangs: int = 0
    first: list[int] = field(default_factory=lambda: [0] * len(FIRST))
    last: list[int] = field(default_factory=lambda: [0] * len(LAST))


class Group:
    """The documents of one source. ``rounds``: how often the least seen was forgotten."""

    def __init__(self) -> None:
        self.documents = 0
        self.rounds = 0
        self.seen: dict[Key, Seen] = {}

    def add(self, text: str) -> None:
        """Count one document."""
        layout = Layout(text)
        lines = [layout.stripped[number] for number in layout.filled]
        hanging = _hanging([layout.shapes[number] for number in layout.filled])
        self.documents += 1
        counted: set[Key] = set()
        for rank, line in enumerate(lines):
            if len(line) > LONGEST or is_broken(line):
                continue
            for key in keys(line):
                if key not in counted:
                    counted.add(key)
                    self._count(key, lines, rank, hanging[rank])
        while len(self.seen) > MOST:
            self.rounds += 1
            self.seen = {key: seen for key, seen in self.seen.items() if seen.documents + seen.missed > self.rounds}

    def _count(self, key: Key, lines: Sequence[str], rank: int, hangs: bool) -> None:
        seen = self.seen.get(key)
        if seen is None or (hangs and not seen.sample.hangs):
            before = lines[rank - 1] if rank and not is_broken(lines[rank - 1]) else ""
            after = takewhile(lambda line: not is_broken(line), lines[rank + 1 : rank + 1 + AFTER])
            sample = Sample(lines[rank], before, tuple(after), hangs)
            if seen is None:
                seen = self.seen[key] = Seen(sample, self.rounds)
            seen.sample = sample
        seen.documents += 1
        seen.hangs += hangs
        left = len(lines) - rank
        for at, window in enumerate(FIRST):
            seen.first[at] += rank < window
        for at, window in enumerate(LAST):
            seen.last[at] += left <= window


def keys(line: str) -> Iterator[Key]:
    """Yield what a line, without white space around it, counts as."""
    folded = fold(line)
    if not any(map(str.isalnum, folded)):
        return
    yield "line", folded
    if NUMBER.search(folded):
        yield "numbers", NUMBER.sub("0", folded)
    label = label_of(folded)
    if label:
        yield "label", fold(label)


def label_of(line: str) -> str:
    """The beginning of a line up to its first colon or bar, with that; '' where it has none near."""
    found = _LABEL.match(line)
    return found[0].rstrip() if found else ""


def _hanging(shapes: Sequence[int]) -> list[bool]:
    """For each line whether it may be a heading over all lines behind it, of which there are some."""
    found = [False] * len(shapes)
    for rank in range(len(shapes) - 2, -1, -1):
        if not shapes[rank + 1] & _HANGS:
            break
        found[rank] = bool(shapes[rank] & _HEADS)
    return found


def is_broken(line: str) -> bool:
    """True for lines that a rule file cannot hold, or whose examples would be misread."""
    if "[[" in line or "]]" in line or "(article)" in line:
        return True
    return not line.isprintable() and any(not (c.isprintable() or c.isspace()) for c in line)
