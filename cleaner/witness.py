"""Witnesses: every rule's examples, run as the engine would run them.

An example is run with its rule alone (and with the rules of phase one that it asks for by ``taken``), with the ``keep``
rules of its pack, at level ``maybe`` and without repair. What stands in ``[[ ]]`` must go and nothing else (or be what
``replace`` puts there); white space is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cleaner.engine import Cleaner, Options
from cleaner.rules.load import Library
from cleaner.rules.model import GENERIC, Example, Pack, Place, Rule
from cleaner.rules.verbs import PHASE_TWO
from cleaner.text.document import Document


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """The outcome of one example: ``expected`` and ``got`` are texts with white space folded."""

    rule_id: str
    place: Place
    passed: bool
    expected: str
    got: str


def run_examples(library: Library, rules: Iterable[Rule]) -> Iterator[ExampleResult]:
    """Run the examples of ``rules``, which are of ``library``, in their order."""
    for rule in rules:
        options = Options(level="maybe", repair="off", max_removed=None, source=_source_of(rule))
        cleaner = Cleaner(_alone(library, rule), options)
        for example in rule.examples:
            yield _run(cleaner, rule, example)


def _source_of(rule: Rule) -> str | None:
    pack = rule.id.partition("/")[0]
    return None if pack == GENERIC else pack


def _alone(library: Library, rule: Rule) -> Library:
    """A library of one rule and what its pack keeps."""
    name = rule.id.partition("/")[0]
    others = [other for other in library.packs[name].rules if other.id != rule.id]
    kept = tuple(other for other in others if other.keeps and not rule.keeps)
    takers = tuple(
        other
        for other in others
        if other.category in rule.where.taken and other.verb not in PHASE_TWO and other.confidence != "maybe"
    )
    return Library({name: Pack(name, rules=(rule, *kept, *takers))})


def _run(cleaner: Cleaner, rule: Rule, example: Example) -> ExampleResult:
    expected = _folded(_without(example.text, example.cuts, rule.replace))
    if rule.keeps:  # a keep rule's brackets mark what it protects
        matches = [m for done in cleaner.passes(Document("", example.text)) for m in done.matches]
        got = _folded(_without(example.text, sorted((m.start, m.end) for m in matches)))
        return ExampleResult(rule.id, example.place, got == expected, expected, got)
    result = cleaner.clean(Document("", example.text))
    got = str(result.problem) if result.problem else _folded(result.text)
    return ExampleResult(rule.id, example.place, got == expected, expected, got)


def _without(text: str, cuts: Iterable[tuple[int, int]], new: str = "") -> str:
    pieces: list[str] = []
    at = 0
    for start, end in cuts:
        pieces += (text[at:start], new)
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def _folded(text: str) -> str:
    return " ".join(text.split())
