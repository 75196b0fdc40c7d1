"""Resolve: from what rules saw (matches) to what is done (edits). The only place that settles conflicts.

* What a ``keep`` rule matches stays. A cut of several lines goes on around it, line by line; any other cut
  that touches it is dropped.
* Removals that overlap unite and carry every rule's id. The one that covers most owns the cut, with its reason
  and its confidence; of two alike the more confident, then the smaller id. (Were it the most confident first, a
  small sure piece would lend its confidence to a large doubtful one.)
* A replacement inside a removal yields. Of two that overlap the leftmost wins, then the longest, then the
  smaller id.
* White space around a cut is settled here, once: no blank lines doubled by the cut, no spaces orphaned by
  it; what the cut did not touch stays as it was. A text keeps its last line end, or its absence.

No rule's name stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleaner.rules.page import Match
from cleaner.text.edit import CONFIDENCES, Edit
from cleaner.text.lines import Layout


class Shadowed(NamedTuple):
    """A match that lost, and to what: rule ids."""

    match: Match
    by: tuple[str, ...]


class Resolution(NamedTuple):
    """What is done, in the order of the text, and what lost."""

    edits: tuple[Edit, ...]
    shadowed: tuple[Shadowed, ...]


class _Piece(NamedTuple):
    """One united removal."""

    start: int
    end: int
    matches: tuple[Match, ...]


def resolve(layout: Layout, matches: Iterable[Match]) -> Resolution:
    """Settle ``matches``, in any order, over the text of ``layout``. The outcome does not depend on their order."""
    ordered = sorted(matches, key=lambda m: (m.start, m.end, m.rule.id, m.replacement))
    keeps = [m for m in ordered if m.rule.keeps]
    removals = [m for m in ordered if not m.rule.keeps and not m.replacement]
    replacements = [m for m in ordered if not m.rule.keeps and m.replacement]
    shadowed: list[Shadowed] = []

    standing = _spared(layout, removals, keeps, shadowed)
    edits = _settled(layout, _united(layout, standing))
    for match in sorted(replacements, key=lambda m: (m.start, -m.end, m.rule.id, m.replacement)):
        winners = _touching(match, edits) or tuple(k.rule.id for k in keeps if _overlap(match, k))
        if winners:
            shadowed.append(Shadowed(match, winners))
        else:
            edits.append(_edit(layout, match.start, match.end, match.replacement, (match,)))
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return Resolution(tuple(edits), tuple(shadowed))


def _overlap(one: Match | Edit, other: Match | Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _touching(match: Match, edits: Iterable[Edit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for edit in edits if _overlap(match, edit) for rule in edit.rules))


def _spared(layout: Layout, removals: Sequence[Match], keeps: Sequence[Match], shadowed: list[Shadowed]) -> list[Match]:
    """The removals that stay when every ``keep`` has had its say; what they lose goes to ``shadowed``."""
    if not keeps:
        return list(removals)
    standing: list[Match] = []
    for match in removals:
        keepers = [keep for keep in keeps if _overlap(match, keep)]
        if not keepers:
            standing.append(match)
            continue
        shadowed.append(Shadowed(match, tuple(dict.fromkeys(keep.rule.id for keep in keepers))))
        first, last = layout.line_at(match.start), layout.line_at(max(match.start, match.end - 1))
        if first == last:
            continue
        kept = {
            number
            for keep in keepers
            for number in range(layout.line_at(keep.start), layout.line_at(max(keep.start, keep.end - 1)) + 1)
        }
        for number in range(first, last + 1):
            if number not in kept and layout.stripped[number]:
                line = layout.lines[number]
                # What was captured stays with the first line that goes.
                standing.append(
                    match._replace(
                        start=max(line.start, match.start),
                        end=min(line.end, match.end),
                        captures=match.captures if number == first else (),
                    )
                )
    return standing


def _united(layout: Layout, removals: Iterable[Match]) -> list[_Piece]:
    """Unite what overlaps, then take the white space off both ends of each piece."""
    pieces: list[_Piece] = []
    for match in sorted(removals, key=lambda m: (m.start, m.end, m.rule.id)):
        if pieces and match.start < pieces[-1].end:
            last = pieces[-1]
            pieces[-1] = _Piece(last.start, max(last.end, match.end), (*last.matches, match))
        else:
            pieces.append(_Piece(match.start, match.end, (match,)))
    return [_trimmed(layout.text, piece) for piece in pieces]


def _trimmed(text: str, piece: _Piece) -> _Piece:
    inside = text[piece.start : piece.end]
    if not inside.strip():
        return piece
    start = piece.start + len(inside) - len(inside.lstrip())
    return piece._replace(start=start, end=start + len(inside.strip()))


def _settled(layout: Layout, pieces: Sequence[_Piece]) -> list[Edit]:
    """Turn pieces into edits that take the right white space along."""
    whole: list[_Piece] = []
    edits: list[Edit] = []
    by_line: dict[int, list[_Piece]] = {}
    for piece in pieces:
        first, last = layout.line_at(piece.start), layout.line_at(max(piece.start, piece.end - 1))
        before = layout.text[layout.lines[first].start : piece.start]
        after = layout.text[piece.end : layout.lines[last].end]
        if not layout.text[piece.start : piece.end].strip() and (first != last or not layout.stripped[first]):
            continue  # nothing but line ends and blank lines: no rule's business
        if first == last:
            by_line.setdefault(first, []).append(piece)
        elif before.strip() or after.strip():
            edits.append(_edit(layout, piece.start, piece.end, "", piece.matches))  # from inside one line into another
        else:
            whole.append(piece)
    for number, inside in by_line.items():
        if _is_emptied(layout, number, inside):
            whole += inside
        else:
            edits += _inline_edits(layout, number, inside)
    whole.sort(key=lambda piece: piece.start)
    cluster: list[_Piece] = []
    for piece in whole:
        if cluster and layout.text[cluster[-1].end : piece.start].strip():
            edits += _cluster_edits(layout, cluster)
            cluster = []
        cluster.append(piece)
    if cluster:
        edits += _cluster_edits(layout, cluster)
    return edits


def _is_emptied(layout: Layout, number: int, pieces: Sequence[_Piece]) -> bool:
    """True where the pieces take all that is to be seen of the line."""
    line = layout.lines[number]
    if not layout.stripped[number]:
        return False
    edges = [line.start, *(edge for piece in pieces for edge in (piece.start, piece.end)), line.end]
    return not any(layout.text[a:b].strip() for a, b in list(pairwise(edges))[::2])


def _inline_edits(layout: Layout, number: int, pieces: Sequence[_Piece]) -> list[Edit]:
    """Edits for pieces of one line. White space that two of them reach for goes with the first."""
    edits: list[Edit] = []
    at = 0
    for piece in pieces:
        start, end = _inline_span(layout, number, piece)
        if max(start, at) < end:
            edits.append(_edit(layout, max(start, at), end, "", piece.matches))
            at = end
    return edits


def _inline_span(layout: Layout, number: int, piece: _Piece) -> tuple[int, int]:
    """What goes for a cut inside a line: one gap stays where there were two, none at the line's edges."""
    line, text = layout.lines[number], layout.text
    start, end = piece.start, piece.end
    before = text[line.start : start]
    after = text[end : line.end]
    gap_before = len(before) - len(before.rstrip())
    gap_after = len(after) - len(after.lstrip())
    if not after.strip():
        start, end = start - gap_before, line.end
    elif not before.strip() or (gap_before and gap_after):
        end += gap_after
    return start, end


