"""导出 by typed words: the file, who may, what somebody else has to permit. It is Tuesday, 24 November 2026, 10:00."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company, Heard
from kit.phones import FAULTS, PARTS
from openpyxl import load_workbook
from sqlalchemy import select, update

from bot.sandbox.faults import Fault
from core.exports.kinds import ExportKind
from core.exports.models import Export, State
from core.people.models import Person
from core.reports.models import BoardRow
from core.store.audit import AuditRow

pytestmark = ON_ONE_DATABASE

OFFICER, PEER, MANAGER, ELSEWHERE, OWNER, ADMIN = "batu", "zhangsan", "lina", "baowenlong", "mengke", "wuyun"


def file_of(company: Company, heard: Heard) -> bytes:
    """The one file that came."""
    (message,) = [one for one in heard.messages if one.kind == "file"]
    assert message.text.endswith(".xlsx")
    medium = company.medium(message)
    return medium.data


def cells(content: bytes) -> list[list[Any]]:
    """What stands in it, row by row."""
    sheet = load_workbook(BytesIO(content)).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def table(company: Company, heard: Heard) -> list[dict[str, Any]]:
    """Its rows by the names of their columns."""
    sheet = load_workbook(BytesIO(file_of(company, heard))).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if "导出标记" in row)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def leads(company: Company, count: int, by: str = OFFICER) -> list[int]:
    return [company.lead(f"刘志{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", f"139471{n:05}", by=by) for n in range(1, count + 1)]


def exports(company: Company) -> Sequence[Any]:
    with company.runtime.store.read() as session:
        return session.execute(select(Export).order_by(Export.id)).scalars().all()


def rules(company: Company, **changed: Any) -> None:
    """The company has other rules from now on."""
    now = company.runtime.company
    version = f"{now.version[:40]}-{len(str(changed))}"
    company.runtime.in_force.hold(replace(now, exports=replace(now.exports, **changed), version=version))


def test_ones_own_customers_come_as_a_file_with_whose_it_is(company: Company) -> None:
    mine = leads(company, 7)
    leads_of_others = company.lead("王芳", "13800000001", by=PEER)
    batu = company.person(OFFICER)
    heard = batu.say("导出 我的客户")
    assert heard.texts == ["正在导出 我的客户（E1），好了就发给您。电话照屏幕上那样打码，文件上有您的名字。"]
    rows = table(company, heard)
    assert {row["编号"] for row in rows} == {f"L{number}" for number in mine}, "all of them, not a page; and no other's"
    assert f"L{leads_of_others}" not in str(rows)
    assert rows[0]["产品"] == "房抵"
    assert rows[0]["金额（元）"] == 500_000
    assert {row["导出标记"] for row in rows} == {"驼铃示范助贷 · 巴特尔·孟和 · 2026-11-24 10:00 · 导出 E1"}
    (export,) = exports(company)
    assert (export.state, export.rows, export.kind) == (State.SENT, 7, ExportKind.OWN)


@pytest.mark.parametrize(
    ("who", "said"), [(OFFICER, "导出 我的客户"), (OFFICER, "导出 我的客户 房抵"), (MANAGER, "导出 部门客户")]
)
def test_each_customer_comes_with_how_long_nobody_followed_up(company: Company, who: str, said: str) -> None:
    leads(company, 2)
    company.clock.go(hours=5)
    company.person(OFFICER).say("跟进 L1 电话没接")
    company.clock.go(hours=2)
    rows = table(company, company.person(who).say(said))
    assert {row["编号"]: row["未跟进时长"] for row in rows} == {"L1": "2小时", "L2": "7小时"}


@pytest.mark.parametrize("said", ["导出", "导出 成Excel", "导出 一下"])
def test_alone_it_is_what_was_looked_at_last(company: Company, said: str) -> None:
    leads(company, 2)
    batu = company.person(OFFICER)
    assert batu.say(said).text.startswith("要导出哪张清单或看板")
    batu.say("公海")
    company.clock.go(seconds=1)
    batu.say("我的客户")
    assert len(table(company, batu.say(said))) == 2


def test_a_board_comes_whole_with_the_numbers_that_can_be_asked_about(company: Company) -> None:
    leads(company, 3)
    owner = company.person(OWNER)
    rows = table(company, owner.say("导出 排行 今天 新增线索"))
    assert len(rows) == 16, "all fifteen, and what they have together"
    assert (rows[0]["姓名"], rows[0]["新增线索"], rows[0]["名次"]) == ("巴特尔·孟和", 3, 1)
    assert rows[-1]["姓名"] == "合计"
    assert len(table(company, owner.say(f"导出 明细 {rows[0]['编号']}"))) == 3
    assert owner.say("明细 1").card.title.startswith("明细 · 巴特尔·孟和")


@pytest.mark.parametrize("said", ["日报", "看板 本月", "漏斗", "渠道", "走势 本月 新增线索"])
def test_each_kind_of_board(company: Company, said: str) -> None:
    leads(company, 3)
    rows = table(company, company.person(OWNER).say(f"导出 {said}"))
    assert rows
    assert "3" in {str(value) for row in rows for value in row.values()}


def test_nothing_is_more_than_on_the_screen(company: Company) -> None:
    """Phones are masked, names too but one's own; and whoever may not see a list gets no file of it."""
    company.lead("王小芳", "13800001234", by=ADMIN)
    leads(company, 2)
    for who in (OFFICER, MANAGER, OWNER):
        (row,) = table(company, company.person(who).say("导出 公海"))
        assert row["客户"].startswith("王*"), who
        assert row["手机"] == "138****1234", who
    boss = table(company, company.person(MANAGER).say("导出 部门客户"))
    assert {row["客户"][:2] for row in boss} == {"刘*"}
    assert {row["归属人"] for row in boss} == {"巴特尔·孟和"}
    assert table(company, company.person(OFFICER).say("导出 我的客户"))[0]["客户"].startswith("刘志")
    liufang = company.person("liufang")
    assert liufang.say("导出 部门客户").text.startswith("您的岗位不能挑选客户")
    assert liufang.say("导出 看板").text.startswith("您的岗位不看报表")


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x.example","点我")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "＝1", "\t=1"]
)
def test_what_somebody_typed_is_no_formula(company: Company, name: str) -> None:
    number = company.lead(name, "13947100009", by=OFFICER)
    content = file_of(company, company.person(OFFICER).say("导出 我的客户"))
    sheet = load_workbook(BytesIO(content)).active
    assert all(cell.data_type in ("s", "n", "d") for row in sheet.iter_rows() for cell in row)
    assert [row[1] for row in cells(content) if row[0] == f"L{number}"] == [name.strip()]
    parts = zipfile.ZipFile(BytesIO(content))
    written = b"".join(parts.read(part) for part in parts.namelist() if part.endswith((".xml", ".rels")))
    assert b"<f>" not in written
    assert b"<hyperlink " not in written
    assert b"relationships/hyperlink" not in written


