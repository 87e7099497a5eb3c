"""What stands behind 等级 and 标签: several leads' numbers, then a grade, or tags to put on and to take off.

L1024 A            L1 L2 L3 B级            L1024 改成A            L1024 不评级
L1024 +高意向 -冷   L1024 高意向，急用      L1024 去掉 冷          L1024 自动 大额      L1024 #爱钓鱼
"""

import re

from bot.phrases.numbers import folded, read_lead_numbers, several_leads, split_number
from core.leads.marking import Wanted
from core.leads.tags import Tagging

_TO = re.compile("(?:改成|改为|调成|调为|调到|设为|设成|定为|定成|升为|升到|降为|降到|评为|评成|等级|为|成|到|:|=)*")
_NO_GRADE = frozenset(
    {"不评级", "不评", "未评级", "取消", "去掉", "清除", "清空", "删除", "无", "没有", "取消等级", "-"}
)
_ON = ("加上", "添加", "新增", "打上", "贴上", "设为", "改成", "改为", "加")
_OFF = ("去掉", "去除", "删除", "删掉", "移除", "取消", "不要", "减去", "去", "减")
_BY_RULE = ("恢复自动", "自动", "恢复")
_WORD = re.compile(r"(?P<sign>[+#\-\u2212\u2010-\u2015])?\s*(?P<word>[^\s+#\-\u2212\u2010-\u2015,，、;；/。.!！]+)")


def leads_and_rest(text: str) -> tuple[list[int], str]:
    """The numbers that the text begins with, and what stands behind them. Without a readable number: nothing."""
    several = several_leads(text)
    if several is not None:
        rest = several[1]
        return read_lead_numbers(text[: len(text) - len(rest)].rstrip(" ,，:：、")), rest
    one = split_number(text)
    return ([one[0]], one[1]) if one else ([], text)


def grade_word(rest: str) -> str | None:
    """The word for the grade; empty: no grade. None if nothing is said."""
    word = _TO.sub("", folded(rest), count=1).strip(" 。.!~吧")
    if not word:
        return None
    return "" if word in _NO_GRADE else word


def wanted_tags(rest: str, tagging: Tagging) -> Wanted:
    """What is to be done to the tags. A word of doing (去掉) that stands by itself goes for all that follow."""
    done: dict[str, list[str]] = {"on": [], "off": [], "by_rule": []}
    exactly: set[str] = set()
    going = "on"
    for found in _WORD.finditer(folded(rest)):
        sign, word = found["sign"], found["word"]
        if sign:
            what = "on" if sign in "+#" else "off"
            exactly |= {word} if sign == "#" else set()
        else:
            what, word = _led(word, tagging, going)
            if not word:
                going = what
                continue
        done[what].append(word)
    return Wanted(tuple(done["on"]), tuple(done["off"]), tuple(done["by_rule"]), frozenset(exactly))


def _led(word: str, tagging: Tagging, going: str) -> tuple[str, str]:
    """A word and what is to be done with it: 「去掉冷」 is (off, 冷), 「去掉」 alone (off, nothing)."""
    if tagging.tag(word) is not None:
        return going, word
    for what, leads in (("by_rule", _BY_RULE), ("on", _ON), ("off", _OFF)):
        lead = next((each for each in leads if word.startswith(each)), None)
        if lead is not None and (word == lead or tagging.tag(word.removeprefix(lead)) is not None or len(lead) > 1):
            return what, word.removeprefix(lead)
    return going, word
