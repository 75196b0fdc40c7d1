"""The same corpus gives the same findings whichever door it comes in by: library, `check`, `clean` and the hook."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cleaner.engine import MAX_REMOVED, Cleaner, Options
from cleaner.readers.text import read
from cleaner.rules.load import load_library

ROOT = Path(__file__).parents[2]
CORPUS = sorted(path for folder in ("tests/fixtures", "seeds") for path in (ROOT / folder).glob("*.txt"))


def spans(edits: Any) -> list[tuple[int, int, str, tuple[str, ...]]]:
    return [(edit["start"], edit["end"], edit["new"], tuple(edit["rules"])) for edit in edits]


@pytest.mark.slow
@pytest.mark.parametrize("level", ["certain", "likely"])
def test_findings_are_the_same_by_every_door(bare: Any, here: Path, level: str) -> None:
    Path("corpus").mkdir()
    for path in CORPUS:
        shutil.copy(path, Path("corpus", path.name))
    shutil.copytree("corpus", "hooked")
    assert len(CORPUS) > 40
    names = [f"corpus/{path.name}" for path in CORPUS]
    cleaner = Cleaner(load_library(), Options(level=level))  # type: ignore[arg-type]
    wanted, texts = {}, {}
    for name in names:
        result = cleaner.clean(read(Path(name).read_bytes(), name)[0])
        assert result.problem is None
        wanted[name] = [(edit.start, edit.end, edit.new, edit.rules) for edit in result.edits]
        texts[name] = result.text
    assert sum(map(len, wanted.values())) > 50

    checked = json.loads(bare("check", "--level", level, "--output", "json", "corpus").out)["documents"]
    assert {one["path"]: spans(one["edits"]) for one in checked} == wanted

    assert bare("clean", "--level", level, "-o", "out", "--edits", "edits.jsonl", "corpus").code == 0
    lines = map(json.loads, Path("edits.jsonl").read_text().splitlines())
    assert {f"corpus/{one['id']}": spans(one["edits"]) for one in lines if one["edits"]} == {
        name: edits for name, edits in wanted.items() if edits
    }
    bare("clean", "--hook", "--level", level, "--max-removed", f"{MAX_REMOVED:.0%}", "hooked")
    for name in names:
        assert Path("out", name.partition("/")[2]).read_bytes().decode("utf-8") == texts[name], name
        assert Path("hooked", name.partition("/")[2]).read_bytes().decode("utf-8") == texts[name], name
    counted = bare("check", "--level", level, "hooked")
    assert counted.code == 0, counted.out
