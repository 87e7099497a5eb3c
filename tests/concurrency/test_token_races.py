"""One access token for all threads and processes: many sends, few refreshes."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kit.company import Company

from bot.channels.wecom.channel import WeComChannel
from bot.runtime import build
from bot.sandbox.faults import Fault
from cards.channel import Misconfigured, Sent

SENDS, THREADS = 200, 16


@pytest.fixture
def channels(company: Company) -> Iterator[list[WeComChannel]]:
    """Two of them, as two processes have: each with its own memory and connections, sharing the database."""
    runtimes = [build(company.runtime.settings, clock=company.clock) for _ in range(2)]
    yield [runtime.channels["wecom"] for runtime in runtimes]  # type: ignore[misc]
    for runtime in runtimes:
        runtime.store.database.dispose()


def send_all(company: Company, channels: list[WeComChannel], revoke_at: int | None) -> list[object]:
    """Two hundred texts over both channels, to everybody in turn; the token dies in the middle."""
    members = itertools.cycle([member.userid for member in company.platform.members()])
    work = [(number, channels[number % 2], next(members)) for number in range(SENDS)]

    def one(each: tuple[int, WeComChannel, str]) -> object:
        number, channel, member = each
        if number == revoke_at:
            company.platform.revoke_tokens()
        return channel.send_text(member, f"第{number}条", again=False)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, work))


def test_fault_43_a_token_that_dies_in_a_burst_is_renewed_once(company: Company, channels: list[WeComChannel]) -> None:
    """Fault 43: one refresh for all, one retry, then Fault; 200 sends, gettoken ≤ 2."""
    results = send_all(company, channels, revoke_at=SENDS // 2)
    assert all(isinstance(result, Sent) for result in results)
    assert len(company.platform.journal.calls("gettoken")) <= 2
    reached = [entry for entry in company.platform.journal.calls("message/send") if entry.errcode == 0]
    assert len(reached) == SENDS


def test_fault_44_a_token_that_is_always_refused_is_not_asked_for_again_and_again(
    company: Company, channels: list[WeComChannel]
) -> None:
    """Fault 44: stop after 1 refresh, alert: each send is tried at most twice, and the gettoken quota stays whole."""
    company.platform.faults.order(api="message/send", fault=Fault.ERRCODE, errcode=40014, times=10 * SENDS)
    results = send_all(company, channels, revoke_at=None)
    assert not any(isinstance(result, Sent) for result in results)
    assert any(isinstance(result, Misconfigured) for result in results)
    assert len(company.platform.journal.calls("gettoken")) <= 2 * 5, "no more than five a minute and process"
    assert len(company.platform.journal.calls("message/send")) <= 2 * SENDS
