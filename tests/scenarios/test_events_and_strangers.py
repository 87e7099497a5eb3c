"""What is no typed command: the menu, pictures, places, voices, coming and going; and people we do not know."""

import pytest
from kit.company import Company
from kit.phones import FAULTS, PARTS
from sqlalchemy import func, select

from bot.sandbox.members import Member
from bot.sandbox.platform import MENU
from bot.taps import MENU as ANSWERED
from cards import texts
from core.leads.models import Lead
from core.people.models import Person
from core.store.audit import AuditRow
from core.store.inbox import InboxRow
from core.store.issued import IssuedCard
from core.store.outbox import OutboxRow

PICTURE = b"\x89PNG\r\n\x1a\n"


def count(company: Company, table: type) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@FAULTS
def test_each_entry_of_the_menu_is_a_typed_command(company: Company) -> None:
    company.lead()
    company.lead("白云飞", "13947100002", by="batu")
    batu, platform = company.person("batu"), company.platform
    assert batu.after(lambda: platform.menu("batu", "pool")).card.title == "呼和浩特池 1条"
    assert batu.after(lambda: platform.menu("batu", "mine")).card.title == "我的客户"
    assert batu.after(lambda: platform.menu("batu", "todo")).card.title == "待办"
    assert batu.after(lambda: platform.menu("batu", "progress")).text == batu.say("进度").text
    assert batu.after(lambda: platform.menu("batu", "help")).text == batu.say("帮助").text
    hejing = company.person("hejing")
    assert hejing.after(lambda: platform.menu("hejing", "pool")).text.startswith("您的岗位不能查看公海。")


def test_the_sandbox_has_the_entries_that_are_answered() -> None:
    entries = [below for entry in MENU for below in entry.get("sub_button", (entry,))]
    assert {entry["key"] for entry in entries} == set(ANSWERED)
    assert [ANSWERED[entry["key"]] for entry in entries] == [entry["name"] for entry in entries]


@PARTS
def test_a_picture_a_place_and_a_link_are_answered(company: Company) -> None:
    batu, platform = company.person("batu"), company.platform
    card = batu.after(lambda: platform.send_picture("batu", PICTURE)).card
    place = batu.after(lambda: platform.send_location("batu", 40.84, 111.75, "新城区")).text
    fields = [("Title", "t"), ("Description", "d"), ("Url", "https://u"), ("MsgId", 77)]
    link = batu.after(lambda: platform.emit("batu", "link", fields)).text
    assert card.title == "收到 1 个附件，存到哪位客户？"
    assert place == "位置看到了，但目前还不能存档。请用文字记录，如：跟进 L1024 已上门。"
    assert link == "这一种消息看不懂，请发文字、图片或语音，或回复 帮助。"


