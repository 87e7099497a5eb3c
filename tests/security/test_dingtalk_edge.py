"""DingTalk's HTTP addresses, byte by byte: whatever is not genuine gets one flat answer, costs no query, and is not
logged; and a button works for whom its card was issued to, here as on WeCom."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from kit.clock import Clock
from kit.company import Company, open_company
from kit.databases import fresh_sqlite
from kit.dingtalk import (
    CLIENT_ID,
    CLIENT_SECRET,
    DINGTALK,
    ROBOT,
    card_headers,
    message,
    milliseconds,
    raw,
    robot_headers,
    tap,
)
from security_kit import audited, pack, statements
from sqlalchemy import func, select

from bot.app import create_app
from cards.lead_actions import ClaimLead
from core.leads.models import Ownership
from core.store import issued
from core.store.inbox import InboxRow
from core.store.issued import Face
from jobs.bell import NullBell

REFUSED = (403, b"refused")
AUDIENCE = f"dingtalk:{CLIENT_ID}:{ROBOT}"
CANARY = "13947199999"


@dataclass(frozen=True)
class Sent:
    """A request of the platform."""

    headers: Mapping[str, str]
    body: bytes
    path: str = "/dingtalk/robot"
    method: str = "POST"

    def to(self, client: FlaskClient) -> tuple[int, bytes, Mapping[str, str]]:
        """Send it; status, body and headers."""
        answer = client.open(self.path, method=self.method, data=self.body, headers=dict(self.headers))
        return answer.status_code, answer.data, answer.headers


@pytest.fixture
def edge(tmp_path: Path, sqlite_template: Path, clock: Clock) -> Iterator[tuple[Company, FlaskClient]]:
    """A company on SQLite alone that uses DingTalk over HTTP: what is refused never reaches a database."""
    url = fresh_sqlite(tmp_path, sqlite_template)
    with open_company(url, tmp_path / "var", clock, DINGTALK_MODE="http", **DINGTALK) as company:
        yield company, create_app(company.runtime, NullBell()).test_client()


def good(company: Company, text: str = "帮助", *, seconds: float = 0, number: str = "m1") -> Sent:
    stamp = milliseconds(company.clock(), seconds)
    return Sent(robot_headers(stamp), raw(message(text={"content": text}, msgId=number)))


Spoil = Callable[[Company, Sent], Sent]


def head(**changed: str | None) -> Spoil:
    """The request with headers changed, or (None) left out."""

    def spoil(_company: Company, given: Sent) -> Sent:
        headers = {**given.headers, **changed}
        return replace(given, headers={name: value for name, value in headers.items() if value is not None})

    return spoil


def body(made: bytes) -> Spoil:
    return lambda _, given: replace(given, body=made)


SPOILT: dict[str, Spoil] = {
    "no timestamp": head(timestamp=None),
    "no sign": head(sign=None),
    "no header": head(timestamp=None, sign=None),
    "empty timestamp": head(timestamp=""),
    "empty sign": head(sign=""),
    "another sign": head(sign="DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="),
    "sign in small letters": lambda _, given: replace(
        given, headers={**given.headers, "sign": given.headers["sign"].lower()}
    ),
    "sign twice": lambda _, given: replace(given, headers={**given.headers, "sign": given.headers["sign"] + ", x"}),
    "another second": lambda company, given: replace(
        given, headers={**given.headers, "timestamp": milliseconds(company.clock(), 1)}
    ),
    "seconds": lambda company, given: replace(given, headers=robot_headers(str(int(company.clock().timestamp())))),
    "301 s old": lambda company, _: good(company, seconds=-301),
    "301 s ahead": lambda company, _: good(company, seconds=301),
    "another secret": lambda company, given: replace(
        given, headers=robot_headers(milliseconds(company.clock()), "another secret")
    ),
    "the secret of taps": lambda company, given: replace(given, headers=card_headers(milliseconds(company.clock()))),
    "no body": body(b""),
    "no JSON": body(b"<xml/>"),
    "no object": body(b"[]"),
    "a name twice": body(b'{"robotCode":"dingtl01","robotCode":"dingtl01"}'),
    "deep": body(b"[" * 60_000),
    "oversized": lambda _, given: replace(given, body=given.body + b" " * 70_000),
    "another robot": body(raw(message(robotCode="dingtl02"))),
    "no robot": body(raw(message(robotCode=None))),
    "another organisation": body(raw(message(chatbotCorpId="dingother"))),
    "a tap": body(raw(tap())),
    "a GET": lambda _, given: replace(given, method="GET"),
    "at the address of taps": lambda _, given: replace(given, path="/dingtalk/card"),
    "a tap under another secret": lambda company, _: Sent(
        card_headers(milliseconds(company.clock()), CLIENT_SECRET), raw(tap()), "/dingtalk/card"
    ),
    "a tap of another organisation": lambda company, _: Sent(
        card_headers(milliseconds(company.clock())), raw(tap(corpId="dingother")), "/dingtalk/card"
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_not_genuine_is_refused_flatly(
    edge: tuple[Company, FlaskClient], spoilt: str, loud: Callable[[], str]
) -> None:
    company, client = edge
    given = SPOILT[spoilt](company, good(company))
    flat = client.post("/dingtalk/robot", data=b"")
    with statements(company.runtime.store.database) as asked:
        status, answer, headers = given.to(client)
    assert (status, answer) == REFUSED
    assert sorted(headers) == sorted(flat.headers), "the answers differ in nothing"
    assert asked == []
    logged = loud()
    pieces = (given.headers.get("sign", ""), CLIENT_SECRET, "sendBySession", "帮助", "dt_batu")
    assert [piece for piece in pieces if piece and piece in logged] == []


def test_the_genuine_one_that_was_spoilt_is_taken(edge: tuple[Company, FlaskClient]) -> None:
    company, client = edge
    status, answer, _ = good(company).to(client)
    assert status == 200
    assert "您可以" in answer.decode()


def test_a_doubled_header_is_refused_at_the_socket_too(edge: tuple[Company, FlaskClient]) -> None:
    """Servers join doubled headers or keep one of them; what they make of them must not get in."""
    company, _ = edge
    given = good(company)
    where = urlsplit(company.platform.callback_url or "")
    for name in ("timestamp", "sign"):
        wire = http.client.HTTPConnection(where.hostname or "", where.port, timeout=5)
        wire.putrequest("POST", given.path)
        for header, value in [*given.headers.items(), (name, given.headers[name])]:
            wire.putheader(header, value)
        wire.putheader("Content-Length", str(len(given.body)))
        wire.endheaders(given.body)
        answer = wire.getresponse()
        assert (answer.status, answer.read()) == REFUSED
        wire.close()


def test_a_genuine_message_is_not_logged_either(edge: tuple[Company, FlaskClient], loud: Callable[[], str]) -> None:
    company, client = edge
    assert good(company, f"跟进 L1 金丝雀在唱歌 {CANARY}").to(client)[0] == 200
    logged = loud()
    assert [piece for piece in ("金丝雀", CANARY, "sendBySession", "session=x1") if piece in logged] == []


def test_another_body_under_captured_headers_is_another_message_once(edge: tuple[Company, FlaskClient]) -> None:
    """The signature covers no body, so for five minutes who has seen one request can speak under it: what is left is
    the number of each message, and after that window nothing."""
    company, client = edge
    seen = good(company)
    assert seen.to(client)[0] == 200
    other = replace(seen, body=good(company, "公海", number="m2").body)
    assert other.to(client)[1] == other.to(client)[1]
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 2
    company.clock.go(seconds=301)
    assert other.to(client)[:2] == REFUSED


def test_what_another_says_under_a_used_number_is_done_for_him(edge: tuple[Company, FlaskClient]) -> None:
    """Whoever sends a message under a number that was used gets no answer that was another's."""
    company, client = edge
    company.lead(by="batu")
    seen = good(company, "我的客户")
    assert seen.to(client)[0] == 200
    foreign = replace(seen, body=raw(message(text={"content": "日报"}, msgId="m1", senderStaffId="dt_hejing")))
    status, answer, _ = foreign.to(client)
    assert status == 200
    assert "刘志强" not in answer.decode()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 2


