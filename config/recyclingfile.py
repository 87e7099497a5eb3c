"""`recycling.yaml`: after how long without what a lead goes back to its pool, and what may hold it."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from config.lengthvalue import read_length, working_length
from config.problems import likely, quoted
from config.values import Table, each_of, length, product, whole_number, yes_or_no
from config.yamlfile import Value
from core.calendar import Length, WorkingCalendar
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule

_LAPSES = {
    "没有首次联系": Lapse.FIRST_CONTACT,
    "没有跟进": Lapse.FOLLOW_UP,
    "没有进件": Lapse.APPLICATION,
    "没有放款": Lapse.DISBURSEMENT,
    "已结清": Lapse.SETTLED,
}
_NEVER = "不收回"
_REQUIRED, _OPTIONAL = ("name", "when", "within"), ("pools", "products", "grades", "grab")

T = TypeVar("T")


def read_recycling(top: Value, calendar: WorkingCalendar, pools: Collection[str], grades: Collection[str]) -> Recycling:
    """The file from its top. `pools` are the keys of the pools that a rule may name, `grades` the company's."""
    table = top.table((), ("rules", "warnings", "extension", "protection"))
    rows = [row.values for row in table["rules"].tables(_REQUIRED, _OPTIONAL, least=1)] if "rules" in table else []
    rules = tuple(_rule(row, pools, grades) for row in rows)
    _check_names(rows, rules)
    warnings = [read_length(item) for item in table["warnings"].each(least=1)] if "warnings" in table else []
    return Recycling(
        calendar,
        rules=rules,
        warnings=tuple(warning for warning in warnings if warning is not None),
        extension=_extension(table["extension"]) if "extension" in table else None,
        protection=_protection(table["protection"]) if "protection" in table else None,
    )


def _rule(table: Table, pools: Collection[str], grades: Collection[str]) -> RecyclingRule:
    lapse = _chosen(table["when"], _LAPSES) if "when" in table else None
    return RecyclingRule(
        name=table["name"].text(20) if "name" in table else "",
        lapse=lapse or Lapse.FOLLOW_UP,  # if it is none, that has been told
        within=_within(table),
        pools=each_of(table, "pools", lambda value: _pool(value, pools), least=1),
        products=each_of(table, "products", product, least=1),
        grades=each_of(table, "grades", lambda value: _chosen(value, {each: each for each in grades}) or "", least=1),
        grab=yes_or_no(table, "grab"),
    )


def _within(table: Table) -> Length | None:
    """How long; None if never."""
    if "within" not in table or table["within"].word() == _NEVER:
        return None
    return read_length(table["within"], no_limit=f"永不收回就写 {_NEVER}")


def _chosen(value: Value, known: Mapping[str, T]) -> T | None:
    text = value.text()
    if text and text not in known:
        value.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
    return known.get(text)


def _pool(value: Value, pools: Collection[str]) -> str:
    text = value.text()
    if text and pools and text not in pools:
        value.problem("no_pool", found=quoted(text), near=likely(text, pools), known=list(pools))
    return text


def _check_names(rows: list[Table], rules: tuple[RecyclingRule, ...]) -> None:
    """A rule is told of, and kept in a lead's history, by its name."""
    taken: set[str] = set()
    for row, rule in zip(rows, rules, strict=True):
        if rule.name in taken and "name" in row:
            row["name"].problem("taken_rule", word=rule.name)
        taken.add(rule.name)


def _extension(value: Value) -> Extension | None:
    table = value.table(("length", "most"))
    by, most = working_length(table, "length"), whole_number(table, "most", optional=False)
    return Extension(by, most) if by and most else None


def _protection(value: Value) -> Protection | None:
    table = value.table(("most", "longest"))
    most, longest = whole_number(table, "most", optional=False), length(table, "longest")
    return Protection(most, longest) if most and longest else None
