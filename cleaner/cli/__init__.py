"""The command line. `main` is the entry point; the rest is imported when a command asks for it."""

from __future__ import annotations

from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that ``words`` (the command line's own where None) ask for; return the exit code."""
    import gc

    # What a start makes (classes, rules) stays to the end; looking it over for garbage again and again, and once
    # more at the end, is a seventh of what a hook over three files takes. `make_job` switches it on again.
    gc.disable()
    from cleaner.cli.app import main as run

    code = run(words)
    gc.freeze()
    return code