@PARTS
def test_many_rows_somebody_else_permits(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 5)
    batu, lina = company.person(OFFICER), company.person(MANAGER)
    before = company.so_far
    heard = batu.say("导出 我的客户")
    assert not [one for one in heard.messages if one.kind == "file"]
    assert heard.card.rows["状态"] == "等李娜同意"
    asked = lina.heard_since(before).card
    assert asked.title == "巴特尔 申请导出"
    assert (asked.rows["内容"], asked.rows["行数"]) == ("我的客户", "5 行")
    assert batu.say("导出 我的客户").text == "这份已经在导出了（E1）：在等李娜同意。"
    before = company.so_far
    assert lina.tap(asked, "同意").text == "已同意 E1，文件会直接发给申请人。"
    assert len(table(company, batu.heard_since(before))) == 5
    assert lina.now(asked).labels == ["刷新"]
    assert batu.now(heard.card).rows["状态"] == "李娜已同意"
    assert batu.tap(batu.now(heard.card), "刷新").card.rows["状态"] == "已发给您"
    (export,) = exports(company)
    assert (export.state, export.permitted) == (State.SENT, 5)


def test_it_is_refused(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 5)
    batu, lina = company.person(OFFICER), company.person(MANAGER)
    before = company.so_far
    batu.say("导出 我的客户")
    asked = lina.heard_since(before).card
    before = company.so_far
    lina.tap(asked, "不同意")
    heard = batu.heard_since(before)
    assert heard.cards[-1].rows["状态"] == "李娜没有同意"
    assert not [one for one in heard.messages if one.kind == "file"]
    assert exports(company)[0].state == State.REFUSED
    again = batu.tap(heard.cards[-1], "再导出一次")
    assert again.card.rows["状态"] == "等李娜同意", "he may ask again"


