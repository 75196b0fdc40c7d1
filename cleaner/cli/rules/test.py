"""``cleaner rules test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.rules.chosen import chosen
from cleaner.cli.screen import safe, screen
from cleaner.cli.work import library

if TYPE_CHECKING:
    from cleaner.witness import ExampleResult


def run(settings: Settings) -> int:
    """Run the examples of the rules. 2 where one fails, else 0."""
    from cleaner.witness import run_examples

    say = screen(settings)
    loaded = library(settings, examples=True)
    wanted = chosen(loaded, settings.words)
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
    return 2 if failed else 0


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
    options=(*options.RULE_FILES, *options.SPEECH),
    run=run,
)
