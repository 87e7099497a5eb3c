"""Ports: is one free to listen on, and which one is."""

import errno
import socket
from contextlib import closing

from bot.explain import Unready


def check_port(host: str, port: int) -> None:
    """Can we listen there now?

    Raises:
        Unready: another program does already, or this machine has no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that has just ended is no obstacle
            probe.bind(address)
    except OSError as error:
        raise Unready(_sentence(host, port, error)) from None


def free_port(host: str) -> int:
    """A port that nobody listens on at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用。请用 --port 换一个，或先停掉占用它的程序。"
    if error.errno == errno.EACCES:
        return f"没有权限使用端口 {port}。请用 --port 换一个 1024 以上的端口。"
    return f"无法监听 {host}:{port}（{error.strerror}）。请检查 --host 和 --port。"
