"""录入, 客户, 释放, 转移: what is said."""

from collections.abc import Sequence

from cards import saying
from cards.texts.refusals import reason, refusal
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.intake import NewLead
from core.people.policy import Actor, Verb, may
from core.privacy import mask_credit_code, mask_id_number, mask_phone

_SUGGESTED = 60  # so much of what was typed is put into a command to send
_NOTE_SAID = 200  # of a longer note so much is said back; the card shows its beginning, the rest is kept


def added(
    outcome: lead.Added,
    new: NewLead,
    words: Words,
    *,
    loose: str = "",
    called: str = "",
    unread: Sequence[str] = (),
    beside_name: str = "",
) -> str:
    """The answer to 录入 for a new lead: each thing as it was understood, so that a slip is seen at once, and what was
    not. `loose` are the words of an amount, `called` those of a product that say something else than it; `unread` those
    that may have meant an amount, `beside_name` those that may have belonged to the name."""
    lines = [
        f"已录入 L{outcome.lead_id}，{_where(outcome, words)}。",
        f"{'，'.join(_understood(new, loose, called))}。",
    ]
    lines += [f"备注：{saying.plain(new.note, _NOTE_SAID)}"] if new.note else []
    lines += [f"「{saying.plain(beside_name, 20)}」没有算进姓名，只记在备注里。"] if beside_name else []
    lines += [_not_understood(outcome, new, unread, words)]
    return "\n".join(filter(None, lines))


def not_agreed(phrase: str, follow: str = "", *, by_yes: bool = False) -> str:
    """Said behind the answer to 录入 where the note names a time: it is no appointment; `follow` is what to send for
    one, `by_yes` if a mere yes does it."""
    how = f"要约请{'回复 好，或' if by_yes else ''}发：{follow}" if follow else ""
    return f"\n备注里的「{saying.plain(phrase, 30)}」没有约成下次联系。{how}"


def _where(outcome: lead.Added, words: Words) -> str:
    if outcome.owner_id is not None:
        return "归您跟进"
    why = f"，没有归到您名下：{reason(outcome.full, words)}" if outcome.full is not None else ""
    return f"已放入{words.pool(outcome.pool)}{why}"


def _understood(new: NewLead, loose: str, called: str) -> list[str]:
    said = [f"姓名 {new.name}", *([f"电话 {mask_phone(new.phone)}"] if new.phone else [])]
    said += [f"身份证号 {mask_id_number(new.id_number)}"] if new.id_number else []
    said += [f"信用代码 {mask_credit_code(new.credit_code)}"] if new.credit_code else []
    said += [f"产品 {saying.product(new.product)}{f'（写的是 {called}）' if called else ''}"] if new.product else []
    said += [f"金额 {saying.money(new.amount_fen)}{f'（写的是 {loose}）' if loose else ''}"] if new.amount_fen else []
    said += [f"地区 {saying.place(new.region)}"] if new.region else []
    said += [f"语言 {saying.language(new.language)}"] if new.language else []
    return [*said, f"来源 {new.channel}"]


def _not_understood(outcome: lead.Added, new: NewLead, unread: Sequence[str], words: Words) -> str:
    """What is missing or unclear of the need, and where to write it when it is known: a follow-up, which does not fill
    the need itself."""
    example = f"跟进 L{outcome.lead_id} {saying.product(new.product or 'house')}50万"
    missing = [name for name, value in (("产品", new.product), ("金额", new.amount_fen)) if value is None]
    if not missing:
        return ""
    unclear = "".join(f"「{saying.plain(word, 20)}」" for word in unread)
    head = f"没看懂{unclear}是不是金额，只记在备注里" if unread else f"没写{'、'.join(missing)}"
    log = f"问清后可以写进跟进，如：{example}；卡片上的需求还不能补。"
    return f"{head}。{log}" if outcome.owner_id == words.reader.id else f"{head}。"


