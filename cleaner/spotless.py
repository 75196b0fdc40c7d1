"""The list of texts that were found clean, ``.cleaner/cache/clean``: an unchanged corpus is not looked at twice.

An entry is a keyed hash of a file's bytes and the name it goes by, and how many characters and records it has. The key
is a hash of all else that a finding depends on, rules, options and code, which `cleaner.cli.spotless` makes; so nothing
is ever out of date: what was found under other rules is not found again. (ruff and black keep a file for each set of
options, and times of change; a checkout sets those anew.)

The file is a head, a checksum, and entries of one width in ascending order, so that it is read in one go and searched
where it lies. It is replaced whole; of two processes that end at once one loses what it found, which costs time alone.
Whatever is wrong with it, it counts as empty and is made again. Entries go that nobody asked for in `KEPT_DAYS`.
"""

from __future__ import annotations

import contextlib
import os
import struct
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

try:
    from _blake2 import blake2b  # the same; hashlib would load OpenSSL, a tenth of the start
except ImportError:
    from hashlib import blake2b

FILE: Final = "clean"
KEPT_DAYS: Final = 30
"""An entry that was not asked for in so many days goes."""
FRESH_DAYS: Final = 7
"""So long an entry's day stays, and the file is not looked through for old ones: else each run would write."""
MOST: Final = 1_000_000
"""So many entries are kept, 30 MB, the latest."""

DIGEST: Final = 16
_ENTRY: Final = struct.Struct(f"<{DIGEST}sQiH")
_HEAD: Final = struct.Struct(f"<8sH{DIGEST}s")
_MAGIC: Final = b"spotles2"
_DAY: Final = 86_400
_ZERO: Final = 18_262
"""The day that entries count from, 2020-01-01, in days from 1970-01-01."""


NO_RECORDS: Final = -1
"""Stands for the number of records where a file is one text."""
MOST_RECORDS: Final = 2**31 - 1

Entry = tuple[bytes, int, int, int]
"""The digest of a file, how many characters and records it has, and the day on which it was last asked for."""


@dataclass(frozen=True, slots=True)
class Spotless:
    """All entries, as they stand in the file. ``looked_through`` is the day on which old ones were taken out."""

    raw: bytes = b""
    looked_through: int = 0

    def __len__(self) -> int:
        return len(self.raw) // _ENTRY.size

    def finder(self, count: int) -> Callable[[bytes], Entry | None]:
        """How to find the entry of a digest, where ``count`` are looked for; it gives None where there is none."""
        if count * 16 < len(self):
            return self.find
        raw = self.raw
        places = {raw[place : place + DIGEST]: place for place in range(0, len(raw), _ENTRY.size)}

        def found(digest: bytes) -> Entry | None:
            place = places.get(digest)
            return None if place is None else _ENTRY.unpack_from(raw, place)

        return found

    def find(self, digest: bytes) -> Entry | None:
        """The entry of a digest, None where there is none."""
        place = self._place(digest)
        return _ENTRY.unpack_from(self.raw, place) if self.raw.startswith(digest, place) else None

    @staticmethod
    def is_fresh(entry: Entry, day: int) -> bool:
        """True where an entry's day need not be written anew."""
        return 0 <= day - entry[3] < FRESH_DAYS

    def with_entries(self, new: Iterable[Entry], day: int) -> Spotless:
        """These and the ``new`` ones, which count where both are there; without old ones if it is time for that."""
        parts: list[bytes] = []
        begun = 0
        for digest, entry in sorted({entry[0]: entry for entry in new}.items()):
            place = self._place(digest)
            parts += (self.raw[begun:place], _ENTRY.pack(*entry))
            is_there = self.raw.startswith(digest, place)
            begun = place + (_ENTRY.size if is_there else 0)
        whole = Spotless(b"".join((*parts, self.raw[begun:])), self.looked_through)
        is_due = not 0 <= day - self.looked_through < FRESH_DAYS
        return whole._without_old(day) if is_due or len(whole) > MOST else whole

    def _without_old(self, day: int) -> Spotless:
        kept = [one for one in self._entries() if 0 <= day - one[3] < KEPT_DAYS]
        if len(kept) > MOST:
            kept = sorted(sorted(kept, key=lambda one: one[3])[-MOST * 3 // 4 :])  # with room, so that it is rare
        return Spotless(b"".join(_ENTRY.pack(*one) for one in kept), day)

    def _entries(self) -> Iterator[Entry]:
        return _ENTRY.iter_unpack(self.raw)

    def _place(self, digest: bytes) -> int:
        """Where an entry stands, or would stand."""
        raw, width = self.raw, _ENTRY.size
        return width * bisect_left(range(len(self)), digest, key=lambda n: raw[n * width : n * width + DIGEST])


def today() -> int:
    """The day, as entries have it."""
    return min(max(0, int(time.time()) // _DAY - _ZERO), 0xFFFF)


def key_of(parts: Iterator[bytes]) -> bytes:
    """The key of a run: a hash of all that its findings depend on but the texts. Their borders count."""
    made = blake2b(digest_size=32)
    for part in parts:
        made.update(len(part).to_bytes(8, "little"))
        made.update(part)
    return made.digest()


def digest_of(key: bytes, name: str, raw: bytes) -> bytes:
    """What stands for a text: its bytes, the name it goes by, and the run's key."""
    named = name.encode("utf-8", "surrogateescape")  # which holds no NUL
    return blake2b(b"%s\0%s" % (named, raw), digest_size=DIGEST, key=key).digest()


def hash_of(parts: Iterator[bytes]) -> bytes:
    """What stands for a content that is read in parts, in place of all of it; their borders make no difference."""
    made = blake2b(digest_size=32)
    for part in parts:
        made.update(part)
    return made.digest()


def read(folder: Path) -> Spotless:
    """What is in a folder; nothing where there is no file, or one that cannot be used."""
    try:
        with open(folder / FILE, "rb") as file:
            raw = file.read()
        magic, looked_through, checksum = _HEAD.unpack_from(raw)
    except (OSError, struct.error):
        return Spotless()
    entries = raw[_HEAD.size :]
    if magic != _MAGIC or len(entries) % _ENTRY.size or checksum != _checksum(looked_through, entries):
        return Spotless()
    return Spotless(entries, looked_through)


def write(folder: Path, entries: Spotless) -> None:
    """Replace what is in a folder, which is made, with a .gitignore of its own. What cannot be written is not."""
    head = _HEAD.pack(_MAGIC, entries.looked_through, _checksum(entries.looked_through, entries.raw))
    temporary = folder / f"{FILE}-{os.urandom(8).hex()}.part"
    with contextlib.suppress(OSError):
        if not (folder / ".gitignore").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".gitignore").write_text("# Made anew on any machine.\n*\n", encoding="utf-8")
        try:
            with open(temporary, "xb") as file:
                file.write(head)
                file.write(entries.raw)
            os.replace(temporary, folder / FILE)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if entries.looked_through == today():
            _sweep(folder)


def _sweep(folder: Path) -> None:
    """Take away what killed processes left."""
    for part in folder.glob(f"{FILE}-*.part"):
        if time.time() - part.stat().st_mtime > _DAY:
            part.unlink()


def _checksum(looked_through: int, entries: bytes) -> bytes:
    made = blake2b(looked_through.to_bytes(2, "little"), digest_size=DIGEST)
    made.update(entries)
    return made.digest()
