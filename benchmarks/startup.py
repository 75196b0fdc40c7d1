"""Time whole processes: what `cleaner check` over three small files costs before it has done any work.

    python benchmarks/startup.py [--runs 15]

The measure is ``python -c "import regex, yaml"``, run in turn with it on the same machine; `cleaner check`
is to cost at most three times that. A bare Python is timed too, for scale. What is given are medians of wall
time. The first run of each, which fills the rule cache and the disk's, is not counted. Python may keep its bytecode
even where the environment forbids it: an installed package has it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

ARTICLES: Final = (
    "Rain on its way\n\nIt rained for most of the day, the council said.\n\nShare this article\n",
    "It rained for most of the day.\n\nRelated articles\n\n- Rain is over\n- Rain is back\n",
    "It rained for most of the day, and nobody had anything to add to that.\n",
)
LIMIT: Final = 3.0
"""How many times the measure `cleaner check` may cost."""


def commands(folder: Path) -> dict[str, list[str]]:
    """What is timed, by name. Writes the three files to ``folder``."""
    files = [folder / f"{number}.txt" for number in range(len(ARTICLES))]
    for file, text in zip(files, ARTICLES, strict=True):
        file.write_text(text, encoding="utf-8")
    check = "import sys; from cleaner.cli import main; sys.exit(main())"
    return {
        "python": [sys.executable, "-c", "pass"],
        "python, import regex, yaml": [sys.executable, "-c", "import regex, yaml"],
        "cleaner check, three files": [sys.executable, "-c", check, "check", *map(str, files)],
    }


def timed(command: Sequence[str], folder: Path) -> float:
    """Wall seconds of one whole process. Raises `SystemExit` where it fails (check may end with 0 or 1)."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - begun
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return spent


def main() -> int:
    """Print the medians and the ratio. Exit code 1 where `cleaner check` costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15, help="of each command, in turn")
    runs: int = parser.parse_args().runs
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = commands(folder)
        for number in range(runs + 1):
            for title, command in wanted.items():
                seconds = timed(command, folder)
                if number:
                    spent.setdefault(title, []).append(seconds)
    for title, many in spent.items():
        span = f"({min(many) * 1000:.1f} to {max(many) * 1000:.1f})"
        print(f"{title:<28}{median(many) * 1000:7.1f} ms  {span}")
    _, measure, check = map(median, spent.values())
    print(f"{check / measure:.2f} times the measure; at most {LIMIT:g} is allowed")
    return int(check > LIMIT * measure)


if __name__ == "__main__":
    sys.exit(main())
