"""DingTalk in HTTP mode: what people type and tap there comes in, once, and is answered in the response."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kit.clock import Clock
from kit.company import Company, open_company
from kit.dingtalk import DINGTALK, card_headers, content, message, milliseconds, quota_gone, raw, robot_headers, tap
from sqlalchemy import select

from bot.app import create_app
from bot.channels.dingtalk.door import DingTalkDoor
from cards import texts
from core.leads.kept import Medium
from core.people import queries as people
from core.people.models import Person
from core.store import inbox
from core.store.audit import AuditRow
from core.store.inbox import InboxRow
from core.store.outbox import Kind, OutboxRow, body_place
from jobs.bell import NullBell

TAKEN = {"msgtype": "empty"}


@dataclass
class Ding:
    """The company with both platforms, and DingTalk's side of the wire."""

    company: Company
    client: FlaskClient
    number: int = field(default=0)

    def post(self, event: dict[str, Any], *, stamp: str = "", path: str = "/dingtalk/robot") -> Any:
        """Send an event; the answer, read."""
        stamp = stamp or milliseconds(self.company.clock())
        headers = robot_headers(stamp) if path == "/dingtalk/robot" else card_headers(stamp)
        answer = self.client.post(path, data=raw(event), headers=headers)
        assert answer.status_code == 200, answer.data
        return json.loads(answer.data)

    def say(self, text: str, sender: str = "dt_batu") -> str:
        """Type a message; the text that is answered at once."""
        self.number += 1
        answer = self.post(message(text={"content": text}, msgId=f"m{self.number}", senderStaffId=sender))
        return str(answer.get("text", {}).get("content", ""))

    def rows(self, table: type) -> list[Any]:
        """All rows of a table."""
        with self.company.runtime.store.read() as session:
            return list(session.scalars(select(table)).all())


@pytest.fixture
def ding(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Ding]:
    """The sample company, which uses DingTalk over HTTP beside WeCom."""
    with open_company(database_url, tmp_path / "var", clock, DINGTALK_MODE="http", **DINGTALK) as company:
        yield Ding(company, create_app(company.runtime, NullBell()).test_client())


def test_help_is_typed_and_answered(ding: Ding) -> None:
    answered = ding.say("帮助")
    assert answered == ding.company.person("batu").say("帮助").text
    assert "领取" in answered
    assert ding.rows(OutboxRow) == []


def test_a_repetition_gets_the_first_answer_and_does_nothing_twice(ding: Ding) -> None:
    ding.company.lead(by="batu")
    logged = message(text={"content": "跟进 L1 意向强，明天十点面谈"}, msgId="once==")
    first = ding.post(logged)
    audits = len(ding.rows(AuditRow))
    ding.company.clock.go(seconds=60)
    assert ding.post(logged | {"sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=x2"}) == first
    assert "跟进" in first["text"]["content"]
    assert len(ding.rows(AuditRow)) == audits
    assert [row.key for row in ding.rows(InboxRow)] == ["dingtalk:m:dingtl01:once=="]


def test_what_was_spoken_is_read_as_if_it_was_typed(ding: Ding) -> None:
    spoken = content("audio", downloadCode="dc2", duration=4000, recognition="帮助")
    assert ding.post(spoken)["text"]["content"] == ding.say("帮助")


def test_pictures_and_the_words_with_them_both_count(ding: Ding) -> None:
    """The bot has asked what came of a contact: the pictures belong to that lead, the words are the answer."""
    ding.company.lead(by="batu")
    asked = ding.say("跟进 L1")
    parts = [{"text": "意向强，明天十点面谈"}, *({"type": "picture", "downloadCode": f"dc{n}"} for n in (1, 2))]
    answered = ding.post(content("richText", richText=parts) | {"msgId": "rich=="})["text"]["content"]
    assert asked
    assert [medium.lead_id for medium in ding.rows(Medium)] == [1, 1]
    assert "已记录 L1 的跟进，下次联系：明天" in answered
    assert [row.kind for row in ding.rows(OutboxRow)].count("fetch") == 2
    assert ding.post(content("richText", richText=parts) | {"msgId": "rich=="})["text"]["content"] == answered
    assert len(ding.rows(Medium)) == 2


def test_other_pictures_under_a_used_number_are_another_message(ding: Ding) -> None:
    for code in ("dc1", "dc2", "dc2"):
        parts = [{"text": "身份证"}, {"type": "picture", "downloadCode": code}]
        ding.post(content("richText", richText=parts))
    assert len(ding.rows(Medium)) == 2


def test_what_nobody_understands_is_answered(ding: Ding) -> None:
    assert ding.post(content("unknownMsgType", unknownMsgType="interactiveCard")) == TAKEN
    (row,) = ding.rows(OutboxRow)
    vault = ding.company.runtime.store.vault
    assert vault.open(body_place(row.dedupe_key), row.body) == texts.NOT_SUPPORTED


