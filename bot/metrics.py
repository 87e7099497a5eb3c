"""What `/metrics` tells Prometheus: the counters of all processes of this machine, and the outbox as it stands now."""

import platform
from collections.abc import Iterable
from importlib.metadata import version
from itertools import product
from typing import get_args

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from bot.inbound import Inbound
from bot.metricfiles import shared_folder
from core.store.outbox_watch import Depth

REFUSALS = Counter(
    "tuoling_refused_callbacks", "Callbacks refused at the door, by channel and reason.", ["channel", "why"]
)
REFUSED_FOR = {
    "wecom": (
        "method",
        "size",
        "parameter",
        "timestamp",
        "envelope",
        "signature",
        "base64",
        "length",
        "padding",
        "receiver",
        "key",
        "echo",
        "agent",
    )
}
"""Why each channel's door refuses, in the order of its checks: all that it can say."""

for _channel, _reasons in REFUSED_FOR.items():
    for _why in _reasons:
        REFUSALS.labels(_channel, _why)  # a series that is born with its first refusal has no rate for it

EVENTS = Counter(
    "tuoling_events", "Events taken in, by channel, kind and what came of them.", ["channel", "kind", "came"]
)

CALLBACKS = Histogram(
    "tuoling_callback_seconds",
    "From a callback's arrival to its answer. The platform waits 5 s.",
    ["channel", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def begin_events(channels: Iterable[str]) -> None:
    """Tell of every failure that can come before it comes, as of the refusals."""
    for channel, kind, came in product(channels, get_args(Inbound), ("failed", "busy")):
        EVENTS.labels(channel, kind.__name__.lower(), came)


def exposition(depth: Depth | None, config_version: str) -> bytes:
    """Everything, in Prometheus's text format. `depth` None: the database does not answer."""
    registry = CollectorRegistry()
    registry.register(_Installation(depth, config_version))
    try:
        return bytes(generate_latest(_processes()) + generate_latest(registry))
    except FileNotFoundError:  # a process that starts just now removed the file of one that has ended
        return bytes(generate_latest(_processes()) + generate_latest(registry))


def _processes() -> CollectorRegistry:
    """Of all processes on this machine, if they share a folder; else of this one."""
    folder = shared_folder()
    if folder is None:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return registry


class _Installation:
    """What belongs to the installation and not to one process: the build, the database, the outbox."""

    def __init__(self, depth: Depth | None, config_version: str) -> None:
        self._depth = depth
        self._config_version = config_version

    def collect(self) -> Iterable[Metric]:
        """The gauges of now."""
        build = GaugeMetricFamily(
            "tuoling_build_info", "Always 1; what runs here.", labels=["version", "python", "config"]
        )
        build.add_metric([version("tuoling"), platform.python_version(), self._config_version[:12]], 1)
        yield build
        yield GaugeMetricFamily("tuoling_database_up", "1 if the database answers.", value=self._depth is not None)
        if self._depth is None:
            return
        rows = GaugeMetricFamily(
            "tuoling_outbox_open_rows", "Outbox rows not sent yet, and dead ones.", labels=["state"]
        )
        rows.add_metric(["pending"], self._depth.pending)
        rows.add_metric(["held"], self._depth.held)
        rows.add_metric(["dead"], self._depth.dead)
        yield rows
        late = GaugeMetricFamily("tuoling_outbox_oldest_seconds", "How late the oldest due row is.")
        late.add_metric([], self._depth.oldest_seconds)
        yield late
