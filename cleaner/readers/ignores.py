"""What git is told to ignore: the ``.gitignore`` files of a checkout, from its root down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleaner.problem import CleanerError, Problem
from cleaner.readers.globs import Globs, globs


@dataclass(frozen=True, slots=True)
class Ignores:
    """The files in force in one folder, outermost first."""

    specs: tuple[Globs, ...] = ()

    @staticmethod
    def above(root: Path, problems: list[Problem]) -> Ignores:
        """Those above ``root`` in its checkout, without those that name ``root`` itself: it was asked for.

        What cannot be read is put into ``problems``.
        """
        top = Path(os.path.normpath(Path.cwd() / root))
        specs = tuple(spec for folder in _folders_above(top) for spec in _read(folder, problems))
        return Ignores(tuple(spec for spec in specs if not spec.verdict(top, is_folder=True)))

    def within(self, folder: Path, problems: list[Problem]) -> Ignores:
        """These and the one in ``folder``."""
        return Ignores((*self.specs, *_read(folder, problems)))

    def names(self, path: Path, *, is_folder: bool) -> bool:
        """True where ``path`` is to be ignored: the innermost file that has a say decides."""
        for spec in reversed(self.specs):
            verdict = spec.verdict(path, is_folder=is_folder)
            if verdict is not None:
                return verdict
        return False


def _folders_above(top: Path) -> list[Path]:
    """The folders from the root of the checkout that holds ``top`` down to its parent; none outside of one."""
    if (top / ".git").exists():
        return []
    for number, folder in enumerate(top.parents):
        if (folder / ".git").exists():
            return list(reversed(top.parents[: number + 1]))
    return []


def _read(folder: Path, problems: list[Problem]) -> Iterator[Globs]:
    file = folder / ".gitignore"
    try:
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        yield globs(folder, lines, str(file))
    except FileNotFoundError:
        return
    except OSError as error:
        hint = "check its permissions, or use --no-ignore"
        problems.append(Problem(f"cannot read it: {error.strerror}", str(file), hint=hint))
    except CleanerError as error:
        problems += error.problems
