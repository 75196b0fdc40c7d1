"""How far a run is: a bar on a terminal, lines where they are asked for, else nothing.

The bar is one line that is drawn anew and taken away before anything else is said. Nothing runs beside the work, so
that no thread stands in the way of processes that are forked, and no cursor stays hidden when a run is killed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final

from cleaner.cli.options import Settings
from cleaner.cli.screen import Screen

if TYPE_CHECKING:
    from rich.console import Console

DELAY: Final = 1.0
"""Seconds before the bar is shown: what is over by then needs none."""
PAUSE: Final = 0.1
"""Seconds from one drawing of the bar to the next."""
LINE_PAUSE: Final = 10.0
"""Seconds from one line to the next, where it is no terminal."""

RATIOS: Final = {"packed": 3.5, "parquet": 2.0, "warc": 0.5}
"""How much is read out of a byte on the disk, until the first file of a run that is done says better."""


class Progress:
    """Follows a run over files whose ``sizes`` (bytes on the disk) are known, one after the other.

    Without --progress it is shown on a terminal alone, and not with -q.
    """

    def __init__(self, settings: Settings, say: Screen, sizes: Sequence[int], noun: str = "documents") -> None:
        is_bar = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        is_wanted = settings.progress or (is_bar and not say.quiet)
        self.is_wanted = is_wanted and not settings.no_progress
        self._is_bar, self._color, self._noun = is_bar, say.error_color, noun
        self._sizes, self._total = sizes, sum(sizes)
        self._documents = self._read = self._characters = self._removed = 0
        self._before = self.index = 0
        self._skipped = self._inside = 0.0
        self._in_file = 0
        self._ratios = dict(RATIOS)
        self._began = monotonic()
        pause = DELAY if is_bar else LINE_PAUSE
        self._due = self._began + (0 if settings.progress and is_bar else pause)
        self._is_shown = False
        self._console: Console | None = None

    def skip(self, files: int, inside: int = 0) -> None:
        """So many files, the next ones, are done already, and of the one after them so much."""
        self.index += files
        self._before = sum(self._sizes[: self.index])
        self._inside = min(inside, self._sizes[self.index]) if self.index < len(self._sizes) else 0
        self._skipped = self._before + self._inside

    def advance(
        self, documents: int = 0, bytes: int = 0, removed: int = 0, characters: int = 0, form: str = "plain"
    ) -> None:
        """So much more is done. ``bytes``: what was read, unpacked; ``removed`` of ``characters`` went; ``form`` is the
        kind of the file, where its bytes are not those on the disk."""
        self._documents += documents
        self._read += bytes
        self._removed += removed
        self._characters += characters
        self._in_file += bytes
        self._inside += bytes / self._ratios.get(form, 1.0)
        self.show()

    def file_done(self, form: str = "plain") -> None:
        """The file in work is over."""
        if self.index < len(self._sizes):
            size = self._sizes[self.index]
            if form in self._ratios and size and self._in_file:
                self._ratios[form] = self._in_file / size
            self._before += size
        self.index += 1
        self._in_file, self._inside = 0, 0.0

    @property
    def share(self) -> float:
        """How much of the whole is done, from 0 to 1."""
        if not self._total:
            return 0.0
        size = self._sizes[self.index] if self.index < len(self._sizes) else 0
        return min(1.0, (self._before + min(self._inside, size)) / self._total)

    def text(self) -> str:
        """What is said of it: documents, MB a second, the share that was removed, the time left."""
        elapsed = max(monotonic() - self._began, 1e-6)
        parts = [f"{self._documents:,} {self._noun}", f"{self._read / elapsed / 1e6:.1f} MB/s"]
        if self._characters:
            parts.append(f"{self._removed / self._characters:.1%} removed")
        skipped = self._skipped / self._total if self._total else 0.0
        share = self.share
        if self._total and share > skipped:
            left = elapsed * (1 - share) / (share - skipped)
            parts += [f"{share:.0%}", f"{clock(left)} left"]
        return ", ".join(parts)

    def show(self) -> None:
        """Show it, where it is time to."""
        if not self.is_wanted or monotonic() < self._due:
            return
        if self._is_bar:
            sys.stderr.write(f"\r\x1b[2K{self._bar()}")
            self._is_shown = True
        else:
            sys.stderr.write(f"{self.text()}\n")
        sys.stderr.flush()
        self._due = monotonic() + (PAUSE if self._is_bar else LINE_PAUSE)

    def clear(self) -> None:
        """Take the bar away before something else is said."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._is_shown = False

    def close(self) -> None:
        """The run is over: take the bar away; where lines were asked for, say the last one."""
        self.clear()
        if self.is_wanted and not self._is_bar:
            sys.stderr.write(f"{self.text()}\n")
        self.is_wanted = False

    def _bar(self) -> str:
        from rich.console import Console
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        if self._console is None:
            self._console = Console(stderr=True, force_terminal=True, no_color=not self._color, highlight=False)
        text = Text(self.text(), no_wrap=True, overflow="ellipsis")
        row = Table.grid(padding=(0, 1))
        if self._total:
            bar = ProgressBar(total=1.0, completed=self.share, width=min(40, self._console.width // 4))
            row.add_row(bar, text)
        else:  # standard input: nobody knows how much there is
            row.add_row(text)
        with self._console.capture() as captured:
            self._console.print(row, width=self._console.width - 1, end="")
        return captured.get().rstrip("\n")


def clock(seconds: float) -> str:
    """A time to wait, as in ``0:42`` or ``3:07:15``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
