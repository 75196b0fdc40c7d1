"""From the words of a command line to settings, where there are many of them."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from cleaner.cli.app import load
from cleaner.cli.words import _outermost, settings
from cleaner.problem import CleanerError

PATHS = (
    "a",
    "a/",
    "a/b",
    "a/.",
    "./a",
    "a/..",
    "a/../b",
    "b/c",
    "a/b/c",
    "a//b",
    "/",
    "/a",
    "..",
    "../x",
    ".",
    "-",
    "",
)


def common(paths: list[str]) -> str | None:
    absolute = [os.path.normpath(Path.cwd() / path) for path in paths]
    return os.path.commonpath(absolute) if absolute else None


@pytest.mark.parametrize("first", PATHS)
def test_the_configuration_is_looked_for_where_all_paths_lie(first: str) -> None:
    for others in product(PATHS, repeat=2):
        paths = [first, *others]
        assert common(list(_outermost(paths))) == common([path for path in paths if path != "-"]), paths


@pytest.mark.parametrize(
    "words",
    [
        ["--skip", "promo", *"abcdefgh"],
        [*"abcdefgh", "--skip", "promo"],
        ["a", "b", "--skip", "promo", *"cdefgh"],
        ["--skip=promo", *"abcdefgh"],
        ["-q", "--skip", "promo", "--", *"abcdefgh"],
        [*"abcd", "-j", "2", "e", "--skip", "promo", *"fgh"],
    ],
)
def test_paths_stand_ahead_between_and_behind_options(here: Path, words: list[str]) -> None:
    found = settings(load("check"), words)
    assert (found.words, found.skip) == (tuple("abcdefgh"), ("promo",))


@pytest.mark.parametrize("words", [["a"], ["a", "b", "c", "d"], ["--", "a"], ["-q", "a", "b", "c"]])
def test_paths_that_a_command_does_not_take_are_refused(here: Path, words: list[str]) -> None:
    with pytest.raises(CleanerError, match=r"too many arguments|no such option"):
        settings(load("git install-diff"), words)


def test_what_begins_with_a_dash_is_a_path_behind_two(here: Path) -> None:
    found = settings(load("check"), ["-q", "--", "-x.txt", "a", "b", "c", "-y.txt", "d"])
    assert (found.words, found.quiet) == (("-x.txt", "a", "b", "c", "-y.txt", "d"), True)
