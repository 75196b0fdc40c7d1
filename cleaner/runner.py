"""The runner: many files through one cleaner, in order, in as many processes as are wanted.

A file that cannot be read or cleaned is an outcome like any other: it carries its problem, and the run goes
on. What comes out does not depend on the number of processes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cleaner.engine import Cleaner, Result
from cleaner.problem import CleanerError, NotText, Problem
from cleaner.readers import text as text_reader
from cleaner.readers.tree import PACKED, File, is_page
from cleaner.rules.source import SourceChoice
from cleaner.text.codec import encode

if TYPE_CHECKING:
    from cleaner.readers.globs import Globs
    from cleaner.readers.packed import Packing

EXACT: Final = "utf-8"
"""The encoding that gives any bytes back; with another, only writing it shows whether it does."""
CHUNK_BYTES: Final = 256 * 1024
"""What one process is given at a time; larger gains nothing, smaller costs (design notes on speed)."""
CHUNK_FILES: Final = 64
LITTLE: Final = 4 * 1024 * 1024
"""Below this many bytes in all, more processes cost more than they bring."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    ``raw`` is what it holds, for HTML the text that was taken out of it; None where it could not be read.
    ``result`` is None where it is no text. ``clean`` and
    ``diff`` are in the file's own encoding, where the job renders; ``clean`` is ``raw`` where nothing changed or
    something went wrong. ``is_text`` is False where the problem is that it is none; ``skipped`` holds that problem
    where it is to be passed over. ``is_record``: it is one of the records of a file. ``packing``: how the file is
    packed; ``raw`` and ``clean`` are not.
    """

    file: File
    raw: bytes | None = None
    result: Result | None = None
    clean: bytes | None = None
    diff: bytes | None = None
    problem: Problem | None = None
    is_record: bool = False
    packing: Packing = ""
    is_text: bool = True
    skipped: Problem | None = None

    @property
    def changed(self) -> bool:
        """True where the clean text is not the original."""
        return self.problem is None and self.result is not None and self.result.changed

    @property
    def clean_text(self) -> str:
        """The clean text; the original where something went wrong."""
        if self.result is None:
            return ""
        return self.result.text if self.problem is None else self.result.document.text


class Pin(NamedTuple):
    """A source given by path: ``glob`` as it was written, what it means, and the source's id."""

    glob: str
    globs: Globs
    source: str


