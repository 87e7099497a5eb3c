"""Which addresses a host of the company's allow-list may stand for. Whoever has a say in a name could let it lead into
the company's own network (SSRF): an address that is not of the open internet is called only where it is allowed itself.

A name is looked up once for each connection, and that very address is called: nobody can answer another one between
the looking and the calling.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from typing import TypeAlias

LookUp: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses of a host, for a port.

Raises:
    OSError: it has none.
"""
# RFC 6052, RFC 8215 and RFC 4291: the last four bytes are an address of IPv4.
_WITH_IPV4 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
# Of the machine's own link all the same: fec0::/10 (RFC 3879), and what a cloud tells its machines by.
_INSIDE = tuple(map(ipaddress.ip_network, ("fec0::/10", "168.63.129.16/32")))


class Barred(Exception):
    """None of the host's addresses may be called."""


def look_up(host: str, port: int) -> Sequence[str]:
    """See `LookUp`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Addresses:
    """`allowed` are hosts, by name or address, in small letters."""

    def __init__(self, allowed: Collection[str], look_up: LookUp = look_up) -> None:
        self._allowed, self._look_up = frozenset(allowed), look_up

    def of(self, host: str, port: int, seconds: float) -> list[str]:
        """The addresses of a host that may be called.

        Raises:
            TimeoutError: nobody said within so many seconds.
            OSError: it has none.
            Barred: none of them may be called.
        """
        found = _in_time(lambda: self._look_up(host, port), seconds)
        allowed = [address for address in found if address in self._allowed or is_open(address)]
        if found and not allowed:
            raise Barred(host)
        return allowed


def is_open(address: str) -> bool:
    """Is it an address of the open internet: not private, not of this machine or link, nor one that stands for such?"""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if any(parsed in each for each in _WITH_IPV4):
            inner = ipaddress.IPv4Address(parsed.packed[-4:])
        if inner is not None:
            return is_open(str(inner))
    inside = any(parsed in each for each in _INSIDE if each.version == parsed.version)
    return parsed.is_global and not parsed.is_multicast and not inside


def _in_time(work: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """The system looks a name up for as long as it likes (up to half a minute): what hangs is left to a thread."""
    future: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001  handed over to whoever waits
            future.set_exception(error)

    threading.Thread(target=run, name="look-up", daemon=True).start()
    return future.result(timeout=max(seconds, 0.0))
