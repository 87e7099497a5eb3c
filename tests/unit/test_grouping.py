"""That tests which must not run beside each other do not: a pytest-xdist that groups nothing says nothing."""

import pytest


@pytest.mark.xdist_group("one of a kind")
def test_a_group_is_known_to_whoever_distributes(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("not distributed")
    assert request.node.nodeid.endswith("@one of a kind")


def test_no_test_has_a_name_as_long_as_a_book(request: pytest.FixtureRequest) -> None:
    """The name of a running test stands in the environment of what it starts: with 10 MB of it nothing starts."""
    assert max(len(item.nodeid) for item in request.session.items) < 1_000
