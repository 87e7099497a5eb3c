"""What stands beside all that a typed command needs. It is not kept, so it must not say that the rest is not so: what
is more than a filler is asked about, never left out in silence."""

import re
from enum import Enum

from bot.phrases.numbers import folded

_ANY = r"[了的吧啊呢哦嗯呀~,、。.!:;()\s]|客户|他|她"
_HOW = "转账|转|打款|付款|付|微信|支付宝|现金|银行卡|银行|对公|自动|扣款|扣了|扣"
_PAID = "我|已经|已|都|还款|还了|还|到账|月供|本金|利息|部分|提前"
_LENT = "我|已经|已|都|放款|放了|放|打款|打了|实际|全部|全额|足额|共|到账|办完|完成|转账|银行|对公|金额|日期"
_AGREED = "延期|延后|宽限|银行|同意|还款"
_AWAY = "我|休假|休息|请假|年假|病假|婚假|产假|事假|休|出差|外出|开会|期间|为止|截止|止"


class Filler(Enum):
    """The words that say nothing beside: a sum that was paid and its day, the same of a payout, days of grace, a period
    of leave, and a repayment that is taken back."""

    PAID = re.compile(rf"(?:{_ANY}|{_PAID}|{_HOW})*+")
    LENT = re.compile(rf"(?:{_ANY}|{_LENT})*+")
    GRACE = re.compile(rf"(?:{_ANY}|{_AGREED})*+")
    AWAY = re.compile(rf"(?:{_ANY}|{_AWAY})*+")
    NONE = re.compile(rf"(?:{_ANY})*+")


_MORE = re.compile(r"没错|不变|不用(?:通知|告诉|提醒)[我他她你们]*了?")
_NOT_DONE = re.compile(
    "[没未不]有?[签办做完弄放谈定来到同肯愿想要]|再想想|再说|待[签放定]|预计|明天|后天|下周|失败|取消"
)
_SHORT = {"转交": "转", "委派": "问|派", "前加签": "加", "加签": "加", "后加签": "加", "减签": "减", "抄送": "送|抄"}
_CLAUSES = re.compile(r"[,。;!?、~\s.]+")
_LEAD = "(?:先|还是|就|暂时?|我|那|再)*+"
_MYSELF = re.compile(
    "(?:还是|就|我看|那)*+我(?:自己)?(?:来|办|处理|看|审|批)[吧了啊呢]*|没必要.{0,6}|不是[他她][吧了啊]*|不用了?"
)


def told_beside(text: str, filler: Filler) -> str:
    """The words of `text`, which stand beside what was understood, if they are more than fillers (「微信转的」); else
    nothing."""
    plain = folded(text).strip(" ,、。.!")
    return "" if filler.value.fullmatch(plain) or _MORE.fullmatch(plain) else plain


def says_not_done(text: str) -> bool:
    """Does a remark beside what is said to be done say that it is not: 「合同还没签」, 「客户不签了」, 「再想想」?"""
    return _NOT_DONE.search(folded(text)) is not None


def wants_it_not(text: str, word: str) -> bool:
    """Behind the colleagues of the decision `word`: is it not to be after all, as 「先不转」, 「还是我来吧」 say? What
    else stands there is why: 「不会办公积金贷款」, 「额度别加了，请看」."""
    roots = f"{word}|{_SHORT[word]}" if word in _SHORT else word
    says_no = re.compile(f"{_LEAD}[不别](?:想|要|用|再|必)*+(?:{roots})[给他她]*[了吧啦啊呢呀哈]*")
    clauses = [each for each in _CLAUSES.split(folded(text).casefold()) if each]
    return bool(clauses) and any(each.fullmatch(clauses[0]) for each in (says_no, _MYSELF))
