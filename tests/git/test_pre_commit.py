"""The hooks, with git and pre-commit as they are: `try-repo` builds them from this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.spotless import read

ROOT = Path(__file__).parents[2]
PROSE = (
    "It rained all day in the valley, and the river came up to the second step of the mill house.",
    "The council had nothing to add to that, it said, until the water had gone down again next week.",
)
CLEAN = f"{PROSE[0]}\n\n{PROSE[1]}\n"
NOISY = f"{PROSE[0]}\n\n{PROSE[1]}\n\nJetpack noise\n"
CONFIG = """\
repos:
- repo: {repo}
  rev: {rev}
  hooks:
  - id: cleaner
  - id: cleaner-check
  - id: cleaner-rules
"""
RULES = """\
source: ours
match: {any: [{path: '*'}]}
rules:
  - id: jetpack
    why: The name of the plug-in, alone on its line.
    category: promo
    line: 'Jetpack noise'
    confidence: certain
    examples:
      - "(article)\\n\\n[[Jetpack noise]]"
      - "[[Jetpack noise]]\\n\\n(article)"
      - "Jetpack noise is a word of the trade."
      - "He said: Jetpack noise"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="paths"),
    pytest.mark.skipif(shutil.which("git") is None, reason="no git"),
]


class Corpus:
    """A repository with the hooks installed."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, errors="surrogateescape"
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def git(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.run("git", *words, check=check)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def commit(self, *names: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        self.git("add", "--", *names)
        return self.git("commit", "-m", "x", check=check)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, str]]:
    """This checkout as a repository of hooks, and where pre-commit keeps what it builds."""
    source = tmp_path_factory.mktemp("hooks") / "cleaner"
    names = ["cleaner", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]
    source.mkdir()
    for name in names:
        place = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(place, source / name, ignore=ignore) if place.is_dir() else shutil.copy(place, source / name)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_ALLOW_PROTOCOL": "file",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    maker = Corpus(source, environment)
    maker.git("init", "-q", "-b", "main")
    maker.git("add", "-A")
    maker.git("commit", "-qm", "hooks")
    return source, maker.git("rev-parse", "HEAD").stdout.strip(), environment


@pytest.fixture
def corpus(tmp_path: Path, hooks: tuple[Path, str, dict[str, str]]) -> Corpus:
    source, revision, environment = hooks
    made = Corpus(tmp_path / "corpus", environment)
    made.folder.mkdir()
    made.git("init", "-q", "-b", "main")
    made.write(".pre-commit-config.yaml", CONFIG.format(repo=source.as_uri(), rev=revision))
    made.write("cleaner.toml", "rules = ['rules']\n")
    made.write("rules/ours.yaml", RULES)
    made.run(sys.executable, "-m", "pre_commit", "install", "-t", "pre-commit", "-t", "pre-merge-commit")
    made.commit(".pre-commit-config.yaml", "cleaner.toml", "rules/ours.yaml")
    return made


def test_a_noisy_file_is_rewritten_and_the_second_try_passes(corpus: Corpus) -> None:
    path = corpus.write("news/a b.txt", NOISY)
    path.chmod(0o755)
    first = corpus.commit("news/a b.txt", check=False)
    assert first.returncode != 0
    assert "news/a b.txt: ours/jetpack" in first.stdout + first.stderr
    assert PROSE[0] not in first.stdout + first.stderr, "never whole paragraphs"
    assert path.read_text() == CLEAN
    assert path.stat().st_mode & 0o777 == 0o755
    corpus.commit("news/a b.txt")
    corpus.write("b.md", CLEAN)
    corpus.commit("b.md")


def test_what_is_no_plain_utf8_keeps_its_form(corpus: Corpus) -> None:
    forms = {
        "crlf.txt": NOISY.replace("\n", "\r\n").encode(),
        "latin.txt": NOISY.replace("day", "jo\u00fcr\u00e9e").encode("latin-1"),
        "mark.txt": b"\xef\xbb\xbf" + NOISY.encode(),
        "open.txt": NOISY.rstrip("\n").encode(),
        "new\nline.txt": NOISY.encode(),
        "records.jsonl": b'{"id": 1.50, "text": "' + NOISY.replace("\n", "\\n").encode() + b'"}\n',
    }
    for name, content in forms.items():
        corpus.write(name, content)
    corpus.write("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00" + NOISY.encode())
    corpus.git("add", "-A")
    assert corpus.git("commit", "-m", "x", check=False).returncode != 0
    for name, content in forms.items():
        now = (corpus.folder / name).read_bytes()
        assert b"Jetpack" not in now, name
        assert content.startswith(now.rstrip(b'\r\n"}')[:150]), name
    assert (corpus.folder / "crlf.txt").read_bytes().count(b"\r\n") == 3
    assert (corpus.folder / "mark.txt").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (corpus.folder / "open.txt").read_bytes().endswith(b"\n")
    assert (corpus.folder / "records.jsonl").read_bytes().startswith(b'{"id": 1.50, "text": "')
    assert (corpus.folder / "picture.txt").read_bytes().endswith(b"Jetpack noise\n")
    corpus.git("add", "-A")
    corpus.git("commit", "-m", "x")  # what is no text stops nothing


def test_partly_staged_and_moved_files(corpus: Corpus) -> None:
    corpus.write("a.txt", CLEAN)
    corpus.write("gone.txt", CLEAN)
    corpus.commit("a.txt", "gone.txt")
    corpus.write("a.txt", f"{CLEAN}\nA staged line that stays as it is.\n")
    corpus.git("add", "a.txt")
    corpus.write("a.txt", f"{CLEAN}\nA staged line that stays as it is.\n\nJetpack noise\n")
    corpus.git("rm", "-q", "gone.txt")
    corpus.git("commit", "-m", "x")
    assert (corpus.folder / "a.txt").read_text().endswith("Jetpack noise\n"), "what is not staged is not touched"
    corpus.git("checkout", "-q", "--", "a.txt")
    corpus.git("mv", "a.txt", "b.txt")
    (corpus.folder / "link.txt").symlink_to("b.txt")
    corpus.git("add", "-A")
    corpus.git("commit", "-m", "x")


def test_a_merge_that_brings_noise_is_stopped(corpus: Corpus) -> None:
    corpus.git("checkout", "-qb", "side")
    corpus.write("side.txt", NOISY)
    corpus.git("add", "side.txt")
    corpus.git("commit", "--no-verify", "-qm", "noise")
    corpus.git("checkout", "-q", "main")
    corpus.write("main.txt", CLEAN)
    corpus.commit("main.txt")
    done = corpus.git("merge", "--no-edit", "side", check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "side.txt:" in said
    assert "ours/jetpack" in said
    corpus.git("merge", "--abort")


def test_exceptions_baseline_and_fuse_hold(corpus: Corpus) -> None:
    corpus.write("kept.txt", NOISY)
    found = corpus.run(sys.executable, "-m", "cleaner", "check", "-v", "--level", "certain", "kept.txt", check=False)
    name = found.stdout.rpartition("[")[2].split("]")[0]
    corpus.run(sys.executable, "-m", "cleaner", "keep", name, "kept.txt", "--reason", "ours")
    corpus.commit("kept.txt", ".cleaner/keep.yml")
    corpus.write("old.txt", f"{PROSE[1]}\n\n{PROSE[0]}\n\nJetpack noise\n")
    corpus.run(sys.executable, "-m", "cleaner", "baseline", "--level", "certain", "old.txt")
    corpus.commit("old.txt", ".cleaner/baseline.jsonl")
    corpus.write("most.txt", "It rained.\n\nJetpack noise\n")
    stopped = corpus.commit("most.txt", check=False)
    assert stopped.returncode != 0
    assert "the limit is 40%" in stopped.stdout + stopped.stderr
    assert (corpus.folder / "most.txt").read_text() == "It rained.\n\nJetpack noise\n"


def test_rules_of_the_corpus_are_tested(corpus: Corpus) -> None:
    corpus.write("rules/ours.yaml", RULES.replace("[[Jetpack noise]]", "Jetpack noise", 1))
    done = corpus.commit("rules/ours.yaml", check=False)
    assert done.returncode != 0
    assert "ours.yaml:10" in done.stdout + done.stderr


def test_two_processes_at_once_over_20_000_files(corpus: Corpus) -> None:
    many, noisy = 20_000, 100
    for number in range(many):
        corpus.write(f"many/{number:05d}.txt", NOISY if number % (many // noisy) == 0 else f"{CLEAN}\n{number}.\n")
    words = [sys.executable, "-m", "cleaner", "clean", "--hook", "--level", "certain", "many"]
    both = [
        subprocess.Popen(
            words, cwd=corpus.folder, env=corpus.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert {process.returncode for process in both} <= {0, 1}
    assert all("Traceback" not in err and "error" not in err for _, err in said), said
    assert sum(out.count("ours/jetpack") for out, _ in said) >= noisy
    for number, path in enumerate(sorted((corpus.folder / "many").iterdir())):
        assert path.read_text() == (CLEAN if number % (many // noisy) == 0 else f"{CLEAN}\n{number}.\n")
    known = read(corpus.folder / ".cleaner" / "cache")
    assert many - noisy <= len(known) <= many
    again = corpus.run(*words)
    assert (again.stdout, again.stderr) == ("", f"{many:,} files cleaned, no edits\n")
    assert len(read(corpus.folder / ".cleaner" / "cache")) == many
    assert sorted(os.listdir(corpus.folder / ".cleaner" / "cache")) == [".gitignore", "clean"], "no part is left"


def test_submodules_and_links_are_left_alone(corpus: Corpus, tmp_path: Path) -> None:
    inner = Corpus(tmp_path / "inner", corpus.environment)
    inner.folder.mkdir()
    inner.git("init", "-q", "-b", "main")
    inner.write("noisy.txt", NOISY)
    inner.commit("noisy.txt")
    corpus.git("submodule", "add", "-q", inner.folder.as_uri(), "sub.txt")  # as if it were a text
    outside = tmp_path / "outside.txt"
    outside.write_text(NOISY)
    (corpus.folder / "link.txt").symlink_to(outside)
    corpus.write("a.txt", CLEAN)
    (corpus.folder / "dead.txt").symlink_to("nowhere.txt")
    corpus.git("add", "-A")
    corpus.git("commit", "-m", "x")
    corpus.run(sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert (corpus.folder / "sub.txt" / "noisy.txt").read_text() == NOISY
    assert outside.read_text() == NOISY
    assert (corpus.folder / "link.txt").is_symlink()


def test_an_unchanged_corpus_is_not_looked_at_again(corpus: Corpus) -> None:
    corpus.write("a.txt", f"{CLEAN}\nAnother line\n")
    corpus.commit("a.txt")
    known = corpus.folder / ".cleaner" / "cache" / "clean"
    before = known.read_bytes()
    corpus.run(sys.executable, "-m", "pre_commit", "run", "--all-files")
    assert known.read_bytes() == before, "hook and check share the list, and know all"
    corpus.write("rules/ours.yaml", RULES.replace("Jetpack noise", "Another line"))
    corpus.git("add", "-A")
    done = corpus.run(sys.executable, "-m", "pre_commit", "run", "cleaner", "--all-files", check=False)
    assert "a.txt: ours/jetpack" in done.stdout, "other rules, other findings"
    assert ".cleaner" not in corpus.git("status", "--porcelain", "-uall").stdout


def test_rules_are_left_out_by_path(corpus: Corpus) -> None:
    corpus.write("cleaner.toml", "rules = ['rules']\n[per-file-skip]\n'letters/**' = ['promo']\n")
    letter = corpus.write("letters/a.txt", NOISY)
    corpus.write("a.txt", NOISY)
    done = corpus.commit("cleaner.toml", "letters", "a.txt", check=False)
    assert done.returncode != 0
    assert letter.read_text() == NOISY
    assert (corpus.folder / "a.txt").read_text() == CLEAN


def test_prek_runs_the_same_hooks(corpus: Corpus, tmp_path: Path) -> None:
    prek = shutil.which("prek", path=corpus.environment["PATH"])
    if prek is None:
        pytest.skip("no prek")
    noisy, clean = corpus.write("noisy.txt", NOISY), corpus.write("clean.txt", CLEAN)
    corpus.git("add", "-A")
    corpus.environment = {**corpus.environment, "PREK_HOME": str(tmp_path / "prek")}
    done = corpus.run(prek, "run", "--all-files", check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "noisy.txt: ours/jetpack × 1" in done.stdout
    assert (noisy.read_text(), clean.read_text()) == (CLEAN, CLEAN)
    corpus.git("add", "-A")
    corpus.run(prek, "run", "--all-files")
