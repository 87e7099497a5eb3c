"""Broken answers that really break on the socket. Needs the threaded werkzeug server, which shows its socket."""

import os
import socket
import struct
import threading
from collections.abc import Iterator

from flask import Response, request

from bot.sandbox.faults import Fault, Order

BEFORE_WORK = frozenset({Fault.STATUS_500, Fault.RESET, Fault.HTML, Fault.ERRCODE, Fault.REDIRECT})
_HUGE = 4 * 1024 * 1024
_PAGE = "<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"


def instead(order: Order) -> Response:
    """The answer in place of the work, for the faults in `BEFORE_WORK`."""
    match order.fault:
        case Fault.STATUS_500:
            return Response("Internal Server Error", 500, mimetype="text/plain")
        case Fault.HTML:
            return Response(_PAGE, 200, mimetype="text/html")
        case Fault.REDIRECT:
            return Response("", 302, headers={"Location": order.location}, mimetype="text/html")
        case Fault.RESET:
            return reset()
    raise ValueError(f"{order.fault} does not stand in place of the work")


def spoil(answer: Response, order: Order, stopping: threading.Event) -> Response:
    """The answer of work that was carried out, spoilt by the ordered fault. Faults that spoil nothing give it back."""
    match order.fault:
        case Fault.HALF_BODY:
            return _half(answer.get_data())
        case Fault.WRONG_JSON:
            return Response(b'{"errcode":0,"errmsg":"ok",', 200, mimetype="application/json")
        case Fault.STATUS_500_AFTER:
            return Response("Internal Server Error", 500, mimetype="text/plain")
        case Fault.ACCEPT_THEN_DROP:
            return reset()
        case Fault.HUGE_BODY:
            return Response(answer.get_data() + b" " * _HUGE, 200, mimetype="application/json")
        case Fault.SLOW_DRIP:
            return _drip(answer.get_data(), order.seconds, stopping)
    return answer


def reset() -> Response:
    """Reset the connection (RST) in place of an answer."""
    return Response(_reset_now(_socket()))


def _socket() -> socket.socket:
    found = request.environ.get("werkzeug.socket")
    if not isinstance(found, socket.socket):
        raise TypeError("faults on the socket need the sandbox's own server (serve_in_thread)")
    return found


def _reset_now(connection: socket.socket) -> Iterator[bytes]:
    # Linger 0 turns the close into a reset. The descriptor is closed here, because the server would first shut the
    # connection down in an orderly way.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
    raise ConnectionResetError("ordered fault")
    yield b""


def _half(body: bytes) -> Response:
    connection = _socket()

    def parts() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError("ordered fault")

    return Response(parts(), mimetype="application/json", headers={"Content-Length": str(len(body))})


def _drip(body: bytes, seconds: float, stopping: threading.Event) -> Response:
    def parts() -> Iterator[bytes]:
        for byte in body:
            stopping.wait(seconds / len(body))
            yield bytes([byte])

    return Response(parts(), mimetype="application/json", headers={"Content-Length": str(len(body))})
