"""Lines, blocks and their shapes: spans into a text, with cheap facts about each.

A `Line` leaves out its line end, which is ``\\r\\n``, ``\\n`` or ``\\r`` and nothing else (``str.splitlines``
would also break at U+2028, U+0085 and form feeds, which stand inside sentences in scraped text).
Shapes are bit flags, so that a line can be a bullet and a headline at once. They say what a line
*looks like*, never what it means; a shape alone is no reason to cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cleaner.text.body import Body

LINE_END: Final = re.compile(r"\r\n|\n|\r")

BLANK: Final = 1
BULLET: Final = 2
HEADLINE: Final = 4
SHORT: Final = 8
LINK: Final = 16
LABEL: Final = 32
TIME: Final = 64
PROSE: Final = 128
FILLED: Final = 256
ANY: Final = 511

SHAPES: Final[dict[str, int]] = {
    "blank": BLANK,
    "bullet": BULLET,
    "headline": HEADLINE,
    "short": SHORT,
    "link": LINK,
    "label": LABEL,
    "time": TIME,
    "prose": PROSE,
    "any": ANY,
}
"""The shapes a rule can name. ``any`` is every line."""

SHORT_WORDS: Final = 8
HEADLINE_WORDS: Final = 25
LABEL_WORDS: Final = 4
PROSE_WORDS: Final = 12

_BULLET = re.compile(r"(?:[-–—*+•·‣⁃◦▪▫■□●○◆►▶▸›»→✓✔]|\d{1,3}[.)])[ \t\u00a0]+\S")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\[[^\]]*\]\(\S+\)|[\w.-]+\.(?:com|org|net|de|fr|es|it|nl|pl|ru|uk)(?:/\S*)?", re.I
)
_STOP = re.compile(r"[.:;,…。！？；：，、]['\"’”»)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…。！？]['\"’”»)\]]*$")
# The signs of a date, a time of day or a duration that make up a whole short line.
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr|mars|avr|mai|juin|juil|août|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    r"janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|"
    r"gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|"
    r"januar|februar|märz|juni|juli|oktober|dezember|okt|dez|maart|mei|augustus)\w*\.?"
)
_TIME = re.compile(
    rf"""[\W_]*(?:
        \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{{2,4}})?            # 0:00, 12:30 pm
      | \d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:[T,\s]+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?   # 2025-04-15 00:59:55
      | \d{{1,2}}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?{_MONTH}(?:,?\s+(?:de\s+)?\d{{2,4}})?[,\s]*(?:\d{{1,2}}:\d{{2}}.{{0,12}})?
      | {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?[,\s]*(?:(?:at\s+)?\d{{1,2}}:\d{{2}}.{{0,12}})?
      | (?:\d+|an?|one)\s+(?:sec|min|hour|hr|day|week|month|year)\w*\.?(?:\s+(?:ago|read|watch|listen))?
      | \d+\s*[smhdwy]\s+ago
      | (?:vor|il\s+y\s+a|hace|há|fa)\s+\d+\s+\w+
      | \d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?(?:\s*\d{{1,2}}:\d{{2}})?
    )[\W_]*""",
    re.I | re.X,
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line's span, without its line end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph's span: from the start of its first line to the end of its last. ``first`` and
    ``last`` are line numbers, counted from 0, both inside."""

    start: int
    end: int
    first: int
    last: int


def split(text: str) -> tuple[Line, ...]:
    """Return the lines of ``text``. ``""`` has none; a final line end opens no further line.

    A byte order mark at the start belongs to no line, so that a first line is found with and without it.
    """
    lines: list[Line] = []
    at = 1 if text.startswith("\ufeff") else 0
    for end in LINE_END.finditer(text):
        lines.append(Line(at, end.start()))
        at = end.end()
    if at < len(text):
        lines.append(Line(at, len(text)))
    return tuple(lines)


