"""One member of a JSON object as it is written: where its value stands, and how its text is escaped.

A record is changed by putting a new value at the span of the old one; all other bytes stay. The value goes out in
the style it came in, so that `cleaner undo` can write the very bytes again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_GO: Final = re.compile("[<>&\u2028\u2029]")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-f]{4})|.)")

# Numbers are looked at as text: one of 5,000 digits is sound JSON, and Python's int refuses it.
_DECODER: Final = json.JSONDecoder(parse_int=len, parse_float=len)


def span_of(text: str, path: Sequence[str]) -> tuple[int, int]:
    """Return where the value of the member ``path`` (names from the outside in) stands in the JSON object ``text``.

    Of members with the same name the last counts, as with all common readers. Raises `KeyError` where there is no
    such member, `ValueError` where ``text`` is no JSON object.
    """
    at = _after(text, 0)
    start, end = at, len(text)
    for name in path:
        start, end = _members(text, start).get(name, (-1, -1))
        if start < 0:
            raise KeyError(name)
    return start, end


def _members(text: str, at: int) -> dict[str, tuple[int, int]]:
    """The spans of the values in the object that begins at ``at``, by name."""
    if text[at : at + 1] != "{":
        return {}
    spans: dict[str, tuple[int, int]] = {}
    at = _after(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise ValueError(f"a name in quotes is expected at character {at}")
        name, at = _DECODER.raw_decode(text, at)
        at = _after(text, at)
        if text[at : at + 1] != ":":
            raise ValueError(f"a colon is expected at character {at}")
        start = _after(text, at + 1)
        _, at = _DECODER.raw_decode(text, start)
        spans[name] = start, at
        at = _after(text, at)
        if text[at : at + 1] == ",":
            at = _after(text, at + 1)
        elif text[at : at + 1] != "}":
            raise ValueError(f"a comma is expected at character {at}")
    return spans


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found
    return found.end()


def parsed(text: str) -> Any:
    """What ``text`` says, with the length of each number in its place. Raises `ValueError`, `RecursionError`."""
    return _DECODER.decode(text)


_plain: Final[Callable[[str], str]] = json.encoder.encode_basestring
_ascii: Final[Callable[[str], str]] = json.encoder.encode_basestring_ascii


def _upper(text: str) -> str:
    return _ESCAPE.sub(lambda found: f"\\u{found[1].upper()}" if found[1] else found[0], _ascii(text))


def _slashed(write: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: write(text).replace("/", "\\/")


def _go(text: str) -> str:
    return _GO.sub(lambda found: f"\\u{ord(found[0]):04x}", _plain(text))


STYLES: Final[dict[str, Callable[[str], str]]] = {
    "plain": _plain,  # orjson, msgspec, serde, JavaScript, Python with ensure_ascii=False
    "ascii": _ascii,  # Python's own
    "ascii-slash": _slashed(_ascii),  # PHP's own
    "slash": _slashed(_plain),  # PHP with JSON_UNESCAPED_UNICODE
    "go": _go,  # Go's own
    "ascii-upper": _upper,  # .NET, Jackson
}
"""How the common writers escape a string, each by name; the names stand in files of edits."""


def style_of(text: str, written: str) -> str | None:
    """The name of the style that writes ``text`` as it is ``written``, quotes included; None where none does."""
    names = (*STYLES, "plain")[1:] if written.isascii() and not text.isascii() else STYLES
    return next((name for name in names if STYLES[name](text) == written), None)
