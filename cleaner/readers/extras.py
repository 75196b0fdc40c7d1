"""Packages that come as extras: imported when used, with an error that names the extra where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cleaner.problem import CleanerError, Problem


def need(module: str, extra: str, what: str) -> Any:
    """Return the imported ``module``, without which ``what`` cannot be read. Raises `CleanerError`."""
    try:
        return import_module(module)
    except ImportError as error:
        raise CleanerError(
            Problem(
                f"{what} needs a package that is not installed ({error.name or module})",
                hint=f"pip install 'article-cleaner[{extra}]'",
            )
        ) from error
