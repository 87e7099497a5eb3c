"""What looks like a time and is none: phone numbers, amounts, rates, counts, greetings, numbers of leads and houses.

Before times are read, all of it is blanked out, character by character, so that positions stay.
"""

import re

NUMERAL = "[0-9〇零一二两三四五六七八九十百廿]"
"""One character of a number, in digits or Chinese numerals."""

BLANK = "□"
RATE = "■"
"""Stands for a rate (「10点利息」): a day right before it may or may not have meant a clock time."""

_UNITS = (
    "千万|百万|亿|万|w|W|千|k|K|元|块|%|‰|成|期(?!间)|套|个点|厘|平|㎡|m2|岁|次|遍|人|户|家|辆|台|笔|张|层|楼|米|公里|里|折|"
    "倍|级|股|页|份|单元|条|项|位|名|只|栋|室|年期|个工(?!作日)"
)
_RATE_BEFORE = (
    "利息|利率|年化|月息|息费|手续费|服务费|佣金|返佣|返点|返|提成|点位|费率|成本|扣|降|涨|加|减|让|低于|高于|收|费用"
)
_RATE_AFTER = (
    "利息|利率|利|息|手续费|服务费|费|佣金|返佣|返点|提成|成本|年化|月息|要求|原因|问题|建议|疑问|意见|说明|顾虑|需求|"
    "好处|理由|不满|信息|情况|意向|担心|想法"
)
_PLACE_AFTER = (
    "楼|院|店|线|门|馆|桌|窗|厅|库|仓|铺|单元|室|厂|井|小区|公馆|公寓|地块|房|车|柜|员|码|公路|国道|底商|商铺|大?街|"
    "路(?![过上])|巷|弄|胡同|大院|桥|附|会议室"
)
_AMOUNT_OF = (
    "利率|利息|年化|月息|费率|额度|负债|流水|月供|评分|面积|年龄|总价|单价|首付|余额|工资|收入|报价|评估价|意向额"
)
_NUMBERED = (
    "门牌|房间|房号|座位|车位|工位|摊位|铺位|商铺|柜台|窗口|包厢|包间|档口|床位|展位|卡座|号牌|编号|工号|尾号|排号|取号|叫号|"
    "序号|单号|楼号|栋号"
)
STREET = "(?:街|[^半思一]路|巷|弄|胡同|大道|国道|大院)(?:[东西南北中][段路街]?)?"
"""What stands before the number of a house: 「新华街12号」."""
_THEN = r" ?(?:[上下]午|[早晚中凌]|[0-9]{1,2} ?[点:]|见|联系|打|签|面谈|来|过[来去]|上门|再|回访|谈)"

# Dates of papers: 「有效期到2030年5月8日」, 「2019年3月5日注册」.
_WHOLE_DATE = r"(?:19|20)[0-9]{2} ?[年./-] ?[0-9]{1,2} ?[月./-] ?[0-9]{1,2} ?[日号]?"
_OF_PAPERS = "有效期?限?|生于|出生|注册|成立|签发|发证|登记|取得"

# 「每周一联系」 is an appointment, again and again, and 「每周五上午10点」 too; 「每月5号还款」 is not.
AGAIN_AND_AGAIN = (
    r" ?(?:都|要|再|固定|定期|[给跟和]?(?:客户|他|她))*"
    r"(?:联系|打(?![卡工牌针])|回访|跟|提醒|沟通|约|见|拜访|发[信消微])|"
    r"(?:(?<=[点半一二三四五六])|(?<=周[日天])|(?<=期[日天])|(?<=:[0-9]{2}))(?=$|[,。;!?、])"
)

