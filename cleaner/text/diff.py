"""Unified diffs, made from edits and never by comparing texts, and read again to undo them.

`patch` takes them both ways (``--binary`` where lines end in ``\\r\\n``). For it a line ends at ``\\n`` and nowhere
else: a lone ``\\r`` or U+2028 stands inside a line. Each hunk's heading names the rules that made it. Nothing here
looks at every line of what did not change, so a large text costs little more than its edits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cleaner.problem import CleanerError, Problem
from cleaner.text.codec import encode
from cleaner.text.edit import Edit, apply

CONTEXT: Final = 3

_HEADING: Final = re.compile(rb"@@ -(\d{1,15})(?:,(\d{1,15}))? \+(\d{1,15})(?:,(\d{1,15}))? @@(?: .*)?", re.DOTALL)
_AHEAD: Final = (b"diff ", b"index ", b"old mode ", b"new mode ", b"new file mode ", b"deleted file mode ")
"""Lines that git writes before a file's own."""
_SPECIAL: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES: Final = {
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    '"': '"',
    "\\": "\\",
}
_REMARK: Final = b"\\ "
"""How ``\\ No newline at end of file`` begins, in any language."""
_CHUNK: Final = 1 << 16


def unified(old_name: str, new_name: str, text: str, edits: Iterable[Edit], context: int = CONTEXT) -> str:
    """Return the diff from ``text`` to what ``edits`` make of it; ``""`` where they change nothing.

    ``edits`` are sound for ``text``. A name with a quote, a backslash or a control character in it is quoted in the
    manner of C, as git does.
    """
    body = "".join(_hunks(text, _changes(text, edits), context))
    return f"--- {_quoted(old_name)}\n+++ {_quoted(new_name)}\n{body}" if body else ""


def unified_bytes(old_name: str, new_name: str, text: str, encoding: str, edits: Sequence[Edit]) -> bytes:
    """Return the diff for the bytes of a file: of ``text`` in ``encoding``, to those of the edited text.

    Names and rule ids in it are UTF-8. Lines end at the byte ``\\n``; in UTF-16 that may stand inside a character,
    which `patch` does not mind. Raises `CleanerError` for a character that ``encoding`` does not have.
    """
    # Whole lines are encoded, not pieces of them: shift states and pairs of characters with one code end with a line.
    pieces: list[bytes] = []
    in_bytes: list[Edit] = []
    at = offset = 0
    try:
        for change in _changes(text, edits):
            kept, old, new = (
                encode(part, encoding)
                for part in (text[at : change.start], text[change.start : change.end], change.new)
            )
            pieces += (kept, old)
            start, at = offset + len(kept), change.end
            offset = start + len(old)
            rules = tuple(map(_in_bytes, change.rules))
            in_bytes.append(Edit(start, offset, old.decode("latin-1"), new.decode("latin-1"), rules))
        if not in_bytes:
            return b""
        pieces.append(encode(text[at:], encoding))
    except CleanerError:
        encode(apply(text, edits), encoding)  # says where in the whole the character stands
        raise
    names = _in_bytes(old_name), _in_bytes(new_name)
    return unified(*names, b"".join(pieces).decode("latin-1"), in_bytes).encode("latin-1")


