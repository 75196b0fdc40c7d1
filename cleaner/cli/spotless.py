"""Files that are known to be clean are not looked at again: the list of them, and the key that it is asked with.

Texts are remembered one by one, files of records as a whole, by what is in them as they lie on the disk.

The key is to hold everything that can change a finding; what is forgotten here makes wrong answers. So all settings are
in it but those named as harmless, and files by what is in them. Rules and code that are installed are known by size and
time of change; that is a hundredth of what reading them would take.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cleaner.cli.options import Settings
from cleaner.project import NAME, project_folder
from cleaner.readers.tree import PACKED, TEXT_NAMES, File
from cleaner.spotless import (
    MOST_RECORDS,
    NO_RECORDS,
    Entry,
    Spotless,
    digest_of,
    hash_of,
    key_of,
    read,
    today,
    write,
)
from cleaner.sums import Sums
from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.cli.tally import Tally
    from cleaner.runner import Outcome
    from cleaner.stream.model import Counts, Done

HARMLESS: Final = frozenset(
    # which files are looked at
    {"words", "include", "exclude", "include_base", "exclude_base", "force_exclude", "no_ignore", "files_from"}
    | {"stdin_filename"}
    # what is done with findings; a text that loses nothing trips no fuse
    | {"hook", "in_place", "out", "edits", "max_removed", "strict", "force", "resume", "jobs"}
    | {"no_record", "keep_runs", "no_cache"}
    # what is said of them
    | {"output", "color", "quiet", "verbose", "progress", "no_progress"}
    # held by their contents
    | {"config", "rules"}
)
"""Settings that make no difference to a text without findings and without warnings."""

DEPENDENCIES: Final = ("ahocorasick-rs", "chardet", "ftfy", "pathspec", "pyyaml", "rapidfuzz", "regex")
"""What a finding may depend on. Their versions are read off the names of their folders: importing one costs more than
all else that is done here."""

CACHE: Final = "cache"
_LINES: Final = (".jsonl", ".ndjson", ".jsonlines")
_RECORDS: Final = (*_LINES, *(end + packed for end in _LINES for packed in PACKED))
"""Ends of the names of files of records that are remembered."""
_AT_ONCE: Final = 1 << 20
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0)
Look = Callable[[str], os.stat_result]


class Known:
    """The files that are known to be clean, for one run. Where nothing can be known every file is left.

    A hook says nothing of what weaker rules would cut, so it has a key of its own for files of which no more could be
    said than that; what is clean for all is so for a hook.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = _folder(settings) if _is_wanted(settings) else None
        self._key = _key(settings) if self._folder else None
        self._own = key_of(iter((self._key, b"hook"))) if self._key and settings.hook else None
        self._entries = read(self._folder) if self._folder and self._key else Spotless()
        self._has_records = settings.format == "auto"
        self._asked: dict[str, bytes] = {}
        self._counts: dict[str, Counts] = {}
        self._new: list[Entry] = []
        self.files = 0
        self.documents = self.records = self.characters = 0

    def holds_all(self, settings: Settings) -> bool:
        """True where nothing is named but files that are known; they are counted.

        It is what a hook mostly comes to, so it is a short way: no more is done for a file than must be. What is
        not plain goes the long way: links, folders, a file named twice, one that is excluded.
        """
        is_plain = not settings.files_from and os.sep == "/"
        if self._key is None or not len(self._entries) or not is_plain or not settings.words:
            return False
        excluded = _excluded(settings)
        find, day = self._finder(len(settings.words)), today()
        found: list[Entry] = []
        folders: dict[str, str] = {}
        seen: set[str] = set()
        for word in settings.words:
            above, _, name = word.rpartition("/")
            folder = folders.get(above)
            if folder is None:
                if os.path.normpath(word) != word or word.startswith(("/", "..")):
                    return False
                folder = folders[above] = os.path.realpath(above) + "/"
            if excluded and excluded(word):
                return False
            raw = self._content(word, word, os.lstat)
            entry = None if raw is None else find(word, raw)
            if entry is None:
                return False
            found.append(entry)
            seen.add(folder + name)
        if len(seen) < len(settings.words):
            return False
        for entry in found:
            self._count(entry, day)
        return True

    def left(self, files: Sequence[File]) -> Sequence[File]:
        """Those of ``files`` that are to be looked at; the others are counted."""
        if self._key is None:
            return files
        find, day = self._finder(len(files)), today()
        left: list[File] = []
        for file in files:
            raw = None
            if file.path and (len(self._entries) or self._is_records(file.shown)):
                raw = self._content(file.shown, str(file.path), os.stat)
            entry = None if raw is None else find(file.shown, raw)
            if entry is not None:
                self._count(entry, day)
                continue
            if raw is not None and self._is_records(file.shown):
                self._asked[file.shown] = raw
            left.append(file)
        return left

    def note(self, outcome: Outcome) -> None:
        """Remember a text if it is clean: nothing is done to it, and nothing is said of it."""
        result = outcome.result
        if self._key is None or result is None or outcome.raw is None or not _is_text(outcome.file.shown):
            return
        if outcome.file.path is None or outcome.problem or outcome.is_record or result.edits or result.warnings:
            return
        key = self._own if result.proposed else self._key
        if key:
            # The bytes that were cleaned, which need no longer be those in the file.
            digest = digest_of(key, outcome.file.shown, outcome.raw)
            self._new.append((digest, len(result.document.text), NO_RECORDS, today()))

    def note_records(self, done: Done) -> None:
        """Count records of a file, which may turn out to be clean as a whole."""
        shown = done.origin.shown
        if shown in self._asked:
            from cleaner.stream.model import Counts

            counts = self._counts.setdefault(shown, Counts())
            counts += done.counts

    def note_ended(self, file: File, *, is_whole: bool) -> None:
        """Remember a file of records that was read to its end, if nothing was done to any, and nothing is said."""
        raw, counts = self._asked.pop(file.shown, None), self._counts.pop(file.shown, None)
        if not is_whole or raw is None or file.path is None:
            return
        sums = counts.sums if counts else Sums()
        if (counts and counts.failed) or sums.cuts or sums.documents > MOST_RECORDS:
            return
        if sums.documents != sum(one.documents for one in sums.sources.values()):
            return  # records whose text is null, which check does not count and clean does
        key = self._own if sums.remarked else self._key
        if key and _hash_of(str(file.path), os.stat) == raw:  # what was read is what was asked for
            self._new.append((digest_of(key, file.shown, raw), sums.characters, sums.documents, today()))

    def close(self, tally: Tally) -> None:
        """Count what was known, and keep what was found."""
        tally.add_known(self.documents, self.characters, self.records)
        if self._new and self._folder:
            # Read again: another process may have ended since.
            write(self._folder, read(self._folder).with_entries(self._new, today()))
            self._new = []

    def _finder(self, count: int) -> Callable[[str, bytes], Entry | None]:
        """What finds the entry of a file by its name and what stands for its content."""
        find, key, own = self._entries.finder(count), self._key, self._own
        assert key is not None

        def found(name: str, raw: bytes) -> Entry | None:
            entry = find(digest_of(key, name, raw))
            return find(digest_of(own, name, raw)) if entry is None and own else entry

        return found

    def _count(self, entry: Entry, day: int) -> None:
        _, characters, records, last = entry
        self.files += 1
        self.characters += characters
        self.documents += 1 if records == NO_RECORDS else records
        self.records += 0 if records == NO_RECORDS else records
        if last != day and not Spotless.is_fresh(entry, day):
            self._new.append((*entry[:3], day))

    def _is_records(self, name: str) -> bool:
        return self._has_records and name.lower().endswith(_RECORDS)

    def _content(self, name: str, path: str, look: Look) -> bytes | None:
        """What stands for the content of a file: of a text all of it, of records a hash. None where there is none."""
        if _is_text(name):
            return _bytes_of(path, look)
        return _hash_of(path, look) if self._is_records(name) else None


