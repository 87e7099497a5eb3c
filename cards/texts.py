"""Every sentence that answers a verb, written once. A refusal says who or which rule, the number, and what comes next.

Outcomes come from core as values; here they become Chinese. Cards that show more than a sentence are in `cards/views`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import saying
from core.leads import outcomes as lead
from core.leads.pools import Pools
from core.people.policy import Verb
from core.privacy import mask_colleague


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences look up: colleagues' names by number, the pools, and the time of now."""

    names: Mapping[int, str]
    pools: Pools
    now: datetime

    def colleague(self, person_id: int) -> str:
        """A colleague, masked: `王*`."""
        return mask_colleague(self.names.get(person_id, "同事"))

    def pool(self, key: str) -> str:
        """A pool's name; its key if the pool is gone from the configuration."""
        found = self.pools.by_key(key)
        return found.name if found else key


_VERBS = {
    Verb.CHAT: "使用驼铃",
    Verb.SEE_POOL: "查看公海",
    Verb.CLAIM: "领取线索",
    Verb.ADD_LEAD: "录入客户",
    Verb.SEE_LEAD: "查看客户",
    Verb.SEE_PHONE: "查看完整手机号",
    Verb.FOLLOW: "写跟进",
    Verb.RELEASE: "释放线索",
    Verb.TRANSFER: "转移线索",
}


def not_allowed(verb: Verb) -> str:
    """The person's post does not give him this."""
    return f"您的岗位不能{_VERBS[verb]}。如需开通，请联系管理员。"


def refusal(outcome: object, words: Words) -> str | None:
    """The sentence for a refusal on leads, or None if `outcome` is no refusal."""
    match outcome:
        case lead.NotAllowed(verb):
            return not_allowed(verb)
        case lead.NoSuchLead(number):
            return f"没有找到 L{number}，请核对编号；回复 我的客户 查看您名下的线索。"
        case lead.Closed(number):
            return f"L{number} 已结束，不能再操作。"
        case lead.NotYours(number, None):
            return f"L{number} 还在公海，没有归属人；回复 领取 L{number} 即可领取。"
        case lead.NotYours(number, int(owner)):
            return f"L{number} 由 {words.colleague(owner)} 跟进，您不能操作；需要时请与他或主管联系。"
        case _:
            return claim_refusal(outcome, words)


def claim_refusal(outcome: object, words: Words) -> str | None:
    """The sentence for a claim that did not succeed, or None if it did."""
    match outcome:
        case lead.TakenBy(number, owner, since):
            ago = saying.span(words.now - since)
            when = "刚" if ago == "刚刚" else f"{ago}前"
            return f"L{number} {when}被 {words.colleague(owner)} 领走"
        case lead.AlreadyYours(number, _):
            return f"L{number} 已在您名下，无需再领"
        case lead.NotYourPool(number, pool):
            return f"L{number} 在{words.pool(pool)}，不对您的部门开放"
        case lead.LimitReached(_, "daily_claims", pool, used, limit, frees_at):
            scope = f"（{words.pool(pool)}）" if pool else ""
            frees = f"，{saying.at(frees_at, words.now)} 恢复" if frees_at else ""
            return f"今日已领 {used}/{limit}{scope}{frees}"
        case lead.LimitReached(_, _, pool, used, limit, _):
            scope = f"（{words.pool(pool)}）" if pool else ""
            return f"名下已有 {used}/{limit} 条{scope}，释放或办结后可再领"
        case _:
            return None


def added(outcome: lead.Added, name: str, need: str, words: Words) -> str:
    """The answer to 录入 for a new lead."""
    head = f"已录入 L{outcome.lead_id}：{name}，{need}"
    if outcome.owner_id is not None:
        return f"{head}，归您跟进。回复 跟进 L{outcome.lead_id} 内容 记录第一次联系。"
    if outcome.full is not None:
        return f"{head}。{claim_refusal(outcome.full, words)}；线索已放入{words.pool(outcome.pool)}。"
    return f"{head}，已放入{words.pool(outcome.pool)}。"


def already_open(outcome: lead.AlreadyOpen, name: str, department: str | None, mine: bool, words: Words) -> str:
    """The answer to 录入 for a customer who has an open lead: enough to know whom to ask, no more."""
    if mine:
        return f"这位客户已在您名下：L{outcome.lead_id}，本次来访已记上。"
    if outcome.owner_id is None:
        return f"已存在：{name} 在{words.pool(outcome.pool)}，可领取。回复 领取 L{outcome.lead_id}。"
    where = f"{department} " if department else ""
    return f"已存在：{name} · {where}{words.colleague(outcome.owner_id)} 跟进，已提醒对方。"


def logged(outcome: lead.Logged, words: Words) -> str:
    """The answer to a follow-up with everything understood."""
    if outcome.next_contact_at is None:
        return f"已记录 L{outcome.lead_id} 的跟进。未约下次联系；可再发 跟进 L{outcome.lead_id} 明天10点。"
    return f"已记录 L{outcome.lead_id} 的跟进，下次联系 {saying.at(outcome.next_contact_at, words.now)}。"


