"""What comes in wrong, twice, late, forged or in masses."""

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import httpx
import pytest
from kit import letters
from kit.barriers import until
from kit.company import SECRETS, Card, Company
from kit.databases import fresh_sqlite
from kit.dingtalk import CARD_SECRET, CLIENT_SECRET
from kit.invariants import Planted, assert_kept
from kit.letters import Letter
from kit.processes import ALL, open_house
from redis import Redis
from sqlalchemy import event, func, select

from bot.app import create_app
from bot.runtime import redis_url
from bot.sandbox.events import tap_fields
from cards import texts
from core.leads.models import FollowUp
from core.store.audit import AuditRow
from core.store.inbox import InboxRow


def stamp(company: Company) -> int:
    """The second of now."""
    return int(company.clock().timestamp())


def tap_letter(company: Company, userid: str, card: Card, label: str, ticked: list[str], at: int) -> Letter:
    """A tap on a card's button as a sealed callback of the second `at`."""
    selected = {card.payload["checkbox"]["question_key"]: ticked} if ticked else {}
    code = company.platform.codes.issue(card.message.msgid, company.clock())
    fields = tap_fields(card.message, card.key(label), selected, code)
    return letters.seal(letters.write(userid, "event", at, fields), at)


def test_fault_5_twenty_events_of_one_second_by_one_person(company: Company) -> None:
    """Fault 5 (different events, same user, same second): none merged."""
    leads = [company.lead(phone=f"139471{number:05}", by="batu") for number in range(10)]
    batu, at = company.person("batu"), stamp(company)
    cards = [batu.say(f"客户 L{lead}").card for lead in leads]
    company.clock.go(minutes=2)
    at = stamp(company)
    before = company.so_far
    taps = [tap_letter(company, "batu", card, "写跟进", [], at) for card in cards]
    said = [letters.typed("batu", f"跟进 L{lead} 意向强", at, 500 + lead) for lead in leads]
    typed = [letters.seal(xml, at) for xml in said]
    for letter in taps + typed:
        assert letter.post(company.platform.callback_url).status == 200
    company.settle()
    asked = {card.title for card in batu.heard_since(before).cards if card.title.startswith("写跟进")}
    assert asked == {f"写跟进 L{lead} 刘志强" for lead in leads}
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 10
        assert session.scalar(select(func.count()).where(InboxRow.received_at == company.clock())) == 20
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_5_twenty_events_of_one_second_by_the_system(company: Company) -> None:
    """Fault 5 (`sys` sender, one CreateTime): none merged, and each is its own event."""
    at, door = stamp(company), company.runtime.doors["wecom"]
    xmls = [
        letters.write(
            "sys", "event", at, [("Event", "change_contact"), ("ChangeType", "update_user"), ("UserID", f"u{number}")]
        )
        for number in range(20)
    ]
    assert len({door.parse(xml.encode()).envelope.key for xml in xmls}) == 20
    assert {letters.seal(xml, at).post(company.platform.callback_url).status for xml in xmls} == {200}
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_8_garbage_never_reaches_the_database(company: Company) -> None:
    """Fault 8 (flood, 90 % garbage): DB queries on a bad signature = 0."""
    app = create_app(company.runtime, company.bell).test_client()
    queries: list[str] = []
    engines = {company.runtime.store.database.writer, company.runtime.store.database.reader}
    at = stamp(company)
    good = letters.seal(letters.typed("batu", "帮助", at, 900), at)
    bad = [good.with_wrong_signature(), Letter(good.query, b"<xml>"), Letter({}, b""), Letter(good.query, b"\0" * 99)]
    bad.append(letters.seal(letters.typed("batu", "帮助", at - 900, 901), at - 900))  # genuine, and too old

    def count(*args: object) -> None:
        queries.append(str(args[2]))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    try:
        for letter in bad:
            answer = app.post("/wecom/callback", query_string=letter.query, data=letter.body)
            assert answer.status_code == 403
        assert queries == []
        assert app.post("/wecom/callback", query_string=good.query, data=good.body).status_code == 200
        assert queries, "the counter counts"
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", count)


