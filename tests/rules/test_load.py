"""Rule files: what is read from good ones, and what is said of bad ones.

Each file in ``tests/rules/bad`` says in its first lines what must be said of it: ``# expect LINE:COLUMN: message``.
"""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from msgspec import inspect

from cleaner.problem import CleanerError
from cleaner.rules import load, spec, syntax
from cleaner.rules.load import Library, load_library, shipped_folder
from cleaner.rules.model import GENERIC, Rule, Where
from cleaner.text.lines import BULLET, HEADLINE

ROOT = Path(__file__).parents[2]
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
EXAMPLES = """examples: ["[[Get our app]]", "Get our apples"]"""


def read(*paths: Path) -> Library:
    return load_library(paths, shipped=False, cache=False, examples=True)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def rule(name: str = "promo", pattern: str = "'Get our app'", **more: str) -> str:
    keys = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"  - id: {name}\n    why: An ad.\n    category: promo\n    line: {pattern}\n    {EXAMPLES}{keys}\n"


def said(path: Path) -> list[str]:
    """What the loader says of a file or folder, without the folder's name."""
    with pytest.raises(CleanerError) as caught:
        read(path)
    home = path if path.is_dir() else path.parent
    return [str(problem).replace(f"{home}{os.sep}", "") for problem in caught.value.problems]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_everything_wrong_is_said_with_its_place(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("# expect ") for line in lines if line.startswith("# expect ")]
    assert expected
    with pytest.raises(CleanerError) as caught:
        read(path)
    assert [str(problem).replace(f"{path}:", "").strip() for problem in caught.value.problems] == expected


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("line: Updated: now", 1, "put quotes around text that holds `: `"),
        ("a: 1\n b: 2", 2, "this line is indented too far"),
        ("a:\n\tb: c", 2, "indent with spaces"),
        ("line: %{short}", 1, "begins with `%`"),
        ("line: @us", 1, "begins with `@`"),
        ("line: [a] b", 1, "begins with `[`"),
        ("line: {a} b", 1, "begins with `{`"),
        ("line: *a", 1, "begins with `*`"),
        ("line: &a b", 1, "begins with `&`"),
        ("line: !a b", 1, "begins with `!`"),
        ("line: > b", 1, "begins with `>`"),
        ("line: - b", 1, "begins with `- `"),
        ("line: 'Don't miss'", 1, "inside single quotes write ' twice"),
        ("a: 1\nline: 'open\nb: c\n", 2, "inside single quotes write ' twice"),
        ('line: "\\d+"', 1, "put patterns in single quotes"),
        ("rules:\n  - id: x\n   why: y", 3, "keys of one rule begin in one column"),
    ],
)
def test_yaml_slips_have_a_hint(text: str, line: int, hint: str, loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "_Loader", loader)
    notes = syntax.Notes("x.yaml")
    syntax.read(text, notes)
    assert [problem.line for problem in notes.problems] == [line]
    assert hint in notes.problems[0].hint


def test_a_tree_keeps_text_as_it_is_written() -> None:
    written = "a: 12:30\nb: No\nc: 1e3\nd: ~\ne: null\nf: 2024-01-01\ng: 007\nh: 'x'\ni: ''\n"
    tree = syntax.read(written, syntax.Notes(""))
    assert tree is not None
    assert syntax.plain(tree) == {
        **{"a": "12:30", "b": "No", "c": "1e3", "d": "~", "e": "null"},
        **{"f": "2024-01-01", "g": "007", "h": "x", "i": ""},
    }


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "x.yaml: the file is empty; `cleaner rules new SOURCE` writes one to start from"),
        (
            b"source: a\ndescribe: caf\xe9\n",
            "x.yaml:2:14: not UTF-8: byte 0xE9 cannot stand here; save the file as UTF-8",
        ),
        ("source: a\n".encode("utf-16"), "x.yaml:1:1: not UTF-8: byte 0xFF cannot stand here; save the file as UTF-8"),
    ],
)
def test_bytes_that_are_no_rule_file(tmp_path: Path, raw: bytes, expected: str) -> None:
    (tmp_path / "x.yaml").write_bytes(raw)
    assert said(tmp_path) == [expected]


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + ("source: a\nrules:\n" + rule()).replace("\n", "\r\n")
    (tmp_path / "x.yml").write_bytes(text.encode("utf-8"))
    assert read(tmp_path).rule("a/promo").place.line == 3


