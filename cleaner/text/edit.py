"""Edits: what was changed, written down so that it can be replayed, undone and explained.

An `Edit` replaces ``old``, which stands at ``[start, end)`` of a text, by ``new``. Spans are half-open
and count code points. A list of edits is *sound* for a text when it is sorted, disjoint (touching is
allowed) and each ``old`` is what stands at its span; every function here keeps that, and `apply`
refuses a list that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Confidence = Literal["certain", "likely", "maybe"]
CONFIDENCES: tuple[Confidence, ...] = ("maybe", "likely", "certain")
"""Weakest first, so that an index is a strength."""


class EditError(ValueError):
    """A list of edits does not fit the text it is said to belong to."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``old`` at ``[start, end)`` becomes ``new``.

    ``rules`` are full rule ids, the one that owns the cut first. ``captures`` are the named groups that
    the rules took out of the text, as (name, value) pairs in the order of the text.
    """

    start: int
    end: int
    old: str
    new: str
    rules: tuple[str, ...]
    why: str = ""
    confidence: Confidence = "certain"
    category: str = ""
    captures: tuple[tuple[str, str], ...] = ()

    @property
    def is_removal(self) -> bool:
        """True where nothing is put in place of what goes."""
        return not self.new


def check(text: str, edits: Iterable[Edit]) -> None:
    """Raise `EditError`, naming the first offence, unless ``edits`` are sound for ``text``."""
    at = 0
    for edit in edits:
        if edit.start < at:
            raise EditError(f"edit at {edit.start} begins before the one ahead of it ends ({at})")
        if edit.end - edit.start != len(edit.old):
            raise EditError(f"edit at {edit.start}:{edit.end} says it replaces {len(edit.old)} characters")
        if edit.end > len(text):
            raise EditError(f"edit at {edit.start}:{edit.end} lies beyond the end of the text ({len(text)})")
        if text[edit.start : edit.end] != edit.old:
            raise EditError(
                f"at {edit.start}:{edit.end} the text has {text[edit.start : edit.end][:40]!r}, "
                f"the edit expects {edit.old[:40]!r}"
            )
        at = edit.end


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return ``text`` with ``edits`` done. Raises `EditError` where they do not fit."""
    check(text, edits)
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.new)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)


def _placed(edit: Edit, start: int, end: int, old: str, new: str) -> Edit:
    """``edit`` with another span and other texts. (`dataclasses.replace` takes twice as long.)"""
    return Edit(start, end, old, new, edit.rules, edit.why, edit.confidence, edit.category, edit.captures)


