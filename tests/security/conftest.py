"""Fixtures of the security tests."""

from collections.abc import Callable, Iterator

import pytest
from kit.logs import own_logging

from config.logging import configure_logging


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Logging as a process sets it up, at its most talkative; call it for all that was written since the last call."""
    with own_logging():
        configure_logging("debug")
        yield lambda: "".join(capfd.readouterr())
