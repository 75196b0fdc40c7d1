"""The whole way with all shipped rules: clean the seeds, decide, save, clean again, and test the rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cleaner.cli import main
from cleaner.review.overrides import RulesHome
from cleaner.review.session import Session
from cleaner.rules.load import load_library
from cleaner.runs import find_run

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.slow
def test_what_was_decided_is_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SEEDS, tmp_path / "articles")
    (tmp_path / "cleaner.toml").write_text("# ours\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["clean", "articles", "-o", "clean", "-q"]) == 0
    before = {path.name: path.read_text("utf-8") for path in (tmp_path / "clean").glob("*.txt")}
    home = RulesHome(tmp_path, (), tmp_path / "cleaner.toml", load_library())
    session = Session(find_run(tmp_path), home)
    cuts = {cut.rule: cut for cut in session.review.cuts}
    kinds = {
        "theepochtimes.com/picture": "keep",
        "scmp.com/knowledge": "everywhere",
        "scraper-network/like-button": "accept",
        "apnews.com/contributors": "off",
        "dhs.gov/campaign-slogan": "example",
        "apnews.com/separator": "demote",
    }
    texts = {}
    for rule, kind in kinds.items():
        _, line, edit = session.review.edit(cuts[rule], 0)
        texts[rule] = (line.path.rpartition("/")[2], edit.old.strip())
        session.decide(kind, cuts[rule].key, 0)
        while kind == "demote" and session.journal.standing("draft")[-1].confidence != "maybe":
            session.decide(kind, cuts[rule].key, 0)
    planned = session.planned()
    assert planned["problems"] == []
    session.save(planned["digest"])
    assert main(["clean", "articles", "-o", "clean", "-q", "--force"]) == 0
    for rule, kind in kinds.items():
        name, text = texts[rule]
        after = (tmp_path / "clean" / name).read_text("utf-8")
        assert (text in after) == (kind in ("keep", "everywhere", "off", "demote")), rule
        assert text not in before[name]
    assert main(["rules", "test", "-q"]) == 0
    assert main(["rules", "lint", "-q"]) == 0
