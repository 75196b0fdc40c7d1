"""Measure whole processes on one corpus: `cleaner clean`, JSONL to JSONL, against tools that do the same kind of job.

    python benchmarks/speed.py TEXTS [--field text] [--size 20] [--runs 3] [--peers PYTHON] [--only memory]

TEXTS is a folder of ``.txt`` files, or a ``.jsonl``/``.jsonl.gz`` file. From them a corpus of ``--size`` MB is made,
always the same one: texts in random order, a word put into every longer line, so that no two documents, and none of
their longer lines, are equal; in 5 % of the documents the letters outside of ASCII are broken as programs break them
(UTF-8 read as windows-1252, once or twice); in half of them lines of furniture are mixed in.

Every row is a whole process, start-up included, over the same file; the rows take turns, and medians are given.
Compare rows of one run only. ``--peers``: a Python that has datatrove and spacy (for its sentences) and orjson;
without it those rows are left out. What is compared:

* ``cleaner``: repair and all shipped rules on, edits with spans written beside, one process; and with two
* ``C4 + FTFY``: datatrove's ``C4QualityFilter`` followed by ``FTFYFormatter``, texts that the filter drops not counted
  against it; records read and written with orjson. ``C4``: the filter alone; it records and repairs nothing. ``C4, no
  sentences``: the same without its count of sentences, which takes most of its time
* ``orjson``: the same records read and written, and nothing else

``--only memory``: the largest memory of a process over a tenth of the corpus and over all of it. ``--only sources``:
the same corpus with 1,000 more sources of ten rules each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

FURNITURE: Final = (
    "Share this article",
    "Read more: The ferry that never came",
    "Sign up for our newsletter",
    "Advertisement",
    "Follow us on Facebook",
    "Related articles",
    "Leave a Reply",
    "Your email address will not be published. Required fields are marked *",
    "Home > News > Local",
    "5 min read",
    "Copyright © 2024 The Harbour Post. All rights reserved.",
    "Image credit: Getty Images",
    "You may also like",
    "Skip to content",
)
BROKEN: Final = 0.05
"""The share of documents with broken letters."""

_PEER: Final = """
import sys, orjson
kind, source, target = sys.argv[1:]
change = lambda text: text
if kind != "orjson":
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter
    from datatrove.pipeline.formatters import FTFYFormatter
    found = C4QualityFilter(**({"min_num_sentences": -1} if kind == "C4, no sentences" else {}))
    mend = FTFYFormatter().format if "FTFY" in kind else change
    def change(text):
        document = Document(text=text, id="")
        found.filter(document)
        return mend(document.text)
with open(source, "rb") as lines, open(target, "wb") as out:
    for line in lines:
        record = orjson.loads(line)
        record["text"] = change(record["text"])
        out.write(orjson.dumps(record) + b"\\n")
"""


def read_texts(place: Path, field: str) -> list[str]:
    """The texts to make a corpus of. Raises `SystemExit` where there are none."""
    if place.is_dir():
        texts = [file.read_text(encoding="utf-8", errors="replace") for file in sorted(place.rglob("*.txt"))]
    else:
        with (
            gzip.open(place, "rt", encoding="utf-8") if place.suffix == ".gz" else place.open(encoding="utf-8") as lines
        ):
            texts = [json.loads(line)[field] for line in lines]
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise SystemExit(f"no texts in {place}")
    return texts


def documents(texts: Sequence[str], size: int, seed: int = 1) -> Iterator[str]:
    """Yield ``size`` bytes of documents, the same for the same ``texts`` and ``seed``."""
    chance = random.Random(seed)
    done = 0
    while done < size:
        for text in chance.sample(texts, len(texts)):
            lines = [varied(line, chance) for line in text.split("\n")]
            if chance.random() < 0.5:
                for _ in range(chance.randint(1, 6)):
                    lines.insert(chance.choice((chance.randint(0, 3), len(lines))), chance.choice(FURNITURE))
            text = "\n".join(lines)
            if chance.random() < BROKEN:
                text = broken(text, twice=chance.random() < 0.2)
            yield text
            done += len(text.encode("utf-8", "replace"))
            if done >= size:
                return


def varied(line: str, chance: random.Random) -> str:
    """A line of eight words and more with a made one put in."""
    words = line.split(" ")
    if len(words) >= 8:
        words.insert(chance.randint(2, len(words) - 2), "".join(chance.choices("aeilnorst", k=9)))
    return " ".join(words)


def broken(text: str, *, twice: bool) -> str:
    """``text`` in UTF-8 as it looks where it was read as windows-1252."""
    for _ in range(2 if twice else 1):
        text = text.encode("utf-8", "replace").decode("windows-1252", "replace")
    return text


def write_corpus(texts: Sequence[str], size: int, file: Path) -> float:
    """Write the corpus; returns its size in MB."""
    with file.open("w", encoding="utf-8") as out:
        for number, text in enumerate(documents(texts, size)):
            record = {"id": f"doc-{number}", "text": text, "lang": "en", "score": 0.5}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return file.stat().st_size / 1e6


def command(name: str, corpus: Path, out: Path, peers: str | None) -> list[str]:
    """The command of one row."""
    if not name.startswith("cleaner"):
        return [peers or sys.executable, "-c", _PEER, name, str(corpus), str(out)]
    start = "import sys; from cleaner.cli import main; sys.exit(main())"
    jobs = "2" if "two" in name else "1"
    words = [
        "clean",
        str(corpus),
        "-o",
        str(out),
        "-j",
        jobs,
        "--edits",
        str(out.with_suffix(".edits")),
        "-q",
        "--isolated",
    ]
    words += ["--no-record"]
    if "sources" in name:
        words += ["--rules", str(out.parent / "sources")]
    return [sys.executable, "-c", start, *words]


def timed(words: Sequence[str]) -> tuple[float, float]:
    """Wall seconds of one whole process, and its largest memory in MB."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(child.pid, 0)  # its own; what is kept for all children never falls again
        spent = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            message = said.read().decode(errors="replace").strip()[-2000:]
            raise SystemExit(f"{' '.join(words[:4])} … ended with {child.returncode}:\n{message}")
    return spent, used.ru_maxrss / 1024


