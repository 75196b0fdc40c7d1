"""Holds a tree of nodes against the types of `cleaner.rules.spec`, and reports everything that does not fit.

msgspec itself stops at the first thing wrong and knows no lines; so the types are read through
``msgspec.inspect`` and walked along with the tree.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from msgspec import inspect

from cleaner.rules import spec
from cleaner.rules.syntax import Items, Node, Notes, Scalar, Table
from cleaner.text.lines import SHAPES

QUOTED: Final = 40
"""So much of a wrong text is quoted."""


_NOUNS: Final = {"in": "part of the text", "keep": "copy"}
"""What the values of a key are called, where it is not as the key."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type without its wrappers, and what they said."""

    bare: inspect.Type
    title: str = ""
    description: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def conform(node: Node, wanted: Any, label: str, notes: Notes) -> None:
    """Note everything in ``node`` that is not of the type ``wanted``. ``label`` names the node in messages."""
    _check(node, _info(wanted), label, notes)


_info = cache(inspect.type_info)


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the known word most like this one, '' where none is."""
    near = difflib.get_close_matches(word, sorted(known), 1)
    return f"did you mean `{near[0]}`?" if near else ""


def shown(text: str) -> str:
    """A text as messages quote it."""
    flat = " ".join(text.split())
    return f"`{flat[:QUOTED]}…`" if len(flat) > QUOTED else f"`{flat}`"


def _check(node: Node, wanted: inspect.Type, label: str, notes: Notes) -> None:
    kind = _kind(wanted)
    if isinstance(node, Scalar) and node.is_empty:
        notes.add(f"{label} is empty", node, f"write {_expected(kind)}, or take it out")
        return
    chosen = next((one for one in _options(kind) if _takes(one.bare, node)), None)
    if chosen is None:
        notes.add(f"{label}: expected {_expected(kind)}, found {_found(node)}", node)
    elif isinstance(node, Scalar):
        _check_scalar(node, chosen, label, notes)
    elif isinstance(node, Items) and isinstance(chosen.bare, inspect.ListType):
        if len(node.items) < (chosen.bare.min_length or 0):
            notes.add(f"{label}: expected {_expected(chosen)}, found an empty list", node)
        for item in node.items:
            _check(item, chosen.bare.item_type, f"an item of {label}", notes)
    elif isinstance(node, Table) and isinstance(chosen.bare, inspect.StructType):
        _check_keys(node, chosen.bare, label, notes)
    elif isinstance(node, Table) and isinstance(chosen.bare, inspect.DictType):
        _check_dict(node, chosen, label, notes)


def _check_keys(table: Table, struct: inspect.StructType, label: str, notes: Notes) -> None:
    fields = {one.encode_name: one for one in struct.fields}
    for key, value in table.pairs:
        if key.text in fields:
            _check(value, fields[key.text].type, f"`{key.text}`", notes)
        else:
            notes.add(f"unknown key `{key.text}`", key, _where_it_belongs(key.text, struct, fields))
    for name, one in fields.items():
        if one.required and table.get(name) is None:
            notes.add(f"`{name}` is missing in {label}", table, _description(one.type))
    if not table.pairs and not any(one.required for one in fields.values()):
        notes.add(f"{label}: expected {_expected(_Kind(struct))}, found nothing", table)


def _check_dict(table: Table, kind: _Kind, label: str, notes: Notes) -> None:
    bare = kind.bare
    assert isinstance(bare, inspect.DictType)
    if not (bare.min_length or 0) <= len(table.pairs) <= (bare.max_length or len(table.pairs)):
        notes.add(f"{label}: expected {_expected(kind)}, found {_found(table)}", table)
    for key, value in table.pairs:
        _check(key, bare.key_type, "shape" if bare.max_length else f"a key of {label}", notes)
        _check(value, bare.value_type, f"`{key.text}`", notes)


def _check_scalar(node: Scalar, kind: _Kind, label: str, notes: Notes) -> None:
    bare, text = kind.bare, node.text
    if isinstance(bare, inspect.LiteralType):
        known = [str(value) for value in bare.values]
        if text not in known:
            hint = nearest(text, known) or f"expected one of {', '.join(known)}"
            name = label.removeprefix("an item of ").strip("`")
            notes.add(f"unknown {_NOUNS.get(name, name)} {shown(text)}", node, hint)
        return
    if not _fits(kind, text):
        notes.add(f"{label}: expected {_expected(kind)}, found {shown(text) if text else 'an empty text'}", node)
    elif kind.extra.get("verbatim") and node.comment:
        hint = "put quotes around the text, to say whether that belongs to it"
        notes.add(f"{label}: {shown(node.comment)} is a comment, the text ends before it", node, hint)
    elif kind.extra.get("shapes") and not node.style and re.fullmatch("[a-z]+", text):
        _check_shape(node, label, notes)


def _check_shape(node: Scalar, label: str, notes: Notes) -> None:
    """A bare word beside a shape's name is a slip, not a pattern."""
    near = nearest(node.text, SHAPES)
    if node.text not in SHAPES and near:
        notes.add(f"{label}: unknown line shape `{node.text}`", node, f"{near} A text goes in quotes")


