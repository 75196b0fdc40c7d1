"""Folding: what of a line counts when two are compared, and which lines of a text say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from cleaner.text.lines import REMEMBERED_LENGTH

_SPACES: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_BEFORE: Final = _SPACES + ">#*_•·–—-"
_MARKS: Final = "*_"
_BEHIND: Final = _SPACES + _MARKS
_FOLD: Final = str.maketrans(
    {**dict.fromkeys("‘’‚‛`´ʼ′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)


def fold(line: str) -> str:
    """Return ``line`` with case, quotes, dashes and runs of white space folded, without a mark before or behind it."""
    return _fold(line) if len(line) <= REMEMBERED_LENGTH else _fold.__wrapped__(line)


@lru_cache(maxsize=1 << 13)
def _fold(line: str) -> str:
    if line.isascii():
        line = line.replace("`", "'").lstrip(_BEFORE).rstrip(_BEHIND).lower()
    else:
        line = unicodedata.normalize("NFC", line).translate(_FOLD).lstrip(_BEFORE).rstrip(_BEHIND).casefold()
    return " ".join(line.split())


def copies(lines: Sequence[str], numbers: Collection[int]) -> list[list[int]]:
    """Group those of ``numbers`` whose lines fold to the same, which is not nothing; only groups of two and more.

    Both the groups and the numbers in each are in the order of ``numbers``.
    """
    ends: dict[str, list[int]] = {}
    for number in numbers:
        ends.setdefault(_end(lines[number]), []).append(number)
    alike = {number for group in ends.values() if len(group) > 1 for number in group}
    groups: dict[str, list[int]] = {}
    for number in numbers:
        if number in alike:
            groups.setdefault(fold(lines[number]), []).append(number)
    return [group for key, group in groups.items() if key and len(group) > 1]


def _end(line: str) -> str:
    """The last two words of a line, folded: lines that fold to the same end with the same, which is cheaper to find."""
    words = (line.rstrip(_BEHIND) if line[-1:] in _MARKS else line).rsplit(None, 2)[-2:]
    return " ".join(filter(None, map(_word, words)))  # a mark before the line may stand alone


def _word(word: str) -> str:
    """A word folded; of most it is plain how."""
    if word.isascii() and word[0].isalnum() and word[-1] not in _MARKS and "`" not in word:
        return word.lower()
    return fold(word)
