"""导出 against what people, platforms and time do to it. It is Tuesday, 24 November 2026, 10:00."""

from dataclasses import replace
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company, Heard
from kit.phones import FAULTS
from sqlalchemy import select, update
from test_exporting import cells, file_of

from bot.sandbox.faults import Fault
from core.exports.models import Export, State
from core.exports.outcomes import Why
from core.people.models import Department, Person
from core.store.outbox import Kind, OutboxRow, OutboxState

pytestmark = ON_ONE_DATABASE

OFFICER, PEER, MANAGER, BOSS, OWNER, ADMIN = "batu", "zhangsan", "lina", "zhaojianguo", "mengke", "wuyun"


def files(heard: Heard) -> int:
    return len([one for one in heard.messages if one.kind == "file"])


def leads(company: Company, count: int, by: str = OFFICER, first: int = 1) -> None:
    for number in range(first, first + count):
        company.lead(f"刘志{number}", f"139471{number:05}", by=by, product="house" if number % 2 else "car")


def exports(company: Company) -> list[Export]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(Export).order_by(Export.id)))


def rules(company: Company, **changed: Any) -> None:
    now = company.runtime.company
    version = f"{now.version[:40]}-{len(str(changed))}"
    company.runtime.in_force.hold(replace(now, exports=replace(now.exports, **changed), version=version))


def change(company: Company, userid: str, **values: Any) -> None:
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == userid).values(**values))


def test_files_count_for_what_a_member_may_get(company: Company) -> None:
    """What goes over it WeCom drops without a word."""
    leads(company, 2)
    for _ in range(24):
        company.person(OFFICER).phone.say("早报")
    company.settle()
    before = company.so_far
    for _ in range(6):
        company.person(OFFICER).phone.say("导出 我的客户")
        company.settle()
    assert not company.platform.journal.dropped()
    for _ in range(5):
        company.clock.go(minutes=1)
        company.settle()
    assert not company.platform.journal.dropped()
    assert files(company.person(OFFICER).heard_since(before)) == 1, "six times the same, until it came"


def test_a_manager_below_permits_nothing_of_his_superior(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    change(company, PEER, roles="officer|manager")
    company.person(MANAGER).say("导出 部门客户")
    assert company.person(PEER).say("导出 E1").text.startswith("没有找到这次导出")
    assert company.person(PEER).say("同意 E1").text.startswith("您的岗位不能批准这份导出")
    assert company.person(BOSS).say("同意 E1").text.startswith("已同意")


@pytest.mark.parametrize("who", [MANAGER, ADMIN, OWNER])
def test_who_may_permit_may_not_permit_his_own(company: Company, who: str) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    company.person(who).say("导出 部门客户")
    assert company.person(who).say("导出 E1").card.labels == ["刷新"]
    assert company.person(who).say("同意 E1").text.startswith("您的岗位不能批准这份导出")
    assert exports(company)[0].state == State.WAITING


@pytest.mark.parametrize("said", ["公海 13947100001", "待办 13947100001 巴特尔", "公海 $userName=batu$ <@all>"])
def test_what_was_typed_is_not_kept_as_its_name(company: Company, said: str) -> None:
    leads(company, 1)
    company.person(OFFICER).say(f"导出 {said}")
    for export in exports(company):
        assert "1394" not in export.called
        assert "巴特尔" not in export.called
        assert "$" not in export.called


def test_an_export_is_called_so_that_it_can_be_told_from_others(company: Company) -> None:
    leads(company, 3)
    owner = company.person(OWNER)
    owner.say("看板 本月 呼和浩特 房抵")
    owner.say("导出")
    owner.say("导出 明细 1")
    owner.say("导出 部门客户 呼和浩特 房抵")
    owner.say("导出 公海 呼和浩特")
    names = [export.called for export in exports(company)]
    assert names == [
        "看板 11月1日至24日 呼和浩特 房抵",
        "明细 新增线索 11月1日至24日 呼和浩特 房抵",
        "部门客户 房抵 呼和浩特市",
        "公海 呼和浩特池",
    ]


def test_a_row_that_does_not_open_comes_to_its_end(company: Company) -> None:
    """Fault 33."""
    leads(company, 1)
    company.person(OFFICER).phone.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.EXPORT).values(body=b"\x01" * 60))
    for _ in range(6):
        company.clock.go(minutes=10)
        company.settle()
    with company.runtime.store.read() as session:
        assert session.scalar(select(OutboxRow.state).where(OutboxRow.kind == Kind.EXPORT)) == OutboxState.DEAD
    assert files(company.person(OFFICER).say("导出 我的客户")) == 1, "asked for again after an hour it is made anew"


