"""``cleaner git uninstall-merge``."""

from __future__ import annotations

from cleaner.cli.git.driver import uninstall
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen


def run(settings: Settings) -> int:
    """Take away what `cleaner git install-merge` set."""
    file = uninstall("merge")
    screen(settings).note(f"{file}: done")
    return 0


COMMAND = Command(
    name="git uninstall-merge",
    words="",
    about="""
    Take away what `cleaner git install-merge` set in this clone, and nothing else.
    """,
    examples=(("cleaner git uninstall-merge", "Take away what `cleaner git install-merge` set."),),
    options=("quiet",),
    run=run,
)
