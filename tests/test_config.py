"""The configuration: what may stand in it, and what is said where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import config
from cleaner.cli.options import OPTIONS
from cleaner.problem import CleanerError

NOT_IN_CONFIG = {
    "config",
    "isolated",
    "files_from",
    "stdin_filename",
    "unified",
    "unmatched",
    "assign",
    "category",
    "html",
    "port",
    "no_browser",
    "hook",
    "reason",
    "everywhere",
    "stale",
    "prune",
    "lint",
    "run",
    "least",
}


def read(folder: Path, text: str, name: str = "cleaner.toml") -> config.Config:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return config.read(file)


def test_keys_are_the_option_names_with_the_same_kind_and_choices() -> None:
    options = {
        option.flags[-1].removeprefix("--"): option for name, option in OPTIONS.items() if name not in NOT_IN_CONFIG
    }
    assert set(options) == set(config.KEYS)
    for name, key in config.KEYS.items():
        assert (options[name].kind, options[name].choices) == (key.kind, key.choices), name


def test_values_are_typed_and_paths_are_read_from_the_folder_of_the_file(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "rules = ['my-rules']\nlevel = 'certain'\nskip = 'promo'\nmax-removed = '40%'\njobs = 2\n"
        "no-ignore = true\nout = 'clean'\n[sources]\n'news/**' = 'scmp.com'\n'blog/*' = 'wordpress'\n",
    )
    assert found.values == {
        "rules": (tmp_path / "my-rules",),
        "level": "certain",
        "skip": ("promo",),
        "max-removed": 0.4,
        "jobs": 2,
        "no-ignore": True,
        "out": tmp_path / "clean",
    }
    assert found.sources == (("news/**", "scmp.com"), ("blog/*", "wordpress"))


def test_pyproject_counts_only_with_a_table_of_ours(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    (tmp_path / "pyproject.toml").write_text("[tool.cleaner]\nlevel = 'maybe'\n[tool.cleaner.sources]\n'*' = 'x'\n")
    found = config.find(tmp_path / "a" / "b")
    assert found == tmp_path / "pyproject.toml"
    assert config.read(found).values == {"level": "maybe"}
    assert config.read(found).sources == (("*", "x"),)


def test_the_nearest_file_counts_and_the_root_of_a_checkout_ends_the_search(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text("")
    (tmp_path / "a" / ".git").mkdir(parents=True)
    (tmp_path / "a" / "b").mkdir()
    assert config.find(tmp_path / "a" / "b") is None
    (tmp_path / "a" / "cleaner.toml").write_text("")
    assert config.find(tmp_path / "a" / "b") == tmp_path / "a" / "cleaner.toml"


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("levle = 'certain'", "cleaner.toml", ("unknown key levle", 1, 1, "did you mean `level`?")),
        ("\nmax_removed = 0.4", "cleaner.toml", ("unknown key max_removed", 2, 1, "did you mean `max-removed`?")),
        ("[tool.cleaner]\njobs = 'many'", "pyproject.toml", ("jobs: expected a number from 0", 2, 1, "")),
        ("level = 'sure'", "cleaner.toml", ("level: expected one of certain, likely, maybe", 1, 1, "")),
        ("rules = 3", "cleaner.toml", ("rules: expected a list of texts", 1, 1, "")),
        ("quiet = 1", "cleaner.toml", ("quiet: expected true or false", 1, 1, "")),
        ("max-removed = '140%'", "cleaner.toml", ("max-removed: expected a share", 1, 1, "")),
        ("source = ['a']", "cleaner.toml", ("source: expected text in quotes", 1, 1, "")),
        ("level = certain", "cleaner.toml", ("not valid TOML", 1, 9, "quotes")),
        ("x = 1\n[sources]\na = 1", "cleaner.toml", ("sources: expected a table", 2, 2, "")),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, text: str, name: str, wanted: tuple[str, int, int, str]
) -> None:
    with pytest.raises(CleanerError) as caught:
        read(tmp_path, text, name)
    message, line, column, hint = wanted
    found = [problem for problem in caught.value.problems if message in problem.message]
    assert [(p.file, p.line, p.column) for p in found] == [(str(tmp_path / name), line, column)]
    assert hint in found[0].hint


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(CleanerError) as caught:
        read(tmp_path, "levle = 'x'\njobs = -1\ncolour = 'auto'\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]


def test_bytes_that_are_no_utf8_and_a_missing_file_are_problems(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_bytes(b"level = '\xff'")
    with pytest.raises(CleanerError, match="not valid TOML"):
        config.read(tmp_path / "cleaner.toml")
    with pytest.raises(CleanerError, match="cannot read the configuration"):
        config.read(tmp_path / "none.toml")


@pytest.mark.parametrize(("text", "number"), [("40%", 0.4), (0.4, 0.4), ("0.4", 0.4), (1, 1.0), (" 5 % ", 0.05)])
def test_shares(text: object, number: float) -> None:
    assert config.share(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["40", "-1%", "x", True, None, "101%"])
def test_what_is_no_share(text: object) -> None:
    with pytest.raises(ValueError, match="expected a share"):
        config.share(text)
