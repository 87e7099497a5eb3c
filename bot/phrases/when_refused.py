"""A time that is ahead and no appointment: called off (「明天不约了」, 「明天10点黄了」), impossible
(「明天10点见不了」), or not wanted (「客户拒绝明天见面」).

Decided once, by what is said in the clause of the time:

1. A verb of contact that is denied (「就不联系了」, 「没谈成」), or said to fail (verb + 不了, 不上, 不成), up to the
   next day that is named.
2. Not where the denial is a condition (「不来的话」, 「联系不上就」), a question to be put (「看他来不来」,
   「问他为什么不签」), or about something beside a contact that is named before it (「见面不谈价格」); nor where a
   clock time with a contact follows (「明天不来公司10点电话聊」).
3. In front of the time only what stands right there counts, and what failed before (「联系不上明天10点再打」) only
   where no contact is said behind.

A denial is asked about, not obeyed: the appointment that stands would be lost otherwise.
"""

import re

from bot.phrases.traps import NUMERAL

NOT_POSSIBLE = "说的是不行的时间"
CALLED_OFF = "说的是取消的时间"
_LATEST_ONLY = "只说了最晚到什么时候"

_VERB = (
    "联系|面谈|面签|见面|会面|碰面|约|见(?!外|得)|谈|聊|沟通|签|打(?![卡包工扰折算])|回访|拜访|跟进?|上门|面访|到店|"
    "过[来去]|来(?!得及)|去|碰头?"
)
# What may stand between a denial and its verb: 「不想再来」, 「没法跟他谈」.
_WILL = "[再想肯用需必要能会愿意打算准备方便先急着去来过给跟和同找向他她它们客户对方]"
# 「要不」, 「再不」 and 「能不能」 deny nothing, and 「没问题」 and 「别忘」 are no denials of a contact.
_NOT = "(?:(?<![要再能得可好对])不|(?<!有)没(?!问题|事|关系|意见)|别(?!忘|的)|甭|未[必能])"
_DENIED = rf"{_NOT}{_WILL}{{0,4}}(?:{_VERB})(?!不|[完过]的)"
# 「见不了」, 「约不上」, 「过不来」; not 「少不了」.
_FAILS = (
    "(?<![受少免大忘错差])不[了成](?=$|[^解功])|"
    rf"[约见来去到谈聊打签走抽赶过出回脱顾排定改](?:得)?不(?:[上着开出通]|到(?!{NUMERAL}|半)|[过出回]?[来去])"
)
# What ends a clause behind 不 or 没: 「不太方便」, 「没答应」.
_WILLING = (
    "(?:太|大|怎么|是很|很)?(?:同意|答应|愿意?|肯|接受|想|干|乐意|方便|行|成|合适|可能|可以|认|约定|做|贷|办|借|搞|考虑|"
    "一定|确定|好说)|"
    "(?:答应|同意|定|约|说好|谈妥|敲定)(?:下来)?"
)
_ENDS = "(?:了|吧|啦|的|啊|呢|[他她]|客户|面|电话|时间|公司|店里)*$"
_OFF = (
    "(?:[黄吹废砸撤悬]|泡汤|(?<!减)免|(?<!改)推|没|拉倒)了|"
    "(?:泡汤|告吹|作废|没戏|拉倒|推掉|取消|拒绝|谢绝|婉拒|回绝|爽约|失约)(?:了|掉)?|"
    "(?<![不没][一-龥]就)(?<![不没][一-龥]{2}就)算了"
)
_IS_OFF = re.compile(f"(?:{_OFF})(?:吧|啦)*$")
_IS_UNWANTED = re.compile(f"[不没](?:{_WILLING})(?:了|吧|啦)*$")
_IS_DENIED = re.compile(_DENIED)
_ENDS_DENIED = re.compile(f"(?:{_DENIED}){_ENDS}")
_IS_FAILING = re.compile(_FAILS)
_ANY_CONTACT = re.compile(f"联系|{_VERB}|电话|微信")
_CONDITION = re.compile("的话|(?<!我)就(?!算了)")
_ASKS_WHETHER = re.compile(
    "问|为什么|为啥|怎么|如果|要是|万一|假如|除非|是否|看看|劝|免得|省得|以免|防止|生怕|就怕|哪怕|即使|只要|不管|不论|无论|要不"
)
_WHETHER = re.compile(r"(.)不\1(?!了)")
# What a later day in the clause says is not of this one: 「明天10点见上次没谈成的」.
_OTHER_DAY = re.compile(rf"[今明昨后前][天日早晚]|上次|上回|刚才?|(?:周|星期|礼拜)[一二三四五六日天]|{NUMERAL}[号日]")
_AT_A_CLOCK = re.compile(rf"(?:{NUMERAL} ?[点时:]|[上下]午|晚上)[^,]*?(?<!不)(?:{_VERB}|联系|电话)")
_LONGEST = 40
"""So many characters behind a time, and half as many in front of it, are looked at."""
_CLAUSE = re.compile(f"[^,。;!?、]{{0,{_LONGEST}}}")
_GOES_ON = "…"  # behind a clause that was cut, so that no pattern takes the cut for its end
_BEGINS = re.compile("[,。;!?、]")

