"""``cleaner git install-merge``."""

from __future__ import annotations

from cleaner.cli.git.driver import install
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen


def run(settings: Settings) -> int:
    """Set up merges of clean texts in this clone."""
    file = install("merge")
    screen(settings).note(f"{file}: done")
    return 0


COMMAND = Command(
    name="git install-merge",
    words="",
    about="""
    Set up merges of clean texts in this clone: base, ours and theirs of a *.txt, *.text, *.md or *.markdown file are
    cleaned, by rules that are certain, before git merges them by line. So a cleaned file and a new scrape of it do not
    conflict over what both lose.
    """,
    examples=(("cleaner git install-merge", "Set up merges of clean texts in this clone."),),
    options=("quiet",),
    run=run,
)
