"""One line of JSON for the edits of one record, made where the record is cleaned."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cleaner.writers.records import edit_records, problem_record

if TYPE_CHECKING:
    from cleaner.engine import Result


def digest(text: str) -> str:
    """The digest that names a text: SHA-256 of its UTF-8, in hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()


def edit_fields(result: Result, style: str | None, written: str | None) -> dict[str, Any]:
    """What `cleaner undo` needs of one changed record, and what a reader wants to know.

    ``style`` is how its text is escaped in JSON (see `cleaner.text.members.STYLES`), ``written`` the whole value
    where no style writes it.
    """
    known = changed_fields(result, digest(result.text), digest(result.document.text))
    if style is not None:
        known["style"] = style
    if written is not None:
        known["written"] = written
    return known


def changed_fields(result: Result, clean: str, original: str) -> dict[str, Any]:
    """What is known of a changed document; ``clean`` and ``original`` are the digests of its texts."""
    text = result.document.text
    edits = edit_records(text, result.edits)
    for edit, fingerprint in zip(edits, result.fingerprints(), strict=True):
        edit["fingerprint"] = fingerprint
    return {
        "source": result.source.name,
        "source_by": result.source.by,
        "encoding": result.document.encoding,
        "changed": True,
        "characters": len(text),
        "removed": result.removed,
        "sha256": clean,
        "original_sha256": original,
        "edits": edits,
        "meta": dict(result.meta),
    }


def edit_line(place: dict[str, Any], result: Result, fields: dict[str, Any] | None) -> bytes:
    """One line for one record. ``place`` says which; ``fields`` is what `edit_fields` gave, None where unchanged."""
    import msgspec

    if fields is None:
        fields = {
            "source": result.source.name,
            "source_by": result.source.by,
            "changed": False,
            "characters": len(result.document.text),
            "removed": 0,
            "edits": [],
        }
        if result.problem:
            fields["problem"] = problem_record(result.problem)
    return msgspec.json.encode({**place, **fields}) + b"\n"
