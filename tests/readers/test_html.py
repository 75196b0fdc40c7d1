"""The reader of HTML: pages as bytes in, documents out."""

from __future__ import annotations

import pytest

from cleaner import extract as room
from cleaner.problem import CleanerError
from cleaner.readers.html import read
from cleaner.readers.tree import File, is_page, with_text_names

WORDS = "The harbour was closed on Monday after a storm had torn the old crane from its rails near the quay."


def page(words: str = WORDS, *, charset: str = "", head: str = "") -> str:
    """A small page with one article of three paragraphs."""
    meta = f'<meta charset="{charset}">' if charset else ""
    body = "".join(f"<p>{words} {n}.</p>" for n in ("One", "Two", "Three"))
    return f"<html><head>{meta}{head}<title>Storm</title></head><body><article>{body}</article></body></html>"


def test_the_text_and_what_the_page_says_of_itself() -> None:
    head = (
        '<meta property="og:title" content="Crane falls"><meta name="author" content="Ada Quill">'
        '<meta property="article:published_time" content="2024-04-07"><link rel="canonical" href="https://a.test/b">'
    )
    document, warnings = read(page(head=head).encode(), "a.html")
    assert (document.id, document.encoding, warnings) == ("a.html", "utf-8", ())
    assert document.text.startswith(WORDS)
    assert document.text.endswith(" Three.\n")
    assert (document.meta["title"], document.meta["author"]) == ("Crane falls", "Ada Quill")
    assert document.meta["date"] == "2024-04-07"
    assert document.url == "https://a.test/b"
    assert "language" not in document.meta


@pytest.mark.parametrize(
    ("charset", "said", "words"),
    [
        (
            "windows-1252",
            None,
            "Café “Zur Brücke” war am Montag wegen des Sturms geschlossen worden, hieß es.",
        ),
        (
            "gb18030",
            None,
            "港口周一因风暴关闭，旧起重机被吹离了轨道，工人们正在抢修。" * 3,
        ),
        (
            "utf-16",
            None,
            "Café “Zur Brücke” war am Montag wegen des Sturms geschlossen worden, hieß es.",
        ),
        (
            "koi8-r",
            "koi8-r",
            "Порт закрыли в понедельник после сильного шторма на море.",
        ),
    ],
)
def test_encodings(charset: str, said: str | None, words: str) -> None:
    raw = page(words, charset="" if said else charset).encode(charset)
    document, _ = read(raw, "a.html", said)
    assert words in document.text
    assert document.encoding == "utf-8"


@pytest.mark.parametrize(
    "raw",
    [b"", b"  \n", b"<html><body><script>write('x')</script></body></html>", b"<<<>>>", b"<html><body><p", b"words"],
)
def test_a_page_without_text_is_empty_and_says_so(raw: bytes) -> None:
    document, (warning,) = read(raw, "a.html")
    assert document.text == ""
    assert warning


def test_what_is_no_page_and_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for raw in (b"\x89PNG\r\n\x1a\n\0\0" * 20, b"%PDF-1.7 \xff\xfe\x00"):
        with pytest.raises(CleanerError, match="no text"):
            read(raw, "a.html")
    monkeypatch.setattr(room, "MAX_BYTES", 10)
    with pytest.raises(CleanerError, match="the limit is 10"):
        read(b"<p>It rained.</p>", "a.html")


def test_deep_nesting_is_no_traceback() -> None:
    document, _ = read(b"<div>" * 20_000 + WORDS.encode() + b"</div>" * 20_000, "a.html")
    assert isinstance(document.text, str)


def named(*names: str, form: str = "auto") -> list[str]:
    return [file.name for file in with_text_names([File(None, name, name) for name in names], form)]


def test_the_names_of_the_texts() -> None:
    assert named("a/b.html", "c.HTM", "d.xhtml", "e.txt") == ["a/b.txt", "c.txt", "d.txt", "e.txt"]
    assert named("b.html", "b.txt", "c.htm", "c.html") == ["b.html.txt", "b.txt", "c.htm.txt", "c.html.txt"]
    assert named("b.html", "B.txt") == ["b.html.txt", "B.txt"]
    assert named("page.php", "stdin.txt", form="html") == ["page.php.txt", "stdin.txt"]
    assert named("b.html", form="text") == ["b.html"]
    assert is_page(File(None, "a.txt", "A.HTML"), "auto")
    assert not is_page(File(None, "a.txt", "a.html"), "text")
