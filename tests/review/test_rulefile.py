"""Small changes to rule files, and every other byte as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from cleaner.problem import CleanerError
from cleaner.review import rulefile

SHIPPED = sorted(path for path in (Path(__file__).parents[2] / "rules").rglob("*.yaml") if path.name != "patterns.yaml")

TEXT = """\
# head
source: a.example   # the source

rules:
  # first
  - id: one     # 😀
    why: "It is of the template."
    category: ad
    line: 'Ad'   # a line
    where: {unless: [{follows: bullet}, {then: short}]}
    examples:
      - "[[Ad]]"   # goes

      # a comment of the next
      - |
        An ad
        # no comment

  # second
  - id: two
    why: "It too."
    category: promo
    confidence: certain   # proven
    line: ["x", 'y']
    examples: ["[[x]]", "z"]
# the end
"""

STRANGE = 'a "quoted" \\ 😀\u2028\nsecond # line\n\n- third: x'


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_done_to_a_shipped_file_can_be_undone(path: Path) -> None:
    text = path.read_text("utf-8")
    rule = yaml.load(text, Loader=yaml.CBaseLoader)["rules"][-1]
    name, said = rule["id"], rule.get("confidence")
    changed = rulefile.add_example(text, name, STRANGE)
    assert yaml.safe_load(changed)["rules"][-1]["examples"][-1] == STRANGE
    assert rulefile.remove_example(changed, name, STRANGE) == text
    changed = rulefile.set_confidence(text, name, "maybe")
    assert yaml.safe_load(changed)["rules"][-1]["confidence"] == "maybe"
    back = rulefile.set_confidence(changed, name, said) if said else rulefile.unset_confidence(changed, name)
    assert back == text
    changed = rulefile.disable(text, f"generic/{name}")
    assert rulefile.enable(changed, f"generic/{name}") == text


CHANGES: list[tuple[Callable[[str], str], Callable[[str], str]]] = [
    (lambda t: rulefile.set_confidence(t, "one", "maybe"), lambda t: rulefile.unset_confidence(t, "one")),
    (lambda t: rulefile.set_confidence(t, "two", "likely"), lambda t: rulefile.set_confidence(t, "two", "certain")),
    (lambda t: rulefile.add_example(t, "one", STRANGE), lambda t: rulefile.remove_example(t, "one", STRANGE)),
    (lambda t: rulefile.add_example(t, "two", STRANGE), lambda t: rulefile.remove_example(t, "two", STRANGE)),
    (lambda t: rulefile.disable(t, "a.example/one"), lambda t: rulefile.enable(t, "a.example/one")),
    (
        lambda t: rulefile.add_rule(t, ["- id: three", "  why: x", "  line: 'z'"]),
        lambda t: rulefile.remove_rule(t, "three"),
    ),
    (
        lambda t: rulefile.disable(rulefile.disable(t, "a.example/one"), "a.example/two"),
        lambda t: rulefile.enable(rulefile.enable(t, "a.example/one"), "a.example/two"),
    ),
]


@pytest.mark.parametrize(("there", "back"), CHANGES)
def test_a_change_adds_lines_and_touches_no_other(there: Callable[[str], str], back: Callable[[str], str]) -> None:
    changed = there(TEXT)
    assert changed != TEXT
    assert there(changed) == changed
    assert back(changed) == TEXT
    comments = [line for line in TEXT.splitlines() if "#" in line]
    assert [line for line in changed.splitlines() if line in comments] in (
        comments,
        [line for line in comments if "proven" not in line],
    )


def test_where_a_change_goes() -> None:
    changed = rulefile.add_example(rulefile.set_confidence(TEXT, "one", "maybe"), "one", "new")
    assert "    category: ad\n    confidence: maybe\n    line: 'Ad'   # a line\n" in changed
    assert '        # no comment\n      - "new"\n\n  # second\n' in changed
    assert "confidence: likely   # proven\n" in rulefile.set_confidence(TEXT, "two", "likely")
    assert TEXT.replace('"z"]', '"z", "new"]') == rulefile.add_example(TEXT, "two", "new")


def test_patterns_come_along() -> None:
    changed = rulefile.add_patterns(TEXT, {"box": r"\d+'\"", "person": "x"})
    assert yaml.safe_load(changed)["patterns"] == {"box": r"\d+'\"", "person": "x"}
    assert rulefile.add_patterns(changed, {"box": r"\d+'\""}) == changed
    with pytest.raises(CleanerError, match="another pattern of the name box"):
        rulefile.add_patterns(changed, {"box": "y"})


def test_a_keep_list_is_made_and_goes_again() -> None:
    changed = rulefile.add_rule(TEXT, ["- id: kept", "  why: x", "  line: 'z'"], "keep")
    assert yaml.safe_load(changed)["keep"] == [{"id": "kept", "why": "x", "line": "z"}]
    assert rulefile.remove_rule(changed, "kept", "keep").rstrip() == TEXT.rstrip()


@pytest.mark.parametrize(
    ("text", "change", "message"),
    [
        ("source: a\nrules: [{id: one}]\n", lambda t: rulefile.set_confidence(t, "one", "maybe"), "one line"),
        ("source: a\n", lambda t: rulefile.set_confidence(t, "one", "maybe"), "there is no rule one"),
        ("- a\n", lambda t: rulefile.disable(t, "a/b"), "not a rule file"),
        ("a: [\n", lambda t: rulefile.disable(t, "a/b"), "not a rule file"),
        (TEXT, lambda t: rulefile.add_example(t, "one", "\ud800"), "broken characters"),
    ],
)
def test_what_cannot_be_changed_is_said(text: str, change: Callable[[str], str], message: str) -> None:
    with pytest.raises(CleanerError, match=message):
        change(text)
