"""Where what comes by itself is to come, of somebody with an account on each platform: 「发到 钉钉」."""

import re

from bot.phrases.numbers import folded

AUTOMATIC = ""
_PLACES = {
    "企业微信": "wecom",
    "企微": "wecom",
    "微信": "wecom",
    "钉钉": "dingtalk",
    **dict.fromkeys(("自动", "默认", "两边", "最近", "最近用的", "最近用的那边", "最近用的那一边"), AUTOMATIC),
}
_PLACE = "|".join(sorted(_PLACES, key=len, reverse=True))
_SENT = "(?:发送?|推送?|收)(?:到|在|去|往|给)?|改[到成]|用|到|在"
_BEHIND_WORD = re.compile(rf"把?(?:消息|提醒|通知|卡片)?(?:以后|都|只|全)*(?:{_SENT})?({_PLACE})(?:里|上|那边)?")
_ALONE = re.compile(
    rf"(?:(?:提醒)?设置(?:{_BEHIND_WORD.pattern})"
    rf"|把?(?:消息|提醒|通知|卡片)(?:以后|都|只|全)*(?:发送?|推送?)(?:到|在|去|往)?({_PLACE})(?:里|上|那边)?"
    r"|(?:发送?|推送?)到(企业微信|企微|钉钉)(?:里|上|那边)?)"
)


def where_to(said: str) -> str | None:
    """The channel that `said`, which stands behind 设置, asks for, AUTOMATIC for the one used last; None: none."""
    found = _BEHIND_WORD.fullmatch(_bare(said))
    return _PLACES[found[1]] if found is not None else None


def says_where(message: str) -> bool:
    """Does the message say so without 设置 and a space: 「提醒发到钉钉」, 「设置发到 自动」, 「发到 钉钉」?"""
    return _ALONE.fullmatch(_bare(message)) is not None


def _bare(said: str) -> str:
    return folded(said).replace(" ", "").strip("。，,：:、！!")