def test_a_picture_leaves_an_open_question_open(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    batu.after(lambda: company.platform.send_picture("batu", PICTURE))
    assert batu.say("意向强").text.startswith("已记录 L1 的跟进")


def test_opening_the_chat_is_silent(company: Company) -> None:
    batu = company.person("batu")
    assert batu.after(lambda: company.platform.open_chat("batu")).messages == ()
    assert count(company, OutboxRow) == 0


@FAULTS
def test_who_joins_is_welcomed_and_who_leaves_gets_nothing(company: Company) -> None:
    batu = company.person("batu")
    welcome = batu.after(lambda: company.platform.join("batu")).text
    assert welcome == "巴特尔·孟和，您好，我是驼铃，您的客户助手。回复 帮助 查看您能做的事。"
    assert batu.after(lambda: company.platform.emit("batu", "event", [("Event", "unsubscribe")])).messages == ()


def test_an_event_of_a_new_kind_is_taken_and_nothing_happens(company: Company) -> None:
    batu = company.person("batu")
    delivered = []
    heard = batu.after(
        lambda: delivered.append(company.platform.emit("batu", "event", [("Event", "brand_new"), ("X", "y")]))
    )
    assert delivered[0].taken
    assert heard.messages == ()
    assert count(company, InboxRow) == 0


def test_a_stranger_hears_nothing_whatever_he_sends(company: Company) -> None:
    company.lead()
    platform = company.platform
    platform.put_member(Member("guest", "外人", "访客", ""))
    guest = company.person("guest")
    entries = count(company, AuditRow)
    for deed in (
        lambda: platform.say("guest", "帮助"),
        lambda: platform.say("guest", "公海"),
        lambda: platform.say("guest", "领取 L1"),
        lambda: platform.menu("guest", "pool"),
        lambda: platform.send_picture("guest", PICTURE),
        lambda: platform.send_voice("guest", b"#!AMR"),
        lambda: platform.send_location("guest", 40.84, 111.75, "新城区"),
        lambda: platform.open_chat("guest"),
        lambda: platform.join("guest"),
    ):
        assert guest.after(deed).messages == ()
        company.clock.go(seconds=5)
    assert count(company, OutboxRow) == count(company, IssuedCard) == 0
    assert count(company, AuditRow) == entries
    assert company.owner(1) is None


def test_a_colleague_who_left_is_a_stranger(company: Company) -> None:
    company.lead()
    with company.runtime.store.unit(request_id="test") as unit:
        person = unit.session.scalars(select(Person).where(Person.wecom_userid == "batu")).unique().one()
        person.left_at = unit.now
    assert company.person("batu").say("公海").messages == ()
    assert company.person("batu").say("领取 L1").messages == ()
    assert company.owner(1) is None


BAD = [
    "",
    " ",
    "　",
    "\u200b",
    "😀",
    "👨‍👩‍👧",
    "\u202e海公",
    "<xml><Content>1</Content></xml>",
    "]]>",
    "' OR 1=1; DROP TABLE lead; --",
    "**公海** [x](http://a.example)",
    "<@all>",
    "$userName=batu$",
    "L" * 2000,
    "9" * 2000,
    "跟进 L99999999999999999999 x",
    "领取 L0",
    "跟进 L0 内容",
    "跟进 0 内容",
    "跟进 L00 你好",
    "释放 L0 联系不上",
    "转移 L0 李娜",
    "跟进 L٣ 内容",
    "释放 ٣ 原因",
    "领取 L" + "1" * 10,
    "公海 " + "池" * 500,
    "公海 0",
    "公海 -1",
    "公海 9999",
    "我的客户 abc",
    "我的客户 0",
    "客户 " + "王" * 2000,
    "转移 L1 " + "王" * 2000,
    "录入 " + "情" * 2000,
    "{name}",
    "%s%n",
    "null",
]


@pytest.mark.parametrize("userid", ["batu", "hejing"])
def test_whatever_is_typed_gets_a_short_kind_answer_and_changes_nothing(company: Company, userid: str) -> None:
    company.lead()
    person = company.person(userid)
    for typed in BAD:
        company.clock.go(minutes=1)
        heard = person.say(typed)
        assert heard.messages, repr(typed[:30])
        assert len(heard.text) <= 240, repr(typed[:30])
        assert all(word not in heard.text for word in ("Error", "Traceback", "None", "系统出了点问题"))
    assert company.owner(1) is None
    assert count(company, Lead) == 1


@PARTS
def test_a_text_that_is_too_long_for_one_message_goes_out_in_ordered_parts(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "\n".join(f"第{number}行：{'驼铃' * 20}" for number in range(60))
    assert len(long.encode()) > 3 * 2048
    monkeypatch.setattr(texts, "PLACE_TAKEN", long)
    batu = company.person("batu")
    heard = batu.after(lambda: company.platform.send_location("batu", 40.84, 111.75, "新城区"))
    assert len(heard.texts) == 4
    assert all(len(text.encode()) <= 2048 for text in heard.texts)
    assert "".join(heard.texts).replace("\n", "") == long.replace("\n", "")
