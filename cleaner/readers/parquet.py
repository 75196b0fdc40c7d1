"""The reader of Parquet: row group by row group, the columns that count alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.readers.extras import need
from cleaner.readers.fields import Fields, Path, missing, shown

CHUNK: Final = 256 * 1024
"""Characters of text a run of rows has at least."""
BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Rows:
    """A run of rows: ``first`` is the number of its first (from 1). A text that is no UTF-8 comes as bytes."""

    first: int
    texts: list[str | bytes | None]
    urls: list[Any]
    ids: list[Any]


def open_parquet(path: FilePath, name: str) -> Any:
    """Return pyarrow's ParquetFile. Raises `CleanerError` where it is broken, or pyarrow is missing."""
    parquet = need("pyarrow.parquet", "parquet", "Parquet")
    arrow = need("pyarrow", "parquet", "Parquet")
    arrow.set_memory_pool(arrow.system_memory_pool())  # the one that gives all back: see `release`
    try:
        return parquet.ParquetFile(path)  # not mapped: a file that is cut short while it is read must be an error
    except (arrow.ArrowException, OSError) as error:
        raise broken(name, error) from error


def broken(name: str, error: Exception) -> CleanerError:
    """The problem that a Parquet file cannot be read."""
    first = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return CleanerError(Problem(f"the Parquet file is broken: {first}", name, hint="fetch or make it again"))


def check_fields(file: Any, fields: Fields, name: str) -> None:
    """Raise `CleanerError` where the field to clean is not there or holds no text."""
    import pyarrow as pa

    schema = file.schema_arrow
    kind = _type(schema, fields.read)
    if kind is None:
        option = "--html-field" if fields.html else "--text-field"
        raise CleanerError(missing(fields.read, list(_names(schema)), name, option))
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(value) or pa.types.is_large_string(value) or pa.types.is_string_view(value)):
        raise CleanerError(
            Problem(f"the field `{shown(fields.read)}` holds {kind}, no text", name, hint="name a field of strings")
        )
    if fields.html and _type(schema, fields.text) is not None:
        hint = "name a new field with --text-field"
        raise CleanerError(Problem(f"there is a field `{shown(fields.text)}` already", name, hint=hint))
    if fields.edits and fields.edits in schema.names:
        hint = "name another one with --edits-field"
        raise CleanerError(Problem(f"there is a field `{fields.edits}` already", name, hint=hint))


def rows(file: Any, fields: Fields, groups: Sequence[int], name: str, first: int = 1) -> Iterator[Rows]:
    """Yield the rows of ``groups`` from row ``first`` on, counted over these groups alone. Raises `CleanerError`."""
    import pyarrow as pa

    schema = file.schema_arrow
    known = [path for path in (fields.read, fields.url, fields.id) if _type(schema, path) is not None]
    columns = list(dict.fromkeys(path[0] for path in known))
    at = 1
    for group in groups:
        count = file.metadata.row_group(group).num_rows
        if at + count <= first:
            at += count
            continue
        run = Rows(max(at, first), [], [], [])
        size = 0
        try:
            for batch in file.iter_batches(batch_size=BATCH, row_groups=[group], columns=columns, use_threads=False):
                begin = max(0, first - at)
                at += batch.num_rows
                if begin >= batch.num_rows:
                    continue
                batch = batch.slice(begin)
                texts = _texts(_column(batch, fields.read))
                run.texts.extend(texts)
                for path, into in ((fields.url, run.urls), (fields.id, run.ids)):
                    into.extend(_plain(_column(batch, path)) if path in known else [None] * len(texts))
                size += sum(map(len, filter(None, texts)))
                if size >= CHUNK:
                    yield run
                    run, size = Rows(at, [], [], []), 0
        except (pa.ArrowException, OSError) as error:
            raise broken(name, error) from error
        if run.texts:
            yield run
        release()


def release() -> None:
    """Give memory back that pyarrow keeps for later: else a process grows with the number of row groups."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _texts(column: Any) -> list[str | bytes | None]:
    import pyarrow as pa

    try:
        texts: list[str | bytes | None] = column.to_pylist()
    except UnicodeDecodeError:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        texts = [_decoded(raw) for raw in column.cast(pa.large_binary()).to_pylist()]
    return texts


def _decoded(raw: bytes | None) -> str | bytes | None:
    try:
        return None if raw is None else raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _plain(column: Any) -> list[Any]:
    """The values where they are texts or numbers; of others no id or address is made."""
    try:
        return [value if isinstance(value, str | int | float) else None for value in column.to_pylist()]
    except UnicodeDecodeError:
        return [None] * len(column)


def _column(batch: Any, path: Path) -> Any:
    import pyarrow.compute as pc

    column = batch.column(batch.schema.get_field_index(path[0]))
    return pc.struct_field(column, list(path[1:])) if path[1:] else column


def _type(schema: Any, path: Path) -> Any:
    import pyarrow as pa

    index = schema.get_field_index(path[0]) if path else -1
    if index < 0:
        return None
    kind = schema.field(index).type
    for name in path[1:]:
        index = kind.get_field_index(name) if pa.types.is_struct(kind) else -1
        if index < 0:
            return None
        kind = kind.field(index).type
    return kind


def _names(schema: Any) -> Iterator[str]:
    import pyarrow as pa

    for field in schema:
        yield shown((field.name,))
        if pa.types.is_struct(field.type):
            yield from (shown((field.name, field.type.field(n).name)) for n in range(field.type.num_fields))
