"""`reports.yaml`: the metrics, which of them boards show, what they are to reach, and what channels cost."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal

from config.amounts import parse_number, parse_share, parse_yuan
from config.problems import likely, quoted
from config.values import Table, account, chosen, departments, each_of, length, product, region, yes_or_no
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.reports.metrics import Aggregate, Event, FunnelStep, Metric, Reports, Spent, Target
from core.reports.results import Measure

_COUNTED = {
    "线索": Event.ARRIVED,
    "领取": Event.CLAIMED,
    "分配": Event.ASSIGNED,
    "释放": Event.RELEASED,
    "收回": Event.RECYCLED,
    "跟进": Event.FOLLOWED,
    "首次跟进": Event.FIRST_FOLLOWED,
    "应首联": Event.TO_CONTACT,
    "及时首联": Event.CONTACTED,
    "进件": Event.HANDED_IN,
    "到达": Event.REACHED,
    "未通过": Event.LOST,
    "放款": Event.PAID_OUT,
}
_SUMMED = {
    "放款": Event.PAID_OUT,
    "服务费": Event.FEE,
    "回款": Event.REPAID,
    "应还": Event.DUE,
    "已还": Event.DUE_PAID,
    "进件": Event.HANDED_IN,
    "到达": Event.REACHED,
}
_TIMED = {
    "首次跟进": Event.FIRST_FOLLOWED,
    "进件": Event.HANDED_IN,
    "到达": Event.REACHED,
    "放款": Event.PAID_OUT,
}
_WAYS: dict[str, tuple[Aggregate, Mapping[str, Event]]] = {
    "count": (Aggregate.COUNT, _COUNTED),
    "sum": (Aggregate.SUM, _SUMMED),
    "days": (Aggregate.DAYS, _TIMED),
}
_METRIC = ("synonyms", "count", "sum", "days", "share", "of", "stages", "products", "channels", "regions", "good")
_TOP = ("company", "first_contact", "open_rankings", "key_figures", "daily", "ranked", "funnel", "targets", "spent")
_LONGEST_NAME, _LONGEST_COMPANY = 12, 30
_MOST = {"key_figures": 12, "daily": 8, "ranked": 20}
_MOST_FUNNEL = 8
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_DAY = timedelta(days=1)
_GOOD = {"高": False, "低": True}


def read_reports(top: Value, stages: Collection[str], channels: Collection[str]) -> Reports:
    """The file from its top. `stages`: what stages of flows are called, `channels`: the company's."""
    table = top.table(("metrics",), _TOP)
    found = table["metrics"].tables(("name",), _METRIC, least=1) if "metrics" in table else []
    rows = [row.values for row in found]
    _check_words(rows)
    metrics = {metric.name: metric for metric in (_metric(row, stages, channels) for row in found) if metric.name}
    for row in rows:
        _check_parts(row, metrics)
    lists = {key: _listed(table, key, metrics) for key in _MOST}
    return Reports(
        company=table["company"].text(_LONGEST_COMPANY) if "company" in table else "",
        metrics=tuple(metrics.values()),
        first_contact=length(table, "first_contact") or _DAY,
        funnel=_funnel(table, metrics),
        targets=_targets(table, metrics),
        spent=_spent(table, channels),
        open_rankings=yes_or_no(table, "open_rankings"),
        **lists,
    )


def _metric(row: Row, stages: Collection[str], channels: Collection[str]) -> Metric:
    table = row.values
    name = table["name"].text(_LONGEST_NAME) if "name" in table else ""
    ways = [way for way in (*_WAYS, "share") if way in table]
    aggregate, event = Aggregate.COUNT, None
    if len(ways) != 1:
        place = table[ways[1]] if ways else table.get("name", row.place)
        place.problem("shape", what="count、sum、days、share 里的一个", found="、".join(ways) or "没有")
    elif ways == ["share"]:
        aggregate = Aggregate.SHARE
    else:
        aggregate, known = _WAYS[ways[0]]
        event = chosen(table[ways[0]], known)
    _check_keys(row, aggregate, event)
    return Metric(
        name,
        name,
        aggregate,
        event,
        part=each_of(table, "share", lambda value: value.text(_LONGEST_NAME), least=1),
        whole=each_of(table, "of", lambda value: value.text(_LONGEST_NAME), least=1),
        stages=each_of(table, "stages", lambda value: _among(value, stages), least=1),
        products=each_of(table, "products", product, least=1),
        channels=each_of(table, "channels", lambda value: _among(value, channels), least=1),
        regions=each_of(table, "regions", region, least=1),
        synonyms=each_of(table, "synonyms", lambda value: value.text(_LONGEST_NAME)),
        good_is_low=bool(chosen(table["good"], _GOOD)) if "good" in table else False,
    )


def _check_keys(row: Row, aggregate: Aggregate, event: Event | None) -> None:
    """What goes together, and what does not."""
    table = row.values
    place = table.get("name", row.place)
    if aggregate is Aggregate.SHARE and "of" not in table:
        place.missing("of")
    if aggregate is not Aggregate.SHARE and "of" in table:
        table["of"].problem("shape", what="和 share 一起写的", found=table["of"].found())
    if event is Event.REACHED and "stages" not in table:
        place.missing("stages")
    if event not in (Event.REACHED, None) and "stages" in table:
        table["stages"].problem("shape", what="和 到达 一起写的", found=table["stages"].found())


