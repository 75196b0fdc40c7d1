"""Files replaced whole, and a tree that nothing is written outside of."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cleaner.problem import CleanerError
from cleaner.readers.tree import File
from cleaner.writers.files import Tree, check_outputs, replace_file


def test_a_file_is_replaced_whole_with_the_mode_of_its_model(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")
    file.chmod(0o640)
    replace_file(file, b"new", like=file)
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    replace_file(tmp_path / "a.txt", b"new")
    (tmp_path / "b.txt").write_bytes(b"")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CleanerError, match="No space left on device"):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_folder_in_the_way_is_a_problem_with_what_to_try(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(CleanerError) as caught:
        replace_file(tmp_path / "a.txt", b"new")
    assert "folder of this name" in caught.value.problems[0].hint
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_tree_makes_the_folders_it_needs(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "out" / "deep")
    tree.write("a/b.txt", b"x", None)
    assert (tmp_path / "out/deep/a/b.txt").read_bytes() == b"x"
    tree.remove("a/b.txt")
    tree.remove("a/none.txt")
    tree.remove("a/b.txt/c")
    assert os.listdir(tmp_path / "out/deep/a") == []


def test_nothing_is_written_outside_of_a_tree(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out" / "b.txt").symlink_to(tmp_path / "elsewhere" / "b.txt")
    tree = Tree(tmp_path / "out")
    for name in ("a/x.txt", "../x.txt"):
        with pytest.raises(CleanerError, match="leads out of"):
            tree.write(name, b"x", None)
    tree.write("b.txt", b"x", None)
    assert os.listdir(tmp_path / "elsewhere") == []
    assert not (tmp_path / "out" / "b.txt").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["elsewhere", "out"]


def test_a_file_where_the_output_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(CleanerError, match="cannot make this folder"):
        Tree(tmp_path / "out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_output_folder_is_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(CleanerError, match="may not be written to"):
            Tree(tmp_path)
    finally:
        tmp_path.chmod(0o755)


def test_two_inputs_with_one_output_are_refused(tmp_path: Path) -> None:
    files = [File(Path("x/a.txt"), "a.txt", "x/a.txt"), File(Path("y/a.txt"), "a.txt", "y/a.txt")]
    with pytest.raises(CleanerError) as caught:
        check_outputs(files, tmp_path)
    assert caught.value.problems[0].file == "y/a.txt"
    assert "x/a.txt" in caught.value.problems[0].message


def test_a_text_whose_name_is_that_of_another_ones_diff_is_refused(tmp_path: Path) -> None:
    files = [File(Path("a.txt"), "a.txt", "a.txt"), File(Path("a.txt.diff"), "a.txt.diff", "a.txt.diff")]
    with pytest.raises(CleanerError, match=r"a\.txt\.diff as well"):
        check_outputs(files, tmp_path, ("", ".diff"))
    check_outputs(files, tmp_path)


def test_an_output_that_is_an_input_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(CleanerError, match="would be overwritten"):
        check_outputs([File(tmp_path / "a.txt", "a.txt", "a.txt")], tmp_path)
