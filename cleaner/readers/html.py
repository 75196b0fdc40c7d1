"""The reader of HTML: bytes in, a document out whose text is what trafilatura finds on the page.

`cleaner.runner` imports it for the first page of a run, so that a run over text pays nothing for it.
"""

from __future__ import annotations

from cleaner.extract import extract, refuse_huge
from cleaner.text.codec import decode
from cleaner.text.document import Document


def read(raw: bytes, shown: str, encoding: str | None = None) -> tuple[Document, tuple[str, ...]]:
    """Return the document on the page ``raw``, named ``shown``, and what is worth knowing of how it was read.

    trafilatura is given the bytes, since the page itself says how it is encoded; ``encoding`` is stronger. The
    document's own encoding is UTF-8: its text stands nowhere in ``raw``. Raises `CleanerError` for binary data, for a
    page that is too large, and for an ``encoding`` that does not exist.
    """
    refuse_huge(len(raw))
    decoded = decode(raw, encoding)  # refuses what is no text
    is_wide = decoded.encoding.startswith(("utf-16", "utf-32"))  # what a page says of itself cannot be read in these
    found = extract(decoded.text.removeprefix("\ufeff") if encoding or is_wide else raw)
    text = found.text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate could not be written
    if text and not text.endswith("\n"):
        text += "\n"
    document = Document(shown, text, url=found.url, meta=found.meta)
    return document, (found.warning,) if found.warning else ()