def write_sources(folder: Path, count: int = 1000) -> None:
    """So many sources with ten rules each, in the manner of real ones."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        rules = [
            f"  - id: line-{at}\n    why: Furniture of site {number}.\n    category: promo\n"
            f"    line: 'Get the {name} of site {number} ...'\n    confidence: likely\n"
            '    examples: ["(article)\\n\\n'
            f'[[Get the {name} of site {number} today]]", "Get the {name}\\n\\n(article)"]\n'
            for at, name in enumerate(
                ("news", "app", "offer", "letter", "guide", "deal", "list", "pass", "card", "map")
            )
        ]
        head = f"source: site-{number}\ndescribe: One.\nmatch: {{any: [{{domain: site-{number}.example}}]}}\nrules:\n"
        (folder / f"site-{number}.yaml").write_text(head + "".join(rules), encoding="utf-8")


def remove(place: Path) -> None:
    """Take an output away, whatever it is."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    place.with_suffix(".edits").unlink(missing_ok=True)


def compare(names: Sequence[str], corpus: Path, size: float, folder: Path, runs: int, peers: str | None) -> None:
    """Time the rows in turn and print them."""
    spent: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(runs + 1):
        for name in names:
            out = folder / "out"
            seconds, _ = timed(command(name, corpus, out, peers))
            remove(out)
            if turn:  # the first one fills caches
                spent[name].append(seconds)
    first = size / median(spent[names[0]])
    print(f"{size:.0f} MB of JSONL, whole processes, medians of {runs}")
    for name in names:
        speed = size / median(spent[name])
        print(f"{name:24} {speed:7.2f} MB/s   {first / speed:6.2f} times as fast: {names[0]}")


def main() -> int:
    """Make the corpus and print the table that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--field", default="text", help="of a JSONL file")
    parser.add_argument("--size", type=int, default=20, help="of the corpus, in MB")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", help="a Python that has datatrove, spacy and orjson")
    parser.add_argument("--only", choices=("peers", "cores", "sources", "memory"))
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "corpus.jsonl"
        size = write_corpus(read_texts(options.texts, options.field), options.size * 1_000_000, corpus)
        if options.only in (None, "peers"):
            names = ["cleaner"]
            names += ["C4 + FTFY", "C4", "C4, no sentences", "orjson"] if options.peers else []
            compare(names, corpus, size, folder, options.runs, options.peers)
        if options.only in (None, "cores"):
            compare(["cleaner", "cleaner, two processes"], corpus, size, folder, options.runs, None)
        if options.only in (None, "sources"):
            write_sources(folder / "sources")
            compare(["cleaner", "cleaner, 1000 sources"], corpus, size, folder, options.runs, None)
        if options.only in (None, "memory"):
            small = folder / "small.jsonl"
            write_corpus(read_texts(options.texts, options.field), options.size * 100_000, small)
            for file in (small, corpus):
                _, most = timed(command("cleaner", file, folder / "out", None))
                remove(folder / "out")
                print(f"{file.stat().st_size / 1e6:8.1f} MB of JSONL: at most {most:.0f} MB of memory in one process")
    return 0


if __name__ == "__main__":
    sys.exit(main())
