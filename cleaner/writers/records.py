"""Results as plain data, for JSON: what a report prints and what `cleaner undo --edits` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from cleaner.problem import Problem
from cleaner.text.edit import Edit
from cleaner.text.places import places

if TYPE_CHECKING:
    from cleaner.engine import Result

_C1: Final = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def edit_records(text: str, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """``edits`` of ``text``, in its offsets and in ascending order, as plain data."""
    return [
        {
            "start": edit.start,
            "end": edit.end,
            "line": line,
            "column": column,
            "old": edit.old,
            "new": edit.new,
            "rules": list(edit.rules),
            "why": edit.why,
            "confidence": edit.confidence,
            "category": edit.category,
            "captures": [list(pair) for pair in edit.captures],
        }
        for edit, (line, column) in zip(edits, places(text, [edit.start for edit in edits]), strict=True)
    ]


def result_record(result: Result, name: str) -> dict[str, Any]:
    """All that is known of one document but its text. ``name`` is its place in a tree of outputs."""
    text = result.document.text
    edits = edit_records(text, result.edits)
    for record, fingerprint in zip(edits, result.fingerprints(), strict=True):
        record["fingerprint"] = fingerprint
    return {
        "id": name,
        "path": result.document.id,
        "source": result.source.name,
        "source_by": result.source.by,
        "url": result.document.url,
        "encoding": result.document.encoding,
        "changed": result.changed,
        "characters": len(text),
        "removed": result.removed,
        "edits": edits,
        "proposed": edit_records(text, _ordered(result.proposed)),
        "shadowed": edit_records(text, _ordered(result.shadowed)),
        "meta": dict(result.meta),
        "warnings": list(result.warnings),
        "problem": problem_record(result.problem),
    }


def problem_record(problem: Problem | None) -> dict[str, Any] | None:
    """A problem as plain data."""
    return asdict(problem) if problem else None


def _ordered(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end, edit.rules))


def to_json(record: Any) -> str:
    """One line of JSON that any program reads and no terminal obeys: controls and lone surrogates are escaped."""
    import json

    return _C1.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(record, ensure_ascii=False))
