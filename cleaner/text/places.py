"""Line and column of offsets, for people."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.text.lines import LINE_END


def places(text: str, offsets: Iterable[int]) -> list[tuple[int, int]]:
    """Line and column, counted from 1, of each offset. ``offsets`` come in ascending order."""
    found: list[tuple[int, int]] = []
    if "\r" not in text:
        line, at = 1, 0
        for offset in offsets:
            line, at = line + text.count("\n", at, offset), offset
            found.append((line, offset - text.rfind("\n", 0, offset)))
        return found
    ends = LINE_END.finditer(text)
    line, start = 1, 0
    following = next(ends, None)
    for offset in offsets:
        while following is not None and following.end() <= offset:
            line, start = line + 1, following.end()
            following = next(ends, None)
        found.append((line, offset - start + 1))
    return found
