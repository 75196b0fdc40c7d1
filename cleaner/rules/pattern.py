"""Patterns: what a rule file writes between quotes, and how it is matched.

* A plain string is literal and covers the whole target. Case, quotes, dashes and runs of white space are
  folded; ``...`` is anything within the target, ``(…)`` may be missing, a backslash takes the next
  character as it is.
* ``/…/`` is a regular expression of the `regex` package, ``/…/i`` one without case.
* ``%{name}`` puts in a named pattern; ``%{short}``, alone, is a shape.

Every match runs under a time limit, so that no rule can stop a run.
"""

from __future__ import annotations

import functools
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

import regex

from cleaner.rules.literals import is_partial, least, required, width
from cleaner.rules.model import Pattern
from cleaner.text.lines import SHAPES, letters

TIME_LIMIT: Final = 1.0
"""Seconds of CPU time that one pattern may spend on one target."""

REMEMBERED_LENGTH: Final = 1000
"""Lines of more characters are matched again each time they are asked about."""
REMEMBERED_LINES: Final = 1000
"""Answers kept for one pattern; beyond it they are forgotten and asked again."""

DEPTH: Final = 2
"""Characters of a line's beginning for which it is remembered whether a match can begin so."""
REMEMBERED_STARTS: Final = 5_000

_SINGLE = "['‘’‚‛`´ʼ′]"
_DOUBLE = '["“”„‟«»″]'
_DASH = "[-‐‑‒–—―−]"
_CLASSES: Final[dict[str, str]] = {
    **dict.fromkeys("'‘’‚‛`´ʼ′", _SINGLE),
    **dict.fromkeys('"“”„‟«»″', _DOUBLE),
    **dict.fromkeys("-‐‑‒–—―−", _DASH),
    "…": r"(?:…|\.\.\.)",
}
_REGEX = re.compile(r"/(?P<body>.*)/(?P<flags>[a-z]*)", re.DOTALL)
_NAMED = re.compile(r"%\{([^}]*)\}")

_T = TypeVar("_T")


