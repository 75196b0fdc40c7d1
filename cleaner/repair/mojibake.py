"""Mojibake and lost bytes: line by line what ftfy makes of it, as edits.

ftfy gives a fixed line but not where it changed it. That need not be searched for: every step of ftfy leaves
printable ASCII as it is, but for spaces and question marks, which can stand for a lost byte. So the ASCII runs
of a line stand in the fixed line as well, in the same order, and what changed lies between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from cleaner.repair.guard import NEAR, SUSPECT
from cleaner.repair.kinds import LOST_BYTES, MOJIBAKE, edit
from cleaner.text.edit import Edit
from cleaner.text.lines import LINE_END

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_BETWEEN: Final = re.compile(r"([^!->@-~]+)")
_C1: Final = re.compile("[\x80-\x9f]")

_ENCODINGS: Final = r"""(?i:
    mojibake | 文字化け | 乱码 | 亂碼 | кракозябр | krzaczk[ió] | zeichensalat | buchstabensalat
  | (?<!=)(?<!=["'])\b (?: utf-?(?:8|16) | latin-?1 | iso[ -]?8859 | (?:windows|cp)-?125\d ) \b
  | \bcharset\b(?!\s*=) | \bunicode\b | \bcharacter\s(?:set|encoding) | zeichen(?:satz|[kc]odierung)
  | encodage\sde\scaract | codificaci[oó]n\sde\scaract | codifica[cç][aã]o\sde\scaract | codifica\sdei\scaratt
)"""
"""What a text says that speaks of encodings."""


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compile when first needed: the longer one takes 7 ms."""
    return re.compile(expression, re.VERBOSE)


def suspects(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the lines that could hold mojibake. A byte order mark is not part of the first."""
    if text.isascii():
        return
    near = _compiled(NEAR).search(text)
    if near is None:
        return
    at, search = near.start(), _compiled(SUSPECT).search
    seen = 0  # all lines before this offset are done
    while hit := search(text, at):
        start = max(text.rfind("\n", seen, hit.start()), text.rfind("\r", seen, hit.start())) + 1 or seen
        line_end = LINE_END.search(text, hit.start())
        at = seen = line_end.start() if line_end else len(text)
        yield start + (start == 0 and text.startswith("\ufeff")), at


def find(text: str) -> list[Edit] | None:
    """Return the edits that make each line of ``text`` what ftfy makes of it.

    ``None`` where the text speaks of encodings and seems to hold mojibake: it shows what goes wrong with them. A
    declaration such as ``charset="utf-8"`` is not speech.
    """
    spans = list(suspects(text))
    if spans and _compiled(_ENCODINGS).search(text):
        return None
    edits: list[Edit] = []
    for start, end in spans:
        old = text[start:end]
        new = _mended(old)
        if new != old:
            edits += (edit(text, start + at, start + at + len(a), b, (_kind(a, b),)) for at, a, b in changes(old, new))
    return edits


def _mended(line: str) -> str:
    """``line`` as ftfy mends its encoding. ftfy takes 112 ms to import, so only here."""
    from ftfy import fix_and_explain

    return fix_and_explain(line, _settings()).text


@cache
def _settings() -> TextFixerConfig:
    """Encodings only. ``explain`` stays on: without it ftfy ignores half of the other options."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=True,
    )


def changes(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """Yield (offset, piece of ``old``, what stands for it in ``new``) for two forms of a line.

    Where the ASCII runs of both are not the same, which no fix of ftfy does, there is one change.
    """
    befores, afters = _BETWEEN.split(old), _BETWEEN.split(new)  # ASCII runs, with what lies between at odd places
    if befores[::2] != afters[::2]:
        yield _trimmed(0, old, new)
        return
    at = 0
    for place, (before, after) in enumerate(zip(befores, afters, strict=True)):
        if place % 2 and before != after:
            # Spaces are lost to a fix but never made by one: as many on both sides are the same ones.
            olds, news = before.split(" "), after.split(" ")
            # Nothing to hang a piece on that only ``new`` has: the run is one change.
            if len(olds) != len(news) or any(made and not gone for gone, made in zip(olds, news, strict=True)):
                olds, news = [before], [after]
            start = at
            for a, b in zip(olds, news, strict=True):
                if a != b:
                    yield _trimmed(start, a, b)
                start += len(a) + 1
        at += len(before)


def _trimmed(at: int, old: str, new: str) -> tuple[int, str, str]:
    """The change without what both have in common at either end, but never so little that nothing is put in."""
    limit = min(len(old), len(new)) - 1
    head = 0
    while head < limit and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < limit - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return at + head, old[head : len(old) - tail], new[head : len(new) - tail]


def _kind(old: str, new: str) -> str:
    """Lost bytes where ``old`` has fewer bytes, one for each of its characters, than ``new`` is made of."""
    if "\ufffd" in new:
        return LOST_BYTES
    if len(old) == len(new) and _C1.search(old):
        return MOJIBAKE  # windows-1252 read as Latin-1: character for character
    bytes_left = sum(not char.isascii() and char != "\ufffd" for char in old)
    bytes_made = sum(len(char.encode("utf-8", "surrogatepass")) for char in new if not char.isascii())
    return LOST_BYTES if bytes_left < bytes_made else MOJIBAKE
