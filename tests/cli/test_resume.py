"""A run that ends before its end, and is taken up again: the outputs are those of an unbroken one."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli import resume
from cleaner.readers import jsonl
from cleaner.stream import corpus
from cleaner.writers.packed import member

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nThe end.\n"
QUIET = "Nothing here.\n"


def records(count: int, seed: int = 0) -> bytes:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        text = "".join(chance.choices((NOISY, QUIET, f"Line {number}.\n"), k=chance.randint(1, 9)))
        made.append(json.dumps({"id": number, "text": text}, ensure_ascii=number % 2 == 0).encode())
        if number % 97 == 96:
            made.append(b'{"id": broken')
    return b"\n".join(made) + b"\n"


def contents(folder: str | Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and a checkpoint after each."""
    monkeypatch.setattr(jsonl, "CHUNK", 2000)
    monkeypatch.setattr(corpus, "PAUSE", 0)
    monkeypatch.setattr(corpus, "SHARE", 0)
    monkeypatch.setattr(resume, "PAUSE", 0)


@pytest.fixture
def corpora(plant: Any) -> None:
    """Records in three packings, and texts."""
    plant("in/a.jsonl", records(300, 1))
    plant("in/b.jsonl.gz", gzip.compress(records(200, 2)))
    plant("in/c.jsonl", b"")
    plant("in/d.jsonl", records(50, 3))
    for number in range(20):
        plant(f"in/t/{number:02}.txt", NOISY * number)


