"""HTML entities that a scraper left, escaped once or several times.

A document that speaks of markup keeps all of its entities. What tells is any of these: a tag, literal or
escaped; the words HTML, XML, ampersand, "character entity"; an entity in quotes or backticks, or called one; the
address of a variable in C. What is decoded must end in a semicolon (``&copy=1`` stands in a URL), and ``&lt;``
never where it could open a tag. Of the two thousand names of HTML 5, those of HTML 4, of ASCII signs and of
letters are decoded; the mathematical rest is rarer in scraped text than a word that happens to look like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from cleaner.repair.kinds import ENTITY, edit
from cleaner.text.edit import Edit

_ENTITY: Final = re.compile(
    r"""
    & ( (?: (?: [aA][mM][pP] | \#0{0,4}38 | \#[xX]0{0,4}26 ) ; )* )      # its ampersand, escaped again
      ( \#[0-9]{1,7} | \#[xX][0-9A-Fa-f]{1,6} | [A-Za-z][A-Za-z0-9]{1,31} ) ;
    """,
    re.X,
)
_AFTER_LESS: Final = re.compile(r"[\s\d=-]|\Z")
"""What may follow a decoded ``&lt;``."""

_TAG: Final = r"""
    </?(?: a|abbr|article|aside|b|blockquote|body|br|button|center|code|div|em|figure|font|footer|form|h[1-6]|head
      |header|hr|html|i|iframe|img|input|label|li|link|meta|nav|ol|option|p|pre|script|section|select|small|span
      |strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|title|tr|u|ul|video )(?:\s[^<>]*)?/?>
  | <! | <\?(?:php|xml)
"""
_WORD: Final = r"""
    (?<![\w./])x?html | (?<![\w./])xml(?!\w) | html_?entit
  | ampersand | unescap | character\s+(?:entit|referenc|code)
"""
_HINTS: Final = ("html", "xml", "ampersand", "unescap", "character")
"""One of these stands in every match of `_WORD`."""

_CALLED: Final = r"""(?:
    \b entit(?:y|ies) (?:\s\w+){0,2} [\s:(]* | \b (?:encoded|escaped|written) \s as \s+
)\Z"""
_ASSIGNED: Final = r"(?: =\s* | \b codes? \b [^\n&.]{0,40} \s (?:is|are) \s* :? \s* )\Z"
_OPENING: Final = "`\"'“‘„«‹"
_CLOSING: Final = "`\"'”’“»›"
_LOOK_BACK: Final = 60
_PLAIN: Final = frozenset({"amp", "apos", "gt", "lt", "nbsp", "quot"})
"""Entities that prose is full of, whatever stands before them."""


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compile when first needed: few documents hold an entity."""
    return re.compile(expression, re.X | re.I)


@cache
def _names() -> Mapping[str, str]:
    """The names that are decoded, without their semicolon."""
    from html.entities import html5, name2codepoint

    return {
        name[:-1]: char
        for name, char in html5.items()
        if name.endswith(";") and len(char) == 1
        if char.isascii()
        or (char.isalpha() and char < "\u0530")
        or chr(name2codepoint.get(name[:-1], name2codepoint.get(name[:-1].lower(), 0))) == char
    }


def find(text: str, *, markdown: bool = False) -> list[Edit]:
    """Return the edits that decode the entities of ``text``; none where it speaks of markup.

    In Markdown an entity that stands for an ASCII sign stays: it keeps the sign from being markup.
    """
    if "&" not in text:
        return []
    entities = list(_ENTITY.finditer(text))
    if not entities or _speaks_of_markup(text, entities):
        return []
    edits: list[Edit] = []
    high: re.Match[str] | None = None  # the entity before, where it is the first half of a UTF-16 pair
    for entity in entities:
        start, end = entity.span()
        code = _code(entity[2])
        if 0xD800 <= code < 0xE000:
            if high is not None and high.end() == start and code >= 0xDC00:
                char = chr(0x10000 + (_code(high[2]) - 0xD800) * 0x400 + code - 0xDC00)
                edits.append(edit(text, high.start(), end, char, (ENTITY,)))
            high = entity if code < 0xDC00 else None
            continue
        new = _decoded(entity[2])
        if new is None and entity[1]:
            new = f"&{entity[2]};"  # not one that is known, but its ampersand was escaped
        elif new is None or (markdown and new.isascii() and new not in " &'\""):
            continue
        if new == "<" and not _AFTER_LESS.match(text, end):
            continue
        edits.append(edit(text, start, end, new, (ENTITY,)))
    return edits


def _speaks_of_markup(text: str, entities: Iterable[re.Match[str]]) -> bool:
    """True where a document is about HTML, XML or code, or holds tags."""
    if "<" in text and _compiled(_TAG).search(text):
        return True
    lowered = text.lower()
    if any(hint in lowered for hint in _HINTS) and _compiled(_WORD).search(text):
        return True
    return any(_is_mentioned(text, entity) for entity in entities)


def _is_mentioned(text: str, entity: re.Match[str]) -> bool:
    """True for an escaped tag, and for an entity that is quoted, called one, or a variable's address."""
    start, end = entity.span()
    before, after = text[max(0, start - _LOOK_BACK) : start], text[end : end + 1]
    if _decoded(entity[2]) == "<" and after and (after in "/!?" or (after.isascii() and after.isalpha())):
        return True
    if before and after and before[-1] in _OPENING and after in _CLOSING:
        return True
    if entity[2] not in _PLAIN and not after.strip() and _compiled(_ASSIGNED).search(before):
        return True
    return _compiled(_CALLED).search(before) is not None


def _code(name: str) -> int:
    """The number of a numeric reference; -1 for a name."""
    if name[0] != "#":
        return -1
    return int(name[2:], 16) if name[1] in "xX" else int(name[1:])


def _decoded(name: str) -> str | None:
    """What an entity stands for; ``None`` where nothing is certain. Breaks and tabs are spaces in HTML."""
    code = _code(name)
    if code < 0:
        char = _names().get(name)
        return " " if char in ("\t", "\n") else char
    if code in (9, 10, 13):
        return " "
    if 0x80 <= code < 0xA0:  # browsers read these as windows-1252
        return bytes([code]).decode("cp1252", "ignore") or None
    if code < 0x20 or code == 0x7F or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code & 0xFFFE == 0xFFFE:
        return None
    return chr(code)
