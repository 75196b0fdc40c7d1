"""The journal of a run: how far it is, so that it can be taken up again where it was whole.

It stands in a folder of its own beside the output, as one small file that is replaced at once, and is taken away when
the run is done. Sizes in it are those of outputs that were written through to the disk before it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.writers.parts import unwritable

FOLDER: Final = ".cleaner-resume"
FORMAT: Final = 1


@dataclass(slots=True)
class State:
    """How far a run is. ``texts`` files of text are done, then ``files`` files of records.

    Of the next one: it is read up to ``position``, ``record`` is the number of the record there, ``part`` bytes of its
    output stand; ``identity`` is its size and time of change. ``closing``: all of it is done but for the renaming.
    ``edits`` bytes of the file of edits are whole, ``edits_before`` of them from before this file. ``counts`` are the
    sums up to here, ``before`` those without this file, ``texts_counts`` those of the texts. ``run``
    is how far the run record is, ``run_before`` how far it was before this file.
    """

    texts: int = 0
    files: int = 0
    position: int = -1
    record: int = 1
    part: int = 0
    identity: list[int] = field(default_factory=list)
    closing: bool = False
    edits: int = 0
    edits_before: int = 0
    counts: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    failed: int = 0
    texts_counts: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    run_before: dict[str, Any] = field(default_factory=dict)


class Journal:
    """The journal in one folder. ``identity`` is what must be the same when the run is taken up."""

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.folder, self.identity = folder, json.loads(json.dumps(identity))
        self._lock: Any = None

    @property
    def file(self) -> Path:
        """Where the state stands."""
        return self.folder / "state.json"

    def exists(self) -> bool:
        """True where a run was left unfinished."""
        return self.file.exists()

    def open(self) -> None:
        """Make the folder, and keep others out. Raises `CleanerError` where another run is at work."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / "lock").open("w")
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            import fcntl

            fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # forked workers do not inherit this one
        except ImportError:
            pass
        except OSError as error:
            self._lock.close()
            problem = Problem("another run is writing there", str(self.folder.parent), hint="wait for it, or stop it")
            raise CleanerError(problem) from error

    def load(self) -> State | None:
        """The state of the run that was left, None where there is none. Raises `CleanerError` where it is another's."""
        try:
            found = json.loads(self.file.read_bytes())
            identity, state = found["identity"], State(**found["state"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            hint = "start anew with --force"
            raise CleanerError(Problem(f"the journal cannot be read: {error}", str(self.file), hint=hint)) from error
        self._compare(identity)
        return state

    def _compare(self, identity: Mapping[str, Any]) -> None:
        for name in {**self.identity, **identity}:
            then, now = identity.get(name), self.identity.get(name)
            if then == now:
                continue
            what = {
                "rules": "the rules have changed since",
                "inputs": "the inputs have changed since",
                "cleaner": f"it was begun by cleaner {then}",
            }.get(name, f"it was begun with {name} {_said(then)}, and this is {_said(now)}")
            hint = "run it as it was begun, or start anew with --force"
            raise CleanerError(Problem(f"cannot be resumed: {what}", str(self.folder.parent), hint=hint))

    def save(self, state: State) -> None:
        """Put down ``state``, at once. Raises `CleanerError`."""
        beside = self.file.with_suffix(".new")
        content = json.dumps({"format": FORMAT, "identity": self.identity, "state": asdict(state)})
        try:
            with beside.open("w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.file)
        except OSError as error:
            raise unwritable(self.file, error) from error

    def close(self, *, done: bool) -> None:
        """Let others in; take the folder away where the run is ``done``."""
        if done:
            for name in ("state.json", "state.new", "lock"):
                with contextlib.suppress(OSError):
                    (self.folder / name).unlink()
            for folder in (self.folder, self.folder.parent):
                if folder.name == FOLDER or folder == self.folder:
                    with contextlib.suppress(OSError):
                        folder.rmdir()
        if self._lock is not None:
            self._lock.close()


def _said(value: Any) -> str:
    return "nothing" if value in (None, [], False, "") else json.dumps(value, ensure_ascii=False)
