"""`tuoling groups list|create|test`, and what doctor says of groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.dinged import CONVERSATION, open_dinged
from kit.grouped import ROBOT_KEY, VARIABLE, Grouped, open_grouped
from sqlalchemy import select, update

from bot.commands import list_outbox
from bot.commands_groups import create_groups, list_groups, test_group
from bot.doctor_groups import examine_groups
from bot.explain import Unready
from bot.health import Part
from bot.sandbox.faults import Fault
from config.settings import Settings
from core.people.models import Person
from core.store import post
from core.store.audit import AuditRow

test_group.__test__ = False  # type: ignore[attr-defined]  it is the command
pytestmark = ON_ONE_DATABASE


@pytest.fixture
def grouped(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Grouped]:
    with open_grouped(database_url, tmp_path, clock) as grouped:
        yield grouped


def settings_of(grouped: Grouped) -> Settings:
    return grouped.company.runtime.settings


def doctor(grouped: Grouped, settings: Settings | None = None) -> Part:
    runtime = grouped.company.runtime
    return examine_groups(settings or runtime.settings, runtime.company.groups, runtime.store.database)


def without_key(grouped: Grouped) -> Settings:
    settings = settings_of(grouped).model_copy()
    settings._secrets = {}
    return settings


def test_the_groups_from_nothing_to_both_there(grouped: Grouped) -> None:
    settings = settings_of(grouped)
    assert list(list_groups(settings)) == [
        "heads  管理层  应用群聊  日报  还没有建",
        "war  战报  群机器人  日报  key 已设置",
    ]
    assert doctor(grouped) == Part(
        "群聊", False, "「管理层」还没有建，看板在等", "运行 tuoling groups create", needed=False
    )
    (said,) = create_groups(settings, None)
    assert said.startswith("「管理层」已建好，7 人。")
    assert list(create_groups(settings, "heads")) == ["「管理层」7 人，没有变化。"]
    assert "7 人，" in next(list_groups(settings))
    assert doctor(grouped) == Part("群聊", True, "2 个：管理层、战报", needed=False)
    grouped.company.platform.groups.begin("战报", "lina", ("lina", "batu"), ROBOT_KEY)
    assert test_group(settings, "heads") == "已发到「管理层」，请在群里看看。"
    assert test_group(settings, "战报") == "已发到「战报」，请在群里看看。"
    assert grouped.said("war") == ["这是驼铃发到「战报」的测试消息，收到就说明设置对了。"]
    with grouped.company.runtime.store.read() as session:
        logged = session.scalars(select(AuditRow.action).where(AuditRow.action.startswith("group:"))).all()
    assert logged == ["group:create", "group:test", "group:test"]


def test_who_leaves_is_told_of_until_he_is_out(grouped: Grouped) -> None:
    list(create_groups(settings_of(grouped), None))
    with grouped.company.runtime.store.unit(request_id="test") as unit:
        unit.session.execute(update(Person).where(Person.wecom_userid == "lina").values(roles="officer"))
        unit.session.execute(update(Person).where(Person.wecom_userid == "batu").values(roles="manager"))
    part = doctor(grouped)
    assert part.said == "「管理层」的成员与 groups.yaml 不一致（多 1 人、少 1 人）"
    assert list(create_groups(settings_of(grouped), None)) == ["「管理层」现有 7 人：进群 1 人，移出 1 人。"]
    members = grouped.chat("heads").members
    assert "batu" in members
    assert "lina" not in members
    assert doctor(grouped).ok


def test_a_robot_without_its_key(grouped: Grouped) -> None:
    settings = without_key(grouped)
    list(create_groups(settings, None))
    part = doctor(grouped, settings)
    assert part.said == f"「战报」没有设置 {VARIABLE}，发不出去"
    assert f"没有设置 {VARIABLE}" in list(list_groups(settings))[1]
    with pytest.raises(Unready, match=f"没有设置 {VARIABLE}"):
        test_group(settings, "war")


def test_a_group_that_is_gone(grouped: Grouped) -> None:
    settings = settings_of(grouped)
    with pytest.raises(Unready, match="没有发到：「战报」收不到驼铃的消息了"):
        test_group(settings, "war")
    list(create_groups(settings, None))
    assert doctor(grouped).said == "「战报」收不到消息（errcode 93000）"
    assert "起收不到（errcode 93000）" in list(list_groups(settings))[1]
    grouped.company.platform.groups.begin("战报", "lina", ("lina", "batu"), ROBOT_KEY)
    test_group(settings, "war")
    assert doctor(grouped).ok


@pytest.mark.parametrize(
    ("key", "said"),
    [("nix", "没有编号或名字为 nix 的群：heads、war"), ("war", "群由人来建：在群里添加机器人")],
)
def test_what_cannot_be_made(grouped: Grouped, key: str, said: str) -> None:
    with pytest.raises(Unready, match=said):
        list(create_groups(settings_of(grouped), key))


def test_an_app_that_may_make_no_chats(grouped: Grouped) -> None:
    grouped.company.platform.faults.order(api="appchat/get", fault=Fault.ERRCODE, errcode=48002)
    with pytest.raises(Unready, match="建群要应用的可见范围是全公司"):
        list(create_groups(settings_of(grouped), None))
    with pytest.raises(Unready, match="还没有建，先运行 tuoling groups create heads"):
        test_group(settings_of(grouped), "heads")


def test_what_was_not_sent_names_its_group(grouped: Grouped, clock: Clock) -> None:
    grouped.post(lambda unit: post.tell_group(unit, "wecom", "war", "联系 13947100001"))
    clock.go(minutes=5)
    said = list_outbox(settings_of(grouped), 10)
    assert "群 war" in said
    assert "personal data: text: a phone, ID or card number" in said
    assert "13947100001" not in said


def test_a_group_on_dingtalk_from_nothing_to_there_and_gone(database_url: str, tmp_path: Path, clock: Clock) -> None:
    with open_dinged(database_url, tmp_path, clock) as dinged:
        runtime = dinged.company.runtime
        list(create_groups(runtime.settings, None))
        assert list(list_groups(runtime.settings))[2] == f"dingwar  钉钉战报  钉钉群  日报  群号 {CONVERSATION}"
        assert test_group(runtime.settings, "dingwar") == "已发到「钉钉战报」，请在群里看看。"
        assert dinged.in_group() == ["这是驼铃发到「钉钉战报」的测试消息，收到就说明设置对了。"]
        with pytest.raises(Unready, match="「钉钉战报」是钉钉群，群由人来建"):
            list(create_groups(runtime.settings, "dingwar"))
        dinged.ding.disband(dinged.war)
        with pytest.raises(Unready, match="没有发到：「钉钉战报」收不到驼铃的消息了"):
            test_group(runtime.settings, "dingwar")
        part = examine_groups(runtime.settings, runtime.company.groups, runtime.store.database)
        assert part.said == "「钉钉战报」收不到消息（group.disbanded）"
        assert "「群号」" in part.mend
        without = runtime.settings.model_copy(update={"dingtalk_client_id": None})
        assert (
            "「钉钉战报」发不出去：钉钉没有配置"
            in examine_groups(without, runtime.company.groups, runtime.store.database).said
        )
        with pytest.raises(Unready, match="钉钉没有配置，发不到「钉钉战报」"):
            test_group(without, "dingwar")
