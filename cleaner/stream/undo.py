"""Records as they came, from clean ones and their edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cleaner.problem import CleanerError, Problem
from cleaner.readers.edit_lines import Entry, entry_of
from cleaner.readers.fields import Fields
from cleaner.readers.jsonl import BOM, BrokenRecord, LineReader, chunks
from cleaner.readers.packed import readable
from cleaner.stream.inputs import Input, opened
from cleaner.text.members import STYLES, span_of
from cleaner.writers.packed import pack


def undo_lines(given: Input, fields: Fields, entries: Iterator[Entry] | None, put: Callable[[bytes], None]) -> int:
    """Give the original lines of a file of JSONL to ``put``; return how many records were changed back.

    The edits are ``entries``, or stand in the records, in the field ``fields.edits``. Raises `CleanerError` where they
    do not fit; what was put then is of no use.
    """
    shown = given.file.shown
    lines = _Lines(fields, entries, shown)
    with readable(shown), opened(given) as file:
        for chunk in chunks(file):
            if chunk.is_piece:
                put(pack(chunk.content, given.origin.packing))
                continue
            done = [lines.undone(line, number) for number, line in enumerate(chunk.content.split(b"\n"), chunk.first)]
            put(pack(b"\n".join(done), given.origin.packing))
    lines.close()
    return lines.count


class _Lines:
    """Undoes one line after the other."""

    def __init__(self, fields: Fields, entries: Iterator[Entry] | None, shown: str) -> None:
        self.reader = LineReader(Fields(fields.text, fields.url, fields.id))
        self.field, self.entries, self.shown = fields.edits, entries or iter(()), shown
        self.next = next(self.entries, None)
        self.count = 0

    def undone(self, line: bytes, number: int) -> bytes:
        """The line as it came."""
        if self.field:
            line, entry = self.taken(line, number, self.field)
        else:
            entry = self.next
            if entry is None or entry.record != number or not line.strip():
                return line
            self.next = next(self.entries, None)
        if entry is None:
            return line
        mark = BOM if number == 1 and line.startswith(BOM) else b""
        record = line[len(mark) :]
        try:
            row = self.reader.row(record)
            start, end = self.reader.span(record)
        except BrokenRecord as error:
            raise CleanerError(Problem(str(error), self.shown, number, hint="was it changed since?")) from error
        original = entry.restored(row.text or "", self.shown)
        value = entry.written or STYLES[entry.style](original)
        self.count += 1
        return b"".join((mark, record[:start], value.encode("utf-8"), record[end:]))

    def taken(self, line: bytes, number: int, name: str) -> tuple[bytes, Entry | None]:
        """The line without its field of edits, and what that holds."""
        import msgspec

        member = b"," + msgspec.json.encode(name) + b":"
        if member not in line:
            return line, None
        try:
            text = line.removeprefix(BOM).decode("utf-8")
            start, end = span_of(text, (name,))
            found: Any = msgspec.json.decode(text[start:end])
        except KeyError:
            return line, None
        except (ValueError, RecursionError):  # a line that could not be read was passed through as it came
            return line, None
        head, tail = text[:start].encode(), text[end:].encode()
        if not head.endswith(member) or not isinstance(found, dict):
            return line, None
        mark = BOM if line.startswith(BOM) else b""
        return mark + head[: -len(member)] + tail, entry_of(found, number, self.shown)

    def close(self) -> None:
        """Raise `CleanerError` where there are edits of records that do not come."""
        if self.next is not None:
            problem = Problem("it ends before this record", self.shown, self.next.record, hint="was it changed since?")
            raise CleanerError(problem)


def undo_rows(given: Input, fields: Fields, entries: Iterator[Entry] | None, target: Path) -> int:
    """Write the original of a Parquet file to ``target``; return how many rows were changed back."""
    from cleaner.readers.parquet import open_parquet
    from cleaner.writers.parquet import rewrite

    assert given.file.path is not None
    plain = Fields(fields.text, fields.url, fields.id)
    with open_parquet(given.file.path, given.file.shown) as file:
        if fields.edits and fields.edits not in file.schema_arrow.names:
            raise CleanerError(Problem(f"there is no field `{fields.edits}`", given.file.shown))
        rows = _Rows(file, plain, given.file.shown)
        found = rows.by_field(fields.edits) if fields.edits else rows.by_entries(entries or iter(()))
        rewrite(given.file.path, target, found, plain, drop=fields.edits)
    return rows.count


class _Rows:
    """The changes that undo a Parquet file, as they are asked for."""

    def __init__(self, file: Any, fields: Fields, shown: str) -> None:
        self.file, self.fields, self.shown, self.count = file, fields, shown, 0

    def rows(self, beside: str | None) -> Iterator[tuple[int, Any, Any]]:
        """Number, text and what the column ``beside`` has, row by row."""
        from cleaner.readers.parquet import check_fields, rows

        check_fields(self.file, self.fields, self.shown)
        wanted = Fields(self.fields.text, (), (beside,)) if beside else self.fields
        for run in rows(self.file, wanted, range(self.file.num_row_groups), self.shown):
            yield from zip(range(run.first, run.first + len(run.texts)), run.texts, run.ids, strict=True)

    def by_field(self, name: str) -> Iterator[tuple[int, str, None]]:
        """By the edits that stand in the rows."""
        import msgspec

        for number, text, held in self.rows(name):
            if isinstance(held, str):
                entry = entry_of(msgspec.json.decode(held), number, self.shown)
                self.count += 1
                yield number, entry.restored(text or "", self.shown), None

    def by_entries(self, entries: Iterator[Entry]) -> Iterator[tuple[int, str, None]]:
        """By the lines of a file of edits."""
        entry = next(entries, None)
        for number, text, _ in self.rows(None):
            if entry is None:
                return
            if entry.record == number:
                self.count += 1
                yield number, entry.restored(text if isinstance(text, str) else "", self.shown), None
                entry = next(entries, None)
        if entry is not None:
            problem = Problem("it ends before this record", self.shown, entry.record, hint="was it changed since?")
            raise CleanerError(problem)
