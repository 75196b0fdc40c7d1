"""The engine: document in, result out. The whole way of one document stands in `Cleaner._cleaned`.

original --repair--> repaired --rules--> clean
             one list of edits, in the original's offsets
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from cleaner.exceptions import Keeps, Span, marked, outside, protections
from cleaner.problem import CleanerError, Problem
from cleaner.repair import repair
from cleaner.resolve import Resolution, resolve
from cleaner.rules.load import Library
from cleaner.rules.model import CATEGORIES, GENERIC, REPAIR_RULE, Rule
from cleaner.rules.page import Match, Page
from cleaner.rules.pattern import TIME_LIMIT, MatchTimeout
from cleaner.rules.prefilter import Hints, Prefilter, prefilter_of, scanned
from cleaner.rules.source import NO_SOURCE, Chooser, SourceChoice
from cleaner.rules.verbs import FIND, PHASE_TWO
from cleaner.text.document import Document
from cleaner.text.edit import CONFIDENCES, Confidence, Edit, apply, compose, fingerprint, invert, original_span
from cleaner.text.lines import Layout

MAX_PASSES: Final = 20
"""Passes over one document. Each works on what the one before left, until nothing goes: mostly two, and more where a
headline stands many times in a row."""

MAX_KEEPING: Final = 4
"""How often a document is cleaned again because what is kept turned up among its edits."""

MAX_REMOVED: Final = 0.95
"""The fuse unless said otherwise: a text of which next to nothing would stay. On annotated pages texts that lost up to
90 % had been that full of comments and menus, so a lower one would keep noise in; a hook does well with 40 %."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run asks for.

    ``level``: the weakest confidence that is cut. ``only``/``skip``: rule ids, categories or pack names.
    ``repair``: ``on``, ``off`` or ``only``. ``max_removed``: the fuse; a document that would lose a larger share
    (0 to 1) of its characters is left as it is and reported; None for no fuse. ``source``: every document is of this
    source. ``paths``: (glob, source) pairs. ``generic``: False leaves the generic rules out. ``keeps``: what stays by a
    reviewer's word.
    """

    level: Confidence = "likely"
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    repair: Literal["on", "off", "only"] = "on"
    max_removed: float | None = MAX_REMOVED
    source: str | None = None
    paths: tuple[tuple[str, str], ...] = ()
    generic: bool = True
    keeps: Keeps | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document. All spans are in the original's offsets, in code points.

    ``edits`` lead from ``document.text`` to ``text``. ``proposed`` are cuts that a rule below the level would make,
    ``shadowed`` matches that lost against another rule (named in ``why``). ``meta`` is the document's own with what
    the cuts captured. ``problem`` says why the document was left untouched.
    """

    document: Document
    text: str
    edits: tuple[Edit, ...] = ()
    proposed: tuple[Edit, ...] = ()
    shadowed: tuple[Edit, ...] = ()
    source: SourceChoice = NO_SOURCE
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None

    @property
    def changed(self) -> bool:
        """True where the clean text is not the original."""
        return self.text != self.document.text

    @property
    def removed(self) -> int:
        """How many characters went, less those put in their place."""
        return len(self.document.text) - len(self.text)

    def diff(self, context: int = 3) -> str:
        """A unified diff from the original to the clean text; each hunk's heading names the rules. '' if unchanged."""
        from cleaner.text.diff import unified

        name = self.document.id or "text"
        return unified(f"a/{name}", f"b/{name}", self.document.text, self.edits, context)

    def restore(self) -> str:
        """The original, from the clean text and the edits alone."""
        return apply(self.text, invert(self.edits))

    def fingerprints(self) -> tuple[str, ...]:
        """One fingerprint for each edit, in their order (see `cleaner.text.edit.fingerprint`)."""
        undone = invert(self.edits)
        return tuple(
            fingerprint(edit, _nearest_line(self.text, undo.start))
            for edit, undo in zip(self.edits, undone, strict=True)
        )


def _nearest_line(text: str, offset: int) -> str:
    """The last line before ``offset`` that is not blank, else the first one behind it."""
    before = text[:offset].rstrip()
    if before:
        return before[before.rfind("\n") + 1 :]
    return text[offset:].lstrip().partition("\n")[0]


