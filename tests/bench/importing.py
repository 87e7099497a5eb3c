"""How long a fresh process takes to import the web application, and that it does not draw pictures."""

import json
import subprocess
import sys

from tests.bench.figures import Figure, Wish
from tests.bench.stand import ROOT

_PROBE = """
import json, sys, time
started = time.perf_counter()
import {modules}
print(json.dumps([time.perf_counter() - started, "matplotlib" in sys.modules]))
"""
OURS = "bot.app"
FLOOR = "cryptography, flask, prometheus_client, pydantic_settings, redis, requests, rq, structlog, sqlalchemy.orm"


def measure(*, rounds: int) -> list[Figure]:
    """Seconds of `import bot.app`, against the libraries that the design names for it.

    Raises:
        RuntimeError: matplotlib was imported with it.
    """
    ours, floor = [], []
    for turn in range(rounds + 1):
        for modules, taken in ((OURS, ours), (FLOOR, floor)):
            seconds, draws = _import(modules)
            if draws:
                raise RuntimeError(f"importing {modules} imports matplotlib")
            if turn:  # the first turn reads the files from the disk
                taken.append(seconds)
    return [Figure("import of the web process", "s", tuple(ours), tuple(floor), Wish("ours", most=1.5))]


def _import(modules: str) -> tuple[float, bool]:
    probe = [sys.executable, "-c", _PROBE.format(modules=modules)]
    said = subprocess.run(probe, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    seconds, draws = json.loads(said.splitlines()[-1])
    return float(seconds), bool(draws)
