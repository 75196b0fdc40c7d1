"""``cleaner rules list``."""

from __future__ import annotations

from typing import Any

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.cli.work import library
from cleaner.problem import CleanerError, Problem
from cleaner.rules.model import CATEGORIES, Rule


def run(settings: Settings) -> int:
    """List rules, sorted by id."""
    say = screen(settings)
    loaded = library(settings)
    if settings.category is not None and settings.category not in CATEGORIES:
        raise CleanerError(
            Problem(f"there is no category {settings.category}", hint=f"there are: {', '.join(CATEGORIES)}")
        )
    if settings.source is not None and settings.source not in loaded.packs:
        raise CleanerError(
            Problem(f"there is no source {settings.source}", hint=f"there are: {', '.join(loaded.packs)}")
        )
    wanted = sorted(
        (
            rule
            for name, pack in loaded.packs.items()
            for rule in pack.rules
            if settings.source in (None, name) and settings.category in (None, rule.category)
        ),
        key=lambda rule: rule.id,
    )
    if settings.output != "text":
        from cleaner.writers.records import to_json

        records = [rule_record(rule) for rule in wanted]
        for record in [records] if settings.output == "json" else records:
            say.line(to_json(record))
        return 0
    width = max((len(rule.id) for rule in wanted), default=0)
    for rule in wanted:
        name = say.paint("cyan", f"{safe(rule.id):<{width}}")
        say.line(f"{name}  {rule.verb:<8}  {rule.confidence:<7}  {rule.category:<10}  {safe(rule.why)}")
    say.note(f"{len(wanted)} rules")
    return 0


def rule_record(rule: Rule) -> dict[str, Any]:
    """What a list tells of a rule, as plain data."""
    return {
        "id": rule.id,
        "verb": rule.verb,
        "keeps": rule.keeps,
        "confidence": rule.confidence,
        "category": rule.category,
        "why": rule.why,
        "languages": sorted(rule.languages),
        "examples": len(rule.examples),
        "place": str(rule.place),
    }


COMMAND = Command(
    name="rules list",
    words="",
    about="List the rules there are, with their verb, confidence, category and reason.",
    examples=(
        ("cleaner rules list", "All rules."),
        ("cleaner rules list --source generic --category share", "The generic rules for share bars."),
        ("cleaner rules list --output json", "As JSON, with the place of each rule."),
    ),
    options=("source", "category", *options.RULE_FILES, *options.SPEECH),
    run=run,
)
