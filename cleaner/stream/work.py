"""The work on one task: records in, bytes out. It runs in any process and touches no file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from cleaner.engine import Cleaner, Result
from cleaner.problem import CleanerError, Problem
from cleaner.readers.fields import Fields, missing, shown
from cleaner.readers.jsonl import BOM, BrokenRecord, Chunk, LineReader, NoField, Row
from cleaner.rules.source import SourceChoice
from cleaner.runs import run_line
from cleaner.stream.model import Counts, Done, Failure, Task
from cleaner.text.document import Document
from cleaner.text.members import STYLES, style_of
from cleaner.writers.edit_lines import edit_fields, edit_line
from cleaner.writers.packed import pack

if TYPE_CHECKING:
    from cleaner.readers.warc import Page

PASSED: Final = "passed through as it came"
NO_FIELDS: Final = Fields()
SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with records; picklable.

    ``has_output``: clean records are wanted. ``has_edits``: lines for a file of edits are wanted, ``has_run``: lines
    for the run record. ``keeps_results``: the results themselves are wanted. ``extracts_only``: pages become text,
    and nothing is done to it.
    """

    cleaner: Cleaner
    fields: Fields = NO_FIELDS
    has_output: bool = True
    has_edits: bool = False
    has_run: bool = False
    keeps_results: bool = False
    extracts_only: bool = False

    def __call__(self, task: Task) -> Done:
        """Clean the records of one task. Never raises for what they hold."""
        run = _Run(self, task)
        getattr(run, task.origin.kind)()
        return run.done()


