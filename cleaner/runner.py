"""The runner: many files through one cleaner, in order, in as many processes as are wanted.

A file that cannot be read or cleaned is an outcome like any other: it carries its problem, and the run goes
on. What comes out does not depend on the number of processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from cleaner.engine import Cleaner, Result
from cleaner.problem import CleanerError, Problem
from cleaner.readers import text as text_reader
from cleaner.readers.tree import File, is_page
from cleaner.rules.source import SourceChoice
from cleaner.text.codec import encode

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from cleaner.readers.globs import Globs

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
    something went wrong.
    """

    file: File
    raw: bytes | None = None
    result: Result | None = None
    clean: bytes | None = None
    diff: bytes | None = None
    problem: Problem | None = None

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


@dataclass(frozen=True, slots=True)
class Pin:
    """A source given by path: ``glob`` as it was written, what it means, and the source's id."""

    glob: str
    globs: Globs
    source: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with each file; picklable.

    ``pins``: the first that matches gives a file its source. ``renders``: clean text and diff are wanted as bytes.
    ``form``: how files are read, ``auto`` by name. ``extracts_only``: nothing is done to the text.
    """

    cleaner: Cleaner
    encoding: str | None = None
    pins: tuple[Pin, ...] = ()
    renders: bool = True
    form: Literal["auto", "text", "html"] = "auto"
    extracts_only: bool = False

    def __call__(self, file: File) -> Outcome:
        """Read, clean and encode one file. Never raises for what the file holds."""
        try:
            raw = sys.stdin.buffer.read() if file.path is None else file.path.read_bytes()
        except OSError as error:
            hint = "check its permissions" if isinstance(error, PermissionError) else "left out"
            return Outcome(file, problem=Problem(f"cannot read: {error.strerror}", file.shown, hint=hint))
        return self.outcome(file, raw)

    def outcome(self, file: File, raw: bytes) -> Outcome:
        """Clean the bytes of one file."""
        result: Result | None = None
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
            problem = error.problems[0]
        except MemoryError:
            problem = Problem("not enough memory", hint="passed through untouched; try with --jobs 1")
        except Exception as error:
            problem = _defect(error)
        if is_html and result is None:  # a page is never passed through as if it were its text
            return Outcome(file, problem=replace(problem, file=problem.file or file.shown))
        return Outcome(file, raw, result, raw, problem=replace(problem, file=problem.file or file.shown))

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
        result = self.cleaner.clean(document)
        if pin and result.source.name == pin.source and self.cleaner.options.source is None:
            result = replace(result, source=SourceChoice(pin.source, f"path {pin.glob}, in the configuration"))
        return replace(result, warnings=(*warnings, *result.warnings)) if warnings else result

    def pin(self, file: File) -> Pin | None:
        """The pin that gives ``file`` its source, if any."""
        path = file.path or Path(file.shown)  # standard input may have been given a name
        return next((pin for pin in self.pins if pin.globs.verdict(path)), None)


def _defect(error: Exception) -> Problem:
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
            return min(_cores(), len(files))
    return 1


def run(files: Sequence[File], job: Job, jobs: int = 1) -> Iterator[Outcome]:
    """Yield the outcome of each file, in order. Standard input is read in this process.

    Raises `CleanerError` where a process dies, which no file's content alone should bring about.
    """
    if jobs <= 1 or len(files) < 2:
        return map(job, files)
    return _in_pool(files, job, jobs)


def _in_pool(files: Sequence[File], job: Job, jobs: int) -> Iterator[Outcome]:
    from collections import deque
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Where it is safe, fork: the compiled rules are shared, and nothing is loaded twice.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_start_worker, initargs=(job,))
    waiting: deque[Future[list[Outcome]] | Outcome] = deque()
    chunks = _chunks(files)
    try:
        while True:
            # A window of a few chunks keeps all processes busy, the order, and memory within bounds.
            for chunk in islice(chunks, max(0, 3 * jobs - len(waiting))):
                waiting.append(_submitted(pool, job, chunk))
            if not waiting:
                break
            first = waiting.popleft()
            if isinstance(first, Outcome):
                yield first
            else:
                yield from first.result()
    except BrokenProcessPool as error:
        problem = Problem("a worker process ended unexpectedly", hint="out of memory? try --jobs 1")
        raise CleanerError(problem) from error
    finally:
        # Waited for, so that nothing of the pool is left to fall over at exit; what runs now is a chunk at most.
        with contextlib.suppress(OSError):
            pool.shutdown(wait=True, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, job: Job, chunk: list[File]) -> Any:
    return job(chunk[0]) if chunk[0].path is None else pool.submit(_work, chunk)


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


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_job: Job | None = None


def _start_worker(job: Job) -> None:
    global _job
    _job = job
    # Ctrl-C is the parent's to answer. A worker that died while it hands over a result would leave it waiting for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, who may have been killed without a chance to say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _work(files: list[File]) -> list[Outcome]:
    assert _job is not None
    return [_job(file) for file in files]
