"""The rule file's format as types: which keys there are and what may stand behind them.

The set of keys is closed. These types are the only place that knows it: `cleaner.rules.conform` holds files
against them, `cleaner.rules.build` reads through them, and `cleaner.rules.schema` makes the JSON Schema of them, so
the descriptions here are what an editor shows. A scalar in a rule file is always the text that was written.

``title`` is the noun an error uses after "expected"; ``extra={"verbatim": True}`` marks text that is taken to the
letter, where a comment behind it would be a slip. ``Meta(pattern=…)`` stands nowhere: msgspec 0.22 releases its regular
expression once too often, and the interpreter then crashes at its exit (msgspec issue 717); see `_form`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from cleaner.rules.model import Category, Part
from cleaner.text.edit import Confidence
from cleaner.text.lines import SHAPES

Shape = Literal["bullet", "headline", "short", "link", "label", "time", "prose", "blank", "any"]


def _form(pattern: str, title: str) -> Meta:
    """A text that must match ``pattern``; `cleaner.rules.conform` and the schema see to it."""
    return Meta(title=title, extra={"pattern": pattern}, extra_json_schema={"pattern": pattern})


_VERBATIM: Final = {"verbatim": True}
_SHAPE_OR_TEXT: Final = {"anyOf": [{"enum": list(SHAPES)}, {"type": "string"}]}

Text = Annotated[str, Meta(min_length=1, title="a text", extra=_VERBATIM)]
Replacement = Annotated[str, Meta(title="a text", extra=_VERBATIM)]
Target = Annotated[str, Meta(min_length=1, title="a pattern", extra=_VERBATIM)]
Targets = Target | Annotated[list[Target], Meta(min_length=1, title="a list of patterns")]
LineLike = Annotated[
    str,
    Meta(
        min_length=1,
        title="a pattern or a line shape",
        extra={"verbatim": True, "shapes": True},
        extra_json_schema=_SHAPE_OR_TEXT,
    ),
]
LinesLike = LineLike | Annotated[list[LineLike], Meta(min_length=1, title="a list of patterns and line shapes")]
Count = Annotated[int, Meta(ge=1, title="a whole number from 1")]
Members = Annotated[int, Meta(ge=0, title="a whole number from 0")]
ShapeCount = Annotated[
    dict[LineLike, Count], Meta(min_length=1, max_length=1, title="a shape with a count, such as `{bullet: 3}`")
]
Neighbours = (
    LineLike
    | Annotated[list[LineLike | ShapeCount], Meta(min_length=1, title="a list of patterns and line shapes")]
    | ShapeCount
)
PatternCount = Annotated[
    dict[LineLike, Count], Meta(min_length=1, max_length=1, title="a pattern with a count, such as `{'/Reply/': 3}`")
]
PatternLimit = Annotated[
    dict[LineLike, Members], Meta(min_length=1, title="patterns with the most of each, such as `{prose: 2}`")
]
RuleName = Annotated[
    str, _form(r"^[a-z0-9-]+$", "an id of lower-case letters, digits and hyphens, such as `read-more`")
]
SourceName = Annotated[
    str,
    _form(
        r"^[a-z0-9][a-z0-9._-]*$",
        "a name of lower-case letters, digits, dots and hyphens, such as `scmp.com`",
    ),
]
FullId = Annotated[str, _form(r"^[a-z0-9][a-z0-9._-]*/[a-z0-9-]+$", "a full rule id, such as `generic/read-more`")]
Share = Annotated[str, _form(r"^(?:100|[0-9]{1,2}(?:\.[0-9]+)?)%$", "a share of the text, such as `30%`")]
Domain = Annotated[str, _form(r"^[^\s/:@]+\.[^\s/:@.]+$", "a domain without `https://` and path, such as `scmp.com`")]
Language = Annotated[str, _form("^[a-z]{2,3}$", "a language code, such as `en`")]
Languages = Language | Annotated[list[Language], Meta(min_length=1, title="a list of language codes")]
Day = Annotated[date, Meta(title="a date, such as `2024-04-30`")]
PatternName = Annotated[
    str,
    _form("^[a-z][a-z0-9_]*$", "a pattern's name of lower-case letters, digits and `_`, such as `person`"),
]
Patterns = dict[PatternName, Target]
Examples = Annotated[list[Text], Meta(min_length=1, title="a list of texts")]

_EXAMPLES_HELP: Final = (
    "Texts with what must go in [[ ]]; a text without brackets must stay whole. (article) stands for twenty lines "
    "of plain prose."
)


class Where(Struct, forbid_unknown_fields=True, kw_only=True):
    """Conditions on the place; all that are given must hold."""

    first: Annotated[Count | UnsetType, Meta(description="Among the first lines that are not blank.")] = UNSET
    last: Annotated[Count | UnsetType, Meta(description="Among the last lines that are not blank.")] = UNSET
    after: Annotated[Share | UnsetType, Meta(description="Behind this share of the text.")] = UNSET
    before: Annotated[Share | UnsetType, Meta(description="Ahead of this share of the text.")] = UNSET
    in_: Annotated[
        Part | Annotated[list[Part], Meta(min_length=1, title="a list of head, body and tail")] | UnsetType,
        Meta(description="Before, inside or after the article's own text; never where that is uncertain."),
    ] = field(name="in", default=UNSET)
    follows: Annotated[
        Neighbours | UnsetType,
        Meta(description="What the nearest line before looks like; {bullet: 3}: the three nearest. A list: any."),
    ] = UNSET
    then: Annotated[
        Neighbours | UnsetType,
        Meta(description="What the nearest line behind looks like; {bullet: 3}: the three nearest. A list: any."),
    ] = UNSET
    later: Annotated[
        PatternCount | UnsetType,
        Meta(description="How many of the next 200 lines behind are like this: {'/Reply/': 3}, at least three."),
    ] = UNSET
    earlier: Annotated[
        PatternCount | UnsetType,
        Meta(description="How many of the last 200 lines ahead are like this: {'/Reply/': 3}, at least three."),
    ] = UNSET
    rest: Annotated[
        PatternLimit | UnsetType,
        Meta(description="How many of all lines behind that stay may be like this: {prose: 2}, two at most."),
    ] = UNSET
    headline: Annotated[
        Targets | UnsetType,
        Meta(
            description="What the page's title, or one of the text's first lines, is like: what the article is about."
        ),
    ] = UNSET
    taken: Annotated[
        Category | Annotated[list[Category], Meta(min_length=1, title="a list of categories")] | UnsetType,
        Meta(description="With `section`: the line goes already, by a rule of one of these categories."),
    ] = UNSET
    any: Annotated[
        Annotated[list[Where], Meta(min_length=1, title="a list of conditions")] | UnsetType,
        Meta(description="Conditions of which one must hold."),
    ] = UNSET
    unless: Annotated[
        Where | Annotated[list[Where], Meta(min_length=1, title="a list of conditions")] | UnsetType,
        Meta(description="Conditions of which none may hold."),
    ] = UNSET


class _Body(Struct, forbid_unknown_fields=True, kw_only=True):
    id: Annotated[RuleName, Meta(description="The rule's name; its full id is SOURCE/ID.")]
    why: Annotated[Text, Meta(description="Why this is noise, in a sentence that stands in every report.")]
    line: Annotated[Targets | UnsetType, Meta(description="A whole line.")] = UNSET
    block: Annotated[Targets | UnsetType, Meta(description="A paragraph between blank lines.")] = UNSET
    section: Annotated[Targets | UnsetType, Meta(description="A heading line and what hangs on it.")] = UNSET
    sentence: Annotated[Targets | UnsetType, Meta(description="Whole sentences inside a line.")] = UNSET
    span: Annotated[Targets | UnsetType, Meta(description="A piece of a line.")] = UNSET
    repeat: Annotated[
        Targets | UnsetType,
        Meta(
            description="A line said before: `headline`, `line` (any line), or a pattern that it matches.",
            extra_json_schema={"examples": ["headline", "line"]},
        ),
    ] = UNSET
    while_: Annotated[
        LinesLike | UnsetType, Meta(description="With `section`: what the lines that belong to it look like.")
    ] = field(name="while", default=UNSET)
    to: Annotated[
        LinesLike | UnsetType,
        Meta(description="With `section`: what its last line looks like, the last of them ahead of the body."),
    ] = UNSET
    until: Annotated[
        Neighbours | UnsetType,
        Meta(description="With `section`: the line it ends before; {prose: 2}: two such lines in a row. A list: any."),
    ] = UNSET
    min: Annotated[Members, Meta(description="With `section`: how many lines must follow the heading.")] = 1
    max: Annotated[Members | UnsetType, Meta(description="With `section`: how many lines are taken at most.")] = UNSET
    keep: Annotated[Literal["first", "last", "none"], Meta(description="With `repeat`: which copy stays.")] = "first"
    near: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            title="a whole number from 1 to 100",
            description="With `repeat`: from which likeness in per cent on a line is a copy.",
        ),
    ] = 100
    where: Annotated[Where | UnsetType, Meta(description="Conditions on the place.")] = UNSET
    language: Annotated[
        Languages | UnsetType, Meta(description="Not where the document is known to be in another language.")
    ] = UNSET
    valid_from: Annotated[Day | UnsetType, Meta(description="The first article date this counts for.")] = UNSET
    valid_until: Annotated[Day | UnsetType, Meta(description="The last article date this counts for.")] = UNSET


class Rule(_Body, forbid_unknown_fields=True, kw_only=True):
    """One verb with flat conditions: what goes, and where."""

    category: Annotated[Category, Meta(description="The family of noise; it can be switched as a whole.")]
    replace: Annotated[Replacement | UnsetType, Meta(description="With `span`: put this there instead of nothing.")] = (
        UNSET
    )
    confidence: Annotated[
        Confidence,
        Meta(description="certain: cut in a hook. likely: cut in a batch run. maybe: reported only."),
    ] = "likely"
    examples: Annotated[Examples, Meta(description=_EXAMPLES_HELP)]


class KeepRule(_Body, forbid_unknown_fields=True, kw_only=True):
    """A rule that protects what it matches; it wins over every other."""

    examples: Annotated[Examples | UnsetType, Meta(description="Texts with what is protected in [[ ]].")] = UNSET


class Matcher(Struct, forbid_unknown_fields=True, kw_only=True):
    """One way to know a document of this source."""

    domain: Annotated[
        Domain | UnsetType, Meta(description="The domain of the record's url or domain field, and its subdomains.")
    ] = UNSET
    path: Annotated[Text | UnsetType, Meta(description="A glob over the document's path, as in .gitignore.")] = UNSET
    meta: Annotated[
        Annotated[dict[Text, Text], Meta(min_length=1, title="keys and texts, such as `{publisher: The Herald}`")]
        | UnsetType,
        Meta(description="Fields of the record that must all be equal."),
    ] = UNSET
    fingerprint: Annotated[Targets | UnsetType, Meta(description="Patterns that must all stand in the text.")] = UNSET


class Match(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which documents are of this source."""

    any: Annotated[
        Annotated[list[Matcher], Meta(min_length=1, title="a list of matchers")],
        Meta(description="One of these is enough."),
    ]


