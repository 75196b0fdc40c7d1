"""The summary at the end of a run: one line, and tables by source, category and rule."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from cleaner.cli.screen import Screen, safe
from cleaner.cli.tally import Tally

MANY: Final = 20
"""A run over more documents than this names the busiest rules unasked; of fewer the diffs say it all."""
TOP: Final = 5
"""So many of them."""

Row = tuple[str, ...]


class Table(NamedTuple):
    """``head`` names the columns, the first of which holds names and the others numbers."""

    head: Row
    rows: tuple[Row, ...]


def say_summary(tally: Tally, say: Screen, deed: str, finding: str, *, is_short: bool = False) -> None:
    """Say what a run came to, on standard error. ``deed`` and ``finding`` are those of `Tally.line`.

    Only with -v are there more than the busiest rules, and these not where it ``is_short``.
    """
    say.note(tally.line(deed, finding))
    if say.quiet or not tally.edits:
        return
    if say.verbose:
        for table in tables(tally, f"{finding}s"):
            _say(table, say)
    elif tally.files > MANY and not is_short:
        table = by_rule(tally, f"{finding}s", TOP)
        _say(table, say)
        if len(tally.rules) > TOP:
            say.note(f"and {len(tally.rules) - TOP:,} more rules; -v names all, and sources and categories")


def tables(tally: Tally, findings: str) -> list[Table]:
    """All tables: by source, category and rule, the busiest first."""
    sources = sorted(tally.sums.sources.items(), key=lambda item: (-item[1].cuts, -item[1].documents, item[0]))
    categories = sorted(tally.sums.categories.items(), key=lambda item: (-item[1].cuts, item[0]))
    return [
        Table(
            ("source", "removed", "documents", "changed", findings),
            tuple(
                (
                    name or "(none)",
                    f"{one.removed / one.characters if one.characters else 0:.1%}",
                    *_numbers(one.documents, one.changed, one.cuts),
                )
                for name, one in sources
            ),
        ),
        Table(
            ("category", "characters", "documents", findings),
            tuple((name, *_numbers(one.characters, one.documents, one.cuts)) for name, one in categories),
        ),
        by_rule(tally, findings),
    ]


def by_rule(tally: Tally, findings: str, most: int | None = None) -> Table:
    """The rules that did something, the busiest first, ``most`` of them."""
    ordered = sorted(tally.sums.rules.items(), key=lambda item: (-item[1].cuts, item[0]))
    rows = ((name, *_numbers(one.characters, one.documents, one.cuts)) for name, one in ordered[:most])
    return Table(("rule", "characters", "documents", findings), tuple(rows))


def _numbers(*numbers: int) -> Row:
    return tuple(f"{number:,}" for number in numbers)


def _say(table: Table, say: Screen) -> None:
    for line in _drawn(table, say) if sys.stderr.isatty() else plain(table):
        say.note(line)


def plain(table: Table) -> list[str]:
    """The table in columns: numbers first, so that they stand in line however long the names are."""
    rows = [tuple(map(safe, row)) for row in (table.head, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][1:]
    lines = []
    for name, *numbers in rows:
        shown = (f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True))
        lines.append(f"  {'  '.join(shown)}  {name}")
    return lines


def _drawn(table: Table, say: Screen) -> Sequence[str]:
    """The table as rich draws it. Names are never read as markup."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(table.head):
        drawn.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(safe(cell)) for cell in row))
    console = Console(stderr=True, no_color=not say.error_color, highlight=False)
    with console.capture() as captured:
        console.print(drawn)
    return captured.get().rstrip("\n").split("\n")
