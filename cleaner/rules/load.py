"""The rule library: which rules there are, and which of them count for a source.

Rules ship with the package; a user's folders add to them. Such a folder holds any ``*.yaml`` and ``*.yml``, at
any depth (names that begin with a dot are passed over); ``patterns.yaml`` in it holds named patterns for its
files. Files with the same ``source`` are one pack, so that a user's file adds rules to a shipped source, or to
``generic``.

What was loaded is kept in the user's cache folder (`cleaner.rules.cache`), because reading YAML and compiling
patterns costs more than all the rest of a start; YAML and msgspec are not even imported where the cache holds.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.rules.model import GENERIC, Matcher, Pack, Pattern, Rule
from cleaner.rules.prefilter import Prefilter, prefilter_of
from cleaner.version import __version__

NAMED_FILE: Final = "patterns.yaml"
"""Holds the shared named patterns of a rules folder."""

_SILENT: Final = frozenset({"place", "examples", "files", "describe"})
"""Fields that have no say in what is cut."""


@dataclass(frozen=True)  # no slots: what is derived from the packs is remembered beside them
class Library:
    """All packs by name. Frozen and picklable."""

    packs: Mapping[str, Pack]

    def chain(self, source: str | None) -> tuple[tuple[str, ...], frozenset[str]]:
        """The packs that count for a source, and the ids of the rules that any of them disables.

        They are the generic pack, the source and all that it extends; for None the generic pack alone. Raises
        `KeyError` for a source that is not in the library.
        """
        names = [name for name in (GENERIC,) if name in self.packs]
        queue = [] if source is None or source in names else [source]
        while queue:
            name = queue.pop()
            if name not in names:
                names.append(name)
                queue.extend(self.packs[name].extends)
        return tuple(names), frozenset(rule for name in names for rule in self.packs[name].disable)

    def rules_for(self, source: str | None) -> tuple[Rule, ...]:
        """The rules of a source's `chain`, without the disabled ones, sorted by id. Raises `KeyError` as that does."""
        names, disabled = self.chain(source)
        found = [rule for name in names for rule in self.packs[name].rules if rule.id not in disabled]
        return tuple(sorted(found, key=lambda rule: rule.id))

    def prefilter(self, name: str) -> Prefilter:
        """A new prefilter for all rules of a pack, or the one that was kept with it. Raises `KeyError`."""
        from cleaner.rules.cache import ShelvedPacks

        if isinstance(self.packs, ShelvedPacks):
            return self.packs.prefilter(name)
        return prefilter_of(self.packs[name].rules)

    def rule(self, full_id: str) -> Rule:
        """The rule with this id (``source/rule``). Raises `CleanerError` with the nearest one where there is none."""
        for rule in self.packs[full_id.partition("/")[0]].rules if full_id.partition("/")[0] in self.packs else ():
            if rule.id == full_id:
                return rule
        from difflib import get_close_matches

        known = [rule.id for pack in self.packs.values() for rule in pack.rules]
        near = get_close_matches(full_id, known, 1)
        hint = f"did you mean `{near[0]}`?" if near else "`cleaner rules list` shows those there are"
        raise CleanerError(Problem(f"there is no rule `{full_id}`", hint=hint))

    @cached_property
    def matchers(self) -> Mapping[str, tuple[Matcher, ...]]:
        """How each source is known, by its name."""
        return {name: pack.match for name, pack in self.packs.items()}

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits for all that determines results: the rules and the version of the package.

        Where a rule stands, its examples and comments do not count.
        """
        from hashlib import blake2b  # it loads OpenSSL; a cached library has its digest

        written = repr((__version__, sorted((name, _canonical(pack)) for name, pack in self.packs.items())))
        return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def load_library(
    folders: Sequence[Path] = (), *, shipped: bool = True, cache: bool = True, examples: bool = False
) -> Library:
    """Load the shipped rules (unless ``shipped`` is False) and those of ``folders``, which may also be files.

    ``cache``: use what an earlier call left in the user's cache folder, if nothing changed since, and leave it
    there. ``examples``: keep the rules' examples, which only their tests need and the cache does not hold.
    Raises `CleanerError` with all problems found, each with its file, line and column.
    """
    from cleaner.rules.cache import Shelf

    home = shipped_folder()
    roots = [*([home] if shipped else []), *map(Path, folders)]
    problems: list[Problem] = []
    files = list(_found(roots, home, problems))
    if problems:
        raise CleanerError(*problems)
    if examples:
        return _read(files, home)
    shelf = Shelf([str(root) for root in roots], [file for _, file in files]) if cache else None
    kept = shelf.fetch() if shelf else None
    if isinstance(kept, Library):
        return kept
    library = _without_examples(_read(files, home))
    if shelf:
        shelf.store(_shelved(library))
    return library


def _shelved(library: Library) -> Library:
    """The library as it is kept: what a start needs of all packs at hand, each pack a pickle of its own."""
    from cleaner.rules.cache import ShelvedPacks

    packs = {
        name: (
            pack,
            prefilter_of(pack.rules),
            _compiled(pattern for rule in pack.rules for pattern in rule.patterns()),
        )
        for name, pack in library.packs.items()
    }
    fingerprints = (
        pattern for matchers in library.matchers.values() for matcher in matchers for pattern in matcher.fingerprint
    )
    shelved = Library(ShelvedPacks(packs, _compiled(fingerprints)))
    shelved.__dict__.update(digest=library.digest, matchers=library.matchers)  # as the cached properties would
    return shelved


def _without_examples(library: Library) -> Library:
    packs = {
        name: replace(pack, rules=tuple(replace(rule, examples=()) for rule in pack.rules))
        for name, pack in library.packs.items()
    }
    return Library(packs)


def shipped_folder() -> Path:
    """The folder of the shipped rules: inside the installed package, or in the checkout around it."""
    package = Path(__file__).parent.parent
    folder = package / "_rules"
    if not folder.is_dir():
        folder = package.parent / "rules"
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _found(roots: Sequence[Path], home: Path, problems: list[Problem]) -> Iterator[tuple[Path, Path]]:
    """Yield each file once, in a fixed order, with the folder whose named patterns it may use.

    Files of named patterns come along; those of ``home`` always do.
    """
    seen: set[Path] = set()
    for root in roots if home in roots else (home / NAMED_FILE, *roots):
        folder = root if root.is_dir() else root.parent
        if root.is_file():
            listed = sorted({path for path in (folder / NAMED_FILE, root) if path.is_file()})
        else:
            listed = list(_walk(root, problems))
        if not listed and not problems:
            what = "no rule files (*.yaml, *.yml) in this folder" if root.is_dir() else "there is no such folder"
            problems.append(Problem(what, str(root), hint="--rules takes folders of rule files"))
        for path in listed:
            resolved = path.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield folder, path


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """The YAML files of a folder at any depth, sorted. Links to folders are not followed."""

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            problems.append(Problem(f"cannot be read: {error.strerror}", str(error.filename)))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(parent, name)


def _read(files: Sequence[tuple[Path, Path]], home: Path) -> Library:
    """Read the files. Raises `CleanerError` with everything wrong in any of them."""
    from cleaner.rules.build import RuleFile, build
    from cleaner.rules.join import join
    from cleaner.rules.join import problems as between
    from cleaner.rules.named import read_named_file
    from cleaner.rules.syntax import Notes, decode

    problems: list[Problem] = []
    texts: dict[Path, str | None] = {}
    for _, path in files:
        notes = Notes(str(path))
        try:
            texts[path] = decode(path.read_bytes(), notes)
        except OSError as error:
            texts[path] = None
            notes.add(f"cannot be read: {error.strerror}")
        problems += notes.problems

    named: dict[Path, Mapping[str, str]] = {}

    def named_of(root: Path) -> Mapping[str, str]:
        if root not in named:
            outer = named_of(home) if root != home else {}
            notes = Notes(str(root / NAMED_FILE))
            text = texts.get(root / NAMED_FILE)
            named[root] = read_named_file(text, outer, notes) if text is not None else outer
            problems.extend(notes.problems)
        return named[root]

    built: list[RuleFile] = []
    for root, path in files:
        shared, text = named_of(root), texts[path]
        if text is not None and path != root / NAMED_FILE:
            notes = Notes(str(path))
            found = build(text, notes, shared)
            built += [found] if found else []
            problems += notes.problems
    wanted = sum(path != root / NAMED_FILE for root, path in files)
    problems += between(built, complete=len(built) == wanted)
    if problems:
        raise CleanerError(*sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
    return Library(join(built))


def _compiled(patterns: Iterable[Pattern]) -> dict[tuple[str, bool], bytes]:
    """Pickles of what the patterns compile to, for `cleaner.rules.pattern.make_ready`."""
    from cleaner.rules.pattern import compiled

    keys = {(pattern.expression, pattern.ignore_case) for pattern in patterns if pattern.kind != "shape"}
    return {key: pickle.dumps(compiled(*key)) for key in sorted(keys)}


def _canonical(value: Any) -> Any:
    """``value`` as plain tuples in an order that is the same in every process."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((one.name, getattr(value, one.name)) for one in fields(value) if one.name not in _SILENT)
        return tuple((name, _canonical(part)) for name, part in named)
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        return tuple(map(_canonical, value))
    return value
