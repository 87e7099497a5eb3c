"""Texts that people wrote reach somebody else's card or message as text: no link, no call, no turned line."""

import json
import re

import pytest
from kit.company import ON_ONE_DATABASE, Company
from security_kit import channel_of, chats, journal_of
from sqlalchemy import select

from core.leads.models import FollowUp
from core.privacy import normal_name

EVIL = {
    "a link": '<a href="https://evil.example">点我领奖</a>',
    "everybody": "<@all>",
    "markdown": "**[点我](https://evil.example)**",
    "a member's name": "$userName=mengke$",
    "a department's name": "$departmentName=1$",
    "a turned line": "王\u202e0001110083\u202c",
    "isolates": "王\u2066小\u2069明",
    "zero width": "王\u200b小\u200d明\ufeff",
    "new lines": "王\n【系统】您已领取\r\nL1\u2028L2",
    "tags": "王\U000e0041\U000e007f",
    "a closing section": "]]></Content><MsgType>event</MsgType>",
    "SQL": "'; DROP TABLE lead; --",
    "a format": "{0.__class__} %s %(name)s ${7*7} {{7*7}}",
    "a combining pile": "王" + "\u0301" * 40,
}
FORBIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f\u2028\u2029]")


def look_at_all(company: Company) -> None:
    """All that was sent to the platform, as it came, and all that stands in somebody's chat."""
    company.settle()
    sent = "\n".join(json.dumps(call.payload, ensure_ascii=False) for call in journal_of(company).calls())
    assert not FORBIDDEN.search(sent)
    assert "$userName=" not in sent
    assert "$departmentName=" not in sent
    for message in (each for messages in chats(company).values() for each in messages):
        harmless_text(message.text)
        if message.card and channel_of(company) == "dingtalk":
            harmless_markdown(str(message.card["body"]))


def harmless_text(text: str) -> None:
    """Of texts WeCom makes more than of cards: brackets become links and calls."""
    assert not FORBIDDEN.search(text)
    assert "<a " not in text
    assert "<@" not in text


def harmless_markdown(body: str) -> None:
    """The body of a card is markdown on DingTalk: a link would lead there under a name of its writer's choice."""
    assert not re.search(r"\]\s*\(|\]\s*\[|<a |<@|<font|!\[", body)


@ON_ONE_DATABASE
@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_a_name_reaches_others_as_text(company: Company, evil: str) -> None:
    """As a name that came in by another way than 录入 (which refuses most of these)."""
    lead = company.lead(normal_name(evil) or "王", "13947100001", by="batu")
    company.person("wuyun").say(f"转移 L{lead} 张三")
    said = []
    for userid, words in (
        ("zhangsan", f"客户 L{lead}"),
        ("zhangsan", "我的客户"),
        ("zhangsan", f"写跟进 L{lead}"),
        ("zhangsan", "取消"),
        ("zhangsan", f"释放 L{lead}"),
        ("zhangsan", "联系不上"),
        ("naren", "公海"),
    ):
        said += company.person(userid).say(words).texts
    for text in said:
        harmless_text(text)
    look_at_all(company)


@ON_ONE_DATABASE
@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_a_follow_up_and_a_reason_reach_others_as_text(company: Company, evil: str) -> None:
    lead = company.lead(by="batu")
    company.person("batu").say(f"跟进 L{lead} {evil} 已联系")
    company.person("lina").say(f"客户 L{lead}")
    company.person("wuyun").say(f"转移 L{lead} 张三 {evil}")
    company.person("zhangsan").say(f"客户 L{lead}")
    look_at_all(company)
    with company.runtime.store.read() as session:
        assert session.scalar(select(FollowUp.id)) is not None, "it was written down all the same"


@ON_ONE_DATABASE
@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_what_is_typed_comes_back_as_text(company: Company, evil: str) -> None:
    """Echoes go to who typed them; a colleague may have asked him to type it."""
    for words in (evil, f"公海 {evil}", f"转移 L1 {evil}", f"客户 {evil}", f"录入 {evil} 13947100001"):
        heard = company.person("batu").say(words)
        assert heard.text or heard.cards
        for text in heard.texts:
            harmless_text(text)


def test_a_colleagues_name_is_text_too(company: Company) -> None:
    """A people file is typed by hand as well."""
    assert normal_name("王\u202e强\u200b") == "王强"
