"""YAML to a tree of nodes: every scalar as the text that was written, every node with its place.

`read` turns YAML's own guesses off (``12:30``, ``No``, ``1e3``, ``~`` stay text) and refuses what would lose text
unseen: tags, anchors, aliases, a key given twice, a second document. Syntax errors come with a hint at
their common cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from cleaner.problem import Problem

MAX_DEPTH: Final = 30
"""A rule file needs nine levels; each `unless` in an `unless` two more."""

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text. ``style`` is its quote, ``|`` or ``>``, and '' where it has none.

    ``raw`` is what stands in the file between its ends (without quotes), '' where that is more than one line.
    ``comment`` is a comment on the same line behind text without quotes.
    """

    text: str
    line: int
    column: int
    style: str = ""
    raw: str = ""
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        """True where nothing was written, not even quotes."""
        return not self.text and not self.style

    def at(self, offset: int | None) -> Scalar:
        """The same, placed at the character ``offset`` of its text, where that can be known."""
        column = None if offset is None else self._column(offset)
        return self if column is None else Scalar(self.text, self.line, column)

    def _column(self, offset: int) -> int | None:
        if self.style == "":
            return self.column + offset if self.raw == self.text else None
        if self.style == "'" and self.raw.replace("''", "'") == self.text:
            return self.column + 1 + offset + self.text.count("'", 0, offset)
        if self.style == '"' and self.raw[:offset] == self.text[:offset] and "\\" not in self.raw[:offset]:
            return self.column + 1 + offset
        return None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and what stands behind them, in the file's order."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, name: str) -> Node | None:
        """What stands behind a key, or None."""
        return next((node for key, node in self.pairs if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place, or None."""
        return next((key for key, _ in self.pairs if key.text == name), None)


Node = Scalar | Items | Table


class Notes:
    """Collects what is wrong in one file, so that all of it is reported and not only the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, message: str, at: Node | None = None, hint: str = "") -> None:
        """Note a problem at a node's place, or one of the whole file."""
        line, column = (at.line, at.column) if at else (0, 0)
        self.problems.append(Problem(message, self.file, line, column, hint))


def plain(node: Node) -> Any:
    """A node as plain lists, dicts and strings."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.pairs}


def decode(raw: bytes, notes: Notes) -> str | None:
    """The text of a rule file; None and a note where it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        lines = _YAML_LINE_END.split(before)
        message = f"not UTF-8: byte 0x{raw[error.start]:02X} cannot stand here"
        hint = "save the file as UTF-8"
        notes.problems.append(Problem(message, notes.file, len(lines), len(lines[-1]) + 1, hint))
        return None


def read(text: str, notes: Notes) -> Node | None:
    """Read one YAML document. None where it is empty or cannot be read; the notes then say why."""
    lines = _YAML_LINE_END.split(text)
    strange = _UNPRINTABLE.search(text)
    if strange:
        before = _YAML_LINE_END.split(text[: strange.start()])
        message = f"the character U+{ord(strange[0]):04X} cannot stand in YAML as it is"
        hint = rf'write it as "\u{ord(strange[0]):04x}" in double quotes'
        notes.problems.append(Problem(message, notes.file, len(before), len(before[-1]) + 1, hint))
        return None
    events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
    try:
        return _document(events, lines, notes)
    except yaml.MarkedYAMLError as error:
        notes.problems.append(_syntax_problem(error, lines, notes.file))
    except _TooDeep as error:
        notes.add("nested too deep to be a rule file", error.at)
    return None


class _TooDeep(Exception):
    def __init__(self, at: Scalar) -> None:
        self.at = at


def _document(events: Iterator[Any], lines: list[str], notes: Notes) -> Node | None:
    node: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if node is not None:
                hint = "one file is one source; take the `---` out"
                notes.add("a second YAML document begins here", _place(event), hint)
                return None
            node = _node(events, next(events), lines, notes, 0)
    if node is None or (isinstance(node, Scalar) and node.is_empty):
        what = "holds nothing but comments" if any(line.strip() for line in lines) else "is empty"
        notes.add(f"the file {what}", hint="`cleaner rules new SOURCE` writes one to start from")
        return None
    return node


def _node(events: Iterator[Any], event: Any, lines: list[str], notes: Notes, depth: int) -> Node:
    """The node that begins with ``event``; takes its further events from ``events``."""
    at = _place(event)
    line, column = at.line, at.column
    if depth > MAX_DEPTH:
        raise _TooDeep(at)
    _refuse_marks(event, at, notes)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(events, event, lines, notes, depth + 1))
        return Items(tuple(items), line, column)
    if isinstance(event, yaml.MappingStartEvent):
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = _node(events, event, lines, notes, depth + 1)
            value = _node(events, next(events), lines, notes, depth + 1)
            if not isinstance(key, Scalar):
                notes.add("a key must be one word", key)
            elif key.text in pairs:
                earlier = pairs[key.text][0].line
                notes.add(
                    f"the key `{key.text}` stands here for the second time", key, f"the first is on line {earlier}"
                )
            else:
                pairs[key.text] = key, value
        return Table(tuple(pairs.values()), line, column)
    if isinstance(event, yaml.AliasEvent):
        return Scalar(f"*{event.anchor}", line, column, "*")
    return _scalar(event, lines)


