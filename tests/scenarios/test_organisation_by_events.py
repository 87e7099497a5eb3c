"""Changes of WeCom's address book reach the product by events, late, twice and in any order, and are looked up."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from kit.company import Company
from kit.office import follow_up, hints_left, stands
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.sandbox.callbacks import Delivery
from bot.sandbox.faults import CALLBACK, Fault
from bot.sandbox.members import Member
from config.company import Company as Rules
from core.people.models import Department, Person
from core.people.newcomers import Newcomers
from core.people.organisation import Organisation
from core.people.policy import Role
from core.people.queries import superior_of
from core.store.audit import AuditRow
from core.store.inbox import InboxRow
from core.store.unit import Unit
from jobs import organisation

NEW = Member("zhaoliu", "赵六", "呼和浩特/一部", superior="lina")


def paths(company: Company) -> set[str]:
    with company.runtime.store.read() as session:
        return set(session.scalars(select(Department.path)))


def test_somebody_new_is_known_and_waits_for_a_post(company: Company) -> None:
    wuyun = company.person("wuyun")
    heard = wuyun.after(lambda: [company.platform.office.hire(NEW), follow_up(company)])
    assert heard.texts == ["通讯录里新来了 赵六，还没有岗位，什么也做不了。请在人员表里写上岗位，再导入。"]
    assert stands(company, "zhaoliu") == ("赵六", "呼和浩特/一部", "", True)
    assert company.person("zhaoliu").say("公海").text.startswith("您还没有岗位")
    assert hints_left(company) == 0


def test_new_people_get_the_posts_of_the_company_and_nobody_needs_to_be_told(company: Company) -> None:
    rules: Rules = company.runtime.company
    company.runtime.in_force.hold(
        Rules(**{name: getattr(rules, name) for name in rules.__slots__} | {"newcomers": Newcomers((Role.OFFICER,))})
    )
    heard = company.person("wuyun").after(lambda: [company.platform.office.hire(NEW), follow_up(company)])
    assert heard.messages == ()
    company.lead()
    assert company.person("zhaoliu").say("公海").card.title == "呼和浩特池 1条"


def test_a_move_a_new_name_and_a_new_superior(company: Company) -> None:
    company.platform.office.change("batu", department="呼和浩特/二部", name="巴特尔", superior="wangqiang")
    assert follow_up(company) == 1
    assert stands(company, "batu") == ("巴特尔", "呼和浩特/二部", "officer", True)
    with company.runtime.store.read() as session:
        assert superior_of(session, company.person("batu").actor.id) == company.person("wangqiang").actor.id


def test_who_becomes_head_of_a_department_is_its_peoples_superior(company: Company) -> None:
    for userid in ("zhangsan", "naren"):
        company.platform.put_member(Member(userid, "同事", "呼和浩特/一部"))  # nobody is named their direct superior
    company.platform.office.change("sunli", leads=("呼和浩特/一部",))
    follow_up(company)
    with company.runtime.store.read() as session:
        for userid in ("zhangsan", "naren"):
            assert superior_of(session, company.person(userid).actor.id) == company.person("sunli").actor.id


def test_a_leavers_access_ends_and_the_administrators_hear_what_is_left(company: Company) -> None:
    lead = company.lead(by="batu")
    company.lead("白云飞", "13947100002", by="batu")
    company.platform.office.dismiss("batu")
    company.clock.go(seconds=0)
    before = company.so_far
    assert company.runtime.organisation is not None
    assert company.runtime.organisation.round() == 1, "a deletion waits for nothing"
    company.settle()
    told = "巴特尔·孟和 已离职（企业微信通讯录已删除），账号已停用，名下还有 2 条线索。请交接：离职交接 巴特尔·孟和"
    for userid in ("wuyun", "mengke"):
        assert company.person(userid).heard_since(before).texts == [told]
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    assert company.owner(lead) is not None
    company.platform.put_member(Member("batu", "巴特尔·孟和", "呼和浩特/一部"))
    assert company.person("batu").say("我的客户").messages == ()


def test_a_leaver_without_leads_is_no_news(company: Company) -> None:
    heard = company.person("wuyun").after(lambda: [company.platform.office.dismiss("batu"), follow_up(company)])
    assert heard.messages == ()
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)


def test_departments_come_move_and_go(company: Company) -> None:
    office = company.platform.office
    office.open_department("呼和浩特/三部")
    follow_up(company)
    assert "呼和浩特/三部" in paths(company)
    office.rename_department("呼和浩特/三部", "直营部")
    office.move_department("包头/一部", "呼和浩特/直营部")
    follow_up(company)
    assert stands(company, "zhoumin") == ("周敏", "呼和浩特/直营部/一部", "officer", True)
    assert "包头/一部" not in paths(company)
    company.platform.office.move_department("呼和浩特/直营部/一部", "包头")
    office.close_department("呼和浩特/直营部")
    follow_up(company)
    assert "呼和浩特/直营部" not in paths(company)
    assert stands(company, "zhoumin") == ("周敏", "包头/一部", "officer", True)


def test_a_department_that_is_known_by_its_path_alone_takes_all_its_people_along(company: Company) -> None:
    """Nobody has run a sync yet, so that which department it is that was renamed is not known by its number."""
    company.platform.office.rename_department("包头", "包头分公司")
    follow_up(company)
    assert stands(company, "baowenlong") == ("包文龙", "包头分公司", "manager", True)
    assert stands(company, "zhoumin") == ("周敏", "包头分公司/一部", "officer", True)


def test_a_changed_account_stays_the_same_person_with_his_leads(company: Company) -> None:
    lead = company.lead(by="batu")
    owner = company.owner(lead)
    company.platform.office.rename_account("batu", "bateer")
    follow_up(company)
    assert company.person("bateer").actor.id == owner
    assert stands(company, "batu") is None
    assert company.person("bateer").say("我的客户").card.title == "我的客户"


def test_an_account_that_belongs_to_somebody_with_leads_is_no_new_account(company: Company) -> None:
    lead = company.lead(by="lina")
    owner = company.owner(lead)
    platform = company.platform
    platform.drop_member("batu")
    platform.emit_organisation(
        [("Event", "change_contact"), ("ChangeType", "update_user"), ("UserID", "batu"), ("NewUserID", "lina")]
    )
    follow_up(company)
    assert company.person("lina").actor.id == owner == company.owner(lead)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)


def test_an_account_that_was_changed_and_then_deleted_has_left(company: Company) -> None:
    platform = company.platform
    platform.office.rename_account("batu", "bateer")
    platform.office.dismiss("bateer")
    follow_up(company)
    assert stands(company, "bateer") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)


def deeds(company: Company) -> list[Callable[[], Delivery]]:
    """A week of one new colleague: hired, moved, given another account, moved again."""
    office = company.platform.office
    return [
        lambda: office.hire(NEW),
        lambda: office.change("zhaoliu", department="呼和浩特/二部"),
        lambda: office.rename_account("zhaoliu", "zhao6"),
        lambda: office.change("zhao6", department="包头/一部", superior="baiyin"),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
@pytest.mark.parametrize("apart", [False, True], ids=["together", "one by one"])
def test_the_order_of_events_does_not_matter(company: Company, order: tuple[int, ...], apart: bool) -> None:
    platform, held = company.platform, list[Delivery]()
    platform.faults.order(api=CALLBACK, fault=Fault.LOSE, times=4)
    for deed in deeds(company):
        held.append(deed())
        company.clock.go(seconds=1)
    platform.faults.clear()
    for number in order:
        assert platform.repeat_organisation(held[number]).taken
        if apart:
            follow_up(company)
    follow_up(company)
    assert stands(company, "zhao6") == ("赵六", "包头/一部", "", True)
    with company.runtime.store.read() as session:
        here = session.scalars(select(Person).where(Person.name == "赵六", Person.left_at.is_(None))).unique().all()
    assert len(here) == 1
    assert hints_left(company) == 0


def test_a_late_deletion_of_who_is_back_takes_no_access(company: Company) -> None:
    platform = company.platform
    batu = platform.member("batu")
    assert batu is not None
    platform.faults.order(api=CALLBACK, fault=Fault.LOSE, times=1)
    deletion = platform.office.dismiss("batu")
    platform.put_member(batu)
    assert platform.repeat_organisation(deletion).taken
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)


@pytest.mark.parametrize("fault", [Fault.DUPLICATE_IN_ROW, Fault.DUPLICATE_AT_ONCE])
def test_an_event_that_comes_three_times_is_one(company: Company, fault: Fault) -> None:
    company.platform.faults.order(api=CALLBACK, fault=fault)
    company.platform.office.change("batu", department="呼和浩特/二部")
    assert hints_left(company) == 1
    follow_up(company)
    with company.runtime.store.read() as session:
        assert session.scalars(select(AuditRow.action)).all().count("people:rights") == 1


def test_two_changes_of_one_second_are_both_seen(company: Company) -> None:
    """A receiver that is told no more than an id gets the same event twice, and by its key they are one."""
    company.platform.office.change("batu", department="呼和浩特/二部")
    company.platform.faults.order(api=CALLBACK, fault=Fault.LOSE)
    company.platform.office.change("batu", department="包头/一部")
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "包头/一部", "officer", True)


def test_different_people_of_one_second_are_all_taken(company: Company) -> None:
    for userid in ("batu", "zhangsan", "naren", "sunli"):
        company.platform.office.change(userid, department="包头/一部")
    assert hints_left(company) == 4
    company.platform.journal.clear()
    assert follow_up(company) == 4
    assert {stands(company, userid)[1] for userid in ("batu", "zhangsan", "naren", "sunli")} == {"包头/一部"}  # type: ignore[index]
    assert len(company.platform.journal.calls("department/list")) == 1, "one look serves them all"


def test_many_hints_wait_for_a_platform_that_is_away(company: Company) -> None:
    platform = company.platform
    platform.office.change("batu", department="呼和浩特/二部")
    for _ in range(3):
        platform.faults.order(api="department/list", fault=Fault.STATUS_500)
        assert follow_up(company) == 0
        assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
        company.clock.go(seconds=60)
    assert follow_up(company) == 1
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/二部", "officer", True)


def test_if_nobody_can_be_asked_the_event_counts(company: Company) -> None:
    platform = company.platform
    platform.office.change("zhangsan", title="经理")
    follow_up(company)  # the numbers of the departments are known from here on
    platform.office.lean = False
    platform.faults.order(api="department/list", fault=Fault.ERRCODE, errcode=48002, times=9)
    platform.office.change("batu", department="呼和浩特/二部", name="巴特尔", superior="wangqiang")
    platform.office.dismiss("naren")
    platform.office.rename_department("包头", "包头分公司")
    platform.office.rename_account("sunli", "sunli2")
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔", "呼和浩特/二部", "officer", True)
    assert stands(company, "naren") == ("娜仁·其其格", "呼和浩特/一部", "officer", False)
    assert stands(company, "zhoumin") == ("周敏", "包头分公司/一部", "officer", True)
    assert stands(company, "sunli2") == ("孙丽", "呼和浩特/一部", "officer", True)
    assert hints_left(company) == 0


def test_a_deletion_takes_access_even_while_the_platform_is_away(company: Company) -> None:
    company.platform.office.dismiss("batu")
    company.platform.faults.order(api="*", fault=Fault.STATUS_500, times=9)
    for _ in range(3):
        follow_up(company)
        company.clock.go(seconds=30)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    company.platform.faults.clear()


def test_who_leaves_the_apps_range_keeps_what_he_has(company: Company) -> None:
    company.platform.office.change("batu", visible=False)
    assert follow_up(company) == 1
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)


def test_the_last_administrator_stays_and_the_others_events_count(company: Company) -> None:
    for userid in ("mengke", "wuyun", "batu"):
        company.platform.office.dismiss(userid)
    assert follow_up(company) == 3
    assert stands(company, "batu")[3] is False  # type: ignore[index]
    assert [stands(company, userid)[3] for userid in ("mengke", "wuyun")] == [False, True]  # type: ignore[index]
    assert hints_left(company) == 0


def test_the_event_is_durable_and_its_phone_number_is_not_in_clear(company: Company) -> None:
    company.platform.office.lean = False
    company.platform.office.change("batu", name="巴特尔")
    with company.runtime.store.read() as session:
        (row,) = session.scalars(select(InboxRow)).all()
    assert row.state == "done"
    assert b"13900000000" not in row.event
    assert hints_left(company) == 1


def test_an_event_that_was_recorded_and_not_worked_on_is_finished_however_late(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr("core.people.hints.note", dies)
        company.platform.office.change("batu", department="呼和浩特/二部")
    assert hints_left(company) == 0
    company.clock.go(hours=5)
    company.runtime.sweeper.sweep()
    assert hints_left(company) == 1
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/二部", "officer", True)


def test_a_department_of_any_name_and_one_that_moves_come_together(company: Company) -> None:
    """What stands for a path while it changes can be no department's name; and who is deleted is out all the same."""
    platform = company.platform
    with company.runtime.store.read() as session:
        number = session.scalar(select(Department.id).where(Department.path == "包头/一部"))
    platform.office.hire(replace(NEW, department=f"~{number}"))
    follow_up(company)
    platform.office.rename_department("包头/一部", "东河部")
    platform.office.dismiss("batu")
    follow_up(company)
    assert hints_left(company) == 0
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)


def test_a_change_that_cannot_be_taken_over_holds_up_no_deletion(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = organisation.take_over

    def broken(unit: Unit, read: Organisation, *rest: Any, **more: Any) -> object:
        if any(member.account == NEW.userid for member in read.members):
            raise IntegrityError("a row that is there", None, Exception())
        return real(unit, read, *rest, **more)

    monkeypatch.setattr(organisation, "take_over", broken)
    company.platform.office.dismiss("batu")
    company.platform.office.hire(NEW)
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    assert hints_left(company) >= 1, "it is tried again"


def test_a_deletion_goes_through_whatever_is_wrong_with_the_departments(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = organisation.take_over

    def broken(unit: Unit, read: Organisation, *rest: Any, **more: Any) -> object:
        if read.bureaus:
            raise IntegrityError("a path that is there", None, Exception())
        return real(unit, read, *rest, **more)

    monkeypatch.setattr(organisation, "take_over", broken)
    company.platform.office.dismiss("batu")
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    assert hints_left(company) == 0
