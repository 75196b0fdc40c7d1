"""The reader of plain text: bytes in, a document out."""

from __future__ import annotations

from cleaner.text.codec import Decoded, decode
from cleaner.text.document import Document
from cleaner.text.places import places


def read(raw: bytes, shown: str, encoding: str | None = None) -> tuple[Document, tuple[str, ...]]:
    """Return the document in ``raw``, named ``shown``, and what is worth knowing of how it was read.

    Raises `CleanerError` for what is no text, and for an ``encoding`` that does not exist.
    """
    decoded = decode(raw, encoding)
    return Document(shown, decoded.text, encoding=decoded.encoding), tuple(_warnings(decoded))


def _warnings(decoded: Decoded) -> list[str]:
    warnings = []
    if decoded.invalid:
        ((line, column),) = places(decoded.text, decoded.invalid[:1])
        count = len(decoded.invalid)
        what = "a byte is" if count == 1 else f"{count} bytes are, the first of them,"
        warnings.append(f"{line}:{column}: {what} no {decoded.encoding}; kept as it came; is --encoding needed?")
    elif decoded.guessed:
        warnings.append(f"read as {decoded.encoding}, which was guessed; --encoding would say it for sure")
    return warnings
