"""`tuoling risk`: what the risk rules said of an application, reckoned again from what was written down; and the
blacklist."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bot.explain import Unready
from bot.phrases.application_numbers import split_application
from bot.runtime import open_store
from cards.texts import risk as texts
from config.settings import Settings
from core.loans.definitions import number_of, policy_of
from core.moments import CHINA, day_of
from core.privacy import mask_credit_code, mask_id_number, mask_phone
from core.risk import blacklist, record
from core.risk.assessing import Result
from core.risk.policy import Policy
from core.store.unit import Clock, utc_now


def replay(settings: Settings, number: str) -> Iterator[str]:
    """`tuoling risk replay A203`: every decision on it, by the policy and the facts in its record. No personal data is
    shown but which rules hit.

    Raises:
        Unready: it is no application of which anything was said, or a record gives another result than stands there.
    """
    found = split_application(number)
    store = open_store(settings)
    differ = 0
    with store.read() as session:
        connection = session.connection()
        moments = record.moments_of(connection, found[0]) if found is not None else []
        if not moments:
            raise Unready(f"{number} 没有预审记录。")
        for decision_id, why, moment in moments:
            at = f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}  {texts.OCCASIONS[why]}"
            try:
                decision = record.of_number(connection, store.vault, decision_id)
            except record.Altered:
                decision = None
            if decision is None:
                differ += 1
                yield f"{at}  这条记录打不开，或封存的内容与记录不一致。"
                continue
            policy = policy_of(connection, decision.policy)
            again = record.again(decision, policy)
            same = again == decision.result
            differ += not same
            version = number_of(connection, decision.policy)
            yield f"{at}  规则第{version}版  {_said(decision.result, policy)}"
            yield "  重放：结果一样。" if same else f"  重放：结果不同：{_said(again, policy)}"
    if differ:
        raise Unready(
            f"{differ} 条记录重放的结果与当时不同：记录被改过，或程序的算法变了；请运行 tuoling audit verify。"
        )


def _said(result: Result, policy: Policy) -> str:
    score = f"（评分 {result.score} {result.grade}）" if result.score is not None else ""
    hits = "、".join(f"{policy.rule(hit.rule).name}[{texts.SEVERITIES[hit.severity]}]" for hit in result.hits)
    return f"{texts.SUGGESTIONS[result.suggestion]}{score}：{hits or '没有命中'}"


_MASKS: dict[str, Callable[[str], str]] = {
    "phone": mask_phone,
    "id_number": mask_id_number,
    "credit_code": mask_credit_code,
}
_KINDS = {"phone": "手机号", "id_number": "身份证号", "credit_code": "统一社会信用代码"}


def blacklist_add(
    settings: Settings,
    numbers: tuple[str, ...],
    file: Path | None,
    reason: str,
    until: date | None,
    *,
    clock: Clock = utc_now,
) -> Iterator[str]:
    """`tuoling risk blacklist add`: all of these numbers, or none of them.

    Raises:
        Unready: one of them is no number, there is none, the file cannot be read, or the last day is over.
    """
    found = _numbers_in(numbers, file)
    store = open_store(settings, clock=clock)
    if until is not None and until < day_of(store.clock()):
        raise Unready(f"截止日 {until:%Y-%m-%d} 已经过去，什么也没改。要移出黑名单，用 tuoling risk blacklist remove。")
    with store.unit(request_id="cli", channel="cli") as unit:
        new = sum([blacklist.add(unit, number, reason, until) for number in found])
    yield f"已加入黑名单 {new} 个，{len(found) - new} 个原来就在，原因和截止日已改。"
    yield "在办的进件不会自己重做预审：想马上知道的，发 重新评估 A编号；再提交的自动重做。"


def blacklist_remove(settings: Settings, numbers: tuple[str, ...]) -> Iterator[str]:
    """`tuoling risk blacklist remove`; raises as `blacklist_add`."""
    found = _numbers_in(numbers, None)
    store = open_store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        gone = [blacklist.take_off(unit, number) for number in found]
    yield f"已移出黑名单 {sum(gone)} 个" + (f"，{len(gone) - sum(gone)} 个不在黑名单上。" if not all(gone) else "。")


def blacklist_list(settings: Settings) -> Iterator[str]:
    """`tuoling risk blacklist list`: who is on it, with masked numbers."""
    store = open_store(settings)
    with store.read() as session:
        found = blacklist.entries(session.connection(), store.vault, store.clock())
    for each in found:
        until = f"，到 {each.until:%Y-%m-%d}" if each.until is not None else ""
        number = _MASKS[each.number.kind](each.number.value)
        added = each.added_at.astimezone(CHINA)
        yield f"{_KINDS[each.number.kind]} {number}  {added:%Y-%m-%d} 加入{until}：{each.reason}"
    yield f"黑名单上共 {len(found)} 个号码。"


def _numbers_in(numbers: tuple[str, ...], file: Path | None) -> list[blacklist.Number]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines() if file is not None else []
    except (OSError, UnicodeDecodeError) as error:
        raise Unready(f"{file} 读不了：{error}。要一行一个号码的 UTF-8 文本。") from None
    written = [(f"第 {number} 个号码", text) for number, text in enumerate(numbers, 1)]
    written += [(f"{file} 第 {number} 行", text) for number, text in enumerate(lines, 1) if text.strip()]
    read = [(where, blacklist.number_of(text)) for where, text in written]
    wrong = [f"{where}不是手机号、身份证号或统一社会信用代码，请核对" for where, number in read if number is None]
    if wrong or not read:
        raise Unready("\n".join([*wrong, "什么也没改。" if wrong else "没有号码：写在后面，或用 --file 给一个文件。"]))
    return list(dict.fromkeys(number for _, number in read if number is not None))
