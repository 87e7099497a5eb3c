"""Asking a provider for a report: what is sent and how it is signed, what each answer means, and each fault at the
real socket."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from kit.certificates import certificate_for, server_context
from kit.clock import Clock
from kit.ports import free_port
from kit.providers import OLD_SECRET, PERSON, SECRET, VARIABLE, connector, exchange, provider_at_work
from kit.receiving import Answer, receiving

import config
from bot.channels.addresses import LookUp
from bot.channels.breaker import FAILED, RESTS
from bot.channels.reports.answers import MOST_BYTES, MOST_DEPTH
from bot.channels.reports.connector import ReportConnector
from bot.sandbox.faults import Fault
from bot.sandbox.provider import FakeProvider, Way, figures_of
from cards.channel import Misconfigured, NoReport, Promised, Reported, Reporting, Resting, Retry
from config.company import load_company
from config.settings import load_settings
from core.expressions import Kind, read_answer
from core.risk.providers import Exchange, Item, Polling, Signing

SOON = timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[FakeProvider]:
    with provider_at_work(clock=clock) as provider:
        yield provider


@pytest.fixture
def ours(clock: Clock) -> ReportConnector:
    return connector(clock)


def test_a_report_that_is_there_at_once(provider: FakeProvider, ours: ReportConnector) -> None:
    report = ours.ask(exchange(provider), "A203:1", PERSON)
    assert isinstance(report, Reported)
    said = figures_of(PERSON[Item.ID_NUMBER])
    assert read_answer("answer.data.score", report.answer, Kind.NUMBER) == said["score"]
    assert json.loads(report.raw)["data"] == said
    assert provider.calls == ["ask A203:1"]
    assert not provider.forged


def test_only_what_is_named_is_sent(provider: FakeProvider, ours: ReportConnector) -> None:
    known = PERSON | {Item.AMOUNT: "500000.00", Item.NUMBER: "A203"}
    ours.ask(exchange(provider), "A203:1", known)
    sent = (("id_number", Item.ID_NUMBER), ("loan", Item.AMOUNT), ("code", Item.CREDIT_CODE))
    ours.ask(exchange(provider, send=sent), "A203:2", known)
    assert provider.bodies == [
        {"name": "巴特尔·孟和", "id_number": "150102199005010012", "phone": "13947100001"},
        {"id_number": "150102199005010012", "loan": "500000.00"},
    ]


def test_nobody_is_asked_about_nobody(provider: FakeProvider, ours: ReportConnector) -> None:
    for known in ({}, {Item.AMOUNT: "500000.00"}, {Item.NAME: "", Item.ID_NUMBER: ""}):
        assert ours.ask(exchange(provider), "A203:1", known) == NoReport("nothing to ask by")
    assert provider.calls == []


def test_under_one_key_it_is_paid_for_once(provider: FakeProvider, ours: ReportConnector) -> None:
    """Also when nobody knows whether the first time arrived."""
    provider.order(Fault.ACCEPT_THEN_DROP)
    provider.order(Fault.HALF_BODY)
    at = [0.0]
    ours = connector(Clock(), at=at)
    outcomes = []
    for _ in range(3):
        outcomes.append(ours.ask(exchange(provider), "A203:1", PERSON))
        at[0] += max(RESTS)
    assert [type(each) for each in outcomes] == [Retry, Retry, Reported]
    assert all(each.maybe_sent for each in outcomes if isinstance(each, Retry))
    assert (provider.paid, len(provider.calls)) == (1, 3)


def test_a_token_instead_of_a_signature(clock: Clock) -> None:
    with provider_at_work(clock=clock, bearer=True, way=Way.POLLED, ready_at=1) as provider:
        by_token = exchange(provider, signing=Signing.BEARER)
        assert connector(clock).ask(by_token, "A203:1", PERSON) == Promised("R1")
        assert isinstance(connector(clock).poll(by_token, "A203:1", "R1"), Reported)
        assert not provider.forged
        refused = connector(clock, secrets=[OLD_SECRET]).ask(by_token, "A203:1", PERSON)
        assert refused == Misconfigured("HTTP 401: our signature is not taken")


def test_what_is_sent_is_signed_with_the_newest_secret(provider: FakeProvider, clock: Clock) -> None:
    asked = exchange(provider)
    assert isinstance(connector(clock, secrets=[SECRET, OLD_SECRET]).ask(asked, "A203:1", PERSON), Reported)
    refused = connector(clock, secrets=[OLD_SECRET, SECRET]).ask(asked, "A203:1", PERSON)
    assert refused == Misconfigured("HTTP 401: our signature is not taken")
    assert provider.forged == 1


def test_without_a_secret_nobody_is_asked(provider: FakeProvider, clock: Clock) -> None:
    assert connector(clock, secrets=[]).ask(exchange(provider), "A1:1", PERSON) == Misconfigured(
        f"{VARIABLE} is not set"
    )
    assert provider.calls == []


def test_a_report_that_is_asked_for_again(clock: Clock) -> None:
    with provider_at_work(clock=clock, way=Way.POLLED, ready_at=2) as provider:
        ours, of = connector(clock), exchange(provider)
        assert ours.ask(of, "A203:1", PERSON) == Promised("R1")
        assert ours.ask(of, "A203:1", PERSON) == Promised("R1"), "the same one"
        assert ours.poll(of, "A203:1", "R1") == Promised("R1")
        assert isinstance(ours.poll(of, "A203:1", "R1"), Reported)
        assert ours.poll(of, "A203:1", "R9") == NoReport("HTTP 404")
        assert provider.calls == ["ask A203:1"] * 2 + ["poll R1"] * 2 + ["poll R9"]
        assert not provider.forged


def test_a_reference_is_no_other_address(clock: Clock) -> None:
    """What a provider calls its report stands in an address that we sign."""
    asked: list[str] = []
    with provider_at_work(clock=clock, way=Way.POLLED) as provider:
        polled = provider.polled
        provider.polled = lambda reference: asked.append(reference) or polled(reference)  # type: ignore[method-assign,func-returns-value]
        ours, of = connector(clock), exchange(provider)
        for odd in ("a b", "x?admin=1", "x#y", "编号", "%2e%2e"):
            assert ours.poll(of, "A203:1", odd) == NoReport("HTTP 404")
        for unfit in ("", "..", ".", "a\nb", "x" * 201):
            assert ours.poll(of, "A203:1", unfit) == Misconfigured("nothing to poll")
        assert asked == ["a b", "x?admin=1", "x#y", "编号", "%2e%2e"]
        assert not provider.forged
        assert ours.poll(replace(of, polling=None), "A203:1", "R1") == Misconfigured("nothing to poll")


def test_who_is_not_known_there(provider: FakeProvider, ours: ReportConnector) -> None:
    provider.unknown.add(PERSON[Item.ID_NUMBER])
    assert ours.ask(exchange(provider), "A203:1", PERSON) == NoReport("not `ok`")


BROKEN = [
    (Fault.STATUS_500, Retry(5.0, "HTTP 500", maybe_sent=True)),
    (Fault.WRONG_JSON, Retry(5.0, "no answer (form)", maybe_sent=True)),
    (Fault.HTML, Retry(5.0, "no answer (form)", maybe_sent=True)),
    (Fault.HUGE_BODY, Retry(5.0, "too long an answer", maybe_sent=True)),
    (Fault.REDIRECT, Retry(5.0, "redirect")),
    (Fault.RESET, Retry(5.0, "ConnectionError", maybe_sent=True)),
    (Fault.HALF_BODY, Retry(5.0, "ChunkedEncodingError", maybe_sent=True)),
    (Fault.ACCEPT_THEN_DROP, Retry(5.0, "ConnectionError", maybe_sent=True)),
]


@pytest.mark.parametrize(("fault", "outcome"), BROKEN)
def test_what_breaks_is_tried_again_and_then_works(provider: FakeProvider, fault: Fault, outcome: Retry) -> None:
    at = [0.0]
    ours = connector(Clock(), at=at)
    provider.order(fault)
    assert ours.ask(exchange(provider), "A203:1", PERSON) == outcome
    at[0] += RESTS[0]
    assert isinstance(ours.ask(exchange(provider), "A203:1", PERSON), Reported)
    assert provider.paid == 1


@pytest.mark.parametrize(
    ("fault", "seconds"), [(Fault.DELAY, 20.0), (Fault.SLOW_DRIP, 20.0)], ids=["timeout", "slow drip"]
)
def test_no_attempt_takes_longer_than_it_may(provider: FakeProvider, fault: Fault, seconds: float) -> None:
    provider.order(fault, seconds=seconds)
    began = time.monotonic()
    late = connector(Clock()).ask(exchange(provider, timeout=SOON), "A203:1", PERSON)
    assert time.monotonic() - began < 5, "one second, on an idle machine"
    assert isinstance(late, Retry)
    assert late.maybe_sent


def test_a_redirect_leads_nowhere(provider: FakeProvider, ours: ReportConnector) -> None:
    with provider_at_work() as other:
        provider.order(Fault.REDIRECT, location=other.url)
        assert ours.ask(exchange(provider), "A203:1", PERSON) == Retry(5.0, "redirect")
        assert (other.calls, other.forged) == ([], 0)


def test_nobody_listens(ours: ReportConnector, provider: FakeProvider) -> None:
    gone = exchange(provider, url=f"http://127.0.0.1:{free_port()}/v1/report")
    assert ours.ask(gone, "A203:1", PERSON) == Retry(5.0, "ConnectionError")


def test_who_takes_the_connection_and_says_nothing(ours: ReportConnector, provider: FakeProvider) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/report"
        late = ours.ask(exchange(provider, url=url, timeout=SOON), "A203:1", PERSON)
    assert late == Retry(5.0, "ReadTimeout", maybe_sent=True)


def answered(answer: Answer, **other: object) -> object:
    """What comes of this answer."""
    with receiving(lambda _headers, _body: answer) as base:
        provider = FakeProvider(SECRET, Clock())
        provider.url = f"{base}/v1/report"
        return connector(Clock()).ask(exchange(provider, **other), "A203:1", PERSON)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(200, body=b'{"code": 1, "id": "R7"}'), Promised("R7")),
        (Answer(202, body=b'{"code": 1, "id": "R7"}'), Promised("R7")),
        (Answer(200, body=b'{"code": 1}'), Promised("")),
        (Answer(200, body=b'{"code": 1, "id": ".."}'), Promised("")),
        (Answer(200, body=b'{"code": 1, "id": 7}'), Promised("")),
        (Answer(200, body=b'{"code": 3}'), NoReport("not `ok`")),
        (Answer(200, body=b'{"code": "0"}'), NoReport("not `ok`")),
        (Answer(200, body=b"{}"), Retry(5.0, "an answer of which `ok` cannot tell", maybe_sent=True)),
        (Answer(204, body=b""), NoReport("HTTP 204")),
        (Answer(400), NoReport("HTTP 400")),
        (Answer(422), NoReport("HTTP 422")),
        (Answer(401), Misconfigured("HTTP 401: our signature is not taken")),
        (Answer(403), Misconfigured("HTTP 403: our signature is not taken")),
        (Answer(402), Misconfigured("HTTP 402: not as it is set up")),
        (Answer(404), Misconfigured("HTTP 404: not as it is set up")),
        (Answer(405), Misconfigured("HTTP 405: not as it is set up")),
        (Answer(410), Misconfigured("HTTP 410: not as it is set up")),
        (Answer(415), Misconfigured("HTTP 415: not as it is set up")),
        (Answer(408), Retry(5.0, "HTTP 408")),
        (Answer(409), Retry(5.0, "HTTP 409", maybe_sent=True)),
        (Answer(429, {"Retry-After": "90"}), Retry(90.0, "HTTP 429")),
        (Answer(503, {"Retry-After": "60"}), Retry(60.0, "HTTP 503", maybe_sent=True)),
        (Answer(200, body=b"[]"), Retry(5.0, "no answer (kind)", maybe_sent=True)),
        (Answer(200, body=b'{"code": NaN}'), Retry(5.0, "no answer (form)", maybe_sent=True)),
        (Answer(200, body=b'{"code": 0, "x": 1e999}'), Retry(5.0, "no answer (form)", maybe_sent=True)),
        (Answer(200, body=b'{"code": 0, "code": 0}'), Retry(5.0, "no answer (form)", maybe_sent=True)),
        (Answer(200, body=b'{"code":' * 20_000), Retry(5.0, "no answer (deep)", maybe_sent=True)),
        (Answer(200, body=b" " * (MOST_BYTES + 1)), Retry(5.0, "too long an answer", maybe_sent=True)),
    ],
)
def test_what_an_answer_means(answer: Answer, meaning: object) -> None:
    assert answered(answer) == meaning


def test_where_nothing_is_said_of_answers_each_is_a_report() -> None:
    plain: dict[str, object] = {"ok": "", "pending": "", "reference": "", "polling": None, "calls_back": False}
    found = answered(Answer(200, body=b'{"code": 1}'), **plain)
    assert found == Reported({"code": 1.0}, b'{"code": 1}')
    promised = {**plain, "pending": "answer.code == 1", "reference": "answer.id"}
    assert answered(Answer(200, body=b'{"code": 1}'), **promised) == Retry(
        5.0, "a promise without a reference", maybe_sent=True
    )


def test_an_answer_may_be_as_deep_and_long_as_it_may() -> None:
    deep = b'{"code":0,"a":' + b"[" * (MOST_DEPTH - 1) + b"]" * (MOST_DEPTH - 1) + b"}"
    assert isinstance(answered(Answer(200, body=deep)), Reported)
    assert isinstance(answered(Answer(200, body=deep + b" " * (MOST_BYTES - len(deep)))), Reported)


@pytest.mark.parametrize("hosts", [("api.example.com",), ("127.0.0.2",), ("27.0.0.1",)])
def test_a_host_that_nobody_allowed_is_not_asked(provider: FakeProvider, hosts: tuple[str, ...]) -> None:
    outcome = connector(Clock(), *hosts).ask(exchange(provider), "A203:1", PERSON)
    assert outcome == Misconfigured("127.0.0.1 is not in TUOLING_REPORT_HOSTS")
    assert provider.calls == []


def test_the_host_of_polling_is_looked_at_too(provider: FakeProvider, ours: ReportConnector) -> None:
    elsewhere = Polling(provider.url.replace("127.0.0.1", "localhost") + "/{reference}", SOON)
    outcome = ours.poll(exchange(provider, polling=elsewhere), "A203:1", "R1")
    assert outcome == Misconfigured("localhost is not in TUOLING_REPORT_HOSTS")


NAME = "api.radar.example.com"
NOWHERE = "0.0.0.0"  # noqa: S104
INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "100.64.0.1", NOWHERE, "224.0.0.1"]
INSIDE += [
    "::1",
    "fe80::1%eth0",
    "fd00::8",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::",
    "ff02::1",
    "x",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_asked(provider: FakeProvider, address: str) -> None:
    named = exchange(provider, url=provider.url.replace("127.0.0.1", NAME))
    ours = connector(Clock(), NAME, look_up=lambda _host, _port: [address])
    why = f"{NAME} has no address that may be called, or is named in TUOLING_REPORT_HOSTS"
    assert ours.ask(named, "A203:1", PERSON) == Misconfigured(why)
    assert provider.calls == []


def test_an_address_inside_that_is_allowed_itself_is_asked_under_its_name(provider: FakeProvider) -> None:
    """Of several addresses only those that may be are called."""
    named = exchange(provider, url=provider.url.replace("127.0.0.1", NAME))
    looked_up: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["10.1.2.3", "127.0.0.1"]

    ours = connector(Clock(), NAME, "127.0.0.1", look_up=look_up)
    assert isinstance(ours.ask(named, "A203:1", PERSON), Reported)
    assert isinstance(ours.ask(named, "A203:2", PERSON), Reported)
    assert set(looked_up) == {NAME}


def test_a_proxy_of_the_companys_looks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands inside, and knows names that this machine does not."""

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    asked: list[str] = []

    def proxy(headers: Mapping[str, str], _body: bytes) -> Answer:
        asked.append(headers["Host"])
        return Answer(200, body=b'{"code": 0}')

    with receiving(proxy) as base:
        monkeypatch.setenv("http_proxy", base)
        monkeypatch.setenv("no_proxy", "")
        provider = FakeProvider(SECRET, Clock())
        provider.url = f"http://{NAME}/v1/report"
        ours = connector(Clock(), NAME, look_up=unknown)
        assert isinstance(ours.ask(exchange(provider), "A203:1", PERSON), Reported)
        other = exchange(provider, url="http://other.example.com/v1/report")
        assert ours.ask(other, "A203:1", PERSON) == Misconfigured("other.example.com is not in TUOLING_REPORT_HOSTS")
    assert asked == [NAME]


