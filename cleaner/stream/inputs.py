"""The files of records of a run, and the tasks that each of them falls into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from cleaner.problem import CleanerError, Problem
from cleaner.readers.fields import Fields
from cleaner.readers.packed import Packing, open_packed, readable, unpacked
from cleaner.readers.tree import File
from cleaner.stream.model import Origin, Task


@dataclass(frozen=True, slots=True)
class Input:
    """One file of records. ``packing`` is that of the file itself.

    ``part`` is what counts of it where a shard has not the whole: for JSONL the lines that begin in these bytes (of the
    unpacked file), for Parquet the row groups, from its first number up to its second.
    """

    file: File
    origin: Origin
    packing: Packing = ""
    part: tuple[int, int] | None = None

    @property
    def begin(self) -> int:
        """Where the reading begins: an offset in bytes, a row, or a number of pages, as the kind has it."""
        if self.origin.kind == "jsonl":
            return self.part[0] if self.part else 0
        return 1 if self.origin.kind == "parquet" else 0

    @property
    def identity(self) -> tuple[int, int]:
        """Size and time of change (in ns) of the file; (0, 0) for standard input. Raises `CleanerError`."""
        if self.file.path is None:
            return 0, 0
        try:
            known = self.file.path.stat()
        except OSError as error:
            raise CleanerError(Problem(f"cannot read: {error.strerror}", self.file.shown, hint="left out")) from error
        return known.st_size, known.st_mtime_ns

    def groups(self, count: int) -> range:
        """The row groups that count, of ``count`` that there are."""
        return range(*self.part) if self.part else range(count)


def tasks(given: Input, fields: Fields, position: int, first: int) -> Iterator[Task]:
    """Yield the tasks of a file from ``position`` on; ``first`` is the number of the record there.

    Raises `CleanerError` where it cannot be read.
    """
    with readable(given.file.shown):
        match given.origin.kind:
            case "jsonl":
                yield from _jsonl(given, position, first)
            case "parquet":
                yield from _parquet(given, fields, position)
            case "warc":
                yield from _warc(given, position)


def _jsonl(given: Input, position: int, first: int) -> Iterator[Task]:
    from cleaner.readers.jsonl import chunks

    with opened(given) as file:
        if file.seekable() and not given.packing:
            file.seek(position)
        elif given.part and position:
            _pass(file, position - 1, given.file.shown)
            position += _to_line_end(file) - 1
        else:
            _pass(file, position, given.file.shown)
        for chunk in chunks(file, position, first, given.part[1] if given.part else None):
            is_whole = not chunk.is_piece or chunk.is_last
            end = chunk.end if is_whole else -1
            yield Task(given.origin, chunk.first, chunk.lines, chunk.offset, end, chunk)


def _parquet(given: Input, fields: Fields, position: int) -> Iterator[Task]:
    from cleaner.readers.parquet import check_fields, open_parquet, rows
    from cleaner.writers.parquet import check_packing

    check_packing(given.packing, given.file.shown)
    assert given.file.path is not None
    with open_parquet(given.file.path, given.file.shown) as file:
        check_fields(file, fields, given.file.shown)
        for run in rows(file, fields, given.groups(file.num_row_groups), given.file.shown, position):
            count = len(run.texts)
            payload = run.texts, run.urls, run.ids
            yield Task(given.origin, run.first, count, run.first, run.first + count, payload)


BLOCK: Final = 1024 * 1024
PAGES_BYTES: Final = 512 * 1024
"""What a run of pages has at least, unless the file ends."""


def _warc(given: Input, position: int) -> Iterator[Task]:
    from cleaner.readers.warc import Page, pages

    waiting: list[Page] = []
    size = 0

    def task(number: int) -> Task:
        first = number - len(waiting) + 1
        return Task(given.origin, first, len(waiting), first - 1, number, waiting)

    number = 0
    with opened(given) as file:
        for number, page in enumerate(pages(file, given.file.shown), 1):
            if number > position:
                waiting.append(page)
                size += len(page.content)
            if size >= PAGES_BYTES:
                yield task(number)
                waiting, size = [], 0
    if waiting:
        yield task(number)


def opened(given: Input) -> IO[bytes]:
    """The content of an input, unpacked. Raises `OSError`; read it within `readable`."""
    if given.file.path is not None:
        return open_packed(given.file.path, given.packing)
    import sys
    from io import BufferedReader

    from cleaner.readers.packed import packing_in

    stdin = sys.stdin.buffer
    head = stdin.peek(4)[:4] if isinstance(stdin, BufferedReader) else b""
    return unpacked(stdin, packing_in(head))


def _pass(file: IO[bytes], count: int, shown: str) -> None:
    """Read ``count`` bytes and forget them."""
    while count:
        block = file.read(min(count, BLOCK))
        if not block:
            raise CleanerError(Problem("it is shorter than when it was read first", shown, hint="was it changed?"))
        count -= len(block)


def shard(inputs: list[Input], number: int, count: int) -> list[Input]:
    """The ``number``-th (from 1) of ``count`` shares of ``inputs``, all together: each record is in exactly one.

    The files are taken as one long row of bytes and cut into equal shares. JSONL is cut at line ends,
    Parquet at row groups; any other file belongs whole to the share in which it begins. A packed file of JSONL that
    is to be cut is read once to know how long it is, and by each share up to its end. Raises `CleanerError`.
    """
    sizes = [given.identity[0] for given in inputs]
    total = sum(sizes)
    low, high = total * (number - 1) // count, total * number // count
    chosen, at = [], 0
    for given, size in zip(inputs, sizes, strict=True):
        begin, stop = low - at, high - at
        at += size
        if begin <= 0 and stop >= size and (stop > 0 or number == count):
            chosen.append(given)
        elif given.origin.kind == "parquet" and not given.packing:
            chosen += _groups_of(given, size, begin, stop, number, count)
        elif given.origin.kind == "jsonl" and not given.packing:
            chosen += _lines_of(given, size, begin, stop, number, count)
        elif given.origin.kind == "jsonl" and stop > 0 and begin < size:
            chosen += _packed_lines_of(given, size, begin, stop, number, count)
        elif begin <= 0 < stop:
            chosen.append(given)
    return chosen


def owns(sizes: list[int], number: int, count: int) -> list[bool]:
    """Which of some whole files, by their sizes, belong to a share: those that begin in it."""
    total, at, owned = sum(sizes), 0, []
    low, high = total * (number - 1) // count, total * number // count
    for size in sizes:
        owned.append(low <= at < high or (at >= total and number == count))
        at += size
    return owned


def _lines_of(given: Input, size: int, begin: int, stop: int, number: int, count: int) -> list[Input]:
    begin, stop = _line_start(given, max(0, begin), size), _line_start(given, min(size, stop), size)
    return [_cut(given, begin, stop, number, count)] if begin < stop else []


def _packed_lines_of(given: Input, size: int, begin: int, stop: int, number: int, count: int) -> list[Input]:
    """The same of a packed file, ``size`` bytes of which are on the disk: the same shares of what is in it."""
    assert given.file.path is not None
    total = 0
    try:
        with readable(given.file.shown), open_packed(given.file.path, given.packing) as file:
            while block := file.read(BLOCK):
                total += len(block)
    except CleanerError:
        return [given] if begin <= 0 < stop else []  # said when it is read
    begin, stop = total * max(0, begin) // size, total * min(size, stop) // size
    return [_cut(given, begin, stop, number, count)] if begin < stop else []


def _line_start(given: Input, offset: int, size: int) -> int:
    """Where the first line begins that begins at ``offset`` or later."""
    if offset <= 0 or offset >= size:
        return min(max(0, offset), size)
    assert given.file.path is not None
    with given.file.path.open("rb") as file:
        file.seek(offset - 1)
        return offset - 1 + _to_line_end(file)


def _to_line_end(file: IO[bytes]) -> int:
    """Read up to the next line end; return how many bytes that were."""
    size = 0
    while block := file.readline(BLOCK):
        size += len(block)
        if block.endswith(b"\n"):
            break
    return size


def _groups_of(given: Input, size: int, begin: int, stop: int, number: int, count: int) -> list[Input]:
    from cleaner.readers.parquet import open_parquet

    assert given.file.path is not None
    try:
        with open_parquet(given.file.path, given.file.shown) as file:
            groups = file.num_row_groups
    except CleanerError:
        return [given] if begin <= 0 < stop else []  # said when it is read
    inside = [group for group in range(groups) if begin <= size * group // groups < stop]
    if not groups:
        return [given] if begin <= 0 < stop else []
    return [_cut(given, inside[0], inside[-1] + 1, number, count)] if inside else []


def _cut(given: Input, begin: int, stop: int, number: int, count: int) -> Input:
    from dataclasses import replace

    name = shard_name(given.origin.name, number, count)
    file = given.file._replace(name=shard_name(given.file.name, number, count))
    return replace(given, file=file, part=(begin, stop), origin=replace(given.origin, name=name))


def shard_name(name: str, number: int, count: int) -> str:
    """``a/x.jsonl`` as ``a/x.shard-02-of-16.jsonl``."""
    head, tail = os.path.split(name)
    stem, dot, end = tail.partition(".")
    width = len(str(count))
    return (Path(head) / f"{stem}.shard-{number:0{width}}-of-{count}{dot}{end}").as_posix()
