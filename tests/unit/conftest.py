"""A small firm on an empty database, for the verbs and reads of core."""

import pytest
from firm import PEOPLE, Firm

from core.people.service import Imported, import_people
from core.store.unit import Store


@pytest.fixture
def firm(store: Store) -> Firm:
    """Ten people in two cities, two pools, no leads."""
    with store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, PEOPLE), Imported)
    return Firm(store)
