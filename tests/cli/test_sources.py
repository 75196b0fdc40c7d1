"""``cleaner sources``: which source a file is of, and how that is pinned."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.assign import with_entries


@pytest.fixture
def listed(bare: Any, rules: Path) -> Any:
    return lambda *words: bare("sources", *words, "--rules", rules)


def test_each_file_with_its_source_and_what_it_is_known_by(listed: Any, plant: Any) -> None:
    plant("in/a.txt", "It rained.\nTESTMARK\n")
    plant("in/pinned-by-rule/b.txt", "It rained.\n")
    plant("in/c.txt", "It rained.\n")
    done = listed("in")
    assert done.code == 0
    assert done.out.splitlines() == [
        "in/a.txt\ttest\tfingerprint TESTMARK",
        "in/c.txt\t-\tnothing known of it matches a source",
        "in/pinned-by-rule/b.txt\ttest\tpath **/pinned-by-rule/**",
    ]
    assert done.err == "test: 2, no source: 1\n"
    assert [line.split("\t")[0] for line in listed("in", "--unmatched").out.splitlines()] == ["in/c.txt"]


def test_as_json(listed: Any, plant: Any) -> None:
    plant("a.txt", "TESTMARK\n")
    found = json.loads(listed("a.txt", "none.txt", "--output", "json").out)
    assert found["documents"] == [{"path": "a.txt", "source": "test", "source_by": "fingerprint TESTMARK"}]
    assert found["summary"]["sources"] == {"test": 1}
    assert found["problems"][0]["file"] == "none.txt"


def test_assign_pins_by_path_so_that_a_cleaned_file_is_still_known(listed: Any, plant: Any) -> None:
    plant("in/n/a.txt", "It rained.\nTESTMARK\n")
    plant("in/n/b.txt", "It rained.\nTESTMARK\n")
    plant("in/m/c [1].txt", "TESTMARK\n")
    plant("in/m/d.txt", "It rained.\n")
    assert "2 added to sources" in listed("in", "--assign").err
    found = tomllib.loads(Path("cleaner.toml").read_text())
    assert found == {"sources": {"/in/m/c\\ \\[1\\].txt": "test", "/in/n/*": "test"}}
    for name in ("in/n/a.txt", "in/n/b.txt", "in/m/c [1].txt"):
        plant(name, "It rained.\n")
    sources = [line.split("\t")[1:] for line in listed("in").out.splitlines()]
    assert sources == [
        ["test", "path /in/m/c\\ \\[1\\].txt, in the configuration"],
        ["-", "nothing known of it matches a source"],
        ["test", "path /in/n/*, in the configuration"],
        ["test", "path /in/n/*, in the configuration"],
    ]
    assert "nothing to add" in listed("in", "--assign").err


def test_the_path_map_is_read_from_the_folder_of_the_configuration(
    bare: Any, plant: Any, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant("cleaner.toml", f"rules = ['{rules}']\n[sources]\n'in/*' = 'test'\n")
    plant("in/a.txt", "CUT ME now\nIt rained.\n")
    monkeypatch.chdir("in")
    assert bare("clean", "a.txt").out == "It rained.\n"
    assert bare("sources", "a.txt", "--source", "generic").code == 2


def test_a_source_in_the_configuration_that_does_not_exist_is_told(listed: Any, plant: Any) -> None:
    plant("cleaner.toml", "[sources]\n'in/*' = 'tset'\n")
    plant("in/a.txt", "It rained.\n")
    done = listed("in")
    assert done.code == 2
    assert "cleaner.toml: sources: there is no source tset; did you mean `test`?" in done.err


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", '[sources]\n"a" = "b"\n'),
        ("level = 'maybe'", 'level = \'maybe\'\n\n[sources]\n"a" = "b"\n'),
        ("[sources]\nx = 'y'\n", '[sources]\nx = \'y\'\n"a" = "b"\n'),
        ("[sources] # mine\n\n# end\n", '[sources] # mine\n\n# end\n"a" = "b"\n'),
        ("[sources]\nx = 'y'\n\n[other]\n", '[sources]\nx = \'y\'\n"a" = "b"\n\n[other]\n'),
    ],
)
def test_entries_are_put_in_and_all_else_stays(text: str, wanted: str) -> None:
    assert with_entries(text, "sources", [("a", "b")]) == wanted


def test_pyproject_gets_a_table_of_ours(listed: Any, plant: Any) -> None:
    plant("pyproject.toml", "[tool.cleaner]\nlevel = 'certain' # sure\n\n[tool.ruff]\nline-length = 99\n")
    plant("in/a.txt", "TESTMARK\n")
    assert listed("in", "--assign").code == 0
    text = Path("pyproject.toml").read_text()
    assert text.startswith("[tool.cleaner]\nlevel = 'certain' # sure\n\n[tool.ruff]\nline-length = 99\n")
    assert tomllib.loads(text)["tool"]["cleaner"]["sources"] == {"/in/a.txt": "test"}


def test_what_cannot_be_added_to_is_refused(listed: Any, plant: Any) -> None:
    plant("cleaner.toml", "sources = {}\n")
    plant("in/a.txt", "TESTMARK\n")
    done = listed("in", "--assign")
    assert done.code == 2
    assert "cleaner.toml: the table sources cannot be added to" in done.err
    assert Path("cleaner.toml").read_text() == "sources = {}\n"
