"""A provider of reports behind real HTTP, and our connector to it, as a company that set it up has it.

with provider_at_work() as provider:
    ours = connector(Clock())
    assert isinstance(ours.ask(exchange(provider), "A1:1", PERSON), Reported)
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from bot.channels.addresses import LookUp, look_up
from bot.channels.reports.connector import ReportConnector
from bot.sandbox.provider import FakeProvider, serve_provider
from core.risk.providers import Exchange, Item, Polling, Signing
from kit.clock import Clock

VARIABLE, SECRET, OLD_SECRET = "TUOLING_REPORT_RADAR", "secret-of-the-provider-01", "secret-of-the-provider-00"
HOST = "127.0.0.1"
PERSON = {Item.NAME: "巴特尔·孟和", Item.ID_NUMBER: "150102199005010012", Item.PHONE: "13947100001"}


@contextmanager
def provider_at_work(**how: Any) -> Iterator[FakeProvider]:
    """One on a free port until the block ends; `how`: see `FakeProvider`."""
    tls = how.pop("tls", None)
    provider = FakeProvider(SECRET, how.pop("clock", None) or Clock(), **how)
    with serve_provider(provider, tls=tls):
        yield provider


def exchange(provider: FakeProvider, **other: Any) -> Exchange:
    """How it is asked, as the shipped example says it."""
    said: dict[str, Any] = {
        "url": provider.url,
        "secret": VARIABLE,
        "signing": Signing.HMAC,
        "send": (("name", Item.NAME), ("id_number", Item.ID_NUMBER), ("phone", Item.PHONE)),
        "ok": "answer.code == 0",
        "pending": "answer.code == 1",
        "reference": "answer.id",
        "polling": Polling(f"{provider.url}/{{reference}}", timedelta(seconds=30)),
        "calls_back": True,
        "called_by": "answer.key",
    }
    return Exchange(**{**said, **other})


def connector(
    clock: Clock,
    *hosts: str,
    secrets: Sequence[str] = (SECRET,),
    at: Sequence[float] = (0.0,),
    look_up: LookUp = look_up,
) -> ReportConnector:
    """Ours, that may ask these hosts (by default this machine); `at` is the monotonic time."""
    known = {VARIABLE: [SecretStr(each) for each in secrets]}
    found: Callable[[str], list[SecretStr]] = lambda variable: known.get(variable, [])  # noqa: E731
    return ReportConnector(hosts or (HOST,), found, clock, monotonic=lambda: at[0], look_up=look_up)
