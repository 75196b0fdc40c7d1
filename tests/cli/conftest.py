"""The command line in this process: a folder to work in, rules of our own, and what a command said."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cleaner.cli import main

RULES = """\
source: test
describe: Made for the tests.
match:
  any:
    - fingerprint: ['TESTMARK']
    - path: '**/pinned-by-rule/**'
rules:
  - id: marked
    why: It says so.
    category: promo
    line: 'CUT ME ...'
    confidence: certain
    examples: ["[[CUT ME now]]\\nIt rained.", "[[CUT ME too]]\\nIt rained.", "Please do not CUT ME now.", "It rained."]
  - id: tail
    why: The tail of the line.
    category: share
    span: '/ \\(share (?P<site>\\w+)\\)/'
    examples: ["It rained.[[ (share this)]]", "It rained (share)."]
  - id: doubtful
    why: Who knows.
    category: ad
    line: 'MAYBE ME ...'
    confidence: maybe
    examples: ["[[MAYBE ME now]]\\nIt rained.", "It may rain."]
  - id: top
    why: The first line.
    category: navigation
    line: 'TOP OF LEAF'
    where: {first: 2}
    examples: ["[[TOP OF LEAF]]\\nIt rained.", "It rained.\\nIt rained.\\nTOP OF LEAF"]
"""


@dataclass(frozen=True)
class Done:
    """What a command ended with and said."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rules for the tests; the source ``test``."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "test.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bare(here: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, with ``stdin`` as its standard input."""

    def run(*words: object, stdin: bytes = b"") -> Done:
        capsysbinary.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
        code = main([str(word) for word in words])
        said = capsysbinary.readouterr()
        return Done(code, said.out, said.err.decode("utf-8"))

    return run


@pytest.fixture
def cli(bare: Run, rules: Path) -> Run:
    """The same with the rules of the tests, for a command that takes them."""

    def run(*words: object, stdin: bytes = b"") -> Done:
        return bare(*words, "--rules", rules, "--source", "test", stdin=stdin)

    return run


Plant = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def plant(here: Path) -> Plant:
    """Write a file below the current folder."""

    def write(name: str, content: str | bytes) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write