def invert(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that undo ``edits``, in the offsets of the text they lead to."""
    undone: list[Edit] = []
    drift = 0
    for edit in edits:
        start = edit.start + drift
        undone.append(_placed(edit, start, start + len(edit.new), edit.new, edit.old))
        drift += len(edit.new) - len(edit.old)
    return tuple(undone)


def compose(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return one list that does what ``first`` and then ``second`` do, in the offsets ``first`` has.

    ``second`` counts in the text that ``first`` leads to. Where edits of both lists touch the same
    characters they become one, owned by the strongest of the later ones. It carries the captures of all, and the
    rules of all whose work is still to be seen: a single later one that covers the whole undoes what an earlier one
    put there, but not what it took away. An edit that leaves its text as it was is dropped.
    """
    if not first or not second:
        return tuple(edit for edit in first or second if edit.old != edit.new)
    middle = invert(first)  # spans of `first` as they lie in the text between
    composed: list[Edit] = []
    drift = 0  # offset in the original minus offset in the middle, left of what is looked at
    i = j = 0
    while i < len(middle) or j < len(second):
        if j == len(second) or (i < len(middle) and _is_before(middle[i], second[j])):
            composed.append(first[i])
            drift += len(middle[i].new) - len(middle[i].old)
            i += 1
            continue
        if i == len(middle) or not _overlaps(middle[i], second[j]):
            edit = second[j]
            composed.append(_placed(edit, edit.start + drift, edit.end + drift, edit.old, edit.new))
            j += 1
            continue
        # A cluster: grow it until neither list has a further edit that reaches into it.
        i0, j0 = i, j
        start = min(middle[i].start, second[j].start)
        end = max(middle[i].end, second[j].end)
        i, j = i + 1, j + 1
        while True:
            if i < len(middle) and middle[i].start < end:
                end = max(end, middle[i].end)
                i += 1
            elif j < len(second) and second[j].start < end:
                end = max(end, second[j].end)
                j += 1
            else:
                break
        undos, cuts = middle[i0:i], second[j0:j]
        between = _between(start, end, undos, cuts)
        old, new = _done(between, start, undos), _done(between, start, cuts)
        composed.append(_merged(start + drift, old, new, undos, cuts))
        drift += sum(len(undo.new) - len(undo.old) for undo in undos)
    return tuple(edit for edit in composed if edit.old != edit.new)


def _is_before(undo: Edit, cut: Edit) -> bool:
    """True where ``undo`` lies wholly before ``cut``; an empty one at the cut's start does."""
    return undo.end <= cut.start


def _overlaps(undo: Edit, cut: Edit) -> bool:
    """True where both touch one character, or one is an empty span strictly inside the other."""
    return undo.start < cut.end and cut.start < undo.end


def _between(start: int, end: int, undos: Sequence[Edit], cuts: Sequence[Edit]) -> str:
    """The middle text of a cluster; each of its characters is the ``old`` of an edit of one list."""
    text = [""] * (end - start)
    for edit in (*undos, *cuts):
        text[edit.start - start : edit.end - start] = edit.old
    return "".join(text)


def _done(text: str, base: int, edits: Sequence[Edit]) -> str:
    return apply(text, [_placed(edit, edit.start - base, edit.end - base, edit.old, edit.new) for edit in edits])


def _merged(at: int, old: str, new: str, undos: Sequence[Edit], cuts: Sequence[Edit]) -> Edit:
    """One edit for a cluster, whose ``old`` begins ``at``; `compose` says what it carries."""
    owner = max(cuts, key=lambda edit: CONFIDENCES.index(edit.confidence))
    is_covered = len(cuts) == 1 and owner.start <= undos[0].start and undos[-1].end <= owner.end
    seen = [undo for undo in undos if not (is_covered and undo.old)]
    in_order = sorted((*undos, *cuts), key=lambda edit: edit.start)
    return replace(
        owner,
        start=at,
        end=at + len(old),
        old=old,
        new=new,
        rules=tuple(dict.fromkeys(rule for edit in (owner, *cuts, *seen) for rule in edit.rules)),
        captures=tuple(pair for edit in in_order for pair in edit.captures),
    )


def original_span(edits: Iterable[Edit], start: int, end: int) -> tuple[int, int]:
    """Return where ``[start, end)`` of the text that ``edits`` lead to stood in the text they began with.

    A bound inside an edit moves out to the edit's own, so that the span covers all that was touched. What was taken
    out just beside the span is not of it; an empty span where something was taken out is all of that.
    """
    listed = tuple(edits)
    pairs = tuple(zip(listed, invert(listed), strict=True))
    bounds = _original(pairs, start, is_end=False), _original(pairs, end, is_end=True)
    return min(bounds), max(bounds)


def _original(pairs: Iterable[tuple[Edit, Edit]], bound: int, *, is_end: bool) -> int:
    drift = 0
    for edit, undo in pairs:
        if undo.start < bound < undo.end:
            return edit.end if is_end else edit.start
        if undo.end > bound or (is_end and undo.start >= bound):
            break
        drift = edit.end - undo.end
    return bound + drift


def fingerprint(edit: Edit, nearest_line: str) -> str:
    """Name an edit so that a reviewer's verdict outlives a shift of the article.

    A hash (16 hexadecimal digits) of the rule ids, the old and the new text and ``nearest_line``, the
    nearest line that is kept; no offset goes in. White space is folded.
    """
    from hashlib import blake2b  # it loads OpenSSL, which most runs do without

    parts = ("\x1f".join(sorted(edit.rules)), edit.old, edit.new, nearest_line)
    folded = "\x1e".join(" ".join(part.split()) for part in parts)
    return blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
