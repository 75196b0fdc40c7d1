"""``cleaner undo``: the originals, from clean text and diff or edits alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from cleaner.cli import options
from cleaner.cli.clean import DIFF
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen
from cleaner.cli.work import find_inputs, say_found
from cleaner.problem import CleanerError, Problem
from cleaner.readers.edits import Record, read_edits, record_of, restore, sha256
from cleaner.readers.forms import form_of
from cleaner.readers.tree import PACKED, File, Found
from cleaner.text.diff import undo
from cleaner.writers.files import Tree, check_outputs, in_place, replace_file, target_of
from cleaner.writers.packed import member

Recorded = Callable[[], Mapping[tuple[str, str], Record]]
"""What the recorded runs did to texts, read when it is asked for."""


def run(settings: Settings) -> int:
    """Give the originals back. A text that was edited since is refused, never guessed at."""
    say = screen(settings)
    if settings.in_place and settings.out:
        raise CleanerError(Problem("--in-place and --out cannot go together"))
    words = tuple(dict.fromkeys(word.removesuffix(DIFF) for word in settings.words))
    if settings.run and settings.edits:
        raise CleanerError(Problem("--run and --edits cannot go together"))
    found = _of_run(settings) if settings.run and not words else find_inputs(replace(settings, words=words), include=())
    files = in_place(found.files) if settings.in_place else found.files
    is_tree = settings.out is not None or settings.in_place
    if not is_tree and (len(files) > 1 or any(Path(word).is_dir() for word in words)):
        raise CleanerError(
            Problem(
                "several texts cannot be told apart on standard output",
                hint="name a folder for them with -o DIR, or use --in-place",
            )
        )
    if settings.out:
        check_outputs(files, settings.out)
    forms = [form_of(file, settings.format) for file in files]
    has_texts = not all(form.has_records for form in forms)
    records = read_edits(settings.edits) if settings.edits and has_texts else None
    tree = Tree(settings.out) if settings.out else None
    code, undone = say_found(found), 0
    lines = None
    recorded: Recorded = dict if settings.out and not settings.run else cache(partial(_recorded, settings))
    for file, form in zip(files, forms, strict=True):
        try:
            if form.has_records:
                from cleaner.cli.undo_records import Undoing

                lines = lines or Undoing(settings, tree, say)
                count = lines.undo(file, form)
                undone += count > 0
                say.note(f"{file.shown}: {count:,} records undone", verbose=1)
                continue
            raw = _original(file, records, recorded, must=not is_tree, by_run=settings.run is not None)
            if is_tree and raw is not None and form.packing:
                raw = member(raw, form.packing)
            if tree:
                tree.write(file.name, raw if raw is not None else _read(file, is_whole=True), file.path)
            elif not is_tree:
                say.data(raw or b"")
            elif raw is not None and file.path:
                target = target_of(file)
                replace_file(target, raw, like=target)
                diff = Path(f"{file.path}{DIFF}")
                if records is None and diff.exists():  # it has served, and no longer belongs to the text beside it
                    diff.unlink()
        except CleanerError as error:
            code = 2
            for problem in error.problems:
                say.problem(problem)
        else:
            undone += raw is not None
            say.note(f"{file.shown}: {'the original' if raw is not None else 'as it was'}", verbose=1)
    if is_tree:
        say.note(f"{undone} of {len(files)} files undone")
    return code


def _of_run(settings: Settings) -> Found:
    """The files that the run wrote which --run names, in its folder of outputs."""
    from cleaner.cli.undo_records import runs_of
    from cleaner.runs import read_run

    run = read_run(*runs_of(settings))
    wanted = {os.path.realpath(path) for path in run.outputs()}
    if run.summary["out"] and not run.summary["in_place"]:
        words: tuple[str, ...] = (os.path.join(run.summary["folder"], run.summary["out"]),)
    else:
        words = tuple(os.path.relpath(path) for path in sorted(wanted))
    if not words:
        raise CleanerError(Problem("this run wrote nothing", run.folder.name))
    found = find_inputs(replace(settings, words=words, no_ignore=True), include=("*",))
    return found._replace(files=tuple(one for one in found.files if os.path.realpath(one.path or "") in wanted))


def _original(
    file: File, records: Mapping[str, Record] | None, recorded: Recorded, *, must: bool, by_run: bool = False
) -> bytes | None:
    """The original of one file, None where nothing was done to it. ``must``: that is an error. ``by_run``: go by what
    was recorded, and by no diff.

    Raises `CleanerError` where the file does not fit its diff or edits.
    """
    if records is not None:
        clean = _read(file)
        record = record_of(records, clean, file.name)
        if record is not None and (record.edits or must):
            return restore(clean, record, file.shown)
        if must:
            raise CleanerError(
                Problem("the file of edits does not speak of it", file.shown, hint="was it changed since?")
            )
        return None
    diff = None if file.path is None else Path(f"{file.path}{DIFF}")
    if diff is None or by_run or not diff.exists():
        original = _from_run(file, recorded(), is_alone=by_run)
        if original is None and must:
            raise CleanerError(
                Problem("that run did not change it", file.shown)
                if by_run
                else Problem(
                    "no diff stands beside it",
                    file.shown,
                    hint=f"wanted: {diff or 'a file'}; or give --edits FILE.jsonl",
                )
            )
        return original
    try:
        return undo(_read(file), diff.read_bytes())
    except CleanerError as error:
        problems = (replace(problem, file=problem.file or file.shown) for problem in error.problems)
        raise CleanerError(*problems) from error
    except (ValueError, OSError) as error:
        hint = "was the text or the diff changed since? nothing was written"
        raise CleanerError(Problem(f"{diff.name} does not fit: {error}", file.shown, hint=hint)) from error


def _recorded(settings: Settings) -> Mapping[tuple[str, str], Record]:
    """What the recorded runs did to texts, by path and digest of the clean text; the newest run counts."""
    from cleaner.cli.undo_records import runs_of
    from cleaner.readers.edits import edit_of
    from cleaner.runs import read_run

    found: dict[tuple[str, str], Record] = {}
    for folder in runs_of(settings):
        with suppress(CleanerError):
            run = read_run(folder)
            for line in run.lines():
                if line.get("record") is None and line.get("output"):
                    edits = tuple(map(edit_of, line["edits"]))
                    record = Record(line["id"], line["encoding"], edits, line["sha256"], line["original_sha256"])
                    where = os.path.realpath(os.path.join(run.summary["folder"], line["output"]))
                    found.setdefault((where, record.clean), record)
    return found


def _from_run(file: File, recorded: Mapping[tuple[str, str], Record], *, is_alone: bool) -> bytes | None:
    """The original of a file by a recorded run, None where none speaks of it as it is. ``is_alone``: there is one run
    to go by. Raises `CleanerError` where that changed it, but it is not as it was then."""
    if file.path is None:
        return None
    clean = _read(file)
    where = os.path.realpath(file.path)
    record = recorded.get((where, sha256(clean)))
    if record is None and is_alone and any(path == where for path, _ in recorded):
        raise CleanerError(Problem("it was edited since that run", file.shown, hint="left as it is"))
    return restore(clean, record, file.shown) if record else None


def _read(file: File, *, is_whole: bool = False) -> bytes:
    """What a file holds, unpacked unless ``is_whole``."""
    import sys

    try:
        raw = sys.stdin.buffer.read() if file.path is None else file.path.read_bytes()
    except OSError as error:
        raise CleanerError(
            Problem(f"cannot read: {error.strerror}", file.shown, hint="check its permissions")
        ) from error
    if is_whole or not file.shown.lower().endswith(PACKED):
        return raw
    from cleaner.readers.packed import unpack

    return unpack(raw, file.shown)


COMMAND = Command(
    name="undo",
    words="[PATH...]",
    about="""
    Give the originals back, byte for byte, from the clean texts and the diffs beside them, or from the file
    that `cleaner clean --edits` wrote.

    For HTML that is the text that was taken out of the page, not the page.

    PATH is a clean text or a folder of them. One goes to standard output; with -o DIR a tree is written, in which a
    text without a diff stands as it is; with --in-place the clean texts are replaced, and the diffs, which
    have served, are taken away. A text that was edited since it was cleaned is refused and left alone.

    Without diff and --edits, a text or a file of records is given back by the run that wrote it, if that was recorded
    (see .cleaner/runs). JSONL comes back byte for byte and Parquet value for value, also from the records themselves
    where `cleaner clean --edits-field NAME` put the edits into them; give the --text-field that was given then.
    """,
    examples=(
        ("cleaner undo clean/article.txt", "Print the original, by clean/article.txt.diff."),
        ("cleaner undo clean -o originals", "Write every original of the tree."),
        (
            "cleaner undo corpus --in-place --edits edits.jsonl",
            "Take back what `clean --in-place --edits` did.",
        ),
        ("cleaner undo --run latest --in-place", "Take back all that the last run wrote."),
        ("cleaner undo clean/x.jsonl --edits edits.jsonl", "Print the records as they came."),
    ),
    options=(
        "out",
        "in_place",
        "edits",
        "edits_field",
        "run",
        "format",
        "text_field",
        "config",
        "isolated",
        *options.FILES,
        "color",
        "quiet",
        "verbose",
    ),
    run=run,
)
