"""What others do to the lines of a text, for comparison: each peer takes all lines and gives those it keeps.

None of them is given more than the lines, as a corpus tool would see them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any, Final

Peer = Callable[[Sequence[str]], list[str]]

POLICY: Final = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
_CITATION = re.compile(r"\[\d*\]|\[edit\]|\[citation needed\]")


def c4_lines(lines: Sequence[str]) -> list[str]:
    """The line rules of C4 with datatrove's defaults, without those that drop whole documents.

    A line stays that ends in . ? ! " or ' but not in an ellipsis, has three words or more, no word of over
    1000 characters, and does not speak of JavaScript, cookies or terms of use. Citation marks are taken out.
    Source: ``C4QualityFilter`` in ``pipeline/filters/c4_filters.py`` of huggingface/datatrove, after
    Raffel et al. (2020), https://jmlr.org/papers/v21/20-074.html.
    """
    kept: list[str] = []
    for raw in lines:
        split = raw.split()
        line = _CITATION.sub("", raw.strip())
        low = line.lower()
        if (
            line.endswith((".", "?", "!", '"', "'"))
            and not line.endswith("...")
            and len(split) >= 3
            and max(map(len, split)) <= 1000
            and "javascript" not in low
            and not any(phrase in low for phrase in POLICY)
        ):
            kept.append(line)
    return kept


def justext_lines(lines: Sequence[str]) -> list[str]:
    """jusText (Pomikálek 2011) with each line as a paragraph of its own, English stop words, and its
    defaults."""
    from justext.core import classify_paragraphs, revise_paragraph_classification

    paragraphs = [_paragraph(line) for line in lines if line.strip()]
    classify_paragraphs(paragraphs, _stop_words())
    revise_paragraph_classification(paragraphs)
    return [paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate]


def _paragraph(line: str) -> Any:
    from types import SimpleNamespace

    from justext.paragraph import Paragraph

    paragraph = Paragraph(SimpleNamespace(dom="body.p", xpath="/body/p"))
    paragraph.append_text(line)
    return paragraph


@cache
def _stop_words() -> frozenset[str]:
    from justext.utils import get_stoplist

    return frozenset(get_stoplist("English"))


LONG_WORDS: Final = 15
MOST_WORDS: Final = 60


def longest_run(lines: Sequence[str]) -> list[str]:
    """The heaviest run of lines: where the article seems to be.

    A line of `LONG_WORDS` or more weighs its words, at most `MOST_WORDS`; any other takes one away. The
    figures are those at which the run loses about one per cent of the content of the development pages.
    """
    best = total = 0
    begin = first = last = 0
    for number, line in enumerate(lines):
        count = len(line.split())
        if count:
            total += min(count, MOST_WORDS) if count >= LONG_WORDS else -1
        if total > best:
            best, first, last = total, begin, number + 1
        if total <= 0:
            total, begin = 0, number + 1
    return list(lines[first:last])


_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"[^\w\s]")


def folded(line: str) -> str:
    """A line as CCNet compares it: lower case, digits as 0, no punctuation."""
    return _MARK.sub("", _DIGIT.sub("0", line.strip().lower()))


def repeated(texts: Iterable[str]) -> frozenset[str]:
    """The folded lines that stand in two texts or more."""
    seen = Counter(line for text in texts for line in {folded(line) for line in text.split("\n")})
    return frozenset(line for line, count in seen.items() if count > 1)


def unrepeated(known: frozenset[str], lines: Sequence[str]) -> list[str]:
    """The lines that stand in no other text; ``known`` are those that do, from `repeated`.

    As CCNet does with paragraphs (Wenzek et al. 2020, https://arxiv.org/abs/1911.00359), over one corpus.
    """
    return [line for line in lines if folded(line) not in known]


def peers(texts: Iterable[str]) -> dict[str, Peer]:
    """All peers by name; ``texts`` is the whole corpus of one scraper."""
    return {
        "C4 line rules": c4_lines,
        "jusText on lines": justext_lines,
        "longest run of long lines": longest_run,
        "repeated lines (CCNet)": partial(unrepeated, repeated(texts)),
    }
