"""Bytes packed by gzip or Zstandard, each part a member or frame of its own.

What is packed does not depend on what went before, so a run that was killed and taken up again writes the very
bytes of an unbroken one. All programs read several members or frames as one stream.
"""

from __future__ import annotations

from typing import Final

from cleaner.readers.packed import Packing, zstd

GZIP_LEVEL: Final = 6
ZSTD_LEVEL: Final = 3


def pack(content: bytes, packing: Packing) -> bytes:
    """Return ``content`` packed; no bytes for no bytes."""
    if not packing or not content:
        return content
    return member(content, packing)


def member(content: bytes, packing: Packing) -> bytes:
    """Return ``content`` as a whole packed file, which an empty file has to be as well."""
    if packing == "gz":
        import gzip

        return gzip.compress(content, GZIP_LEVEL, mtime=0)
    if packing == "zst":
        return bytes(zstd().compress(content, ZSTD_LEVEL))
    return content