class File(Struct, forbid_unknown_fields=True, kw_only=True):
    """The rules for one source: a site, or a template that many sites share."""

    source: Annotated[
        SourceName,
        Meta(description="The source's name; `generic` for rules that count everywhere."),
    ]
    describe: Annotated[Text | UnsetType, Meta(description="What the source is, for people.")] = UNSET
    match: Annotated[Match | UnsetType, Meta(description="Which documents are of this source.")] = UNSET
    extends: Annotated[
        Annotated[list[SourceName], Meta(title="a list of sources")] | UnsetType,
        Meta(description="Sources whose rules come along."),
    ] = UNSET
    disable: Annotated[
        Annotated[list[FullId], Meta(title="a list of full rule ids")] | UnsetType,
        Meta(description="Full ids of rules that do not count here."),
    ] = UNSET
    language: Annotated[Languages | UnsetType, Meta(description="For the rules that name none of their own.")] = UNSET
    patterns: Annotated[
        Patterns | UnsetType,
        Meta(
            description="Named regular expressions, without slashes; %{name} puts one in.", title="names and patterns"
        ),
    ] = UNSET
    rules: Annotated[
        Annotated[list[Rule], Meta(title="a list of rules")] | UnsetType, Meta(description="What goes.")
    ] = UNSET
    keep: Annotated[
        Annotated[list[KeepRule], Meta(title="a list of rules")] | UnsetType,
        Meta(description="What stays, whatever the other rules say."),
    ] = UNSET
