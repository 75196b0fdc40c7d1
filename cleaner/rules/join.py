"""Joins rule files to packs, and checks what only all of them together can say.

Files with the same source are one pack, wherever they lie: a user's file may add rules to a shipped source or to
``generic``. Rule ids are unique in a pack; to replace a shipped rule, `disable` it and write another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cleaner.problem import Problem
from cleaner.rules.build import Name, RuleFile
from cleaner.rules.conform import nearest
from cleaner.rules.model import GENERIC, Pack


def join(files: Sequence[RuleFile]) -> dict[str, Pack]:
    """Return the packs by name. The files may stand in any order."""
    packs: dict[str, Pack] = {}
    for source in sorted({file.source.text for file in files}):
        parts = sorted((file for file in files if file.source.text == source), key=lambda file: file.source.place.file)
        packs[source] = Pack(
            name=source,
            describe=" ".join(part.describe for part in parts if part.describe),
            match=tuple(matcher for part in parts for matcher in part.match),
            extends=tuple(sorted({name.text for part in parts for name in part.extends})),
            disable=frozenset(name.text for part in parts for name in part.disable),
            languages=frozenset(language for part in parts for language in part.languages),
            rules=tuple(sorted((rule for part in parts for rule in part.rules), key=lambda rule: rule.id)),
            files=tuple(part.source.place.file for part in parts),
        )
    return packs


def problems(files: Sequence[RuleFile], *, complete: bool) -> Iterator[Problem]:
    """Yield what is wrong between the files. ``complete`` is False where a file could not be read: a name that
    is not known may stand there."""
    yield from _doubles(files)
    yield from _circles(files)
    if complete:
        yield from _unknown(files)


def _at(name: Name, message: str, hint: str = "") -> Problem:
    return Problem(message, name.place.file, name.place.line, name.place.column, hint)


def _doubles(files: Sequence[RuleFile]) -> Iterator[Problem]:
    first: dict[str, Name] = {}
    for file in files:
        for name in file.ids:
            other = first.setdefault(name.text, name)
            if other is not name:
                hint = f"the other one is at {other.place}"
                if other.place.file != name.place.file:
                    hint += "; to replace a rule, name it under `disable` and give yours an id of its own"
                yield _at(name, f"two rules have the id `{name.text}`", hint)


def _unknown(files: Sequence[RuleFile]) -> Iterator[Problem]:
    sources = {file.source.text for file in files}
    ids = {name.text for file in files for name in file.ids}
    for file in files:
        for name in file.extends:
            if name.text == GENERIC:
                yield _at(name, f"`{GENERIC}` counts everywhere and cannot be extended", "take it out")
            elif name.text not in sources:
                hint = nearest(name.text, sources) or "`cleaner rules list` shows those there are"
                yield _at(name, f"`extends`: there is no source `{name.text}`", hint)
        for name in file.disable:
            if name.text not in ids:
                hint = nearest(name.text, ids) or "`cleaner rules list` shows those there are"
                yield _at(name, f"`disable`: there is no rule `{name.text}`", hint)


def _circles(files: Sequence[RuleFile]) -> Iterator[Problem]:
    """Yield each circle of `extends` once, at the entry that closes it."""
    edges: dict[str, list[Name]] = {}
    for file in files:
        edges.setdefault(file.source.text, []).extend(file.extends)
    reported: set[frozenset[str]] = set()
    for source in sorted(edges):
        for path, closing in _walks(source, (source,), edges):
            if frozenset(path) not in reported:
                reported.add(frozenset(path))
                yield _at(closing, "`extends` runs in a circle: " + " -> ".join((*path, source)))


def _walks(
    home: str, path: tuple[str, ...], edges: Mapping[str, Sequence[Name]]
) -> Iterator[tuple[tuple[str, ...], Name]]:
    """The ways along `extends` that lead back to ``home``, which is the least name on them."""
    for name in edges.get(path[-1], ()):
        if name.text == home:
            yield path, name
        elif name.text > home and name.text not in path:
            yield from _walks(home, (*path, name.text), edges)