def _fits(kind: _Kind, text: str) -> bool:
    """Whether a text can be read as the type."""
    bare = kind.bare
    if isinstance(bare, inspect.StrType):
        long_enough = len(text.strip()) >= (bare.min_length or 0)
        return long_enough and re.search(kind.extra.get("pattern", ""), text) is not None
    if isinstance(bare, inspect.IntType):
        if not re.fullmatch("[0-9]{1,9}", text):
            return False
        return (bare.ge is None or int(text) >= bare.ge) and (bare.le is None or int(text) <= bare.le)
    if isinstance(bare, inspect.DateType):
        try:
            return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(date.fromisoformat(text))
        except ValueError:
            return False
    return False


def _takes(bare: inspect.Type, node: Node) -> bool:
    """Whether the type takes nodes of this form at all."""
    if isinstance(node, Items):
        return isinstance(bare, inspect.ListType)
    if isinstance(node, Table):
        return isinstance(bare, inspect.StructType | inspect.DictType)
    return isinstance(bare, inspect.StrType | inspect.IntType | inspect.DateType | inspect.LiteralType)


def _kind(wanted: inspect.Type) -> _Kind:
    title = description = ""
    extra: dict[str, Any] = {}
    while isinstance(wanted, inspect.Metadata):
        said = wanted.extra_json_schema or {}
        title, description = title or said.get("title", ""), description or said.get("description", "")
        extra |= wanted.extra or {}
        wanted = wanted.type
    return _Kind(wanted, title, description, extra)


def _options(kind: _Kind) -> Iterator[_Kind]:
    """The kinds of a union, or the kind itself."""
    if isinstance(kind.bare, inspect.UnionType):
        for one in kind.bare.types:
            yield from _options(_kind(one))
    else:
        yield kind


def _expected(kind: _Kind) -> str:
    """What a kind takes, as a noun."""
    if kind.title:
        return kind.title
    bare = kind.bare
    if isinstance(bare, inspect.UnionType):
        return " or ".join(_expected(one) for one in _options(kind))
    if isinstance(bare, inspect.LiteralType):
        return "one of " + ", ".join(str(value) for value in bare.values)
    if isinstance(bare, inspect.StructType):
        names = [one.encode_name for one in bare.fields]
        return "keys such as " + ", ".join(f"`{name}:`" for name in names[:3])
    return "keys and texts" if isinstance(bare, inspect.DictType) else "a text"


def _found(node: Node) -> str:
    if isinstance(node, Scalar):
        return f"the text {shown(node.text)}"
    if isinstance(node, Items):
        return "a list" if node.items else "an empty list"
    if not node.pairs:
        return "nothing"
    return "keys (" + ", ".join(f"`{key.text}:`" for key, _ in node.pairs[:3]) + ")"


def _description(wanted: inspect.Type) -> str:
    said = _kind(wanted).description.rstrip(".")
    return said[:1].lower() + said[1:]


def _where_it_belongs(name: str, struct: inspect.StructType, known: Mapping[str, Any]) -> str:
    """A hint for an unknown key: one that belongs elsewhere, one like it, or those there are."""
    if struct.cls is spec.KeepRule and name in spec.Rule.__struct_encode_fields__:
        return "a rule under `keep` has none"
    homes = _homes()
    if name in homes:
        return f"`{name}` stands {homes[name]}"
    near = difflib.get_close_matches(name, sorted({*known, *homes}), 1)
    if not near:
        return f"known keys: {', '.join(known)}"
    return f"did you mean `{near[0]}`" + ("?" if near[0] in known else f", which stands {homes[near[0]]}?")


@cache
def _homes() -> dict[str, str]:
    """Each key of the format, and where it stands."""
    places = (
        ("under `where`", spec.Where),
        ("under `match`", spec.Match),
        ("in an item of `match: any`", spec.Matcher),
        ("in a rule", spec.Rule),
        ("at the top of the file", spec.File),
    )
    return {name: place for place, struct in places for name in struct.__struct_encode_fields__}
