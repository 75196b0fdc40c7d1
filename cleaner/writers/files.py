"""Files replaced whole: a temporary file beside, written through to the disk, then renamed."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import File


def replace_file(path: Path, content: bytes, like: Path | None = None) -> None:
    """Put ``content`` at ``path``, at once or not at all, with the mode of ``like`` where that is given.

    What is at ``path`` is replaced; a link there is replaced, not followed. Raises `CleanerError`.
    """
    temporary = path.parent / f".cleaner-{os.urandom(8).hex()}.tmp"
    try:
        try:
            with temporary.open("xb") as file:
                if like is not None:
                    take_after(temporary, like)  # first, so that what is secret is so at every moment
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise CleanerError(Problem(f"cannot write: {error.strerror}", str(path), hint=_what_to_try(path))) from error


def take_after(path: Path, like: Path) -> None:
    """Give ``path`` the mode of ``like``, and its owner where we may."""
    known = like.stat()
    if hasattr(os, "chown") and (known.st_uid, known.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):
            os.chown(path, known.st_uid, known.st_gid)
    path.chmod(stat.S_IMODE(known.st_mode))


def _what_to_try(path: Path) -> str:
    if path.is_dir():
        return "there is a folder of this name; take it away or write elsewhere"
    return f"check that {path.parent} may be written to and has space left"


def in_place(files: Iterable[File]) -> tuple[File, ...]:
    """``files`` without links to others of them, each of which is to be replaced once."""
    chosen: dict[str, File] = {}
    for file in files:
        if file.path is None:
            raise CleanerError(Problem("standard input cannot be replaced", hint="leave --in-place out"))
        target = os.path.realpath(file.path)
        if target not in chosen or not file.path.is_symlink():
            chosen[target] = file
    return tuple(chosen.values())


def target_of(file: File) -> Path:
    """The file that is to be replaced: for a link what it leads to. Raises `CleanerError` where that is elsewhere."""
    assert file.path is not None
    if not file.path.is_symlink():
        return file.path
    target, top = os.path.realpath(file.path), os.path.realpath(file.root)
    if os.path.commonpath([target, top]) != top:
        hint = "not changed; name its target instead"
        raise CleanerError(Problem(f"this link leads out of {top}, to {target}", file.shown, hint=hint))
    return Path(target)


class Tree:
    """The folder of a run's outputs. Nothing is written outside of it."""

    def __init__(self, folder: Path) -> None:
        """Raises `CleanerError` where the folder can be neither made nor written to."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = Problem(
                f"cannot make this folder: {error.strerror}", str(folder), hint="name another one with -o"
            )
            raise CleanerError(problem) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise CleanerError(
                Problem("this folder may not be written to", str(folder), hint="name another one with -o")
            )
        self._top = os.path.realpath(folder)

    def write(self, name: str, content: bytes, like: Path | None) -> None:
        """Write ``content`` to ``name``, which has ``/`` between its parts. Raises `CleanerError`."""
        replace_file(self.place(name), content, like)

    def place(self, name: str) -> Path:
        """Return the path of ``name``, whose folder is made. Raises `CleanerError` where it lies elsewhere."""
        path = self.folder / name
        inner = os.path.realpath(path.parent)
        if os.path.commonpath([inner, self._top]) != self._top:
            raise CleanerError(
                Problem(f"a link leads out of {self.folder}, to {inner}; nothing was written there", str(path))
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CleanerError(
                Problem(
                    f"cannot make the folder {path.parent}: {error.strerror}",
                    str(path),
                    hint="write elsewhere",
                )
            ) from error
        return path

    def remove(self, name: str) -> None:
        """Take away what an earlier run left at ``name``, if anything."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (self.folder / name).unlink()


def check_outputs(files: Iterable[File], folder: Path, ends: tuple[str, ...] = ("",)) -> None:
    """Raise `CleanerError` where two inputs want the same output, or an output would overwrite an input.

    ``ends`` are what is put behind an input's name to name its outputs.
    """
    files = tuple(files)
    inputs = {os.path.realpath(file.path): file for file in files if file.path}
    owners: dict[str, File] = {}
    problems: list[Problem] = []
    for file in files:
        for end in ends:
            output = str(folder / (file.name + end))
            owner = owners.setdefault(os.path.normcase(output), file)
            if owner is not file:
                problems.append(
                    Problem(
                        f"{owner.shown} would be written to {output} as well",
                        file.shown,
                        hint="nothing was written; give each its own -o, or name the folder that holds both",
                    )
                )
            elif os.path.realpath(output) in inputs:
                problems.append(
                    Problem(
                        f"{output} is an input and would be overwritten",
                        file.shown,
                        hint="nothing was written; name another folder with -o, or use --in-place",
                    )
                )
    if problems:
        raise CleanerError(*problems)
