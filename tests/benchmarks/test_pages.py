"""Reading a folder of annotated pages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pages import half_of, incomplete, read_html_pages, read_pages


def write(file: Path, records: list[dict[str, Any]]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in records)


def record(page: str, scraper: str, domain: str) -> dict[str, Any]:
    return {
        "id": page,
        "scraper": scraper,
        "domain": domain,
        "title": f"Title of {page}",
        "text": f"{page} by {scraper}",
        "gold": "g",
        "with": ["w"],
        "without": [],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    domains = [f"site{n}.example" for n in range(8)]
    write(
        tmp_path / "text_dev.jsonl.gz",
        [record(f"w{n}", scraper, domains[n]) for scraper in ("b", "a") for n in range(8)],
    )
    (tmp_path / "incomplete_gold.json").write_text('["w1", "w2"]', encoding="utf-8")
    return tmp_path


def test_texts_are_put_together_by_page(folder: Path) -> None:
    pages = read_pages(folder)
    assert [page.id for page in pages] == [f"w{n}" for n in range(8)]
    assert [sample.text for sample in pages[3].samples] == ["w3 by a", "w3 by b"]
    assert pages[3].url == "https://site3.example/"
    assert pages[3].must_stay == ("w",)


def test_what_is_read_can_be_narrowed(folder: Path) -> None:
    pages = read_pages(folder, scrapers=("b",), limit=2)
    assert [[sample.scraper for sample in page.samples] for page in pages] == [["b"], ["b"]]


def test_the_halves_are_whole_domains(folder: Path) -> None:
    dev, held = ({page.id for page in read_pages(folder, half)} for half in ("dev", "held"))
    assert dev
    assert held
    assert not dev & held
    assert dev | held == {page.id for page in read_pages(folder)}


def test_the_halves_never_change() -> None:
    """Rules are written on one half; a page that changed sides would spoil the other."""
    assert [half_of(f"site{n}.example") for n in range(5)] == ["held", "held", "dev", "held", "dev"]
    assert half_of("www.Example.org") == half_of("example.org")


def test_html_pages_say_where_their_html_is(tmp_path: Path) -> None:
    page = {"id": "w1", "url": "https://a.example/b", "domain": "a.example", "title": None, "gold": "g"}
    write(tmp_path / "html_dev.jsonl.gz", [page])
    (found,) = read_html_pages(tmp_path)
    assert found.html == tmp_path / "html_dev" / "w1.html.gz"
    assert (found.url, found.title, found.samples) == ("https://a.example/b", "", ())


def test_incomplete_gold_is_known(folder: Path) -> None:
    assert incomplete(folder) == {"w1", "w2"}


def test_a_folder_without_pages_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no text_\*\.jsonl\.gz here"):
        read_pages(tmp_path)
