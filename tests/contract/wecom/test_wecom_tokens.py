"""The shared token: one refresh for all, one retry, never a loop."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from wecom_kit import NAME, Process

from bot.channels.tokens import Fetched, SharedToken, Token
from cards.channel import Misconfigured, Quota, Retry, Sent

OK = {"errcode": 0, "errmsg": "ok", "msgid": "m1"}


def send(process):
    return process.channel.send_text("batu", "好", again=False)


@pytest.mark.parametrize("errcode", [40014, 41001, 42001])
def test_a_token_that_is_always_refused_costs_one_refresh_and_two_sends(process, platform, errcode):
    assert isinstance(process.tokens.current(), Token)
    platform.answer = lambda _asked: {"errcode": errcode, "errmsg": "no"}
    assert isinstance(send(process), Misconfigured)
    assert platform.count("message/send") == 2
    assert platform.count("gettoken") == 2, "the first token, and one refresh"


def test_a_hundred_refused_sends_do_not_burn_the_quota(process, platform, clock):
    platform.answer = lambda _asked: {"errcode": 40014, "errmsg": "no"}
    for _ in range(100):
        assert isinstance(send(process), Misconfigured)
    assert platform.count("gettoken") <= 5
    clock.forward(61)
    platform.answer = lambda _asked: OK
    assert isinstance(send(process), Sent)


def test_a_wrong_secret_is_asked_about_once_a_minute(process, platform, clock):
    platform.token_answer = lambda: {"errcode": 40001, "errmsg": "invalid credential"}
    for _ in range(20):
        assert isinstance(send(process), Misconfigured)
    assert platform.count("gettoken") == 1
    clock.forward(61)
    platform.token_answer = None
    assert isinstance(send(process), Sent)


def test_what_a_clock_wrote_that_ran_ahead_keeps_nobody_from_asking(process, platform, clock):
    """A day ahead once a fetch fails, and five times more are refused; then it is right again."""
    clock.forward(86_400)
    platform.token_answer = lambda: {"errcode": 40001, "errmsg": "invalid credential"}
    for _ in range(6):
        assert isinstance(send(process), Misconfigured)
        clock.forward(61)
    clock.forward(-86_400 - 6 * 61)
    platform.token_answer = None
    assert isinstance(send(process), Sent)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"errcode": 45009, "errmsg": "limit"}, Quota),
        ({"errcode": -1, "errmsg": "busy"}, Retry),
        ({"errcode": 0, "errmsg": "ok"}, Retry),
        ({"errcode": 0, "access_token": "", "expires_in": 7200}, Retry),
        ({"errcode": 0, "access_token": 7, "expires_in": 7200}, Retry),
        ({"errcode": 0, "access_token": "x", "expires_in": "7200"}, Retry),
        ({"errcode": 0, "access_token": "x", "expires_in": 0}, Retry),
    ],
)
def test_no_token_is_a_fault_and_nothing_is_sent(process, platform, answer, fault):
    platform.token_answer = lambda: answer
    assert isinstance(send(process), fault)
    assert platform.count("message/send") == 0


@pytest.mark.parametrize("seconds", [10**12, 10**15, 3 * 10**11])
def test_a_token_that_claims_to_live_for_ever_is_used_and_renewed_in_time(process, platform, seconds):
    platform.valid = "same"
    platform.token_answer = lambda: {"errcode": 0, "access_token": "same", "expires_in": seconds}
    assert isinstance(send(process), Sent)


def test_a_burst_of_200_with_a_token_that_dies_in_the_middle(process, platform):
    sent = threading.Semaphore(0)

    def answer(_asked):
        sent.release()
        return OK

    platform.answer = answer

    def one(number):
        if number == 100:
            assert sent.acquire(timeout=10)  # some went through before
            platform.expire()
        return send(process)

    with ThreadPoolExecutor(32) as threads:
        results = list(threads.map(one, range(200)))
    assert all(isinstance(result, Sent) for result in results)
    assert platform.count("gettoken") == 2


def test_cold_threads_of_several_processes_fetch_one_token(platform, store, clock):
    processes = [Process(platform, store, clock) for _ in range(4)]
    barrier = threading.Barrier(16)

    def one(number):
        barrier.wait(timeout=10)
        return send(processes[number % 4])

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(one, range(16)))
    assert all(isinstance(result, Sent) for result in results)
    assert platform.count("gettoken") == 1
    assert not store.leased(NAME)


def test_another_process_takes_the_new_token_from_the_store(platform, store, clock):
    first, second = Process(platform, store, clock), Process(platform, store, clock)
    assert isinstance(send(first), Sent)
    assert isinstance(send(second), Sent)
    platform.expire()
    assert isinstance(send(first), Sent)
    assert isinstance(send(second), Sent)
    assert platform.count("gettoken") == 2


def test_a_token_is_renewed_before_it_ends(process, platform, clock):
    assert isinstance(send(process), Sent)
    clock.forward(7200 - 301)
    assert isinstance(send(process), Sent)
    assert platform.count("gettoken") == 1
    clock.forward(2)
    assert isinstance(send(process), Sent)
    assert platform.count("gettoken") == 2


def test_a_token_with_a_short_rest_of_life_is_not_fetched_for_every_call(process, platform, clock):
    platform.token_answer = lambda: {"errcode": 0, "access_token": platform.valid, "expires_in": 100}
    platform.valid = "same"
    assert [type(send(process)) for _ in range(10)] == [Sent] * 10
    assert platform.count("gettoken") == 1
    clock.forward(91)
    assert isinstance(send(process), Sent)
    assert platform.count("gettoken") == 2


def test_a_lease_that_somebody_else_holds_is_waited_for_in_bounded_time(store, clock):
    slept = []
    tokens = SharedToken(NAME, store, lambda: pytest.fail("asked without the lease"), clock, slept.append)
    assert store.acquire(NAME, "another", 20)
    assert isinstance(tokens.current(), Retry)
    assert sum(slept) == pytest.approx(5, abs=0.2)


def test_what_the_holder_writes_meanwhile_is_taken(store, clock):
    assert store.acquire(NAME, "another", 20)
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            store.write(NAME, "theirs", 8, clock() + timedelta(hours=1))

    tokens = SharedToken(NAME, store, lambda: pytest.fail("asked without the lease"), clock, sleep)
    assert tokens.refresh(7) == Token("theirs", 8)
    assert len(slept) == 3


def test_a_holder_that_died_does_not_block_for_ever(store, clock):
    assert store.acquire(NAME, "dead", 20)
    tokens = SharedToken(NAME, store, lambda: Fetched("new", 7200), clock, clock.forward)
    clock.forward(18)
    assert tokens.current() == Token("new", 1)


def test_a_store_that_fails_gives_the_lease_and_the_lock_back(store, clock):
    class Down(Exception):
        pass

    def broken(*_args):
        raise Down

    tokens = SharedToken(NAME, store, lambda: Fetched("new", 7200), clock)
    write, store.write = store.write, broken
    with pytest.raises(Down):
        tokens.current()
    assert not store.leased(NAME)
    store.write = write
    assert tokens.current() == Token("new", 1)
