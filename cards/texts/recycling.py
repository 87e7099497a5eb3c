"""超时回收, 申请延期, 保护: what is said."""

from datetime import datetime
from typing import assert_never

from cards import saying
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.recycling import Lapse

HELPS = {
    Lapse.FIRST_CONTACT: "写一条跟进就算联系过了",
    Lapse.FOLLOW_UP: "写了跟进会重新计时",
    Lapse.APPLICATION: "从接手算起，进件后不收回；写跟进不延后",
    Lapse.DISBURSEMENT: "从接手算起，放款后不收回；写跟进不延后",
    Lapse.SETTLED: "从结清算起；写跟进不延后",
}
"""What keeps a lead from falling by each lapse, and what does not."""

NO_EXTENSION = {
    "not_offered": "公司没有设延期",
    "not_due": "没有规则会收回它，不用延期",
    "nobody": "没有能批准延期的主管或管理员",
}


def asked(outcome: lead.Asked, words: Words) -> str:
    """The answer to 申请延期."""
    at = saying.at(outcome.falls_at, words.now)
    who = words.colleague(outcome.person_id)
    return f"已请 {who} 批准 L{outcome.lead_id} 延期，批复后告诉您。现在的到期时间是 {at}，{HELPS[outcome.lapse]}。"


def decided(outcome: lead.Extended | lead.NotExtended, owner: str, words: Words) -> str:
    """The answer to 同意 or 不同意."""
    if isinstance(outcome, lead.Extended):
        return f"L{outcome.lead_id} 延期到 {saying.at(outcome.until, words.now)}，已告诉 {owner}。"
    return f"没有同意 L{outcome.lead_id} 延期，已告诉 {owner}。"


def protected(outcome: lead.Protected, words: Words) -> str:
    """The answer to 保护."""
    until = saying.at(outcome.until, words.now)
    counted = f"您保护着 {outcome.used}/{outcome.most} 条"
    free = f"回复 取消保护 L{outcome.lead_id} 可提前取消"
    return f"L{outcome.lead_id} 保护到 {until}，到那时以前不会收回。{counted}；{free}。"


def unprotected(outcome: lead.Unprotected) -> str:
    """The answer to 取消保护."""
    if outcome.was:
        return f"L{outcome.lead_id} 不再保护，到期按规则收回。"
    return f"L{outcome.lead_id} 本来就没有保护。"


def reason(
    outcome: lead.NoExtension | lead.NoProtection | lead.AlreadyDecided | lead.NothingToDecide, words: Words
) -> str:
    """Why it was refused, in short."""
    match outcome:
        case lead.NoExtension(number, "asked", person_id=person):
            return f"L{number} 已申请延期，等 {words.colleague(person or 0)} 批复"
        case lead.NoExtension(number, "used_up", used, most):
            return f"L{number} 已延期 {used}/{most} 次，不能再延"
        case lead.NoExtension(number, why):
            return f"L{number} 不能申请延期：{NO_EXTENSION[why]}"
        case lead.NoProtection(number, None):
            return f"L{number} 不能保护：公司没有设保护"
        case lead.NoProtection(number, _, _, datetime() as over):
            return f"L{number} 已保护到期（{saying.at(over, words.now)}），没有新的跟进不能再保护"
        case lead.NoProtection(_, most, used):
            return f"您已保护 {used}/{most} 条"
        case lead.AlreadyDecided(number, person, until):
            by = words.colleague(person)
            until_then = f"同意 L{number} 延期到 {saying.at(until, words.now)}" if until else f"不同意 L{number} 延期"
            return f"{by} 已经答复过：{until_then}"
        case lead.NothingToDecide(number):
            return f"L{number} 不用再批：已换了归属人，或不会收回了" if number else "这个申请已经不在了"
        case _:
            assert_never(outcome)


def next_step(outcome: lead.NoExtension | lead.NoProtection | lead.AlreadyDecided | lead.NothingToDecide) -> str:
    """What the reader can do after it."""
    match outcome:
        case lead.NoExtension(number, lapse=Lapse() as lapse):
            example = f"，如：跟进 L{number} 已约面谈" if lapse.is_met_by_a_follow_up else ""
            return f"{HELPS[lapse]}{example}。"
        case lead.NoProtection(number, over=datetime()):
            return f"写一条跟进就可以再保护，如：跟进 L{number} 已约面谈。"
        case lead.NoProtection(_, int()):
            return "先回复 取消保护 和编号，让出一个名额。"
        case _:
            return ""
