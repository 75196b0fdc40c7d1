"""Time the hooks through pre-commit over a corpus of clean small files: the first run, the second, and one of nothing.

    python benchmarks/hook.py [--files 20000] [--runs 5] [--hook cleaner]

A repository is made with that many clean texts of about 1,000 characters, and a clone of this checkout to take the
hooks from; pre-commit installs them as it does for anybody, in a home of its own. Each round is four whole runs of
``pre-commit run --all-files`` over the same files:

* ``true``: a hook that is not even Python (``language: system``, ``entry: 'true'``)
* ``nothing``: a hook of the same kind as ours that does nothing (``language: python``, ``entry: python -c pass``)
* ``first``: ours with its list of clean texts taken away
* ``second``: ours again

What is given are medians of the wall time and of the ratios within a round. The second run is to take under a third
of the first, and at most twice what the hook takes that does nothing. The compiled rules are kept from a run ahead of
the first round, which is not counted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("cleaner", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
WORDS: Final = (
    *("rain", "river", "valley", "council", "water", "mill", "house", "week", "second", "step", "added", "nothing"),
    *("until", "down", "again", "night", "morning", "road", "bridge", "people", "market", "garden", "winter", "letter"),
)
PARTS: Final = {"first": 1 / 3, "nothing": 2.0, "true": None}
"""What the second run may take, as a share of the other; None where that is for scale."""
NAMES: Final = r"\.(?:txt|text|md|markdown|jsonl|ndjson)$"
CONFIG: Final = """\
repos:
- repo: {repo}
  rev: {rev}
  hooks:
  - id: {hook}
  - id: nothing
- repo: local
  hooks:
  - id: 'true'
    name: 'true'
    entry: 'true'
    language: system
    types: [text]
    files: '{names}'
    require_serial: true
"""
NOTHING: Final = """
- id: nothing
  name: nothing
  entry: python -c pass
  language: python
  types: [text]
  files: '{names}'
  require_serial: true
"""
"""Put to the hooks of this checkout."""


def plant(folder: Path, files: int) -> None:
    """Write the corpus, always the same one: 500 files a folder, each some paragraphs of plain sentences."""
    chance = random.Random(7)
    for number in range(files):
        if number % 500 == 0:
            (folder / f"{number // 500:03d}").mkdir(parents=True)
        paragraphs = (
            " ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(4)) for _ in range(4)
        )
        (folder / f"{number // 500:03d}" / f"{number:05d}.txt").write_text("\n\n".join(paragraphs) + "\n")


def run(folder: Path, environment: dict[str, str], *words: str) -> str:
    """What a command prints. Raises `SystemExit` where it fails."""
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def prepare(folder: Path, files: int, hook: str) -> tuple[Path, dict[str, str]]:
    """Make hooks, corpus and home below ``folder``; return the corpus and the environment."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    environment |= {
        "PRE_COMMIT_HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    hooks, corpus = folder / "hooks", folder / "corpus"
    hooks.mkdir()
    for name in SOURCES:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, hooks / name)
    with (hooks / ".pre-commit-hooks.yaml").open("a") as file:
        file.write(NOTHING.format(names=NAMES))
    plant(corpus / "news", files)
    for made in (hooks, corpus):
        run(made, environment, "git", "init", "-q")
        if made == corpus:
            rev = run(hooks, environment, "git", "rev-parse", "HEAD")
            config = CONFIG.format(repo=hooks.as_uri(), rev=rev, hook=hook, names=NAMES)
            (corpus / ".pre-commit-config.yaml").write_text(config)
        run(made, environment, "git", "add", "-A")
        run(made, environment, "git", "commit", "-qm", "all")
    run(corpus, environment, sys.executable, "-m", "pre_commit", "install-hooks")
    return corpus, environment


def timed(corpus: Path, environment: dict[str, str], hook: str) -> float:
    """Wall seconds of one run of pre-commit over all files."""
    begun = time.perf_counter()
    run(corpus, environment, sys.executable, "-m", "pre_commit", "run", hook, "--all-files")
    return time.perf_counter() - begun


def main() -> int:
    """Print the medians and the ratios. Exit code 1 where the second run takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5, help="rounds of four runs")
    parser.add_argument("--hook", choices=("cleaner", "cleaner-check"), default="cleaner")
    given = parser.parse_args()
    spent: dict[str, list[float]] = {"true": [], "nothing": [], "first": [], "second": []}
    with tempfile.TemporaryDirectory() as name:
        corpus, environment = prepare(Path(name), given.files, given.hook)
        timed(corpus, environment, given.hook)
        for _ in range(given.runs):
            for title in ("true", "nothing"):
                spent[title].append(timed(corpus, environment, title))
            shutil.rmtree(corpus / ".cleaner")
            for title in ("first", "second"):
                spent[title].append(timed(corpus, environment, given.hook))
    for title, many in spent.items():
        print(f"{title:<8}{median(many):7.2f} s  ({min(many):.2f} to {max(many):.2f})")
    is_too_much = False
    for other, most in PARTS.items():
        ratio = median(mine / theirs for mine, theirs in zip(spent["second"], spent[other], strict=True))
        print(f"the second run takes {ratio:.2f} of {other}" + (f"; at most {most:.2f} is allowed" if most else ""))
        is_too_much |= most is not None and ratio > most
    return int(is_too_much)


if __name__ == "__main__":
    sys.exit(main())
