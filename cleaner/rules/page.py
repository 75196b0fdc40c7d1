"""A page: one text as the rules see it, and what they saw in it (`Match`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cleaner.rules.model import Pattern, Rule
from cleaner.rules.pattern import fits, line_match
from cleaner.text.lines import HEADLINE, PROSE, Layout

if TYPE_CHECKING:
    from cleaner.text.body import Body


OPENING: Final = 12
"""Among how many lines, from the first, the headline is looked for."""
ASKED: Final = 3
"""So often a pattern is looked for in the lines that count alone, before it is looked for in all."""
NONE_TAKEN: Final[Mapping[int, frozenset[str]]] = MappingProxyType({})
NO_HINTS: Final[Mapping[tuple[str, bool], Mapping[int, None]]] = MappingProxyType({})


class Match(NamedTuple):
    """What a rule saw: a half-open span of the page's text, and what the rule would put there."""

    start: int
    end: int
    rule: Rule
    replacement: str = ""
    captures: tuple[tuple[str, str], ...] = ()


class Page:
    """A laid out text, the lines that phase one marked whole, and the title if the reader knew it.

    ``taken`` says of which categories the rules are that mark a line. In phase one it is empty: its rules see the text
    as it came. Phase two looks through the marked lines: a neighbour is the nearest line that is neither blank nor
    marked. ``hints`` are of `cleaner.rules.prefilter`: lines that they leave out need not be matched.
    """

    def __init__(
        self,
        layout: Layout,
        title: str = "",
        taken: Mapping[int, frozenset[str]] = NONE_TAKEN,
        hints: Mapping[tuple[str, bool], Mapping[int, None]] = NO_HINTS,
    ) -> None:
        self.layout = layout
        self.hints = hints
        self.title = title.strip()
        self.taken = taken
        self.marked = frozenset(taken)

    @cached_property
    def body(self) -> Body:
        """Head, body and tail; in phase two the marked lines are evidence of what stands around them."""
        from cleaner.text.body import find_body  # only a text in which a rule asks for it pays for it

        return find_body(self.layout, self.marked) if self.marked else self.layout.body

    @cached_property
    def headline(self) -> str:
        """The title the reader knew, else the first line that stays, if it looks like a headline; else ''."""
        if self.title:
            return self.title
        for number in self.layout.filled:
            if number not in self.marked:
                flags = self.layout.shapes[number]
                return self.layout.stripped[number] if flags & HEADLINE and not flags & PROSE else ""
        return ""

    def is_about(self, pattern: Pattern) -> bool:
        """True where the pattern matches the whole title the reader knew, or a line ahead of the first paragraph."""
        return any(fits(pattern, line) and line_match(pattern, line) is not None for line in self.headlines)

    @cached_property
    def headlines(self) -> list[str]:
        """The title, and the lines that may be the headline: the text's first ones, as long as they are no prose."""
        filled, stripped, shapes = self.layout.filled[:OPENING], self.layout.stripped, self.layout.shapes
        lines = [stripped[n] for n in takewhile(lambda n: not shapes[n] & PROSE, filled)]
        return [line for line in (self.title, *lines, stripped[filled[0]] if filled else "") if line]

    def is_like(self, pattern: Pattern, number: int) -> bool:
        """True where the pattern matches the whole line, or the line has the shape."""
        if pattern.kind == "shape":
            return bool(pattern.shape & self.layout.shapes[number])
        hinted = self.hints.get((pattern.expression, pattern.ignore_case))
        if hinted is not None and number not in hinted:
            return False
        line = self.layout.stripped[number]
        return fits(pattern, line) and line_match(pattern, line) is not None

    def lines_like(self, pattern: Pattern) -> list[int]:
        """The numbers of all lines that are like the pattern, ascending."""
        if pattern.kind == "shape":
            return self.layout.shaped(pattern.shape)
        key = pattern.expression, pattern.ignore_case
        known = self._all_like.get(key)
        if known is None:
            stripped = self.layout.stripped
            numbers = self.hints.get(key, self.layout.filled)
            known = self._all_like[key] = [
                n for n in numbers if fits(pattern, stripped[n]) and line_match(pattern, stripped[n]) is not None
            ]
        return known

    def is_known(self, pattern: Pattern) -> bool:
        """True where `lines_like` costs next to nothing: by a shape or a hint, since it was asked before, or since so
        much was asked about the pattern that it is better answered once for all lines."""
        key = pattern.expression, pattern.ignore_case
        if pattern.kind == "shape" or key in self.hints or key in self._all_like:
            return True
        self._asked[key] = self._asked.get(key, 0) + 1
        return self._asked[key] > ASKED

    @cached_property
    def _all_like(self) -> dict[tuple[str, bool], list[int]]:
        return {}

    @cached_property
    def _asked(self) -> dict[tuple[str, bool], int]:
        return {}

    def before(self, number: int) -> Iterator[int]:
        """Line numbers ahead of ``number`` that are neither blank nor marked, nearest first."""
        return self._neighbours(range(number - 1, -1, -1))

    def after(self, number: int) -> Iterator[int]:
        """Line numbers behind ``number`` that are neither blank nor marked, nearest first."""
        return self._neighbours(range(number + 1, len(self.layout.lines)))

    def _neighbours(self, numbers: range) -> Iterator[int]:
        stripped, marked = self.layout.stripped, self.marked
        return (n for n in numbers if stripped[n] and n not in marked)
