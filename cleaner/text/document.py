"""A document: one immutable text and what its reader knew of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One text to clean.

    ``id`` names it in reports (a path, a record's id). ``source`` and ``url`` are the record's own word
    on where it comes from. ``encoding`` is the codec that gives the bytes back (see `cleaner.text.codec`).
    ``meta`` is what else the reader knew: ``title``, ``author``, ``date``, ``language``, ``publisher`` …,
    as strings.
    """

    id: str
    text: str
    source: str | None = None
    url: str | None = None
    encoding: str = "utf-8"
    meta: Mapping[str, str] = field(default_factory=dict)
