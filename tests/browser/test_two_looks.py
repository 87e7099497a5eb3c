"""The chat window in DingTalk's look, with a real browser: typing, tapping, changing over, and what goes wrong."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from browser_kit import Window, relay_at_work
from kit.clock import Clock
from kit.company import Company, open_company
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET
from selenium.webdriver import Chrome

from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.server import create_sandbox, listening

Open = Callable[[str], Chrome]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the window sees no difference
]


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """Half of the people have DingTalk."""
    with open_company(database_url, tmp_path / "var", clock, on_dingtalk=("batu", "zhangsan")) as company:
        yield company


def window_of(company: Company, stack: ExitStack) -> str:
    """The window of both platforms; its address."""
    assert company.ding is not None
    accounts = {member.userid.removeprefix("dt_"): member.userid for member in company.ding.members()}
    app = create_sandbox(company.platform, dingtalk=company.ding, accounts=accounts)
    return stack.enter_context(listening(app, 0, "window"))


@pytest.fixture
def address(company: Company) -> Iterator[str]:
    with ExitStack() as stack:
        yield window_of(company, stack)


def tell(ding: DingTalk, to: str, key: str, **param: str) -> None:
    """The robot says something, through the API."""
    base = ding.base_url
    app = {"appKey": CLIENT_ID, "appSecret": CLIENT_SECRET}
    token = httpx.post(f"{base}/v1.0/oauth2/accessToken", json=app, trust_env=False).json()["accessToken"]
    headers = {"x-acs-dingtalk-access-token": token}
    body = {"robotCode": ding.robot_code, "userIds": [to], "msgKey": key, "msgParam": json.dumps(param)}
    url = f"{base}/v1.0/robot/oToMessages/batchSend"
    assert httpx.post(url, json=body, headers=headers, trust_env=False).status_code == 200


def test_who_has_dingtalk_claims_by_tapping_and_who_has_wecom_is_later(
    company: Company, address: str, open_window: Open
) -> None:
    lead = company.lead()
    with relay_at_work(company):
        batu, lina = Window(open_window(f"{address}/?as=batu&look=dingtalk")), Window(open_window(address), "lina")
        batu.send("帮助")
        assert "公海" in batu.message_with("您可以").text

        lina.send("公海")
        lina.tick(f"L{lead} ")
        batu.send("公海")
        card = batu.message_with("刘＊＊").get_dom_attribute("data-id")
        assert "13947100001" not in batu.shown
        batu.click(f"L{lead}")
        result = batu.message_with(f"已领取 L{lead}")
        assert result.get_dom_attribute("data-id") == card  # the card itself became the result
        assert "刘志强 13947100001" in result.text

        lina.click("领取")
        assert f"L{lead} 刚被 巴* 领走" in lina.message_with("这次没有领到").text
    assert company.owner(lead) == company.person("batu").actor.id
    assert (batu.complaints, lina.complaints) == ([], [])


def test_the_switch_stands_in_the_address_and_what_waits_is_counted_on_both(
    company: Company, address: str, open_window: Open
) -> None:
    window = Window(open_window(f"{address}/?as=batu"))
    window.find('#looks [data-look="dingtalk"]').click()
    window.until(lambda: window.run("return document.body.dataset.look") == "dingtalk")
    assert urlsplit(window.address).query == "as=batu&look=dingtalk"
    assert window.find("#kind").text == "机器人"
    assert not window.find("#menu").is_displayed()  # its robot has no menu
    window.find('#looks [data-look="wecom"]').click()
    window.until(lambda: window.find("#menu").is_displayed())
    assert urlsplit(window.address).query == "as=batu"

    assert company.ding is not None
    tell(company.ding, "dt_zhangsan", "sampleText", content="在吗")
    window.find('[data-userid="zhangsan"] .badge.there').click()  # goes there, where it waits
    assert "在吗" in window.message_with("在吗").text
    assert urlsplit(window.address).query == "as=zhangsan&look=dingtalk"
    window.until(lambda: not window.run("return document.querySelectorAll('.badge').length"))
    window.find('[data-userid="lina"]').click()  # who has no DingTalk is shown on WeCom
    window.until(lambda: window.run("return document.body.dataset.look") == "wecom")
    assert not window.find("#looks").is_displayed()
    assert window.complaints == []


def test_what_people_and_the_robot_write_is_only_text(company: Company, address: str, open_window: Open) -> None:
    assert company.ding is not None
    evil = "<img src=x onerror=alert(1)> [链接](javascript:alert(1)) ![图](https://evil.example/a.png) **粗**"
    tell(
        company.ding,
        "dt_batu",
        "sampleMarkdown",
        title="a",
        text=f"# 标题\n\n> 引用\n\n1. {evil}\n2. 二\n\n- 点\n\n甲\n乙",
    )
    tell(company.ding, "dt_batu", "sampleLink", text=evil, title=evil, picUrl="", messageUrl="javascript:alert(1)")
    window = Window(open_window(f"{address}/?as=batu&look=dingtalk"))
    window.send(evil)
    window.message_with("标题")
    window.until(lambda: window.run("return document.querySelectorAll('#messages .row').length") >= 3)
    told = window.run("return document.getElementById('messages').innerText")
    assert told.count("<img src=x onerror=alert(1)>") == 4
    assert "甲 乙" in told  # lines of a paragraph run together
    assert window.run("return document.querySelectorAll('#messages img:not(.avatar)').length") == 0
    addresses = window.run("return [...document.querySelectorAll('#messages a')].map((a) => a.href)")
    assert set(addresses) == {"https://evil.example/a.png"}  # a link, and nothing is fetched
    assert window.run("return [...document.querySelectorAll('#messages strong')].map((b) => b.innerText)")[0] == "粗"
    assert window.complaints == []


def test_pictures_among_words_a_voice_and_a_group(
    company: Company, address: str, open_window: Open, tmp_path: Path
) -> None:
    assert company.ding is not None
    group = company.ding.put_group("业务群", ["dt_batu", "dt_zhangsan"])
    company.ding.say("dt_zhangsan", "日报", group)
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    window = Window(open_window(f"{address}/?as=batu&look=dingtalk"))
    window.find("#text").send_keys("正面")
    window.find("#picture-file").send_keys(str(file))
    assert window.find("#pictures img").is_displayed()
    assert company.ding.chat("dt_batu") == ()  # it waits for the words
    window.find("#send").click()
    window.until(lambda: window.run("return document.querySelector('.mixture img')?.naturalWidth") == 1)
    window.find("#voice").click()
    assert window.find("#send").text == "发语音"
    window.send("意向强")
    assert "意向强" in window.find(".voice").text
    assert window.find("#send").text == "发送"
    assert [message.kind for message in company.ding.chat("dt_batu") if not message.from_bot] == ["text", "voice"]

    window.find(f'[data-group="{group}"]').click()
    assert "张三" in window.message_with("日报").text
    assert window.find("#called").text == "@驼铃"
    assert not window.find("#voice").is_displayed()  # only words and pictures come from a group
    window.send("排行")
    assert "@驼铃 排行" in window.message_with("排行").text
    assert [message.text for message in company.ding.group_chat(group) if not message.from_bot] == ["日报", "排行"]
    assert window.complaints == []


def test_what_could_not_be_sent_stands_there_again(company: Company, open_window: Open) -> None:
    assert company.ding is not None
    with ExitStack() as stack:
        address = window_of(company, stack)
        window = Window(open_window(f"{address}/?as=batu&look=dingtalk"))
        window.find("#looks")
        company.ding.robot_url = "http://127.0.0.1:9/dingtalk/robot"  # the bot is down
        window.send("公海")
        window.until(lambda: "驼铃还没有应答" in window.find("#notice").text)
        assert window.find("#text").get_property("value") == ""
    window.send("我的客户")
    window.until(lambda: window.find("#notice").text in ("没有送出：连不上沙盒", "连不上沙盒，正在重试……"))
    window.until(lambda: window.find("#text").get_property("value") == "我的客户")