@pytest.mark.chaos
@pytest.mark.xdist_group("chaos")
def test_fault_8_flood(tmp_path: Path, sqlite_template: Path) -> None:
    """Fault 8 (500 taps/s, 90 % garbage): good ones in budget, garbage cheap. A thousand requests over sixteen
    connections as fast as they go: every genuine one is answered rightly within the platform's 5 s; what there was no
    time for meanwhile is worked on by the others."""
    with open_house(fresh_sqlite(tmp_path, sqlite_template), tmp_path / "var", start=("serve",)) as house:
        at = int(time.time())
        good = [letters.seal(letters.typed("batu", "帮助", at, 10_000 + number), at) for number in range(100)]
        post: list[Letter] = []
        for letter in good:
            post.append(letter)
            post += [letter.with_wrong_signature()] * 5 + [Letter(letter.query, secrets.token_bytes(2000))] * 4
        local = threading.local()

        def send(letter: Letter) -> tuple[bool, int, float]:
            if not hasattr(local, "http"):
                local.http = httpx.Client(timeout=5, trust_env=False)
            started = time.monotonic()
            answer = local.http.post(f"{house.url}/wecom/callback", params=letter.query, content=letter.body)
            return letter in good, answer.status_code, time.monotonic() - started

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(send, post))
        assert {(mine, status) for mine, status, _ in answers} == {(True, 200), (False, 403)}
        assert max(seconds for mine, _, seconds in answers if mine) < 5.0
        for name in ALL[1:]:
            house.start(name)
        until(house.is_quiet, "everything done", seconds=60)
        assert_kept(house.runtime.store, house.platform.journal, logs=house.logs)


