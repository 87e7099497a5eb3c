"""What a provider brings by itself: whose it is, and that it is fresh, is known before anything of it is read."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.clock import Clock
from kit.providers import OLD_SECRET, PERSON, SECRET, connector, exchange, provider_at_work
from kit.receiving import Answer, receiving

from bot.channels.reports.answers import MOST_BYTES
from bot.channels.reports.connector import ReportConnector
from bot.channels.signing import WINDOW, signature
from bot.sandbox.faults import Fault
from bot.sandbox.provider import FakeProvider, Way, figures_of
from cards.channel import NoReport, Promised, Reported
from core.risk.providers import Exchange, Item, Signing

BODY = b'{"code": 0, "key": "A203:1", "data": {"score": 600}}'
ASKED = exchange(FakeProvider(SECRET, Clock()))
BY_TOKEN = replace(ASKED, signing=Signing.BEARER)


def signed(clock: Clock, body: bytes = BODY, key: str = SECRET, **changed: str) -> dict[str, str]:
    """The headers of a provider that brings something."""
    timestamp = str(int(clock().timestamp()))
    right = {"X-Tuoling-Timestamp": timestamp, "X-Tuoling-Signature": signature(key.encode(), timestamp, body)}
    return {**right, **{name.replace("_", "-"): value for name, value in changed.items()}}


def test_what_is_brought_and_under_which_key() -> None:
    clock = Clock()
    found = connector(clock).brought(ASKED, signed(clock), BODY)
    assert found == ("A203:1", Reported({"code": 0.0, "key": "A203:1", "data": {"score": 600.0}}, BODY))
    lower = {name.lower(): value for name, value in signed(clock).items()}
    assert connector(clock).brought(ASKED, lower, BODY) == found, "names of headers have no case"
    nobody = b'{"code": 2, "key": "A203:1"}'
    assert connector(clock).brought(ASKED, signed(clock, nobody), nobody) == ("A203:1", NoReport("not `ok`"))


def test_the_vector_of_the_handbook() -> None:
    """Reckoned with `printf '1795744800\\n{"id":"1"}' | openssl dgst -sha256 -hmac key-of-the-handbook`."""
    right = "4a7278735194251ff9bdf11ba697f755b3ac8476f108dacd0ece4d0d625643a4"
    assert signature(b"key-of-the-handbook", "1795744800", b'{"id":"1"}') == right


def test_the_old_secret_is_taken_until_it_is_gone() -> None:
    clock = Clock()
    for key in (SECRET, OLD_SECRET):
        assert connector(clock, secrets=[SECRET, OLD_SECRET]).brought(ASKED, signed(clock, key=key), BODY)
        by_token = {"Authorization": f"Bearer {key}"}
        assert connector(clock, secrets=[SECRET, OLD_SECRET]).brought(BY_TOKEN, by_token, BODY)
    assert connector(clock).brought(ASKED, signed(clock, key=OLD_SECRET), BODY) is None


def half(headers: dict[str, str]) -> dict[str, str]:
    """The headers with the first half of the signature."""
    return {**headers, "X-Tuoling-Signature": headers["X-Tuoling-Signature"][:32]}


Forge = Callable[[Clock], tuple[dict[str, str], bytes]]
FORGED: dict[str, Forge] = {
    "no headers": lambda _: ({}, BODY),
    "no signature": lambda clock: ({"X-Tuoling-Timestamp": str(int(clock().timestamp()))}, BODY),
    "no timestamp": lambda clock: ({"X-Tuoling-Signature": signed(clock)["X-Tuoling-Signature"]}, BODY),
    "another body": lambda clock: (signed(clock), BODY.replace(b"600", b"900")),
    "another key": lambda clock: (signed(clock, key="secret-of-somebody-else-1"), BODY),
    "another timestamp": lambda clock: (signed(clock, X_Tuoling_Timestamp=str(int(clock().timestamp()) + 1)), BODY),
    "a timestamp in words": lambda clock: (signed(clock, X_Tuoling_Timestamp="now"), BODY),
    "a timestamp with a sign": lambda clock: (signed(clock, X_Tuoling_Timestamp=f"+{int(clock().timestamp())}"), BODY),
    "half a signature": lambda clock: (half(signed(clock)), BODY),
    "an empty signature": lambda clock: (signed(clock, X_Tuoling_Signature=""), BODY),
    "half a letter in the timestamp": lambda clock: (signed(clock, X_Tuoling_Timestamp="\ud800"), BODY),
    "a signature of other letters": lambda clock: (signed(clock, X_Tuoling_Signature="签名\ud800"), BODY),
    "a token instead": lambda _: ({"Authorization": f"Bearer {SECRET}"}, BODY),
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_what_is_forged_is_nobodys(forge: Forge) -> None:
    clock = Clock()
    assert connector(clock).brought(ASKED, *forge(clock)) is None


TOKENS = ("", SECRET, f"bearer {SECRET}", f"Bearer {SECRET[:-1]}", f"Bearer  {SECRET}", "Bearer ")


@pytest.mark.parametrize("token", TOKENS)
def test_another_token_is_nobodys(token: str) -> None:
    assert connector(Clock()).brought(BY_TOKEN, {"Authorization": token}, BODY) is None
    assert connector(Clock()).brought(BY_TOKEN, signed(Clock()), BODY) is None


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, True), (WINDOW, True), (WINDOW + 1, False), (-WINDOW, True), (-WINDOW - 1, False)]
)
def test_what_is_stale_or_of_the_future_is_nobodys(seconds: int, taken: bool) -> None:
    clock = Clock()
    headers = signed(clock)
    clock.go(seconds=seconds)
    assert (connector(clock).brought(ASKED, headers, BODY) is not None) is taken


def test_without_a_secret_nothing_is_anybodys() -> None:
    clock = Clock()
    for key in (SECRET, ""):
        assert connector(clock, secrets=[]).brought(ASKED, signed(clock, key=key), BODY) is None
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": ""}):
        assert connector(clock, secrets=[]).brought(BY_TOKEN, headers, BODY) is None


def test_who_is_not_to_bring_anything_brings_nothing() -> None:
    clock = Clock()
    assert connector(clock).brought(replace(ASKED, calls_back=False), signed(clock), BODY) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"code": 0, "key": "A203:1", "x": NaN}',
        b'{"code": 0, "key": "A203:1", "key": "A204:1"}',
        b'{"key":"A203:1","x":' * 1000,
        b'{"code": 0}',
        b'{"code": 0, "key": ""}',
        b'{"code": 0, "key": 203}',
        b'{"code": 0, "key": null}',
        b'{"code": 0, "key": "' + b"A" * 201 + b'"}',
        b'{"code": 1, "key": "A203:1", "id": "R1"}',
        b'{"key": "A203:1"}',
        BODY + b" " * (MOST_BYTES - len(BODY) + 1),
    ],
)
def test_what_cannot_be_read_is_nothing_though_it_is_signed(body: bytes) -> None:
    clock = Clock()
    assert connector(clock).brought(ASKED, signed(clock, body), body) is None


@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=30), st.text(max_size=80), max_size=4))
def test_whatever_a_stranger_sends_is_nothing(body: bytes, headers: dict[str, str]) -> None:
    assert connector(Clock()).brought(ASKED, headers, body) is None
    named = {"X-Tuoling-Timestamp": str(int(Clock()().timestamp())), "X-Tuoling-Signature": "0" * 64}
    assert connector(Clock()).brought(ASKED, {**headers, **named}, body) is None


@contextmanager
def awaited(ours: ReportConnector, asked: Callable[[], Exchange]) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """Where reports are brought to, and what was taken there."""
    taken: list[tuple[str, object]] = []

    def answer(headers: Mapping[str, str], body: bytes) -> Answer:
        found = ours.brought(asked(), headers, body)
        if found is None:
            return Answer(401)
        taken.append(found)
        return Answer(204, body=b"")

    with receiving(answer) as base:
        yield base, taken


@pytest.mark.parametrize("bearer", [False, True])
def test_a_report_that_is_brought_over_http(bearer: bool) -> None:
    clock = Clock()
    ours = connector(clock)
    signing = Signing.BEARER if bearer else Signing.HMAC
    with provider_at_work(clock=clock, way=Way.BROUGHT, bearer=bearer) as provider:
        of = exchange(provider, signing=signing)
        with awaited(ours, lambda: of) as (url, taken):
            provider.callback_url = url
            assert ours.ask(of, "A203:1", PERSON) == Promised("R1")
            assert ours.poll(of, "A203:1", "R1") == Promised("R1")
            assert provider.bring("A203:1") == [204]
    ((key, report),) = taken
    assert key == "A203:1"
    assert isinstance(report, Reported)
    assert json.loads(report.raw)["data"] == figures_of(PERSON[Item.ID_NUMBER])


def test_one_that_is_brought_by_itself() -> None:
    with provider_at_work(way=Way.BROUGHT, brings_after=0.0) as provider:
        of, ours = exchange(provider), connector(Clock())
        with awaited(ours, lambda: of) as (url, taken):
            provider.callback_url = url
            assert ours.ask(of, "A203:1", PERSON) == Promised("R1")
            provider.brought.wait(timeout=20)
    assert [key for key, _ in taken] == ["A203:1"]


def test_one_that_is_brought_several_times_is_the_same_each_time() -> None:
    clock = Clock()
    with provider_at_work(clock=clock, way=Way.BROUGHT) as provider:
        of, ours = exchange(provider), connector(clock)
        with awaited(ours, lambda: of) as (url, taken):
            provider.callback_url = url
            ours.ask(of, "A203:1", PERSON)
            provider.order(Fault.DUPLICATE_IN_ROW, api="callback", copies=3)
            assert provider.bring("A203:1") == [204, 204, 204]
    assert len(taken) == 3
    assert taken[0] == taken[1] == taken[2]


def test_one_that_is_brought_before_the_answer_came() -> None:
    clock = Clock()
    with provider_at_work(clock=clock, way=Way.BROUGHT) as provider:
        of, ours = exchange(provider), connector(clock)
        with awaited(ours, lambda: of) as (url, taken):
            provider.callback_url = url
            provider.order(Fault.CALLBACK_FIRST)
            assert ours.ask(of, "A203:1", PERSON) == Promised("R1")
            assert [key for key, _ in taken] == ["A203:1"], "it is there before its promise"


def test_another_provider_cannot_bring_it() -> None:
    """A provider's own secret signs for that provider alone."""
    clock = Clock()
    other = replace(ASKED, secret="TUOLING_REPORT_OTHER")
    assert connector(clock).brought(other, signed(clock), BODY) is None
