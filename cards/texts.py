"""Every sentence that answers a verb, written once. A refusal says which rule or who, the number, when it frees, and
what can be done next.

Outcomes come from core as values; here they become Chinese. Cards that show more than a sentence are in `cards/views`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import saying
from core.leads import outcomes as lead
from core.leads.pools import Pool, Pools
from core.people.policy import Actor, Verb, may
from core.privacy import mask_colleague


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences look up: colleagues' names by number, the pools, the time of now, and who reads them (the next
    step that is offered must be one that this person can take)."""

    names: Mapping[int, str]
    pools: Pools
    now: datetime
    reader: Actor

    def colleague(self, person_id: int) -> str:
        """A colleague, masked: `王*`."""
        return mask_colleague(self.names.get(person_id, "同事"))

    def pool(self, key: str) -> str:
        """A pool's name; its key if the pool is gone from the configuration."""
        found = self.pools.by_key(key)
        return found.name if found else key

    def open_pools(self) -> str:
        """The pools from which the reader may claim: `呼和浩特池、全区池`; empty if there is none."""
        return pool_names(self.pools.open_to(self.reader.department)) if may(self.reader, Verb.CLAIM) else ""


def pool_names(pools: Iterable[Pool]) -> str:
    """`呼和浩特池、全区池`."""
    return "、".join(pool.name for pool in pools)


_ASK_ADMIN = "如需开通，请联系管理员。"
_NOT_ALLOWED = {
    Verb.CHAT: "您的岗位不能使用驼铃。",
    Verb.SEE_POOL: "您的岗位不能查看公海。",
    Verb.CLAIM: "您的岗位不能领取线索。",
    Verb.ADD_LEAD: "您的岗位不能录入客户。",
    Verb.SEE_LEAD: "您的岗位不能查看客户。",
    Verb.SEE_PHONE: "您的岗位不能查看完整手机号。",
    Verb.FOLLOW: "您的岗位名下不带客户，也不写跟进。",
    Verb.RELEASE: "您的岗位不能释放线索。",
    Verb.TRANSFER: "您的岗位不能转移线索。",
}


def not_allowed(verb: Verb) -> str:
    """The person's post does not give him this."""
    return f"{_NOT_ALLOWED[verb]}回复 帮助 看您能做的事；{_ASK_ADMIN}"


def refusal(outcome: object, words: Words) -> str | None:
    """What was refused, why, and what to do next, in full sentences; None if `outcome` is no refusal."""
    if isinstance(outcome, lead.NotAllowed):
        return not_allowed(outcome.verb)
    why = reason(outcome, words)
    return f"{why}。{_next_step(outcome, words)}" if why else None


def reason(outcome: object, words: Words) -> str | None:
    """Why it was refused, in short, as it stands on a card; None if `outcome` is no refusal."""
    match outcome:
        case lead.NotAllowed(verb):
            return _NOT_ALLOWED[verb].removesuffix("。")
        case lead.NoSuchLead(number):
            return f"没有找到 L{number}"
        case lead.Closed(number):
            return f"L{number} 已结束，不能再操作"
        case lead.NotYours(number, None):
            return f"L{number} 在公海，没有归属人"
        case lead.NotYours(number, int(owner)):
            return f"L{number} 由 {words.colleague(owner)} 跟进，您不能操作"
        case lead.TakenBy(number, owner, since):
            ago = saying.since(since, words.now).removesuffix("刚刚") or "刚"
            return f"L{number} {ago}被 {words.colleague(owner)} 领走"
        case lead.AlreadyYours(number, _):
            return f"L{number} 已在您名下，无需再领"
        case lead.NotYourPool(number, pool):
            return f"L{number} 在{words.pool(pool)}，不对您的部门开放"
        case lead.LimitReached():
            return _limit(outcome, words)
        case _:
            return None


def _limit(outcome: lead.LimitReached, words: Words) -> str:
    numbers = f"{outcome.used}/{outcome.limit}"
    scope = f"（{words.pool(outcome.pool)}）" if outcome.pool else ""
    if outcome.frees_at is not None:
        return f"今日已领 {numbers}{scope}，{saying.at(outcome.frees_at, words.now)} 恢复"
    return f"名下已有 {numbers} 条{scope}，释放后可再领"


def _next_step(outcome: object, words: Words) -> str:
    """What the reader can do after a refusal."""
    match outcome:
        case lead.NoSuchLead():
            return "请核对编号，或用手机号、姓名查，如：客户 王小明。"
        case lead.Closed():
            return "客户再有需求时，请重新录入。"
        case lead.NotYours(number, None):
            return f"回复 领取 L{number} 领到名下再操作。" if may(words.reader, Verb.CLAIM) else ""
        case lead.NotYours():
            return "需要时请与对方或主管联系。"
        case lead.TakenBy():
            return "回复 公海 看其他线索。"
        case lead.AlreadyYours(number, _):
            return f"回复 客户 L{number} 查看。"
        case lead.NotYourPool() if words.open_pools():
            return f"您可领取的：{words.open_pools()}。"
        case lead.LimitReached():
            return "回复 我的客户 先看手上的。"
        case _:
            return ""


