"""Which rule to mend next: every line that a rule cut, with what people say the line is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from cleaner.engine import Cleaner, Result
from cleaner.rules.model import REPAIR_RULE
from cleaner.text.edit import CONFIDENCES, compose, original_span
from scoring import GRAM, Gold, Label, LabelledLine, grams, line_words, share_in_gold


@dataclass(frozen=True, slots=True)
class LineCut:
    """What ``rules`` took of one line: its ``[start, end)`` in the text, and what was taken."""

    line: int
    start: int
    end: int
    label: Label
    rules: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many characters went."""
        return self.end - self.start


def cuts_of(
    cleaner: Cleaner, repairer: Cleaner, result: Result, lines: Sequence[LabelledLine], gold: Gold
) -> list[LineCut]:
    """The cuts of ``result``, which ``cleaner`` made, line by line, in the order of the text.

    A cut belongs to every rule that matched on its line. Of equal lines it does not matter which copy went: a
    copy of content that was cut counts as noise where as many copies stayed as gold has. Of a line that was
    cut in part, the part taken is looked at for itself. Repairs and replacements are no cuts. ``repairer``
    is ``cleaner`` with ``repair="only"``.
    """
    removals = [edit for edit in result.edits if not edit.new and not _is_repair(edit.rules)]
    witnesses = list(_witnesses(cleaner, repairer, result)) if any(len(edit.rules) > 1 for edit in removals) else []
    text = result.document.text
    cuts: list[LineCut] = []
    at = 0
    for edit in removals:
        while at < len(lines) and lines[at].end <= edit.start:
            at += 1
        for number in range(at, len(lines)):
            line = lines[number]
            if line.start >= edit.end:
                break
            start, end = _bare(text, max(line.start, edit.start), min(line.end, edit.end))
            if start == end:
                continue
            rules = edit.rules
            if len(rules) > 1:
                here = {rule for begin, stop, rule in witnesses if begin < end and start < stop}
                rules = tuple(rule for rule in rules if rule in here) or rules
            whole = (start, end) == (line.start, line.end)
            label = line.label if whole else _piece_label(text, start, end, line, gold)
            cuts.append(LineCut(number, start, end, label, rules))
    return _copies_forgiven(cuts, lines)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _is_repair(rules: Sequence[str]) -> bool:
    return all(rule.startswith(f"{REPAIR_RULE}/") for rule in rules)


def _witnesses(cleaner: Cleaner, repairer: Cleaner, result: Result) -> Iterator[tuple[int, int, str]]:
    """What each rule matched, as spans of the original."""
    level = CONFIDENCES.index(cleaner.options.level)
    edits = repairer.clean(result.document).edits
    for done in cleaner.passes(result.document):
        for match in done.matches:
            if not match.rule.keeps and CONFIDENCES.index(match.rule.confidence) >= level:
                yield (*original_span(edits, match.start, match.end), match.rule.id)
        edits = compose(edits, done.resolution.edits)


def _piece_label(text: str, start: int, end: int, line: LabelledLine, gold: Gold) -> Label:
    """What the piece ``[start, end)`` of a line is: by its own shingles, or by those of the line that
    cover it."""
    piece = line_words(text[start:end].strip())
    if not piece:
        return "neutral"
    if len(piece) >= GRAM:
        return "content" if share_in_gold(piece, gold) >= 0.5 else "noise"
    if len(line.words) < GRAM:
        return line.label
    at = len(line_words(text[line.start : start].strip()))
    covering = grams(line.words[max(0, at + len(piece) - GRAM) : at + GRAM])
    return "content" if any(gram in gold.grams for gram in covering) else "noise"


def _copies_forgiven(cuts: Sequence[LineCut], lines: Sequence[LabelledLine]) -> list[LineCut]:
    """Count a cut copy as noise where enough copies of the line stay."""
    gone = {cut.line for cut in cuts if cut.size == lines[cut.line].size}
    spare = Counter(line.words for number, line in enumerate(lines) if line.label == "noise" and number not in gone)
    settled: list[LineCut] = []
    for cut in cuts:
        key = lines[cut.line].words
        if cut.line in gone and cut.label == "content" and spare[key]:
            spare[key] -= 1
            cut = replace(cut, label="noise")
        settled.append(cut)
    return settled


