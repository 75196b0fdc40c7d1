"""Lines, blocks and their shapes: spans into a text, with cheap facts about each.

A `Line` leaves out its line end, which is ``\\r\\n``, ``\\n`` or ``\\r`` and nothing else (``str.splitlines``
would also break at U+2028, U+0085 and form feeds, which stand inside sentences in scraped text).
Shapes are bit flags, so that a line can be a bullet and a headline at once. They say what a line
*looks like*, never what it means; a shape alone is no reason to cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cleaner.text.body import Body, LineFacts

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
TIME_LENGTH: Final = 120
LINK_LENGTH: Final = 4096
"""In characters; a line of 50 MB is not worth a look."""
REMEMBERED_LENGTH: Final = 1000
"""In characters: the facts of a longer line are found again each time they are asked for."""

_BULLET = re.compile(r"(?:[-–—*+•·‣⁃◦▪▫■□●○◆►▶▸›»→✓✔]|\d{1,3}[.)])[ \t\u00a0]+(?=\S.*\w|\w)")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\[[^\]]*\]\(\S+\)|[\w.-]+\.(?:com|org|net|de|fr|es|it|nl|pl|ru|uk)(?:/\S*)?", re.I
)
# The stops of Latin, East Asian, Arabic, Urdu, Hindi, Armenian and Ethiopic scripts, and what may stand behind one.
_STOPS: Final = ".:;,…。！？；：，、।॥؟۔؛،։።"
_SENTENCE_ENDS: Final = ".!?…。！？।॥؟۔։።"
_CLOSERS: Final = "'\"’”»)]“«‹›」』）》"  # German closes with “ and «, and East Asia with its own
_MONTH = (
    r"(?:jan(?:uary|uar|uari|v|vier)?|jänner|feb(?:ruary|ruar|ruari)?|févr?(?:ier)?|mar(?:ch|s|zo|ço|et)?|märz|mrz|maart|mrt|"
    r"apr(?:il|ile)?|avr(?:il)?|may|mai|mayo|maio|maggio|mei|june?|juin|juni|junio|junho|giugno|"
    r"july?|juil(?:let)?|juli|julio|julho|luglio|aug(?:ust|ustus)?|août|agosto|sept?(?:ember|embre|iembre)?|setiembre|setembro|"
    r"settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|outubro|ottobre|nov(?:ember|embre|iembre|embro)?|"
    r"dec(?:ember)?|déc(?:embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?|enero|febrero|abril|janeiro|fevereiro|gennaio|febbraio|"
    r"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)(?!\w)\.?"
)
_UNIT = r"(?:sec(?:ond)?s?|min(?:ute|uten|uut|uuts|utos?|uti)?s?|hours?|hrs?|days?|weeks?|months?|years?|yrs?)(?!\w)\.?"
_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:[ap]\.?m\.?|[A-Z]{2,4})){0,2}|\d{1,2}\.\d{2}\s+uhr)"
# What a date, a time of day, an age or a reading time looks like, where it is the whole line.
_TIME = rf"""[\W_]*(?:
        {_CLOCK}(?:\s*/\s*{_CLOCK})?                                                      # 12:30 pm ET, 0:00 / 3:45
      | \d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:[T,\s]+{_CLOCK})?                         # 2025-04-15 00:59:55
      | (?:[^\W\d]{{2,12}}[.,]+\s+)?                                                     # Tuesday, …
        (?=\D*\d)(?:(?:le|den|am)\s+)?(?:\d{{1,2}}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?)?{_MONTH}
        (?:\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?:de\s+)?\d{{2,4}})?              # 5 May 2024, May 5th
        (?:[,\s]*(?:at\s+|à\s+|um\s+)?{_CLOCK})?
      | \d{{1,4}}[-\s]*{_UNIT}(?:\s+(?:ago|read|watch|listen|de\s+lect\w+|de\s+leitura|di\s+lettura|lesezeit|leestijd))?
      | (?:an?|one)\s+{_UNIT}\s+(?:ago|read|watch|listen)
      | \d{{1,4}}\s*[smhdwy]\s+ago
      | (?:vor|il\s+y\s+a|hace|há|fa)\s+\d{{1,4}}\s+\w+
      | \d{{1,4}}\s+\w+\s+(?:fa|atrás|geleden|назад|temu)
      | \d{{1,4}}\s*(?:秒|分|分钟|分鐘|分間|小时|小時|時間|天|日|周|週間?|个月|個月|か月|ヶ月|年)前
      | \d{{1,4}}\s*(?:초|분|시간|일|주|개월|년)\s*전
      | \d{{4}}[年년]\s*\d{{1,2}}[月월](?:\s*\d{{1,2}}[日일])?(?:\s*{_CLOCK})?
    )[\W_]*"""
# What every match of it begins with: spares most lines the long expression, and most starts its compiling.
_HAS_TIME = re.compile(r"[\W_]*(?:(?:[^\W\d]+[.,]*\s+){0,3}\d|(?:an?|one)\s)", re.I)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ENDS = re.compile(r"\A[\W\d_]+|[\W\d_]+\Z")
_ASCII = bytes(range(128))
_ASCII_REST = bytes(code for code in range(128) if not chr(code).isalpha())
_ASCII_ENDS = _ASCII_REST.decode()
_NOT_ASCII_LETTERS = _ASCII_REST + bytes(range(128, 256))
_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"


class Line(NamedTuple):
    """A line's span, without its line end."""

    start: int
    end: int


