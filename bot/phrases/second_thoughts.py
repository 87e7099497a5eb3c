"""What is typed where a reason is asked for, and is none: a change of mind, a wait, a shrug, another command.

A reason may hold such words (「客户说等一下再补流水，资料不齐」): they count only where they are all that is said. But
who begins by taking it back (「点错了，应该退回」) does not go on to say why.
"""

import re
from collections.abc import Collection
from enum import StrEnum

from bot.phrases.answers import agrees, denies, gives_up, is_undecided, nods
from bot.phrases.command_words import ALSO, COMMAND_WORDS
from bot.phrases.courtesies import courtesy
from bot.phrases.name_words import looks_like_name
from bot.phrases.numbers import folded


class Doubt(StrEnum):
    """What was probably meant by what is no reason. UNSURE: it may be one, and is asked about."""

    NOTHING = "nothing"
    COMMAND = "command"
    TAKEN_BACK = "taken_back"
    WAITS = "waits"
    TIME = "time"
    ASKS = "asks"
    UNSURE = "unsure"


_BETWEEN = re.compile(r"[,。;!?、~\s.]+")
_END = "[吧了啊呢吗的哈呀哦啦]*+"
# Taken whole, for a long row of them must not be read in all the ways in which it can be cut.
_OH = "(?>(?:哎|唉|诶|欸|啊|呀|哦|噢|额|呃|嗯|那个)*)"
_SELF = "(?>(?:我|你|您|让|请|那|就|还是|先|再|暂时?|还|可以|能|麻烦)*)"
_ONLY_OH = re.compile(f"{_OH}{_END}|不好意思|抱歉|对不起|sorry")
_NO_MORE = re.compile(
    f"{_OH}{_SELF}(?:(?:不|别)(?:想|要|用|必|需要)?(?:处理|弄|搞|急着?处理)?|没事儿?|错|弄错|搞错|撤销){_END}"
)
# Of a lead 「打错了」 is a wrong number; of 退回 「选错客户了」 may be why.
_MISTYPED = re.compile(
    f"(?:不好意思|抱歉|对不起)?{_OH}{_SELF}(?:刚才|刚刚)?[发打写选看认弄搞]错了?(?:一个)?"
    f"(?:人|字|编号|客户|单子?|进件|卡片?)?{_END}|{_OH}(?:我)?(?:不小心|点到|当我没说|手误|误点)[一-龥]{{0,6}}"
)
_WHY = "为什么|为啥|什么原因|啥原因|什么意思|怎么回事|怎么了|咋了?|怎么写|写什么|写啥"
_NO_REASON = re.compile(
    f"{_OH}(?:(?:{_WHY})(?:要|写)*(?:原因|理由)?|(?:没有?|无)(?:什么|啥)?(?:原因|理由)|随便|"
    f"(?:一定|必须|非|不)?(?:得|要)?(?:写|填)?(?:原因|理由)?(?:可以)?(?:吗|干[嘛吗])|"
    f"没有?|无|(?:原因|理由)(?:是|为)?|全部|所有的?|都|见[上下]|如[上下题])(?:[?吗呢啊:])*+{_END}"
)
_CONFIRMED = "确[认定]|是的?|对的?|没错|就是"
_ASKS = re.compile(r"(?:吗|(?<![什怎这那多])么|\?)[。!~ ]*$")
_SUM = r"[0-9一二三四五六七八九十百]+(?:\.[0-9]+)? ?[万千元块]"
_LESS = f"(?:只|最多|至多|顶多|不超过?)(?:能|可以?)?(?:批|给|放|做|贷|借)?[到出]? ?{_SUM}"
_DEPENDS = re.compile(
    r"^[,。;、\s]*+(?:等(?![级额于值同])|先不|暂不|或者?|转(?![账贷入出])|如果|要是|假如|若是?|除非|前提|只要)"
    f"|(?:再|才)(?:说|看|定|议|批|审|同意|通过|考虑)|的话|{_LESS}"
)
_NOT_SO = re.compile(
    f"{_OH}{_SELF}(?:不是?|别)(?:想|要|用|必|急着|再)*+(?:驳回?|退回?|打回|拒绝|转交|委派|加签|减签|抄送)"
    "(?:$|[了先吧啊呢啦呀哦,我您再等].*)"
)
_DECISION = "同意|批准|通过|驳回|不同意|拒绝|退回|打回"
_OTHERWISE = re.compile(
    f"{_OH}{_SELF}(?:(?:不是|不)(?:{_DECISION})(?:[,了]|而|应该)*+(?:是|要)?)?(?:还是|改[成为]|应该|要|想|该|得|是)*+"
    f"(?P<word>{_DECISION}){_END}"
)
_THEN = "(?:再(?:说|看看?|看一下|弄|定|想想?|想一下|考虑一?下?|处理|回复)?)?"
_WAIT = re.compile(
    f"{_OH}{_SELF}(?:等我?)?(?:"
    f"等(?:等|一?下|一?会儿?|我(?:一下|一?会儿?)?)?(?:我?{_THEN})|稍(?:等(?:一?下|一?会儿?)?|后){_THEN}|待会儿?{_THEN}|"
    f"(?:慢|且慢|慢着|慢点)|(?:别|不|先别)急|(?:回头|晚点|晚些){_THEN}说?|"
    f"缓|没(?:看|定|核)[完过好]?|(?:想|看|考虑|商量|琢磨|斟酌)(?:一?(?:想|看|下|考虑|会儿?))?{_THEN}|(?:缓|放)(?:一?[缓放下]){_THEN}|没想好){_END}"
)
# He goes to look, or asks somebody: that he says of himself, or to do first. 「估值再看看」 is a reason.
_LOOKS = re.compile(
    f"{_OH}(?:我|让我|先|等(?:一?下|一?会儿?)?我?)(?:先|再|还)*"
    f"(?:看|问)(?:一?下(?!来)|看|问|一看|一问)[一-龥]{{0,6}}(?:再说|再定)?{_END}"
)
_SO_FAR = re.compile(f"(?:就|先)?这样{_END}")
_OTHERS = re.compile("客户|对方|[他她]")  # what they said is told, and may be why
_DECISIONS = ("同意", "驳回", "退回", "转交", "委派", "加签", "后加签", "减签", "取回", "抄送")
_HANDED_ON = ("转交", "转给")
_SHORTEST = 2  # 字 of a reason
_NUMBER = re.compile("[ta] ?[0-9]{1,9}[ ,:、]*")
_ROOTS = {"驳回": "驳|拒", "退回": "退(?![休税保还款费])"}
_REFUSES = re.compile(
    f"{_OH}{_SELF}(?:(?:不|没|别)(?:能|想|要|应该|可以|予)*(?:同意|批准?|通过|给批)|不行|待定|撤[回销]|反对|暂?不){_END}"
)
_FINAL = "驳回"  # it cannot be undone
# Without a word of this kind it is hardly why a loan is refused: 「批了吧」, 「再给他一次机会」, 「附件」.
_TELLS_WHY = re.compile(
    "负债|债|流水|征信|逾期|收入|资料|材料|证明|证件|不[足够符合齐全实良明清准行]|过[高低多少大]|太[高低多少大短差]|偏[高低]|[高低差短少]$|缺|"
    "没有|无[^为]|抵押|担保|年龄|名单|诉讼|失信|执行|行业|区域|地区|利率|评估|估值|房|车|经营|执照|营业|公积金|社保|信用|能力|"
    "风险|虚假|假|造|欺诈|查询|政策|条件|准入|资质|额度|产权|户|婚|配偶|拒|欠|冻结|查封|注销|未|法人|股|税|单位|工作|年限|期限|慢|没?通过|不批|不知|打不通|联系不|失联|不在"
)
# What the reason of a refusal may hold, and what may as well be another decision, a slip, a wait, a question or a look
# at something else. A refusal cannot be undone, so it is asked about: that costs one message.
_MAY_BE_ELSE = re.compile(
    "(?<![没不未])(?<![没不未][有能])(?:同意|通过|批准)|退回|打回|^转|转[交给]|委派|加签|抄送|取回|撤[回销]|取消|作废|收回|"
    "错|误(?![差会])|手[抖滑]|改主意|反悔|不是[这那]|[弄搞]反|等(?![额级于值同待])|稍后|晚点|回头|先[放搁]|再[说看想议]|考虑|"
    "没有?问题|可以|能做|给[过批放]|应该放|(?<![不没])(?:很好|不错|优良|值钱|都?齐了?$|都?齐[,。])|[^不没]好$|没有?逾期|不高|不低|"
    "查一下|^让|商量|琢磨|机会|问一?[下问]|开会|打个?电话|想想|待会|一会|[吗?]|什么|啥|怎么|谁|能不能|可不可以|是不是|要不要|"
    "^(?:我的|待办|看一?[下看]|确认|随便|补.{1,3}$|修改|重新?提)|[atl] ?[0-9]"
)


