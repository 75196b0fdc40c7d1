"""Which files a list of paths stands for: files, folders, standard input; each once, in a fixed order.

In a folder a file counts by its name. Explicit files always count. Hidden files and folders, and the
``.diff`` and ``.orig`` files that stand beside a text, are never taken up from a folder. Nor are links that
lead out of it: what is there was not asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from cleaner.problem import Problem
from cleaner.readers.globs import globs
from cleaner.readers.ignores import Ignores

TEXT_NAMES: Final = (".txt", ".text", ".md", ".markdown")
"""Ends of the names that count in a folder where nothing else is said."""

HTML_NAMES: Final = (".html", ".htm", ".xhtml")
"""Ends of the names of pages, whose text is taken out of HTML."""

PACKED: Final = (".gz", ".zst", ".zstd")
"""Ends of the names of packed files."""

_LINES: Final = (".jsonl", ".ndjson", ".jsonlines", ".warc", ".wet")
RECORD_NAMES: Final = (*_LINES, *(end + packed for end in _LINES for packed in PACKED), ".parquet", ".pq")
"""Ends of the names of files that hold many documents each."""

NEVER: Final = (".diff", ".orig")
STDIN: Final = "-"


class File(NamedTuple):
    """One input. ``path`` is None for standard input.

    ``name`` is its place in a tree of outputs, with ``/``; ``shown`` is how reports name it. ``root`` is the
    folder that it was found in; nothing outside of it is ever written to on its behalf.
    """

    path: Path | None
    name: str
    shown: str
    root: Path = Path()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder count.

    ``names`` are ends of names; ``include`` takes their place; empty: every name. The bases are the folders
    that the globs are read from. ``force_exclude``: ``exclude`` holds for explicit files too. ``ignore``: what a
    ``.gitignore`` names does not count. ``outputs``: folders that are written to, and so not read.
    """

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    include_base: Path = field(default_factory=Path.cwd)
    exclude_base: Path = field(default_factory=Path.cwd)
    force_exclude: bool = False
    ignore: bool = True
    outputs: tuple[Path, ...] = ()
    names: tuple[str, ...] = TEXT_NAMES


class Found(NamedTuple):
    """The files, in order, and what was wrong on the way to them."""

    files: tuple[File, ...]
    problems: tuple[Problem, ...]


def collect(paths: Sequence[str], selection: Selection, stdin_name: str | None = None) -> Found:
    """Return the files that ``paths`` stand for. ``stdin_name`` names standard input (``-``).

    Raises `CleanerError` for a bad glob; what is wrong with single paths is returned.
    """
    walk = _Walk(selection)
    files: dict[tuple[str, str], File] = {}
    for path in paths:
        for file in walk.files(path, stdin_name):
            files.setdefault((os.path.realpath(file.path) if file.path else STDIN, file.name), file)
    return Found(tuple(files.values()), tuple(walk.problems))


class _Walk:
    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.problems: list[Problem] = []
        self.include = globs(selection.include_base, selection.include) if selection.include else None
        self.exclude = globs(selection.exclude_base, selection.exclude) if selection.exclude else None
        self.outputs = {os.path.realpath(folder) for folder in selection.outputs}
        self.left_out = 0

    def files(self, word: str, stdin_name: str | None) -> Iterator[File]:
        """The files of one word of the command line."""
        if word == STDIN:
            yield File(None, tree_name(stdin_name or "stdin.txt"), stdin_name or "<stdin>")
            return
        path = Path(word)
        try:
            if path.is_dir():
                yield from self.folder(path)
            elif path.exists():
                if not (self.selection.force_exclude and self.is_excluded(path)):
                    yield File(path, tree_name(word), word)
            elif path.is_symlink():
                self.wrong(*_dead_link(path))
            else:
                self.wrong("no such file or folder", word, _near(path))
        except OSError as error:
            self.wrong(f"cannot be reached: {error.strerror}", word, "check the permissions of the folders above it")

    def folder(self, root: Path) -> Iterator[File]:
        """The files below a folder; that there are none is a problem."""
        before, self.left_out = len(self.problems), 0
        ignores = Ignores.above(root, self.problems) if self.selection.ignore else None
        count = 0
        for file in self.walk(root, root, ignores):
            count += 1
            yield file
        if not count and len(self.problems) == before:
            ends = (end for end in self.selection.names if not end.endswith(PACKED))
            names = self.selection.include or [f"*{end}" for end in ends]
            hint = f"looked for {', '.join(names)} (see --include)"
            if self.left_out:
                hint += f"; {self.left_out} left out by --exclude, a .gitignore or a leading dot"
            self.wrong("no text files in this folder", str(root), hint)

    def walk(self, folder: Path, root: Path, ignores: Ignores | None) -> Iterator[File]:
        """The files below ``folder``, sorted by name."""
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.wrong(f"cannot read the folder: {error.strerror}", str(folder), "check its permissions")
            return
        if ignores and any(entry.name == ".gitignore" for entry in entries):
            ignores = ignores.within(folder, self.problems)
        for entry in entries:
            path = folder / entry.name
            if entry.name.endswith(NEVER) or (entry.is_symlink() and not self.is_sound_link(path, root)):
                continue
            is_folder = entry.is_dir()
            if not is_folder and not self.is_named(path, root):
                continue
            if (
                entry.name.startswith(".")
                or self.is_excluded(path, root, is_folder=is_folder)
                or (ignores and ignores.names(path, is_folder=is_folder))
            ):
                self.left_out += not is_folder
            elif not is_folder:
                yield File(path, path.relative_to(root).as_posix(), str(path), root)
            elif not entry.is_symlink() and os.path.realpath(path) not in self.outputs:
                yield from self.walk(path, root, ignores)

    def is_sound_link(self, path: Path, root: Path) -> bool:
        """True where a link is to be followed, as a file. A link to a folder of the tree is passed over: what is
        in it is found under its own name."""
        if path.name.startswith(".") or self.is_excluded(path, root):
            return False
        target = os.path.realpath(path)
        if path.is_dir():
            if _lies_in(os.path.realpath(path.parent), target):
                self.wrong("this link leads back to a folder above it", str(path), "take it away, or --exclude it")
            elif not _lies_in(target, os.path.realpath(root)):
                self.wrong(*_outside(path))
            return False
        if not self.is_named(path, root):
            return False
        if not path.exists():
            self.wrong(*_dead_link(path))
        elif not _lies_in(target, os.path.realpath(root)):
            self.wrong(*_outside(path))
        else:
            return True
        return False

    def is_named(self, path: Path, root: Path) -> bool:
        """True where a file's name makes it count."""
        if self.selection.include is None:
            return path.name.lower().endswith(self.selection.names)
        return self.include is None or bool(self.include.verdict(path, root))

    def is_excluded(self, path: Path, root: Path | None = None, *, is_folder: bool = False) -> bool:
        """True where --exclude names it."""
        return self.exclude is not None and bool(self.exclude.verdict(path, root, is_folder=is_folder))

    def wrong(self, message: str, file: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(message, file, hint=hint))


