"""The bot's own routes at the demo's one address: each is there, and handed over with what it needs."""

import threading
from collections.abc import Iterator

import pytest
from api_kit import LEAD, Sender
from flask import Flask
from kit.clock import Clock
from werkzeug.serving import make_server

from bot.app import create_app
from bot.runtime import Runtime
from bot.sandbox.forward import ROUTES, forward_blueprint
from core.store import rates
from jobs.bell import NullBell


@pytest.fixture
def demo(runtime: Runtime) -> Iterator[Flask]:
    """An application that only forwards, to the bot on a real port."""
    server = make_server("127.0.0.1", 0, create_app(runtime, NullBell()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    app = Flask(__name__)
    app.register_blueprint(forward_blueprint(f"http://127.0.0.1:{server.server_port}"))
    yield app
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_no_route_of_the_bot_is_missing(runtime: Runtime) -> None:
    own = {rule.rule for rule in create_app(runtime, NullBell()).url_map.iter_rules()}
    assert own <= set(ROUTES)


def test_a_channel_can_push_its_leads_to_the_demo(demo: Flask, clock: Clock) -> None:
    sender = Sender(demo.test_client(), clock)
    first = sender.push(LEAD, idempotency_key="k1")
    assert (first.status_code, first.json["result"]) == (200, "added")  # type: ignore[index]
    assert sender.push(LEAD, idempotency_key="k1").data == first.data
    assert sender.client.get("/api/leads").status_code == 405


def test_what_the_bot_says_in_headers_arrives(demo: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "come", lambda *_args, **_more: 17)
    answer = Sender(demo.test_client(), clock).push(LEAD)
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (
        429,
        "17",
        "no-store",
    )