def added(outcome: lead.Added, name: str, need: str, words: Words) -> str:
    """The answer to 录入 for a new lead."""
    head = f"已录入 L{outcome.lead_id}：{name}，{need}"
    if outcome.owner_id is not None:
        return f"{head}，归您跟进。"
    if outcome.full is not None:
        return f"{head}，已放入{words.pool(outcome.pool)}，没有归到您名下：{reason(outcome.full, words)}。"
    return f"{head}，已放入{words.pool(outcome.pool)}。"


def already_open(
    outcome: lead.AlreadyOpen, name: str, department: str | None, words: Words, *, other_name: bool = False
) -> str:
    """The answer to 录入 for a customer who has an open lead: enough to know whom to ask, no more. `name` is the
    stored one, masked; `other_name`: what was typed differs from it."""
    who = f"{name}（登记的姓名与您写的不同）" if other_name else f"{name} "
    if outcome.owner_id == words.reader.id:
        return f"这位客户已在您名下：L{outcome.lead_id}，本次来访已记上。"
    if outcome.owner_id is None:
        return f"已存在：{who}在{words.pool(outcome.pool)}，本次来访已记上。{_how_to_claim(outcome, words)}"
    where = f"{department} " if department else ""
    return f"已存在：{who}· {where}{words.colleague(outcome.owner_id)} 跟进，已提醒对方。"


def _how_to_claim(outcome: lead.AlreadyOpen, words: Words) -> str:
    if not may(words.reader, Verb.CLAIM):
        return ""
    pool = words.pools.by_key(outcome.pool)
    if pool is None or not pool.is_open_to(words.reader.department):
        return "该公海不对您的部门开放。"
    return f"回复 领取 L{outcome.lead_id} 即可领取。"


