"""HTTP mode of DingTalk: the address of taps is registered once, and taps come there, signed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from kit.both import WECOM_ONLY, Both, open_both
from kit.clock import Clock
from sqlalchemy import select

from bot.channels.dingtalk.channel import CALLBACK_ROUTE
from bot.channels.dingtalk.registering import registered
from bot.cli import main
from bot.commands_dingtalk import card_address, register_address
from bot.explain import Unready
from bot.sandbox.dingtalk.posting import Route
from bot.sandbox.faults import Fault
from core.store.audit import AuditRow


@pytest.fixture
def both(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Both]:
    with open_both(database_url, tmp_path / "var", clock, DINGTALK_MODE="http") as both:
        both.ding.mode = "http"
        yield both


def test_a_card_is_tapped_over_http_once_the_address_is_registered(both: Both) -> None:
    lead = both.company.lead()
    both.ding.say("dt_batu", "公海")
    both.company.settle()
    (message,) = [each for each in both.ding.chat("dt_batu") if each.card]
    key = next(button["id"] for button in (message.card or {})["buttons"] if "公海" not in button["text"])
    assert both.ding.tap("dt_batu", message.id, key).attempts == (), "nobody knows yet where it goes"

    said = register_address(both.settings(), both.own_url)
    assert said.startswith(f"登记好了：卡片上的点击会发到 {both.own_url}/dingtalk/card，")
    assert f"{both.own_url}/dingtalk/robot" in said
    secret = both.settings().dingtalk.card_secret.get_secret_value()  # type: ignore[union-attr]
    assert both.ding.routes == {CALLBACK_ROUTE: Route(f"{both.own_url}/dingtalk/card", secret)}
    delivery = both.ding.tap("dt_batu", message.id, key)
    assert [attempt.status for attempt in delivery.attempts] == [200]
    both.company.settle()
    assert both.company.owner(lead) == both.company.person("batu").actor.id


def test_another_secret_than_the_registered_one_lets_no_tap_in(both: Both) -> None:
    both.company.lead()
    both.ding.say("dt_batu", "公海")
    both.company.settle()
    register_address(both.settings(DINGTALK_CARD_SECRET="quite-another-secret-0123456789abcdef"), both.own_url)
    (message,) = [each for each in both.ding.chat("dt_batu") if each.card]
    delivery = both.ding.tap("dt_batu", message.id, (message.card or {})["buttons"][0]["id"])
    assert [attempt.status for attempt in delivery.attempts] == [403]


def test_it_is_registered_anew_whatever_was_there_and_kept_without_the_secret(both: Both) -> None:
    both.ding.routes[CALLBACK_ROUTE] = Route("https://old.example/dingtalk/card", "old")
    register_address(both.settings(), both.own_url)
    assert both.ding.routes[CALLBACK_ROUTE].url == f"{both.own_url}/dingtalk/card"
    store = both.company.runtime.store
    with store.read() as session:
        known = registered(session)
        (row,) = session.scalars(select(AuditRow).where(AuditRow.action == "dingtalk:register")).all()
    assert known is not None
    assert (known.url, known.at) == (f"{both.own_url}/dingtalk/card", row.at)
    assert set(json.loads(row.details)) == {"by", "mark", "url"}
    assert both.settings().dingtalk.card_secret.get_secret_value() not in row.details  # type: ignore[union-attr]


def test_it_is_a_command(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = both.settings()
    monkeypatch.setattr("bot.cli.load_settings", lambda: settings)
    run = CliRunner().invoke(main, ["dingtalk", "register", both.own_url])
    assert (run.exit_code, run.output[:5]) == (0, "登记好了：")


def test_stream_mode_needs_no_address(both: Both) -> None:
    with pytest.raises(Unready, match="Stream 模式：点击从同一条连接来，不用登记地址"):
        register_address(both.settings(DINGTALK_MODE="stream"), both.own_url)
    with pytest.raises(Unready, match="钉钉没有配置"):
        register_address(both.settings(WECOM_ONLY), both.own_url)
    assert both.ding.routes == {}


REFUSALS = {
    "no permission": (
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        403,
        r"申请「互动卡片实例写权限」（Card\.Instance\.Write）",
    ),
    "egress address": ("Forbidden.AccessDenied.IpNotInWhiteList", 403, "服务器出口 IP：加入这台机器的出口地址"),
    "quota": ("Forbidden.AccessDenied.ApiCountLimitForOrg", 403, "本月的调用次数用完了"),
    "rate": ("Forbidden.AccessDenied.QpsLimitForApi", 403, "过五分钟再运行一次"),
    "busy": ("system.busy", 500, "多半是网络或平台一时的问题"),
    "the address": ("param.callbackUrlInvalid", 400, "钉钉不接受这个地址"),
}


@pytest.mark.parametrize(("code", "status", "mend"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_says_what_to_do(both: Both, code: str, status: int, mend: str) -> None:
    both.ding.faults.order(api="card/callbacks/register", fault=Fault.ERRCODE, code=code, status=status)
    with pytest.raises(Unready, match=mend) as refused:
        register_address(both.settings(), both.own_url)
    assert str(refused.value).startswith("没有登记：")
    with both.company.runtime.store.read() as session:
        assert registered(session) is None


def test_a_wrong_secret_of_the_app(both: Both) -> None:
    with pytest.raises(Unready, match="检查 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET"):
        register_address(both.settings(DINGTALK_CLIENT_SECRET="a-wrong-secret-0123456789"), both.own_url)


GOOD = {
    "https://bot.example.com": "https://bot.example.com/dingtalk/card",
    "https://bot.example.com/": "https://bot.example.com/dingtalk/card",
    " https://BOT.example.com:8443 ": "https://bot.example.com:8443/dingtalk/card",
}
BAD = {
    "http://bot.example.com": "要以 https:// 开头",
    "http://127.0.0.1:8000": "要以 https:// 开头",
    "bot.example.com": "要以 https:// 开头",
    "https://": "要有域名",
    "https://user:pw@bot.example.com": "要有域名",
    "https://bot.example.com/dingtalk/card": "只写域名",
    "https://bot.example.com?x=1": "只写域名",
    "https://bot.example.com#x": "只写域名",
    "https://bot.example.com:999999": "看不懂地址",
    "https://[::1": "看不懂地址",
    "https://驼铃.example": "要有域名",
}


@pytest.mark.parametrize(("base", "address"), GOOD.items())
def test_the_path_is_put_behind_the_address(base: str, address: str) -> None:
    assert card_address(base) == address


@pytest.mark.parametrize(("base", "why"), BAD.items())
def test_what_is_no_address_of_a_server_is_refused(base: str, why: str) -> None:
    with pytest.raises(Unready, match=why):
        card_address(base)
