"""Why something was refused, by which rule or by whom, when it frees, and what can be done next."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from cards import saying
from cards.texts import recycling
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.whole import Lead360
from core.people.policy import Verb, may

_ASK_ADMIN = "如需开通，请联系管理员。"
_NOT_ALLOWED = {
    Verb.CHAT: "您的岗位不能使用驼铃。",
    Verb.SEE_POOL: "您的岗位不能查看公海。",
    Verb.CLAIM: "您的岗位不能领取线索。",
    Verb.ADD_LEAD: "您的岗位不能录入客户。",
    Verb.CHECK: "您的岗位不能查重。",
    Verb.SEE_LEAD: "您的岗位不能查看客户。",
    Verb.SEE_PHONE: "您的岗位不能查看完整手机号。",
    Verb.REVEAL: "您的岗位不能查看完整手机号。",
    Verb.FOLLOW: "您的岗位名下不带客户，也不写跟进。",
    Verb.ATTACH: "您的岗位名下不带客户，不存附件。",
    Verb.SEE_MEDIA: "您的岗位不能查看附件。",
    Verb.COMMENT: "您的岗位不能评论客户。",
    Verb.RELEASE: "您的岗位不能释放线索。",
    Verb.TRANSFER: "您的岗位不能转移线索。",
    Verb.PROTECT: "您的岗位名下不带客户，不用保护。",
    Verb.EXTEND: "您的岗位不能批准延期。",
    Verb.MERGE: "您的岗位不能合并客户。",
    Verb.ADD_PHONE: "您的岗位不能补客户的手机号。",
    Verb.EXPLAIN: "您的岗位不能查看分配原因。",
    Verb.SEE_QUEUE: "您的岗位不能查看分配队列。",
    Verb.HAND_OVER: "您的岗位不能办理离职交接。",
    Verb.MARK: "您的岗位不能改等级和标签。",
    Verb.SEGMENT: "您的岗位不能挑选客户。",
    Verb.CARE: "您的岗位不能发起关怀。",
    Verb.APPLY: "您的岗位不能办理进件。",
    Verb.WORK_TASKS: "您的岗位不处理待办。",
    Verb.SEE_APPLICATION: "您的岗位不能查看进件。",
    Verb.REPAY: "您的岗位不记还款。",
    Verb.SEE_WAITING: "您的岗位不能查看进件卡在哪里。",
    Verb.SEE_REPORT: "您的岗位不能查看报告的内容。",
    Verb.SEE_BOARD: "您的岗位不看报表。",
    Verb.EXPORT: "您的岗位不能导出。",
    Verb.PERMIT_EXPORT: "您的岗位不能批准这份导出。",
}


def not_allowed(verb: Verb) -> str:
    """The person's post does not give him this."""
    return f"{_NOT_ALLOWED[verb]}回复 帮助 看您能做的事；{_ASK_ADMIN}"


def refusal(outcome: lead.Refusal, words: Words) -> str:
    """What was refused, why, and what to do next, in full sentences."""
    if isinstance(outcome, lead.NotAllowed):
        return not_allowed(outcome.verb)
    return f"{reason(outcome, words)}。{_next_step(outcome, words)}"


