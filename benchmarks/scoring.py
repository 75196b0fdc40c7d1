"""How well a cleaned text agrees with what a person would keep of the page.

Two witnesses, neither of which looks at how the cleaner works:

* **word-F1** of the whole text against the gold text, as `word_f1` in ``evaluate.py`` of WCXB, the Web
  Content eXtraction Benchmark (Foley, 2026; CC-BY-4.0): bags of lower-cased ``\\w+`` words.
* **line labels**: each line of the input is content, noise or neither, by whether its words stand in the gold
  text (`label`); then how many of the characters of either kind a cleaner took away (`cut_of`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from statistics import fmean
from typing import Final, Literal

Label = Literal["content", "noise", "neutral"]
Words = tuple[str, ...]

GRAM: Final = 4
"""Words to a shingle. Shorter lines are looked up whole, or by the shingles that reach over them."""

HURT: Final = 0.02
"""A page is hurt when it lost more than this share of its content."""

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The lower-cased words of ``text``."""
    return _WORD.findall(text.lower())


@lru_cache(1 << 16)
def line_words(line: str) -> Words:
    """The words of one stripped line; remembered, since every contender keeps mostly the same lines."""
    return tuple(words(line))


def grams(of: Sequence[str]) -> list[Words]:
    """All runs of four words."""
    return list(zip(of, of[1:], of[2:], of[3:], strict=False))


class Gold:
    """The text to keep, with what the scoring asks of it."""

    def __init__(self, text: str) -> None:
        self.words = words(text)
        self.lines = Counter(tuple(words(line)) for line in text.split("\n"))

    @cached_property
    def bag(self) -> Counter[str]:
        """How often each word stands in the text."""
        return Counter(self.words)

    @cached_property
    def grams(self) -> frozenset[Words]:
        """All shingles of the text."""
        return frozenset(grams(self.words))

    @cached_property
    def joined(self) -> str:
        """All words with single spaces, also at both ends."""
        return f" {' '.join(self.words)} "

    def count(self, line: Words) -> int:
        """How often the words of ``line`` stand in the text in a row."""
        return self.joined.count(f" {' '.join(line)} ")


def word_f1(text: str, gold: Gold) -> float:
    """The harmonic mean of word-bag precision and recall, 0 to 1; two empty texts agree."""
    predicted = Counter(words(text))
    total = predicted.total()
    if not gold.words or not total:
        return float(not gold.words and not total)
    common = (predicted & gold.bag).total()
    return 2 * common / (total + len(gold.words))


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """One line of an input, stripped: its span, its words, and what it is.

    ``reaches``: of a line of one to three words, the shingles of the gold text that cover it and reach
    into its neighbours.
    """

    start: int
    end: int
    words: Words
    label: Label
    reaches: tuple[Words, ...] = ()

    @property
    def size(self) -> int:
        """How many characters it has."""
        return self.end - self.start


def label(text: str, gold: Gold, title: str = "") -> list[LabelledLine]:
    """Label the lines of ``text`` that are not blank.

    * Four words or more: content where at least half of its shingles stand in gold.
    * One to three words: content where it is a whole line of gold, or where a shingle of gold covers it
      and reaches into its neighbours (so words of inline links that stand on lines of their own are
      known).
    * No word: neutral. So is the first line equal to ``title`` where gold lacks that line; later ones
      are noise.
    * Repeats: of a line of three words or more, as many copies are content as gold has, further ones noise.
    """
    lines = _bare_lines(text)
    stream = tuple(chain.from_iterable(line.words for line in lines))
    at = 0
    labelled: list[LabelledLine] = []
    for line in lines:
        labelled.append(_by_itself(line, at, stream, gold))
        at += len(line.words)
    return _repeats(labelled, gold, tuple(words(title)))


def _bare_lines(text: str) -> list[LabelledLine]:
    lines: list[LabelledLine] = []
    at = 0
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            start = at + len(raw) - len(raw.lstrip())
            lines.append(LabelledLine(start, start + len(line), line_words(line), "neutral"))
        at += len(raw) + 1
    return lines


def _by_itself(line: LabelledLine, at: int, stream: Words, gold: Gold) -> LabelledLine:
    """Label one line, whose words stand at ``at`` in the ``stream`` of all words."""
    count = len(line.words)
    reaches: tuple[Words, ...] = ()
    if not count:
        return line
    if count >= GRAM:
        is_content = share_in_gold(line.words, gold) >= 0.5
    else:
        windows = (stream[n : n + GRAM] for n in range(max(0, at + count - GRAM), at + 1))
        reaches = tuple(window for window in windows if len(window) == GRAM and window in gold.grams)
        is_content = (
            line.words in gold.lines or bool(reaches) or (len(gold.words) < GRAM and gold.count(line.words) > 0)
        )
    return LabelledLine(line.start, line.end, line.words, "content" if is_content else "noise", reaches)


def share_in_gold(of: Words, gold: Gold) -> float:
    """The share of the shingles of ``of`` (four words or more) that stand in gold."""
    own = grams(of)
    return sum(gram in gold.grams for gram in own) / len(own)


