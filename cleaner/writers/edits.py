"""The file of edits: one line of JSON a document, enough to give every original back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.problem import CleanerError, Problem
from cleaner.writers.records import to_json

if TYPE_CHECKING:
    from cleaner.runner import Outcome


class EditsFile:
    """Written line by line, each before the clean text it belongs to, so that a crash leaves nothing that
    cannot be undone. ``is_urgent``: the originals are about to be replaced; each line goes to the disk first."""

    def __init__(self, path: Path, *, is_urgent: bool) -> None:
        """Raises `CleanerError` where the file cannot be made, or exists: it may be all that undoes an earlier run."""
        self._is_urgent = is_urgent
        try:
            self._file = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError as error:
            problem = Problem(
                "this file exists, and may be needed to undo a run",
                str(path),
                hint="name another file with --edits",
            )
            raise CleanerError(problem) from error
        except OSError as error:
            raise CleanerError(
                Problem(f"cannot write: {error.strerror}", str(path), hint="name another file")
            ) from error

    def add(self, record: Mapping[str, Any], outcome: Outcome) -> None:
        """Write the line of one document. ``record`` is what `cleaner.writers.records.result_record` makes of it."""
        clean, raw = outcome.clean or b"", outcome.raw or b""
        digests = {"sha256": sha256(clean).hexdigest(), "original_sha256": sha256(raw).hexdigest()}
        edits = record["edits"] if outcome.problem is None else []
        self._file.write(to_json({**record, **digests, "edits": edits}) + "\n")
        self._file.flush()
        if self._is_urgent and outcome.changed:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