def reason(outcome: lead.Refusal, words: Words) -> str:
    """Why it was refused, in short, as it stands on a card."""
    match outcome:
        case lead.NotAllowed(verb):
            return _NOT_ALLOWED[verb].removesuffix("。")
        case lead.NoSuchLead(number):
            return f"没有找到 L{number}"
        case lead.Closed(number):
            return f"L{number} 已结束，不能再操作"
        case lead.AtWork(number):
            return f"L{number} 有进件或贷款在办，不能放回公海"
        case lead.NotYours(number, owner):
            in_pool = f"L{number} 在公海，没有归属人"
            return in_pool if owner is None else f"L{number} 由 {words.colleague(owner)} 跟进，您不能操作"
        case lead.TakenBy(number, owner, claimed=False):
            return f"L{number} 由 {words.colleague(owner)} 跟进"
        case lead.TakenBy(number, owner, since):
            ago = saying.since(since, words.now).removesuffix("刚刚") or "刚"
            return f"L{number} {ago}被 {words.colleague(owner)} 领走"
        case lead.AlreadyYours(number, _):
            return f"L{number} 已在您名下，无需再领"
        case lead.NotYourPool(number, pool) if words.pools.by_key(pool) is None:
            return f"L{number} 所在的公海已停用，不能领取"
        case lead.NotYourPool(number, pool) if _is_assigned(pool, words):
            return f"L{number} 在{words.pool(pool)}，那里的线索由管理员分配，不能自己领取"
        case lead.NotYourPool(number, pool):
            return f"L{number} 在{words.pool(pool)}，不对您的部门开放"
        case lead.Frozen(number, pool, hours, frees_at):
            when = saying.at(frees_at, words.now)
            return f"L{number} 刚放入{words.pool(pool)}，满 {saying.hours(hours)} 才能领，{when} 开放"
        case lead.CoolingDown(number, pool, since, hours, frees_at):
            left, when = saying.at(since, words.now), saying.at(frees_at, words.now)
            rule = f"{words.pool(pool)}规定 {saying.hours(hours)} 内不能再领"
            return f"L{number} {left} 以前在您名下，{rule}，{when} 恢复"
        case lead.NotAMember(number, pool, person):
            return f"L{number} 在{words.pool(pool)}，{words.colleague(person)} 不在这个公海的成员里"
        case lead.PhoneAfterClaim(number, pool):
            return f"L{number} 在{words.pool(pool)}，完整手机号领取后可见"
        case lead.NoPhoneYet(number):
            return f"L{number} 还没有手机号"
        case lead.HasPhone(number):
            return f"L{number} 已经有手机号，不能改成另一个"
        case lead.PhoneElsewhere(number):
            return f"这个手机号是另一位客户的，L{number} 正在办理，不能自动合并"
        case lead.NoRoom(number, person, limit):
            return f"{words.colleague(person)} {held(limit, words)}，不能再接 L{number}"
        case lead.LimitReached():
            return _limit(outcome, words)
        case lead.NoExtension() | lead.NoProtection() | lead.AlreadyDecided() | lead.NothingToDecide():
            return recycling.reason(outcome, words)
        case _:
            assert_never(outcome)


def reasons(outcomes: Iterable[lead.ClaimOutcome], words: Words) -> list[str]:
    """Why those of several claims that failed did, each with its number. What stopped several is said once."""
    told: dict[str, list[lead.ClaimRefusal]] = {}
    for outcome in outcomes:
        if not isinstance(outcome, lead.Claimed):
            told.setdefault(reason(outcome, words), []).append(outcome)
    return [_stopped(why, stopped) for why, stopped in told.items()]


def _stopped(why: str, stopped: Sequence[lead.ClaimRefusal]) -> str:
    """A limit's sentence names no lead by itself."""
    numbers = [f"L{outcome.lead_id}" for outcome in stopped if isinstance(outcome, lead.LimitReached)]
    return f"{'、'.join(numbers)} 未领：{why}" if numbers else why


def standing(number: int, seen: Lead360 | None, words: Words) -> str:
    """Said to who looks again at a lead: who has it, and why it can only be looked at. `seen` None: not even that."""
    if seen is None:
        return f"L{number} 不在您可查看的范围内，可能已放回公海或转给别的部门。回复 帮助 看您能做的事。"
    if not seen.only_looked_at:
        return f"L{number} 的卡片已刷新，可点卡片上的按钮操作。"
    if not seen.open:
        return refusal(lead.Closed(number), words)
    if seen.owner_id is not None:
        return f"L{number} 由 {seen.owner} 跟进，您只能查看。需要处理时，请与对方或主管联系。"
    if seen.opens is not None:
        return refusal(seen.opens, words)
    if seen.pool is None or may(words.reader, Verb.CLAIM):
        return refusal(lead.NotYourPool(number, seen.pool.key if seen.pool else ""), words)
    return f"L{number} 在{seen.pool.name}，还没有人领取。{_NOT_ALLOWED[Verb.CLAIM]}"


