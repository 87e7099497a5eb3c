"""The words around a time that say what it is: vague, a limit, a report of what has been.

What calls a time off stands in `when_refused.py`."""

import re
from datetime import datetime

from bot.phrases.numbers import read_number
from bot.phrases.traps import NUMERAL

_ONCE_MORE = "再(?:说|联系|[打约定看谈聊]|跟进?)?"
_AND_THEN = f"(?:前后|之后|以后|之前|以前|后(?![台面续勤])|前|{_ONCE_MORE})"
_MEAL = "(?:吃[完过]?了?)?[早午晚中]?饭"
_SAME_DAY = f"[上下]班|忙完|散会|开完会|放学|下课|收工|收摊|打烊|午休|天黑|天亮|睡醒|下了班|{_MEAL}"
_DONE = f"放假|收假|开学|发工资|回来|{_SAME_DAY}"
_BACK = "(?:[回返](?:来|程|家)|到家|办完事?|完事|结束|出院)"
_CONTACT = "(?:联系(?!方式|人|电话|[不过了上])|打(?![卡包工])|约|谈|聊|沟通|跟进|回访|说|见|[给找][他她你我])"
_CONTACT_NOT_SAID = "(?:联系(?!方式|人|电话|[不过了上])|回访|跟进|(?<=再)(?:打|约|谈|聊|沟通|见)|给[他她]打)"
_AT_ITS_TIME = "(?:的?时候|时间?|那会儿?|那阵儿?)?"
EVENT = re.compile(
    f" ?(?:(?:{_SAME_DAY})了?{_AND_THEN}|吃完了?[早午晚中]?饭|"
    f"(?:一|刚|等|到)?(?:下了?班|散会|放学|下课|收工|收摊|打烊|关门|饭点儿?|饭口|饭时|睡前|交班|换班|接班){_AT_ITS_TIME}|"
    f"(?:上班|午休|天黑|天亮|{_MEAL}){_AT_ITS_TIME[:-1]}|午睡(?:之?后|以后|醒)|睡醒|会后|课[间后]|"
    f"[忙办接送开吃弄]完了?[一-龥]{{0,4}}?(?=再|{_CONTACT}|$|[,。;!?、]))"
)
"""What a time hangs on that nobody knows by the clock: 「下班后」, 「午饭后」, 「下班」."""

_MOMENT = "时间|时候|钟点|时辰|时段|时刻"
SAME_TIME = re.compile(
    r" ?(?:的|在|还是|还|也|就|到)*(?:"
    rf"[这那]一?个?(?:{_MOMENT})|(?:[这那]一?个|同一?个?)点儿?(?![钱事儿位头子])|"
    rf"同一?个?(?:{_MOMENT})|[这那]时(?!间)|(?:同样|一样|相同|一个)的?(?:{_MOMENT})|"
    r"此时|这会儿?|这阵儿?|现在(?=$|[,。;!?])|"
    rf"(老(?:{_MOMENT}|点儿?)|(?:原来|原先|以前|之前|往常|平时|平常|上次|刚才)的?(?:那个?)?(?:{_MOMENT}|点儿?)|"
    r"[跟和同与按](?:今天|现在|[这上]次|[这上]回|昨天|刚才|原来|以前)的?(?:同?一样|同?一个|相同|差不多)的?"
    rf"(?:{_MOMENT}|点儿?|(?=$|[,。;!?、]|再|{_CONTACT}))|"
    r"原时间|老规矩|照旧|[整准]点儿?|白天|全天|一?整天))"
)
"""A moment that is said and not known by the clock: 「明天这个点」, which is that of now, and in group 1 「老时间」."""

UNKNOWN_PART = re.compile(
    rf" ?的?[一-龥]?[夜黑晌昏暮傍](?:了|里|间|头|时|那会儿?)?"
    rf"(?= ?(?:[前后]|[之以][前后]|再|{NUMERAL}|{_CONTACT}|来|去|$|[,。;!?、]))"
)
"""What may be a part of the day by its characters, where it is none that we know."""

_MONTH = f"(?<!{NUMERAL})(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_AMOUNT_OF_TIME = rf"(?:{NUMERAL}{{1,3}}|[半几]) ?个?(?:小时|钟头|分钟|天|周|星期|礼拜|月)"