class Pass(NamedTuple):
    """One pass of the rules over one text: what they saw and what is done about it. ``page`` is the text as phase two
    saw it, ``plain`` as phase one did."""

    page: Page
    plain: Page
    source: SourceChoice
    matches: tuple[Match, ...]
    resolution: Resolution


class Cleaner:
    """A frozen, picklable cleaner: a rule library and the options of a run. Raises `CleanerError` for an
    unknown source or switch in the options; a bad document never raises, its result carries the problem."""

    def __init__(self, library: Library, options: Options = Options()) -> None:
        self.library = library
        self.options = options
        self._chooser = Chooser(library, source=options.source, paths=options.paths)
        self._prefilters: dict[str, Prefilter] = {}
        self._chains: dict[str | None, tuple[tuple[Prefilter, ...], frozenset[str]]] = {}
        self._without: dict[frozenset[str], Cleaner] = {}
        _check_switches(library, options.only | options.skip)

    def clean(self, document: Document) -> Result:
        """Clean one document."""
        try:
            return self._cleaned(document)
        except MatchTimeout as timeout:
            problem = Problem(
                f"a match of {timeout} took over {TIME_LIMIT:g} s",
                file=document.id,
                hint="left as it is; find the rule with `cleaner rules lint`, or leave it out with --skip",
            )
        except CleanerError as error:
            problem = replace(error.problems[0], file=error.problems[0].file or document.id)
        except RecursionError as error:  # the one thing a hostile text can do to a parser below us
            problem = Problem(f"too deep to read: {error}", file=document.id, hint="left as it is")
        return Result(document, document.text, meta=document.meta, problem=problem)

    def without(self, skip: frozenset[str]) -> Cleaner:
        """This cleaner with more to leave out, as `Options.skip` has it. Raises `CleanerError` for an unknown name."""
        if skip <= self.options.skip:
            return self
        found = self._without.get(skip)
        if found is None:
            found = self._without[skip] = Cleaner(self.library, replace(self.options, skip=self.options.skip | skip))
        return found

    def clean_batch(self, documents: Iterable[Document]) -> Iterator[Result]:
        """Clean documents one by one, in their order. The one door for pools and outside systems."""
        return map(self.clean, documents)

    def rules_for(self, source: str | None) -> tuple[Rule, ...]:
        """The rules that count for a source under these options, sorted by id."""
        prefilters, disabled = self._chain(source)
        rules = [rule for prefilter in prefilters for rule in prefilter.rules if rule.id not in disabled]
        return tuple(sorted(rules, key=lambda rule: rule.id))

    def passes(self, document: Document) -> Iterator[Pass]:
        """Yield each pass over the repaired text of ``document``, for `cleaner explain`."""
        _, kept = self._with_exceptions(document)
        edits = self._repairs(document, kept)
        text = apply(document.text, edits)
        choice = None
        for _ in range(MAX_PASSES):
            done = self._pass(document, text, choice, tuple(protections(edits, kept)))
            yield done
            if not done.resolution.edits:
                return
            edits = compose(edits, done.resolution.edits)
            text, choice = apply(text, done.resolution.edits), done.source

    def _with_exceptions(self, document: Document) -> tuple[Result, tuple[Span, ...]]:
        """The result, and the spans that were kept: what is kept is known only when it would go."""
        kept, warning = marked(document.text)
        result = self._once(document, kept)
        keeps = self.options.keeps
        for _ in range(MAX_KEEPING if keeps else 0):
            assert keeps is not None
            wanted = tuple(
                (edit.start, edit.end)
                for edit, name in zip(result.edits, result.fingerprints(), strict=True)
                if keeps.is_kept(name, edit.rules, edit.old)
            )
            if not wanted:
                break
            kept += wanted
            result = self._once(document, kept)
        return (replace(result, warnings=(warning, *result.warnings)) if warning else result), kept

    def _cleaned(self, document: Document) -> Result:
        return self._fused(self._with_exceptions(document)[0])

    def _once(self, document: Document, kept: tuple[Span, ...]) -> Result:
        """Clean the document, but for the spans that are kept."""
        edits = self._repairs(document, kept)
        text = apply(document.text, edits)
        if self.options.repair == "only":
            return Result(document, text, edits, meta=document.meta)
        proposed: list[Edit] = []
        shadowed: list[Edit] = []
        choice: SourceChoice | None = None
        # What a pass leaves is looked at again, until nothing goes: windows and neighbours have moved, and a
        # second run over the clean text must find nothing.
        for number in range(MAX_PASSES):
            done = self._pass(document, text, choice, tuple(protections(edits, kept)))
            choice = done.source
            if number == 0:
                proposed += self._weaker(document, edits, done)
                shadowed += _lost(document, edits, done.resolution)
            if not done.resolution.edits:
                break
            edits = compose(edits, done.resolution.edits)
            text = apply(text, done.resolution.edits)
        return Result(
            document,
            text,
            edits,
            tuple(proposed),
            tuple(shadowed),
            choice or NO_SOURCE,
            _with_captures(document.meta, edits),
        )

    def _repairs(self, document: Document, kept: tuple[Span, ...] = ()) -> tuple[Edit, ...]:
        if self.options.repair == "off":
            return ()
        repairs = repair(document.text, markdown=document.id.endswith((".md", ".markdown")))
        wanted = tuple(edit for edit in repairs if self._is_wanted(edit.rules[0], edit.category))
        return outside(wanted, kept) if kept else wanted

    def _pass(
        self, document: Document, text: str, choice: SourceChoice | None, protected: tuple[Match, ...] = ()
    ) -> Pass:
        """Both phases over one text, and the resolver's word. ``protected`` is kept, whatever the rules say."""
        layout = Layout(text)
        scan = None
        if choice is None:  # later passes look at what is new alone
            scan = scanned(layout.stripped)
            choice = self._chooser.choose(document, text, scan)
        prefilters, disabled = self._chain(choice.name)
        title = document.meta.get("title", "")
        hints: Hints = {}
        candidates = [
            (rule, lines)
            for prefilter in prefilters
            for rule, lines in prefilter.candidates(layout, scan, hints)
            if lines and rule.id not in disabled and is_in_force(rule, document.meta)
        ]
        page = Page(layout, title, hints=hints)
        matches = [
            m for rule, lines in candidates if rule.verb not in PHASE_TWO for m in FIND[rule.verb](rule, page, lines)
        ]
        if protected:  # what stays is nothing to look through
            matches = [m for m in matches if not any(m.start < p.end and p.start < m.end for p in protected)]
        seen = Page(layout, title, self._taken(layout, matches), hints)
        matches += [
            m for rule, lines in candidates if rule.verb in PHASE_TWO for m in FIND[rule.verb](rule, seen, lines)
        ]
        strong = [match for match in matches if match.rule.keeps or self._is_strong(match.rule)]
        strong += protected
        return Pass(seen, page, choice, tuple(matches), resolve(layout, strong))

    def _taken(self, layout: Layout, matches: Iterable[Match]) -> dict[int, frozenset[str]]:
        """Lines that phase one wants gone whole, at the level that is cut, and the categories of its rules."""
        taken: dict[int, frozenset[str]] = {}
        for match in matches:
            if match.replacement or match.rule.keeps or not self._is_strong(match.rule):
                continue
            first, last = layout.line_at(match.start), layout.line_at(max(match.start, match.end - 1))
            if match.start <= layout.lines[first].start and match.end >= layout.lines[last].end:
                for number in range(first, last + 1):
                    taken[number] = taken.get(number, frozenset()) | {match.rule.category}
        return taken

    def _is_strong(self, rule: Rule) -> bool:
        return CONFIDENCES.index(rule.confidence) >= CONFIDENCES.index(self.options.level)

    def _is_wanted(self, rule: str, category: str) -> bool:
        names = {rule, rule.partition("/")[0], category}
        if self.options.only and not names & self.options.only:
            return False
        return not names & self.options.skip

    def _chain(self, source: str | None) -> tuple[tuple[Prefilter, ...], frozenset[str]]:
        """A prefilter for each pack that counts for a source, made when first needed, and the disabled rules."""
        found = self._chains.get(source)
        if found is None:
            names, disabled = self.library.chain(source)
            names = tuple(name for name in names if self.options.generic or name != GENERIC)
            found = self._chains[source] = tuple(map(self._prefilter, names)), disabled
        return found

    def _prefilter(self, pack: str) -> Prefilter:
        found = self._prefilters.get(pack)
        if found is None:
            rules = self.library.packs[pack].rules
            wanted = [rule for rule in rules if rule.keeps or self._is_wanted(rule.id, rule.category)]
            found = self.library.prefilter(pack) if len(wanted) == len(rules) else prefilter_of(wanted)
            self._prefilters[pack] = found
        return found

    def _weaker(self, document: Document, repairs: tuple[Edit, ...], done: Pass) -> list[Edit]:
        """What rules below the level would cut beyond what goes."""
        weak = [m for m in done.matches if not m.rule.keeps and not self._is_strong(m.rule)]
        if not weak:
            return []
        keeps = [m for m in done.matches if m.rule.keeps]
        wanted = resolve(done.page.layout, [*weak, *keeps]).edits
        going = done.resolution.edits
        wanted = tuple(w for w in wanted if not any(w.start < g.end and g.start < w.end for g in going))
        return [_in_original(document, repairs, edit) for edit in wanted]

    def _fused(self, result: Result) -> Result:
        """The result, or the document as it came where more would go than the fuse allows."""
        limit = self.options.max_removed
        if limit is None or not result.document.text or result.removed <= limit * len(result.document.text):
            return result
        share = result.removed / len(result.document.text)
        problem = Problem(
            f"{share:.0%} of the text would go, the limit is {limit:.0%}",
            file=result.document.id,
            hint="left as it is; look with `cleaner diff`, raise --max-removed to allow it",
        )
        document = result.document
        return replace(result, text=document.text, edits=(), proposed=result.edits, meta=document.meta, problem=problem)

    def __getstate__(self) -> dict[str, Any]:
        return {"library": self.library, "options": self.options}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["library"], state["options"])  # type: ignore[misc]


