"""``cleaner accept``: see `cleaner.cli.keep`."""

from __future__ import annotations

from cleaner.cli.keep import ACCEPT as COMMAND

__all__ = ["COMMAND"]
