"""What somebody else decides of 导出, and what is told of it: never his own, at once by night, and by the rules of when
the file is made. It is Tuesday, 24 November 2026, 10:00."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE, Company, Heard, open_company
from sqlalchemy import select, update

from core.exports.kinds import ExportKind
from core.exports.models import Export, State
from core.exports.outcomes import Why
from core.people.models import Person
from core.people.service import leave, mark_gone
from core.store.audit import AuditRow

pytestmark = ON_ONE_DATABASE

OFFICER, PEER, MANAGER, BOSS, ADMIN = "batu", "zhangsan", "lina", "zhaojianguo", "wuyun"
NOT_THERE = "没有找到这次导出，或者不归您看。"


def files(heard: Heard) -> list[Any]:
    return [one for one in heard.messages if one.kind == "file"]


def leads(company: Company, count: int = 5, by: str = OFFICER) -> None:
    for number in range(count):
        company.lead(f"刘志{'甲乙丙丁戊'[number]}", f"139471{number:05}", by=by)


def rules(company: Company, **changed: Any) -> None:
    """The company has other rules from now on."""
    now = company.runtime.company
    version = f"{now.version[:40]}-{len(str(changed))}"
    company.runtime.in_force.hold(replace(now, exports=replace(now.exports, **changed), version=version))


def exports(company: Company) -> Sequence[Export]:
    with company.runtime.store.read() as session:
        return session.execute(select(Export).order_by(Export.id)).scalars().all()


def belongs_to(company: Company, userid: str) -> None:
    """The export is this person's, whoever asked for it: he holds a card of before that was so."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Export).values(person_id=company.person(userid).actor.id))


def details(company: Company, action: str) -> list[dict[str, Any]]:
    with company.runtime.store.read() as session:
        return [json.loads(each) for each in session.scalars(select(AuditRow.details).where(AuditRow.action == action))]


@pytest.mark.parametrize("userid", [MANAGER, BOSS, ADMIN])
def test_nobody_permits_his_own(company: Company, userid: str) -> None:
    """Managers and administrators look after themselves too; neither by 导出 E1 nor by a tap."""
    rules(company, approval_above=3)
    leads(company)
    company.person(OFFICER).say("导出 我的客户")
    one = company.person(userid)
    asked = one.say("导出 E1").card
    assert asked.labels == ["同意", "不同意"]
    belongs_to(company, userid)
    assert one.tap(asked, "同意").text.startswith("您的岗位不能批准这份导出")
    assert exports(company)[0].state == State.WAITING
    mine = one.say("导出 E1").card
    assert mine.labels == ["刷新"]
    assert mine.title == "导出 我的客户"
    assert len(details(company, "export:permit:denied")) == 1


def test_a_manager_waits_for_his_superior(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company)
    before = company.so_far
    card = company.person(MANAGER).say("导出 部门客户").card
    assert (card.rows["状态"], card.labels) == ("等赵建国同意", ["刷新"])
    asked = company.person(BOSS).heard_since(before).card
    before = company.so_far
    company.person(BOSS).tap(asked, "同意")
    assert files(company.person(MANAGER).heard_since(before))
    assert details(company, "export:permit") == [{"rows": 5}]


def test_that_it_is_refused_is_told_by_a_card_of_its_own(company: Company) -> None:
    """A card that changes somewhere above is seen by nobody."""
    rules(company, approval_above=3)
    leads(company)
    batu, lina, before = company.person(OFFICER), company.person(MANAGER), company.so_far
    first = batu.say("导出 我的客户").card
    asked, before = lina.heard_since(before).card, company.so_far
    lina.tap(asked, "不同意")
    came = [card for card in batu.heard_since(before).cards if card.message.id != first.message.id]
    assert [(card.title, card.rows["状态"]) for card in came] == [("导出 我的客户", "李娜没有同意")]
    assert details(company, "export:refuse") == [{"rows": 5}]


def test_the_question_goes_to_who_decides_now(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company)
    batu, boss = company.person(OFFICER), company.person(BOSS)
    batu.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == OFFICER).values(superior_id=boss.actor.id))
    before = company.so_far
    assert batu.say("导出 我的客户").text == "这份已经在导出了（E1）：在等赵建国同意。"
    asked = boss.heard_since(before).card
    assert asked.labels == ["同意", "不同意"]
    before = company.so_far
    boss.tap(asked, "同意")
    assert files(batu.heard_since(before))