def _check_words(rows: Collection[Table]) -> None:
    """A word means one metric."""
    taken: set[str] = set()
    for table in rows:
        synonyms = table["synonyms"].each() if "synonyms" in table else []
        for place in (*filter(None, [table.get("name")]), *synonyms):
            if place.word() in taken:
                place.problem("taken", word=place.word())
            taken.add(place.word())


def _check_parts(table: Table, metrics: Mapping[str, Metric]) -> None:
    """A share is of counts or of sums that are there, and of one kind: three loans are no share of 50,000 yuan."""
    kinds: set[Aggregate] = set()
    for place in (place for key in ("share", "of") if key in table for place in table[key].each()):
        part = _metric_at(place, metrics)
        if part is not None and not part.adds_up:
            place.problem("choice", found=quoted(part.name), mend="占比和平均不能再算占比，请写个数或金额的指标")
        elif part is not None:
            kinds.add(part.aggregate)
            if len(kinds) > 1:
                place.problem("choice", found=quoted(part.name), mend="分子、分母要么都是个数，要么都是金额")
                return


def _metric_at(place: Value, metrics: Mapping[str, Metric]) -> Metric | None:
    """The metric that is named here, by its name; None, and a problem, if there is none."""
    return metrics.get(_among(place, metrics))


def _among(place: Value, known: Collection[str]) -> str:
    text = place.text()
    if text and text not in known:
        place.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
        return ""
    return text


def _listed(table: Table, key: str, metrics: Mapping[str, Metric]) -> tuple[str, ...]:
    if key not in table:
        return ()
    places = table[key].each()
    if len(places) > _MOST[key]:
        table[key].problem("shape", what=f"最多 {_MOST[key]} 个指标", found=f"{len(places)} 个")
    return tuple(dict.fromkeys(name for name in (_among(place, metrics) for place in places) if name))


def _funnel(table: Table, metrics: Mapping[str, Metric]) -> tuple[FunnelStep, ...]:
    if "funnel" not in table:
        return ()
    rows = [row.values for row in table["funnel"].tables(("name", "metric"), least=2, optional=())]
    steps = []
    for number, row in enumerate(rows):
        metric = _metric_at(row["metric"], metrics) if "metric" in row else None
        if metric is not None and metric.aggregate is not Aggregate.COUNT:
            row["metric"].problem("shape", what="数个数的指标（count）", found=quoted(metric.name))
        elif metric is not None and number == 0 and metric.event is not Event.ARRIVED:
            row["metric"].problem("shape", what="数 线索 的指标：漏斗从新线索开始", found=quoted(metric.name))
        steps.append(FunnelStep(row["name"].text(6) if "name" in row else "", metric.key if metric else ""))
    if len(steps) > _MOST_FUNNEL:
        table["funnel"].problem("shape", what=f"最多 {_MOST_FUNNEL} 步", found=f"{len(steps)} 步")
    return tuple(steps)


def _targets(table: Table, metrics: Mapping[str, Metric]) -> tuple[Target, ...]:
    rows = (
        table["targets"].tables(("metric", "month"), ("people", "ranks", "departments")) if "targets" in table else []
    )
    return tuple(found for row in rows if (found := _target(row.values, metrics)) is not None)


def _target(table: Table, metrics: Mapping[str, Metric]) -> Target | None:
    metric = _metric_at(table["metric"], metrics) if "metric" in table else None
    if metric is None or "month" not in table:
        return None
    return Target(
        metric.key,
        _amount(table["month"], metric.measure),
        people=each_of(table, "people", account, least=1),
        ranks=each_of(table, "ranks", lambda value: value.text(20), least=1),
        departments=departments(table["departments"]) if "departments" in table else (),
    )


def _amount(place: Value, measure: Measure) -> int | Decimal:
    text = place.word()
    match measure:
        case Measure.MONEY:
            yuan = parse_yuan(text)
            found: int | Decimal | None = int(yuan * 100) if yuan is not None else None
            what, example = "金额", "50万"
        case Measure.SHARE:
            found, what, example = parse_share(text), "百分比", "90%"
        case _:
            found, what, example = parse_number(text), "数字", "20"
            found = int(found) if measure is Measure.COUNT and found is not None and found == int(found) else found
    if found is None or found <= 0:
        place.problem("shape", what=what, found=place.found(), example=example)
        return 0
    return found


def _spent(table: Table, channels: Collection[str]) -> tuple[Spent, ...]:
    rows = [row.values for row in table["spent"].tables(("channel", "month", "yuan"), ())] if "spent" in table else []
    return tuple(each for each in (_spent_in(row, channels) for row in rows) if each is not None)


def _spent_in(table: Table, channels: Collection[str]) -> Spent | None:
    if not {"channel", "month", "yuan"} <= table.keys():
        return None
    month, yuan = _MONTH.fullmatch(table["month"].word()), parse_yuan(table["yuan"].word())
    if month is None:
        table["month"].problem("shape", what="年月", found=table["month"].found(), example="2026-11")
    if yuan is None:
        table["yuan"].problem("shape", what="金额", found=table["yuan"].found(), example="12000")
    channel = _among(table["channel"], channels)
    if month is None or yuan is None:
        return None
    return Spent(channel, date(int(month[1]), int(month[2]), 1), int(yuan * 100))
