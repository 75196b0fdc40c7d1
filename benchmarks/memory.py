"""The largest memory of each process of ``cleaner clean``, over a small and a large file of the same records.

    python benchmarks/memory.py TEXTS [--field text] [--sizes 100 1000] [--forms jsonl gz parquet] [-- OPTION...]

TEXTS and the corpus made from it are those of benchmarks/speed.py. For each form and each size (in MB of JSONL) a file
is made, and one run cleans it: two processes, edits written beside, a run record kept. What is shown is the peak of the
resident memory (``VmHWM``) of the parent and of the worker that took most, in MB: memory must not grow with the file.
Options behind ``--`` go to ``cleaner clean``: ``--repair-only`` leaves the rules out and makes a large file bearable.
Linux only, as it reads /proc.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from speed import documents, read_texts, write_corpus

PAUSE: Final = 0.05
"""Seconds between two looks. The kernel keeps the peak, so only a process's last moments are missed."""
GROUP: Final = 2000
"""Rows of a row group."""
ENDS: Final = {"jsonl": ".jsonl", "gz": ".jsonl.gz", "zst": ".jsonl.zst", "parquet": ".parquet"}


def write_input(texts: Sequence[str], size: int, form: str, file: Path) -> None:
    """Write ``size`` bytes of documents as ``form``."""
    if form == "parquet":
        _write_parquet(texts, size, file)
        return
    plain = file.with_name("plain")
    write_corpus(texts, size, plain)
    if form == "jsonl":
        plain.replace(file)
        return
    from cleaner.readers.packed import zstd

    with plain.open("rb") as lines, gzip.open(file, "wb", 1) if form == "gz" else zstd().open(file, "wb") as out:
        shutil.copyfileobj(lines, out)
    plain.unlink()


def _write_parquet(texts: Sequence[str], size: int, file: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("id", pa.string()), ("text", pa.string())])
    waiting: list[dict[str, str]] = []
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for number, text in enumerate(documents(texts, size)):
            waiting.append({"id": f"doc-{number}", "text": text})
            if len(waiting) == GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting.clear()
        writer.write_table(pa.Table.from_pylist(waiting, schema))


def peaks(words: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """Run a command in ``folder``: the peak memory (MB) of its process, that of the largest below it, and the seconds
    it took."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(words, stderr=said, cwd=folder)
        found: dict[int, float] = {}
        while running.poll() is None:
            for process in (running.pid, *_children(running.pid)):
                found[process] = max(found.get(process, 0), _peak(process))
            time.sleep(PAUSE)
        if running.returncode:
            said.seek(0)
            message = said.read().decode(errors="replace").strip()[-2000:]
            raise SystemExit(f"{' '.join(words[3:6])} … ended with {running.returncode}:\n{message}")
    parent = found.pop(running.pid)
    return parent, max(found.values(), default=0), time.perf_counter() - begun


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _peak(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> int:
    """Make the files, clean them, print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--field", default="text", help="of a JSONL file")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000], help="of the files, in MB of JSONL")
    parser.add_argument("--forms", nargs="+", choices=tuple(ENDS), default=["jsonl", "gz", "parquet"])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the files are made, for a short time")
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    options, more = parser.parse_args(words[:at]), words[at + 1 :]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    texts = read_texts(options.texts, options.field)
    print(f"{options.jobs} processes, edits and run record on; options: {' '.join(more) or 'none'}")
    print(f"{'form':8} {'documents':>10} {'file':>10} {'parent':>9} {'worker':>9} {'seconds':>9}", flush=True)
    for form in options.forms:
        for size in options.sizes:
            with tempfile.TemporaryDirectory(dir=options.folder) as name:
                folder = Path(name)
                file = folder / f"corpus{ENDS[form]}"
                write_input(texts, size * 1_000_000, form, file)
                start = "import sys; from cleaner.cli import main; sys.exit(main())"
                words = [
                    sys.executable,
                    "-c",
                    start,
                    "clean",
                    file.name,
                    "-o",
                    "out",
                    "--edits",
                    "edits",
                    "-q",
                    "--max-removed",
                    "100%",
                ]
                parent, worker, seconds = peaks([*words, "-j", str(options.jobs), *more], folder)
                held = file.stat().st_size / 1e6
                print(
                    f"{form:8} {size:>7} MB {held:>7.0f} MB {parent:>6.0f} MB {worker:>6.0f} MB {seconds:>9.0f}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
