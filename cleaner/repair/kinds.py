"""The kinds of repair: their ids, why each is done, and how an edit of one is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cleaner.text.edit import Edit

MOJIBAKE: Final = "repair/mojibake"
LOST_BYTES: Final = "repair/lost-bytes"
ENTITY: Final = "repair/entity"
CONTROL: Final = "repair/control"
SURROGATE: Final = "repair/surrogate"
ZERO_WIDTH: Final = "repair/zero-width"
NBSP: Final = "repair/nbsp"
TRAILING_SPACE: Final = "repair/trailing-space"

WHY: Final[dict[str, str]] = {
    MOJIBAKE: "Text in one encoding was read as another.",
    LOST_BYTES: "Characters lost some of their bytes on the way; what the rest tells is put in their place.",
    ENTITY: "HTML entities that the scraper left.",
    CONTROL: "Control characters or terminal escapes, which say nothing in a text.",
    SURROGATE: "The two UTF-16 halves of one character.",
    ZERO_WIDTH: "Invisible characters that split words or stand for nothing in this script.",
    NBSP: "No-break spaces between words.",
    TRAILING_SPACE: "White space at the end of a line.",
}
"""Rule id to the reason that an edit gives, in the order of the kinds."""

CATEGORY: Final = {ENTITY: "markup"}
"""Rule id to the category of its edits; the others have none."""


def edit(text: str, start: int, end: int, new: str, kinds: Iterable[str]) -> Edit:
    """Return the edit of ``text`` that puts ``new`` at ``[start, end)``; the first of ``kinds`` owns it."""
    rules = tuple(dict.fromkeys(kinds))
    return Edit(start, end, text[start:end], new, rules, WHY[rules[0]], "certain", CATEGORY.get(rules[0], ""))


def removal(text: str, start: int, end: int, kind: str) -> Edit:
    """Return the edit that takes ``[start, end)`` out, and one space that would then be left over.

    Left over is a space after it where another stands before, or the only space at the start of a line.
    """
    before = text[start - 1 : start]
    if text.startswith(" ", end) and (before == " " or (before in ("", "\n", "\r") and not text.startswith("  ", end))):
        end += 1
    return edit(text, start, end, "", (kind,))