def test_folders_that_give_no_rules(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match="there is no such folder"):
        read(tmp_path / "missing")
    with pytest.raises(CleanerError, match=r"no rule files \(\*\.yaml, \*\.yml\) in this folder"):
        read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, x="source: a\n")
    (tmp_path / "x.yaml").chmod(0)
    assert said(tmp_path) == ["x.yaml: cannot be read: Permission denied"]


def test_a_file_in_the_place_of_a_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").symlink_to(tmp_path / "missing")
    assert said(tmp_path) == ["x.yaml: cannot be read: No such file or directory"]


def test_hidden_folders_other_files_and_loops_are_passed_over(tmp_path: Path) -> None:
    inner = tmp_path / "deep" / "er"
    inner.mkdir(parents=True)
    write(inner, a="source: a\nrules:\n" + rule())
    (tmp_path / ".git").mkdir()
    write(tmp_path / ".git", b="not: a rule file\n")
    (tmp_path / "readme.md").write_text("- no rules\n")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(read(tmp_path).packs) == ["a"]


def test_problems_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    write(
        tmp_path, a="source: a\nfoo: b\n", b="source: [\n", c="source: c\nextends: [b]\nrules:\n" + rule(language="x")
    )
    places = [line.split(": ")[0] for line in said(tmp_path)]
    # That c extends what may stand in the broken file is not held against it.
    assert places == ["a.yaml:2:1", "b.yaml:2:1", "c.yaml:9:15"]


def test_two_rules_with_one_id_name_both_places(tmp_path: Path) -> None:
    write(tmp_path, a="source: a\nrules:\n" + rule(), b="source: a\nrules:\n" + rule("other") + rule())
    (problem,) = said(tmp_path)
    assert problem.startswith("b.yaml:8:9: two rules have the id `a/promo`; the other one is at a.yaml:3:9;")
    assert "disable" in problem


def test_a_circle_of_sources_is_shown(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="source: a\nextends: [c]\n",
        b="source: b\nextends: [a]\n",
        c="source: c\nextends: [b, d]\n",
        d="source: d\n",
    )
    assert said(tmp_path) == ["b.yaml:2:11: `extends` runs in a circle: a -> c -> b -> a"]


FULL = r"""
source: news.example
describe: A made-up site.
match:
  any:
    - domain: news.example
    - path: '**/news/**'
    - meta: {publisher: The Example News}
    - fingerprint: ['Example News Network', '/© \d+/']
extends: [base]
disable: [base/away]
language: en
patterns: {desk: '(?:China|Asia) desk', both: '%{desk}|%{extra}'}
rules:
  - id: all
    why: Everything at once.
    category: promo
    section: ['/by %{both}/i', '%{short}']
    while: [bullet, 'View all']
    until: '/end/'
    min: 2
    max: 9
    where:
      first: 5
      last: 6
      after: 10%
      before: 90.5%
      in: [head, tail]
      follows: {bullet: 3}
      then: [headline, 'Share', {time: 2}]
      unless: [{then: prose}, {first: 1, in: body}]
    confidence: certain
    language: [de, fr]
    valid_from: 2024-01-31
    valid_until: 2024-12-31
    examples:
      - |-
        It rained.
        [[by Asia desk]] and [[View all]]
      - It rained.
  - id: copy
    why: A line said twice.
    category: repeat
    repeat: '/Photo: .*/'
    keep: none
    near: 92
    examples: ["[[Photo: A]]\n[[Photo: A]]", "Photo: A"]
  - id: swap
    why: Another sign.
    category: markup
    span: '&rarr;'
    replace: ''
    examples: ["a [[&rarr;]]", "a"]
keep:
  - id: essay
    why: In a photo essay the credits are the text.
    line: '/Photo essay by .*/'
"""


@pytest.fixture
def full(tmp_path: Path) -> Library:
    write(
        tmp_path, full=FULL, base="source: base\nrules:\n" + rule("away") + rule("stays"), patterns="extra: 'EU desk'\n"
    )
    return read(tmp_path)


