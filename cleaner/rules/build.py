"""One rule file: from its text to the rules in it, with everything that is wrong with it.

What one file can say about itself is checked here; what only all files together can say, in `cleaner.rules.join`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

import msgspec
from msgspec import UnsetType

from cleaner.rules import spec
from cleaner.rules.conform import conform, nearest, shown
from cleaner.rules.examples import ExampleError, parse_example
from cleaner.rules.model import (
    CATEGORIES,
    PIECES,
    REPAIR_RULE,
    VERBS,
    Example,
    Matcher,
    Neighbour,
    Pattern,
    Place,
    Rule,
    Verb,
    Where,
)
from cleaner.rules.named import read_named
from cleaner.rules.pattern import PatternError, compile_pattern, shared
from cleaner.rules.syntax import Items, Node, Notes, Scalar, Table, plain, read

BELONGS: Final[Mapping[str, Verb]] = {
    "while": "section",
    "until": "section",
    "to": "section",
    "min": "section",
    "max": "section",
    "keep": "repeat",
    "near": "repeat",
    "replace": "span",
}
"""Keys that go with one verb only."""

_KNOWN: Final = frozenset(spec.Rule.__struct_encode_fields__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a rule file and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What one file says. ``ids`` are all full rule ids in it, also those of rules that are broken."""

    source: Name
    describe: str = ""
    match: tuple[Matcher, ...] = ()
    extends: tuple[Name, ...] = ()
    disable: tuple[Name, ...] = ()
    languages: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    ids: tuple[Name, ...] = field(default=())


def build(text: str, notes: Notes, shared: Mapping[str, str]) -> RuleFile | None:
    """Read one rule file. ``shared`` are the named patterns it may use beside its own.

    Everything wrong goes to ``notes``; what is left is what is right, so that other files can be held against it. None
    where not even the source's name can be read.
    """
    table = read(text, notes)
    if table is None:
        return None
    if not isinstance(table, Table):
        found = "a list" if isinstance(table, Items) else "a text"
        notes.add(f"expected keys such as `source:` and `rules:`, found {found}", table)
        return None
    return _Builder(table, notes, shared).file()