def _repeats(lines: Iterable[LabelledLine], gold: Gold, title: Words) -> list[LabelledLine]:
    lines = list(lines)
    copies = Counter(line.words for line in lines if line.label == "content" and len(line.words) >= 3)
    used: Counter[Words] = Counter()
    settled: list[LabelledLine] = []
    is_title_seen = False
    for line in lines:
        now = line.label
        if title and line.words == title and title not in gold.lines:
            now = "noise" if is_title_seen else "neutral"
            is_title_seen = True
        elif now == "content" and copies[line.words] > 1:
            used[line.words] += 1
            if used[line.words] > max(1, gold.count(line.words)):
                now = "noise"
        settled.append(LabelledLine(line.start, line.end, line.words, now, line.reaches))
    return settled


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters of the input's noise and content, and how many of each went."""

    noise: float = 0.0
    noise_gone: float = 0.0
    content: float = 0.0
    content_gone: float = 0.0


def cut_of(lines: Sequence[LabelledLine], text: str, gold: Gold) -> Cut:
    """Measure what of ``lines`` is gone from ``text``, a cleaned form of the text they were labelled in.

    A line that stands in ``text`` as a line is kept. Of equal lines it does not matter which copy was
    kept, and copies kept count as content first. Of a line of four words or more that is not there, its
    shingles (those in gold for content, those not in gold for noise) that still stand in ``text``
    outside the lines kept count as kept. A shorter one is kept where it is content and a shingle of
    gold that covers it stands in ``text``: it was joined to its neighbours.
    """
    kept_lines = Counter(line_words(line.strip()) for line in text.split("\n"))
    own = grams(words(text))
    standing, left_over = set(own), Counter(own)
    groups: dict[Words, list[LabelledLine]] = {}
    for line in lines:
        if line.label != "neutral":
            groups.setdefault(line.words, []).append(line)

    noise = noise_gone = content = content_gone = 0.0
    edited: list[tuple[Words, int, float, Label]] = []
    for key, group in groups.items():
        wanted = sum(line.label == "content" for line in group)
        unwanted = len(group) - wanted
        size = sum(line.size for line in group) / len(group)
        content += wanted * size
        noise += unwanted * size
        kept = min(len(group), kept_lines[key])
        for gram in grams(key) if kept else ():
            left_over[gram] -= kept
        wanted_kept = min(wanted, kept)
        if wanted or kept:
            noise_gone += (unwanted - (kept - wanted_kept)) * size
        elif len(key) < GRAM:
            noise_gone += unwanted * size
        else:
            edited.append((key, unwanted, size, "noise"))
        if wanted > wanted_kept:
            missing = wanted - wanted_kept
            if len(key) >= GRAM:
                edited.append((key, missing, size, "content"))
            elif not any(reach in standing for line in group for reach in line.reaches):
                content_gone += missing * size

    for key, missing, size, kind in edited:
        telling = [gram for gram in grams(key) if (gram in gold.grams) == (kind == "content")] or grams(key)
        found = sum(min(missing, max(0, left_over[gram])) for gram in telling)
        gone = missing * size * (1 - found / (missing * len(telling)))
        if kind == "content":
            content_gone += gone
        else:
            noise_gone += gone
    return Cut(noise, noise_gone, content, content_gone)


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One contender on one text. ``wanted``/``unwanted``: snippets named by people that must stay or go, with
    how many of them did; of the unwanted those that stand in the input."""

    id: str
    f1: float
    cut: Cut
    wanted: int = 0
    wanted_kept: int = 0
    unwanted: int = 0
    unwanted_gone: int = 0


def page_figures(
    page: str,
    before: str,
    after: str,
    gold: Gold,
    lines: Sequence[LabelledLine],
    must_stay: Sequence[str] = (),
    must_go: Sequence[str] = (),
) -> PageFigures:
    """Score ``after``, the cleaned form of ``before``, whose ``lines`` are labelled."""
    low_before, low_after = before.lower(), after.lower()
    unwanted = [snippet.lower() for snippet in must_go if snippet.lower() in low_before]
    return PageFigures(
        page,
        word_f1(after, gold),
        cut_of(lines, after, gold),
        wanted=len(must_stay),
        wanted_kept=sum(snippet.lower() in low_after for snippet in must_stay),
        unwanted=len(unwanted),
        unwanted_gone=sum(snippet not in low_after for snippet in unwanted),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """One contender on many texts; shares from 0 to 1.

    ``noise_gone`` and ``content_gone`` are pooled over the pages, ``…_mean`` the mean over pages that
    have any. ``hurt``: pages that lost over 2 % of their content. ``wanted_kept`` is a mean over pages
    with such snippets, ``unwanted_gone`` pooled.
    """

    pages: int
    f1: float
    noise_gone: float
    content_gone: float
    noise_gone_mean: float
    content_gone_mean: float
    hurt: float
    wanted_kept: float
    unwanted_gone: float


def summary(pages: Sequence[PageFigures]) -> Figures:
    """Put the figures of many pages together."""
    cuts = [page.cut for page in pages]
    losses = [cut.content_gone / cut.content for cut in cuts if cut.content]
    return Figures(
        pages=len(pages),
        f1=_mean([page.f1 for page in pages]),
        noise_gone=_share(sum(cut.noise_gone for cut in cuts), sum(cut.noise for cut in cuts)),
        content_gone=_share(sum(cut.content_gone for cut in cuts), sum(cut.content for cut in cuts)),
        noise_gone_mean=_mean([cut.noise_gone / cut.noise for cut in cuts if cut.noise]),
        content_gone_mean=_mean(losses),
        hurt=_mean([float(loss > HURT) for loss in losses]),
        wanted_kept=_mean([page.wanted_kept / page.wanted for page in pages if page.wanted]),
        unwanted_gone=_share(sum(page.unwanted_gone for page in pages), sum(page.unwanted for page in pages)),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(of: Sequence[float]) -> float:
    return fmean(of) if of else 0.0
