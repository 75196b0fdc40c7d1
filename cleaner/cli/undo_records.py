"""``cleaner undo`` for files of records."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from cleaner.cli.options import Settings
from cleaner.cli.screen import Screen, screen
from cleaner.problem import CleanerError, Problem
from cleaner.project import project_folder
from cleaner.readers.edit_lines import EditLines, Entry
from cleaner.readers.fields import Fields, path_of
from cleaner.readers.forms import Form
from cleaner.readers.tree import File
from cleaner.runs import EDITS, find_run, list_runs, read_run
from cleaner.stream.inputs import Input
from cleaner.stream.model import Kind, Origin
from cleaner.stream.undo import undo_lines, undo_rows
from cleaner.writers.files import Tree, target_of
from cleaner.writers.parts import PartFile, settle


def runs_of(settings: Settings) -> list[Path]:
    """The records to go by, the newest first: that which --run names, else all. Raises `CleanerError`."""
    project = project_folder(settings.config.file)
    if settings.run:
        return [find_run(project, settings.run, screen(settings).warning)]
    return list_runs(project / ".cleaner" / "runs")[::-1]


class Undoing:
    """Undoes one file of records after the other, by one file of edits or the field that holds them."""

    def __init__(self, settings: Settings, tree: Tree | None, say: Screen) -> None:
        """Raises `CleanerError` where it is not clear which edits to go by."""
        if settings.edits and settings.edits_field:
            raise CleanerError(Problem("--edits and --edits-field cannot go together"))
        if settings.run and (settings.edits or settings.edits_field):
            raise CleanerError(Problem("--run goes with neither --edits nor --edits-field"))
        self.settings, self.tree, self.say = settings, tree, say
        self.fields = Fields(path_of(settings.text_field, "--text-field"), edits=settings.edits_field)
        self.lines = EditLines(settings.edits) if settings.edits else None
        self.runs = self._runs() if not (settings.edits or settings.edits_field) else []

    def _runs(self) -> list[tuple[Path, EditLines]]:
        """The edits of the recorded runs, the newest first, each with the folder that its paths are read from."""
        runs = []
        for found in runs_of(self.settings):
            with contextlib.suppress(CleanerError):
                runs.append((Path(read_run(found).summary["folder"]), EditLines(found / EDITS)))
        return runs

    def _entries(self, file: File) -> Iterator[Entry] | None:
        """The edits of a file, None where nothing is known of it."""
        if self.lines:
            return self.lines.of(file.name)
        if file.path is None:
            return None
        here = os.path.realpath(file.path)
        for folder, lines in self.runs:
            for output in lines.starts:
                if os.path.realpath(folder / output) == here:
                    return lines.of(output)
        return None

    def undo(self, file: File, form: Form) -> int:
        """Undo one file; return how many records were changed back. Nothing stands in its place unless all is well."""
        if form.kind == "warc" or (file.path is None and form.kind == "parquet"):
            raise CleanerError(Problem("only JSONL and Parquet files can be undone", file.shown))
        entries = None if self.settings.edits_field else self._entries(file)
        is_known = entries is not None or self.settings.edits_field
        if not is_known and not (self.lines and (self.tree or self.settings.in_place)):
            what = "the file of edits does not speak" if self.lines else "no recorded run speaks"
            hint = "give --edits FILE.jsonl or --edits-field NAME"
            raise CleanerError(Problem(f"{what} of it", file.shown, hint=hint))
        is_stream = not (self.tree or self.settings.in_place)
        kind: Kind = "parquet" if form.kind == "parquet" else "jsonl"
        origin = Origin(kind, file.name, file.shown, "" if is_stream else form.packing)
        given = Input(file, origin, form.packing)
        if is_stream:
            if kind == "parquet":
                raise CleanerError(Problem("Parquet goes from file to file", file.shown, hint="name a folder with -o"))
            return undo_lines(given, self.fields, entries, self.say.data)
        target = self.tree.place(file.name) if self.tree else target_of(file)
        part = target.with_name(f".{target.name}.cleaner-part")
        try:
            if kind == "parquet":
                count = undo_rows(given, self.fields, entries, part)
            else:
                count = self._lines(given, entries, part)
            if count or self.tree:
                settle(part, target, target if self.settings.in_place else file.path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink()
        return count

    def _lines(self, given: Input, entries: Iterator[Entry] | None, part: Path) -> int:
        made = PartFile(part)
        try:
            count = undo_lines(given, self.fields, entries, made.add)
            made.sync()
        finally:
            made.close()
        return count
