"""The reader of JSONL: one JSON object a line. Of each line only the fields that count are decoded.

A chunk depends on where it begins and on nothing else, so a run that is taken up at a chunk's beginning
cuts the rest as an unbroken run does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import IO, Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.readers.fields import Fields, Path, shown
from cleaner.text.members import parsed, span_of

CHUNK: Final = 256 * 1024
"""Bytes a chunk has at least, unless the file ends; it ends with a line."""
LONGEST_LINE: Final = 256 * 1024 * 1024
"""A longer line is passed through as it came, piece by piece."""
BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole lines. ``offset`` is where it begins in the unpacked file, ``first`` the number (from 1) of
    its first line. ``is_piece``: it is a piece of a line that is too long; ``is_last``: the last such piece."""

    offset: int
    first: int
    content: bytes
    is_piece: bool = False
    is_last: bool = False

    @property
    def lines(self) -> int:
        """How many lines it has; one that no line end closes counts."""
        if self.is_piece:
            return int(self.is_last)
        return self.content.count(b"\n") + (not self.content.endswith(b"\n"))

    @property
    def end(self) -> int:
        """Where the next chunk begins."""
        return self.offset + len(self.content)


def chunks(
    file: IO[bytes], offset: int = 0, first: int = 1, stop: int | None = None, *, longest: int = LONGEST_LINE
) -> Iterator[Chunk]:
    """Yield the chunks of ``file``, which stands at ``offset``, a line's beginning.

    ``stop``: lines that begin there or later are another's. Raises what reading raises.
    """
    while stop is None or offset < stop:
        content = file.read(CHUNK if stop is None else min(CHUNK, stop - offset))
        if not content:
            return
        if content[-1:] != b"\n":
            content += file.readline(longest)
        if content[-1:] == b"\n" or len(content) < longest:
            chunk = Chunk(offset, first, content)
            yield chunk
            offset, first = chunk.end, first + chunk.lines
            continue
        head = content.rfind(b"\n") + 1
        if head:
            chunk = Chunk(offset, first, content[:head])
            yield chunk
            offset, first = chunk.end, first + chunk.lines
        piece = content[head:]
        while True:
            following = b"" if piece[-1:] == b"\n" else file.readline(BLOCK)
            chunk = Chunk(offset, first, piece, is_piece=True, is_last=not following)
            yield chunk
            offset, piece = chunk.end, following
            if not following:
                first += 1
                break


BLOCK: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """What counts of one record. ``text`` is None where the record has none (null). ``url`` may be of any type;
    ``id`` is the id as it is written in JSON, None where there is none. ``has_edits``: the field for the edits is
    there already."""

    text: str | None
    url: Any
    id: bytes | None
    has_edits: bool = False
    has_text: bool = False


class BrokenRecord(ValueError):
    """A record that cannot be read; the message says why."""


class NoField(BrokenRecord):
    """A record that has not the field that is to be read."""


