"""Measure what `cleaner` takes from annotated pages, beside what others take, and show which rule to mend.

    python benchmarks/quality.py FOLDER [--half dev|held|all] [--scraper X] [--level likely] [--quick]
    python benchmarks/quality.py FOLDER --html [--half dev|held|all]
    python benchmarks/quality.py FOLDER --show RULE [--bad]

FOLDER is laid out as `benchmarks/pages.py` says. First, for each kind of text, every level and every peer:
word-F1, noise gone and content lost (pooled, then as mean over pages), pages hurt (over 2 % of content
lost), named snippets kept and gone; once over all pages, once over those with sound gold. Then the
workbench: every rule and every category, with what it cut. Then law 6: the texts that a second clean
would change.

A text is cleaned as a record with ``text`` and ``url`` (the page's domain); the page's title is handed
over as metadata only with ``--with-title``, since most corpora carry none. With ``--html`` the pages themselves are
measured: their text and metadata as `cleaner.extract` gives them, and beside it trafilatura's own default.
Their noise and content are the lines of that text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, get_args

from cleaner.engine import Cleaner, Options
from cleaner.problem import CleanerError
from cleaner.rules.load import load_library
from cleaner.text.document import Document
from cleaner.text.edit import CONFIDENCES, Confidence
from pages import AnnotatedPage, Half, Sample, incomplete, read_html_pages, read_pages
from peers import Peer, folded, peers
from scoring import Figures, Gold, LabelledLine, PageFigures, label, page_figures, summary
from workbench import LineCut, Tallies, cuts_of, merged, shown, tally

PERFECT: Final = "perfect line labels"
HTML: Final = "html"


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker knows: the pages, who is measured, and how."""

    pages: Sequence[AnnotatedPage]
    cleaners: dict[Confidence, Cleaner]
    repairer: Cleaner
    peers: dict[str, dict[str, Peer]]
    level: Confidence
    categories: dict[str, str]
    with_title: bool = False
    show: str = ""
    only_bad: bool = False
    is_quick: bool = False


@dataclass(slots=True)
class Outcome:
    """What one page, or many, came to. ``figures`` are by scraper and contender."""

    figures: dict[tuple[str, str], list[PageFigures]] = field(default_factory=dict)
    rules: Tallies = field(default_factory=dict)
    categories: Tallies = field(default_factory=dict)
    unstable: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Count ``other`` in."""
        for key, many in other.figures.items():
            self.figures.setdefault(key, []).extend(many)
        self.rules = merged(self.rules, other.rules)
        self.categories = merged(self.categories, other.categories)
        self.unstable += other.unstable
        self.problems += other.problems
        self.left.update(other.left)
        self.shown += other.shown


_JOB: Job


def _begin(job: Job) -> None:
    global _JOB
    _JOB = job


def _measured(number: int) -> Outcome:
    return measure(_JOB, _JOB.pages[number])


@dataclass(frozen=True, slots=True)
class Bench:
    """One text on the bench: scores what contenders make of it, each outcome once (levels often agree)."""

    page: AnnotatedPage
    sample: Sample
    gold: Gold
    lines: Sequence[LabelledLine]
    seen: dict[str, PageFigures] = field(default_factory=dict)

    def score(self, after: str) -> PageFigures:
        """The figures of ``after``, a cleaned form of the text."""
        if after not in self.seen:
            page = self.page
            self.seen[after] = page_figures(
                page.id, self.sample.text, after, self.gold, self.lines, page.must_stay, page.must_go
            )
        return self.seen[after]

    def perfect(self) -> str:
        """The text without the lines that are noise: what no cutting of whole lines can beat."""
        text = self.sample.text
        return "\n".join(text[line.start : line.end] for line in self.lines if line.label != "noise")


def measure(job: Job, page: AnnotatedPage) -> Outcome:
    """Clean every text of one page with everyone who is measured, and score it."""
    outcome = Outcome()
    gold = Gold(page.gold)
    html = gzip.decompress(page.html.read_bytes()) if page.html else b""
    for sample in [_extracted(page, html)] if html else page.samples:
        bench = Bench(page, sample, gold, label(sample.text, gold, page.title))
        made = _cleaned(job, bench, outcome)
        if not job.is_quick:
            rows = sample.text.split("\n")
            made |= {name: "\n".join(peer(rows)) for name, peer in job.peers.get(sample.scraper, {}).items()}
            made |= {"untouched": sample.text, PERFECT: bench.perfect()}
            if html:
                made["trafilatura's default"] = _default(html)
        for name, after in made.items():
            outcome.figures[sample.scraper, name] = [bench.score(after)]
    return outcome


def _extracted(page: AnnotatedPage, html: bytes) -> Sample:
    """The text that `cleaner` works on when it is given the page."""
    from cleaner.extract import extract

    found = extract(html, url=page.url or None)
    return Sample(HTML, found.text, found.meta)


def _default(html: bytes) -> str:
    """The page's text as trafilatura extracts it when nothing is asked of it."""
    import trafilatura

    return trafilatura.extract(html) or ""


