"""``cleaner diff``: what would go, in context."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, safe, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import File, is_page
from cleaner.text.edit import Edit
from cleaner.text.lines import LINE_END
from cleaner.text.places import places

if TYPE_CHECKING:
    from cleaner.runner import Outcome

AROUND = 60
"""How many characters of a line stand on each side of a change."""
LONGEST = 400
"""A cut that is longer is shown by its beginning and its end."""


def run(settings: Settings) -> int:
    """Show what would change. 1 where there is something, 2 where a file failed, else 0."""
    from cleaner.writers.text import unified

    say = screen(settings)
    job = make_job(settings)
    found = find_inputs(settings)
    code = say_found(found)
    tally = Tally()
    for outcome in outcomes(settings, found.files, job, say):
        tally.add(outcome)
        if not outcome.changed or outcome.result is None:
            continue
        if settings.unified and outcome.is_record:
            raise CleanerError(
                Problem(
                    "records have no file that a patch could change", outcome.file.shown, hint="leave --unified out"
                )
            )
        if settings.unified:
            say.data(unified(outcome.result, _patch_name(outcome.file, settings.format)))
        else:
            _show(outcome, say)
    if tally.files and not settings.unified:
        say.note(tally.line("compared", "change"))
    return max(code, tally.exit_code, int(tally.changed > 0))


def _patch_name(file: File, form: str) -> str:
    """The name in a patch's head: the path, from here, so that ``git apply`` and ``patch -p1`` find it. The text of
    a page is not in the page; its patch is for ``PAGE.txt``."""
    shown = f"{file.shown}.txt" if is_page(file, form) else file.shown
    return os.path.normpath(shown).replace(os.sep, "/").lstrip("/")


def _show(outcome: Outcome, say: Screen) -> None:
    assert outcome.result is not None
    text, edits = outcome.result.document.text, outcome.result.edits
    at = dict(zip(edits, places(text, [edit.start for edit in edits]), strict=True))
    for group in _groups(text, edits):
        for edit in group:
            line, column = at[edit]
            place = say.paint("bold", f"{safe(outcome.file.shown)}:{line}:{column}")
            rules = say.paint("cyan", " + ".join(map(safe, edit.rules)))
            say.line(f"{place} {rules} ({edit.confidence}) {safe(edit.why)}".rstrip())
        for shown in in_context(text, group, say).split("\n"):
            say.line(f"    {shown}".rstrip())
        say.line()


def _groups(text: str, edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits with nothing but white space between them, which are read together."""
    group: list[Edit] = []
    for edit in edits:
        if group and text[group[-1].end : edit.start].strip():
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def in_context(text: str, group: Sequence[Edit], say: Screen) -> str:
    """The changes with what stands around them: the rest of their lines, shortened, and the nearest lines kept.

    What goes is struck and red, what comes is green; without colours they stand in ``[-…-]`` and ``{+…+}``.
    """
    body: list[str] = []
    for number, edit in enumerate(group):
        between = text[group[number - 1].end : edit.start] if number else ""
        body += (safe(between), _gone(edit.old, say), _marked(_visible(edit.new), "green", "{+", "+}", say))
    shown = re.sub(r"\s*\n\s*", "\n", "".join(body))
    core = shown.strip("\n")
    lead, tail = shown[: len(shown) - len(shown.lstrip("\n"))], shown[len(shown.rstrip("\n")) :] if core else ""
    start, end = group[0].start, group[-1].end
    before = _before(text[max(0, start - 4 * AROUND) : start] + lead, say)
    after = _after(tail + text[end : end + 4 * AROUND], say)
    return f"{before}{core}{after}"


def _gone(text: str, say: Screen) -> str:
    """What goes, each line marked by itself; blank lines that go are not shown."""
    core = text.strip("\r\n")
    if not core:
        return _marked("(blank lines)" if text else "", "cut", "[-", "-]", say)
    lead, _, tail = text.partition(core)
    if len(core) > LONGEST:
        core = f"{core[: LONGEST // 2]} (… {len(core) - LONGEST} characters …) {core[-LONGEST // 2 :]}"
    lines = [
        _marked(_visible(line), "cut", "[-", "-]", say) for line in LINE_END.split(core) if line.strip() or line == core
    ]
    return ("\n" if lead else "") + "\n".join(lines) + ("\n" if tail else "")


def _visible(text: str) -> str:
    """White space that is all of a change is written out, unless it is a plain space."""
    return safe(text) if text.strip() or not text.strip(" ") else text.encode("unicode_escape").decode("ascii")


def _marked(text: str, style: str, left: str, right: str, say: Screen) -> str:
    if not text:
        return ""
    return say.paint(style, text) if say.color else f"{left}{text}{right}"


def _before(text: str, say: Screen) -> str:
    """The end of ``text``: the last line that is not blank, and the beginning of the line of the change."""
    lines = LINE_END.split(text)
    start = lines.pop()
    kept = next((line for line in reversed(lines) if line.strip()), "")
    shown = f"…{start[-AROUND:]}" if len(start) > AROUND else start
    head = say.paint("dim", safe(f"…{kept[-AROUND:]}" if len(kept) > AROUND else kept))
    return f"{head}\n{safe(shown)}" if head else safe(shown)


def _after(text: str, say: Screen) -> str:
    """The beginning of ``text``: the rest of the line of the change, and the next line that is not blank."""
    lines = LINE_END.split(text)
    rest = lines.pop(0)
    kept = next((line for line in lines if line.strip()), "")
    shown = f"{rest[:AROUND]}…" if len(rest) > AROUND else rest
    tail = say.paint("dim", safe(f"{kept[:AROUND]}…" if len(kept) > AROUND else kept))
    return f"{safe(shown)}\n{tail}" if tail else safe(shown)


COMMAND = Command(
    name="diff",
    words="PATH...",
    about="""
    Show what `cleaner clean` would change, each change in its context, with the rule that makes it and its reason.
    Whole paragraphs are never repeated for a few words. With --unified the output is a patch instead, which
    `patch -p1` and `git apply` turn the originals into the clean texts with, run where this was run.
    Of HTML the text that was taken out is compared; its patch is for PAGE.txt.

    Exit code: 0 nothing would change, 1 something would, 2 a file that could not be read, or wrong use.
    """,
    examples=(
        ("cleaner diff article.txt", "Show the cuts in one text."),
        ("cleaner diff corpus --color always | less -R", "Page through those of a folder."),
        ("cleaner diff corpus --unified | git apply", "Clean by patch."),
    ),
    options=(
        "unified",
        "max_removed",
        *options.REPAIR,
        "jobs",
        *options.FIELDS,
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        "color",
        "quiet",
        "verbose",
        *options.PROGRESS,
    ),
    run=run,
)
