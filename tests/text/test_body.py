"""The body finder: what is head and tail, and above all what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.body import Body, find_body
from cleaner.text.lines import Layout

PARAGRAPH = (
    "The ferry across the river has carried people and sheep since the bridge was swept away in the spring flood, "
    "and the county, which pays for its crew, would rather like to see it stopped by the end of next year."
)
MENU = (
    "Home News Sport Weather Travel Contact Login Search Shop Help Jobs App Money Games Food Radio Maps Pets".replace(
        " ", "\n"
    )
)
ARTICLE = "\n".join([PARAGRAPH] * 1 + [f"{n}. {PARAGRAPH}" for n in range(2, 9)])
POEM = "\n".join(f"The river runs on to the sea, {n}\nand never a word does it say" for n in range(20))


def parts(text: str) -> list[str]:
    layout = Layout(text)
    body = find_body(layout)
    return [body.part(number) or "?" for number in layout.filled]


def test_menus_on_both_sides() -> None:
    found = parts(f"{MENU}\n\n{ARTICLE}\n\n{MENU}")
    assert found[0] == "head"
    assert found[18:26] == ["body"] * 8
    assert found[-1] == "tail"
    assert "?" in found  # what is next to the body is not certain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        MENU,
        POEM,
        PARAGRAPH[:80],
        "\n".join(f"{n} apples\n{n}.50" for n in range(40)),
        "— Where are you going?\n— Home.\n— Why?\n" * 20,
    ],
    ids=["empty", "blank", "menu", "poem", "short", "table", "dialogue"],
)
def test_where_no_body_can_be_told_nothing_is_certain(text: str) -> None:
    assert set(parts(text)) <= {"?"}


@pytest.mark.parametrize(
    "inside",
    ["What to bring\n", "Boots\nA coat\nA map\n", "1. Boots\n2. A coat\n3. A map\n", "Q: Why?\nA: Because.\n"],
)
def test_headings_and_lists_between_paragraphs_are_body(inside: str) -> None:
    text = f"{ARTICLE}\n{inside}{ARTICLE.replace('ferry', 'boat')}"
    assert set(parts(text)) == {"body"}


def test_a_second_half_behind_a_long_list_is_no_tail() -> None:
    cells = "\n".join(f"Row {n}" for n in range(60))
    found = parts(f"{ARTICLE}\n{cells}\n{ARTICLE.replace('ferry', 'boat')}")
    assert "head" not in found
    assert "tail" not in found


def test_lines_that_rules_take_are_evidence() -> None:
    text = f"{ARTICLE}\nShare this\nRead next\nDog bites man\nMan bites dog\nShare this too"
    layout = Layout(text)
    assert find_body(layout).tail == -1
    assert find_body(layout, {8, 9, 12}).part(12) == "tail"


@given(
    st.lists(
        st.sampled_from(["", "Home", "- one", PARAGRAPH, "It rained all day.", "12:30", "今天下雨了。" * 9]),
        max_size=40,
    )
)
def test_parts_come_in_order(lines: list[str]) -> None:
    layout = Layout("\n".join(lines))
    body = find_body(layout)
    order = {"head": 0, "body": 1, "tail": 2}
    found = [order[part] for number in layout.filled if (part := body.part(number))]
    assert found == sorted(found)
    assert (body == Body()) == (not found)
