"""How likely a cut is to be wrong, as a number to sort by, and what a sample of a rule's cuts allows to say.

The risk is no probability: it is a weighted mean of six signs, each from 0 (harmless) to 1 (worth a look), so that
the weights below say all there is to say about the order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from cleaner.text.edit import Confidence

CONFIDENCE: Final[dict[Confidence, float]] = {"certain": 0.1, "likely": 0.6, "maybe": 1.0}
"""How far each confidence of a rule is from certainty."""

LARGE_SHARE: Final = 0.25
"""A cut of this share of its document counts as fully risky in that respect."""

PROSE_WORDS: Final = 25
"""So many words in sentences are as like prose as can be."""

SAMPLE: Final = 20
"""Distinct texts in a rule's sample: with none wrong, at most 14 % of the rule's distinct texts are, at 95 %."""

_STOP: Final = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*(?=\s|$)|[。！？]")
_DENSE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign counts for; the sum is 1."""

    confidence: float = 0.25
    share: float = 0.20
    prose: float = 0.20
    rarity: float = 0.15
    place: float = 0.10
    unreviewed: float = 0.10


WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Signs:
    """The six signs of one cut, each from 0 to 1."""

    confidence: float
    share: float
    prose: float
    rarity: float
    place: float
    unreviewed: float


def risk(signs: Signs, weights: Weights = WEIGHTS) -> float:
    """The weighted mean of the signs: 0 to 1."""
    return (
        signs.confidence * weights.confidence
        + signs.share * weights.share
        + signs.prose * weights.prose
        + signs.rarity * weights.rarity
        + signs.place * weights.place
        + signs.unreviewed * weights.unreviewed
    )


def share_sign(removed: int, characters: int) -> float:
    """The share of a document that a cut takes, 1 from `LARGE_SHARE` on."""
    return min(1.0, removed / characters / LARGE_SHARE) if characters else 0.0


def rarity_sign(count: int) -> float:
    """1 for a text that was cut once, a half for one cut twice, an eighth for one cut 128 times: what a template
    leaves behind stands in many articles, what an author wrote in one."""
    return 1 / (1 + math.log2(count)) if count > 0 else 1.0


def prose_sign(text: str) -> float:
    """How like prose a text is: many words (or CJK letters, two for a word), and sentences that end.

    Looks at the first 4,000 characters.
    """
    text = text[:4000]
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    words = dense / 2 + len((_DENSE.sub(" ", text) if dense else text).split())
    length = min(1.0, words / PROSE_WORDS)
    return length if _STOP.search(text) else length * 0.4


def place_sign(start: int, end: int, characters: int) -> float:
    """1 in the middle of the document, 0 at its very beginning or end."""
    if characters <= 0:
        return 0.0
    middle = (start + end) / 2 / characters
    return max(0.0, 1 - abs(2 * middle - 1))


def unreviewed_sign(decisions: int) -> float:
    """1 for a rule nothing was ever decided about, falling with each decision."""
    return 1 / (1 + max(0, decisions))


def sample_rank(seed: str, key: str) -> bytes:
    """Where a text stands in the shuffled order of its rule: a hash, so that the first so many in this order are a
    uniform sample without replacement, the same in every process, and the same when other texts come along."""
    return blake2b(f"{seed}\x1f{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def sample(seed: str, keys: Sequence[str], size: int = SAMPLE) -> list[int]:
    """The positions of a uniform sample of ``keys``, in its shuffled order."""
    return sorted(range(len(keys)), key=lambda number: sample_rank(seed, keys[number]))[:size]


def upper_bound(wrong: int, looked_at: int, confidence: float = 0.95) -> float:
    """The largest share that may be wrong, given ``wrong`` of ``looked_at`` drawn at random: the exact one-sided bound
    of Clopper and Pearson (Biometrika 26, 1934). 1 where nothing was looked at."""
    if looked_at <= 0 or wrong >= looked_at:
        return 1.0
    low, high = wrong / looked_at, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(wrong, looked_at, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, drawn: int, share: float) -> float:
    """The chance of at most ``wrong`` among ``drawn`` where ``share`` is wrong."""
    return sum(math.comb(drawn, k) * share**k * (1 - share) ** (drawn - k) for k in range(wrong + 1))


def bound_words(wrong: int, looked_at: int, all_of_them: int) -> str:
    """What a sample allows to say of a rule's distinct texts, in a sentence; '' where nothing was looked at."""
    if not looked_at:
        return ""
    if looked_at >= all_of_them:
        return f"{wrong} wrong of all {all_of_them}"
    return f"{wrong} wrong of {looked_at}: at most {math.ceil(upper_bound(wrong, looked_at) * 100)} % wrong, 95 %"
