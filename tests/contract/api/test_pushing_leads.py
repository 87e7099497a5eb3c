"""`POST /api/leads`: what a channel that pushes leads can rely on, and what nobody else gets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from api_kit import LEAD, NAME, OLD_SECRET, OTHER_SECRET, PATH, PHONE, SECRET, Sender
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.barriers import at_once
from kit.invariants import Planted, assert_kept
from sqlalchemy import event, func, select

from bot import api
from bot.app import create_app
from bot.runtime import Runtime
from core.leads.arriving import NewLead
from core.leads.intake import add_lead
from core.leads.models import Customer, Lead, Touch
from core.people import queries as people
from core.store.answers import AnswerRow
from core.store.audit import AuditRow
from core.store.issued import IssuedCard
from jobs.bell import NullBell

ID_NUMBER = "152201197305192204"


def rows(runtime: Runtime, table: Any) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def lead_of(runtime: Runtime, number: str) -> Lead:
    with runtime.store.read() as session:
        return session.scalars(select(Lead).where(Lead.id == int(number.removeprefix("L")))).one()


@contextmanager
def no_queries(runtime: Runtime) -> Iterator[None]:
    """Nothing may ask the database in this block."""
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engines = {runtime.store.database.writer, runtime.store.database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", listen)
    yield
    for engine in engines:
        event.remove(engine, "before_cursor_execute", listen)
    assert asked == []


def test_a_lead_waits_in_its_pool_with_all_that_was_said(runtime: Runtime, sender: Sender) -> None:
    said = LEAD | {"id_number": ID_NUMBER, "note": "急用", "amount": "20-30万", "language": "蒙语"}
    answer = sender.push(said)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json is not None
    assert set(answer.json) == {"lead", "result"}
    assert answer.json["result"] == "added"
    lead = lead_of(runtime, answer.json["lead"])
    assert (lead.pool, lead.owner_id, lead.channel) == ("hohhot", None, "抖音")
    assert (lead.region, lead.product, lead.amount_fen) == ("150102", "house", 30_000_000)
    assert lead.language == "mongolian", "a rule for those who speak it takes it"
    with runtime.store.read() as session:
        entry = session.scalars(select(AuditRow).where(AuditRow.subject == f"lead:{lead.id}")).one()
    assert (entry.action, entry.actor_id, entry.channel) == ("lead:add", None, "api")
    assert_kept(runtime.store, planted=Planted(phones=(PHONE,), id_numbers=(ID_NUMBER,)), settled=False)


def test_a_firm_is_known_by_its_credit_code(runtime: Runtime, sender: Sender) -> None:
    firm = LEAD | {"name": "草原牧业", "credit_code": "91150100MA0N12345T"}
    first = sender.push(firm)
    again = sender.push(firm | {"phone": "13947100002"})
    assert first.json is not None
    assert again.json == {"lead": first.json["lead"], "result": "again"}
    wrong = sender.push(firm | {"credit_code": "91150100MA0N12345U"})
    assert wrong.status_code == 422
    assert wrong.json is not None
    assert list(wrong.json["fields"]) == ["credit_code"]


def test_a_customer_who_comes_again_is_noted_and_his_owner_rung(runtime: Runtime, sender: Sender) -> None:
    with runtime.store.read() as session:
        batu = people.by_userid(session, "wecom", "batu")
    assert batu is not None
    with runtime.store.unit(request_id="test") as unit:
        mine = add_lead(unit, batu, NewLead(NAME, PHONE, "门店"), runtime.company.pools)
    answer = sender.push({"name": NAME, "phone": f"+86 {PHONE}", "channel": "快手来的"})
    assert answer.json == {"lead": f"L{mine.lead_id}", "result": "again"}  # type: ignore[union-attr]
    with runtime.store.read() as session:
        touches = session.scalars(select(Touch.channel).order_by(Touch.id)).all()
        cards = session.execute(select(IssuedCard.person_id, IssuedCard.screen)).all()
    assert touches == ["门店", "快手"]
    assert [tuple(card) for card in cards] == [(batu.id, "came_again")]


def test_one_request_twice_is_one_lead_and_one_answer(runtime: Runtime, sender: Sender) -> None:
    first = sender.push(idempotency_key="k1")
    sender.clock.go(seconds=40)
    second = sender.push(idempotency_key="k1")
    assert (second.status_code, second.data) == (first.status_code, first.data)
    assert (rows(runtime, Lead), rows(runtime, Touch), rows(runtime, AnswerRow)) == (1, 1, 1)


def test_the_key_of_another_request_is_refused_and_nothing_done(runtime: Runtime, sender: Sender) -> None:
    sender.push(idempotency_key="k1")
    answer = sender.push(LEAD | {"phone": "13947100002"}, idempotency_key="k1")
    assert answer.status_code == 409
    assert rows(runtime, Lead) == 1


def test_two_channels_may_use_the_same_key(runtime: Runtime, sender: Sender, other: Sender) -> None:
    assert sender.push(idempotency_key="k1").json["result"] == "added"  # type: ignore[index]
    assert other.push(idempotency_key="k1").json["result"] == "again"  # type: ignore[index]
    assert rows(runtime, Touch) == 2


def test_one_request_many_times_at_once_is_one_lead(runtime: Runtime, other: Sender) -> None:
    app = other.client.application
    senders = [Sender(app.test_client(), other.clock, other.key, other.secret) for _ in range(4)]
    for turn in range(4):
        lead = LEAD | {"phone": f"1394710001{turn}"}
        pushed = at_once([lambda one=one, lead=lead, turn=turn: one.push(lead, f"k{turn}") for one in senders])
        assert {answer.status_code for answer in pushed} == {200}
        assert len({answer.data for answer in pushed}) == 1
    assert (rows(runtime, Lead), rows(runtime, Touch), rows(runtime, Customer)) == (4, 4, 4)
    assert_kept(runtime.store, settled=False)


def test_a_request_that_failed_half_way_left_nothing_and_may_come_again(
    runtime: Runtime, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError("after the lead, before the commit")

    with monkeypatch.context() as patched:
        patched.setattr(api.answers, "finish", broken)
        assert sender.push(idempotency_key="k1").status_code == 500
    assert (rows(runtime, Lead), rows(runtime, Customer), rows(runtime, AnswerRow)) == (0, 0, 0)
    assert sender.push(idempotency_key="k1").json["result"] == "added"  # type: ignore[index]


HEADERS = ("X-Tuoling-Key", "X-Tuoling-Timestamp", "X-Tuoling-Signature", "Idempotency-Key")
BAD = [
    *({name: value} for name in HEADERS for value in (None, "", "x", "é", "a, a")),
    {"X-Tuoling-Key": "kuaishou"},
    {"X-Tuoling-Key": "baidu"},  # it has no secret
    {"X-Tuoling-Timestamp": "-1"},
    {"X-Tuoling-Timestamp": "１７６３９４９６００"},
    {"X-Tuoling-Timestamp": "9" * 12},
    {"X-Tuoling-Signature": "0" * 64},
    {"Idempotency-Key": "another"},
]


@pytest.mark.parametrize("changed", BAD, ids=repr)
def test_what_is_not_genuine_gets_one_flat_answer_and_no_query(
    runtime: Runtime, sender: Sender, changed: dict[str, str | None]
) -> None:
    flat = sender.push(**{"X-Tuoling-Signature": "0" * 64})
    with no_queries(runtime):
        headers = {name: value.encode().decode("latin-1") if value else value for name, value in changed.items()}
        answer = sender.push(**headers)
    assert (answer.status_code, answer.data) == (401, flat.data)
    assert dict(answer.headers) == dict(flat.headers)


@pytest.mark.parametrize(("seconds", "taken"), [(-300, True), (-301, False), (300, True), (301, False)])
def test_a_request_is_good_for_five_minutes(sender: Sender, seconds: int, taken: bool) -> None:
    body = json.dumps(LEAD).encode()
    headers = sender.signed(body, "k1", sender.clock().timestamp() + seconds)
    assert sender.client.post(PATH, data=body, headers=dict(headers)).status_code == (200 if taken else 401)


def test_each_byte_of_the_body_is_signed(sender: Sender) -> None:
    body = json.dumps(LEAD).encode()
    headers = sender.signed(body, "k1")
    for place in range(0, len(body), 7):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert sender.client.post(PATH, data=altered, headers=dict(headers)).status_code == 401


def test_two_secrets_are_good_while_one_is_changed(sender: Sender) -> None:
    sender.secret = OLD_SECRET
    assert sender.push().status_code == 200
    sender.secret = OTHER_SECRET
    assert sender.push().status_code == 401


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "键", "a/b"])
def test_an_idempotency_key_must_be_plain(sender: Sender, key: str) -> None:
    body = json.dumps(LEAD).encode()
    headers = sender.signed(body, key)
    headers = {name: (value or "").encode().decode("latin-1") for name, value in headers.items()}
    assert sender.client.post(PATH, data=body, headers=headers).status_code in (400, 401)


def test_wrong_fields_are_named_and_the_key_stays_free(runtime: Runtime, sender: Sender) -> None:
    answer = sender.push({"name": "", "phone": "123", "region": "北京", "amount": "很多"}, idempotency_key="k1")
    assert answer.status_code == 422
    assert answer.json is not None
    assert set(answer.json["fields"]) == {"name", "phone", "region", "amount"}
    assert "phone 应是 11 位手机号" in answer.json["error"]
    assert (rows(runtime, Lead), rows(runtime, AnswerRow)) == (0, 0)
    assert sender.push(idempotency_key="k1").status_code == 200


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"owner": "batu"}, "owner"),
        ({"amount": True}, "amount"),
        ({"note": ["急用"]}, "note"),
        ({"amount": 1e400}, "amount"),
        ({"note": "卡号6222021234567890128"}, "note"),
        ({"amount": 50}, "amount"),
    ],
)
def test_what_is_no_field_or_no_value_is_refused(
    runtime: Runtime, sender: Sender, more: dict[str, Any], field: str
) -> None:
    body = json.dumps(LEAD | more).replace("Infinity", "1e400").encode()
    answer = sender.push(body)
    assert (answer.status_code, list((answer.json or {})["fields"])) == (422, [field])
    assert rows(runtime, Lead) == 0


def test_numbers_and_nulls_are_as_their_texts(runtime: Runtime, sender: Sender) -> None:
    answer = sender.push({"name": NAME, "phone": int(PHONE), "amount": 500000.0, "region": None})
    assert answer.json is not None
    assert lead_of(runtime, answer.json["lead"]).amount_fen == 50_000_000


BROKEN = {
    "empty": b"",
    "no json": b"name=x",
    "no utf-8": b'{"name": "\xff"}',
    "no object": b"[1]",
    "a name twice": b'{"name": "a", "name": "b"}',
    "NaN": b'{"amount": NaN}',
    "deep": b'{"a":' * 6 + b"1" + b"}" * 6,
    "very deep": b"[" * 16_000,
    "deep after a quote": b'{"a": "\\"", "b": [[[[[[]]]]]]}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_flat_object_is_refused(runtime: Runtime, sender: Sender, body: bytes) -> None:
    answer = sender.push(body)
    assert answer.status_code == 400
    assert rows(runtime, Lead) == 0


def test_a_body_of_16_kb_is_read_and_no_more(runtime: Runtime, sender: Sender) -> None:
    exact = json.dumps(LEAD).encode().ljust(16 * 1024)
    assert sender.push(exact).status_code == 200
    with no_queries(runtime):
        assert sender.push(exact + b" ").status_code == 413


def test_who_comes_too_fast_is_told_when_to_come_again(runtime: Runtime, sender: Sender, other: Sender) -> None:
    leads = [LEAD | {"phone": f"1394710010{number}"} for number in range(8)]
    assert [sender.push(lead).status_code for lead in leads[:6]] == [200] * 6
    refused = sender.push(leads[6])
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert other.push(leads[6]).status_code == 200, "another channel has its own bucket"
    sender.clock.go(seconds=9)
    assert sender.push(leads[7]).headers["Retry-After"] == "1"
    sender.clock.go(seconds=1)
    assert [sender.push(leads[7]).status_code for _ in range(2)] == [200, 429]
    assert rows(runtime, Lead) == 8


def test_a_clock_that_ran_ahead_shuts_nobody_out(sender: Sender) -> None:
    sender.clock.go(hours=2)
    for _ in range(6):
        sender.push()
    sender.clock.go(hours=-2)
    assert sender.push().status_code == 200


def test_a_database_that_is_away_is_no_answer_to_keep(sender: Sender, runtime: Runtime) -> None:
    with runtime.store.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE api_answer RENAME TO away")
    assert sender.push(idempotency_key="k1").status_code == 503
    with runtime.store.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO api_answer")
    assert sender.push(idempotency_key="k1").status_code == 200


def test_nothing_personal_and_no_secret_stands_in_logs_and_answers(sender: Sender) -> None:
    said = LEAD | {"id_number": ID_NUMBER}
    with structlog.testing.capture_logs() as logs:
        answers = [sender.push(said), sender.push(said), sender.push(said | {"phone": PHONE + "1"})]
        answers += [sender.push(said, **{"X-Tuoling-Signature": "0"}), sender.push(b"x" * 20_000)]
    told = json.dumps(logs, ensure_ascii=False, default=str) + "".join(answer.text for answer in answers)
    for secret in (NAME, PHONE, ID_NUMBER, SECRET):
        assert secret not in told
    assert {line["status"] for line in logs if line["event"] == "lead by api"} == {200, 422, 401, 413}


def test_a_channel_without_its_secret_is_told_at_start(runtime: Runtime) -> None:
    with structlog.testing.capture_logs() as logs:
        create_app(runtime, NullBell())
    assert [line["variable"] for line in logs if "no secret" in line["event"]] == ["TUOLING_CHANNEL_BAIDU"]


_VALUES = st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.none()))
_NAMES = st.sampled_from([*LEAD, "note", "channel", "id_number"]) | st.text(max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lead=st.dictionaries(_NAMES, _VALUES, max_size=9))
def test_whatever_is_pushed_gets_a_plain_answer(sender: Sender, lead: dict[str, Any]) -> None:
    sender.clock.go(minutes=1)
    answer = sender.push(LEAD | lead)
    assert answer.status_code in (200, 400, 422)
    assert answer.json is not None