def _cleaned(job: Job, bench: Bench, outcome: Outcome) -> dict[str, str]:
    """What each level makes of the text; what its rules did goes to ``outcome``."""
    page, sample = bench.page, bench.sample
    document = Document(
        f"{page.id}/{sample.scraper}",
        sample.text,
        url=page.url or None,
        meta={"title": page.title} if job.with_title and page.title else sample.meta,
    )
    results = {level: cleaner.clean(document) for level, cleaner in job.cleaners.items()}
    cleaner, result = job.cleaners[job.level], results[job.level]
    if result.problem:
        outcome.problems.append(str(result.problem))
    cuts = cuts_of(cleaner, job.repairer, result, bench.lines, bench.gold)
    outcome.rules = merged(outcome.rules, tally(cuts))
    outcome.categories = merged(outcome.categories, tally(cuts, job.categories))
    outcome.left.update(noise_left(bench, cuts))
    if job.show:
        found = list(shown(cuts, sample.text, bench.lines, job.show, only_bad=job.only_bad))
        outcome.shown += [f"{document.id}  {page.domain}", *found] if found else []
    if not job.is_quick:
        again = cleaner.clean(replace(document, text=result.text))
        if again.changed:
            rules = tuple(sorted({rule for edit in again.edits for rule in edit.rules}))
            outcome.unstable.append((page.id, sample.scraper, rules))
    return {level: made.text for level, made in results.items()}


def noise_left(bench: Bench, cuts: Sequence[LineCut]) -> set[str]:
    """The noise lines, folded, that nothing was cut of."""
    touched = {cut.line for cut in cuts}
    return {
        folded(bench.sample.text[line.start : line.end])
        for number, line in enumerate(bench.lines)
        if line.label == "noise" and number not in touched
    }


def run(job: Job, jobs: int) -> Iterator[Outcome]:
    """Measure all pages on ``jobs`` processes, in their order."""
    numbers = range(len(job.pages))
    if jobs == 1:
        _begin(job)
        yield from map(_measured, numbers)
        return
    with multiprocessing.Pool(jobs, initializer=_begin, initargs=(job,)) as pool:
        yield from pool.imap(_measured, numbers, chunksize=4)


# --- what is printed --------------------------------------------------------------------------------


def percent(share: float, places: int = 1) -> str:
    """A share as a percentage."""
    return f"{share * 100:.{places}f} %"


_HEAD = ("F1", "noise gone", "lost", "mean gone", "mean lost", "hurt", "kept", "gone")


def _cells(of: Figures) -> tuple[str, ...]:
    return (
        f"{of.f1:.4f}",
        percent(of.noise_gone),
        percent(of.content_gone, 2),
        percent(of.noise_gone_mean),
        percent(of.content_gone_mean, 2),
        percent(of.hurt),
        percent(of.wanted_kept),
        percent(of.unwanted_gone),
    )


def _row(name: str, cells: Sequence[str], sound: Sequence[str] = ()) -> str:
    line = f"  {name:<26}" + "".join(f"{cell:>11}" for cell in cells)
    return line + "   |" + "".join(f"{cell:>11}" for cell in sound) if sound else line


def figure_tables(outcome: Outcome, unsound: frozenset[str]) -> Iterator[str]:
    """Yield the lines of one table per kind of text."""
    for scraper in sorted({scraper for scraper, _ in outcome.figures}):
        names = [name for kind, name in outcome.figures if kind == scraper]
        pages = outcome.figures[scraper, names[0]]
        sound = sum(page.id not in unsound for page in pages)
        yield f"\n{scraper}: {len(pages)} pages; right of the bar the {sound} with sound gold"
        yield _row("", _HEAD, _HEAD[:6])
        for name in _ordered(names):
            many = outcome.figures[scraper, name]
            good = summary([page for page in many if page.id not in unsound])
            yield _row(name, _cells(summary(many)), _cells(good)[:6])


def _ordered(names: Sequence[str]) -> list[str]:
    first = ["untouched", *reversed(CONFIDENCES)]
    return sorted(names, key=lambda name: first.index(name) if name in first else len(first))


def workbench_table(title: str, tallies: Tallies, levels: dict[str, str]) -> Iterator[str]:
    """Yield the lines of the table that says what to mend next: most content cut first."""
    yield (
        f"\n{title:<44}{'level':<9}{'lines':>7}{'texts':>7}{'spoilt':>7}{'noise cut':>12}{'content cut':>12}"
        f"{'precision':>11}{'alone: noise':>14}{'content':>9}"
    )
    for name, one in sorted(tallies.items(), key=lambda item: (-item[1].content, item[0])):
        yield (
            f"  {name:<42}{levels.get(name, ''):<9}{one.lines:>7}{one.texts:>7}{one.spoilt:>7}"
            f"{one.noise:>12}{one.content:>12}{percent(one.precision):>11}"
            f"{one.noise_alone:>14}{one.content_alone:>9}"
        )


