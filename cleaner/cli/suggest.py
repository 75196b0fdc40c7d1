"""``cleaner suggest``: lines that come back in many documents of a source, as drafts of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.problem import CleanerError, Problem

if TYPE_CHECKING:
    from cleaner.engine import Result
    from cleaner.suggest.draft import Draft
    from cleaner.suggest.seen import Group

LEAST: Final = 3


def run(settings: Settings) -> int:
    """List what comes back, or write drafts of rules. 2 where a file failed, else 0."""
    from cleaner.suggest.draft import drafts
    from cleaner.suggest.seen import Group

    say = screen(settings)
    job = make_job(settings)
    found = find_inputs(settings)
    code = say_found(found)
    tally = Tally()
    groups: dict[str, Group] = {}
    matches: dict[str, Mapping[str, str] | None] = {}
    for outcome in outcomes(settings, found.files, job, say):
        tally.add(outcome)
        if outcome.result is not None and outcome.problem is None:
            name, match = _source_of(outcome.result, outcome.file.shown)
            if name not in groups:
                groups[name], matches[name] = Group(), match
            groups[name].add(outcome.result.text)
    least = settings.least or LEAST
    made = {name: drafts(group, least) for name, group in sorted(groups.items())}
    made = {name: several for name, several in made.items() if several}
    if settings.output != "text":
        from cleaner.writers.records import to_json

        say.line(to_json({"sources": [_record(name, groups[name], several) for name, several in made.items()]}))
    elif settings.out is None:
        for name, several in made.items():
            say.line(f"{safe(name)}: {groups[name].documents:,} documents")
            for draft in several:
                window = " ".join(f"{side} {count}" for side, count in draft.where.items())
                say.line(f"{draft.documents:>7,}  {window:8}  {safe(draft.text)}")
    if settings.out is not None:
        for path in _write(settings.out, groups, made, matches, force=settings.force):
            if settings.output == "text":
                say.line(safe(str(path)))
        if made:
            say.note(f"read them, then try them: cleaner rules test --rules {safe(str(settings.out))}")
    count = sum(map(len, made.values()))
    say.note(f"lines that come back: {count:,}, in {tally.files:,} documents; sources: {len(groups):,}")
    return max(code, tally.exit_code)


def _source_of(result: Result, shown: str) -> tuple[str, Mapping[str, str] | None]:
    """The name of a document's source, and how a new rule file would know its documents: the source that was chosen,
    else the host of its address, else the folder it lies in."""
    from urllib.parse import urlsplit

    if result.source.name:
        return result.source.name, None
    try:
        host = (urlsplit(result.document.url or "").hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if "." in host and _as_source(host) == host:
        return host, {"domain": host}
    folder = PurePath(shown).parent.name
    name = _as_source(folder) or "corpus"
    return name, {"path": f"**/{folder or name}/**"}


def _as_source(name: str) -> str:
    """``name`` as a source may be called."""
    return re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip(".-")


def _write(
    folder: Path,
    groups: Mapping[str, Group],
    made: Mapping[str, list[Draft]],
    matches: Mapping[str, Mapping[str, str] | None],
    *,
    force: bool,
) -> list[Path]:
    """Write a rule file for each source. Raises `CleanerError` where one is there already or cannot be written."""
    from cleaner.suggest.draft import rule_file

    paths = {name: folder / f"{name}.yaml" for name in made}
    there = [path for path in paths.values() if path.exists()]
    if there and not force:
        raise CleanerError(*(Problem("is there already", str(path), hint="--force writes over it") for path in there))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            text = rule_file(name, groups[name].documents, made[name], matches[name])
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CleanerError(Problem(f"cannot be written: {error.strerror}", str(error.filename or folder))) from error
    return list(paths.values())


def _record(name: str, group: Group, several: list[Draft]) -> dict[str, Any]:
    return {
        "source": name,
        "documents": group.documents,
        "lines": [
            {
                "documents": draft.documents,
                "text": draft.text,
                "pattern": draft.pattern,
                "verb": "section" if draft.is_section else "line",
                "where": dict(draft.where),
            }
            for draft in several
        ],
    }


COMMAND = Command(
    name="suggest",
    words="PATH...",
    about="""
    Look for lines that come back in many documents of one source after all rules have run: as they are, with other
    numbers, or with the same beginning up to a colon or a bar. Of which source a document is, the rules
    say, else the host of its address, else the folder it lies in. Listed are the documents that have a line (at
    least --least of them, and one in a hundred), the end of the text it nearly always stands at, and the line.

    With -o DIR a rule file for each source is written: a draft for each line, with the place and with examples from
    the corpus. The drafts only report until someone has read them: headings that a publisher's authors use
    come back, too.
    """,
    examples=(
        ("cleaner suggest corpus", "What comes back, source by source."),
        ("cleaner suggest crawl.jsonl --least 20 -o drafts", "Draft rules for what 20 documents share."),
    ),
    options=(
        "least",
        "out",
        "force",
        "jobs",
        *options.CHOICE,
        *options.FIELDS,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        *options.SPEECH,
        *options.PROGRESS,
    ),
    run=run,
)
