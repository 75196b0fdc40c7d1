"""The file of exceptions, ``.cleaner/keep.yml``: what reviewers decided, for people to read and to edit.

    keep:
    - fingerprint: 3f2a9c…
      file: news/a.txt
      rules: [generic/read-more]
      text: Read more about it
      date: 2026-11-23
      reason: the paragraph is the author's own
    - text_everywhere: Read more about it
      rules: []
    accepted:
    - fingerprint: 77b0…

What stands under ``keep`` stays in the text: the edit of that fingerprint, or that text wherever one of ``rules`` (any,
if there are none) would cut it. What stands under ``accepted`` changes nothing; it is not asked about again. There are
no line numbers: an entry outlives changes elsewhere in its file. Comments and the order of the file are kept.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cleaner.exceptions import Keeps, folded
from cleaner.problem import CleanerError, Problem
from cleaner.project import NAME, own_folder

FILE: Final = "keep.yml"
SECTIONS: Final = ("keep", "accepted")
SHORT: Final = 200
"""Characters of a cut's text that an entry holds for people to read."""

_KEYS: Final = ("fingerprint", "text_everywhere", "file", "rules", "text", "date", "reason")


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: about the edit of ``fingerprint``, or about ``text_everywhere`` and ``rules``; with neither, an
    accepted entry is about all that ``rules`` cut. ``line`` is where it stands, from 1; 0 for one that is new."""

    is_accepted: bool = False
    fingerprint: str = ""
    text_everywhere: str | None = None
    file: str = ""
    rules: tuple[str, ...] = ()
    text: str = ""
    date: str = ""
    reason: str = ""
    line: int = 0

    @property
    def identity(self) -> tuple[Any, ...]:
        """The same for two entries that decide the same."""
        text = None if self.text_everywhere is None else folded(self.text_everywhere)
        return self.is_accepted, self.fingerprint, text, () if self.fingerprint else tuple(sorted(self.rules))


def keep_file(project: Path) -> Path:
    """Where the exceptions of a project stand."""
    return project / NAME / FILE


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of a file in their order; none where there is no file. Raises `CleanerError` with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CleanerError(Problem(f"cannot read the exceptions: {error}", str(path))) from error
    return tuple(entry for entry, _, _ in _parsed(text, path))


def read_keeps(path: Path) -> Keeps:
    """What a file keeps. Raises `CleanerError` with file and line."""
    return keeps_of(read_entries(path))


def keeps_of(entries: Sequence[Entry]) -> Keeps:
    """What the entries keep."""
    fingerprints: set[str] = set()
    texts: dict[str, frozenset[str]] = {}
    for entry in entries:
        if entry.is_accepted:
            continue
        if entry.fingerprint:
            fingerprints.add(entry.fingerprint)
        elif entry.text_everywhere is not None:
            key, rules = folded(entry.text_everywhere), frozenset(entry.rules)
            known = texts.get(key)
            texts[key] = frozenset() if known == frozenset() or not rules else (known or frozenset()) | rules
    return Keeps(frozenset(fingerprints), texts)


def changed(path: Path, added: Sequence[Entry] = (), taken: Sequence[Entry] = ()) -> bytes:
    """What the file would hold with ``added`` and without ``taken``; entries that are there already are not doubled.

    b"" where there is no file and nothing to write. Raises `CleanerError`.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    gone = {entry.identity for entry in taken}
    known = _parsed(text, path)
    lines = text.splitlines(keepends=True)
    for entry, first, last in reversed(known):
        if entry.identity in gone:
            del lines[first:last]
    text = "".join(lines)
    there = {entry.identity for entry, _, _ in known} - gone
    for section in SECTIONS:
        fresh = [entry for entry in added if entry.is_accepted == (section == "accepted")]
        fresh = [entry for entry in {entry.identity: entry for entry in fresh}.values() if entry.identity not in there]
        if fresh:
            text = _put(text, section, fresh, path)
    return _without_empty(text, path).encode("utf-8")


