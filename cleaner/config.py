"""The project's configuration: ``cleaner.toml``, or ``[tool.cleaner]`` in ``pyproject.toml``.

The keys are the names of the command line's options, without the two dashes; the table ``sources`` says by
path where documents come from, ``per-file-skip`` which rules do not hold there. Of the folder the command is run
in and the folders above it, the first that holds a configuration counts, as with ruff and black run on the same
place; it stops at the root of a git repository's checkout. Paths and globs in it are read from the folder of the
file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from cleaner.problem import CleanerError, Problem

Kind = Literal["text", "texts", "flag", "count", "choice", "share", "path", "paths"]

LEVELS: Final = ("certain", "likely", "maybe")
OUTPUTS: Final = ("text", "json", "jsonl", "github", "sarif")
FORMATS: Final = ("auto", "text", "html", "jsonl", "parquet", "warc")
COLORS: Final = ("auto", "always", "never")


class Key(NamedTuple):
    """What one key may hold. ``choices`` is given for the kind ``choice``."""

    kind: Kind
    choices: tuple[str, ...] = ()


KEYS: Final[dict[str, Key]] = {
    "rules": Key("paths"),
    "level": Key("choice", LEVELS),
    "source": Key("text"),
    "only": Key("texts"),
    "skip": Key("texts"),
    "include": Key("texts"),
    "exclude": Key("texts"),
    "force-exclude": Key("flag"),
    "no-ignore": Key("flag"),
    "no-cache": Key("flag"),
    "encoding": Key("text"),
    "format": Key("choice", FORMATS),
    "output": Key("choice", OUTPUTS),
    "color": Key("choice", COLORS),
    "quiet": Key("flag"),
    "verbose": Key("count"),
    "progress": Key("flag"),
    "no-progress": Key("flag"),
    "out": Key("path"),
    "in-place": Key("flag"),
    "edits": Key("path"),
    "max-removed": Key("share"),
    "no-repair": Key("flag"),
    "repair-only": Key("flag"),
    "extract-only": Key("flag"),
    "jobs": Key("count"),
    "text-field": Key("text"),
    "url-field": Key("text"),
    "id-field": Key("text"),
    "html-field": Key("text"),
    "edits-field": Key("text"),
    "no-record": Key("flag"),
    "keep-runs": Key("count"),
    "shard": Key("text"),
    "resume": Key("flag"),
    "strict": Key("flag"),
    "force": Key("flag"),
}
"""All keys but the tables."""

SOURCES: Final = "sources"
SKIPS: Final = "per-file-skip"
TABLES: Final = (SOURCES, SKIPS)
NAMES: Final = ("cleaner.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Config:
    """One configuration. ``values`` has typed values by key; ``sources`` has (glob, source id) in the order
    of the file, the first that matches counts; ``skips`` has (glob, names of rules, categories or sources), all that
    match count; ``file`` is None where there is none."""

    file: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[tuple[str, str], ...] = ()
    skips: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that paths and globs of the file are read from."""
        return self.file.parent if self.file else Path.cwd()


def find(start: Path) -> Path | None:
    """Return the file that counts for the folder ``start``, or None."""
    for folder in (start, *start.parents):
        for name in NAMES:
            file = folder / name
            if file.is_file() and (name == "cleaner.toml" or _has_table(file)):
                return file
        if (folder / ".git").exists():
            return None
    return None


def _has_table(file: Path) -> bool:
    """True where a pyproject.toml speaks of us; looked up in its bytes, so that others' errors are theirs."""
    try:
        return re.search(rb"^\s*\[\s*tool\s*\.\s*cleaner\b|^\s*tool\.cleaner\b", file.read_bytes(), re.M) is not None
    except OSError:
        return False


