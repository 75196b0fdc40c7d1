"""Drafts are rules that load, whose examples hold, and that say what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.load import load_library
from cleaner.rules.pattern import compile_pattern, full_match
from cleaner.suggest.draft import Draft, drafts, plain, rule_file
from cleaner.suggest.seen import Group
from cleaner.witness import run_examples

PROSE = "The ferry across the Alder was late again on Monday, and nobody on the quay knew why it had not come."


def group_of(*texts: str) -> Group:
    group = Group()
    for text in texts:
        group.add(text)
    return group


def said(found: list[Draft]) -> list[tuple[int, str, str, dict[str, int]]]:
    return [(one.documents, "section" if one.is_section else "line", one.text, dict(one.where)) for one in found]


def page(number: int, foot: str, top: str = "") -> str:
    title = f"Title of {chr(97 + number) * 5}"
    return "\n\n".join(
        filter(None, (title, top, *[f"{PROSE} It was of {chr(97 + number) * k}." for k in range(1, 30)], foot))
    )


def test_a_line_with_its_place() -> None:
    group = group_of(*(page(n, "Printed on the quay") for n in range(5)))
    assert said(drafts(group, 3)) == [(5, "line", "Printed on the quay", {"last": 1})]
    assert drafts(group, 6) == []


def test_a_heading_over_what_differs_is_a_section() -> None:
    group = group_of(*(page(n, f"Elsewhere in the Post\n\nThe {chr(97 + n) * 4} bell of the quay") for n in range(5)))
    (found,) = drafts(group, 3)
    assert said([found]) == [(5, "section", "Elsewhere in the Post", {"last": 3})]


def test_a_beginning_that_comes_back_stands_for_its_lines() -> None:
    group = group_of(*(page(n, "", top=f"Read also: the {chr(97 + n) * 4} bell") for n in range(5)))
    (found,) = drafts(group, 3)
    assert (found.text, found.pattern) == ("Read also: …", "Read also: ...")
    group = group_of(*(page(n, "", top="Read also: the bell") for n in range(5)))
    assert [one.text for one in drafts(group, 3)] == ["Read also: the bell"]


def test_numbers_are_left_open() -> None:
    group = group_of(*(page(n, f"{n * 7} letters, 1,{n}00 readers") for n in range(5)))
    (found,) = drafts(group, 3)
    pattern = compile_pattern(found.pattern, {})
    assert full_match(pattern, "38 Letters,  12 readers", 0) is not None
    assert full_match(pattern, "Letters, 12 readers", 0) is None


def test_of_many_documents_one_in_a_hundred_must_have_it() -> None:
    texts = [f"{chr(97 + n % 26) * (n // 26 + 1)}\n{PROSE}{'!' * n}" for n in range(500)]
    group = group_of(*texts, *["Printed on the quay\n" + PROSE] * 4)
    assert "Printed on the quay" not in [one.text for one in drafts(group, 3)]
    group.add("Printed on the quay")
    group.add("Printed on the quay")
    assert "Printed on the quay" in [one.text for one in drafts(group, 3)]


LINES = (
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60).map(str.strip).filter(bool)
)


@given(LINES)
def test_a_plain_pattern_is_the_line_itself(line: str) -> None:
    pattern = compile_pattern(plain(line), {})
    assert full_match(pattern, line, 0) is not None
    assert full_match(pattern, f"{line} x", 0) is None
    assert full_match(pattern, f"x {line}", 0) is None


TRICKY = [
    "any",
    "short",
    "/a/",
    "/a/i",
    "%{any} ... (b)",
    "a \\ b",
    "1. ‘x’: y",
    "- [ ] x",
    "[x]",
    "日本：12",
    "[[",
    "]",
]
FEET = st.lists(st.sampled_from(TRICKY) | LINES, min_size=1, max_size=3)


@given(FEET, st.lists(LINES, max_size=2))
def test_every_draft_loads_and_its_examples_hold(
    tmp_path_factory: pytest.TempPathFactory, feet: list[str], tops: list[str]
) -> None:
    group = group_of(*("\n\n".join([*tops, f"{PROSE}{'!' * n}", *feet]) for n in range(4)))
    found = drafts(group, 3)
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "quay.example.yaml").write_text(
        rule_file("quay.example", 4, found, {"domain": "quay.example"})
        if found
        else "source: quay.example\ndescribe: x\n",
        encoding="utf-8",
    )
    library = load_library((Path(folder),), cache=False, shipped=False)
    results = list(run_examples(library, library.packs["quay.example"].rules))
    assert all(result.passed for result in results), [result for result in results if not result.passed]
    assert len(library.packs["quay.example"].rules) == len(found)
