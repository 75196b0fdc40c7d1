"""The shelf: what was loaded from rule files, kept for the next start.

A pickle in a folder of the user's own. It counts only while nothing it was made from has changed: the rule files,
the code that reads them, and the versions of Python, of this package and of `regex` (whose parser finds the
literals). It is read only from a folder and a file that belong to the user and that nobody else can write, since a
pickle can run code. Whatever goes wrong here costs time and never a result: rules are then read afresh.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.rules.model import Pack
    from cleaner.rules.prefilter import Prefilter

Ready = dict[tuple[str, bool], bytes]
"""Expression and whether it minds case, to the pickle of what it compiles to."""

FOLDER: Final = "article-cleaner"
KEPT: Final = 16
"""So many libraries are kept, one for each set of rule folders; the oldest go."""


class Shelf:
    """The place of one library: ``roots`` are its folders as they were named, ``files`` the files in them."""

    def __init__(self, roots: Sequence[str], files: Sequence[Path]) -> None:
        self._files = tuple(files)
        self._stamp = self._made_from()
        # Places are reported as the folders were named, and a relative name is another folder elsewhere.
        here = "" if all(Path(root).is_absolute() for root in roots) else str(Path.cwd())
        name = "\0".join((sys.implementation.cache_tag or "", here, *roots))
        # Two sets of folders with one checksum would drive each other out, which costs time alone: the stamp is
        # held against every file. (hashlib would load OpenSSL, a tenth of the start.)
        self._name = f"rules-{crc32(name.encode('utf-8', 'surrogateescape')):08x}.pickle"

    def fetch(self) -> object:
        """What was stored, or None where nothing is, it is out of date, or it cannot be trusted or read."""
        if self._stamp is None:
            return None
        try:
            with _opened(cache_folder() / self._name) as raw:
                if raw.read(len(self._stamp)) == self._stamp:
                    found: object = pickle.loads(raw.read())
                    return found
        except Exception:  # anything may be wrong with it; then it is made again
            pass
        return None

    def store(self, library: object) -> None:
        """Keep ``library`` for the next start, if the files are still those it was made from."""
        if self._stamp is None or self._made_from() != self._stamp:
            return
        with contextlib.suppress(Exception):
            folder = cache_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_own(folder.lstat())
            _replace(folder / self._name, self._stamp + _pickled(library))
            _prune(folder)

    def _made_from(self) -> bytes | None:
        """All that the library depends on, written down; None where that cannot be known."""
        import regex

        made = [repr((__version__, sys.version_info, regex.__version__))]
        try:
            for path in (*self._files, *_code()):
                found = path.stat()
                made.append(
                    repr((os.fsencode(path), found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
                )
        except OSError:
            return None
        return "\n".join(made).encode()


class ShelvedPacks(Mapping[str, "Pack"]):
    """Packs by name, each unpickled when it is first asked for: a run needs the generic one and those of its sources.

    With a pack come its prefilter, which takes longer to make than to load, and the pickles of its compiled patterns
    (see `cleaner.rules.pattern.make_ready`).
    """

    def __init__(self, packs: Mapping[str, tuple[Pack, Prefilter, Ready]], ready: Ready) -> None:
        self._pickles = {name: _pickled(pack) for name, pack in packs.items()}
        self._ready = ready  # for what is tried before any pack is asked for: the fingerprints of all
        self._known: dict[str, tuple[Pack, Prefilter]] = {}

    def __getitem__(self, name: str) -> Pack:
        return self._loaded(name)[0]

    def prefilter(self, name: str) -> Prefilter:
        """The prefilter for all rules of a pack. Raises `KeyError`."""
        return self._loaded(name)[1]

    def _loaded(self, name: str) -> tuple[Pack, Prefilter]:
        known = self._known.get(name)
        if known is None:
            from cleaner.rules.pattern import make_ready

            pack, prefilter, ready = pickle.loads(self._pickles[name])
            make_ready(ready)
            known = self._known[name] = pack, prefilter
        return known

    def __contains__(self, name: object) -> bool:
        return name in self._pickles

    def __iter__(self) -> Iterator[str]:
        return iter(self._pickles)

    def __len__(self) -> int:
        return len(self._pickles)

    def __getstate__(self) -> dict[str, Any]:
        return {"_pickles": self._pickles, "_ready": self._ready, "_known": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        from cleaner.rules.pattern import make_ready

        self.__dict__.update(state)
        make_ready(self._ready)


def cache_folder() -> Path:
    """The folder for caches: ``$XDG_CACHE_HOME`` or the like of the system, and in it one of ours."""
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if not Path(base).is_absolute():  # the standard says that a relative one must be ignored
        home = Path.home()
        base = str(home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache")
    return Path(base, FOLDER)


def _code() -> Iterator[Path]:
    """The files of the code that reads rules: in a checkout they change without a new version."""
    rules = Path(__file__).parent
    yield from sorted(rules.glob("*.py"))
    yield rules.parent / "text" / "lines.py"


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file for reading. Raises `OSError` where it or its folder is not the user's own."""
    _check_own(path.parent.lstat())
    _check_own(path.lstat())
    with path.open("rb") as raw:
        _check_own(os.fstat(raw.fileno()))
        yield raw


def _check_own(found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError("a link")
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        raise OSError("not the user's own")


def _replace(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="rules-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _prune(folder: Path) -> None:
    kept = sorted(folder.glob("rules-*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)


class _Pickler(pickle.Pickler):
    """Pickles a frozen dataclass as a call of its class, which loads twice as fast as its slots do one by one."""

    def reducer_override(self, value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type) and not hasattr(value, "__dict__"):
            return type(value), tuple(getattr(value, one.name) for one in fields(value))
        return NotImplemented


def _pickled(value: object) -> bytes:
    out = BytesIO()
    _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(value)
    return out.getvalue()