def as_json(outcome: Outcome, unsound: frozenset[str], said: dict[str, Any]) -> dict[str, Any]:
    """Everything that the tables show, for a program to read."""
    texts: dict[str, dict[str, Any]] = {}
    for (scraper, name), many in outcome.figures.items():
        texts.setdefault(scraper, {})[name] = {
            "all": asdict(summary(many)),
            "sound": asdict(summary([page for page in many if page.id not in unsound])),
        }
    return {
        **said,
        "texts": texts,
        "rules": {name: asdict(one) for name, one in sorted(outcome.rules.items())},
        "categories": {name: asdict(one) for name, one in sorted(outcome.categories.items())},
        "unstable": [{"id": page, "scraper": scraper, "rules": rules} for page, scraper, rules in outcome.unstable],
        "problems": outcome.problems,
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--html", action="store_true", help="measure the pages themselves, not the texts")
    parser.add_argument("--half", choices=get_args(Half), default="all", help="split by a hash of the domain")
    parser.add_argument("--scraper", action="append", default=[], help="only this kind of text (repeatable)")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument(
        "--level", choices=CONFIDENCES, default="likely", help="of the workbench, of --show and of law 6"
    )
    parser.add_argument("--rules", type=Path, action="append", default=[], help="a further folder of rules")
    parser.add_argument("--with-title", action="store_true", help="hand the page's title over as metadata")
    parser.add_argument("--quick", action="store_true", help="only --level: no peers, no second run")
    parser.add_argument("--left", type=int, default=0, metavar="N", help="the N noise lines on most texts that stay")
    parser.add_argument("--show", default="", metavar="RULE", help="print what a rule cut, in context, and stop")
    parser.add_argument("--bad", action="store_true", help="with --show: only where content was cut")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit code 2 where the rules do not load or the folder is none of ours."""
    options = _options(arguments)
    begun = time.monotonic()
    if options.html:
        pages = read_html_pages(options.folder, options.half, options.limit)
    else:
        pages = read_pages(options.folder, options.half, tuple(options.scraper), options.limit)
    try:
        library = load_library(options.rules)
    except CleanerError as error:
        print(error, file=sys.stderr)
        return 2
    rules = {rule.id: rule for pack in library.packs.values() for rule in pack.rules}
    only_one = options.quick or options.show
    levels = [options.level] if only_one else list(CONFIDENCES)
    texts: dict[str, list[str]] = {}
    for page in pages:
        for sample in page.samples:
            texts.setdefault(sample.scraper, []).append(sample.text)
    job = Job(
        pages,
        {level: Cleaner(library, Options(level=level)) for level in levels},
        Cleaner(library, Options(repair="only")),
        {} if only_one else {scraper: peers(many) for scraper, many in texts.items()},
        options.level,
        {rule.id: rule.category for rule in rules.values()},
        options.with_title,
        options.show,
        options.bad,
        bool(only_one),
    )
    total = Outcome()
    for outcome in run(job, options.jobs):
        for line in outcome.shown:
            print(line)
        outcome.shown.clear()
        total.add(outcome)
    if options.show:
        return 0
    unsound = incomplete(options.folder)
    said = {
        "half": options.half,
        "pages": len(pages),
        "level": options.level,
        "with_title": options.with_title,
        "rules_loaded": len(rules),
    }
    if options.json:
        json.dump(as_json(total, unsound, said), sys.stdout, indent=1, ensure_ascii=False)
        print()
        return 0
    print(*(f"{name.replace('_', ' ')}: {value}" for name, value in said.items()), sep=", ")
    print(*figure_tables(total, unsound), sep="\n")
    print(*workbench_table("categories", total.categories, {}), sep="\n")
    confidences = {rule.id: str(rule.confidence) for rule in rules.values()}
    print(*workbench_table("rules", total.rules, confidences), sep="\n")
    if not options.quick:
        count = sum(len(many) for (_, name), many in total.figures.items() if name == options.level)
        print(f"\na second clean changes {len(total.unstable)} of {count} texts")
        for page_id, scraper, names in total.unstable:
            print(f"  {page_id} {scraper}: {', '.join(names)}")
    if total.problems:
        print(f"\n{len(total.problems)} texts were left untouched:")
        print(*(f"  {problem}" for problem in total.problems), sep="\n")
    if options.left:
        print("\nnoise lines that stay, by the texts they stand on")
        print(*(f"  {count:>5}  {line[:120]}" for line, count in total.left.most_common(options.left)), sep="\n")
    print(f"\n{time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
