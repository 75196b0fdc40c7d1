"""``cleaner explain``: every rule that hit a line or nearly did, condition by condition."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, excerpt, safe, screen
from cleaner.cli.work import make_job
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import File, Selection, collect
from cleaner.text.places import places

if TYPE_CHECKING:
    from cleaner.engine import Result
    from cleaner.explain import Entry, Explanation

_WORDS = {
    "cut": ("red", "cuts it"),
    "changed": ("green", "changes it"),
    "proposed": ("yellow", "would cut it, but is below the level"),
    "lost": ("yellow", "would cut it, but yields to another rule"),
    "kept": ("green", "keeps it"),
    "near": ("dim", "nearly hits"),
}


def run(settings: Settings) -> int:
    """Explain one line, or each line that a rule hit."""
    from cleaner.explain import explain

    say = screen(settings)
    if len(settings.words) != 1:
        raise CleanerError(Problem("explain takes one file", hint="such as article.txt, or article.txt:12 for line 12"))
    job = make_job(settings)
    path, line = split(settings.words[0])
    found = collect([path], Selection(), settings.stdin_filename)
    if found.problems or Path(path).is_dir():
        raise CleanerError(*found.problems or [Problem("explain takes one file, not a folder", path)])
    outcome = job(found.files[0])
    if outcome.result is None:
        raise CleanerError(outcome.problem or Problem("cannot be read", path))
    if outcome.problem:
        say.problem(outcome.problem)
    document = outcome.result.document
    lines = [line] if line else touched(outcome.result)
    cleaner = job.cleaner.without(job.skipped(found.files[0]))
    explanations = [explain(cleaner, document, number) for number in lines]
    if settings.output != "text":
        from cleaner.writers.records import to_json

        records = [explanation_record(found.files[0], one) for one in explanations]
        for record in [records] if settings.output == "json" else records:
            say.line(to_json(record))
        return 2 if outcome.problem else 0
    for number, explanation in enumerate(explanations):
        if number:
            say.line()
        _show(found.files[0], explanation, outcome.result, say)
    if not explanations:
        say.note(f"{safe(path)}: no rule hits; name a line ({safe(path)}:1) for the rules that nearly do")
    return 2 if outcome.problem else 0


def split(word: str) -> tuple[str, int | None]:
    """``FILE:LINE`` as its two parts. A file whose own name ends so comes first."""
    found = re.fullmatch(r"(.+?):(\d+)(?::\d+)?", word, re.S)
    if found and int(found[2]) and not Path(word).exists():
        return found[1], int(found[2])
    return word, None


def touched(result: Result) -> list[int]:
    """The first line of each edit, of each that was only proposed, and of each that lost."""
    edits = (*result.edits, *result.proposed, *result.shadowed)
    starts = []
    for edit in edits:  # where its first character stands that is no white space
        starts.append(edit.start + len(edit.old) - len(edit.old.lstrip()) if edit.old.strip() else edit.start)
    return list(dict.fromkeys(line for line, _ in places(result.document.text, sorted(starts))))


def _show(file: File, explanation: Explanation, result: Result, say: Screen) -> None:
    head = say.paint("bold", f"{safe(file.shown)}:{explanation.line}:")
    say.line(f'{head} "{excerpt(explanation.text, 100)}"')
    source = explanation.source
    say.line(f"  source: {source.name or 'none'} ({safe(source.by)})")
    for edit in result.edits:
        first, last = places(result.document.text, [edit.start, max(edit.start, edit.end - 1)])
        if edit.rules[0].startswith("repair/") and first[0] <= explanation.line <= last[0]:
            say.line(
                f'  {safe(edit.rules[0])} repairs "{excerpt(edit.old)}" to "{excerpt(edit.new)}": {safe(edit.why)}'
            )
    if not explanation.entries:
        say.line("  no rule comes near it")
    for entry in explanation.entries:
        style, deed = _WORDS[entry.verdict]
        say.line(f"  {say.paint('cyan', safe(entry.rule.id))} {say.paint(style, deed)} ({entry.rule.confidence})")
        say.line(f"    why: {safe(entry.rule.why)}")
        say.line(f"    at:  {safe(str(entry.rule.place))}")
        for check in entry.checks:
            mark = say.paint("green", "yes") if check.holds else say.paint("red", "no ")
            say.line(f"    {mark} {check.name}: wanted {excerpt(check.wanted, 160)}; found {excerpt(check.found, 100)}")


def explanation_record(file: File, explanation: Explanation) -> dict[str, Any]:
    """An explanation as plain data."""
    return {
        "path": file.shown,
        "line": explanation.line,
        "text": explanation.text,
        "source": explanation.source.name,
        "source_by": explanation.source.by,
        "rules": [_entry_record(entry) for entry in explanation.entries],
    }


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "rule": entry.rule.id,
        "verdict": entry.verdict,
        "confidence": entry.rule.confidence,
        "category": entry.rule.category,
        "why": entry.rule.why,
        "place": str(entry.rule.place),
        "checks": [
            {"name": check.name, "wanted": check.wanted, "found": check.found, "holds": check.holds}
            for check in entry.checks
        ],
    }


COMMAND = Command(
    name="explain",
    words="FILE[:LINE]",
    about="""
    Say for a line which rules hit it and which nearly did, with each condition of theirs: what was wanted, what
    was found, and whether it holds. Without LINE, every line is explained at which some rule hits.
    FILE can be - for standard input.
    """,
    examples=(
        ("cleaner explain article.txt:12", "Why line 12 goes, or why it stays."),
        ("cleaner explain article.txt", "Every line that a rule hits."),
    ),
    options=(
        *options.CHOICE,
        *options.RULE_FILES,
        *options.REPAIR,
        "stdin_filename",
        *options.INPUT,
        *options.SPEECH,
    ),
    run=run,
)
