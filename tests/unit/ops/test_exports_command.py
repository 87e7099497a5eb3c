"""`tuoling exports list`."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Company

from bot import commands_exports
from bot.commands_exports import list_exports

pytestmark = ON_ONE_DATABASE


@pytest.fixture(autouse=True)
def ours(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command by the test's clock."""
    monkeypatch.setattr(commands_exports, "open_store", lambda _: company.runtime.store)


def test_who_exported_what(company: Company) -> None:
    settings = company.runtime.settings
    assert list(list_exports(settings, 20)) == ["还没有人导出过。"]
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, exports=replace(now.exports, approval_above=1), version="strict"))
    for number in range(2):
        company.lead(phone=f"139471{number:05}", by="batu")
    company.person("batu").say("导出 我的客户")
    assert list(list_exports(settings, 20)) == ["E1  2026-11-24 10:00  巴特尔·孟和  我的客户  2 行  等李娜同意"]
    company.person("lina").tap(company.person("lina").say("导出 E1").card, "同意")
    company.person("zhangsan").say("导出 我的客户")
    newest, first = list_exports(settings, 20)
    assert newest == "E2  2026-11-24 10:00  张三  我的客户  清单是空的，没有可导出的"
    assert first.startswith("E1  2026-11-24 10:00  巴特尔·孟和  我的客户  2 行  已发给申请人  李娜同意  sha256 ")
    assert list(list_exports(settings, 1)) == [newest]
    company.clock.go(days=4)
    company.person("batu").say("导出 我的客户")
    company.clock.go(days=4)
    assert next(iter(list_exports(settings, 1))).endswith("2 行  过期没有批，作废了")
