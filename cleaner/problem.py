"""Problems: what went wrong, where, and what to try. Floor 0: everything may use it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong. ``line`` and ``column`` count from 1; 0 where there is none."""

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    def __str__(self) -> str:
        """``file:line:column: message; hint``, leaving out what is not known."""
        place = self.file
        if self.line:
            place += f":{self.line}" + (f":{self.column}" if self.column else "")
        head = f"{place}: {self.message}" if place else self.message
        return f"{head}; {self.hint}" if self.hint else head


class CleanerError(Exception):
    """The base of all errors that a user can mend. Carries one or more problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class NotText(CleanerError):
    """What was to be read is no text: an image, an archive, a file with NUL characters in it."""
