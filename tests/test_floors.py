"""The house stands: imports point down only, and nobody pays at start-up for what he does not use."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent

FLOORS: Final = {
    "problem": 0,
    "text": 0,
    "version": 0,
    "repair": 1,
    "extract": 1,
    "rules": 2,
    "resolve": 3,
    "exceptions": 3,
    "engine": 3,
    "explain": 3,
    "witness": 3,
    "": 3,  # the package itself: cleaner.clean and what it gives back
    "config": 4,
    "readers": 4,
    "writers": 4,
    "pool": 4,
    "project": 4,
    "keeps": 4,
    "baseline": 4,
    "spotless": 4,
    "runs": 4,
    "sums": 4,
    "stream": 4,
    "runner": 4,
    "suggest": 4,
    "cli": 5,
    "review": 5,
    "integrations": 5,
    "__main__": 5,
}
"""Room to floor, as in docs/architecture.md."""

ONLY: Final = {"ftfy": "repair", "trafilatura": "extract"}
"""Packages that one room alone may import."""

HEAVY: Final = ("chardet", "ftfy", "msgspec", "pydantic", "rapidfuzz", "rich", "trafilatura", "typer", "yaml")
"""Packages whose import costs from 29 to 420 ms."""


@dataclass(frozen=True, slots=True)
class Import:
    """``module`` imports ``target``; ``lazy`` inside a function, ``typing_only`` under ``TYPE_CHECKING``."""

    module: str
    target: str
    line: int
    lazy: bool = False
    typing_only: bool = False

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def imports_of(module: str, source: str, *, modules: frozenset[str], package: bool = False) -> Iterator[Import]:
    """Yield what ``source`` imports; ``from cleaner import x`` is ``cleaner.x`` if ``modules`` has it."""

    def walk(node: ast.AST, lazy: bool, typing_only: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, lazy, typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")
                parents = parents[: len(parents) - node.level + package]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield Import(module, name if name in modules else base, node.lineno, lazy, typing_only)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from walk(child, lazy, True)
            for child in node.orelse:
                yield from walk(child, lazy, typing_only)
        else:
            inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for child in ast.iter_child_nodes(node):
                yield from walk(child, inside, typing_only)

    yield from walk(ast.parse(source), False, False)


def room(module: str) -> str:
    """``cleaner.rules.verbs.line`` stands in the room ``rules``; ``cleaner`` itself in ``""``."""
    return [*module.split("."), ""][1]


def house() -> dict[str, list[Import]]:
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "cleaner").rglob("*.py")
    }
    modules = frozenset(files)
    return {
        module: list(imports_of(module, path.read_text("utf-8"), modules=modules, package=path.name == "__init__.py"))
        for module, path in files.items()
    }


def is_cleaner(target: str) -> bool:
    return target.split(".")[0] == "cleaner"


def upward(imports: Mapping[str, list[Import]]) -> list[str]:
    """The imports that point to a higher floor."""
    return [
        str(one)
        for many in imports.values()
        for one in many
        if is_cleaner(one.target) and FLOORS[room(one.target)] > FLOORS[room(one.module)]
    ]


def circle(imports: Mapping[str, list[Import]]) -> list[str]:
    """Modules that import each other in a circle when they are loaded; none is an empty list."""
    graph = {
        module: {one.target for one in many if is_cleaner(one.target) and not one.lazy and not one.typing_only}
        - {module}
        for module, many in imports.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize(
    ("module", "source", "wanted"),
    [
        ("cleaner.rules.load", "import yaml", ["yaml"]),
        ("cleaner.rules.load", "from cleaner import engine", ["cleaner.engine"]),
        ("cleaner.rules.load", "from cleaner import clean", ["cleaner"]),
        ("cleaner.rules.load", "from ..engine import Cleaner", ["cleaner.engine"]),
        ("cleaner.rules.load", "from .. import engine", ["cleaner.engine"]),
        ("cleaner.rules.load", "from .verbs.line import find", ["cleaner.rules.verbs.line"]),
        ("cleaner.rules.load", "def f():\n    import ftfy.badness", ["ftfy.badness"]),
        ("cleaner.rules.load", "import json, cleaner.text.edit as e", ["json", "cleaner.text.edit"]),
    ],
)
def test_imports_are_seen(module: str, source: str, wanted: list[str]) -> None:
    modules = frozenset({"cleaner", "cleaner.engine", "cleaner.rules.verbs.line", "cleaner.text.edit"})
    assert [one.target for one in imports_of(module, source, modules=modules)] == wanted


def test_where_an_import_stands_is_seen() -> None:
    source = "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\ndef f():\n    import d\n"
    seen = {one.target: (one.lazy, one.typing_only) for one in imports_of("m", source, modules=frozenset())}
    assert seen == {"a": (False, False), "b": (False, True), "c": (False, False), "d": (True, False)}


def test_an_import_upward_and_a_circle_are_found() -> None:
    up = Import("cleaner.text.edit", "cleaner.engine", 1, lazy=True)
    down = Import("cleaner.engine", "cleaner.text.edit", 1)
    assert upward({"cleaner.text.edit": [up], "cleaner.engine": [down]}) == [str(up)]
    assert circle({"cleaner.text.edit": [up], "cleaner.engine": [down]}) == []
    eager = Import("cleaner.text.edit", "cleaner.engine", 1)
    assert set(circle({"cleaner.text.edit": [eager], "cleaner.engine": [down]})) == {
        "cleaner.text.edit",
        "cleaner.engine",
    }


def test_every_module_has_a_floor() -> None:
    assert {room(module) for module in house()} <= FLOORS.keys()


def test_imports_point_down_only() -> None:
    assert upward(house()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(house()) == []


@pytest.mark.parametrize(("package", "owner"), ONLY.items())
def test_a_package_has_one_owner(package: str, owner: str) -> None:
    strangers = [
        str(one)
        for many in house().values()
        for one in many
        if one.target.split(".")[0] == package and room(one.module) != owner
    ]
    assert strangers == []


def test_the_text_floor_needs_the_standard_library_only() -> None:
    """The codec may ask chardet when nothing else knew the encoding; only then is it imported."""
    foreign = [
        str(one)
        for many in house().values()
        for one in many
        if room(one.module) == "text"
        and one.target.split(".")[0] not in {*sys.stdlib_module_names, "cleaner"}
        and not (one.lazy and (one.module, one.target) == ("cleaner.text.codec", "chardet"))
    ]
    assert foreign == []


def loaded_by(code: str, *arguments: str, cwd: Path = ROOT) -> set[str]:
    """Run ``code`` in a Python of its own; return the top-level packages loaded at its end."""
    watched = (
        "import atexit, json, sys\n"
        "names = lambda: sorted({name.partition('.')[0] for name in sys.modules})\n"
        "atexit.register(lambda: print('\\n' + json.dumps(names())))\n" + code
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_what_is_loaded_is_seen() -> None:
    assert {"yaml", "json"} <= loaded_by("import yaml")
    assert "yaml" not in loaded_by("pass")


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import cleaner").isdisjoint(HEAVY)


def test_each_text_module_alone_loads_nothing_foreign() -> None:
    modules = [module for module in house() if room(module) == "text"]
    extra = loaded_by("\n".join(f"import {module}" for module in modules)) - loaded_by("pass")
    assert {name for name in extra if name not in sys.stdlib_module_names} <= {"cleaner"}


MAIN = "import sys\nfrom cleaner.cli import main\nsys.exit(main(sys.argv[1:]))"


@pytest.fixture
def articles(tmp_path: Path) -> list[str]:
    """Three small files, as a hook gets them: one to cut from, one to repair, one to leave alone."""
    texts = ["It rained.\n\nLeave a Reply\n", "It rained in the caf\u00c3\u00a9.\n", "It rained.\n"]
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return list(map(str, files))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["clean", "--help"], ["check", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(MAIN, *arguments).isdisjoint({*HEAVY, "regex", "ahocorasick_rs"})


def test_a_check_of_small_files_loads_nothing_heavy(articles: list[str]) -> None:
    """The first run fills the rule cache; from the second on neither YAML is read nor rules are compiled."""
    loaded_by(MAIN, "check", *articles)
    assert loaded_by(MAIN, "check", articles[0], articles[2]).isdisjoint(HEAVY)


def test_only_a_broken_text_loads_what_repairs_it(articles: list[str]) -> None:
    loaded_by(MAIN, "check", *articles)
    assert loaded_by(MAIN, "check", *articles) & set(HEAVY) == {"ftfy"}
