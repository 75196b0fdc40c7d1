"""Every example in the README and the docs is run, and gives what it says."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner import load_library
from cleaner.witness import run_examples

PAGES = ("README.md", "docs/rules.md")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def root() -> Path:
    return Path(__file__).resolve().parent.parent


def fences(root: Path, page: str, language: str) -> list[str]:
    text = (root / page).read_text(encoding="utf-8")
    return [body for kind, body in _FENCE.findall(text) if kind == language]


def test_the_readme_has_its_examples(root: Path) -> None:
    found = {kind for kind, _ in _FENCE.findall((root / "README.md").read_text(encoding="utf-8"))}
    assert found >= {"sh", "text", "console", "python", "yaml"}


def test_commands_print_what_the_readme_shows(root: Path, tmp_path: Path) -> None:
    (article,) = fences(root, "README.md", "text")
    (tmp_path / "article.txt").write_text(article, encoding="utf-8")
    (session,) = fences(root, "README.md", "console")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for step in session.removeprefix("$ ").split("\n$ "):
        command, _, shown = step.partition("\n")
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", env={**os.environ, "PATH": path}
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.rstrip("\n") == shown.rstrip("\n"), command


def test_python_examples(root: Path) -> None:
    names: dict[str, object] = {}
    for number, body in enumerate(fences(root, "README.md", "python")):
        example = doctest.DocTestParser().get_doctest(body, names, f"README.md[{number}]", "README.md", 0)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(example, out=report.append, clear_globs=False)
        assert runner.failures == 0, "".join(report)
        names.update(example.globs)


@pytest.mark.parametrize("page", PAGES)
def test_rule_files_load_and_their_examples_hold(root: Path, tmp_path: Path, page: str) -> None:
    bodies = fences(root, page, "yaml")
    assert bodies
    for number, body in enumerate(bodies):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "rules.yaml").write_text(body, encoding="utf-8")
        library = load_library([folder], shipped=False, examples=True)
        results = [result for pack in library.packs.values() for result in run_examples(library, pack.rules)]
        assert results
        assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/rules.md", "docs/architecture.md"])
def test_links_lead_somewhere(root: Path, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert ((root / page).parent / target).exists(), target
