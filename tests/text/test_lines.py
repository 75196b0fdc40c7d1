"""Lines, blocks and shapes. The tables are data: add a line in your language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.text.lines import ANY, BLANK, LINE_END, SHAPES, Layout, shape, split, word_count

Texts = st.SearchStrategy[str]

SPLIT = {
    "": [],
    "a": ["a"],
    "a\n": ["a"],
    "a\n\n": ["a", ""],
    "\n": [""],
    "a\r\nb\rc\nd": ["a", "b", "c", "d"],
    "\r\r\n\n": ["", "", ""],
    "a\u2028b\x0cc\x85d\x1ee": ["a\u2028b\x0cc\x85d\x1ee"],
    "\ufeff": [],
    "\ufeffa\n\ufeffb": ["a", "\ufeffb"],
    " a \n\t": [" a ", "\t"],
}


@pytest.mark.parametrize("text", SPLIT, ids=ascii)
def test_split(text: str) -> None:
    assert [text[line.start : line.end] for line in split(text)] == SPLIT[text]


@given(data=st.data())
def test_lines_and_line_ends_are_the_whole_text(data: st.DataObject, texts: Texts) -> None:
    text = data.draw(texts)
    at, joined = 0, ""
    for line in split(text):
        joined += text[at : line.end]
        assert LINE_END.search(text[line.start : line.end]) is None
        end = LINE_END.match(text, line.end)
        assert end or line.end == len(text)
        joined += end[0] if end else ""
        at = end.end() if end else line.end
    assert joined == (text if text != "\ufeff" else "")


SHAPED = {
    # menus, headings, bullets
    "Share": "short label",
    "Read more": "short label",
    "Weiterlesen": "short label",
    "Leer más": "short label",
    "Lire la suite": "headline short label",
    "Leggi anche": "short label",
    "Lees verder": "short label",
    "Related articles:": "label",
    "相关文章：": "label",
    "相关文章推荐阅读": "headline short",
    "Subscribe now!": "short label",
    "Name *": "short label",
    "- Storm closes the coast road": "bullet headline short",
    "•\u00a0Storm closes the coast road, and no ferry runs.": "bullet headline",
    "12) Storm closes the coast road": "bullet headline short",
    "→ Weitere Meldungen": "bullet headline short label",
    "2024. It was a good year.": "",
    "-5 degrees": "short label",
    "* * *": "short label",
    "- - -": "short label",
    "———": "short label",
    "Council to close the bridge until next spring": "headline short",
    "Why did the council close the only bridge over the river?": "headline",
    "Stadt sperrt Brücke bis zum nächsten Frühjahr für alle Autos": "headline",
    "Photo: Jane Doe / Agency": "headline short",
    "Page 1 of 3": "headline short label",
    "$5.99": "short label",
    # times
    "12:30": "short label time",
    "12:30 pm ET": "headline short label time",
    "0:00 / 3:45": "headline short label time",
    "2025-04-15": "short label time",
    "2025-04-15T00:59:55": "short label time",
    "15/04/2025": "short label time",
    "15.04.2025, 12:30 Uhr": "headline short label time",
    "Tuesday, April 15, 2025": "headline short label time",
    "April 15, 2025 at 12:59 AM EDT": "headline short time",
    "Apr. 15, 2025": "headline short label time",
    "15th May": "short label time",
    "5. Mai 2024": "bullet headline short label time",
    "le 1er janvier 2024": "headline short label time",
    "5 de mayo de 2024": "headline short time",
    "5 de março de 2024": "headline short time",
    "5 maggio 2024": "headline short label time",
    "5 maart 2024": "headline short label time",
    "5 мая 2024": "headline short label time",
    "2024年5月1日 12:30": "headline short label time",
    "2024년 5월 1일": "headline short label time",
    "3 hours ago": "headline short label time",
    "an hour ago": "headline short label time",
    "2d ago": "short label time",
    "vor 3 Stunden": "headline short label time",
    "il y a 3 heures": "headline short time",
    "hace 3 horas": "headline short label time",
    "há 3 horas": "headline short label time",
    "3 ore fa": "headline short label time",
    "3 uur geleden": "headline short label time",
    "3 часа назад": "headline short label time",
    "3小时前": "short label time",
    "3시간 전": "short label time",
    "• 5 min read": "bullet headline short label time",
    "5 min de lecture": "headline short label time",
    "5 Minuten Lesezeit": "headline short label time",
    # what only looks like a time
    "a secret": "short label",
    "One Day": "short label",
    "10 mayors": "short label",
    "10 markets": "short label",
    "3 decisions": "short label",
    "Updated 3 hours ago": "headline short label",
    "Born May 5, 1820, in Florence": "headline short",
    # links
    "https://news.example/a/b?c=d": "short link label",
    "www.example.com": "short link label",
    "example.com/news": "short link label",
    "[Read more](https://news.example)": "short link label",
    "See https://news.example for the rest": "headline short",
    # prose
    "It rained.": "",
    "“It rained.”": "",
    "He waited…": "",
    "The council said on Monday that the bridge would stay closed until the spring.": "prose",
    "The bridge stays closed. Buses run along the river instead, the council said on Monday, for now": "headline prose",
    "Die Stadt teilte am Montag mit, dass die Brücke bis zum Frühjahr gesperrt bleibt.": "prose",
    "»Wir kennen das schon«, sagt die Händlerin, die den Laden führt, »2004 war ein Jahr lang zu.«": "prose",
    "„Man horcht auf die Glocke, und es ist keine da, und dann geht man eben wieder heim.“": "prose",
    "Le conseil a annoncé lundi que le pont resterait fermé jusqu’au printemps prochain.": "prose",
    "Горсовет сообщил в понедельник, что новый мост будет закрыт до самой весны будущего года.": "prose",
    "Ο δήμος ανακοίνωσε χθες ότι η νέα γέφυρα θα ανοίξει την επόμενη άνοιξη.": "prose",
    "أعلنت البلدية أمس أن الجسر الجديد سيفتح في الربيع المقبل، وأن الحافلات ستسير على طول النهر.": "prose",
    "انتظامیہ نے کل اعلان کیا کہ نیا پل اگلے سال بہار میں کھلے گا۔": "prose",
    "शहर प्रशासन ने कल घोषणा की कि नया पुल अगले साल वसंत में खुलेगा।": "prose",
    "पुल बंद रहेगा।": "",
    "Կամուրջը կբացվի գարնանը։": "",
    "시는 어제 새 다리가 내년 봄에 개통될 것이라고 발표했다. 주민들은 환영했다.": "",
    "市政府昨天宣布，新的桥梁将在明年春天开放。居民们表示欢迎，但也担心交通拥堵。": "prose",
    "市は昨日、新しい橋が来年の春に開通すると発表した。住民は歓迎している。": "prose",
    "เมื่อวานนี้เทศบาลประกาศว่าสะพานใหม่จะเปิดในฤดูใบไม้ผลิปีหน้า ชาวบ้านยินดีแต่กังวลเรื่องการจราจรที่ติดขัด": "prose",
    # nothing
    "": "blank",
    " \t\u00a0\u3000": "blank",
}


def _names(flags: int) -> str:
    return " ".join(name for name in SHAPES_SHOWN if flags & SHAPES[name])


SHAPES_SHOWN = ("blank", "bullet", "headline", "short", "link", "label", "time", "prose")


@pytest.mark.parametrize("line", SHAPED, ids=ascii)
def test_shape(line: str) -> None:
    wanted = " ".join(sorted(SHAPED[line].split(), key=SHAPES_SHOWN.index))
    assert _names(shape(line)) == wanted
    assert _names(shape(f"  {line}\t")) == wanted


@given(st.text())
def test_every_line_has_a_shape_that_any_takes(line: str) -> None:
    assert shape(line) & ANY
    assert (shape(line) == BLANK) == (not line.strip())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("It rained", 2),
        (" It\u00a0rained ", 2),
        ("naïve café", 2),
        ("新的桥梁", 3),
        ("สะพานใหม่จะเปิด", 4),
        ("새 다리가 열린다", 3),
    ],
)
def test_word_count(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize("piece", ["1", "a.", "(", "- ", "“”", ".", "a,", "jan", "12:", "。", "[", "5 min "])
def test_no_line_is_too_long_to_look_at(piece: str) -> None:
    """In time that grows with the line and not with its square; on most machines a hundredth of the limit."""
    start = time.process_time()
    shape(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 1


BLOCKS = {
    "": [],
    "\n \n": [],
    "a\nb\nc": ["a", "b", "c"],  # no blank line in it: each line is one
    "a\nb\n\nc": ["a\nb", "c"],
    "\n\na\r\n \r\nb\r\nc\r\n": ["a", "b\r\nc"],
}


@pytest.mark.parametrize("text", BLOCKS, ids=ascii)
def test_blocks(text: str) -> None:
    layout = Layout(text)
    assert [text[block.start : block.end] for block in layout.blocks] == BLOCKS[text]


@given(data=st.data())
def test_every_filled_line_stands_in_one_block(data: st.DataObject, texts: Texts) -> None:
    layout = Layout(data.draw(texts))
    assert sorted(layout.block_of) == list(layout.filled)
    for number, block in layout.block_of.items():
        assert block.first <= number <= block.last
        assert block.start <= layout.lines[number].start <= layout.lines[number].end <= block.end
    assert all(left.last < right.first for left, right in zip(layout.blocks, layout.blocks[1:], strict=False))


@given(data=st.data())
def test_facts_of_a_layout(data: st.DataObject, texts: Texts) -> None:
    text = data.draw(texts)
    layout = Layout(text)
    assert len(layout.shapes) == len(layout.stripped) == len(layout.lines)
    assert list(layout.filled) == [n for n, flags in enumerate(layout.shapes) if flags != BLANK]
    assert [layout.ranks[number] for number in layout.filled] == list(range(len(layout.filled)))
    for number, line in enumerate(layout.lines):
        assert {*map(layout.line_at, range(line.start, line.end + 1))} == {number}


def test_an_empty_text_has_no_line_at_any_offset() -> None:
    with pytest.raises(IndexError):
        Layout("").line_at(0)


@pytest.mark.parametrize(("offset", "line"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 2), (5, 2), (99, 2)])
def test_line_at(offset: int, line: int) -> None:
    assert Layout("a\r\n\nb").line_at(offset) == line
