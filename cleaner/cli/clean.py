"""``cleaner clean``: clean text out, to standard output, to a tree of files, or in place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.cli import options
from cleaner.cli.options import Command, Settings
from cleaner.cli.screen import Screen, safe, screen
from cleaner.cli.spotless import Known
from cleaner.cli.summary import say_summary
from cleaner.cli.tally import Tally
from cleaner.cli.work import find_inputs, make_job, outcomes, say_found
from cleaner.problem import CleanerError, Problem
from cleaner.readers.forms import Form, form_of
from cleaner.readers.tree import STDIN, File, Found, is_page, with_text_names
from cleaner.sums import Sums
from cleaner.writers.edits import EditsFile, refuse_existing
from cleaner.writers.files import Tree, check_outputs, in_place, replace_file, target_of

if TYPE_CHECKING:
    from cleaner.cli.recording import Recording
    from cleaner.cli.report import Report
    from cleaner.cli.resume import Keeper
    from cleaner.runner import Job, Outcome
    from cleaner.stream.corpus import Corpus
    from cleaner.stream.inputs import Input
    from cleaner.text.edit import Edit

DIFF = ".diff"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be cleaned: first the texts, then the files of records."""

    texts: tuple[File, ...]
    records: tuple[Input, ...] = ()

    @property
    def files(self) -> tuple[File, ...]:
        """All files, under the names of their outputs."""
        return (*self.texts, *(given.file for given in self.records))


def run(settings: Settings) -> int:
    """Clean what is asked for. Nothing is written before rules, configuration and paths are known to be sound."""
    if settings.hook:
        settings = _as_hook(settings)
    say = screen(settings)
    known = Known(settings) if settings.hook else None
    if known and known.holds_all(settings):
        return _all_known(settings, known, say)
    found = find_inputs(settings)
    if known:
        found = found._replace(files=tuple(known.left(in_place(found.files))))
        if known.files and not found.files:  # not even the rules are loaded
            return max(say_found(found), _all_known(settings, known, say))
    job = make_job(settings, renders=True, baseline=settings.hook)
    plan, found = _plan(settings, found, job)
    _check(settings, plan)
    tree = Tree(settings.out) if settings.out else None
    run = _Run(settings, say, plan, job, tree, known)
    code = say_found(found)
    run.all()
    if run.report:
        run.report.close(run.tally.record(), found.problems)
    _sum_up(settings, run.tally, say)
    return max(code, run.tally.exit_code, int(settings.hook and run.tally.changed > 0))


def _all_known(settings: Settings, known: Known, say: Screen) -> int:
    """What is left to do where every text is known to be clean."""
    tally = Tally()
    known.close(tally)
    _sum_up(settings, tally, say)
    return 0


HOOK_MAX_REMOVED = 0.4
"""The fuse of a hook unless said otherwise: what goes there goes unseen."""


def _as_hook(settings: Settings) -> Settings:
    """The settings with what --hook implies. Raises `CleanerError` for what cannot go with it."""
    if settings.out or settings.output != "text":
        raise CleanerError(Problem("--hook works in place; --out and --output cannot go with it"))
    most = HOOK_MAX_REMOVED if settings.max_removed is None else settings.max_removed
    return replace(settings, in_place=True, force=True, no_record=True, no_progress=True, max_removed=most)