def test_all_keys_arrive(full: Library) -> None:
    pack = full.packs["news.example"]
    assert (pack.describe, pack.extends, pack.disable) == ("A made-up site.", ("base",), {"base/away"})
    assert [m.domain for m in pack.match] == ["news.example", None, None, None]
    assert pack.match[1].path == "**/news/**"
    assert pack.match[2].meta == (("publisher", "The Example News"),)
    assert [p.kind for p in pack.match[3].fingerprint] == ["text", "regex"]

    found = full.rule("news.example/all")
    assert (found.verb, found.category, found.confidence, found.min, found.max) == ("section", "promo", "certain", 2, 9)
    assert [p.kind for p in found.targets] == ["regex", "shape"]
    assert found.targets[0].expression == "by (?:(?:(?:China|Asia) desk)|(?:EU desk))"
    assert [p.shape for p in found.while_] == [BULLET, 0]
    assert [(n.pattern.source, n.count) for n in found.until] == [("/end/", 1)]
    assert found.languages == {"de", "fr"}
    assert (found.valid_from, found.valid_until) == (date(2024, 1, 31), date(2024, 12, 31))
    assert found.examples[0].text == "It rained.\nby Asia desk and View all"
    assert found.examples[0].cuts == ((11, 23), (28, 36))
    assert found.examples[1].cuts == ()

    where = found.where
    assert (where.first, where.last, where.after, where.before) == (5, 6, 0.1, 0.905)
    assert where.parts == {"head", "tail"}
    assert [(n.pattern.shape, n.count) for n in where.follows] == [(BULLET, 3)]
    assert [(n.pattern.source, n.count) for n in where.then] == [("headline", 1), ("Share", 1), ("time", 2)]
    assert where.then[0].pattern.shape == HEADLINE
    assert where.unless[1] == Where(first=1, parts=frozenset({"body"}))

    copy = full.rule("news.example/copy")
    assert (copy.repeats, copy.keep, copy.near, copy.languages) == ("line", "none", 92, {"en"})
    assert full.rule("news.example/swap").replace == ""
    assert full.rule("news.example/essay").keeps
    assert found.place.line == FULL.splitlines().index("  - id: all") + 1


def test_rules_for_a_source(full: Library) -> None:
    ids = [found.id for found in full.rules_for("news.example")]
    assert ids == ["base/stays", "news.example/all", "news.example/copy", "news.example/essay", "news.example/swap"]
    assert full.rules_for(None) == ()
    with pytest.raises(KeyError):
        full.rules_for("nowhere")


def test_generic_rules_always_count_and_files_with_one_source_are_one_pack(tmp_path: Path) -> None:
    write(
        tmp_path,
        one="source: generic\nrules:\n" + rule("b") + rule("d"),
        two="source: generic\ndisable: [generic/d, base/y]\nrules:\n" + rule("a"),
        base="source: base\ndisable: [generic/a]\nrules:\n" + rule("x") + rule("y"),
        top="source: top\nextends: [base]\nrules:\n" + rule("z"),
    )
    library = read(tmp_path)
    assert [found.id for found in library.packs[GENERIC].rules] == ["generic/a", "generic/b", "generic/d"]
    assert [found.id for found in library.rules_for(None)] == ["generic/a", "generic/b"]
    # What a template switches off is switched off for the sites that use it.
    assert [found.id for found in library.rules_for("top")] == ["base/x", "generic/b", "top/z"]


def test_a_users_file_adds_to_a_shipped_source_and_to_generic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, mine = tmp_path / "shipped", tmp_path / "mine"
    home.mkdir()
    mine.mkdir()
    monkeypatch.setattr(load, "shipped_folder", lambda: home)
    shipped = "source: {0}\nrules:\n" + rule("{0}-rule")
    write(home, generic=shipped.format("generic"), site=shipped.format("site"), patterns="person: 'Ada'\n")
    write(
        mine,
        generic="source: generic\nrules:\n" + rule("mine"),
        site="source: site\nrules:\n" + rule("mine", "'%{person}'"),
    )
    library = load_library([mine], cache=False)
    assert [found.id for found in library.rules_for("site")] == [
        *("generic/generic-rule", "generic/mine"),
        *("site/mine", "site/site-rule"),
    ]
    assert library.packs["site"].files == (str(mine / "site.yaml"), str(home / "site.yaml"))
    # The shared patterns are there for rules that stand alone, too.
    assert list(load_library([mine], shipped=False, cache=False, examples=True).packs) == ["generic", "site"]


def test_the_shipped_folder_named_by_the_user_is_read_once() -> None:
    home = shipped_folder()
    once = list(load._found([home], home, []))
    assert list(load._found([home, home.resolve(), home / "generic"], home, [])) == once


def test_named_patterns_are_looked_up_in_the_file_then_the_folder_then_the_shipped_ones(tmp_path: Path) -> None:
    text = "source: {0}\n{1}rules:\n" + rule(pattern="'/%{{month}} %{{mine}}/'").replace("{E", "{{E").replace(
        "}]", "}}]"
    )
    write(
        tmp_path,
        patterns="month: Brumaire\nmine: 'x'\n",
        a=text.format("a", ""),
        b=text.format("b", "patterns: {month: 'Ventôse'}\n"),
    )
    library = read(tmp_path)
    assert library.rule("a/promo").targets[0].expression == "(?:Brumaire) (?:x)"
    assert library.rule("b/promo").targets[0].expression == "(?:Ventôse) (?:x)"