def _in_bytes(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


@dataclass(frozen=True, slots=True)
class _Change:
    """Whole lines ``[start, end)`` that become ``new``, which is whole lines too; only a text's last may be open."""

    start: int
    end: int
    new: str
    rules: tuple[str, ...]


def _changes(text: str, edits: Iterable[Edit]) -> Iterator[_Change]:
    """Widen edits to whole lines, leave out what stays, and make one change of those that touch."""
    last: _Change | None = None
    for change in _widened(text, edits):
        joined = _trimmed(text, change)
        if last and joined and last.end == joined.start:
            rules = tuple(dict.fromkeys(last.rules + joined.rules))
            last = _trimmed(text, _Change(last.start, joined.end, last.new + joined.new, rules))
        elif joined:
            if last:
                yield last
            last = joined
    if last:
        yield last


def _widened(text: str, edits: Iterable[Edit]) -> Iterator[_Change]:
    """Yield edits as whole lines, one change for those that share a line."""
    todo = [edit for edit in edits if edit.old != edit.new]
    number = 0
    while number < len(todo):
        start = at = text.rfind("\n", 0, todo[number].start) + 1
        new, stop = "", 0
        rules: list[str] = []
        while number < len(todo):
            edit = todo[number]
            number += 1
            new += text[at : edit.start] + edit.new
            rules += edit.rules
            at = edit.end
            if (at == start or text[at - 1] == "\n") and (not new or new.endswith("\n")):
                break
            if at >= stop:  # not for each of the edits in one long line
                stop = _ahead(text, at, 1)
            if number == len(todo) or todo[number].start >= stop < len(text):
                new += text[at:stop]
                at = stop
                break
        yield _Change(start, at, new, tuple(dict.fromkeys(rules)))


def _trimmed(text: str, change: _Change) -> _Change | None:
    """Without the lines at both ends that are the same in old and new; None where nothing else is there."""
    old, new = text[change.start : change.end], change.new
    if old == new:
        return None
    head = 0
    while line := old[head : old.find("\n", head) + 1]:
        if not new.startswith(line, head):
            break
        head += len(line)
    tail = 0
    while head < min(len(old), len(new)) - tail:
        line = old[max(head, old.rfind("\n", 0, len(old) - tail - 1) + 1) : len(old) - tail]
        before = len(new) - tail - len(line)
        if before < head or not new.startswith(line, before) or (before > head and new[before - 1] != "\n"):
            break
        tail += len(line)
    return _Change(change.start + head, change.end - tail, new[head : len(new) - tail], change.rules)


def _hunks(text: str, changes: Iterable[_Change], context: int) -> Iterator[str]:
    """Yield each hunk: the changes that stand at most twice the context apart."""
    line, counted, drift = 1, 0, 0
    for group in _groups(text, changes, context):
        start, end = _back(text, group[0].start, context), _ahead(text, group[-1].end, context)
        line += text.count("\n", counted, start)
        counted = start
        body: list[str] = []
        at = start
        old_lines = new_lines = _line_count(text[start:end])
        for change in group:
            old = text[change.start : change.end]
            body += (_marked(" ", text[at : change.start]), _marked("-", old), _marked("+", change.new))
            new_lines += _line_count(change.new) - _line_count(old)
            at = change.end
        body.append(_marked(" ", text[at:end]))
        rules = dict.fromkeys(rule for change in group for rule in change.rules)
        heading = f"@@ -{_range(line, old_lines)} +{_range(line + drift, new_lines)} @@ {', '.join(rules)}"
        yield " ".join(heading.split()) + "\n" + "".join(body)
        drift += new_lines - old_lines


def _groups(text: str, changes: Iterable[_Change], context: int) -> Iterator[list[_Change]]:
    group: list[_Change] = []
    for change in changes:
        if group and change.start > _ahead(text, group[-1].end, 2 * context):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _back(text: str, at: int, lines: int) -> int:
    """The start of the line that stands ``lines`` before the one that starts ``at``."""
    while lines and at:
        at = text.rfind("\n", 0, at - 1) + 1
        lines -= 1
    return at


def _ahead(text: str, at: int, lines: int) -> int:
    """The end of the ``lines``-th line from ``at``, its line end with it."""
    while lines and at < len(text):
        at = text.find("\n", at) + 1 or len(text)
        lines -= 1
    return at


def _line_count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and text != "")


def _marked(mark: str, lines: str) -> str:
    """``lines`` with ``mark`` before each, and the remark that diffs make on a last line without a line end."""
    if not lines:
        return ""
    if lines.endswith("\n"):
        return mark + lines[:-1].replace("\n", f"\n{mark}") + "\n"
    return mark + lines.replace("\n", f"\n{mark}") + "\n\\ No newline at end of file\n"


def _range(line: int, count: int) -> str:
    """Where lines stand; of none, the line before counts."""
    return str(line) if count == 1 else f"{line if count else line - 1},{count}"


