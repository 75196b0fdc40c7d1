"""The body: where in a text the article itself stands, and what is head and tail around it.

Each line that is not blank gets a score from its shape and its neighbours' (`cleaner.text.body_weights`): above
zero it looks like content, below like furniture. The body is the run of lines whose scores add up to most
(Kadane's maximum-sum segment; so used for extraction by Pasternack and Roth, "Extracting Article Text from the
Web with Maximum Subsequence Segmentation", WWW 2009). What lies outside is head or tail only from where on no
way of taking it in would come near the body's sum; what lies between is uncertain, and so is a side that holds
much long prose: that may be a second half of the article. Nothing is cut for the sake of what is uncertain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import accumulate
from math import log1p
from typing import TYPE_CHECKING, Literal, NamedTuple

from cleaner.text import body_weights as weights
from cleaner.text.lines import BULLET, PROSE, TIME, word_count

if TYPE_CHECKING:
    from cleaner.text.lines import Layout

_MOST_WORDS = 120
_LOGS = [log1p(words) for words in range(_MOST_WORDS + 1)]
_STOPS = ".!?…\"”’')。！？"


class Body(NamedTuple):
    """Line numbers, counted from 0: the head ends with ``head``, the body runs from ``first`` to ``last``, the tail
    begins with ``tail``. What lies between is uncertain. All are -1, and nothing is certain, where there is no body."""

    head: int = -1
    first: int = -1
    last: int = -1
    tail: int = -1

    def part(self, number: int) -> Literal["head", "body", "tail"] | None:
        """Which part a line is of; None where that is uncertain."""
        if self.last < 0:
            return None
        if number <= self.head:
            return "head"
        if self.first <= number <= self.last:
            return "body"
        return "tail" if 0 <= self.tail <= number else None


def find_body(layout: Layout, marked: Collection[int] = ()) -> Body:
    """Find the body of a text. ``marked`` are lines that a rule takes whole: evidence of what stands around them."""
    numbers = layout.filled
    lengths = [_length(layout, number) for number in numbers]
    prose = [bool(layout.shapes[number] & PROSE) for number in numbers]
    long = [words if is_prose and words >= weights.LONG else 0 for words, is_prose in zip(lengths, prose, strict=True)]
    if sum(long) < weights.ENOUGH:
        return Body()
    scores = _scores(layout, lengths, prose, frozenset(marked))
    first, last = _best_run(scores)
    inside = sum(long[first : last + 1])
    if inside < weights.ENOUGH:
        return Body()
    behind = _beyond(scores[last + 1 :])
    before = _beyond(scores[:first][::-1])
    head, tail = first - 1 - before, last + 1 + behind
    if sum(long[: head + 1]) > weights.SHARE * inside:
        head = -1
    if sum(long[tail:]) > weights.SHARE * inside:
        tail = len(numbers)
    return Body(
        numbers[head] if head >= 0 else -1,
        numbers[first],
        numbers[last],
        numbers[tail] if tail < len(numbers) else -1,
    )


def _length(layout: Layout, number: int) -> int:
    return _size(layout.stripped[number][:2000])


@lru_cache(maxsize=1 << 13)
def _size(line: str) -> int:
    """The words of a line, as far as they count."""
    return min(_MOST_WORDS, word_count(line))


def _scores(layout: Layout, lengths: Sequence[int], prose: Sequence[bool], marked: frozenset[int]) -> list[float]:
    """One score for each line that is not blank."""
    logs = [_LOGS[words] for words in lengths]
    near = _near_prose([log if is_prose else 0.0 for log, is_prose in zip(logs, prose, strict=True)])
    taken = [number in marked for number in layout.filled]
    base, length, most = weights.BASE, weights.LENGTH, weights.MOST
    seen: set[str] = set()
    scores: list[float] = []
    for rank, number in enumerate(layout.filled):
        line, flags = layout.stripped[number], layout.shapes[number]
        score = base + length * logs[rank] + near[rank]
        if prose[rank]:
            score += weights.PROSE
        if line[-1] in _STOPS:
            score += weights.STOP
        if flags & BULLET:
            score += weights.BULLET
        if flags & TIME:
            score += weights.TIME
        if lengths[rank] > 2:
            key = line.casefold()
            if key in seen:
                score += weights.REPEAT
            seen.add(key)
        if marked:
            beside = sum(taken[max(0, rank - 4) : rank]) + sum(taken[rank + 1 : rank + 5])
            score += weights.NEAR_MARKED * min(2, beside) + weights.MARKED * taken[rank]
        scores.append(max(-most, min(most, score)))
    return scores


def _near_prose(prose: list[float]) -> list[float]:
    """What each line has from the prose near it, whose weights are ``prose``."""
    reach = len(weights.NEAR_PROSE)
    padded = [0.0] * reach + prose + [0.0] * reach
    near = [0.0] * len(prose)
    for off, factor in enumerate(weights.NEAR_PROSE, 1):
        near = [
            known + factor * (before + after)
            for known, before, after in zip(near, padded[reach - off :], padded[reach + off :], strict=False)
        ]
    return near


def _best_run(scores: Sequence[float]) -> tuple[int, int]:
    """The first and last index of the run with the largest sum; (0, -1) where no score is above zero."""
    best, run = 0.0, 0.0
    first, last, start = 0, -1, 0
    for at, score in enumerate(scores):
        if run <= 0:
            run, start = 0.0, at
        run += score
        if run > best:
            best, first, last = run, start, at
    return first, last


def _beyond(scores: Sequence[float]) -> int:
    """How many lines next to the body are uncertain: from there on every sum from the body outwards stays below
    minus the margin. All of them, where none does."""
    sums = list(accumulate(scores))
    highest = list(accumulate(reversed(sums), max))[::-1]
    return next((at for at, high in enumerate(highest) if high <= -weights.MARGIN), len(scores))