def read(file: Path) -> Config:
    """Return the configuration in ``file``. Raises `CleanerError` with every problem found in it."""
    import tomllib

    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise CleanerError(
            Problem(f"cannot read the configuration: {error.strerror}", str(file), hint="check --config")
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        message = str(error)[: place.start()] if place else str(error)
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise CleanerError(
            Problem(f"not valid TOML: {message}", str(file), line, column, "text values stand in quotes")
        ) from error
    prefix: tuple[str, ...] = ()
    if file.name == "pyproject.toml":
        prefix = ("tool", "cleaner")
        table = table.get("tool", {}).get("cleaner", {})
    return _Reading(file, text, prefix).config(table)


class _Reading:
    """One file while it is read: collects all problems before it raises."""

    def __init__(self, file: Path, text: str, prefix: tuple[str, ...]) -> None:
        self.file, self.text, self.prefix = file, text, prefix
        self.problems: list[Problem] = []

    def config(self, table: Mapping[str, Any]) -> Config:
        values: dict[str, Any] = {}
        sources: tuple[tuple[str, str], ...] = ()
        skips: tuple[tuple[str, tuple[str, ...]], ...] = ()
        for name, value in table.items():
            if name == SOURCES:
                sources = self.source_map(value)
            elif name == SKIPS:
                skips = self.skip_map(value)
            elif name in KEYS:
                try:
                    values[name] = self.value(KEYS[name], value)
                except ValueError as error:
                    self.wrong(name, f"{name}: {error}")
            else:
                self.unknown(name)
        if self.problems:
            raise CleanerError(*self.problems)
        return Config(self.file, values, sources, skips)

    def source_map(self, value: Any) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
            self.wrong(SOURCES, "sources: expected a table of globs and source ids", "write 'news/**' = 'scmp.com'")
            return ()
        return tuple(value.items())

    def skip_map(self, value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
        hint = "write 'letters/**' = ['promo', 'generic/read-more']"
        if not isinstance(value, dict):
            self.wrong(SKIPS, f"{SKIPS}: expected a table of globs and names of rules", hint)
            return ()
        found = []
        for glob, names in value.items():
            listed = [names] if isinstance(names, str) else names
            if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
                self.wrong(SKIPS, f"{SKIPS}: expected a list of texts for {glob}, {names!r} was found", hint)
                continue
            found.append((glob, tuple(listed)))
        return tuple(found)

    def value(self, key: Key, value: Any) -> Any:
        """``value`` as the key wants it. Raises `ValueError` saying what was expected."""
        shown = f"{value!r} was found"
        match key.kind:
            case "flag":
                if isinstance(value, bool):
                    return value
                raise ValueError(f"expected true or false, {shown}")
            case "count":
                if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                    return value
                raise ValueError(f"expected a number from 0, {shown}")
            case "share":
                return share(value)
            case "choice":
                if value in key.choices:
                    return value
                raise ValueError(f"expected one of {', '.join(key.choices)}, {shown}")
            case "text" | "path":
                if not isinstance(value, str):
                    raise ValueError(f"expected text in quotes, {shown}")
                return self.file.parent / value if key.kind == "path" else value
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise ValueError(f"expected a list of texts, {shown}")
        return tuple(self.file.parent / item if key.kind == "paths" else item for item in listed)

    def unknown(self, name: str) -> None:
        from difflib import get_close_matches

        near = get_close_matches(name.replace("_", "-"), (*KEYS, *TABLES), n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join((*KEYS, *TABLES))}"
        self.wrong(name, f"unknown key {name}", hint)

    def wrong(self, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, str(self.file), *self.place(name), hint))

    def place(self, name: str) -> tuple[int, int]:
        """Line and column of a key or table of ours; 0, 0 where it is written in an unusual way."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            if head := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
                table = tuple(part.strip().strip("\"'") for part in head[1].split("."))
                if table == (*self.prefix, name):
                    return number, head.start(1) + 1
                continue
            key = re.match(r"\s*([\"']?)([\w.-]+)\1\s*=", line)
            if key and table == self.prefix and key[2].partition(".")[0] == name:
                return number, key.start(2) + 1
        return 0, 0


def share(value: object) -> float:
    """A share of a text: ``"40%"``, ``0.4`` or ``"0.4"`` as 0.4. Raises `ValueError`."""
    expected = f"expected a share such as 40% or 0.4, {value!r} was found"
    try:
        if isinstance(value, str) and value.strip().endswith("%"):
            number = float(value.strip()[:-1]) / 100
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            number = float(value)
        else:
            raise ValueError(expected)
    except ValueError:
        raise ValueError(expected) from None
    if not 0 <= number <= 1:
        raise ValueError(expected + "; it lies between 0 and 100%")
    return number
