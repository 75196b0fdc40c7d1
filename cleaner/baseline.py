"""The baseline, ``.cleaner/baseline.jsonl``: findings of a corpus that was taken on as it is. Only new ones count.

One line of JSON for each finding: ``path`` from the project's folder, ``fingerprint``, ``rule`` and the beginning of
the ``text``, sorted, without line numbers, so that git shows what came and went.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from cleaner.problem import CleanerError, Problem
from cleaner.project import NAME, own_folder

FILE: Final = "baseline.jsonl"
SHORT: Final = 80


class Known(NamedTuple):
    """One finding that does not count."""

    path: str
    fingerprint: str
    rule: str
    text: str


def baseline_file(project: Path) -> Path:
    """Where the baseline of a project stands."""
    return project / NAME / FILE


def read(path: Path) -> tuple[Known, ...]:
    """The findings in a file; none where there is no file. Raises `CleanerError` with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CleanerError(Problem(f"cannot read the baseline: {error}", str(path))) from error
    found: list[Known] = []
    for number, line in enumerate(lines, 1):
        try:
            known = json.loads(line)
            found.append(Known(*(str(known[name]) for name in Known._fields)))
        except (ValueError, KeyError, TypeError) as error:
            hint = "`cleaner baseline PATH...` writes it anew"
            raise CleanerError(Problem(f"no line of a baseline: {error}", str(path), number, hint=hint)) from error
    return tuple(found)


def write(project: Path, findings: Iterable[Known]) -> Path:
    """Replace the baseline of a project; returns its file. Raises `CleanerError`."""
    from cleaner.writers.files import replace_file

    try:
        file = own_folder(project) / FILE
    except OSError as error:
        raise CleanerError(Problem(f"cannot write: {error.strerror}", str(project / NAME))) from error
    lines = sorted({json.dumps(one._asdict(), ensure_ascii=False) for one in findings})
    replace_file(file, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    return file