# Each with what it is blanked with; the order matters (rates before counts: 「3点5个点」).
_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![0-9])1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"), BLANK),
    (re.compile(r"(?<![0-9])0[0-9]{2,3}[ -][0-9]{7,8}(?![0-9])"), BLANK),
    (re.compile(r"(?!20[0-9]{2}[01][0-9][0-3][0-9](?![0-9Xx]))(?<![0-9])[0-9]{7,}[Xx]?"), BLANK),
    (re.compile(r"[A-Za-z]+[-_]?[0-9]+[A-Za-z0-9]*"), BLANK),
    (re.compile(rf"百分之{NUMERAL}+(?:点{NUMERAL}+)?"), BLANK),
    (re.compile(rf"{NUMERAL}+点(?:{NUMERAL}+ ?(?:%|个?点|厘)|(?<!{NUMERAL}){NUMERAL} ?(?:万|w|W|倍|成|折))"), RATE),
    (re.compile(rf"(?:{_RATE_BEFORE})(?:[了到是为约:]|大概|只要|不到|不超过| )*{NUMERAL}+点(?![钟半一刻0-9])"), RATE),
    (re.compile(rf"(?<![0-9]){NUMERAL}+点(?:多|左右|以内|以下)?的?(?:{_RATE_AFTER})"), RATE),
    (re.compile(rf"(?<![0-9.])[0-9]+(?:\.[0-9]+)? ?(?:[-~到至] ?[0-9]+(?:\.[0-9]+)? ?)?(?:{_UNITS})"), BLANK),
    # Chinese numerals may belong to a weekday: 「周三家访」, 「礼拜一人到」.
    (re.compile(rf"(?<![0-9周期拜月号年点时〇零一二两三四五六七八九十百廿]){NUMERAL}+(?:{_UNITS})"), BLANK),
    (re.compile(rf"(?:{_NUMBERED})号?码?[是为在:第 ]{{0,2}}{NUMERAL}+号?"), BLANK),
    (re.compile(rf"(?:{_AMOUNT_OF})(?:[是为约:]|大概)* ?[0-9]+(?:[.-][0-9]+)?(?![0-9.:点月号日年/-]| ?[:点])"), BLANK),
    (re.compile(r"(?:首付|比例|占比|配比|占|产权|份额)[是为约: ]?[0-9]{1,2}[-/:][0-9]{1,2}(?!号)"), BLANK),
    # Flats: `3-2-501`, `12-301`; not `12-2026`. And 24 hours on 7 days.
    (re.compile(r"(?<![0-9./-])[0-9]{1,2}-(?:[0-9]{1,2}-)?(?!20[0-9]{2})[0-9]{3,4}(?![0-9./:-])"), BLANK),
    (re.compile(r"(?<![0-9])(?:24/7|7 ?[x*×X] ?24)(?![0-9])"), BLANK),
    (re.compile(rf"{NUMERAL}+号(?:{_PLACE_AFTER})"), BLANK),
    # 「新华街12号下午见」 may be on the 12th all the same: it is left to be asked about.
    (re.compile(rf"{STREET}{NUMERAL}+号院?(?!{_THEN})"), BLANK),
    (re.compile(rf"第 ?{NUMERAL}+ ?个?(?:天|日|周|月|年|期|次|季度|星期)"), BLANK),
    (
        re.compile(
            rf"(?>每(?:个|隔)? ?(?:周[一二三四五六日天]?|星期[一二三四五六日天]?|月(?:{NUMERAL}+[号日])?|天|日|晚|年)"
            r"(?:[、和及/ ]+(?:周|星期|礼拜)?[一二三四五六日天](?![点号日月个]))*"
            rf"(?: ?(?:早上|上午|中午|下午|晚上))?(?: ?(?:{NUMERAL}+点半?|[0-9]{{1,2}}:[0-9]{{2}}))?)"
            rf"(?!{AGAIN_AND_AGAIN})"
        ),
        BLANK,
    ),
    (re.compile(rf"(?:{_OF_PAPERS})(?:日期?|时间)?[:是为在到至于 ]*{_WHOLE_DATE}"), BLANK),
    (re.compile(rf"{_WHOLE_DATE}(?:{_OF_PAPERS}|[办买购开签领生]的|购买|入职|开业)"), BLANK),
    (re.compile(r"(?:合同|协议|编|单|流水|受理|证|卡|账)(?:号码?|编号)[:是为 ]*[0-9]{6,}"), BLANK),
    (
        re.compile(
            r"(?:早上|上午|中午|下午|晚上)好|早上班|晚上班|下午茶|早晚|(?<!同)一时(?!间)|提前天数|以后天天|先天后天|时间段"
        ),
        BLANK,
    ),
    (re.compile(r"(?<![0-9.])[0-9]+\.[0-9]{3,}|(?<![0-9.])0[0-9]*\.[0-9]+(?! ?个?(?:小时|钟头|[天周月年]))"), BLANK),
)


def without_traps(text: str) -> str:
    """`text` (folded), of the same length, with everything blanked that is a number or word but no time."""
    for pattern, blank in _TRAPS:
        text = pattern.sub(lambda found, blank=blank: blank * len(found.group()), text)  # type: ignore[misc]
    return text
