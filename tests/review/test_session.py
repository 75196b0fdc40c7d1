"""Each decision, to the bytes in the files; and that `cleaner clean` then gives what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cleaner.cli import main
from cleaner.problem import CleanerError
from cleaner.review.session import Session

TEASER = "Also read: The rain in numbers"
POEM = "Also read: a poem"


def both(project: Any, session: Session) -> None:
    """Save, clean again, and run the rules' examples."""
    project.write(session)
    assert project.clean() == 0
    assert main(["rules", "test", "-q"]) == 0


def test_before_anything_is_decided_it_is_cut(project: Any) -> None:
    assert TEASER not in project.out("0.txt")
    assert POEM not in project.out("2.txt")
    assert "By Grace Hopper" not in project.out("3.txt")
    assert "Advertisement" not in project.out("0.txt")


def test_keep_this(project: Any) -> None:
    session = project.session()
    session.decide("keep", project.cut(session, POEM), 0)
    both(project, session)
    assert POEM in project.out("2.txt")
    assert TEASER not in project.out("2.txt")
    (entry,) = yaml.safe_load(project.keep_file())["keep"]
    assert entry["rules"] == ["news.example/teaser"]
    assert entry["text"].startswith(POEM)
    assert entry["file"].endswith("2.txt")
    assert len(entry["fingerprint"]) == 16


def test_keep_a_cut_of_many_places_keeps_all_of_them(project: Any) -> None:
    session = project.session()
    session.decide("keep", project.cut(session, TEASER), 0)
    both(project, session)
    assert all(TEASER in project.out(f"{number}.txt") for number in range(4))
    assert POEM not in project.out("2.txt")
    (entry,) = yaml.safe_load(project.keep_file())["keep"]
    assert (entry["text_everywhere"], entry["rules"]) == (TEASER, ["news.example/teaser"])


def test_keep_only_here(project: Any) -> None:
    session = project.session()
    key = project.cut(session, TEASER)
    session.decide("here", key, 1)
    document, _ = session.review.cut(key).place(1)
    both(project, session)
    kept = session.review.documents[document].name.rpartition("/")[2]
    assert [TEASER in project.out(f"{number}.txt") for number in range(4)] == [f"{n}.txt" == kept for n in range(4)]


def test_keep_everywhere(project: Any) -> None:
    session = project.session()
    session.decide("everywhere", project.cut(session, TEASER), 0)
    both(project, session)
    assert all(TEASER in project.out(f"{number}.txt") for number in range(4))
    (entry,) = yaml.safe_load(project.keep_file())["keep"]
    assert entry["text_everywhere"] == TEASER
    assert not entry.get("rules")


@pytest.mark.parametrize("kind", ["accept", "rest"])
def test_accept_changes_no_output_and_is_not_asked_again(project: Any, kind: str) -> None:
    before = [project.out(f"{number}.txt") for number in range(4)]
    session = project.session()
    key = project.cut(session, POEM)
    session.decide(kind, key, 0)
    both(project, session)
    assert [project.out(f"{number}.txt") for number in range(4)] == before
    again = project.session()
    assert again.show.cut(project.cut(again, POEM))["state"] == "accepted"
    other = again.show.cut(project.cut(again, TEASER))["state"]
    assert other == ("accepted" if kind == "rest" else "open")


def test_demote_our_own_rule(project: Any) -> None:
    before = project.rules()
    session = project.session()
    key = project.cut(session, "By Ada Byron")
    session.decide("demote", key, 0)
    both(project, session)
    assert project.rules() == before.replace("confidence: certain       # proven", "confidence: likely       # proven")
    assert "By Ada Byron" not in project.out("0.txt")
    again = project.session()
    again.decide("demote", project.cut(again, "By Ada Byron"), 0)
    both(project, again)
    assert project.rules() == before.replace("confidence: certain       # proven", "confidence: maybe       # proven")
    assert "By Ada Byron" in project.out("0.txt")


def test_demoting_twice_goes_two_steps_and_no_further(project: Any) -> None:
    session = project.session()
    key = project.cut(session, "By Ada Byron")
    session.decide("demote", key, 0)
    session.decide("demote", key, 0)
    with pytest.raises(CleanerError, match="lowest confidence"):
        session.decide("demote", key, 0)
    both(project, session)
    assert "confidence: maybe " in project.rules()


def test_switch_off_our_own_rule(project: Any) -> None:
    before = project.rules()
    session = project.session()
    session.decide("off", project.cut(session, POEM), 0)
    assert session.show.cut(project.cut(session, TEASER))["state"] == "off"
    both(project, session)
    assert POEM in project.out("2.txt")
    added = "disable:\n  - news.example/teaser\n"
    assert project.rules() == before.replace("source: news.example\n", f"source: news.example\n{added}")


def test_switch_off_a_shipped_rule(project: Any) -> None:
    session = project.session()
    key = project.cut(session, "Advertisement")
    rule = session.review.cut(key).rule
    session.decide("off", key, 0)
    both(project, session)
    assert "Advertisement" in project.out("0.txt")
    file = project.folder / "my-rules" / "generic-ad-label-review.yaml"
    assert yaml.safe_load(file.read_text("utf-8")) == {"source": "generic", "disable": [rule]}


