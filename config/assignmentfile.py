"""`assignment.yaml`: which leads are given out by themselves, to whom and how; when people work and are away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from config.problems import likely, quoted
from config.shifts import end_of_day, meant_moment, meant_shift, parse_moment, parse_shift, passes_midnight
from config.values import Table, account, each_of, key, product, region, whole_number, yes_or_no
from config.yamlfile import Value
from core.leads.assignment_rules import MOST_WEIGHT, Assignment, Language, Leave, Member, Method, Rule, Span

_METHODS = {"轮流": Method.ROUND_ROBIN, "按比例": Method.WEIGHTED, "最少": Method.LEAST_LOADED}
_LANGUAGES = {"蒙语": Language.MONGOLIAN, "汉语": Language.CHINESE}
_WHICH = ("pools", "regions", "products", "channels", "languages", "grades")
_OPTIONAL = (*_WHICH, "wait_for_language", "paused")
_OF_PERSON = ("languages", "skills", "regions", "shift", "daily", "holding")
_SHIFT = "周一到周五 08:30-18:00"
_DAY = "2026-10-08 或 2026-10-08 13:00"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Row:
    """One person's row somewhere in the file: where the account stands, and what was read."""

    place: Value
    member: Member


def read_assignment(top: Value, pools: Collection[str], grades: Collection[str]) -> Assignment:
    """The file from its top. `pools` are the pools' keys, `grades` the company's. Whether an account is somebody's
    is not checked here."""
    table = top.table((), ("paused", "rules", "people", "leave"))
    rules = (
        [row.values for row in table["rules"].tables(("key", "name", "method", "people"), _OPTIONAL)]
        if ("rules" in table)
        else []
    )
    read = [_read_rule(rule, pools, grades) for rule in rules]
    _check_rules(rules, read)
    accounts = tuple(dict.fromkeys(member.account for rule in read for member in rule.people))
    people = {row.member.account: row.member for row in _people(table, accounts)}
    leave = _leave(table)
    whole = tuple(replace(rule, people=_joined(rule.people, people, leave)) for rule in read)
    others = tuple((who, absences) for who, absences in sorted(leave.items()) if who not in accounts)
    return Assignment(whole, paused=yes_or_no(table, "paused"), others_leave=others)


def _joined(
    members: tuple[Member, ...], people: Mapping[str, Member], leave: Mapping[str, tuple[Leave, ...]]
) -> tuple[Member, ...]:
    """The members of a rule with what `people` and `leave` say of them."""
    return tuple(
        replace(people.get(member.account, member), weight=member.weight, leave=leave.get(member.account, ()))
        for member in members
    )


def _read_rule(table: Table, pools: Collection[str], grades: Collection[str]) -> Rule:
    method = _choice(table["method"], _METHODS) if "method" in table else None
    return Rule(
        key=key(table["key"]) if "key" in table else "",
        name=table["name"].text(20) if "name" in table else "",
        method=method or Method.WEIGHTED,
        people=_members(table, method),
        pools=each_of(table, "pools", lambda value: _pool(value, pools), least=1),
        regions=each_of(table, "regions", region, least=1),
        products=each_of(table, "products", product, least=1),
        channels=each_of(table, "channels", lambda value: value.text(30), least=1),
        languages=_known(each_of(table, "languages", _language, least=1)),
        grades=each_of(table, "grades", lambda each: _grade(each, grades), least=1),
        waits_for_language=yes_or_no(table, "wait_for_language"),
        paused=yes_or_no(table, "paused"),
    )


def _members(table: Table, method: Method | None) -> tuple[Member, ...]:
    rows = table["people"].tables(("account",), ("weight",), least=1) if "people" in table else []
    members = []
    for row in rows:
        weight = row.values["weight"].number(1, MOST_WEIGHT) if "weight" in row.values else None
        if "weight" in row.values and method is Method.ROUND_ROBIN:
            row.values["weight"].problem(
                "choice",
                found=row.values["weight"].found(),
                mend="轮流不看 weight：要按比例，method 写 按比例；不要就删掉这一行",
            )
        members.append(_Row(row.values.get("account", row.place), Member(_account(row.values), weight or 1)))
    return tuple(row.member for row in _once(members))


def _people(table: Table, accounts: Collection[str]) -> list[_Row]:
    """What the file says of people, whatever the rule."""
    rows = []
    for row in table["people"].tables(("account",), _OF_PERSON) if "people" in table else []:
        values = row.values
        member = Member(
            _account(values, accounts),
            languages=_known(each_of(values, "languages", _language, least=1)),
            skills=each_of(values, "skills", product, least=1),
            regions=each_of(values, "regions", region, least=1),
            shift=_shift(values),
            daily=whole_number(values, "daily"),
            holding=whole_number(values, "holding"),
        )
        rows.append(_Row(values.get("account", row.place), member))
    return _once(rows)


