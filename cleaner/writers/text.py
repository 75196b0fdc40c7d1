"""The writer of plain text: a result back into its file's encoding, with the diff that stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.problem import CleanerError, Problem
from cleaner.runner import EXACT
from cleaner.text.codec import encode
from cleaner.text.diff import undo, unified_bytes

if TYPE_CHECKING:
    from cleaner.engine import Result


def render(result: Result, raw: bytes, name: str) -> tuple[bytes, bytes | None]:
    """Return the clean text in its file's encoding and the diff that leads to it; ``raw`` and None if unchanged.

    ``raw`` is what the document was read from, ``name`` its place in a tree of outputs. Raises `CleanerError` where the
    encoding cannot give back the very bytes of what stays: such a text must not be changed.
    """
    if not result.changed:
        return raw, None
    encoding = result.document.encoding
    if encoding != EXACT and encode(result.document.text, encoding) != raw:
        raise _inexact(encoding)
    clean = encode(result.text, encoding)
    diff = unified(result, name)
    if encoding != EXACT and undo(clean, diff) != raw:
        raise _inexact(encoding)
    return clean, diff


def unified(result: Result, name: str) -> bytes:
    """The diff of a changed result, for ``patch`` and ``git apply``, in its file's encoding."""
    document = result.document
    return unified_bytes(f"a/{name}", f"b/{name}", document.text, document.encoding, result.edits)


def _inexact(encoding: str) -> CleanerError:
    return CleanerError(
        Problem(
            f"in {encoding} its bytes cannot be given back exactly",
            hint="passed through untouched; convert it to UTF-8 first, or name its encoding with --encoding",
        )
    )