def _is_wanted(settings: Settings) -> bool:
    """False where more is wanted of a clean text than that it is clean, or where it is not looked for."""
    is_silent = settings.output in ("text", "github", "sarif") and not settings.verbose
    return is_silent and not settings.no_cache and not settings.edits and settings.format in ("auto", "text")


def _folder(settings: Settings) -> Path | None:
    """Where the list is; None where there is no project that it would belong to, or somebody else might be meant."""
    project = project_folder(settings.config.file)
    own = project / NAME
    if settings.config.file is None and not (project / ".git").exists() and not own.is_dir():
        return None
    folder = own / CACHE
    return None if own.is_symlink() or folder.is_symlink() else folder


def _excluded(settings: Settings) -> Callable[[str], bool] | None:
    """What says of a path, relative and without dots, whether --force-exclude leaves it out; None where nothing is."""
    if not settings.exclude or not settings.force_exclude:
        return None
    from cleaner.readers.globs import globs

    base = settings.exclude_base or Path.cwd()
    spec, here = globs(base, settings.exclude).spec, os.path.relpath(os.getcwd(), base)
    if here.startswith(os.pardir):
        return lambda _: True  # the globs are of another folder: the long way knows what to make of that
    ahead = "" if here == os.curdir else f"{here}/"
    return lambda word: bool(spec.check_file(ahead + word).include)