HOSTILE: dict[str, Callable[[Letter], bytes]] = {
    "too large": lambda letter: letter.body + b" " * 65_536,
    "deep": lambda _: b"<xml>" * 20_000 + b"</xml>" * 20_000,
    "Encrypt twice": lambda letter: letter.body.replace(b"</Encrypt>", b"</Encrypt><Encrypt>x</Encrypt>"),
    "bad padding": lambda letter: letter.body.replace(b"]]>", b"AAAA]]>"),
    "odd UTF-8": lambda letter: letter.body.replace(b"<Encrypt>", b"<Encrypt>\xff\xfe"),
    "NUL": lambda letter: letter.body.replace(b"<Encrypt>", b"<Encrypt>\0"),
    "entity": lambda letter: b'<!DOCTYPE x [<!ENTITY a "b">]>' + letter.body,
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_fault_9_hostile_bodies(company: Company, name: str) -> None:
    """Fault 9: 4xx fast, no 500; and the next genuine one is taken."""
    at = stamp(company)
    letter = letters.seal(letters.typed("batu", "帮助", at, 700), at)
    started = time.monotonic()
    answer = Letter(letter.query, HOSTILE[name](letter)).post(company.platform.callback_url)
    assert 400 <= answer.status < 500
    assert time.monotonic() - started < 2.0
    assert letter.post(company.platform.callback_url).status == 200
    assert_kept(company.runtime.store, company.platform.journal)


STRANGE = {
    "unknown event": [("Event", "something_new_2031"), ("EventKey", "")],
    "new field": [("Event", "enter_agent"), ("EventKey", ""), ("BrandNew", [("Inner", "x")])],
    "no Event": [("EventKey", "x")],
    "tap without a card": [("Event", "template_card_event"), ("EventKey", "x"), ("TaskId", "nobody")],
}


@pytest.mark.parametrize("name", STRANGE)
def test_fault_10_drift(company: Company, name: str) -> None:
    """Fault 10 (unknown event type, new field, missing text): logged, ok reply."""
    at = stamp(company)
    letter = letters.seal(letters.write("batu", "event", at, STRANGE[name]), at)
    assert letter.post(company.platform.callback_url).status == 200
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_10_a_message_without_its_text(company: Company) -> None:
    """Fault 10 (missing `text`): an answer all the same."""
    at = stamp(company)
    letter = letters.seal(letters.write("batu", "text", at, [("MsgId", 701)]), at)
    answer = letter.post(company.platform.callback_url)
    assert (answer.status, bool(answer.text)) == (200, True)


@pytest.mark.parametrize("seconds_apart", [0, 1], ids=["one second", "over a second's edge"])
def test_fault_12_a_double_tap(company: Company, seconds_apart: int) -> None:
    """Fault 12 (double tap by one finger): one effect, both show success: the card says 已领取, nothing says that
    somebody else was faster."""
    lead = company.lead()
    batu, at = company.person("batu"), stamp(company)
    card = batu.say("公海").card
    before = company.so_far
    for moment in (at, at + seconds_apart):
        letter = tap_letter(company, "batu", card, "领取", [f"L{lead}"], moment)
        assert letter.post(company.platform.callback_url).status == 200
    company.settle()
    heard = batu.heard_since(before)
    assert {each.title for each in heard.cards} == {f"已领取 L{lead}"}
    assert "领走" not in heard.text
    assert company.owner(lead) == batu.actor.id
    with company.runtime.store.read() as session:
        claims = session.scalar(select(func.count()).where(AuditRow.action == "lead:claim"))
    assert claims == 1
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_13_a_stale_card(company: Company) -> None:
    """Fault 13 (tap on a stale card: reassigned, closed, recycled): refused with the current card."""
    lead = company.lead(by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    card = batu.say(f"客户 L{lead}").card
    batu.say(f"跟进 L{lead} 意向强，明天10点面谈")  # the card was brought up to date: its old picture is stale
    heard = batu.tap(card, "写跟进")
    assert heard.text == texts.STALE_CARD
    assert heard.card.message.id == card.message.id
    lina.say(f"转移 L{lead} 张三")
    heard = batu.tap(batu.now(card), "写跟进") if batu.now(card).payload.get("button_list") else heard
    assert not any("请直接发送" in each.whole for each in heard.cards)
    assert_kept(company.runtime.store, company.platform.journal)


def test_fault_17_somebody_elses_card_and_a_made_up_button(company: Company) -> None:
    """Fault 17 (forged action, another's card): refused, audited "denied"."""
    lead = company.lead()
    card = company.person("batu").say("公海").card
    at = stamp(company)
    stolen = tap_letter(company, "zhangsan", card, "领取", [f"L{lead}"], at)
    assert stolen.post(company.platform.callback_url).status == 200
    forged = [("Event", "template_card_event"), ("EventKey", card.key("领取")[:-4] + "AAAA"), ("TaskId", "t-x")]
    made_up = letters.seal(letters.write("batu", "event", at, forged), at)
    assert made_up.post(company.platform.callback_url).status == 200
    company.settle()
    assert company.owner(lead) is None
    with company.runtime.store.read() as session:
        denied = session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("tap:"))).all()
    assert sorted(denied) == ["tap:foreign", "tap:forged"]
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.chaos
@pytest.mark.xdist_group("chaos")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("on_dingtalk", ["", "stream", "http"], ids=["wecom", "stream", "http"])
def test_planted_canaries_stand_nowhere_in_clear(
    tmp_path: Path, database_url: str, on_dingtalk: Literal["", "stream", "http"]
) -> None:
    """I11: no secret, full phone or ID number in logs, journals, Redis, the database or exception text, with the log
    level at its most talkative and an error provoked."""
    secret_values = [SECRETS[name] for name in ("WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY", "TUOLING_SECRET_KEY")]
    secret_values += [CLIENT_SECRET, CARD_SECRET]
    planted = Planted(phones=["13947155555"], id_numbers=["150102199003071233"], secrets=secret_values)
    with open_house(database_url, tmp_path / "var", on_dingtalk=on_dingtalk, TUOLING_LOG_LEVEL="debug") as house:
        ding = house.ding
        until(lambda: on_dingtalk != "stream" or bool(ding and ding.gateway.connections()), "the stream", seconds=20)
        batu = house.person("batu")
        batu.say("录入 巴特尔 13947155555 房抵50万")
        batu.say("录入 巴特尔 13947155555 身份证150102199003071233 房抵50万")
        batu.say("客户 13947155555")
        batu.say("跟进 L1 电话13947155555 已核对")
        house.person("zhangsan").say("录入 巴特尔 13947155555")
        (ding or house.platform).revoke_tokens()
        batu.say("公海")
        calls = ding.journal.calls() if ding else house.platform.journal.calls()
        assert any(b"13947155555" in repr(call.payload).encode() for call in calls), "he whose lead it is sees it"
        with Redis.from_url(redis_url(house.runtime.settings)) as redis:
            assert_kept(
                house.runtime.store, house.platform.journal, ding, planted=planted, logs=house.logs, redis=redis
            )
