"""The command line. `main` is the entry point; the rest is imported when a command asks for it."""

from __future__ import annotations

from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that ``words`` (the command line's own where None) ask for; return the exit code."""
    from cleaner.cli.app import main as run

    return run(words)
