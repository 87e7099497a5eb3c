"""A small gateway of DingTalk's Stream mode for tests: the HTTP call that opens, and the WebSocket. It says what the
test tells it to say, and keeps what comes back with the connection on which it came.

    with stream_gateway() as gateway:
        client = …  # with gateway.app
        peer = gateway.peer(1)                   # the first connection, once it is there
        number = peer.push(MESSAGES, {"text": {"content": "公海"}})
        gateway.acknowledged(number)             # waits for it
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from config.settings import DingTalkSettings
from kit.barriers import until

SECRET = "the-secret-of-the-dingtalk-app"


@dataclass(slots=True)
class Peer:
    """One connection, from the gateway's side."""

    gateway: "StreamGateway"
    number: int
    socket: ServerConnection
    ended: threading.Event = field(default_factory=threading.Event)

    def push(self, topic: str, data: Any, *, kind: str = "CALLBACK", message_id: str = "") -> str:
        """Send a frame; its message id. `data` that is no string is made JSON."""
        message_id = message_id or f"m{next(self.gateway.serial)}"
        headers = {"messageId": message_id, "topic": topic, "contentType": "application/json", "time": "1764000000100"}
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self.socket.send(json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": text}))
        return message_id

    def system(self, topic: str, **data: str) -> str:
        """A SYSTEM frame: `ping` (opaque=…) or `disconnect` (reason=…)."""
        return self.push(topic, data, kind="SYSTEM")


class StreamGateway:
    """What the test holds. `status` other than 200 refuses to open, with `body`."""

    def __init__(self) -> None:
        self.serial = count(1)
        self.opened: list[dict[str, Any]] = []
        self.accepts: list[str] = []
        self.tickets: dict[str, bool] = {}  # which was used
        self.peers: list[Peer] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []  # connection and frame
        self.status, self.body = 200, b"{}"
        self.base = self.endpoint = ""
        self.changed = threading.Lock()

    @property
    def app(self) -> DingTalkSettings:
        """The settings of an app whose platform this is."""
        return DingTalkSettings(
            client_id="dingtest01",
            client_secret=SecretStr(SECRET),
            robot_code="dingtest01",
            api_base=self.base,
            oapi_base=self.base,
            mode="stream",
            card_template=None,
            card_secret=SecretStr(SECRET),
        )

    @property
    def live(self) -> list[Peer]:
        """The connections that stand."""
        return [peer for peer in self.peers if not peer.ended.is_set()]

    def peer(self, number: int) -> Peer:
        """Connection `number`, from 1, once it is there."""
        until(lambda: len(self.peers) >= number, f"connection {number}")
        return self.peers[number - 1]

    def answers_to(self, message_id: str) -> list[tuple[int, dict[str, Any]]]:
        """What came back for a frame: the connection's number, and the whole answer."""
        return [each for each in list(self.answers) if each[1]["headers"]["messageId"] == message_id]

    def acknowledged(self, message_id: str, seconds: float = 15.0) -> dict[str, Any]:
        """The only answer to a frame, once it is there."""
        until(lambda: self.answers_to(message_id), f"the answer to {message_id}", seconds=seconds)
        (answer,) = self.answers_to(message_id)
        return answer[1]

    def open(self, accept: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """What the call that opens answers."""
        with self.changed:
            self.opened.append(body)
            self.accepts.append(accept)
            if self.status != 200:
                return self.status, self.body
            ticket = f"ticket+/= {len(self.opened)}"
            self.tickets[ticket] = False
        return 200, json.dumps({"endpoint": self.endpoint, "ticket": ticket}).encode()

    def talk(self, socket: ServerConnection) -> None:
        """One connection, until it ends."""
        assert socket.request is not None
        ticket = parse_qs(urlsplit(socket.request.path).query).get("ticket", [""])[0]
        with self.changed:
            if self.tickets.get(ticket) is not False:
                socket.close(1008, "no such ticket")
                return
            self.tickets[ticket] = True
            peer = Peer(self, len(self.peers) + 1, socket)
            self.peers.append(peer)
        with suppress(ConnectionClosed):
            for text in socket:
                self.answers.append((peer.number, json.loads(text)))
        peer.ended.set()


@contextmanager
def stream_gateway() -> Iterator[StreamGateway]:
    """A gateway on two ports of this machine."""
    gateway = StreamGateway()

    class Opening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = gateway.open(self.headers.get("Accept", ""), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Opening)
    with http, serve(gateway.talk, "127.0.0.1", 0, ping_interval=None, max_size=None) as sockets:
        gateway.base = f"http://127.0.0.1:{http.server_address[1]}"
        gateway.endpoint = f"ws://127.0.0.1:{sockets.socket.getsockname()[1]}/connect"
        opening = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        threads = [opening, threading.Thread(target=sockets.serve_forever)]
        for thread in threads:
            thread.start()
        try:
            yield gateway
        finally:
            for peer in gateway.live:
                peer.socket.close()
            http.shutdown()
            sockets.shutdown()
            for thread in threads:
                thread.join()
