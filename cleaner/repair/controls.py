"""Control characters, terminal escapes, UTF-16 halves, and punctuation of which one byte is left.

Two scrapers' faults leave a single byte of a quotation mark or a dash: a converter that keeps the low byte of a
code point (U+2019 becomes U+0019), and windows-1252 punctuation in a file that is otherwise UTF-8, which
decoding keeps as U+DC92. The character is put back where it stands as such a character would.
"""

from __future__ import annotations

import re
from typing import Final

from cleaner.repair.kinds import CONTROL, LOST_BYTES, SURROGATE, edit, removal
from cleaner.repair.odd import odd
from cleaner.text.edit import Edit

_ODD: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u206a-\u206f\ufffc\ud800-\udfff]")

_PARTS: Final = re.compile(
    r"""
      (?P<escape> \x1b\[ [0-?]* [ -/]* [@-~]                    # CSI: colours, cursor
                | \x1b\] [^\x07\x1b\r\n]* (?: \x07 | \x1b\\ )   # OSC: titles, links
                | \x1b[()*+][0-9A-Za-z] | \x1b[=>78cDEHMNOZ] )
    | (?P<overstruck> (?P<over> [^\x08\r\n]) \x08 (?=(?P=over)) | _\x08 (?=\S) )
    | (?P<pair> [\ud800-\udbff][\udc00-\udfff] )
    | (?P<byte> [\x13\x14\x18\x19\x1c\x1d\udc80-\udcff]+ )
    | (?P<control> [\x00-\x08\x0b\x0e-\x12\x15-\x17\x1a\x1e\x1f\x7f-\x9f\u206a-\u206f\ufffc]+ | \x1b )
    """,
    re.X,
)

_BYTE: Final = re.compile("(?<![\ud800-\udbff])[\udc80-\udcff]")

_OPENING: Final = "‘“"
_CLOSING: Final = "’”…"
_DASHES: Final = "–—"
_BEFORE_OPENING: Final = ("", " ", "\n", "\r", "\t", "\xa0", "(", "[")
_BEFORE_CLOSING: Final = (".", ",", "!", "?", "%", ")")
_AFTER_CLOSING: Final = ("", " ", "\n", "\r", "\xa0", ")", "]", ".", ",", ";", ":", "!", "?")
_LOST: Final = dict(
    zip(
        map(chr, (0x13, 0x14, 0x18, 0x19, 0x1C, 0x1D, *range(0xDC91, 0xDC95), 0xDC96, 0xDC97, 0xDC85)),
        "–—‘’“”‘’“”–—…",
        strict=True,
    )
)
"""What a byte is the rest of. U+0026 for U+2026 is an ampersand, U+0022 for U+2022 a quote: nothing tells."""

_SEPARATES: Final = frozenset("\x0b\x1c\x1d\x1e\x1f\ufffc")
"""Controls that parted two words: a space takes their place where nothing else parts them."""
_OPENED: Final = frozenset(("", *"([{«“‘„"))
_CLOSED: Final = frozenset(("", *")]}»”’.,;:!?…"))


def find(text: str) -> list[Edit]:
    """Return the edits that take control characters out of ``text`` or put back what they are the rest of.

    White space stays, form feeds too. Bytes that could not be decoded (U+DC80 to U+DCFF) stay, all of them,
    unless every one in the document is punctuation in its place. Lone UTF-16 halves stay.
    """
    if _ODD.search(odd(text)) is None:
        return []
    bytes_are_known = all(_lost(text, byte.start()) for byte in _BYTE.finditer(text))
    edits: list[Edit] = []
    for found in _PARTS.finditer(text):
        start, end = found.span()
        kind = found.lastgroup
        if kind == "pair":
            high, low = map(ord, found.group())
            char = chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)
            edits.append(edit(text, start, end, char, (SURROGATE,)))
        elif kind == "byte":
            for at in range(start, end):
                if lost := (text[at] < " " or bytes_are_known) and _lost(text, at):
                    edits.append(edit(text, at, at + 1, lost, (LOST_BYTES,)))
                elif text[at] < " ":
                    edits.append(_without(text, at, at + 1))
        else:
            edits.append(_without(text, start, end))
    return edits


def _without(text: str, start: int, end: int) -> Edit:
    before, after = text[start - 1 : start].strip(), text[end : end + 1].strip()
    parts = not _SEPARATES.isdisjoint(text[start:end]) and before not in _OPENED and after not in _CLOSED
    return edit(text, start, end, " ", (CONTROL,)) if parts else removal(text, start, end, CONTROL)


def _lost(text: str, at: int) -> str:
    """The punctuation that the byte at ``at`` is the rest of; empty where its place does not tell."""
    char = _LOST.get(text[at], "")
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not char:
        return ""
    if char in _OPENING:
        opens = before in _BEFORE_OPENING or _LOST.get(before, ".") in _OPENING
        return char if opens and (after.isalnum() or _LOST.get(after, ".") in _OPENING) else ""
    if char in _DASHES:
        return char if before == after == " " or (before.isalnum() and after.isalnum()) else ""
    if not (before.isalnum() or before in _BEFORE_CLOSING or _LOST.get(before, ".") in _CLOSING):
        return ""
    ends = after in _AFTER_CLOSING or _LOST.get(after, ".") in _CLOSING
    return char if ends or (char == "’" and after.isalnum()) else ""
