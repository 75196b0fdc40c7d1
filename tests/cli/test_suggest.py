"""``cleaner suggest``: what comes back is listed, and drafted as rules that can be tried at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROSE = "The ferry across the Alder was late again on Monday, and nobody on the quay knew why it had not come."
NAMES = ["ash", "birch", "cedar", "elder", "fir"]


@pytest.fixture
def asked(bare: Any, rules: Path) -> Any:
    return lambda *words: bare("suggest", *words, "--rules", rules)


@pytest.fixture
def corpus(plant: Any) -> list[dict[str, str]]:
    """Five texts of a folder, and the same as records of two hosts."""
    records = []
    for name in NAMES:
        text = f"The {name}\n\n{PROSE} It was the {name}.\n\nPrinted on the quay\n"
        plant(f"in/The Post/{name}.txt", text)
        for host in ("www.post.example", "mail.example"):
            records.append({"id": f"{host}-{name}", "url": f"https://{host}/{name}", "text": text})
    plant("in/x.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    return records


def test_what_comes_back_source_by_source(asked: Any, corpus: Any) -> None:
    done = asked("in")
    assert done.code == 0
    assert done.out.splitlines() == [
        "mail.example: 5 documents",
        "      5  last 1    Printed on the quay",
        "post.example: 5 documents",
        "      5  last 1    Printed on the quay",
        "the-post: 5 documents",
        "      5  last 1    Printed on the quay",
    ]
    assert done.err == "lines that come back: 3, in 15 documents; sources: 3\n"


def test_as_json(asked: Any, corpus: Any) -> None:
    found = json.loads(asked("in", "--output", "json").out)["sources"]
    assert [one["source"] for one in found] == ["mail.example", "post.example", "the-post"]
    line = {"documents": 5, "text": "Printed on the quay", "pattern": "Printed on the quay", "verb": "line"}
    assert found[0] == {"source": "mail.example", "documents": 5, "lines": [{**line, "where": {"last": 1}}]}


def test_more_documents_can_be_asked_for(asked: Any, corpus: Any) -> None:
    assert asked("in", "--least", "6").out == ""


def test_drafts_are_rules_that_report(asked: Any, bare: Any, rules: Path, corpus: Any) -> None:
    done = asked("in", "-o", "drafts")
    assert done.code == 0
    assert done.out.splitlines() == [f"drafts/{name}.yaml" for name in ("mail.example", "post.example", "the-post")]
    tested = bare("rules", "test", "--rules", rules, "--rules", "drafts", "post.example", "mail.example", "the-post")
    assert tested.code == 0, tested.err
    both = ("--rules", rules, "--rules", "drafts")
    assert "Printed on the quay" in bare("clean", "in/The Post/ash.txt", *both).out
    assert "Printed on the quay" not in bare("clean", "in/The Post/ash.txt", *both, "--level", "maybe").out
    assert bare("suggest", "in", *both, "--level", "maybe").out == ""


def test_no_draft_is_written_over_unless_asked_for(asked: Any, corpus: Any) -> None:
    asked("in/The Post", "-o", "drafts")
    Path("drafts/the-post.yaml").write_text("mine")
    done = asked("in/The Post", "-o", "drafts")
    assert done.code == 2
    assert "drafts/the-post.yaml: is there already" in done.err
    assert Path("drafts/the-post.yaml").read_text() == "mine"
    assert asked("in/The Post", "-o", "drafts", "--force").code == 0
    assert Path("drafts/the-post.yaml").read_text() != "mine"


def test_a_known_source_keeps_its_name(asked: Any, plant: Any) -> None:
    for name in NAMES:
        plant(f"in/{name}.txt", f"The {name}\n\n{PROSE}\n\nTESTMARK\n\nThe {name} again.\n")
    assert asked("in", "-o", "drafts").code == 0
    draft = Path("drafts/test.yaml").read_text()
    assert "source: test\n" in draft
    assert "match:" not in draft


def test_bad_input_is_told_and_the_rest_is_counted(asked: Any, plant: Any, corpus: Any) -> None:
    Path("in/The Post/broken.txt").write_bytes(b"\0\1\2\3")
    done = asked("in/The Post")
    assert done.code == 2
    assert "Printed on the quay" in done.out
    assert "broken.txt" in done.err
