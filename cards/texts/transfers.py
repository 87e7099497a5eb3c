"""转移 of one lead or several, and who may look on: what is said."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cards import saying
from cards.texts.refusals import held, reason
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.transfers import TransferOutcome
from core.people.policy import Actor

TRANSFER_WHICH = "没看懂编号，请这样发：转移 编号 姓名，多条写多个编号。"
RECEIVER_GONE = "这位同事已不在职，没有转。请换一位。"
TICK_TO_GIVE = "请先勾选要转的线索，再点按钮。"
READ_TOO_LONG = "最多可查看一年，请写一年以内的日期，如：可查看至 12-31。"


def too_many_to_transfer(most: int, count: int) -> str:
    """The answer to 转移 with more numbers than are taken at once."""
    return f"一次最多转 {most} 条，您写了 {count} 条，还没有转。请分几次发；离职的同事，经理可以用 离职交接。"


def transfer_to_whom(command: str) -> str:
    """The answer to 转移 with numbers and no name."""
    return f"要转给谁？请写上姓名，如：{command} 李娜。"


def read_until_when(*, gone: bool) -> str:
    """The answer where it is not clear until when the old owner may look."""
    why = "可查看到的日期已经过去了" if gone else "没看懂可查看到哪一天"
    return f"{why}，还没有转。请这样写：可查看至 12-31，或 保留查看30天。"


def read_until(until: datetime, now: datetime) -> str:
    """The last day on which it may be looked at: `12-31`."""
    return saying.day(until - timedelta(seconds=1), now)


def transferred(outcome: lead.Transferred, name: str, words: Words) -> str:
    """The answer to 转移."""
    said = f"L{outcome.lead_id} 已转给 {name}，跟进记录一并转移，对方会收到通知。"
    return said + _looks_on(outcome, words)


def _looks_on(outcome: lead.Transferred, words: Words) -> str:
    if outcome.read_until is None or outcome.from_id is None:
        return ""
    who = "您" if outcome.from_id == words.reader.id else f" {words.names.get(outcome.from_id, '原归属人')} "
    until = read_until(outcome.read_until, words.now)
    mine = outcome.from_id == words.reader.id
    end = "" if mine else f"，提前收回请发：取消查看 L{outcome.lead_id}"
    return f"{who}可查看至 {until}（只能看，电话打码）{end}。"


def transferred_many(numbers: Sequence[int], outcomes: Sequence[TransferOutcome], to: Actor, words: Words) -> str:
    """The answer to 转移 of several, of each its outcome: which were given, and why the others were not; what is alike
    is said once."""
    given = [one for one in outcomes if isinstance(one, lead.Transferred)]
    head = f"已转给 {to.name} {len(given)} 条：{_numbers(one.lead_id for one in given)}。对方会收到一条通知。"
    lines = [head if given else "一条也没有转。"]
    told: dict[str, list[int]] = {}
    for number, one in zip(numbers, outcomes, strict=True):
        if not isinstance(one, lead.Transferred):
            told.setdefault(_why_not(one, to, words), []).append(number)
    lines += [f"· {why if f'L{ids[0]}' in why else f'{_numbers(ids)} {why}'}" for why, ids in told.items()]
    looking = next((one for one in given if one.read_until is not None), None)
    if looking is not None and looking.read_until is not None:
        lines.append(f"原归属人可查看至 {read_until(looking.read_until, words.now)}（只能看，电话打码）。")
    return "\n".join(lines)


def _numbers(lead_ids: Iterable[int]) -> str:
    return "、".join(f"L{number}" for number in lead_ids)


def _why_not(outcome: TransferOutcome, to: Actor, words: Words) -> str:
    match outcome:
        case lead.SameOwner():
            return "本来就归" + ("您" if to.id == words.reader.id else f" {to.name}")
        case lead.CannotReceive():
            return f"没有转：{to.name} 的岗位不跟进客户"
        case lead.NoRoom(limit=limit):
            return f"没有转：{to.name} {held(limit, words)}"
        case lead.Transferred():
            return ""
        case _:
            return reason(outcome, words)


def same_owner(outcome: lead.SameOwner, name: str) -> str:
    """The answer to 转移 when nothing changes; `name` is empty for the reader himself."""
    return f"L{outcome.lead_id} 本来就归{f' {name}' if name else '您'}，无需转移。"


def cannot_receive(name: str) -> str:
    """The answer to 转移 to somebody whose post does not work leads."""
    return f"{name} 的岗位不跟进客户，不能接收线索。请转给客户经理。"


def reading_ended(lead_id: int, names: Sequence[str]) -> str:
    """The answer to 取消查看."""
    if not names:
        return f"L{lead_id} 没有保留查看的人。"
    return f"{'、'.join(names)} 从现在起不能再看 L{lead_id}。"
