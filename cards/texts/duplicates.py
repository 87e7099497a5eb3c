"""查重: what is said."""

from cards import saying
from cards.texts.refusals import refusal
from cards.texts.words import Words
from core.leads import duplicates as found
from core.leads import outcomes as lead
from core.people.policy import Verb, may
from core.privacy import mask_colleague

CHECK_WHOLE_NUMBER = "查重要写完整的手机号、18 位身份证号或统一社会信用代码，一次查一个，如：查重 13800001111。"
"""The answer to 查重 with something else, or with a part of a number."""


def checked(outcome: found.Found, words: Words) -> str:
    """The answer to 查重: masked, and enough to know whom to ask."""
    match outcome:
        case found.NobodyKnown():
            return f"没有找到{_may_enter(words)}。"
        case found.CameBefore(closed_at):
            when = f"（{saying.day(closed_at, words.now)} 结束）" if closed_at else ""
            return f"曾经来过{when}，现在没有进行中的线索{_may_enter(words)}。"
        case found.OutOfSight(ask):
            whom = f"公海管理员 {'、'.join(map(mask_colleague, ask))}" if ask else "管理员"
            return f"已存在，在不对您开放的公海等待分配。需要时请联系{whom}。"
        case found.InPool():
            return _in_pool(outcome, words)
        case found.InHand():
            return _in_hand(outcome, words)


def _may_enter(words: Words) -> str:
    return "，可以录入" if may(words.reader, Verb.ADD_LEAD) else ""


def _in_hand(outcome: found.InHand, words: Words) -> str:
    kept = f" · 保护至 {saying.day(outcome.protected_until, words.now)}" if outcome.protected_until else ""
    if outcome.owner_id == words.reader.id:
        return f"已存在：{outcome.name} L{outcome.lead_id} 在您名下{kept}。"
    who = f"{outcome.name} L{outcome.lead_id}" if outcome.visible else outcome.name
    return f"已存在：{who} · {outcome.department} {words.colleague(outcome.owner_id)} 跟进{kept}。"


def _in_pool(outcome: found.InPool, words: Words) -> str:
    who = f"{outcome.name} " if outcome.name else ""
    there = f"已存在：{who}在 {words.pool(outcome.pool)}"
    match outcome.stop:
        case None:
            return f"{there}，可领取：回复 领取 L{outcome.lead_id}。"
        case lead.NotAllowed():
            return f"已存在：{who}L{outcome.lead_id} 在 {words.pool(outcome.pool)}，还没有人领取。"
        case _:
            return f"{there}，现在不能领取。{refusal(outcome.stop, words)}"