def test_nobody_permits_his_own_and_nobody_else_who_may_not(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 5)
    company.person(OFFICER).say("导出 我的客户")
    assert company.person(OFFICER).say("导出 E1").card.labels == ["刷新"]
    for other in (PEER, ELSEWHERE, "hejing"):
        assert company.person(other).say("导出 E1").text == "没有找到这次导出，或者不归您看。", other
    boss = company.person("zhaojianguo").say("导出 E1").card
    assert boss.labels == ["同意", "不同意"]
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "zhaojianguo").values(roles="officer"))
    assert company.person("zhaojianguo").tap(boss, "同意").text.startswith("您的岗位不能批准这份导出")
    assert exports(company)[0].state == State.WAITING


def test_two_decide_and_the_first_counts(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 5)
    company.person(OFFICER).say("导出 我的客户")
    first, second = company.person(MANAGER).say("导出 E1").card, company.person("zhaojianguo").say("导出 E1").card
    company.person(MANAGER).tap(first, "不同意")
    late = company.person("zhaojianguo").tap(second, "同意")
    assert "刷新" in late.text
    assert company.person("zhaojianguo").now(second).rows["状态"] == "李娜没有同意"
    assert exports(company)[0].state == State.REFUSED


def test_a_permission_is_for_so_many_rows_and_so_long(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 5)
    company.person(OFFICER).say("导出 我的客户")
    asked = company.person(MANAGER).say("导出 E1").card
    for number in range(5):
        company.lead(f"王芳{'一二三四五'[number]}", f"1380000000{number}", by=OFFICER)
    company.person(MANAGER).tap(asked, "同意")
    (export,) = exports(company)
    assert (export.state, export.rows, export.permitted) == (State.WAITING, 10, None), "it has doubled: asked again"
    late = company.person(MANAGER).say("导出 E1").card
    company.clock.go(days=3, minutes=1)
    assert company.person(MANAGER).tap(late, "同意").text.startswith("E1 不用再批")
    assert exports(company)[0].state == State.WAITING
    company.person(OFFICER).say("导出 我的客户")
    assert [each.id for each in exports(company)] == [1, 2]


def test_boards_need_nobody_however_long(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 5)
    assert len(table(company, company.person(OWNER).say("导出 排行 今天 新增线索"))) == 16


def test_what_comes_to_nothing_says_why(company: Company) -> None:
    batu = company.person(OFFICER)
    assert batu.say("导出 我的客户").card.rows["状态"] == "清单是空的，没有可导出的"
    leads(company, 4)
    rules(company, most_rows=3)
    card = batu.say("导出 我的客户").card
    assert card.rows["状态"] == "行数超过一个文件的上限"
    assert "一个文件最多 3 行" in card.whole
    rules(company, closed=frozenset({ExportKind.POOL, ExportKind.OWN}))
    assert batu.say("导出 公海").text == "公司规定「公海」不能导出，有需要请联系管理员。"
    assert batu.say("导出 我的客户 A级").text == "公司规定「我的客户」不能导出，有需要请联系管理员。"
    assert batu.say("导出 张三的工资").text.startswith("「张三的工资」不是能导出的清单。可以导出：我的客户、")
    assert batu.say("导出 明细 3").text.startswith("先看一张看板")
    rules(company, closed=frozenset({ExportKind.BOARD}))
    assert batu.say("导出 排行").text.startswith("公司规定看板（日报、周报、月报、排行、")
    with company.runtime.store.read() as session:
        assert session.scalars(select(BoardRow.id)).all() == [], "no board is begun that nobody gets"