class PatternError(ValueError):
    """A pattern cannot be read. ``offset`` is where in its source, in characters, or None."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class MatchTimeout(Exception):
    """A pattern took longer than `TIME_LIMIT`."""


def compile_pattern(
    source: str, named: Mapping[str, str], *, shapes: bool = False, whole_lines: bool = False
) -> Pattern:
    """Read one pattern. ``named`` are the expressions that ``%{name}`` stands for.

    ``shapes``: a bare shape name is that shape. ``whole_lines``: it is held against whole lines alone. Raises
    `PatternError`.
    """
    if shapes and source in SHAPES:
        return shared(Pattern("shape", source, shape=SHAPES[source]))
    if source[:2] == "%{" and source[-1:] == "}" and source[2:-1] in SHAPES and source[2:-1] not in named:
        return shared(Pattern("shape", source, shape=SHAPES[source[2:-1]]))
    found = _REGEX.fullmatch(source)
    if found:
        if found["flags"] not in ("", "i"):
            raise PatternError(
                f"unknown flag {found['flags']!r} after the expression, only `i` is known", len(source) - 1
            )
        expression = _with_named(found["body"], named)
        ignore_case = found["flags"] == "i"
    else:
        expression, ignore_case = _plain(source, named), True
    try:
        compiled(expression, ignore_case)
    except regex.error as error:
        offset = None if error.pos is None or "%{" in source or not found else error.pos + 1
        raise PatternError(f"bad regular expression: {error.msg}", offset) from error
    literals = required(expression, ignore_case, whole_lines=whole_lines)
    return shared(
        Pattern(
            "regex" if found else "text",
            source,
            expression,
            ignore_case,
            literals=None if whole_lines else literals,
            line_literals=literals if whole_lines else None,
            width=width(expression, ignore_case),
            least=least(expression, ignore_case),
            is_partial=is_partial(expression, ignore_case),
        )
    )


def shared(value: _T) -> _T:
    """The same value as one object wherever it stands: most patterns and conditions stand in several rules.

    It saves memory, and makes the kept library smaller and faster to load. Values of different types are different,
    as a named tuple is equal to any tuple.
    """
    found: _T = _known.setdefault((type(value), value), value)
    return found


_known: dict[tuple[type, Any], Any] = {}


def _with_named(body: str, named: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        if found[1] not in named:
            raise PatternError(f"unknown pattern {found[0]}{_nearest(found[1], named)}", found.start() + 1)
        return f"(?:{named[found[1]]})"

    return _NAMED.sub(put, body)


def _nearest(name: str, named: Mapping[str, str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, named, 1)
    return f", did you mean %{{{near[0]}}}?" if near else ""


def _plain(source: str, named: Mapping[str, str]) -> str:
    """The expression for a plain string."""
    tokens = _tokens(source, named)
    return _joined(tokens)


def _tokens(source: str, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Cut a plain string into (kind, expression): ``text``, ``space``, ``any`` and ``optional``."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        character = source[at]
        name = _NAMED.match(source, at)
        if character == "\\" and at + 1 < len(source):
            tokens.append(("text", regex.escape(source[at + 1])))
            at += 2
        elif name:
            tokens.append(("text", _with_named(name[0], named)))
            at = name.end()
        elif source.startswith("...", at):
            tokens.append(("any", ""))
            at += 3
        elif character == "(":
            close = _closing(source, at)
            tokens.append(("optional", _joined(_tokens(source[at + 1 : close], named))))
            at = close + 1
        elif character == ")":
            raise PatternError("`)` without `(`; write `\\)` for the character itself", at)
        elif character.isspace():
            while at < len(source) and source[at].isspace():
                at += 1
            tokens.append(("space", ""))
        else:
            tokens.append(("text", _CLASSES.get(character) or regex.escape(character)))
            at += 1
    return tokens


def _closing(source: str, opened: int) -> int:
    depth, at = 0, opened
    while at < len(source):
        if source[at] == "\\":
            at += 1
        elif source[at] == "(":
            depth += 1
        elif source[at] == ")":
            depth -= 1
            if not depth:
                return at
        at += 1
    raise PatternError("`(` is never closed; write `\\(` for the character itself", opened)


def _joined(tokens: list[tuple[str, str]]) -> str:
    """Join tokens; white space beside a piece that may be missing goes missing with it."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        kind, expression = tokens[at]
        spaced_after = at + 1 < len(tokens) and tokens[at + 1][0] == "space"
        next_gap = at + 1 < len(tokens) and tokens[at + 1][0] in ("any", "optional")
        if kind == "space" and next_gap:
            gap, inner = tokens[at + 1]
            piece = "(?s:.*?)" if gap == "any" else f"(?:{inner})"
            if at + 2 < len(tokens) and tokens[at + 2][0] == "space":  # `a ... b`: one space is enough
                # What stands in the gap begins with no space: else a run of spaces could be shared out in
                # so many ways that the time grows with its cube.
                out.append(rf"\s+(?:\S{piece}\s+)?" if gap == "any" else rf"\s+(?:{piece}\s+)?")
                at += 3
            else:  # `a ...` at the end, or `a (b)c`
                out.append(rf"(?:\s+{piece})?")
                at += 2
        elif kind in ("any", "optional"):
            piece = "(?s:.*?)" if kind == "any" else f"(?:{expression})"
            if spaced_after and at == 0:  # `(a) b` at the start
                out.append(rf"(?:{piece}\s+)?")
                at += 2
            else:
                out.append(piece if kind == "any" else f"{piece}?")
                at += 1
        else:
            out.append(r"\s+" if kind == "space" else expression)
            at += 1
    return "".join(out)


_ready: dict[tuple[str, bool], bytes] = {}


def make_ready(kept: Mapping[tuple[str, bool], bytes]) -> None:
    """Take over pickles of expressions compiled earlier, by expression and case.

    Each loads in a fortieth of the time that compiling it takes. They must come from the same version of `regex`;
    `cleaner.rules.cache` sees to that.
    """
    _ready.update(kept)


@functools.cache
def compiled(expression: str, ignore_case: bool) -> Any:
    """The compiled expression; compiled once a process. Raises `regex.error`."""
    kept = _ready.get((expression, ignore_case))
    if kept is not None:
        return pickle.loads(kept)
    return regex.compile(expression, regex.IGNORECASE if ignore_case else 0, cache_pattern=False)