def already_open(
    outcome: lead.AlreadyOpen,
    name: str,
    department: str | None,
    words: Words,
    *,
    other_name: bool = False,
    wanted: str = "",
    new: NewLead | None = None,
    left_to: int | None = None,
) -> str:
    """The answer to 录入 for a customer who has an open lead: enough to know whom to ask, no more. `name` is the
    stored one, masked; `other_name`: what was typed differs from it; `wanted` is the need that was typed: it changes
    nothing, and that is said; of `new` those numbers are said that the customer got by it; `left_to` decides for an
    owner who has left."""
    who = f"{name}（登记的姓名与您写的不同）" if other_name else f"{name} "
    said = saying.plain(wanted, 60)
    got = _completed(outcome, new) if new is not None else ""
    if outcome.owner_id == words.reader.id:
        log = f"这次写的「{said}」没有改动资料，请记一笔：跟进 L{outcome.lead_id} {said}" if wanted else ""
        return f"这位客户已在您名下：L{outcome.lead_id}，本次来访已记上。{got}{log}"
    if outcome.owner_id is None:
        kept = "这次写的需求没有另存。" if wanted else ""
        told = isinstance(outcome.stop, lead.NotYourPool | lead.Frozen | lead.CoolingDown)  # and of which pool
        where = "" if told else f"在{words.pool(outcome.pool)}"
        return (
            f"已存在：{who.rstrip()}{where and f' {where}'}，本次来访已记上。{got}{kept}{_how_to_claim(outcome, words)}"
        )
    where = f"{department} " if department else ""
    if left_to is not None:
        tell = "这次写的需求没有另存。" if wanted else ""
        what = f"请交给同事：转移 L{outcome.lead_id} 姓名" if left_to == words.reader.id else "已提醒其上级"
        return f"已存在：{who}· {where}{words.colleague(outcome.owner_id)} 名下，但他已离职，{what}。{got}{tell}"
    tell = "这次写的需求没有另存，请转告对方。" if wanted else ""
    return f"已存在：{who}· {where}{words.colleague(outcome.owner_id)} 跟进，已提醒对方。{got}{tell}"


def came_to_a_leaver(lead_id: int, owner: str, channel: str) -> str:
    """To who decides for an owner who has left: his customer was here again, and nobody answers him."""
    come = f"L{lead_id} 的客户又来了（来源 {saying.plain(channel, 20)}），但归属人 {owner} 已离职，现在没有人跟进。"
    return f"{come}请尽快交给同事：转移 L{lead_id} 姓名；他的全部客户：离职交接 {owner}"


def _completed(outcome: lead.AlreadyOpen, new: NewLead) -> str:
    """Which numbers the customer got, so that a slip is seen at once."""
    masked = {
        "phone": ("手机号", mask_phone(new.phone) if new.phone else ""),
        "id_number": ("身份证号", mask_id_number(new.id_number) if new.id_number else ""),
        "credit_code": ("信用代码", mask_credit_code(new.credit_code) if new.credit_code else ""),
    }
    said = "、".join(" ".join(masked[kind]) for kind in outcome.completed)
    return f"已补上{said}。" if said else ""


def _how_to_claim(outcome: lead.AlreadyOpen, words: Words) -> str:
    match outcome.stop:
        case None:
            return f"回复 领取 L{outcome.lead_id} 即可领取。"
        case lead.NotAllowed():
            return ""
        case _:
            return refusal(outcome.stop, words)


def nobody(reader: Actor) -> str:
    """The answer to 客户 with words that fit nobody the person may see: not there and not allowed sound the same."""
    new = "新客户请这样录入：录入 姓名 手机号 需求。" if may(reader, Verb.ADD_LEAD) else ""
    return f"没有找到您能查看的客户。请核对编号、手机号或完整姓名。{new}"


def ask_reason(lead_id: int, name: str) -> str:
    """The question after 释放."""
    return f"请回复释放 L{lead_id}（{name}）的原因，如：联系不上。回复 取消 保留。"


_DOUBTED = {
    "nothing": "不像原因",
    "command": "像是另一条命令",
    "taken_back": "像是不想释放",
    "waits": "像是还没想好",
    "time": "像是约时间",
}


def ask_reason_again(lead_id: int, said: str, doubted: str) -> str:
    """The question after a reason that may have been meant for something else: a key of `_DOUBTED`."""
    why = f"「{saying.plain(said, 20)}」{_DOUBTED[doubted]}"
    return f"还没有释放 L{lead_id}：{why}。确认释放请回复 确认，并写原因，如：确认 联系不上；不释放回复 取消。"


NOT_RELEASED = "好的，没有释放，线索仍在原归属人名下。"


