"""How far a run is: a bar on a terminal alone, lines where they are asked for, and nothing of either in the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.options import Settings
from cleaner.cli.progress import Progress, clock
from cleaner.cli.screen import Screen

MAIN = """\
import sys
from cleaner.cli import main, progress
progress.DELAY = progress.PAUSE = 0
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def corpus(here: Path) -> Path:
    (here / "in").mkdir()
    for number in range(12):
        (here / "in" / f"{number}.txt").write_text(f"It rained {number} times.\n", encoding="utf-8")
    (here / "in/records.jsonl").write_text('{"text": "It rained."}\n' * 9, encoding="utf-8")
    (here / "in/bad.txt").write_bytes(b"no\x00text")
    return here


def on_terminal(*words: str, term: str = "xterm") -> str:
    """What the command says on standard error, which is a terminal of 100 columns."""
    pty, fcntl, termios, struct = map(pytest.importorskip, ("pty", "fcntl", "termios", "struct"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    child = subprocess.Popen(
        [sys.executable, "-c", MAIN, *words],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env={**known, "TERM": term},
    )
    os.close(theirs)
    said = bytearray()
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not block:
            break
        said += block
    os.close(ours)
    child.wait(timeout=60)
    return said.decode("utf-8").replace("\r\n", "\n")


def screen_of(said: str) -> str:
    """What is left on a terminal that was told all this: a line that is taken away is gone."""
    lines = [line.split("\r\x1b[2K")[-1] for line in said.split("\n")]
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))


def test_a_terminal_shows_a_bar_and_is_left_clean(corpus: Path) -> None:
    said = on_terminal("clean", "in", "-o", "out", "-j", "1")
    assert "━" in said
    assert re.search(r"12 files, [\d.]+ MB/s, 0\.0% removed, \d+%, 0:00 left", said)
    assert re.search(r"9 documents, [\d.]+ MB/s", said)
    left = screen_of(said)
    assert "MB/s" not in left
    assert left.count("\n") == 2, left
    assert "bad.txt:1:3: a NUL character" in left
    assert left.endswith("22 documents cleaned, no edits, 1 failed\n")
    drawn = re.sub(r"\x1b\[[0-9;]*[mK]", "", said)
    assert max(map(len, re.split("[\r\n]", drawn))) < 200


@pytest.mark.parametrize(
    ("words", "term"),
    [(("--no-progress",), "xterm"), (("-q",), "xterm"), ((), "dumb")],
)
def test_a_terminal_shows_none_where_it_is_not_wanted(corpus: Path, words: tuple[str, ...], term: str) -> None:
    assert "MB/s" not in on_terminal("clean", "in", "-o", "out", "-j", "1", *words, term=term)


def test_elsewhere_nothing_is_said_unless_asked_for(corpus: Path, cli: Any) -> None:
    assert "MB/s" not in cli("clean", "in", "-o", "out").err
    said = cli("clean", "in", "-o", "more", "--progress").err
    assert re.search(r"^13 files, [\d.]+ MB/s, 0\.0% removed, 100%, 0:00 left$", said, re.M)
    assert re.search(r"^9 documents, [\d.]+ MB/s, 0\.0% removed, 100%, 0:00 left$", said, re.M)
    assert "\x1b" not in said


def progress(sizes: list[int], monkeypatch: pytest.MonkeyPatch, seconds: float) -> Progress:
    times = iter([0.0])
    monkeypatch.setattr("cleaner.cli.progress.monotonic", lambda: next(times, seconds))
    return Progress(Settings(), Screen(), sizes)


def test_what_is_said_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = progress([1_000_000, 3_000_000], monkeypatch, 2.0)
    bar.advance(10, 500_000, 100, 1000)
    bar.advance(10, 500_000, 100, 1000)
    bar.file_done()
    assert bar.text() == "20 documents, 0.5 MB/s, 10.0% removed, 25%, 0:06 left"
    bar.advance(5, 3_500_000, 0, 2000)  # a file that grows does not make more than the whole
    assert bar.share == 1


def test_what_was_done_before_does_not_make_it_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = progress([1_000_000, 3_000_000], monkeypatch, 2.0)
    bar.skip(1, 1_000_000)
    bar.advance(10, 1_000_000)
    assert bar.text() == "10 documents, 0.5 MB/s, 75%, 0:02 left"


def test_packed_files_tell_how_far_the_next_are(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = progress([100, 100], monkeypatch, 2.0)
    bar.advance(1, 5000, form="packed")
    assert bar.share == 0.5, "it is never more than the file"
    bar.file_done("packed")
    bar.advance(1, 2500, form="packed")
    assert bar.share == 0.75, "a byte made fifty in the first"


def test_without_a_size_no_time_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = progress([], monkeypatch, 2.0)
    bar.advance(3, 1_000_000)
    assert bar.text() == "3 documents, 0.5 MB/s"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (3661, "1:01:01")])
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
