"""One run as review looks at it: cuts put together where they are the same, counted, and ordered by risk.

Cuts with the same rules, the same text (white space folded) and the same replacement are one `Cut`, and one decision.
Of each only a preview is kept in memory; the whole is read from the run record again when it is shown.
"""

from __future__ import annotations

import gc
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from cleaner.review import risk
from cleaner.review.record import DocumentLine, EditLine, Record, Summary, read_summary
from cleaner.rules.model import REPAIR_RULE
from cleaner.text.edit import Confidence

PREVIEW: Final = 160
"""Characters of a text that are kept in memory, and shown in a list."""

NAME: Final = 120
"""Characters of a document's name that a list shows."""


class Cut(msgspec.Struct, frozen=True, gc=False):  # made three times as fast as a frozen dataclass
    """All places where the same was cut. ``places`` are (document, edit) numbers, two after another, and
    ``fingerprints`` those of the edits, in the same order; ``worst`` is the number of the riskiest place.

    ``rules``: the one that owns the cut first. ``same_text`` counts the cuts of this text by any rule; ``text_key`` is
    what that text is known by.
    """

    key: str
    rules: tuple[str, ...]
    category: str
    confidence: Confidence
    why: str
    preview: str
    length: int
    replacement: str
    places: array[int]
    fingerprints: array[int]
    files: int
    same_text: int
    text_key: int
    worst: int
    risk: float

    @property
    def rule(self) -> str:
        """The rule that owns the cut."""
        return self.rules[0]

    @property
    def count(self) -> int:
        """In how many places it was cut."""
        return len(self.fingerprints)

    def place(self, number: int) -> tuple[int, int]:
        """Document and edit of a place. Raises `IndexError`."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        return self.places[2 * number], self.places[2 * number + 1]

    def fingerprint(self, number: int) -> str:
        """The fingerprint of the edit at a place."""
        return f"{self.fingerprints[number]:016x}"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the run. ``cuts`` are numbers of `Review.cuts`, riskiest first; ``sample`` those of its sample, in
    its order. ``risk`` is the mean of its ten riskiest."""

    id: str
    category: str
    confidence: Confidence
    why: str
    cuts: tuple[int, ...]
    sample: tuple[int, ...]
    places: int
    files: int
    characters: int
    risk: float


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One changed document in a list."""

    name: str
    source: str
    characters: int
    removed: int
    cuts: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what: a bar of a chart. ``total`` is what ``removed`` is a share of."""

    name: str
    removed: int
    total: int
    cuts: int
    documents: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.removed / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Review:
    """One run, ready to be looked at. ``order`` has the numbers of all cuts, riskiest first."""

    folder: Path
    summary: Summary
    record: Record
    cuts: tuple[Cut, ...]
    order: tuple[int, ...]
    rules: tuple[RuleRow, ...]
    documents: tuple[DocumentRow, ...]
    by_key: Mapping[str, int]
    places: int
    characters: int
    removed: int

    def cut(self, key: str) -> Cut:
        """The cut of that key. Raises `KeyError`."""
        return self.cuts[self.by_key[key]]

    def edit(self, cut: Cut, place: int) -> tuple[int, DocumentLine, EditLine]:
        """A place of a cut: the document's number, the document, the edit. Raises `IndexError`."""
        document, edit = cut.place(place)
        line = self.record.document(document)
        return document, line, line.edits[edit]

    @property
    def by_category(self) -> tuple[Share, ...]:
        """The share of all characters that each category took, largest first."""
        removed: Counter[str] = Counter()
        places: Counter[str] = Counter()
        for row in self.rules:
            removed[row.category] += row.characters
            places[row.category] += row.places
        found = (Share(name, many, self.characters, places[name], 0) for name, many in removed.items())
        return tuple(sorted(found, key=lambda one: (-one.removed, one.name)))

    @property
    def by_source(self) -> tuple[Share, ...]:
        """The share of its characters that each source lost, most removed first; those of no source are ``""``."""
        if self.summary.by_source:
            found = [
                Share(name, counts.removed, counts.characters, counts.cuts, counts.documents)
                for name, counts in self.summary.by_source.items()
            ]
        else:  # a run that was killed: of the changed documents, which is all that it left
            removed: Counter[str] = Counter()
            total: Counter[str] = Counter()
            cuts: Counter[str] = Counter()
            documents: Counter[str] = Counter()
            for row in self.documents:
                removed[row.source] += row.removed
                total[row.source] += row.characters
                cuts[row.source] += row.cuts
                documents[row.source] += 1
            found = [Share(name, removed[name], total[name], cuts[name], documents[name]) for name in total]
        return tuple(sorted(found, key=lambda one: (-one.removed, one.name)))


@dataclass(slots=True)
class _Growing:
    """A cut while the record is read."""

    first: EditLine
    text: str
    text_key: bytes
    places: array[int] = field(default_factory=lambda: array("L"))
    fingerprints: array[int] = field(default_factory=lambda: array("Q"))
    files: int = 0
    last_document: int = -1
    worst: int = 0
    share: float = -1.0
    place: float = 0.0


@dataclass(slots=True)
class _RuleFiles:
    """In how many documents a rule cut; ``last`` is the one that was counted last."""

    files: int = 0
    last: int = -1
    characters: int = 0


def folded(text: str) -> str:
    """A text as it is compared: white space folded."""
    return " ".join(text.split())