def _quoted(name: str) -> str:
    """A file's name as a diff has it. A tab ends one that has a space in it, so that `patch` sees no date there."""
    quoted = _SPECIAL.sub(lambda found: "\\" + _ESCAPES.get(found[0], f"{ord(found[0]):03o}"), name)
    if quoted != name:
        return f'"{quoted}"'
    return f"{name}\t" if " " in name else name


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a hunk: its first line's number, its bytes, and the line of the diff that each line stands in."""

    line: int
    lines: bytes
    places: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        """True where the last line has no line end, which only a text's last line may do."""
        return self.lines != b"" and not self.lines.endswith(b"\n")


@dataclass(frozen=True, slots=True)
class _Hunk:
    """A hunk as it was read. ``place``: its heading's line in the diff. ``leading``, ``trailing``: lines of context."""

    place: int
    old: _Side
    new: _Side
    leading: int
    trailing: int


def undo(clean: bytes, diff: bytes) -> bytes:
    """Return what ``clean`` was before the change that ``diff`` describes; ``clean`` itself where ``diff`` is empty.

    ``diff`` is a unified diff of one file, as `unified_bytes`, ``diff -u`` and ``git diff`` write it. Every line of it
    must stand where it says: nothing is searched for, nothing is guessed. Raises `CleanerError` otherwise.
    """
    return _replayed(clean, [(hunk, hunk.new, hunk.old) for hunk in _read(diff)])


def redo(original: bytes, diff: bytes) -> bytes:
    """Return what ``diff`` makes of ``original``, as strictly as `undo`."""
    return _replayed(original, [(hunk, hunk.old, hunk.new) for hunk in _read(diff)])


def _replayed(text: bytes, hunks: Sequence[tuple[_Hunk, _Side, _Side]]) -> bytes:
    """Put the second side of each hunk in the place of the first. Raises `CleanerError` where that does not stand."""
    # A hunk with less context than the others touches an end of the text; without any it is the whole of it.
    context = max((max(hunk.leading, hunk.trailing) for hunk, _, _ in hunks), default=0) or CONTEXT
    pieces: list[bytes] = []
    at, line, drift = 0, 1, 0
    for hunk, have, want in hunks:
        start = _skipped(text, at, have.line - line)
        if start is None or (start == len(text) and text and not text.endswith(b"\n")):
            raise _refused(hunk, f"begins at line {have.line}, which the text does not have")
        if want.line - have.line != drift:
            raise _refused(
                hunk, f"has the lines {have.line} and {want.line}, but those before it make it {have.line + drift}"
            )
        end = start + len(have.lines)
        if text[start:end] != have.lines or (have.is_open and end != len(text)):
            raise _differs(text, start, have)
        if end != len(text) and (want.is_open or hunk.trailing < context):
            raise _refused(hunk, f"ends with the text, but that goes on with {_shown(text[end:])}")
        if start and hunk.leading < context:
            raise _refused(hunk, f"begins with the text, but that has {have.line - 1} lines before it")
        pieces += (text[at:start], want.lines)
        at, line = end, have.line + len(have.places)
        drift += len(want.places) - len(have.places)
    pieces.append(text[at:])
    return b"".join(pieces)


def _skipped(text: bytes, at: int, lines: int) -> int | None:
    """The offset behind ``lines`` line ends from ``at``, or None where there are fewer, or it is behind us."""
    if lines < 0:
        return None
    while (seen := text.count(b"\n", at, at + _CHUNK)) < lines:
        at += _CHUNK
        lines -= seen
        if at >= len(text):
            return None
    for _ in range(lines):
        at = text.index(b"\n", at) + 1
    return at


def _read(diff: bytes) -> list[_Hunk]:
    """Return the hunks of a diff. Raises `CleanerError`, naming the line, where it is none, or cut, or of two files."""
    if not diff:
        return []
    lines = diff.split(b"\n")
    if lines.pop():
        raise _broken(len(lines) + 1, "has no line end; the diff was cut short")
    number = 0
    while number < len(lines) and lines[number].startswith(_AHEAD):
        number += 1
    for mark in (b"--- ", b"+++ "):
        if number == len(lines) or not lines[number].startswith(mark):
            raise _broken(number + 1, f"should begin with '{mark.decode()}'; this is no unified diff")
        if lines[number].endswith(b"\r"):
            raise _broken(number + 1, "ends in CRLF; the diff's line ends were changed, get it as it was written")
        number += 1
    hunks: list[_Hunk] = []
    while number < len(lines):
        hunk, number = _read_hunk(lines, number)
        hunks.append(hunk)
    if not hunks:
        raise _broken(number, "is the last; a hunk should follow it")
    return hunks


