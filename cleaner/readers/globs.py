"""Globs over paths, with the meaning git gives them in a ``.gitignore``.

`pathspec` does the matching; it is imported when the first glob is made, as it costs a sixth of the whole
start-up of the command line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.problem import CleanerError, Problem


@dataclass(frozen=True, slots=True)
class Globs:
    """Globs that are read from the folder ``base``. ``spec`` is pathspec's own object."""

    base: Path
    spec: Any

    def verdict(self, path: Path, root: Path | None = None, *, is_folder: bool = False) -> bool | None:
        """True where the last glob that matches ``path`` names it, False where that one begins with ``!``, None
        where none matches. A path that is not below the base is read from ``root``, or by its last part."""
        inside = os.path.relpath(path, self.base)
        if inside.startswith(os.pardir):
            inside = os.path.relpath(path, root) if root else path.name
        name = inside.replace(os.sep, "/") + ("/" if is_folder else "")
        verdict: bool | None = self.spec.check_file(name).include
        return verdict


def globs(base: Path, lines: Iterable[str], file: str = "") -> Globs:
    """Return the globs in ``lines``; ``file`` is where they stand. Raises `CleanerError` for one git refuses."""
    from pathspec import GitIgnoreSpec

    lines = list(lines)
    try:
        return Globs(base, GitIgnoreSpec.from_lines(lines))
    except ValueError as error:
        number = next((n for n, line in enumerate(lines, 1) if not _is_sound(line)), 0)
        raise CleanerError(
            Problem(str(error), file, number if file else 0, hint="globs are written as in a .gitignore")
        ) from error


def _is_sound(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