_BEFORE = re.compile(
    "(?:不是|除了|不要|别等?|不[用必]等?|不需要|无需|甭|取消|原定|原来|本来|原约)(?:了|掉|在)? ?$|"
    "(?:取消|推掉|拒绝|谢绝|婉拒|回绝|推辞)(?:了|掉)?(?:[和跟与]?(?:[他她]|客户|对方))?(?:的|约好的?|约|原定的?)* ?$|"
    "(?:不(?:想|愿意?|肯|打算|准备|希望|建议|同意|答应|接受)|(?<![要再])不约|别约|甭约)(?:在|了|是|[他她]|客户)* ?$"
)
_FAILED_BEFORE = re.compile(
    "(?:(?:约|定|见|改|排|赶|来|去)不(?:[了上到成]|下来)|没(?:约|定|排)(?:[上到成好])?)(?:在)? ?$"
)
_NOT_TO = re.compile(f"(?<![要再能得可])[不别甭](?:{_VERB}|参加) ?$")
_APPOINTMENT = "面谈|约会|约定|预约|约|见面|会面|签约|面签|联系|回访|电话|拜访|上门|看房|到店|会议?|见|打|过来|来|去"
_IS_CANCELLED = re.compile(
    f"的?(?:那个|那次|这次)?(?:{_APPOINTMENT})?(?:[他她我]|客户|对方|又|临时|可能|[说要先都也就被得了])*"
    "(?:取消|推掉|作废|泡汤)(?:了|掉|吧|啦|的)*(?=$|[,。;!? 改另换等再])"
)
_NOT_AFTER = re.compile(
    "[他她我都也又可能应该客户说]{0,4}(?:没(?!(?:什么|啥|特殊)?(?:问题|事|关系|意见|意外|变)|别的)|"
    "不行|不在|不方便|有事|有会|不用|不要(?!忘|迟|紧)|别(?!忘|迟)|"
    "来不了|去不了|不能|不可以|不来|不去|休息|出差|放假|很忙|忙(?!完)|在?上班(?=$|[,。;!?、]))"
)
_LATEST = re.compile("(?:最晚|最迟|不晚于|截止|截至)(?:到|在|是)? ?$")


