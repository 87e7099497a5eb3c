from collections.abc import Iterator

import pytest
from wecom_kit import Clock, Process
from wecom_server import Platform, running
from wecom_tokens import InMemoryTokenStore


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's proxy, if it has one, stays out of it."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running(Platform()) as serving:
        yield serving


@pytest.fixture
def store(clock: Clock) -> InMemoryTokenStore:
    return InMemoryTokenStore(clock)


@pytest.fixture
def process(platform: Platform, store: InMemoryTokenStore, clock: Clock) -> Process:
    return Process(platform, store, clock)