def _place(event: Any) -> Scalar:
    return Scalar("", event.start_mark.line + 1, event.start_mark.column + 1)


def _scalar(event: Any, lines: list[str]) -> Scalar:
    start, end = event.start_mark, event.end_mark
    style = event.style or ""
    raw = comment = ""
    if start.line == end.line:
        quote = 1 if style in ("'", '"') else 0
        raw = lines[start.line][start.column + quote : end.column - quote]
        behind = lines[end.line][end.column :].lstrip() if not style else ""
        comment = behind if behind.startswith("#") else ""
    return Scalar(event.value, start.line + 1, start.column + 1, style, raw, comment)


def _refuse_marks(event: Any, at: Scalar, notes: Notes) -> None:
    """Note tags, anchors and aliases: mostly text that was meant to stand in quotes."""
    if isinstance(event, yaml.AliasEvent):
        notes.add(f"`*{event.anchor}` is a YAML alias", at, _quotes("*") + "; aliases are no part of the format")
        return
    if getattr(event, "anchor", None):
        notes.add(f"`&{event.anchor}` is a YAML anchor", at, _quotes("&") + "; anchors are no part of the format")
    tag = getattr(event, "tag", None)
    if tag:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        notes.add(f"`{shown}` is a YAML tag", at, _quotes("!") + "; tags are no part of the format")


def _quotes(character: str) -> str:
    return f"put quotes around text that begins with `{character}`"


_VALUE = re.compile(r"\s*(?:- +)*(?:[\w-]+ *: +)?(?P<first>\S)")
_APOSTROPHE = re.compile(r"(?:: |- |\[|, )\s*'(?:[^']|'')*'[^\s,\]}:#]")


def _syntax_problem(error: Any, lines: list[str], file: str) -> Problem:
    mark, said = error.problem_mark, error.problem or ""
    if "quoted scalar" in (error.context or "") and "end of" in said and error.context_mark:
        mark, said = error.context_mark, "the quote that opens here is never closed"
    line = lines[mark.line] if mark.line < len(lines) else ""
    said = said.replace("\\t", "tab").removeprefix("found ")
    hint = _hint(said, line, mark.column)
    return Problem(f"not readable as YAML: {said}", file, mark.line + 1, mark.column + 1, hint)


def _hint(said: str, line: str, column: int) -> str:
    """What to try, by the parser's words and the line it stopped on."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces; YAML takes no tabs"
    if "escape character" in said:
        return "in double quotes a backslash begins an escape; put patterns in single quotes"
    if "never closed" in said or _APOSTROPHE.search(line[: column + 1]):
        return "inside single quotes write ' twice: 'Don''t miss'"
    if "mapping values" in said:
        return "put quotes around text that holds `: `; or else this line is indented too far"
    if "sequence entries" in said:
        return "put quotes around text that begins with `- `; a list begins on the next line"
    first = _VALUE.match(line)
    if first and first["first"] in "%@`*&!|>{}[],?" and first.start("first") <= column:
        return _quotes(first["first"])
    return "the keys of one rule begin in one column, its lists two further in; look at this line and the one above"
