"""HTML through the command line: names, diffs, undo, and what is refused."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

WORDS = "The harbour was closed on Monday after a storm had torn the old crane from its rails near the quay."
HTML = (
    '<html><head><title>Crane falls</title><meta name="author" content="Ada Quill">'
    '<link rel="canonical" href="https://a.test/b"></head><body><article>'
    f"<p>{WORDS} One.</p><p>CUT ME please</p><p>{WORDS} Two.</p><p>{WORDS} Three.</p></article></body></html>"
)
CLEAN = f"{WORDS} One.\n{WORDS} Two.\n{WORDS} Three.\n"
TEXT = f"{WORDS} One.\nCUT ME please\n{WORDS} Two.\n{WORDS} Three.\n"


def test_a_page_goes_to_standard_output_as_clean_text(cli: Any, plant: Any) -> None:
    plant("a.html", HTML)
    done = cli("clean", "a.html")
    assert (done.code, done.out, done.err) == (0, CLEAN, "")
    assert cli("clean", "a.html", "--extract-only").out == TEXT
    assert cli("clean", "-", "--format", "html", stdin=HTML.encode()).out == CLEAN
    assert cli("clean", "-", "--stdin-filename", "x.htm", stdin=HTML.encode()).out == CLEAN
    assert cli("clean", "a.html", "--format", "text").out.startswith("<html>")


def test_a_folder_of_pages_and_texts_and_back_again(cli: Any, bare: Any, plant: Any) -> None:
    for name in ("in/a.html", "in/deep/b.htm", "in/c.html"):
        plant(name, HTML)
    plant("in/c.txt", "It rained.\n")
    assert cli("clean", "in", "-o", "out", "--edits", "edits.jsonl").code == 0
    found = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*") if path.is_file())
    assert found == ["a.txt", "a.txt.diff", "c.html.txt", "c.html.txt.diff", "c.txt", "deep/b.txt", "deep/b.txt.diff"]
    assert Path("out/a.txt").read_text(encoding="utf-8") == CLEAN
    diff = Path("out/a.txt.diff").read_text(encoding="utf-8")
    assert "-CUT ME please" in diff
    assert "--- a/a.txt" in diff
    assert "<p>" not in diff
    assert bare("undo", "out/a.txt").out == TEXT
    assert bare("undo", "out/c.html.txt", "--edits", "edits.jsonl").out == TEXT
    records = {one["id"]: one for one in map(json.loads, Path("edits.jsonl").read_text().splitlines())}
    assert records["a.txt"]["original_sha256"] == sha256(TEXT.encode()).hexdigest()
    assert records["a.txt"]["sha256"] == sha256(CLEAN.encode()).hexdigest()


def test_the_text_before_the_rules_can_be_written(cli: Any, plant: Any) -> None:
    plant("a.html", HTML)
    assert cli("clean", "a.html", "-o", "out", "--extract-only").code == 0
    assert os.listdir("out") == ["a.txt"]
    assert Path("out/a.txt").read_text(encoding="utf-8") == TEXT
    assert cli("clean", "a.html", "--in-place", "--extract-only").code == 2


def test_in_place_refuses_pages_and_does_the_others(cli: Any, plant: Any) -> None:
    page, text = plant("in/a.html", HTML), plant("in/b.txt", "It rained.\nCUT ME please\n")
    done = cli("clean", "in", "--in-place")
    assert done.code == 2
    assert "in/a.html" in done.err
    assert "HTML cannot be cleaned in place" in done.err
    assert (page.read_text(), text.read_text()) == (HTML, "It rained.\n")


def test_records_say_what_the_page_says(cli: Any, plant: Any) -> None:
    plant("a.html", HTML)
    (record,) = json.loads(cli("clean", "a.html", "--output", "json").out)["documents"]
    assert (record["url"], record["meta"]["title"]) == ("https://a.test/b", "Crane falls")
    assert (record["id"], record["text"], record["meta"]["author"]) == ("a.txt", CLEAN, "Ada Quill")
    assert cli("check", "a.html").code == 1


@pytest.mark.parametrize("raw", [b"", b"<html><script>x()</script></html>", b"<p", b"<html><body></body></html>"])
def test_a_page_without_text_is_a_warning(cli: Any, plant: Any, raw: bytes) -> None:
    plant("a.html", raw)
    done = cli("clean", "a.html", "-o", "out")
    assert done.code == 0
    assert "warning" in done.err
    assert "Traceback" not in done.err
    assert Path("out/a.txt").read_bytes() == b""


def test_what_is_no_page_is_refused_and_not_written_as_text(cli: Any, plant: Any) -> None:
    plant("in/a.html", b"\x89PNG\r\n\x1a\n\0\xff\0")
    plant("in/b.html", HTML)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "PNG image" in done.err
    assert "Traceback" not in done.err
    assert sorted(os.listdir("out")) == ["b.txt", "b.txt.diff"]


def test_the_title_of_the_page_is_the_headline_that_is_said_again(bare: Any, plant: Any) -> None:
    title = "Dam repairs begin after a winter of floods"
    head = f'<title>{title} - The Quay</title><meta property="og:site_name" content="The Quay">'
    body = f"<p>{title}</p><p>April 7, 2024</p><p>{title}</p>" + f"<p>{WORDS}</p><p>{WORDS[::-1]}</p>" * 6
    plant("a.html", f"<html><head>{head}</head><body><article>{body}</article></body></html>")
    (record,) = json.loads(bare("clean", "a.html", "--output", "json").out)["documents"]
    assert record["meta"]["title"] == title
    assert record["text"].count(title) == 1
