"""The list of texts that were found clean: what is put in comes out, what is broken counts as nothing, old ones go."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import spotless
from cleaner.spotless import (
    DIGEST,
    FRESH_DAYS,
    KEPT_DAYS,
    MOST_RECORDS,
    NO_RECORDS,
    Entry,
    Spotless,
    digest_of,
    hash_of,
    key_of,
    read,
    today,
    write,
)

DAY = 2500


def entry(number: int, day: int = DAY, characters: int = 7, records: int = NO_RECORDS) -> Entry:
    return digest_of(b"key", str(number), b""), characters, records, day


@given(
    st.lists(
        st.dictionaries(
            st.binary(min_size=DIGEST, max_size=DIGEST),
            st.tuples(st.integers(0, 2**63), st.integers(NO_RECORDS, MOST_RECORDS), st.integers(0, 6)),
        )
    ),
    st.binary(min_size=DIGEST, max_size=DIGEST),
)
def test_what_was_put_in_is_found_and_nothing_else(
    added: list[dict[bytes, tuple[int, int, int]]], other: bytes
) -> None:
    entries, wanted = Spotless(), {}
    for some in added:
        entries = entries.with_entries([(digest, *rest) for digest, rest in some.items()], FRESH_DAYS - 1)
        wanted |= some
    assert len(entries) == len(wanted)
    for count in (1, 1_000_000):
        find = entries.finder(count)
        for digest, rest in wanted.items():
            assert find(digest) == (digest, *rest)
        assert (find(other) is not None) == (other in wanted)


def test_a_file_gives_back_what_was_written_and_stands_apart_from_git(tmp_path: Path) -> None:
    entries = Spotless().with_entries(map(entry, range(100)), today())
    write(tmp_path / "cache", entries)
    assert read(tmp_path / "cache") == entries
    assert (tmp_path / "cache" / ".gitignore").read_text().splitlines()[-1] == "*"
    assert sorted(os.listdir(tmp_path / "cache")) == [".gitignore", "clean"]


@pytest.mark.parametrize(
    "break_it",
    [
        lambda raw: b"",
        lambda raw: raw[:10],
        lambda raw: raw[:-1],
        lambda raw: raw[:-30],
        lambda raw: raw + b"x",
        lambda raw: raw[:50] + bytes([raw[50] ^ 1]) + raw[51:],
        lambda raw: b"other" + raw[5:],
        lambda raw: raw[:8] + b"\0\0" + raw[10:],
    ],
)
def test_a_broken_file_counts_as_none_and_is_made_again(tmp_path: Path, break_it: object) -> None:
    write(tmp_path, Spotless().with_entries(map(entry, range(9)), DAY))
    file = tmp_path / spotless.FILE
    file.write_bytes(break_it(file.read_bytes()))  # type: ignore[operator]
    assert read(tmp_path) == Spotless()
    write(tmp_path, read(tmp_path).with_entries([entry(1)], DAY))
    assert len(read(tmp_path)) == 1


def test_what_cannot_be_read_or_written_is_no_error(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == Spotless()
    (tmp_path / "file").write_bytes(b"")
    write(tmp_path / "file" / "cache", Spotless(entry(1)[0]))
    (tmp_path / spotless.FILE).mkdir()
    write(tmp_path, Spotless())
    assert sorted(os.listdir(tmp_path)) == [".gitignore", "clean", "file"], "no part is left"


def test_old_entries_go_and_those_asked_for_stay() -> None:
    entries = Spotless().with_entries([entry(1), entry(2)], DAY)
    entries = entries.with_entries([entry(1, DAY + KEPT_DAYS - 1)], DAY + KEPT_DAYS - 1)
    assert len(entries) == 2
    entries = entries.with_entries([entry(3, DAY + KEPT_DAYS + FRESH_DAYS)], DAY + KEPT_DAYS + FRESH_DAYS)
    assert entries.find(entry(1)[0]) is not None
    assert entries.find(entry(2)[0]) is None


def test_it_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spotless, "MOST", 100)
    entries = Spotless()
    for number in range(500):
        entries = entries.with_entries([entry(number, DAY + number // 100)], DAY + number // 100)
        assert len(entries) <= 100
    assert entries.find(entry(499)[0]) is not None


def test_parts_of_killed_processes_are_swept(tmp_path: Path) -> None:
    old, new = tmp_path / "clean-0.part", tmp_path / "clean-1.part"
    for part in (old, new):
        part.write_bytes(b"")
    os.utime(old, (time.time() - 90_000,) * 2)
    write(tmp_path, Spotless(b"", today()))
    assert (old.exists(), new.exists()) == (False, True)


def test_borders_count_in_keys_and_names() -> None:
    assert key_of(iter([b"ab", b"c"])) != key_of(iter([b"a", b"bc"]))
    assert digest_of(b"k", "ab", b"c") != digest_of(b"k", "a", b"bc")
    assert digest_of(b"k", "a", b"b") != digest_of(b"l", "a", b"b")


def test_how_a_content_is_read_makes_no_difference() -> None:
    assert hash_of(iter([b"ab", b"c"])) == hash_of(iter([b"abc"])) != hash_of(iter([b"abd"]))