def _cluster_edits(layout: Layout, cluster: Sequence[_Piece]) -> list[Edit]:
    """Edits for whole lines that go together: with nothing but white space between them."""
    lines, text = layout.lines, layout.text
    first, last = layout.line_at(cluster[0].start), layout.line_at(max(cluster[-1].start, cluster[-1].end - 1))
    start = lines[first].start
    end = lines[last + 1].start if last + 1 < len(lines) else len(text)
    above = below = 0  # blank lines on either side
    while first - above > 0 and not layout.stripped[first - above - 1]:
        above += 1
    while last + below + 1 < len(lines) and not layout.stripped[last + below + 1]:
        below += 1
    is_first, is_last = first - above == 0, last + below == len(lines) - 1
    below_end = lines[last + below + 1].start if not is_last else len(text)
    if is_first and is_last:
        start, end = lines[0].start, len(text)
    elif is_first:
        end = below_end
    elif is_last:
        start = lines[first - above].start
        if not below and end == lines[last].end:  # the text had no last line end: it gets none
            start = lines[first - above - 1].end
    elif above and below:
        if above >= below:
            end = below_end
        else:
            start = lines[first - above].start
    edges = [start, *(_left(layout, a, b) for a, b in pairwise(cluster)), end]
    return [_edit(layout, a, b, "", piece.matches) for (a, b), piece in zip(pairwise(edges), cluster, strict=True)]


def _left(layout: Layout, piece: _Piece, following: _Piece) -> int:
    """Where the edit of ``following`` begins: at its line's start, unless ``piece`` ends on that line."""
    start = layout.lines[layout.line_at(following.start)].start
    return following.start if piece.end > start else start


def _edit(layout: Layout, start: int, end: int, new: str, matches: Sequence[Match]) -> Edit:
    owner = min(matches, key=_weakness)
    others = sorted({match.rule.id for match in matches} - {owner.rule.id})
    return Edit(
        start,
        end,
        layout.text[start:end],
        new,
        (owner.rule.id, *others),
        owner.rule.why,
        owner.rule.confidence,
        owner.rule.category,
        tuple(dict.fromkeys(pair for match in matches for pair in match.captures)),
    )


def _weakness(match: Match) -> tuple[int, int, str]:
    """Smallest for the owner: by length, then confidence, then id."""
    return match.start - match.end, -CONFIDENCES.index(match.rule.confidence), match.rule.id