def word_count(text: str) -> int:
    """Words as a reader would count them: runs between spaces; two CJK characters count as one word."""
    spaced = len(text.split())
    if text.isascii():
        return spaced
    cjk = len(_CJK.findall(text))
    return spaced + cjk // 2 if cjk else spaced


def shape(text: str) -> int:
    """Return the shape flags of one line.

    * ``blank``: nothing but white space.
    * ``bullet``: a list mark or a number, then text.
    * ``headline``: a bullet, or 3 to 25 words and no final stop (``?`` and ``!`` are allowed: headlines ask).
    * ``short``: at most 8 words and no final stop.
    * ``link``: an address or a Markdown link and nothing else.
    * ``label``: at most 4 words without a stop, or at most 8 that end in a colon.
    * ``time``: a date, a time of day, an age or a reading time and nothing else.
    * ``prose``: at least 12 words and the end of a sentence somewhere, or at the end.
    """
    line = text.strip()
    if not line:
        return BLANK
    flags = FILLED
    words = word_count(line[:600])
    if _BULLET.match(line):
        flags |= BULLET | HEADLINE
    stopped = _STOP.search(line[-8:]) is not None
    if not stopped:
        if words <= SHORT_WORDS:
            flags |= SHORT
        if 3 <= words <= HEADLINE_WORDS:
            flags |= HEADLINE
        if words <= LABEL_WORDS:
            flags |= LABEL
    elif words <= SHORT_WORDS and line.endswith((":", "：")):
        flags |= LABEL
    if words <= 12 and _TIME.fullmatch(line):
        flags |= TIME
    if words <= 3 and _LINK.fullmatch(line):
        flags |= LINK
    if words >= PROSE_WORDS and (words > HEADLINE_WORDS or _SENTENCE_END.search(line) or ". " in line):
        flags |= PROSE
    return flags


class Layout:
    """A text laid out in lines and blocks, with facts that are computed when first asked for.

    Nothing here changes after it was computed; the class only remembers.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in order."""
        return split(self.text)

    @cached_property
    def stripped(self) -> tuple[str, ...]:
        """Each line's text without the white space around it."""
        text = self.text
        return tuple(text[line.start : line.end].strip() for line in self.lines)

    @cached_property
    def filled(self) -> tuple[int, ...]:
        """The numbers of the lines that are not blank, in order."""
        return tuple(number for number, line in enumerate(self.stripped) if line)

    @cached_property
    def ranks(self) -> dict[int, int]:
        """Line number to its rank among the lines that are not blank, from 0."""
        return {number: rank for rank, number in enumerate(self.filled)}

    @cached_property
    def shapes(self) -> tuple[int, ...]:
        """The shape flags of each line."""
        return tuple(map(shape, self.stripped))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Paragraphs between blank lines; each line is one where the text has no blank line."""
        if len(self.filled) == len(self.lines):
            return tuple(Block(line.start, line.end, n, n) for n, line in enumerate(self.lines))
        blocks: list[Block] = []
        run: list[int] = []
        for number in self.filled:
            if run and number != run[-1] + 1:
                blocks.append(self._block(run))
                run = []
            run.append(number)
        if run:
            blocks.append(self._block(run))
        return tuple(blocks)

    def _block(self, run: Sequence[int]) -> Block:
        return Block(self.lines[run[0]].start, self.lines[run[-1]].end, run[0], run[-1])

    @cached_property
    def block_of(self) -> dict[int, Block]:
        """Line number to the block it stands in; blank lines stand in none."""
        return {n: block for block in self.blocks for n in range(block.first, block.last + 1)}

    @cached_property
    def body(self) -> Body:
        """Head, body and tail of the text."""
        from cleaner.text.body import find_body  # only a text in which a rule asks for it pays for it

        return find_body(self)

    def line_at(self, offset: int) -> int:
        """The number of the line that holds ``offset`` or whose line end does. Raises `IndexError` on ``""``."""
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.lines[middle].start <= offset:
                low = middle
            else:
                high = middle - 1
        self.lines[low]
        return low
