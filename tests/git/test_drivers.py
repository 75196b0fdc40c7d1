"""Diffs by sentence and merges of clean texts, with git as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="paths"),
    pytest.mark.skipif(shutil.which("git") is None, reason="no git"),
]

ONE = "It rained all day in the valley. The river came up to the mill. Nobody had seen it so high. It fell by night.\n"
FORM = "\nYour email address will not be published. Required fields are marked *\n"


class Clone:
    """A repository in a folder, whose git finds our command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        known = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        who = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**known, **who, "GIT_CONFIG_GLOBAL": os.devnull, "PATH": path}
        self.git("init", "-q", "-b", "main")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def git(self, *words: str) -> str:
        done = self.run("git", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def cleaner(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "cleaner", *words)

    def commit(self, name: str, text: str) -> None:
        (self.folder / name).write_bytes(text.encode())
        self.git("add", name)
        self.git("commit", "-qm", "x")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_a_diff_shows_the_sentence_that_went(clone: Clone) -> None:
    clone.commit("a b.txt", ONE)
    attributes = clone.folder / ".git/info/attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.bin binary\n")
    config = (clone.folder / ".git/config").read_text()
    assert clone.cleaner("git", "install-diff").returncode == 0
    assert clone.cleaner("git", "install-diff").returncode == 0, "twice is once"
    (clone.folder / "a b.txt").write_text(ONE.replace(" Nobody had seen it so high.", ""))
    changed = [line for line in clone.git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-Nobody had seen it so high."]
    assert attributes.read_text().count("diff=cleaner") == 4
    assert clone.cleaner("git", "uninstall-diff").returncode == 0
    assert attributes.read_text() == "*.bin binary\n"
    assert (clone.folder / ".git/config").read_text() == config
    assert ONE.rstrip("\n") in clone.git("diff")


def test_what_is_no_text_is_shown_as_it_is(clone: Clone) -> None:
    raw = b"\x89PNG\r\n\x1a\n\x00\xff"
    (clone.folder / "a.txt").write_bytes(raw)
    words = (sys.executable, "-m", "cleaner", "git", "textconv", "a.txt")
    done = subprocess.run(words, cwd=clone.folder, env=clone.environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, raw)


@pytest.mark.parametrize("is_set_up", [False, True])
def test_a_clean_file_and_a_new_scrape_merge(clone: Clone, is_set_up: bool) -> None:
    if is_set_up:
        assert clone.cleaner("git", "install-merge").returncode == 0
    clone.commit("a.txt", ONE + FORM)
    clone.git("checkout", "-qb", "scrape")
    clone.commit("a.txt", "It was the wettest day of the year.\n" + ONE + FORM.replace("fields", "boxes and fields"))
    clone.git("checkout", "-q", "main")
    clone.commit("a.txt", ONE)
    done = clone.run("git", "merge", "--no-edit", "scrape")
    merged = (clone.folder / "a.txt").read_text()
    if is_set_up:
        assert done.returncode == 0, done.stdout + done.stderr + merged
        assert merged.startswith("It was the wettest day")
        assert "<<<<" not in merged
        assert clone.cleaner("git", "uninstall-merge").returncode == 0
        assert "cleaner" not in (clone.folder / ".git/config").read_text()
    else:
        assert done.returncode != 0, "without it, what both lose is a conflict"


def test_a_merge_knows_the_text_by_its_path(clone: Clone) -> None:
    (clone.folder / "cleaner.toml").write_text('[per-file-skip]\n"a b.txt" = ["wordpress", "generic"]\n')
    assert clone.cleaner("git", "install-merge").returncode == 0
    for name in ("a b.txt", "b.txt"):
        (clone.folder / name).write_text(ONE + FORM)
    clone.git("add", ".")
    clone.git("commit", "-qm", "x")
    clone.git("checkout", "-qb", "scrape")
    for name in ("a b.txt", "b.txt"):
        clone.commit(name, "It was the wettest day of the year.\n" + ONE + FORM)
    clone.git("checkout", "-q", "main")
    for name in ("a b.txt", "b.txt"):
        clone.commit(name, ONE + FORM + "\nThe mill stands.\n")
    clone.git("merge", "--no-edit", "scrape")
    assert FORM in (clone.folder / "a b.txt").read_text(), "left out by path"
    merged = (clone.folder / "b.txt").read_text()
    assert FORM not in merged
    assert merged.startswith("It was the wettest day")
    assert merged.endswith("The mill stands.\n")


def test_git_finds_us_where_we_are_not_on_the_path(clone: Clone) -> None:
    clone.environment["PATH"] = os.pathsep.join(
        folder for folder in clone.environment["PATH"].split(os.pathsep) if not Path(folder, "cleaner").exists()
    )
    clone.commit("a.txt", ONE)
    assert clone.cleaner("git", "install-diff").returncode == 0
    (clone.folder / "a.txt").write_text(ONE.replace(" Nobody had seen it so high.", ""))
    assert "-Nobody had seen it so high.\n" in clone.git("diff")
    assert clone.git("config", "diff.cleaner.textconv").endswith(" -m cleaner git textconv\n")


def test_outside_of_a_clone_it_is_refused(tmp_path: Path) -> None:
    words = (sys.executable, "-m", "cleaner", "git", "install-diff")
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run it inside a clone" in done.stderr