class _Run:
    """One run of the command, once all is known to be sound."""

    def __init__(
        self, settings: Settings, say: Screen, plan: Plan, job: Job, tree: Tree | None, known: Known | None
    ) -> None:
        self.settings, self.say, self.plan, self.job, self.tree, self.known = settings, say, plan, job, tree, known
        self.tally = Tally()
        self.corpus: Corpus | None = None
        self.keeper = self._keeper()
        size = self.keeper.state.edits if self.keeper and self.keeper.is_resumed else None
        self.edits: EditsFile | None = None
        if settings.edits and size is None and not settings.force:
            refuse_existing(settings.edits)
        if self.keeper and not self.keeper.is_resumed and (settings.edits or plan.records):
            self.keeper.begin()
        if settings.edits:
            self.edits = EditsFile(settings.edits, is_urgent=settings.in_place, size=size, is_forced=settings.force)
        self.recording: Recording | None = None
        if _writes(settings) and not settings.no_record:
            from cleaner.cli.recording import Recording

            self.recording = Recording(settings, job, self.keeper.state.run if self.keeper else {})
        self.report: Report | None = None
        if settings.output != "text":
            from cleaner.cli.report import Report

            self.report = Report(settings.output, say)

    def _keeper(self) -> Keeper | None:
        if not _writes(self.settings) or self.settings.hook:  # of a hook several run at once, and none is resumed
            return None
        from cleaner.cli.resume import Keeper

        return Keeper(self.settings, self.plan, self.job, self.say)

    def all(self) -> None:
        """Clean the texts, then the records; close what was opened, whatever happens."""
        is_done = False
        try:
            self.texts()
            if self.plan.records:
                self.records()
            is_done = True
        finally:
            is_bare = not is_done and self.is_bare
            if self.known:
                self.known.close(self.tally)
            if self.keeper and not is_done and not is_bare:
                self.keeper.save_texts()
            problem = self.recording.finish(is_interrupted=not is_done) if self.recording else None
            if problem:
                self.say.warning(str(problem))
            if self.edits:
                self.edits.close()
                if is_bare:
                    self.edits.path.unlink(missing_ok=True)
            if self.keeper:
                self.keeper.close(is_done=is_done or is_bare)

    @property
    def is_bare(self) -> bool:
        """True where nothing is done that would be worth taking up, or is needed to undo it."""
        is_begun = self.tally.files or (self.edits and self.edits.size)
        return not is_begun and (self.corpus is None or self.corpus.is_bare)

    def texts(self) -> None:
        """Clean the texts that are not done."""
        from cleaner.cli.report import outcome_record

        files: Sequence[File] = self.plan.texts
        if self.keeper and self.keeper.is_resumed:
            files = self.keeper.texts_left(files, self.tally)
        found = outcomes(self.settings, files, self.job, self.say, passes_over=self.settings.hook, known=self.known)
        for outcome in found:
            record = outcome_record(outcome) if self.report or self.edits else {}
            if self.edits and outcome.result is not None:
                self.edits.add_outcome(record, outcome)
            if self.recording:
                self.recording.line(outcome, self.output(outcome.file))
            try:
                _put(outcome, self.settings, self.tree, self.say)
            except CleanerError as error:
                self.say.problem(error.problems[0])
                outcome = replace(outcome, problem=error.problems[0])
            self.add(outcome, record)
            if self.recording:
                kind = "html" if is_page(outcome.file, self.settings.format) else "text"
                self.recording.text(outcome, self.output(outcome.file), kind)
            if self.keeper:
                self.keeper.text_done(self.edits, self.recording, self.tally)
            if self.settings.strict and outcome.problem:
                raise CleanerError(Problem("stopped at the first that could not be cleaned (--strict)"))

    def output(self, file: File) -> str | None:
        """Where the output of a file is, as reports say it."""
        if self.settings.out:
            return (self.settings.out / file.name).as_posix()
        return file.shown if self.settings.in_place else None

    def add(self, outcome: Outcome, record: dict[str, Any]) -> None:
        """Count an outcome, and report it where that is wanted."""
        self.tally.add(outcome)
        if self.settings.hook and outcome.changed and outcome.result is not None:
            say_rules(outcome.file.shown, outcome.result.edits, self.say)
        if self.report:
            from cleaner.writers.records import problem_record

            is_data = outcome.result is not None and not _writes(self.settings)
            text = {"text": outcome.clean_text} if is_data else {}
            self.report.add({**record, "problem": problem_record(outcome.problem), **text})

    def records(self) -> None:
        """Clean the files of records."""
        from cleaner.cli.corpora import Failures, follow, follow_known, jobs_of, outcomes_of, progress_of, work_of
        from cleaner.cli.report import outcome_record
        from cleaner.stream.corpus import Corpus
        from cleaner.stream.model import Done
        from cleaner.writers.records import problem_record

        settings = self.settings
        if self.keeper:
            self.keeper.texts_over(self.tally)
        is_stream = not _writes(settings) and settings.output == "text"
        work = replace(
            work_of(settings, self.job),
            has_output=_writes(settings) or is_stream,
            has_edits=self.edits is not None,
            has_run=self.recording is not None,
            keeps_results=self.report is not None,
        )
        inputs = [
            replace(given, origin=replace(given.origin, output=self.output(given.file))) for given in self.plan.records
        ]
        journal = self.keeper.open() if self.keeper else None
        corpus = self.corpus = Corpus(
            inputs,
            work,
            jobs_of(settings, inputs),
            place=self.place if _writes(settings) else None,
            stream=self.say.data if is_stream else None,
            edits=self.edits,
            record=self.recording,
            journal=journal,
            state=self.keeper.state if self.keeper else None,
            is_strict=settings.strict,
        )
        failures = Failures(self.say)
        by_file: dict[str, Sums] = {}
        progress = progress_of(settings, self.say, inputs)
        progress.skip(corpus.state.files, corpus.state.position if corpus.state.position > 0 else 0)
        with closing(progress):
            for done in corpus.run():
                progress.clear()
                if self.known:
                    follow_known(self.known, inputs, done)
                if isinstance(done, Done):
                    failures.add(done)
                    if settings.hook:
                        by_file[done.origin.shown] = by_file.get(done.origin.shown, Sums())
                        by_file[done.origin.shown] += done.counts.sums
                    for outcome in outcomes_of(done) if self.report else ():
                        assert self.report
                        text = {} if _writes(settings) else {"text": outcome.clean_text}
                        self.report.add({**outcome_record(outcome), **text})
                elif done.problem:
                    self.say.problem(done.problem)
                    if self.report:
                        file = inputs[done.index].file
                        self.report.add({"id": file.name, "path": file.shown, "problem": problem_record(done.problem)})
                follow(progress, inputs, done)
        failures.close()
        for shown, sums in by_file.items():
            for rule, one in sorted(sums.rules.items()):
                self.say.line(_rule_line(shown, rule, one.cuts, one.characters))
        self.tally.add_counts(corpus.counts)
        self.tally.failed += corpus.state.failed

    def place(self, given: Input) -> tuple[Path, Path | None]:
        """Where the output of a file of records goes, and the file that its mode is taken from."""
        if self.tree:
            return self.tree.place(given.file.name), given.file.path
        target = target_of(given.file)
        return target, target


