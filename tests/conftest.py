"""What all tests share: how hypothesis searches, and a cache folder of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# No deadline: on a machine whose cores are shared, the time of one example says nothing.
settings.register_profile("cleaner", deadline=None, print_blob=True)
settings.load_profile("cleaner")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither read nor leave anything in the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
