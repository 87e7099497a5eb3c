"""The words around a time that say what it is: vague, a limit, a report of what has been, a time that does not suit."""

import re

from bot.phrases.traps import NUMERAL

VAGUE = re.compile(
    "|".join(
        (
            "下次|下回|改天|改日|回头(?!客|率)|有空|有时间|抽空|抽时间|尽快|随时|哪天|不定|另约|再约|择日",
            "稍后|晚点|晚些|晚一点|早点|早一点|一会儿?(?!计)|待会儿?|等会儿?|以后",
            "明后[天两]|今明(?:两天)?|这[两几]天|过[些一]?阵子?|过一?段时间|过(?:一)?会儿?",
            "(?:这|本|下)?个?周末|月初|月中|[上中下]旬|年底|年后|年前|次日|隔天|隔日",
            "(?:节|放假|收假|开学|发工资|回来|下班|忙完)(?:节|假期)?(?:前后|之后|以后|之前|以前|后|前|再)",
            "过完[年节]|开春",
            r"(?:这个?|本)(?:周|星期|礼拜|月)(?:之?内|里|(?=[再联见打约谈签]|$|[,。;!?、]))",
            "下下?(?:个|一个)?(?:周|星期|礼拜|月)",
            rf"(?<!{NUMERAL}){NUMERAL}{{1,2}}月(?:份|初|中旬|上旬|下旬|再)",
            rf"明年(?:(?:{NUMERAL}{{1,2}}月份?|年初|[初底]|[上下]半年|开春)?(?=[再联见打约谈签考]|$|[,。;!?、])|"
            rf"{NUMERAL}{{1,2}}月[底初])",
            rf"差(?:{NUMERAL}+分|一刻)钟?到?{NUMERAL}+点",
        )
    )
)
"""Words that talk about a time and fix none."""

HOW_LATE = re.compile(r" ?(?:几点|什么时候|啥时候|何时)")
AROUND = re.compile(
    r" ?(?:前后|左右|上下|附近|之前|以前|前(?!台|往|去|来|面)|之内|以内|内(?!蒙)|之后|以后|后(?!续|台|面|期|勤|天|来))"
)
# 「明天1030」, 「明天10」: perhaps a time, perhaps not.
BARE_NUMBER = re.compile("(?:[01]?[0-9]|2[0-4])[0-5][0-9](?![0-9□年/.-])|[0-9]{1,2} ?(?=$|[,。;!?])")
CLAUSE_END = re.compile(r"[,。;!?、]")

_NOT_BEFORE = re.compile(r"(?:不是|除了|不要|别|取消|原定|原来|本来|原约)(?:了|在)? ?$")
_NOT_AFTER = re.compile(
    "[他她我都也又可能应该客户说]{0,4}(?:没(?!问题|事|关系|意见)|不行|不在|不方便|有事|有会|不用|不要(?!忘|迟|紧)|别(?!忘)|"
    "来不了|去不了|不能|不可以|不来|不去|休息|出差|放假|很忙|忙(?!完))"
)
# What was done, or failed, in the rest of the clause. With 再 in it (「周三见了再定」) it is still to come.
_REPORT = re.compile(
    "[^,。;!?]{0,6}?(?:已经?(?!约|定|预)|刚(?!好)|"
    "没(?:接|打?通|联系上|见[到着]|去成|谈成|来(?!得及))|"
    "(?:打|联系|沟通|聊|见|谈|问|来|去|看|回|加|发|签|拜访|通|面)(?:过|了)(?!解|去|来|户))(?![^,。;!?]*再)"
)
_LATEST = re.compile("(?:最晚|最迟|不晚于|截止|截至)(?:到|在|是)? ?$")


def is_report(text: str, end: int) -> bool:
    """Does what follows text[:end] tell of what has been? 「周三打过电话」, 「周三没接」."""
    return _REPORT.match(text, end) is not None


def refusal(text: str, pos: int, end: int) -> str:
    """Why text[pos:end] is ahead and still no appointment; empty if it is one."""
    if _LATEST.search(text, 0, pos):
        return "只说了最晚到什么时候"
    if _NOT_AFTER.match(text, end) or _NOT_BEFORE.search(text, 0, pos):
        return "说的是不行的时间"
    return ""
