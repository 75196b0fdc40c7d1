"""``cleaner check``: what would be done, one line for each finding; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, excerpt, safe, screen
from cleaner.cli.spotless import Known
from cleaner.cli.summary import say_summary
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.readers.tree import Found, with_text_names
from cleaner.text.edit import Edit
from cleaner.text.places import places

if TYPE_CHECKING:
    from cleaner.runner import Outcome


NOTHING: Final = Found((), ())


def run(settings: Settings) -> int:
    """Report what would be done. 1 where there is something, 2 where a file failed, else 0."""
    say = screen(settings)
    known = Known(settings)
    found = NOTHING if known.holds_all(settings) else find_inputs(settings)
    files = with_text_names(known.left(found.files), settings.format)
    looked_at: Iterable[Outcome] = ()
    if files or not known.files:  # else not even the rules are loaded
        job = make_job(settings, baseline=True)
        looked_at = outcomes(settings, files, job, say, passes_over=True, known=known)
    code = say_found(found)
    tally = Tally()
    if settings.output == "text":
        for outcome in looked_at:
            tally.add(outcome)
            _say_findings(outcome, say, is_hook=settings.hook)
        known.close(tally)
        if tally.files:
            say_summary(tally, say, "checked", "finding", is_short=True)
    elif settings.output in ("github", "sarif"):
        _report_elsewhere(settings, looked_at, tally, say)
        known.close(tally)
    else:
        from cleaner.cli.report import Report, outcome_record

        report = Report(settings.output, say)
        for outcome in looked_at:
            tally.add(outcome)
            report.add(outcome_record(outcome))
        report.close(tally.record(), found.problems)
    return max(code, tally.exit_code, int(tally.changed > 0))


def _report_elsewhere(settings: Settings, found: Iterable[Outcome], tally: Tally, say: Screen) -> None:
    """Findings for a service that shows them beside the text."""
    from cleaner.writers import github, sarif

    log = sarif.Log()
    for outcome in found:
        tally.add(outcome)
        shown = outcome.file.shown
        if outcome.skipped:
            log.note(outcome.skipped, shown)
            if settings.output == "github":
                say.line(github.remark(shown, outcome.skipped.line, outcome.skipped.message))
        elif outcome.problem:
            log.fail(outcome.problem, shown)
            if settings.output == "github":
                say.line(github.failure(shown, outcome.problem.line, outcome.problem.message))
        elif outcome.result is not None:
            result = outcome.result
            log.add(shown, result.document.text, result.edits, result.fingerprints())
            for edit, place in _placed(result.document.text, result.edits) if settings.output == "github" else ():
                say.line(github.annotation(shown, *place, edit, excerpt(edit.old)))
    if settings.output == "sarif":
        from cleaner.writers.records import to_json

        say.line(to_json(log.document()))


def _say_findings(outcome: Outcome, say: Screen, *, is_hook: bool) -> None:
    if outcome.result is None:
        return
    text = outcome.result.document.text
    done = outcome.result.edits if outcome.problem is None else ()
    names = dict(zip(done, outcome.result.fingerprints(), strict=True)) if say.verbose and done else {}
    for edit, place in _placed(text, done):
        name = say.paint("dim", f" [{names[edit][:12]}]") if names else ""
        say.line(finding(outcome.file.shown, place, edit, say) + name)
    for edit, place in () if is_hook else _placed(text, outcome.result.proposed):
        say.line(finding(outcome.file.shown, place, edit, say) + say.paint("dim", " [would stay]"))


def _placed(text: str, edits: Iterable[Edit]) -> Iterable[tuple[Edit, tuple[int, int]]]:
    ordered = sorted(edits, key=lambda edit: edit.start)
    return zip(ordered, places(text, [edit.start for edit in ordered]), strict=True)


def finding(name: str, place: tuple[int, int], edit: Edit, say: Screen) -> str:
    """``path:line:column: rule confidence "what goes" (n chars) why``; for a replacement also what comes."""
    where = say.paint("bold", f"{safe(name)}:{place[0]}:{place[1]}:")
    what = say.paint("red", f'"{excerpt(edit.old)}"')
    if edit.new:
        what += f' -> "{excerpt(edit.new)}"'
    rules = say.paint("cyan", " + ".join(map(safe, edit.rules)))
    return f"{where} {rules} {edit.confidence} {what} ({len(edit.old)} chars) {safe(edit.why)}".rstrip()


COMMAND = Command(
    name="check",
    words="PATH...",
    about="""
    Report what `cleaner clean` would do, one line for each finding, and write nothing:
    path:line:column: rule confidence "what goes" (length) reason.

    Cuts that only rules below --level would make are shown as well, marked [would stay]; they do not count. With
    --output json everything that is known is printed: spans, rules, what was captured, the source and what
    it was known by. PATH is a file, a folder (see `cleaner clean --help` for what counts in it, and for HTML), or -
    for standard input. Lines and columns of a page are those of the text that was taken out of it. A record of a
    file of many (JSONL, Parquet, WARC) is path:number, the line and column in its text follow.

    Findings that `cleaner baseline` took as known are left out. With -v each has its fingerprint, which `cleaner keep`
    takes. --output github prints annotations for a job of GitHub's, --output sarif a log of SARIF 2.1.0.

    What is no text, such as an image that is named .txt, is passed over with a warning. In a project (a checkout of
    git, or a folder with a configuration) texts and JSONL files that were found clean are remembered in .cleaner/cache,
    and not looked at again while they, the rules, the options and the exceptions are the same; --no-cache, -v and
    --output json look at all.

    --hook is for hooks of git: only what counts is shown, nothing that would stay.

    Exit code: 0 nothing found, 1 something found, 2 a file that could not be read, or wrong use.
    """,
    examples=(
        ("cleaner check article.txt", "Report on one text."),
        ("cleaner check corpus --level certain -q", "Findings of rules that are certain; no summary."),
        ("cleaner check corpus --output jsonl > findings.jsonl", "A line of JSON for each text."),
        ("cleaner check corpus --output sarif > findings.sarif", "A log that code scanning reads."),
    ),
    options=(
        "hook",
        "max_removed",
        *options.REPAIR,
        "jobs",
        *options.FIELDS,
        *options.CHOICE,
        *options.RULE_FILES,
        *options.FILES,
        *options.INPUT,
        *options.SPEECH,
        *options.PROGRESS,
    ),
    run=run,
)
