"""The shelf: it may only save time."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.rules import cache, load, pattern
from cleaner.rules.load import Library, load_library

ROOT = Path(__file__).parents[2]
RULE = """\
source: a
match: {{any: [{{fingerprint: ['Example Network']}}]}}
rules:
  - id: promo
    why: An ad.
    category: promo
    line: '{0}'
    where: {{unless: {{follows: '/Keep .*/'}}, in: [head, tail]}}
    valid_from: 2024-01-01
    examples: ["[[Get our app]]", "Get our apples"]
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder for each test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / cache.FOLDER


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yaml").write_text(RULE.format("Get our app"), encoding="utf-8")
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often rule files are read."""
    counted: list[int] = []
    read = load._read

    def counting(*arguments: object) -> Library:
        counted.append(1)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "_read", counting)
    return counted


def loaded(folder: Path, *, cached: bool = True) -> Library:
    return load_library([folder], shipped=False, cache=cached)


def test_the_second_load_is_the_first_one_kept(rules: Path, reads: list[int]) -> None:
    first, second = loaded(rules), loaded(rules)
    assert len(reads) == 1
    assert second == first == loaded(rules, cached=False)
    assert second.digest == first.digest
    assert second.packs is not first.packs


def test_without_the_switch_nothing_is_kept_or_used(rules: Path, reads: list[int], home: Path) -> None:
    loaded(rules, cached=False)
    assert not home.exists()
    loaded(rules)
    loaded(rules, cached=False)
    assert len(reads) == 3


def test_a_changed_file_is_read_again(rules: Path, reads: list[int]) -> None:
    loaded(rules)
    path = rules / "a.yaml"
    before = path.stat()
    path.write_text(RULE.format("Get the app"), encoding="utf-8")  # as long as before
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert loaded(rules).rule("a/promo").targets[0].source == "Get the app"
    (rules / "b.yaml").write_text("source: b\n", encoding="utf-8")
    assert set(loaded(rules).packs) == {"a", "b"}
    (rules / "b.yaml").unlink()
    assert set(loaded(rules).packs) == {"a"}
    assert len(reads) == 4


def test_another_version_reads_again(rules: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    import regex

    loaded(rules)
    monkeypatch.setattr(cache, "__version__", "0")
    loaded(rules)
    monkeypatch.setattr(regex, "__version__", "0")
    loaded(rules)
    monkeypatch.setattr(cache, "_code", lambda: iter([Path(__file__)]))
    loaded(rules)
    assert len(reads) == 4
    loaded(rules)
    assert len(reads) == 4


@pytest.mark.parametrize("damage", [b"", b"nonsense", "half", "tail", "other"])
def test_a_damaged_shelf_costs_time_only(rules: Path, reads: list[int], home: Path, damage: str | bytes) -> None:
    first = loaded(rules)
    (kept,) = home.iterdir()
    raw = kept.read_bytes()
    stamp = raw[:32]
    versions = {"half": raw[: len(raw) // 2], "tail": stamp + b"\x80nonsense", "other": stamp + pickle.dumps([1])}
    kept.write_bytes(damage if isinstance(damage, bytes) else versions[damage])
    assert loaded(rules) == first
    assert len(reads) == 2
    assert loaded(rules) == first
    assert len(reads) == 2


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners and modes here")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_others_could_have_written_is_not_trusted(rules: Path, reads: list[int], home: Path, what: str) -> None:
    loaded(rules)
    assert home.stat().st_mode & 0o777 == 0o700
    (kept,) = home.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    (home if what == "folder" else kept).chmod(0o777)
    loaded(rules)
    assert len(reads) == 2


def test_a_link_is_not_trusted(rules: Path, reads: list[int], home: Path) -> None:
    loaded(rules)
    elsewhere = home.rename(home.with_name("elsewhere"))
    home.symlink_to(elsewhere)
    loaded(rules)
    assert len(reads) == 2


def test_another_owner_is_not_trusted(rules: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(rules)
    monkeypatch.setattr(os, "getuid", lambda: 12345, raising=False)
    loaded(rules)
    assert len(reads) == 2


def test_nowhere_to_keep_it_is_no_error(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert "a" in loaded(rules).packs

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert "a" in loaded(rules).packs


def test_where_caches_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache.cache_folder() == tmp_path / "cache" / cache.FOLDER
    for setting in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", setting)
        assert cache.cache_folder() == tmp_path / ".cache" / cache.FOLDER


def test_a_folder_named_from_elsewhere_has_a_place_of_its_own(
    rules: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rules.parent)
    assert loaded(Path("rules")).rule("a/promo").place.file == str(Path("rules", "a.yaml"))
    assert loaded(rules).rule("a/promo").place.file == str(rules / "a.yaml")
    other = rules.parent / "other"
    other.mkdir()
    rules.rename(other / "rules")
    monkeypatch.chdir(other)
    loaded(Path("rules"))
    assert len(reads) == 3


def test_old_ones_go(rules: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 3)
    for number in range(5):
        loaded(rules.rename(rules.with_name("rules") if not number else rules))
        rules = rules.rename(tmp_path / f"rules{number}")
    assert len(list(home.iterdir())) == 3


def test_expressions_come_back_compiled(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded(rules)
    monkeypatch.setattr(pattern, "_ready", {})
    kept = loaded(rules)
    wanted = {(p.expression, p.ignore_case) for p in kept.rule("a/promo").patterns()}
    wanted |= {(p.expression, p.ignore_case) for m in kept.packs["a"].match for p in m.fingerprint}
    assert set(pattern._ready) == wanted
    for expression, ignore_case in wanted:
        again, afresh = pickle.loads(pattern._ready[expression, ignore_case]), pattern.compiled(expression, ignore_case)
        assert (again.pattern, again.flags, again.groupindex) == (afresh.pattern, afresh.flags, afresh.groupindex)
    assert first == kept


def test_a_start_from_the_shelf_imports_neither_yaml_nor_msgspec(rules: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cleaner.rules.load import load_library\n"
        "load_library([Path(sys.argv[1])], shipped=False)\n"
        "print(sorted({'yaml', 'msgspec', 'rapidfuzz', 'pathspec'} & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code, str(rules)], capture_output=True, text=True, check=True, cwd=ROOT)
        for _ in range(2)
    ]
    assert runs[0].stdout.strip() != "[]"
    assert runs[1].stdout.strip() == "[]"
