"""The linter: what it refuses, what it only says, and what it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.rules.hostile import LIMIT, attack
from cleaner.rules.lint import Finding, lint
from cleaner.rules.load import load_library
from cleaner.rules.pattern import TIME_LIMIT, compile_pattern

EXAMPLES = '["[[Get our app]]", "[[Get our app]] It rained.", "It rained.", "It snowed."]'


def findings(folder: Path, rule: str, source: str = "a", examples: str = EXAMPLES) -> list[Finding]:
    keys = "".join(f"    {line}\n" for line in rule.splitlines())
    text = (
        f"source: {source}\nrules:\n  - id: x\n    why: An ad.\n    category: promo\n    examples: {examples}\n{keys}"
    )
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return lint(load_library([folder], shipped=False, cache=False, examples=True))


CLEAN = [
    ("line: 'Get our app'", "a"),
    ("line: 'Share'", "a"),
    ("line: 'Share'\nwhere: {first: 5}", "generic"),
    ("line: 'Share this'", "generic"),
    ("line: '/Tags?: .*/'", "generic"),
    ("line: '请分享这篇文章'", "generic"),
    ("section: 'Related'\nwhile: bullet", "generic"),
    ("repeat: 'Advertisement'", "generic"),
    ("repeat: headline", "generic"),
    ("line: '%{time}'\nwhere: {last: 3}", "a"),
    ("line: 'Get our app'\nconfidence: certain", "a"),
    ("block: 'Do you have ... questions ... about (the) news ... today ...'", "a"),
]


@pytest.mark.parametrize(("rule", "source"), CLEAN)
def test_good_rules_are_let_pass(tmp_path: Path, rule: str, source: str) -> None:
    assert findings(tmp_path, rule, source) == []


WRONG = [
    ("line: '/(?:Get our app)?/'", "a", "error", "`/(?:Get our app)?/` matches the empty string"),
    ("line: '...'", "a", "error", "`...` matches the empty string"),
    ("section: 'Get our app'\nuntil: '/.*/'", "a", "error", "`/.*/` matches the empty string"),
    ("line: 'Get our app'\nwhere: {unless: {then: '/.*/'}}", "a", "error", "`/.*/` matches the empty string"),
    ("line: 'Share'", "generic", "error", "`Share` goes by one word (`Share`)"),
    ("line: ['Share this', '/(?:Share|Tweet)(?: it)?/']", "generic", "error", "goes by one word (`Share`)"),
    ("line: 'Share (this)'\nlanguage: en", "generic", "error", "goes by one word (`Share`)"),
    ("section: 'Related'\nwhile: any", "generic", "error", "goes by one word (`Related`)"),
    ("span: '/Advertisement/'", "generic", "error", "goes by one word (`Advertisement`)"),
    ("line: '分享'", "generic", "error", "goes by one word (`分享`)"),
    (r"line: '/Get (?:a|a)+ app!/'", "a", "error", "backtracks without bound, as on"),
    (r"line: 'Get our app'" + "\n" + r"where: {then: '/(?:a|a)+b/'}", "a", "error", "backtracks without bound"),
    ("line: '%{time}'", "a", "warning", "`%{time}` has no fixed word, so it is tried on every line"),
    (r"span: '/\d+/'", "a", "warning", r"`/\d+/` has no fixed word"),
    ("line: Get our app", "a", "warning", "`Get our app` stands without quotes"),
    ("line: ['Get it', Get our app]", "a", "warning", "`Get our app` stands without quotes"),
    (r"line: '/Get our app\d'", "a", "warning", "begins like a regular expression, but is text"),
]


@pytest.mark.parametrize(("rule", "source", "severity", "message"), WRONG)
def test_what_is_said(tmp_path: Path, rule: str, source: str, severity: str, message: str) -> None:
    said = [finding for finding in findings(tmp_path, rule, source) if finding.severity == severity]
    assert len(said) == 1
    assert message in said[0].problem.message
    assert said[0].rule == f"{source}/x"
    assert said[0].problem.hint
    assert said[0].problem.file == str(tmp_path / "a.yaml")
    assert said[0].problem.line >= 3


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ('["[[Get our app]]", "It rained.", "It snowed."]', "1 examples of what goes and 2"),
        ('["[[Get our app]]", "Get it. [[Get our app]]", "It rained."]', "2 examples of what goes and 1"),
    ],
)
def test_a_certain_rule_is_proven(tmp_path: Path, examples: str, words: str) -> None:
    said = findings(tmp_path, "line: 'Get our app'\nconfidence: certain", examples=examples)
    assert [finding.severity for finding in said] == ["error"]
    assert words in said[0].problem.message
    assert findings(tmp_path, "line: 'Get our app'", examples=examples) == []


def test_keep_rules_are_let_pass_where_cuts_are_not(tmp_path: Path) -> None:
    text = "source: generic\nkeep:\n  - id: x\n    why: It stays.\n    line: 'Share'\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert lint(load_library([tmp_path], shipped=False, cache=False, examples=True)) == []


def test_two_sources_with_one_domain(tmp_path: Path) -> None:
    for name in "ab":
        text = f"source: {name}\nmatch: {{any: [{{domain: News.example}}]}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (finding,) = lint(load_library([tmp_path], shipped=False, cache=False, examples=True))
    assert finding.severity == "warning"
    assert "b: claims the domain News.example, as does `a`" in finding.problem.message


def test_only_the_rules_asked_for(tmp_path: Path) -> None:
    rules = "".join(
        f"  - id: {name}\n    why: An ad.\n    category: promo\n    line: {name} it\n    examples: {EXAMPLES}\n"
        for name in ("share", "tweet")
    )
    (tmp_path / "a.yaml").write_text(f"source: a\nrules:\n{rules}", encoding="utf-8")
    library = load_library([tmp_path], shipped=False, cache=False, examples=True)
    assert [finding.rule for finding in lint(library)] == ["a/share", "a/tweet"]
    assert [finding.rule for finding in lint(library, [library.rule("a/tweet")])] == ["a/tweet"]


HOSTILE = [
    r"/(?:a|a)*b/",
    r"/(?:a|aa)+(?:a|aa)+(?:a|aa)+b\d/",
    r"/By (?:a|a)*!/",
    r"/((a{1,100}){1,100}){1,100}b/",
]
HARMLESS = [
    "Get our app",
    "Get ... now ... today ...",
    "(Please) leave a (public) reply (now)",
    r"/.*foo.*bar.*/",
    r"/(?:[^,]+,)*[^,]+;/",
    r"/By \p{Lu}\w+(?: \p{Lu}\w+){0,4}/",
    r"/\s*Share\s*/i",
    r"/(?>\w+\s?)+!/",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_pattern_that_backtracks_for_ever_is_found(source: str) -> None:
    pattern = compile_pattern(source, {})
    assert attack(pattern, searched=False)
    assert attack(pattern, searched=True)


@pytest.mark.parametrize("source", HARMLESS)
def test_a_pattern_that_does_not_is_not_blamed(source: str) -> None:
    assert attack(compile_pattern(source, {}), searched=False) is None


def test_the_linters_limit_is_stricter_than_that_of_a_run() -> None:
    assert LIMIT < TIME_LIMIT
