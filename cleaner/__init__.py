"""cleaner: take out of scraped articles what the publisher's template left in them.

>>> import cleaner
>>> result = cleaner.clean("It rained all day in the valley.\\n\\nYour email address will not be published.")
>>> result.text
'It rained all day in the valley.'
>>> result.restore() == result.document.text
True
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.engine import Cleaner, Options, Result
    from cleaner.problem import CleanerError, Problem
    from cleaner.rules.load import Library, load_library
    from cleaner.text.document import Document
    from cleaner.text.edit import Edit

__all__ = [
    "Cleaner",
    "CleanerError",
    "Document",
    "Edit",
    "Library",
    "Options",
    "Problem",
    "Result",
    "__version__",
    "clean",
    "load_library",
]

# Where each public name lives; imported when first asked for, so that `import cleaner` stays cheap.
_HOMES = {
    "Cleaner": "cleaner.engine",
    "Options": "cleaner.engine",
    "Result": "cleaner.engine",
    "CleanerError": "cleaner.problem",
    "Problem": "cleaner.problem",
    "Library": "cleaner.rules.load",
    "load_library": "cleaner.rules.load",
    "Document": "cleaner.text.document",
    "Edit": "cleaner.text.edit",
}


def clean(
    text: str,
    *,
    source: str | None = None,
    url: str | None = None,
    meta: Mapping[str, str] | None = None,
    **options: Any,
) -> Result:
    """Clean one text with the shipped rules.

    ``source`` names its source, ``url`` helps to find it, ``meta`` is what else is known (``title``, ``date``,
    ``language`` …). ``options`` are those of `cleaner.engine.Options`, such as ``level="certain"``. Raises
    `CleanerError` for a source or switch that does not exist. A text that cannot be cleaned comes
    back as it was, with ``Result.problem``. For many texts make one `Cleaner` and use its ``clean_batch``.
    """
    from cleaner.text.document import Document

    frozen = {name: frozenset(value) if isinstance(value, (set, list)) else value for name, value in options.items()}
    return _shipped(source, tuple(sorted(frozen.items()))).clean(Document("", text, url=url, meta=meta or {}))


@cache
def _shipped(source: str | None, options: tuple[tuple[str, Any], ...]) -> Cleaner:
    from cleaner.engine import Cleaner, Options
    from cleaner.rules.load import load_library

    return Cleaner(load_library(), Options(source=source, **dict(options)))


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
