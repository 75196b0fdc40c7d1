"""No-break spaces between words, and white space at the ends of lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from cleaner.repair.kinds import NBSP, TRAILING_SPACE, edit
from cleaner.text.edit import Edit
from cleaner.text.lines import LINE_END

_NO_BREAK: Final = re.compile("[\xa0\u202f][ \xa0\u202f]*")

_SPACES: Final = " \t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""White space within a line. Form feeds and U+2028 part pages and lines; they stay."""


_FRENCH_BEFORE: Final = frozenset(":;!?»›")
_FRENCH_AFTER: Final = frozenset("«‹")
_NO_UNIT: Final = frozenset("–—-|/()[]{}“”„‘’\"'•·")
"""What beside a digit is no unit, no part of its number and no word that belongs to it."""

_SCRIPTS: Final = re.compile("[\u0f00-\u0fff\u1780-\u18af]")
"""Tibetan, Khmer and Mongolian have a use of their own for a no-break space."""


def find_no_breaks(text: str, *, markdown: bool = False) -> list[Edit]:
    """Return the edits that make ordinary spaces of the no-break spaces of ``text``.

    One that has an ordinary space beside it goes. One stays before French punctuation and within « »,
    beside a digit (``10 000``, ``5 km``, ``§ 5``), in scripts that use it, and as the base of a combining mark. At the
    start of a line one goes; more are an indentation and become as many spaces, but stay in Markdown,
    where four spaces are code. Those at the end of a line are left to `find_trailing`.
    """
    if "\xa0" not in text and "\u202f" not in text:
        return []
    edits: list[Edit] = []
    for found in _NO_BREAK.finditer(text):
        start, end = found.span()
        while text[start - 1 : start] == " ":
            start -= 1
        before, after = text[start - 1 : start], text[end : end + 1]
        if after in ("", "\n", "\r") or unicodedata.category(after)[0] == "M":
            continue
        run = text[start:end]
        new = _spaced(run, before, after)
        if before in ("", "\n", "\r") or (before == "\ufeff" and start == 1):
            plain = run.replace("\xa0", "").replace("\u202f", "")
            indentation = run if markdown else " " * len(run)
            new = plain if len(run) - len(plain) == 1 else indentation
        if new != run:
            edits.append(edit(text, start, end, new, (NBSP,)))
    return edits


def _spaced(run: str, before: str, after: str) -> str:
    """What a run of spaces between two characters becomes; the run itself where it is wanted."""
    if before.isspace() or after.isspace():
        return " " if " " in run else ""
    if " " in run:
        return " "
    if after in _FRENCH_BEFORE or before in _FRENCH_AFTER:
        return run
    if (before.isdigit() and after not in _NO_UNIT) or (after.isdigit() and before not in _NO_UNIT):
        return run
    if _SCRIPTS.match(before) or _SCRIPTS.match(after):
        return run
    return " "


def find_trailing(text: str, *, markdown: bool = False) -> list[Edit]:
    """Return the edits that take white space from the ends of the lines of ``text``, and from its own end.

    Line ends stay as they are; a line of white space becomes an empty one. In Markdown two or more ASCII
    spaces after text are a hard break, of which two stay.
    """
    if "\r" not in text and not any(line and line[-1] in _SPACES for line in text.split("\n")):
        return []
    edits: list[Edit] = []
    for at, end in _lines(text):
        line = text[at:end]
        start = at + len(line.rstrip(_SPACES))
        run = text[start:end]
        is_break = markdown and start > at and len(run) > 1 and not run.strip(" ")
        if run != (new := "  " if is_break else ""):
            edits.append(edit(text, start, end, new, (TRAILING_SPACE,)))
    return edits


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The span of each line, without its line end; also of an empty last one."""
    at = 0
    for found in LINE_END.finditer(text):
        yield at, found.start()
        at = found.end()
    yield at, len(text)
