"""Write `cleaner/repair/guard.py`: the expression that finds where a text could be mojibake.

    python benchmarks/build_repair_guard.py            write the module for the installed ftfy
    python benchmarks/build_repair_guard.py --check    exit 1 where the module is not what would be written

ftfy's own badness pattern tries some forty alternatives at every character. This script takes the pattern
apart with the parser of `re` and turns each alternative round its *anchor*, the rarest of its character sets:
what stands left of the anchor becomes a lookbehind. So one set, of all anchors, leads the whole expression, and
the engine skips over everything else. Nothing is left out: the guard matches wherever the badness pattern does.
It also matches across a line end in two or three places, which costs a needless look at a line and changes
nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

TARGET: Final = Path(__file__).resolve().parent.parent / "cleaner" / "repair" / "guard.py"

LINE_START: Final = r"(?<![^\r\n\ufeff])"
"""What ``^`` is for a line of a longer text; a byte order mark is not part of the first line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One character of an alternative, as `re` writes it.

    ``members`` are the characters it may be; ``None`` where these are too many to count (``\\w``, ``[^A-Z]``),
    which also keeps the tables of one version of Python out of what is written.
    """

    expression: str
    members: frozenset[int] | None

    @property
    def is_foreign(self) -> bool:
        """True where it can be no ASCII character."""
        return self.members is not None and min(self.members) > 0x7F

    @property
    def weight(self) -> int:
        """How common its characters are in good text, roughly."""
        return sys.maxsize if self.members is None else sum(_weight(chr(code)) for code in self.members)


def _weight(char: str) -> int:
    if char.isascii():
        return 100_000
    if char.islower():
        return 100
    return 10 if char.isupper() or char in "\u00a0«»–—‘’“”„…" else 1


def character_set(members: Iterable[int]) -> str:
    """``members`` as a set of `re`, in ranges, with all but ASCII letters and digits escaped."""
    ranges: list[list[int]] = []
    for code in sorted(members):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(_escaped(a) + (f"-{_escaped(b)}" if b > a else "") for a, b in ranges) + "]"


def _escaped(code: int) -> str:
    char = chr(code)
    if char.isascii() and char.isalnum():
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _members(op: Any, argument: Any) -> frozenset[int]:
    """The characters that a literal, a range or a set of these stands for."""
    if op is ops.LITERAL:
        return frozenset({argument})
    if op is ops.RANGE:
        return frozenset(range(argument[0], argument[1] + 1))
    if op is ops.IN:
        return frozenset().union(*(_members(*one) for one in argument))
    raise NotImplementedError(f"the badness pattern has a node this script does not know: {op} {argument}")


def _piece(op: Any, argument: Any) -> Piece:
    """One node of a parsed pattern that matches one character."""
    if op is ops.ANY:
        return Piece(".", None)
    if op is ops.IN and argument in (
        [(ops.CATEGORY, ops.CATEGORY_SPACE)],
        [(ops.CATEGORY, ops.CATEGORY_WORD)],
    ):
        return Piece(r"\s" if argument[0][1] is ops.CATEGORY_SPACE else r"\w", None)
    if op is ops.IN and argument[0][0] is ops.NEGATE:
        return Piece("[^" + character_set(_members(op, argument[1:]))[1:], None)
    members = _members(op, argument)
    return Piece(character_set(members), members)


def alternatives(pattern: re.Pattern[str]) -> Iterator[list[Piece]]:
    """Yield each alternative of ``pattern`` as its characters in order; an optional one gives two."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    if len(parsed) != 1 or parsed[0][0] is not ops.BRANCH:
        raise NotImplementedError("the badness pattern is no longer one list of alternatives")
    _, branches = parsed[0][1]
    for branch in branches:
        slots: list[list[list[Piece]]] = []
        nodes = list(branch)
        at_start = nodes[0] == (ops.AT, ops.AT_BEGINNING)
        for op, argument in nodes[at_start:]:
            if op is ops.MAX_REPEAT and argument[:2] == (0, 1) and len(argument[2]) == 1:
                slots.append([[], [_piece(*argument[2][0])]])
            else:
                slots.append([[_piece(op, argument)]])
        for chosen in product(*slots):
            first, *rest = (piece for slot in chosen for piece in slot)
            yield [Piece(LINE_START + first.expression, first.members) if at_start else first, *rest]


def guard(pattern: re.Pattern[str]) -> tuple[str, str]:
    """Return two expressions: what is near to suspect, and the branches that decide it."""
    anchors: set[int] = set()
    lonely: set[int] = set()  # anchors that need no other foreign character beside them
    branches: list[str] = []
    for pieces in alternatives(pattern):
        at = min(range(len(pieces)), key=lambda n: pieces[n].weight)
        members = pieces[at].members
        if members is None:
            raise NotImplementedError("an alternative of the badness pattern has no set of its own")
        anchors |= members
        if not any(piece.is_foreign for piece in (*pieces[max(at - 1, 0) : at], *pieces[at + 1 : at + 2])):
            lonely |= members
        left, right = pieces[: at + 1], pieces[at + 1 :]
        branches.append(f"(?<={''.join(p.expression for p in left)})" + "".join(p.expression for p in right))
    near = (
        f"{character_set(anchors)}\n"
        rf"(?: (?=[^\x00-\x7f]) | (?<=[^\x00-\x7f][^\n]) | (?<={character_set(lonely)}) )"
    )
    return near, "\n| ".join(dict.fromkeys(branches))


def module(version: str, near: str, branches: str) -> str:
    """Return the text of the generated module."""
    return f'''"""Where a text could be mojibake, from ftfy\'s own pattern.

Written by benchmarks/build_repair_guard.py: do not edit. Both expressions are for ``re.VERBOSE``.
"""

# ruff: noqa: E501
from __future__ import annotations

from typing import Final

FTFY_VERSION: Final = "{version}"
"""The ftfy that this guard was built from."""

NEAR: Final = r"""
{near}
"""
"""A character that leads every match of `SUSPECT`, unless it has ASCII on both sides where that tells it is good."""

SUSPECT: Final = (
    NEAR
    + r"""
(?:
  {branches}
)
"""
)
"""Matches wherever ftfy\'s badness pattern does, at the rarest character of what is bad."""
'''


def build() -> str:
    """Return what the module must be for the installed ftfy."""
    import ftfy
    from ftfy.badness import BADNESS_RE

    return module(ftfy.__version__, *guard(BADNESS_RE))


if __name__ == "__main__":
    text = build()
    if "--check" in sys.argv[1:]:
        sys.exit(TARGET.read_text("utf-8") != text)
    TARGET.write_text(text, "utf-8")
