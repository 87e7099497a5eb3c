"""Logging as a process sets it up is global; a test that sets it up keeps that to itself."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def own_logging() -> Iterator[None]:
    """What the block configures ends with it, and what was configured or logged before has no say in it."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    structlog.reset_defaults()
    try:
        yield
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
        logging.captureWarnings(False)
        root.handlers, root.level = handlers, level
        sys.excepthook, threading.excepthook = hooks
