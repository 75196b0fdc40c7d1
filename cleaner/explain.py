"""Explain: for one line of a document, every rule that hit it or nearly did, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cleaner.engine import Cleaner, Pass, is_in_force
from cleaner.problem import CleanerError, Problem
from cleaner.rules.literals import lowered
from cleaner.rules.model import Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.source import NO_SOURCE, SourceChoice
from cleaner.rules.verbs import PHASE_TWO, repeat
from cleaner.rules.verbs.section import following
from cleaner.rules.where import Check, checks, first_match
from cleaner.text.document import Document
from cleaner.text.edit import CONFIDENCES, Edit
from cleaner.text.fold import fold

Verdict = Literal["cut", "changed", "proposed", "lost", "kept", "near"]
MOST_NEAR = 6
"""How many rules that only nearly hit are named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rule says of the line. ``nearness`` (0 to 1) orders those that only nearly hit."""

    rule: Rule
    verdict: Verdict
    checks: tuple[Check, ...]
    nearness: float = 1.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one line: ``line`` counts from 1 in the original, ``text`` is the line, repaired."""

    line: int
    text: str
    source: SourceChoice
    entries: tuple[Entry, ...]

    @property
    def is_cut(self) -> bool:
        """True where a rule takes the line, or a piece of it."""
        return any(entry.verdict == "cut" for entry in self.entries)


def explain(cleaner: Cleaner, document: Document, line: int) -> Explanation:
    """Explain ``line``, counted from 1. Raises `CleanerError` where the document has no such line."""
    number = line - 1
    first: Explanation | None = None
    for done in cleaner.passes(document):
        lines = done.page.layout.lines
        if not 0 <= number < len(lines):
            message = f"there is no line {line}, the text has {len(lines)}"
            raise CleanerError(Problem(message, file=document.id))
        entries = tuple(_entries(cleaner, document, done, number))
        found = Explanation(line, done.page.layout.stripped[number], done.source, entries)
        if found.is_cut:
            return found
        first = first or found
        offset = _moved(done.resolution.edits, lines[number].start)
        if offset is None:
            return first
        number = _line_number(done, offset)
    return first or Explanation(line, "", NO_SOURCE, ())


def _moved(edits: tuple[Edit, ...], offset: int) -> int | None:
    """Where ``offset`` lies after ``edits``; None where it went with one."""
    drift = 0
    for edit in edits:
        if edit.start <= offset < edit.end:
            return None
        if edit.start > offset:
            break
        drift += len(edit.new) - len(edit.old)
    return offset + drift


def _line_number(done: Pass, offset: int) -> int:
    """The line of ``offset`` in the text that the pass leads to."""
    from cleaner.text.edit import apply
    from cleaner.text.lines import Layout

    layout = Layout(apply(done.page.layout.text, done.resolution.edits))
    return layout.line_at(offset) if layout.lines else 0


def _entries(cleaner: Cleaner, document: Document, done: Pass, number: int) -> Iterator[Entry]:
    line = done.page.layout.lines[number]
    over = [m for m in done.matches if m.start < max(line.end, line.start + 1) and line.start < m.end]
    hits = {match.rule.id: match for match in over}
    for match in hits.values():
        answers = tuple(_hit_checks(match, _page_for(match.rule, done), number))
        yield Entry(match.rule, _verdict(cleaner, done, match), answers)
    near = [
        entry
        for rule in cleaner.rules_for(done.source.name)
        if rule.id not in hits and is_in_force(rule, document.meta)
        for entry in [_near(rule, _page_for(rule, done), number)]
        if entry is not None
    ]
    yield from sorted(near, key=lambda entry: (-entry.nearness, entry.rule.id))[:MOST_NEAR]


def _page_for(rule: Rule, done: Pass) -> Page:
    """The page as the rule saw it."""
    return done.page if rule.verb in PHASE_TWO else done.plain


def _verdict(cleaner: Cleaner, done: Pass, match: Match) -> Verdict:
    if match.rule.keeps:
        return "kept"
    if CONFIDENCES.index(match.rule.confidence) < CONFIDENCES.index(cleaner.options.level):
        return "proposed"
    if any(lost.match == match for lost in done.resolution.shadowed):
        return "lost"
    return "changed" if match.replacement else "cut"


