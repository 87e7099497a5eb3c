"""Fixtures of the security tests."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog

from config.logging import configure_logging


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Logging as a process sets it up, at its most talkative; call it for all that was written since the last call."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    configure_logging("debug")
    yield lambda: "".join(capfd.readouterr())
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(False)
    root.handlers, root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks
