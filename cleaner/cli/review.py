"""``cleaner review``: what a run removed, to look through and decide about, as a page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import safe, screen
from cleaner.problem import CleanerError, Problem

if TYPE_CHECKING:
    from cleaner.review.overrides import RulesHome
    from cleaner.rules.load import Library


def run(settings: Settings) -> int:
    """Write the page of a run, or serve it until interrupted."""
    from cleaner.project import project_folder
    from cleaner.runs import find_run

    say = screen(settings)
    if len(settings.words) > 1:
        raise CleanerError(Problem("review takes one run", hint="`cleaner review` alone takes the latest"))
    project = project_folder(settings.config.file)
    folder = find_run(project, settings.words[0] if settings.words else "latest", say.warning)
    if settings.html is not None:
        _write(settings.html, folder, project, _library(settings))
        say.note(f"{safe(str(settings.html))}: {safe(folder.name)}")
        return 0
    from cleaner.review.server import serve
    from cleaner.review.session import Session

    session = Session(folder, _home(settings, project))

    def opened(address: str) -> None:
        say.line(address)
        sys.stdout.flush()
        say.note(f"{safe(folder.name)}: open this address to review it; Ctrl+C ends it")
        if not settings.no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(session, settings.port or 0, opened)
    return 0


def _library(settings: Settings) -> Library | None:
    """The rules, to show what they say; a run can be looked at without them."""
    from cleaner.cli.work import library

    try:
        return library(settings)
    except CleanerError:
        return None


def _write(file: Path, folder: Path, project: Path, library: Library | None) -> None:
    from cleaner.review.data import load_review
    from cleaner.review.shown import Show, nothing_decided
    from cleaner.review.written import written
    from cleaner.writers.files import replace_file

    try:
        import jinja2  # noqa: F401
    except ImportError as error:
        hint = "pip install 'article-cleaner[review]'"
        raise CleanerError(Problem("the review page needs packages that are not installed", hint=hint)) from error
    show = Show(load_review(folder), project, library, nothing_decided())
    replace_file(file, written(show).encode("utf-8"), like=file if file.is_file() else None)


def _home(settings: Settings, project: Path) -> RulesHome:
    """Where the project's rules lie. Raises `CleanerError` where rules do not load: decisions are about them."""
    from cleaner.cli.work import library
    from cleaner.review.overrides import RulesHome

    config = settings.config.file or project / "cleaner.toml"
    return RulesHome(project, settings.rules, config, library(settings))


COMMAND = Command(
    name="review",
    words="[RUN]",
    about="""
    Look through what a recorded run removed, the riskiest cuts first, and decide about them: on a page that is served
    on this machine alone until Ctrl+C. Prints its address. Decisions go to .cleaner/keep.yml and into the project's
    rule files when they are saved. RUN is the name of a folder in .cleaner/runs, or its beginning; the latest unless
    said.

    With --html the page is written into a file that opens from disk and needs no network, with the counts of all cuts
    and a sample of each rule's; in it nothing can be decided.
    """,
    examples=(
        ("cleaner review", "Review the latest run in the browser."),
        ("cleaner review --html report.html", "Write the page of the latest run, to be sent around."),
        ("cleaner review 20261123T08 --port 8000 --no-browser", "One run, on a port of your own."),
    ),
    options=("html", "port", "no_browser", *options.RULE_FILES, "color", "quiet"),
    run=run,
)
