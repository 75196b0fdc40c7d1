"""Whatever a pattern matches holds one of its literals: the prefilter may never lose a match."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rules.literals import is_partial, least, lowered, required, width
from cleaner.text.lines import bared, letters

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


LINES = [
    *PATTERNS,
    r"(?:[*_(]\s?)?(?:please |so,? )?share (?:this|that)[.!)]?",
    r"(?:copyright\s*)?(?:©|\(c\))\s*\d{4}",
    r"(?:now |was )?[$€]\d+ at (?:foo|bar)",
    r"[’']tis (?:the )?season",
    r"(?:\d+\. ){1,3}(?:x{0,3}share|tweet)+",
    r"(?:(?:a|an) )?(?:[bc]d|ef?)g",
    r"— ?(?:[0-9]+ )?(?:fo+|ba?r) (?:[a-f]{2,4})",
]


@pytest.mark.parametrize("expression", LINES)
@given(data=st.data())
def test_a_literal_stands_in_every_line_matched_or_what_is_left_of_it_without_marks(
    expression: str, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(re.compile(expression, re.IGNORECASE), fullmatch=True))
    for variant in (text, text.upper(), text.lower(), text.translate(EXOTIC)):
        if (
            regex.fullmatch(expression, variant, regex.IGNORECASE)
            and variant == variant.strip()
            and "\n" not in variant
        ):
            literals = required(expression, True, whole_lines=True)
            assert literals is not None
            scan = lowered(f"\n{variant}\n{bared(variant)}\n")
            assert any(literal.encode() in scan for literal in literals), (variant, literals)


def test_lines_are_known_by_how_they_begin() -> None:
    assert required(r"(?:please )?(?:share|send) .*", True, whole_lines=True) == ("\nplease s", "\nsend", "\nshare")


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


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"[-–—*\[(]+\s*(?:ad|anzeige):?", 7),
        (r"\W*", None),
        (r"a{2,5}[!?]+", 5),
        (r"[!-/]+\d+ comments?", 8),
        (r"[a.]{3}", 3),
        (r".{0,20}", 20),
        (r"[^.]{0,20}|abc", 20),
        (r"x+", None),
        (r"(?=.*)ab(?<!c)", 2),
        (r"(?fi)[ß]", None),
    ],
)
def test_width(expression: str, expected: int | None) -> None:
    assert width(expression, ignore_case=False) == expected


WIDE = [
    r"[-–—*«(]+\s*(?:ad|[äé]b)[:…]?",
    r"[!?]{1,9}\w{1,3}",
    r"a(?:b|[c-e])d?\.{2,}",
    r"[\[\]]*x\s+y",
    r"(?:ſ|s|K){1,4}[·•]*",
]


@pytest.mark.parametrize("expression", WIDE)
@given(data=st.data())
def test_no_match_is_wider_than_said(expression: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(expression, re.IGNORECASE), fullmatch=True))
    most = width(expression, True)
    assert most is not None
    for variant in (text, text.upper(), text.lower(), text.swapcase(), text.translate(EXOTIC)):
        if regex.fullmatch(expression, variant, regex.IGNORECASE):
            assert letters(variant) <= most


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abc", 3),
        ("a?b{3,}", 3),
        ("(?:ab|c)d", 2),
        ("(?=.{160,})x", 160),
        ("a(?=b{5})b", 6),
        ("(?!abcdef)x", 1),
        ("(?<=abc)d", 1),
        (r"^\bfoo\b$", 3),
        (r"(abc)\1", 3),
        ("(?fi)ss", 0),
        ("(?:abc){e<=1}", 0),
        (r"\X|.*", 0),
    ],
)
def test_least(expression: str, expected: int) -> None:
    assert least(expression, ignore_case=False) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abc|a?b{3,}[^c]", True),
        (r"\babc\b$", True),
        ("(?!abc)x", True),
        (r"(?!(?:He|We)\b)\w+", False),
        ("(?!abc$).+", False),
        (r"a\Bb", False),
        (r"(abc)\1", False),
    ],
)
def test_a_beginning_says_whether_a_match_can_be(expression: str, expected: bool) -> None:
    assert is_partial(expression, ignore_case=False) == expected


SEEN = [*WIDE, r"(?!we\b)\w+ [\w ]+", r"(?!wet)\w+", "(?=.{3}$)we.+", r"\bwe\b.*", r"(?>we|wet)t\b.?", r"w\Be"]


@pytest.mark.parametrize("expression", SEEN)
@given(data=st.data())
def test_what_is_known_of_a_pattern_rules_no_match_out(expression: str, data: st.DataObject) -> None:
    made = st.from_regex(re.compile(expression, re.IGNORECASE), fullmatch=True) if expression in WIDE else st.nothing()
    text = data.draw(made | st.text(alphabet="WEweta ", max_size=6))
    if regex.fullmatch(expression, text, regex.IGNORECASE):
        assert len(text) >= least(expression, True)
        beginnings = (text[:size] for size in range(len(text)))
        assert not is_partial(expression, True) or all(
            regex.fullmatch(expression, beginning, regex.IGNORECASE, partial=True) for beginning in beginnings
        )


@given(st.text(alphabet=st.sampled_from("aZ9_-. é«дß·ª²\u0345\u200bⒶ漢\ud800"), max_size=40))
def test_counting_letters_and_baring_ends_by_the_short_way_is_the_same(text: str) -> None:
    assert letters(text) == len(re.sub(r"[\W\d_]+", "", text))
    assert bared(text) == re.sub(r"\A[\W\d_]+|[\W\d_]+\Z", "", text)
