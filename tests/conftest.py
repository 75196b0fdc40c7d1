"""What all tests share: where the project's files are, and how hypothesis searches."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: on a machine whose cores are shared, the time of one example says nothing.
settings.register_profile("cleaner", deadline=None, print_blob=True)
settings.load_profile("cleaner")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parent.parent