def _digest(*parts: str) -> bytes:
    return blake2b("\x1e".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def text_key(text: str) -> int:
    """What a text is known by, white space folded: `Cut.text_key`."""
    return int.from_bytes(_digest(folded(text)), "big")


def key_of(edit: EditLine) -> str:
    """The key of the cut that an edit is one place of."""
    return _digest("\x1f".join(edit.rules), folded(edit.old), edit.new).hex()


def load_review(folder: Path, reviewed: Mapping[str, int] | None = None) -> Review:
    """Read the run in ``folder``. ``reviewed`` says how many decisions there are about each rule already.

    Raises `CleanerError` where the record cannot be read.
    """
    is_collecting = gc.isenabled()
    gc.disable()  # nothing here is garbage, and looking for it takes half of the time
    try:
        return _load(folder, reviewed or {})
    finally:
        if is_collecting:
            gc.enable()


def _load(folder: Path, reviewed: Mapping[str, int]) -> Review:
    summary, record = read_summary(folder), Record(folder)
    growing: dict[bytes, _Growing] = {}
    texts: Counter[bytes] = Counter()
    rules: dict[str, _RuleFiles] = {}
    documents: list[DocumentRow] = []
    for number, line in enumerate(record.documents()):
        documents.append(_row(line))
        for index, edit in enumerate(line.edits):
            _grow(growing, texts, number, index, edit, line.characters)
            counts = rules.setdefault(edit.rules[0] if edit.rules else "", _RuleFiles())
            counts.characters += max(0, len(edit.old) - len(edit.new))
            if counts.last != number:
                counts.files, counts.last = counts.files + 1, number
    cuts = tuple(_cut(key, one, texts[one.text_key], reviewed) for key, one in growing.items())
    order = tuple(sorted(range(len(cuts)), key=lambda number: (-cuts[number].risk, cuts[number].key)))
    rows = _rule_rows(cuts, order, rules, summary.id)
    return Review(
        folder,
        summary,
        record,
        cuts,
        order,
        rows,
        tuple(documents),
        {cut.key: number for number, cut in enumerate(cuts)},
        sum(cut.count for cut in cuts),
        summary.characters or sum(row.characters for row in documents),
        summary.removed or sum(row.removed for row in documents),
    )


def _row(line: DocumentLine) -> DocumentRow:
    record = f":{line.record}" if line.record is not None else ""
    name = f"{line.path or line.id}{record}"
    return DocumentRow(name[-NAME:], line.source or "", line.characters, line.removed, len(line.edits))


def _grow(
    growing: dict[bytes, _Growing],
    texts: Counter[bytes],
    number: int,
    index: int,
    edit: EditLine,
    characters: int,
) -> None:
    text = folded(edit.old)
    text_key = _digest(text)
    texts[text_key] += 1
    key = _digest("\x1f".join(edit.rules), text, edit.new)
    one = growing.get(key)
    if one is None:
        one = growing[key] = _Growing(edit, text[:PREVIEW], text_key)
    share = risk.share_sign(len(edit.old), characters)
    place = risk.place_sign(edit.start, edit.end, characters)
    if share + place > one.share + one.place:
        one.worst, one.share, one.place = len(one.fingerprints), share, place
    one.places.extend((number, index))
    one.fingerprints.append(int(edit.fingerprint, 16) if edit.fingerprint else 0)
    if one.last_document != number:
        one.files, one.last_document = one.files + 1, number


def _cut(key: bytes, one: _Growing, same_text: int, reviewed: Mapping[str, int]) -> Cut:
    edit = one.first
    rules = edit.rules or ("",)
    signs = risk.Signs(
        confidence=risk.CONFIDENCE[edit.confidence],
        share=one.share,
        prose=risk.prose_sign(edit.old),
        rarity=risk.rarity_sign(same_text),
        place=one.place,
        unreviewed=risk.unreviewed_sign(reviewed.get(rules[0], 0)),
    )
    return Cut(
        key=key.hex(),
        rules=rules,
        category=edit.category or REPAIR_RULE,
        confidence=edit.confidence,
        why=edit.why,
        preview=one.text,
        length=len(edit.old),
        replacement=edit.new[:PREVIEW],
        places=one.places,
        fingerprints=one.fingerprints,
        files=one.files,
        same_text=same_text,
        text_key=int.from_bytes(one.text_key, "big"),
        worst=one.worst,
        risk=risk.risk(signs),
    )


def _rule_rows(
    cuts: Sequence[Cut], order: Sequence[int], counts: Mapping[str, _RuleFiles], seed: str
) -> tuple[RuleRow, ...]:
    by_rule: dict[str, list[int]] = {}
    for number in order:
        by_rule.setdefault(cuts[number].rule, []).append(number)
    rows = []
    for name, numbers in by_rule.items():
        keys = [cuts[number].key for number in numbers]
        riskiest = [cuts[number].risk for number in numbers[:10]]
        first = cuts[numbers[0]]
        rows.append(
            RuleRow(
                id=name,
                category=first.category,
                confidence=first.confidence,
                why=first.why,
                cuts=tuple(numbers),
                sample=tuple(numbers[at] for at in risk.sample(f"{seed}\x1f{name}", keys)),
                places=sum(cuts[number].count for number in numbers),
                files=counts[name].files,
                characters=counts[name].characters,
                risk=sum(riskiest) / len(riskiest),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.risk, row.id)))
