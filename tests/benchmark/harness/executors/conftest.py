from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.benchmark.harness.executors.worlds import PUPPETS, TOY, World, made
from tests.registries import registries_kept


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """What a test here adds to registries is gone when it ends."""
    with registries_kept():
        yield


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The toy world, undisturbed."""
    return made(TOY, tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def puppets(tmp_path_factory: pytest.TempPathFactory) -> World:
    """C-MET on puppets, undisturbed. The corpus is made once and shared by all runs."""
    return made(PUPPETS, tmp_path_factory.mktemp("puppets"))
