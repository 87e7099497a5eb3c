"""`tuoling doctor` about outside reports: an active provider without its secret or its host is told, others are not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from bot.doctor_reports import examine_reports
from config.company import load_company
from config.settings import REPORT_HOSTS, load_settings
from core.risk.providers import Exchange, Polling, Provider, Providers

SHIPPED = load_company(Path(__file__).parents[3] / "config" / "company").providers
CREDIT, RADAR = SHIPPED.providers
HOST, SECRET = "api.radar.example.com", "TUOLING_REPORT_RADAR"
SET_UP = {SECRET: "s" * 20, REPORT_HOSTS: HOST}


def said(*providers: Provider, **environ: str) -> tuple[bool, str]:
    settings = load_settings({"TUOLING_ENV": "test"} | environ, env_file=None)
    part = examine_reports(settings, Providers(providers))
    assert not part.needed
    assert bool(part.mend) is not part.ok
    return part.ok, part.said


def test_as_it_is_shipped_nobody_is_asked() -> None:
    assert said(*SHIPPED.providers) == (True, "没有由接口查的，手工录入 征信报告")
    assert said() == (True, "没有由接口查的")


ACTIVE = replace(RADAR, active=True)


def test_who_is_asked_and_may_be() -> None:
    assert said(CREDIT, ACTIVE, **SET_UP) == (True, f"由接口查 大数据分（{HOST}）；手工录入 征信报告")
    assert said(ACTIVE, **SET_UP)[0]


@pytest.mark.parametrize(
    ("environ", "wanting"),
    [
        ({}, f"「大数据分」没有设置密钥 {SECRET}；「大数据分」要查的 {HOST} 不在 {REPORT_HOSTS} 里"),
        ({REPORT_HOSTS: f"{HOST},x.example"}, f"「大数据分」没有设置密钥 {SECRET}"),
        ({SECRET: "s" * 20, REPORT_HOSTS: "x.example"}, f"「大数据分」要查的 {HOST} 不在 {REPORT_HOSTS} 里"),
    ],
)
def test_what_is_wanting(environ: dict[str, str], wanting: str) -> None:
    assert said(CREDIT, ACTIVE, **environ) == (False, f"查不了：{wanting}")


def test_where_the_answer_is_had_later_is_another_host() -> None:
    exchange = replace(exchange_of(ACTIVE), polling=Polling("https://Later.example/{reference}", ACTIVE.keep))
    assert said(replace(ACTIVE, exchange=exchange), **SET_UP) == (
        False,
        f"查不了：「大数据分」要查的 later.example 不在 {REPORT_HOSTS} 里",
    )


def exchange_of(provider: Provider) -> Exchange:
    assert provider.exchange is not None
    return provider.exchange


def test_the_doctor_tells_of_it(tuoling: Callable[..., Result]) -> None:
    assert "✓ 外部报告：没有由接口查的，手工录入 征信报告" in tuoling("doctor").output
