"""``cleaner sources``: which source each file is of, and by what that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found

if TYPE_CHECKING:
    from cleaner.runner import Outcome


def run(settings: Settings) -> int:
    """List the source of each file. 2 where a file failed, else 0."""
    say = screen(settings)
    job = make_job(settings)
    found = find_inputs(settings)
    code = say_found(found)
    tally = Tally()
    seen: list[Outcome] = []
    report = None
    if settings.output != "text":
        from cleaner.cli.report import Report

        report = Report(settings.output, say)
    for outcome in outcomes(settings, found.files, job, say):
        tally.add(outcome)
        if outcome.result is None:
            continue
        if settings.assign and not outcome.is_record:
            seen.append(replace(outcome, raw=None, clean=None, diff=None))
        source = outcome.result.source
        if settings.unmatched and source.name:
            continue
        if report:
            report.add({"path": outcome.file.shown, "source": source.name, "source_by": source.by})
        else:
            say.line(f"{safe(outcome.file.shown)}\t{source.name or '-'}\t{safe(source.by)}")
    if report:
        report.close({"files": tally.files, "sources": dict(sorted(tally.sources.items()))}, found.problems)
    if settings.assign:
        from cleaner.cli.assign import assign

        say.note(assign(settings.config, seen))
    if tally.files:
        counts = sorted(tally.sources.items(), key=lambda item: (-item[1], item[0]))
        say.note(", ".join(f"{name or 'no source'}: {count:,}" for name, count in counts))
    return max(code, tally.exit_code)


COMMAND = Command(
    name="sources",
    words="PATH...",
    about="""
    List which source each file is of, and by what that is known: path, source and ground, with tabs between
    them, and - where no source matches.

    Cleaning takes away the pieces of text that some sources are known by. --assign writes what was found into the
    table `sources` of the configuration (cleaner.toml is made where there is none): a glob for each folder
    whose files are all of one source, a path for each other file. What stands there already is kept.
    """,
    examples=(
        ("cleaner sources corpus", "One line for each file."),
        ("cleaner sources corpus --unmatched", "Those that no source matches."),
        ("cleaner sources corpus --assign", "Pin what is known, by path."),
    ),
    options=(
        "unmatched",
        "assign",
        "jobs",
        "source",
        *options.FIELDS,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        *options.SPEECH,
        *options.PROGRESS,
    ),
    run=run,
)
