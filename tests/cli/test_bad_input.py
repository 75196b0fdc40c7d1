"""Bad input: each gets a clear message that says where and what to try, nothing is lost, and the others are done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

NOISY = "It rained.\nCUT ME please\nThe end.\n"
CLEAN = "It rained.\nThe end.\n"
FRENCH = "Le café de l'été était fermé, à Liège.\nCUT ME là\nVoilà.\n"
CHINESE = "今天北京下了一场大雨，很多人没有带伞。\nCUT ME 请\n大家都说明天会好一些，希望如此。\n"
JAPANESE = "今日は東京で雨が降りました。傘を持っていない人が多かったです。\nCUT ME です\n明日は晴れるでしょう。\n"

KINDS = (
    *("empty", "newline", "plain", "no-final-newline", "crlf", "mixed", "bom", "utf16", "utf16le", "utf16be"),
    *("cp1252", "gb18030", "sjis", "invalid"),
)


def without_mark(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "CUT ME" not in line)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (b"", b""),
        (b"\n", b"\n"),
        (NOISY.encode(), CLEAN.encode()),
        (NOISY.rstrip("\n").encode(), CLEAN.rstrip("\n").encode()),
        (NOISY.replace("\n", "\r\n").encode(), CLEAN.replace("\n", "\r\n").encode()),
        (b"One.\r\nCUT ME a\nTwo.\rThree.\nCUT ME b\r\nFour.", b"One.\r\nTwo.\rThree.\nFour."),
        (b"\xef\xbb\xbf" + NOISY.encode(), b"\xef\xbb\xbf" + CLEAN.encode()),
        (NOISY.encode("utf-16"), CLEAN.encode("utf-16")),
        (NOISY.encode("utf-16-le"), CLEAN.encode("utf-16-le")),
        (NOISY.encode("utf-16-be"), CLEAN.encode("utf-16-be")),
        (FRENCH.encode("cp1252"), without_mark(FRENCH).encode("cp1252")),
        (CHINESE.encode("gb18030"), without_mark(CHINESE).encode("gb18030")),
        (JAPANESE.encode("shift_jis"), without_mark(JAPANESE).encode("shift_jis")),
        (FRENCH.encode() + b"caf\xe9 \xff\nCUT ME x\n", without_mark(FRENCH).encode() + b"caf\xe9 \xff\n"),
    ],
    ids=KINDS,
)
def test_texts_of_every_kind_are_cleaned_and_given_back(
    cli: Any, bare: Any, plant: Any, raw: bytes, clean: bytes
) -> None:
    plant("in/a.txt", raw)
    plant("in/b.txt", NOISY)
    assert cli("clean", "in", "-o", "out").code == 0
    assert Path("out/a.txt").read_bytes() == clean
    assert bare("undo", "out", "-o", "back").code == 0
    assert Path("back/a.txt").read_bytes() == raw


def test_invalid_bytes_are_told_with_their_place(cli: Any, plant: Any) -> None:
    plant("a.txt", FRENCH.encode() + b"caf\xe9 \xff\n")
    done = cli("check", "a.txt")
    assert "warning: a.txt:4:4: 2 bytes are, the first of them, no utf-8" in done.err
    assert "--encoding" in done.err


def test_a_guessed_encoding_is_told_and_can_be_said(cli: Any, plant: Any) -> None:
    plant("a.txt", FRENCH.encode("cp1252"))
    assert ", which was guessed; --encoding would" in cli("check", "a.txt").err
    assert "guessed" not in cli("check", "a.txt", "--encoding", "windows-1252").err


def test_an_encoding_that_does_not_exist_is_told(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("check", "a.txt", "--encoding", "utf-88")
    assert done.code == 2
    assert "utf-88" in done.err


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "in/a.txt: no text but a PNG image"),
        (b"It rained.\nAnd\0then.\n", "in/a.txt:2:4: a NUL character"),
        (bytes(range(256)) * 40, "in/a.txt:"),
    ],
    ids=["png", "nul", "binary"],
)
def test_what_is_no_text_is_told_and_passed_through_untouched(cli: Any, plant: Any, raw: bytes, message: str) -> None:
    plant("in/a.txt", raw)
    plant("in/b.txt", NOISY)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert message in done.err
    assert ";" in done.err.splitlines()[0], "what to try"
    assert Path("out/a.txt").read_bytes() == raw
    assert not Path("out/a.txt.diff").exists()
    assert Path("out/b.txt").read_text() == CLEAN
    assert "1 failed" in done.err
    assert cli("clean", "in/a.txt").raw == raw


def test_missing_paths_are_told_and_the_others_are_done(cli: Any, plant: Any) -> None:
    plant("in/b.txt", NOISY)
    done = cli("clean", "in", "none.txt", "in/c.txt", "-o", "out")
    assert done.code == 2
    assert "none.txt: no such file or folder" in done.err
    assert "in/c.txt: no such file or folder; did you mean `in/b.txt`?" in done.err
    assert Path("out/b.txt").read_text() == CLEAN


def test_a_folder_without_text_is_told(cli: Any, plant: Any) -> None:
    plant("in/a.css", NOISY)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    wanted = "*.txt, *.text, *.md, *.markdown, *.html, *.htm, *.xhtml, *.jsonl, *.ndjson, *.jsonlines, *.warc, *.wet"
    assert f"in: no text files in this folder; looked for {wanted}, *.parquet, *.pq (see --include)" in done.err


def test_links_out_of_the_tree_and_in_a_loop_are_told_and_not_followed(cli: Any, plant: Any) -> None:
    plant("in/b.txt", NOISY)
    plant("secret/s.txt", NOISY)
    Path("in/loop").symlink_to(".")
    Path("in/out").symlink_to("../secret")
    Path("in/self.txt").symlink_to("self.txt")
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "in/loop: this link leads back to a folder above it; take it away, or --exclude it" in done.err
    assert "in/out: this link leads out of the folder" in done.err
    assert "in/self.txt: this link cannot be followed" in done.err
    assert sorted(os.listdir("out")) == ["b.txt", "b.txt.diff"]


def test_links_in_the_output_folder_are_not_written_through(cli: Any, plant: Any) -> None:
    plant("in/n/a.txt", NOISY)
    plant("in/z.txt", NOISY)
    plant("secret/x.txt", "secret")
    Path("out").mkdir()
    Path("out/n").symlink_to("../secret")
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "out/n/a.txt: a link leads out of out" in done.err
    assert os.listdir("secret") == ["x.txt"]
    assert Path("out/z.txt").read_text() == CLEAN


def test_a_file_in_the_way_of_an_output_is_told_and_the_others_are_done(cli: Any, plant: Any) -> None:
    plant("in/n/a.txt", NOISY)
    plant("in/z.txt", NOISY)
    plant("out/n", "in the way")
    done = cli("clean", "in", "-o", "out", "--output", "jsonl")
    assert done.code == 2
    problems = [json.loads(line)["problem"] for line in done.out.splitlines()]
    assert problems[0]["file"] == "out/n/a.txt"
    assert problems[1] is None
    assert "out/n/a.txt: cannot make the folder out/n" in done.err
    assert Path("out/z.txt").read_text() == CLEAN


def test_broken_rules_stop_everything_before_anything_is_written(bare: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("rules/a.yaml", "source: a\nrules:\n  - id: x\n    lin: 'y'\n")
    plant("rules/b.yaml", "source: [b\n")
    done = bare("clean", "in", "-o", "out", "--rules", "rules")
    assert (done.code, done.out) == (2, "")
    assert "rules/a.yaml:4:5: " in done.err
    assert "rules/b.yaml:" in done.err
    assert not Path("out").exists()


def test_a_rules_folder_that_does_not_exist_is_told(bare: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = bare("check", "a.txt", "--rules", "none")
    assert done.code == 2
    assert "none" in done.err


@pytest.mark.parametrize("words", [["--source", "nosuch"], ["--only", "nosuch"], ["--skip", "generic/nosuch"]])
def test_unknown_names_are_told(bare: Any, plant: Any, words: list[str]) -> None:
    plant("a.txt", NOISY)
    done = bare("check", "a.txt", *words)
    assert done.code == 2
    assert f"`{words[1]}`" in done.err


def test_a_broken_configuration_stops_everything(cli: Any, plant: Any) -> None:
    plant("cleaner.toml", "levle = 'certain'\njobs = -1\n[sources]\n'*' = 'nosuch'\n")
    plant("a.txt", NOISY)
    done = cli("clean", "a.txt", "-o", "out")
    assert done.code == 2
    assert "cleaner.toml:1:1: unknown key levle; did you mean `level`?" in done.err
    assert "cleaner.toml:2:1: jobs: expected a number from 0" in done.err
    assert not Path("out").exists()
    assert cli("clean", "a.txt", "-o", "out", "--isolated").code == 0


@pytest.mark.slow
def test_one_line_of_50_mb_ends_in_time_and_memory(here: Path, rules: Path) -> None:
    Path("a.txt").write_text("It rained, and this is a long line that goes on and on. " * 900_000 + "\nCUT ME too\n")
    script = (
        "import resource, sys; from cleaner.cli import main; code = main(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
    )
    words = ["clean", "a.txt", "-o", "out", "--rules", str(rules), "--source", "test"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert Path("a.txt").stat().st_size - Path("out/a.txt").stat().st_size == len(" CUT ME too\n")
    assert int(done.stdout) < 1500


ROOT = Path(__file__).resolve().parents[2]
needs_user = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root, to become somebody who may not"
)


@needs_user
def test_what_may_not_be_read_or_written_is_told_and_the_others_are_done(
    plant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        Path(folder).chmod(0o755)
        monkeypatch.chdir(folder)
        check_what_may_not_be_done(plant)
        monkeypatch.chdir("/")


def check_what_may_not_be_done(plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.txt", NOISY).chmod(0)
    plant("in/n/c.txt", NOISY)
    Path("in/n").chmod(0)
    plant("locked/x", "")
    Path("locked").chmod(0o555)
    os.chown(".", 65534, 65534)
    words = [sys.executable, "-m", "cleaner", "clean", "in", "--isolated", "--no-cache", "-o"]

    def run(out: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words, out],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"},
        )

    locked = run("locked")
    if "No module named cleaner" in locked.stderr or (
        "Permission denied" in locked.stderr and "cleaner" not in locked.stderr
    ):
        pytest.skip("the checkout cannot be read by others")
    assert locked.returncode == 2
    assert "locked: this folder may not be written to; name another one with -o" in locked.stderr
    done = run("out")
    assert done.returncode == 2
    assert "in/b.txt: cannot read: Permission denied; check its permissions" in done.stderr
    assert "in/n: cannot read the folder: Permission denied; check its permissions" in done.stderr
    assert os.listdir("out") == ["a.txt"]
