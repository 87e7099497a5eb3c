"""Telling another system: how it is signed, where it may go, what an answer means, and that who fails is left alone."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest
from kit.clock import Clock
from kit.ports import free_port
from kit.receiving import Answer, receiving
from kit.webhooks import SECRET, OtherSystem, other_system

from bot.channels.breaker import FAILED, RESTS
from bot.channels.webhook.caller import MOST_BYTES, WebhookCaller, key_of, message_id, signature
from cards.channel import Misconfigured, Permanent, Resting, Retry, Sent

BODY = b'{"type":"lead.tags"}'


@pytest.fixture
def other() -> Iterator[OtherSystem]:
    with other_system() as other:
        yield other


def caller(*hosts: str, seconds: float = 8.0, at: list[float] | None = None) -> WebhookCaller:
    """Ours, that may call these hosts; `at` is the monotonic time."""
    known = hosts or ("127.0.0.1",)
    times = at if at is not None else [0.0]
    return WebhookCaller(key_of(SECRET), known, Clock(), read_seconds=seconds, monotonic=lambda: times[0])


def test_the_vector_of_the_specification() -> None:
    number, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(key_of(SECRET), number, "1614265330", body) == right


def test_it_arrives_signed_and_under_one_id(other: OtherSystem) -> None:
    ours = caller()
    assert [ours.call(other.url, BODY, key) for key in ("a:1", "a:1", "a:2")] == [Sent()] * 3
    assert other.asked == [message_id("a:1"), message_id("a:1"), message_id("a:2")]
    assert other.told == [{"type": "lead.tags"}] * 2
    assert not other.forged


@pytest.mark.parametrize("hosts", [("erp.example.com",), ("127.0.0.2",), ("0.0.0.1",)])
def test_a_host_that_nobody_allowed_is_not_called(other: OtherSystem, hosts: tuple[str, ...]) -> None:
    outcome = caller(*hosts).call(other.url, BODY, "a:1")
    assert isinstance(outcome, Misconfigured)
    assert "TUOLING_WEBHOOK_HOSTS" in outcome.why
    assert other.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (202, Sent),
        (400, Permanent),
        (410, Permanent),
        (401, Misconfigured),
        (429, Retry),
        (503, Retry),
        (Answer(302, {"Location": "http://127.0.0.1:1/elsewhere"}), Retry),
        (Answer(200, body=b"x" * (MOST_BYTES + 1)), Retry),
    ],
)
def test_what_an_answer_means(other: OtherSystem, answer: int | Answer, kind: type) -> None:
    other.answers.append(answer)
    assert isinstance(caller().call(other.url, BODY, "a:1"), kind)
    assert len(other.asked) == 1, "a redirect is not followed"


def test_who_fails_is_left_alone_longer_each_time(other: OtherSystem) -> None:
    at = [0.0]
    ours = caller(at=at)
    for rest in (*RESTS, RESTS[-1]):
        other.answers.append(500)
        assert isinstance(ours.call(other.url, BODY, "a:1"), Retry)
        asked = len(other.asked)
        assert ours.call(other.url, BODY, "a:2") == Resting(rest)
        assert len(other.asked) == asked, "nobody is called"
        at[0] += rest
    assert ours.call(other.url, BODY, "a:1") == Sent()
    assert ours.call(other.url, BODY, "a:2") == Sent(), "it works again"


def test_failures_are_counted_by_host(other: OtherSystem) -> None:
    counted = FAILED.labels("webhook", "127.0.0.1")._value
    ours = caller()
    before = counted.get()
    other.answers += [400, 503]
    for key in ("a:1", "a:2", "a:3"):
        ours.call(other.url, BODY, key)
    assert counted.get() == before + 1, "the second failed, and the third was not tried"


def test_a_poisoned_message_stops_no_other(other: OtherSystem) -> None:
    at = [0.0]
    ours = caller(at=at)
    other.answers.append(400)
    assert isinstance(ours.call(other.url, BODY, "a:1"), Permanent)
    assert ours.call(other.url, BODY, "a:2") == Sent()


def test_who_is_not_there_or_says_nothing_is_tried_later() -> None:
    outcome = caller().call(f"http://127.0.0.1:{free_port()}/", BODY, "a:1")
    assert isinstance(outcome, Retry)
    assert not outcome.maybe_sent
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        late = caller(seconds=0.2).call(url, BODY, "a:1")
    assert isinstance(late, Retry)
    assert late.maybe_sent


def test_one_tries_again_and_the_others_wait_for_him() -> None:
    at, seen = [0.0], []
    ours = caller(at=at)

    def answer(_headers: Mapping[str, str], _body: bytes) -> Answer:
        if at[0]:
            seen.append(ours.call(base, BODY, "a:2"))
        return Answer(500)

    with receiving(answer) as base:
        ours.call(base, BODY, "a:1")
        at[0] += RESTS[0]
        assert isinstance(ours.call(base, BODY, "a:1"), Retry)
    assert [type(one) for one in seen] == [Resting], "while the first one tries, the second does not"
