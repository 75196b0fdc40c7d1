"""Which files a list of paths stands for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from cleaner.problem import CleanerError
from cleaner.readers.tree import Found, Selection, collect, listed, tree_name


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plant(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def names(found: Found) -> list[str]:
    return [file.name for file in found.files]


def told(found: Found) -> list[tuple[str, str]]:
    return [(problem.file, problem.message) for problem in found.problems]


def pick(paths: Sequence[str], **selection: object) -> Found:
    return collect(paths, Selection(**selection))  # type: ignore[arg-type]


def test_a_folder_gives_its_text_files_sorted_and_named_from_the_folder(here: Path) -> None:
    plant("c/b.txt", "c/a/z.md", "c/A.TXT", "c/x.html", "c/Makefile", "c/n.text", "c/m.markdown")
    assert names(pick(["c"])) == ["A.TXT", "a/z.md", "b.txt", "m.markdown", "n.text"]


def test_hidden_files_and_diffs_never_count_in_a_folder(here: Path) -> None:
    plant("c/a.txt", "c/.b.txt", "c/.git/d.txt", "c/a.txt.diff", "c/a.txt.orig", "c/.venv/e.txt")
    assert names(pick(["c"])) == ["a.txt"]
    assert names(pick(["c"], include=())) == ["a.txt"]


def test_explicit_files_always_count_unless_exclusion_is_forced(here: Path) -> None:
    plant("x.html", ".b.txt", "a.txt")
    assert names(pick(["x.html", ".b.txt", "a.txt"], exclude=("a.txt",))) == ["x.html", ".b.txt", "a.txt"]
    assert names(pick(["x.html", "a.txt"], exclude=("a.txt",), force_exclude=True)) == ["x.html"]


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        (("*.log",), (), ["a.log", "n/b.log"]),
        (("/*.log",), (), ["a.log"]),
        (("n/*.log", "*.txt"), (), ["n/b.log", "n/d.txt"]),
        (("*",), ("n/",), ["a.log"]),
        (("*",), ("*", "!*.txt"), []),  # a folder that is left out is not looked into, as with git
        (("*",), ("*.log",), ["n/d.txt"]),
    ],
)
def test_globs_mean_what_they_mean_to_git(
    here: Path, include: tuple[str, ...], exclude: tuple[str, ...], wanted: list[str]
) -> None:
    plant("a.log", "n/b.log", "n/d.txt")
    assert names(pick(["."], include=include, exclude=exclude)) == wanted


def test_globs_are_read_from_the_given_folder_when_it_is_elsewhere(here: Path) -> None:
    plant("corpus/n/b.txt", "corpus/d.txt", "work/x")
    os.chdir("work")
    assert names(pick([str(here / "corpus")], exclude=("n/*.txt",))) == ["d.txt"]


def test_a_bad_glob_is_a_problem(here: Path) -> None:
    with pytest.raises(CleanerError, match="git pattern"):
        pick(["."], exclude=("!",))


def test_gitignore_counts_from_the_root_of_the_checkout_and_the_innermost_decides(here: Path) -> None:
    plant("r/.git/HEAD", "r/c/a.txt", "r/c/b.txt", "r/c/out/d.txt", "r/c/n/b.txt", "r/x.txt")
    Path("r/.gitignore").write_text("b.txt\nout/\n/x.txt\n")
    Path("r/c/n/.gitignore").write_text("!b.txt\n")
    assert names(pick(["r/c"])) == ["a.txt", "n/b.txt"]
    assert names(pick(["r"])) == ["c/a.txt", "c/n/b.txt"]
    assert names(pick(["r/c"], ignore=False)) == ["a.txt", "b.txt", "n/b.txt", "out/d.txt"]
    assert names(pick(["r/c/out"])) == ["d.txt"], "a folder that is asked for counts"


def test_a_gitignore_outside_of_a_checkout_counts_from_the_folder_down(here: Path) -> None:
    plant("c/a.txt", "c/b.txt")
    Path(".gitignore").write_text("a.txt\n")
    Path("c/.gitignore").write_text("b.txt\n")
    assert names(pick(["c"])) == ["a.txt"]


def test_a_broken_gitignore_is_told_with_its_line(here: Path) -> None:
    plant("c/a.txt")
    Path("c/.gitignore").write_text("x\n!\n")
    found = pick(["c"])
    assert names(found) == ["a.txt"]
    assert [(problem.file, problem.line) for problem in found.problems] == [("c/.gitignore", 2)]


def test_missing_paths_are_told_and_the_others_go_on(here: Path) -> None:
    plant("a.txt")
    found = pick(["b.txt", "a.txt", "no/such"])
    assert names(found) == ["a.txt"]
    assert told(found) == [("b.txt", "no such file or folder"), ("no/such", "no such file or folder")]
    assert found.problems[0].hint == "did you mean `a.txt`?"
    assert found.problems[1].hint == "there is no folder no"


def test_a_folder_without_text_is_told_with_what_was_looked_for(here: Path) -> None:
    plant("c/x.html", "c/.b.txt")
    (problem,) = pick(["c"]).problems
    assert problem.message == "no text files in this folder"
    assert "*.txt" in problem.hint
    assert "1 left out" in problem.hint


def test_the_output_folder_is_not_read(here: Path) -> None:
    plant("c/a.txt", "c/out/a.txt", "c/out/n/b.txt")
    assert names(pick(["c"], outputs=(Path("c/out"),))) == ["a.txt"]


def test_links_inside_the_tree_count_as_files_and_their_folders_are_not_read_twice(here: Path) -> None:
    plant("c/n/a.txt")
    Path("c/l.txt").symlink_to("n/a.txt")
    Path("c/m").symlink_to("n")
    found = pick(["c"])
    assert names(found) == ["l.txt", "n/a.txt"]
    assert not found.problems


def test_links_out_of_the_tree_are_told_and_not_followed(here: Path) -> None:
    plant("secret/s.txt", "c/a.txt")
    Path("c/f.txt").symlink_to(here / "secret/s.txt")
    Path("c/d").symlink_to(here / "secret")
    Path("c/image.png").symlink_to("/dev/null")
    found = pick(["c"])
    assert names(found) == ["a.txt"]
    assert [(file, message.partition(", ")[0]) for file, message in told(found)] == [
        ("c/d", "this link leads out of the folder"),
        ("c/f.txt", "this link leads out of the folder"),
    ]
    assert not pick(["c"], exclude=("f.txt", "d")).problems


def test_links_in_a_loop_are_told(here: Path) -> None:
    plant("c/n/a.txt")
    Path("c/n/up").symlink_to("..")
    Path("c/self.txt").symlink_to("self.txt")
    Path("c/dead.txt").symlink_to("nowhere")
    found = pick(["c"])
    assert names(found) == ["n/a.txt"]
    assert [message.partition(":")[0] for _, message in told(found)] == [
        "this link leads to nothing",
        "this link leads back to a folder above it",
        "this link cannot be followed",
    ]
    assert told(pick(["c/self.txt"]))[0][1].startswith("this link cannot be followed")


def test_a_path_given_twice_counts_once(here: Path) -> None:
    plant("c/a.txt")
    assert names(pick(["c/a.txt", "c/a.txt", "./c/a.txt"])) == ["c/a.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_told(here: Path) -> None:
    plant("c/a.txt", "c/n/b.txt")
    Path("c/n").chmod(0)
    try:
        assert told(pick(["c"])) == [("c/n", "cannot read the folder: Permission denied")]
    finally:
        Path("c/n").chmod(0o755)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("a/b.txt", "a/b.txt"),
        ("./b.txt", "b.txt"),
        ("/x/b.txt", "b.txt"),
        ("../y/b.txt", "b.txt"),
        ("a/../b.txt", "b.txt"),
    ],
)
def test_explicit_files_keep_their_path_below_the_current_folder(word: str, name: str) -> None:
    assert tree_name(word) == name


def test_a_list_of_files_has_one_a_line_or_nul_between_them() -> None:
    assert listed(b"a.txt\nb c.txt\r\n\n") == ("a.txt", "b c.txt")
    assert listed(b"a\nb.txt\0c.txt\0") == ("a\nb.txt", "c.txt")