@pytest.mark.parametrize("handed_over", [False, True])
def test_a_question_to_one_who_leaves_goes_to_who_decides_then(company: Company, handed_over: bool) -> None:
    rules(company, approval_above=3)
    leads(company)
    batu, boss = company.person(OFFICER), company.person(BOSS)
    card = batu.say("导出 我的客户").card
    before = company.so_far
    if handed_over:
        order = boss.say("离职交接 李娜 公海").card
        boss.tap(order, "确认交接")
        while company.runtime.handing_over.round():
            pass
    else:
        with company.runtime.store.unit(request_id="test") as unit:
            leave(unit, MANAGER)
    company.settle()
    assert batu.now(card).rows["状态"] == "等赵建国同意"
    asked = next(each for each in boss.heard_since(before).cards if "同意" in each.labels)
    before = company.so_far
    boss.tap(asked, "同意")
    assert files(batu.heard_since(before))


def test_a_question_to_the_last_who_could_permit_it_comes_to_nothing(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        others = Person.wecom_userid.not_in([OFFICER, MANAGER])
        session.execute(update(Person).where(others).values(left_at=company.clock()))
    with company.runtime.store.unit(request_id="test") as unit:
        mark_gone(unit, unit.session.scalars(select(Person).where(Person.wecom_userid == MANAGER)).one())
    company.settle()
    assert (exports(company)[0].state, exports(company)[0].why) == (State.DROPPED, Why.NOBODY)


def test_two_parts_of_a_list_are_two_exports(company: Company) -> None:
    """One waits: the other one is asked for nevertheless."""
    rules(company, approval_above=0)
    company.lead("王芳", "13800000001")
    company.lead("赵六", "13800000002", region="150203")
    owner = company.person("mengke")
    for said in ("公海 呼和浩特", "公海 包头", "公海 呼和浩特"):
        owner.say(f"导出 {said}")
    hohhot, baotou = exports(company)
    assert (hohhot.screen, hohhot.rows, baotou.rows) == (baotou.screen, 1, 1)
    assert hohhot.args != baotou.args


def test_the_row_and_the_log_know_the_file_that_came(company: Company) -> None:
    leads(company)
    (message,) = files(company.person(OFFICER).say("导出 我的客户"))
    medium = company.medium(message)
    digest = hashlib.sha256(medium.data).hexdigest()
    assert exports(company)[0].sha256 == digest
    assert details(company, "export:make") == [{"rows": 5, "size": len(medium.data), "sha256": digest}]


@pytest.fixture
def mannered(database_url: str, tmp_path: Path, clock: Clock) -> Any:
    """The company with `manners.yaml` as shipped: quiet from 22:00 to 7:30. It is 23:00."""
    with open_company(database_url, tmp_path / "var", clock, mannered=True) as company:
        clock.go(hours=13)
        yield company


def test_by_night_he_hears_at_once_what_becomes_of_what_he_asks(mannered: Company) -> None:
    """It answers him, and is no reminder; who has to permit it is not woken."""
    rules(mannered, approval_above=3)
    batu, before = mannered.person(OFFICER), mannered.so_far
    assert batu.say("导出 我的客户").card.rows["状态"] == "清单是空的，没有可导出的"
    leads(mannered)
    assert batu.say("导出 我的客户").card.rows["状态"] == "等李娜同意"
    assert not mannered.person(MANAGER).heard_since(before).messages
    mannered.clock.go(minutes=5)
    rules(mannered, most_rows=4)
    assert mannered.person(MANAGER).say("导出 部门客户").card.rows["状态"] == "行数超过一个文件的上限"


def test_what_is_closed_while_it_waits_for_its_turn_is_not_made(company: Company) -> None:
    leads(company)
    before = company.so_far
    company.person(OFFICER).phone.say("导出 我的客户")
    rules(company, closed=frozenset({ExportKind.OWN}))
    company.settle()
    heard = company.person(OFFICER).heard_since(before)
    assert not files(heard)
    assert heard.card.rows["状态"] == "公司规定这张清单不能导出"
    assert (exports(company)[0].state, exports(company)[0].why) == (State.DROPPED, Why.CLOSED)


def test_nor_what_is_closed_while_it_waits_for_a_permission(company: Company) -> None:
    rules(company, approval_above=3)
    leads(company)
    batu, lina, before = company.person(OFFICER), company.person(MANAGER), company.so_far
    batu.say("导出 我的客户")
    asked, before = lina.heard_since(before).card, company.so_far
    rules(company, closed=frozenset({ExportKind.OWN}))
    lina.tap(asked, "同意")
    assert not files(batu.heard_since(before))
    assert (exports(company)[0].state, exports(company)[0].why) == (State.DROPPED, Why.CLOSED)


@pytest.mark.parametrize("closes", ["before", "meanwhile"])
def test_what_is_closed_is_not_to_be_had_by_another_name(company: Company, closes: str) -> None:
    """An officer's 部门客户 are his own, and so are those behind a number of his board; those of who only leads
    others are not."""
    leads(company)
    closed = frozenset({ExportKind.OWN})
    batu, boss = company.person(OFFICER), company.person(BOSS)
    batu.say("看板 今天")
    for what in ("部门客户", "部门客户 房抵", "明细 1"):
        before = company.so_far
        if closes == "before":
            rules(company, closed=closed)
            said = batu.say(f"导出 {what}").text
            assert said == f"公司规定「{what.split()[0]}」不能导出，有需要请联系管理员。"
        else:
            rules(company, closed=frozenset())
            batu.phone.say(f"导出 {what}")
            rules(company, closed=closed)
            company.settle()
            assert exports(company)[-1].why == Why.CLOSED
        assert not files(batu.heard_since(before)), what
    rules(company, closed=closed)
    assert files(boss.say("导出 部门客户"))
    boss.say("看板 今天")
    assert files(boss.say("导出 明细 1"))
    rules(company, closed=frozenset({ExportKind.TEAM}))
    assert boss.say("导出 明细 1").text == "公司规定「明细」不能导出，有需要请联系管理员。"
    assert files(batu.say("导出 明细 1"))


@pytest.mark.parametrize("late", [True, False], ids=["late", "in time"])
def test_a_permission_is_of_no_use_after_some_days(company: Company, *, late: bool) -> None:
    """The relay was down so long; counted from the answer, not from the question."""
    rules(company, approval_above=3)
    leads(company)
    batu = company.person(OFFICER)
    batu.say("导出 我的客户")
    company.clock.go(days=2)
    asked, before = company.person(MANAGER).say("导出 E1").card, company.so_far
    company.person(MANAGER).phone.tap(asked, "同意")
    company.clock.go(days=3, seconds=1 if late else 0)
    company.settle()
    heard, (export,) = batu.heard_since(before), exports(company)
    if late:
        assert (export.state, export.why, files(heard)) == (State.DROPPED, Why.LATE, [])
        assert heard.cards[-1].rows["状态"] == "同意得太久，作废了"
    else:
        assert (export.state, len(files(heard))) == (State.SENT, 1)


def test_where_nobody_could_permit_it_he_is_told_so(company: Company) -> None:
    leads(company)
    rules(company, approval_above=3)
    company.person(OFFICER).phone.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        others = Person.wecom_userid != OFFICER
        session.execute(update(Person).where(others).values(left_at=company.clock()))
    before = company.so_far
    company.settle()
    card = company.person(OFFICER).heard_since(before).card
    assert card.rows["状态"] == "要上级同意，但没有可以批的人"
    assert exports(company)[0].why == Why.NOBODY


def test_what_another_one_wanted_is_not_wanted_again(company: Company) -> None:
    """Not even by somebody who holds a card of it."""
    batu = company.person(OFFICER)
    card = batu.say("导出 我的客户").card
    assert card.labels == ["再导出一次"]
    belongs_to(company, PEER)
    leads(company)
    heard = batu.tap(card, "再导出一次")
    assert heard.text == NOT_THERE
    assert not files(heard)
    assert len(exports(company)) == 1