class _Builder:
    """Goes through one file; the tree gives the places, the types of `spec` the values."""

    def __init__(self, table: Table, notes: Notes, shared: Mapping[str, str]) -> None:
        self.table = table
        self.notes = notes
        self.named: Mapping[str, str] = shared
        self.source = ""

    def file(self) -> RuleFile | None:
        # Rules are held against their type one by one: a broken one must not hide the others.
        lists = {name: self.table.get(name) for name in ("rules", "keep")}
        apart = {name for name, node in lists.items() if isinstance(node, Items)}
        head = Table(
            tuple(pair for pair in self.table.pairs if pair[0].text not in apart), self.table.line, self.table.column
        )
        sound = self.conforms(head, spec.File, "this file")
        source = self.table.get("source")
        self.source = source.text if isinstance(source, Scalar) else ""
        if self.source in {REPAIR_RULE, *CATEGORIES}:
            hint = "switches such as --skip could not tell them apart"
            self.notes.add(f"`{self.source}` is the name of a family of cuts and cannot name a source", source, hint)
        patterns = self.table.get("patterns")
        if sound and isinstance(patterns, Table):
            self.named = read_named(patterns, self.named, self.notes)
        said = msgspec.convert(plain(head), spec.File, strict=False) if sound else spec.File(source=self.source)
        languages = _many(said.language)
        entries = [
            (item, keeps)
            for name, keeps in (("rules", False), ("keep", True))
            if isinstance(node := lists[name], Items)
            for item in node.items
        ]
        rules = tuple(rule for item, keeps in entries if (rule := self.rule(item, keeps, languages)))
        if not isinstance(source, Scalar) or not self.source:
            return None
        return RuleFile(
            source=self.name(source),
            describe=given(said.describe, ""),
            match=tuple(self.matchers()) if sound else (),
            extends=tuple(self.names("extends", spec.SourceName)),
            disable=tuple(self.names("disable", spec.FullId)),
            languages=frozenset(languages),
            rules=rules,
            ids=tuple(self.ids(item for item, _ in entries)),
        )

    def conforms(self, node: Node, wanted: type, label: str) -> bool:
        before = len(self.notes.problems)
        conform(node, wanted, label, self.notes)
        return len(self.notes.problems) == before

    def place(self, node: Node) -> Place:
        return Place(self.notes.file, node.line, node.column)

    def name(self, node: Scalar) -> Name:
        return Name(node.text, self.place(node))

    def names(self, key: str, wanted: object) -> Iterator[Name]:
        """The names in a list, without those that cannot be one, which are reported already."""
        node = self.table.get(key)
        for item in node.items if isinstance(node, Items) else ():
            unheard = Notes("")
            conform(item, wanted, key, unheard)
            if isinstance(item, Scalar) and not unheard.problems:
                yield self.name(item)

    def ids(self, items: Iterable[Node]) -> Iterator[Name]:
        for item in items:
            node = item.get("id") if isinstance(item, Table) else None
            if isinstance(node, Scalar) and node.text:
                yield Name(f"{self.source}/{node.text}", self.place(node))

    def matchers(self) -> Iterator[Matcher]:
        match = self.table.get("match")
        listed = match.get("any") if isinstance(match, Table) else None
        for item in listed.items if isinstance(listed, Items) else ():
            assert isinstance(item, Table)
            said = msgspec.convert(plain(item), spec.Matcher, strict=False)
            if len(item.pairs) != 1:
                hint = "write each as an item of its own; one of them is enough"
                self.notes.add("a matcher has one key", item.pairs[1][0], hint)
                continue
            key, value = item.pairs[0]
            if key.text == "path" and isinstance(value, Scalar):
                self.check_glob(value)
            yield Matcher(
                domain=given(said.domain, None),
                path=given(said.path, None),
                meta=tuple(given(said.meta, {}).items()),
                fingerprint=self.patterns(item, "fingerprint", whole_lines=False),
            )

    def check_glob(self, node: Scalar) -> None:
        import pathspec

        try:
            pathspec.PathSpec.from_lines("gitignore", [node.text])
        except ValueError as error:
            self.notes.add(f"`path`: {shown(node.text)} is no glob: {error}", node)

    def rule(self, node: Node, keeps: bool, languages: Iterable[str]) -> Rule | None:
        """The rule, or None and notes where anything in it is wrong."""
        before = len(self.notes.problems)
        if not self.conforms(node, spec.KeepRule if keeps else spec.Rule, "this rule") and not isinstance(node, Table):
            return None
        assert isinstance(node, Table)
        verb = self.verb(node)
        self.check_company(node, verb)
        examples = tuple(self.examples(node))
        if not keeps and isinstance(node.get("examples"), Items):
            self.check_witnesses(node, examples)
        if len(self.notes.problems) > before or verb is None:
            # The patterns may be wrong too; better said now than after the next try.
            for key in (*VERBS, "while"):
                self.patterns(node, key, shapes=key == "while")
            self.neighbours(node.get("until"))
            return None
        rule = self.sound_rule(node, verb, keeps, languages, examples)
        return rule if len(self.notes.problems) == before else None

    def sound_rule(
        self, node: Table, verb: Verb, keeps: bool, languages: Iterable[str], examples: tuple[Example, ...]
    ) -> Rule:
        said: spec.Rule | spec.KeepRule
        if keeps:
            said = msgspec.convert(plain(node), spec.KeepRule, strict=False)
        else:
            said = msgspec.convert(plain(node), spec.Rule, strict=False)
        repeats, targets = (
            self.repeats(node)
            if verb == "repeat"
            else ("line", self.patterns(node, verb, whole_lines=verb not in PIECES))
        )
        min_, max_ = said.min, given(said.max, None)
        if max_ is not None and max_ < min_:
            self.notes.add(f"`max` {max_} is less than `min` {min_}", node.key("max"))
        start, end = given(said.valid_from, None), given(said.valid_until, None)
        if start and end and end < start:
            self.notes.add("`valid_until` lies before `valid_from`", node.key("valid_until"))
        rule = Rule(
            id=f"{self.source}/{said.id}",
            verb=verb,
            why=said.why,
            category="",
            targets=targets,
            where=self.where(node.get("where")),
            while_=self.patterns(node, "while", shapes=True),
            to=self.patterns(node, "to", shapes=True),
            until=self.neighbours(node.get("until")),
            min=min_,
            max=max_,
            repeats=repeats,
            keep=said.keep,
            near=said.near,
            languages=frozenset(_many(said.language) or languages),
            valid_from=start,
            valid_until=end,
            examples=examples,
            keeps=keeps,
            place=self.place(node),
        )
        if isinstance(said, spec.KeepRule):
            return rule
        return replace(rule, category=said.category, confidence=said.confidence, replace=given(said.replace, ""))

    def verb(self, node: Table) -> Verb | None:
        """The rule's one verb; None and a note where it has none or two."""
        found = [verb for verb in VERBS if node.get(verb) is not None]
        if len(found) == 1:
            return found[0]
        if found:
            second = max((node.key(verb) for verb in found), key=lambda key: (key.line, key.column) if key else (0, 0))
            listed = " and ".join(f"`{verb}`" for verb in found)
            self.notes.add(f"a rule has one verb, this one has {listed}", second, "make it two rules")
        elif not any(nearest(key.text, VERBS) for key, _ in node.pairs if key.text not in _KNOWN):
            self.notes.add("this rule has no verb", node, f"it needs one of {', '.join(VERBS)}")
        return None

    def check_company(self, node: Table, verb: Verb | None) -> None:
        """Note keys that do not go with the verb, and a section without an end."""
        for key, _ in node.pairs:
            owner = BELONGS.get(key.text)
            if verb and owner and verb != owner:
                self.notes.add(f"`{key.text}` goes with `{owner}`, this rule has `{verb}`", key)
        if verb == "section" and all(node.get(key) is None for key in ("while", "until", "to")):
            hint = "`while:` says what its lines look like, `until:` what it ends before; `while: any` takes the rest"
            self.notes.add("a section needs `while`, `until` or `to`", node.key("section"), hint)

    def examples(self, node: Table) -> Iterator[Example]:
        for item in _scalars(node.get("examples")):
            try:
                text, cuts = parse_example(item.text)
            except ExampleError as error:
                self.notes.add(f"an example: {error.message}", item.at(error.offset))
            else:
                yield Example(text, cuts, self.place(item))

    def check_witnesses(self, node: Table, examples: tuple[Example, ...]) -> None:
        listed = node.get("examples")
        if not isinstance(listed, Items) or len(examples) < len(listed.items) or not examples:
            return  # broken ones are reported already, and any of them may be the one that is missed
        key = node.key("examples")
        if not any(example.cuts for example in examples):
            self.notes.add("no example of what must go", key, "mark it with [[ ]] in a text where it stands")
        if all(example.cuts for example in examples):
            self.notes.add("no example of what must stay", key, "add a text without [[ ]] that looks alike and is none")

    def repeats(self, node: Table) -> tuple[Literal["headline", "line"], tuple[Pattern, ...]]:
        written = node.get("repeat")
        if isinstance(written, Scalar):
            if written.text == "headline":
                return "headline", ()
            if written.text == "line":
                return "line", ()
            near = nearest(written.text, ("headline", "line"))
            if near and not written.style:
                self.notes.add(f"unknown repeat `{written.text}`", written, f"{near} A text goes in quotes")
                return "line", ()
        return "line", self.patterns(node, "repeat")

    def where(self, node: Node | None) -> Where:
        if not isinstance(node, Table):
            return Where()
        said = msgspec.convert(plain(node), spec.Where, strict=False)
        after, before = (_share(share) for share in (said.after, said.before))
        if after is not None and before is not None and before <= after:
            self.notes.add("nothing lies `after` and `before` these shares at once", node.key("before"))
        in_ = said.in_
        parts = in_ if isinstance(in_, list) else [] if isinstance(in_, UnsetType) else [in_]
        takers = [said.taken] if isinstance(said.taken, str) else said.taken
        choices = node.get("any")
        unless = node.get("unless")
        exceptions = unless.items if isinstance(unless, Items) else (unless,) if unless else ()
        return shared(
            Where(
                first=given(said.first, None),
                last=given(said.last, None),
                after=after,
                before=before,
                parts=frozenset(parts),
                follows=self.neighbours(node.get("follows")),
                then=self.neighbours(node.get("then")),
                later=self.neighbours(node.get("later")),
                earlier=self.neighbours(node.get("earlier")),
                rest=self.neighbours(node.get("rest")),
                headline=shared(self.patterns(node, "headline")),
                taken=frozenset(given(takers, [])),
                any=shared(tuple(self.where(choice) for choice in choices.items)) if isinstance(choices, Items) else (),
                unless=shared(tuple(self.where(exception) for exception in exceptions)),
            )
        )

    def neighbours(self, node: Node | None) -> tuple[Neighbour, ...]:
        return shared(tuple(shared(neighbour) for neighbour in self._neighbours(node)))

    def _neighbours(self, node: Node | None) -> Iterator[Neighbour]:
        for item in node.items if isinstance(node, Items) else (node,) if node else ():
            if isinstance(item, Table):
                for shape, count in item.pairs:
                    assert isinstance(count, Scalar)
                    yield from (Neighbour(pattern, int(count.text)) for pattern in self.pattern(shape, shapes=True))
            elif isinstance(item, Scalar):
                yield from (Neighbour(pattern) for pattern in self.pattern(item, shapes=True))

    def patterns(self, node: Table, key: str, *, shapes: bool = False, whole_lines: bool = True) -> tuple[Pattern, ...]:
        found = (self.pattern(item, shapes=shapes, whole_lines=whole_lines) for item in _scalars(node.get(key)))
        return tuple(pattern for pair in found for pattern in pair)

    def pattern(self, node: Scalar, *, shapes: bool, whole_lines: bool = True) -> tuple[Pattern, ...]:
        """The pattern, or nothing and a note."""
        if not node.text:  # reported already
            return ()
        try:
            return (compile_pattern(node.text, self.named, shapes=shapes, whole_lines=whole_lines),)
        except PatternError as error:
            self.notes.add(error.message, node.at(error.offset))
            return ()


def given(value: _T | UnsetType, default: _T) -> _T:
    """The value, or the default where the file has none."""
    return default if isinstance(value, UnsetType) else value


def _many(value: _T | list[_T] | UnsetType) -> tuple[_T, ...]:
    if isinstance(value, UnsetType):
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    """A scalar, or those of a list."""
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Scalar):
            yield item


def _share(percent: str | UnsetType) -> float | None:
    return None if isinstance(percent, UnsetType) else float(percent.removesuffix("%")) / 100