def test_so_many_a_day(company: Company) -> None:
    rules(company, daily=2)
    leads(company, 2)
    batu = company.person(OFFICER)
    for _ in range(2):
        assert table(company, batu.say("导出 我的客户"))
    assert batu.say("导出 我的客户").text == "今天已经申请导出 2 次，已达每日上限，请明天再来。"
    assert table(company, company.person(MANAGER).say("导出 部门客户"))
    company.clock.go(days=1)
    assert table(company, batu.say("导出 我的客户"))


def test_what_a_clock_wrote_that_ran_ahead_counts_for_no_day(company: Company) -> None:
    """It runs a year ahead for a while, and is right again."""
    rules(company, daily=1, approval_above=8)
    leads(company, 5)
    batu = company.person(OFFICER)
    company.clock.go(days=365)
    assert table(company, batu.say("导出 我的客户"))
    company.clock.go(days=-365)
    assert table(company, batu.say("导出 我的客户")), "neither for the number of files nor for that of rows"


def test_each_step_is_recorded(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 2)
    company.person(OFFICER).say("导出 我的客户")
    before = company.so_far
    company.person(MANAGER).tap(company.person(MANAGER).say("导出 E1").card, "同意")
    content = file_of(company, company.person(OFFICER).heard_since(before))
    with company.runtime.store.read() as session:
        found = select(AuditRow.action, AuditRow.details).where(AuditRow.subject == "export:1").order_by(AuditRow.seq)
        rows = session.execute(found).all()
        assert [row.action for row in rows] == [
            "export:ask", "export:wait", "export:permit", "export:make", "export:send",
        ]  # fmt: skip
    (export,) = exports(company)
    assert export.size == len(content)


@pytest.mark.parametrize("change", [{"roles": "approver"}, {"left_at": "now"}])
def test_who_loses_the_right_meanwhile_gets_nothing(company: Company, change: dict[str, Any]) -> None:
    leads(company, 2)
    company.person(OFFICER).phone.say("导出 我的客户")
    values = {"left_at": company.clock()} if "left_at" in change else change
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == OFFICER).values(**values))
    before = company.so_far
    company.settle()
    assert not [one for one in company.person(OFFICER).heard_since(before).messages if one.kind == "file"]
    assert exports(company)[0].state == State.DROPPED


@FAULTS
def test_sent_again_it_is_the_same_upload_and_comes_once(company: Company) -> None:
    """The platform took it, and its answer was lost."""
    leads(company, 2)
    faults = company.platform.faults
    company.person(OFFICER).phone.say("导出 我的客户")
    before = company.so_far
    faults.order(api="message/send", fault=Fault.ACCEPT_THEN_DROP)
    company.settle()
    company.clock.go(minutes=1)
    company.settle()
    assert faults.pending() == ()
    assert len([one for one in company.person(OFFICER).heard_since(before).messages if one.kind == "file"]) == 1
    assert len(company.platform.journal.calls("media/upload")) == 1
    assert exports(company)[0].state == State.SENT


@FAULTS
def test_a_platform_that_takes_no_file_is_told_of(company: Company) -> None:
    leads(company, 2)
    company.platform.faults.order(api="media/upload", fault=Fault.ERRCODE, errcode=40006, times=20)
    batu = company.person(OFFICER)
    heard = batu.say("导出 我的客户")
    for _ in range(15):
        company.clock.go(minutes=600)
        company.settle()
    assert exports(company)[0].state == State.DROPPED
    assert batu.say("导出 E1").card.rows["状态"] == "文件没能发出去"
    assert heard.texts


def test_a_slow_permission_does_not_hold_up_others(company: Company) -> None:
    """Two of one person, one waiting: the other one comes."""
    rules(company, approval_above=3)
    leads(company, 5)
    company.lead("王芳", "13800000001", by=ADMIN)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    assert table(company, batu.say("导出 公海"))
    assert [each.state for each in exports(company)] == [State.WAITING, State.SENT]


def test_it_can_be_asked_again_after_a_day(company: Company) -> None:
    rules(company, approval_above=3, good_for=timedelta(hours=1))
    leads(company, 5)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    company.clock.go(hours=2)
    batu.say("导出 我的客户")
    assert [each.state for each in exports(company)] == [State.WAITING, State.WAITING]
