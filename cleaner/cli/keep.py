"""``cleaner keep`` and ``cleaner accept``: a reviewer's word on single cuts, without the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, excerpt, safe, screen
from cleaner.cli.work import find_inputs, make_job, outcomes
from cleaner.keeps import SHORT, Entry, keep_file, read_entries, write
from cleaner.problem import CleanerError, Problem
from cleaner.project import project_folder

_ID: Final = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut that can be decided about."""

    fingerprint: str
    file: str
    rules: tuple[str, ...]
    text: str


def keep(settings: Settings) -> int:
    """Write the cuts that are named as kept; or look for entries that speak of nothing any more."""
    if settings.stale or settings.prune:
        return _stale(settings)
    return _decide(settings, is_accepted=False)


def accept(settings: Settings) -> int:
    """Write the cuts that are named as accepted."""
    return _decide(settings, is_accepted=True)


def _decide(settings: Settings, *, is_accepted: bool) -> int:
    say = screen(settings)
    project = project_folder(settings.config.file)
    names = [word for word in settings.words if _ID.fullmatch(word) and not Path(word).exists()]
    paths = tuple(word for word in settings.words if word not in names)
    if not names:
        hint = "`cleaner check -v` shows them, and so do run records and --output json"
        raise CleanerError(Problem("no cut is named: give the beginning of its fingerprint", hint=hint))
    cuts = list(_cuts_of(replace(settings, words=paths), say) if paths else _recorded(project))
    entries = []
    for name in names:
        found = {cut.fingerprint: cut for cut in cuts if cut.fingerprint.startswith(name)}
        if len(found) != 1:
            what = f"{len(found)} cuts begin with {name}" if found else f"no cut is called {name}"
            where = "in the files named" if paths else "in the runs recorded"
            hint = "give more of it" if found else "name the file it is in as well"
            raise CleanerError(Problem(f"{what} {where}", hint=hint))
        (cut,) = found.values()
        short = " ".join(cut.text.split())[:SHORT]
        entry = Entry(is_accepted, cut.fingerprint, None, cut.file, cut.rules, short, f"{date.today()}")
        if settings.everywhere:
            entry = replace(entry, fingerprint="", text_everywhere=cut.text, text="")
        entries.append(replace(entry, reason=settings.reason or ""))
    write(keep_file(project), entries)
    for entry in entries:
        deed = "accepted" if is_accepted else "kept"
        shown = entry.text or (entry.text_everywhere or "")
        say.note(f'{deed}: "{excerpt(shown)}" ({safe(", ".join(entry.rules))}, {safe(entry.file)})')
    return 0


def _cuts_of(settings: Settings, say: Screen) -> Iterator[Cut]:
    """The cuts that cleaning the paths would make, exceptions not counted."""
    job = make_job(replace(settings, isolated=True))
    for outcome in outcomes(settings, find_inputs(settings).files, job, say):
        if outcome.result is not None and outcome.problem is None:
            names = outcome.result.fingerprints()
            for edit, name in zip(outcome.result.edits, names, strict=True):
                yield Cut(name, outcome.file.shown, edit.rules, edit.old)


def _recorded(project: Path) -> Iterator[Cut]:
    """The cuts in the project's run records, the newest run first."""
    from cleaner.runs import list_runs, read_run

    seen: set[str] = set()
    for folder in reversed(list_runs(project / ".cleaner" / "runs")):
        try:
            for line in read_run(folder).lines():
                for edit in line["edits"]:
                    if edit["fingerprint"] not in seen:
                        seen.add(edit["fingerprint"])
                        yield Cut(edit["fingerprint"], line["path"], tuple(edit["rules"]), edit["old"])
        except CleanerError:
            continue


def _stale(settings: Settings) -> int:
    """Say which entries speak of a cut that no rule makes any more; take them away where that is asked for."""
    say = screen(settings)
    file = keep_file(project_folder(settings.config.file))
    entries = read_entries(file)
    wanted = settings.words or tuple(dict.fromkeys(e.file for e in entries if e.fingerprint and Path(e.file).exists()))
    seen = {cut.fingerprint for cut in _cuts_of(replace(settings, words=wanted), say)} if wanted else set()
    looked_at = {item.shown for item in find_inputs(replace(settings, words=wanted)).files} if wanted else set()
    old = [
        entry
        for entry in entries
        if entry.fingerprint
        and entry.fingerprint not in seen
        and (entry.file in looked_at or not Path(entry.file).exists())
    ]
    for entry in old:
        say.line(f'{file}:{entry.line}: {entry.fingerprint[:12]} {safe(entry.file)} "{excerpt(entry.text)}" is stale')
    if settings.prune and old:
        write(file, taken=old)
    say.note(f"{len(old)} of {len(entries)} entries stale" + (", taken away" if settings.prune and old else ""))
    return int(bool(old) and not settings.prune)


_OPTIONS = (
    "reason",
    "everywhere",
    *options.CHOICE,
    *options.RULE_FILES,
    *options.FILES,
    *options.INPUT,
    "jobs",
    "color",
    "quiet",
    "verbose",
)

COMMAND = Command(
    name="keep",
    words="ID... [PATH...]",
    about="""
    Keep what a rule would cut: write it to .cleaner/keep.yml, which `clean`, `check`, `diff` and the hook obey.

    ID is the fingerprint of a cut or the beginning of it, as `cleaner check -v` shows it. It is looked for in the run
    records of the project, or in the cuts that PATH would have. A fingerprint holds the rules, the text and the nearest
    line that stays, no line number; so the entry outlives changes elsewhere in the file. With --everywhere the same
    text stays wherever it stands, whichever file it is in, from the rules that cut it here.

    With --stale, entries are listed whose cut no rule makes any more (exit code 1 if there are any); --prune takes
    them away. In a text, what stands between <!-- cleaner: keep --> and <!-- cleaner: end --> is kept as well.
    """,
    examples=(
        ("cleaner keep 3f2a9c --reason 'the author says so'", "Keep a cut of the last run."),
        ("cleaner keep --stale corpus", "List entries that have served."),
    ),
    options=(*_OPTIONS, "stale", "prune"),
    run=keep,
)

ACCEPT = Command(
    name="accept",
    words="ID... [PATH...]",
    about="""
    Note that a cut is right, in .cleaner/keep.yml, so that `cleaner review` does not ask about it again. Nothing else
    changes. ID and PATH are as for `cleaner keep`.
    """,
    examples=(("cleaner accept 3f2a9c", "Accept a cut of the last run."),),
    options=_OPTIONS,
    run=accept,
)