def full_match(pattern: Pattern, target: str, shape: int) -> Any:
    """Match all of ``target``: a match object, True for a shape, or None. Raises `MatchTimeout`."""
    if pattern.kind == "shape":
        return True if pattern.shape & shape else None
    try:
        return compiled(pattern.expression, pattern.ignore_case).fullmatch(target, timeout=TIME_LIMIT)
    except TimeoutError as error:
        raise MatchTimeout(pattern.source) from error


class Asked:
    """An expression that is held against whole lines without white space around them, and what it said, for a while.

    Most lines end a match at their first characters, of which it is remembered whether a match can begin so: `regex`
    says it of a beginning by a partial match.
    """

    __slots__ = ("_answers", "_is_partial", "_match", "_source", "_starts")

    def __init__(self, pattern: Pattern) -> None:
        self._match = compiled(pattern.expression, pattern.ignore_case).fullmatch
        self._source = pattern.source
        self._is_partial = pattern.is_partial
        self._answers: dict[str, Any] = {}
        self._starts: dict[str, bool] = {}

    def matching(self, lines: Iterable[str]) -> Iterator[str]:
        """Those of ``lines`` that it covers; of these nothing is remembered. Raises `MatchTimeout`."""
        match, starts = self._match, self._starts
        try:
            for line in lines:
                can = starts.get(line[:DEPTH])
                if (self._can_begin(line) if can is None else can) and match(line, timeout=TIME_LIMIT) is not None:
                    yield line
        except TimeoutError as error:
            raise MatchTimeout(self._source) from error

    def answer(self, line: str) -> Any:
        """The match of all of ``line``, or None. Raises `MatchTimeout`."""
        found = self._answers.get(line, _UNASKED)
        if found is not _UNASKED:
            return found
        can = self._starts.get(line[:DEPTH])
        try:
            can = self._can_begin(line) if can is None else can
            found = self._match(line, timeout=TIME_LIMIT) if can else None
        except TimeoutError as error:
            raise MatchTimeout(self._source) from error
        if len(line) <= REMEMBERED_LENGTH:
            if len(self._answers) >= REMEMBERED_LINES:
                self._answers.clear()
            self._answers[line] = found
        return found

    def _can_begin(self, line: str) -> bool:
        if len(self._starts) >= REMEMBERED_STARTS:
            self._starts.clear()
        start = line[:DEPTH]
        # So little text needs no time limit, which takes twice as long as the match.
        can = not self._is_partial or self._match(start, partial=True) is not None
        self._starts[start] = can
        return can


_asked: dict[tuple[str, bool], Asked] = {}
_UNASKED: Final = object()


def asked(pattern: Pattern) -> Asked:
    """The one `Asked` of an expression: rules share patterns, and pages share lines."""
    key = pattern.expression, pattern.ignore_case
    found = _asked.get(key)
    if found is None:
        found = _asked[key] = Asked(pattern)
    return found


def line_match(pattern: Pattern, line: str) -> Any:
    """As `full_match`, for an expression and a line without white space around it; the answer is remembered."""
    return asked(pattern).answer(line)


def fits(pattern: Pattern, line: str) -> bool:
    """False where the line holds more letters than the pattern can cover, or too few characters."""
    if len(line) < pattern.least:
        return False
    return pattern.width is None or len(line) <= pattern.width or letters(line) <= pattern.width


def search_all(pattern: Pattern, target: str) -> list[Any]:
    """All places in ``target`` where the pattern matches, from the left. Raises `MatchTimeout`."""
    try:
        found = compiled(pattern.expression, pattern.ignore_case).finditer(target, timeout=TIME_LIMIT)
        return [match for match in found if match.end() > match.start()]
    except TimeoutError as error:
        raise MatchTimeout(pattern.source) from error


def captures(match: Any) -> tuple[tuple[str, str], ...]:
    """The named groups that took part in a match, as (name, value), in the order of the text."""
    if match is True:
        return ()
    found = [(match.start(name), name, value) for name, value in match.groupdict().items() if value]
    return tuple((name, value.strip()) for _, name, value in sorted(found))
