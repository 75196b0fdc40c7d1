"""``cleaner rules show``."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.cli.work import library
from cleaner.problem import CleanerError, Problem
from cleaner.rules.model import Place


def run(settings: Settings) -> int:
    """Show rules as their files have them."""
    say = screen(settings)
    if not settings.words:
        raise CleanerError(Problem("no rule is named", hint="`cleaner rules list` shows them all"))
    loaded = library(settings)
    for number, rule in enumerate([loaded.rule(name) for name in dict.fromkeys(settings.words)]):
        if number:
            say.line()
        say.line(f"# {safe(str(rule.place))}  {safe(rule.id)}")
        for line in written(rule.place):
            say.line(safe(line))
    return 0


def written(place: Place) -> list[str]:
    """The lines of the list item of a YAML file that ``place`` lies in. Raises `CleanerError`."""
    try:
        lines = Path(place.file).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise CleanerError(Problem(f"cannot read the rule's file: {error.strerror}", place.file)) from error
    start = place.line - 1
    while start > 0 and not lines[start].lstrip().startswith("- "):
        start -= 1
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return [line[indent:] for line in lines[start:end]]


COMMAND = Command(
    name="rules show",
    words="ID...",
    about="Show a rule as its file has it, with the place where it stands.",
    examples=(("cleaner rules show generic/share-bar", "What this rule says, and its examples."),),
    options=(*options.RULE_FILES, "color", "quiet"),
    run=run,
)