def test_broken_named_patterns_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, patterns="One: x\ntwo: '('\n", a="source: a\nrules:\n" + rule())
    assert said(tmp_path) == [
        "patterns.yaml:1:1: a key of this file: expected a pattern's name of lower-case letters, digits and `_`, "
        "such as `person`, found `One`"
    ]
    write(tmp_path, patterns="two: 'a('\n")
    assert said(tmp_path) == ["patterns.yaml:1:9: bad regular expression: missing )"]


def test_an_unknown_rule_is_answered_with_the_nearest(full: Library) -> None:
    with pytest.raises(CleanerError, match="there is no rule `base/stay`; did you mean `base/stays`"):
        full.rule("base/stay")


def shuffled(library: Library, seed: int) -> dict[str, list[Rule]]:
    names = list(library.packs)
    random.Random(seed).shuffle(names)
    return {name: list(library.rules_for(name)) for name in sorted(names)}


def test_the_order_of_files_and_folders_changes_nothing(tmp_path: Path) -> None:
    parts = {f"part{n}": f"source: s{n % 2}\nrules:\n{rule(f'r{n}')}" for n in range(6)}
    libraries = []
    for seed in range(3):
        names = list(parts)
        random.Random(seed).shuffle(names)
        folder = tmp_path / str(seed)
        folder.mkdir()
        for place, name in enumerate(names):
            write(folder, **{f"file{place}": parts[name]})
        libraries.append(read(folder))
    assert len({library.digest for library in libraries}) == 1
    orders = [[found.id for found in library.rules_for("s0")] for library in libraries]
    assert orders == [["s0/r0", "s0/r2", "s0/r4"]] * 3


def test_a_library_can_be_sent_to_another_process(full: Library) -> None:
    again = pickle.loads(pickle.dumps(full))
    assert again == full
    assert again.digest == full.digest


def test_the_digest_says_what_determines_results(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        write(tmp_path, a=text)
        return read(tmp_path).digest

    text = "source: a\nrules:\n" + rule(where="{in: [head, tail], unless: {in: body}}", language="[de, fr, it]")
    first = digest(text)
    assert digest("# a comment\n" + text.replace("It rained", "It snowed")) == first
    assert digest(text.replace("our app", "an app")) != first
    assert digest(text.replace("tail", "body")) != first
    assert digest(text.replace("An ad.", "An advertisement.")) != first
    assert digest(text.replace("line:", "span:")) != first


def test_the_digest_is_the_same_in_every_process(full: Library, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cleaner.rules.load import load_library\n"
        "print(load_library([Path(sys.argv[1])], shipped=False, cache=False, examples=True).digest)"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        assert done.stdout.strip() == full.digest


def test_the_shipped_folder_is_named_as_short_as_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert str(shipped_folder()) == "rules"
    monkeypatch.chdir(tmp_path)
    assert shipped_folder() == ROOT / "rules"


def strings(kind: object, seen: set[int]) -> Iterator[inspect.StrType]:
    """All text types under a type of msgspec's."""
    if id(kind) not in seen:
        seen.add(id(kind))
        if isinstance(kind, inspect.StrType):
            yield kind
        parts = kind if isinstance(kind, tuple) else getattr(kind, "__struct_fields__", ())
        for part in parts:
            yield from strings(part if isinstance(kind, tuple) else getattr(kind, part), seen)


def test_no_type_holds_a_pattern_that_msgspec_would_free_twice() -> None:
    found = list(strings(inspect.type_info(spec.File), set()))
    assert len(found) > 10
    assert [kind for kind in found if kind.pattern] == []


def test_reading_rule_files_does_not_crash_the_interpreter(tmp_path: Path) -> None:
    """msgspec 0.22 frees the expressions of ``Meta(pattern=…)`` once too often; the exit code was then 139."""
    write(tmp_path, full=FULL.replace("extends: [base]\ndisable: [base/away]\n", "").replace("|%{extra}", ""))
    code = (
        "import gc, sys; from pathlib import Path; from cleaner.rules.load import load_library\n"
        "load_library([Path(sys.argv[1])], shipped=False, cache=False, examples=True); gc.collect()"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT) for _ in range(6)]
    assert [run.wait() for run in runs] == [0] * 6
