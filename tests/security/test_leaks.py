"""Personal data and secrets stay where they belong: planted values are looked for on every surface.

A day passes with them: a customer is entered, followed up, looked at by many, released, claimed by another, asked for
by phone and by name, and a tap goes wrong. Afterwards nothing of it stands in clear in the database, the logs, the
journal, or in the chat of somebody who may not see it.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from canaries import CONTACT, GIVEN, ID_NUMBER, NAME, NOTE, PERSONAL, PHONE, found_in, secret_values, tables
from kit.company import Company
from security_kit import channel_of, chats, journal_of, tap
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from core.leads.models import Lead
from core.privacy.vault import MasterKey
from core.store.shared import Secret
from jobs.bell import Bell

ENTRY = f"录入 {NAME} {PHONE} {ID_NUMBER} 房抵50万 {NOTE}"
SEES_ALL = {"batu"}  # entered him, so he is his
SEES_INSIDE = {"lina", "liufang"}  # his manager, and the approver: masked, with note and follow-ups


def a_day(company: Company) -> int:
    """What the planted customer goes through; his lead."""
    batu = company.person("batu")
    assert "已录入" in batu.say(ENTRY).text
    with company.runtime.store.read() as session:
        lead = session.scalars(select(Lead.id)).one()
    assert PHONE in batu.say(f"客户 {PHONE}").card.whole
    assert "已记录" in batu.say(f"跟进 L{lead} {CONTACT}").text
    for userid in ("lina", "liufang", "zhangsan", "surina", "zhoumin", "hejing", "wuyun"):
        person = company.person(userid)
        for question in (
            f"客户 L{lead}",
            f"客户 {PHONE}",
            f"客户 {NAME}",
            f"客户 {GIVEN}",
            f"客户 {PHONE[-4:]}",
            "公海",
        ):
            person.say(question)
        company.clock.go(minutes=2)
    company.person("surina").say(ENTRY)
    company.person("zhangsan").say(f"跟进 L{lead} 想看看")
    company.person("zhangsan").say(f"领取 L{lead}")
    tap(company, "zhangsan", f"claim1~1~aaaaaaaaaaaaaaaa.1~ffffffff~00000000~{lead}~x", "aaaaaaaaaaaaaaaa")
    company.person("batu").phone.say(f"客户 L{lead}")  # its card stays in the outbox
    return lead


def test_nothing_personal_stands_in_clear_in_the_database(company: Company) -> None:
    a_day(company)
    for _ in ("with a card waiting", "with all sent"):
        dump = tables(company)
        assert {key: found for key, content in dump.items() if (found := found_in(content, PERSONAL))} == {}
        assert {
            key: found for key, content in dump.items() if (found := found_in(content, secret_values(company)))
        } == {}
        company.settle()
    wanted = {"issued_card.args", "audit.details", "outbox.body", "inbox.event", "dialog.args", "shared_secret.value"}
    assert wanted - {"dialog.args", "outbox.body"} <= set(dump), "what was looked at is there at all"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_database_file_itself_holds_nothing_in_clear(company: Company) -> None:
    """The bytes on the disk, the write-ahead log and freed pages included: what a stolen backup would show."""
    a_day(company)
    file = Path(make_url(company.runtime.settings.database_url).database or "")
    files = [path for path in file.parent.glob(f"{file.name}*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert len(files) >= 2
    assert len(content) > 100_000
    assert found_in(content, PERSONAL) == []
    assert found_in(content, secret_values(company)) == []


def test_a_reason_is_no_more_in_clear_than_a_follow_up(company: Company) -> None:
    """People write names and numbers into reasons too."""
    lead = company.lead(by="batu")
    assert "已释放" in company.person("batu").say(f"释放 L{lead} {NAME} 的电话 {PHONE} 打不通").text
    assert {key: found for key, content in tables(company).items() if (found := found_in(content, PERSONAL))} == {}


def test_each_chat_shows_only_what_its_person_may_see(company: Company) -> None:
    a_day(company)
    company.settle()
    seen = {}
    for userid, messages in chats(company).items():
        content = json.dumps(
            [[m.text, m.card, list(m.past)] for m in messages], ensure_ascii=False, default=str
        ).encode()
        seen[userid] = set(found_in(content, PERSONAL))
    assert seen.pop("batu") == set(PERSONAL) - {ID_NUMBER}, "an ID number is shown to nobody"
    for userid in SEES_INSIDE:
        assert seen.pop(userid) == {CONTACT, NOTE}
    assert seen.pop("wuyun") == {CONTACT, NOTE}, "the administrator sees all leads, masked"
    echoed = seen.pop("surina")  # typed all of it herself
    assert PHONE not in echoed
    assert CONTACT not in echoed
    assert {userid: found for userid, found in seen.items() if found} == {}


@pytest.mark.parametrize(
    "parted",
    [
        "138-0000-1234",
        "(138)0000 1234",
        "+86 138.0000.1234",
        "１３８ ００００ １２３４",
        "138 000 01234",
        "1380/0001/234",
        "138，0000，1234",
        "一三八零零零零一二三四",
    ],
)
def test_a_number_that_was_typed_in_parts_is_masked_as_one_in_a_run(company: Company, parted: str) -> None:
    """In a follow-up before those who see inside, and in a reason before the next owner."""
    lead = company.lead(by="batu")
    company.person("batu").say(f"跟进 L{lead} 换号{parted}了")
    for userid in SEES_INSIDE:
        whole = company.person(userid).say(f"客户 L{lead}").card.whole
        assert "138****1234" in whole
        assert parted not in whole
    company.person("batu").say(f"转移 L{lead} 张三 新号 {parted} 找他爱人")
    company.settle()
    told = [card.whole for card in company.person("zhangsan").heard_since().cards]
    assert any("138****1234" in card for card in told)
    assert not any(parted in card for card in told)


def _wecoms_one(payload: Mapping[str, Any]) -> str:
    assert not {"toparty", "totag"} & {key for key, value in payload.items() if value}
    return str(payload["touser"])


def _robots_one(payload: Mapping[str, Any]) -> str:
    (userid,) = payload["userIds"]
    return str(userid)


TO_ONE: dict[str, dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "wecom": {"message/send": _wecoms_one},
    "dingtalk": {
        "robot/oToMessages/batchSend": _robots_one,
        "card/instances/createAndDeliver": lambda card: card["openSpaceId"].removeprefix("dtv1.card//IM_ROBOT."),
    },
}
"""What sends, and to whom, by platform and interface."""


def test_each_message_to_the_platform_goes_to_one_person(company: Company) -> None:
    """Nothing is ever sent to everybody, to a group, or to somebody beside the one it was made for."""
    a_day(company)
    company.settle()
    calls = [call for call in journal_of(company).calls() if call.name in TO_ONE[channel_of(company)]]
    assert calls
    to = [TO_ONE[channel_of(company)][call.name](call.payload) for call in calls]
    assert [call.members for call in calls] == [(one,) for one in to], "everything came, to him alone"
    sent = [json.dumps(call.payload, ensure_ascii=False).encode() for call in calls]
    assert {one for one, content in zip(to, sent, strict=True) if found_in(content, (PHONE, NAME))} == {
        company.person(userid).phone.userid for userid in SEES_ALL
    }
    others = {call.name for call in journal_of(company).calls()} - set(TO_ONE[channel_of(company)])
    assert others <= {"gettoken", "message/update_template_card", "oauth2/accessToken", "PUT card/instances"}


def test_logs_hold_neither_personal_data_nor_secrets(company: Company, loud: Callable[[], str]) -> None:
    a_day(company)
    company.settle()
    logged = loud().encode()
    assert len(logged) > 100, "something was logged"
    assert found_in(logged, PERSONAL) == []
    assert found_in(logged, secret_values(company)) == []


def test_a_failure_logs_what_broke_and_not_for_whom(
    company: Company, loud: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealed value that does not open where it must: the event fails, is told of, without its content."""
    lead = company.lead(by="batu")
    company.person("batu").say(f"写跟进 L{lead}")
    vault = company.runtime.store.vault
    monkeypatch.setattr(
        "bot.handlers.follow_up.log_follow_up", lambda *_: vault.open("lead.note:1", b"\x01" + b"junk" * 12)
    )
    loud()
    answer = company.person("batu").say(f"{NAME} 的电话 {PHONE}，意向强").text
    logged = loud()
    assert "Unreadable" in logged
    assert "编号" in answer
    assert found_in(logged.encode(), PERSONAL) == []
    assert found_in(answer.encode(), PERSONAL) == []


