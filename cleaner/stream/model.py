"""What goes to the processes that clean a corpus of records, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cleaner.problem import Problem
from cleaner.readers.packed import Packing
from cleaner.sums import Sums

if TYPE_CHECKING:
    from cleaner.engine import Result

Kind = Literal["jsonl", "parquet", "warc"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that records come from: ``shown`` as reports name it, ``name`` its place in a tree of outputs.

    ``source`` is what the configuration's path map says, by ``pin``; ``skip`` what it leaves out by path. ``packing``
    is that of the output, ``output`` its path.
    """

    kind: Kind
    name: str
    shown: str
    packing: Packing = ""
    source: str | None = None
    pin: str = ""
    output: str | None = None
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """A run of records of one file. ``first`` is the number of its first record, ``offset`` and ``end`` where it
    begins and ends; -1 for an end at which nothing can be taken up. ``payload`` is what the kind's reader gives."""

    origin: Origin
    first: int
    count: int
    offset: int
    end: int
    payload: Any


@dataclass(slots=True)
class Counts:
    """The sums over some records, and how many could not be read. Can be added up and sent between processes."""

    sums: Sums = field(default_factory=Sums)
    unread: int = 0

    @property
    def documents(self) -> int:
        """All records, whatever became of them."""
        return self.sums.documents + self.unread

    @property
    def failed(self) -> int:
        """Those that were passed through."""
        return self.sums.failed + self.unread

    def __iadd__(self, other: Counts) -> Counts:
        self.sums += other.sums
        self.unread += other.unread
        return self

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)

    @staticmethod
    def of(plain: Mapping[str, Any]) -> Counts:
        """The counts that `plain` wrote."""
        return Counts(Sums.of(plain["sums"]), plain["unread"])


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that was passed through: ``line`` is its number in the file, ``problem`` says why."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one task: ``out``, ``edits`` and ``run_lines`` are ready to be written.

    ``results`` are there where they were asked for: the number of each record and what became of it. ``missing``
    says that no record of the task has the field that is to be cleaned.
    """

    origin: Origin
    out: bytes
    edits: bytes
    counts: Counts
    failures: tuple[Failure, ...]
    next_record: int
    end: int
    results: tuple[tuple[int, Result], ...] = ()
    missing: Problem | None = None
    size: int = 0
    run_lines: bytes = b""
