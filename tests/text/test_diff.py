"""Diffs made from edits (law 8): `patch` takes them both ways, and so does `undo`."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.problem import CleanerError, Problem
from cleaner.text.codec import encode
from cleaner.text.diff import redo, undo, unified, unified_bytes
from cleaner.text.edit import Edit, apply

Texts = st.SearchStrategy[str]
EditsOf = Callable[[str], st.SearchStrategy[tuple[Edit, ...]]]

NO_END = "\\ No newline at end of file\n"
HEAD = "--- a\n+++ b\n"

# Every codec has its own way to make a line end, a byte that looks like one, or a character of two.
ENCODED = {
    "utf-8": [*"ab\n\r \u00e9\u4e2d\U0001f600\u2028\ufeff\udcff"],
    "utf-16-le": [*"ab\n\r \u00e9\u4e2d\U0001f600\u2028\ufeff\u010a\u0a0a\u0a61\ud83d"],
    "utf-16-be": [*"ab\n\r \u00e9\u4e2d\U0001f600\u2028\ufeff\u010a\u0a0a\u0a61"],
    "utf-32-le": [*"ab\n\r \u00e9\u4e2d\U0001f600\u010a"],
    "gb18030": [*"ab\n\r \u00e9\u4e2d\U0001f600\udc81\udcff"],
    "cp1252": [*"ab\n\r \u00e9\u2019\udc81"],
    "cp932": [*"ab\n\r \u4e2d\u8868\uff76\udc81"],
    "big5hkscs": [*"ab\n\r \u4e2d\u00ca", "\u00ca\u0304"],
    "euc_jis_2004": [*"ab\n\r \u4e2d\u304b", "\u304b\u309a"],
    "iso2022_jp_2": [*"ab\n\r \u4e2d\u3042"],
    "hz": [*"ab\n\r \u4e2d~"],
    "utf-7": [*"ab\n\r \u4e2d+"],
}


def cut(text: str, *pieces: str, new: str = "") -> list[Edit]:
    """The removal of each of ``pieces``, in the order of the text."""
    edits, at = [], 0
    for number, piece in enumerate(pieces):
        at = text.index(piece, at)
        edits.append(Edit(at, at + len(piece), piece, new, (f"test/{number}",)))
        at += len(piece)
    return edits


def put(at: int, new: str) -> list[Edit]:
    return [Edit(at, at, "", new, ("test/put",))]


MADE: dict[str, tuple[str, list[Edit], str]] = {
    "a line": ("a\nb\nc\n", cut("a\nb\nc\n", "b\n"), "@@ -1,3 +1,2 @@ test/0\n a\n-b\n c\n"),
    "a piece of a line": ("ab\nc\n", cut("ab\nc\n", "b"), "@@ -1,2 +1,2 @@ test/0\n-ab\n+a\n c\n"),
    "pieces of one line": (
        "abcde\n",
        cut("abcde\n", "b", "d"),
        "@@ -1 +1 @@ test/0, test/1\n-abcde\n+ace\n",
    ),
    "a line end ahead of a line": ("a\nb\nc\n", cut("a\nb\nc\n", "\nb"), "@@ -1,3 +1,2 @@ test/0\n a\n-b\n c\n"),
    "two lines joined": ("a\nb\nc\n", cut("a\nb\nc\n", "\n"), "@@ -1,3 +1,2 @@ test/0\n-a\n-b\n+ab\n c\n"),
    "the first line": ("a\nb\n", cut("a\nb\n", "a\n"), "@@ -1,2 +1 @@ test/0\n-a\n b\n"),
    "the last line": ("a\nb\n", cut("a\nb\n", "b\n"), "@@ -1,2 +1 @@ test/0\n a\n-b\n"),
    "the last line, open": ("a\nb", cut("a\nb", "b"), f"@@ -1,2 +1 @@ test/0\n a\n-b\n{NO_END}"),
    "the last line with the end ahead of it": (
        "a\nb",
        cut("a\nb", "\nb"),
        f"@@ -1,2 +1 @@ test/0\n-a\n-b\n{NO_END}+a\n{NO_END}",
    ),
    "the last line end": ("a\nb\n", cut("a\nb\n", "b\n", new="b"), f"@@ -1,2 +1,2 @@ test/0\n a\n-b\n+b\n{NO_END}"),
    "an open last line changed": ("a\nbc", cut("a\nbc", "c"), f"@@ -1,2 +1,2 @@ test/0\n a\n-bc\n{NO_END}+b\n{NO_END}"),
    "ahead of an open last line": ("a\nb", cut("a\nb", "a\n"), f"@@ -1,2 +1 @@ test/0\n-a\n b\n{NO_END}"),
    "everything": ("a\nb\n", cut("a\nb\n", "a\nb\n"), "@@ -1,2 +0,0 @@ test/0\n-a\n-b\n"),
    "everything, open": ("a", cut("a", "a"), f"@@ -1 +0,0 @@ test/0\n-a\n{NO_END}"),
    "out of nothing": ("", put(0, "a\nb\n"), "@@ -0,0 +1,2 @@ test/put\n+a\n+b\n"),
    "out of nothing, open": ("", put(0, "a"), f"@@ -0,0 +1 @@ test/put\n+a\n{NO_END}"),
    "put ahead": ("b\n", put(0, "a\n"), "@@ -1 +1,2 @@ test/put\n+a\n b\n"),
    "put behind": ("a\n", put(2, "b\n"), "@@ -1 +1,2 @@ test/put\n a\n+b\n"),
    "put behind, open": ("a\n", put(2, "b"), f"@@ -1 +1,2 @@ test/put\n a\n+b\n{NO_END}"),
    "put behind an open line": ("a", put(1, "\nb\n"), f"@@ -1 +1,2 @@ test/put\n-a\n{NO_END}+a\n+b\n"),
    "CRLF": ("a\r\nb\r\n", cut("a\r\nb\r\n", "b\r\n"), "@@ -1,2 +1 @@ test/0\n a\r\n-b\r\n"),
    "CRLF to LF": ("a\r\n", cut("a\r\n", "\r"), "@@ -1 +1 @@ test/0\n-a\r\n+a\n"),
    "no line ends for patch": (
        "a\rb\u2028c\x85d\x0ce\n",
        cut("a\rb\u2028c\x85d\x0ce\n", "a\r"),
        "@@ -1 +1 @@ test/0\n-a\rb\u2028c\x85d\x0ce\n+b\u2028c\x85d\x0ce\n",
    ),
    "what looks like a diff": (
        "-- a\n++ b\n@@ -1 +1 @@\n\\ No\n",
        cut("-- a\n++ b\n@@ -1 +1 @@\n\\ No\n", "-- a\n", "\\ No\n"),
        "@@ -1,4 +1,2 @@ test/0, test/1\n--- a\n ++ b\n @@ -1 +1 @@\n-\\ No\n",
    ),
    "blank lines": ("a\n\n\nb\n", cut("a\n\n\nb\n", "\n\n"), "@@ -1,4 +1,2 @@ test/0\n a\n-\n-\n b\n"),
    "equal lines at both ends of an edit": (
        "a\nb\nc\n",
        cut("a\nb\nc\n", "a\nb\nc\n", new="a\nc\n"),
        "@@ -1,3 +1,2 @@ test/0\n a\n-b\n c\n",
    ),
    "six lines apart": (
        "a\n1\n2\n3\n4\n5\n6\nb\n",
        cut("a\n1\n2\n3\n4\n5\n6\nb\n", "a\n", "b\n"),
        "@@ -1,8 +1,6 @@ test/0, test/1\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n",
    ),
    "seven lines apart": (
        "a\n1\n2\n3\n4\n5\n6\n7\nb\n",
        cut("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "a\n", "b\n"),
        "@@ -1,4 +1,3 @@ test/0\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@ test/1\n 5\n 6\n 7\n-b\n",
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_unified(name: str) -> None:
    text, edits, hunks = MADE[name]
    assert unified("a", "b", text, edits) == HEAD + hunks


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [Edit(0, 1, "a", "a", ("test/same",))],
        [Edit(0, 2, "a\n", "", ("test/out",)), Edit(2, 2, "", "a\n", ("test/in",))],
        [Edit(1, 1, "", "b", ("test/in",)), Edit(1, 2, "\n", "", ("test/out",)), Edit(2, 3, "b", "\nb", ("test/x",))][
            :0
        ],
    ],
)
def test_no_change_makes_no_diff(edits: list[Edit]) -> None:
    assert unified("a", "b", "a\nb\n", edits) == ""
    assert unified_bytes("a", "b", "a\nb\n", "utf-16-le", edits) == b""
    assert undo(b"a\nb\n", b"") == b"a\nb\n"


def test_a_heading_names_the_rules_once_and_leaves_out_what_did_nothing() -> None:
    text = "abcd\n"
    edits = [
        Edit(0, 1, "a", "", ("test/z", "test/a")),
        Edit(1, 2, "b", "b", ("test/idle",)),
        Edit(2, 3, "c", "", ("repair/x", "test/z")),
    ]
    assert unified("a", "b", text, edits).splitlines()[2] == "@@ -1 +1 @@ test/z, test/a, repair/x"
    nameless = [Edit(0, 1, "a", "", ())]
    assert unified("a", "b", text, nameless).splitlines()[2] == "@@ -1 +1 @@"
    unruly = [Edit(0, 1, "a", "", ("my\nrule",))]
    assert unified("a", "b", text, unruly).splitlines()[2] == "@@ -1 +1 @@ my rule"


@pytest.mark.parametrize(
    ("context", "heading"),
    [(0, "@@ -3 +2,0 @@"), (1, "@@ -2,3 +2,2 @@"), (2, "@@ -1,5 +1,4 @@"), (9, "@@ -1,5 +1,4 @@")],
)
def test_context(context: int, heading: str) -> None:
    text = "a\nb\nc\nd\ne\n"
    assert unified("a", "b", text, cut(text, "c\n"), context).splitlines()[2] == f"{heading} test/0"


NAMES = {
    "a.txt": "a.txt",
    "a/b c.txt": "a/b c.txt\t",
    "文章.txt": "文章.txt",
    'a"b': r'"a\"b"',
    r"a\b": r'"a\\b"',
    "a\tb\nc": r'"a\tb\nc"',
    "a\x01\x1b\x7f": r'"a\001\033\177"',
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    text, edits, hunks = MADE["a line"]
    assert unified(name, name, text, edits) == f"--- {NAMES[name]}\n+++ {NAMES[name]}\n{hunks}"
    diff = unified_bytes(name, name, text, "cp1252", edits)
    assert diff == f"--- {NAMES[name]}\n+++ {NAMES[name]}\n{hunks}".encode()
    assert undo(b"a\nc\n", diff) == b"a\nb\nc\n"


def test_a_name_that_is_no_unicode() -> None:
    text, edits, _ = MADE["a line"]
    assert unified_bytes("\udcff", "b", text, "utf-8", edits).startswith(b"--- \xff\n+++ b\n")


def check_both_ways(text: str, edits: list[Edit] | tuple[Edit, ...], encoding: str) -> tuple[bytes, bytes, bytes]:
    raw, clean = encode(text, encoding), encode(apply(text, edits), encoding)
    diff = unified_bytes("a", "b", text, encoding, edits)
    assert undo(clean, diff) == raw
    assert redo(raw, diff) == clean
    return raw, clean, diff


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
def test_undo(name: str, encoding: str) -> None:
    check_both_ways(*MADE[name][:2], encoding)


@given(data=st.data())
@settings(max_examples=300)
def test_law_8_for_any_text_and_edits(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    edits = data.draw(edits_of(text))
    raw, clean, diff = check_both_ways(text, edits, "utf-8")
    assert diff == unified("a", "b", text, edits).encode()
    assert diff or raw == clean
    context = data.draw(st.integers(1, 5))
    assert undo(clean, unified("a", "b", text, edits, context).encode()) == raw


@pytest.mark.parametrize("encoding", ENCODED)
@given(data=st.data())
@settings(max_examples=50)
def test_law_8_in_any_encoding(encoding: str, data: st.DataObject) -> None:
    text = "".join(pieces := data.draw(st.lists(st.sampled_from(ENCODED[encoding]), max_size=30)))
    places = [sum(map(len, pieces[:number])) for number in range(len(pieces) + 1)]
    bounds = sorted(data.draw(st.lists(st.sampled_from(places), max_size=6)))
    news = st.one_of(st.just(""), st.lists(st.sampled_from(ENCODED[encoding]), max_size=4).map("".join))
    edits = [
        Edit(start, end, text[start:end], data.draw(news), ("test/a",))
        for start, end in zip(bounds[::2], bounds[1::2], strict=False)
    ]
    check_both_ways(text, edits, encoding)


def test_an_edit_between_two_characters_with_one_code() -> None:
    text = "\u304b\u309a\n"  # euc_jis_2004 has a code for both together, and one for the first, none for the second
    raw, clean, _ = check_both_ways(text, cut(text, "\u309a"), "euc_jis_2004")
    assert (raw, clean) == (b"\xa4\xf7\n", b"\xa4\xab\n")


def patched(folder: Path, content: bytes, diff: bytes, *options: str) -> bytes:
    """What GNU `patch` makes of ``content``."""
    file, patch = folder / "file.txt", folder / "file.txt.diff"
    file.write_bytes(content)
    patch.write_bytes(diff)
    done = subprocess.run(
        ["patch", "--binary", "--fuzz=0", *options, str(file), str(patch)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"offset" not in done.stdout
    return file.read_bytes()


needs_patch = pytest.mark.skipif(shutil.which("patch") is None, reason="GNU patch is not installed")


@needs_patch
@pytest.mark.parametrize("name", MADE)
def test_patch(name: str, tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16-le"):
        raw, clean, diff = check_both_ways(*MADE[name][:2], encoding)
        assert patched(tmp_path, raw, diff) == clean
        assert patched(tmp_path, clean, diff, "-R") == raw


@needs_patch
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "gb18030", "iso2022_jp_2"])
def test_patch_with_any_text_and_edits(encoding: str, tmp_path: Path) -> None:
    """A handful, from a seed of its own: each costs two processes."""
    chance = random.Random(encoding)
    for _ in range(15):
        text = "".join(chance.choices(ENCODED[encoding], k=chance.randrange(60)))
        bounds = sorted(chance.randrange(len(text) + 1) for _ in range(6))
        news = ["".join(chance.choices(ENCODED[encoding], k=chance.choice([0, 0, 3]))) for _ in range(3)]
        edits = [
            Edit(start, end, text[start:end], new, ("test/a",))
            for start, end, new in zip(bounds[::2], bounds[1::2], news, strict=True)
        ]
        raw, clean, diff = check_both_ways(text, edits, encoding)
        if diff:
            assert patched(tmp_path, raw, diff) == clean
            assert patched(tmp_path, clean, diff, "-R") == raw


@needs_patch
@pytest.mark.parametrize("name", NAMES)
def test_patch_finds_the_file_by_its_name(name: str, tmp_path: Path) -> None:
    text, edits, _ = MADE["a line"]
    file = tmp_path / "in" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    diff = unified_bytes(f"a/{name}", f"b/{name}", text, "utf-8", edits)
    subprocess.run(["patch", "-p1", "--binary"], input=diff, cwd=tmp_path / "in", capture_output=True, check=True)
    assert file.read_text() == "a\nc\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_git_applies_it_and_its_own_can_be_undone(name: str, tmp_path: Path) -> None:
    text, edits, _ = MADE["ahead of an open last line"]
    file = tmp_path / "in" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)

    def git(*words: str, given: bytes = b"") -> bytes:
        quiet = ["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"]
        done = subprocess.run(
            ["git", *quiet, *words], input=given, cwd=tmp_path / "in", capture_output=True, check=True
        )
        return done.stdout

    git("init", "--quiet")
    git("add", "--all")
    git("apply", given=unified_bytes(f"a/{name}", f"b/{name}", text, "utf-8", edits))
    assert file.read_text() == "b"
    assert undo(b"b", git("diff", "--no-ext-diff", "--no-color")) == text.encode()


@pytest.mark.skipif(shutil.which("diff") is None, reason="GNU diff is not installed")
@given(data=st.data())
@settings(max_examples=15)
def test_what_diff_u_writes_can_be_undone(
    data: st.DataObject, texts: Texts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("diff")
    old, new = data.draw(texts).encode(), data.draw(texts).encode()
    (folder / "a").write_bytes(old)
    (folder / "b").write_bytes(new)
    command = ["diff", "-u", "--text", str(folder / "a"), str(folder / "b")]
    diff = subprocess.run(command, capture_output=True, check=False).stdout
    assert undo(new, diff) == old
    assert redo(old, diff) == new


def refused(clean: bytes, diff: bytes) -> Problem:
    with pytest.raises(CleanerError) as caught:
        undo(clean, diff)
    (problem,) = caught.value.problems
    return problem


TEXT = "".join(f"line {number}\n" for number in range(1, 31))
EDITS = cut(TEXT, "line 10\n", "line 20\n")
CLEAN = apply(TEXT, EDITS).encode()
DIFF = unified_bytes("a", "b", TEXT, "utf-8", EDITS)


@pytest.mark.parametrize(
    ("clean", "line", "said"),
    [
        (CLEAN.replace(b"line 9\n", b"LINE 9\n"), 9, "line 6 of the diff expects 'line 9' here, but there is 'LINE 9'"),
        (CLEAN.replace(b"line 9\n", b"line 9\r\n"), 9, r"expects 'line 9' here, but there is 'line 9\r'"),
        (CLEAN.replace(b"line 23\n", b""), 21, "line 18 of the diff expects 'line 23' here, but there is 'line 24'"),
        (b"new\n" + CLEAN, 7, "expects 'line 7' here, but there is 'line 6'"),
        (CLEAN[: CLEAN.index(b"line 19")], 18, "expects 'line 19' here, but there is the end of the text"),
        (CLEAN[: CLEAN.index(b"line 16")], 0, "begins at line 16, which the text does not have"),
        (CLEAN[: CLEAN.index(b"\nline 23")], 20, "expects 'line 22' here, but there is 'line 22' without a line end"),
        (b"", 0, "the hunk in line 3 of the diff begins at line 7, which the text does not have"),
        (TEXT.encode(), 10, "expects 'line 11' here, but there is 'line 10'"),
    ],
)
def test_a_text_that_was_changed_is_refused(clean: bytes, line: int, said: str) -> None:
    problem = refused(clean, DIFF)
    assert said in problem.message
    assert problem.line == line
    assert "left alone" in problem.hint


@pytest.mark.parametrize(
    ("text", "edits", "clean", "said"),
    [
        ("a\nb\n", cut("a\nb\n", "b\n"), b"a\nnew\n", "ends with the text, but that goes on with 'new'"),
        ("a\nb\n", cut("a\nb\n", "a\nb\n"), b"new\n", "ends with the text, but that goes on with 'new'"),
        ("a\nb", cut("a\nb", "a\n"), b"b\n", "expects 'b' without a line end here, but there is 'b'"),
        ("a\nb", cut("a\nb", "b"), b"a", "expects 'a' here, but there is 'a' without a line end"),
    ],
)
def test_the_ends_of_a_text_are_held_too(text: str, edits: list[Edit], clean: bytes, said: str) -> None:
    assert said in refused(clean, unified_bytes("a", "b", text, "utf-8", edits)).message


@given(data=st.data())
def test_a_hunk_fits_nowhere_but_in_its_place(data: st.DataObject, texts: Texts, edits_of: EditsOf) -> None:
    text = data.draw(texts)
    edits = data.draw(edits_of(text))
    diff = unified_bytes("a", "b", text, "utf-8", edits)
    raw, clean = text.encode(), apply(text, edits).encode()
    other = data.draw(texts).encode()
    try:
        undone = undo(other, diff)
    except CleanerError:
        return
    assert redo(undone, diff) == other
    assert undone != raw or other == clean


D = DIFF.decode()
BROKEN = {
    "no diff": ("It rained.\n", "line 1 of the diff should begin with '--- '"),
    "one name": ("--- a\n@@ -1 +1 @@\n", "line 2 of the diff should begin with '+++ '"),
    "no hunk": (HEAD, "line 2 of the diff is the last; a hunk should follow it"),
    "no heading": (HEAD + "line 1\n", "line 3 of the diff should be the heading of a hunk"),
    "cut in a line": (D[:-3], "has no line end; the diff was cut short"),
    "cut behind a line": (D[: D.rindex("-line 20")], "but the hunk of line 11 goes on; the diff was cut short"),
    "cut in the head": ("--- a\n", "line 2 of the diff should begin with '+++ '"),
    "two files": (D + D, "line 19 of the diff begins another file; only diffs of one file can be undone"),
    "two files, git": (D + "diff --git a/c b/c\n" + D, "begins another file"),
    "something behind": (D + "It rained.\n", "line 19 of the diff should be the heading of a hunk"),
    "too many lines": (D.replace("@@ -7,7 +7,6 @@", "@@ -7,6 +7,6 @@"), "line 3 of the diff says 6 and 6 lines"),
    "other numbers": (
        D.replace("-17,7 +16,6", "-18,7 +16,6"),
        "has the lines 16 and 18, but those before it make it 17",
    ),
    "hunks swapped": (D.replace("-7,7 +7,6", "-37,7 +37,6"), "begins at line 37, which the text does not have"),
    "a number out of all bounds": (HEAD + f"@@ -{'9' * 5000} +1 @@\n", "should be the heading of a hunk"),
    "an odd mark": (D.replace("\n-line 10", "\n~line 10"), "should begin with a space, - or +, not '~line 10'"),
    "CRLF": (D.replace("\n", "\r\n"), "the diff's line ends were changed"),
    "a remark of nothing": (HEAD + f"@@ -1 +1 @@\n{NO_END}-a\n+b\n", "says that there is no newline, but not of which"),
    "two remarks": (HEAD + f"@@ -1 +1 @@\n-a\n{NO_END}{NO_END}+b\n", "says that there is no newline, but not of which"),
    "behind the last": (HEAD + f"@@ -1,2 +1 @@\n-a\n{NO_END}-b\n+b\n", "line 6 of the diff follows a line that should"),
    "open in the middle": (HEAD + f"@@ -1 +1 @@\n-a\n{NO_END}+line 1\n", "ends with the text, but that goes on"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_diff_is_refused(name: str) -> None:
    diff, said = BROKEN[name]
    problem = refused(CLEAN, diff.encode())
    assert said in problem.message
    assert problem.hint


@given(st.binary(max_size=60), st.data())
def test_any_damage_to_a_diff_is_refused_or_harmless(noise: bytes, data: st.DataObject) -> None:
    """No other error comes out, and what comes out can be turned back."""
    at = data.draw(st.integers(0, len(DIFF)))
    damaged = DIFF[:at] + noise + DIFF[data.draw(st.integers(at, len(DIFF))) :]
    try:
        undone = undo(CLEAN, damaged)
    except CleanerError:
        return
    assert redo(undone, damaged) == CLEAN


def test_an_empty_line_of_context_may_have_lost_its_space() -> None:
    text = "a\n\nb\n"
    diff = unified_bytes("a", "b", text, "utf-8", cut(text, "b\n")).replace(b"\n \n", b"\n\n")
    assert undo(b"a\n\n", diff) == text.encode()


def test_a_character_that_the_encoding_does_not_have_is_named_with_its_place() -> None:
    text = "Вчера\nшёл\nx\n"
    with pytest.raises(CleanerError) as caught:
        unified_bytes("a", "b", text, "koi8-r", [Edit(10, 11, "x", "é", ("test/a",))])
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (3, 1)


@pytest.mark.parametrize(
    "line", ["A line of some sixty characters, as articles have them often.\n", "No line end at all. "]
)
def test_a_large_text_with_few_edits_costs_little(line: str) -> None:
    """Time for 20 MB; at 100 MB/s it would be 0.2 s. The limit is for slow and busy machines."""
    text = line * (20_000_000 // len(line))
    spots = range(0, len(text) - 1, len(text) // 50)
    edits = [Edit(at, at + 1, text[at], "", ("test/a",)) for at in spots]
    start = time.process_time()
    diff = unified("a", "b", text, edits)
    raw_diff = unified_bytes("a", "b", text, "utf-8", edits)
    spent = time.process_time() - start
    assert raw_diff == diff.encode()
    assert spent < 1.5
    clean, raw = apply(text, edits).encode(), text.encode()
    start = time.process_time()
    assert undo(clean, raw_diff) == raw
    assert time.process_time() - start < 1
