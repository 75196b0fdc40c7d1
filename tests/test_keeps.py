"""The file of exceptions: read with places, changed with its comments, and obeyed by the engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.engine import Cleaner, Options
from cleaner.exceptions import Keeps, marked
from cleaner.keeps import Entry, changed, read_entries, read_keeps, write
from cleaner.problem import CleanerError
from cleaner.rules.load import load_library
from cleaner.text.document import Document

TEXT = "It rained all day in the valley.\n\nAdvertisement\n\nThe council had nothing to add to that.\n\nLeave a Reply\n"

FILE = """\
# Ours
keep:
# the editor's own words
- fingerprint: aa
  file: a.txt
  text: |
    Share
    this
- text_everywhere: Leave  a Reply
  rules: [generic/x]  # only there
accepted:
  - fingerprint: bb
    rules: [g/one]
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keep.yml"
    path.write_text(FILE)
    entries = read_entries(path)
    assert [(entry.fingerprint, entry.is_accepted, entry.line) for entry in entries] == [
        ("aa", False, 4),
        ("", False, 9),
        ("bb", True, 12),
    ]
    keeps = read_keeps(path)
    assert keeps.is_kept("aa", [], "")
    assert not keeps.is_kept("bb", [], "")
    assert keeps.is_kept("zz", ["generic/x", "generic/y"], "Leave a\nReply")
    assert not keeps.is_kept("zz", ["generic/y"], "Leave a Reply")
    assert read_keeps(tmp_path / "none.yml") == Keeps()


def test_entries_come_and_go_and_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "keep.yml"
    path.write_text(FILE)
    new = Entry(
        fingerprint="cc", file="b.txt", rules=("g/two",), text="“Café” #1: x", date="2026-11-23", reason="why: so"
    )
    write(path, [new, new, Entry(is_accepted=True, fingerprint="dd")])
    text = path.read_text()
    assert text.count("fingerprint: cc") == 1
    assert "own words\n- fingerprint: aa" in text
    assert all(comment in text for comment in ("# Ours", "# the editor's own words", "# only there"))
    assert [entry.fingerprint for entry in read_entries(path)] == ["cc", "aa", "", "dd", "bb"]
    assert read_entries(path)[0].text == new.text
    assert read_entries(path)[0].reason == new.reason
    write(path, taken=read_entries(path)[:2])
    assert [entry.fingerprint for entry in read_entries(path)] == ["", "dd", "bb"]
    assert "this" not in path.read_text()
    write(path, taken=read_entries(path))
    assert read_entries(path) == ()
    write(path, [new])
    assert [entry.fingerprint for entry in read_entries(path)] == ["cc"]


def test_empty_and_bracketed_sections_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "keep.yml"
    for text in ("", "keep:\n", "keep: []\n", "keep: [{fingerprint: a}]\naccepted:\n", "accepted: []"):
        path.write_text(text)
        before = read_entries(path)
        path.write_bytes(changed(path, [Entry(fingerprint="n")]))
        assert {entry.fingerprint for entry in read_entries(path)} == {"n", *(entry.fingerprint for entry in before)}


ENTRIES = st.builds(
    Entry,
    is_accepted=st.booleans(),
    fingerprint=st.text("abc", min_size=1, max_size=3),
    file=st.text(max_size=5).filter(lambda text: "\x00" not in text and text.isprintable()),
    rules=st.lists(st.sampled_from(["g/a", "g/b"]), max_size=2).map(tuple),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)


@given(st.lists(ENTRIES, max_size=5), st.lists(ENTRIES, max_size=3), st.data())
def test_what_is_written_is_read(first: list[Entry], second: list[Entry], data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "keep.yml"
        path.write_bytes(changed(path, first))
        there = read_entries(path)
        assert {entry.identity for entry in there} == {entry.identity for entry in first}
        taken = data.draw(st.lists(st.sampled_from(there), max_size=3)) if there else []
        path.write_bytes(changed(path, second, taken))
        kept = {entry.identity for entry in there} - {entry.identity for entry in taken}
        assert {entry.identity for entry in read_entries(path)} == kept | {entry.identity for entry in second}
        assert all(entry.text in {one.text for one in [*first, *second]} for entry in read_entries(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keep: [", r"keep\.yml:\d+:\d+: not valid YAML"),
        ("kept:\n- fingerprint: a", "unknown key kept"),
        ("keep:\n- fingerprint: a\n- fingerprnt: b", r"keep\.yml:3: unknown key fingerprnt, did you mean fingerprint"),
        ("keep: yes", "expected a list"),
        ("keep:\n- file: a", "expected a fingerprint"),
        ("keep:\n- fingerprint: a\n  rules: b", "expected a list of rule ids"),
        ("- a", "expected the keys"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "keep.yml"
    path.write_text(text)
    with pytest.raises(CleanerError, match=message):
        read_keeps(path)


def test_the_engine_obeys() -> None:
    library = load_library()
    plain = Cleaner(library).clean(Document("a", TEXT))
    assert len(plain.edits) >= 2
    for edit, fingerprint in zip(plain.edits, plain.fingerprints(), strict=True):
        kept = Cleaner(library, Options(keeps=Keeps(frozenset({fingerprint})))).clean(Document("a", TEXT))
        assert edit.old.strip() in kept.text
        assert {one.old.strip() for one in kept.edits} == {one.old.strip() for one in plain.edits} - {edit.old.strip()}
        assert kept.restore() == TEXT
    keeps = Keeps(texts={"Advertisement": frozenset()})
    kept = Cleaner(library, Options(keeps=keeps)).clean(Document("b", "Another day\n" + TEXT))
    assert "Advertisement" in kept.text
    assert "Leave a Reply" not in kept.text


def test_marks_keep_what_is_between(tmp_path: Path) -> None:
    text = TEXT.replace("Advertisement", "<!-- cleaner: keep -->\nAdvertisement \n<!-- cleaner: end -->")
    result = Cleaner(load_library()).clean(Document("a", text))
    assert "keep -->\nAdvertisement \n<!--" in result.text
    assert "Leave a Reply" not in result.text
    assert not result.warnings
    open_ended = Cleaner(load_library()).clean(Document("a", text.replace("<!-- cleaner: end -->", "")))
    assert "Leave a Reply" in open_ended.text
    assert "line 3" in open_ended.warnings[0]
    assert marked("no mark: cleaner: keep") == ((), "")
