"""/healthz, /readyz and /metrics: true, and in time, whatever is broken or hangs."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kit.company import Company

from bot.app import create_app
from bot.health import LOOK_SECONDS
from bot.metricfiles import VARIABLE, share_metrics
from bot.runtime import build
from config.settings import load_settings
from jobs.bell import NullBell

SLACK_SECONDS = 3.0  # for a busy machine; without a bound a hanging part would hold the answer for ever
Client = Callable[..., FlaskClient]


@pytest.fixture
def client(environ: dict[str, str]) -> Iterator[Client]:
    """The application for the installation, with some variables changed."""
    with ExitStack() as stack:

        def made(**changed: str) -> FlaskClient:
            runtime = build(load_settings(environ | changed, env_file=None))
            stack.callback(runtime.store.database.dispose)
            return create_app(runtime, NullBell()).test_client()

        yield made


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as hole:
        yield hole.getsockname()[1]


def ready(client: FlaskClient) -> tuple[int, dict[str, bool], float]:
    """Status, parts and seconds."""
    begun = time.monotonic()
    answer = client.get("/readyz")
    body: Any = answer.json
    assert body["ready"] is (answer.status_code == 200)
    return answer.status_code, {key: part["ok"] for key, part in body["parts"].items()}, time.monotonic() - begun


def test_all_is_well_but_for_redis_which_is_not_needed(client: Client) -> None:
    status, parts, _ = ready(client())
    assert status == 200
    assert parts == {"database": True, "migrations": True, "redis": False, "outbox": True, "dead": True}


def test_an_empty_database_is_not_ready(client: Client, tmp_path: Path) -> None:
    app = client(TUOLING_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    status, parts, _ = ready(app)
    assert (status, parts["migrations"]) == (503, False)
    assert "tuoling db upgrade" in app.get("/readyz").get_data(as_text=True).encode().decode("unicode_escape")
    assert app.get("/healthz").status_code == 200


def test_a_database_that_hangs_does_not_hold_the_answer(client: Client, black_hole: int) -> None:
    app = client(TUOLING_DATABASE_URL=f"postgresql+psycopg://u@127.0.0.1:{black_hole}/x")
    for _ in range(3):
        status, parts, seconds = ready(app)
        assert (status, parts["database"], parts["migrations"]) == (503, False, False)
        assert seconds < LOOK_SECONDS + SLACK_SECONDS
    begun = time.monotonic()
    assert "tuoling_database_up 0.0" in app.get("/metrics").get_data(as_text=True)
    assert time.monotonic() - begun < LOOK_SECONDS + SLACK_SECONDS


def test_a_redis_that_hangs_is_told_and_costs_a_second(client: Client, black_hole: int) -> None:
    status, parts, seconds = ready(client(TUOLING_REDIS_URL=f"redis://127.0.0.1:{black_hole}/0"))
    assert (status, parts["database"], parts["redis"]) == (200, True, False)
    assert seconds < LOOK_SECONDS + SLACK_SECONDS


def test_nothing_secret_is_told_to_strangers(client: Client) -> None:
    url = "postgresql+psycopg://boss:p4ssw0rd@127.0.0.1:1/ledger"
    text = client(TUOLING_DATABASE_URL=url).get("/readyz").get_data(as_text=True)
    assert not any(word in text for word in ("boss", "p4ssw0rd", "ledger", "127.0.0.1"))


def test_metrics_only_for_the_bearer(client: Client) -> None:
    app = client(TUOLING_METRICS_TOKEN="0123456789abcdef")
    assert app.get("/metrics").status_code == 403
    assert app.get("/metrics", headers={"Authorization": "Bearer 0123456789abcdeg"}).status_code == 403
    assert app.get("/metrics", headers={"Authorization": "Bearer 0123456789abcdef"}).status_code == 200


def test_metrics_tell_of_build_outbox_and_callbacks(company: Company) -> None:
    company.person("batu").say("帮助")
    client = create_app(company.runtime, NullBell()).test_client()
    assert client.post("/wecom/callback?msg_signature=x", data=b"<xml/>").status_code == 403
    answer = client.get("/metrics")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert re.search(r'tuoling_build_info\{config="[0-9a-f]{12}",python="3[0-9.]+",version="[0-9.]+"\} 1.0', text)
    for line in (
        r"tuoling_database_up 1.0",
        r'tuoling_outbox_open_rows\{state="dead"\} 0.0',
        r"tuoling_outbox_oldest_seconds [0-9.]+",
        r'tuoling_callback_seconds_count\{channel="wecom",outcome="taken"\} [1-9]',
        r'tuoling_callback_seconds_bucket\{channel="wecom",le="0.25",outcome="refused"\} [1-9]',
    ):
        assert re.search(f"^{line}", text, re.MULTILINE), line


def test_files_of_dead_processes_are_removed_and_of_living_ones_kept(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")  # put back afterwards
    folder = tmp_path / "var" / "metrics"
    folder.mkdir(parents=True)
    living, dead, odd = folder / "counter_1.db", folder / "gauge_livesum_4194999.db", folder / "counter_x.db"
    for file in (living, dead, odd):
        file.touch()
    share_metrics(load_settings(environ, env_file=None))
    assert [file.exists() for file in (living, dead, odd)] == [True, False, False]
