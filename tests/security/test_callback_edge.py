"""The callback route, byte by byte: whatever is not genuine gets one flat answer, costs no query, and is not logged."""

import base64
import io
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kit.clock import Clock
from kit.company import AGENT_ID, CORP_ID, SECRETS, Company, open_company
from kit.databases import fresh_sqlite
from security_kit import Callback, callback, elements, envelope, reply_text, statements, tap, text_event
from sqlalchemy import func, select

from bot.app import create_app
from cards import texts
from cards.lead_actions import ClaimLead
from core.leads.models import Lead, Ownership
from core.store.audit import AuditRow
from core.store.inbox import InboxRow
from core.store.outbox import OutboxRow
from jobs.bell import NullBell

REFUSED = (403, b"refused")
OTHER_KEY = base64.b64encode(b"another-aes-key-of-32-bytes-long").decode().rstrip("=")


@pytest.fixture
def edge(company: Company) -> FlaskClient:
    """The bot's web application, without a network."""
    return create_app(company.runtime, NullBell()).test_client()


@pytest.fixture
def refusing(tmp_path: Path, sqlite_template: Path, clock: Clock) -> Iterator[tuple[Company, FlaskClient]]:
    """A company on SQLite alone: what is refused never reaches a database."""
    with open_company(fresh_sqlite(tmp_path, sqlite_template), tmp_path / "var", clock) as company:
        yield company, create_app(company.runtime, NullBell()).test_client()


def rows(company: Company) -> dict[str, int]:
    """How many rows there are of what an event can make."""
    with company.runtime.store.read() as session:
        tables = (InboxRow, OutboxRow, AuditRow, Ownership)
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def good(company: Company, text: str = "帮助") -> Callback:
    return callback(company, text_event(company, "batu", text))


Spoil = Callable[[Company, Callback], Callback]


def query(change: Callable[[dict[str, str]], object]) -> Spoil:
    """The callback with its query changed."""

    def spoil(_company: Company, given: Callback) -> Callback:
        pairs = dict(given.query)
        change(pairs)
        return replace(given, query=tuple(pairs.items()))

    return spoil


def doubled(name: str) -> Spoil:
    return lambda _, given: replace(given, query=(*given.query, (name, dict(given.query)[name])))


def body(make: Callable[[str], bytes]) -> Spoil:
    """The callback with its body made anew around the right ciphertext."""
    return lambda _, given: replace(given, body=make(elements(given.body)["Encrypt"]))


def foreign(**how: str) -> Spoil:
    return lambda company, _: callback(company, text_event(company, "batu", "帮助"), **how)  # type: ignore[arg-type]


def aged(seconds: float) -> Spoil:
    return lambda company, _: callback(company, text_event(company, "batu", "帮助"), seconds=seconds)


DEEP = b"<xml>" + b"<a>" * 200 + b"</a>" * 200 + b"</xml>"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><Encrypt>&f;</Encrypt></xml>'