def _leave(table: Table) -> dict[str, tuple[Leave, ...]]:
    """The absences of each, whether a rule names him or not: the deadlines of an approver leave his out too."""
    found: dict[str, tuple[Leave, ...]] = {}
    for row in table["leave"].tables(("account", "from"), ("until",)) if "leave" in table else []:
        who = _account(row.values)
        start = _moment(row.values["from"]) if "from" in row.values else None
        end = _moment(row.values["until"], end=True) if "until" in row.values else start and end_of_day(start)
        if not start or not end:
            continue
        if end <= start:
            row.values.get("until", row.place).problem(
                "shape", what="比 from 晚的时间", found=row.values["until"].found()
            )
        else:
            found[who] = (*found.get(who, ()), Leave(start, end))
    return found


def _account(values: Table, accounts: Collection[str] | None = None) -> str:
    """The account of a row, which must be one of `accounts`: a misspelt one would be ignored in silence."""
    if "account" not in values:
        return ""
    found = account(values["account"])
    if found and accounts is not None and found not in accounts:
        near = likely(found, accounts)
        mend = "" if near else "rules 里没有哪条规则写了这个人"
        values["account"].problem("choice", found=quoted(found), near=near, mend=mend)
    return found


def _once(rows: list[_Row]) -> list[_Row]:
    """The first row of each account; more are told."""
    first: dict[str, _Row] = {}
    for row in rows:
        if row.member.account and first.setdefault(row.member.account, row) is not row:
            row.place.problem("choice", found=quoted(row.member.account), mend="上面已经写过这个人，请留一个")
    return list(first.values())


def _check_rules(tables: list[Table], rules: list[Rule]) -> None:
    """Keys and names are unique, and no rule stands behind one that takes all its leads."""
    for number, (table, rule) in enumerate(zip(tables, rules, strict=True)):
        above = rules[:number]
        for word, place, taken in (
            (rule.key, table.get("key"), {other.key for other in above}),
            (rule.name, table.get("name"), {other.name for other in above}),
        ):
            if place is not None and word and word in taken:
                place.problem("choice", found=quoted(word), mend="上面已经有一条规则用了它，请换一个")
        stronger = next((other for other in above if not other.paused and other.covers(rule)), None)
        if stronger is not None and not rule.paused and "key" in table:
            mend = f"上面的 “{stronger.name or stronger.key}” 已经包括这条的所有线索，轮不到它，请把它移到上面"
            table["key"].problem("choice", found=quoted(rule.key), mend=mend)


def _pool(value: Value, pools: Collection[str]) -> str:
    text = value.text()
    if text and text not in pools:
        value.problem("no_pool", found=quoted(text), near=likely(text, pools), known=pools)
    return text


def _grade(value: Value, grades: Collection[str]) -> str:
    text = value.text().upper()
    if text and text not in grades:
        value.problem("choice", found=quoted(text), near=likely(text, grades), known=grades)
    return text


def _language(value: Value) -> Language | None:
    return _choice(value, _LANGUAGES)


def _choice(value: Value, known: Mapping[str, T]) -> T | None:
    text = value.text()
    if text and text not in known:
        value.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
    return known.get(text)


def _known(values: tuple[T | None, ...]) -> tuple[T, ...]:
    return tuple(value for value in values if value is not None)


def _shift(table: Table) -> tuple[Span, ...]:
    spans: list[Span] = []
    for place in table["shift"].each(least=1) if "shift" in table else []:
        text = place.text()
        found = parse_shift(text) if text else ()
        if found is None:
            near = meant_shift(text)
            mend = "跨过午夜的，分成两天写，如 周一 22:00-24:00 和 周二 00:00-06:00" if passes_midnight(text) else ""
            example = "" if near or mend else _SHIFT
            place.problem("shape", what="星期几和几点到几点", found=quoted(text), near=near, example=example, mend=mend)
        spans += found or ()
    return tuple(dict.fromkeys(spans))


def _moment(value: Value, *, end: bool = False) -> datetime | None:
    text = value.text()
    found = parse_moment(text, end=end) if text else None
    if text and found is None:
        near = meant_moment(text)
        value.problem("shape", what="日期，可以带时间", found=quoted(text), near=near, example="" if near else _DAY)
    return found
