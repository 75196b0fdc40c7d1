"""The lines of edits of records, read again as a stream: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.problem import CleanerError, Problem
from cleaner.text.edit import Edit, EditError, apply, invert
from cleaner.writers.edit_lines import digest


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done to one record: its number in the file, the edits, and how its text was written in JSON."""

    record: int
    edits: tuple[Edit, ...]
    clean: str
    original: str
    style: str
    written: str | None

    def restored(self, text: str, shown: str) -> str:
        """Return the original of ``text``. Raises `CleanerError` where the edits do not fit it."""
        problem = Problem("the edits do not fit this record", shown, self.record, hint="was it changed since?")
        try:
            if digest(text) == self.clean:
                original = apply(text, invert(self.edits))
                if digest(original) == self.original:
                    return original
        except (EditError, UnicodeError):
            pass
        raise CleanerError(problem)


class EditLines:
    """A file of edits by the files that its lines are of."""

    def __init__(self, path: Path) -> None:
        """Raises `CleanerError` where it cannot be read."""
        import msgspec

        head = msgspec.defstruct(
            "Head", [("name", str | None, None), ("record", int | None, None), ("output", str | None, None)]
        )
        decode = self._head = msgspec.json.Decoder(head).decode
        self.path = path
        self.starts: dict[str, int] = {}
        at = 0
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    found = _decoded(decode, line, path, number)
                    if found.record is not None:
                        self.starts.setdefault(found.output or found.name or "", at)
                    at += len(line)
        except OSError as error:
            raise CleanerError(Problem(f"cannot read the edits: {error.strerror}", str(path))) from error

    def of(self, name: str) -> Iterator[Entry] | None:
        """The changed records of the file with this place in the tree, in order; None where there are none at all.

        ``name`` may have folders before it. Where the edits are all of one file, its name does not count.
        """
        if name not in self.starts:
            ends = [start for start in self.starts if name.endswith(f"/{start}")]
            name = max(ends, key=len) if ends else next(iter(self.starts)) if len(self.starts) == 1 else name
        return self._entries(name) if name in self.starts else None

    def _entries(self, name: str) -> Iterator[Entry]:
        import msgspec

        decode = msgspec.json.Decoder(dict[str, Any]).decode
        with self.path.open("rb") as file:
            file.seek(self.starts[name])
            for line in file:
                head = _decoded(self._head, line, self.path, 0)
                if head.record is None or (head.output or head.name) != name:
                    continue
                found = _decoded(decode, line, self.path, 0)
                if found.get("edits"):
                    yield entry_of(found, found["record"], str(self.path))


def _decoded(decode: Any, line: bytes, path: Path, number: int) -> Any:
    import msgspec

    try:
        return decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        hint = "it is what `clean --edits` writes"
        raise CleanerError(Problem(f"no line of edits: {error}", str(path), number, hint=hint)) from error


def entry_of(found: dict[str, Any], record: int, shown: str) -> Entry:
    """The entry that a line or a field of edits holds. Raises `CleanerError`."""
    try:
        edits = tuple(Edit(edit["start"], edit["end"], edit["old"], edit["new"], ()) for edit in found["edits"])
        style, written = found.get("style", "plain"), found.get("written")
        return Entry(record, edits, found["sha256"], found["original_sha256"], style, written)
    except (KeyError, TypeError) as error:
        hint = "it is what `cleaner clean` writes"
        raise CleanerError(Problem(f"these are no edits: {error}", shown, record, hint=hint)) from error