def test_a_question_is_in_the_todo_and_answered_by_word(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    company.person(OFFICER).say("导出 我的客户")
    lina = company.person(MANAGER)
    todo = lina.say("待办").card
    assert todo.rows == {"E1": "巴特尔要导出 3行 我的客户"}
    assert lina.tap(todo, "E1 导出").card.labels == ["同意", "不同意"]
    assert lina.say("同意").text == "在等您批的只有这份导出：点按钮，或回复 同意 E1。"
    before = company.so_far
    assert lina.say("同意 E1").text.startswith("已同意")
    assert files(company.person(OFFICER).heard_since(before)) == 1
    assert lina.say("待办").card.rows == {}


def test_asked_again_after_an_hour_the_question_rings_again(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    batu, lina = company.person(OFFICER), company.person(MANAGER)
    batu.say("导出 我的客户")
    before = company.so_far
    batu.say("导出 我的客户")
    assert lina.heard_since(before).cards == []
    company.clock.go(hours=1)
    batu.say("导出 我的客户")
    assert lina.heard_since(before).card.title == "巴特尔 申请导出"
    company.clock.go(days=3)
    assert batu.say("导出 E1").card.rows["状态"] == "过期没有批，作废了"
    assert batu.say("导出 E1").card.labels == ["再导出一次"]


def test_who_came_to_another_department_meanwhile_is_asked_about_again(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    lina = company.person(MANAGER)
    lina.say("导出 部门客户")
    with company.runtime.store.read() as session:
        other = session.scalar(select(Department.id).where(Department.path == "呼和浩特/二部"))
    leads(company, 3, by="surina", first=11)
    change(company, MANAGER, department_id=other)
    before = company.so_far
    company.person(BOSS).say("同意 E1")
    assert files(lina.heard_since(before)) == 0
    assert exports(company)[0].state == State.WAITING
    company.person(BOSS).say("同意 E1")
    assert exports(company)[0].state == State.SENT


def test_a_list_taken_in_parts_is_a_list(company: Company) -> None:
    rules(company, approval_above=4)
    leads(company, 6)
    batu = company.person(OFFICER)
    assert files(batu.say("导出 我的客户 房抵")) == 1
    assert batu.say("导出 我的客户 车抵").card.rows["状态"] == "等李娜同意"
    company.clock.go(days=1)
    assert files(batu.say("导出 我的客户 房抵")) == 1


def test_a_name_of_emoji_makes_a_file_too(company: Company) -> None:
    leads(company, 2)
    change(company, OFFICER, name="😀" + "巴特尔·" * 8)
    owner = company.person(OWNER)
    owner.say("排行 今天 新增线索")
    assert files(owner.say("导出 明细 1")) == 1


def test_a_turned_page_is_the_same_list(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company, 8)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    company.clock.go(seconds=1)
    batu.say("我的客户 2")
    assert batu.say("导出").text.startswith("这份已经在导出了（E1）")


@pytest.mark.parametrize(
    "said", ["导出我的客户", "导出 excel 我的客户", "导出 我的客户 表格", "导出一下我的客户", "导出 成Excel 我的客户"]
)
def test_as_people_type_it(company: Company, said: str) -> None:
    leads(company, 2)
    assert files(company.person(OFFICER).say(said)) == 1, said


def test_who_left_before_it_was_permitted_gets_nothing_and_it_ends(company: Company) -> None:
    rules(company, approval_above=1)
    leads(company, 3)
    company.person(OFFICER).say("导出 我的客户")
    change(company, OFFICER, left_at=company.clock())
    company.person(MANAGER).say("同意 E1")
    (export,) = exports(company)
    assert (export.state, export.why) == (State.DROPPED, Why.NOT_HIS)


def to_department(company: Company, userid: str, path: str) -> None:
    """The person moves into another department."""
    with company.runtime.store.read() as session:
        other = session.scalar(select(Department.id).where(Department.path == path))
    change(company, userid, department_id=other)


@FAULTS
@pytest.mark.parametrize("meanwhile", ["moved", "demoted", "handed over"])
def test_what_was_uploaded_by_other_rights_is_not_sent(company: Company, meanwhile: str) -> None:
    """The upload was made, its message refused: what is sent then is made by the rights of then."""
    leads(company, 3)
    elsewhere = company.lead("王二", "13947990001", by="surina")
    company.platform.faults.order(api="message/send", fault=Fault.ERRCODE, errcode=-1, times=2)
    lina, before = company.person("lina"), company.so_far
    lina.phone.say("导出 部门客户")
    company.settle()
    assert files(lina.heard_since(before)) == 0
    match meanwhile:
        case "moved":
            to_department(company, "lina", "呼和浩特/二部")
        case "demoted":
            change(company, "lina", roles="officer")
        case "handed over":
            to_department(company, OFFICER, "呼和浩特/二部")
    for _ in range(10):
        company.clock.go(minutes=5)
        company.settle()
    came = files(lina.heard_since(before))
    if came:
        numbers = {cell for row in cells(file_of(company, lina.heard_since(before))) for cell in row}
        assert f"L{elsewhere}" in numbers
        assert not numbers & {"L1", "L2", "L3"}
    assert bool(came) == (meanwhile == "moved")


@FAULTS
@pytest.mark.parametrize("still", [True, False])
def test_what_may_have_come_is_sent_again_to_who_may_still_see_it_all(company: Company, still: bool) -> None:
    leads(company, 3)
    company.platform.faults.order(api="message/send", fault=Fault.ACCEPT_THEN_DROP)
    batu = company.person(OFFICER)
    batu.phone.say("导出 我的客户")
    company.settle()
    if not still:
        company.person("lina").say("转移 L1 张三")
    company.clock.go(minutes=10)
    company.settle()
    (row,) = exports(company)
    assert (row.state, row.why) == (("sent", None) if still else ("dropped", "unsure"))
    assert len(company.platform.journal.calls("media/upload")) == 1


@FAULTS
def test_files_whose_arrival_is_unknown_count_for_who_takes_a_list_in_parts(company: Company) -> None:
    rules(company, approval_above=5)
    leads(company, 4)
    company.platform.faults.order(api="message/send", fault=Fault.ACCEPT_THEN_DROP, times=40)
    batu = company.person(OFFICER)
    batu.phone.say("导出 我的客户")
    company.settle()
    assert exports(company)[0].state == "wanted"
    batu.phone.say("导出 我的客户 房抵")
    for _ in range(10):
        company.settle()
        company.clock.go(minutes=1)
    first, second = exports(company)
    assert first.state != "sent"
    assert second.state == "waiting"


def test_a_permission_does_not_last_for_ever(company: Company) -> None:
    """No relay runs while it is good."""
    rules(company, approval_above=1)
    leads(company, 3)
    batu, lina = company.person(OFFICER), company.person("lina")
    batu.say("导出 我的客户")
    lina.phone.say("同意 E1")
    company.clock.go(days=3, minutes=1)
    company.settle()
    (row,) = exports(company)
    assert (row.state, row.why) == ("dropped", "late")
    assert files(batu.heard_since()) == 0


@FAULTS
def test_what_is_not_sent_keeps_its_rows(company: Company) -> None:

    leads(company, 3)
    company.platform.faults.order(api="message/send", fault=Fault.ERRCODE, errcode=40007, times=30)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    company.platform.faults.clear()
    (export,) = exports(company)
    assert (export.state, export.why, export.rows) == (State.DROPPED, Why.UNSENT, 3)
    assert export.sha256 is not None


def test_a_row_of_a_newer_release_waits_for_it(company: Company) -> None:
    """Fault 60: an old relay leaves what it does not know."""
    leads(company, 1)
    company.person(OFFICER).phone.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.EXPORT).values(kind="newkind"))
    company.settle()
    with company.runtime.store.database.write() as session:
        assert session.scalar(select(OutboxRow.state).where(OutboxRow.kind == "newkind")) == OutboxState.PENDING
        session.execute(update(OutboxRow).where(OutboxRow.kind == "newkind").values(kind=Kind.EXPORT))
    before = company.so_far
    company.clock.go(minutes=5)
    company.settle()
    assert files(company.person(OFFICER).heard_since(before)) == 1
