"""The file of edits: one line of JSON a document, enough to give every original back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.problem import CleanerError, Problem
from cleaner.writers.parts import PartFile

if TYPE_CHECKING:
    from cleaner.runner import Outcome


class EditsFile(PartFile):
    """Written line by line, each before the clean text it belongs to, so that a crash leaves nothing that
    cannot be undone. ``is_urgent``: the originals are about to be replaced; each line goes to the disk first."""

    def __init__(self, path: Path, *, is_urgent: bool, size: int | None = None, is_forced: bool = False) -> None:
        """``size`` bytes of a file that an unfinished run left are kept; None for a new file. ``is_forced``: an old one
        is written over.

        Raises `CleanerError` where the file cannot be made, is shorter, or exists: it may be all that undoes an
        earlier run.
        """
        self._is_urgent = is_urgent
        if size is None and not is_forced:
            refuse_existing(path)
        if size and (not path.exists() or path.stat().st_size < size):
            hint = "start anew with --force"
            raise CleanerError(Problem("cannot be resumed: the edits are gone, or too short", str(path), hint=hint))
        super().__init__(path, size or 0, 0o666)

    def add_outcome(self, record: Mapping[str, Any], outcome: Outcome) -> None:
        """Write the line of one text. ``record`` is what `cleaner.writers.records.result_record` makes of it."""
        from hashlib import sha256  # it loads OpenSSL, which a run without edits does without

        from cleaner.writers.records import to_json

        clean, raw = outcome.clean or b"", outcome.raw or b""
        digests = {"sha256": sha256(clean).hexdigest(), "original_sha256": sha256(raw).hexdigest()}
        edits = record["edits"] if outcome.problem is None else []
        self.add((to_json({**record, **digests, "edits": edits}) + "\n").encode("utf-8"))
        if self._is_urgent and outcome.changed:
            self.sync()


def refuse_existing(path: Path) -> None:
    """Raise `CleanerError` where ``path`` exists: it may be all that undoes an earlier run."""
    if path.exists():
        hint = "name another file with --edits"
        raise CleanerError(Problem("this file exists, and may be needed to undo a run", str(path), hint=hint))
