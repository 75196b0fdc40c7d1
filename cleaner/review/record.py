"""Run records as review reads them: the summary, and one line for each changed document."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from json import loads
from pathlib import Path
from typing import Any, Final

import msgspec

from cleaner.problem import CleanerError, Problem
from cleaner.text.edit import Confidence

EDITS: Final = "edits.jsonl"
SUMMARY: Final = "run.json"


class EditLine(msgspec.Struct, frozen=True, gc=False):
    """One cut. ``start``, ``end`` count code points of the original; ``before``, ``after`` are what stood around it."""

    start: int
    end: int
    old: str
    new: str = ""
    rules: tuple[str, ...] = ()
    line: int = 0
    column: int = 0
    why: str = ""
    confidence: Confidence = "certain"
    category: str = ""
    captures: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""
    before: str = ""
    after: str = ""


class DocumentLine(msgspec.Struct, frozen=True, gc=False):
    """One changed document. ``record`` counts from 1 in a file of many, ``offset`` is in decompressed bytes."""

    id: str
    path: str = ""
    record: int | None = None
    offset: int | None = None
    output: str | None = None
    source: str | None = None
    encoding: str | None = None
    characters: int = 0
    removed: int = 0
    sha256: str = ""
    original_sha256: str = ""
    edits: tuple[EditLine, ...] = ()


class SourceCounts(msgspec.Struct, frozen=True):
    """What a run did to the documents of one source."""

    documents: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0
    cuts: int = 0


class Summary(msgspec.Struct, frozen=True):
    """What ``run.json`` says of a run."""

    id: str = ""
    cleaner: str = ""
    rules: str = ""
    command: tuple[str, ...] = ()
    started: str | None = None
    ended: str | None = None
    interrupted: bool = False
    folder: str = ""
    out: str | None = None
    in_place: bool = False
    level: str = "likely"
    documents: int = 0
    changed: int = 0
    failed: int = 0
    characters: int = 0
    removed: int = 0
    by_source: dict[str, SourceCounts] = {}


_LINES: Final[msgspec.json.Decoder[DocumentLine]] = msgspec.json.Decoder(DocumentLine)


def read_summary(folder: Path) -> Summary:
    """The summary of the run in ``folder``. Raises `CleanerError`."""
    file = folder / SUMMARY
    try:
        return msgspec.json.decode(file.read_bytes(), type=Summary)
    except OSError as error:
        raise CleanerError(Problem(f"cannot read the run: {error.strerror}", str(file))) from error
    except msgspec.MsgspecError as error:
        raise CleanerError(Problem(f"not the summary of a run: {error}", str(file))) from error


class Record:
    """The lines of one run, opened for reading; each can be read again by its number."""

    def __init__(self, folder: Path) -> None:
        """Raises `CleanerError` where the file cannot be read."""
        self.file = folder / EDITS
        self.spans: list[tuple[int, int]] = []
        self._map: mmap.mmap | bytes = b""
        try:
            with self.file.open("rb") as stream:
                if self.file.stat().st_size:
                    self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            return  # a run that changed nothing may not have written one
        except OSError as error:
            raise CleanerError(Problem(f"cannot read the run: {error.strerror}", str(self.file))) from error

    def documents(self) -> Iterator[DocumentLine]:
        """All documents in the order of the run; remembers where each stands. A last line that a kill tore is left
        out; any other line that cannot be read raises `CleanerError`."""
        self.spans.clear()
        at, size = 0, len(self._map)
        while at < size:
            end = self._map.find(b"\n", at)
            if end < 0:
                return
            if end > at:
                yield self._decoded(at, end, len(self.spans) + 1)
                self.spans.append((at, end))
            at = end + 1

    def document(self, number: int) -> DocumentLine:
        """The document of that number, from 0, after `documents` went through. Raises `IndexError`."""
        if number < 0:
            raise IndexError(number)
        start, end = self.spans[number]
        return self._decoded(start, end, number + 1)

    def _decoded(self, start: int, end: int, line: int) -> DocumentLine:
        raw = self._map[start:end]
        try:
            return _LINES.decode(raw)
        except msgspec.DecodeError as error:
            if b"\\ud" not in raw.lower():
                raise self._broken(error, line) from error
        try:  # bytes that are no UTF-8 are kept as lone surrogates, which the quick reader refuses
            return msgspec.convert(loads(raw), DocumentLine)
        except ValueError as error:
            raise self._broken(error, line) from error

    def _broken(self, error: Exception, line: int) -> CleanerError:
        return CleanerError(Problem(f"not a line of a run record: {error}", str(self.file), line))

    def close(self) -> None:
        """Let the file go."""
        if isinstance(self._map, mmap.mmap):
            self._map.close()


def plain(value: Any) -> Any:
    """A structure of this module as plain data."""
    return msgspec.to_builtins(value)