@dataclass(frozen=True, slots=True)
class Tally:
    """What one rule, or one category, did over many texts; sizes in characters.

    ``alone``: the part that no other rule (or category) took as well. ``spoilt``: texts that lost
    content to it.
    """

    lines: int = 0
    texts: int = 0
    spoilt: int = 0
    noise: int = 0
    content: int = 0
    noise_alone: int = 0
    content_alone: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    @property
    def precision(self) -> float:
        """The share of noise in what was taken of noise and content."""
        both = self.noise + self.content
        return self.noise / both if both else 1.0


Tallies = dict[str, Tally]


def tally(cuts: Iterable[LineCut], names: Mapping[str, str] | None = None) -> Tallies:
    """Add up the cuts of one text by rule, or by what ``names`` calls the rule (its category)."""
    found: Tallies = {}
    for cut in cuts:
        owners = {names.get(rule, rule) if names else rule for rule in cut.rules}
        noise = cut.size if cut.label == "noise" else 0
        content = cut.size if cut.label == "content" else 0
        alone = len(owners) == 1
        one = Tally(1, 0, 0, noise, content, noise * alone, content * alone)
        for owner in owners:
            found[owner] = found.get(owner, Tally()) + one
    return {owner: replace(one, texts=1, spoilt=int(one.content > 0)) for owner, one in found.items()}


def merged(one: Tallies, other: Tallies) -> Tallies:
    """Both, added up."""
    return {name: one.get(name, Tally()) + other.get(name, Tally()) for name in one.keys() | other.keys()}


MARKS: Final[dict[Label, str]] = {"content": "c", "noise": "n", "neutral": "t"}
WIDTH: Final = 100
"""Characters shown on either side of what matters of a line."""


def shown(
    cuts: Sequence[LineCut],
    text: str,
    lines: Sequence[LabelledLine],
    rule: str,
    *,
    only_bad: bool,
    around: int = 2,
) -> Iterator[str]:
    """Yield the cuts of ``rule`` (an id, or its part behind the slash) with ``around`` lines on either side.

    A line begins with ``-`` where ``rule`` took it, ``~`` where another one did, then its label: c(ontent),
    n(oise) or t (neither). With ``only_bad`` only places where content went.
    """
    own = {cut.line: cut for cut in cuts if any(rule in (name, name.partition("/")[2]) for name in cut.rules)}
    others = {cut.line for cut in cuts} - own.keys()
    wanted = [number for number, cut in own.items() if cut.label == "content" or not only_bad]
    near = {n for number in wanted for n in range(number - around, number + around + 1)}
    last = None
    for number in sorted(near & set(range(len(lines)))):
        if last is not None and number != last + 1:
            yield "      …"
        last = number
        cut = own.get(number)
        sign = "-" if cut else "~" if number in others else " "
        kind = cut.label if cut else lines[number].label
        yield f"    {sign}{MARKS[kind]} {_excerpt(text, lines[number], cut)}"


def _excerpt(text: str, line: LabelledLine, cut: LineCut | None) -> str:
    """The line, shortened; of one that was cut in part, the part in brackets and what stands around it."""
    if cut is None or cut.size == line.size:
        return _short(text[line.start : line.end])
    before, after = text[line.start : cut.start], text[cut.end : line.end]
    head = f"…{before[-WIDTH:]}" if len(before) > WIDTH else before
    tail = f"{after[:WIDTH]}…" if len(after) > WIDTH else after
    return f"{head}[[{_short(text[cut.start : cut.end])}]]{tail}"


def _short(line: str) -> str:
    return line if len(line) <= 2 * WIDTH else f"{line[:WIDTH]} … {line[-WIDTH:]}"
