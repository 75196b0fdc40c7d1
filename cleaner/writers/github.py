"""Findings as annotations of GitHub's: workflow commands that a job prints.

See "Workflow commands for GitHub Actions", setting a warning message. Lines and columns count from 1.
"""

from __future__ import annotations

from cleaner.text.edit import Edit


def annotation(path: str, line: int, column: int, edit: Edit, shown: str) -> str:
    """One line for one finding; ``shown`` is the beginning of what goes."""
    end = line + edit.old.rstrip("\n").count("\n")
    title = ", ".join(edit.rules)
    message = f'"{shown}" ({len(edit.old)} characters). {edit.why}'
    place = f"file={_property(path)},line={line},endLine={end},col={column},title={_property(title)}"
    return f"::warning {place}::{_text(message)}"


def failure(path: str, line: int, message: str) -> str:
    """One line for a document that could not be read or cleaned; ``line`` is 0 where it is not known."""
    return f"::error {_place(path, line)}::{_text(message)}"


def remark(path: str, line: int, message: str) -> str:
    """One line for a document that was passed over; ``line`` is 0 where it is not known."""
    return f"::notice {_place(path, line)}::{_text(message)}"


def _place(path: str, line: int) -> str:
    return f"file={_property(path)}" + (f",line={line}" if line else "")


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