def write(path: Path, added: Sequence[Entry] = (), taken: Sequence[Entry] = ()) -> None:
    """Change the file at once or not at all, while nobody else does. Raises `CleanerError`."""
    with locked(path):
        content = changed(path, added, taken)
        if content or path.exists():
            from cleaner.writers.files import replace_file

            replace_file(path, content, like=path if path.exists() else None)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file of exceptions for one's own. Raises `CleanerError` where its folder cannot be made."""
    try:
        if path.parent.name == NAME:
            own_folder(path.parent.parent)
        lock = (path.parent / f".{path.name}.lock").open("a")
    except OSError as error:
        raise CleanerError(Problem(f"cannot write: {error.strerror}", str(path), hint="check the folder")) from error
    with lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parsed(text: str, path: Path) -> list[tuple[Entry, int, int]]:
    """Each entry with its first line and the one behind its last, from 0. Raises `CleanerError` with all problems."""
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise CleanerError(
            Problem(f"not valid YAML: {getattr(error, 'problem', error)}", str(path), line, column)
        ) from error
    if node is None or data is None:
        return []
    if not isinstance(data, dict):
        raise CleanerError(Problem(f"expected the keys {' and '.join(SECTIONS)}", str(path), 1))
    found: list[tuple[Entry, int, int]] = []
    problems: list[Problem] = []
    for key, value in node.value:
        name, line = key.value, key.start_mark.line + 1
        if name not in SECTIONS:
            problems.append(Problem(f"unknown key {name}", str(path), line, hint=f"known: {', '.join(SECTIONS)}"))
            continue
        listed = data[name]
        if listed is None:
            continue
        if not isinstance(listed, list):
            problems.append(Problem(f"{name}: expected a list", str(path), line))
            continue
        for one, item in zip(listed, value.value, strict=True):
            try:
                entry = _entry(one, name == "accepted", item.start_mark.line + 1)
            except ValueError as error:
                problems.append(Problem(str(error), str(path), item.start_mark.line + 1))
            else:
                found.append((entry, item.start_mark.line, _last(item) + 1))
    if problems:
        raise CleanerError(*problems)
    return found


def _last(node: Any) -> int:
    """The line on which a node's last scalar ends, from 0."""
    children = node.value if isinstance(node.value, list) else []
    flat = [part for child in children for part in (child if isinstance(child, tuple) else (child,))]
    mark = node.end_mark
    own = mark.line if mark.column or not flat else node.start_mark.line
    return max([_last(child) for child in flat], default=own - (mark.column == 0 and mark.line > node.start_mark.line))


def _entry(known: Any, is_accepted: bool, line: int) -> Entry:
    if not isinstance(known, dict):
        raise ValueError("expected an entry of keys and values")
    for key in known:
        if key not in _KEYS:
            from difflib import get_close_matches

            near = get_close_matches(str(key), _KEYS, 1)
            raise ValueError(f"unknown key {key}" + (f", did you mean {near[0]}?" if near else ""))
    rules = known.get("rules") or []
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise ValueError("rules: expected a list of rule ids")
    fingerprint, everywhere = str(known.get("fingerprint") or ""), known.get("text_everywhere")
    if not fingerprint and everywhere is None and not (is_accepted and rules):
        raise ValueError("expected a fingerprint or text_everywhere")
    return Entry(
        is_accepted,
        fingerprint,
        None if everywhere is None else str(everywhere),
        str(known.get("file") or ""),
        tuple(rules),
        str(known.get("text") or ""),
        str(known.get("date") or ""),
        str(known.get("reason") or ""),
        line,
    )


def _put(text: str, section: str, entries: Sequence[Entry], path: Path) -> str:
    """``text`` with entries ahead of those that a section has."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    indent = ""
    if node is not None:
        for key, value in node.value:
            if key.value != section:
                continue
            lines = text.splitlines(keepends=True)
            if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
                indent = " " * value.start_mark.column
                at = key.start_mark.line + 1  # above a comment on the first of them
                return "".join([*lines[:at], _written(entries, indent), *lines[at:]])
            # Empty, or in brackets: written anew.
            old = [entry for entry, first, _ in _parsed(text, path) if entry.is_accepted == (section == "accepted")]
            first, last = key.start_mark.line, max(value.end_mark.line, key.start_mark.line) + 1
            return "".join([*lines[:first], f"{section}:\n", _written([*entries, *old], indent), *lines[last:]])
    if text and not text.endswith("\n"):
        text += "\n"
    return f"{text}{section}:\n{_written(entries, indent)}"


def _written(entries: Sequence[Entry], indent: str) -> str:
    import yaml

    out: list[str] = []
    for entry in entries:
        known: dict[str, Any] = {"fingerprint": entry.fingerprint} if entry.fingerprint else {}
        if entry.text_everywhere is not None:
            known["text_everywhere"] = entry.text_everywhere
        for name in ("file", "rules", "text", "date", "reason"):
            value = getattr(entry, name)
            if value or (name == "rules" and not entry.fingerprint):
                known[name] = list(value) if name == "rules" else value
        dumped = yaml.safe_dump([known], allow_unicode=True, sort_keys=False, width=10_000)
        out += [indent + line + "\n" for line in dumped.splitlines()]
    return "".join(out)


def _without_empty(text: str, path: Path) -> str:
    """``text`` without sections that lost their last entry."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader) if text.strip() else None
    lines = text.splitlines(keepends=True)
    for key, value in reversed(node.value if node is not None else []):
        if key.value in SECTIONS and isinstance(value, yaml.ScalarNode) and value.value in ("", "null", "~"):
            del lines[key.start_mark.line]
    return "".join(lines)


def stale(entries: Sequence[Entry], seen: Mapping[str, object], files: frozenset[str]) -> list[Entry]:
    """Entries by fingerprint whose file was looked at and whose edit was not ``seen`` in it."""
    return [entry for entry in entries if entry.fingerprint and entry.file in files and entry.fingerprint not in seen]
