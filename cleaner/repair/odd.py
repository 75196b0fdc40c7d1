"""The odd characters of a text: all that are not printable ASCII, a tab or a line end. Mostly they are few."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_PLAIN: Final = bytes((*range(32, 127), 9, 10, 13))


@lru_cache(maxsize=1)
def odd(text: str) -> str:
    """Return the odd characters of ``text``, in their order: what has none of a kind need not be searched for it."""
    return text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass")
