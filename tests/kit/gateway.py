"""A gateway for short messages behind real HTTP: it checks the signature and knows an id it has had.

with gateway_at_work() as gateway:
    gateway.answers.append((503, {}))     # the next answer; after these it takes what comes
    ...
    assert gateway.arrived == [Arrived("13947100009", "【青城助贷】…", "deadlines:1")]
"""

import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "key-of-the-short-messages-0123456789"
SIGN = "青城助贷"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A short message on a phone."""

    phone: str
    text: str
    id: str


@dataclass
class Gateway:
    """What it answers next, what was asked of it, and what arrived. `drops`: it takes the next one, and the connection
    breaks before the answer."""

    url: str = ""
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    drops: bool = False
    body: bytes = b"{}"
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """The settings that lead here."""
        return {"TUOLING_SMS_URL": self.url, "TUOLING_SMS_KEY": KEY, "TUOLING_SMS_SIGN": SIGN}

    def take(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        """One request: its answer."""
        self.headers.append(headers)
        signed = f"{headers['X-Tuoling-Timestamp']}\n".encode() + body
        if headers["X-Tuoling-Signature"] != hmac.new(KEY.encode(), signed, "sha256").hexdigest():
            return 401, {}
        message = Arrived(**json.loads(body))
        self.asked.append(message.id)
        if self.answers:
            return self.answers.pop(0)
        if message.id not in {each.id for each in self.arrived}:
            self.arrived.append(message)
        return 200, {}


@contextmanager
def gateway_at_work() -> Iterator[Gateway]:
    """A gateway on a free port until the block ends."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = gateway.take(dict(self.headers), body)
            if gateway.drops:
                gateway.drops = False
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(gateway.body)))
            self.end_headers()
            self.wfile.write(gateway.body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_port}/send"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
