"""A made-up provider of reports on applicants, behind real HTTP, as `config/company/reports/radar.yaml` describes one:
it answers at once, or promises a report that is had later, or brings it; and goes wrong as it is told (`faults`).

Its figures are made up from the ID number: the same person has the same ones, whenever and wherever he is asked about.
Signatures it checks and makes by itself, so that ours are held against the description and not against themselves.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ssl import SSLContext
from typing import Any

import requests
from flask import Blueprint, Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox import wire
from bot.sandbox.faults import CALLBACK, Fault, Faults, Order
from core.store.unit import Clock

PATH = "/v1/report"
HOST = "127.0.0.1"
FOUND, LATER, NOBODY = 0, 1, 2  # the `code` of an answer
_WINDOW = 300
_CALLBACK_SECONDS = 5.0
_COURTS = ("新城区人民法院", "回民区人民法院", "赛罕区人民法院", "玉泉区人民法院")


class Way(StrEnum):
    """How a report is given: at once, or later: where it is asked for again, or where it is brought."""

    AT_ONCE = "at_once"
    POLLED = "polled"
    BROUGHT = "brought"


def figures_of(id_number: str) -> dict[str, Any]:
    """What it says of somebody. The lower the score, the more stands against him."""
    made = hashlib.sha256(f"report on {id_number}".encode()).digest()
    score = 380 + int.from_bytes(made[:2]) * 520 // 65535
    lawsuits = made[2] % 4 if score < 560 else 0
    return {
        "score": score,
        "lawsuits": [{"court": _COURTS[made[3 + place] % 4], "year": 2020 + place} for place in range(lawsuits)],
        "owed_fen": int.from_bytes(made[8:10]) * (900 - score) * 10,
        "blocked": score < 430 and made[10] < 128,
    }


@dataclass(slots=True)
class _Asked:
    """What was asked for under one key: about whom, what it is called here, and how often it was asked for again."""

    id_number: str
    reference: str
    polls: int = 0


class FakeProvider:
    """`secret` signs, or with `bearer` is the token. A report that is `POLLED` is there at the poll with the number
    `ready_at`. One that is `BROUGHT` goes to `callback_url` when `bring` is called, or by itself, `brings_after`
    seconds after the answer."""

    def __init__(
        self,
        secret: str,
        clock: Clock,
        *,
        way: Way = Way.AT_ONCE,
        bearer: bool = False,
        callback_url: str = "",
        ready_at: int = 2,
        brings_after: float | None = None,
    ) -> None:
        self.faults = Faults()
        self.way, self.callback_url, self.ready_at, self.brings_after = way, callback_url, ready_at, brings_after
        self.url = ""
        self.unknown: set[str] = set()  # ID numbers of whom it has no report
        self.calls: list[str] = []  # what was asked, in order, with the keys: `ask A203:1`
        self.bodies: list[dict[str, Any]] = []  # what was sent along
        self.forged = 0  # calls that were not signed as they should be
        self.stopping = threading.Event()
        self.brought = threading.Event()  # something was
        self._secret, self._clock, self._bearer = secret, clock, bearer
        self._lock = threading.Lock()
        self._asked: dict[str, _Asked] = {}

    @property
    def paid(self) -> int:
        """For how many reports it is paid: one for each key, however often it was asked for."""
        return len(self._asked)

    def order(self, fault: Fault, *, api: str = "ask", **how: Any) -> None:
        """Let the next call of `ask`, `poll` or `callback` go wrong; `how`: see `Faults.order`."""
        if fault is Fault.CALLBACK_FIRST:
            how["act"] = lambda _messages: None  # it brings the report by itself
        self.faults.order(api=api, fault=fault, **how)

    def bring(self, key: str) -> list[int]:
        """Bring the report that was asked for under this key; the status of each answer, 0 for none. Twice or more
        where a fault says so."""
        order = self.faults.take(CALLBACK)
        copies = order.copies if order is not None and order.fault is Fault.DUPLICATE_IN_ROW else 1
        body = json.dumps(self._report(key), ensure_ascii=False).encode()
        answers = [self._sent(body) for _ in range(copies)]
        self.brought.set()
        return answers

    def _sent(self, body: bytes) -> int:
        headers = {"Content-Type": "application/json", **self.signed(body)}
        try:
            return requests.post(self.callback_url, body, headers=headers, timeout=_CALLBACK_SECONDS).status_code
        except requests.RequestException:
            return 0

    def signed(self, content: bytes) -> dict[str, str]:
        """The headers with which it shows that what it brings is its own."""
        if self._bearer:
            return {"Authorization": f"Bearer {self._secret}"}
        timestamp = str(int(self._clock().timestamp()))
        return {"X-Tuoling-Timestamp": timestamp, "X-Tuoling-Signature": self._mac(timestamp, content)}

    def _mac(self, timestamp: str, content: bytes) -> str:
        return hmac.new(self._secret.encode(), timestamp.encode() + b"\n" + content, hashlib.sha256).hexdigest()

    def is_genuine(self, headers: Mapping[str, str], content: bytes) -> bool:
        """Is a call signed as agreed?"""
        if self._bearer:
            return hmac.compare_digest(headers.get("Authorization", ""), f"Bearer {self._secret}")
        timestamp, given = headers.get("X-Tuoling-Timestamp", ""), headers.get("X-Tuoling-Signature", "")
        fresh = timestamp.isdigit() and abs(int(timestamp) - self._clock().timestamp()) <= _WINDOW
        return fresh and hmac.compare_digest(self._mac(timestamp, content), given)

    def asked(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """What is answered to who asks for a report."""
        with self._lock:
            self.calls.append(f"ask {key}")
            self.bodies.append(body)
            id_number = str(body.get("id_number", ""))
            known = self._asked.setdefault(key, _Asked(id_number, f"R{len(self._asked) + 1}"))
        later = self.way is not Way.AT_ONCE
        return {"code": LATER, "id": known.reference, "key": key} if later else self._report(key)

    def polled(self, reference: str) -> dict[str, Any] | None:
        """What is answered to who asks for what was promised; None: nothing was."""
        with self._lock:
            key = next((key for key, each in self._asked.items() if each.reference == reference), None)
            self.calls.append(f"poll {reference}")
            if key is None:
                return None
            known = self._asked[key]
            known.polls += 1
            ready = self.way is Way.POLLED and known.polls >= self.ready_at
        return self._report(key) if ready else {"code": LATER, "id": reference, "key": key}

    def _report(self, key: str) -> dict[str, Any]:
        known = self._asked[key]
        named = {"id": known.reference, "key": key}
        if known.id_number in self.unknown:
            return {"code": NOBODY, **named, "msg": "查无此人"}
        return {"code": FOUND, **named, "data": figures_of(known.id_number)}


def provider_blueprint(provider: FakeProvider) -> Blueprint:
    """Its routes."""
    blueprint = Blueprint("provider", __name__)

    @blueprint.post(PATH)
    def ask() -> Response:
        """A report is asked for."""
        key, body = request.headers.get("Idempotency-Key", ""), request.get_data()
        order = provider.faults.take("ask")
        answer = _answered(provider, order, body, lambda: provider.asked(key, json.loads(body)))
        if order is not None and order.fault is Fault.CALLBACK_FIRST:
            provider.bring(key)
        elif answer.status_code == 200 and provider.way is Way.BROUGHT and provider.brings_after is not None:
            answer.call_on_close(threading.Timer(provider.brings_after, provider.bring, (key,)).start)
        return answer

    @blueprint.get(f"{PATH}/<reference>")
    def poll(reference: str) -> Response:
        """What was promised is asked for."""
        target = str(request.environ["REQUEST_URI"]).encode()  # as it stands in the request
        return _answered(provider, provider.faults.take("poll"), target, lambda: provider.polled(reference))

    return blueprint


def provider_panel(provider: FakeProvider) -> Blueprint:
    """Orders faults, as `/sandbox/api/faults` does for the platform: `{"api": "ask", "fault": "http_500"}`."""
    panel = Blueprint("provider_panel", __name__)

    @panel.post("/sandbox/api/provider/faults")
    def order() -> tuple[dict[str, Any], int]:
        body = request.get_json(silent=True)
        try:
            said = dict(body or {})
            fault, seconds, times = Fault(said["fault"]), float(said.get("seconds", 0)), int(said.get("times", 1))
            provider.order(fault, api=str(said.get("api", "ask")), seconds=seconds, times=min(times, 100))
        except (KeyError, ValueError, TypeError) as error:
            return {"error": str(error), "faults": [each.value for each in Fault]}, 400
        return {"ok": True}, 200

    return panel


def _answered(
    provider: FakeProvider, order: Order | None, signed: bytes, work: Callable[[], dict[str, Any] | None]
) -> Response:
    """One call: is it genuine, the ordered fault, the work."""
    if not provider.is_genuine(dict(request.headers), signed):
        provider.forged += 1
        return Response("{}", 401, mimetype="application/json")
    if order is not None and order.fault in wire.BEFORE_WORK:
        return wire.instead(order)
    done = work()
    if order is not None and order.fault is Fault.DELAY:
        provider.stopping.wait(order.seconds)
    said = json.dumps(done or {}, ensure_ascii=False)
    answer = Response(said, 404 if done is None else 200, mimetype="application/json")
    return wire.spoil(answer, order, provider.stopping) if order is not None else answer


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def serve_provider(provider: FakeProvider, port: int = 0, tls: SSLContext | None = None) -> Iterator[str]:
    """Serve it on this machine while the block runs; gives the address that is asked, which is its `url` from then on.
    Port 0 takes a free one."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(provider_blueprint(provider))
    server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="provider", daemon=True)
    provider.url = f"{'https' if tls else 'http'}://{HOST}:{server.server_port}{PATH}"
    thread.start()
    try:
        yield provider.url
    finally:
        provider.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
