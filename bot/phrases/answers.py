"""Short answers to a question: yes and no, that somebody gives it up, that nothing was agreed, or is no longer."""

import re

from bot.phrases.numbers import folded

_END = r"[。.!~ 吧了啊呢吗的啦呀哦哈]*+"
# Each row is taken whole (`++`): a long one must not be read in all the ways in which it can be cut.
_YES = re.compile(f"(?:(?:是|对|嗯|好|行|可以|没错|确认|确定|ok|就是|就这样|就这个(?:时间)?){_END},?)++")
_NO = re.compile(f"(?:不是|不对|不行|不|否|错|no){_END}")
_UNCHANGED = re.compile(f"(?:就|还是|还|仍|保持)*(?:不变|不改|照旧|照常|按原来|按原定|原来|原计划|原时间){_END}")
_OH = "(?:(?:哎|唉|诶|欸|啊|呀|哦|噢|额|呃|不好意思|抱歉|对不起)[,!。~ ]*+)*+"
_MISTAKEN = "[点按]错了?(?:一个)?(?:人|键|按钮|地方|卡片?|单子?|客户|进件|待办)?|手滑|手误|误[点触]|误操作|反悔"
_NOT_DECIDED = "(?:不|别)(?:想|要|用|急着)?(?:驳回|退回|打回|拒绝|转交|委派|加签|减签|抄送)"
_GIVEN_UP = re.compile(
    f"{_OH}(?:(?:先|还是|那|就|我|刚才|刚刚)*+"
    f"(?:取消|算了|退出|不写|不记|不释放|不放|保留|{_MISTAKEN}|{_NOT_DECIDED}){_END},?)++"
)
_NO_MORE = (
    "不(?:用|再|需要|必)?(?:再)?(?:约|联系|跟进?)|别(?:再)?(?:约|联系|打)|"
    "(?:取消|推掉|撤销)(?:了)?(?:这次|下次)?的?(?:预约|约定|约会|约|面谈|见面|联系|回访)|"
    "(?:预约|约定|约|面谈|见面)(?:取消|推掉|作废)"
)
_NOTHING_AGREED = re.compile(
    f"(?:先|暂时?|暂且|还)?(?:{_NO_MORE}|没约|未约|不用|不需要|不提醒|没有|无|没|不定|没定|未定|待定){_END}"
)
_CALLED_OFF = re.compile(
    f"(?:客户|对方|[他她]|[他她]说|说|让|先|暂时?|暂且|以后|今后|都|也|就)*(?:{_NO_MORE})(?:他|她|客户)?{_END}"
)
_UNDECIDED = re.compile(
    "(?:我|他|她|客户|还|也|都|现在|暂时|目前|这个|真|就)*(?:"
    "不(?:知道|清楚|确定|好说|一定)|没(?:想好|定下来|考虑好|商量好)|说不[准好清]|[看视]情况|再(?:看|说)|到时候?再?(?:看|说)|"
    f"等(?:他|她|客户)?(?:通知|消息|电话|回话))(?:再说|再看|再定|呢)?{_END}"
)
_NOT_KEPT = re.compile(f"(?:都|全部?|先|这个|图片|文件|附件)*(?:不用|不要|不需要|不必|不|别)再?(?:保存|存){_END}")
_PICTURE_OF_YES = re.compile(r"(?:[👌👍🆗✅☑✔]|\[(?:ok|强|好的)\])+", re.IGNORECASE)
_SHADES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_CLAUSE_END = re.compile(r"[,。;!?、~\s]+")


def agrees(text: str) -> bool:
    """True for 「是」, 「对的」, 「好」, 「ok」 and the like, and nothing beside."""
    return _YES.fullmatch(folded(text).casefold()) is not None


def nods(text: str) -> bool:
    """True for 「👌」, `[OK]` and the like, and nothing beside."""
    return _PICTURE_OF_YES.fullmatch(_SHADES.sub("", folded(text))) is not None


def is_undecided(text: str) -> bool:
    """True for 「不知道」, 「还没想好」, 「看情况」 and the like: an answer to the question when."""
    return _UNDECIDED.fullmatch(folded(text)) is not None


def denies(text: str) -> bool:
    """True for 「不是」, 「不对」 and the like, and nothing beside."""
    return _NO.fullmatch(folded(text).casefold()) is not None


def wants_nothing_kept(text: str) -> bool:
    """True for 「不用保存」, 「不存了」 and the like, and nothing beside: the answer to where a file belongs."""
    return _NOT_KEPT.fullmatch(folded(text)) is not None


def leaves_unchanged(text: str) -> bool:
    """True for 「不变」, 「照旧」, 「还是原来的」 and the like, and nothing beside."""
    return _UNCHANGED.fullmatch(folded(text)) is not None


def gives_up(text: str) -> bool:
    """True for 「取消吧」, 「算了」, 「不释放了」 and the like, with nothing beside it that is to be kept."""
    return _GIVEN_UP.fullmatch(folded(text)) is not None


def agrees_nothing(text: str) -> bool:
    """True for 「不约」, 「暂时不用」, 「没约」 and the like, and nothing beside: the answer to the question when."""
    return _NOTHING_AGREED.fullmatch(folded(text)) is not None


def calls_off(text: str) -> bool:
    """True for a follow-up with a clause like 「不约」, 「取消约」, 「以后不再联系」: what was agreed is off."""
    return any(_CALLED_OFF.fullmatch(clause) for clause in _CLAUSE_END.split(folded(text)) if clause)
