"""Whatever a pattern matches holds one of its literals: the prefilter may never lose a match."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.literals import lowered, required

PATTERNS = [
    "share this",
    "(?:share|tweet) (?:this|that)",
    "kiss my silk",
    "(?:abc)+x?",
    "straße|gasse",
    "İstanbul|ısı",
    "ΟΔΟΣ ΣΟΦΟΣ",
    "ähnliche artikel",
    r"\d+ comments?",
    r"posted (?:on|in) [a-z]{3,5}",
    "поделиться статьёй",
    "(?:分享|转发)到",
    "a(?:bc|de)f|ghi",
]
EXOTIC = str.maketrans({"s": "ſ", "k": "\u212a", "i": "ı", "I": "İ", "S": "ſ", "K": "\u212a"})


@pytest.mark.parametrize("expression", PATTERNS)
@given(data=st.data())
def test_a_literal_stands_in_every_match(expression: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(expression, re.IGNORECASE), fullmatch=True))
    for variant in (text, text.upper(), text.lower(), text.translate(EXOTIC), text.swapcase()):
        for ignore_case in (True, False):
            if regex.fullmatch(expression, variant, regex.IGNORECASE if ignore_case else 0):
                literals = required(expression, ignore_case)
                assert literals is not None
                scan = lowered(variant)
                assert any(literal.encode() in scan for literal in literals), (variant, literals)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (".*", None),
        ("(?:foo)?", None),
        ("foo|.*", None),
        (r"\w+", None),
        ("foo(?=bar)", ("foo",)),
        ("(?<!x)foo", ("foo",)),
        ("(?i)FOO", ("foo",)),
        ("x{e<=1}", None),
        (r"(foo)\1", ("foo",)),
        ("[fg]oo", ("oo",)),
        ("foo+bar", ("bar",)),
    ],
)
def test_required(expression: str, expected: tuple[str, ...] | None) -> None:
    assert required(expression, ignore_case=False) == expected


@given(st.text())
def test_lowering_moves_no_line_end(text: str) -> None:
    ends = re.findall(r"\r\n|\n|\r", text)
    assert [end.decode() for end in re.findall(rb"\r\n|\n|\r", lowered(text))] == ends
