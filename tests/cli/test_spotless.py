"""With the list of clean texts a run says and does what it would without; where all is known it loads no rule."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.cli import main
from cleaner.cli.options import Settings
from cleaner.cli.spotless import DEPENDENCIES, HARMLESS, Known
from cleaner.readers.tree import File
from cleaner.rules import load
from cleaner.spotless import read

ROOT = Path(__file__).parents[2]
LIST = Path(".cleaner/cache/clean")
PROSE = "It rained all day in the valley, and the river came up to the second step of the mill house.\n"
NOISY = f"{PROSE}CUT ME please\n{PROSE}"
RULES = """\
source: test
match: {{any: [{{path: '*'}}]}}
rules:
  - id: marked
    why: It says so.
    category: promo
    line: '{line} ...'
    confidence: {confidence}
    examples: ["[[{line} now]]\\nIt rained.", "[[{line} too]]\\nIt rained.", "Please do not {line} now.", "It rained."]
"""
CONFIG = "rules = ['rules']\nlevel = 'certain'\n"


def rules(line: str = "CUT ME", confidence: str = "certain") -> str:
    return RULES.format(line=line, confidence=confidence)


@pytest.fixture(scope="module", autouse=True)
def _few_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Next to no shipped rules: these tests load them anew again and again."""
    home = tmp_path_factory.mktemp("shipped")
    (home / "patterns.yaml").write_text("word: '\\w+'\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "shipped_folder", lambda: home)
        yield


@pytest.fixture
def project(plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with one rule of its own."""
    plant("cleaner.toml", CONFIG)
    plant("rules/test.yaml", rules())


def known() -> int:
    return len(read(LIST.parent))


def test_clean_texts_are_remembered_and_no_others(bare: Any, plant: Any, project: None) -> None:
    plant("clean.txt", PROSE)
    plant("clean.md", f"# Rain\n\n{PROSE}")
    plant("noisy.txt", NOISY)
    plant("guessed.txt", "Le café de l'été était fermé, à Liège.\nVoilà.\n".encode("cp1252"))
    plant("binary.txt", b"\x89PNG\r\n\x1a\n\0\0")
    plant("page.html", "<p>Rain</p>")
    plant("a.jsonl", '{"text": "It rained."}\n')
    names = ["clean.txt", "clean.md", "noisy.txt", "guessed.txt", "binary.txt", "page.html", "a.jsonl"]
    first = bare("check", *names)
    assert known() == 3
    assert bare("check", *names) == first


def test_a_hook_and_a_check_share_it(bare: Any, plant: Any, project: None) -> None:
    plant("a.txt", PROSE)
    assert bare("clean", "--hook", "a.txt").err == "1 file cleaned, no edits\n"
    assert known() == 1
    assert bare("check", "a.txt").err == "1 file checked, no findings\n"
    assert known() == 1


@pytest.mark.parametrize("words", [("--no-cache",), ("-v",), ("--output", "json"), ("--format", "jsonl")])
def test_where_more_is_wanted_it_is_neither_asked_nor_told(bare: Any, plant: Any, project: None, words: Any) -> None:
    plant("a.txt", PROSE)
    bare("check", "a.txt", *words)
    assert not LIST.exists()


RECORD = '{"id": %d, "text": "It rained all day in the valley.\\nThe river came up."}\n'
RECORDS = "".join(RECORD % number for number in range(5))
NOISY_RECORD = '{"id": 9, "text": "It rained all day in the valley.\\nCUT ME please\\nThe river came up."}\n'


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "sub/a.jsonl.gz"])
def test_a_file_of_records_is_remembered_as_a_whole(bare: Any, plant: Any, project: None, name: str) -> None:
    raw = gzip.compress(RECORDS.encode()) if name.endswith(".gz") else RECORDS.encode()
    plant(name, raw)
    first = bare("check", name)
    assert (first.code, first.err) == (0, "5 documents checked, no findings\n")
    assert known() == 1
    assert bare("check", name) == first
    assert bare("check", name, "--no-cache") == first
    noisy = (RECORDS + NOISY_RECORD).encode()
    plant(name, gzip.compress(noisy) if name.endswith(".gz") else noisy)
    assert bare("check", name).code == 1
    assert known() == 1
    plant(name, raw)
    before = Path(name).stat()
    assert bare("clean", "--hook", name).err == "5 documents cleaned, no edits\n"
    assert Path(name).stat().st_mtime_ns == before.st_mtime_ns, "it is not even written"
    assert Path(name).read_bytes() == raw


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (RECORDS, 1),
        ("", 1),
        ("\n\n", 1),
        ('{"text": null}\n' + RECORDS, 0),
        (RECORDS + NOISY_RECORD, 0),
        (RECORDS + "no json\n", 0),
        (RECORDS + '{"body": "It rained."}\n', 0),
        ('{"body": "It rained."}\n', 0),
        (RECORDS + '{"text": "It rained.\\nCUT ME please"}', 0),
    ],
)
@pytest.mark.parametrize("line", [("check",), ("clean", "--hook")])
def test_a_file_with_one_record_of_which_something_is_said_is_not(
    bare: Any, plant: Any, project: None, content: str, count: int, line: tuple[str, ...]
) -> None:
    plant("a.jsonl", content)
    plant("b.txt", NOISY)  # the rules are loaded in any case
    first = bare(*line, "a.jsonl", "b.txt")
    assert known() == count
    plant("a.jsonl", content)
    plant("b.txt", NOISY)
    assert bare(*line, "a.jsonl", "b.txt") == first


def test_records_read_in_another_way_are_not_known(bare: Any, plant: Any, project: None) -> None:
    plant("a.jsonl", '{"text": "It rained.", "body": "It rained.\\nCUT ME please\\nIt stopped."}\n')
    assert bare("check", "a.jsonl").code == 0
    assert bare("check", "a.jsonl", "--text-field", "body").code == 1
    assert bare("check", "a.jsonl", "--format", "text").err == "1 file checked, no findings\n"


def test_a_file_of_records_that_changes_while_it_is_read_is_not_remembered(
    bare: Any, plant: Any, project: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant("a.jsonl", RECORDS)
    told = Known.note_ended

    def late(self: Known, file: File, *, is_whole: bool) -> None:
        Path("a.jsonl").write_text(NOISY_RECORD)
        told(self, file, is_whole=is_whole)

    monkeypatch.setattr(Known, "note_ended", late)
    bare("check", "a.jsonl")
    assert not LIST.exists()


def test_a_hook_remembers_what_only_weaker_rules_would_cut_and_a_check_looks_again(
    bare: Any, plant: Any, project: None
) -> None:
    plant("rules/test.yaml", rules(confidence="likely"))
    plant("a.txt", NOISY)
    plant("b.jsonl", RECORDS + NOISY_RECORD)
    names = ["a.txt", "b.jsonl"]
    shown = bare("check", *names)
    assert shown.code == 0
    assert shown.out.count("[would stay]") == 2
    assert not LIST.exists()
    for line in (["clean", "--hook", *names], ["check", "--hook", *names]):
        shutil.rmtree(LIST.parent, ignore_errors=True)
        first = bare(*line)
        assert (first.code, first.out) == (0, "")
        assert known() == 2
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(load, "load_library", no_rules)
            assert bare(*line) == first
        assert bare("check", *names) == shown
        assert bare("check", *names) == shown
        assert bare("check", *names, "--hook", "--level", "likely").code == 1


def no_rules(*_: object, **__: object) -> None:
    raise AssertionError("rules were loaded")


def test_without_a_project_nothing_is_written(bare: Any, plant: Any, here: Path) -> None:
    plant("a.txt", PROSE)
    assert bare("check", "a.txt").code == 0
    assert sorted(os.listdir()) == ["a.txt"]


def test_git_does_not_see_it(bare: Any, plant: Any, project: None) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git")
    plant("a.txt", PROSE)
    bare("check", "a.txt")
    subprocess.run(("git", "init", "-q"), check=True)
    said = subprocess.run(("git", "status", "--porcelain", "-uall"), check=True, capture_output=True, text=True)
    assert ".cleaner" not in said.stdout


def test_a_list_behind_a_link_is_left_alone(bare: Any, plant: Any, project: None) -> None:
    plant("a.txt", PROSE)
    plant("elsewhere/x", "")
    Path(".cleaner").mkdir()
    Path(".cleaner/cache").symlink_to("../elsewhere")
    assert bare("check", "a.txt").code == 0
    assert os.listdir("elsewhere") == ["x"]


def test_a_broken_list_is_made_again(bare: Any, plant: Any, project: None) -> None:
    plant("a.txt", PROSE)
    bare("check", "a.txt")
    LIST.write_bytes(LIST.read_bytes()[:-3])
    assert bare("check", "a.txt").code == 0
    assert known() == 1


def test_where_all_is_known_no_rule_is_loaded(bare: Any, plant: Any, project: None) -> None:
    plant("a.txt", PROSE)
    plant("sub/b.txt", PROSE)
    plant("sub/c.jsonl", RECORDS)
    names = ["a.txt", "sub/b.txt", "sub/c.jsonl"]
    for words in (["check", *names], ["clean", "--hook", *names], ["check", "sub"], ["check", "--hook", *names]):
        bare(*words)
        code = (
            "import sys; from cleaner.cli import main; code = main(sys.argv[1:]); "
            "print(code, sorted({'regex', 'yaml', 'cleaner.engine', 'cleaner.rules.load', 'hashlib', 'msgspec', "
            "'pathspec'} & set(sys.modules)))"
        )
        done = subprocess.run((sys.executable, "-c", code, *words), capture_output=True, text=True, check=True)
        assert done.stdout == "0 []\n", done.stdout + done.stderr


def test_a_pipe_is_not_emptied(bare: Any, plant: Any, project: None) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes")
    plant("b.txt", PROSE)
    bare("check", "b.txt")
    os.mkfifo("a.txt")
    writer = subprocess.Popen(("sh", "-c", "printf 'It rained.\\nCUT ME now\\n' > a.txt"))
    try:
        assert bare("check", "a.txt").code == 1
    finally:
        assert writer.wait() == 0


def test_what_is_not_plain_goes_the_long_way_to_the_same_end(bare: Any, plant: Any, project: None) -> None:
    plant("a.txt", PROSE)
    plant("sub/b.txt", PROSE)
    plant("sub/noisy.txt", NOISY)
    Path("link.txt").symlink_to("sub/noisy.txt")
    Path("same").symlink_to("sub")
    lines = [
        ["a.txt", "./a.txt", "sub/../a.txt", "a.txt"],
        ["a.txt", "sub", "link.txt"],
        ["sub/b.txt", "same/b.txt"],
        [str(Path("a.txt").resolve()), "a.txt"],
        ["a.txt", "none.txt"],
        ["a.txt", "sub/b.txt", "--exclude", "sub", "--force-exclude"],
        ["a.txt", "sub/b.txt", "--exclude", "raw", "--force-exclude"],
        ["a.txt", "sub/b.txt", "--exclude", "sub"],
    ]
    for line in lines:
        for _ in range(2):
            assert bare("check", *line) == bare("check", *line, "--no-cache"), line
    for line in lines:
        for _ in range(2):
            with_it = bare("clean", "--hook", *line)
            plant("sub/noisy.txt", NOISY)
            assert with_it == bare("clean", "--hook", *line, "--no-cache"), line
            plant("sub/noisy.txt", NOISY)


@pytest.mark.parametrize("glob", ["sub/**", "b.txt", "/b.txt", "sub", "raw/**", "!sub", "../a.txt"])
def test_excludes_are_read_from_where_they_stand(bare: Any, plant: Any, project: None, glob: str) -> None:
    plant("sub/b.txt", PROSE)
    plant("sub/deep/c.txt", PROSE)
    plant("a.txt", PROSE)
    plant("sub/x.txt", PROSE)
    for folder, names in ((".", ["a.txt", "sub/b.txt"]), ("sub", ["b.txt", "deep/c.txt", "x.txt"])):
        os.chdir(folder)
        bare("check", *names)
        for words in ((), ("--exclude", glob)):
            line = ["check", *names, "--force-exclude", *words]
            assert bare(*line) == bare(*line, "--no-cache"), (folder, words)
        plant("../cleaner.toml" if folder == "sub" else "cleaner.toml", f"exclude = ['{glob}']\n{CONFIG}")
        for line in (["check", *names, "--force-exclude"], ["check", *names]):
            bare(*line)
            assert bare(*line) == bare(*line, "--no-cache"), folder


def test_all_settings_but_the_harmless_are_in_the_key() -> None:
    """A new option is in the key until somebody says that it is harmless; this list is to be looked at then."""
    fields = set(Settings.__dataclass_fields__)
    assert fields >= HARMLESS
    counted = {"isolated", "level", "source", "only", "skip", "encoding", "format", "no_repair", "repair_only"}
    assert counted <= fields - HARMLESS


def test_the_packages_in_the_key_are_those_that_the_project_needs() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {name.partition(">")[0].lower() for name in wanted}
    # These read rules, draw tables or take the text out of pages, which are not remembered.
    assert names - {"lxml-html-clean", "msgspec", "rich", "trafilatura"} == set(DEPENDENCIES)


# --- the law -------------------------------------------------------------------------------------------

CORPUS = {
    "a.txt": NOISY,
    "b.md": NOISY,
    "sub/c.txt": f"{PROSE}MAYBE ME now\n{PROSE}",
    "d.txt": f"{PROSE}The cafÃ© was closed.\n",
    "e.txt": f"{PROSE}The café was closed.\n",
    "f.txt": f"{PROSE}<!-- cleaner: keep -->\nCUT ME please\n",
    "g.txt": PROSE,
    "h.jsonl": RECORD % 1 + NOISY_RECORD + RECORD % 2,
    "i.jsonl": RECORDS,
    "j.jsonl": RECORD % 1 + '{"text": "It rained.\\nMAYBE ME now\\nIt rained."}\n',
    "k.jsonl": RECORD % 1 + '{"text": "The caf\u00c3\u00a9 was closed."}\n',
}
KEEP = "keep:\n- text_everywhere: CUT ME please\n  rules: []\n"
MODES: dict[str, tuple[dict[str, str], str]] = {
    "plain": ({}, ""),
    "other rule": ({"rules/test.yaml": rules("MAYBE ME")}, ""),
    "weaker rule": ({"rules/test.yaml": rules("CUT ME", "maybe")}, ""),
    "likely rule": ({"rules/test.yaml": rules("CUT ME", "likely")}, ""),
    "likely rule and level": ({"rules/test.yaml": rules("CUT ME", "likely")}, "--level likely"),
    "exception": ({".cleaner/keep.yml": KEEP}, ""),
    "exception, isolated": ({".cleaner/keep.yml": KEEP}, "--isolated --rules rules --level certain"),
    "broken exceptions": ({".cleaner/keep.yml": "keep: [x]\n"}, ""),
    "baseline": ({".cleaner/baseline.jsonl": "?"}, ""),
    "broken baseline": ({".cleaner/baseline.jsonl": "no json\n"}, ""),
    "skipped by path": ({"cleaner.toml": f"{CONFIG}[per-file-skip]\n'*.md' = ['promo']\n"}, ""),
    "source by path": ({"cleaner.toml": f"{CONFIG}[sources]\n'*.md' = 'other'\n"}, ""),
    "no such source": ({"cleaner.toml": f"{CONFIG}[sources]\n'*.md' = 'nosuch'\n"}, ""),
    "skip": ({}, "--skip promo"),
    "no such rule": ({}, "--skip nosuch"),
    "only": ({}, "--only promo"),
    "source": ({}, "--source other"),
    "no repair": ({}, "--no-repair"),
    "repair only": ({}, "--repair-only"),
    "encoding": ({}, "--encoding latin-1"),
    "fuse": ({}, "--max-removed 1%"),
    "no rules": ({"cleaner.toml": "rules = ['none']\n"}, ""),
    "elsewhere": ({}, "--files-from ../list"),
    "sarif": ({}, "--output sarif"),
    "quiet": ({}, "-q"),
    "hook": ({}, "--hook"),
    "hook and likely rule": ({"rules/test.yaml": rules("CUT ME", "likely")}, "--hook"),
}
PLAIN = {"cleaner.toml": CONFIG, "rules/test.yaml": rules(), "rules/other.yaml": "source: other\nrules: []\n"}


def lay(files: dict[str, str], baseline: str) -> None:
    for name in (".cleaner/keep.yml", ".cleaner/baseline.jsonl"):
        Path(name).unlink(missing_ok=True)
    for name, content in {**PLAIN, **files}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(baseline if content == "?" else content)


@pytest.mark.parametrize("before", MODES)
def test_law_what_was_known_before_a_change_changes_nothing(bare: Any, plant: Any, before: str) -> None:
    """Run in one way, then in each other: what is said and how it ends is as if nothing had been known."""
    for name, content in CORPUS.items():
        plant(f"project/{name}", content)
    plant("list", "".join(f"{name}\n" for name in CORPUS))
    os.chdir("project")
    lay({}, "")
    bare("baseline", *CORPUS)
    baseline = Path(".cleaner/baseline.jsonl").read_text()
    assert "CUT ME please" in baseline

    def said(mode: str) -> Any:
        files, words = MODES[mode]
        lay(files, baseline)
        return bare("check", *words.split(), *CORPUS)

    for after in MODES:
        shutil.rmtree(LIST.parent, ignore_errors=True)
        wanted = said(after)
        shutil.rmtree(LIST.parent, ignore_errors=True)
        said(before)
        assert said(after) == wanted, after
        assert said(after) == wanted, f"{after}, again"


def write(name: str, content: str) -> Callable[[], None]:
    return lambda: void(Path(name).write_text(content))


def void(_: object) -> None:
    return None


STEPS = st.lists(
    st.tuples(
        st.lists(st.builds(write, st.sampled_from(list(CORPUS)), st.sampled_from(list(CORPUS.values()))), max_size=3),
        st.sampled_from(("check", "check", "check --hook", "clean --hook", "clean --hook --level maybe")),
        st.sampled_from((list(CORPUS), ["sub"], ["a.txt", "b.md"], ["b.md", "sub", "a.txt"])),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_law_any_run_of_edits_checks_and_hooks_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], steps: Any
) -> None:
    folder, here = tmp_path_factory.mktemp("law"), Path.cwd()
    try:
        for side in ("with", "without"):
            (folder / side / "sub").mkdir(parents=True)
            os.chdir(folder / side)
            lay({}, "")
            for name in CORPUS:
                Path(name).write_text(PROSE)
        for acts, command, names in steps:
            found = []
            for side in ("with", "without"):
                os.chdir(folder / side)
                if side == "without":
                    shutil.rmtree(LIST.parent, ignore_errors=True)
                for act in acts:
                    act()
                capsys.readouterr()
                code = main([*command.split(), *names])
                said = capsys.readouterr()
                found.append((code, said.out, said.err, {name: Path(name).read_bytes() for name in CORPUS}))
            assert found[0] == found[1], (command, names)
    finally:
        os.chdir(here)
        shutil.rmtree(folder)