def logged(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up in which a next contact time was understood, or which names none."""
    if outcome.next_contact_at is None:
        return f"已记录 L{outcome.lead_id} 的跟进，未约下次联系。要约的话，如：跟进 L{outcome.lead_id} 明天10点。"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系 {saying.at(outcome.next_contact_at, words.now)}。"


def logged_as_agreed(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up that names no new time, while an earlier agreed one is still ahead."""
    when = saying.at(outcome.next_contact_at, words.now) if outcome.next_contact_at else "未约"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系仍是 {when}。"


def ask_time(lead_id: int, phrase: str, why: str) -> str:
    """The question after a follow-up whose next contact time cannot be taken as it stands."""
    return f"L{lead_id} 的跟进已记录，但「{phrase}」{_ended(why)}请回复下次联系时间，如 明天10点；没有就回复 不约。"


def ask_time_after_report(lead_id: int) -> str:
    """The question after a follow-up that only tells of what has been."""
    return f"L{lead_id} 的跟进已记录。下次什么时候联系？请回复时间，如 明天10点；没有就回复 不约。"


def ask_time_again(phrase: str, why: str) -> str:
    """The same question, asked again."""
    said = saying.plain(phrase, 20)
    return f"「{said}」{_ended(why)}请回复下次联系时间，如 明天10点、下周三下午3点、12-03 14:00；回复 不约 结束。"


def leave_time(lead_id: int) -> str:
    """The question for the time was asked often enough: what stands, and how to go on."""
    return f"好的，L{lead_id} 的跟进已记录，先不约下次联系。想好了再发，如：跟进 L{lead_id} 明天10点。"


def _ended(why: str) -> str:
    """`why` with the mark that a sentence of its kind ends with."""
    asks = not why.startswith("没说") and any(word in why for word in ("还是", "哪", "吗"))
    return f"{why}{'？' if asks else '。'}"


def ask_follow_up(lead_id: int, name: str) -> str:
    """The question after 写跟进."""
    return f"请直接发送 L{lead_id}（{name}）的跟进内容，如：意向强，明天10点面谈。回复 取消 退出。"


def ask_reason(lead_id: int, name: str) -> str:
    """The question after 释放."""
    return f"请回复释放 L{lead_id}（{name}）的原因，如：联系不上。回复 取消 保留。"


def ask_reason_again(lead_id: int) -> str:
    """The question after a reason that may have been meant for something else."""
    return f"还没有释放 L{lead_id}。确认释放请回复 确认，并写原因，如：确认 联系不上；不释放回复 取消。"


def still_asked(lead_id: int, kind: str) -> str:
    """Said after a command that came between a question and its answer, so that no later message is taken amiss."""
    what = {"follow_up": "跟进内容", "next_contact": "下次联系时间", "release_reason": "释放原因"}[kind]
    return f"还在等 L{lead_id} 的{what}，直接回复即可；回复 取消 退出。"


def released(outcome: lead.Released, words: Words) -> str:
    """The answer to 释放."""
    return f"L{outcome.lead_id} 已释放到{words.pool(outcome.pool)}。"


def transferred(outcome: lead.Transferred, name: str) -> str:
    """The answer to 转移."""
    return f"L{outcome.lead_id} 已转给 {name}，跟进记录一并转移，对方会收到通知。"


def same_owner(outcome: lead.SameOwner, name: str) -> str:
    """The answer to 转移 when nothing changes; `name` is empty for the reader himself."""
    return f"L{outcome.lead_id} 本来就归{f' {name}' if name else '您'}，无需转移。"


def cannot_receive(name: str) -> str:
    """The answer to 转移 to somebody whose post does not work leads."""
    return f"{name} 的岗位不跟进客户，不能接收线索。请转给客户经理。"


def no_colleague(lead_id: int, name: str) -> str:
    """The answer to 转移 to a name that nobody here has; a leaver's name is one too."""
    return f"没有找到在职同事「{saying.plain(name, 20)}」，请写全名，如：转移 L{lead_id} 李娜。"


def same_name(lead_id: int, name: str, departments: Sequence[str]) -> str:
    """The answer to 转移 to a name that several have."""
    where = "、".join(dict.fromkeys(departments))
    return f"有 {len(departments)} 位同事叫 {name}：{where}。请写上部门，如：转移 L{lead_id} {departments[0]} {name}。"


def no_pool(name: str, pool: Pool | None, open_pools: Sequence[Pool]) -> str:
    """The answer to 公海 with a name that is no pool, or one that is not open to the person."""
    if not open_pools:
        return "目前没有对您的部门开放的公海，请联系管理员。"
    why = f"{pool.name}不对您的部门开放。" if pool else f"没有叫「{saying.plain(name, 20)}」的公海。"
    return f"{why}您可以看：{pool_names(open_pools)}。例如回复 公海 {open_pools[-1].name}。"


def nobody(reader: Actor) -> str:
    """The answer to 客户 with words that fit nobody the person may see: not there and not allowed sound the same."""
    new = "新客户请这样录入：录入 姓名 手机号 需求。" if may(reader, Verb.ADD_LEAD) else ""
    return f"没有找到您能查看的客户。请核对编号、手机号或完整姓名。{new}"


def too_many(most: int) -> str:
    """The answer to 领取 with too many numbers."""
    return f"一次最多领取 {most} 条，请分几次发，如：领取 L1024 L1025。"


CANCELLED = "好的，已退出。"
NOTHING_OPEN = "现在没有进行中的操作。回复 帮助 查看能做什么。"
KEPT = "好的，没有释放，线索仍在原归属人名下。"
BUSY = "处理中，结果稍后送达，请勿重复点击。"
FORGED = "这个按钮无效，请重新发送命令，如 帮助。"
NOT_YOUR_CARD = "这张卡片是发给别人的，您不能操作。回复 帮助 看您能做的事。"
STALE_CARD = "这张卡片已过期，已为您刷新为最新状态。"
CARD_GONE = "这张卡片太旧了，请重新发送命令，如 公海、我的客户。"
EXPIRED = "您之前的操作因系统中断没有完成，未做任何改动，请重新操作。"
NOT_SUPPORTED = "暂时只能看懂文字和卡片按钮，请发文字，或回复 帮助。"
PICTURE_TAKEN = "图片看到了，但目前还不能存档。请用文字记录，如：跟进 L1024 已收到身份证。"
PLACE_TAKEN = "位置看到了，但目前还不能存档。请用文字记录，如：跟进 L1024 已上门。"
LATER = "进件功能即将开放，届时会在这里开始。"
TICK_FIRST = "请先勾选要领取的线索，再点领取。"
NO_NEXT_CONTACT = "好的，未约下次联系。"


def failed(error_id: str) -> str:
    """An unknown error: nothing was done; the number is in the log too."""
    return f"系统出了点问题（编号 {error_id}），您的操作没有丢，正在重试；如仍未完成会告诉您。"


def gave_up(error_id: str) -> str:
    """An unknown error that retrying did not mend."""
    return f"您的操作未能完成（编号 {error_id}），没有做任何改动。请稍后重试，或把编号告诉管理员。"


def welcome(name: str) -> str:
    """The greeting when a member first sees the app."""
    return f"{name}，您好，我是驼铃，您的客户助手。回复 帮助 查看您能做的事。"


def unknown(text: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The answer to words that are no command: the three nearest, each with what it does."""
    said = saying.plain(text, 20)
    head = f"没看懂「{said}」，您是不是想：" if said else "没看到文字，您是不是想："
    lines = [f"· {usage}  {about}" for usage, about in nearest]
    return "\n".join([head, *lines, "回复 帮助 查看全部。"])


def usage(word: str, form: str, example: str) -> str:
    """The answer to a command whose arguments are missing or not understood."""
    return f"{word} 请这样发：{form}\n例如：{example}"


def help_text(name: str, groups: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """帮助: what this person may do, by group."""
    parts = [f"{name}，您可以："]
    for title, commands in groups:
        parts.append(f"【{title}】")
        parts += [f"{form} {about}" for form, about in commands]
    return "\n".join(parts)


NEVER_KEPT = {
    "secret": "请不要发送密码、CVV 或验证码。这条消息没有保存，也没有处理；请撤回它，去掉后再发。",
    "bank_card": "请不要发送银行卡号。这条消息没有保存，也没有处理；请撤回它，去掉后再发。",
}
