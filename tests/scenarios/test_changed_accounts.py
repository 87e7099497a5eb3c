"""An event says that an account became another one. That one is gone and the other there proves nothing yet: whoever is
known under the new account keeps it, with all that is his, unless he came under it a moment ago and is nobody yet."""

from dataclasses import replace

import pytest
from kit.company import Company
from kit.office import follow_up, hints_left, stands, synced
from sqlalchemy import select

from bot.commands_sync import Wanted
from bot.sandbox.faults import CALLBACK, Fault
from bot.sandbox.members import Member
from core.people.models import Person
from core.people.newcomers import Newcomers
from core.people.policy import Role
from core.people.queries import administrators
from core.store.audit import AuditRow

NEW = Member("zhaoliu", "赵六", "呼和浩特/一部", superior="lina")


def tell_of(company: Company, old: str, new: str) -> None:
    """Whoever holds the receiver's key says that `old` is `new` now."""
    company.platform.emit_organisation(
        [("Event", "change_contact"), ("ChangeType", "update_user"), ("UserID", old), ("NewUserID", new)]
    )


def audited(company: Company, action: str) -> int:
    with company.runtime.store.read() as session:
        return session.scalars(select(AuditRow.action)).all().count(action)


def refused(old_name: str, old: str, new: str, holder: str) -> str:
    return (
        f"企业微信来消息说，{old_name} 的账号 {old} 换成了 {new}。可 {new} 是 {holder} 的，所以没有改，两人都照旧。"
        "请到企业微信管理后台核对。"
    )


@pytest.fixture
def begun(company: Company) -> Company:
    assert synced(company, Wanted(apply=True))[-1].startswith("改好了")
    return company


def test_nobody_becomes_an_administrator_whose_account_is_gone(begun: Company) -> None:
    begun.platform.faults.order(api=CALLBACK, fault=Fault.LOSE)
    begun.platform.office.dismiss("mengke")  # and the news of it is late
    before = begun.so_far
    tell_of(begun, "mengke", "sunli")
    assert follow_up(begun) == 1
    assert stands(begun, "sunli") == ("孙丽", "呼和浩特/一部", "officer", True)
    assert begun.person("sunli").actor.roles == {Role.OFFICER}
    assert audited(begun, "people:account:denied") == 1
    heard = begun.person("wuyun").heard_since(before).texts
    assert heard == [refused("孟克·苏和", "mengke", "sunli", "孙丽")]
    assert hints_left(begun) == 0


def test_the_last_administrator_does_not_become_somebody_who_left_long_ago(begun: Company) -> None:
    for userid in ("hejing", "mengke"):
        begun.platform.office.dismiss(userid)
    follow_up(begun)
    left = stands(begun, "hejing")
    assert left is not None
    before = begun.so_far
    begun.clock.go(days=30)
    tell_of(begun, "hejing", "wuyun")
    follow_up(begun)
    assert stands(begun, "wuyun") == ("乌云·塔娜", "总部/综合部", "admin", True)
    assert stands(begun, "hejing") == left
    with begun.runtime.store.read() as session:
        assert list(administrators(session)) == [begun.person("wuyun").actor.id]
    assert begun.person("wuyun").heard_since(before).texts == [refused(left[0], "hejing", "wuyun", "乌云·塔娜")]


def test_who_left_long_ago_does_not_come_back_as_somebody_new(begun: Company) -> None:
    """Else what is still his would be the new one's."""
    lead = begun.lead(by="batu")
    begun.platform.office.dismiss("batu")
    follow_up(begun)
    begun.clock.go(days=1)
    begun.platform.office.hire(NEW)
    tell_of(begun, "batu", "zhaoliu")
    before = begun.so_far
    follow_up(begun)
    assert stands(begun, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    assert stands(begun, "zhaoliu") == ("赵六", "呼和浩特/一部", "", True)
    assert begun.person("zhaoliu").actor.id != begun.owner(lead)
    told = "企业微信来消息说，巴特尔·孟和 的账号 batu 换成了 zhaoliu。可 巴特尔·孟和 早已离职，所以没有改。"
    assert any(text.startswith(told) for text in begun.person("wuyun").heard_since(before).texts)


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,)], ids=["no post", "the post of newcomers"])
def test_who_came_a_moment_ago_under_the_new_account_is_the_same_person(
    begun: Company, roles: tuple[Role, ...]
) -> None:
    rules = begun.runtime.company
    begun.runtime.in_force.hold(replace(rules, newcomers=Newcomers(roles)))
    lead = begun.lead(by="batu")
    owner = begun.owner(lead)
    begun.platform.faults.order(api=CALLBACK, fault=Fault.LOSE)
    rename = begun.platform.office.rename_account("batu", "bateer")
    begun.platform.office.change("bateer", title="经理")  # this news comes first
    follow_up(begun)
    assert begun.person("bateer").actor.id != owner
    begun.clock.go(minutes=4)
    assert begun.platform.repeat_organisation(rename).taken
    follow_up(begun)
    assert stands(begun, "bateer") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
    assert begun.person("bateer").actor.id == owner == begun.owner(lead)
    assert stands(begun, "batu") is None
    assert audited(begun, "people:account:denied") == 0


def test_who_has_been_here_for_a_day_is_somebody_even_without_a_post(begun: Company) -> None:
    begun.platform.office.hire(NEW)
    follow_up(begun)
    begun.clock.go(days=1)
    begun.platform.drop_member("batu")
    tell_of(begun, "batu", "zhaoliu")
    follow_up(begun)
    assert stands(begun, "zhaoliu") == ("赵六", "呼和浩特/一部", "", True)
    assert stands(begun, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)


def test_an_account_goes_to_one_of_two_who_are_said_to_have_it_now(begun: Company) -> None:
    """Two events of one round: the second finds whose it is since the first."""
    begun.platform.put_member(Member("bateer", "巴特尔·孟和", "呼和浩特/一部"))
    for old in ("batu", "mengke"):
        begun.platform.drop_member(old)
        tell_of(begun, old, "bateer")
    mengke = stands(begun, "mengke")
    follow_up(begun)
    assert stands(begun, "bateer") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
    assert stands(begun, "mengke") == mengke


def test_what_a_refused_event_carried_changes_nobody_while_the_platform_does_not_answer(begun: Company) -> None:
    begun.platform.faults.order(api="department/list", fault=Fault.ERRCODE, errcode=48002, times=9)
    begun.platform.emit_organisation(
        [
            ("Event", "change_contact"),
            ("ChangeType", "update_user"),
            ("UserID", "mengke"),
            ("NewUserID", "sunli"),
            ("Name", "坏人"),
            ("Department", "1"),
        ]
    )
    follow_up(begun)
    assert stands(begun, "sunli") == ("孙丽", "呼和浩特/一部", "officer", True)
    with begun.runtime.store.read() as session:
        assert session.scalars(select(Person).where(Person.name == "坏人")).unique().all() == []
    assert hints_left(begun) == 0
