"""One page in one file, for a corpus of any size: the counts of all, a sample of each rule, some whole documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cleaner.review.page import render
from cleaner.review.shown import Show

PER_RULE: Final = 30
"""Cuts of each rule at most: its random sample, then its riskiest."""

CUTS: Final = 3_000
"""Cuts in all, shared evenly among the rules."""

DOCUMENTS: Final = 60
"""Whole documents at most, those of the riskiest cuts."""

DOCUMENT_SIZE: Final = 200_000
"""Characters of text beyond which a document is left out."""


def written(show: Show) -> str:
    """The page as HTML."""
    review = show.review
    per_rule = max(3, min(PER_RULE, CUTS // max(1, len(review.rules))))
    samples = {number: at for row in review.rules for at, number in enumerate(row.sample)}
    wanted: dict[int, None] = {}
    for row in review.rules:
        wanted.update(dict.fromkeys(list(dict.fromkeys((*row.sample, *row.cuts)))[:per_rule]))
    numbers = sorted(wanted, key=lambda number: (-review.cuts[number].risk, review.cuts[number].key))
    cuts = [
        {**show.row(number), "sample": samples.get(number), "detail": show.cut(review.cuts[number].key, defined=False)}
        for number in numbers
    ]
    data = {
        "live": False,
        "run": review.summary.id or review.folder.name,
        "summary": show.summary(),
        "cuts": cuts,
        "definitions": {row.id: show.definition(row.id) for row in review.rules},
        "documents": list(_documents(show, numbers)),
    }
    return render(data, "cleaner review", live=False)


def _documents(show: Show, numbers: Iterable[int]) -> Iterable[dict[str, Any]]:
    """The documents of the riskiest cuts, as far as they are not too long."""
    review = show.review
    chosen: dict[int, None] = {}
    for number in numbers:
        document, _ = review.cuts[number].place(review.cuts[number].worst)
        if review.documents[document].characters <= DOCUMENT_SIZE:
            chosen.setdefault(document)
        if len(chosen) == DOCUMENTS:
            break
    in_order = sorted(chosen)
    for at, number in enumerate(in_order):
        whole = show.document(number)
        whole["previous"] = in_order[at - 1] if at else None
        whole["next"] = in_order[at + 1] if at + 1 < len(in_order) else None
        yield {"number": number, "name": review.documents[number].name, "whole": whole}