def _limit(outcome: lead.LimitReached, words: Words) -> str:
    match outcome.rule:
        case "daily_claims":
            frees = f"，{saying.at(outcome.frees_at, words.now)} 恢复" if outcome.frees_at else ""
            return f"今日已领 {outcome.used}/{outcome.limit}{_scope(outcome, words)}{frees}"
        case "daily_reveals":
            frees = f"，{saying.at(outcome.frees_at, words.now)} 恢复" if outcome.frees_at else ""
            return f"今日已看电话 {outcome.used}/{outcome.limit}{_scope(outcome, words)}{frees}"
        case "daily_checks":
            frees = f"，{saying.at(outcome.frees_at, words.now)} 恢复" if outcome.frees_at else ""
            return f"今日已查重 {outcome.used}/{outcome.limit} 个号码{frees}"
        case "daily_media":
            frees = f"，{saying.at(outcome.frees_at, words.now)} 恢复" if outcome.frees_at else ""
            return f"今日已发附件 {outcome.used}/{outcome.limit} 个，这个没有保存{frees}"
        case "holding":
            over = "，多出的不会收走" if outcome.used > outcome.limit else ""
            return f"{held(outcome, words)}{over}，释放后可再领"
        case _:
            assert_never(outcome.rule)


def held(limit: lead.LimitReached, words: Words) -> str:
    """How many somebody has, and how many he may have: `名下已有 80/80 条（初级）`. Of whom, and what of it, is said
    around it."""
    return f"名下已有 {limit.used}/{limit.limit} 条{_scope(limit, words)}"


def _scope(limit: lead.LimitReached, words: Words) -> str:
    whose = words.pool(limit.pool) if limit.pool else limit.whose
    return f"（{whose}）" if whose else ""


def _is_assigned(key: str, words: Words) -> bool:
    pool = words.pools.by_key(key)
    return pool is not None and pool.assign_only and pool.has_member(words.reader)


def _next_step(outcome: lead.Refusal, words: Words) -> str:
    """What the reader can do after a refusal."""
    match outcome:
        case lead.NoSuchLead():
            return "请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"
        case lead.Closed():
            return "客户再有需求时，请重新录入。"
        case lead.NotYours(number, None):
            return f"回复 领取 L{number} 领到名下再操作。" if may(words.reader, Verb.CLAIM) else ""
        case lead.NotAMember():
            return "请转给公海的成员，或请管理员在 pools.yaml 里加上他。"
        case lead.NoExtension() | lead.NoProtection() | lead.AlreadyDecided() | lead.NothingToDecide():
            return recycling.next_step(outcome)
        case lead.NoRoom():
            return "请转给别的同事，或等对方释放一些。"
        case lead.AtWork(number):
            return f"不做了请先 撤回、放弃进件；要交给同事请发 转移 L{number} 姓名。"
        case lead.NotYours():
            return "需要时请与对方或主管联系。"
        case lead.TakenBy() | lead.Frozen() | lead.CoolingDown():
            return "回复 公海 看其他线索。"
        case lead.NotYourPool(_, pool) if _is_assigned(pool, words):
            return "需要时请联系管理员分给您。"
        case lead.AlreadyYours(number, _):
            return f"回复 客户 L{number} 查看。"
        case lead.NotYourPool(_, pool) if words.pools.by_key(pool) is None:
            return "需要时请联系管理员转给您。" if may(words.reader, Verb.FOLLOW) else "请联系管理员。"
        case lead.NotYourPool() if words.pools_to_claim_from():
            return f"您可领取的：{words.pools_to_claim_from()}。"
        case lead.PhoneAfterClaim(number, _):
            return f"回复 领取 L{number} 即可看到。" if may(words.reader, Verb.CLAIM) else ""
        case lead.NoPhoneYet(number, mine=True):
            return f"问到后请回复 补手机 L{number} 手机号。"
        case lead.HasPhone():
            return "客户换了号码的，请写进跟进。"
        case lead.PhoneElsewhere():
            return "请主管核对后用 合并客户 处理。"
        case lead.LimitReached(rule="daily_reveals" | "daily_checks" | "daily_media"):
            return "需要更多时请联系管理员。"
        case lead.LimitReached():
            return "回复 我的客户 先看手上的。"
        case _:
            return ""
