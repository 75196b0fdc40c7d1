"""The rule model: what a loaded rule and a loaded pack are. Plain frozen data, picklable.

A rule file is read and checked in `cleaner.rules.load`; what it means is run in `cleaner.rules.verbs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from cleaner.text.edit import Confidence

Verb = Literal["line", "block", "section", "sentence", "span", "repeat"]
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
PIECES: Final[frozenset[Verb]] = frozenset({"sentence", "span"})
"""Verbs whose targets are pieces of lines; those of all others are whole lines."""

Category = Literal[
    "navigation",
    "headline",
    "byline",
    "dateline",
    "caption",
    "related",
    "promo",
    "newsletter",
    "share",
    "comments",
    "ad",
    "player",
    "paywall",
    "cookie",
    "tags",
    "bio",
    "credits",
    "legal",
    "pagination",
    "markup",
    "repeat",
]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

Part = Literal["head", "body", "tail"]
"""Where a line stands: before, inside or after the article's own text."""

REPAIR_RULE: Final = "repair"
"""The name before the slash in the ids of repairs: ``repair/mojibake``."""


class Pattern(NamedTuple):
    """One pattern as a rule file writes it, ready to be matched against a target.

    ``kind`` is ``text`` (a plain string), ``regex`` (``/…/``) or ``shape`` (a shape's name, where shapes may
    stand). ``expression`` is what goes to the `regex` package, and ``ignore_case`` how; for a shape it is
    empty and ``shape`` holds the flag. ``literals``: folded pieces of which at least one stands in every text the
    pattern can match; ``None`` where no such set is known. ``line_literals``: the same where it covers whole lines; a
    pattern has the one or the other, as it is used.
    ``width``: the most letters that it can cover; ``None`` where there is no bound. ``least``: the fewest characters of
    a target that it can cover whole. ``is_partial``: a partial match on a beginning says whether a target can match.
    """

    kind: Literal["text", "regex", "shape"]
    source: str
    expression: str = ""
    ignore_case: bool = True
    shape: int = 0
    literals: tuple[str, ...] | None = None
    line_literals: tuple[str, ...] | None = None
    width: int | None = None
    least: int = 0
    is_partial: bool = False


class Neighbour(NamedTuple):
    """``follows``/``then``: the nearest ``count`` non-blank lines on that side all match the pattern."""

    pattern: Pattern
    count: int = 1  # type: ignore[assignment]


class Where(NamedTuple):
    """Conditions on the place of a target. All that are given must hold.

    ``first``/``last`` count non-blank lines of the text as it came, ``after``/``before`` are shares of its
    characters (0 to 1), ``parts`` are head, body, tail. ``follows``/``then``: any of the neighbours listed.
    ``taken``: a rule of phase one, of one of these categories, takes the target's first line whole. ``rest``: at most
    ``count`` of all lines behind that no rule of phase one takes are like the pattern. ``headline``: the page's
    title, or one of the text's first lines, is like any of these.
    ``any``: one of these must hold. ``unless``: none of these may hold; a condition of several keys holds when all
    of its keys do.
    """

    first: int | None = None
    last: int | None = None
    after: float | None = None
    before: float | None = None
    parts: frozenset[Part] = frozenset()
    follows: tuple[Neighbour, ...] = ()
    then: tuple[Neighbour, ...] = ()
    later: tuple[Neighbour, ...] = ()
    earlier: tuple[Neighbour, ...] = ()
    rest: tuple[Neighbour, ...] = ()
    headline: tuple[Pattern, ...] = ()
    taken: frozenset[str] = frozenset()
    any: tuple[Where, ...] = ()
    unless: tuple[Where, ...] = ()

    def patterns(self) -> Iterator[Pattern]:
        """All patterns in the conditions, in their order."""
        yield from (
            neighbour.pattern for neighbour in (*self.follows, *self.then, *self.later, *self.earlier, *self.rest)
        )
        yield from self.headline
        for inner in (*self.any, *self.unless):
            yield from inner.patterns()


EVERYWHERE: Final = Where()


class Place(NamedTuple):
    """Where a thing stands in a rule file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE: Final = Place("", 0, 0)


class Example(NamedTuple):
    """A rule's witness: ``text`` with ``cuts``, the spans that must go. No cuts: nothing may go."""

    text: str
    cuts: tuple[tuple[int, int], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the keys are those of the rule format.

    ``id`` is ``pack/name``. ``targets``: any of these patterns. For ``repeat``, ``repeats`` says what of a
    repeated line counts (``headline``, ``line``; ``targets`` then narrows it down). ``while_``, ``until``, ``min``,
    ``max`` belong to ``section``: ``min`` and ``max`` count the non-blank lines after the heading. ``keeps`` marks a
    rule of the ``keep`` list, which protects what it matches.
    """

    id: str
    verb: Verb
    why: str
    category: str
    targets: tuple[Pattern, ...]
    confidence: Confidence = "likely"
    where: Where = EVERYWHERE
    while_: tuple[Pattern, ...] = ()
    to: tuple[Pattern, ...] = ()
    until: tuple[Neighbour, ...] = ()
    min: int = 1
    max: int | None = None
    repeats: Literal["headline", "line"] = "line"
    keep: Literal["first", "last", "none"] = "first"
    near: int = 100
    replace: str = ""
    languages: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_until: date | None = None
    examples: tuple[Example, ...] = ()
    keeps: bool = False
    place: Place = NOWHERE

    def patterns(self) -> Iterator[Pattern]:
        """All patterns of the rule, in their order."""
        yield from (*self.targets, *self.while_, *self.to, *(neighbour.pattern for neighbour in self.until))
        yield from self.where.patterns()


@dataclass(frozen=True, slots=True)
class Matcher:
    """One way to know a source: exactly one field is given. ``meta`` pairs must all be equal (case folded)."""

    domain: str | None = None
    path: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    fingerprint: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One source's rules, as its file has them; ``extends`` and ``disable`` are still names."""

    name: str
    describe: str = ""
    match: tuple[Matcher, ...] = ()
    extends: tuple[str, ...] = ()
    disable: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    files: tuple[str, ...] = field(default=())


GENERIC: Final = "generic"
"""The pack that always applies; its rules are spread over the files of ``rules/generic/``."""
