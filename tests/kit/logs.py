"""Logging as a process sets it up is global, and structlog's loggers keep the configuration of their first line."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

_OURS = ("bot", "cards", "jobs", "core", "config")


@contextmanager
def own_logging() -> Iterator[None]:
    """What the block configures ends with it, and what was configured or logged before has no say in it."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    _forget_cached_loggers()
    structlog.reset_defaults()
    try:
        yield
    finally:
        _forget_cached_loggers()
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
        logging.captureWarnings(False)
        root.handlers, root.level = handlers, level
        sys.excepthook, threading.excepthook = hooks


def _forget_cached_loggers() -> None:
    for name, module in list(sys.modules.items()):
        logger = vars(module).get("_log") if name.partition(".")[0] in _OURS else None
        if logger is not None:
            vars(logger).pop("bind", None)
