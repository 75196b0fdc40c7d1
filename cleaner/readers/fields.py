"""Which fields of a record hold what: names with dots lead into records within records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cleaner.problem import CleanerError, Problem

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of the fields that count; each a path from the outside in.

    ``text`` is what is cleaned. ``html``: this field holds a page, whose text is taken out and goes to ``text``.
    ``edits``: the field that the edits are put into, a new one at the end of the record.
    """

    text: Path = ("text",)
    url: Path = ("url",)
    id: Path = ("id",)
    html: Path | None = None
    edits: str | None = None

    @property
    def read(self) -> Path:
        """The field that is read: the page where there is one, else the text."""
        return self.html or self.text


def path_of(name: str, option: str) -> Path:
    """``doc.text`` as its parts; a dot of the name itself is written ``\\.``. Raises `CleanerError`."""
    parts = tuple(part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", name))
    if not all(parts):
        raise CleanerError(Problem(f"{option}: {name!r} names no field", hint="write name, or outer.inner"))
    return parts


def shown(path: Path) -> str:
    """A path as it is written on the command line."""
    return ".".join(part.replace(".", "\\.") for part in path)


USUAL: Final = ("text", "content", "body", "article", "raw_content", "maintext")
"""How the field that holds the text is often called."""


def missing(path: Path, seen: list[str], file: str, option: str, hint_html: bool = True) -> Problem:
    """The problem that no record has the field ``path``; ``seen`` are the names they have, as `shown` has them."""
    from difflib import get_close_matches

    names = ", ".join(seen[:20]) + (", …" if len(seen) > 20 else "") or "none"
    leaves = [name for name in seen if not any(other.startswith(f"{name}.") for other in seen)]
    usual = [name for word in USUAL for name in leaves if name == word or name.endswith(f".{word}")]
    near = usual or get_close_matches(shown(path), leaves, n=1, cutoff=0.5)
    if near:
        hint = f"did you mean {option} {near[0]}?"
    elif hint_html and "html" in seen:
        hint = "is it --html-field html?"
    else:
        hint = f"name the field with {option}"
    return Problem(f"no record has the field `{shown(path)}`; the fields are: {names}", file, hint=hint)
