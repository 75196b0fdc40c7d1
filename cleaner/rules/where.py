"""Where: the conditions on a target's place, each answered on its own, so that they can be explained."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from cleaner.rules.model import EVERYWHERE, Neighbour, Pattern, Where
from cleaner.rules.page import Page
from cleaner.rules.pattern import line_match


class Check(NamedTuple):
    """One condition: what was wanted, what was found, and whether it holds."""

    name: str
    wanted: str
    found: str
    holds: bool


def holds(where: Where, page: Page, first: int, last: int) -> bool:
    """True where every condition holds for the target on lines ``first`` to ``last`` (both inside): `checks` without
    words, which take most of its time."""
    if where is EVERYWHERE:
        return True
    if not is_placed(where, page, first, last):
        return False
    if where.headline and not any(page.is_about(pattern) for pattern in where.headline):
        return False
    if where.follows and not _is_near(where.follows, page, page.before(first)):
        return False
    if where.then and not _is_near(where.then, page, page.after(last)):
        return False
    return (
        all(_has_later(wanted, page, last) for wanted in where.later)
        and all(_has_earlier(wanted, page, first) for wanted in where.earlier)
        and not any(_has_more(most, page, last) for most in where.rest)
        and (not where.any or any(holds(choice, page, first, last) for choice in where.any))
        and not any(holds(exception, page, first, last) and exception != EVERYWHERE for exception in where.unless)
    )


PLACE = frozenset({"taken", "first", "last", "after", "before", "in"})
"""The conditions that `is_placed` answers."""


def is_placed(where: Where, page: Page, first: int, last: int) -> bool:
    """What `checks` says of the conditions that need no other line, without words: asked ahead of any pattern."""
    layout = page.layout
    if where.taken and where.taken.isdisjoint(page.taken.get(first, ())):
        return False
    if where.first is not None and layout.ranks[first] >= where.first:
        return False
    if where.last is not None and layout.ranks[last] < len(layout.filled) - where.last:
        return False
    if where.after is not None and layout.lines[first].start < where.after * len(layout.text):
        return False
    if where.before is not None and layout.lines[last].end > where.before * len(layout.text):
        return False
    if where.parts:
        part = page.body.part(first)
        return part in where.parts and page.body.part(last) == part
    return True


def placed(where: Where, page: Page, lines: Collection[int]) -> Collection[int]:
    """Those of ``lines``, which are ascending, for which `is_placed` can be true: spares it most of a text's lines."""
    if where.taken:
        lines = [number for number in sorted(page.taken) if number in lines]
    if where.after and lines:
        start = where.after * len(page.layout.text)
        lines = [number for number in lines if page.layout.lines[number].start >= start]
    if where.parts and lines:
        inside = page.body.ranges(where.parts, len(page.layout.lines))
        lines = [number for numbers in inside for number in numbers if number in lines]
    if lines and (where.earlier or where.later or where.rest):
        low, high = _range(where, page)
        if low > 0 or high < len(page.layout.lines):
            lines = [number for number in lines if low <= number < high]
    return lines


def _range(where: Where, page: Page) -> tuple[int, int]:
    """From which line on and up to which one (exclusive) there can be as many lines of a shape ahead and behind as are
    asked for."""
    low, high = 0, len(page.layout.lines)
    for wanted in where.earlier:
        if wanted.pattern.kind == "shape":
            like = page.layout.shaped(wanted.pattern.shape)
            low = max(low, like[wanted.count - 1] + 1) if len(like) >= wanted.count else high
    for wanted in where.later:
        if wanted.pattern.kind == "shape":
            like = page.layout.shaped(wanted.pattern.shape)
            high = min(high, like[-wanted.count]) if len(like) >= wanted.count else 0
    for most in where.rest:
        if most.pattern.kind == "shape":
            like = [number for number in page.layout.shaped(most.pattern.shape) if number not in page.marked]
            if len(like) > most.count:
                low = max(low, like[-most.count - 1])
    return low, high


def checks(where: Where, page: Page, first: int, last: int) -> Iterator[Check]:
    """Answer the conditions of ``where`` one by one, cheapest first."""
    layout = page.layout
    if where.taken:
        takers = page.taken.get(first, frozenset())
        named = ", ".join(sorted(takers)) or "no rule takes it"
        yield Check("taken", " or ".join(sorted(where.taken)), named, not where.taken.isdisjoint(takers))
    if where.first is not None:
        rank = layout.ranks[first] + 1
        yield Check(
            "first", f"among the first {where.first} lines", f"line {rank} of those not blank", rank <= where.first
        )
    if where.last is not None:
        rank = len(layout.filled) - layout.ranks[last]
        yield Check("last", f"among the last {where.last} lines", f"line {rank} from the end", rank <= where.last)
    if where.after is not None:
        start, size = layout.lines[first].start, len(layout.text)
        share = start / max(1, size)
        yield Check("after", f"after {where.after:.0%} of the text", f"{share:.0%}", start >= where.after * size)
    if where.before is not None:
        end, size = layout.lines[last].end, len(layout.text)
        share = end / max(1, size)
        yield Check("before", f"before {where.before:.0%} of the text", f"{share:.0%}", end <= where.before * size)
    if where.parts:
        part = page.body.part(first)
        wanted = " or ".join(sorted(where.parts))
        yield Check("in", wanted, part or "uncertain", part in where.parts and page.body.part(last) == part)
    if where.headline:
        wanted = " or ".join(pattern.source for pattern in where.headline)
        is_about = any(page.is_about(pattern) for pattern in where.headline)
        yield Check("headline", wanted, "it is" if is_about else "it is not", is_about)
    if where.follows:
        yield _neighbours("follows", where.follows, page, lambda: page.before(first))
    if where.then:
        yield _neighbours("then", where.then, page, lambda: page.after(last))
    for wanted_later in where.later:
        yield _later(wanted_later, page, last)
    for wanted_earlier in where.earlier:
        yield _earlier(wanted_earlier, page, first)
    for most in where.rest:
        yield _rest(most, page, last)
    if where.any:
        yield _any(where.any, page, first, last)
    for exception in where.unless:
        inner = list(checks(exception, page, first, last))
        kept = bool(inner) and all(check.holds for check in inner)
        wanted = " and ".join(f"{check.name} {check.wanted}" for check in inner)
        found = "; ".join(check.found for check in inner)
        yield Check("unless", f"not {wanted}", found, not kept)


