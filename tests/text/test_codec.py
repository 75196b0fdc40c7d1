"""Bytes to text and back (law 2): whatever comes, the bytes can be given back, or the result says that it cannot."""

from __future__ import annotations

import codecs
import gzip
import subprocess
import sys
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.problem import CleanerError, Problem
from cleaner.text.codec import Decoded, decode, encode

BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(st.text(max_size=30), st.binary(max_size=3), st.text(max_size=30)).map(
        lambda three: three[0].encode("utf-8", "replace") + three[1] + three[2].encode("utf-8", "replace")
    ),
)
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "ascii",
    "latin-1",
    "windows-1252",
    "koi8-r",
    "mac-roman",
    "shift-jis",
    "cp932",
    "euc-jp",
    "euc_jis_2004",
    "iso-2022-jp",
    "gbk",
    "gb18030",
    "hz",
    "big5",
    "big5hkscs",
    "cp949",
    "iso-2022-kr",
    "utf-7",
]


def refused(raw: bytes, encoding: str | None = None) -> Problem:
    with pytest.raises(CleanerError) as caught:
        decode(raw, encoding)
    (problem,) = caught.value.problems
    return problem


def keep_law_2(raw: bytes, encoding: str | None) -> None:
    try:
        decoded = decode(raw, encoding)
    except CleanerError:
        return
    if decoded.exact:
        assert encode(decoded.text, decoded.encoding) == raw
        assert decoded.raw is None
    else:
        assert decoded.raw == raw
    assert all("\ud800" <= decoded.text[offset] <= "\udfff" for offset in decoded.invalid)


@given(BYTES)
@example(b"")
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b"\xff\xfe\x00\xd8")
@example(b"\xff\xfe\0\0\0\0\x11\0")
@example(b"\xef\xbb\xbf\xff")
@example(b"\x84\x31\x95\x33\xff")
@example(b"\x1b$B\xff")
def test_law_2(raw: bytes) -> None:
    keep_law_2(raw, None)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(raw=BYTES)
