"""Repair: what scraping broke in a text, as edits. The only room that imports ftfy.

`repair` mends, in this order and again until nothing is left to mend:

* ``repair/mojibake``, ``repair/lost-bytes``: text in one encoding that was read as another, once or twice;
  exactly what ftfy does with each line, typography switched off (`cleaner.repair.mojibake`)
* ``repair/entity``: HTML entities that a scraper left (`cleaner.repair.entities`)
* ``repair/control``, ``repair/surrogate``: control characters, terminal escapes, UTF-16 halves
  (`cleaner.repair.controls`)
* ``repair/zero-width``: invisible characters (`cleaner.repair.invisible`)
* ``repair/nbsp``, ``repair/trailing-space``: no-break spaces and the ends of lines (`cleaner.repair.spaces`)

What is left alone, on purpose: curly quotes, ligatures, full-width forms, ellipses, every kind of dash, decomposed
letters, line ends of all kinds, U+2028 and U+2029, form feeds, doubled ordinary spaces, indentation, a byte order
mark at the start, typographic spaces within a line, variation selectors, joiners in the scripts and emoji
that need them, bytes that could not be decoded, icons in the private use area, and entities in a text about
markup. Text in which ftfy sees no mojibake stays, even where a reader would. A text that speaks of encodings
and seems to hold mojibake shows it on purpose: all of it stays as it is.

White space at the end of a line goes because nobody sees it and every comparison of texts trips over it; a
line of nothing else becomes empty, so that paragraphs part where they seem to. In Markdown two spaces at the
end of a line are a hard break, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from cleaner.repair import controls, entities, invisible, mojibake, spaces
from cleaner.repair.kinds import WHY
from cleaner.repair.kinds import edit as kinds_edit
from cleaner.text.edit import Edit, apply, compose

__all__ = ["WHY", "repair"]

_LETTERS: Final = re.compile(r"[^\W_]+")
_WORD_LIMIT: Final = 40
"""The letters an edit is widened by on either side, at most: Chinese and Thai write no spaces."""


def repair(text: str, *, markdown: bool = False) -> tuple[Edit, ...]:
    """Return the edits, sound for ``text``, that mend what is broken in it; none where nothing is.

    ``markdown``: keep what is markup there, hard breaks and escaped signs. Edits cover whole words and are
    ``certain``. Repairing the repaired text gives no edits.
    """
    stages: tuple[Callable[[str], list[Edit] | None], ...] = (
        mojibake.find,
        partial(entities.find, markdown=markdown),
        controls.find,
        partial(invisible.find, starts_with_mark=text.startswith("\ufeff")),
        partial(spaces.find_no_breaks, markdown=markdown),
        partial(spaces.find_trailing, markdown=markdown),
    )
    steps: list[tuple[str, list[Edit]]] = []  # each text on the way, with the edits that lead on from it
    current = text
    # It ends: an edit shortens the text or, at the same length, lowers the number of controls, of no-break
    # spaces or of letters that lost a byte, of which none makes more without shortening.
    is_mended = False
    while not is_mended:
        is_mended = True
        for stage in stages:
            edits = stage(current)
            if edits is None:
                is_mended = True
                break
            if "\r" in current:
                edits = _parting(current, edits)
            if edits:
                steps.append((current, edits))
                current = apply(current, edits)
                is_mended = False
    done: Sequence[Edit] = ()
    for before, edits in reversed(steps):  # the last steps are the small ones
        done = _both(before, edits, done) if done else edits
    return _by_word(text, done)


def _parting(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """``edits`` without those that take out the last thing between ``\\r`` and ``\\n``: they stay two."""
    kept: list[Edit] = []
    for edit in edits:
        if not edit.new and text.startswith("\n", edit.end):
            start = edit.start
            for before in reversed(kept):
                if before.new or before.end != start:
                    break
                start = before.start
            if text.endswith("\r", 0, start):
                continue
        kept.append(edit)
    return kept


def _both(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """`compose`, but an edit that came about in several steps names them all, the first one first."""
    composed: list[Edit] = []
    at = 0
    for edit in compose(first, second):
        kinds: tuple[str, ...] = ()
        while at < len(first) and first[at].end <= edit.end:
            if first[at].start >= edit.start:
                kinds += first[at].rules
            at += 1
        if kinds and kinds != edit.rules:
            edit = kinds_edit(text, edit.start, edit.end, edit.new, kinds + edit.rules)
        composed.append(edit)
    return tuple(composed)


def _by_word(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Widen ``edits`` to the words they stand in, so that a reader sees what became of a word.

    White space stays by itself, and so does what goes from the edge of a word.
    """
    words: list[tuple[int, int, list[Edit]]] = []
    for number, edit in enumerate(edits):
        floor = edits[number - 1].end if number else 0
        ceiling = edits[number + 1].start if number + 1 < len(edits) else len(text)
        left, right = edit.start, edit.end
        if not edit.new.isspace() and (edit.new or not edit.old.isspace()):
            left -= _letters(text[max(floor, left - _WORD_LIMIT) : left][::-1])
            right += _letters(text[right : min(ceiling, right + _WORD_LIMIT)])
        if not edit.new and (left == edit.start or right == edit.end):
            left, right = edit.start, edit.end
        if words and left < edit.start and left <= words[-1][1]:  # both stand in one word
            left, _, members = words.pop()
            members.append(edit)
            words.append((left, right, members))
        else:
            words.append((left, right, [edit]))
    return tuple(_whole(text, *word) for word in words)


def _whole(text: str, start: int, end: int, edits: Sequence[Edit]) -> Edit:
    """One edit of ``[start, end)`` that does what ``edits`` do within it."""
    if len(edits) == 1 and (edits[0].start, edits[0].end) == (start, end):
        return edits[0]
    pieces: list[str] = []
    at = start
    for edit in edits:
        pieces += (text[at : edit.start], edit.new)
        at = edit.end
    new = "".join(pieces) + text[at:end]
    return kinds_edit(text, start, end, new, [rule for edit in edits for rule in edit.rules])


def _letters(text: str) -> int:
    """How many letters and digits ``text`` begins with; 0 where there is no end of them."""
    found = _LETTERS.match(text)
    count = found.end() if found else 0
    return 0 if count == _WORD_LIMIT else count
