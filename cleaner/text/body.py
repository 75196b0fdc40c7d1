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
from cleaner.text.lines import BULLET, PROSE, REMEMBERED_LENGTH, TIME, shape_and_words

if TYPE_CHECKING:
    from cleaner.text.lines import Layout

_MOST_WORDS = 120
_BESIDE = 4
_LOGS = [log1p(words) for words in range(_MOST_WORDS + 1)]
_STOPS = ".!?…\"”’')。！？“«»」』）"


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

    def ranges(self, parts: Collection[str], lines: int) -> list[range]:
        """The numbers of the lines that are of one of ``parts`` in a text of so many ``lines``, ascending."""
        if self.last < 0:
            return []
        every = {
            "head": range(self.head + 1),
            "body": range(max(self.first, self.head + 1), self.last + 1),
            "tail": range(max(self.tail, self.last + 1) if self.tail >= 0 else lines, lines),
        }
        return [numbers for part, numbers in every.items() if part in parts]


class LineFacts(NamedTuple):
    """What the body asks of a line: its words, as far as they count; the same where it is prose, long or not, else 0;
    what it scores by itself; and what of it counts where it is said again, '' where it is too short for that."""

    words: int
    prose: int
    score: float
    key: str


def find_body(layout: Layout, marked: Collection[int] = ()) -> Body:
    """Find the body of a text. ``marked`` are lines that a rule takes whole: evidence of what stands around them."""
    numbers, facts = layout.filled, layout.body_facts
    long = [fact.prose if fact.prose >= weights.LONG else 0 for fact in facts]
    if sum(long) < weights.ENOUGH:
        return Body()
    most = weights.MOST
    scores = [most if score > most else -most if score < -most else score for score in scores_of(layout, marked)]
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


def line_facts(line: str) -> LineFacts:
    """The facts of one line without white space around it, which is not blank."""
    return _line_facts(line) if len(line) <= REMEMBERED_LENGTH else _line_facts.__wrapped__(line)


@lru_cache(maxsize=1 << 13)
def _line_facts(line: str) -> LineFacts:
    flags, words = shape_and_words(line)
    words = min(_MOST_WORDS, words)
    score = weights.BASE + weights.LENGTH * _LOGS[words]
    if flags & PROSE:
        score += weights.PROSE
    if line[-1] in _STOPS:
        score += weights.STOP
    if flags & BULLET:
        score += weights.BULLET
    if flags & TIME:
        score += weights.TIME
    return LineFacts(words, words if flags & PROSE else 0, score, line.casefold() if words > 2 else "")


def line_scores(facts: Sequence[LineFacts]) -> list[float]:
    """One score for each line that is not blank, from the line and those around it."""
    near = _near_prose([_LOGS[fact.prose] for fact in facts])
    scores = [fact.score + beside for fact, beside in zip(facts, near, strict=True)]
    seen: set[str] = set()
    for rank, fact in enumerate(facts):
        if fact.key:
            if fact.key in seen:
                scores[rank] += weights.REPEAT
            else:
                seen.add(fact.key)
    return scores


def scores_of(layout: Layout, marked: Collection[int] = ()) -> list[float]:
    """The score of each line that is not blank, with what the marked lines add to their own and to those of the four
    lines on either side."""
    if not marked:
        return layout.body_scores
    scores = list(layout.body_scores)
    taken = [number in marked for number in layout.filled]
    beside = [0] * len(taken)
    for rank, is_taken in enumerate(taken):
        if is_taken:
            scores[rank] += weights.MARKED
            for near in range(max(0, rank - _BESIDE), min(len(taken), rank + _BESIDE + 1)):
                beside[near] += near != rank
    for rank, count in enumerate(beside):
        if count:
            scores[rank] += weights.NEAR_MARKED * min(2, count)
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
