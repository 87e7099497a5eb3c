"""Ports for what a test starts."""

import os
import re
import socket
from itertools import cycle

# Below those that the system gives to outgoing connections, and for each test process its own: a port that was free
# stays so until it is listened on, and while what listened there is started again.
_WORKER = int((re.findall(r"\d+", os.environ.get("PYTEST_XDIST_WORKER", "")) or ["0"])[0])
_PORTS = cycle(range(20_000 + _WORKER % 12 * 1_000, 21_000 + _WORKER % 12 * 1_000))


def free_port() -> int:
    """A port nobody listens on now, nor will before long."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("unreachable")
