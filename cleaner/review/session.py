"""One review while it goes on: what is decided so far, and the steps a reviewer can take.

A decision goes into the journal at once, and into the files that `cleaner clean` reads when it is saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cleaner.keeps import Entry, keep_file, read_entries
from cleaner.problem import CleanerError, Problem
from cleaner.review import keepfile, overrides
from cleaner.review.data import Cut, Review, load_review, text_key
from cleaner.review.examples import find_example
from cleaner.review.journal import KINDS, Decision, Journal, Kind
from cleaner.review.overrides import RulesHome
from cleaner.review.record import EditLine
from cleaner.review.save import Plan, make_plan, write_plan
from cleaner.review.shown import Show, Standing, State
from cleaner.review.text import find_text
from cleaner.text.edit import CONFIDENCES, Confidence

WORDS: Final[dict[Kind, str]] = {
    "accept": "Accepted",
    "keep": "Kept",
    "here": "Kept here",
    "everywhere": "Kept everywhere",
    "rest": "Accepted the rest of",
    "demote": "Demoted",
    "off": "Switched off",
    "example": "Example saved for",
}


@dataclass(slots=True)
class _Marks:
    """Verdicts in a form that a cut is quickly held against. A text's verdict has the rules it is for, none for all."""

    fingerprints: dict[int, tuple[State, bool]]
    texts: dict[int, list[tuple[frozenset[str], State, bool, bool]]]
    rest: dict[str, bool]
    off: dict[str, bool]
    notes: dict[str, str]


