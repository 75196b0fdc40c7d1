"""How fast `cleaner.repair` is, beside ftfy called plainly with the same settings.

    python benchmarks/repair.py [PATH]... [--rounds 3]

PATH is a text file, a JSONL file with a ``text`` field (also ``.gz``), or a folder of these. Without one, texts are
made: English in ASCII and with curly quotes, German, French, Russian, Chinese, and English of which one document
in twenty is damaged. CPU time, the best of the rounds, both tools in turn; only the ratio is comparable between
machines. A document has some three thousand characters.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ftfy import TextFixerConfig, fix_text

from cleaner.repair import repair

CURLY: Final = (
    "The harbour board said on Tuesday that the old crane, built in 1911, will stay where it is.",
    "“We’ve looked at every figure twice,” its chairwoman said — “and it’s cheaper to paint it.”",
    "Boats under twelve metres don’t pay; the fee for the others rises to £45 a night.",
    "Nobody had asked the gulls… They’ve nested on the jib for nineteen summers.",
    "A naïve visitor might think the café moved, but it’s only the sign that did.",
)
TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "English, ASCII": [
        sentence.translate(
            {0x201C: '"', 0x201D: '"', 0x2019: "'", 0x2014: "-", 0x2026: "...", 0xA3: "$", 0xEF: "i", 0xE9: "e"}
        )
        for sentence in CURLY
    ],
    "English, curly quotes": CURLY,
    "German": (
        "Der Hafenausschuss erklärte am Dienstag, der alte Kran bleibe, wo er stehe.",
        "„Wir haben alles zweimal geprüft“, sagte die Vorsitzende – „und Streichen ist günstiger.“",
        "Für Boote über zwölf Meter Länge erhöht sich die Gebühr auf 45\u00a0€ je Nacht.",
        "Überrascht äußerten sich nur die Möwen: Sie brüten seit neunzehn Jahren auf dem Ausleger.",
    ),
    "French": (
        "Le conseil du port a déclaré mardi que la vieille grue, élevée en 1911, restera là où elle est.",
        "« Nous avons tout vérifié deux fois », a précisé la présidente ; « repeindre coûte moins cher ».",
        "L’été, les bateaux de plus de douze mètres paieront 45\u00a0€ par nuit : c’est décidé.",
        "Qu’en pensent les goélands\u202f? À l’évidence, rien.",
    ),
    "Russian": (
        "Во вторник совет порта сообщил, что старый кран, построенный в 1911 году, останется на месте.",
        "«Мы всё проверили дважды, — сказала председатель, — и покрасить его дешевле».",
        "Для лодок длиннее двенадцати метров плата вырастет до 45 евро за ночь.",
    ),
    "Chinese": (
        "港口委员会周二表示，建于1911年的旧起重机将留在原处。",
        "主席说：“我们把每个数字都核对了两遍——重新刷漆更便宜。”",
        "十二米以上的船只，每晚费用提高到四十五元……",
    ),
}
DAMAGED: Final = "English, 5 % damaged"


def made(megabytes: float = 1.0) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, documents) for each kind of text, always the same."""
    for name, sentences in TEXTS.items():
        yield name, _documents(sentences, megabytes)
    documents = _documents(CURLY, megabytes)
    yield DAMAGED, [_damaged(text) if n % 20 == 0 else text for n, text in enumerate(documents)]


def _documents(sentences: Sequence[str], megabytes: float) -> list[str]:
    choose = random.Random(1911)
    documents: list[str] = []
    size = 0.0
    while size < megabytes * 1e6:
        paragraphs = (" ".join(choose.choices(sentences, k=choose.randint(2, 6))) for _ in range(9))
        documents.append("\n\n".join(paragraphs) + "\n")
        size += len(documents[-1].encode())
    return documents


def _damaged(text: str) -> str:
    """Curly quotes as windows-1252 shows them, an escaped ampersand, a no-break space and a trailing one."""
    misread = text.encode().decode("sloppy-windows-1252")
    return misread.replace(" and ", " &amp; ").replace(", ", ",\u00a0", 3).replace("\n", " \n", 2)


def read(path: Path) -> Iterator[str]:
    """Yield the documents of a file or a folder."""
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            if one.is_file():
                yield from read(one)
        return
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = raw.decode("utf-8", "surrogateescape")
    if ".jsonl" in path.suffixes:
        yield from (json.loads(line)["text"] for line in text.splitlines())
    else:
        yield text


def as_ftfy(text: str) -> str:
    """What a user writes who wants encodings mended and typography left alone."""
    return fix_text(
        text,
        TextFixerConfig(
            unescape_html=False,
            fix_latin_ligatures=False,
            fix_character_width=False,
            uncurl_quotes=False,
            fix_line_breaks=False,
            normalization=None,
        ),
    )


def seconds(work: Callable[[str], object], documents: Sequence[str]) -> float:
    """The CPU time of ``work`` over ``documents``."""
    start = time.process_time()
    for text in documents:
        work(text)
    return time.process_time() - start


def measure(name: str, documents: Sequence[str], rounds: int) -> None:
    """Print one row of the table."""
    size = sum(len(text.encode("utf-8", "surrogateescape")) for text in documents) / 1e6
    ours, theirs = (
        min(times)
        for times in zip(
            *((seconds(repair, documents), seconds(as_ftfy, documents)) for _ in range(rounds)), strict=True
        )
    )
    edited = sum(bool(repair(text)) for text in documents) / len(documents)
    print(f"{name:24}{size:7.2f}{edited:9.1%}{size / ours:11.1f}{size / theirs:9.1f}{theirs / ours:9.1f}")


def main() -> None:
    """Measure the texts of the command line, or those made here."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    print(f"{'text':24}{'MB':>7}{'changed':>9}{'MB/s CPU':>11}{'ftfy':>9}{'ratio':>9}")
    sets = ((path.name, list(read(path))) for path in given.paths) if given.paths else made()
    for name, documents in sets:
        measure(name, documents, given.rounds)


if __name__ == "__main__":
    main()
