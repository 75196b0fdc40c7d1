"""``cleaner check``: what would be done, one line for each finding; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, excerpt, safe, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.readers.tree import with_text_names
from cleaner.text.edit import Edit
from cleaner.text.places import places

if TYPE_CHECKING:
    from cleaner.runner import Outcome


def run(settings: Settings) -> int:
    """Report what would be done. 1 where there is something, 2 where a file failed, else 0."""
    say = screen(settings)
    job = make_job(settings)
    found = find_inputs(settings)
    found = replace(found, files=with_text_names(found.files, settings.format))
    code = say_found(found)
    tally = Tally()
    if settings.output == "text":
        for outcome in outcomes(settings, found.files, job, say):
            tally.add(outcome)
            _say_findings(outcome, say)
        if tally.files:
            say.note(tally.line("checked", "finding"))
        for line in tally.by_rule():
            say.note(line, verbose=1)
    else:
        from cleaner.cli.report import Report, outcome_record

        report = Report(settings.output, say)
        for outcome in outcomes(settings, found.files, job, say):
            tally.add(outcome)
            report.add(outcome_record(outcome))
        report.close(tally.record(), found.problems)
    return max(code, tally.exit_code, int(tally.changed > 0))


def _say_findings(outcome: Outcome, say: Screen) -> None:
    if outcome.result is None:
        return
    text = outcome.result.document.text
    done = outcome.result.edits if outcome.problem is None else ()
    for edit, place in _placed(text, done):
        say.line(finding(outcome.file.shown, place, edit, say))
    for edit, place in _placed(text, outcome.result.proposed):
        say.line(finding(outcome.file.shown, place, edit, say) + say.paint("dim", " [would stay]"))


def _placed(text: str, edits: Iterable[Edit]) -> Iterable[tuple[Edit, tuple[int, int]]]:
    ordered = sorted(edits, key=lambda edit: edit.start)
    return zip(ordered, places(text, [edit.start for edit in ordered]), strict=True)


def finding(name: str, place: tuple[int, int], edit: Edit, say: Screen) -> str:
    """``path:line:column: rule confidence "what goes" (n chars) why``; for a replacement also what comes."""
    where = say.paint("bold", f"{safe(name)}:{place[0]}:{place[1]}:")
    what = say.paint("red", f'"{excerpt(edit.old)}"')
    if edit.new:
        what += f' -> "{excerpt(edit.new)}"'
    rules = say.paint("cyan", " + ".join(map(safe, edit.rules)))
    return f"{where} {rules} {edit.confidence} {what} ({len(edit.old)} chars) {safe(edit.why)}".rstrip()


COMMAND = Command(
    name="check",
    words="PATH...",
    about="""
    Report what `cleaner clean` would do, one line for each finding, and write nothing:
    path:line:column: rule confidence "what goes" (length) reason.

    Cuts that only rules below --level would make are shown as well, marked [would stay]; they do not count. With
    --output json everything that is known is printed: spans, rules, what was captured, the source and what
    it was known by. PATH is a file, a folder (see `cleaner clean --help` for what counts in it, and for HTML), or -
    for standard input. Lines and columns of a page are those of the text that was taken out of it.

    Exit code: 0 nothing found, 1 something found, 2 a file that could not be read, or wrong use.
    """,
    examples=(
        ("cleaner check article.txt", "Report on one text."),
        ("cleaner check corpus --level certain -q", "Findings of rules that are certain; no summary."),
        ("cleaner check corpus --output jsonl > findings.jsonl", "A line of JSON for each text."),
    ),
    options=(
        "max_removed",
        *options.REPAIR,
        "jobs",
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        *options.SPEECH,
    ),
    run=run,
)