def _is_text(name: str) -> bool:
    return name.lower().endswith(TEXT_NAMES)


def _bytes_of(path: str, look: Look) -> bytes | None:
    """What is in a file; None where it cannot be read in one go. ``look``: `os.lstat` where a link is none."""
    try:
        known = look(path)
        if not stat.S_ISREG(known.st_mode):  # what comes by a pipe could not be read again
            return None
        opened = os.open(path, _READ)
        try:
            raw = os.read(opened, known.st_size + 1)
        finally:
            os.close(opened)
        return raw if len(raw) == known.st_size else None
    except OSError:
        return None


def _hash_of(path: str, look: Look) -> bytes | None:
    """A hash of what is in a file, however long it is; None where it cannot be read twice."""
    try:
        if not stat.S_ISREG(look(path).st_mode):
            return None
        with open(path, "rb", buffering=0) as file:
            return hash_of(iter(lambda: file.read(_AT_ONCE), b""))
    except OSError:
        return None


def _key(settings: Settings) -> bytes | None:
    """The key of a run; None where something cannot be known."""
    try:
        return key_of(_made_from(settings))
    except OSError:
        return None


def _made_from(settings: Settings) -> Iterator[bytes]:
    """All that a finding depends on but the text. Raises `OSError` for what cannot be read."""
    package = Path(__file__).parent.parent
    shipped = package / "_rules"
    yield repr((__version__, sys.version_info, sys.implementation.cache_tag)).encode()
    yield repr(_versions()).encode()
    yield repr(_stamps(package, (".py",))).encode()
    yield repr(_stamps(shipped if shipped.is_dir() else package.parent / "rules")).encode()
    for root in settings.rules:
        yield os.fsencode(root)
        for path in _rule_files(root):
            yield os.fsencode(path)
            yield path.read_bytes()
    folder = project_folder(settings.config.file) / NAME
    for name in ("keep.yml", "baseline.jsonl"):
        try:
            yield b"" if settings.isolated else (folder / name).read_bytes()
        except FileNotFoundError:
            yield b""
    config = settings.config
    yield repr((os.getcwd(), str(config.folder), config.sources, config.skips)).encode("utf-8", "surrogateescape")
    known = [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in HARMLESS]
    yield repr(known).encode("utf-8", "surrogatepass")


def _rule_files(root: Path) -> Iterator[Path]:
    """All files that may be read for a folder or file of rules."""
    if not root.is_dir():
        yield from (path for path in (root.parent / "patterns.yaml", root) if path.exists())
        return
    for parent, folders, names in os.walk(root):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(names) if name.endswith((".yaml", ".yml")))


def _stamps(root: Path, ends: tuple[str, ...] = (".yaml", ".yml")) -> list[tuple[str, int, int, int, int]]:
    """Name, size, times of change and number of each file below a folder."""
    found = []
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _stamps(Path(entry.path), ends)
            elif entry.name.endswith(ends):
                known = entry.stat()
                found.append((entry.path, known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino))
    return sorted(found)


def _versions() -> list[str]:
    """The folders that say which versions of `DEPENDENCIES` are installed. Raises `OSError` where one has none."""
    wanted = {name.replace("-", "_"): name for name in DEPENDENCIES}
    found: list[str] = []
    for path in sys.path:
        if path.endswith("-packages") and os.path.isdir(path):
            for name in os.listdir(path):
                if name.endswith((".dist-info", ".egg-info")):
                    project = name.partition("-")[0].lower()
                    if wanted.pop(project, None):
                        found.append(name)
    if wanted:
        raise OSError(f"no version is known of {', '.join(wanted.values())}")
    return sorted(found)
