"""What the page shows, as plain data that JSON can hold: the same for the server and for a page in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from cleaner.problem import CleanerError
from cleaner.review import risk
from cleaner.review.data import Cut, Review, RuleRow, Share
from cleaner.review.record import DocumentLine, EditLine
from cleaner.review.text import Piece, find_text, pieces, shortened

if TYPE_CHECKING:
    from cleaner.rules.load import Library

State = Literal["open", "accepted", "kept", "part", "off"]

DEFINITION: Final = 8_000
"""Characters of a rule's definition that are shown."""

NAMES: Final = {
    "confidence": "confidence",
    "share": "share",
    "prose": "like prose",
    "rarity": "rare",
    "place": "in the body",
    "unreviewed": "new rule",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is decided so far. ``state`` says it of a cut, ``is_draft`` whether that is yet to be written;
    ``looked_at`` whether somebody decided about this very cut, and not about its rule; ``rule_note`` what is
    decided about a rule, or ''."""

    state: Callable[[int], State]
    is_draft: Callable[[int], bool]
    looked_at: Callable[[int], bool]
    rule_note: Callable[[str], str]


def nothing_decided() -> Standing:
    """The standing where no decision can be taken."""
    return Standing(lambda _: "open", lambda _: False, lambda _: False, lambda _: "")


@dataclass(frozen=True, slots=True)
class Show:
    """A review with what is needed to show it. ``library`` is None where the rules do not load."""

    review: Review
    project: Path
    library: Library | None
    standing: Standing

    def summary(self) -> dict[str, Any]:
        """All of the overview."""
        review, known = self.review, self.review.summary
        rows = [self._rule(row) for row in review.rules]
        return {
            "run": {
                "id": known.id or review.folder.name,
                "documents": known.documents or len(review.documents),
                "changed": known.changed or len(review.documents),
                "failed": known.failed,
                "characters": review.characters,
                "removed": review.removed,
                "cuts": review.places,
                "texts": len(review.cuts),
                "decided": sum(row["decided"] for row in rows),
            },
            "by_category": [_share(one) for one in review.by_category],
            "by_source": [_share(one) for one in review.by_source],
            "rules": rows,
            "notes": self._notes(),
        }

    def _notes(self) -> list[str]:
        known = self.review.summary
        notes = []
        if known.ended is None:
            notes.append(
                "This run did not end; what it wrote until then is shown, and sums are of changed documents alone."
            )
        elif known.interrupted:
            notes.append("This run was interrupted; what it did until then is shown.")
        if self.library is None:
            notes.append("The rules do not load, so none is shown here; `cleaner rules lint` says why.")
        elif known.rules and known.rules != self.library.digest:
            notes.append("The rules, or cleaner itself, have changed since this run; `cleaner clean` makes a new one.")
        if not self.review.cuts:
            notes.append("This run removed nothing.")
        return notes

    def _rule(self, row: RuleRow) -> dict[str, Any]:
        state = self.standing.state
        return {
            "id": row.id,
            "category": row.category,
            "confidence": row.confidence,
            "why": row.why,
            "cuts": row.places,
            "texts": len(row.cuts),
            "files": row.files,
            "characters": row.characters,
            "risk": row.risk,
            "decided": sum(state(number) != "open" for number in row.cuts),
            "bound": self.bound(row),
            "note": self.standing.rule_note(row.id),
        }

    def bound(self, row: RuleRow) -> str:
        """What the rule's sample allows to say so far."""
        looked_at = [number for number in row.sample if self.standing.looked_at(number)]
        wrong = sum(self.standing.state(number) in ("kept", "part") for number in looked_at)
        return risk.bound_words(wrong, len(looked_at), len(row.cuts))

    def row(self, number: int) -> dict[str, Any]:
        """One cut in a list."""
        cut = self.review.cuts[number]
        return {
            "key": cut.key,
            "rule": cut.rule,
            "category": cut.category,
            "text": cut.preview,
            "places": cut.count,
            "risk": round(cut.risk, 4),
            "state": self.standing.state(number),
            "draft": self.standing.is_draft(number),
        }

    def cut(self, key: str, place: int | None = None, *, defined: bool = True) -> dict[str, Any]:
        """All that is known of a cut, at its riskiest place unless told; ``defined``: with its rule's definition.

        Raises `KeyError`, `IndexError`.
        """
        review = self.review
        number = review.by_key[key]
        cut = review.cuts[number]
        at = cut.worst if place is None else place
        document, line, edit = review.edit(cut, at)
        row = next((row for row in review.rules if row.id == cut.rule), None)
        return {
            **self._edit(cut, edit, line),
            "key": key,
            "fingerprint": edit.fingerprint,
            "rules": list(cut.rules),
            "place": at,
            "places": cut.count,
            "files": cut.files,
            "same_text": cut.same_text,
            "share": len(edit.old) / line.characters if line.characters else 0,
            "length": len(edit.old),
            "risk": cut.risk,
            "signs": self._signs(cut, edit, line),
            "document": {
                "number": document,
                "name": review.documents[document].name,
                "source": review.documents[document].source,
                "characters": line.characters,
            },
            "captures": [list(pair) for pair in edit.captures],
            **(self.definition(cut.rule) if defined else {}),
            "bound": self.bound(row) if row else "",
            "rule_texts": len(row.cuts) if row else 0,
            "state": self.standing.state(number),
            "draft": self.standing.is_draft(number),
        }

    def _signs(self, cut: Cut, edit: EditLine, line: DocumentLine) -> list[list[Any]]:
        """The signs of this place, with how much each adds to the risk."""
        known = {
            "confidence": risk.CONFIDENCE[edit.confidence],
            "share": risk.share_sign(len(edit.old), line.characters),
            "prose": risk.prose_sign(edit.old),
            "rarity": risk.rarity_sign(cut.same_text),
            "place": risk.place_sign(edit.start, edit.end, line.characters),
        }
        weighted = {name: value * getattr(risk.WEIGHTS, name) for name, value in known.items()}
        weighted["unreviewed"] = max(0.0, cut.risk - sum(weighted.values()))
        return [[NAMES[one.name], round(weighted[one.name], 3)] for one in fields(risk.Weights)]

    @staticmethod
    def _edit(cut: Cut, edit: EditLine, line: DocumentLine) -> dict[str, Any]:
        return {
            "rule": cut.rule,
            "category": cut.category,
            "confidence": edit.confidence,
            "why": edit.why,
            "line": edit.line,
            "before": {"t": edit.before} if edit.start else None,
            "after": {"t": edit.after} if edit.end < line.characters else None,
            "cut": _piece(shortened(edit.old, None, edit.new)),
        }

    def definition(self, rule_id: str) -> dict[str, str]:
        """The rule as its file has it, without its examples: what had to hold for the cut."""
        if rule_id.startswith("repair/"):
            return {
                "undefined": "A repair of the encoding; it has no rule file. What stands there now is shown behind it."
            }
        if self.library is None:
            return {"undefined": "The rules do not load."}
        from cleaner.cli.rules.show import written

        try:
            place = self.library.rule(rule_id).place
            lines = without_examples(written(place))
        except (CleanerError, UnicodeDecodeError):
            return {"undefined": f"There is no rule {rule_id} any more."}
        text = "\n".join(lines)
        return {
            "definition": text if len(text) <= DEFINITION else text[:DEFINITION] + "\n…",
            "defined_at": f"{self._home_of(Path(place.file))}:{place.line}",
        }

    def _home_of(self, file: Path) -> str:
        """The name of a rule file that says nothing about this machine, for the page may be sent around."""
        from cleaner.rules.load import shipped_folder

        for folder, name in ((self.project, ""), (shipped_folder(), "shipped with cleaner: ")):
            if file.resolve().is_relative_to(folder.resolve()):
                return name + file.resolve().relative_to(folder.resolve()).as_posix()
        return file.name

    def document(self, number: int) -> dict[str, Any]:
        """A whole document with its cuts. Raises `IndexError`."""
        review = self.review
        line = review.record.document(number)
        row = review.documents[number]
        found = find_text(line, review.summary, self.project)
        shown = [] if found.text is None else [_piece(one) for one in pieces(found.text, line.edits)]
        return {
            "document": {
                "number": number,
                "name": row.name,
                "source": row.source,
                "characters": row.characters,
                "removed": row.removed,
                "cuts": row.cuts,
            },
            "pieces": shown,
            "edits": [self._edit_in(number, index, edit, line) for index, edit in enumerate(line.edits)],
            "reason": f"The whole text cannot be shown: {found.reason}." if found.text is None else "",
            "previous": number - 1 if number > 0 else None,
            "next": number + 1 if number + 1 < len(review.documents) else None,
        }

    def _edit_in(self, document: int, index: int, edit: EditLine, line: DocumentLine) -> dict[str, Any]:
        from cleaner.review.data import key_of

        cut_number = self.review.by_key[key_of(edit)]
        cut = self.review.cuts[cut_number]
        return {
            **self._edit(cut, edit, line),
            "key": cut.key,
            "place": place_of(cut, document, index),
            "state": self.standing.state(cut_number),
            "draft": self.standing.is_draft(cut_number),
        }


def place_of(cut: Cut, document: int, edit: int) -> int:
    """The number of the place of a cut that is this edit of this document."""
    pairs = zip(cut.places[::2], cut.places[1::2], strict=True)
    return next(number for number, pair in enumerate(pairs) if pair == (document, edit))


def without_examples(lines: Sequence[str]) -> list[str]:
    """A rule's lines without its examples, which say nothing about a cut."""
    shown: list[str] = []
    is_example = False
    for line in lines:
        if line[:2] == "  " and line[2:3] not in (" ", "-", "#", ""):
            is_example = line[2:].startswith("examples:")
        if not is_example:
            shown.append(line)
    return shown


def _piece(piece: Piece) -> dict[str, Any]:
    shown: dict[str, Any] = {"t": piece.text}
    if piece.edit is not None:
        shown["e"] = piece.edit
    if piece.new:
        shown["n"] = piece.new
    if piece.left_out:
        shown["o"], shown["r"] = piece.left_out, piece.rest
    return shown


def _share(one: Share) -> dict[str, Any]:
    return {
        "name": one.name,
        "removed": one.removed,
        "total": one.total,
        "share": one.share,
        "cuts": one.cuts,
        "documents": one.documents,
    }


def chosen(review: Review, standing: Standing, view: Mapping[str, str]) -> list[int]:
    """The numbers of the cuts that a list shows, in its order.

    ``view``: ``order`` (``risk`` or ``sample``), ``rule``, ``category``, ``words``, ``state`` (``open``, ``decided``,
    ``all``).
    """
    rule, category, words = view.get("rule", ""), view.get("category", ""), view.get("words", "").casefold()
    wanted = view.get("state", "all")
    if view.get("order") == "sample":
        rows = sorted((row for row in review.rules if not rule or row.id == rule), key=lambda row: row.id)
        numbers: Iterable[int] = (number for row in rows for number in row.sample)
    elif rule:
        numbers = next((row.cuts for row in review.rules if row.id == rule), ())
    else:
        numbers = review.order
    found = []
    for number in numbers:
        cut = review.cuts[number]
        if category and cut.category != category:
            continue
        if words and words not in cut.preview.casefold() and words not in cut.rule:
            continue
        if wanted != "all" and (standing.state(number) == "open") != (wanted == "open"):
            continue
        found.append(number)
    return found
