"""The linter: what loads, but is too weak, too wide or too slow to be left so.

Errors are refused by ``cleaner rules lint``: a pattern that matches the empty string; a ``certain`` rule without
`PROOF` examples of each kind; a generic rule that one word in any place sets off; a pattern that backtracks
without bound. Warnings: a rule that has to be tried on every line; a pattern without quotes; one that looks like half
a regular expression; two sources that claim one domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from cleaner.problem import Problem
from cleaner.rules.hostile import attack
from cleaner.rules.model import GENERIC, VERBS, Pattern, Place, Rule, Where
from cleaner.rules.pattern import compiled
from cleaner.rules.prefilter import literals_of
from cleaner.text.lines import word_count

if TYPE_CHECKING:
    from cleaner.rules.load import Library

PROOF: Final = 2
"""A `certain` rule, which rewrites files unseen, is proven by so many examples of each kind."""

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the linter says: ``error`` is refused, ``warning`` only said. ``rule`` is a full id, or ''."""

    severity: Literal["error", "warning"]
    rule: str
    problem: Problem


def lint(library: Library, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """Return what is to be said about ``rules`` (all of the library, if None), sorted by place."""
    chosen = [rule for pack in library.packs.values() for rule in pack.rules] if rules is None else list(rules)
    found = [finding for rule in chosen for finding in _rule(rule)]
    if rules is None:
        found += _domains(library)
        found += _unquoted({file for pack in library.packs.values() for file in pack.files})
    else:
        wanted = {(rule.place.file, rule.id) for rule in chosen}
        files = {file for file, _ in wanted}
        found += [finding for finding in _unquoted(files) if (finding.problem.file, finding.rule) in wanted]
    return sorted(found, key=lambda one: (one.problem.file, one.problem.line, one.problem.column, one.problem.message))


def _error(rule: Rule, message: str, hint: str) -> Finding:
    place = rule.place
    return Finding("error", rule.id, Problem(f"{rule.id}: {message}", place.file, place.line, place.column, hint))


def _warning(name: str, place: Place, message: str, hint: str) -> Finding:
    return Finding("warning", name, Problem(f"{name}: {message}", place.file, place.line, place.column, hint))


def _rule(rule: Rule) -> Iterator[Finding]:
    yield from _patterns(rule)
    if rule.confidence == "certain" and not rule.keeps:
        yield from _proof(rule)
    if rule.id.startswith(f"{GENERIC}/") and not rule.keeps:
        yield from _one_word(rule)
    is_bound = rule.where.first is not None or rule.where.last is not None
    for pattern in () if is_bound or rule.verb == "repeat" else rule.targets:
        if literals_of(rule, pattern) is None:
            message = f"{_shown(pattern)} has no fixed word, so it is tried on every line"
            hint = "three such rules in three hundred halve the speed; add a word, or `where: first` or `last`"
            yield _warning(rule.id, rule.place, message, hint)


def _patterns(rule: Rule) -> Iterator[Finding]:
    targets = [(pattern, rule.verb == "span") for pattern in rule.targets]
    lines = [(pattern, False) for pattern in (*rule.patterns(),)[len(rule.targets) :]]
    for pattern, searched in dict.fromkeys(targets + lines):
        if pattern.kind == "shape":
            continue
        if compiled(pattern.expression, pattern.ignore_case).fullmatch(""):
            hint = "a line is never empty; a pattern that nothing sets off fits everywhere"
            yield _error(rule, f"{_shown(pattern)} matches the empty string", hint)
        found = attack(pattern, searched=searched)
        if found:
            text = f"{found.lead}{found.pump}"[-30:]
            length = len(found.lead) + len(found.pump) * found.rounds
            message = f"{_shown(pattern)} backtracks without bound, as on {length} characters of {text!r} over and over"
            hint = "let no two repeats beside or inside each other match the same text; bound them, as in `.{0,80}`"
            yield _error(rule, message, hint)
        if pattern.kind == "text" and re.match(r"/.*[\\\[(].*[^/]$", pattern.source):
            hint = "close it with `/`, or write a list if the first slash is meant"
            yield _warning(
                rule.id, rule.place, f"{_shown(pattern)} begins like a regular expression, but is text", hint
            )


def _proof(rule: Rule) -> Iterator[Finding]:
    cut = sum(bool(example.cuts) for example in rule.examples)
    kept = len(rule.examples) - cut
    if cut < PROOF or kept < PROOF:
        message = f"is certain, but has {cut} examples of what goes and {kept} of what stays"
        yield _error(rule, message, f"give {PROOF} of each, or make it likely")


def _one_word(rule: Rule) -> Iterator[Finding]:
    """A rule whose pattern a line of one word matches, and that asks for nothing else.

    That a line was said before, or that lines of some shape hang on it, is something else.
    """
    is_conditional = (
        rule.where != Where() or rule.verb == "repeat" or any(pattern.source != "any" for pattern in rule.while_)
    )
    for pattern in () if is_conditional else rule.targets:
        word = next((word for word in _words(pattern) if _is_matched(pattern, word)), None)
        if word:
            message = f"{_shown(pattern)} goes by one word (`{word}`), in any place of any text"
            yield _error(rule, message, "bind it by `where`, or ask for more words")
            return


def _words(pattern: Pattern) -> Iterator[str]:
    """The words in a pattern that would be a line of one word."""
    for word in dict.fromkeys(_WORD.findall(re.sub(r"\\[a-zA-Z]|\(\?\w*[:<]|%\{\w+\}", " ", pattern.expression))):
        if word_count(word) <= 2:  # three characters of Chinese count as two words
            yield from (word, word.capitalize(), word.upper())


def _is_matched(pattern: Pattern, word: str) -> bool:
    return pattern.kind != "shape" and bool(compiled(pattern.expression, pattern.ignore_case).fullmatch(word))


def _shown(pattern: Pattern) -> str:
    source = pattern.source
    return f"`{source[:60]}…`" if len(source) > 60 else f"`{source}`"


def _domains(library: Library) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for name, pack in sorted(library.packs.items()):
        for matcher in pack.match:
            if matcher.domain and owner.setdefault(matcher.domain.casefold(), name) != name:
                first = owner[matcher.domain.casefold()]
                message = f"claims the domain {matcher.domain}, as does `{first}`, which wins"
                place = Place(pack.files[0] if pack.files else "", 0, 0)
                yield _warning(name, place, message, "make one extend the other, or leave the domain to one of them")


def _unquoted(files: Iterable[str]) -> Iterator[Finding]:
    """Patterns that stand without quotes. What YAML may do to them is seen in the file only, so it is read again."""
    from cleaner.rules.syntax import Items, Notes, Scalar, Table, read

    keys = {*VERBS, "while", "until"}
    for file in sorted(files):
        try:
            tree = read(Path(file).read_text("utf-8-sig"), Notes(file))
        except (OSError, UnicodeDecodeError):
            continue  # gone since it was loaded; nothing to say about it
        if not isinstance(tree, Table):
            continue
        source = tree.get("source")
        listed = [node for name in ("rules", "keep") if isinstance(node := tree.get(name), Items)]
        for rule in (item for node in listed for item in node.items if isinstance(item, Table)):
            for key, value in rule.pairs:
                for item in value.items if isinstance(value, Items) else (value,):
                    if not isinstance(item, Scalar) or key.text not in keys or item.style:
                        continue
                    if re.fullmatch("[a-z]+", item.text):  # a shape, or `headline` and `line` of repeat
                        continue
                    name = "/".join(node.text for node in (source, rule.get("id")) if isinstance(node, Scalar))
                    message = f"the pattern `{item.text[:60]}` stands without quotes"
                    hint = "put it in single quotes; YAML gives `#`, `: ` and other signs a meaning"
                    yield _warning(name, Place(file, item.line, item.column), message, hint)
