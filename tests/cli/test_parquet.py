"""Parquet and WARC: rows keep their schema and come back, pages become records."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("warcio")

NOISY = "It rained.\nCUT ME please\nThe sun shone. (share blog)\nThe end.\n"
CLEAN = "It rained.\nThe sun shone.\nThe end.\n"
QUIET = "Nothing here.\n"


def table(kind: Any, count: int = 7) -> Any:
    texts = [(NOISY, QUIET, None, NOISY + str(n), "")[n % 5] for n in range(count)]
    fields = [
        pa.field("n", pa.int64(), nullable=False, metadata={"unit": "m"}),
        pa.field("text", kind),
        pa.field("when", pa.timestamp("us", tz="UTC")),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("url", pa.string()),
        pa.field("price", pa.decimal128(9, 2)),
    ]
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    columns = [
        pa.array(range(count), pa.int64()),
        pa.array(texts, plain).cast(kind) if plain == kind else pa.array(texts, plain).dictionary_encode().cast(kind),
        pa.array([None, *range(1, count)], pa.timestamp("us", tz="UTC")),
        pa.array([["a", None], None, *[[]] * (count - 2)], pa.list_(pa.string())),
        pa.array(["https://x.example/"] * count),
        pa.array([None] * count, pa.decimal128(9, 2)),
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata={"huggingface": '{"info": {}}'}))


def written(path: str) -> dict[str, Any]:
    known = pq.ParquetFile(path).metadata
    groups = [known.row_group(number) for number in range(known.num_row_groups)]
    return {
        "rows": [group.num_rows for group in groups],
        "codecs": [group.column(n).compression for group in groups for n in range(group.num_columns)],
        "version": known.format_version,
    }


KINDS = [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_rows_keep_schema_order_and_compression_and_come_back(cli: Any, bare: Any, plant: Any, kind: Any) -> None:
    Path("in").mkdir()
    before = table(kind)
    codecs = {"n": "NONE", "text": "ZSTD", "when": "GZIP", "tags": "SNAPPY", "url": "LZ4", "price": "NONE"}
    codecs["tags.list.element"] = codecs.pop("tags")
    pq.write_table(before, "in/x.parquet", row_group_size=3, compression=codecs, version="2.4")
    before = pq.read_table("in/x.parquet")
    assert cli("clean", "in", "-o", "out", "--edits", "e.jsonl").code == 0
    after = pq.read_table("out/x.parquet")
    assert after.schema.equals(before.schema, check_metadata=True)
    texts = before["text"].to_pylist()
    assert after["text"].to_pylist() == [text and text.replace(NOISY, CLEAN) for text in texts]
    assert after.drop_columns("text").equals(before.drop_columns("text"))
    assert written("out/x.parquet") == written("in/x.parquet")
    first, *_ = map(json.loads, Path("e.jsonl").read_text().splitlines())
    assert (first["record"], first["name"]) == (1, "x.parquet")
    assert bare("undo", "out", "-o", "back", "--edits", "e.jsonl").code == 0
    after = pq.read_table("back/x.parquet")
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.to_pylist() == before.to_pylist()
    assert written("back/x.parquet") == written("in/x.parquet")


def test_edits_stand_in_a_column_and_undo_takes_it_away(cli: Any, bare: Any) -> None:
    before = table(pa.string())
    pq.write_table(before, "x.parquet", row_group_size=4, use_compliant_nested_type=False)
    before = pq.read_table("x.parquet")
    assert cli("clean", "x.parquet", "--in-place", "--edits-field", "edits").code == 0
    after = pq.read_table("x.parquet")
    assert after.column_names == [*before.column_names, "edits"]
    held = after["edits"].to_pylist()
    texts = before["text"].to_pylist()
    assert [value is not None for value in held] == [text is not None and NOISY in text for text in texts]
    assert json.loads(held[0])["edits"][0]["old"] == "CUT ME please\n"
    assert cli("clean", "x.parquet", "-o", "out", "--edits-field", "edits").code == 2
    assert bare("undo", "x.parquet", "--in-place", "--edits-field", "edits").code == 0
    assert pq.read_table("x.parquet").equals(before, check_metadata=True)


def test_a_text_within_a_struct(cli: Any, bare: Any) -> None:
    inner = pa.array([{"body": NOISY, "n": 1}, None, {"body": QUIET, "n": None}, {"body": None, "n": 4}])
    before = pa.table({"doc": inner, "id": ["a", "b", "c", "d"]})
    pq.write_table(before, "x.parquet")
    assert cli("clean", "x.parquet", "-o", "out", "--text-field", "doc.body", "--edits", "e").code == 0
    wanted = [{"body": CLEAN, "n": 1}, None, {"body": QUIET, "n": None}, {"body": None, "n": 4}]
    assert pq.read_table("out/x.parquet")["doc"].to_pylist() == wanted
    assert bare("undo", "out", "-o", "back", "--edits", "e", "--text-field", "doc.body").code == 0
    assert pq.read_table("back/x.parquet").equals(before)


def test_what_is_wrong_with_a_parquet_file_is_told(cli: Any, plant: Any) -> None:
    pq.write_table(table(pa.string()), "x.parquet")
    raw = Path("x.parquet").read_bytes()
    plant("in/cut.parquet", raw[:-100])
    plant("in/empty.parquet", b"")
    body = bytearray(raw)
    body[4:900] = bytes(896)
    plant("in/torn.parquet", bytes(body))
    plant("in/packed.parquet", gzip.compress(raw))
    plant("in/whole.parquet", raw)
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    for name in ("cut", "empty", "torn"):
        assert f"in/{name}.parquet: the Parquet file is broken" in done.err
    assert "in/packed.parquet: this Parquet file is packed as a whole" in done.err
    assert [path.name for path in Path("out").iterdir()] == ["whole.parquet"]
    assert "holds int64, no text" in cli("clean", "x.parquet", "-o", "o", "--text-field", "n").err
    done = cli("clean", "x.parquet", "-o", "o", "--text-field", "body")
    assert "no record has the field `body`; the fields are: n, text, when, tags, url, price" in done.err
    assert "Parquet goes from file to file" in cli("clean", "x.parquet").err


def test_a_value_that_is_no_utf8_is_passed_through(cli: Any) -> None:
    raw = pa.array([NOISY.encode(), b"\xff", NOISY.encode()], pa.binary())
    text = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    pq.write_table(pa.table({"text": text}), "x.parquet")
    done = cli("clean", "x.parquet", "-o", "out")
    assert done.code == 2
    assert "x.parquet:2: the field `text` holds no UTF-8" in done.err
    after = pq.read_table("out/x.parquet")["text"].cast(pa.binary()).to_pylist()
    assert after == [CLEAN.encode(), b"\xff", CLEAN.encode()]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_shards_of_parquet_are_row_groups(cli: Any, count: int) -> None:
    Path("in").mkdir()
    before = table(pa.string(), 50)
    pq.write_table(before, "in/x.parquet", row_group_size=7)
    cli("clean", "in", "-o", "whole")
    for number in range(1, count + 1):
        assert cli("clean", "in", "-o", "out", "--shard", f"{number}/{count}").code == 0
    parts = [pq.read_table(path) for path in sorted(Path("out").glob("*.parquet"))]
    assert len(parts) == count
    assert pa.concat_tables(parts).equals(pq.read_table("whole/x.parquet"))


PAGE = (
    b"<html><head><title>Rain</title></head><body><article><p>It rained all day in the valley.</p>"
    b"<p>CUT ME please</p><p>The sun shone for a while, and then it was over.</p></article></body></html>"
)


def archive(*, is_packed: bool) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    made = BytesIO()
    writer = WARCWriter(made, gzip=is_packed)

    def add(url: str, kind: str, status: str, content: bytes, more: tuple[tuple[str, str], ...] = ()) -> None:
        heads = StatusAndHeaders(status, [("Content-Type", kind), *more], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "response", payload=BytesIO(content), http_headers=heads))

    add("https://x.example/1", "text/html; charset=utf-8", "200 OK", PAGE)
    add("https://x.example/2", "image/png", "200 OK", b"\x89PNG")
    add("https://x.example/3", "text/html", "404 Not Found", PAGE)
    add("https://x.example/4", "text/html", "200 OK", gzip.compress(PAGE), (("Content-Encoding", "gzip"),))
    add("https://x.example/5", "text/html", "200 OK", b"<html></html>")
    writer.write_record(
        writer.create_warc_record(
            "https://x.example/6", "conversion", payload=BytesIO(NOISY.encode()), warc_content_type="text/plain"
        )
    )
    return made.getvalue()


@pytest.mark.parametrize("end", ["", ".gz"])
def test_the_pages_of_an_archive_become_records(cli: Any, bare: Any, plant: Any, end: str) -> None:
    plant(f"in/x.warc{end}", archive(is_packed=bool(end)))
    assert cli("clean", "in", "-o", "out", "--edits", "e.jsonl").code == 0
    assert [path.name for path in Path("out").iterdir()] == [f"x.jsonl{end}"]
    raw = Path(f"out/x.jsonl{end}").read_bytes()
    records = [json.loads(line) for line in (gzip.decompress(raw) if end else raw).splitlines()]
    assert [record["url"][-1] for record in records] == ["1", "4", "5", "6"]
    first = records[0]
    assert first["title"] == "Rain"
    assert first["id"].startswith("urn:uuid:")
    assert "CUT ME" not in first["text"]
    assert first["text"] == records[1]["text"]
    assert (records[2]["text"], records[3]["text"]) == ("", CLEAN)
    back = [json.loads(line) for line in bare("undo", f"out/x.jsonl{end}", "--edits", "e.jsonl").raw.splitlines()]
    assert "CUT ME please" in back[0]["text"]
    assert back[3]["text"] == NOISY
    assert cli("clean", "in", "--in-place").code == 2


def test_an_archive_that_was_cut_off_is_left_out(cli: Any, plant: Any) -> None:
    plant("in/a.warc", archive(is_packed=False)[:-30])
    plant("in/b.warc.gz", archive(is_packed=True)[:-30])
    plant("in/c.warc", b"no archive at all\n" * 9)
    plant("in/d.warc", archive(is_packed=False))
    done = cli("clean", "in", "-o", "out")
    assert done.code == 2
    assert "a.warc: the WARC file ends within a record" in done.err
    assert "b.warc.gz: the packed file ends before its end" in done.err
    assert "c.warc: the WARC file is broken" in done.err
    assert [path.name for path in Path("out").iterdir()] == ["d.jsonl"]
