"""Rules named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.problem import CleanerError, Problem

if TYPE_CHECKING:
    from cleaner.rules.load import Library
    from cleaner.rules.model import Rule


def chosen(loaded: Library, names: tuple[str, ...]) -> list[Rule]:
    """The rules of these ids or sources; all where none are named. Raises `CleanerError` for an unknown name."""
    rules = [rule for pack in loaded.packs.values() for rule in pack.rules]
    known = {*loaded.packs, *(rule.id for rule in rules)}
    unknown = [name for name in names if name not in known]
    if unknown:
        from difflib import get_close_matches

        problems = []
        for name in unknown:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`cleaner rules list` shows them all"
            problems.append(Problem(f"there is no rule or source {name}", hint=hint))
        raise CleanerError(*problems)
    return [rule for rule in rules if not names or rule.id in names or rule.id.partition("/")[0] in names]