def second_thought(text: str) -> Doubt | None:
    """TAKEN_BACK or WAITS if `text` says that, and nothing that may be a reason; NOTHING if it says nothing at all."""
    clauses = [each for each in _BETWEEN.split(folded(text).casefold()) if each]
    telling = [each for each in clauses if not _ONLY_OH.fullmatch(each) and not _assents(each)]
    if not telling:
        return Doubt.NOTHING
    said, first = [_of_clause(each) for each in telling], telling[0]
    if gives_up(first) or (None not in said and Doubt.TAKEN_BACK in said):
        return Doubt.TAKEN_BACK
    return None if None in said else Doubt.WAITS


def no_reason(text: str, word: str, *, asked: bool = True) -> Doubt | None:
    """What `text`, written as the reason for the decision `word`, was probably meant for instead; None if it is a
    reason. `asked`: it answers the question why, where a mere yes or no is none."""
    plain = folded(text).casefold()
    if asked and (courtesy(text) is not None or agrees(text) or denies(text) or nods(text)):
        return Doubt.NOTHING
    if sum(map(str.isalpha, plain)) < _SHORTEST:  # a number, a sum, a day
        return Doubt.NOTHING
    thought = second_thought(text)
    if thought is not None:
        return thought
    own = next(({key, *also} for key, also in ALSO.items() if word == key or word in also), {word})
    if _NO_REASON.fullmatch(plain.strip()) or (asked and confirms(text, word)):
        return Doubt.NOTHING
    other = any(found["word"] not in own for found in map(_OTHERWISE.fullmatch, _BETWEEN.split(plain)) if found)
    if other or _is_another(plain, own):
        return Doubt.COMMAND
    if word == "同意":
        said_no = _REFUSES.fullmatch(plain.strip()) or _MISTYPED.fullmatch(plain.strip())
        return Doubt.TAKEN_BACK if said_no else None
    doubtful = _MISTYPED.fullmatch(plain.strip()) or _is_about_itself(plain, own) or _asks_for_somebody(plain)
    doubtful = doubtful or plain.rstrip("?。!~ ").endswith("吗")
    final = word == _FINAL and (_MAY_BE_ELSE.search(plain) or not _TELLS_WHY.search(plain))
    return Doubt.UNSURE if doubtful or final else None


