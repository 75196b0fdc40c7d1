"""What git is told: a driver in this clone's configuration, and for which files in its ``info/attributes``.

Both are the clone's own, so that nobody has them who did not ask.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal

from cleaner.problem import CleanerError, Problem

Kind = Literal["diff", "merge"]

NAMES: Final = ("*.txt", "*.text", "*.md", "*.markdown")
SETTINGS: Final[dict[Kind, tuple[tuple[str, str], ...]]] = {
    "diff": (("diff.cleaner.textconv", "{cleaner} git textconv"),),
    "merge": (
        ("merge.cleaner.name", "clean texts, merged by line"),
        ("merge.cleaner.driver", "{cleaner} git merge %O %A %B %P"),
    ),
}


def install(kind: Kind) -> Path:
    """Set the driver; returns the file of attributes. Raises `CleanerError`."""
    for name, value in SETTINGS[kind]:
        git("config", "--local", name, value.replace("{cleaner}", _ourselves()))
    file = _attributes()
    lines = [line for line in _lines(file) if not _is_ours(line, kind)]
    _write(file, [*lines, *(f"{name} {kind}=cleaner" for name in NAMES)])
    return file


def uninstall(kind: Kind) -> Path:
    """Take away what `install` set, and nothing else. Raises `CleanerError`."""
    git("config", "--local", "--remove-section", f"{kind}.cleaner", check=False)
    file = _attributes()
    if file.exists():
        _write(file, [line for line in _lines(file) if not _is_ours(line, kind)])
    return file


def git(*words: str, check: bool = True) -> str:
    """What a git command prints. Raises `CleanerError` where it fails and ``check`` is set."""
    try:
        done = subprocess.run(("git", *words), capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CleanerError(Problem("there is no git", hint="install it")) from error
    if check and done.returncode:
        raise CleanerError(Problem(f"git {words[0]}: {done.stderr.strip()}", hint="run it inside a clone"))
    return done.stdout.strip()


def _ourselves() -> str:
    """What git is to call: the command where it is on the path, else this Python, which may be a virtual
    environment's that is not active when git asks."""
    return "cleaner" if shutil.which("cleaner") else f"{shlex.quote(sys.executable)} -m cleaner"


def _attributes() -> Path:
    return Path(git("rev-parse", "--git-path", "info/attributes"))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _is_ours(line: str, kind: Kind) -> bool:
    return line.split() in ([name, f"{kind}=cleaner"] for name in NAMES)


def _write(file: Path, lines: list[str]) -> None:
    from cleaner.writers.files import replace_file

    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, "".join(f"{line}\n" for line in lines).encode(), like=file if file.exists() else None)
