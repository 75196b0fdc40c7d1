"""HTML to text: what `cleaner.extract` makes of small pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cleaner.extract import extract

BODY = "<article>" + "<p>The harbour was closed on Monday after a storm had torn the crane from its rails.</p>" * 3
COMMENTS = '</article><div id="comments" class="comments"><p>I saw it fall with my own two eyes, said nobody.</p></div>'


def test_comments_stay_out() -> None:
    assert "own two eyes" not in extract(f"<html><body>{BODY}{COMMENTS}</body></html>").text


def test_nothing_is_remembered_from_page_to_page() -> None:
    html = f"<html><body>{BODY}</article></body></html>"
    assert len({extract(html).text for _ in range(5)}) == 1


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Crane falls - The Quay", "Crane falls"),
        ("Crane falls | the quay", "Crane falls"),
        ("Crane falls - and rises", "Crane falls - and rises"),
        ("The Quay", "The Quay"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_headline(title: str, headline: str) -> None:
    head = f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Quay">'
    assert extract(f"<html><head>{head}</head><body>{BODY}</article></body></html>").meta["title"] == headline


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("a b c d", "a b c d e", "a b c d e"),  # a quarter more
        ("a b c d e f g h i j k l", "a b c d e f g h i j k l\n\nm", "a b c d e f g h i j k l"),  # hardly more
        ("a b c d", "a   b   c   d", "a b c d"),  # white space is no text
        ("a b c d", "a b", "a b c d"),
        ("", "a b", "a b"),
        (None, "a b", "a b"),
        ("a b", None, "a b"),
        (None, None, ""),
    ],
)
def test_a_second_look_counts_where_it_finds_much_more(
    monkeypatch: pytest.MonkeyPatch, first: str | None, second: str | None, taken: str
) -> None:
    import trafilatura

    def look(tree: object, favor_recall: bool = False, **settings: object) -> SimpleNamespace | None:
        text = second if favor_recall else first
        return None if text is None else SimpleNamespace(text=text, title="A crane", url=None)

    monkeypatch.setattr(trafilatura, "bare_extraction", look)
    page = extract(f"<html><body>{BODY}</article></body></html>")
    assert page.text == taken
    assert bool(page.warning) == (not taken)
    if taken and first is not None:
        assert page.meta["title"] == "A crane"
