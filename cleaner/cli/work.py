"""What the commands over files share: from settings to a cleaner, to the files, to their outcomes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from cleaner.cli.options import Settings
from cleaner.cli.screen import Screen, say_problems
from cleaner.config import SKIPS, SOURCES
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import HTML_NAMES, PACKED, RECORD_NAMES, STDIN, TEXT_NAMES, Found, Selection, collect, listed

if TYPE_CHECKING:
    from cleaner.cli.spotless import Known
    from cleaner.engine import Cleaner
    from cleaner.exceptions import Keeps
    from cleaner.readers.tree import File
    from cleaner.rules.load import Library
    from cleaner.runner import Job, Outcome, Pin, Skip


def library(settings: Settings, *, examples: bool = False) -> Library:
    """The shipped rules with those of the settings' folders. Raises `CleanerError` with all that is wrong."""
    from cleaner.rules.load import load_library

    return load_library(settings.rules, cache=not settings.no_cache, examples=examples)


def make_cleaner(settings: Settings, loaded: Library, *, baseline: bool = False) -> Cleaner:
    """A cleaner for the settings. ``baseline``: findings known by it do not count.

    Raises `CleanerError` for a source or switch that does not exist.
    """
    from cleaner.engine import MAX_REMOVED, Cleaner, Options

    if settings.no_repair and settings.repair_only:
        raise CleanerError(Problem("--no-repair and --repair-only cannot go together"))
    repair: Literal["on", "off", "only"] = "only" if settings.repair_only else "off" if settings.no_repair else "on"
    options = Options(
        level=settings.level,
        only=frozenset(settings.only),
        skip=frozenset(settings.skip),
        repair=repair,
        max_removed=MAX_REMOVED if settings.max_removed is None else settings.max_removed,
        source=settings.source,
        keeps=_keeps(settings, baseline=baseline),
    )
    return Cleaner(loaded, options)


def _keeps(settings: Settings, *, baseline: bool) -> Keeps | None:
    """The exceptions of the project, if it has any; with ``baseline``, known findings too. Raises `CleanerError` with
    their place."""
    from cleaner.project import NAME, project_folder

    folder = project_folder(settings.config.file) / NAME
    if settings.isolated or not folder.is_dir():
        return None
    keeps = None
    if (folder / "keep.yml").exists():
        from cleaner.keeps import read_keeps

        keeps = read_keeps(folder / "keep.yml")
    if baseline and (folder / "baseline.jsonl").exists():
        from cleaner.baseline import read
        from cleaner.exceptions import Keeps

        known = frozenset(one.fingerprint for one in read(folder / "baseline.jsonl"))
        keeps = Keeps(known | (keeps.fingerprints if keeps else frozenset()), keeps.texts if keeps else {})
    return keeps or None


def make_job(settings: Settings, *, renders: bool = False, baseline: bool = False) -> Job:
    """All that is needed to clean a file. ``renders``: the clean text and its diff are wanted as bytes.

    Raises `CleanerError` with all that is wrong in rules and settings.
    """
    import gc

    from cleaner.runner import Job

    loaded = library(settings)
    gc.freeze()  # the rules stay: from here on only what documents leave behind is looked over (see `main`)
    gc.enable()
    cleaner = make_cleaner(settings, loaded, baseline=baseline)
    return Job(
        cleaner,
        settings.encoding,
        pins(settings, loaded),
        renders,
        settings.format,
        settings.extract_only,
        skips(settings, cleaner),
    )