def _hit_checks(match: Match, page: Page, number: int) -> Iterator[Check]:
    """The conditions of a rule that hit, at the place where it did."""
    rule, layout = match.rule, page.layout
    first, last = layout.line_at(match.start), layout.line_at(max(match.start, match.end - 1))
    patterns = " or ".join(pattern.source for pattern in rule.targets[:3]) + (" or …" if len(rule.targets) > 3 else "")
    if rule.verb == "repeat":
        wanted = "the headline again" if rule.repeats == "headline" else "a line said before"
        yield Check("repeat", wanted, layout.stripped[first][:80], True)
    else:
        yield Check(rule.verb, patterns, layout.text[match.start : match.end].partition("\n")[0][:80], True)
    where_last = first if rule.verb == "section" else last
    yield from checks(rule.where, page, first, where_last)
    if rule.verb == "section" and number != first:
        wanted = " or ".join(pattern.source for pattern in rule.while_) or "anything"
        yield Check("while", wanted, f"line {number + 1}: {layout.stripped[number][:60]}", True)


def _near(rule: Rule, page: Page, number: int) -> Entry | None:
    """How near a rule that did not hit came, or None where it was nowhere near."""
    if not page.layout.stripped[number]:
        return None
    if rule.verb == "repeat" and rule.repeats == "headline":
        return _near_headline(rule, page, number)
    if rule.verb == "repeat" or (rule.where.taken and rule.where.taken.isdisjoint(page.taken.get(number, ()))):
        return None  # the latter asks about the lines that other rules take, and about no words
    matches = rule.verb != "span" and first_match(rule.targets, page, number) is not None
    if matches:
        answers = [Check(rule.verb, _sources(rule), page.layout.stripped[number][:80], True)]
        answers += checks(rule.where, page, number, number)
        if rule.verb == "section":
            answers.append(_length_check(rule, page, number))
        share = sum(check.holds for check in answers) / len(answers)
        return Entry(rule, "near", tuple(answers), 0.5 + share / 2)
    if rule.verb == "section":
        broken = _broken_section(rule, page, number)
        if broken:
            return broken
    return _near_words(rule, page, number)


def _sources(rule: Rule) -> str:
    return " or ".join(pattern.source for pattern in rule.targets[:3]) + (" or …" if len(rule.targets) > 3 else "")


def _length_check(rule: Rule, page: Page, heading: int) -> Check:
    count = sum(1 for _ in following(rule, page, heading))
    return Check("min", f"at least {rule.min} lines that belong to it", f"{count}", count >= rule.min)


def _broken_section(rule: Rule, page: Page, number: int) -> Entry | None:
    """The line right behind a section's last one: its heading matched, but this line does not belong."""
    for heading in page.before(number):
        if first_match(rule.targets, page, heading) is None:
            if rule.while_ and not any(page.is_like(pattern, heading) for pattern in rule.while_):
                return None
            continue
        wanted = " or ".join(pattern.source for pattern in rule.while_) or "anything"
        answers = (
            Check("section", _sources(rule), f"line {heading + 1}: {page.layout.stripped[heading][:60]}", True),
            *checks(rule.where, page, heading, heading),
            Check("while", wanted, page.layout.stripped[number][:60], False),
        )
        return Entry(rule, "near", answers, 0.6)
    return None


def _near_headline(rule: Rule, page: Page, number: int) -> Entry | None:
    headline = page.headline
    if not headline:
        return None
    alike = repeat.likeness(fold(headline), fold(page.layout.stripped[number]))
    answers = (
        Check("repeat", f"{rule.near} % like the headline “{headline[:60]}”", f"{alike:.0f} %", alike >= rule.near),
        *checks(rule.where, page, number, number),
    )
    return Entry(rule, "near", answers, alike / 200)


def _near_words(rule: Rule, page: Page, number: int) -> Entry | None:
    """A rule whose words stand in the line, though its pattern does not cover it."""
    line = page.layout.stripped[number]
    scan = lowered(line)
    literals = {
        literal.strip("\n") for pattern in rule.targets for literal in (pattern.literals or pattern.line_literals or ())
    }
    words = [word for word in literals if len(word) > 2 and word.encode("utf-8", "surrogatepass") in scan]
    if not words:
        return None
    from rapidfuzz import fuzz

    alike = max(fuzz.ratio(pattern.source.casefold(), line.casefold()) for pattern in rule.targets)
    whole = "a piece of the line" if rule.verb == "span" else f"the whole {rule.verb}"
    found = f"only “{max(sorted(words), key=len)}” of it stands here"
    return Entry(rule, "near", (Check(rule.verb, f"{whole}: {_sources(rule)}", found, False),), alike / 200)
