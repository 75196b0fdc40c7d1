"""The quality benchmark from end to end, on pages made up here."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cleaner.rules.load import load_library
from quality import main

BODY = "Exports of grommets rose by a third in May.\nEconomists had expected a fall in the trade."
OTHER = "Prices of grommets may rise again before long."
LIKE_NOISE = "Flumph of the grommets, seen today"
PROMO = "Flumph the quux daily"
RULE = """\
source: generic
rules:
  - id: made-flumph
    why: A made-up promotion.
    category: promo
    line: 'Flumph ...'
    where: {last: 20}
    examples: ["It rained.\\n\\n[[Flumph the quux]]", "A flumph is an animal."]
"""


def record(page: str, text: str, gold: str) -> dict[str, Any]:
    return {
        "id": page,
        "scraper": "made",
        "domain": f"{page}.example",
        "title": "Grommets",
        "text": text,
        "gold": gold,
        "with": ["Exports of grommets"],
        "without": ["the quux"],
    }


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("quality.load_library", partial(load_library, shipped=False))
    folder, rules = tmp_path / "bench", tmp_path / "rules"
    folder.mkdir()
    (rules / "generic").mkdir(parents=True)
    (rules / "generic" / "made.yaml").write_text(RULE, encoding="utf-8")
    pages = [
        record("w1", f"{BODY}\n{OTHER}\n{PROMO}", f"{BODY}\n{OTHER}"),
        record("w2", f"{BODY}\n{LIKE_NOISE}", f"{BODY}\n{LIKE_NOISE}"),
    ]
    with gzip.open(folder / "text_dev.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(page) + "\n" for page in pages)
    (folder / "incomplete_gold.json").write_text('["w2"]', encoding="utf-8")

    def run(*arguments: str) -> str:
        assert main([str(folder), "--rules", str(rules), *arguments]) == 0
        return capsys.readouterr().out

    return run


HTML = f"""<html><head><title>Grommets</title></head><body><article><h1>Grommets</h1>
<p>{BODY}</p><p>{OTHER} {OTHER}</p><p>{PROMO}</p></article></body></html>"""


def test_pages_themselves_are_measured_beside_trafilatura(run: Any, tmp_path: Path) -> None:
    page = record("w1", "", f"Grommets\n{BODY}\n{OTHER} {OTHER}")
    with gzip.open(tmp_path / "bench" / "html_dev.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(page))
    (tmp_path / "bench" / "html_dev").mkdir()
    (tmp_path / "bench" / "html_dev" / "w1.html.gz").write_bytes(gzip.compress(HTML.encode()))
    found = json.loads(run("--html", "--json", "-j", "1"))["texts"]["html"]
    assert {"untouched", "likely", "trafilatura's default"} <= found.keys()
    assert found["untouched"]["all"]["f1"] < found["likely"]["all"]["f1"] == 1
    assert found["likely"]["all"]["noise_gone"] == 1


def test_figures_and_the_workbench(run: Any) -> None:
    found = json.loads(run("--json", "-j", "1"))
    made = found["texts"]["made"]
    assert made["untouched"]["all"]["noise_gone"] == 0
    likely = made["likely"]["all"]
    assert (likely["pages"], likely["noise_gone"], likely["hurt"]) == (2, 1.0, 0.5)
    assert made["likely"]["sound"]["content_gone"] == 0
    assert made["certain"]["all"]["noise_gone"] == 0
    assert made["perfect line labels"]["all"]["f1"] == 1
    rule = found["rules"]["generic/made-flumph"]
    assert (rule["lines"], rule["texts"], rule["spoilt"]) == (2, 2, 1)
    assert (rule["noise"], rule["content"]) == (
        len(PROMO),
        len(LIKE_NOISE),
    )
    assert found["categories"]["promo"] == rule
    assert found["unstable"] == []


def test_more_processes_find_the_same(run: Any) -> None:
    assert run("--json", "-j", "2") == run("--json", "-j", "1")


def test_the_tables(run: Any) -> None:
    out = run("-j", "1")
    assert "made: 2 pages; right of the bar the 1 with sound gold" in out
    assert "C4 line rules" in out
    assert "generic/made-flumph" in out
    assert "a second clean changes 0 of 2 texts" in out


def test_quick_measures_one_level_only(run: Any) -> None:
    found = json.loads(run("--quick", "--json", "-j", "1", "--level", "maybe"))
    assert list(found["texts"]["made"]) == ["maybe"]


def test_a_rule_is_shown_where_it_did_harm(run: Any) -> None:
    out = run("--show", "made-flumph", "--bad", "-j", "1")
    assert out.splitlines()[0] == "w2/made  w2.example"
    assert f"    -c {LIKE_NOISE}" in out
    assert "daily" not in out
    assert f"    -n {PROMO}" in run("--show", "generic/made-flumph", "-j", "1")


def test_noise_that_stays_is_listed(run: Any) -> None:
    def left(level: str) -> list[str]:
        out = run("--quick", "-j", "1", "--left", "5", "--level", level)
        return out.partition("noise lines that stay, by the texts they stand on\n")[2].splitlines()

    assert left("likely")[0] == ""
    assert left("certain")[0] == "      1  flumph the quux daily"
