"""``cleaner git uninstall-diff``."""

from __future__ import annotations

from cleaner.cli.git.driver import uninstall
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen


def run(settings: Settings) -> int:
    """Take away what `cleaner git install-diff` set."""
    file = uninstall("diff")
    screen(settings).note(f"{file}: done")
    return 0


COMMAND = Command(
    name="git uninstall-diff",
    words="",
    about="""
    Take away what `cleaner git install-diff` set in this clone, and nothing else.
    """,
    examples=(("cleaner git uninstall-diff", "Take away what `cleaner git install-diff` set."),),
    options=("quiet",),
    run=run,
)
