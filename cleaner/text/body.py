"""PROVISIONAL, to be replaced by the body finder (first and last prose line)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cleaner.text.lines import PROSE, Layout


@dataclass(frozen=True, slots=True)
class Body:
    first: int
    last: int

    def part(self, line: int) -> Literal["head", "body", "tail"] | None:
        if self.last < 0:
            return None
        return "head" if line < self.first else "tail" if line > self.last else "body"


def find_body(layout: Layout) -> Body:
    prose = [n for n, flags in enumerate(layout.shapes) if flags & PROSE]
    return Body(prose[0], prose[-1]) if len(prose) > 1 else Body(-1, -1)
