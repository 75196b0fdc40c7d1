"""The reader of WARC: the pages of HTML in a web archive, and the texts of its WET form.

warcio takes records and HTTP apart; the bytes come from our own unpacking, which says so where a file ends early.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from cleaner.extract import MAX_BYTES
from cleaner.problem import CleanerError, Problem
from cleaner.readers.extras import need

HTML_TYPES: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``content`` is text where HTTP says how it is encoded. ``is_text``: it is no HTML, but text."""

    id: str
    url: str | None
    date: str | None
    content: bytes | str
    is_text: bool = False


def pages(file: IO[bytes], shown: str) -> Iterator[Page]:
    """Yield the pages that were delivered with status 200, in order. Raises `CleanerError` for a broken file."""
    module = need("warcio.archiveiterator", "warc", "WARC")
    errors = need("warcio.exceptions", "warc", "WARC")
    noted = _Noted(file)
    try:
        for record in module.ArchiveIterator(noted):
            page = _page(record, shown)
            if page is not None:
                yield page
        if noted.error:
            raise noted.error
    except errors.ArchiveLoadFailed as error:
        reason = str(error).strip().splitlines()[0]
        raise CleanerError(
            Problem(f"the WARC file is broken: {reason}", shown, hint="fetch or make it again")
        ) from error


class _Noted:
    """A stream whose early end is remembered: warcio takes it for the end of the archive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: EOFError | None = None

    def read(self, size: int = -1) -> bytes:
        """As the stream's own."""
        try:
            return self._file.read(size)
        except EOFError as error:
            self.error = error
            raise


def _page(record: Any, shown: str) -> Page | None:
    head = record.rec_headers
    http = record.http_headers
    is_text = record.rec_type == "conversion" and _media_type(head.get_header("Content-Type")) == "text/plain"
    if not is_text and (
        record.rec_type != "response"
        or http is None
        or http.get_statuscode() != "200"
        or _media_type(http.get_header("Content-Type")) not in HTML_TYPES
    ):
        _pass_over(record, shown)
        return None
    raw = record.content_stream().read(MAX_BYTES + 1)
    _pass_over(record, shown)
    charset = "utf-8" if is_text else _charset(http.get_header("Content-Type") or "")
    ident = head.get_header("WARC-Record-ID") or ""
    url, date = head.get_header("WARC-Target-URI"), head.get_header("WARC-Date")
    return Page(ident.strip("<>"), url, date, _decoded(raw, charset), is_text)


def _pass_over(record: Any, shown: str) -> None:
    """Read what is left of a record. Raises `CleanerError` where the file ends within it."""
    raw = record.raw_stream
    while raw.read(1024 * 1024):
        pass
    if getattr(raw, "limit", 0):
        raise CleanerError(Problem("the WARC file ends within a record", shown, hint="it was cut off; fetch it again"))


def _media_type(header: str | None) -> str:
    return (header or "").partition(";")[0].strip().lower()


def _charset(header: str) -> str:
    for part in header.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'")
    return ""


def _decoded(raw: bytes, charset: str) -> bytes | str:
    """The text where the charset is known and right; else the bytes, in which the page may say it itself."""
    try:
        return codecs.decode(raw, charset) if charset else raw
    except (LookupError, ValueError, UnicodeError):
        return raw
