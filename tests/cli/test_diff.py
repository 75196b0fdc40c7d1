"""``cleaner diff``: changes in their context, and as a patch."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.diff import in_context
from cleaner.cli.screen import Screen
from cleaner.text.edit import Edit

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nThe end.\n"
CLEAN = "It rained.\nThe sun shone.\nThe end.\n"


def test_each_change_stands_in_its_context_with_rule_and_reason(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    done = cli("diff", "in")
    assert done.code == 1
    assert done.out.splitlines() == [
        "in/a.txt:2:1 test/marked (certain) It says so.",
        "    It rained.",
        "    [-CUT ME please-]",
        "    The sun shone. (share blog)",
        "",
        "in/a.txt:3:15 test/tail (likely) The tail of the line.",
        "    CUT ME please",
        "    The sun shone.[- (share blog)-]",
        "    The end.",
        "",
    ]
    plant("in/a.txt", CLEAN)
    assert cli("diff", "in").code == 0


def edit(text: str, old: str, new: str = "") -> Edit:
    start = text.index(old)
    return Edit(start, start + len(old), old, new, ("a/b",))


@pytest.mark.parametrize(
    ("text", "changes", "shown"),
    [
        ("One two three.", [("two ", "")], "One [-two -]three."),
        ("One two three.", [("two", "2")], "One [-two-]{+2+} three."),
        ("A\n\nB\n\nC\n", [("B\n\n", "")], "A\n[-B-]\nC"),
        ("A\n\nB\n\nC\n", [("\n\nC", "")], "B\n[-C-]"),
        ("A\r\n\r\nB\r\nC", [("B\r\n", "")], "A\n[-B-]\nC"),
        ("A\nB\nC\nD", [("B\n", ""), ("C\n", "")], "A\n[-B-]\n[-C-]\nD"),
        ("A\u00a0B", [("\u00a0", " ")], "A[-\\xa0-]{+ +}B"),
        ("A  \nB", [("  ", "")], "A[-  -]\nB"),
        ("A\n\n\nB", [("\n\n", "\n")], "A[-(blank lines)-]{+\\n+}\nB"),
        ("A \x1b[2J B", [("\x1b[2J ", "")], "A [-\\x1b[2J -]B"),
        ("x" * 500 + " cut " + "y" * 500, [(" cut ", " ")], "…" + "x" * 60 + "[- cut -]{+ +}" + "y" * 60 + "…"),
        ("A\n" + "z" * 1000, [("z" * 1000, "")], "A\n[-" + "z" * 200 + " (… 600 characters …) " + "z" * 200 + "-]"),
    ],
)
def test_how_a_change_is_shown(text: str, changes: list[tuple[str, str]], shown: str) -> None:
    assert in_context(text, [edit(text, *change) for change in changes], Screen()) == shown


def test_with_colours_nothing_is_bracketed(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    done = cli("diff", "a.txt", "--color", "always")
    assert "\x1b[9;31m (share blog)\x1b[0m" in done.out
    assert "[-" not in done.out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize("command", [["patch", "-p1", "-s", "--binary"], ["git", "apply", "-"]])
def test_a_unified_diff_applies(cli: Any, plant: Any, command: list[str], encoding: str) -> None:
    text = "Déjà vu, così è, naïve café in São Paulo: l’été à Liège.\n".replace("’", "'") + NOISY.replace("\n", "\r\n")
    plant("in/a b.txt", text.encode(encoding))
    done = cli("diff", "in", "--unified")
    assert (done.code, done.err) == (1, "" if encoding != "latin-1" else done.err)
    subprocess.run(command, input=done.raw, check=True)
    clean = cli("clean", "in/a b.txt")
    assert clean.raw == Path("in/a b.txt").read_bytes()
    assert b"C\0U\0T" not in clean.raw
    assert b"CUT" not in clean.raw
