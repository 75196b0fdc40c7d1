"""Run records: what is written is what was done, and what can be read of it after any end."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.engine import Result
from cleaner.problem import CleanerError, Problem
from cleaner.project import own_folder, project_folder
from cleaner.rules.source import SourceChoice
from cleaner.runs import CONTEXT, KEPT, RunRecord, around, find_run, list_runs, read_run, run_line
from cleaner.sums import Sums
from cleaner.text.document import Document
from cleaner.text.edit import Edit, apply

ABOUT = {"rules": "d1", "level": "likely", "out": "clean", "in_place": False}


def result(text: str, cuts: list[tuple[int, int, str]], source: str | None = None) -> Result:
    edits = tuple(
        Edit(start, end, text[start:end], "", (rule, "x/other"), f"why {rule}", "likely", "promo")
        for start, end, rule in cuts
    )
    return Result(Document("a", text), apply(text, edits), edits, source=SourceChoice(source, "test"))


@st.composite
def results(draw: st.DrawFn) -> Result:
    text = draw(st.text(min_size=8, max_size=30))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    cuts = [
        (a, b, draw(st.sampled_from(["g/one", "g/two", "s/three"])))
        for a, b in zip(places[::2], places[1::2], strict=False)
    ]
    return result(text, cuts, draw(st.sampled_from([None, "s"])))


@given(st.lists(results(), max_size=8), st.integers(0, 8))
def test_sums_are_those_of_the_edits(documents: list[Result], at: int) -> None:
    sums, first, second = Sums(), Sums(), Sums()
    for number, one in enumerate(documents):
        sums.add(one)
        (first if number < at else second).add(one)
    first += pickle.loads(pickle.dumps(second))
    assert first == sums
    edits = [edit for one in documents for edit in one.edits]
    assert sum(rule.cuts for rule in sums.rules.values()) == len(edits)
    assert sum(rule.characters for rule in sums.rules.values()) == sums.removed == sum(one.removed for one in documents)
    assert sum(source.documents for source in sums.sources.values()) == len(documents)
    for rule, one in sums.rules.items():
        assert one.documents == sum(any(edit.rules[0] == rule for edit in document.edits) for document in documents)


@given(st.text(max_size=900), st.data())
def test_context_is_what_stands_around(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before, after = around(text, start, end)
    assert text[:start].endswith(before)
    assert text[end:].startswith(after)
    assert max(len(before), len(after)) <= CONTEXT
    assert before or not text[max(0, start - CONTEXT) : start].strip() or start == 0
    if len(text) <= CONTEXT:
        assert (before, after) == (text[:start], text[end:])


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = RunRecord(tmp_path, ABOUT)
    assert json.loads((tmp_path / ".cleaner/runs" / record.id / "run.json").read_text())["ended"] is None
    one = result("It rained.\nShare\n", [(10, 16, "g/share")], "s")
    record.sums.add(one)
    fields = {"edits": [{"start": 10, "end": 16, "old": "\nShare", "new": ""}], "sha256": "x"}
    place = {"id": "a", "path": "in/a", "record": None, "offset": None, "output": "clean/a"}
    record.add(run_line(place, one, fields))
    record.add_input("in/a", "clean/a", "text", 1, 0, 17)
    record.fail(Problem("cannot read: no", "in/b", hint="check"), "in/b", is_read=False)
    record.finish({"g/share": "line"})
    run = read_run(find_run(tmp_path))
    known = run.summary
    assert (known["id"], known["documents"], known["changed"], known["failed"]) == (record.id, 2, 1, 1)
    assert known["by_rule"]["g/share"] == {
        "category": "promo",
        "confidence": "likely",
        "why": "why g/share",
        "pack": "g",
        "verb": "line",
        "cuts": 1,
        "characters": 6,
        "documents": 1,
    }
    assert known["by_category"] == {"promo": {"cuts": 1, "characters": 6, "documents": 1}}
    assert known["by_source"]["s"]["removed"] == 6
    assert known["failures"] == [{"path": "in/b", "line": None, "message": "cannot read: no", "hint": "check"}]
    assert known["ended"]
    assert not known["interrupted"]
    (line,) = run.lines()
    assert (line["id"], line["edits"][0]["before"], line["edits"][0]["after"]) == ("a", "It rained.", "\n")


def test_a_line_that_a_kill_tore_is_left_out(tmp_path: Path) -> None:
    record = RunRecord(tmp_path, ABOUT)
    assert record.folder
    (record.folder / "edits.jsonl").write_bytes(b'{"id":"a"}\n{"id":"b')
    assert [line["id"] for line in read_run(record.folder).lines()] == ["a"]
    (record.folder / "edits.jsonl").write_bytes(b'{"id":"a"}\nno json\n')
    with pytest.raises(CleanerError, match=r"edits\.jsonl:2"):
        list(read_run(record.folder).lines())


def test_old_runs_go(tmp_path: Path) -> None:
    for _ in range(KEPT + 3):
        RunRecord(tmp_path, ABOUT).finish()
    assert len(list_runs(tmp_path / ".cleaner/runs")) == KEPT


def test_where_it_cannot_be_written_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / ".cleaner").write_text("a file")
    record = RunRecord(tmp_path, ABOUT)
    record.add(b"{}\n")
    record.finish()
    assert record.problem
    assert "no record of this run" in record.problem.message


def test_a_run_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match="there is no run"):
        find_run(tmp_path)
    RunRecord(tmp_path, ABOUT).finish()
    with pytest.raises(CleanerError, match="there is no run 2001"):
        find_run(tmp_path, "2001")
    folder = find_run(tmp_path)
    (folder / "run.json").write_text('{"format": 99}')
    with pytest.raises(CleanerError, match="not a run record"):
        read_run(folder)
    (folder / "run.json").write_text("{")
    with pytest.raises(CleanerError, match="not the summary"):
        read_run(folder)


def test_the_project_is_where_the_configuration_or_git_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b")
    assert project_folder(None) == tmp_path / "a/b"
    (tmp_path / ".git").mkdir()
    assert project_folder(None) == tmp_path
    assert project_folder(Path("../cleaner.toml")) == tmp_path / "a"
    assert "/runs/" in (own_folder(tmp_path) / ".gitignore").read_text()
