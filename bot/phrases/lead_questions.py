"""What asks for a customer, an application or a task and no more: 「L1301资料」, 「看看L2」, 「A12到哪了」."""

import re

from bot.phrases.asked_task import split_task
from bot.phrases.name_words import looks_like_name
from bot.phrases.numbers import folded, read_lead_number, split_number

_BEFORE = re.compile(
    "(?:请|麻烦)?(?:帮我?|给我|我)?(?:想|要)?再?(?:看看?|查看?|查一?查|看一?下|查一?下|打开|显示)[ :,]*"
    "(?=[LlTtAa] ?[0-9])"
)
_MORE = re.compile(
    "的?(?:这个|这位|这笔)?(?:客户|线索|进件|待办)?的?(?:详细|基本)?(?:资料|信息|详情|情况|档案|卡片?|状态|进展|进度|(?:怎么?样|咋样|如何)了?|什么情况了?|"
    "(?:进行)?到哪(?:一步|里|儿)?了|是谁|呢)?"
    "[吧呀啊呢吗.。!?~ ]*"
)

_PHONE = re.compile(
    "的?(?:这个|这位)?(?:客户)?的?(?:完整)?的?(?:联系|手机)?(?:电话|手机|方式)(?:号码?)?"
    "(?:是?(?:多少|几号|什么|啥)|呢|给我|发我|发一下|看一下|看看)?[吧呀啊呢吗.。!?~ ]*"
)
_TO = re.compile(
    "(?:(?:再|想|要|请|帮忙?)*(?:转|移|转交|移交|交)?给|转|移|转交|移交|交)(?:到|给)? ?"
    r"(?P<who>[^\s,，。]{2,16}?)[吧了呀啊。.!~ ]*"
)
_HAND = re.compile("^(?:请|麻烦|帮忙?|我|想|要)*[把将]? ?(?=[Ll])")


def asks_for_phone(text: str) -> int | None:
    """The number of the lead whose phone `text` asks for, if it is nothing but that: 「L2的电话」."""
    split = split_number(_BEFORE.sub("", text.strip(), count=1))
    return split[0] if split is not None and _PHONE.fullmatch(folded(split[1])) else None


def hands_on(text: str) -> tuple[int, str] | None:
    """The number of a lead and who is to have it, if `text` is nothing but that: 「L2 转李娜」, 「把L2给李娜」. Who it
    is looks like a name; whether anybody has it is not known here."""
    split = split_number(_HAND.sub("", text.strip(), count=1))
    found = _TO.fullmatch(split[1]) if split is not None else None
    if split is None or found is None or found["who"].isascii() or not looks_like_name(found["who"]):
        return None
    return split[0], found["who"]


def asks_for_lead(text: str) -> int | None:
    """The number of the lead that `text` asks for, if it is nothing but that."""
    said = _BEFORE.sub("", text.strip(), count=1)
    split = split_number(said)
    if split is not None and _MORE.fullmatch(folded(split[1])):
        return split[0]
    return read_lead_number(said)


def asks_for_loan(text: str) -> tuple[str, int] | None:
    """The letter and the number of the application or task that `text` asks for, if it is nothing but that."""
    said = _BEFORE.sub("", text.strip(), count=1)
    split = split_task(said) if said[:1] in tuple("TtAa") else None
    return split[:2] if split is not None and _MORE.fullmatch(folded(split[2])) else None
