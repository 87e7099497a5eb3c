"""A small HTTP server that answers as a test says: real sockets, real faults, and a list of what was asked."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request that arrived."""

    path: str
    query: dict[str, str]
    body: bytes
    peer: tuple[str, int]

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Raw:
    """An answer byte by byte: `pieces` are written one after the other, then the connection is closed unless `keep`.
    `pause` is called before each but the first, `reset` sends a TCP reset at the end."""

    pieces: list[bytes]
    pause: Callable[[], object] = lambda: None
    reset: bool = False
    keep: bool = False


Reply = dict[str, Any] | Raw


@dataclass
class Platform:
    """What the server does: `answer` decides on each request but gettoken, which hands out a new token each time;
    only the newest is valid, and `expire` ends it. `before_reading` delays the reading of bodies."""

    answer: Callable[[Asked], Reply] = lambda _asked: {"errcode": 0, "errmsg": "ok", "msgid": "m1"}
    token_answer: Callable[[], Reply] | None = None
    before_reading: Callable[[], object] = lambda: None
    base: str = ""
    asked: list[Asked] = field(default_factory=list)
    issued: int = 0
    valid: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def count(self, path: str) -> int:
        return sum(asked.path == f"/cgi-bin/{path}" for asked in self.asked)

    def expire(self) -> None:
        with self.lock:
            self.valid = ""

    def take(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            if asked.path == "/cgi-bin/gettoken":
                if self.token_answer:
                    return self.token_answer()
                self.issued += 1
                self.valid = f"secret-token-{self.issued}"
                return {"errcode": 0, "errmsg": "ok", "access_token": self.valid, "expires_in": 7200}
            if asked.query.get("access_token") != self.valid:
                return {"errcode": 40014, "errmsg": "invalid access_token"}
        return self.answer(asked)


@contextmanager
def running(platform: Platform, tls: ssl.SSLContext | None = None) -> Iterator[Platform]:
    """Serve `platform` on a free port until the block ends, over TLS if a context is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            platform.before_reading()
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            reply = platform.take(Asked(parts.path, query, body, self.client_address))
            if isinstance(reply, Raw):
                self._raw(reply)
                return
            text = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815

        def _raw(self, reply: Raw) -> None:
            self.close_connection = not reply.keep
            try:
                for number, piece in enumerate(reply.pieces):
                    if number:
                        reply.pause()
                    self.wfile.write(piece)
            except OSError:  # the client gave up, as it should
                return
            if reply.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.connection.close()

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)  # a slow reader holds the sender up
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    platform.base = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield platform
    finally:
        platform.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def http(status: str, body: bytes = b"", *headers: str) -> Raw:
    """A whole answer with any status."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""])
    return Raw([head.encode() + body])
