"""``cleaner rules schema``."""

from __future__ import annotations

from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import screen


def run(settings: Settings) -> int:
    """Print the schema."""
    from cleaner.rules.schema import schema_text

    screen(settings).data(schema_text().encode("utf-8"))
    return 0


COMMAND = Command(
    name="rules schema",
    words="",
    about="""
    Print the JSON Schema of rule files. A line `# yaml-language-server: $schema=./schema.json` at the head of a rule
    file lets editors complete and check it; `cleaner rules new` writes both.
    """,
    examples=(("cleaner rules schema > rules/schema.json", "Renew the schema beside your rule files."),),
    options=(),
    run=run,
)