def _neighbours(name: str, wanted: tuple[Neighbour, ...], page: Page, numbers: Callable[[], Iterable[int]]) -> Check:
    most = max(neighbour.count for neighbour in wanted)
    near = list(islice(numbers(), most))
    good = _is_near(wanted, page, near)
    described = " or ".join(
        neighbour.pattern.source + (f" × {neighbour.count}" if neighbour.count > 1 else "") for neighbour in wanted
    )
    found = " / ".join(page.layout.stripped[n][:60] for n in near) or "no line"
    return Check(name, described, found, good)


LATER = 200
"""How many lines behind the target ``later`` looks at, and ahead of it ``earlier``."""


def _is_near(wanted: tuple[Neighbour, ...], page: Page, numbers: Iterable[int]) -> bool:
    near = list(islice(numbers, max(neighbour.count for neighbour in wanted)))
    return any(
        len(near) >= neighbour.count and all(page.is_like(neighbour.pattern, n) for n in near[: neighbour.count])
        for neighbour in wanted
    )


def _later(wanted: Neighbour, page: Page, last: int) -> Check:
    count = _count_later(wanted, page, last)
    return Check("later", f"{wanted.pattern.source} × {wanted.count}", f"{count} such lines", count >= wanted.count)


def _has_later(wanted: Neighbour, page: Page, last: int) -> bool:
    """True where `_count_later` is enough; looks no further than it must."""
    if page.is_known(wanted.pattern):
        return _count_later(wanted, page, last) >= wanted.count
    begin = bisect_right(page.layout.filled, last)
    return _are_like(wanted, page, page.layout.filled[begin : begin + LATER])


def _has_earlier(wanted: Neighbour, page: Page, first: int) -> bool:
    """The same of `_count_earlier`."""
    if page.is_known(wanted.pattern):
        return _count_earlier(wanted, page, first) >= wanted.count
    end = bisect_left(page.layout.filled, first)
    return _are_like(wanted, page, page.layout.filled[max(0, end - LATER) : end][::-1])


def _has_more(most: Neighbour, page: Page, last: int) -> bool:
    """True where `_count_rest` is too much."""
    if page.is_known(most.pattern):
        return _count_rest(most, page, last) > most.count
    behind = page.layout.filled[bisect_right(page.layout.filled, last) :]
    return _are_like(most._replace(count=most.count + 1), page, (n for n in behind if n not in page.marked))


def _are_like(wanted: Neighbour, page: Page, numbers: Iterable[int]) -> bool:
    """True where as many of the lines are like the pattern as are wanted."""
    like = (number for number in numbers if page.is_like(wanted.pattern, number))
    return wanted.count <= 0 or next(islice(like, wanted.count - 1, None), None) is not None


def _count_later(wanted: Neighbour, page: Page, last: int) -> int:
    """Marked lines count too: what a rule takes is a sign like any other."""
    filled = page.layout.filled
    begin = bisect_right(filled, last)
    end = min(begin + LATER, len(filled))
    like = page.lines_like(wanted.pattern)
    return bisect_right(like, filled[end - 1]) - bisect_right(like, last) if end > begin else 0


def _earlier(wanted: Neighbour, page: Page, first: int) -> Check:
    count = _count_earlier(wanted, page, first)
    return Check("earlier", f"{wanted.pattern.source} × {wanted.count}", f"{count} such lines", count >= wanted.count)


def _count_earlier(wanted: Neighbour, page: Page, first: int) -> int:
    """As `_count_later`, ahead of the target."""
    filled = page.layout.filled
    end = bisect_left(filled, first)
    begin = max(0, end - LATER)
    like = page.lines_like(wanted.pattern)
    return bisect_left(like, first) - bisect_left(like, filled[begin]) if end > begin else 0


def _any(choices: tuple[Where, ...], page: Page, first: int, last: int) -> Check:
    answers = [list(checks(choice, page, first, last)) for choice in choices]
    wanted = " or ".join(" and ".join(f"{check.name} {check.wanted}" for check in inner) for inner in answers)
    found = " / ".join("; ".join(check.found for check in inner) for inner in answers)
    return Check("any", wanted, found, any(all(check.holds for check in inner) for inner in answers))


def _rest(most: Neighbour, page: Page, last: int) -> Check:
    count = _count_rest(most, page, last)
    return Check("rest", f"at most {most.count} × {most.pattern.source}", f"{count} such lines", count <= most.count)


def _count_rest(most: Neighbour, page: Page, last: int) -> int:
    like = page.lines_like(most.pattern)
    return sum(number not in page.marked for number in like[bisect_right(like, last) :])


def first_match(patterns: Iterable[Pattern], page: Page, number: int) -> object | None:
    """The match object of the first pattern that matches the whole line; True for a shape; None for none."""
    for pattern in patterns:
        if pattern.kind == "shape":
            match = True if pattern.shape & page.layout.shapes[number] else None
        else:
            match = line_match(pattern, page.layout.stripped[number])
        if match is not None:
            return match
    return None
