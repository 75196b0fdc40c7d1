"""Texts that look like noise and are not: no line of them may go, alone or beside a long article.

Add one: a file under ``tests/fixtures/traps``. It is cleaned as it is, behind an article and ahead of one, since
what stands in the tail or head of a text is what rules look at most sharply. What is about a kind of furniture, and is
known by its headline, stands under ``headed``: it is a page of its own, and nothing stands ahead of it.

The articles under ``body/short`` are of short paragraphs, as newspapers have them. Whatever furniture stands between
two of them, no paragraph may go.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, Document, load_library

TRAPS = Path(__file__).parent.parent / "fixtures" / "traps"
ARTICLE = (TRAPS / "body" / "article.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(load_library())


@pytest.mark.parametrize("path", sorted(TRAPS.glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("around", ["{}", f"{ARTICLE}\n{{}}", f"{{}}\n{ARTICLE}"], ids=["alone", "behind", "ahead"])
def test_nothing_goes(cleaner: Cleaner, path: Path, around: str) -> None:
    text = around.replace("{}", path.read_text(encoding="utf-8"))
    result = cleaner.clean(Document(path.stem, text))
    assert result.problem is None
    assert [(edit.rules, edit.old) for edit in result.edits] == []


@pytest.mark.parametrize("path", sorted((TRAPS / "headed").glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "around", ["{}", f"{{}}\n{ARTICLE}", "Home\nNews\nSport\nLog in\n{}"], ids=["alone", "ahead", "menu"]
)
def test_what_the_headline_names_stays(cleaner: Cleaner, path: Path, around: str) -> None:
    page = path.read_text(encoding="utf-8")
    result = cleaner.clean(Document(path.stem, around.replace("{}", page)))
    assert result.problem is None
    assert [line for line in page.splitlines() if line not in result.text] == []


FURNITURE = {
    "en": (
        "Read more",
        "READ MORE: Nine ferries that never came",
        "Advertisement",
        "Share this article",
        "3 Comments",
        "By Dara Venn",
        "Sign up for our newsletter",
        "Related articles\n\nNine ferries that never came\n\nThe bridge that nobody wanted",
        "You may also like\n\nNine ferries that never came\n\nThe bridge that nobody wanted\n\nA toll for sheep",
        "Tags: ferry, harbour",
        "Leave a comment",
        "Follow us on Facebook",
        "Page 2 of 4",
        "© 2023 Harbour News",
        "5 min read",
        "View all comments",
        "Upvote\n\n12\n\nDownvote",
        "Image source, Jan Weir",
        "Was this page helpful?\n\nYes\n\nNo",
    ),
    "de": (
        "Weiterlesen",
        "Artikel teilen",
        "3 Kommentare",
        "Meistgelesen\n\nNeun Fähren\n\nDie Brücke, die keiner wollte",
        "Empfohlener redaktioneller Inhalt",
    ),
    "es": ("Publicidad", "Lea también: Nueve barcos que nunca llegaron", "Etiquetas: barco, puerto", "3 comentarios"),
    "fr": ("Lire la suite", "Partager cet article", "À lire aussi\n\nNeuf bacs\n\nLe pont dont personne ne voulait"),
    "ru": ("Читайте также: Девять паромов", "Теги: паром, порт", "Материалы по теме\n\nДевять паромов\n\nМост"),
    "ja": ("続きを読む", "関連記事\n\n来なかった九つの渡し船\n\n誰も望まなかった橋", "コメントを残す"),
}


BOXES = (
    ("en", "Related article\n\nNine ferries that never came\n\n3 March 2024"),
    ("en", "Related articles\n\nNine ferries that never came\n\nThe bridge that nobody wanted"),
    ("en", "Read next\n\nNine ferries that never came"),
    ("en", "Upvote\n\n12\n\nDownvote"),
    ("en", "Image source, Jan Weir"),
    ("de", "Mehr zum Thema\n\nDie Brücke, die keiner wollte\n\n3. März 2024"),
    ("de", "Empfohlener redaktioneller Inhalt"),
    ("es", "Más información\n\nNueve barcos que nunca llegaron"),
    ("fr", "À lire aussi\n\nNeuf bacs\n\nLe pont dont personne ne voulait"),
    ("fr", "Lire aussi\n\nNeuf bacs\n\n3 mars 2024"),
    ("ru", "Материалы по теме:\n\nДевять паромов, которые не пришли\n\n2 марта 2024"),
    ("ja", "関連記事\n\n来なかった九つの渡し船\n\n誰も望まなかった橋"),
)
"""What stands between any two paragraphs, the last two as well."""


@pytest.mark.parametrize(("language", "furniture"), [(one, what) for one in FURNITURE for what in FURNITURE[one]])
def test_the_article_goes_on_behind_furniture(cleaner: Cleaner, language: str, furniture: str) -> None:
    parts = (TRAPS / "body" / "short" / f"{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    lost = []
    for place in range(2, len(parts) - 2):
        text = "\n\n".join([*parts[:place], furniture, *parts[place:]])
        clean = cleaner.clean(Document(language, text)).text.split("\n\n")
        lost += [(place, part) for part in parts if part not in clean]
    assert lost == []


@pytest.mark.parametrize(("language", "box"), BOXES)
def test_the_last_paragraph_stays_behind_a_box(cleaner: Cleaner, language: str, box: str) -> None:
    parts = (TRAPS / "body" / "short" / f"{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    for paragraphs in (parts, parts[:-1], parts[:-2]):
        text = "\n\n".join([*paragraphs[:-1], box, paragraphs[-1]])
        clean = cleaner.clean(Document(language, text)).text.split("\n\n")
        assert [part for part in paragraphs if part not in clean] == []
