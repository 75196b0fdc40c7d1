"""Findings as SARIF 2.1.0 (OASIS), for code-scanning services. Columns count code points, from 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from cleaner.problem import Problem
from cleaner.text.edit import Edit
from cleaner.version import __version__

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Final = {"certain": "error", "likely": "warning", "maybe": "note"}
FINGERPRINT: Final = "cleanerEdit/v1"


class Log:
    """Findings and failures as they come; `document` is the whole."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, Any]] = {}
        self._results: list[dict[str, Any]] = []
        self._notices: list[dict[str, Any]] = []
        self._is_whole = True

    def add(self, path: str, text: str, edits: Sequence[Edit], names: Sequence[str]) -> None:
        """Add the findings of one document. ``names``: the fingerprints of ``edits``, which are in ascending order."""
        from cleaner.text.places import places

        starts = places(text, [edit.start for edit in edits])
        ends = places(text, [edit.end for edit in edits])
        for edit, name, start, end in zip(edits, names, starts, ends, strict=True):
            rule = edit.rules[0]
            if rule not in self._rules:
                self._rules[rule] = {
                    "id": rule,
                    "shortDescription": {"text": edit.why or rule},
                    "defaultConfiguration": {"level": LEVELS[edit.confidence]},
                    "properties": {"category": edit.category, "confidence": edit.confidence},
                }
            deed = "would be changed" if edit.new else "would be cut"
            region = {
                "startLine": start[0],
                "startColumn": start[1],
                "endLine": end[0],
                "endColumn": end[1],
                "charOffset": edit.start,
                "charLength": edit.end - edit.start,
                "snippet": {"text": edit.old},
            }
            self._results.append(
                {
                    "ruleId": rule,
                    "ruleIndex": list(self._rules).index(rule),
                    "level": LEVELS[edit.confidence],
                    "message": {"text": f"{len(edit.old)} characters {deed} by {', '.join(edit.rules)}. {edit.why}"},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}],
                    "partialFingerprints": {FINGERPRINT: name},
                }
            )

    def fail(self, problem: Problem, path: str) -> None:
        """Add a document that could not be read or cleaned."""
        self._notices.append(_notice("error", problem, path))
        self._is_whole = False

    def note(self, problem: Problem, path: str) -> None:
        """Add what was passed over."""
        self._notices.append(_notice("warning", problem, path))

    def document(self) -> dict[str, Any]:
        """The whole log."""
        driver = {"name": "cleaner", "version": __version__, "rules": list(self._rules.values())}
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": self._is_whole, "toolExecutionNotifications": self._notices}],
            "results": self._results,
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _notice(level: str, problem: Problem, path: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": str(problem)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}}}],
    }


def _uri(path: str) -> str:
    return quote(path.replace("\\", "/"), safe="/")
