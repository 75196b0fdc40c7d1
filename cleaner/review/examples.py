"""A cut as an example on its rule: the shortest surroundings in which the rule does the same.

Review reads records and runs no rules over documents; an example alone is tried before it is kept, by what `cleaner
rules test` runs, because one that fails would be worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as with_fields
from typing import Final

from msgspec.structs import replace

from cleaner.problem import CleanerError, Problem
from cleaner.review.journal import Decision
from cleaner.review.overrides import RulesHome
from cleaner.review.record import DocumentLine, EditLine
from cleaner.rules.examples import ExampleError, parse_example
from cleaner.rules.model import Example, Place

LONGEST: Final = 6_000
"""Characters of a whole document that may become an example."""


def find_example(
    home: RulesHome, decision: Decision, edit: EditLine, line: DocumentLine, text: str | None, *, stays: bool
) -> Decision:
    """The decision with its example. ``text`` is the whole document, if that is at hand; ``stays``: it is an example of
    what must stay. Raises `CleanerError` where none holds."""
    candidates = [one for one in _candidates(edit, line, text) if _marks_this(one, edit)]
    if not candidates:
        raise CleanerError(Problem("this text has brackets of its own, `[[` or `]]`, and cannot be an example"))
    is_line = _is_lines(edit, line)
    if stays:
        return replace(decision, example=candidates[0], stays=True, is_line=is_line)
    for candidate in candidates:
        if _holds(home, decision.rule, candidate):
            return replace(decision, example=candidate, is_line=is_line)
    hint = "it looks at more of the text than an example holds; copy the passage into the rule file yourself"
    raise CleanerError(Problem(f"{decision.rule} does not cut this in shorter surroundings", hint=hint))


def _candidates(edit: EditLine, line: DocumentLine, text: str | None) -> Iterator[str]:
    """Surroundings, the shortest first."""
    core = edit.old.strip()
    lead, trail = edit.old[: len(edit.old) - len(edit.old.lstrip())], edit.old[len(edit.old.rstrip()) :]
    marked = f"{lead}[[{core}]]{trail}"
    is_first, is_last = edit.start - len(edit.before) <= 0, edit.end + len(edit.after) >= line.characters
    before, after = edit.before, edit.after
    head = "" if is_first else "(article)\n\n"
    tail = "" if is_last else "\n\n(article)"
    yield _tidy(f"{_last_lines(before)}{marked}{_first_lines(after)}")
    yield _tidy(f"{before}{marked}{after}")
    yield _tidy(f"{head}{before}{marked}{after}{tail}")
    yield _tidy(f"(article)\n\n[[{core}]]")
    yield _tidy(f"[[{core}]]\n\n(article)")
    if text is not None and len(text) <= LONGEST:
        yield f"{text[: edit.start]}{marked}{text[edit.end :]}"


def _last_lines(text: str) -> str:
    """The last line with words in it, and what follows it."""
    lines = text.splitlines(keepends=True)
    while len(lines) > 1 and any(line.strip() for line in lines[1:]):
        lines.pop(0)
    return "".join(lines)


def _first_lines(text: str) -> str:
    """The first line with words in it, and what stands ahead of it."""
    lines = text.splitlines(keepends=True)
    while len(lines) > 1 and any(line.strip() for line in lines[:-1]):
        lines.pop()
    return "".join(lines)


def _tidy(example: str) -> str:
    return example.strip("\r\n").replace("\r\n", "\n").replace("\r", "\n")


def _marks_this(example: str, edit: EditLine) -> bool:
    """True where the brackets of the example are those we put there."""
    try:
        text, cuts = parse_example(example)
    except ExampleError:
        return False
    core = edit.old.strip().replace("\r\n", "\n").replace("\r", "\n")
    return len(cuts) == 1 and text[slice(*cuts[0])] == core


def _holds(home: RulesHome, rule_id: str, example: str) -> bool:
    from cleaner.witness import run_examples

    text, cuts = parse_example(example)
    rule = home.library.rule(rule_id)
    alone = with_fields(rule, examples=(Example(text, cuts, Place("", 0, 0)),))
    return all(result.passed for result in run_examples(home.library, [alone]))


def _is_lines(edit: EditLine, line: DocumentLine) -> bool:
    """True where whole lines were cut."""
    begins = edit.start == 0 or edit.old[:1] in "\r\n" or edit.before[-1:] in ("\n", "\r")
    ends = edit.end >= line.characters or edit.old[-1:] in "\r\n" or edit.after[:1] in ("\n", "\r")
    return bool(edit.old) and begins and ends