def is_in_force(rule: Rule, meta: Mapping[str, str]) -> bool:
    """False where the document is known to be in another language than the rule, or outside of its dates."""
    language = str(meta.get("language", "")).casefold().replace("_", "-").partition("-")[0]
    if rule.languages and language and language not in rule.languages:
        return False
    if rule.valid_from or rule.valid_until:
        try:
            day = date.fromisoformat(str(meta.get("date", ""))[:10])
        except ValueError:
            return True
        return (rule.valid_from or day) <= day <= (rule.valid_until or day)
    return True


def _lost(document: Document, repairs: tuple[Edit, ...], resolution: Resolution) -> list[Edit]:
    return [
        _in_original(
            document,
            repairs,
            Edit(
                lost.match.start,
                lost.match.end,
                "",
                lost.match.replacement,
                (lost.match.rule.id,),
                f"yields to {', '.join(lost.by)}",
                lost.match.rule.confidence,
                lost.match.rule.category,
            ),
        )
        for lost in resolution.shadowed
    ]


def _in_original(document: Document, repairs: tuple[Edit, ...], edit: Edit) -> Edit:
    start, end = original_span(repairs, edit.start, edit.end)
    return replace(edit, start=start, end=end, old=document.text[start:end])


def _with_captures(meta: Mapping[str, str], edits: Iterable[Edit]) -> Mapping[str, str]:
    """``meta`` with what the cuts captured; what the reader knew counts more, then what stands first."""
    found = dict(meta)
    for edit in edits:
        for name, value in edit.captures:
            if not found.get(name):
                found[name] = value
    return found


def _check_switches(library: Library, names: Iterable[str]) -> None:
    """Raise `CleanerError` for a name in --only or --skip that is no rule, category or pack."""
    names = set(names)
    if not names:
        return
    import difflib

    known = {REPAIR_RULE, *CATEGORIES, *library.packs, *(rule.id for p in library.packs.values() for rule in p.rules)}
    problems = []
    for name in sorted(names - known):
        if name.startswith(f"{REPAIR_RULE}/"):
            continue
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean `{near[0]}`?" if near else "`cleaner rules list` shows them all"
        problems.append(Problem(f"there is no rule, category or source `{name}`", hint=hint))
    if problems:
        raise CleanerError(*problems)
