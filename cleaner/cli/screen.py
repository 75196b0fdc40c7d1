"""What is said to people and programs: data to standard output, all else to standard error.

Texts of a corpus reach a terminal only through `safe`, so that no escape sequence in a scraped page can move
the cursor or forge a report. Clean text that is asked for as data goes out as it is.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import Final, NamedTuple, TextIO

from cleaner.cli.options import Settings
from cleaner.problem import Problem

# C0 (but tab and newline), DEL, C1, line separators, bidirectional overrides, lone surrogates.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "cut": "9;31",
}


def safe(text: str) -> str:
    """``text`` with every character that a terminal would obey written out, as in ``\\x1b``."""
    return _UNSAFE.sub(lambda found: _written_out(found[0]), text)


def excerpt(text: str, length: int = 60) -> str:
    """One line that shows the beginning of ``text``, without the blanks around it unless it is nothing else.

    What cannot be seen, such as a line end, is written out.
    """
    core = text.strip(" \t\r\n") or text
    shown = "".join(mark if mark.isprintable() else _written_out(mark) for mark in core[: length + 1])
    return shown if len(core) <= length and len(shown) <= length else shown[:length].rstrip() + "…"


def _written_out(mark: str) -> str:
    return mark.encode("unicode_escape").decode("ascii")


class Screen(NamedTuple):
    """How a run speaks. ``color`` is for standard output, ``error_color`` for standard error."""

    color: bool = False
    error_color: bool = False
    quiet: bool = False
    verbose: int = 0

    def paint(self, style: str, text: str) -> str:
        """``text`` in a style of `STYLES`, where standard output has colours."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.color and text else text

    def line(self, text: str = "") -> None:
        """One line of data."""
        write(sys.stdout, text + "\n")

    def data(self, raw: bytes) -> None:
        """Bytes of data, as they are."""
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()

    def note(self, text: str, verbose: int = 0) -> None:
        """One line of what is going on; not where it is to be quiet."""
        if not self.quiet and self.verbose >= verbose:
            write(sys.stderr, text + "\n")

    def problem(self, problem: Problem) -> None:
        """What went wrong: always said."""
        write(sys.stderr, self._alarm("error", "red") + safe(str(problem)) + "\n")

    def warning(self, text: str) -> None:
        """What is worth knowing, but no failure."""
        self.note(self._alarm("warning", "yellow") + safe(text))

    def _alarm(self, word: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{word}:\x1b[0m " if self.error_color else f"{word}: "


def write(stream: TextIO, text: str) -> None:
    """Write ``text`` to a stream of any encoding; what that has not is written out, as in ``\\u201c``."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def screen(settings: Settings) -> Screen:
    """The screen that the settings ask for."""
    return Screen(_has_color(settings, sys.stdout), _has_color(settings, sys.stderr), settings.quiet, settings.verbose)


def _has_color(settings: Settings, stream: TextIO) -> bool:
    if settings.color != "auto":
        return settings.color == "always"
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def say_problems(problems: Iterable[Problem]) -> None:
    """Say what went wrong before a screen could be set up, once each."""
    plain = Screen()
    for problem in dict.fromkeys(problems):
        plain.problem(problem)