class _Run:
    """One task while it is worked on."""

    def __init__(self, work: Work, task: Task) -> None:
        self.work, self.task, self.fields = work, task, work.fields
        self.out: list[bytes] = []
        self.edits: list[bytes] = []
        self.run_lines: list[bytes] = []
        self.counts = Counts()
        self.failures: list[Failure] = []
        self.results: list[tuple[int, Result]] = []
        self.missing: Problem | None = None
        self.lacking = 0

    def done(self) -> Done:
        task = self.task
        out = pack(b"".join(self.out), task.origin.packing) if self.work.has_output else b""
        return Done(
            task.origin,
            out,
            b"".join(self.edits),
            self.counts,
            tuple(self.failures),
            task.first + task.count,
            task.end,
            tuple(self.results),
            self.missing,
            max(0, task.end - task.offset),
            b"".join(self.run_lines),
        )

    # --- the kinds --------------------------------------------------------------------------------------

    def jsonl(self) -> None:
        """The payload is a `Chunk`."""
        chunk: Chunk = self.task.payload
        if chunk.is_piece:
            self.out.append(chunk.content)
            if chunk.is_last:
                self.fail(chunk.first, "the line is too long for a record")
            return
        reader = LineReader(self.fields)
        lines = chunk.content.split(b"\n")
        closing = lines.pop() if not lines[-1] else None
        offset, read = chunk.offset, 0
        for number, line in enumerate(lines, chunk.first):
            if line and not line.isspace():
                read += 1
                mark = BOM if offset == 0 and line.startswith(BOM) else b""
                record = line[len(mark) :]
                done = self.line(reader, record, number, offset)
                self.out.append(mark + done if mark else done)
            else:
                self.out.append(line)
            offset += len(line) + 1
        if closing is not None:
            self.out.append(closing)
        self.out = [b"\n".join(self.out)]
        if self.counts.unread == read <= 2 * self.lacking > 0:  # none could be read, and for most that is why
            seen = dict.fromkeys(name for line in lines[:100] for name in reader.names(line.removeprefix(BOM)))
            option = "--html-field" if self.fields.html else "--text-field"
            self.missing = missing(self.fields.read, list(seen), self.task.origin.shown, option)

    def line(self, reader: LineReader, line: bytes, number: int, offset: int) -> bytes:
        """One line, without its end, cleaned."""
        try:
            row = reader.row(line)
            self.check(row)
            if row.text is None:
                self.counts.sums.documents += 1
                return line
            result = self.result(row.text, row.url, number)
            if result is None:
                return line
            if self.fields.html:
                return self.with_page(reader, line, row, result, number, offset)
            if not result.changed:
                self.note(result, number, offset, row.id, None)
                return line
            start, end = reader.span(line)
            value, style, written = self.written(line[start:end], result)
            known = self.known(result, style, written)
            line = b"".join((line[:start], value, line[end:]))
            self.note(result, number, offset, row.id, known)
            return self.with_edits(line, known) if known and self.fields.edits else line
        except (BrokenRecord, UnicodeEncodeError) as error:
            self.lacking += isinstance(error, NoField)
            self.fail(number, str(error))
            return line

    def written(self, old: bytes, result: Result) -> tuple[bytes, str, str | None]:
        """The clean text as JSON, in the style of the value ``old``; the style; ``old`` where it is none of ours."""
        import msgspec

        if msgspec.json.encode(result.document.text) == old:  # as STYLES["plain"] writes it, in a tenth of the time
            return msgspec.json.encode(result.text), "plain", None
        written = old.decode("utf-8")
        style = style_of(result.document.text, written)
        value = STYLES[style or "plain"](result.text).encode("utf-8")
        return value, style or "plain", None if style else written

    def with_page(self, reader: LineReader, line: bytes, row: Row, result: Result, number: int, offset: int) -> bytes:
        """The line with the text of its page put at its end."""
        known = self.known(result, "plain", None) if result.changed else None
        value = STYLES["plain"](result.text).encode("utf-8")
        if row.has_text is False and len(self.fields.text) == 1:
            line = _with_member(line, self.fields.text[0], value, self.has_null(reader, line))
        self.note(result, number, offset, row.id, known)
        return self.with_edits(line, known) if known and self.fields.edits else line

    def has_null(self, reader: LineReader, line: bytes) -> tuple[int, int] | None:
        """Where a null stands in the place of the text, if one does."""
        try:
            return reader.span(line)
        except BrokenRecord:
            return None

    def with_edits(self, line: bytes, known: dict[str, Any]) -> bytes:
        import msgspec

        assert self.fields.edits is not None
        return _with_member(line, self.fields.edits, msgspec.json.encode(known), None)

    def parquet(self) -> None:
        """The payload is three lists: texts, addresses and ids. What goes out is a line ``[row, text, edits]`` for
        each changed row, for `cleaner.writers.parquet`."""
        import msgspec

        texts, urls, ids = self.task.payload
        for number, (text, url, ident) in enumerate(zip(texts, urls, ids, strict=True), self.task.first):
            if text is None:
                self.counts.sums.documents += 1
                continue
            if isinstance(text, bytes):
                self.fail(number, f"the field `{shown(self.fields.read)}` holds no UTF-8")
                continue
            result = self.result(text, url, number)
            if result is None:
                continue
            known = self.known(result, None, None) if result.changed else None
            if result.changed or self.fields.html:
                held = msgspec.json.encode(known).decode() if known and self.fields.edits else None
                self.out.append(msgspec.json.encode((number, result.text, held)) + b"\n")
            self.note(result, number, None, None if ident is None else msgspec.json.encode(ident), known)

    def warc(self) -> None:
        """The payload is a list of pages; each becomes a line of JSONL."""
        import msgspec

        pages: list[Page] = self.task.payload
        for number, page in enumerate(pages, self.task.first):
            record: dict[str, Any] = {"id": page.id, "url": page.url, "crawled": page.date}
            known = None
            try:
                text, given = self.taken_out(page)
                result = self.result(text, page.url, number, given)
                if result is not None:
                    known = self.known(result, "plain", None) if result.changed else None
                    self.note(result, number, None, msgspec.json.encode(page.id), known)
                    record.update(given)
                record["text"] = result.text if result is not None else text
            except CleanerError as error:
                self.fail(number, error.problems[0].message, error.problems[0].hint)
                record["text"] = None
            if known and self.fields.edits:
                record[self.fields.edits] = known
            self.out.append(msgspec.json.encode(record) + b"\n")

    # --- one record -------------------------------------------------------------------------------------

    def check(self, row: Row) -> None:
        if row.has_edits:
            raise BrokenRecord(f"it has a field `{self.fields.edits}` already; name another with --edits-field")
        if row.has_text:
            name = shown(self.fields.text)
            raise BrokenRecord(f"it has a page and a text `{name}` as well; name a new field with --text-field")

    def result(self, text: str, url: Any, number: int, meta: dict[str, str] | None = None) -> Result | None:
        """The text cleaned, counted; None where that went wrong."""
        origin = self.task.origin
        document = Document(origin.shown, text, origin.source, url if isinstance(url, str) else None, meta=meta or {})
        try:
            if self.fields.html and origin.kind != "warc":
                document = self.page(document)
            if self.work.extracts_only:
                result = Result(document, document.text, meta=document.meta)
            else:
                result = self.work.cleaner.without(origin.skip).clean(document)
        except CleanerError as error:
            self.fail(number, error.problems[0].message, error.problems[0].hint)
            return None
        except Exception as error:
            from cleaner.runner import defect

            self.fail(number, defect(error).message, defect(error).hint)
            return None
        if result.problem is not None:
            self.failures.append(Failure(number, replace(result.problem, file=origin.shown, line=number)))
        if origin.pin and result.source.name == origin.source and self.work.cleaner.options.source is None:
            result = replace(result, source=SourceChoice(origin.source, f"path {origin.pin}, in the configuration"))
        self.counts.sums.add(result)
        if self.work.keeps_results:
            self.results.append((number, result))
        return result

    def page(self, document: Document) -> Document:
        """The document whose text is taken out of the page that is its text."""
        from cleaner.extract import extract

        found = extract(document.text, url=document.url)
        text, meta = _sound(found.text), {name: _sound(value) for name, value in found.meta.items()}
        return replace(document, text=text, url=document.url or found.url, meta=meta)

    def taken_out(self, page: Page) -> tuple[str, dict[str, str]]:
        """The text of a page and what it says of itself. Raises `CleanerError` where it is too large."""
        from cleaner.extract import extract

        if page.is_text:
            text = page.content if isinstance(page.content, str) else page.content.decode("utf-8", "replace")
            return text, {}
        found = extract(page.content, url=page.url)
        return _sound(found.text), {name: _sound(value) for name, value in found.meta.items()}

    def known(self, result: Result, style: str | None, written: str | None) -> dict[str, Any] | None:
        """What is known of the edits, where anybody asks."""
        if not (self.work.has_edits or self.work.has_run or self.fields.edits):
            return None
        return edit_fields(result, style, written)

    def note(
        self, result: Result, number: int, offset: int | None, ident: bytes | None, known: dict[str, Any] | None
    ) -> None:
        """Put down the line of edits, where it is wanted."""
        if not (self.work.has_edits or (self.work.has_run and known)):
            return
        import msgspec

        origin = self.task.origin
        place = {
            "id": None if ident is None else msgspec.Raw(ident),
            "path": origin.shown,
            "name": origin.name,
            "record": number,
            "offset": offset,
        }
        if self.work.has_edits:
            self.edits.append(edit_line(place, result, known))
        if self.work.has_run and known:
            self.run_lines.append(run_line({**place, "output": origin.output}, result, known))

    def fail(self, number: int, message: str, hint: str = "") -> None:
        """Count a record that is passed through."""
        self.counts.unread += 1
        problem = Problem(message, self.task.origin.shown, number, hint=hint or PASSED)
        self.failures.append(Failure(number, problem))
        if self.work.keeps_results:
            result = Result(Document(self.task.origin.shown, ""), "", problem=problem)
            self.results.append((number, result))


def _with_member(line: bytes, name: str, value: bytes, null: tuple[int, int] | None) -> bytes:
    """``line`` with the member ``name`` at its end, or with ``value`` at the span of the null that holds its place."""
    import msgspec

    if null:
        return b"".join((line[: null[0]], value, line[null[1] :]))
    at = line.rindex(b"}")
    comma = b"" if line[:at].rstrip().endswith(b"{") else b","
    return b"".join((line[:at], comma, msgspec.json.encode(name), b":", value, line[at:]))


def _sound(text: str) -> str:
    """``text`` with a mark in place of halves of characters, which cannot be written."""
    return SURROGATE.sub("\ufffd", text)
