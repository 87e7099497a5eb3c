"""That tests which must not run beside each other do not: a pytest-xdist that groups nothing says nothing."""

import pytest


@pytest.mark.xdist_group("one of a kind")
def test_a_group_is_known_to_whoever_distributes(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("not distributed")
    assert request.node.nodeid.endswith("@one of a kind")
