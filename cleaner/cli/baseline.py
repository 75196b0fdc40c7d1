"""``cleaner baseline``: take today's findings as known, so that only new ones count."""

from __future__ import annotations

import os
from pathlib import Path

from cleaner.baseline import SHORT, Known, baseline_file, read, write
from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.project import project_folder


def run(settings: Settings) -> int:
    """Write the findings of what is asked for into the baseline, in the place of what it said of the same files."""
    say = screen(settings)
    project = project_folder(settings.config.file)
    before = read(baseline_file(project))
    job = make_job(settings)
    found = find_inputs(settings)
    code = say_found(found)
    looked_at: set[str] = set()
    now: list[Known] = []
    for outcome in outcomes(settings, found.files, job, say):
        path = place_of(outcome.file.path, outcome.file.shown, project)
        looked_at.add(path)
        if outcome.problem or outcome.result is None:
            code = max(code, 2)
            continue
        for edit, name in zip(outcome.result.edits, outcome.result.fingerprints(), strict=True):
            now.append(Known(path, name, edit.rules[0], " ".join(edit.old.split())[:SHORT]))
    # What stands for a file that is gone has no more to say.
    kept = [one for one in before if one.path not in looked_at and (project / one.path).exists()]
    file = write(project, [*kept, *now])
    gone = len({*before} - {*kept, *now})
    new = len({*now} - {*before})
    say.note(f"{os.path.relpath(file)}: {len({*kept, *now})} findings known, {new} new, {gone} gone")
    return code


def place_of(path: Path | None, shown: str, project: Path) -> str:
    """A file as the baseline names it: from the project's folder, with ``/``."""
    if path is None:
        return shown
    return Path(os.path.relpath(path, project)).as_posix()


COMMAND = Command(
    name="baseline",
    words="PATH...",
    about="""
    Take the findings that there are today as known: they are written to .cleaner/baseline.jsonl, and from then on
    `cleaner check` and the hook leave them alone; only new ones count. So an old corpus can be taken on step by step.

    Run it again when some were mended: what it said of the files in PATH is replaced, and what it said of files
    that are gone goes. Keep the file in git. `cleaner clean` without --hook cleans the known ones too.
    """,
    examples=(("cleaner baseline corpus --level certain", "Take what the hook would find as known."),),
    options=(
        "max_removed",
        *options.REPAIR,
        "jobs",
        *options.FIELDS,
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        "color",
        "quiet",
        "verbose",
        *options.PROGRESS,
    ),
    run=run,
)
