"""Texts that are known to be clean are not looked at again: the list of them, and the key that it is asked with.

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
from cleaner.readers.tree import TEXT_NAMES, File
from cleaner.spotless import Entry, Spotless, digest_of, key_of, read, today, write
from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.cli.tally import Tally
    from cleaner.runner import Outcome

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
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class Known:
    """The texts that are known to be clean, for one run. Where nothing can be known every text is left."""

    def __init__(self, settings: Settings) -> None:
        self._folder = _folder(settings) if _is_wanted(settings) else None
        self._key = _key(settings) if self._folder else None
        self._entries = read(self._folder) if self._folder and self._key else Spotless()
        self._new: list[Entry] = []
        self.files = 0
        self.characters = 0

    def holds_all(self, settings: Settings) -> bool:
        """True where nothing is named but texts that are known; they are counted.

        It is what a hook mostly comes to, so it is a short way: no more is done for a file than must be. What is
        not plain goes the long way: links, folders, a file named twice, one that is excluded.
        """
        key = self._key
        is_plain = not settings.files_from and os.sep == "/"
        if key is None or not len(self._entries) or not is_plain or not settings.words:
            return False
        excluded = _excluded(settings)
        find, day, characters = self._entries.finder(len(settings.words)), today(), 0
        old: list[Entry] = []
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
            raw = _content(word, os.lstat) if name.lower().endswith(TEXT_NAMES) else None
            entry = None if raw is None else find(digest_of(key, word, raw))
            if entry is None:
                return False
            characters += entry[1]
            seen.add(folder + name)
            if entry[2] != day and not Spotless.is_fresh(entry, day):
                old.append((*entry[:2], day))
        if len(seen) < len(settings.words):
            return False
        self.files, self.characters = len(seen), characters
        self._new += old
        return True

    def left(self, files: Sequence[File]) -> Sequence[File]:
        """Those of ``files`` that are to be looked at; the others are counted."""
        if self._key is None or not len(self._entries):
            return files
        find, day = self._entries.finder(len(files)), today()
        left: list[File] = []
        for file in files:
            raw = _content(str(file.path)) if file.path and _is_text(file) else None
            if raw is None:
                left.append(file)
                continue
            entry = find(digest_of(self._key, file.shown, raw))
            if entry is None:
                left.append(file)
                continue
            self.files += 1
            self.characters += entry[1]
            if not Spotless.is_fresh(entry, day):
                self._new.append((*entry[:2], day))
        return left

    def note(self, outcome: Outcome) -> None:
        """Remember a text if it is clean: nothing is done to it, and nothing is said of it."""
        result = outcome.result
        if self._key is None or result is None or outcome.raw is None or not _is_text(outcome.file):
            return
        if outcome.problem or outcome.is_record or result.edits or result.proposed or result.warnings:
            return
        # The bytes that were cleaned, which need no longer be those in the file.
        digest = digest_of(self._key, outcome.file.shown, outcome.raw)
        self._new.append((digest, len(result.document.text), today()))

    def close(self, tally: Tally) -> None:
        """Count what was known, and keep what was found."""
        tally.add_known(self.files, self.characters)
        if self._new and self._folder:
            # Read again: another process may have ended since.
            write(self._folder, read(self._folder).with_entries(self._new, today()))
            self._new = []


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


def _is_text(file: File) -> bool:
    return file.path is not None and file.shown.lower().endswith(TEXT_NAMES)


def _content(path: str, look: Callable[[str], os.stat_result] = os.stat) -> bytes | None:
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
