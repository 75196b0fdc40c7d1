"""The laws of records, for any of them: clean and undo give the bytes back, and any number of processes the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.engine import Cleaner, Options
from cleaner.readers import jsonl
from cleaner.readers.edit_lines import entry_of
from cleaner.readers.fields import Fields
from cleaner.readers.tree import File
from cleaner.rules.load import load_library
from cleaner.stream.corpus import Corpus
from cleaner.stream.inputs import Input
from cleaner.stream.model import Done, Origin
from cleaner.stream.undo import undo_lines
from cleaner.stream.work import Work
from cleaner.text.members import STYLES, span_of, style_of

SOUND = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(
    ["CUT ME now\n", "It rained.\n", 'CUT ME \\ "too" /<b>\u2028\n', "caf\u00c3\u00a9 ", "\r\n", "é"]
)
TEXTS = st.lists(PIECES | st.text(SOUND, max_size=20), max_size=6).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.text(max_size=4), VALUES, max_size=3).flatmap(
    lambda record: st.tuples(st.just(record), TEXTS, st.booleans()).map(
        lambda made: {**made[0], "text": made[1]} if made[2] else {"text": made[1], **made[0]}
    )
)
FORMS = st.sampled_from([{"ensure_ascii": False}, {"ensure_ascii": True}, {"separators": (",", ":")}])


def written(record: Any, form: dict[str, Any]) -> bytes:
    return json.dumps(record, **form).encode("utf-8", "surrogatepass")


LINES = st.tuples(RECORDS | VALUES, FORMS).map(lambda pair: written(*pair)) | st.binary(max_size=20).map(
    lambda raw: raw.replace(b"\n", b" ")
)


@pytest.fixture(scope="module")
def cleaner(rules: Any) -> Cleaner:
    return Cleaner(load_library([rules], shipped=False), Options(source="test"))


def cleaned(work: Work, given: Input, jobs: int = 1) -> tuple[bytes, bytes, Any]:
    out: list[bytes] = []
    edits: list[bytes] = []
    corpus = Corpus([given], work, jobs, stream=out.append)
    for done in corpus.run():
        if isinstance(done, Done):
            assert done.missing is None or not done.counts.sums.changed
            edits.append(done.edits)
    return b"".join(out), b"".join(edits), corpus.counts


@given(lines=st.lists(LINES, max_size=8), end=st.sampled_from([b"", b"\n", b"\r\n"]), has_field=st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_clean_and_undo_give_the_bytes_back(
    cleaner: Cleaner, tmp_path: Any, lines: list[bytes], end: bytes, has_field: bool
) -> None:
    # One record in front that can be read, so that the run does not stop because none can.
    raw = b"\n".join([b'{"text":"CUT ME\\nIt rained."}', *lines]) + end
    path = tmp_path / "x.jsonl"
    path.write_bytes(raw)
    origin = Origin("jsonl", "x.jsonl", "x.jsonl")
    fields = Fields(edits="the edits" if has_field else None)
    work = Work(cleaner, fields, has_edits=True)
    clean, edits, counts = cleaned(work, Input(File(path, "x.jsonl", "x.jsonl"), origin))
    assert counts.documents == sum(1 for line in raw.split(b"\n") if line.strip())
    path.write_bytes(clean)
    entries = (entry_of(found, found["record"], "e") for found in map(json.loads, edits.splitlines()) if found["edits"])
    back: list[bytes] = []
    undo_lines(Input(File(path, "x.jsonl", "x.jsonl"), origin), fields, None if has_field else entries, back.append)
    assert b"".join(back) == raw


@given(text=st.text(SOUND), style=st.sampled_from(sorted(STYLES)))
def test_every_style_is_read_again_and_known(text: str, style: str) -> None:
    value = STYLES[style](text)
    assert json.loads(value) == text
    known = style_of(text, value)
    assert known is not None
    assert STYLES[known](text) == value


@given(record=RECORDS, form=FORMS)
def test_the_span_of_a_value_is_found(record: dict[str, Any], form: dict[str, Any]) -> None:
    line = json.dumps({"outer": record}, **form)
    start, end = span_of(line, ("outer", "text"))
    assert json.loads(line[start:end]) == record["text"]


def test_any_number_of_processes_gives_the_same_bytes(
    cleaner: Cleaner, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "CHUNK", 1000)
    path = tmp_path / "x.jsonl"
    made = [{"n": n, "text": f"{n}\n" + "CUT ME now\n" * (n % 4) + "It rained.\n" * (n % 7)} for n in range(500)]
    path.write_bytes(b"".join(written(record, {}) + b"\n" for record in made) + b"oh\n")
    given = Input(File(path, "x.jsonl", "x.jsonl"), Origin("jsonl", "x.jsonl", "x.jsonl", "gz"))
    work = Work(cleaner, has_edits=True, has_run=True)
    one = cleaned(work, given)
    for jobs in (2, 3):
        assert cleaned(work, given, jobs) == one
