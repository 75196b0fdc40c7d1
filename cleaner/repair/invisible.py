"""Characters without width: taken out where they split words, left where a script or an emoji needs them."""

from __future__ import annotations

import re
from typing import Final

from cleaner.repair.kinds import ZERO_WIDTH, removal
from cleaner.repair.odd import odd
from cleaner.text.edit import Edit

_HIDDEN: Final = "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_RUN: Final = re.compile(f"[{_HIDDEN}][{_HIDDEN}]*")  # `re` skips to a set three times as fast as to a repeated one

_RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_COMPLEX: Final = f"[{_RIGHT_TO_LEFT}\u0900-\u109f\u1700-\u1cff\ua800-\uabff\U00011000-\U00011fff\U00016100-\U0001613f]"
"""Scripts that join, stack or write without spaces: South and Southeast Asian, Mongolian, right-to-left. (Few texts
ask for it or for `_DIRECTIONAL`, and they take long to compile.)"""

_SYMBOL: Final = re.compile("[\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e01ff]")
"""What emoji sequences are made of."""

_DIRECTIONAL: Final = f"[{_RIGHT_TO_LEFT}\u202d\u202e]"
"""With one of these in the document, marks of direction mean something."""

_MARKS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_JOINERS: Final = frozenset("\u200c\u200d")
_BREAKS: Final = frozenset("\u180e\u200b\u2060")


def find(text: str, *, starts_with_mark: bool = False) -> list[Edit]:
    """Return the edits that take characters without width out of ``text``.

    ``starts_with_mark``: a byte order mark at offset 0 came with the file and stays.
    """
    if _RUN.search(odd(text)) is None:
        return []
    directional: bool | None = None
    edits: list[Edit] = []
    for found in _RUN.finditer(text):
        start, end = found.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        for at in range(start, end):
            char = text[at]
            if char in _MARKS and directional is None:
                directional = re.search(_DIRECTIONAL, text) is not None
            if (
                (char in _BREAKS and not re.match(_COMPLEX, before) and not re.match(_COMPLEX, after))
                or (char in _JOINERS and not any(map(_joins, (before, after))))
                or (char in _MARKS and not directional)
                or (char == "\ufeff" and not (starts_with_mark and at == 0))
                or (char == "\xad" and before.isalpha() and after.isalpha() and not after.isupper())
            ):
                continue
            if start < at:
                edits.append(removal(text, start, at, ZERO_WIDTH))
            start = at + 1
        if start < end:
            edits.append(removal(text, start, end, ZERO_WIDTH))
    return edits


def _joins(char: str) -> bool:
    return re.match(_COMPLEX, char) is not None or _SYMBOL.match(char) is not None
