"""Run records as review reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cleaner.problem import CleanerError
from cleaner.review.data import load_review

TEXT = "First line.\nRead more\nSecond line.\nRead  more\nThird line.\nSubscribe\n"


def test_the_same_cuts_are_one(made: Any, tmp_path: Path) -> None:
    first, second = TEXT.index("Read more"), TEXT.index("Read  more")
    edits = [
        made.edit(TEXT, first, first + 10),
        made.edit(TEXT, second, second + 11),
        made.edit(TEXT, len(TEXT) - 10, len(TEXT)),
    ]
    other = made.edit(TEXT, first, first + 10, rule="generic/other")
    review = load_review(made.run(tmp_path, [("a.txt", TEXT, edits), ("b.txt", TEXT, [other])]))
    counts = {(cut.rule, cut.preview): (cut.count, cut.files, cut.same_text) for cut in review.cuts}
    assert counts == {
        ("generic/read-more", "Read more"): (2, 1, 3),
        ("generic/read-more", "Subscribe"): (1, 1, 1),
        ("generic/other", "Read more"): (1, 1, 3),
    }
    (row,) = [row for row in review.rules if row.id == "generic/read-more"]
    assert (row.places, len(row.cuts), row.files, row.characters) == (3, 2, 1, 31)
    assert {review.cuts[number].key for number in row.sample} == {review.cuts[number].key for number in row.cuts}


def test_a_real_run(project: Any) -> None:
    review = load_review(project.run)
    found = {cut.preview: (cut.rule, cut.count) for cut in review.cuts}
    assert found["Also read: The rain in numbers"] == ("news.example/teaser", 4)
    assert found["By Ada Byron"] == ("news.example/byline", 1)
    assert review.removed == sum(row.removed for row in review.documents)
    assert {one.name for one in review.by_source} == {"news.example"}
    assert sum(one.removed for one in review.by_category) == review.removed


def test_a_torn_last_line_is_left_out_and_sums_are_made_of_what_is_there(made: Any, tmp_path: Path) -> None:
    folder = made.run(
        tmp_path, [("a.txt", TEXT, [made.edit(TEXT, 0, 12)])], ended=None, changed=0, characters=0, removed=0
    )
    with (folder / "edits.jsonl").open("ab") as file:
        file.write(b'{"id": "torn')
    review = load_review(folder)
    assert (review.places, review.removed, review.characters) == (1, 12, len(TEXT))
    assert [(one.name, one.removed, one.documents) for one in review.by_source] == [("news.example", 12, 1)]


def test_a_broken_line_is_named(made: Any, tmp_path: Path) -> None:
    folder = made.run(tmp_path, [("a.txt", TEXT, [])])
    with (folder / "edits.jsonl").open("ab") as file:
        file.write(b"[]\n")
    with pytest.raises(CleanerError, match="not a line of a run record") as caught:
        load_review(folder)
    assert caught.value.problems[0].line == 2


def test_a_run_without_edits(made: Any, tmp_path: Path) -> None:
    folder = made.run(tmp_path, [])
    (folder / "edits.jsonl").unlink()
    assert load_review(folder).cuts == ()
