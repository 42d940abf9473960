"""The sources, loaded once, and the worlds of the shipped recipes."""

from __future__ import annotations

import pytest

from engine.world.reference import Reference, load
from tests.world.worlds import World, recipe_value, with_intensities, world_of


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load()


@pytest.fixture(scope="session")
def tiny(reference: Reference) -> World:
    return with_intensities(world_of(reference, recipe_value("tiny")))


@pytest.fixture(scope="session")
def standard(reference: Reference) -> World:
    return world_of(reference, recipe_value("standard"))
