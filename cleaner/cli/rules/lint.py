"""``cleaner rules lint``."""

from __future__ import annotations

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.rules.chosen import chosen
from cleaner.cli.screen import safe, screen
from cleaner.cli.work import library


def run(settings: Settings) -> int:
    """Say what is wrong or doubtful. 2 where something is wrong, else 0."""
    from cleaner.rules.lint import lint

    say = screen(settings)
    loaded = library(settings, examples=True)
    found = lint(loaded, chosen(loaded, settings.words) if settings.words else None)
    if settings.output != "text":
        from cleaner.writers.records import problem_record, to_json

        records = [{"severity": f.severity, "rule": f.rule, **(problem_record(f.problem) or {})} for f in found]
        for record in [records] if settings.output == "json" else records:
            say.line(to_json(record))
    else:
        for finding in found:
            style = "red" if finding.severity == "error" else "yellow"
            rule = f" {say.paint('cyan', safe(finding.rule))}" if finding.rule else ""
            say.line(f"{say.paint(style, finding.severity)}{rule} {safe(str(finding.problem))}")
    errors = sum(finding.severity == "error" for finding in found)
    say.note(f"{errors or 'no'} errors, {len(found) - errors or 'no'} warnings")
    return 2 if errors else 0


COMMAND = Command(
    name="rules lint",
    words="[ID|SOURCE...]",
    about="""
    Say what loads but is too weak, too wide or too slow to be left so: an error such as a pattern that
    backtracks without bound, or a warning such as a rule that has to be tried on every line. Name rules or sources to
    look at theirs alone.

    Exit code: 0 no errors, 2 errors, or a rule file that does not load.
    """,
    examples=(
        ("cleaner rules lint", "Everything that is loaded."),
        ("cleaner rules lint --rules my-rules example.org", "The rules of one source, of your own."),
    ),
    options=(*options.RULE_FILES, *options.SPEECH),
    run=run,
)
