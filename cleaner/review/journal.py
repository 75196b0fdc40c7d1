"""What was decided in a review, written down at once: one line of JSON for each step, in the run's own folder.

A decision is a *draft* until it is saved into the files that `cleaner clean` reads. A step is on the disk before
anybody is told that it was taken, so that a killed server loses none.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from cleaner.problem import CleanerError, Problem

NAME: Final = "review.jsonl"

Kind = Literal["accept", "keep", "here", "everywhere", "rest", "demote", "off", "example"]
KINDS: Final[tuple[Kind, ...]] = ("accept", "keep", "here", "everywhere", "rest", "demote", "off", "example")
Standing = Literal["draft", "saved", "revert", "gone"]


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision. ``key`` names the cut, ``place`` which of its places; ``rules``, ``text``, ``fingerprint`` and
    ``file`` are those of the edit there.

    ``by_text``: it counts for every place of this text. ``confidence``: for ``demote``, what the rule gets;
    ``before``: what its file said until then. ``example``: for ``example``, the text with its brackets; ``stays``: it
    is an example of what must stay, ``is_line`` of whole lines.
    """

    number: int
    kind: Kind
    key: str
    rule: str
    date: str
    place: int = 0
    rules: tuple[str, ...] = ()
    text: str = ""
    replacement: str = ""
    fingerprint: str = ""
    file: str = ""
    confidence: str = ""
    before: str | None = None
    example: str = ""
    stays: bool = False
    is_line: bool = False
    by_text: bool = False


class _Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: exactly one of the fields is given. ``undone`` takes a draft back, or marks a saved one to be taken out
    of the files; ``written`` are those whose effect, or its undoing, is in the files."""

    taken: Decision | None = None
    undone: int | None = None
    written: tuple[int, ...] | None = None


class Journal:
    """The decisions of one review, in memory and on the disk."""

    def __init__(self, folder: Path) -> None:
        """Read what is there. A last line that a kill tore is left out. Raises `CleanerError`."""
        self.file = folder / NAME
        self.decisions: dict[int, Decision] = {}
        self.standings: dict[int, Standing] = {}
        self.order: list[int] = []
        raw = self.file.read_bytes() if self.file.exists() else b""
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            with self.file.open("r+b") as file:
                file.truncate(len(whole))
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                self._follow(msgspec.convert(json.loads(line), _Step))
            except (ValueError, KeyError) as error:
                raise CleanerError(Problem(f"not a journal of a review: {error}", str(self.file), number)) from error

    def take(self, decision: Decision) -> None:
        """Note a decision, which becomes a draft."""
        self._write(_Step(taken=decision))

    def undo(self, number: int) -> None:
        """Take a draft back, or mark a saved decision to be taken out of the files again."""
        self._write(_Step(undone=number))

    def written(self, numbers: Iterable[int]) -> None:
        """Note that the files say what these decisions, or their undoing, ask for."""
        self._write(_Step(written=tuple(numbers)))

    def standing(self, *standings: Standing) -> list[Decision]:
        """The decisions that stand so, oldest first."""
        return [self.decisions[number] for number in self.order if self.standings[number] in standings]

    @property
    def drafts(self) -> int:
        """How many steps wait to be written."""
        return sum(standing in ("draft", "revert") for standing in self.standings.values())

    @property
    def next_number(self) -> int:
        """The number of the next decision."""
        return max(self.decisions, default=0) + 1

    def _write(self, step: _Step) -> None:
        line = json.dumps(msgspec.to_builtins(step)).encode() + b"\n"  # holds lone surrogates, unlike msgspec's
        size = self.file.stat().st_size if self.file.exists() else 0
        try:
            with self.file.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                os.truncate(self.file, size)  # half a line must not swallow the next one
            hint = "nothing was decided; is the disk full?"
            raise CleanerError(Problem(f"cannot write: {error.strerror}", str(self.file), hint=hint)) from error
        self._follow(step)

    def _follow(self, step: _Step) -> None:
        if step.taken is not None:
            number = step.taken.number
            self.decisions[number] = step.taken
            self.standings[number] = "draft"
            self.order.append(number)
        if step.undone is not None:
            self.standings[step.undone] = "revert" if self.standings[step.undone] == "saved" else "gone"
        for number in step.written or ():
            self.standings[number] = "gone" if self.standings[number] == "revert" else "saved"