def test_the_journal_of_the_sandbox_keeps_no_secret(company: Company) -> None:
    a_day(company)
    company.settle()
    entries = journal_of(company).entries()
    content = "\n".join(repr(entry) for entry in entries).encode()
    assert len(entries) > 20
    assert found_in(content, secret_values(company)) == []
    noted = "\n".join(f"{e.name} {e.summary} {e.warnings} {e.fault}" for e in entries).encode()
    assert found_in(noted, PERSONAL) == []


def test_exceptions_of_the_database_hide_their_values(company: Company) -> None:
    with company.runtime.store.read() as session, pytest.raises(SQLAlchemyError) as caught:
        session.execute(text("SELECT :phone FROM there_is_no_such_table"), {"phone": PHONE})
    assert PHONE not in f"{caught.value} {caught.value!r} {caught.value.orig}"
    with company.runtime.store.database.write() as session, pytest.raises(SQLAlchemyError) as caught:
        session.execute(text("INSERT INTO there_is_no_such_table VALUES (:name)"), {"name": NAME})
    assert NAME not in f"{caught.value} {caught.value!r} {caught.value.orig}"


def test_keys_and_secrets_are_not_shown_by_what_holds_them(company: Company) -> None:
    """What a traceback with variables, or a careless log line, would show of an object."""
    material = b"0123456789abcdef0123456789abcdef"
    key = MasterKey(material)
    assert len(key.derive("seal")) == 32
    for shown in (
        repr(key),
        str(key),
        repr(company.runtime),
        repr(company.runtime.settings),
        repr(company.runtime.store),
    ):
        assert "0123456789abcdef" not in shown
        assert found_in(shown.encode(), secret_values(company)) == []


def test_a_shared_secret_is_not_shown(clock: Callable[[], object]) -> None:
    assert "the-access-token" not in repr(Secret("the-access-token", 1, clock()))  # type: ignore[arg-type]


def test_the_bell_carries_nothing() -> None:
    """Redis is never told what happened: ringing takes no argument that could say it."""
    assert list(inspect.signature(Bell.ring).parameters) == ["self"]


def test_what_may_not_be_kept_is_not_kept_even_sealed(company: Company) -> None:
    """Class C3 (JR/T 0171): a password or card number in 录入 is refused and its event overwritten."""
    vault = company.runtime.store.vault
    for secret in ("密码 886633", "6222 0212 3456 7890 128"):
        answer = company.person("batu").say(f"录入 {NAME} {PHONE} {secret}").text
        assert "撤回" in answer
        assert secret.split()[-1] not in answer
    with company.runtime.store.read() as session:
        events = session.execute(text("SELECT key, event FROM inbox")).all()
        assert session.scalar(select(Lead.id)) is None
    assert [vault.open(f"inbox.event:{row.key}", bytes(row.event)) for row in events] == ["", ""]
