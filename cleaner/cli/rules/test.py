"""``cleaner rules test``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.rules.chosen import chosen
from cleaner.cli.screen import Screen, safe, screen
from cleaner.cli.work import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaner.rules.load import Library
    from cleaner.rules.model import Rule
    from cleaner.witness import ExampleResult


def run(settings: Settings) -> int:
    """Run the examples of the rules. 2 where one fails, else 0."""
    from cleaner.witness import run_examples

    say = screen(settings)
    loaded = library(settings, examples=True)
    wanted = chosen(loaded, settings.words)
    if settings.lint and settings.rules and not settings.words:
        own = [folder.resolve() for folder in settings.rules]
        wanted = [r for r in wanted if any(Path(r.place.file).resolve().is_relative_to(folder) for folder in own)]
    failed: list[ExampleResult] = []
    count = 0
    for result in run_examples(loaded, wanted):
        count += 1
        if not result.passed:
            failed.append(result)
    if settings.output != "text":
        from cleaner.writers.records import to_json

        records = [
            {
                "rule": result.rule_id,
                "place": str(result.place),
                "expected": result.expected,
                "got": result.got,
            }
            for result in failed
        ]
        if settings.output == "json":
            say.line(to_json({"rules": len(wanted), "examples": count, "failed": records}))
        else:
            for record in records:
                say.line(to_json(record))
    else:
        for result in failed:
            say.line(f"{say.paint('bold', safe(str(result.place)))}: {safe(result.rule_id)}: the example does not hold")
            expected, got = around_difference(result.expected, result.got)
            say.line(f"    expected: {say.paint('green', safe(expected))}")
            say.line(f"    got:      {say.paint('red', safe(got))}")
    say.note(f"{count} examples of {len(wanted)} rules, {len(failed) or 'none'} failed")
    errors = _lint(loaded, wanted, say) if settings.lint else 0
    return 2 if failed or errors else 0


def _lint(loaded: Library, wanted: Sequence[Rule], say: Screen) -> int:
    """Say what the linter says of the rules; how many errors there are."""
    from cleaner.rules.lint import lint

    found = lint(loaded, wanted) if wanted else []
    for finding in found:
        say.line(f"{finding.severity} {safe(finding.rule)} {safe(str(finding.problem))}")
    return sum(finding.severity == "error" for finding in found)


def around_difference(one: str, other: str, length: int = 60) -> tuple[str, str]:
    """Both texts, cut down to where they begin to differ."""
    same = next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    start = max(0, same - length // 2)

    def shown(text: str) -> str:
        head, tail = "…" if start else "", "…" if len(text) > start + 2 * length else ""
        return f"{head}{text[start : start + 2 * length]}{tail}"

    return shown(one), shown(other)


COMMAND = Command(
    name="rules test",
    words="[ID|SOURCE...]",
    about="""
    Run every example of every rule: what stands in [[ ]] must go, and nothing else. What does not hold is shown with
    the place of the example. Name rules or sources to run theirs alone.

    Exit code: 0 all hold, 2 one does not.
    """,
    examples=(
        ("cleaner rules test", "All examples."),
        ("cleaner rules test --rules my-rules scmp.com", "Those of one source, with your own rule files."),
    ),
    options=("lint", *options.RULE_FILES, *options.SPEECH),
    run=run,
)