def _read_hunk(lines: Sequence[bytes], number: int) -> tuple[_Hunk, int]:
    """Read the hunk whose heading is ``lines[number]``; return also the number of what follows it."""
    heading = _HEADING.fullmatch(lines[number])
    if heading is None:
        if lines[number].startswith((b"--- ", b"diff ", b"Index: ")):
            raise _broken(number + 1, "begins another file; only diffs of one file can be undone")
        shown = _shown(lines[number] + b"\n")
        raise _broken(number + 1, f"should be the heading of a hunk (@@ -1,7 +1,6 @@), not {shown}")
    place = number = number + 1
    old_line, old_count, new_line, new_count = (1 if part is None else int(part) for part in heading.groups())
    old: list[bytes] = []
    new: list[bytes] = []
    old_places: list[int] = []
    new_places: list[int] = []
    leading, trailing, mark = 0, 0, b""
    while True:
        is_full = len(old) >= old_count and len(new) >= new_count
        if is_full and (number == len(lines) or not lines[number].startswith(_REMARK)):
            break
        if number == len(lines):
            raise _broken(number, f"is the last, but the hunk of line {place} goes on; the diff was cut short")
        line = lines[number]
        number += 1
        if line.startswith(_REMARK):
            sides = {b" ": (old, new), b"-": (old,), b"+": (new,)}.get(mark, ())
            if not sides or any(len(side) == 0 or not side[-1].endswith(b"\n") for side in sides):
                raise _broken(number, "says that there is no newline, but not of which line")
            for side in sides:
                side[-1] = side[-1][:-1]
            continue
        mark = line[:1] or b" "  # some programs write an empty line of context as nothing at all
        if mark not in b" -+":
            shown = _shown(line + b"\n")
            raise _broken(number, f"should begin with a space, - or +, not {shown}")
        for side, places, marks in ((old, old_places, b" -"), (new, new_places, b" +")):
            if mark in marks:
                if side and not side[-1].endswith(b"\n"):
                    raise _broken(number, "follows a line that should be the last")
                side.append(line[1:] + b"\n")
                places.append(number)
        trailing = trailing + 1 if mark == b" " else 0
        if len(old) == len(new) == trailing:
            leading = trailing
    if len(old) > old_count or len(new) > new_count:
        raise _broken(place, f"says {old_count} and {new_count} lines, but {len(old)} and {len(new)} follow")
    before = _Side(old_line + (not old_count), b"".join(old), tuple(old_places))
    after = _Side(new_line + (not new_count), b"".join(new), tuple(new_places))
    return _Hunk(place, before, after, leading, trailing), number


def _broken(number: int, message: str) -> CleanerError:
    return CleanerError(Problem(f"line {number} of the diff {message}", hint="nothing was undone"))


def _refused(hunk: _Hunk, message: str) -> CleanerError:
    hint = "was the text changed since? it was left alone"
    return CleanerError(Problem(f"the hunk in line {hunk.place} of the diff {message}", hint=hint))


def _differs(text: bytes, at: int, have: _Side) -> CleanerError:
    """The error that names the first line of ``have`` which does not stand in the text, from ``at``."""
    number = seen = 0
    while True:
        wanted, found = _line(have.lines, seen), _line(text, at + seen)
        if wanted != found:
            break
        seen += len(wanted)
        number += 1
    message = f"line {have.places[number]} of the diff expects {_shown(wanted)} here, but there is {_shown(found)}"
    hint = "was the text changed since? it was left alone"
    return CleanerError(Problem(message, line=have.line + number, hint=hint))


def _line(text: bytes, at: int) -> bytes:
    return text[at : text.find(b"\n", at) + 1 or len(text)]


def _shown(lines: bytes) -> str:
    """The first line of ``lines``, for an error's message."""
    line, end, _ = lines.partition(b"\n")
    shown = line.decode("utf-8", "replace")
    shown = repr(shown if len(shown) <= 60 else f"{shown[:59]}…")
    if end:
        return shown
    return f"{shown} without a line end" if line else "the end of the text"
