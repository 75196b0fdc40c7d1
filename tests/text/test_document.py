"""A document is a value: it is handed on and never changed."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from cleaner.text.document import Document


def test_a_document_needs_an_id_and_a_text_only() -> None:
    document = Document("a.txt", "It rained.")
    assert (document.source, document.url, document.encoding, dict(document.meta)) == (None, None, "utf-8", {})


def test_a_document_cannot_be_changed() -> None:
    document = Document("a.txt", "It rained.")
    with pytest.raises(FrozenInstanceError):
        document.text = ""  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        document.note = ""  # type: ignore[attr-defined]


def test_a_document_travels_between_processes() -> None:
    document = Document("a.txt", "It rained.", "news.example", "https://news.example/a", "cp1252", {"title": "Rain"})
    assert pickle.loads(pickle.dumps(document)) == document


def test_documents_do_not_share_their_meta() -> None:
    first, second = Document("a", ""), Document("b", "")
    assert first.meta is not second.meta
