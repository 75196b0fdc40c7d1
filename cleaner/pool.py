"""A pool of processes that keeps order: items in, what becomes of each out, in the order of the items."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from cleaner.problem import CleanerError, Problem

if TYPE_CHECKING:
    from collections import deque
    from concurrent.futures import Future

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

WINDOW: Final = 3
"""Items for each process that are out at a time: enough to keep all busy, and memory within bounds."""


def in_order(
    items: Iterable[Item],
    work: Callable[[Item], Outcome],
    jobs: int,
    is_local: Callable[[Item], bool] = lambda _: False,
) -> Iterator[Outcome]:
    """Yield ``work(item)`` for each item, in order, done by ``jobs`` processes.

    ``work`` is sent to each process once. Items that are ``is_local`` are worked on in this process, at once. Raises
    `CleanerError` where a process dies, which no item's content alone should bring about.
    """
    if jobs <= 1:
        yield from map(work, items)
        return
    from collections import deque
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Where it is safe, fork: the compiled rules are shared, and nothing is loaded twice.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_start_worker, initargs=(work, os.getpid()))
    waiting: deque[Future[Outcome] | _Ready[Outcome]] = deque()
    coming = iter(items)
    try:
        pool.submit(_nothing)  # starts the processes, before this one reads, grows and has threads
        while True:
            for item in islice(coming, max(0, WINDOW * jobs - len(waiting))):
                waiting.append(_Ready(work(item)) if is_local(item) else pool.submit(_work, item))
            if not waiting:
                break
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        problem = Problem("a worker process ended unexpectedly", hint="out of memory? try --jobs 1")
        raise CleanerError(problem) from error
    finally:
        # Waited for, so that nothing of the pool is left to fall over at exit; what runs now is a chunk at most.
        with contextlib.suppress(OSError):
            pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """How many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Ready(Generic[Outcome]):
    """What was done in this process."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def result(self) -> Outcome:
        return self._outcome


_worker: Callable[[Any], Any] | None = None


def _start_worker(work: Callable[[Any], Any], parent: int) -> None:
    """``parent``: the process that wants the work, by its own word: it may be gone before this one asks who it is."""
    global _worker
    _worker = work
    # Ctrl-C is the parent's to answer. A worker that died while it hands over a result would leave it waiting for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, who may have been killed without a chance to say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _nothing() -> None:
    pass


def _work(item: Any) -> Any:
    assert _worker is not None
    return _worker(item)