def test_demote_a_shipped_rule(project: Any) -> None:
    session = project.session()
    key = project.cut(session, "Advertisement")
    rule = session.review.cut(key).rule
    while session._confidence(rule, session.home.library.rule(rule).confidence) != "maybe":
        session.decide("demote", key, 0)
    both(project, session)
    assert "Advertisement" in project.out("0.txt")
    said = yaml.safe_load((project.folder / "my-rules" / "generic-ad-label-review.yaml").read_text("utf-8"))
    assert said["disable"] == [rule]
    assert [(one["id"], one["confidence"]) for one in said["rules"]] == [(f"{rule.partition('/')[2]}-own", "maybe")]


def test_a_rules_folder_is_made_where_there_is_none(project: Any) -> None:
    (project.folder / "cleaner.toml").write_text("# mine\nlevel = 'likely'\n[sources]\n", "utf-8")
    assert project.clean() == 0
    session = project.session()
    session.decide("off", project.cut(session, "Advertisement"), 0)
    both(project, session)
    config = (project.folder / "cleaner.toml").read_text("utf-8")
    assert config == "# mine\nlevel = 'likely'\nrules = [\"cleaner-rules\"]\n\n[sources]\n"
    assert "Advertisement" in project.out("0.txt")


def test_an_exception_outlives_the_demotion_of_its_shipped_rule(project: Any) -> None:
    """A fingerprint holds the rule's name, and a demoted shipped rule gets another."""
    session = project.session()
    key = project.cut(session, "Advertisement")
    rule = session.review.cut(key).rule
    assert session.home.library.rule(rule).confidence == "certain", "else this shows nothing"
    session.decide("here", key, 0)
    session.decide("demote", key, 0)
    both(project, session)
    assert "Advertisement" in project.out("0.txt")


def test_save_a_right_cut_as_an_example(project: Any) -> None:
    before = project.rules()
    session = project.session()
    session.decide("example", project.cut(session, POEM), 0)
    both(project, session)
    after = project.rules()
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(new) == 1
    assert "[[Also read: a poem, she told the crowd, and the crowd read it too.]]" in new[0]
    assert [line for line in after.splitlines() if line not in new] == before.splitlines()


def test_save_a_wrong_cut_as_an_example(project: Any) -> None:
    session = project.session()
    key = project.cut(session, POEM)
    session.decide("keep", key, 0)
    session.decide("example", key, 0)
    both(project, session)
    assert POEM in project.out("2.txt")
    assert TEASER not in project.out("2.txt")
    said = yaml.safe_load(project.rules())
    assert POEM in said["rules"][1]["examples"][-1]
    assert "[[" not in said["rules"][1]["examples"][-1]
    (kept,) = said["keep"]
    assert kept["line"].startswith(POEM)
    assert main(["rules", "lint", "-q"]) == 0


def test_save_a_cut_of_a_shipped_rule_as_an_example(project: Any) -> None:
    session = project.session()
    session.decide("example", project.cut(session, "Advertisement"), 0)
    both(project, session)
    assert "Advertisement" not in project.out("0.txt")
    said = yaml.safe_load((project.folder / "my-rules" / "generic-ad-label-review.yaml").read_text("utf-8"))
    assert "[[Advertisement - Continue Reading Below]]" in said["rules"][0]["examples"][-1]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, TEASER) for kind in ("accept", "keep", "here", "everywhere", "rest")),
        *((kind, text) for kind in ("demote", "off", "example") for text in (POEM, "Advertisement")),
    ],
)
def test_every_decision_can_be_undone_once_it_was_saved(project: Any, kind: str, text: str) -> None:
    before = project.rules()
    session = project.session()
    session.decide(kind, project.cut(session, text), 0)
    project.write(session)
    session.undo(None)
    assert session.show.cut(project.cut(session, text))["state"] == "open"
    project.write(session)
    assert project.rules() == before
    keep = project.folder / ".cleaner" / "keep.yml"
    said = (yaml.safe_load(keep.read_text("utf-8")) if keep.exists() else None) or {}
    assert not any(said.values())
    review = project.folder / "my-rules" / "generic-ad-label-review.yaml"
    if review.exists():
        assert yaml.safe_load(review.read_text("utf-8")) == {"source": "generic"}
    assert project.clean() == 0
    assert TEASER not in project.out("2.txt")
    assert POEM not in project.out("2.txt")


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_later_verdict_takes_the_place_of_an_earlier_one(project: Any, is_saved: bool) -> None:
    session = project.session()
    key = project.cut(session, POEM)
    session.decide("keep", key, 0)
    if is_saved:
        project.write(session)
    session.decide("accept", key, 0)
    assert session.show.cut(key)["state"] == "accepted"
    both(project, session)
    assert POEM not in project.out("2.txt")
    assert list(yaml.safe_load(project.keep_file())) == ["accepted"]


