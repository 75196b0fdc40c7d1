"""Exceptions: what stays although a rule wants it, by a reviewer's word or by a mark in the text.

    <!-- cleaner: keep -->
    Nothing between these two lines is changed.
    <!-- cleaner: end -->

A reviewer's word is `Keeps`: fingerprints of edits, and texts that stay wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cleaner.rules.model import Rule
from cleaner.rules.page import Match
from cleaner.text.edit import Edit

Span = tuple[int, int]
"""Half-open, in code points of the original."""

_MARK: Final = re.compile(r"<!--[ \t]*cleaner:[ \t]*(keep|end)[ \t]*-->")

KEPT: Final = Rule("keep/exception", "line", "Kept by an exception.", "markup", (), keeps=True)
"""Whose match protects a span: the resolver knows no other way."""


@dataclass(frozen=True, slots=True)
class Keeps:
    """What is kept. ``texts``: white space folded, to the rules it is kept from, all if there are none."""

    fingerprints: frozenset[str] = frozenset()
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_kept(self, fingerprint: str, rules: Iterable[str], text: str) -> bool:
        """True for an edit of this fingerprint, or of this text where one of ``rules`` is meant."""
        if fingerprint in self.fingerprints:
            return True
        meant = self.texts.get(folded(text))
        return meant is not None and (not meant or not meant.isdisjoint(rules))

    def __bool__(self) -> bool:
        return bool(self.fingerprints or self.texts)


def folded(text: str) -> str:
    """What of a text counts for `Keeps.texts`."""
    return " ".join(text.split())


def marked(text: str) -> tuple[tuple[Span, ...], str]:
    """Return the spans between marks, with the marks, and a warning where one is not closed: it goes to the end."""
    if "cleaner:" not in text:
        return (), ""
    spans: list[Span] = []
    begun: int | None = None
    for mark in _MARK.finditer(text):
        if mark[1] == "keep" and begun is None:
            begun = mark.start()
        elif mark[1] == "end" and begun is not None:
            spans.append((begun, mark.end()))
            begun = None
    if begun is None:
        return tuple(spans), ""
    line = text.count("\n", 0, begun) + 1
    return (*spans, (begun, len(text))), f"line {line}: `cleaner: keep` is never ended; all that follows is kept"


def outside(edits: Iterable[Edit], kept: Iterable[Span]) -> tuple[Edit, ...]:
    """Those of ``edits`` that touch nothing kept."""
    kept = tuple(kept)
    return tuple(edit for edit in edits if not any(edit.start < end and start < edit.end for start, end in kept))


def protections(edits: Iterable[Edit], kept: Iterable[Span]) -> Iterator[Match]:
    """Yield a match that protects each kept span in the text that ``edits``, which leave it alone, lead to."""
    edits = tuple(edits)
    for start, end in kept:
        drift = sum(len(edit.new) - len(edit.old) for edit in edits if edit.end <= start)
        yield Match(start + drift, end + drift, KEPT)
