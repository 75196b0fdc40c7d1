"""Files of records: what goes in, what comes out, what is kept, and what a broken one does."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cleaner.readers.packed import zstd

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nThe end.\n"
CLEAN = "It rained.\nThe sun shone.\nThe end.\n"
QUIET = "Nothing here.\n"

Packed = tuple[str, Callable[[bytes], bytes], Callable[[bytes], bytes]]
PACKINGS: list[Packed] = [
    ("", bytes, bytes),
    (".gz", gzip.compress, gzip.decompress),
    (".zst", lambda raw: zstd().compress(raw), lambda raw: zstd().decompress(raw)),
]


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


ODD = (
    b'\xef\xbb\xbf{"id": 1, "text" :  "It rained.\\nCUT ME please\\n\\u0054he end.", '
    b'"n": 1.50, "big": 123456789012345678901234567890}\r\n'
    b'{"a":"CUT ME\\n","a":2,"text":"It rained.\\nCUT ME please\\n","x":{"text":"CUT ME a"}}\n'
    b"\n"
    b'{"text":"caf\\u00e9\\nCUT ME \\/ \\ud83d\\ude00\\nEnd \\u003ca\\u003e"}\n'
    b'  {"text":"Quiet \xc3\xa9","nan":NaN}  \n'
    b'{"text":"It rained.\\nCUT ME x\\n","nan":NaN,"y":"\\ud800"}\n'
    b'{"text":null}\n'
    b'{"title":"It rained.\\nCUT ME same\\n","text":"It rained.\\nCUT ME same\\n"}'
)
"""Each line as some program might write it; none is broken."""

BROKEN = (
    b'{"text":"It rained.\\nCUT ME x\\n"}\n'
    b'{"text": oh\n'
    b'{"text":17}\n'
    b'{"body":"x"}\n'
    b'{"text":"half \\ud800"}\n'
    b'{"text":"\xff"}\n'
    b'["text"]\n'
    b'{"text":"It rained.\\nCUT ME y\\n"}\n'
)
REASONS = (
    "x.jsonl:2: no JSON",
    "x.jsonl:3: the field `text` holds a number, no text",
    "x.jsonl:4: there is no field `text`",
    "x.jsonl:5: the field `text` holds half of a character",
    "x.jsonl:6: no UTF-8: byte 10 of the line",
    "x.jsonl:7: a JSON object is expected, a list was found",
)


def names(folder: str | Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if not path.is_dir())


@pytest.mark.parametrize("packing", PACKINGS, ids=["plain", "gz", "zst"])
def test_records_keep_their_form_and_all_other_bytes_and_come_back(
    cli: Any, bare: Any, plant: Any, packing: Packed
) -> None:
    end, pack, unpack = packing
    plant(f"in/x.jsonl{end}", pack(ODD))
    done = cli("clean", "in", "-o", "out", "--edits", "e.jsonl")
    assert (done.code, done.out) == (0, "")
    assert "7 documents cleaned, 5 edits in 5 of them" in done.err
    assert names("out") == [f"x.jsonl{end}"]
    cut = (
        ODD.replace(b"CUT ME please\\n", b"").replace(b"CUT ME \\/ \\ud83d\\ude00\\n", b"").replace(b"CUT ME x\\n", b"")
    )
    cut = cut.replace(b'"text":"It rained.\\nCUT ME same\\n"', b'"text":"It rained.\\n"')
    cut = cut.replace(b"\\u0054he", b"The").replace(b"caf\\u00e9", "café".encode()).replace(b"\\u003ca\\u003e", b"<a>")
    assert unpack(Path(f"out/x.jsonl{end}").read_bytes()) == cut
    assert bare("undo", "out", "-o", "back", "--edits", "e.jsonl").code == 0
    assert unpack(Path(f"back/x.jsonl{end}").read_bytes()) == ODD
    assert bare("undo", f"out/x.jsonl{end}", "--edits", "e.jsonl").raw == ODD


@pytest.mark.parametrize(
    "line",
    [
        '{"text":"caf\\u00e9\\nCUT ME a\\nB"}',  # Python
        '{"text":"caf\\u00e9 \\/\\nCUT ME a\\nB \\/"}',  # PHP
        '{"text":"café \\/\\nCUT ME a\\nB \\/"}',  # PHP, unescaped
        '{"text":"café \\u003cb\\u003e \\u0026\\nCUT ME a\\nB \\u003c"}',  # Go
        '{"text":"caf\\u00E9\\nCUT ME a\\nB \\u00FC"}',  # Jackson
    ],
)
def test_what_is_left_is_written_as_the_record_was(cli: Any, plant: Any, line: str) -> None:
    plant("x.jsonl", line + "\n")
    assert cli("clean", "x.jsonl").out == line.replace("CUT ME a\\n", "") + "\n"


def test_edits_can_stand_in_the_record_and_be_undone_from_there(cli: Any, bare: Any, plant: Any) -> None:
    plant("x.jsonl", ODD)
    assert cli("clean", "x.jsonl", "-o", "out", "--edits-field", "the edits").code == 0
    written = Path("out/x.jsonl").read_bytes().split(b"\n")
    first = json.loads(written[0].removeprefix(b"\xef\xbb\xbf"))
    assert first["the edits"]["edits"][0]["old"] == "CUT ME please\n"
    assert list(first)[-1] == "the edits"
    assert b"the edits" not in written[4]
    assert bare("undo", "out/x.jsonl", "--edits-field", "the edits").raw == ODD


def test_a_field_for_edits_that_is_there_already_is_not_overwritten(cli: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"text": NOISY, "e": 1}))
    done = cli("clean", "x.jsonl", "--edits-field", "e")
    assert (done.code, done.raw) == (2, lines({"text": NOISY, "e": 1}))
    assert "x.jsonl:1: it has a field `e` already" in done.err


def test_a_line_of_edits_says_which_record_and_what_was_done(cli: Any, plant: Any) -> None:
    first = lines({"id": {"n": 1}, "text": QUIET})
    plant("in/x.jsonl", first + lines({"id": "b", "url": "https://x.example/", "text": NOISY}))
    assert cli("clean", "in", "-o", "out", "--edits", "e.jsonl").code == 0
    quiet, noisy = map(json.loads, Path("e.jsonl").read_text().splitlines())
    assert (quiet["id"], quiet["record"], quiet["changed"], quiet["edits"]) == ({"n": 1}, 1, False, [])
    assert (noisy["id"], noisy["path"], noisy["name"]) == ("b", "in/x.jsonl", "x.jsonl")
    assert (noisy["record"], noisy["offset"], noisy["source"]) == (2, len(first), "test")
    cut, share = noisy["edits"]
    assert NOISY[cut["start"] : cut["end"]] == cut["old"]
    assert (cut["line"], cut["rules"], cut["why"], cut["confidence"]) == (2, ["test/marked"], "It says so.", "certain")
    assert share["captures"] == [["site", "blog"]]
    assert noisy["meta"] == {"site": "blog"}


def test_standard_input_to_standard_output(cli: Any) -> None:
    done = cli("clean", "-", "--format", "jsonl", "--edits", "e.jsonl", stdin=lines({"text": NOISY}, {"text": QUIET}))
    assert (done.code, done.raw) == (0, lines({"text": CLEAN}, {"text": QUIET}))
    assert len(Path("e.jsonl").read_text().splitlines()) == 2
    assert cli("clean", "-", "--format", "jsonl", stdin=b"").raw == b""


@pytest.mark.parametrize(("end", "pack", "_"), PACKINGS)
def test_records_on_standard_input_are_known_by_what_they_are(cli: Any, bare: Any, end: str, pack: Any, _: Any) -> None:
    done = cli("clean", "-", "--edits", "e.jsonl", stdin=pack(b"\xef\xbb\xbf" + ODD[3:]))
    assert done.code == 0
    assert done.raw == cli("clean", "-", "--format", "jsonl", stdin=ODD).raw != ODD
    assert bare("undo", "-", "--edits", "e.jsonl", stdin=done.raw).raw == ODD
    assert cli("check", "-", stdin=pack(ODD)).out.count("<stdin>:") >= 4


def test_a_line_longer_than_what_is_looked_at_is_known_too(cli: Any) -> None:
    long = "A word and " * 20_000 + "the end.\n"
    assert cli("clean", "-", stdin=lines({"text": f"{long}CUT ME\n"})).raw == lines({"text": long})


@pytest.mark.parametrize(
    "text", ["", "{", "{not JSON}\nCUT ME\n", '{"a": 1}\nCUT ME\n', '["a"]\nCUT ME\n', "\ufeffCUT ME\n", "PAR is\n"]
)
def test_any_other_standard_input_is_a_text(cli: Any, text: str) -> None:
    assert cli("clean", "-", stdin=text.encode()).out == text.replace("CUT ME\n", "")
    as_named = cli("clean", "-", "--stdin-filename", "a.txt", stdin=text.encode())
    assert as_named.out == text.replace("CUT ME\n", "")


def test_what_is_named_a_text_is_one(cli: Any) -> None:
    raw = lines({"text": "It rained.\nCUT ME\n"})
    assert cli("clean", "-", "--stdin-filename", "a.txt", stdin=raw).raw == raw
    assert cli("clean", "-", "--format", "text", stdin=raw).raw == raw


def test_parquet_on_standard_input_is_refused(cli: Any) -> None:
    done = cli("clean", "-", stdin=b"PAR1 and so on")
    assert (done.code, done.raw) == (2, b"")
    assert "Parquet goes from file to file" in done.err


def test_what_comes_by_a_pipe_may_be_packed(rules: Path, here: Path) -> None:
    words = [sys.executable, "-m", "cleaner", "clean", "-", "--rules", rules, "--source", "test"]
    packed = gzip.compress(lines({"text": NOISY}))
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        words, input=packed, stdout=subprocess.PIPE, check=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert done.stdout == lines({"text": CLEAN})


def test_fields_have_other_names_and_lie_in_others(cli: Any, bare: Any, plant: Any) -> None:
    raw = lines({"doc": {"body": NOISY, "a.b": 1}, "text": NOISY}, {"doc": None}, {"doc": {"body": QUIET}})
    plant("x.jsonl", raw)
    done = cli("clean", "x.jsonl", "-o", "out", "--text-field", "doc.body", "--id-field", "doc.a\\.b", "--edits", "e")
    assert done.code == 2
    assert "x.jsonl:2: there is no field `doc.body`" in done.err
    assert Path("out/x.jsonl").read_bytes().startswith(lines({"doc": {"body": CLEAN, "a.b": 1}, "text": NOISY}))
    assert json.loads(Path("e").read_text().splitlines()[0])["id"] == 1
    assert bare("undo", "out/x.jsonl", "--edits", "e", "--text-field", "doc.body").raw == raw


def test_broken_records_pass_through_and_are_told(cli: Any, plant: Any) -> None:
    plant("x.jsonl", BROKEN)
    done = cli("clean", "x.jsonl", "-o", "out")
    assert done.code == 2
    assert Path("out/x.jsonl").read_bytes() == BROKEN.replace(b"CUT ME x\\n", b"").replace(b"CUT ME y\\n", b"")
    for reason in REASONS:
        assert reason in done.err
    assert "8 documents cleaned, 2 edits in 2 of them" in done.err
    assert "6 failed" in done.err


def test_of_many_broken_records_a_few_are_told(cli: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"text": QUIET}) + b"oh\n" * 100)
    done = cli("clean", "x.jsonl", "-o", "out")
    assert "90 more records" in done.err
    assert done.err.count("no JSON") == 10


def test_strict_stops_at_the_first(cli: Any, plant: Any) -> None:
    plant("x.jsonl", BROKEN)
    done = cli("clean", "x.jsonl", "-o", "out", "--strict")
    assert done.code == 2
    assert REASONS[0] in done.err
    assert REASONS[1] not in done.err
    assert not Path("out/x.jsonl").exists()


def test_a_field_that_no_record_has_stops_at_once_and_names_those_there_are(cli: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"id": 1, "content": NOISY, "meta": {"a": 1}}, {"id": 2, "content": NOISY}))
    done = cli("clean", "x.jsonl", "-o", "out", "--edits", "e.jsonl")
    assert done.code == 2
    assert "x.jsonl: no record has the field `text`; the fields are: id, content, meta, meta.a" in done.err
    assert "--text-field content" in done.err
    assert names(".") == ["x.jsonl"]


def test_a_later_file_without_the_field_is_left_out(cli: Any, plant: Any) -> None:
    plant("in/a.jsonl", lines({"text": NOISY}))
    plant("in/b.jsonl", lines({"body": NOISY}))
    plant("in/c.jsonl", lines({"text": NOISY}))
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "b.jsonl: no record has the field `text`" in done.err
    assert names("out") == ["a.jsonl", "c.jsonl"]


@pytest.mark.parametrize("packing", PACKINGS[1:], ids=["gz", "zst"])
def test_a_file_that_was_cut_off_is_left_out_and_the_others_are_done(cli: Any, plant: Any, packing: Packed) -> None:
    end, pack, unpack = packing
    raw = lines(*({"text": f"{number} {NOISY}"} for number in range(9000)))
    plant(f"in/a.jsonl{end}", pack(raw)[:-200])
    plant(f"in/b.jsonl{end}", pack(lines({"text": NOISY})))
    plant(f"in/c.jsonl{end}", pack(raw)[:2] + b"\x01\x02" * 50 if end == ".gz" else pack(raw)[:4] + b"\xff" * 50)
    done = cli("clean", "in", "-o", "out", "--edits", "e.jsonl")
    assert done.code == 2
    assert f"a.jsonl{end}: the packed file ends before its end" in done.err
    assert f"c.jsonl{end}: the packed file is broken" in done.err
    assert names("out") == [f"b.jsonl{end}"]
    assert unpack(Path(f"out/b.jsonl{end}").read_bytes()) == lines({"text": CLEAN})
    assert [json.loads(line)["name"] for line in Path("e.jsonl").read_text().splitlines()] == [f"b.jsonl{end}"]


def test_an_output_that_exists_is_not_overwritten_unless_forced(cli: Any, plant: Any) -> None:
    plant("in/x.jsonl", lines({"text": NOISY}))
    plant("out/x.jsonl", "precious")
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "out/x.jsonl: this output exists" in done.err
    assert Path("out/x.jsonl").read_text() == "precious"
    assert cli("clean", "in", "-o", "out", "--force").code == 0
    assert Path("out/x.jsonl").read_bytes() == lines({"text": CLEAN})


def test_in_place_replaces_the_file_whole_and_can_be_undone(cli: Any, bare: Any, plant: Any) -> None:
    file = plant("in/x.jsonl.gz", gzip.compress(ODD))
    file.chmod(0o640)
    assert cli("clean", "in", "--in-place", "--edits", "e.jsonl").code == 0
    assert names("in") == ["x.jsonl.gz"]
    assert gzip.decompress(file.read_bytes()) != ODD
    assert file.stat().st_mode & 0o777 == 0o640
    assert bare("undo", "in", "--in-place", "--edits", "e.jsonl").code == 0
    assert gzip.decompress(file.read_bytes()) == ODD


def test_undo_refuses_what_was_edited_since(cli: Any, bare: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"text": NOISY}, {"text": NOISY}))
    cli("clean", "x.jsonl", "-o", "out", "--edits", "e.jsonl")
    Path("out/x.jsonl").write_bytes(lines({"text": CLEAN}, {"text": CLEAN + "more"}))
    done = bare("undo", "out", "-o", "back", "--edits", "e.jsonl")
    assert done.code == 2
    assert "out/x.jsonl:2: the edits do not fit this record" in done.err
    assert names("back") == []
    Path("out/x.jsonl").write_bytes(lines({"text": CLEAN}))
    assert "out/x.jsonl:2: it ends before this record" in bare("undo", "out", "-o", "back", "--edits", "e.jsonl").err
    assert bare("undo", "out", "-o", "back").code == 2


def test_check_and_diff_name_the_record(cli: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"text": QUIET}, {"text": NOISY}) + b"oh\n")
    done = cli("check", "x.jsonl")
    assert done.code == 2
    assert 'x.jsonl:2:2:1: test/marked certain "CUT ME please"' in done.out
    assert "x.jsonl:3: no JSON" in done.err
    assert "3 documents checked, 2 findings in 1 of them" in done.err
    assert "x.jsonl:2:2:1 test/marked" in cli("diff", "x.jsonl").out
    found = json.loads(cli("check", "x.jsonl", "--output", "json").out)
    assert [document["id"] for document in found["documents"]] == ["x.jsonl:1", "x.jsonl:2", "x.jsonl:3"]
    assert cli("diff", "x.jsonl", "--unified").code == 2
    assert "x.jsonl:1\ttest" in cli("sources", "x.jsonl").out


def test_json_has_the_clean_text_of_records_where_it_is_written_nowhere_else(cli: Any, plant: Any) -> None:
    plant("in/x.jsonl", lines({"text": NOISY}, {"text": QUIET}))
    found = json.loads(cli("clean", "in", "--output", "json").out)
    assert [document["text"] for document in found["documents"]] == [CLEAN, QUIET]
    found = json.loads(cli("clean", "in", "-o", "out", "--output", "json").out)
    assert ["text" in document for document in found["documents"]] == [False, False]
    assert found["summary"]["rules"] == {"test/marked": 1, "test/tail": 1}


PAGE = (
    "<html><head><title>Rain</title></head><body><article><p>It rained all day in the valley.</p>"
    "<p>CUT ME please</p><p>The sun shone for a while, and then it was over.</p></article></body></html>"
)


def test_a_field_of_html_becomes_text_in_a_new_field(cli: Any, bare: Any, plant: Any) -> None:
    raw = lines({"html": PAGE, "n": 1}, {"html": PAGE, "text": None, "n": 2}, {"html": PAGE, "text": "both"})
    plant("x.jsonl", raw)
    done = cli("clean", "x.jsonl", "-o", "out", "--format", "html", "--edits", "e.jsonl")
    assert done.code == 2
    assert "x.jsonl:3: it has a page and a text `text` as well" in done.err
    first, second, third = map(json.loads, Path("out/x.jsonl").read_bytes().splitlines())
    assert list(first) == ["html", "n", "text"]
    assert list(second) == ["html", "text", "n"]
    assert first["html"] == PAGE
    assert "CUT ME" not in first["text"]
    assert "The sun shone" in first["text"]
    assert first["text"] == second["text"]
    assert third["text"] == "both"
    back = [json.loads(line) for line in bare("undo", "out/x.jsonl", "--edits", "e.jsonl").raw.splitlines()]
    assert "CUT ME please" in back[0]["text"]


def test_text_trees_and_records_go_together(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/b.jsonl", lines({"text": NOISY}))
    plant("in/c.ndjson", lines({"text": QUIET}))
    assert cli("clean", "in", "-o", "out").code == 0
    assert names("out") == ["a.txt", "a.txt.diff", "b.jsonl", "c.ndjson"]


def test_records_are_known_by_content_where_the_name_says_nothing(cli: Any, plant: Any) -> None:
    plant("dump", gzip.compress(lines({"text": NOISY}, {"text": QUIET})))
    plant("braces", '{"text": is what it says}\n')
    plant("long", lines({"text": NOISY + "x" * 200_000}, {"text": QUIET}))
    assert cli("clean", "dump", "long", "-o", "out").code == 0
    assert Path("out/long").read_bytes() == lines({"text": CLEAN + "x" * 200_000}, {"text": QUIET})
    assert gzip.decompress(Path("out/dump").read_bytes()) == lines({"text": CLEAN}, {"text": QUIET})
    assert cli("clean", "braces").out == '{"text": is what it says}\n'


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_shards_are_the_whole_each_record_once(cli: Any, bare: Any, plant: Any, count: int) -> None:
    made = {
        "in/a.jsonl": lines(*({"n": n, "text": NOISY * (n % 5 + 1)} for n in range(40))),
        "in/b.jsonl": lines({"n": 0, "text": "x" * 20000}),
        "in/c.jsonl": b"",
        "in/d.jsonl.gz": gzip.compress(lines(*({"n": n, "text": NOISY} for n in range(5)))),
        "in/e.txt": NOISY.encode(),
        "in/f.jsonl": lines(*({"n": n, "text": QUIET} for n in range(9))).rstrip(b"\n"),
    }
    for name, content in made.items():
        plant(name, content)
    for number in range(1, count + 1):
        assert cli("clean", "in", "-o", "out", "--shard", f"{number}/{count}", "--edits", f"e{number}").code == 0
    assert cli("clean", "in", "-o", "whole").code == 0
    for name in ("a.jsonl", "b.jsonl", "c.jsonl", "f.jsonl"):
        stem = name.partition(".")[0]
        parts = sorted(Path("out").glob(f"{stem}*"))
        assert b"".join(part.read_bytes() for part in parts) == Path("whole", name).read_bytes()
    for name in ("d.jsonl.gz", "e.txt"):
        assert Path("out", name).read_bytes() == Path("whole", name).read_bytes()
    assert not list(Path("out").glob(".cleaner*"))
    back = b""
    for part in sorted(Path("out").glob("a*.jsonl")):
        owner = next(n for n in range(1, count + 1) if f'"name":"{part.name}"' in Path(f"e{n}").read_text())
        back += bare("undo", part, "--edits", f"e{owner}").raw
    assert back == made["in/a.jsonl"]


@pytest.mark.parametrize("end", ["gz", "zst"])
@pytest.mark.parametrize("count", [2, 3, 11])
def test_the_shards_of_a_packed_file_are_the_whole(cli: Any, bare: Any, plant: Any, count: int, end: str) -> None:
    plain = lines({"n": 0, "text": "x" * 20000}, *({"n": n, "text": NOISY * (n % 5 + 1)} for n in range(40)))
    pack, unpack = (gzip.compress, gzip.decompress) if end == "gz" else (zstd().compress, zstd().decompress)
    plant(f"x.jsonl.{end}", pack(plain))
    back = got = b""
    for number in range(1, count + 1):
        words = ("--shard", f"{number}/{count}", "--edits", f"e{number}")
        assert cli("clean", f"x.jsonl.{end}", "-o", "out", *words).code == 0
        for part in Path("out").glob(f"x.shard-{str(number).zfill(len(str(count)))}-*"):
            got += unpack(part.read_bytes())
            back += bare("undo", part, "--edits", f"e{number}").raw
    assert cli("clean", f"x.jsonl.{end}", "-o", "whole").code == 0
    assert got == unpack(Path(f"whole/x.jsonl.{end}").read_bytes())
    assert back == plain


def test_a_packed_file_that_breaks_off_is_told_by_one_shard(cli: Any, plant: Any) -> None:
    plant("x.jsonl.gz", gzip.compress(lines(*({"text": NOISY + str(n)} for n in range(2000))))[:-500])
    told = [cli("clean", "x.jsonl.gz", "-o", f"o{number}", "--shard", f"{number}/3") for number in (1, 2, 3)]
    assert sorted(done.code for done in told) == [0, 0, 2]


@pytest.mark.parametrize("word", ["0/3", "4/3", "3", "a/b"])
def test_a_share_that_is_none(cli: Any, plant: Any, word: str) -> None:
    plant("x.jsonl", lines({"text": NOISY}))
    done = cli("clean", "x.jsonl", "-o", "out", "--shard", word)
    assert done.code == 2
    assert "is no share" in done.err


def test_a_missing_extra_is_named(cli: Any, plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plant("x.parquet", b"PAR1")
    plant("x.jsonl.zst", zstd().compress(lines({"text": NOISY})))
    for module in ("pyarrow", "pyarrow.parquet", "backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    assert "pip install 'article-cleaner[parquet]'" in cli("clean", "x.parquet", "-o", "out").err
    assert "pip install 'article-cleaner[zst]'" in cli("clean", "x.jsonl.zst", "-o", "out").err


def test_wrong_use_for_records_is_told(cli: Any, plant: Any) -> None:
    plant("x.jsonl", lines({"text": NOISY}))
    for words in (
        ["--encoding", "latin-1"],
        ["--text-field", "a..b"],
        ["--html-field", "text"],
        ["--resume"],
        ["--in-place", "--shard", "1/2"],
        ["--text-field", "text", "--url-field", "text.url"],
    ):
        assert cli("clean", "x.jsonl", *words).code == 2, words
    assert os.listdir() == ["x.jsonl"]


def test_a_huge_line_is_passed_through(cli: Any, plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import cleaner.readers.jsonl as jsonl

    monkeypatch.setattr(jsonl.chunks, "__kwdefaults__", {"longest": 1000})
    monkeypatch.setattr(jsonl, "BLOCK", 300)
    monkeypatch.setattr(jsonl, "CHUNK", 400)
    raw = lines({"text": NOISY}, {"text": NOISY * 100}, {"text": NOISY})
    plant("x.jsonl", raw)
    done = cli("clean", "x.jsonl", "-o", "out")
    assert done.code == 2
    assert "x.jsonl:2: the line is too long for a record" in done.err
    assert Path("out/x.jsonl").read_bytes() == lines({"text": CLEAN}, {"text": NOISY * 100}, {"text": CLEAN})


def run_of(where: str = ".") -> dict[str, Any]:
    (found,) = sorted(Path(where, ".cleaner/runs").iterdir())[-1:]
    summary: dict[str, Any] = json.loads((found / "run.json").read_text())
    return summary


def test_a_run_is_recorded_with_what_failed_and_why(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    plant("in/x.jsonl", BROKEN)
    plant("in/y.jsonl.gz", b"\x1f\x8b\x08\x00broken")
    assert cli("clean", "in", "-o", "out").code == 2
    run = run_of()
    assert (run["documents"], run["changed"], run["failed"], run["out"]) == (10, 3, 7, "out")
    assert run["by_rule"]["test/marked"]["cuts"] == 3
    assert run["interrupted"] is False
    assert [(known["path"], known["format"], known["documents"], known["failed"]) for known in run["inputs"]] == [
        ("in/a.txt", "text", 1, 0),
        ("in/x.jsonl", "jsonl", 8, 6),
        ("in/y.jsonl.gz", "jsonl", 0, 0),
    ]
    assert [(failure["path"], failure["line"]) for failure in run["failures"]] == [
        *(("in/x.jsonl", number) for number in range(2, 8)),
        ("in/y.jsonl.gz", None),
    ]
    lines = Path(".cleaner/runs", run["id"], "edits.jsonl").read_text().splitlines()
    first, second, third = map(json.loads, lines)
    assert (first["output"], first["record"], second["output"], second["record"]) == (
        "out/a.txt",
        None,
        "out/x.jsonl",
        1,
    )
    assert (third["record"], third["edits"][0]["before"]) == (8, "It rained.\n")
    assert cli("clean", "in", "-o", "out2", "--no-record").code == 2
    assert len(list(Path(".cleaner/runs").iterdir())) == 1


def test_what_was_cleaned_is_given_back_by_the_run_that_did_it(cli: Any, bare: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY.encode() + b"\xff\n")
    plant("in/b.txt", QUIET)
    plant("in/x.jsonl", ODD)
    plant("in/y.jsonl", lines({"text": NOISY}))
    assert cli("clean", "in", "--in-place").code == 0
    assert bare("undo", "in/x.jsonl").raw == ODD
    assert bare("undo", "in", "--in-place").err.endswith("3 of 4 files undone\n")
    assert Path("in/a.txt").read_bytes() == NOISY.encode() + b"\xff\n"
    assert Path("in/b.txt").read_text() == QUIET
    assert Path("in/x.jsonl").read_bytes() == ODD
    assert Path("in/y.jsonl").read_bytes() == lines({"text": NOISY})
    plant("z.jsonl", lines({"text": CLEAN}))
    assert "no recorded run speaks of it" in bare("undo", "z.jsonl").err


@pytest.mark.parametrize("packing", PACKINGS[1:], ids=["gz", "zst"])
def test_texts_and_pages_may_be_packed(cli: Any, bare: Any, plant: Any, packing: Packed) -> None:
    end, pack, unpack = packing
    plant(f"in/a.txt{end}", pack(NOISY.encode()))
    plant(f"in/b.html{end}", pack(PAGE.encode()))
    plant(f"in/c.txt{end}", pack(NOISY.encode())[:-7])
    plant(f"in/d.txt{end}", NOISY)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert f"in/c.txt{end}: the packed file ends before its end" in done.err
    texts = (f"a.txt{end}", f"b.txt{end}", f"d.txt{end}")
    assert names("out") == sorted([*texts, *(f"{name}.diff" for name in texts)])
    assert unpack(Path(f"out/a.txt{end}").read_bytes()) == CLEAN.encode()
    assert b"CUT ME" not in unpack(Path(f"out/b.txt{end}").read_bytes())
    assert Path(f"out/d.txt{end}").read_text() == CLEAN
    assert bare("undo", f"out/a.txt{end}").out == NOISY
    assert bare("undo", "out", "-o", "back").code == 0
    assert unpack(Path(f"back/a.txt{end}").read_bytes()) == NOISY.encode()
    assert Path(f"back/d.txt{end}").read_text() == NOISY
    assert f"in/a.txt{end}:2:1: test/marked" in cli("check", "in").out


def test_the_examples_of_the_page_on_corpora_run(
    cli: Any, bare: Any, plant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    commands = [line for part in page.split("```sh\n")[1:] for line in part.partition("```")[0].splitlines()]
    assert len(commands) >= 3
    plant("crawl/a.jsonl", lines({"text": NOISY}))
    plant("crawl/b.jsonl", lines({"text": NOISY}))
    for command in commands:
        words = shlex.split(command.replace("$TASK", "1").replace("-o clean --shard", "-o shards --shard"))[1:]
        done = bare(*words) if words[0] == "undo" else cli(*words)
        assert done.code == 0, done.err
    assert Path("back/a.jsonl").read_bytes() == lines({"text": NOISY})


def test_the_file_of_edits_is_no_input(cli: Any, plant: Any) -> None:
    plant("in/a.jsonl", lines({"text": NOISY}))
    for _ in range(2):
        assert cli("clean", "in", "-o", "out", "--edits", "in/e.jsonl", "--force").code == 0
    assert names("out") == ["a.jsonl"]