def say_rules(shown: str, edits: Iterable[Edit], say: Screen) -> None:
    """One short line for each rule that changed a file, never what went."""
    sums: dict[str, list[int]] = {}
    for edit in edits:
        sums.setdefault(edit.rules[0], []).append(len(edit.old) - len(edit.new))
    for rule, sizes in sorted(sums.items()):
        say.line(_rule_line(shown, rule, len(sizes), sum(sizes)))


def _rule_line(shown: str, rule: str, edits: int, characters: int) -> str:
    return f"{safe(shown)}: {rule} × {edits} ({characters} characters)"


def _writes(settings: Settings) -> bool:
    return settings.in_place or settings.out is not None


def _plan(settings: Settings, found: Found, job: Job) -> tuple[Plan, Found]:
    """The files that count, under the names of their outputs; what cannot be done is a problem."""
    if settings.in_place:
        if settings.out:
            raise CleanerError(Problem("--in-place and --out cannot go together"))
        found = found._replace(files=in_place(found.files))
    if settings.edits:  # one that an earlier run left in the folder is no input
        edits = os.path.realpath(settings.edits)
        kept = tuple(file for file in found.files if not file.path or os.path.realpath(file.path) != edits)
        found = found._replace(files=kept)
    forms = [form_of(file, settings.format) for file in found.files]
    texts = [file for file, form in zip(found.files, forms, strict=True) if not form.has_records]
    pairs = [(file, form) for file, form in zip(found.files, forms, strict=True) if form.has_records]
    if settings.in_place:
        found, texts, pairs = _without_pages(settings, found, texts, pairs)
    plan = Plan(with_text_names(texts, settings.format))
    if pairs:
        from cleaner.cli.corpora import inputs_of

        plan = replace(plan, records=tuple(inputs_of(pairs, job, is_packed=_writes(settings))))
    return (_share(settings, plan) if settings.shard else plan), found


def _share(settings: Settings, plan: Plan) -> Plan:
    """The share of the plan that --shard asks for."""
    from cleaner.cli.corpora import shard_of
    from cleaner.stream.inputs import owns, shard

    if settings.in_place:
        raise CleanerError(Problem("--shard and --in-place cannot go together", hint="write the shares with -o DIR"))
    wanted = shard_of(settings)
    assert wanted
    if any(file.path is None for file in plan.files):
        raise CleanerError(Problem("standard input has no shares", hint="leave --shard out"))
    owned = owns([file.path.stat().st_size if file.path else 0 for file in plan.texts], *wanted)
    texts = tuple(file for file, is_ours in zip(plan.texts, owned, strict=True) if is_ours)
    return Plan(texts, tuple(shard(list(plan.records), *wanted)))


