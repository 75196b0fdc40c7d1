"""The file of edits, read again: what `cleaner.writers.edits` wrote, and the originals that it gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cleaner.problem import CleanerError, Problem
from cleaner.text.codec import decode, encode
from cleaner.text.edit import Edit, EditError, apply, invert


@dataclass(frozen=True, slots=True)
class Record:
    """One document: where it stood, how it is encoded, what was done; digests of the clean text and the original."""

    id: str
    encoding: str
    edits: tuple[Edit, ...]
    clean: str
    original: str


def sha256(raw: bytes) -> str:
    """The digest that names a text's bytes."""
    return hashlib.sha256(raw).hexdigest()


def read_edits(path: Path) -> Mapping[str, Record]:
    """Return the records in ``path`` by the digest of the clean text, and by their place in the tree.

    Raises `CleanerError` with file and line.
    """
    records: dict[str, Record] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise CleanerError(Problem(f"cannot read the edits: {error.strerror}", str(path))) from error
    for number, line in enumerate(lines, 1):
        try:
            if (found := json.loads(line)).get("sha256"):
                edits = tuple(map(edit_of, found["edits"]))
                record = Record(found["id"], found["encoding"], edits, found["sha256"], found["original_sha256"])
                records[record.clean] = records[record.id] = record
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = Problem(f"no line of edits: {error}", str(path), number, hint="it is what `clean --edits` writes")
            raise CleanerError(problem) from error
    return records


def edit_of(found: Mapping[str, object]) -> Edit:
    """The edit that a record of one says, as far as it is needed to undo it. Raises `KeyError`, `TypeError`."""
    start, end, old, new = found["start"], found["end"], found["old"], found["new"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(old, str) and isinstance(new, str)):
        raise TypeError("an edit has start, end, old and new")
    return Edit(start, end, old, new, ())


def record_of(records: Mapping[str, Record], clean: bytes, name: str) -> Record | None:
    """The record of a text: that of its place, unless another one has its very bytes."""
    named, digest = records.get(name), sha256(clean)
    return named if named and named.clean == digest else records.get(digest, named)


def restore(clean: bytes, record: Record, shown: str) -> bytes:
    """Return the original of ``clean``. Raises `CleanerError` where the edits do not fit it."""
    refused = Problem("the edits do not fit this text", shown, hint="was it changed since? it was left alone")
    if not record.edits and sha256(clean) == record.original:
        return clean
    try:
        original = encode(apply(decode(clean, record.encoding).text, invert(record.edits)), record.encoding)
    except (EditError, UnicodeError) as error:
        raise CleanerError(refused) from error
    if sha256(original) != record.original:
        raise CleanerError(refused)
    return original