# 「10月份流水」 is no time.
_PAPERS = (
    "(?:流水|工资|薪|社保|公积金|账单?|报[表税]|征信|对账|发票|税|纳税|业绩|收入|销|营业|进账|出账|明细|利息|月供|租金|房租|"
    "水电|电费|数据|货款|订单|回款|单子|材料|资料|证明|凭证|截图|记录)"
)

_YEAR_OR_MONTH = "(?<![0-9一二两三四五六七八九十几近这每整全])(?:[月年][头尾]|年[中末])"
VAGUE = re.compile(
    "|".join(
        (
            "下次|下回|改天|改日|回头(?!客|率)|有空|有时间|抽空|抽时间|尽快|随时|哪天|不定|另约|再约|择日",
            "稍后|稍晚|晚点|晚些时候|晚些|晚一点|迟[些点]|早点|早一点|一会儿?(?!计)|待会儿?|等会儿?|以后",
            "明后[天两]|今明(?:两天)?|这[两几]天|过[些一]?阵子?|过一?段时间|过(?:一)?会儿?",
            "(?:这|本|下)?个?周末|(?:这|本|下)?个?双休日(?!加班|上班|不)|(?:[这本下]个?|本周)双休|大礼拜|赶(?:明|后)(?:[天日个]|儿个?)?儿?|"
            rf"(?:(?:[这本下]个?)?季度?[初中末底]|[这本下]个?季度?|{_YEAR_OR_MONTH}|(?<!放)[暑寒]假|"
            rf"(?<![个下一])工作日|平日|节假日|小?长假)(?= ?(?:再|左右|[之以]?[前后]|{_CONTACT}|来|去|$|[,。;!?、]))",
            r"初一[、和]?十五|(?:十|二十|10|20)[几多来][号日](?![人楼房院员])",
            "月初|月中|[上中下]旬|年底|年后|年前|次日|隔天|隔日",
            rf"(?:节|{_DONE})(?:节|假期|了)?{_AND_THEN}|吃完了?[早午晚中]?饭",
            rf"{_BACK}了?(?:之后|以后|后)?[再就]?(?:去|来)?{_CONTACT}",
            rf"(?:到期|[还结]清|解押|[下出][证来]|到账|批下来|[好完发到出下]了)[日时]?(?:之前|以前|之后|以后|[前后])?再?{_CONTACT_NOT_SAID}",
            rf"到时候?[再就]?{_CONTACT}|{_MONTH}份?(?=[回返]来)",
            rf"等[^,。;!?、0-9]{{1,10}}?(?:{_DONE})了?(?:之后|以后|后)?{_ONCE_MORE}",
            rf"(?<![办谈聊款贷息])(?:推迟|延后|顺延|往后[推延]|(?<![今明昨当每早])晚)(?:了|到|大概)*{_AMOUNT_OF_TIME}(?!后)",
            rf"(?:老(?:时间|钟点)|老点儿?(?= ?再?{_CONTACT})|"
            rf"(?:同样|同一个?|原来?的?)时间(?= ?再?(?:{_CONTACT}|$|[,。;!?]))|"
            rf"(?<![一-龥])还?是?[这那]个?(?:点儿?|钟点|时候|时间)"
            rf"(?= ?再?{_CONTACT}(?![过了])(?![^,。;!?]{{0,8}}[没不])))",
            rf"(?:下了?班了?|收工|放学|散会|下课|睡前|饭点儿?){_AT_ITS_TIME}(?= ?(?:再|就)*{_CONTACT}(?![过了]))",
            "过[完了][年节]|开春",
            r"(?:这个?|本)(?:周|星期|礼拜|月)(?:之?内|里|(?=[再联见打约谈签]|$|[,。;!?、]))",
            "下下?(?:个|一个)?(?:周|星期|礼拜|月(?:初|[上中下]旬)?)",
            rf"(?<!{NUMERAL}){NUMERAL}{{1,2}}月(?:份(?!的?{_PAPERS})|初|中旬|上旬|下旬|(?:之|以)?[前后](?![台续])|(?=再))",
            rf"(?<=[等到过])(?<!月到){_MONTH}份?(?! ?{NUMERAL}|到期)|(?<![期款限用做了贷]){_MONTH}(?=$|[,。;!?、])",
            r"(?<![之以然最款约清业])后年(?=[再联见打约谈签初底春上下0-9一二三四五六七八九十]|$|[,。;!?、])",
            rf"明年(?:(?:{NUMERAL}{{1,2}}月份?|年初|[初底]|[上下]半年|开春)?(?=[再联见打约谈签考]|$|[,。;!?、])|"
            rf"{NUMERAL}{{1,2}}月[底初])",
        )
    )
)
"""Words that talk about a time and fix none."""