class Stop(BaseException):
    """Stands for what ends a run at any moment."""


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command whose writing to the disk stops after so many system calls; True where it got there."""

    def run(cli: Any, count: int, *words: object) -> bool:
        left = [count]

        def counted(name: str) -> Any:
            true = getattr(os, name)

            def call(*args: Any, **keywords: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    raise Stop
                return true(*args, **keywords)

            return call

        with monkeypatch.context() as patch:
            for name in ("write", "fsync", "ftruncate"):
                patch.setattr(os, name, counted(name))
            try:
                cli(*words)
            except Stop:
                return True
        return False

    return run


@pytest.mark.usefixtures("small", "corpora")
def test_wherever_a_run_stops_it_can_be_taken_up(cli: Any, stopped: Any) -> None:
    words = ("clean", "in", "--edits")
    whole = cli(*words, "whole.jsonl", "-o", "whole")
    said = whole.err.splitlines()[-1]
    for number, count in enumerate((1, 3, 31, 61, 62, 63, 64, 201)):
        out, edits = f"out{number}", f"e{number}.jsonl"
        if not stopped(cli, count, *words, edits, "-o", out):
            break
        for again in (7, 40):
            stopped(cli, again, *words, edits, "-o", out, "--resume")
        done = cli(*words, edits, "-o", out, "--resume")
        assert done.err.splitlines()[-1] == said
        assert contents(out) == contents("whole")
        assert Path(edits).read_bytes() == Path("whole.jsonl").read_bytes()
    assert number == 7


@pytest.mark.usefixtures("small", "corpora")
def test_a_share_of_a_packed_file_is_taken_up(cli: Any, stopped: Any) -> None:
    words = ("clean", "in/b.jsonl.gz", "--shard", "2/3", "--edits")
    cli(*words, "whole.jsonl", "-o", "whole")
    name = "in/b.shard-2-of-3.jsonl.gz"
    assert len(gzip.decompress(Path("whole", name).read_bytes()).splitlines()) > 50
    for number, count in enumerate((9, 21, 35)):
        assert stopped(cli, count, *words, f"e{number}", "-o", f"out{number}")
        stopped(cli, 9, *words, f"e{number}", "-o", f"out{number}", "--resume")
        cli(*words, f"e{number}", "-o", f"out{number}", "--resume")
        assert contents(f"out{number}") == contents("whole")
        assert Path(f"e{number}").read_bytes() == Path("whole.jsonl").read_bytes()


@pytest.mark.usefixtures("small", "corpora")
def test_a_run_in_place_is_taken_up_and_can_be_undone(cli: Any, bare: Any, stopped: Any) -> None:
    before = contents("in")
    cli("clean", "in", "-o", "whole", "--edits", "whole.jsonl")
    wanted = {name: raw for name, raw in contents("whole").items() if not name.endswith(".diff")}
    for number, count in enumerate((1, 10, 80, 150)):
        edits = f"e{number}.jsonl"
        assert stopped(cli, count, "clean", "in", "--in-place", "--edits", edits)
        stopped(cli, 20, "clean", "in", "--in-place", "--edits", edits, "--resume")
        cli("clean", "in", "--in-place", "--edits", edits, "--resume")
        assert contents("in") == wanted
        assert Path(edits).read_bytes() == Path("whole.jsonl").read_bytes()
        bare("undo", "in", "--in-place", "--edits", edits)
        found = contents("in")
        assert found.keys() == before.keys()
        found["b.jsonl.gz"] = gzip.decompress(found["b.jsonl.gz"])
        assert found == {**before, "b.jsonl.gz": gzip.decompress(before["b.jsonl.gz"])}
        Path("in/b.jsonl.gz").write_bytes(before["b.jsonl.gz"])


@pytest.mark.usefixtures("small", "corpora")
def test_an_unfinished_run_is_not_taken_up_otherwise_than_it_was_begun(
    cli: Any, bare: Any, stopped: Any, rules: Path, tmp_path: Path
) -> None:
    words = ("clean", "in", "-o", "out", "--edits", "e.jsonl")
    assert stopped(cli, 100, *words)
    assert "an unfinished run stands here; take it up with --resume" in cli(*words).err
    for more, reason in (
        (["--level", "certain"], '--level "likely", and this is "certain"'),
        (["--skip", "promo"], '--skip nothing, and this is ["promo"]'),
        (["--text-field", "body"], "--text-field"),
    ):
        done = cli(*words, "--resume", *more)
        assert done.code == 2
        assert f"cannot be resumed: it was begun with {reason}" in done.err
    changed = tmp_path / "more-rules"
    changed.mkdir()
    (changed / "test.yaml").write_text((rules / "test.yaml").read_text().replace("'TOP OF LEAF'", "'TOP OF ALL'"))
    text = (changed / "test.yaml").read_text().replace("[[TOP OF LEAF]]", "[[TOP OF ALL]]")
    (changed / "test.yaml").write_text(text.replace("It rained.\\nTOP OF LEAF", "It rained.\\nTOP OF ALL"))
    done = bare(*words, "--resume", "--rules", changed, "--source", "test")
    assert "cannot be resumed: the rules have changed since" in done.err
    os.utime("in/d.jsonl", (1, 1))
    assert "cannot be resumed: the inputs have changed since" in cli(*words, "--resume").err
    assert cli(*words, "--force").code == 2  # for the broken records alone
    assert not Path("out/.cleaner-resume").exists()


@pytest.mark.usefixtures("small", "corpora")
def test_where_outputs_were_tampered_with_it_says_so(cli: Any, stopped: Any) -> None:
    words = ("clean", "in", "-o", "out", "--edits", "e.jsonl")
    assert stopped(cli, 100, *words)
    for path in (Path("e.jsonl"), *Path("out").glob(".*part")):
        path.write_bytes(b"")
        done = cli(*words, "--resume")
        assert done.code == 2
        assert "gone, or too short" in done.err


def test_nothing_to_take_up_begins_anew_and_an_output_stays(cli: Any, plant: Any) -> None:
    plant("x.jsonl", records(3))
    assert "nothing to take up" in cli("clean", "x.jsonl", "-o", "out", "--resume").err
    assert "this output exists" in cli("clean", "x.jsonl", "-o", "out", "--resume").err


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_leaves_a_whole_state_and_exit_code_130(
    cli: Any, plant: Any, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    plant("x.jsonl", records(400))
    whole = cli("clean", "x.jsonl", "-o", "whole")
    true, seen = corpus.Corpus._add, []

    def interrupted(self: Any, done: Any) -> None:
        true(self, done)
        seen.append(done)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(corpus.Corpus, "_add", interrupted)
        patch.setattr(corpus, "PAUSE", 1000)
        done = cli("clean", "x.jsonl", "-o", "out", "-j", jobs)
    assert done.code == 130
    state = json.loads(Path("out/.cleaner-resume/state.json").read_text())["state"]
    assert state["position"] > 0
    again = cli("clean", "x.jsonl", "-o", "out", "--resume", "-j", jobs)
    assert again.err.splitlines()[-1] == whole.err.splitlines()[-1]
    assert contents("out") == contents("whole")


def test_a_file_that_changes_while_it_is_read_is_left_out(
    cli: Any, plant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = plant("x.jsonl", records(10))
    plant("y.jsonl", records(10))
    true = jsonl.chunks

    def growing(*words: Any, **more: Any) -> Iterator[Any]:
        for chunk in true(*words, **more):
            if file.stat().st_size == len(records(10)):
                with file.open("ab") as more_of_it:
                    more_of_it.write(b"{}\n")
            yield chunk

    monkeypatch.setattr(jsonl, "chunks", growing)
    done = cli("clean", "x.jsonl", "y.jsonl", "-o", "out")
    assert done.code == 2
    assert "x.jsonl: this file changed while it was read" in done.err
    assert contents("out").keys() == {"y.jsonl"}


START = """
import sys
from cleaner.cli import main, resume
from cleaner.readers import jsonl
from cleaner.stream import corpus
corpus.PAUSE = resume.PAUSE = 0.02
corpus.SHARE = 2
jsonl.CHUNK = 8000
sys.exit(main(sys.argv[1:]))
"""


def started(rules: Path, *words: object, limit: int | None = None) -> subprocess.Popen[bytes]:
    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", START, *map(str, words), "--rules", str(rules), "--source", "test"]
    said = subprocess.PIPE if limit else subprocess.DEVNULL  # which workers of a killed one would hold open
    environment = {**os.environ, "XDG_CACHE_HOME": str(Path("cache").absolute())}  # filled by the first run
    return subprocess.Popen(command, stderr=said, preexec_fn=limited, env=environment)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits")
def test_a_full_disk_leaves_a_state_that_can_be_taken_up(cli: Any, plant: Any, rules: Path) -> None:
    plant("x.jsonl", records(3000))
    words = ("clean", "x.jsonl", "-o", "out", "--edits", "e.jsonl")
    process = started(rules, *words, "-j", 1, limit=200_000)
    said = process.communicate()[1].decode()
    assert process.returncode == 2
    assert "cannot write: File too large; what is whole was kept: make room" in said
    assert cli(*words, "--resume").code == 2
    assert cli("clean", "x.jsonl", "-o", "whole", "--edits", "whole.jsonl").code == 2
    assert contents("out") == contents("whole")
    assert Path("e.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_at_twenty_random_moments(cli: Any, plant: Any, rules: Path) -> None:
    plant("in/a.jsonl", records(2500, 1))
    plant("in/b.jsonl.gz", gzip.compress(records(1200, 2)))
    plant("in/c.jsonl.zst", member(records(500, 3), "zst"))
    words = ("clean", "in", "--edits")
    assert started(rules, "clean", "in/a.jsonl", "-o", "first").wait() == 2  # compiles the rules
    began = time.monotonic()
    assert started(rules, *words, "whole.jsonl", "-o", "whole", "-j", 2).wait() == 2
    took = time.monotonic() - began
    chance = random.Random(7)
    kills = number = 0
    while kills < 20:
        number += 1
        for attempt in range(12):
            more = ["--resume"] if attempt else []
            process = started(rules, *words, f"e{number}", "-o", f"out{number}", "-j", chance.choice((1, 2)), *more)
            try:
                process.wait(chance.uniform(0.2, took * 0.8) if kills < 20 and attempt < 11 else None)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        assert process.returncode == 2
        assert contents(f"out{number}") == contents("whole")
        assert Path(f"e{number}").read_bytes() == Path("whole.jsonl").read_bytes()


def test_parquet_and_archives_are_taken_up(
    cli: Any, bare: Any, stopped: Any, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    from cleaner.readers import parquet
    from cleaner.stream import inputs

    monkeypatch.setattr(parquet, "CHUNK", 200)
    monkeypatch.setattr(parquet, "BATCH", 2)
    monkeypatch.setattr(inputs, "PAGES_BYTES", 1)
    Path("in").mkdir()
    rows = [json.loads(line)["text"] for line in records(60).splitlines() if b"broken" not in line]
    before = pa.table({"text": rows, "n": range(len(rows))})
    pq.write_table(before, "in/x.parquet", row_group_size=25)
    with Path("in/y.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(4):
            page = f"<html><body><article><p>It rained {number} days.</p><p>CUT ME</p></article></body></html>".encode()
            heads = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            made = writer.create_warc_record(
                "https://x.example/", "response", payload=BytesIO(page), http_headers=heads
            )
            writer.write_record(made)
    words = ("clean", "in", "--edits")
    cli(*words, "whole.jsonl", "-o", "whole")
    for number, count in enumerate((20, 60, 90, 110, 120, 130)):
        out, edits = f"out{number}", f"e{number}.jsonl"
        assert stopped(cli, count, *words, edits, "-o", out)
        assert cli(*words, edits, "-o", out, "--resume").code == 0
        assert contents(out) == contents("whole")
        assert Path(edits).read_bytes() == Path("whole.jsonl").read_bytes()
    Path("in/y.warc.gz").unlink()
    for number, count in enumerate((20, 60, 90, 92, 94, 96)):
        edits = f"f{number}.jsonl"
        stopped(cli, count, "clean", "in", "--in-place", "--edits", edits)
        cli(
            "clean",
            "in",
            "--in-place",
            "--edits",
            edits,
            *(["--resume"] if Path("in/.cleaner-resume").exists() else []),
        )
        assert contents("in") == {"x.parquet": contents("whole")["x.parquet"]}
        assert bare("undo", "in", "--in-place", "--edits", edits).code == 0
        assert pq.read_table("in/x.parquet").equals(before)
