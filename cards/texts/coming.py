"""What the product is to have and has not yet: its words are known already, and get an honest answer.

A row goes when its command comes (`COMMANDS` in `bot/words.py`); a test keeps the two apart.
"""

TO_COME: dict[str, str] = {
    "进件": "",
    "标签": "现在可以先写进跟进，如：跟进 L1024 高意向。",
    "等级": "现在可以先写进跟进，如：跟进 L1024 A级客户。",
    "修改": "录入的资料现在还改不了；更正请先写进跟进，如：跟进 L1024 想要的是50万。",
    "更正": "录入的资料现在还改不了；更正请先写进跟进，如：跟进 L1024 想要的是50万。",
    "进度": "",
    "待办": "现在可以回复 我的客户，先看到期的。",
    "催办": "",
    "撤回": "",
    "日报": "",
    "排行": "",
    "漏斗": "",
    "渠道": "",
    "瓶颈": "",
    "佣金": "",
}
"""By word: what can be done until then (may be empty)."""


def to_come(word: str) -> str:
    """The answer to such a word, and to a button of it."""
    return f"{word}功能即将开放，现在还不能用。{TO_COME[word]}"