def refusal(text: str, pos: int, end: int) -> str:
    """Why text[pos:end] is ahead and still no appointment; empty if it is one."""
    began = max(0, pos - _LONGEST // 2)
    if _LATEST.search(text, began, pos):
        return _LATEST_ONLY
    if _IS_CANCELLED.match(text, end):
        return CALLED_OFF
    behind = _behind(text, end)
    if _BEFORE.search(text, began, pos):
        return NOT_POSSIBLE
    if _FAILED_BEFORE.search(text, began, pos) and not _ANY_CONTACT.search(behind):
        return NOT_POSSIBLE
    if _NOT_TO.search(text, began, pos) and behind[:1] in ("", "的"):
        return NOT_POSSIBLE
    if _NOT_AFTER.match(text, end) and not _is_open(behind):
        return NOT_POSSIBLE
    return _off_behind(behind)


def _behind(text: str, end: int) -> str:
    """What the clause says of the time that ends at `end`: up to the next day that is named."""
    rest = _CLAUSE.match(text, end)
    clause = rest.group().rstrip() if rest else ""
    if len(clause) == _LONGEST:
        clause += _GOES_ON
    other = _OTHER_DAY.search(clause)
    return clause[: other.start()] if other else clause


def _is_open(behind: str) -> bool:
    """Is the denial in `behind` a condition, or does another time of that day follow?"""
    return bool(_CONDITION.search(behind) or _AT_A_CLOCK.search(behind))


def _off_behind(behind: str) -> str:
    """Why the time is off, by what its clause says behind it; empty if it is not."""
    if _IS_OFF.search(behind):
        return CALLED_OFF
    for pattern, why in ((_IS_DENIED, CALLED_OFF), (_IS_FAILING, NOT_POSSIBLE), (_IS_UNWANTED, NOT_POSSIBLE)):
        if said := pattern.search(behind):
            return why if _is_about_the_time(behind, said, pattern) else ""
    return ""


def _is_about_the_time(behind: str, said: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Does the denial `said`, found by `pattern`, deny the time? Rule 2 of the module."""
    if _ASKS_WHETHER.search(behind, 0, said.end()) or _is_open(behind[said.end() :]):
        return False
    contact = _ANY_CONTACT.search(behind, 0, said.start())
    if contact is None:
        return True
    whether = _WHETHER.search(behind, contact.end() - 1)
    if whether:
        return contact.start() == whether.start()
    return pattern is not _IS_DENIED or _ENDS_DENIED.search(behind) is not None


_WHO = "(?:[他她我]|客户|对方|那边|临时|可能|[又也都就先说要得被还])*"
_CLAUSE_OFF = re.compile(
    rf"(?:^|(?<=[,。;!? ])){_WHO}(?:[不别甭]{_WILL}{{0,4}}(?:{_VERB})(?!不)(?:[他她]|客户|面)*|"
    rf"(?:过来|过去|[约见来去到谈签赶])不(?:[了成到上])|[过出赶]不[来去]|(?:约|说)?(?:[黄吹算免推]|泡汤|告吹|没戏|拉倒|拒绝|谢绝|婉拒)了|"
    "[不没](?:答应|同意|愿意|肯|约[上成到]?|说好|谈妥))(?:了|吧|啦)*(?=$|[,。;!?])"
)
_FAILED = re.compile(
    rf"(?:^|(?<=[,。;!? ]))(结果|最后|后来|到头来|可是?|但是?|却|不过)*{_WHO}"
    "(?:没(?:来|到|去|见|签|谈|接|打通|联系|出现|露面|赴约|成|消息|动静)|爽约|失约|放(?:了)?(?:我|咱|我们)?鸽子|放鸽子)"
)
_SAID_BEFORE = re.compile("(?:昨[天晚]|前天|上次|上回|上周.?|上个?月|之前|当时|那天|天前)[^,。;!?]{0,8}?[说约定讲答]")


def off_in_next_clause(text: str, pos: int, end: int) -> bool:
    """Does a later clause call off text[pos:end], or tell that nothing came of it? 「明天10点见，不约了」,
    「昨天说明天10点来，结果没来」; not 「明天10点再约，客户没来」."""
    if _CLAUSE_OFF.search(text, end):
        return True
    failed = _FAILED.search(text, end)
    if failed is None or "再" in _behind(text, end):
        return False
    began = max((found.end() for found in _BEGINS.finditer(text, 0, pos)), default=0)
    return bool(failed.group(1) or _SAID_BEFORE.search(text, began, pos))
