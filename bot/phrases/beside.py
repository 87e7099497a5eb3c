"""What stands beside all that a typed command needs. It is not kept, so it must not say that the rest is not so: what
is more than a filler is asked about, never left out in silence."""

import re

from bot.phrases.numbers import folded

_HOW = "转账|转|打款|付款|付|微信|支付宝|现金|银行卡|银行|对公|自动|扣款|扣了|扣"
_WHAT = "还款|还了|还|到账|月供|本金|利息|部分|提前|延期|延后|宽限|同意"
_AWAY = "休假|休息|请假|年假|病假|婚假|产假|事假|休|出差|外出|开会|期间|起|开始|为止|截止|止"
# What may stand beside a sum and its day, and beside a stretch of days.
_FILLER = re.compile(rf"(?:[了的吧啊呢哦嗯呀~,、。.!:;()\s]|客户|他|她|我|已经|已|都|{_HOW}|{_WHAT}|{_AWAY})*+")
_MORE = re.compile(r"没错|不变|不用(?:通知|告诉|提醒)\S*")
_SHORT = {"转交": "转", "委派": "问|派", "前加签": "加", "加签": "加", "后加签": "加", "抄送": "送|抄"}
_CLAUSES = re.compile(r"[,。;!?、~\s.]+")
_LEAD = "(?:先|还是|就|暂时?|我|那|再)*+"


def told_beside(text: str) -> str:
    """The words of `text`, which stand beside what was understood, if they are more than fillers (「微信转的」); else
    nothing."""
    plain = folded(text).strip(" ,、。.!")
    return "" if _FILLER.fullmatch(plain) or _MORE.fullmatch(plain) else plain


def wants_it_not(text: str, word: str) -> bool:
    """Behind the colleagues of the decision `word`: is it not to be after all, as 「先不转」, 「还是不问了」 say? What
    else stands there is why: 「不会办公积金贷款」, 「额度别加了，请看」."""
    roots = f"{word}|{_SHORT[word]}" if word in _SHORT else word
    says_no = re.compile(f"{_LEAD}[不别](?:想|要|用|再|必)*+(?:{roots})[给他她]*[了吧啦啊呢呀哈]*")
    clauses = [each for each in _CLAUSES.split(folded(text).casefold()) if each]
    return bool(clauses) and says_no.fullmatch(clauses[0]) is not None