def test_broken_bytes_can_be_looked_at_and_kept(project: Any) -> None:
    """A byte that is no UTF-8 is a lone surrogate in the record."""
    file = project.folder / "corpus" / "0.txt"
    umlauts = "Es regnete den ganzen Tag in der Stadt. Äpfel und Öl und Übermut. " * 5
    file.write_bytes(f"{umlauts}\n\nAlso read: a ".encode() + b"\xff text\n")
    assert project.clean() == 0
    session = project.session()
    key = project.cut(session, "Also read: a \udcff")
    with pytest.raises(CleanerError, match="bytes"):
        session.decide("everywhere", key, 0)
    with pytest.raises(CleanerError, match="bytes"):
        session.decide("example", key, 0)
    session.decide("keep", key, 0)
    project.write(session)
    assert project.clean() == 0
    assert b"Also read: a \xff text" in (project.folder / "clean" / "0.txt").read_bytes()
    assert Session(session.review.folder, project.home()).planned()["saved"]


def test_places_are_kept_one_by_one(project: Any) -> None:
    session = project.session()
    key = project.cut(session, TEASER)
    session.decide("here", key, 0)
    assert session.show.cut(key)["state"] == "part"
    for place in (1, 2, 3):
        session.decide("here", key, place)
    assert session.show.cut(key)["state"] == "kept"
    both(project, session)
    assert all(TEASER in project.out(f"{number}.txt") for number in range(4))


def test_a_draft_undone_leaves_nothing_to_write(project: Any) -> None:
    session = project.session()
    key = project.cut(session, POEM)
    session.decide("keep", key, 0)
    assert session.show.cut(key)["state"] == "kept"
    assert session.undo(None)["drafts"] == 0
    assert session.show.cut(key)["state"] == "open"
    assert session.planned()["files"] == []
    with pytest.raises(CleanerError, match="nothing to undo"):
        session.undo(None)


def test_drafts_outlive_the_server(project: Any) -> None:
    session = project.session()
    session.decide("keep", project.cut(session, POEM), 0)
    again = project.session()
    assert again.journal.drafts == 1
    assert again.show.cut(project.cut(again, POEM))["state"] == "kept"
    journal = project.run / "review.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"taken": {"num')
    torn = project.session()
    torn.decide("accept", project.cut(torn, TEASER), 0)
    assert project.session().journal.drafts == 2


def test_killed_between_writing_and_noting_it(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = project.session()
    session.decide("keep", project.cut(session, POEM), 0)
    monkeypatch.setattr(session, "_note_written", lambda: None)
    project.write(session)
    again = project.session()
    assert again.journal.drafts == 1
    assert again.planned()["files"] == []
    assert again.journal.drafts == 0
    assert len(yaml.safe_load(project.keep_file())["keep"]) == 1


def test_what_is_written_is_what_was_shown(project: Any) -> None:
    session = project.session()
    session.decide("off", project.cut(session, POEM), 0)
    digest = session.planned()["digest"]
    file = project.folder / "my-rules" / "news.yaml"
    file.write_text(project.rules() + "# changed meanwhile\n", "utf-8")
    with pytest.raises(CleanerError, match="have changed"):
        session.save(digest)
    assert "disable" not in project.rules()
    project.write(session)
    assert project.rules().endswith("# changed meanwhile\n")
    assert "disable" in project.rules()


def test_a_rule_that_would_not_load_is_not_written(project: Any) -> None:
    session = project.session()
    session.decide("off", project.cut(session, POEM), 0)
    file = project.folder / "my-rules" / "other.yaml"
    file.write_text("source: broken\nrules: [x]\n", "utf-8")
    planned = session.planned()
    assert any("other.yaml" in problem for problem in planned["problems"])
    with pytest.raises(CleanerError):
        session.save(planned["digest"])
    assert "disable" not in project.rules()


def test_a_rules_folder_outside_of_the_project_is_not_written(project: Any, tmp_path: Path) -> None:
    (project.folder / "my-rules").rename(tmp_path / "far")
    (project.folder / "cleaner.toml").write_text(
        "rules = ['../far']\n[sources]\n'corpus/**' = 'news.example'\n", "utf-8"
    )
    session = project.session()
    session.decide("off", project.cut(session, POEM), 0)
    planned = session.planned()
    assert planned["problems"]
    assert (tmp_path / "far" / "news.yaml").read_text("utf-8").count("disable") == 0


def test_the_sample_says_what_it_allows(project: Any) -> None:
    session = project.session()
    assert session.show.cut(project.cut(session, POEM))["bound"] == ""
    session.decide("accept", project.cut(session, POEM), 0)
    assert session.show.cut(project.cut(session, POEM))["bound"] == "0 wrong of 1: at most 95 % wrong, 95 %"
    session.decide("keep", project.cut(session, TEASER), 0)
    assert session.show.cut(project.cut(session, POEM))["bound"] == "1 wrong of all 2"


def test_accepting_the_rest_is_not_looking_at_it(project: Any) -> None:
    session = project.session()
    session.decide("rest", project.cut(session, POEM), 0)
    assert session.show.cut(project.cut(session, POEM))["bound"] == ""
    project.write(session)
    assert project.session().show.cut(project.cut(session, POEM))["bound"] == ""
