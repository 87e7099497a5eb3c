"""DingTalk's two hosts behind real HTTP, scripted: they answer as a test says, and keep what was asked.

with answering() as ding:
    ding.answers["/v1.0/card/instances"] = Said(400, {"code": "param.cardNotExist"})
    ...
    assert ding.asked[-1].json["outTrackId"] == "tl-c42"

What is not scripted succeeds, as the documents' samples do. (The platform that keeps chats and taps is the sandbox's.)
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "/v1.0/oauth2/accessToken"
DELIVER = "/v1.0/card/instances/createAndDeliver"
CARDS = "/v1.0/card/instances"
SEND = "/v1.0/robot/oToMessages/batchSend"
FILES = "/v1.0/robot/messageFiles/download"
UPLOAD = "/media/upload"
SESSION = "/robot/sendBySession"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: a dict as JSON, bytes as they are. `drops`: the connection breaks in its stead, after the deed."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drops: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    token: str
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Its body."""
        return json.loads(self.body)  # type: ignore[no-any-return]


@dataclass
class DingAnswers:
    """`answers` by path: one answer for ever, several one after the other (the last for ever), or made of the request.
    Only the newest token is taken."""

    base: str = ""
    answers: dict[str, Said | list[Said] | Callable[[Asked], Said]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    issued: int = 0
    valid: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def calls(self, path: str) -> list[Asked]:
        """What was asked of one interface."""
        return [each for each in self.asked if each.path == path]

    def expire(self) -> None:
        """The token that was given works no longer."""
        self.valid = "none"

    def answer(self, asked: Asked) -> Said:
        """What this request is answered."""
        with self.lock:
            self.asked.append(asked)
            scripted = self.answers.get(asked.path)
            if asked.path == TOKEN:
                if isinstance(scripted, Said):
                    return scripted
                self.issued += 1
                self.valid = f"secret-token-{self.issued}"
                return Said(200, {"accessToken": self.valid, "expireIn": 7200})
            if asked.method != "GET" and asked.path != SESSION and asked.token != self.valid:
                oapi = {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token"}
                old = asked.path == UPLOAD or asked.path.startswith("/topapi/")
                return Said(200, oapi) if old else Said(400, {"code": "InvalidAuthentication"})
            if isinstance(scripted, list):
                return scripted.pop(0) if len(scripted) > 1 else scripted[0]
        if scripted is None:
            return _as_documented(asked)
        return scripted if isinstance(scripted, Said) else scripted(asked)


def _as_documented(asked: Asked) -> Said:
    if asked.path == DELIVER:
        space = {"spaceType": "IM_ROBOT", "spaceId": "batu", "success": True, "carrierId": "k1"}
        return Said(
            200, {"success": True, "result": {"outTrackId": asked.json["outTrackId"], "deliverResults": [space]}}
        )
    if asked.path == SEND:
        return Said(200, {"processQueryKey": "q1", "invalidStaffIdList": [], "flowControlledStaffIdList": []})
    if asked.path == UPLOAD:
        return Said(200, {"errcode": 0, "errmsg": "ok", "media_id": "@lADPDe7s2", "type": "image"})
    return Said(200, {"success": True, "result": True})


@contextmanager
def answering(tls: ssl.SSLContext | None = None) -> Iterator[DingAnswers]:
    """Both hosts on one free port until the block ends, over TLS if there is a context."""
    ding = DingAnswers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            token = self.headers.get("x-acs-dingtalk-access-token") or query.get("access_token", "")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = ding.answer(Asked(self.command, parts.path, query, token, body))
            if said.drops:
                self.close_connection = True
                return
            content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_GET = do_POST  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            """A client that gave up, as it should."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    ding.base = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield ding
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
