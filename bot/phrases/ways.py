"""By what a contact was made, read from the beginning of what was typed: 「电话：没人接」, 「加上微信了」, 「面谈了」.

Only what has been: 「面谈 明天10点」 and 「电话约在周三」 are plans, and name no way of this contact.
"""

import re

from core.leads.ways import Way

_WORDS = {
    "电话": Way.PHONE,
    "微信": Way.WECHAT,
    "面谈": Way.MEETING,
    "见面": Way.MEETING,
    "短信": Way.SMS,
    "其他": Way.OTHER,
}
_ANY = "|".join(_WORDS)
_NAMED = re.compile(
    rf"\s*(?:[\[【(（](?P<set>{_ANY})[\])）】][\s:：,，]*|(?P<bare>{_ANY})(?:\s*[:：,，]\s*|\s+))(?=\S)"
)
# What begins so may be a plan, or a number to call.
_AHEAD = re.compile(
    r"明|后[天日]|大后|下[周午个星礼月]|这?周[一二三四五六日天末]|星期|礼拜|今|当天|月底|年后|节后"
    r"|[0-9０-９]|[一二两三四五六七八九十]+[点号月日天]|上午|中午|早上|晚上|傍晚|约|改|等|待|再|稍|预|定[在于到]|号码|时间"
)
_SOON = "(?:刚刚?|已经?|又|再次|今天|昨天|前天|上午|下午|中午|晚上|早上)*"
_TOLD: tuple[tuple[Way, re.Pattern[str]], ...] = tuple(
    (way, re.compile(_SOON + told))
    for way, told in (
        (
            Way.PHONE,
            r"(?:(?:打|拨|去|回|接)[了过到通完]{0,2}(?:[一两三几]?[个次通])?(?:客户)?的?电话|致电|通[了过]?(?:电)?话|来电"
            r"|电话(?:里|中|联系|沟通|回访|通知|接通|打通|打过|打了|没|未|无人|不|空号|停机|关机|占线|通了|聊|说))",
        ),
        (
            Way.WECHAT,
            r"(?:(?:加|发|回)[了过上]{0,2}(?:客户)?的?微信(?!号)|微信(?:里|中|上|联系|沟通|聊|发|回|语音|视频|没|未|已|通过|加|说))",
        ),
        (
            Way.MEETING,
            r"(?:面谈(?:了|过|完|后|中|结束|时(?!间))|见[了过](?:面|客户|一面)|见面[了过后]|(?:上门|拜访|到访)[了过]|(?:客户)?(?:来|到)店[了过面])",
        ),
        (Way.SMS, r"(?:(?:发|回)[了过]?(?:[一两条个]{1,2})?短信|短信(?:里|联系|通知|发|回|已|没|未))"),
    )
)


def read_way(text: str) -> tuple[Way | None, str]:
    """The way that `text` begins with, and the text without it where it stands apart (「电话：没人接」 is 「没人接」);
    None and the whole text if it names none."""
    named = _NAMED.match(text)
    if named:
        rest = text[named.end() :]
        return (None, text) if _AHEAD.match(rest) else (_WORDS[named["set"] or named["bare"]], rest)
    told = next((way for way, pattern in _TOLD if pattern.match(text.lstrip())), None)
    return told, text
