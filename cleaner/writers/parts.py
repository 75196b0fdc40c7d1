"""Outputs that grow part by part, and can be cut back to what was whole when a run is taken up again."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cleaner.problem import CleanerError, Problem


class PartFile:
    """A file that is appended to. ``size`` bytes of what is there already are kept; more is cut off."""

    def __init__(self, path: Path, size: int = 0, mode: int = 0o600) -> None:
        """``mode`` is that of a new file. Raises `CleanerError`."""
        self.path, self.size = path, size
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.open(path, flags, mode)
            os.ftruncate(self._file, size)
            os.lseek(self._file, size, os.SEEK_SET)
        except OSError as error:
            raise unwritable(path, error) from error

    def add(self, content: bytes) -> None:
        """Put ``content`` at the end. Raises `CleanerError`; then ``size`` says how much is whole."""
        left = memoryview(content)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise unwritable(self.path, error) from error
        self.size += len(content)

    def cut(self, size: int) -> None:
        """Go back to ``size`` bytes."""
        os.ftruncate(self._file, size)
        os.lseek(self._file, size, os.SEEK_SET)
        self.size = size

    def sync(self) -> None:
        """Write what was added through to the disk. Raises `CleanerError`."""
        try:
            os.fsync(self._file)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def close(self) -> None:
        """Close the file, once or more often."""
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = -1


def unwritable(path: Path, error: OSError) -> CleanerError:
    """The problem that ``path`` cannot be written, with what to try."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        hint = "what is whole was kept: make room, and run the same again with --resume"
    else:
        hint = f"check that {path.parent} may be written to"
    return CleanerError(Problem(f"cannot write: {error.strerror}", str(path), hint=hint))


def settle(part: Path, target: Path, like: Path | None) -> None:
    """Put ``part`` in the place of ``target``, at once, with the mode of ``like``. Raises `CleanerError`."""
    from cleaner.writers.files import take_after

    try:
        if like is not None:
            take_after(part, like)
        else:
            mask = os.umask(0)
            os.umask(mask)
            part.chmod(0o666 & ~mask)
        part.replace(target)
        if hasattr(os, "O_DIRECTORY"):  # the new name is on the disk when the folder is
            folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise unwritable(target, error) from error
