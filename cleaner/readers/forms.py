"""What a file is, by its name and what it begins with: text, a page, or records; and how it is packed."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal, NamedTuple

from cleaner.readers.tree import HTML_NAMES, PACKED, TEXT_NAMES, File

Kind = Literal["text", "html", "jsonl", "parquet", "warc"]

RECORD_KINDS: Final = ("jsonl", "parquet", "warc")
BY_END: Final[dict[str, Kind]] = {
    **dict.fromkeys(TEXT_NAMES, "text"),
    **dict.fromkeys(HTML_NAMES, "html"),
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
OUTPUTS: Final = {"warc": ".jsonl"}
_HEAD: Final = 64 * 1024
_STARTS: Final = (b"{", b"\xef", b"PAR1", b"WARC/", b"\x1f\x8b", b"\x28\xb5")
"""What records can begin with, plain or packed."""


class Form(NamedTuple):
    """What a file holds and how it is packed (``gz``, ``zst`` or not at all)."""

    kind: Kind
    packing: Literal["", "gz", "zst"] = ""

    @property
    def has_records(self) -> bool:
        """True for a file of many documents."""
        return self.kind in RECORD_KINDS


def form_of(file: File, form: str) -> Form:
    """What ``file`` is; ``form`` is what --format says. A file that cannot be read is taken for what its name says."""
    name = file.shown.lower()
    named = _by_name(name)
    if form in ("text", "html") and named not in RECORD_KINDS:
        return Form("html" if form == "html" else "text")
    if form == "text":
        return Form("text")
    kind: Kind | None = form if form in RECORD_KINDS else named  # type: ignore[assignment]
    if kind in ("text", "html") and not name.endswith(PACKED):
        return Form(kind)
    if file.path is None:
        return Form(kind or _on_stdin())
    return _by_content(file, kind)


def _by_content(file: File, kind: Kind | None) -> Form:
    from cleaner.problem import CleanerError
    from cleaner.readers.packed import open_packed, packing_of, readable

    assert file.path is not None
    try:
        packing = packing_of(file.path)
        if kind is not None:
            return Form(kind, packing)
        with readable(file.shown), open_packed(file.path, packing) as stream:
            head = stream.read(_HEAD)
    except (OSError, CleanerError):
        return Form(kind or "text")
    return Form(_kind_in(head, is_cut=len(head) == _HEAD), packing)


def _on_stdin() -> Kind:
    """What comes on standard input, by the first bytes there, which stay unread. Waits for them."""
    import sys
    from io import BufferedReader

    stdin = sys.stdin.buffer
    head = stdin.peek() if isinstance(stdin, BufferedReader) else b""
    if not head.startswith(_STARTS):
        return "text"
    from cleaner.problem import CleanerError
    from cleaner.readers.packed import beginning

    try:
        return _kind_in(beginning(head, _HEAD), is_cut=True)
    except CleanerError:  # said when it is read
        return "text"


def _kind_in(head: bytes, *, is_cut: bool) -> Kind:
    """What begins with ``head``. ``is_cut``: more may follow."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"{") and _is_object(head, is_cut=is_cut):
        return "jsonl"
    return "text"


def _is_object(head: bytes, *, is_cut: bool) -> bool:
    """True where the first line is a JSON object, and a second one begins like one."""
    import json

    line, end, rest = head.partition(b"\n")
    if not end and is_cut:  # a long line, of which this is the beginning
        return re.match(rb'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:', line.removeprefix(b"\xef\xbb\xbf")) is not None
    try:
        return isinstance(json.loads(line), dict) and rest.lstrip()[:1] in (b"", b"{")
    except (ValueError, RecursionError):
        return False


def _by_name(name: str) -> Kind | None:
    for end in PACKED:
        name = name.removesuffix(end)
    return BY_END.get(PurePath(name).suffix)


def output_name(name: str, kind: str) -> str:
    """The name of the output for the file of records ``name``: its own, for WARC one that ends with ``.jsonl``."""
    if kind not in OUTPUTS:
        return name
    packed = next((end for end in PACKED if name.lower().endswith(end)), "")
    stem = name[: len(name) - len(packed)]
    end = next((end for end in (".warc.wet", ".warc", ".wet") if stem.lower().endswith(end)), "")
    return stem[: len(stem) - len(end)] + OUTPUTS[kind] + packed