def test_law_2_with_any_encoding_told(encoding: str, raw: bytes) -> None:
    keep_law_2(raw, encoding)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_utf_8_is_never_doubted(text: str) -> None:
    """Neither for what stands in it nor for how it begins."""
    decoded = decode(text.encode())
    assert decoded == Decoded(text, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_a_mark_says_it_and_stays_in_the_text(encoding: str, text: str) -> None:
    raw = ("\ufeff" + text).encode(encoding)
    assert decode(raw) == Decoded("\ufeff" + text, encoding)
    assert decode(raw, "windows-1251") == decode(raw), "a mark counts more than what was told"


PROSE = {
    "windows-1252, English": ("cp1252", "It’s what the council called a modest rise – about £3 a week, he said."),
    "windows-1252, French": ("cp1252", "Le maire a déclaré que l’école serait rouverte dès la rentrée, après l’été."),
    "windows-1252, German": ("cp1252", "Die Straße wurde für die Prüfung der Brücke gesperrt und später geöffnet."),
    "latin-1, Spanish": ("cp1252", "El año pasado la compañía anunció la reducción de su plantilla en España."),
    "windows-1250, Polish": ("cp1250", "Władze miasta ogłosiły wczoraj, że nowy most zostanie otwarty wiosną."),
    "windows-1251, Russian": ("cp1251", "Вчера городские власти сообщили, что новый мост откроется весной."),
    "KOI8-R": ("koi8-r", "Вчера городские власти сообщили, что новый мост откроется весной."),
    "DOS, Russian": ("cp866", "Вчера городские власти сообщили, что новый мост откроется весной."),
    "windows-1253, Greek": ("cp1253", "Ο δήμος ανακοίνωσε χθες ότι η νέα γέφυρα θα ανοίξει την άνοιξη."),
    "windows-1254, Turkish": ("cp1254", "Belediye dün yeni köprünün gelecek yıl ilkbaharda açılacağını duyurdu."),
    "windows-1255, Hebrew": ("cp1255", "העירייה הודיעה אתמול כי הגשר החדש ייפתח באביב הבא."),
    "windows-1256, Arabic": ("cp1256", "أعلنت البلدية أمس أن الجسر الجديد سيفتح في الربيع المقبل."),
    "windows-874, Thai": ("cp874", "เมื่อวานนี้เทศบาลประกาศว่าสะพานใหม่จะเปิดในฤดูใบไม้ผลิปีหน้า"),
    "GB18030": ("gb18030", "市政府昨天宣布，新的桥梁将在明年春天开放。居民们表示欢迎，但也担心交通拥堵。"),
    "Shift-JIS": ("cp932", "市は昨日、新しい橋が来年の春に開通すると発表した。住民は歓迎している。"),
    "EUC-JP": ("euc_jis_2004", "市は昨日、新しい橋が来年の春に開通すると発表した。住民は歓迎している。"),
    "ISO-2022-JP": ("iso2022_jp_2", "市は昨日、新しい橋が来年の春に開通すると発表した。住民は歓迎している。"),
    "Big5": ("big5hkscs", "市政府昨天宣布，新的橋樑將在明年春天開放。居民表示歡迎，但也擔心交通擁擠。"),
    "EUC-KR": ("cp949", "시는 어제 새 다리가 내년 봄에 개통될 것이라고 발표했다. 주민들은 환영했다."),
}
ENGLISH = "The council said on Monday that the bridge would stay closed until the spring.\n"


@pytest.mark.parametrize("name", PROSE)
@pytest.mark.parametrize("shape", ["a line", "lines", "CRLF", "short"])
def test_prose_in_an_encoding_that_nobody_told(name: str, shape: str) -> None:
    encoding, line = PROSE[name]
    text = {
        "a line": line,
        "lines": f"{line}\n\n{line}\n",
        "CRLF": f"{line}\r\n\r\n{line}\r\n",
        "short": line[:48],
    }[shape]
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.exact
    assert decoded.guessed
    assert decoded.invalid == ()


@pytest.mark.parametrize("name", [name for name, (encoding, _) in PROSE.items() if not encoding.startswith("cp125")])
def test_foreign_prose_in_much_english(name: str) -> None:
    encoding, line = PROSE[name]
    text = ENGLISH * 2000 + line + "\n" + ENGLISH
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("name", PROSE)
def test_prose_in_an_encoding_that_was_told(name: str) -> None:
    encoding, line = PROSE[name]
    decoded = decode(line.encode(encoding), encoding)
    assert (decoded.text, decoded.guessed) == (line, False)
    assert codecs.lookup(decoded.encoding) == codecs.lookup(encoding)


@pytest.mark.parametrize("name", ["GB18030", "Shift-JIS", "EUC-KR", "windows-874, Thai", "windows-1251, Russian"])
def test_a_broken_byte_in_one_line_of_many(name: str) -> None:
    encoding, line = PROSE[name]
    raw = (line + "\n").encode(encoding)
    broken = raw[: len(raw) // 2] + b"\xff" + raw[len(raw) // 2 :]
    decoded = decode(raw * 3 + broken + raw * 3)
    assert decoded.text.count(line) == 6
    assert encode(decoded.text, decoded.encoding) == raw * 3 + broken + raw * 3
    assert len(decoded.invalid) <= 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "It rained — again.\r\n",
        "Привет, мир",
        "नमस्ते दुनिया यह एक परीक्षण है",
        "เมื่อวานนี้ เทศบาล",
        "市政府昨天宣布，新的桥梁将在明年春天开放。\n居民们表示欢迎，但也担心一二一二。\n",
        "市は昨日、新しい橋が来年の春に開通すると発表した。\r\n",
        "Emoji \U0001f600\U0001f468\u200d\U0001f469 in it\n",
    ],
)
def test_utf_16_and_32_without_a_mark(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(
    ("encoding", "codec"), [("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"), ("UTF-8-SIG", "utf-8"), ("U8", "utf-8")]
)
def test_codecs_that_eat_the_mark_are_not_used(encoding: str, codec: str) -> None:
    for text in ("\ufeffIt rained", "中国"):
        decoded = decode(text.encode(codec), encoding)
        assert (decoded.text, decoded.encoding) == (text, codec)
        assert encode(text, encoding) == text.encode(codec)


def test_utf_16_that_was_told_may_be_of_either_order() -> None:
    assert decode("It rained".encode("utf-16-be"), "utf-16").encoding == "utf-16-be"


def test_a_lone_surrogate_in_utf_16_is_kept() -> None:
    raw = "\ufeffa\ud83d\nb".encode("utf-16-le", "surrogatepass")
    decoded = decode(raw)
    assert (decoded.text, decoded.invalid, decoded.exact) == ("\ufeffa\ud83d\nb", (2,), True)
    assert encode(decoded.text, decoded.encoding) == raw


def test_utf_16_that_was_cut_in_a_character_is_not_exact() -> None:
    raw = "\ufeffab".encode("utf-16-le")[:-1]
    decoded = decode(raw)
    assert (decoded.text, decoded.exact, decoded.raw) == ("\ufeffa\ufffd", False, raw)


@pytest.mark.parametrize(
    ("raw", "text", "invalid"),
    [
        ("naïve café “so”".encode() + b"\xff!", "naïve café “so”\udcff!", (15,)),
        ("“so” ".encode() + b"caf\xe9\n", "“so” caf\udce9\n", (8,)),
        (ENGLISH.encode() + "日本語".encode()[:-1], ENGLISH + "日本\udce8\udcaa", (81, 82)),
        ("日本語".encode() + b"\xed\xa0\x80" + "日本語日本語日本語".encode(), None, (3, 4, 5)),
        ("\ufeff".encode() + b"\xe9t\xe9", "\ufeff\udce9t\udce9", (1, 3)),
    ],
)
def test_a_few_broken_bytes_in_utf_8_are_kept(raw: bytes, text: str | None, invalid: tuple[int, ...]) -> None:
    decoded = decode(raw)
    assert (decoded.encoding, decoded.invalid, decoded.guessed, decoded.exact) == ("utf-8", invalid, False, True)
    assert encode(decoded.text, "utf-8") == raw
    assert text is None or decoded.text == text


def test_a_broken_byte_far_behind_is_found() -> None:
    text = "“It rained,” he said. " * 20_000
    decoded = decode(text.encode() + b"\x92" + text.encode())
    assert (decoded.encoding, decoded.invalid) == ("utf-8", (len(text),))


def test_a_guess_that_is_not_to_be_trusted_is_not_made() -> None:
    """As UTF-8 with broken bytes a text can be cleaned around and given back."""
    line = PROSE["GB18030"][1].encode("gb18030")
    decoded = decode(line[:15] + b"\xff" + line[15:])
    assert (decoded.encoding, decoded.guessed, decoded.exact) == ("utf-8", False, True)
    assert len(decoded.invalid) > 40


def test_what_a_codec_writes_in_another_way_is_not_exact() -> None:
    raw = b"\x87\x9a" + "だから橋は閉じたままである。".encode("cp932")  # an NEC sign; cp932 writes it as 81 E6
    decoded = decode(raw)
    assert (decoded.text[0], decoded.encoding, decoded.exact, decoded.raw) == ("∵", "cp932", False, raw)


def test_line_ends_stay() -> None:
    text = "a\r\nb\rc\n\u2028d\x85e"
    assert decode(text.encode()).text == text


BINARY = {
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "GIF": b"GIF89a\x01\0\x01\0\x80",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "ZIP": b"PK\x03\x04\x14\0\0\0\x08\0",
    "gzip": gzip.compress(b"It rained." * 9),
    "zstd": b"\x28\xb5\x2f\xfd\x24\x0a\x51\0\0It rained.",
    "SQLite": b"SQLite format 3\0\x10\0",
    "Parquet": b"PAR1\x15\x04\x15\0\x15",
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("encoding", [None, "utf-8", "windows-1252"])
def test_binary_data_is_refused_by_name(name: str, encoding: str | None) -> None:
    raw = BINARY[name]
    problem = refused(raw, encoding)
    if encoding is None or name in ("PNG", "JPEG", "PDF", "gzip", "zstd"):
        assert name in problem.message
    assert problem.hint


def test_a_text_about_a_format_is_a_text() -> None:
    for text in ("%PDF-1.7 is how such files begin.", "GIF89a, in naïve hands", "PK\x03\x04", "MZ, ID3, BZh: magic"):
        assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"\0", 1, 1),
        (b"Hello\0world!", 1, 6),
        ("It rained.\nCafé\0 here\n".encode(), 2, 5),
        (b"caf\xe9\r\n\0", 2, 1),
        ("\ufeffa\n\0b".encode("utf-16-le"), 2, 1),
        (bytes(range(4)), 1, 1),
        (ENGLISH.encode() * 2000 + b"a\0", 2001, 2),
    ],
)
def test_a_nul_is_refused_with_its_place(raw: bytes, line: int, column: int) -> None:
    problem = refused(raw)
    assert "NUL" in problem.message
    assert (problem.line, problem.column) == (line, column)
    assert "--encoding" in problem.hint


