"""The guard: what it was built from, and that it lets no mojibake through."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES
from hypothesis import given, settings
from hypothesis import strategies as st

import build_repair_guard
from cleaner.repair import guard
from cleaner.repair.mojibake import suspects
from cleaner.text.lines import LINE_END

SIGNS: Final = sorted({char for char in BADNESS_RE.pattern if not char.isascii()})
ALPHABET: Final = "".join(SIGNS) + "abzAZ 1.?\x80\x93\x9d\xa0\xad\n\r\ufeff😀字"


def test_the_guard_is_the_one_of_the_installed_ftfy() -> None:
    """Where this fails after an upgrade: python benchmarks/build_repair_guard.py"""
    assert build_repair_guard.TARGET.read_text("utf-8") == build_repair_guard.build()
    assert version("ftfy") == guard.FTFY_VERSION


def test_a_pattern_of_another_form_is_refused_not_misread() -> None:
    for pattern in ("ab", "é+|ü", "(?=é)|ü", r"\d|é", "é{2}|ü"):
        with pytest.raises(NotImplementedError):
            build_repair_guard.guard(re.compile(pattern))


def bad_lines(text: str) -> list[str]:
    return [line for line in LINE_END.split(text.removeprefix("\ufeff")) if BADNESS_RE.search(line)]


@given(st.text(alphabet=ALPHABET, max_size=12))
@settings(max_examples=1500)
def test_every_line_that_ftfy_calls_bad_is_a_suspect(text: str) -> None:
    lines = [text[start:end] for start, end in suspects(text)]
    assert [line for line in bad_lines(text) if line not in lines] == []


def test_every_alternative_of_the_badness_pattern_is_a_suspect() -> None:
    """Each alternative with the first, the last and a middle character of each of its sets."""
    count = 0
    for pieces in build_repair_guard.alternatives(BADNESS_RE):
        sets = [sorted(piece.members) if piece.members else [ord("x"), ord("é")] for piece in pieces]
        for pick in (0, len(SIGNS) // 2, -1):
            word = "".join(chr(members[min(pick, len(members) - 1)]) for members in sets)
            if BADNESS_RE.search(word):
                count += 1
                assert list(suspects(word)) == [(0, len(word))], repr(word)
    assert count > 80


@pytest.mark.parametrize(
    "text",
    [
        "The town’s “old” mayor – a naïve man… – paid £5, or €6.",
        "Die Größe der Straße: „schöne Grüße“, sagte Ärger. ÖL & ÜBER",
        "L’été, où l’élève « naïf » s’en alla : « ça va ? » – À l’école",
        "«Привет», — сказал он. Всё хорошо, Россия.",
        "新华社电，“这是测试”。——《条例》：（一）……",
        "Καλημέρα κόσμε· «ναι», είπε.",
        "Zażółć gęślą jaźń. „Cześć”. ŁÓDŹ",
    ],
)
def test_good_text_is_no_suspect_and_never_loads_ftfy(text: str) -> None:
    assert list(suspects(text)) == []
    code = (
        "import sys; from cleaner.repair import repair\n"
        "assert repair(sys.argv[1]) == (); assert 'ftfy' not in sys.modules\n"
        "assert repair('itâ€™s'); assert 'ftfy' in sys.modules"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-X", "utf8", "-c", code, text], check=True, cwd=root)


def test_the_categories_of_ftfy_are_those_the_builder_weighs() -> None:
    """Its weights call quotes and capitals common; a new category is a reason to look at them again."""
    assert set(MOJIBAKE_CATEGORIES) == {
        "common", "c1", "bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric", "kaomoji",
        "upper_accented", "lower_accented", "upper_common", "lower_common", "box",
    }  # fmt: skip