class Block(NamedTuple):
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
    at = 1 if text.startswith("\ufeff") else 0
    if at == len(text):
        return ()
    if "\r" not in text:
        pieces = text.split("\n")
        if not pieces[-1]:
            pieces.pop()
        ends = list(accumulate(map(len, pieces), lambda end, length: end + 1 + length))
        starts = [at, *(end + 1 for end in ends[:-1])]
        return tuple(map(Line, starts, ends))
    lines: list[Line] = []
    for end in LINE_END.finditer(text):
        lines.append(Line(at, end.start()))
        at = end.end()
    if at < len(text):
        lines.append(Line(at, len(text)))
    return tuple(lines)


def word_count(text: str) -> int:
    """Words as a reader would count them: runs between spaces; where a script has none, two CJK characters count as
    one word, and four of Thai, Lao, Burmese or Khmer."""
    spaced = len(text.split())
    if text.isascii() or not _dense().search(text):
        return spaced
    return spaced + len(re.findall(_CJK, text)) // 2 + len(re.findall(_UNSPACED, text)) // 4


@cache
def _dense() -> re.Pattern[str]:
    """A character of a script without spaces; compiled when the first line asks for it."""
    return re.compile(f"{_CJK}|{_UNSPACED}")


def letters(text: str) -> int:
    """How many letters there are; signs that are neither digits nor punctuation count as such."""
    if text.isascii():
        return len(text.encode().translate(None, _ASCII_REST))
    raw = text.encode("utf-8", "surrogatepass")
    rest = raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return len(raw.translate(None, _NOT_ASCII_LETTERS)) + len(_NO_LETTERS.sub("", rest))


def bared(text: str) -> str:
    """``text`` without what is no letter at its ends."""
    core = text.strip(_ASCII_ENDS)
    return core if core.isascii() else _ENDS.sub("", core)


@cache
def _time() -> re.Pattern[str]:
    """Compiled when the first line asks for it: it takes as long as all else of a start on this floor."""
    return re.compile(_TIME, re.I | re.X)


def shape(text: str) -> int:
    """Return the shape flags of one line.

    * ``blank``: nothing but white space.
    * ``bullet``: a list mark or a number, then text.
    * ``headline``: a bullet, or 3 to 25 words and no final stop (``?`` and ``!`` are allowed: headlines ask); not a
      row of stars or dashes.
    * ``short``: at most 8 words and no final stop.
    * ``link``: an address or a Markdown link and nothing else.
    * ``label``: at most 4 words without a stop, or at most 8 that end in a colon.
    * ``time``: a date, a time of day, an age or a reading time and nothing else.
    * ``prose``: more than 25 words, or at least 12 with the end of a sentence at its end or somewhere inside.
    """
    return shape_and_words(text.strip())[0]


def shape_and_words(line: str) -> tuple[int, int]:
    """Return the shape flags of a line without white space around it, and its words among the first 2,000
    characters."""
    return _looked_at(line) if len(line) <= REMEMBERED_LENGTH else _looked_at.__wrapped__(line)


@lru_cache(maxsize=1 << 14)
def _looked_at(line: str) -> tuple[int, int]:
    words = word_count(line[:2000])
    return _shape(line, words), words


def _shape(line: str, words: int) -> int:
    if not line:
        return BLANK
    flags = FILLED
    end = line[-8:].rstrip(_CLOSERS)[-1:]
    stopped = end in _STOPS and end != ""
    if not line[0].isalpha() and _BULLET.match(line):
        flags |= BULLET | HEADLINE
    if not stopped:
        if words <= SHORT_WORDS:
            flags |= SHORT
        if 3 <= words <= HEADLINE_WORDS and any(map(str.isalnum, line)):
            flags |= HEADLINE
        if words <= LABEL_WORDS:
            flags |= LABEL
    elif words <= SHORT_WORDS and line.endswith((":", "：")):
        flags |= LABEL
    if words <= 12 and len(line) <= TIME_LENGTH and _HAS_TIME.match(line) and _time().fullmatch(line):
        flags |= TIME
    if words <= 3 and len(line) <= LINK_LENGTH and _LINK.fullmatch(line):
        flags |= LINK
    if words >= PROSE_WORDS and (words > HEADLINE_WORDS or (end in _SENTENCE_ENDS and end != "") or ". " in line):
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
        return tuple(shape_and_words(line)[0] for line in self.stripped)

    def shaped(self, flags: int) -> list[int]:
        """The numbers of the lines that are not blank and have one of the shapes ``flags``, in order."""
        found = self._shaped.get(flags)
        if found is None:
            shapes = self.shapes
            found = self._shaped[flags] = [number for number in self.filled if shapes[number] & flags]
        return found

    @cached_property
    def _shaped(self) -> dict[int, list[int]]:
        return {}

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
    def copies(self) -> list[list[int]]:
        """The lines that say the same, by number (see `cleaner.text.fold.copies`)."""
        from cleaner.text.fold import copies  # few texts ask for it

        return copies(self.stripped, self.filled)

    @cached_property
    def body(self) -> Body:
        """Head, body and tail of the text."""
        from cleaner.text.body import find_body  # only a text in which a rule asks for it pays for it

        return find_body(self)

    @cached_property
    def body_facts(self) -> list[LineFacts]:
        """What `cleaner.text.body` asks of each line that is not blank."""
        from cleaner.text.body import line_facts

        stripped = self.stripped
        return [line_facts(stripped[number]) for number in self.filled]

    @cached_property
    def body_scores(self) -> list[float]:
        """The score of each line that is not blank (see `cleaner.text.body`)."""
        from cleaner.text.body import line_scores

        return line_scores(self.body_facts)

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
