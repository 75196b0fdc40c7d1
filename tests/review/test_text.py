"""A document's text, found again and taken to pieces."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.review.record import DocumentLine, EditLine, Summary
from cleaner.review.text import LONGEST, SHOWN, find_text, pieces

TEXT = "😀 First line.\nשלום read more\nZweite Zeile é.\n"
CUT = EditLine(start=14, end=29, old=TEXT[14:29], new="")


def line(clean: str, original: str = TEXT, **more: Any) -> DocumentLine:
    digests = [sha256(one.encode()).hexdigest() for one in (clean, original)]
    known = {"id": "a", "path": "in/a.txt", "encoding": "utf-8", "characters": len(original), "edits": (CUT,)}
    return DocumentLine(**{**known, "sha256": digests[0], "original_sha256": digests[1], **more})


CLEAN = TEXT[:14] + TEXT[29:]


def put(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("path", "content"),
    [("in/a.txt", TEXT), ("in/a.txt", CLEAN), ("out/a.txt", CLEAN)],
    ids=["the input as it was", "cleaned in place", "the output alone"],
)
def test_the_original_is_found(tmp_path: Path, path: str, content: str) -> None:
    put(tmp_path / path, content.encode())
    found = find_text(line(CLEAN, output="a.txt"), Summary(folder=str(tmp_path), out="out"), tmp_path)
    assert found.text == TEXT


def test_a_text_that_changed_is_not_guessed_at(tmp_path: Path) -> None:
    put(tmp_path / "in/a.txt", (TEXT + "more").encode())
    found = find_text(line(CLEAN), Summary(folder=str(tmp_path)), tmp_path)
    assert found.text is None
    assert "as it was" in found.reason


def test_what_lies_outside_is_not_read(tmp_path: Path) -> None:
    put(tmp_path / "secret.txt", TEXT.encode())
    project = tmp_path / "project"
    project.mkdir()
    (project / "link.txt").symlink_to(tmp_path / "secret.txt")
    for path in ("../secret.txt", str(tmp_path / "secret.txt"), "link.txt"):
        found = find_text(line(CLEAN, path=path), Summary(folder=str(project)), project)
        assert found.text is None
        assert "outside" in found.reason


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_record_is_found_by_offset_and_digest(tmp_path: Path, name: str) -> None:
    first = json.dumps({"text": "no"}) + "\n"
    raw = (first + json.dumps({"id": 1, "doc": {"text": TEXT}}) + "\n").encode()
    put(tmp_path / name, gzip.compress(raw) if name.endswith("gz") else raw)
    found = find_text(line(CLEAN, path=name, record=2, offset=len(first)), Summary(folder=str(tmp_path)), tmp_path)
    assert found.text == TEXT


def test_a_record_is_found_in_the_output_by_its_number(tmp_path: Path) -> None:
    put(tmp_path / "out/a.jsonl", (json.dumps({"text": "no"}) + "\n" + json.dumps({"text": CLEAN}) + "\n").encode())
    known = line(CLEAN, path="in/a.jsonl", output="out/a.jsonl", record=2, offset=999)
    assert find_text(known, Summary(folder=str(tmp_path)), tmp_path).text == TEXT


@given(st.data())
def test_pieces_are_the_text(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1))
    bounds = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    edits = [EditLine(start=start, end=end, old=text[start:end], new="x") for start, end in pairs]
    found = list(pieces(text, edits))
    assert "".join(piece.text for piece in found) == text
    assert [piece.edit for piece in found if piece.edit is not None] == list(range(len(edits)))


def test_long_texts_are_shortened_around_the_cuts() -> None:
    text = "a" * SHOWN + "CUT" + "b" * 1_000_000
    edits = [EditLine(start=SHOWN, end=SHOWN + 3, old="CUT")]
    found = list(pieces(text, edits))
    assert sum(len(piece.text) + len(piece.rest) for piece in found) < 10_000
    assert sum(len(piece.text) + len(piece.rest) + piece.left_out for piece in found) == len(text)
    (whole,) = pieces("x" * 1_000_000, [EditLine(start=0, end=1_000_000, old="x" * 1_000_000)])
    assert len(whole.text) + len(whole.rest) == LONGEST
    assert whole.left_out == 1_000_000 - LONGEST
