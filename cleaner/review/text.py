"""A document's text, found again by its digest, in pieces that a page can show without counting characters.

Offsets here count code points and JavaScript counts UTF-16 units, so no offset leaves this module: a text goes out as a
list of pieces, each kept or cut.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

import msgspec

from cleaner.problem import CleanerError
from cleaner.readers.packed import open_packed, packing_of
from cleaner.review.record import DocumentLine, EditLine, Summary
from cleaner.text.codec import decode
from cleaner.text.edit import Edit, EditError, apply, check, invert

LARGEST: Final = 64 << 20
"""Bytes of a file, or of a stream up to a record's end, that are read to find a text."""

SHOWN: Final = 400_000
"""Characters of a text that are shown whole; in longer ones what is kept is shortened around the cuts."""

AROUND: Final = 1_500
"""Characters on either side of a cut that stay when a text is shortened."""

LONGEST: Final = 20_000
"""Characters of one cut that are shown; the middle of a longer one is left out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. ``edit`` is the number of the edit that cut it, None where it is kept; ``new`` is what
    stands there now. ``left_out`` counts characters of the middle that are not shown, which stand between ``text`` and
    ``rest``."""

    text: str
    edit: int | None = None
    new: str = ""
    left_out: int = 0
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The original of a document, or the reason why it cannot be shown."""

    text: str | None
    reason: str = ""


def pieces(text: str, edits: Sequence[EditLine]) -> Iterator[Piece]:
    """``text`` in the pieces that ``edits`` make of it. They must be sound for it."""
    is_long = len(text) > SHOWN
    at = 0
    for number, edit in enumerate(edits):
        if edit.start > at:
            yield kept(text[at : edit.start], is_long)
        yield shortened(edit.old, number, edit.new)
        at = edit.end
    if at < len(text):
        yield kept(text[at:], is_long)


def kept(text: str, is_long: bool) -> Piece:
    """A kept stretch, shortened where its document is long."""
    if not is_long or len(text) <= 2 * AROUND:
        return Piece(text)
    return Piece(text[:AROUND], None, "", len(text) - 2 * AROUND, text[-AROUND:])


def shortened(text: str, number: int | None = None, new: str = "") -> Piece:
    """A cut stretch; the middle of a very long one is left out."""
    half = LONGEST // 2
    if len(text) <= LONGEST:
        return Piece(text, number, new[:LONGEST])
    return Piece(text[:half], number, new[:LONGEST], len(text) - 2 * half, text[-half:])


def find_text(line: DocumentLine, summary: Summary, project: Path) -> Found:
    """The original text of a document: from its input if that is as it was, else from the clean text and the edits.

    Nothing outside of ``project`` is read.
    """
    folder = Path(summary.folder or ".")
    candidates = [folder / line.path] if line.path else []
    if line.output:
        candidates.append(folder / line.output)
        if summary.out:
            candidates.append(folder / summary.out / line.output)
    reasons: list[str] = []
    for file in dict.fromkeys(candidates):
        if not is_inside(file, project):
            reasons.append(f"{file.name} lies outside of the project and is not read")
            continue
        try:
            text = _from_record(file, line) if line.record is not None else _from_file(file, line)
        except (OSError, EOFError, ValueError, CleanerError):
            text = None
        if text is not None:
            return Found(text)
    if reasons:
        return Found(None, reasons[0])
    return Found(None, "neither the input nor the clean text is as it was when the run ended")


def is_inside(file: Path, folder: Path) -> bool:
    """True where ``file``, all links followed, lies in ``folder``."""
    top = os.path.realpath(folder)
    return os.path.commonpath([os.path.realpath(file), top]) == top


def _from_file(file: Path, line: DocumentLine) -> str | None:
    if file.stat().st_size > LARGEST:
        return None
    raw = file.read_bytes()
    found = sha256(raw).hexdigest()
    if found not in (line.sha256, line.original_sha256):
        return None
    return _original(decode(raw, line.encoding or None).text, line, is_clean=found != line.original_sha256)


def _from_record(file: Path, line: DocumentLine) -> str | None:
    """The text of one record: whichever of its fields has the digest, so that no field need be named."""
    for raw in _lines_of(file, line):
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            for text in _texts(msgspec.json.decode(raw)):
                digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
                if digest in (line.sha256, line.original_sha256):
                    return _original(text, line, is_clean=digest != line.original_sha256)
    return None


def _lines_of(file: Path, line: DocumentLine) -> Iterator[bytes]:
    """The lines that may hold the record: in the input by its offset, in an output by its number."""
    assert line.record is not None
    if line.offset is not None and not (packing_of(file) and line.offset > LARGEST):
        with _opened(file) as stream:
            if packing_of(file):
                stream.read(line.offset)
            else:
                stream.seek(line.offset)
            yield stream.readline(LARGEST)
    size = 0
    with _opened(file) as stream:
        for number, raw in enumerate(stream, 1):
            size += len(raw)
            if number == line.record:
                yield raw
            if number == line.record or size > LARGEST:
                return


def _opened(file: Path) -> IO[bytes]:
    return open_packed(file, packing_of(file))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _original(text: str, line: DocumentLine, *, is_clean: bool) -> str | None:
    """The text that the edits fit: ``text``, or what it was made from where it is the clean one; None if neither."""
    edits = [Edit(edit.start, edit.end, edit.old, edit.new, edit.rules) for edit in line.edits]
    try:
        if is_clean:
            return apply(text, invert(edits))
        check(text, edits)
    except EditError:
        return None
    return text
