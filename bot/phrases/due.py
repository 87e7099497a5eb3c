"""Days on which something else falls due: 「12月15日到期」, 「客户生日12月1号」. They are no contact by themselves.

A day with a time of day is an appointment all the same (「12月5日10点放款」), and so is one on which the customer is
contacted (「客户生日12月1号给他打电话」).
"""

import re
from datetime import date, timedelta

from bot.phrases.later import add_months
from bot.phrases.numbers import read_number
from bot.phrases.traps import NUMERAL

_DUE = (
    "到期|还款|还贷|还钱|还清|结清|扣款|放款|下款|到账|结婚|办婚礼|婚礼|(?:过|满)?(?:[0-9]+岁)?生日|"
    "[发开]工资|发薪|交房|满月|开庭|出院|高考|满 ?[0-9]{2}(?![0-9万元])"
)
_AFTER = re.compile(
    rf" ?(?:的|[他她]|客户|贷款|[要就才会该得是办又]|应该|预计|左右|那天|当天)*(?:{_DUE})(?!日?[前后]?提醒)日?"
)
_BEFORE = re.compile(
    rf"(?<!已)(?<!已经)(?:{_DUE}|出生)(?:日期?|时间|那天)?(?:[:是在为到于定约,的]|预计|大概|就|一般){{0,4}} ?$"
)
# Until when something holds: 「年检到11月30日」.
_HOLDS_UNTIL = re.compile(
    "(?:年检|年审|有效期?|租期|合同期?|期限|保险|授信|额度|执照|身份证|审批|批复)(?:有效|截止|一?直)?[到至] ?$"
)
_CONTACT = re.compile(r" ?(?:再|[去来到打跟约见给发谈聊回]|联系|面谈|拜访|上门|提醒|签(?!约)|过[来去])(?!期|账)")
_ANY_DUE = re.compile(rf"(?:{_DUE}|出生)(?:日期?|时间|那天)?[:是在为到于定约,的]*")
_LEAD = re.compile(rf"(?:之?前|提前) ?({NUMERAL}{{1,3}}) ?(天|个?周|个?星期|个?礼拜|个月)")
_LEAD_WITHIN = 12  # characters behind the day


def contacts(text: str, end: int) -> bool:
    """Is the customer contacted then, by what follows text[:end]? 「明天再联系」."""
    return _CONTACT.match(text, end) is not None


def due_span(text: str, pos: int, end: int) -> tuple[int, int] | None:
    """Where text[pos:end], with what falls due on it, begins and ends; None if nothing does."""
    if after := _AFTER.match(text, end):
        return pos, after.end()
    before = _BEFORE.search(text, 0, pos) or _HOLDS_UNTIL.search(text, 0, pos)
    return (before.start(), end) if before and not contacts(text, end) else None


def without_due(phrase: str) -> str:
    """`phrase` without what falls due: 「12月15日到期」 and 「生日12月1号」 leave the day."""
    return _ANY_DUE.sub("", phrase)


def with_lead(text: str, end: int, day: date) -> date:
    """`day`, or the one so long before it as what follows text[:end] says: 「…到期，到期前一周联系」."""
    found = _LEAD.search(text, end, end + _LEAD_WITHIN)
    count = read_number(found.group(1)) if found else None
    if not found or not count:
        return day
    if found.group(2).endswith("月"):
        return add_months(day, -count)
    return day - timedelta(days=count * (1 if found.group(2) == "天" else 7))