def asks(text: str) -> bool:
    """True for what is a question by its end: 「T6 吗」, 「资料齐了吗？」."""
    return _ASKS.search(folded(text)) is not None


def depends(text: str) -> bool:
    """True for a consent that is none yet, or not to this: 「等流水到了」, 「补齐再说」, 「先不放款」, 「或者退回」,
    「转朝鲁」, 「如果征信没问题」, 「只批40万」."""
    return _DEPENDS.search(folded(text)) is not None


def confirms(text: str, word: str) -> bool:
    """True for 「确认」, 「是」, 「确认驳回」 and the like, and nothing beside: the answer to whether something is why
    there is the decision `word`. 「好」 is not sure: it may agree to leave it."""
    said = f"(?:{_CONFIRMED}|yes|{word}|就?是?这?个?原因|[ta] ?[0-9]{{1,9}})"
    mark = "[,。.!~、 了吧啊]*"
    plain = folded(text).casefold()
    found = re.fullmatch(f"(?:(?:嗯+|好的?){mark})?(?:{said}{mark})++", plain)
    return found is not None and re.search(f"{_CONFIRMED}|yes|{word}|原因", plain) is not None


def _asks_for_somebody(plain: str) -> bool:
    """Is it a command with a name right behind it, and nothing else: 「客户张三」?"""
    behind = (plain.removeprefix(word) for word in COMMAND_WORDS if plain.startswith(word))
    return any(not rest.isascii() and looks_like_name(rest) for rest in behind)


def _is_about_itself(plain: str, own: Collection[str]) -> bool:
    """Does it speak of the decision, that it is not to be, or was none: 「这单不驳回了」, 「不能驳回」, 「按到驳回了」?
    「资料不全，驳回」 does not."""
    roots = "|".join([*sorted(own, key=len, reverse=True), *(_ROOTS[each] for each in own if each in _ROOTS)])
    denied = f"[不别没勿甭](?:[有是想要用必应该当能可以会许准得被给把急着再先这个单件])*+(?:{roots})"
    slipped = f"(?:{roots})回?错|[按点碰戳摁](?:到|成|上|了)*+(?:{roots})"
    return re.search(f"{denied}|{slipped}", plain) is not None


def _assents(clause: str) -> bool:
    return courtesy(clause) is not None or agrees(clause) or nods(clause) or _SO_FAR.fullmatch(clause) is not None


def _of_clause(clause: str) -> Doubt | None:
    if gives_up(clause) or clause.startswith("算了") or _NO_MORE.fullmatch(clause) or _NOT_SO.fullmatch(clause):
        return Doubt.TAKEN_BACK
    undecided = is_undecided(clause) and not _OTHERS.search(clause)
    return Doubt.WAITS if undecided or _WAIT.fullmatch(clause) or _LOOKS.fullmatch(clause) else None


def _is_another(plain: str, own: Collection[str]) -> bool:
    """The word of another decision stands first by itself, or behind a number: 「转交 李娜」, 「T72同意」."""
    number = _NUMBER.match(plain)
    rest = plain[number.end() :] if number else plain
    words = [word for key in _DECISIONS for word in (key, *ALSO[key])]
    for word in sorted({*words, *_HANDED_ON}, key=len, reverse=True):
        if not rest.startswith(word):
            continue
        behind = rest[len(word) :]
        apart = number is not None or not behind or not behind[0].isalpha() or behind[0].isascii()
        if apart or word in _HANDED_ON:
            return number is not None or word not in own
    return False
