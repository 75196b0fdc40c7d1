"""The door itself: commands, options, help, exit codes."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli import app
from cleaner.cli.app import COMMANDS, load
from cleaner.cli.options import OPTIONS, Settings
from cleaner.cli.words import help_text, settings
from cleaner.problem import CleanerError
from cleaner.version import __version__

ROOT = Path(__file__).resolve().parents[2]
NOISY = "It rained.\nCUT ME please\nThe end.\n"
CLEAN = "It rained.\nThe end.\n"


def test_the_page_of_the_commands_is_what_the_help_says() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))["page"]()
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == page, "run docs/make_commands.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_its_options_and_an_example(name: str) -> None:
    command = load(name)
    text = help_text(command)
    assert command.name == name
    assert command.examples
    assert all(example.startswith("cleaner ") or "| cleaner " in example for example, _ in command.examples)
    for option in command.options:
        assert f"{OPTIONS[option].flags[-1]} " in text
    assert max(map(len, text.splitlines())) <= 100


def test_every_option_is_one_of_settings_and_stands_on_a_command() -> None:
    offered = {option for name in COMMANDS for option in load(name).options}
    assert offered == set(OPTIONS)
    fields = set(Settings.__dataclass_fields__)
    assert fields >= offered - {"config", "isolated"}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_printed(bare: Any, name: str, flag: str) -> None:
    done = bare(*name.split(), flag)
    assert (done.code, done.err) == (0, "")
    assert done.out == help_text(load(name))


def test_the_examples_in_the_help_are_read_as_they_stand() -> None:
    import shlex

    for name in COMMANDS:
        for line, _ in load(name).examples:
            (part,) = [part for part in line.split("|") if part.strip().startswith("cleaner ")]
            words = shlex.split(part.partition(">")[0])[1 + len(name.split()) :]
            settings(load(name), [*words, "--isolated"] if "isolated" in load(name).options else words)


def test_the_overview(bare: Any) -> None:
    done = bare("--help")
    assert done.code == 0
    assert all(name in done.out for name in COMMANDS)
    assert bare().code == 2
    assert bare("--version").out == f"cleaner {__version__}\n"
    assert "rules lint" in bare("rules", "--help").out
    assert bare("rules").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clen"], "no such command: clen; did you mean `clean`?"),
        (["rules", "tset"], "no such command: rules tset; did you mean `rules test`?"),
        (["check", "--levle", "x", "a.txt"], "cleaner check: no such option: --levle; did you mean `--level`?"),
        (["check", "--leve", "certain", "a.txt"], "no such option: --leve"),
        (["check", "--level", "sure", "a.txt"], "invalid choice: 'sure'"),
        (["check", "--level"], "--level: expected one argument"),
        (["check", "--max-removed", "140%", "a.txt"], "expected a share such as 40% or 0.4"),
        (["check", "-j", "0", "a.txt"], "expected a number from 1, '0' was found"),
        (["check", "--in-place", "a.txt"], "no such option: --in-place"),
        (["check", "--isolated", "--config", "c.toml", "a.txt"], "--isolated and --config cannot go together"),
        (["check", "--config", "none.toml", "a.txt"], "none.toml: cannot read the configuration"),
        (["rules", "schema", "x"], "too many arguments: x"),
    ],
)
def test_wrong_use_is_told_with_what_to_try(bare: Any, words: list[str], said: str) -> None:
    done = bare(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert said in done.err


def given(name: str, *words: str) -> Settings:
    return settings(load(name), words)


def test_options_may_stand_anywhere_and_two_dashes_end_them(here: Path) -> None:
    found = given("clean", "a.txt", "-o", "out", "b.txt", "-vv", "--skip", "ad", "--skip=promo", "-j4", "--", "-c.txt")
    assert found.words == ("a.txt", "b.txt", "-c.txt")
    assert (found.out, found.verbose, found.skip, found.jobs) == (Path("out"), 2, ("ad", "promo"), 4)
    assert given("clean", "-", "x").words == ("-", "x")


def test_the_command_line_is_stronger_than_the_configuration(here: Path) -> None:
    Path("cleaner.toml").write_text("level = 'certain'\nskip = ['ad']\nin-place = true\nno-repair = true\njobs = 3\n")
    found = given("clean", "a.txt", "--skip", "promo", "-o", "out", "--repair-only")
    assert (found.level, found.skip, found.jobs) == ("certain", ("promo",), 3)
    assert (found.out, found.in_place, found.no_repair, found.repair_only) == (Path("out"), False, False, True)
    assert given("clean", "a.txt").in_place
    assert given("clean", "a.txt", "--isolated") == Settings(words=("a.txt",), isolated=True)
    assert given("check", "a.txt").in_place is False, "check has no such option"


def test_the_configuration_is_looked_for_from_the_paths(here: Path) -> None:
    Path("corpus/news").mkdir(parents=True)
    Path("corpus/cleaner.toml").write_text("level = 'certain'\nexclude = ['/raw']\n")
    Path("corpus/news/a.txt").write_text("x")
    assert given("check", "corpus/news/a.txt").level == "certain"
    assert given("check", "corpus/news", "corpus/news/a.txt").exclude_base == Path("corpus").resolve()
    assert given("check", ".").level == "likely"
    Path("other.toml").write_text("level = 'maybe'\n")
    assert given("check", "corpus/news", "--config", "other.toml").level == "maybe"


def test_a_defect_of_ours_does_not_look_like_a_finding(bare: Any, plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_run", lambda words: 1 // 0)
    done = bare("check")
    assert done.code == 2
    assert "ZeroDivisionError" in done.err
    assert "this is a defect in cleaner" in done.err


def test_an_interrupt_ends_with_130_and_no_traceback(bare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(words: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "_run", interrupted)
    done = bare("check")
    assert (done.code, done.err) == (130, "interrupted\n")


def test_usage_errors_are_problems(here: Path) -> None:
    with pytest.raises(CleanerError, match="no such option"):
        given("check", "--nonsense")


def cleaner(*words: str, **more: Any) -> subprocess.Popen[bytes]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-m", "cleaner", *words], **{**pipes, **more})


def test_a_whole_process_from_pipe_to_pipe(rules: Path) -> None:
    with cleaner("clean", "-", "--rules", str(rules), "--source", "test", cwd=ROOT) as process:
        out, err = process.communicate(NOISY.encode())
    assert (process.returncode, out.decode(), err) == (0, CLEAN, b"")


def test_a_reader_that_has_enough_ends_the_run_quietly(rules: Path, here: Path) -> None:
    for number in range(3000):
        Path(f"{number}.txt").write_text(NOISY)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with cleaner("check", ".", "--rules", str(rules), "--source", "test", env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"0.txt:2:1: test/marked")
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(60) == 141


def as_from_a_terminal() -> None:
    """Hear Ctrl-C, even where the tests themselves run in the background of a shell, which has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_all_processes_with_130_and_whole_files(rules: Path, here: Path, jobs: str) -> None:
    Path("in").mkdir()
    for number in range(4000):
        Path(f"in/{number}.txt").write_text(NOISY * 20)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = ["clean", "in", "-o", "out", "--rules", str(rules), "--source", "test", "-j", jobs]
    with cleaner(*words, env=environment, start_new_session=True, preexec_fn=as_from_a_terminal) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and not (Path("out").is_dir() and len(os.listdir("out")) > 20):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert b"Traceback" not in err
    done = sorted(Path("out").glob("*.txt"))
    assert 10 <= len(done) < 4000
    assert all(path.read_text() == CLEAN * 20 for path in done)
    assert not list(Path("out").glob(".cleaner-*.tmp"))
