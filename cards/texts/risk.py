"""预审建议: what is said of what the risk rules found. It is a suggestion: whether it is lent, the lender decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from cards import saying
from core.expressions import Fact
from core.loans.screened import RuleHit, ScreeningNow
from core.regions import region
from core.risk.policy import PLACE, Named, Severity, Suggestion, Unit
from core.risk.record import Why

SUGGESTIONS = {
    Suggestion.PASS: "建议通过",
    Suggestion.REVIEW: "建议人工复核",
    Suggestion.REFUSE: "建议拒绝",
}
SEVERITIES = {Severity.REFUSE: "拒绝", Severity.REVIEW: "复核", Severity.WARN: "提醒", Severity.INFO: "提示"}
OCCASIONS = {Why.HANDED_IN: "提交时", Why.CHANGED: "内容改了", Why.REPORT: "报告到了", Why.ASKED: "重新评估"}
_UNITS = {
    "金额": Unit.YUAN,
    "百分比": Unit.SHARE,
    "月": Unit.MONTHS,
    "年": Unit.YEARS,
    "次": Unit.TIMES,
    "数字": Unit.PLAIN,
}
_AFTER = {Unit.MONTHS: "个月", Unit.YEARS: "年", Unit.TIMES: "次", Unit.PLAIN: ""}
_OF_AGE = ("age", "age_at_end")
NOTHING = "（没有填）"
LENDER_DECIDES = "这是公司内部的预审建议，是否放款由资方决定。"
WHICH = "请写进件编号，如：预审 A203"
NO_RULES = "这个产品没有设风控规则，没有预审建议。"


def value_said(value: Fact | None, named: Named | None, unit: Unit | None = None) -> str:
    """A value as people read it: `78%`, `50万`, `3次`, 呼和浩特市新城区."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return _number(value, unit or (named.unit if named is not None else Unit.PLAIN), named)
    if isinstance(value, tuple):
        return "、".join(value)
    if not isinstance(value, str):
        return f"{value:%Y-%m-%d}"
    there = region(value) if value.isdigit() else None
    return there.full_name if there is not None else value


def _number(value: float, unit: Unit, named: Named | None) -> str:
    if unit is Unit.YUAN:
        return saying.money(round(value * 100))
    if unit is Unit.SHARE:
        return f"{_plain(value * 100)}%"
    if named is not None and named.name in _OF_AGE:
        return f"{_plain(value)}岁"
    return f"{_plain(value)}{_AFTER[unit]}"


def _plain(number: float) -> str:
    return f"{Decimal(f'{number:.2f}').normalize():f}"


def hit_said(hit: RuleHit, seen: ScreeningNow, *, advice: bool = True) -> str:
    """The sentence of a rule that hit, with its values, or what it lacks; and with `advice` what could be done."""
    if hit.missing:
        lacks = "、".join(named.label for named in hit.missing)
        return f"{hit.rule.name}：缺 {lacks}，看不出来"
    whole = PLACE.sub(lambda found: _placed(found[1], seen), hit.rule.says)
    could = advice_said(hit) if advice else ""
    return f"{whole}：{could}" if could else whole


def _placed(written: str, seen: ScreeningNow) -> str:
    name, _, unit = written.partition(":")
    return value_said(seen.values.get(name), seen.named.get(name), _UNITS.get(unit))


def advice_said(hit: RuleHit) -> str:
    """`降低申请金额至 42万以内，或期限延长到 60个月，可通过这一条`; empty: nothing is known that helps."""
    if hit.advice is None:
        return ""
    ways = []
    if hit.advice.amount is not None:
        ways.append(f"降低申请金额至 {saying.money(round(hit.advice.amount * 100))} 以内")
    if hit.advice.months is not None:
        ways.append(f"期限延长到 {hit.advice.months}个月")
    return f"{'，或'.join(ways)}，可通过这一条" if ways else ""


def in_short(seen: ScreeningNow, word: str = "预审") -> str:
    """`预审：建议拒绝（评分 520 C）`, before what was found."""
    score = f"（评分 {seen.score} {seen.grade}）" if seen.score is not None else ""
    return f"{word}：{SUGGESTIONS[seen.suggestion]}{score}"


def _grave(seen: ScreeningNow) -> list[RuleHit]:
    """What is more than noted."""
    return [hit for hit in seen.hits if hit.severity is not Severity.INFO]


def in_one_line(seen: ScreeningNow) -> str:
    """The suggestion, the gravest of what was found, and where the rest stands."""
    grave = _grave(seen)
    if not grave:
        return in_short(seen)
    more = f"；共 {len(grave)} 条，回复 预审 A{seen.application_id}" if len(grave) > 1 else ""
    return f"{in_short(seen)}：{hit_said(grave[0], seen, advice=False)}{more}"


def in_lines(seen: ScreeningNow, most: int, *, before: bool) -> list[str]:
    """What was found, with what could be done, in at most so many lines, the gravest first: what is only noted is left
    to its own card. `before`: it came back, and may be changed since."""
    grave = _grave(seen)
    said = [f"[{SEVERITIES[hit.severity]}] {hit_said(hit, seen)}" for hit in grave[:most]]
    left = len(grave) - len(said)
    more = [f"还有 {left} 条，回复 预审 A{seen.application_id}"] if left else []
    return [in_short(seen, "退回前的预审" if before else "预审"), *said, *more]


def reports_said(seen: ScreeningNow, providers: Mapping[str, str]) -> str:
    """The reports by which the rules were asked, and how old they were then: `大数据分 3天前、征信报告 当天`."""
    return "、".join(f"{providers.get(each.provider, '外部报告')} {_age(seen.at - each.at)}" for each in seen.reports)


def _age(old: timedelta) -> str:
    return f"{old.days}天前" if old.days > 0 else "当天"


def unseen_said(count: int) -> str:
    """So many hits tell of what the viewer may not see."""
    return f"另有 {count} 条按公司的规定不对您显示。"


def not_screened(number: int) -> str:
    """预审 of what was never handed in since there are rules."""
    return f"A{number} 还没有预审：提交时自动做，也可以发 重新评估 A{number}"


def same_as_before(at: datetime, now: datetime) -> str:
    """重新评估 of what is as it was."""
    return f"内容和规则都没有变，还是 {saying.at(at, now)} 的结果。"