LATER_THAT_DAY = re.compile(
    rf" ?(?:再|稍)?(?:[早晚迟](?:点儿?|些|一些|一点儿?(?![钟半整]))(?!{NUMERAL})|稍[晚迟后]|过会儿?|一会儿?|等会儿?)"
    "(?:的?时候)?"
)
"""「今天晚些时候」, 「明天晚点」: the hour of the day is left open."""

HOW_LATE = re.compile(r" ?(?:几点|什么时候|啥时候|何时)")
AROUND = re.compile(
    r" ?(?:过[后完]|过了(?=再|$|[,。;!?])|"
    r"前后|左右|上下|附近|之前|以前|前(?!台|往|去|来|面)|之内|以内|内(?!蒙)|之后|以后|后(?!续|台|面|期|勤|天|来))"
)
# 「明天1030」, 「明天10」: perhaps a time, perhaps not.
BARE_NUMBER = re.compile(
    "(?:[01]?[0-9]|2[0-4])[0-5][0-9](?![0-9□年/.-])|"
    "[0-9]{1,2} ?(?=$|[,。;!?]|见|面[谈签]|联系|打电话|回访|上门|过来|:(?![0-9]))|"
    "(?:[一二两三四五六七八九]|十[一二]?) ?(?=$|[,。;!?])"
)
# 「过了元旦再联系」 is after it. 「聊过」 and 「打过」 tell of what has been.
AFTER_IT = re.compile(r"(?<![超不通经打系聊见谈问去来说看回])(?:等|再|要)?过(?:了|完) ?$")
CLAUSE_END = re.compile(r"[,。;!?、]")

# What was done, or failed, in the rest of the clause. With 再 in it (「周三见了再定」) it is still to come.
_REPORT = re.compile(
    "[^,。;!?]{0,6}?(?:已经?(?!约|定|预)|刚(?!好)|"
    "[没无]人接|不接(?=电话|我|$|[,。;!?])|没(?:接|打?通|联系上|见[到着]|去成|谈成|来(?!得及))|"
    "(?<![不别])(?:打|联系|沟通|聊|见|谈|问|来|去|看|回|加|发|签|拜访|通|面)(?:过|了)(?!解|去|来|户))(?![^,。;!?]*再)"
)
_SENTENCE_END = re.compile("[,。;!?]")
_LATELY_MONTHS = 6
_PLAIN_MONTH = re.compile(rf"({NUMERAL}{{1,2}})月")
_TO_COME = re.compile("[再约等到]|联系|面谈|回访|跟进|沟通|打电话|见|以后|之后|说|考虑|明年")


def is_report(text: str, end: int) -> bool:
    """Does what follows text[:end] tell of what has been? 「周三打过电话」, 「周三没接」."""
    return _REPORT.match(text, end) is not None


def is_past_month(text: str, pos: int, end: int, now: datetime) -> bool:
    """Is text[pos:end] a month lately over, of which something else is told? 「9月份开的店」 in November, but not
    「9月份再联系」."""
    found = _PLAIN_MONTH.match(text, pos, end)
    month = read_number(found.group(1)) if found else None
    if not month or not 1 <= month <= 12 or not 0 < (now.month - month) % 12 <= _LATELY_MONTHS:
        return False
    began = max((found.end() for found in _SENTENCE_END.finditer(text, 0, pos)), default=0)
    ends = _SENTENCE_END.search(text, end)
    before, behind = text[began:pos].strip(), text[end : ends.start() if ends else len(text)].strip()
    if is_report(text, end):
        return True
    return bool(before or behind) and not (_TO_COME.search(before) or _TO_COME.search(behind))
