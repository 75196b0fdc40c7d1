"""Decisions about shipped rules, which are never edited."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.review import overrides
from cleaner.review.journal import Decision
from cleaner.review.overrides import FOLDER, OWN, Files, RulesHome, literal
from cleaner.rules.load import Library, load_library
from cleaner.rules.model import Pack
from cleaner.rules.pattern import compile_pattern, compiled
from cleaner.witness import run_examples

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_every_shipped_rule_can_be_demoted(tmp_path: Path) -> None:
    """All of them at once: the files load beside the shipped ones, and every copy passes its examples."""
    library = load_library()
    home, files = RulesHome(tmp_path, (), tmp_path / "cleaner.toml", library), Files()
    wanted = [rule for pack in library.packs.values() for rule in pack.rules if not rule.keeps]
    for number, rule in enumerate(wanted):
        decision = Decision(number=number, kind="demote", key="", rule=rule.id, date="", confidence="maybe")
        overrides.apply(home, decision, files)
    for path, before, after in files.changed():
        assert before is None
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(after)
    assert (tmp_path / "cleaner.toml").read_text("utf-8") == f'rules = ["{FOLDER}"]\n'
    loaded = load_library([tmp_path / FOLDER], cache=False, examples=True)
    copies = [rule for pack in loaded.packs.values() for rule in pack.rules if rule.id.endswith(OWN)]
    assert {rule.id for rule in copies} == {rule.id + OWN for rule in wanted}
    assert {rule.confidence for rule in copies} == {"maybe"}
    assert [result.rule_id for result in run_examples(loaded, copies) if not result.passed] == []
    assert not {rule.id for rule in wanted} & {rule.id for rule in loaded.rules_for(None)}


LEVEL = "level = 'maybe'  # all\n"
SHARED = "[project]\nname = 'x'\n\n[tool.cleaner]  # ours\n"
OTHER = "level = 'maybe'\n\n[tool.other]\n"
LINE = 'rules = ["cleaner-rules"]\n'


@pytest.mark.parametrize(
    ("config", "name", "after"),
    [
        ("", "cleaner.toml", LINE),
        ("# mine\n", "cleaner.toml", f"# mine\n{LINE}"),
        (f"{LEVEL}\n[sources]\n", "cleaner.toml", f"{LEVEL}{LINE}\n[sources]\n"),
        (SHARED + OTHER, "pyproject.toml", SHARED + LINE + OTHER),
    ],
)
def test_the_configuration_learns_of_the_folder(tmp_path: Path, config: str, name: str, after: str) -> None:
    file = tmp_path / name
    file.write_text(config, "utf-8")
    files = Files()
    home = RulesHome(tmp_path, (), file, Library({"generic": Pack("generic")}))
    overrides._add_folder(home, files)
    overrides._add_folder(home, files)
    assert files.get(file) == after


@pytest.mark.parametrize(
    "text", ["Plain", "a (b) \\ c", "wait...", "/slashed/", "%{person}", "“quoted” – it’s", "100 %", "a/i"]
)
def test_a_literal_means_itself(text: str) -> None:
    pattern = compile_pattern(literal(text), {})
    expression = compiled(pattern.expression, pattern.ignore_case)
    assert expression.fullmatch(text)
    assert not expression.fullmatch(text + "x")
    assert not expression.fullmatch("wait for it")


@pytest.mark.slow
def test_the_pictures_are_made(tmp_path: Path) -> None:
    if not shutil.which("chromium"):
        pytest.skip("no Chromium on this machine")
    command = [sys.executable, str(ROOT / "docs" / "make_pictures.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in (ROOT / "docs" / "pictures").glob("review-*.png")}
    assert all(path.stat().st_size > 30_000 for path in tmp_path.iterdir())