def _without_pages(
    settings: Settings, found: Found, texts: list[File], pairs: list[tuple[File, Form]]
) -> tuple[Found, list[File], list[tuple[File, Form]]]:
    """What can be cleaned in place, and a problem for each page: its text is another file than its HTML."""
    pages = [file for file in texts if is_page(file, settings.format)]
    archives = [file for file, form in pairs if form.kind == "warc"]
    problems = [
        Problem(f"{what} cannot be cleaned in place", file.shown, hint="write its text elsewhere with -o DIR")
        for what, files in (("HTML", pages), ("WARC", archives))
        for file in files
    ]
    return (
        found._replace(problems=(*found.problems, *problems)),
        [file for file in texts if file not in pages],
        [pair for pair in pairs if pair[0] not in archives],
    )


def _check(settings: Settings, plan: Plan) -> None:
    """Raise `CleanerError` for wrong use, before anything is written."""
    if settings.in_place and settings.extract_only:
        raise CleanerError(Problem("--in-place and --extract-only cannot go together"))
    is_several = len(plan.files) > 1 or any(Path(word).is_dir() for word in settings.words)
    if is_several and not _writes(settings) and settings.output == "text":
        raise CleanerError(
            Problem(
                "several texts cannot be told apart on standard output",
                hint="name a folder for them with -o DIR, or change the files with --in-place",
            )
        )
    if settings.resume and (not _writes(settings) or STDIN in settings.words):
        raise CleanerError(
            Problem(
                "only a run from files to files can be resumed", hint="name a folder with -o DIR, or use --in-place"
            )
        )
    parquet = next((given for given in plan.records if given.origin.kind == "parquet"), None)
    if parquet and (parquet.file.path is None or (not _writes(settings) and settings.output == "text")):
        hint = "name files, and a folder with -o DIR"
        raise CleanerError(Problem("Parquet goes from file to file", parquet.file.shown, hint=hint))
    if settings.edits_field and plan.texts:
        hint = "texts have no fields; use --edits FILE.jsonl"
        raise CleanerError(Problem("--edits-field is for records", plan.texts[0].shown, hint=hint))
    if settings.out:
        check_outputs(plan.texts, settings.out, ("", DIFF))
        check_outputs(plan.files, settings.out)


def _put(outcome: Outcome, settings: Settings, tree: Tree | None, say: Screen) -> None:
    """Put the clean text where it is wanted. Raises `CleanerError` where it cannot be written."""
    file, clean = outcome.file, outcome.clean if outcome.clean is not None else outcome.raw
    if clean is None:
        return
    if outcome.packing and _writes(settings):
        from cleaner.writers.packed import member

        clean = member(clean, outcome.packing)
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
    say_summary(tally, say, "cleaned", "edit")


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

    In a folder, files named *.txt, *.text, *.md, *.markdown, *.html, *.htm and *.xhtml count, and those of records,
    *.jsonl, *.ndjson, *.parquet, *.warc and *.wet, also with .gz or .zst (see --include); but no hidden ones, none
    that a .gitignore names, no .diff and .orig files, nothing that lies in DIR, and no links that lead out of the
    folder. Files named one by one always count.

    Of HTML (named *.html, *.htm or *.xhtml, or with --format html) the article's text is taken out, as UTF-8, and
    cleaned with what the page says of its title, author, date and address. With -o DIR, b.html gives DIR/b.txt
    (b.html.txt where another file would be b.txt too), and b.txt.diff leads from the text that was taken out to
    the clean one; `cleaner undo` gives that text back, not the HTML. --extract-only writes it. --in-place
    refuses HTML. A page without text gives an empty text and a warning.

    Records keep their form: of each the --text-field is cleaned, all else stays as it is, in JSONL to the byte. WARC
    becomes JSONL, x.warc.gz as DIR/x.jsonl.gz. Standard input that begins like JSONL or WARC, packed or not, is
    read as that and goes out as JSONL, unless --format or --stdin-filename says what it is. An output of records
    that exists is not overwritten without --force. A run that was killed or interrupted goes on with --resume, and
    writes what an unbroken one would have.

    --hook is for hooks of git: in place, without a record, known findings (see `cleaner baseline`) left alone, a fuse
    of 40% unless --max-removed says otherwise, and exit code 1 where a file was changed. What is no text is passed over
    with a warning. Files that were found clean are remembered in .cleaner/cache (see `cleaner check --help`).

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
        ("cleaner clean crawl -o clean --edits edits.jsonl --resume", "Go on with a run over files of records."),
    ),
    options=(
        "out",
        "in_place",
        "hook",
        "edits",
        "edits_field",
        "no_record",
        "keep_runs",
        "max_removed",
        *options.REPAIR,
        "extract_only",
        "jobs",
        "shard",
        "resume",
        "strict",
        "force",
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
