"""Named patterns: ``patterns:`` of a rule file, and the shared ones in ``patterns.yaml``.

Each is a regular expression without slashes. It may put in others by ``%{name}``: its neighbours first, then
those that are known outside of them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from cleaner.rules import spec
from cleaner.rules.conform import conform
from cleaner.rules.pattern import PatternError, compile_pattern
from cleaner.rules.syntax import Notes, Scalar, Table, read
from cleaner.text.lines import SHAPES

_REFERENCE = re.compile(r"%\{([^}]*)\}")


class _Circle(PatternError):
    """Patterns refer to each other in a circle."""

    def __init__(self, members: tuple[str, ...]) -> None:
        super().__init__("patterns refer to each other in a circle: " + " -> ".join((*members, members[0])))
        self.members = members


def read_named(table: Table, outer: Mapping[str, str], notes: Notes) -> dict[str, str]:
    """Return ``outer`` with the patterns of ``table``, each with the others put in. What is wrong goes to ``notes``."""
    own = {key.text: value for key, value in table.pairs if isinstance(value, Scalar)}
    whole = dict(outer)
    for key, value in table.pairs:
        if not isinstance(value, Scalar):
            continue
        if key.text in SHAPES:
            notes.add(f"`{key.text}` is a line shape and cannot name a pattern", key)
        try:
            whole[key.text] = _whole(key.text, own, outer, ())
            compile_pattern(f"/{whole[key.text]}/", {})
        except _Circle as error:
            if key.text == min(error.members):  # once for each circle
                notes.add(error.message, value)
        except PatternError as error:
            is_as_written = error.offset is not None and "%{" not in value.text
            notes.add(error.message, value.at(error.offset - 1) if is_as_written and error.offset else value)
        if value.text.startswith("/") and value.text.endswith("/"):
            notes.add(f"`{key.text}`: a named pattern stands without slashes", value)
    return whole


def _whole(name: str, own: Mapping[str, Scalar], outer: Mapping[str, str], path: tuple[str, ...]) -> str:
    """The expression of ``name`` with all it refers to. Raises `PatternError`."""
    if name in path:
        raise _Circle(path[path.index(name) :])
    if name not in own:
        if name in outer:
            return outer[name]
        near = difflib.get_close_matches(name, sorted({*own, *outer}), 1)
        raise PatternError(f"unknown pattern %{{{name}}}" + (f", did you mean %{{{near[0]}}}?" if near else ""))

    def put(found: re.Match[str]) -> str:
        return f"(?:{_whole(found[1], own, outer, (*path, name))})"

    return _REFERENCE.sub(put, own[name].text)


def read_named_file(text: str, outer: Mapping[str, str], notes: Notes) -> dict[str, str]:
    """The same for a whole ``patterns.yaml``, which is nothing but names and expressions."""
    node = read(text, notes)
    before = len(notes.problems)
    if node is not None:
        conform(node, spec.Patterns, "this file", notes)
    if not isinstance(node, Table) or len(notes.problems) > before:
        return dict(outer)
    return read_named(node, outer, notes)
