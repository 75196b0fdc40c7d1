"""Files as they are or packed by gzip or Zstandard, read as one stream of bytes.

Zstandard is read by the standard library where that has it (Python 3.14), else by its backport, which, unlike
`zstandard`, says so when a file ends too early.
"""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Literal, cast

from cleaner.problem import CleanerError, Problem
from cleaner.readers.extras import need

Packing = Literal["", "gz", "zst"]

MAGIC: Final[dict[bytes, Packing]] = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}
ENDS: Final[dict[str, Packing]] = {".gz": "gz", ".zst": "zst", ".zstd": "zst"}
BUFFER: Final = 1024 * 1024


def zstd() -> Any:
    """The module that reads and writes Zstandard. Raises `CleanerError` where it is not installed."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return need(name, "zst", "Zstandard (.zst)")


def packing_of(path: Path) -> Packing:
    """How ``path`` is packed, by its first bytes. Raises `OSError`."""
    with path.open("rb") as file:
        head = file.read(4)
    return packing_in(head)


def packing_in(head: bytes) -> Packing:
    """How what begins with ``head`` is packed."""
    return next((packing for magic, packing in MAGIC.items() if head.startswith(magic)), "")


def unpacked(file: IO[bytes], packing: Packing) -> IO[bytes]:
    """A buffered stream of what ``file`` holds; it closes ``file``. Read it within `readable`."""
    if packing == "gz":
        import gzip

        return cast("IO[bytes]", io.BufferedReader(_Closing(gzip.GzipFile(fileobj=file), file), BUFFER))
    if packing == "zst":
        return cast("IO[bytes]", io.BufferedReader(_Closing(zstd().ZstdFile(file), file), BUFFER))
    return file


def open_packed(path: Path, packing: Packing) -> IO[bytes]:
    """A buffered stream of what ``path`` holds once unpacked. Raises `OSError`; read it within `readable`."""
    return unpacked(path.open("rb", buffering=BUFFER), packing)


def unpack(raw: bytes, shown: str) -> bytes:
    """Return what ``raw``, the content of a file named ``shown``, holds once unpacked. Raises `CleanerError`."""
    with readable(shown), unpacked(io.BytesIO(raw), packing_in(raw)) as file:
        return file.read()


def beginning(head: bytes, limit: int) -> bytes:
    """What a packed file that begins with ``head`` begins with: up to ``limit`` bytes, as many as ``head`` tells.

    What is not packed is returned as it is. Raises `CleanerError` where it is broken.
    """
    packing = packing_in(head)
    with readable("<stdin>"):
        if packing == "gz":
            return zlib.decompressobj(wbits=31).decompress(head, limit)
        if packing == "zst":
            return cast("bytes", zstd().ZstdDecompressor().decompress(head, limit))
    return head


class _Closing(io.RawIOBase):
    """A raw stream over a packed file that closes what lies below it."""

    def __init__(self, packed: Any, below: IO[bytes]) -> None:
        self._packed, self._below = packed, below

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        return int(self._packed.readinto(into))

    def close(self) -> None:
        if not self.closed:
            self._packed.close()
            self._below.close()
        super().close()


@contextmanager
def readable(shown: str) -> Iterator[None]:
    """Turn what can go wrong while a packed file named ``shown`` is read into a `CleanerError`."""
    try:
        yield
    except EOFError as error:
        hint = "it was cut off; fetch or make it again"
        raise CleanerError(Problem("the packed file ends before its end", shown, hint=hint)) from error
    except (zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            hint = "check its permissions" if isinstance(error, PermissionError) else "left out"
            raise CleanerError(Problem(f"cannot read: {error.strerror}", shown, hint=hint)) from error
        raise CleanerError(_broken(shown, error)) from error
    except CleanerError:
        raise
    except Exception as error:
        if type(error).__name__ != "ZstdError":  # its module is an extra, so its class cannot be named here
            raise
        raise CleanerError(_broken(shown, error)) from error


def _broken(shown: str, error: Exception) -> Problem:
    return Problem(f"the packed file is broken: {error}", shown, hint="fetch or make it again")
