from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.registries import registries_kept


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """What a test here adds to registries is gone when it ends."""
    with registries_kept():
        yield
