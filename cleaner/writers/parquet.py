"""The writer of Parquet: a file as it was, with some values of one column replaced.

What a run over Parquet puts down while it works is a line of JSON for each changed row; the file itself is made
at the end, from the original and these lines, row group by row group. So a run can be taken up at any row.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

from cleaner.problem import CleanerError, Problem
from cleaner.readers.fields import Fields, Path
from cleaner.readers.parquet import broken, open_parquet, release

Change = tuple[int, str, str | None]
"""The number of a row (from 1), its new text, and its edits as JSON where they are to stand in the record."""


def read_changes(lines: Iterable[bytes]) -> Iterator[Change]:
    """The changes that a run put down, one line each."""
    import msgspec

    decode = msgspec.json.Decoder(Change).decode
    return map(decode, lines)


def rewrite(
    source: FilePath,
    target: FilePath,
    changes: Iterable[Change],
    fields: Fields,
    groups: Sequence[int] | None = None,
    drop: str | None = None,
) -> None:
    """Write ``target``: ``source`` with ``changes`` (in the order of their rows), or ``groups`` of it alone.

    ``fields.edits`` and, for pages, ``fields.text`` name columns that are added; ``drop`` one that is left out.
    Raises `CleanerError`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_parquet(source, str(source)) as file:
        release()
        schema = file.schema_arrow
        if drop:
            schema = schema.remove(schema.get_field_index(drop))
        if fields.html:
            schema = schema.append(pa.field(fields.text[0], pa.string()))
        if fields.edits:
            schema = schema.append(pa.field(fields.edits, pa.string()))
        chosen = range(file.num_row_groups) if groups is None else groups
        todo = _Changes(changes)
        try:
            with target.open("wb") as out, pq.ParquetWriter(out, schema, **_settings(file, drop)) as writer:
                first = 1
                for group in chosen:
                    table = file.read_row_group(group, use_threads=False)
                    if drop:
                        table = table.drop_columns([drop])
                    found = todo.below(first + table.num_rows)
                    table = _changed(table, found, first, fields)
                    release()
                    writer.write_table(table.cast(schema), row_group_size=max(1, table.num_rows))
                    first += table.num_rows
                    del table, found
                    release()
            with target.open("rb") as made:
                os.fsync(made.fileno())
        except pa.ArrowException as error:
            raise Broken(*broken(str(source), error).problems) from error


class Broken(CleanerError):
    """The original cannot be read to its end."""


class _Changes:
    """Changes taken from a stream as far as they are needed."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = iter(changes)
        self.next = next(self.changes, None)

    def below(self, row: int) -> list[Change]:
        """Those of rows before ``row``."""
        found = []
        while self.next and self.next[0] < row:
            found.append(self.next)
            self.next = next(self.changes, None)
        return found


def _settings(file: Any, drop: str | None) -> dict[str, Any]:
    """How the file was written, as far as it tells."""
    known = file.metadata
    settings: dict[str, Any] = {
        "version": known.format_version if known.format_version in ("1.0", "2.4", "2.6") else "2.6",
        "store_schema": b"ARROW:schema" in (known.metadata or {}),
    }
    if not known.num_row_groups:
        return settings
    group = known.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    columns = [column for column in columns if column.path_in_schema.partition(".")[0] != drop]
    settings["compression"] = {c.path_in_schema: _codec(c.compression) for c in columns}
    settings["use_dictionary"] = [c.path_in_schema for c in columns if any("DICT" in e for e in c.encodings)]
    settings["write_statistics"] = [c.path_in_schema for c in columns if c.is_stats_set]
    settings["use_compliant_nested_type"] = not any(".list.item" in c.path_in_schema for c in columns)
    settings["write_page_index"] = any(c.has_offset_index for c in columns)
    settings["use_deprecated_int96_timestamps"] = any(c.physical_type == "INT96" for c in columns)
    return settings


def _codec(name: str) -> str:
    return "NONE" if name == "UNCOMPRESSED" else name


def _changed(table: Any, changes: list[Change], first: int, fields: Fields) -> Any:
    """``table``, whose first row has the number ``first``, with the changes done."""
    import pyarrow as pa

    texts = {row - first: text for row, text, _ in changes}
    if fields.html:
        added = pa.array([texts.get(row) for row in range(table.num_rows)], pa.string())
        table = table.append_column(fields.text[0], added)
    elif texts:
        index = table.schema.get_field_index(fields.text[0])
        column = _replaced(table.column(index), fields.text, texts)
        table = table.set_column(index, table.schema.field(index), column)
    if fields.edits:
        held = {row - first: edits for row, _, edits in changes}
        added = pa.array([held.get(row) for row in range(table.num_rows)], pa.string())
        table = table.append_column(fields.edits, added)
    return table


def _replaced(column: Any, path: Path, texts: dict[int, str]) -> Any:
    import pyarrow as pa

    pieces, at = [], 0
    for chunk in column.chunks:
        inside = {row - at: text for row, text in texts.items() if at <= row < at + len(chunk)}
        pieces.append(_with(chunk, path[1:], inside) if inside else chunk)
        at += len(chunk)
    return pa.chunked_array(pieces, column.type)


def _with(array: Any, path: Sequence[str], texts: dict[int, str]) -> Any:
    """``array`` with the texts in rows, at ``path`` within a struct."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if path:
        kind = array.type
        index = kind.get_field_index(path[0])
        inner = [array.field(number) for number in range(kind.num_fields)]
        inner[index] = _with(inner[index], path[1:], texts)
        fields = [kind.field(number) for number in range(kind.num_fields)]
        return pa.StructArray.from_arrays(inner, fields=fields, mask=array.is_null())
    plain = array.cast(pa.large_string())
    mask = pa.array([row in texts for row in range(len(array))])
    wanted = pa.array([texts[row] for row in sorted(texts)], pa.large_string())
    return pc.replace_with_mask(plain, mask, wanted).cast(array.type)


def check_packing(packing: str, name: str) -> None:
    """Raise `CleanerError` for a Parquet file that is packed as a whole: it cannot be read row group by group."""
    if packing:
        hint = "unpack it first; Parquet has compression of its own"
        raise CleanerError(Problem("this Parquet file is packed as a whole", name, hint=hint))