class LineReader:
    """Decodes lines by ``fields``. Not picklable; make it where it is used."""

    def __init__(self, fields: Fields) -> None:
        import msgspec

        self.fields = fields
        self._errors = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
        self._unset: Any = msgspec.UNSET
        text: Any = str | None | msgspec.UnsetType
        wanted: dict[Path, Any] = {fields.read: text, fields.url: Any, fields.id: msgspec.Raw}
        if fields.edits:
            wanted.setdefault((fields.edits,), msgspec.Raw)
        if fields.html:
            wanted.setdefault(fields.text, Any)
        wanted[fields.read] = text
        tree = _tree(wanted)
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(tree.type).decode
        getters = {path: _getter(tree, path, self._unset) for path in wanted}
        self._text, self._url, self._id = getters[fields.read], getters[fields.url], getters[fields.id]
        self._edits = getters[(fields.edits,)] if fields.edits else None
        self._other = getters[fields.text] if fields.html else None
        raw = _tree({fields.text: msgspec.Raw})
        self._decode_raw: Callable[[bytes], Any] = msgspec.json.Decoder(raw.type).decode
        self._raw = _getter(raw, fields.text, self._unset)

    def row(self, line: bytes) -> Row:
        """What counts of ``line``. Raises `BrokenRecord`."""
        try:
            found = self._decode(line)
            text = self._text(found)
            if text is not self._unset:
                raw = self._id(found)
                if self.fields.id == self.fields.read or self.fields.id == self.fields.url:
                    raw = self._unset
                edits = self._edits is not None and self._edits(found) is not self._unset
                other = self._other is not None and self._other(found) not in (self._unset, None)
                ident = bytes(raw) if raw is not self._unset else None
                return Row(text, self._url(found), ident or None, edits, other)
        except self._errors:
            pass
        return self._slowly(line)

    def names(self, line: bytes) -> list[str]:
        """The names of the fields of a line, those within others with dots, as `shown` writes them; [] where it cannot
        be read."""
        try:
            found = parsed(line.decode("utf-8"))
        except (ValueError, RecursionError):
            return []
        if not isinstance(found, dict):
            return []
        names: list[Path] = [(name,) for name in found]
        names += [(name, key) for name, value in found.items() if isinstance(value, dict) for key in value]
        return list(map(shown, names))

    def span(self, line: bytes) -> tuple[int, int]:
        """Where the value of the text stands in ``line``, in bytes. Raises `BrokenRecord`."""
        try:
            raw = bytes(self._raw(self._decode_raw(line)))
            if line.count(raw) == 1:  # what stands there once is what was read
                start = line.find(raw)
                return start, start + len(raw)
        except self._errors:
            pass
        except TypeError:
            raise NoField(f"there is no field `{shown(self.fields.text)}`") from None
        try:
            text = line.decode("utf-8")
            start, end = span_of(text, self.fields.text)
        except KeyError:
            raise NoField(f"there is no field `{shown(self.fields.text)}`") from None
        except (ValueError, RecursionError) as error:
            raise BrokenRecord(_no_json(error)) from error
        head = len(text[:start].encode())
        return head, head + len(text[start:end].encode())

    def _slowly(self, line: bytes) -> Row:
        """The same by Python's own reader: it takes NaN, which Python writes, and says better what is wrong."""
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BrokenRecord(f"no UTF-8: byte {error.start + 1} of the line") from error
        try:
            record = parsed(text)
        except RecursionError:
            raise BrokenRecord("nested too deeply") from None
        except ValueError as error:
            raise BrokenRecord(_no_json(error)) from error
        if not isinstance(record, dict):
            raise BrokenRecord(f"a JSON object is expected, {_kind(record)} was found")
        name = shown(self.fields.read)
        value = _value(record, self.fields.read)
        if value is _NONE:
            raise NoField(f"there is no field `{name}`")
        if value is not None and not isinstance(value, str):
            raise BrokenRecord(f"the field `{name}` holds {_kind(value)}, no text")
        if value is not None and not _is_sound(value):
            raise BrokenRecord(f"the field `{name}` holds half of a character (a lone surrogate)")
        other = self.fields.html is not None and _value(record, self.fields.text) not in (_NONE, None)
        ident: bytes | None = None
        try:
            start, end = span_of(text, self.fields.id)
            ident = text[start:end].encode()
        except (KeyError, ValueError):
            pass
        url = _value(record, self.fields.url)
        return Row(value, None if url is _NONE else url, ident, self.fields.edits in record, other)


_NONE: Final = object()


def _value(record: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(record, dict) or name not in record:
            return _NONE
        record = record[name]
    return record


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _no_json(error: Exception) -> str:
    """What is wrong with a line that is no JSON, and in which of its columns."""
    from json import JSONDecodeError

    if isinstance(error, JSONDecodeError):
        return f"no JSON: {error.msg}, column {error.colno}"
    return f"no JSON: {error}"


def _is_sound(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Tree:
    """A msgspec type that decodes some fields; ``inner`` by name for those within others."""

    type: Any
    attributes: dict[str, str]
    inner: dict[str, _Tree]


def _tree(wanted: dict[Path, Any]) -> _Tree:
    import msgspec

    members: dict[str, Any] = {}
    inner: dict[str, _Tree] = {}
    for path, kind in wanted.items():
        if len(path) == 1:
            members.setdefault(path[0], kind)
    for name in {path[0] for path in wanted if len(path) > 1}:
        if name in members:
            raise CleanerError(Problem(f"the field `{name}` cannot be a text and hold others"))
        inner[name] = _tree({path[1:]: kind for path, kind in wanted.items() if path[0] == name and len(path) > 1})
        members[name] = inner[name].type | None | msgspec.UnsetType
    attributes = {name: f"f{number}" for number, name in enumerate(members)}
    fields: list[Any] = []
    for name, kind in members.items():
        unset: Any = msgspec.UNSET
        kind = kind | msgspec.UnsetType if kind is Any or kind is msgspec.Raw else kind
        fields.append((attributes[name], kind, unset))
    made = msgspec.defstruct("Line", fields, rename={there: name for name, there in attributes.items()}, gc=False)
    return _Tree(made, attributes, inner)


def _getter(tree: _Tree, path: Path, unset: Any) -> Callable[[Any], Any]:
    steps: list[str] = []
    for name in path[:-1]:
        steps.append(tree.attributes[name])
        tree = tree.inner[name]
    get = attrgetter(".".join((*steps, tree.attributes[path[-1]])))
    if len(path) == 1:
        return get

    def inside(found: Any) -> Any:
        try:
            return get(found)
        except AttributeError:  # what should hold it is not there, or null
            return unset

    return inside
