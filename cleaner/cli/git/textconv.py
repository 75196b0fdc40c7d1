"""``cleaner git textconv``: what git calls to show a text, each sentence on a line of its own."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen
from cleaner.problem import CleanerError, Problem


def run(settings: Settings) -> int:
    """Print the text of one file by sentence; a file that is no text as it is."""
    from cleaner.readers import text as reader
    from cleaner.rules.verbs.sentence import sentences
    from cleaner.text.lines import split

    if len(settings.words) != 1:
        raise CleanerError(Problem("expected one file", hint="git calls it, see `cleaner git install-diff`"))
    raw = Path(settings.words[0]).read_bytes()
    try:
        text = reader.read(raw, settings.words[0], None)[0].text
    except CleanerError:
        Screen().data(raw)
        return 0
    out: list[str] = []
    for line in split(text):
        inner = text[line.start : line.end]
        out += [inner[start:end] for start, end in sentences(inner)] or [""]
    Screen().data("".join(f"{one}\n" for one in out).encode("utf-8", "surrogateescape"))
    return 0


COMMAND = Command(
    name="git textconv",
    words="FILE",
    about="""
    Print a text with each sentence on a line of its own. `cleaner git install-diff` has git call it.
    """,
    examples=(("cleaner git textconv a.txt", "The sentences of a text."),),
    options=(),
    run=run,
)
