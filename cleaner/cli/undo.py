"""``cleaner undo``: the originals, from clean text and diff or edits alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cleaner.cli import options
from cleaner.cli.clean import DIFF
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen
from cleaner.cli.work import find_inputs, say_found
from cleaner.problem import CleanerError, Problem
from cleaner.readers.edits import Record, read_edits, record_of, restore
from cleaner.readers.tree import File
from cleaner.text.diff import undo
from cleaner.writers.files import Tree, check_outputs, in_place, replace_file, target_of


def run(settings: Settings) -> int:
    """Give the originals back. A text that was edited since is refused, never guessed at."""
    say = screen(settings)
    if settings.in_place and settings.out:
        raise CleanerError(Problem("--in-place and --out cannot go together"))
    words = tuple(dict.fromkeys(word.removesuffix(DIFF) for word in settings.words))
    found = find_inputs(replace(settings, words=words), include=())
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
    records = read_edits(settings.edits) if settings.edits else None
    tree = Tree(settings.out) if settings.out else None
    code, undone = say_found(found), 0
    for file in files:
        try:
            raw = _original(file, records, must=not is_tree)
            if tree:
                tree.write(file.name, raw if raw is not None else _read(file), file.path)
            elif not is_tree:
                say.data(raw or b"")
            elif raw is not None and file.path:
                target = target_of(file)
                replace_file(target, raw, like=target)
                if records is None:  # it has served, and no longer belongs to the text beside it
                    Path(f"{file.path}{DIFF}").unlink()
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


def _original(file: File, records: Mapping[str, Record] | None, *, must: bool) -> bytes | None:
    """The original of one file, None where nothing was done to it. ``must``: that is an error.

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
    if diff is None or not diff.exists():
        if must:
            raise CleanerError(
                Problem(
                    "no diff stands beside it",
                    file.shown,
                    hint=f"wanted: {diff or 'a file'}; or give --edits FILE.jsonl",
                )
            )
        return None
    try:
        return undo(_read(file), diff.read_bytes())
    except CleanerError as error:
        problems = (replace(problem, file=problem.file or file.shown) for problem in error.problems)
        raise CleanerError(*problems) from error
    except (ValueError, OSError) as error:
        hint = "was the text or the diff changed since? nothing was written"
        raise CleanerError(Problem(f"{diff.name} does not fit: {error}", file.shown, hint=hint)) from error


def _read(file: File) -> bytes:
    import sys

    try:
        return sys.stdin.buffer.read() if file.path is None else file.path.read_bytes()
    except OSError as error:
        raise CleanerError(
            Problem(f"cannot read: {error.strerror}", file.shown, hint="check its permissions")
        ) from error


COMMAND = Command(
    name="undo",
    words="PATH...",
    about="""
    Give the originals back, byte for byte, from the clean texts and the diffs beside them, or from the file
    that `cleaner clean --edits` wrote.

    For HTML that is the text that was taken out of the page, not the page.

    PATH is a clean text or a folder of them. One goes to standard output; with -o DIR a tree is written, in which a
    text without a diff stands as it is; with --in-place the clean texts are replaced, and the diffs, which
    have served, are taken away. A text that was edited since it was cleaned is refused and left alone.
    """,
    examples=(
        ("cleaner undo clean/article.txt", "Print the original, by clean/article.txt.diff."),
        ("cleaner undo clean -o originals", "Write every original of the tree."),
        (
            "cleaner undo corpus --in-place --edits edits.jsonl",
            "Take back what `clean --in-place --edits` did.",
        ),
    ),
    options=("out", "in_place", "edits", "config", "isolated", *options.FILES, "color", "quiet", "verbose"),
    run=run,
)
