"""The annotated pages of a folder, as `benchmarks/quality.py` reads them.

    text_dev.jsonl.gz      one text a line: id, scraper, domain, title, text, gold, with, without
    html_dev.jsonl.gz      one page a line: id, url, domain, title, gold, with, without
    html_dev/ID.html.gz    the page itself
    incomplete_gold*.json  ids of pages whose gold text is known to miss paragraphs

Any file ``text_*.jsonl.gz`` or ``html_*.jsonl.gz`` counts, so that a test part may stand in a folder of
its own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

Half = Literal["dev", "held", "all"]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one scraper made of one page. ``meta`` is what it found out about it."""

    scraper: str
    text: str
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnnotatedPage:
    """One page: its gold text, snippets that must stay or go, and what scrapers made of it, or its HTML."""

    id: str
    domain: str
    url: str
    title: str
    gold: str
    must_stay: tuple[str, ...]
    must_go: tuple[str, ...]
    samples: tuple[Sample, ...] = ()
    html: Path | None = None


def half_of(domain: str) -> Literal["dev", "held"]:
    """The half that all pages of ``domain`` fall in: rules are written on one and checked on the other."""
    digest = hashlib.blake2b(domain.lower().removeprefix("www.").encode(), digest_size=1).digest()
    return "held" if digest[0] % 2 else "dev"


def read_pages(
    folder: Path, half: Half = "all", scrapers: tuple[str, ...] = (), limit: int | None = None
) -> list[AnnotatedPage]:
    """Read the texts of ``folder``, page by page: of one half, of these scrapers, at most ``limit`` pages."""
    records = [
        record
        for _, record in _records(folder, "text_*.jsonl.gz")
        if _is_wanted(record, half) and (not scrapers or record["scraper"] in scrapers)
    ]
    records.sort(key=lambda record: (str(record["id"]), str(record["scraper"])))
    pages = [
        replace(_page(many[0]), samples=tuple(Sample(one["scraper"], one["text"]) for one in many))
        for many in (list(group) for _, group in groupby(records, key=lambda record: str(record["id"])))
    ]
    return pages[:limit]


def read_html_pages(folder: Path, half: Half = "all", limit: int | None = None) -> list[AnnotatedPage]:
    """Read the pages of ``folder`` whose HTML is there: of one half, at most ``limit``."""
    pages = [
        replace(_page(record), html=folder / file.name.removesuffix(".jsonl.gz") / f"{record['id']}.html.gz")
        for file, record in _records(folder, "html_*.jsonl.gz")
        if _is_wanted(record, half)
    ]
    return sorted(pages, key=lambda page: page.id)[:limit]


def incomplete(folder: Path) -> frozenset[str]:
    """The ids of pages whose gold text is known to miss paragraphs."""
    return frozenset(
        page for file in sorted(folder.glob("incomplete_gold*.json")) for page in json.loads(file.read_bytes())
    )


def _is_wanted(record: dict[str, Any], half: Half) -> bool:
    return half == "all" or half_of(record.get("domain") or record["id"]) == half


def _page(record: dict[str, Any]) -> AnnotatedPage:
    domain = record.get("domain") or ""
    return AnnotatedPage(
        id=record["id"],
        domain=domain,
        url=record.get("url") or (f"https://{domain}/" if domain else ""),
        title=record.get("title") or "",
        gold=record["gold"],
        must_stay=tuple(record.get("with") or ()),
        must_go=tuple(record.get("without") or ()),
    )


def _records(folder: Path, glob: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    files = sorted(folder.glob(glob))
    if not files:
        raise SystemExit(f"{folder}: no {glob} here (benchmarks/pages.py says how it must be laid out)")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from ((file, json.loads(line)) for line in lines)
