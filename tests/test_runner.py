"""The runner: outcomes in order, whatever the files hold and however many processes work."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner.engine import Cleaner, Options
from cleaner.problem import CleanerError
from cleaner.readers.globs import globs
from cleaner.readers.tree import File
from cleaner.rules.load import load_library
from cleaner.rules.model import Pack
from cleaner.runner import CHUNK_BYTES, CHUNK_FILES, LITTLE, Job, Outcome, Pin, _chunks, fitting_jobs, run
from cleaner.text.document import Document

RULES = """\
source: test
rules:
  - id: marked
    why: It says so.
    category: promo
    line: 'CUT ME ...'
    examples: ["[[CUT ME now]]\\nIt rained.", "It rained."]
"""
NOISY = "It rained.\nCUT ME please\nThe end.\n"
CLEAN = "It rained.\nThe end.\n"


@pytest.fixture(scope="module")
def cleaner(tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "test.yaml").write_text(RULES)
    return Cleaner(load_library([folder], shipped=False), Options(source="test"))


def files_of(folder: Path, *contents: bytes) -> list[File]:
    files = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.txt"
        path.write_bytes(content)
        files.append(File(path, path.name, str(path)))
    return files


def test_an_outcome_has_clean_text_and_diff_in_the_files_own_encoding(cleaner: Cleaner, tmp_path: Path) -> None:
    (file,) = files_of(tmp_path, NOISY.encode("utf-16"))
    (outcome,) = run([file], Job(cleaner))
    assert outcome.clean == CLEAN.encode("utf-16")
    assert outcome.diff is not None
    assert outcome.diff.startswith(
        b"--- a/0.txt\n+++ b/0.txt\n@@ -1,4 +1,3 @@ test/marked\n"
    )  # the NUL behind the last \\n counts as a line
    assert outcome.changed


def test_an_unchanged_file_keeps_its_bytes_and_has_no_diff(cleaner: Cleaner, tmp_path: Path) -> None:
    (outcome,) = run(files_of(tmp_path, b"It rained.\r"), Job(cleaner))
    assert (outcome.clean, outcome.diff, outcome.changed) == (b"It rained.\r", None, False)


def test_without_rendering_there_are_no_bytes_but_the_same_findings(cleaner: Cleaner, tmp_path: Path) -> None:
    (outcome,) = run(files_of(tmp_path, NOISY.encode()), Job(cleaner, renders=False))
    assert (outcome.clean, outcome.diff, outcome.changed) == (None, None, True)
    assert outcome.result is not None
    assert outcome.clean_text == CLEAN


def test_what_cannot_be_read_or_is_no_text_is_an_outcome_and_the_run_goes_on(cleaner: Cleaner, tmp_path: Path) -> None:
    files = files_of(tmp_path, b"\x89PNG\r\n\x1a\n\0", NOISY.encode())
    files.insert(0, File(tmp_path / "none.txt", "none.txt", "none.txt"))
    files.insert(1, File(tmp_path, "folder.txt", "folder.txt"))
    missing, folder, image, text = run(files, Job(cleaner))
    assert missing.problem is not None
    assert "No such file" in missing.problem.message
    assert folder.problem is not None
    assert (image.raw, image.clean, image.result) == (b"\x89PNG\r\n\x1a\n\0",) * 2 + (None,)
    assert image.problem is not None
    assert image.problem.file == files[2].shown
    assert text.changed


def test_a_defect_in_the_engine_stays_with_its_document(
    cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = Cleaner.clean

    def broken(self: Cleaner, document: Document) -> object:
        if "bad" in document.text:
            raise ZeroDivisionError("oops")
        return clean(self, document)

    monkeypatch.setattr(Cleaner, "clean", broken)
    first, second = run(files_of(tmp_path, b"bad\n", NOISY.encode()), Job(cleaner))
    assert first.problem is not None
    assert "a defect in cleaner: ZeroDivisionError: oops" in first.problem.message
    assert first.clean == b"bad\n"
    assert second.clean == CLEAN.encode()


def test_a_text_that_its_encoding_cannot_give_back_is_not_changed(cleaner: Cleaner, tmp_path: Path) -> None:
    raw = "今日は雨。\nCUT ME です\n".encode("cp932") + b"\xfa\x54\n"  # NOT SIGN, which cp932 writes as 0x81CA
    for renders in (True, False):
        (outcome,) = run(files_of(tmp_path, raw), Job(cleaner, "cp932", renders=renders))
        assert outcome.problem is not None
        assert "cannot be given back exactly" in outcome.problem.message
        assert (outcome.clean, outcome.changed) == (raw, False)


def test_a_pin_gives_a_file_its_source_and_says_so(cleaner: Cleaner, tmp_path: Path) -> None:
    job = Job(Cleaner(cleaner.library), pins=(Pin("/0*", globs(tmp_path, ["/0*"]), "test"),))
    first, second = run(files_of(tmp_path, NOISY.encode(), NOISY.encode()), job)
    assert first.result is not None
    assert (first.result.source.name, first.result.source.by) == ("test", "path /0*, in the configuration")
    assert (first.changed, second.changed) == (True, False)
    assert pickle.loads(pickle.dumps(job)).pin(File(tmp_path / "0.txt", "", "")) is not None


def seen(outcomes: list[Outcome]) -> list[tuple[object, ...]]:
    return [(o.file.name, o.clean, o.diff, o.problem and o.problem.message) for o in outcomes]


@pytest.mark.parametrize("jobs", [2, 3])
def test_many_processes_give_what_one_gives_in_the_same_order(cleaner: Cleaner, tmp_path: Path, jobs: int) -> None:
    contents = [NOISY.encode() * (number % 9) for number in range(300)]
    contents[7] = b"\x89PNG\r\n\x1a\n\0"
    contents[11] = NOISY.encode() * 20_000
    files = files_of(tmp_path, *contents)
    one = list(run(files, Job(cleaner)))
    assert seen(list(run(files, Job(cleaner), jobs))) == seen(one)


def test_a_run_that_is_left_early_ends(cleaner: Cleaner, tmp_path: Path) -> None:
    outcomes = run(files_of(tmp_path, *[NOISY.encode()] * 500), Job(cleaner), 2)
    assert next(iter(outcomes)).changed
    outcomes.close()  # type: ignore[attr-defined]


def test_a_process_that_dies_is_told(cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cleaner, "clean", lambda self, document: os._exit(9))
    with pytest.raises(CleanerError, match="worker process ended unexpectedly"):
        list(run(files_of(tmp_path, *[b"x"] * 3), Job(cleaner), 2))


def test_chunks_are_bounded_and_keep_the_order(tmp_path: Path) -> None:
    sizes = [0, 10, CHUNK_BYTES, 10, CHUNK_BYTES // 2, CHUNK_BYTES // 2, 1, *[1] * (CHUNK_FILES + 1)]
    files = files_of(tmp_path, *(b"x" * size for size in sizes))
    stdin = File(None, "stdin", "stdin")
    chunks = list(_chunks([*files[:3], stdin, *files[3:]]))
    assert [file for chunk in chunks for file in chunk] == [*files[:3], stdin, *files[3:]]
    assert [stdin] in chunks
    for chunk in chunks:
        assert len(chunk) <= CHUNK_FILES
        assert len(chunk) == 1 or sum(file.path.stat().st_size for file in chunk if file.path) <= CHUNK_BYTES


def test_more_processes_are_started_for_much_only(tmp_path: Path) -> None:
    files = files_of(tmp_path, *[b"x"] * 100)
    assert fitting_jobs(files) == 1
    big = files_of(tmp_path, b"x" * (LITTLE + 1), b"x")
    assert fitting_jobs(big) == min(2, len(os.sched_getaffinity(0)))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.txt").write_text(NOISY * 50)
    words = [sys.executable, "-m", "cleaner", "clean", str(tmp_path), "-o", str(tmp_path / "out"), "-j", "2"]
    process = subprocess.Popen(words, cwd=Path(__file__).resolve().parents[1])
    try:
        children: list[int] = []
        until = time.monotonic() + 60
        while len(children) < 2 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
            children = list(map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()))
        assert len(children) == 2
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    until = time.monotonic() + 20
    while time.monotonic() < until and any(Path(f"/proc/{child}").exists() for child in children):
        time.sleep(0.1)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_a_worker_ends_whose_parent_died_before_it_could_look() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lines = f"import time; from cleaner.pool import _start_worker; _start_worker(print, {gone.pid}); time.sleep(60)"
    worker = subprocess.run([sys.executable, "-c", lines], cwd=Path(__file__).resolve().parents[1], timeout=50)
    assert worker.returncode == 1


def test_an_empty_library_changes_nothing(tmp_path: Path) -> None:
    from cleaner.rules.load import Library

    (outcome,) = run(files_of(tmp_path, NOISY.encode()), Job(Cleaner(Library({"generic": Pack("generic")}))))
    assert outcome.clean == NOISY.encode()
