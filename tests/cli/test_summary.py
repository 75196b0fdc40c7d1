"""What a run came to: one line, more where it was large or where more is asked for, the same counts for machines."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli.screen import Screen
from cleaner.cli.summary import MANY, TOP, _drawn, plain, say_summary, tables
from cleaner.cli.tally import Tally
from cleaner.sums import CategorySums, RuleSums, SourceSums

NOISY = "It rained. (share this)\nCUT ME now\nIt rained on and on, and nobody minded it at all.\n"


def tally_of(files: int, rules: int) -> Tally:
    tally = Tally()
    tally.files = files
    for number in range(rules):
        tally.sums.rules[f"x/[bold]{number}"] = RuleSums("promo", "likely", "why", rules - number, 1, 1000)
    tally.sums.categories["promo"] = CategorySums(9, 2, 1000 * rules)
    tally.sums.sources["x"] = SourceSums(files, 2, 4000, 1000, 9)
    return tally


def test_a_small_run_ends_with_one_line(cli: Any, plant: Any) -> None:
    plant("in/a.txt", NOISY)
    done = cli("clean", "in", "-o", "out")
    assert re.fullmatch(r"1 file cleaned, 2 edits in 1 of them \([\d.]+% of the characters\)\n", done.err)
    assert cli("clean", "in", "-o", "out", "-q").err == ""


def test_a_large_run_names_the_busiest_rules(capsys: pytest.CaptureFixture[str]) -> None:
    say_summary(tally_of(MANY, TOP + 2), Screen(), "cleaned", "edit")
    assert capsys.readouterr().err.count("\n") == 1
    say_summary(tally_of(MANY + 1, TOP + 2), Screen(), "cleaned", "edit")
    lines = capsys.readouterr().err.splitlines()
    assert lines[1] == "  characters  documents  edits  rule"
    assert lines[2] == "       1,000          1      7  x/[bold]0"
    assert len(lines) == 2 + TOP + 1
    assert lines[-1].startswith("and 2 more rules")
    say_summary(tally_of(MANY + 1, TOP), Screen(), "cleaned", "edit")
    assert "more" not in capsys.readouterr().err
    say_summary(tally_of(MANY + 1, TOP), Screen(), "checked", "finding", is_short=True)
    assert capsys.readouterr().err.count("\n") == 1


def test_all_is_told_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    say_summary(tally_of(1, TOP + 2), Screen(verbose=1), "cleaned", "edit")
    said = capsys.readouterr().err
    assert said.count("x/[bold]") == TOP + 2
    assert re.search(r"25\.0% +1 +2 +9 +x$", said, re.M)
    assert re.search(r"7,000 +2 +9 +promo$", said, re.M)


def test_a_terminal_gets_the_same_in_tables() -> None:
    for table in tables(tally_of(1, 3), "edits"):
        drawn = "\n".join(_drawn(table, Screen(error_color=False)))
        assert [re.findall(r"[\w.,%/\[\]]+", line) for line in drawn.splitlines() if re.search(r"\w", line)] == [
            re.findall(r"[\w.,%/\[\]]+", " ".join(row)) for row in (table.head, *table.rows)
        ]


def test_a_name_cannot_reach_the_terminal() -> None:
    tally = tally_of(1, 1)
    tally.sums.sources["\x1b[2Jevil"] = SourceSums(1, 1, 1, 1, 10)
    table = tables(tally, "edits")[0]
    assert "\x1b" not in "\n".join(plain(table))
    assert "\x1b[2J" not in "\n".join(_drawn(table, Screen()))


def test_machines_get_the_same_counts_as_the_edits_make(cli: Any, plant: Any) -> None:
    for number in range(3):
        plant(f"in/{number}.txt", NOISY * (number + 1))
    plant("in/bad.txt", b"a\x00b")
    done = cli("clean", "in", "-o", "out", "--output", "json")
    report = json.loads(done.out)
    summary = report["summary"]
    edits = [edit for document in report["documents"] for edit in document.get("edits", ())]
    assert edits
    assert summary["rules"] == Counter(edit["rules"][0] for edit in edits)
    assert {name: one["cuts"] for name, one in summary["by_rule"].items()} == summary["rules"]
    assert {name: one["cuts"] for name, one in summary["by_category"].items()} == Counter(
        edit["category"] for edit in edits
    )
    for key, name in (("rule", lambda edit: edit["rules"][0]), ("category", lambda edit: edit["category"])):
        sizes: Counter[str] = Counter()
        for edit in edits:
            sizes[name(edit)] += len(edit["old"]) - len(edit["new"])
        assert {one: known["characters"] for one, known in summary[f"by_{key}"].items()} == sizes
    assert summary["by_source"]["test"]["cuts"] == len(edits)
    assert (
        summary["by_source"]["test"]["removed"]
        == summary["removed"]
        == sum(document["removed"] for document in report["documents"] if "removed" in document)
    )
    assert (summary["files"], summary["failed"]) == (4, 1)
    (run,) = Path(".cleaner/runs").iterdir()
    record = json.loads((run / "run.json").read_text())
    assert record["by_category"] == summary["by_category"]
    assert record["by_source"] == summary["by_source"]
    assert {
        rule: {**one, "verb": record["by_rule"][rule]["verb"]} for rule, one in summary["by_rule"].items()
    } == record["by_rule"]


def test_what_a_report_says_can_be_gone_on_from() -> None:
    tally = tally_of(3, 2)
    tally.sums.documents = 3
    again = Tally()
    again.restore(json.loads(json.dumps(tally.record())))
    assert again.record() == tally.record()
    assert again.sums == tally.sums