def issue(company: Company, userid: str, lead: int) -> tuple[str, str]:
    """A card of DingTalk in somebody's hands, with the button 领取; its id and the button's token."""
    with company.runtime.store.database.write() as session:
        face = Face("lead", {"lead": lead}, (f"lead:{lead}",))
        who = company.person(userid).actor.id
        card_id = issued.issue(session, channel="dingtalk", person_id=who, face=face, now=company.clock())
    return card_id, pack(company, ClaimLead(lead), card_id, audience=AUDIENCE)


def tapped(company: Company, card_id: str, token: str, userid: str, *, seconds: float = 0) -> Sent:
    event = tap(token, outTrackId=f"tl-{card_id}", userId=userid)
    return Sent(card_headers(milliseconds(company.clock(), seconds)), raw(event), "/dingtalk/card")


def claims(company: Company, lead: int) -> int:
    with company.runtime.store.read() as session:
        wanted = select(func.count()).where(Ownership.lead_id == lead, Ownership.how == "claim")
        return session.scalar(wanted) or 0


def test_a_tap_claims_once_however_often_and_by_however_many_at_once_it_comes(
    edge: tuple[Company, FlaskClient],
) -> None:
    company, client = edge
    lead = company.lead()
    card_id, token = issue(company, "batu", lead)
    given = tapped(company, card_id, token, "dt_batu")
    answers: list[tuple[int, bytes]] = []
    app = client.application
    threads = [threading.Thread(target=lambda: answers.append(given.to(app.test_client())[:2])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later = tapped(company, card_id, token, "dt_batu", seconds=2).to(client)[:2]
    assert [*answers, later] == [(200, b"{}")] * 5
    assert company.owner(lead) == company.person("batu").actor.id
    assert claims(company, lead) == 1


@pytest.mark.parametrize(
    ("userid", "action"),
    [("dt_zhangsan", "tap:foreign"), ("nobody", None), ("DT_BATU", "lead:claim")],
)
def test_only_whom_the_card_was_issued_to_may_tap(
    edge: tuple[Company, FlaskClient], userid: str, action: str | None
) -> None:
    company, client = edge
    lead = company.lead()
    card_id, token = issue(company, "batu", lead)
    assert tapped(company, card_id, token, userid).to(client)[:2] == (200, b"{}")
    owner = company.person("batu").actor.id if action == "lead:claim" else None
    assert company.owner(lead) == owner
    if action == "tap:foreign":
        assert action in audited(company, company.person("zhangsan").actor.id)


def test_a_button_of_wecom_is_none_of_dingtalk(edge: tuple[Company, FlaskClient]) -> None:
    company, client = edge
    lead = company.lead()
    card_id, _ = issue(company, "batu", lead)
    token = pack(company, ClaimLead(lead), card_id)
    assert tapped(company, card_id, token, "dt_batu").to(client)[:2] == (200, b"{}")
    assert company.owner(lead) is None
    assert "tap:forged" in audited(company, company.person("batu").actor.id)


def test_a_token_under_another_cards_id_is_forged(edge: tuple[Company, FlaskClient]) -> None:
    company, client = edge
    lead = company.lead()
    _, token = issue(company, "batu", lead)
    other, _ = issue(company, "batu", lead)
    assert tapped(company, other, token, "dt_batu").to(client)[:2] == (200, b"{}")
    assert company.owner(lead) is None
