"""``cleaner git install-diff``."""

from __future__ import annotations

from cleaner.cli.git.driver import install
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen


def run(settings: Settings) -> int:
    """Set up diffs of texts by sentence in this clone."""
    file = install("diff")
    screen(settings).note(f"{file}: done")
    return 0


COMMAND = Command(
    name="git install-diff",
    words="",
    about="""
    Set up diffs of texts by sentence in this clone: `git diff`, `log -p` and `show` put each sentence of a *.txt,
    *.text, *.md or *.markdown file on a line of its own, so that a sentence cut out of a long paragraph shows as that
    sentence. What is stored does not change, and such a diff is for reading: it does not apply.
    """,
    examples=(("cleaner git install-diff", "Set up diffs of texts by sentence in this clone."),),
    options=("quiet",),
    run=run,
)
