"""Saving: which files become what, and writing them, each at once or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Final

from cleaner.keeps import changed, locked, read_entries
from cleaner.problem import CleanerError, Problem
from cleaner.review import keepfile, overrides
from cleaner.review.journal import Decision, Journal
from cleaner.review.overrides import Files, RulesHome
from cleaner.writers.files import replace_file

LONGEST_LINE: Final = 2_000
"""Characters of a line that a diff shows."""

RULE_KINDS: Final = ("demote", "off", "example")


@dataclass(frozen=True, slots=True)
class Change:
    """One file and what it will be. ``shown`` is its path in the project."""

    path: Path
    shown: str
    before: bytes | None
    after: bytes

    def diff(self) -> list[str]:
        """A unified diff, without its two head lines."""
        old = (self.before or b"").decode("utf-8", "backslashreplace").splitlines()
        new = self.after.decode("utf-8", "backslashreplace").splitlines()
        lines = list(unified_diff(old, new, lineterm="", n=3))[2:]
        return [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…" for line in lines]


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving would do. ``digest`` names it, so that what is written is what was shown."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> str:
        """Changes with what they change."""
        mark = sha256()
        for change in self.changes:
            for part in (str(change.path).encode("utf-8", "surrogateescape"), change.before or b"", change.after):
                mark.update(len(part).to_bytes(8, "big") + part)
        return mark.hexdigest()


def make_plan(home: RulesHome, keep_file: Path, journal: Journal, tried: set[str]) -> Plan:
    """What all drafts come to. Rules that would not load, or whose examples would fail, are problems.

    ``tried`` remembers the digests of plans whose rules passed, for trying them takes seconds.
    """
    drafts, reverts = journal.standing("draft"), journal.standing("revert")
    stay = journal.standing("saved")
    files, problems = Files(), []
    try:
        for decision in reverts:
            if decision.kind in RULE_KINDS:
                overrides.revert(home, decision, files, [*stay, *drafts])
        for decision in drafts:
            if decision.kind in RULE_KINDS:
                overrides.apply(home, decision, files)
        copies = {
            decision.rule: overrides.copy_of(home, decision)
            for decision in (*stay, *drafts)
            if decision.kind in RULE_KINDS
        }
        changes = [*_keeps(keep_file, drafts, reverts, copies, home.project)]
        changes += [Change(path, _shown(path, home.project), before, after) for path, before, after in files.changed()]
    except CleanerError as error:
        return Plan((), error.problems)
    outside = [change for change in changes if not _is_inside(change.path, home.project)]
    problems = [Problem("lies outside of the project and is not written", change.shown) for change in outside]
    if not problems and any(change.path.suffix in (".yaml", ".yml") and change.path != keep_file for change in changes):
        digest = Plan(tuple(changes), ()).digest
        if digest not in tried:
            problems = _tested(home, changes)
            tried.update(() if problems else (digest,))
    return Plan(tuple(changes), tuple(problems))


def _keeps(
    keep_file: Path,
    drafts: Sequence[Decision],
    reverts: Sequence[Decision],
    copies: dict[str, str | None],
    project: Path,
) -> list[Change]:
    added = [entry for decision in drafts for entry in keepfile.made(decision)]
    taken = [entry for decision in reverts for entry in keepfile.made(decision)]
    added += keepfile.for_copies([*read_entries(keep_file), *added], {old: new for old, new in copies.items() if new})
    before = keep_file.read_bytes() if keep_file.exists() else None
    after = changed(keep_file, added, taken)
    return [Change(keep_file, _shown(keep_file, project), before, after)] if after != (before or b"") else []


def write_plan(home: RulesHome, keep_file: Path, journal: Journal, plan: Plan) -> None:
    """Write each file of the plan, if it still is as the plan found it. Raises `CleanerError`; what was written until
    then stays, and the next plan is what is left."""
    with locked(keep_file):
        for change in plan.changes:
            now = change.path.read_bytes() if change.path.exists() else None
            if now != change.before:
                raise CleanerError(
                    Problem("has changed since this was shown", change.shown, hint="look at it again, then save")
                )
        for change in plan.changes:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(change.path, change.after, like=change.path if change.before is not None else None)


def _tested(home: RulesHome, changes: Sequence[Change]) -> list[Problem]:
    """What would be wrong with the project's rules: they are loaded as they would be, and the changed ones tested."""
    from cleaner.rules.load import load_library
    from cleaner.witness import run_examples

    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        folders = [folder if folder.is_dir() else folder.parent for folder in home.folders]
        if not any(_is_inside(change.path, folder) for change in changes for folder in folders):
            folders.append(home.folder)
        copies = []
        for number, folder in enumerate(folders):
            copies.append(top / str(number))
            _copy(folder, copies[-1])
            for change in changes:
                if change.path.suffix in (".yaml", ".yml") and _is_inside(change.path, folder):
                    target = copies[-1] / os.path.relpath(os.path.realpath(change.path), os.path.realpath(folder))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(change.after)
        try:
            library = load_library(copies, cache=False, examples=True)
        except CleanerError as error:
            return [_renamed(problem, copies, folders) for problem in error.problems]
        names = {change.path.name for change in changes}
        rules = [
            rule
            for pack in library.packs.values()
            for rule in pack.rules
            if Path(rule.place.file).name in names and _is_inside(Path(rule.place.file), top)
        ]
        failed = dict.fromkeys(result.rule_id for result in run_examples(library, rules) if not result.passed)
    return [
        Problem(f"an example of {rule} would fail", hint="undo that decision; the rule file is as it was")
        for rule in failed
    ]


def _copy(folder: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix in (".yaml", ".yml") and path.is_file():
            copy = target / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def _renamed(problem: Problem, copies: Sequence[Path], folders: Sequence[Path]) -> Problem:
    """The problem with the name of the file itself, and not of the copy that was tried."""
    from dataclasses import replace

    for copy, folder in zip(copies, folders, strict=True):
        if problem.file.startswith(str(copy)):
            return replace(problem, file=str(folder) + problem.file[len(str(copy)) :])
    return problem


def _is_inside(path: Path, folder: Path) -> bool:
    top = os.path.realpath(folder)
    return os.path.commonpath([os.path.realpath(path), top]) == top


def _shown(path: Path, project: Path) -> str:
    real, top = os.path.realpath(path), os.path.realpath(project)
    return os.path.relpath(real, top).replace(os.sep, "/") if os.path.commonpath([real, top]) == top else real
