"""The peers do what their papers say."""

from __future__ import annotations

import pytest

from peers import c4_lines, folded, justext_lines, longest_run, peers, repeated

PROSE = "The council met on Monday and it was clear from the start that all of them had read the report."


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("He came back.", "He came back."),
        ("He came back", None),
        ("Came back.", None),
        ("He came back...", None),
        ("He came back.[12]", "He came back."),
        ("Please enable JavaScript to read on.", None),
        ("We use cookies to make this better.", None),
        (f"It was {'x' * 1001} indeed.", None),
        ("", None),
    ],
)
def test_c4_lines(line: str, kept: str | None) -> None:
    assert c4_lines([line]) == ([] if kept is None else [kept])


def test_justext_keeps_prose_and_drops_labels() -> None:
    lines = ["Home", "News", *[PROSE * 3] * 3, "", "Contact", "© Example"]
    assert justext_lines(lines) == [PROSE * 3] * 3


def test_the_longest_run_lies_between_the_menus() -> None:
    menu = [f"Item {n}" for n in range(30)]
    assert longest_run([*menu, PROSE, "A heading", PROSE, *menu]) == [PROSE, "A heading", PROSE]
    assert longest_run(menu) == []


def test_repeated_lines_are_those_of_other_texts() -> None:
    texts = [f"Share this (12)!\n{PROSE}", "share this (34)\nSomething else\nSomething else"]
    assert folded("Share this (12)!") in repeated(texts)
    assert peers(texts)["repeated lines (CCNet)"](texts[0].split("\n")) == [PROSE]
    assert peers(texts)["repeated lines (CCNet)"](texts[1].split("\n")) == ["Something else"] * 2