def ask_time(lead_id: int, phrase: str, why: str) -> str:
    """The question after a follow-up whose next contact time cannot be taken as it stands."""
    return f"L{lead_id} 的跟进已记录，但「{phrase}」{why}。请回复下次联系时间，如 明天10点；回复 不约 则不提醒。"


def ask_time_again(phrase: str, why: str) -> str:
    """The same question, asked again."""
    return f"「{phrase}」{why}。请回复下次联系时间，如 明天10点、下周三下午3点、12-03 14:00；回复 不约 结束。"


def ask_follow_up(lead_id: int, name: str) -> str:
    """The question after 写跟进."""
    return f"请直接发送 L{lead_id}（{name}）的跟进内容，如：意向强，明天10点面谈。回复 取消 退出。"


def ask_reason(lead_id: int, name: str) -> str:
    """The question after 释放."""
    return f"请回复释放 L{lead_id}（{name}）的原因，如：联系不上。回复 取消 保留。"


def released(outcome: lead.Released, words: Words) -> str:
    """The answer to 释放."""
    return f"L{outcome.lead_id} 已释放到{words.pool(outcome.pool)}。"


def transferred(outcome: lead.Transferred, name: str) -> str:
    """The answer to 转移."""
    return f"L{outcome.lead_id} 已转给 {name}，跟进记录一并转移，对方已收到通知。"


def same_owner(outcome: lead.SameOwner, name: str) -> str:
    """The answer to 转移 when nothing changes."""
    return f"L{outcome.lead_id} 本来就归 {name}，无需转移。"


CANCELLED = "已取消。"
NOTHING_OPEN = "现在没有进行中的操作。回复 帮助 查看能做什么。"
BUSY = "处理中，结果稍后送达，请勿重复点击。"
FORGED = "这个按钮无效，请重新发送命令。"
NOT_YOUR_CARD = "这张卡片是发给别人的，您不能操作。"
STALE_CARD = "这张卡片已过期，已为您刷新为最新状态。"
CARD_GONE = "这张卡片太旧了，请重新发送命令，如 公海、我的客户。"
EXPIRED = "您之前的操作因系统中断没有完成，未做任何改动，请重新操作。"
NOT_SUPPORTED = "暂时只能看懂文字和卡片按钮，请发文字，或回复 帮助。"
PICTURE_TAKEN = "图片已收到。目前请用文字记录跟进，如：跟进 L1024 已收到身份证。"
PLACE_TAKEN = "位置已收到。目前请用文字记录跟进，如：跟进 L1024 已上门。"
LATER = "进件功能即将开放，届时会在这里开始。"
TICK_FIRST = "请先勾选要领取的线索，再点领取。"
SAME_NAME = "有多位同事叫 {name}，请写部门，如：转移 L1024 呼和浩特/一部 {name}。"


def failed(error_id: str) -> str:
    """An unknown error: nothing was done; the number is in the log too."""
    return f"系统出了点问题（编号 {error_id}），您的操作没有丢，正在重试；如仍未完成会告诉您。"


def gave_up(error_id: str) -> str:
    """An unknown error that retrying did not mend."""
    return f"您的操作未能完成（编号 {error_id}），没有做任何改动。请稍后重试，或把编号告诉管理员。"


def welcome(name: str) -> str:
    """The greeting when a member first sees the app."""
    return f"{name}，您好，我是驼铃。回复 公海 领取线索，回复 帮助 查看您能做的事。"


def unknown(text: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The answer to words that are no command: the three nearest, each with what it does."""
    lines = [f"没看懂「{saying.plain(text, 20)}」，您是不是想："]
    lines += [f"· {usage}  {about}" for usage, about in nearest]
    return "\n".join([*lines, "回复 帮助 查看全部。"])


def usage(word: str, form: str, example: str) -> str:
    """The answer to a command whose arguments are missing."""
    return f"{word} 的写法：{form}\n例：{example}"


def help_text(name: str, groups: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """帮助: what this person may do, by group."""
    parts = [f"{name}，您可以："]
    for title, commands in groups:
        parts.append(f"【{title}】")
        parts += [f"{form}  {about}" for form, about in commands]
    return "\n".join(parts)


def several(found: Sequence[tuple[int, str, str]]) -> str:
    """Several leads fit the words: number, name and need of each."""
    lines = [f"· 客户 L{number}  {name} {need}" for number, name, need in found]
    return "\n".join(["找到多条，请选一条：", *lines])


NOBODY = "没有找到您能查看的客户。请核对编号、手机号或完整姓名。"
NO_COLLEAGUE = "没有找到同事「{name}」，请写全名，如：转移 L1024 李娜。"
NO_NEXT_CONTACT = "好的，未约下次联系。"
NO_OPEN_POOL = "目前没有对您的部门开放的公海，请联系管理员。"
NO_POOL = "没有叫「{name}」的公海。您可用：{pools}。"