class Skip(NamedTuple):
    """What is left out by path: ``glob`` as it was written, what it means, and names as --skip takes them."""

    glob: str
    globs: Globs
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with each file; picklable.

    ``pins``: the first that matches gives a file its source. ``skips``: all that match leave rules out.
    ``renders``: clean text and diff are wanted as bytes. ``form``: how files are read, ``auto`` by name.
    ``extracts_only``: nothing is done to the text.
    """

    cleaner: Cleaner
    encoding: str | None = None
    pins: tuple[Pin, ...] = ()
    renders: bool = True
    form: str = "auto"
    extracts_only: bool = False
    skips: tuple[Skip, ...] = ()

    def __call__(self, file: File) -> Outcome:
        """Read, clean and encode one file. Never raises for what the file holds."""
        try:
            raw = sys.stdin.buffer.read() if file.path is None else file.path.read_bytes()
        except OSError as error:
            hint = "check its permissions" if isinstance(error, PermissionError) else "left out"
            return Outcome(file, problem=Problem(f"cannot read: {error.strerror}", file.shown, hint=hint))
        if not file.shown.lower().endswith(PACKED):
            return self.outcome(file, raw)
        from cleaner.readers.packed import packing_in, unpack

        try:
            return replace(self.outcome(file, unpack(raw, file.shown)), packing=packing_in(raw))
        except CleanerError as error:
            return Outcome(file, problem=error.problems[0])

    def outcome(self, file: File, raw: bytes) -> Outcome:
        """Clean the bytes of one file."""
        result: Result | None = None
        is_text = True
        is_html = is_page(file, self.form)
        try:
            result = self.result(file, raw)
            if is_html:
                raw = encode(result.document.text, EXACT)
            if result.problem:
                return Outcome(file, raw, result, raw, problem=result.problem)
            if not self.renders and result.document.encoding == EXACT:
                return Outcome(file, raw, result)
            from cleaner.writers.text import render

            return Outcome(file, raw, result, *render(result, raw, file.name))
        except CleanerError as error:
            problem, is_text = error.problems[0], not isinstance(error, NotText)
        except MemoryError:
            problem = Problem("not enough memory", hint="passed through untouched; try with --jobs 1")
        except Exception as error:
            problem = defect(error)
        if is_html and result is None:  # a page is never passed through as if it were its text
            return Outcome(file, problem=replace(problem, file=problem.file or file.shown), is_text=is_text)
        return Outcome(
            file, raw, result, raw, problem=replace(problem, file=problem.file or file.shown), is_text=is_text
        )

    def result(self, file: File, raw: bytes) -> Result:
        """Raises `CleanerError` where ``raw`` is no text."""
        if is_page(file, self.form):
            from cleaner.readers import html as html_reader

            document, warnings = html_reader.read(raw, file.shown, self.encoding)
        else:
            document, warnings = text_reader.read(raw, file.shown, self.encoding)
        pin = self.pin(file)
        if pin:
            document = replace(document, source=pin.source)
        if self.extracts_only:
            return Result(document, document.text, meta=document.meta, warnings=warnings)
        result = self.cleaner.without(self.skipped(file)).clean(document)
        if pin and result.source.name == pin.source and self.cleaner.options.source is None:
            result = replace(result, source=SourceChoice(pin.source, f"path {pin.glob}, in the configuration"))
        return replace(result, warnings=(*warnings, *result.warnings)) if warnings else result

    def pin(self, file: File) -> Pin | None:
        """The pin that gives ``file`` its source, if any."""
        path = file.path or Path(file.shown)  # standard input may have been given a name
        return next((pin for pin in self.pins if pin.globs.verdict(path)), None)

    def skipped(self, file: File) -> frozenset[str]:
        """What is left out for ``file`` by its path."""
        path = file.path or Path(file.shown)
        return frozenset(name for skip in self.skips if skip.globs.verdict(path) for name in skip.names)


def defect(error: Exception) -> Problem:
    """An error of ours: the document it fell over is passed through, the run goes on, and it is said."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    message = f"a defect in cleaner: {type(error).__name__}: {error}{place}"
    return Problem(message, hint="passed through untouched; please report it with this file")


def fitting_jobs(files: Sequence[File]) -> int:
    """How many processes are worth their start for ``files``: one for little, else one for each core."""
    total = 0
    for file in files:
        total += _size(file)
        if total > LITTLE:
            from cleaner.pool import cores

            return min(cores(), len(files))
    return 1


def run(files: Sequence[File], job: Job, jobs: int = 1) -> Iterator[Outcome]:
    """Yield the outcome of each file, in order. Standard input is read in this process.

    Raises `CleanerError` where a process dies, which no file's content alone should bring about.
    """
    if jobs <= 1 or len(files) < 2:
        return map(job, files)
    return _in_pool(files, job, jobs)


def _in_pool(files: Sequence[File], job: Job, jobs: int) -> Iterator[Outcome]:
    from cleaner.pool import in_order

    # Standard input belongs to this process.
    for outcomes in in_order(_chunks(files), _Each(job), jobs, lambda chunk: chunk[0].path is None):
        yield from outcomes


@dataclass(frozen=True, slots=True)
class _Each:
    """A job done with each file of a chunk."""

    job: Job

    def __call__(self, files: list[File]) -> list[Outcome]:
        return [self.job(file) for file in files]


def _chunks(files: Iterable[File]) -> Iterator[list[File]]:
    """Runs of files that are about `CHUNK_BYTES` together; standard input stands alone."""
    chunk: list[File] = []
    total = 0
    for file in files:
        size = _size(file)
        is_full = total >= CHUNK_BYTES or total + size > CHUNK_BYTES or len(chunk) == CHUNK_FILES
        if chunk and (is_full or file.path is None):
            yield chunk
            chunk, total = [], 0
        chunk.append(file)
        total += CHUNK_BYTES if file.path is None else size
    if chunk:
        yield chunk


def _size(file: File) -> int:
    try:
        return file.path.stat().st_size if file.path else 0
    except OSError:
        return 0
