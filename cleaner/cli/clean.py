"""``cleaner clean``: clean text out, to standard output, to a tree of files, or in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.report import Report, outcome_record
from cleaner.cli.screen import Screen, screen
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.problem import CleanerError, Problem
from cleaner.readers.tree import Found, is_page, with_text_names
from cleaner.writers.edits import EditsFile
from cleaner.writers.files import Tree, check_outputs, in_place, replace_file, target_of
from cleaner.writers.records import problem_record

if TYPE_CHECKING:
    from cleaner.runner import Outcome

DIFF = ".diff"


def run(settings: Settings) -> int:
    """Clean what is asked for. Nothing is written before rules, configuration and paths are known to be sound."""
    say = screen(settings)
    job = make_job(settings, renders=True)
    found = find_inputs(settings)
    found = replace(found, files=with_text_names(found.files, settings.format))
    if settings.in_place:
        found = _without_pages(settings, found)
    _check(settings, found)
    files = in_place(found.files) if settings.in_place else found.files
    tree = Tree(settings.out) if settings.out else None
    edits = EditsFile(settings.edits, is_urgent=settings.in_place) if settings.edits else None
    report = Report(settings.output, say) if settings.output != "text" else None
    code = say_found(found)
    tally = Tally()
    try:
        for outcome in outcomes(settings, files, job, say):
            record = outcome_record(outcome) if report or edits else {}
            if edits and outcome.result is not None:
                edits.add(record, outcome)
            try:
                _put(outcome, settings, tree, say)
            except CleanerError as error:
                say.problem(error.problems[0])
                outcome = replace(outcome, problem=error.problems[0])
            tally.add(outcome)
            if report:
                is_data = outcome.result is not None and not _writes(settings)
                text = {"text": outcome.clean_text} if is_data else {}
                report.add({**record, "problem": problem_record(outcome.problem), **text})
    finally:
        if edits:
            edits.close()
    if report:
        report.close(tally.record(), found.problems)
    _sum_up(settings, tally, say)
    return max(code, tally.exit_code)


def _writes(settings: Settings) -> bool:
    return settings.in_place or settings.out is not None


def _without_pages(settings: Settings, found: Found) -> Found:
    """The texts, and a problem for each page: its text is another file than its HTML, and cannot take its place."""
    pages = [file for file in found.files if is_page(file, settings.format)]
    problems = [
        Problem("HTML cannot be cleaned in place", file.shown, hint="write its text elsewhere with -o DIR")
        for file in pages
    ]
    texts = tuple(file for file in found.files if file not in pages)
    return replace(found, files=texts, problems=(*found.problems, *problems))


def _check(settings: Settings, found: Found) -> None:
    """Raise `CleanerError` for wrong use, before anything is written."""
    if settings.in_place and settings.out:
        raise CleanerError(Problem("--in-place and --out cannot go together"))
    if settings.in_place and settings.extract_only:
        raise CleanerError(Problem("--in-place and --extract-only cannot go together"))
    is_several = len(found.files) > 1 or any(Path(word).is_dir() for word in settings.words)
    if is_several and not _writes(settings) and settings.output == "text":
        raise CleanerError(
            Problem(
                "several texts cannot be told apart on standard output",
                hint="name a folder for them with -o DIR, or change the files with --in-place",
            )
        )
    if settings.out:
        check_outputs(found.files, settings.out, ("", DIFF))


def _put(outcome: Outcome, settings: Settings, tree: Tree | None, say: Screen) -> None:
    """Put the clean text where it is wanted. Raises `CleanerError` where it cannot be written."""
    file, clean = outcome.file, outcome.clean if outcome.clean is not None else outcome.raw
    if clean is None:
        return
    if tree:
        tree.write(file.name, clean, file.path)
        if outcome.diff:
            tree.write(file.name + DIFF, outcome.diff, file.path)
        else:
            tree.remove(file.name + DIFF)  # one that an earlier run left would undo what was not done
    elif settings.in_place:
        if outcome.changed and file.path:
            target = target_of(file)
            replace_file(target, clean, like=target)
    elif settings.output == "text":
        say.data(clean)


def _sum_up(settings: Settings, tally: Tally, say: Screen) -> None:
    if not tally.files or (not _writes(settings) and not say.verbose):
        return  # one text to standard output: the text is the answer
    say.note(tally.line("cleaned", "edit"))
    for line in tally.by_rule():
        say.note(line, verbose=1)


COMMAND = Command(
    name="clean",
    words="PATH...",
    about="""
    Take out of texts what the publisher's template left in them, and repair what is broken in their encoding.
    PATH is a file, a folder, or - for standard input.

    One text goes to standard output. With -o DIR, each text is written below DIR under the name it has below the
    folder PATH (for a file: as PATH says it), with NAME.diff beside each that was changed; texts without a change
    are written too. With --in-place the files themselves are replaced, whole or not at all; keep their edits
    with --edits, so that `cleaner undo` can give them back.

    In a folder, files named *.txt, *.text, *.md, *.markdown, *.html, *.htm and *.xhtml count (see --include), but
    no hidden ones, none that a .gitignore names, no .diff and .orig files, nothing that lies in DIR, and no links
    that lead out of the folder. Files named one by one always count.

    Of HTML (named *.html, *.htm or *.xhtml, or with --format html) the article's text is taken out, as UTF-8, and
    cleaned with what the page says of its title, author, date and address. With -o DIR, b.html gives DIR/b.txt
    (b.html.txt where another file would be b.txt too), and b.txt.diff leads from the text that was taken out to
    the clean one; `cleaner undo` gives that text back, not the HTML. --extract-only writes it. --in-place
    refuses HTML. A page without text gives an empty text and a warning.

    A file keeps its encoding, mode, line ends and byte order mark. One that cannot be cleaned is reported, is
    passed through untouched, and makes the exit code 2; the others are done.
    """,
    examples=(
        ("cleaner clean article.txt", "Print the clean text."),
        (
            "cleaner clean scraped -o clean",
            "Write clean/NAME.txt and clean/NAME.txt.diff for each scraped/NAME.txt.",
        ),
        ("cleaner clean corpus --in-place --edits edits.jsonl", "Change the files; edits.jsonl can undo it."),
        ("cleaner clean page.html", "Print the clean text of a page."),
        (
            "curl -s https://example.org/a.txt | cleaner clean - --source wordpress",
            "Clean what comes in by a pipe.",
        ),
    ),
    options=(
        "out",
        "in_place",
        "edits",
        "max_removed",
        *options.REPAIR,
        "extract_only",
        "jobs",
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        *options.SPEECH,
    ),
    run=run,
)
