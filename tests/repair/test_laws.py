"""What holds of every text: the fixed point, soundness, equality with ftfy, bounded time."""

from __future__ import annotations

import re
import time
from typing import Final

import pytest
from ftfy import TextFixerConfig, bad_codecs, fix_and_explain
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cleaner.repair import mojibake as room
from cleaner.repair import repair
from cleaner.text.edit import apply, check, invert
from cleaner.text.lines import LINE_END

bad_codecs.ok()

WORDS: Final = [
    "don’t", "café", "naïve", "São", "«", "»", "—", "“Hi”", "über", "Привет", "мир", "ελληνικά", "日本語", "한국어",
    "สวัสดี", "😀", "👩\u200d💻", "à la", "Ã", "Â", "\xa0", "…", "–", "€", "²", "Œuvre", "œ", "שלום", "مرحبا", "a",
    "b c", "?", "\ufffd", "&amp;", "&nbsp;", "&lt;", "&#8217;", "&eacute;", "&#55357;", "&#56832;", "&", "amp;", ";",
    "<b>", "html", "\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\ufeff", "\xad", "\u2060", "\x1b[1m", "\x19",
    "\x1c", "\x9d", "\x85", "\x00", "\x08", "\x0b", "\x0c", "\x1a", "\ufffc", "\udc92", "\udc80", "\ud83d",
    "\ude00", " ", "  ", "\t", "\n", "\r\n", "\r", "\u202f", "\u3000", "\u2028", ":", "5", "km",
]  # fmt: skip
ENCODINGS: Final = [
    "latin-1", "sloppy-windows-1252", "windows-1252", "windows-1251", "windows-1250", "windows-1253", "windows-1257",
    "iso-8859-2", "macroman", "cp437",
]  # fmt: skip


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A word, perhaps read in wrong encodings, escaped once more, or with its last character lost."""
    word = draw(st.sampled_from(WORDS))
    for encoding in draw(st.lists(st.sampled_from(ENCODINGS), max_size=2)):
        word = word.encode("utf-8", "surrogatepass").decode(encoding, "replace")
    match draw(st.integers(0, 9)):
        case 0:
            return word.replace("\xa0", " ")
        case 1:
            return word.replace("&", "&amp;")
        case 2:
            return word[:-1]
    return word


texts = st.lists(pieces(), max_size=14).map("".join) | st.text(max_size=40)


@given(texts, st.booleans())
@settings(max_examples=600)
def test_repairs_are_sound_can_be_undone_and_leave_nothing_to_repair(text: str, markdown: bool) -> None:
    edits = repair(text, markdown=markdown)
    check(text, edits)
    after = apply(text, edits)
    assert apply(after, invert(edits)) == text
    assert repair(after, markdown=markdown) == ()
    assert all(edit.old != edit.new for edit in edits)


@given(texts)
@settings(max_examples=600)
def test_no_repair_makes_a_tag_or_a_lone_surrogate_or_another_line(text: str) -> None:
    after = apply(text, repair(text))
    assert "<" in text or not re.search(r"<[A-Za-z/!?]", after)
    lone = re.compile("[\ud800-\udfff]")
    assert len(lone.findall(after)) <= len(lone.findall(text))
    assert LINE_END.findall(after) == LINE_END.findall(text)


def as_ftfy(line: str) -> str:
    """The reference, spelt out: ftfy called plainly, encodings only."""
    config = TextFixerConfig(
        unescape_html=False, remove_terminal_escapes=False, fix_latin_ligatures=False, fix_character_width=False,
        uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False, remove_control_chars=False,
        normalization=None,
    )  # fmt: skip
    return fix_and_explain(line, config).text


@given(texts)
@settings(max_examples=600)
def test_mojibake_is_mended_as_ftfy_mends_it_line_by_line(text: str) -> None:
    edits = room.find(text)
    assume(edits is not None)  # it speaks of encodings
    assert edits is not None
    check(text, edits)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    lines = [as_ftfy(line) for line in LINE_END.split(body)]
    ends = [*LINE_END.findall(body), ""]
    wanted = mark + "".join(line + end for line, end in zip(lines, ends, strict=True))
    assert apply(text, edits) == wanted


def test_ftfy_is_asked_with_these_settings() -> None:
    """`repair` itself, on lines that each option left on by mistake would change."""
    text = "ﬁrst ＦＵＬＬ “curly” e\u0301 one\u2028two &copy; <b> itâ€™s"
    assert apply(text, repair(text)) == text.replace("itâ€™s", "it’s")


@given(st.text(alphabet="Ââ€™œÃ©¤ ?\ufffdab\x80\x99\xa0", max_size=12), st.text(max_size=12))
def test_changes_lead_from_the_old_line_to_the_new_whatever_they_are(old: str, new: str) -> None:
    for other in (new, as_ftfy(old)):
        if old in ("", other):
            continue
        at, made = 0, ""
        for start, before, after in room.changes(old, other):
            assert before
            assert old.startswith(before, start)
            made += old[at:start] + after
            at = start + len(before)
        assert made + old[at:] == other


HOSTILE: Final = {
    "spaces": " " * 300_000 + "x",
    "no-break spaces": "\xa0 " * 150_000 + "x",
    "trailing": "x " * 150_000 + "\n" + " " * 150_000,
    "ampersands": "&" * 300_000,
    "escaped often": "&" + "amp;" * 75_000 + "lt;",
    "entities": "&amp;" * 20_000,
    "half entities": "&#55357;" * 40_000,
    "tags left open": "<a " * 100_000 + "&amp;",
    "escapes": "\x1b]" * 20_000,
    "backspaces": "a\x08" * 20_000,
    "zero width": "\u200b" * 300_000,
    "zero width apart": "a\u200b " * 20_000,
    "one long word": "a\udc92b" * 20_000,
    "suspects on lines": "itâ€™s\n" * 3_000,
    "suspects on one line": "itâ€™s " * 15_000,
    "never mojibake": "é”a " * 75_000,
    "no mojibake after all": "Œ " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_more_than_linear_time(name: str) -> None:
    """Ten times what the slowest of these takes; what grows with the square takes longer by far."""
    start = time.process_time()
    edits = repair(HOSTILE[name])
    assert time.process_time() - start < 5
    check(HOSTILE[name], edits)
