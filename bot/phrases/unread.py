"""Words that nobody read, right before a time of day: 「祭敖包那天十点」, 「等货款到了十点」. They may say the day.

The list of days can never be whole, and a time of day whose day was not understood would be booked for today. So what
ends as the name of a day or of a wait does, and was not read, is asked about, with today proposed: who meant that says
so with a word.
"""

import re

from bot.phrases.traps import NUMERAL

_NO_DAY_BEFORE = {
    "天": "聊白整半全",
    "节": "环细",
    "夜": "熬半",
    "号": "微信账帐卡户机话工编型单票车符序门牌证同挂",
    "后": "然最",
}
_ENDS_AS_A_DAY = "|".join(
    (
        *(f"(?<![{words}]){end}" for end, words in _NO_DAY_BEFORE.items()),
        "日|[冬腊元]月|月头|周未|次[早晚]",
        "(?:初|十|廿|三十)[一二三四五六七八九]?",
        "那周|完会|回来|(?<=[^ ,])到了|完了?",
    )
)
_UNREAD = re.compile(rf"([^ ,。;!?、()□■0-9]{{0,6}}(?:{_ENDS_AS_A_DAY}))(?:的|当天)? ?$")
# Their time may come after a comma too: 「等放款后，十点打」; that of a feast need not: 「过生日，下午3点见」.
_WAIT = re.compile(r"(等[^ ,。;!?、()□■0-9]{1,8}(?:后|了|回来|完)|[^ ,。;!?、()□■0-9]{0,6}那[天日周]) ?, ?$")
_NTH_DAY = re.compile(rf"(第 ?{NUMERAL}{{1,3}} ?天)的? ?$")
_LONGEST = 12


def day_before(plain: str, text: str, pos: int, since: int) -> int | None:
    """Where words begin that stand unread right before text[pos], a time of day, and may be its day; `text` is `plain`
    without what looks like a time and is none. Up to `since` all is read. None if there are none."""
    began = max(since, pos - _LONGEST)
    found = _UNREAD.search(text, began, pos) or _WAIT.search(text, began, pos) or _NTH_DAY.search(plain, began, pos)
    return found.start(1) if found else None