def test_over_tls_the_certificate_is_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up by us and its address called; whose certificate it is to be does not change by that."""
    certificate = certificate_for(tmp_path, x509.DNSName(NAME))
    with provider_at_work(tls=server_context(certificate)) as provider:
        at_home: LookUp = lambda _host, _port: ["127.0.0.1"]  # noqa: E731
        by_name = exchange(provider, url=provider.url.replace("127.0.0.1", NAME))
        unknown = connector(Clock(), NAME, "127.0.0.1", look_up=at_home).ask(by_name, "A203:1", PERSON)
        assert isinstance(unknown, Retry), "nobody vouches for this certificate"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        ours = connector(Clock(), NAME, "other.example.com", "127.0.0.1", look_up=at_home)
        assert isinstance(ours.ask(by_name, "A203:1", PERSON), Reported)
        for other in ("other.example.com", "127.0.0.1"):
            elsewhere = replace(by_name, url=provider.url.replace("127.0.0.1", other))
            assert isinstance(ours.ask(elsewhere, "A203:2", PERSON), Retry), "it is another's certificate"
        assert provider.calls == ["ask A203:1"]


def test_a_name_that_nobody_knows_and_one_that_takes_forever(provider: FakeProvider) -> None:
    named = exchange(provider, url=provider.url.replace("127.0.0.1", NAME), timeout=SOON)

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert connector(Clock(), NAME, look_up=unknown).ask(named, "A1:1", PERSON) == Retry(5.0, "ConnectionError")
    ended = threading.Event()
    forever = connector(Clock(), NAME, look_up=lambda _host, _port: ["127.0.0.1"] if ended.wait(30) else [])
    began = time.monotonic()
    assert forever.ask(named, "A1:1", PERSON) == Retry(5.0, "ConnectTimeout")
    assert time.monotonic() - began < 5
    ended.set()


def test_who_fails_is_left_alone_longer_each_time(provider: FakeProvider) -> None:
    at = [0.0]
    ours, of = connector(Clock(), at=at), exchange(provider)
    counted = FAILED.labels("reports", "127.0.0.1")._value
    before = counted.get()
    for rest in (*RESTS, RESTS[-1]):
        provider.order(Fault.STATUS_500)
        assert isinstance(ours.ask(of, "A1:1", PERSON), Retry)
        assert ours.ask(of, "A2:1", PERSON) == ours.poll(of, "A2:1", "R1") == Resting(rest)
        at[0] += rest
    assert counted.get() == before + len(RESTS) + 1
    assert provider.calls == []
    assert isinstance(ours.ask(of, "A1:1", PERSON), Reported)
    assert isinstance(ours.ask(of, "A2:1", PERSON), Reported), "it works again"


@pytest.mark.parametrize("status", [401, 404, 422, 204])
def test_an_answer_about_one_applicant_or_our_settings_stops_no_other(status: int) -> None:
    seen: list[Mapping[str, str]] = []

    def answer(headers: Mapping[str, str], _body: bytes) -> Answer:
        seen.append(headers)
        return Answer(status, body=b"")

    with receiving(answer) as base:
        provider = FakeProvider(SECRET, Clock())
        provider.url = f"{base}/v1/report"
        ours = connector(Clock())
        for key in ("A1:1", "A2:1"):
            assert isinstance(ours.ask(exchange(provider), key, PERSON), NoReport | Misconfigured)
    assert [each["Idempotency-Key"] for each in seen] == ["A1:1", "A2:1"]


def test_nothing_personal_stands_in_an_address_or_in_what_is_told(
    provider: FakeProvider, ours: ReportConnector
) -> None:
    """What is told of a fault goes into logs."""
    targets: list[str] = []
    for fault in (Fault.STATUS_500, Fault.WRONG_JSON, Fault.HUGE_BODY, Fault.RESET, Fault.REDIRECT):
        provider.order(fault)
        told = repr(connector(Clock()).ask(exchange(provider), "A203:1", PERSON))
        targets.append(told)
    assert not any(secret in told for told in targets for secret in (*PERSON.values(), SECRET))


def test_the_shipped_example_against_the_made_up_provider(tmp_path: Path) -> None:
    """The file, the settings and the provider agree: every figure is read."""
    folder = Path(shutil.copytree(Path(config.__file__).parent / "company", tmp_path / "company"))
    file = folder / "reports" / "radar.yaml"
    settings = load_settings(
        {"TUOLING_ENV": "test", VARIABLE: SECRET, "TUOLING_REPORT_HOSTS": "127.0.0.1"}, env_file=None
    )
    ours = ReportConnector(settings.report_hosts, settings.secrets_in, Clock())
    with provider_at_work(way=Way.POLLED, ready_at=1) as provider:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("https://api.radar.example.com/v1/report", provider.url), encoding="utf-8")
        radar = load_company(folder).providers.of("radar")
        assert radar is not None
        assert radar.exchange is not None
        assert ours.ask(radar.exchange, "A203:1", PERSON) == Promised("R1")
        report = ours.poll(radar.exchange, "A203:1", "R1")
    assert isinstance(report, Reported)
    said = figures_of(PERSON[Item.ID_NUMBER])
    assert {each.key: read_answer(each.source, report.answer, each.kind) for each in radar.figures} == {
        "radar_score": said["score"],
        "radar_lawsuits": len(said["lawsuits"]),
        "radar_owed": said["owed_fen"] / 100,
        "radar_blocked": said["blocked"],
    }


def test_the_figures_of_a_person_are_always_the_same() -> None:
    assert figures_of("150102199005010012") == figures_of("150102199005010012")
    many = [figures_of(f"15010219900501{place:04}") for place in range(500)]
    assert {type(each["score"]) for each in many} == {int}
    assert all(350 <= each["score"] <= 950 and each["owed_fen"] >= 0 for each in many)
    assert 5 < sum(bool(each["lawsuits"]) for each in many) < 250
    assert 0 < sum(each["blocked"] for each in many) < 50


def test_it_is_a_connector_of_the_protocol(ours: ReportConnector, provider: FakeProvider) -> None:
    reporting: Reporting = ours
    asked: Exchange = exchange(provider)
    assert isinstance(reporting.ask(asked, "A203:1", PERSON), Reported)