class Session:
    """A review of one run in which decisions are taken."""

    def __init__(self, folder: Path, home: RulesHome, today: str = "") -> None:
        """``today`` is what entries are dated by, as in ``2026-11-23``; the day itself unless said.

        Raises `CleanerError` where the record, the journal or the exceptions cannot be read.
        """
        self._today = today
        self.home = home
        self.keep_file = keep_file(home.project)
        self.journal = Journal(folder)
        self._tried: set[str] = set()
        self._entries = read_entries(self.keep_file)
        self.review: Review = load_review(folder, self._reviewed())
        self._rules = {row.id: row for row in self.review.rules}
        self._marks = self._marked()
        standing = Standing(
            lambda number: self._state(number)[0],
            lambda number: self._state(number)[1],
            self._looked_at,
            lambda rule: self._marks.notes.get(rule, ""),
        )
        self.show = Show(self.review, home.project, home.library, standing)

    # --- what is decided ------------------------------------------------------------------------

    def _reviewed(self) -> Mapping[str, int]:
        """How many decisions there are about each rule."""
        return Counter(rule for entry in self._entries for rule in entry.rules[:1])

    def _marked(self) -> _Marks:
        marks = _Marks({}, {}, {}, {}, {})
        reverted = {entry.identity for one in self.journal.standing("revert") for entry in keepfile.made(one)}
        for entry in self._entries:
            if entry.identity not in reverted:
                _mark(marks, entry, is_draft=False)
        for decision in self.journal.standing("draft"):
            for entry in keepfile.made(decision):
                _mark(marks, entry, is_draft=True)
        for decision in self.journal.standing("draft", "saved"):
            is_draft = self.journal.standings[decision.number] == "draft"
            if decision.kind == "off":
                marks.off[decision.rule] = is_draft
                marks.notes[decision.rule] = "switched off"
            elif decision.kind == "demote":
                marks.notes[decision.rule] = f"demoted to {decision.confidence}"
        return marks

    def _state(self, number: int) -> tuple[State, bool]:
        """What is decided about a cut, and whether that is a draft."""
        cut, marks = self.review.cuts[number], self._marks
        if cut.rule in marks.off:
            return "off", marks.off[cut.rule]
        for rules, state, is_draft, _ in marks.texts.get(cut.text_key, ()):
            if not rules or rules.intersection(cut.rules):
                return state, is_draft
        if marks.fingerprints:
            found = [marks.fingerprints[one] for one in cut.fingerprints if one in marks.fingerprints]
            kept = [is_draft for state, is_draft in found if state == "kept"]
            if kept:
                return ("kept" if len(kept) == cut.count else "part"), any(kept)
            if found:
                return "accepted", any(is_draft for _, is_draft in found)
        if cut.rule in marks.rest:
            return "accepted", marks.rest[cut.rule]
        return "open", False

    def _looked_at(self, number: int) -> bool:
        """Whether somebody decided about this very cut, and not about its rule as a whole."""
        cut, marks = self.review.cuts[number], self._marks
        for rules, _, _, is_seen in marks.texts.get(cut.text_key, ()):
            if is_seen and (not rules or rules.intersection(cut.rules)):
                return True
        return any(one in marks.fingerprints for one in cut.fingerprints)

    # --- steps ----------------------------------------------------------------------------------

    def decide(self, kind: str, key: str, place: int) -> dict[str, Any]:
        """Take a decision about a cut at one of its places. Raises `CleanerError`, `KeyError`, `IndexError`."""
        if kind not in KINDS:
            raise CleanerError(Problem(f"there is no decision {kind}"))
        cut = self.review.cut(key)
        number, _, edit = self.review.edit(cut, place)
        is_broken = any("\ud800" <= mark <= "\udfff" for mark in edit.old)
        if is_broken and kind in ("everywhere", "example"):
            hint = "keep it here, or name its encoding and clean again"
            raise CleanerError(
                Problem("this text has bytes that are none in its encoding, which YAML cannot hold", hint=hint)
            )
        decision = Decision(
            number=self.journal.next_number,
            kind=kind,
            key=key,
            place=place,
            rule=cut.rule,
            rules=cut.rules,
            date=self._today or f"{datetime.now(UTC):%Y-%m-%d}",
            text="" if kind in ("rest", "demote", "off") else edit.old,
            replacement=edit.new,
            fingerprint=edit.fingerprint,
            file=self.review.documents[number].name,
            by_text=kind == "everywhere" or (kind in ("accept", "keep") and cut.count > 1 and not is_broken),
        )
        decision = self._completed(decision, cut, edit, number)
        self.journal.take(decision)
        for older in self.journal.standing("draft", "saved"):
            if _replaces(decision, older):
                self.journal.undo(older.number)
        self._marks = self._marked()
        return {
            "drafts": self.journal.drafts,
            "said": f"{self.words(decision)}. Noted; not written yet.",
            "state": self._state(self.review.by_key[key])[0],
        }

    def _completed(self, decision: Decision, cut: Cut, edit: EditLine, document: int) -> Decision:
        """The decision with what its kind needs besides. Raises `CleanerError` where it cannot be taken."""
        from msgspec.structs import replace

        if decision.kind not in ("demote", "off", "example"):
            return decision
        if cut.rule.startswith("repair/"):
            hint = "a repair has no rule file; `no-repair = true` in the configuration switches them all off"
            raise CleanerError(Problem(f"{cut.rule} is no rule that can be changed", hint=hint))
        rule = self.home.library.rule(cut.rule)
        if decision.kind == "demote":
            now = self._confidence(cut.rule, rule.confidence)
            if now == CONFIDENCES[0]:
                hint = "switch it off instead"
                raise CleanerError(Problem(f"{cut.rule} is at its lowest confidence, maybe, already", hint=hint))
            lower = CONFIDENCES[CONFIDENCES.index(now) - 1]
            before = overrides.written_confidence(self.home, cut.rule)
            return replace(decision, confidence=lower, before=before)
        if decision.kind == "off":
            return decision
        state = self._state(self.review.by_key[cut.key])[0]
        line = self.review.record.document(document)
        text = find_text(line, self.review.summary, self.home.project).text
        return find_example(self.home, decision, edit, line, text, stays=state in ("kept", "part"))

    def _confidence(self, rule: str, loaded: Confidence) -> Confidence:
        """The rule's confidence with what is decided, but perhaps not written, so far."""
        demoted = [
            one.confidence
            for one in self.journal.standing("draft", "saved")
            if one.kind == "demote" and one.rule == rule
        ]
        now = demoted[-1] if demoted else loaded
        return next(one for one in CONFIDENCES if one == now)

    def undo(self, number: int | None) -> dict[str, Any]:
        """Take a decision back: the one of that number, else the last. Raises `CleanerError`."""
        standing = self.journal.standing("draft", "saved")
        wanted = [one for one in standing if number is None or one.number == number]
        if not wanted:
            raise CleanerError(Problem("there is nothing to undo"))
        decision = wanted[-1]
        was_saved = self.journal.standings[decision.number] == "saved"
        self.journal.undo(decision.number)
        self._marks = self._marked()
        more = " Save to take it out of the files." if was_saved else ""
        return {"drafts": self.journal.drafts, "said": f"Undone: {self.words(decision)}.{more}", "key": decision.key}

    def words(self, decision: Decision) -> str:
        """A decision in a few words."""
        if decision.kind in ("rest", "off"):
            return f"{WORDS[decision.kind]} {decision.rule}"
        if decision.kind == "demote":
            return f"{WORDS[decision.kind]} {decision.rule} to {decision.confidence}"
        text = " ".join(decision.text[:200].split())
        shown = text if len(text) <= 60 else text[:59].rstrip() + "…"
        return (
            f"{WORDS[decision.kind]}: {shown}" if decision.kind != "example" else f"{WORDS['example']} {decision.rule}"
        )

    # --- saving ---------------------------------------------------------------------------------

    def plan(self) -> Plan:
        """What saving would write."""
        plan = make_plan(self.home, self.keep_file, self.journal, self._tried)
        if self.journal.drafts and not plan.changes and not plan.problems:
            # A server that was killed while it saved had written all of it.
            self._note_written()
        return plan

    def planned(self) -> dict[str, Any]:
        """The plan as the page shows it."""
        plan = self.plan()
        reverts = self.journal.standing("revert")
        listed = [(one, WORDS[one.kind]) for one in self.journal.standing("draft")]
        listed += [(one, f"Undo: {WORDS[one.kind].lower()}") for one in reverts]
        return {
            "digest": plan.digest,
            "problems": [str(problem) for problem in plan.problems],
            "drafts": [self._listed(one, word) for one, word in listed],
            "saved": [self._listed(one, WORDS[one.kind]) for one in self.journal.standing("saved")],
            "files": [
                {"path": change.shown, "is_new": change.before is None, "lines": change.diff()}
                for change in plan.changes
            ],
        }

    @staticmethod
    def _listed(decision: Decision, word: str) -> dict[str, Any]:
        more = f" to {decision.confidence}" if decision.kind == "demote" else ""
        text = " ".join(decision.text[:400].split())[:120]
        return {"number": decision.number, "word": word, "rule": decision.rule + more, "text": text}

    def save(self, digest: str) -> dict[str, Any]:
        """Write the plan of that digest. Raises `CleanerError` where it would be another by now."""
        plan = self.plan()
        if plan.problems:
            raise CleanerError(*plan.problems)
        if plan.digest != digest:
            raise CleanerError(
                Problem("the files have changed since this was shown", hint="look at what will be written again")
            )
        write_plan(self.home, self.keep_file, self.journal, plan)
        many = self.journal.drafts
        self._note_written()
        names = ", ".join(change.shown for change in plan.changes)
        return {"drafts": 0, "said": f"{many} {'decision' if many == 1 else 'decisions'} written to {names}."}

    def _note_written(self) -> None:
        self.journal.written([one.number for one in self.journal.standing("draft", "revert")])
        self._entries = read_entries(self.keep_file)
        self._marks = self._marked()


def _replaces(new: Decision, old: Decision) -> bool:
    """True where a verdict takes the place of an older one about the same cut; two places may be kept one by one."""
    verdicts = ("accept", "keep", "here", "everywhere")
    if new.number == old.number or new.key != old.key or {new.kind, old.kind} - set(verdicts):
        return False
    return not (new.kind == old.kind == "here" and new.place != old.place)


def _mark(marks: _Marks, entry: Entry, *, is_draft: bool) -> None:
    state: State = "accepted" if entry.is_accepted else "kept"
    if entry.text_everywhere is not None:
        one = (frozenset(entry.rules), state, is_draft, True)
        marks.texts.setdefault(text_key(entry.text_everywhere), []).append(one)
    elif entry.fingerprint:
        marks.fingerprints[int(entry.fingerprint, 16)] = (state, is_draft)
    elif entry.is_accepted:
        marks.rest.update(dict.fromkeys(entry.rules, is_draft))
