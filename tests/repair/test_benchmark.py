"""The speed benchmark measures what it says it measures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import repair as benchmark
from cleaner.repair import repair


def test_the_texts_it_makes_are_the_same_each_time_and_damaged_where_it_says() -> None:
    kinds = dict(benchmark.made(0.07))
    assert kinds == dict(benchmark.made(0.07))
    damaged = kinds.pop(benchmark.DAMAGED)
    assert [number for number, text in enumerate(damaged) if repair(text)] == list(range(0, len(damaged), 20))
    assert len(damaged) > 20
    assert {name for name, texts in kinds.items() if any(map(repair, texts))} == set()
    assert all(text.isascii() for text in kinds["English, ASCII"])


def test_it_reads_texts_records_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"One.\xff")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "Two."}) + "\n", "utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Three."}\n{"text": "Four."}\n'))
    assert list(benchmark.read(tmp_path)) == ["One.\udcff", "Two.", "Three.", "Four."]


def test_a_row_names_the_text_and_the_share_of_changed_documents(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark.measure("two", ["It’s fine.\n" * 50, "Itâ€™s not.\n" * 50], rounds=1)
    name, _, changed, *speeds = capsys.readouterr().out.split()
    assert (name, changed) == ("two", "50.0%")
    assert all(float(speed) > 0 for speed in speeds)