def test_a_nul_is_refused_whatever_was_told() -> None:
    assert refused(b"ab\0", "latin-1").column == 3


def test_control_characters_are_no_text() -> None:
    problem = refused(bytes([1, 2, 3, 4, 0xFF]) * 20)
    assert "80 of 100 bytes are control characters" in problem.message


@pytest.mark.parametrize(
    ("encoding", "near"),
    [
        ("utf8000", "utf8"),
        ("windos-1252", "windows-1252"),
        ("latin-9", "latin9"),
        ("shift-jiss", "shift-jis"),
        ("base64", ""),
        ("zlib", ""),
        ("undefined", ""),
        ("zzzz", ""),
        ("", ""),
        ("utf-8\0", "utf-8"),
    ],
)
def test_an_encoding_that_does_not_exist(encoding: str, near: str) -> None:
    problem = refused(b"It rained", encoding)
    assert repr(encoding) in problem.message
    assert f"did you mean {near}?" == problem.hint if near else "windows-1252" in problem.hint
    with pytest.raises(CleanerError):
        encode("It rained", encoding)


def test_what_an_encoding_does_not_have_is_refused_with_its_place() -> None:
    with pytest.raises(CleanerError) as caught:
        encode("Вчера\r\nшёл é", "koi8-r")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, 5)
    assert problem.message == "'é' cannot be written in koi8-r"


def test_utf_8_costs_no_guess() -> None:
    """chardet takes 100 ms to load; a text in UTF-8 must not pay for it."""
    text = ("“It rained,” he said.\n" * 50_000).encode()
    code = """
import sys
from cleaner.text.codec import decode
decode(sys.stdin.buffer.read())
print("chardet" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
    start = time.process_time()
    for _ in range(5):
        decode(text)
    ours = time.process_time() - start
    start = time.process_time()
    for _ in range(5):
        text.decode()
    assert ours < 5 * (time.process_time() - start) + 0.05