def pins(settings: Settings, loaded: Library) -> tuple[Pin, ...]:
    """The configuration's path map. Raises `CleanerError` for a source that does not exist."""
    if not settings.config.sources:
        return ()
    from difflib import get_close_matches

    from cleaner.readers.globs import globs
    from cleaner.runner import Pin

    file = str(settings.config.file)
    unknown = [name for _, name in settings.config.sources if name not in loaded.packs]
    if unknown:
        problems = []
        for name in dict.fromkeys(unknown):
            near = get_close_matches(name, loaded.packs, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`cleaner rules list` shows those there are"
            problems.append(Problem(f"{SOURCES}: there is no source {name}", file, hint=hint))
        raise CleanerError(*problems)
    folder = settings.config.folder
    return tuple(Pin(glob, globs(folder, [glob], file), name) for glob, name in settings.config.sources)


def skips(settings: Settings, cleaner: Cleaner) -> tuple[Skip, ...]:
    """What the configuration leaves out by path. Raises `CleanerError` for a name that is none of the rules'."""
    if not settings.config.skips:
        return ()
    from cleaner.readers.globs import globs
    from cleaner.runner import Skip

    file, folder = str(settings.config.file), settings.config.folder
    found, problems = [], []
    for glob, names in settings.config.skips:
        try:
            cleaner.without(frozenset(names))
            found.append(Skip(glob, globs(folder, [glob], file), frozenset(names)))
        except CleanerError as error:
            problems += [
                replace(one, message=f"{SKIPS}: {one.message}", file=one.file or file) for one in error.problems
            ]
    if problems:
        raise CleanerError(*dict.fromkeys(problems))
    return tuple(found)


_ENDS: Final[dict[str, tuple[str, ...]]] = {
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet", ".pq"),
    "warc": (".warc", ".wet"),
}


def find_inputs(settings: Settings, *, include: tuple[str, ...] | None = None) -> Found:
    """The files that are asked for. Raises `CleanerError` where none are named at all."""
    words = [*settings.words, *_listed(settings)]
    if not words:
        raise CleanerError(Problem("no files are named", hint="give files, folders, or - for standard input"))
    texts, pages = (
        tuple(end + packed for packed in ("", *PACKED) for end in ends) for ends in (TEXT_NAMES, HTML_NAMES)
    )
    names = {"auto": texts + pages + RECORD_NAMES, "text": texts, "html": pages}.get(
        settings.format, tuple(name for name in RECORD_NAMES if name.startswith(_ENDS.get(settings.format, "")))
    )
    selection = Selection(
        names=names,
        include=settings.include or include,
        exclude=settings.exclude,
        include_base=settings.include_base or Path.cwd(),
        exclude_base=settings.exclude_base or Path.cwd(),
        force_exclude=settings.force_exclude,
        ignore=not settings.no_ignore,
        outputs=(settings.out,) if settings.out else (),
    )
    return collect(words, selection, settings.stdin_filename)


def _listed(settings: Settings) -> tuple[str, ...]:
    name = settings.files_from
    if name is None:
        return ()
    if name == STDIN and STDIN in settings.words:
        raise CleanerError(Problem("standard input cannot be both a text and the list of files"))
    try:
        return listed(sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes())
    except OSError as error:
        raise CleanerError(Problem(f"cannot read the list of files: {error.strerror}", name)) from error


def outcomes(
    settings: Settings,
    files: Sequence[File],
    job: Job,
    screen: Screen,
    *,
    passes_over: bool = False,
    known: Known | None = None,
) -> Iterator[Outcome]:
    """The outcome of each text, in order, then of each record of the files that hold many; with its warnings and
    problem said, and progress on a terminal. ``passes_over``: what is no text at all is no failure, but a warning.
    ``known`` is told what is clean."""
    from cleaner.cli.progress import Progress
    from cleaner.readers.forms import form_of
    from cleaner.runner import fitting_jobs, run

    forms = [form_of(file, settings.format) for file in files]
    texts = [file for file, form in zip(files, forms, strict=True) if not form.has_records]
    progress = Progress(settings, screen, [size_of(file) for file in texts] if len(texts) > 1 else (), "files")
    with closing(progress):
        for outcome in run(texts, job, settings.jobs or fitting_jobs(texts)):
            progress.clear()
            for warning in outcome.result.warnings if outcome.result else ():
                gap = "" if warning[:1].isdigit() else " "  # one that begins with line and column continues the path
                screen.warning(f"{outcome.file.shown}:{gap}{warning}")
            if outcome.problem and passes_over and not outcome.is_text:
                screen.warning(str(outcome.problem))
                outcome = replace(outcome, problem=None, skipped=outcome.problem)
            elif outcome.problem:
                screen.problem(outcome.problem)
            if known:
                known.note(outcome)
            yield outcome
            result = outcome.result
            removed, characters = (result.removed, len(result.document.text)) if result else (0, 0)
            progress.file_done()
            progress.advance(1, len(outcome.raw or b""), 0 if outcome.problem else removed, characters)
    if len(texts) < len(files):
        from cleaner.cli.corpora import record_outcomes

        pairs = [(file, form) for file, form in zip(files, forms, strict=True) if form.has_records]
        yield from record_outcomes(settings, pairs, job, screen, known)


def size_of(file: File) -> int:
    """Bytes on the disk; 0 where that is not known."""
    try:
        return file.path.stat().st_size if file.path else 0
    except OSError:
        return 0


def say_found(found: Found) -> int:
    """Say what was wrong on the way to the files; return the exit code that it makes."""
    say_problems(found.problems)
    return 2 if found.problems else 0
