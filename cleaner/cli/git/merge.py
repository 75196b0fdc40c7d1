"""``cleaner git merge``: what git calls to merge a text, all three sides of which are cleaned first."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.work import make_job
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import File
from cleaner.writers.files import replace_file


def run(settings: Settings) -> int:
    """Clean the three files in place and merge them into the second. 1 where git left a conflict, else 0."""
    if len(settings.words) not in (3, 4):
        hint = "git calls it, see `cleaner git install-merge`"
        raise CleanerError(Problem("expected three files: base, ours, theirs, and the name of the text", hint=hint))
    job = make_job(replace(settings, level="certain"), renders=True)
    base, ours, theirs = map(Path, settings.words[:3])
    for path in (base, ours, theirs):
        # By its name in the corpus it has its source, and the rules that are left out for it.
        known = Path(settings.words[3]) if settings.words[3:] else path
        outcome = job.outcome(File(known, known.name, str(known), known.parent), path.read_bytes())
        # What cannot be cleaned is merged as it is.
        if outcome.changed and outcome.clean is not None:
            replace_file(path, outcome.clean, like=path)
    words = ["git", "merge-file", "-L", "ours", "-L", "base", "-L", "theirs", str(ours), str(base), str(theirs)]
    return int(subprocess.run(words, check=False).returncode != 0)


COMMAND = Command(
    name="git merge",
    words="BASE OURS THEIRS [NAME]",
    about="""
    Clean three versions of a text by rules that are certain, and merge them by line into OURS. NAME is the text's own
    in the corpus, by which the configuration knows it. `cleaner git install-merge` has git call it. Exit code: 0
    merged, 1 with conflicts.
    """,
    examples=(("cleaner git merge base.txt ours.txt theirs.txt", "Merge into ours.txt."),),
    options=("max_removed", *options.RULE_FILES),
    run=run,
)
