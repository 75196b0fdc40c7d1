"""HTML to text, by trafilatura. The only module that imports it, and only when a page is to be read.

The settings lean to recall and leave comments out: on every third of the 793 development pages of WCXB (Foley 2026)
that gave a mean word-F1 of 0.942 where trafilatura's default gave 0.931, before any rule ran. What is left over is
the rules' work. So far only ``benchmarks/quality.py --html`` reads pages; the command line does not yet.
``deduplicate`` is never switched on: it remembers across documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cleaner.problem import CleanerError, Problem

MAX_BYTES: Final = 50_000_000
"""A larger page is refused: parsing takes some forty times its size in memory."""

_META: Final = {
    "title": "title",
    "author": "author",
    "date": "date",
    "sitename": "publisher",
    "hostname": "domain",
    "description": "description",
    "language": "language",
}


@dataclass(frozen=True, slots=True)
class Extracted:
    """A page's text and what it says of itself. ``warning`` says why the text is empty, where it is."""

    text: str
    meta: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
    warning: str = ""


def extract(html: bytes | str, *, url: str | None = None) -> Extracted:
    """Return the text of a page, with title, author, date, publisher and address where it gives them.

    A page without text, or one that is no HTML, gives an empty text and a warning. Raises `CleanerError` where the
    page is over `MAX_BYTES`.
    """
    if len(html) > MAX_BYTES:
        raise CleanerError(
            Problem(
                f"a page of {len(html):,} bytes; the limit is {MAX_BYTES:,}",
                hint="take the text out with a tool of your own and clean that",
            )
        )
    if not html.strip():
        return Extracted("", url=url, warning="the page is empty")
    import logging

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what we report ourselves
    try:
        page = trafilatura.bare_extraction(
            html, url=url, favor_recall=True, include_comments=False, with_metadata=True, deduplicate=False
        )
    except Exception as error:  # a parser below us failed on a broken page: that is the page's, not the run's
        return Extracted("", url=url, warning=f"the page cannot be read: {type(error).__name__}: {error}")
    if page is None or isinstance(page, dict) or not page.text:
        return Extracted("", url=url, warning="no text found: no HTML, or a page made by a script")
    found = {ours: str(getattr(page, theirs)) for theirs, ours in _META.items() if getattr(page, theirs, None)}
    return Extracted(page.text, found, url or page.url or None)