SIGNED = ("msg_signature", "timestamp", "nonce")
SPOILT: dict[str, Spoil] = {
    **{f"no {name}": query(lambda pairs, name=name: pairs.pop(name)) for name in SIGNED},  # type: ignore[misc]
    **{f"empty {name}": query(lambda pairs, name=name: pairs.update({name: ""})) for name in SIGNED},  # type: ignore[misc]
    **{f"{name} twice": doubled(name) for name in SIGNED},
    "other nonce": query(lambda q: q.update(nonce="1")),
    "signature in capitals": query(lambda q: q.update(msg_signature=q["msg_signature"].upper())),
    "short signature": query(lambda q: q.update(msg_signature=q["msg_signature"][:-1])),
    "timestamp is no number": query(lambda q: q.update(timestamp="soon")),
    "timestamp in other digits": query(lambda q: q.update(timestamp="１７９５４８５６００")),
    "no query": lambda _, given: replace(given, query=()),
    "no body": lambda _, given: replace(given, body=b""),
    "no XML": lambda _, given: replace(given, body=b"{}"),
    "half a body": lambda _, given: replace(given, body=given.body[: len(given.body) // 2]),
    "no Encrypt": body(lambda _: b"<xml><ToUserName>x</ToUserName></xml>"),
    "two Encrypts": body(lambda encrypted: envelope(encrypted, f"<Encrypt>{encrypted}</Encrypt>")),
    "an empty Encrypt": body(lambda _: envelope("")),
    "Encrypt is no base64": body(lambda encrypted: envelope("!" + encrypted[1:])),
    "short Encrypt": body(lambda encrypted: envelope(encrypted[:-24])),
    "deep": lambda _, given: replace(given, body=DEEP),
    "entities": lambda _, given: replace(given, body=BOMB),
    "a file from outside": lambda _, given: replace(given, body=OUTSIDE),
    "oversized": lambda _, given: replace(given, body=given.body.replace(b"</xml>", b" " * 70_000 + b"</xml>")),
    "other firm": foreign(corp="wwother000"),
    "other token": foreign(token="anothertoken0123456789"),
    "other AES key": foreign(key=OTHER_KEY),
    "other agent": lambda company, _: callback(company, text_event(company, "batu", "帮助", agent=AGENT_ID + 1)),
    "301 s old": aged(-301),
    "301 s ahead": aged(301),
    "a day old": aged(-86400),
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_not_genuine_is_refused_flatly(
    refusing: tuple[Company, FlaskClient], spoilt: str, capfd: pytest.CaptureFixture[str]
) -> None:
    company, edge = refusing
    given = SPOILT[spoilt](company, good(company))
    before, flat = rows(company), edge.post("/wecom/callback", data=b"")
    capfd.readouterr()
    with statements(company.runtime.store.database) as asked:
        status, answer, headers = given.post(edge)
    assert (status, answer) == REFUSED
    assert sorted(headers) == sorted(flat.headers), "the answers differ in nothing"
    assert asked == []
    assert rows(company) == before
    logged = "".join(capfd.readouterr())
    for piece in (given.body[40:70].decode(errors="replace"), dict(given.query).get("msg_signature", "")):
        assert not piece or piece not in logged


def test_each_flipped_byte_of_a_body_is_refused(refusing: tuple[Company, FlaskClient]) -> None:
    """Of the ciphertext every character; of the envelope, which is not signed, what is no longer XML or has no
    Encrypt. Nothing is ever taken that says something else."""
    company, edge = refusing
    given = good(company)
    start = given.body.index(b"<Encrypt><![CDATA[") + len(b"<Encrypt><![CDATA[")
    end = given.body.index(b"]]></Encrypt>")
    with statements(company.runtime.store.database) as asked:
        for place in range(start, end):
            flipped = bytearray(given.body)
            flipped[place] ^= 0x01
            assert replace(given, body=bytes(flipped)).post(edge)[:2] == REFUSED, place
    assert asked == []


def test_each_flipped_character_of_the_query_is_refused(refusing: tuple[Company, FlaskClient]) -> None:
    company, edge = refusing
    given = good(company)
    for number, (name, value) in enumerate(given.query):
        for place, char in enumerate(value):
            pairs = list(given.query)
            pairs[number] = (name, value[:place] + ("1" if char != "1" else "2") + value[place + 1 :])
            assert replace(given, query=tuple(pairs)).post(edge)[:2] == REFUSED, (name, place)


@pytest.mark.parametrize("seconds", [0, 299, -299, -60])
def test_inside_the_window_it_is_taken(refusing: tuple[Company, FlaskClient], seconds: float) -> None:
    company, edge = refusing
    given = callback(company, text_event(company, "batu", "帮助"), seconds=seconds)
    status, answer, _ = given.post(edge)
    assert status == 200
    assert "您可以" in reply_text(answer)


@pytest.mark.parametrize("seconds", [0, 299])
def test_the_same_bytes_again_say_the_same_and_do_nothing(company: Company, edge: FlaskClient, seconds: int) -> None:
    given = good(company, "录入 巴特尔·孟和 13800001111 房抵50万")
    status, first, _ = given.post(edge)
    assert status == 200
    assert "已录入" in reply_text(first)
    before = rows(company)
    company.clock.go(seconds=seconds)
    status, again, _ = given.post(edge)
    assert (status, reply_text(again)) == (200, reply_text(first))
    assert rows(company) == before


def test_after_301_seconds_the_same_bytes_are_refused(company: Company, edge: FlaskClient) -> None:
    given = good(company)
    assert given.post(edge)[0] == 200
    company.clock.go(seconds=301)
    with statements(company.runtime.store.database) as asked:
        assert given.post(edge)[:2] == REFUSED
    assert asked == []


def test_one_message_wrapped_twice_is_taken_once(company: Company, edge: FlaskClient) -> None:
    """The platform repeats an event under a new nonce and a new encryption; the event's own number counts."""
    inner = text_event(company, "batu", "录入 巴特尔·孟和 13800001111", number=4711)
    first = callback(company, inner).post(edge)
    before = rows(company)
    second = callback(company, inner).post(edge)
    assert reply_text(first[1]) == reply_text(second[1]) != ""
    assert rows(company) == before


def test_a_tap_repeated_as_the_same_bytes_claims_once(company: Company, edge: FlaskClient) -> None:
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    key = card.key("领取")
    inner = (
        f"<xml><ToUserName>{CORP_ID}</ToUserName><FromUserName>batu</FromUserName>"
        f"<CreateTime>{int(company.clock().timestamp())}</CreateTime><MsgType>event</MsgType>"
        f"<Event>template_card_event</Event><EventKey>{key}</EventKey><TaskId>{card.message.task_id}</TaskId>"
        f"<CardType>button_interaction</CardType><ResponseCode>{secrets.token_hex(8)}</ResponseCode>"
        f"<AgentID>{AGENT_ID}</AgentID></xml>"
    )
    given = callback(company, inner)
    answers = [given.post(edge)[:2] for _ in range(3)]
    assert answers == [(200, b"")] * 3
    assert company.owner(lead) == batu.actor.id
    with company.runtime.store.read() as session:
        claims = session.scalar(select(func.count()).where(Ownership.lead_id == lead, Ownership.how == "claim"))
        revision = session.scalar(select(Lead.revision).where(Lead.id == lead))
    assert (claims, revision) == (1, 2)


def test_the_address_verification_echoes_what_was_encrypted_and_nothing_else(
    refusing: tuple[Company, FlaskClient],
) -> None:
    company, edge = refusing
    given = callback(company, "1616140317555161061")
    echo = elements(given.body)["Encrypt"]
    pairs = dict(given.query) | {"echostr": echo}
    answer = edge.get("/wecom/callback", query_string=pairs)
    assert (answer.status_code, answer.data) == (200, b"1616140317555161061")
    for wrong in (dict(given.query), pairs | {"echostr": echo[:-4] + "AAAA"}, pairs | {"nonce": "0"}):
        answer = edge.get("/wecom/callback", query_string=wrong)
        assert (answer.status_code, answer.data) == REFUSED


def test_neither_an_event_nor_our_own_reply_is_decrypted_for_who_saw_it(refusing: tuple[Company, FlaskClient]) -> None:
    """Both are signed like an address check, and may lie in some log of a proxy."""
    company, edge = refusing
    given = good(company)
    seen = [(dict(given.query), elements(given.body)["Encrypt"])]
    status, body, *_ = given.post(edge)
    reply = elements(body)
    assert status == 200
    signed = {"timestamp": reply["TimeStamp"], "nonce": reply["Nonce"], "msg_signature": reply["MsgSignature"]}
    seen.append((signed, reply["Encrypt"]))
    for query, encrypted in seen:
        answer = edge.get("/wecom/callback", query_string=query | {"echostr": encrypted})
        assert (answer.status_code, answer.data) == REFUSED


def test_headers_of_a_proxy_decide_nothing(refusing: tuple[Company, FlaskClient]) -> None:
    """No address is taken from a header, and no header takes the place of the signature."""
    company, edge = refusing
    spoofed = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "X-Forwarded-Host": "qyapi.weixin.qq.com"}
    given = SPOILT["other nonce"](company, good(company))
    assert given.post(edge, headers=spoofed)[:2] == REFUSED
    assert good(company).post(edge, headers=spoofed)[0] == 200


def test_an_endless_body_is_cut_off(refusing: tuple[Company, FlaskClient]) -> None:
    """Whatever length is announced, at most 64 KB and one byte are read."""
    _, edge = refusing
    read: list[int] = []

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            read.append(len(buffer))
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    announced = {"wsgi.input": Endless(), "CONTENT_LENGTH": str(1 << 40)}
    answer = edge.open("/wecom/callback", method="POST", environ_overrides=announced)
    assert (answer.status_code, answer.data) == REFUSED
    assert 0 < sum(read) <= 1 << 17


def test_a_refused_body_is_not_logged_at_any_level(
    refusing: tuple[Company, FlaskClient], loud: Callable[[], str]
) -> None:
    company, edge = refusing
    canary = "13947199999"
    for spoilt in ("other nonce", "other AES key", "other agent", "two Encrypts", "301 s old"):
        given = SPOILT[spoilt](company, good(company, canary))
        marked = replace(given, query=(*given.query, ("extra", f"canary-{canary}")))
        assert marked.post(edge, headers={"X-Canary": canary})[:2] == REFUSED
    logged = loud()
    assert canary not in logged
    assert "Encrypt" not in logged


def test_a_genuine_message_is_not_logged_either(refusing: tuple[Company, FlaskClient], loud: Callable[[], str]) -> None:
    company, edge = refusing
    assert good(company, "跟进 L1 金丝雀在唱歌 13947199999").post(edge)[0] == 200
    logged = loud()
    assert "金丝雀" not in logged
    assert "13947199999" not in logged


def test_no_answer_says_more_than_it_must(refusing: tuple[Company, FlaskClient]) -> None:
    """Unknown addresses and methods: no stack, no version, no secret."""
    _, edge = refusing
    for path in ("/", "/wecom", "/wecom/callback/", "/dingtalk/robot", "/api", "/.env", "/healthz/x"):
        answer = edge.get(path)
        assert answer.status_code == 404
        assert b"Traceback" not in answer.data
    assert (edge.get("/api/leads").status_code, edge.post("/api/leads").status_code) == (405, 401)
    for secret in SECRETS.values():
        assert secret not in json.dumps(edge.get("/readyz").get_json()).replace(str(AGENT_ID), "").replace(CORP_ID, "")
    assert edge.delete("/wecom/callback").status_code == 405
    assert "Werkzeug" not in edge.get("/healthz").headers.get("Server", "")


def test_a_forged_key_in_a_genuine_callback_is_answered_kindly(company: Company) -> None:
    """The door is passed, the card's own check is not."""
    lead = company.lead()
    card = company.person("batu").say("公海").card
    heard = tap(company, "batu", f"claim1~1~{card.message.task_id[2:]}.1~ffffffff~00000000~{lead}~AAAA", "x")
    assert heard.texts == [texts.FORGED]
    assert company.owner(lead) is None
    assert ClaimLead.name == "claim1"