def tree_name(word: str) -> str:
    """The place of an explicit file in a tree of outputs: its path as written where that stays below the
    current folder, else its last part."""
    normal = Path(os.path.normpath(word))
    return normal.name if normal.is_absolute() or normal.parts[:1] == (os.pardir,) else normal.as_posix()


def is_page(file: File, form: str) -> bool:
    """True where ``file`` is to be read as HTML: ``form`` says so, or it is ``auto`` and the name does.

    A file of records is not, whatever ``form`` says: then its records hold pages.
    """
    name = without_packing(file.shown.lower())
    if form == "html":
        return not name.endswith(RECORD_NAMES)
    return form == "auto" and name.endswith(HTML_NAMES)


def with_text_names(files: Sequence[File], form: str) -> tuple[File, ...]:
    """``files`` with the names that the texts of pages have in a tree of outputs.

    ``a/b.html`` is ``a/b.txt``, or ``a/b.html.txt`` where another file would be ``a/b.txt`` too.
    """
    names = [_text_name(file.name) if is_page(file, form) else file.name for file in files]
    counts: dict[str, int] = {}
    for name in names:
        counts[name.casefold()] = counts.get(name.casefold(), 0) + 1
    return tuple(
        file._replace(name=_longer_name(file.name) if name != file.name and counts[name.casefold()] > 1 else name)
        for file, name in zip(files, names, strict=True)
    )


def _longer_name(name: str) -> str:
    plain = without_packing(name)
    return f"{plain}.txt{name[len(plain) :]}"


def without_packing(name: str) -> str:
    """``name`` without the end that says how the file is packed."""
    end = next((end for end in PACKED if name.lower().endswith(end)), "")
    return name[: len(name) - len(end)]


def _text_name(name: str) -> str:
    plain = without_packing(name)
    if plain != name:
        return _text_name(plain) + name[len(plain) :]
    end = next((end for end in HTML_NAMES if name.lower().endswith(end)), "")
    if end:
        return name[: -len(end)] + ".txt"
    return name if name.lower().endswith(".txt") else f"{name}.txt"


def listed(raw: bytes) -> tuple[str, ...]:
    """The paths in a list of files: one a line, or ended by NUL where the list has one."""
    parts: Iterable[bytes] = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    return tuple(os.fsdecode(part) for part in parts if part)


def _lies_in(path: str, folder: str) -> bool:
    """True where ``path`` is ``folder`` or below it; both are real paths."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _outside(path: Path) -> tuple[str, str, str]:
    message = f"this link leads out of the folder, to {os.path.realpath(path)}"
    return message, str(path), "not followed; name its target on the command line, or --exclude it"


def _dead_link(path: Path) -> tuple[str, str, str]:
    hint = "mend it or take it away"
    try:
        path.stat()
    except FileNotFoundError:
        return f"this link leads to nothing: {path.readlink()}", str(path), hint
    except OSError as error:
        return f"this link cannot be followed: {error.strerror}", str(path), hint
    return "this link cannot be followed", str(path), hint


def _near(path: Path) -> str:
    from difflib import get_close_matches

    try:
        near = get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], n=1)
    except OSError:
        return f"there is no folder {path.parent}"
    return f"did you mean `{path.parent / near[0]}`?" if near else "check the path"
