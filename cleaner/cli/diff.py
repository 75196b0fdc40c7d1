"""``cleaner diff``: what would go, in context."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, safe, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
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
        if settings.unified:
            say.data(unified(outcome.result, _patch_name(outcome.file.shown)))
        else:
            _show(outcome, say)
    if tally.files and not settings.unified:
        say.note(tally.line("compared", "change"))
    return max(code, tally.exit_code, int(tally.changed > 0))


def _patch_name(shown: str) -> str:
    """The name in a patch's head: the path, from here, so that ``git apply`` and ``patch -p1`` find it."""
    return os.path.normpath(shown).replace(os.sep, "/").lstrip("/")


def _show(outcome: Outcome, say: Screen) -> None:
    assert outcome.result is not None
    text, edits = outcome.result.document.text, outcome.result.edits
    for edit, (line, column) in zip(edits, places(text, [edit.start for edit in edits]), strict=True):
        place = say.paint("bold", f"{safe(outcome.file.shown)}:{line}:{column}")
        rules = say.paint("cyan", " + ".join(map(safe, edit.rules)))
        say.line(f"{place} {rules} ({edit.confidence}) {safe(edit.why)}".rstrip())
        for shown in in_context(text, edit, say).split("\n"):
            say.line(f"    {shown}".rstrip())
        say.line()


def in_context(text: str, edit: Edit, say: Screen) -> str:
    """The change with what stands around it: the rest of its lines, shortened, and the nearest lines kept.

    What goes is struck and red, what comes is green; without colours they stand in ``[-…-]`` and ``{+…+}``.
    """
    old, new = _shortened(edit.old), safe(edit.new)
    lead = old[: len(old) - len(old.lstrip("\r\n"))]
    tail = old[len(old.rstrip("\r\n")) :] if old.strip("\r\n") else ""
    core = safe(old[len(lead) : len(old) - len(tail)].replace("\r\n", "\n"))
    gone = "\n".join(_marked(part, "cut", "[-", "-]", say) for part in core.split("\n")) if core else ""
    if not gone and not new:
        gone = _marked("(line ends)", "cut", "[-", "-]", say)
    come = _marked(new, "green", "{+", "+}", say)
    before, after = text[: edit.start][-AROUND * 4 :], text[edit.end : edit.end + AROUND * 4]
    before = before + ("\n" if LINE_END.search(lead) else "")
    after = ("\n" if LINE_END.search(tail) else "") + after
    return f"{_before(before, say)}{gone}{come}{_after(after, say)}"


def _marked(text: str, style: str, left: str, right: str, say: Screen) -> str:
    if not text.strip("\n"):
        return text
    return say.paint(style, text) if say.color else f"{left}{text}{right}"


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} (… {len(text) - 2 * half} characters …) {text[-half:]}"


def _before(text: str, say: Screen) -> str:
    """The end of ``text``: the last line that is not blank, and the beginning of the line of the change."""
    lines = re.split(LINE_END, text)
    start = lines.pop()
    kept = next((line for line in reversed(lines) if line.strip()), "")
    shown = f"…{start[-AROUND:]}" if len(start) > AROUND else start
    head = say.paint("dim", safe(f"…{kept[-AROUND:]}" if len(kept) > AROUND else kept))
    return f"{head}\n{safe(shown)}" if head else safe(shown)


def _after(text: str, say: Screen) -> str:
    lines = re.split(LINE_END, text)
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
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        "encoding",
        "color",
        "quiet",
        "verbose",
    ),
    run=run,
)
