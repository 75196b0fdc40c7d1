"""What the commands over files of records share: from settings to inputs, and from these to their outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from cleaner.cli.options import Settings
from cleaner.cli.progress import Progress
from cleaner.cli.screen import Screen
from cleaner.cli.work import size_of
from cleaner.problem import CleanerError, Problem
from cleaner.readers.fields import Fields, path_of
from cleaner.readers.forms import Form, output_name
from cleaner.readers.tree import File
from cleaner.runner import LITTLE, Outcome
from cleaner.stream.inputs import Input
from cleaner.stream.model import Done, Kind, Origin
from cleaner.stream.work import Work

if TYPE_CHECKING:
    from cleaner.cli.spotless import Known
    from cleaner.runner import Job
    from cleaner.stream.corpus import Ended

SHOWN: Final = 10
"""So many records of a run that failed are said one by one."""


def fields_of(settings: Settings) -> Fields:
    """The fields that the settings name. Raises `CleanerError`."""
    html = settings.html_field or ("html" if settings.format == "html" else None)
    fields = Fields(
        path_of(settings.text_field, "--text-field"),
        path_of(settings.url_field, "--url-field"),
        path_of(settings.id_field, "--id-field"),
        path_of(html, "--html-field") if html else None,
        settings.edits_field,
    )
    if fields.html and len(fields.text) > 1:
        hint = "name one with --text-field that is in no other"
        raise CleanerError(Problem("the text of a page becomes a field of the record itself", hint=hint))
    if fields.html == fields.text:
        raise CleanerError(Problem("--html-field and --text-field are the same", hint="name a new --text-field"))
    return fields


def inputs_of(pairs: Sequence[tuple[File, Form]], job: Job, *, is_packed: bool) -> list[Input]:
    """The inputs for files of records. ``is_packed``: outputs are packed as their inputs are."""
    inputs = []
    for file, form in pairs:
        kind = cast("Kind", form.kind)
        name = output_name(file.name, kind)
        if file.path is None and name == "stdin.txt":
            name = "stdin.jsonl"
        pin = job.pin(file)
        source, glob = (pin.source, pin.glob) if pin else (None, "")
        packing = form.packing if is_packed else ""
        origin = Origin(kind, name, file.shown, packing, source, glob, skip=job.skipped(file))
        inputs.append(Input(file._replace(name=name), origin, form.packing))
    return inputs


def work_of(settings: Settings, job: Job) -> Work:
    """What is done with each record. Raises `CleanerError` for settings that cannot hold for records."""
    if settings.encoding and settings.encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise CleanerError(Problem("records are in UTF-8", hint="leave --encoding out, or convert the file first"))
    return Work(job.cleaner, fields_of(settings), extracts_only=settings.extract_only)


def jobs_of(settings: Settings, inputs: Sequence[Input]) -> int:
    """How many processes: as many as are asked for, else one for little and one for each core for more."""
    if settings.jobs:
        return settings.jobs
    from cleaner.pool import cores

    total = 0
    for given in inputs:
        factor = 4 if given.packing or given.origin.kind == "parquet" else 1
        try:
            total += LITTLE + 1 if given.file.path is None else factor * given.file.path.stat().st_size
        except OSError:
            continue
    return cores() if total > LITTLE else 1


def shard_of(settings: Settings) -> tuple[int, int] | None:
    """The share that --shard asks for: its number (from 1) and how many there are. Raises `CleanerError`."""
    if settings.shard is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", settings.shard)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count:
        problem = Problem(f"--shard: {settings.shard!r} is no share", hint="write --shard 2/8 for the second of eight")
        raise CleanerError(problem)
    return number, count


def record_outcomes(
    settings: Settings, pairs: Sequence[tuple[File, Form]], job: Job, screen: Screen, known: Known | None = None
) -> Iterator[Outcome]:
    """The outcome of each record of ``pairs``, in order; problems are said. ``known`` is told which files are clean."""
    from cleaner.stream.corpus import Corpus

    inputs = inputs_of(pairs, job, is_packed=False)
    work = replace(work_of(settings, job), has_output=False, keeps_results=True)
    corpus = Corpus(inputs, work, jobs_of(settings, inputs), is_strict=settings.strict)
    progress = progress_of(settings, screen, inputs)
    with closing(progress):
        for done in corpus.run():
            progress.clear()
            if known:
                follow_known(known, inputs, done)
            if isinstance(done, Done):
                for outcome in outcomes_of(done):
                    if outcome.problem:
                        screen.problem(outcome.problem)
                    yield outcome
            elif done.problem:
                screen.problem(done.problem)
                yield Outcome(inputs[done.index].file, problem=done.problem)
            follow(progress, inputs, done)


def progress_of(settings: Settings, screen: Screen, inputs: Sequence[Input]) -> Progress:
    """What shows how far a run over ``inputs`` is. A share of a file (--shard) counts as so much of it."""
    sizes = []
    for given in inputs:
        size = size_of(given.file)
        if given.part and given.origin.kind == "jsonl":
            size = given.part[1] - given.part[0]
        sizes.append(size)
    return Progress(settings, screen, sizes)


def follow(progress: Progress, inputs: Sequence[Input], done: Done | Ended) -> None:
    """Show what came of some records, or that a file is over."""
    if isinstance(done, Done):
        sums, origin = done.counts.sums, done.origin
        form = _form(inputs[min(progress.index, len(inputs) - 1)])
        size = done.size if origin.kind == "jsonl" else sums.characters
        progress.advance(done.counts.documents, size, sums.removed, sums.characters, form)
    else:
        progress.file_done(_form(inputs[done.index]))


def follow_known(known: Known, inputs: Sequence[Input], done: Done | Ended) -> None:
    """Tell the list of clean files what came of some records, or that a file is over."""
    if isinstance(done, Done):
        known.note_records(done)
    else:
        known.note_ended(inputs[done.index].file, is_whole=done.problem is None)


def _form(given: Input) -> str:
    if given.origin.kind != "jsonl":
        return given.origin.kind
    return "packed" if given.packing and not given.part else "plain"


def outcomes_of(done: Done) -> Iterator[Outcome]:
    """The records of a run as outcomes, named by file and number."""
    origin = done.origin
    for number, result in done.results:
        file = File(None, f"{origin.name}:{number}", f"{origin.shown}:{number}")
        known = None if result.problem and not result.document.text else result
        yield Outcome(file, None, known, problem=result.problem, is_record=True)


class Failures:
    """Says the first records that failed, and how many more there were."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.count = screen, 0

    def add(self, done: Done) -> None:
        """Take up those of some records."""
        for failure in done.failures:
            self.count += 1
            if self.count <= SHOWN:
                self.screen.problem(failure.problem)

    def close(self) -> None:
        """Say how many were not said."""
        if self.count > SHOWN:
            rest = self.count - SHOWN
            self.screen.problem(Problem(f"{rest:,} more records could not be read or cleaned and were passed through"))
