"""Sources pinned by path: what `cleaner sources --assign` writes into the configuration."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.config import SOURCES, Config
from cleaner.problem import CleanerError, Problem
from cleaner.writers.files import replace_file

if TYPE_CHECKING:
    from cleaner.runner import Outcome


def assign(config: Config, seen: Iterable[Outcome]) -> str:
    """Pin the source of each outcome; return what was done, in a line. Raises `CleanerError` where the file cannot
    be written, or is written in a way that a new line would not fit into."""
    file = config.file or Path.cwd() / "cleaner.toml"
    pinned = dict(config.sources)
    new = [(glob, source) for glob, source in pins(file.parent, seen) if glob not in pinned]
    if not new:
        return f"{file}: nothing to add"
    text = file.read_text(encoding="utf-8") if config.file else ""
    table = f"tool.cleaner.{SOURCES}" if file.name == "pyproject.toml" else SOURCES
    changed = with_entries(text, table, new)
    if _entries(changed, table) != [*config.sources, *new]:
        raise CleanerError(
            Problem(
                f"the table {SOURCES} cannot be added to",
                str(file),
                hint=f"write it as [{table}] with a line for each glob",
            )
        )
    replace_file(file, changed.encode("utf-8"), like=file if config.file else None)
    return f"{file}: {len(new)} added to {SOURCES}"


def pins(base: Path, seen: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Globs, read from ``base``, with the source of each: one for a folder whose files are all of one source."""
    folders: dict[str, dict[str, str | None]] = {}
    for outcome in seen:
        if outcome.file.path is None or outcome.result is None:
            continue
        path = os.path.relpath(outcome.file.path, base)
        if path.startswith(os.pardir):
            continue  # no glob of this configuration reaches it
        folder, name = os.path.split(path.replace(os.sep, "/"))
        folders.setdefault(folder, {})[name] = outcome.result.source.name
    found: list[tuple[str, str]] = []
    for folder, files in sorted(folders.items()):
        head = f"/{_literal(folder)}/" if folder else "/"
        names = set(files.values())
        if len(names) == 1 and len(files) > 1 and folder:
            found += [(f"{head}*", name) for name in names if name]
        else:
            found += [(head + _literal(file), name) for file, name in sorted(files.items()) if name]
    return found


def _literal(path: str) -> str:
    """``path`` as a glob that means it and nothing else."""
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)


def with_entries(text: str, table: str, entries: Sequence[tuple[str, str]]) -> str:
    """``text``, which is TOML, with further lines at the end of a table, which is made if need be."""
    added = "".join(f"{_quoted(glob)} = {_quoted(source)}\n" for glob, source in entries)
    head = re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*\][^\n]*(?:\n|\Z)", text, re.M)
    if head is None:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[{table}]\n{added}"
    following = re.search(r"^[ \t]*\[", text[head.end() :], re.M)
    end = head.end() + (following.start() if following else len(text) - head.end())
    before = text[:end].rstrip()
    return f"{before}\n{added}{text[len(before) :].removeprefix(chr(10))}"


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def _entries(text: str, table: str) -> list[tuple[str, str]]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return []
    for name in table.split("."):
        found = found.get(name, {})
    return list(found.items())
