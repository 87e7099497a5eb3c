"""Handing short messages over: what is sent, how it is signed, and what each kind of answer means."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from kit.clock import Clock
from kit.gateway import KEY, SIGN, Arrived, Gateway, gateway_at_work
from kit.ports import free_port

from bot.channels.signing import signature
from bot.channels.sms.gateway import MOST_BYTES, SmsGateway
from cards.channel import Fault, Misconfigured, Permanent, Retry, Sent

PHONE, TEXT = "13947100009", "【青城助贷】驼铃：您有一件进件审批已超时，请在企业微信里处理（T88）"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateway_at_work() as gateway:
        yield gateway


def send(gateway: Gateway, *, key: str = KEY, message: str = "deadlines:a:1", seconds: float = 8.0) -> Sent | Fault:
    """Hand one over."""
    ours = SmsGateway(gateway.url, key, SIGN, Clock(), read_seconds=seconds)
    return ours.send(PHONE, TEXT, message)


def test_a_message_arrives_with_phone_text_and_id(gateway: Gateway) -> None:
    assert send(gateway) == Sent()
    assert gateway.arrived == [Arrived(PHONE, TEXT, "deadlines:a:1")]
    (headers,) = gateway.headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Tuoling-Timestamp"] == str(int(Clock()().timestamp()))


def test_what_is_sent_again_arrives_once(gateway: Gateway) -> None:
    assert [send(gateway), send(gateway), send(gateway, message="deadlines:a:2")] == [Sent()] * 3
    assert [each.id for each in gateway.arrived] == ["deadlines:a:1", "deadlines:a:2"]


def test_the_signature_of_the_handbook() -> None:
    """Reckoned with `printf '1795744800\\n{"id":"1"}' | openssl dgst -sha256 -hmac key-of-the-handbook`."""
    assert (
        signature(b"key-of-the-handbook", "1795744800", b'{"id":"1"}')
        == "4a7278735194251ff9bdf11ba697f755b3ac8476f108dacd0ece4d0d625643a4"
    )


@pytest.mark.parametrize(
    ("status", "headers", "meaning"),
    [
        (202, {}, Sent()),
        (429, {}, Retry(5.0, "HTTP 429")),
        (429, {"Retry-After": "60"}, Retry(60.0, "HTTP 429")),
        (429, {"Retry-After": "999999"}, Retry(3600.0, "HTTP 429")),
        (429, {"Retry-After": "Fri, 27 Nov 2026 08:00:00 GMT"}, Retry(5.0, "HTTP 429")),
        (408, {}, Retry(5.0, "HTTP 408")),
        (500, {}, Retry(5.0, "HTTP 500", maybe_sent=True)),
        (503, {}, Retry(5.0, "HTTP 503", maybe_sent=True)),
        (400, {}, Permanent("HTTP 400")),
        (422, {}, Permanent("HTTP 422")),
        (403, {}, Misconfigured("HTTP 403: our signature is not taken")),
    ],
)
def test_the_status_decides(gateway: Gateway, status: int, headers: dict[str, str], meaning: Sent | Fault) -> None:
    gateway.answers.append((status, headers))
    assert send(gateway) == meaning
    assert gateway.arrived == []


def test_another_key_is_for_an_engineer(gateway: Gateway) -> None:
    refused = send(gateway, key="another-key-0123456789")
    assert refused == Misconfigured("HTTP 401: our signature is not taken")


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    with gateway_at_work() as other:
        gateway.answers.append((307, {"Location": other.url}))
        assert send(gateway) == Retry(5.0, "redirect")
        assert other.asked == []


def test_an_answer_without_end_is_not_read(gateway: Gateway) -> None:
    gateway.body = b"x" * (MOST_BYTES + 1)
    assert send(gateway) == Retry(5.0, "too long an answer", maybe_sent=True)


def test_a_connection_that_breaks_may_have_sent_it(gateway: Gateway) -> None:
    gateway.drops = True
    broken = send(gateway)
    assert isinstance(broken, Retry)
    assert broken.maybe_sent
    assert send(gateway) == Sent()
    assert len(gateway.arrived) == 1


def test_who_does_not_answer_in_time_may_have_sent_it() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        late = send(Gateway(url=f"http://127.0.0.1:{silent.getsockname()[1]}/send"), seconds=0.2)
    assert late == Retry(5.0, "ReadTimeout", maybe_sent=True)


def test_where_nobody_listens_nothing_was_sent() -> None:
    assert send(Gateway(url=f"http://127.0.0.1:{free_port()}/send")) == Retry(5.0, "ConnectionError")
