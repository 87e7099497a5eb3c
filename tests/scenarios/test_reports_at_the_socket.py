"""外部报告 from the hand-in to the provider's socket and back: each fault, a callback at the wrong moment, two relays,
and no connection at all without a consent."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from kit.loans import row, stands
from kit.providers import SECRET, VARIABLE, connector, exchange, provider_at_work
from kit.reports import CONSENT, authorised, begun, radar
from sqlalchemy import select

from bot.runtime import build
from bot.sandbox.faults import Fault
from bot.sandbox.provider import FakeProvider, Way
from core.loans import service
from core.risk.models import OutsideReport, RiskDecision
from core.risk.providers import Providers

_at = [0.0]  # the monotonic time of the breaker
HOSTS = {"TUOLING_REPORT_HOSTS": "127.0.0.1", VARIABLE: SECRET}


@pytest.fixture
def provider(clock: Clock) -> Iterator[FakeProvider]:
    with provider_at_work(clock=clock) as provider:
        yield provider


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock, provider: FakeProvider) -> Iterator[Company]:
    with open_company(database_url, tmp_path / "var", clock, **HOSTS) as company:
        bot = company.platform.callback_url.removesuffix("/wecom/callback")
        provider.callback_url = f"{bot}/api/reports/radar"
        asked(company, provider)
        company.runtime.reports.asking = connector(clock, at=_at)
        yield company


def asked(company: Company, provider: FakeProvider) -> None:
    """Who asks this provider, which has to answer, or be given up."""
    one = replace(radar(mandatory=True, skippable=True), exchange=exchange(provider))
    now = company.runtime.company
    forms = tuple(replace(form, documents=(CONSENT,)) for form in now.forms)
    company.runtime.in_force.hold(replace(now, forms=forms, providers=Providers((one,))))


def hand_in(company: Company, *, consent: bool = True) -> int:
    """An application of 刘志强's, who has authorised reports."""
    batu, number = company.person("batu"), begun(company)
    if consent:
        authorised(company, batu, number)
    batu.say(f"提交 A{number}")
    return number


def wait(company: Company, minutes: int) -> None:
    for _ in range(minutes):
        company.clock.go(minutes=1)
        _at[0] += 60
        company.settle()


def reports(company: Company) -> list[OutsideReport]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(OutsideReport).order_by(OutsideReport.id)))


def decisions(company: Company) -> int:
    with company.runtime.store.read() as session:
        return len(session.scalars(select(RiskDecision.id)).all())


def test_without_a_consent_there_is_no_connection(company: Company, provider: FakeProvider) -> None:
    """A socket that only listens: whoever connects stands in its queue."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/v1/report"
        now = company.runtime.company
        (one,) = now.providers.providers
        assert one.exchange is not None
        there = replace(one, exchange=replace(one.exchange, url=address), terms=radar().terms)
        company.runtime.in_force.hold(replace(now, providers=Providers((there,))))
        number = hand_in(company, consent=False)
        company.person("liufang").say(f"重新评估 A{number}")
        wait(company, 3)
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert (provider.calls, reports(company)) == ([], [])


def test_a_report_comes_by_itself(company: Company, provider: FakeProvider) -> None:
    number = hand_in(company)
    assert stands(company, number) == "first_review: liufang chaolu"
    (report,) = reports(company)
    assert (report.state, provider.calls) == ("there", [f"ask {report.key}"])
    assert set(provider.bodies[0]) == {"name", "id_number", "phone"}, "and nothing else is sent"


@pytest.mark.parametrize(
    "fault",
    [
        Fault.STATUS_500,
        Fault.RESET,
        Fault.HALF_BODY,
        Fault.WRONG_JSON,
        Fault.HTML,
        Fault.ACCEPT_THEN_DROP,
        Fault.REDIRECT,
        Fault.HUGE_BODY,
    ],
)
def test_a_fault_is_gone_over_and_nothing_is_paid_twice(company: Company, provider: FakeProvider, fault: Fault) -> None:
    provider.order(fault)
    number = hand_in(company)
    assert row(company, number).state == "running"
    wait(company, 2)
    assert stands(company, number) == "first_review: liufang chaolu"
    (report,) = reports(company)
    assert (report.state, report.cost_fen, provider.paid) == ("there", 350, 1)
    assert decisions(company) == 1


def test_what_fails_for_ever_is_given_up_and_it_goes_on(company: Company, provider: FakeProvider) -> None:
    provider.order(Fault.STATUS_500, times=300)
    number = hand_in(company)
    wait(company, 125)
    assert stands(company, number).startswith(("first_review", "risk_review"))
    (report,) = reports(company)
    assert (report.state, report.cost_fen) == ("failed", 350)


def test_a_callback_before_the_answer_is_taken(company: Company, provider: FakeProvider) -> None:
    provider.way = Way.BROUGHT
    provider.order(Fault.CALLBACK_FIRST)
    number = hand_in(company)
    company.settle()
    assert stands(company, number) == "first_review: liufang chaolu"
    (report,) = reports(company)
    assert (report.state, provider.paid, decisions(company)) == ("there", 1, 1)
    wait(company, 130)
    assert reports(company)[0].state == "there"
    assert len(provider.calls) == 1, "it is not asked for again"


def test_a_callback_twice_is_one_report(company: Company, provider: FakeProvider) -> None:
    provider.way = Way.BROUGHT
    number = hand_in(company)
    (report,) = reports(company)
    assert report.state == "promised"
    provider.order(Fault.DUPLICATE_IN_ROW, api="callback", copies=3)
    assert provider.bring(report.key) == [200, 200, 200]
    company.settle()
    assert stands(company, number) == "first_review: liufang chaolu"
    assert (reports(company)[0].state, decisions(company)) == ("there", 1)


def test_a_forged_callback_changes_nothing(company: Company, provider: FakeProvider) -> None:
    provider.way = Way.BROUGHT
    hand_in(company)
    (report,) = reports(company)
    provider._secret = "another-secret-of-somebody"
    assert provider.bring(report.key) == [401]
    assert reports(company)[0].state == "promised"
    provider._secret = SECRET
    provider._asked["nobody's key"] = provider._asked[report.key]
    assert provider.bring("nobody's key") == [404]


def test_two_relays_ask_for_it_once(company: Company, provider: FakeProvider) -> None:
    provider.order(Fault.DELAY, seconds=0.3)
    runtime = build(company.runtime.settings, clock=company.clock)
    runtime.in_force.hold(company.runtime.company)
    batu, number = company.person("batu"), begun(company)
    authorised(company, batu, number)
    with company.runtime.store.unit(request_id="in", channel="wecom") as unit:
        service.submit(unit, batu.actor, number, company.runtime.company.loans)
    both = [Thread(target=each.relay.drain) for each in (company.runtime, runtime)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    company.settle()
    runtime.store.database.dispose()
    assert len(provider.calls) == 1
    assert stands(company, number) == "first_review: liufang chaolu"