@pytest.mark.parametrize(
    "event",
    [
        message(conversationType="2", conversationId="cidGroup==", isInAtList=True, senderStaffId=None),
        message(conversationType=None),
        message(senderStaffId=""),
        message(senderStaffId=None),
        message(senderCorpId="dingother"),
        message(createAt=None),
    ],
    ids=["guest in a group", "no kind of chat", "empty staff id", "no staff id", "guest", "malformed"],
)
def test_groups_strangers_and_what_is_malformed_leave_nothing(ding: Ding, event: dict[str, Any]) -> None:
    assert ding.post(event) == TAKEN
    assert ding.rows(InboxRow) == []


def test_who_is_not_in_the_people_file_gets_no_answer(ding: Ding) -> None:
    assert ding.say("帮助", sender="nobody") == ""
    assert len(ding.rows(InboxRow)) == 1


def test_a_person_is_found_in_whatever_case_his_id_was_typed(ding: Ding) -> None:
    assert ding.say("帮助", sender="DT_Batu") == ding.company.person("batu").say("帮助").text


def test_whom_dingtalk_has_named_nobody_spelt_otherwise_is_taken_for(ding: Ding) -> None:
    """Nothing says that the case of a user id does not count: who is spelt otherwise may be somebody else."""
    assert ding.say("帮助", sender="DT_Batu")
    assert ding.say("帮助", sender="dt_batu") == ""
    assert ding.say("帮助", sender="DT_Batu")


def test_what_is_sent_goes_to_the_id_as_dingtalk_has_it(ding: Ding) -> None:
    ding.say("帮助", sender="DT_Batu")
    store, number = ding.company.runtime.store, ding.company.person("batu").actor.id
    with store.read() as session:
        found = people.by_id(session, "dingtalk", number)
    assert found is not None
    assert found.userid == "DT_Batu"


def test_a_used_up_quota_is_told_to_the_administrators_once_a_day(ding: Ding) -> None:
    said = [ding.post(quota_gone(msgId=f"q{n}"))["text"]["content"] for n in range(3)]
    assert said == [texts.words_kept_back(on_wecom=True)] * 3
    ding.company.settle()
    heard = [m.text for m in ding.company.platform.chat("wuyun") if m.from_bot]
    assert heard == [texts.QUOTA_GONE]
    ding.company.clock.go(days=1)
    assert ding.post(quota_gone(msgId="q9", senderStaffId=None)) == TAKEN
    ding.company.settle()
    assert [m.text for m in ding.company.platform.chat("wuyun") if m.from_bot] == [texts.QUOTA_GONE] * 2
    assert [m for m in ding.company.platform.chat("batu") if m.from_bot] == []


def test_who_wrote_hears_that_his_words_did_not_come_though_nobody_waits(
    ding: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is brought is one quota, what is sent another."""
    monkeypatch.setattr(DingTalkDoor, "answer_seconds", 0.0)
    assert ding.post(quota_gone()) == TAKEN
    (row,) = [row for row in ding.rows(OutboxRow) if row.channel == "dingtalk"]
    said = ding.company.runtime.store.vault.open(body_place(row.dedupe_key), row.body or b"")
    assert said == texts.words_kept_back(on_wecom=True)


def test_who_has_no_account_on_wecom_is_not_sent_there(ding: Ding) -> None:
    with ding.company.runtime.store.unit(request_id="test") as unit:
        batu = unit.session.scalars(select(Person).where(Person.wecom_userid == "batu")).one()
        batu.wecom_userid = None
    said = ding.post(quota_gone())["text"]["content"]
    assert "急事请直接联系同事" in said
    assert "企业微信" not in said


def test_what_the_recording_takes_is_of_the_time_that_dingtalk_waits(
    ding: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody hears an answer that comes later: it goes by the outbox."""
    moment = [0.0]
    monkeypatch.setattr("bot.dispatch.time.monotonic", lambda: moment[0])

    def slow(*_: object, **__: object) -> None:
        moment[0] += 3.2
        real(*_, **__)

    real = inbox.record
    monkeypatch.setattr(inbox, "record", slow)
    assert ding.post(message()) == TAKEN
    assert [row.kind for row in ding.rows(OutboxRow)] == [Kind.SAY]


def test_a_forged_tap_does_nothing_and_two_taps_are_two(ding: Ding) -> None:
    now = ding.company.clock()
    first, later = milliseconds(now), milliseconds(now, 2)
    for stamp in (first, first, later):
        assert ding.post(tap("claim~1~c199"), stamp=stamp, path="/dingtalk/card") == {}
    assert [row.action for row in ding.rows(AuditRow)].count("tap:forged") == 2


def test_in_stream_mode_nothing_is_open(database_url: str, tmp_path: Path, clock: Clock) -> None:
    with open_company(database_url, tmp_path / "var", clock, DINGTALK_MODE="stream", **DINGTALK) as company:
        client = create_app(company.runtime, NullBell()).test_client()
        stamp = milliseconds(clock())
        assert client.post("/dingtalk/robot", data=raw(message()), headers=robot_headers(stamp)).status_code == 404
        assert client.post("/dingtalk/card", data=raw(tap()), headers=card_headers(stamp)).status_code == 404
        assert "dingtalk" in company.runtime.doors
