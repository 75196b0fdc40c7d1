"""What decisions say to ``.cleaner/keep.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from cleaner.keeps import SHORT, Entry
from cleaner.review.journal import Decision

REST: Final = "accepted with the rest of its rule"


def made(decision: Decision) -> list[Entry]:
    """The entries that a decision makes."""
    seen = Entry(decision.kind in ("accept", "rest"), file=decision.file, date=decision.date)
    if decision.kind == "rest":
        return [replace(seen, rules=(decision.rule,), reason=REST)]
    if decision.kind not in ("accept", "keep", "here", "everywhere"):
        return []
    if not decision.by_text:
        text = " ".join(decision.text.split())[:SHORT].encode("utf-8", "replace").decode()  # for people to read
        return [replace(seen, fingerprint=decision.fingerprint, rules=decision.rules, text=text)]
    rules = () if decision.kind == "everywhere" else decision.rules
    return [replace(seen, text_everywhere=" ".join(decision.text.split()), rules=rules)]


def for_copies(entries: Sequence[Entry], copies: Mapping[str, str]) -> list[Entry]:
    """Further entries for copied rules: a fingerprint holds the rules' names, so what was kept of a rule would be cut
    by its copy. Where the entry has the whole text, that is kept from the copy."""
    found = []
    for entry in entries:
        renamed = tuple(copies.get(rule, rule) for rule in entry.rules)
        if renamed == entry.rules:
            continue
        text = entry.text_everywhere if entry.text_everywhere is not None else entry.text
        if text and (entry.text_everywhere is not None or len(text) < SHORT):
            reason = f"as for {entry.rules[0]}"
            found.append(Entry(entry.is_accepted, "", text, entry.file, renamed, date=entry.date, reason=reason))
    return found
