"""``cleaner rules new``."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.problem import CleanerError, Problem


def run(settings: Settings) -> int:
    """Write a first rule file, which loads and whose examples hold."""
    from cleaner.rules.template import write_source

    say = screen(settings)
    if len(settings.words) != 1:
        raise CleanerError(Problem("name one source", hint="its domain, such as example.org, or its template's name"))
    folder = settings.rules[0] if settings.rules else Path("rules")
    say.line(safe(str(write_source(folder, settings.words[0]))))
    say.note(f"now write its rules; `cleaner rules test --rules {safe(str(folder))} {settings.words[0]}` tries them")
    return 0


COMMAND = Command(
    name="rules new",
    words="SOURCE",
    about="""
    Begin a rule file for a source: SOURCE.yaml in the folder that --rules names, or in rules/, with one rule and
    its examples to start from, and the schema beside it that lets an editor complete and check what is
    written. Nothing is overwritten but an older schema. Prints the path of the file.
    """,
    examples=(
        ("cleaner rules new example.org", "Write rules/example.org.yaml."),
        ("cleaner rules new our-blog --rules my-rules", "Write my-rules/our-blog.yaml."),
    ),
    options=("rules", "config", "isolated", "color", "quiet"),
    run=run,
)