def released(outcome: lead.Released, words: Words) -> str:
    """The answer to 释放."""
    return f"L{outcome.lead_id} 已释放到{words.pool(outcome.pool)}。"


def no_colleague(command: str, name: str, alike: Sequence[str] = (), rest: str = "") -> str:
    """The answer to a `command` (`转移 L8`) to a name that nobody here has; a leaver's name is one too. `alike` are the
    nearest names; `rest` stood behind the name."""
    near = f"，名字相近的有 {'、'.join(alike)}" if alike else ""
    whole = " ".join(filter(None, (command, alike[0] if alike else "姓名", saying.plain(rest, _SUGGESTED))))
    return f"没有找到在职同事「{saying.plain(name, 20)}」{near}。请写全名，如：{whole}。"


def same_beginning(command: str, said: str, named: Sequence[tuple[str, str]]) -> str:
    """The answer to a `command` to what several names begin with, before their dot; of each the department."""
    who = "、".join(f"{name}（{department}）" for name, department in named)
    alone = len({name for name, _ in named}) == len(named)
    send = named[0][0] if alone else f"{named[0][1]} {named[0][0]}"
    return f"有 {len(named)} 位同事叫 {saying.plain(said, 20)}：{who}。请写全名，如：{command} {send}。"


def elsewhere(command: str, name: str, said: str, departments: Sequence[str], reason: str) -> str:
    """The answer to a `command` to a colleague who is in other departments than the one that was `said`."""
    where = "、".join(dict.fromkeys(departments))
    only = len(departments) == 1
    full = " ".join(filter(None, (command, "" if only else departments[0], name, saying.plain(reason, 60))))
    send = "请发：" if only else "请选一个部门，如："
    return f"{name} 在 {where}，不在「{saying.plain(said, 20)}」。{send}{full}。"


def same_name(command: str, name: str, departments: Sequence[str]) -> str:
    """The answer to a `command` to a name that several have."""
    where = "、".join(dict.fromkeys(departments))
    return f"有 {len(departments)} 位同事叫 {name}：{where}。请写上部门，如：{command} {departments[0]} {name}。"


def one_colleague_only(command: str, name: str) -> str:
    """The answer to a `command` that one colleague can have, with several."""
    return f"只能选一位同事，还没有处理。请写一位，如：{command} {name}。"


def colleague_or_reason(command: str, names: Sequence[str], said: str) -> str:
    """The answer to a `command` with a colleague, behind whom stands what begins with another one's name."""
    why = f"「{saying.plain(said, 20)}」是也请 {names[-1]}，还是原因？还没有处理。"
    return f"{why}都请的，请发：{command} {'、'.join(names)}。只请前面的，请发：{command} {'、'.join(names[:-1])}。"


def hand_on_instead(lead_id: int, owner: str) -> str:
    """The answer to 跟进 of somebody else's lead by who may hand it on; `owner` is masked."""
    return f"L{lead_id} 由 {owner} 跟进，跟进由对方来写。您可以转给别人：转移 L{lead_id} 姓名。"


def no_customer_of_yours(said: str) -> str:
    """Said before the usage of a command with a customer instead of a number: not there and not his sound the same."""
    return f"没有找到您能操作的客户「{saying.plain(said, 20)}」，也可能不在您名下。"


def with_number(word: str, lead_id: int, rest: str) -> str:
    """The command as it is sent of this lead; empty where so much stands behind it that it has to be written again."""
    return " ".join(filter(None, (word, f"L{lead_id}", rest))) if len(rest) <= _SUGGESTED else ""


def point_out(word: str, said: str, lead_ids: Sequence[int], send: str, *, by_yes: bool = False) -> str:
    """The answer to a command with a customer instead of a number: his leads' numbers, and the command to send of the
    first (`with_number`), of one lead `by_yes` too."""
    numbers = [f"L{number}" for number in lead_ids]
    whole = send or f"{word} {numbers[0]} 内容"
    if len(numbers) == 1:
        return f"「{saying.plain(said, 20)}」是 {numbers[0]}，请{'回复 好，或' if by_yes else ''}发：{whole}。"
    return f"「{saying.plain(said, 20)}」有 {'、'.join(numbers)}，请选一个编号，如：{whole}。"
