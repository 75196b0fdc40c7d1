"""HTML to text, by trafilatura. The only module that imports it, and only when a page is to be read.

The settings are trafilatura's own, but comments are left out: the rules know them, and a page's readers are not its
author. What it finds when it leans to recall is taken where that is a good deal more (`MORE`): then the first look had
missed part of the article; where it is hardly more, or less, it is the worse one. Mean word-F1 on the 793 development
pages of WCXB (Foley 2026), before any rule ran: 0.945 so, 0.937 by the first look alone, 0.936 by the second alone,
0.929 by trafilatura's default, 0.927 without tables. `benchmarks/quality.py --html` measures it with the rules.
``deduplicate`` is never switched on: it remembers across documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cleaner.problem import CleanerError, Problem

MAX_BYTES: Final = 50_000_000
"""A larger page is refused: parsing takes some forty times its size in memory."""

MORE: Final = 1.12
"""So many times the characters of the first look, without white space, the second one has where it is taken. At 1.1
that is so for 37 of the 793 development pages, at 1.15 for 30; of either half all but one or two gained by it, and
no page lost over 0.011 of word-F1."""

LONGEST_TITLE: Final = 500
"""A longer title is no headline, and is left as it is."""

_META: Final = {
    "title": "title",
    "author": "author",
    "date": "date",
    "sitename": "publisher",
    "hostname": "domain",
    "description": "description",
    "language": "language",
}

_SITE: Final = re.compile(r"(.*\S)\s+[-–—|·»:]+\s+(.*\S)\s*", re.S)


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
    refuse_huge(len(html))
    if not html.strip():
        return Extracted("", url=url, warning="the page is empty")
    import logging

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what we report ourselves
    try:
        tree = trafilatura.load_html(html, MAX_BYTES)
        page = _look(tree, url=url, with_metadata=True)
        leaning = _look(tree, favor_recall=True)
    except Exception as error:  # a parser below us failed on a broken page: that is the page's, not the run's
        return Extracted("", url=url, warning=f"the page cannot be read: {type(error).__name__}: {error}")
    first, second = (_text_of(found) for found in (page, leaning))
    text = second if _size(second) > MORE * _size(first) else first
    if not text:
        return Extracted("", url=url, warning="no text found: no HTML, or a page made by a script")
    found = {ours: str(getattr(page, theirs)) for theirs, ours in _META.items() if getattr(page, theirs, None)}
    if "title" in found:
        found["title"] = _without_site(found["title"], found.get("publisher", ""), found.get("domain", ""))
    return Extracted(text, found, url or getattr(page, "url", None) or None)


def _look(tree: Any, **settings: Any) -> Any:
    """What trafilatura finds in a page, which is left as it is; None where that is nothing."""
    import trafilatura

    return trafilatura.bare_extraction(tree, include_comments=False, deduplicate=False, **settings)


def _text_of(page: Any) -> str:
    return getattr(page, "text", None) or ""


def _size(text: str) -> int:
    return len("".join(text.split()))


def refuse_huge(size: int) -> None:
    """Raise `CleanerError` where a page of ``size`` bytes is over `MAX_BYTES`."""
    if size > MAX_BYTES:
        raise CleanerError(
            Problem(
                f"a page of {size:,} bytes; the limit is {MAX_BYTES:,}",
                hint="take the text out with a tool of your own and clean that",
            )
        )


def _without_site(title: str, *sites: str) -> str:
    """``title`` without `` - Site name`` at its end, where the page says that this is the site's name."""
    found = _SITE.fullmatch(title) if len(title) <= LONGEST_TITLE else None
    names = {name for site in sites for name in (site.casefold(), site.casefold().removeprefix("www."))}
    return found[1] if found and found[2].casefold() in names else title
