"""排行: people, departments, channels, products or regions by a metric."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, assert_never

from core.leads.products import PRODUCTS
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch, roles_may
from core.regions import region
from core.reports.asking import UNKNOWN, By, Pick
from core.reports.measuring import measure_each, value
from core.reports.metrics import Metric, Target
from core.reports.results import Ranking, RankRow, Value
from core.reports.wanted import Behind, Making, Wanted, scope_of

_REST = "其他"
_CODE = 6  # digits of a region's whole code


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    department: str
    value: Value
    pick: Pick
    target: Value | None = None


_Part: TypeAlias = Literal[By.CHANNEL, By.PRODUCT, By.REGION]
_Values = Mapping[Any, Value | None]
_Lines = dict[Any, _Line]


def ranking(making: Making, wanted: Wanted) -> Ranking:
    """All that are ranked, the best first, those with nothing too."""
    metric, session, asking = making.reports.metric(wanted.metric), making.session, making.asking
    earlier = wanted.period.before()
    asked = [(asking, wanted.period), (asking.as_then(wanted.period, earlier), earlier)]
    values, before = measure_each(session, metric, asked, wanted.by)
    lines = _LINES[wanted.by](making, metric, wanted, values)
    places = ranks({key: line.value for key, line in lines.items()}, metric)
    old = _old_ranks(making, metric, wanted, before, lines)
    rows = []
    for key in sorted(lines, key=lambda each: (places[each], lines[each].department, lines[each].name)):
        line = lines[key]
        closed = asking.colleagues and key != asking.viewer.id
        name = f"{line.name} {metric.name}"
        number = making.number(Behind(metric.key, wanted.period, line.pick, closed=closed, name=name))
        moved = old[key] - places[key] if key in old else None
        rows.append(RankRow(number, places[key], line.name, line.department, line.value, moved, line.target))
    targets = {row.target for row in rows}
    same = next(iter(targets)) if len(targets) == 1 else None
    total = sum(each or 0 for each in values.values()) if metric.adds_up else None
    total = total if total is not None else value(session, asking, metric, wanted.period) or 0
    of_people, low = wanted.by is By.PERSON, metric.good_is_low
    return Ranking(metric.name, metric.measure, tuple(rows), total, same, of_people=of_people, good_is_low=low)


def _old_ranks(making: Making, metric: Metric, wanted: Wanted, before: _Values, lines: _Lines) -> dict[Any, int]:
    """Who stood where before, of those that are ranked now; nobody, where nobody had anything."""
    if not any(before.values()):
        return {}
    if wanted.by is By.DEPARTMENT:
        wanted = replace(wanted, period=wanted.period.before())
        return ranks({key: line.value for key, line in _departments(making, metric, wanted, before).items()}, metric)
    return ranks({key: before.get(key) or 0 for key in lines}, metric)


def ranks(values: Mapping[Any, Value], metric: Metric) -> dict[Any, int]:
    """Places from 1; who has the same value has the same place, and the next one as many further down. Best is the
    most, or the least where that is good."""
    first: dict[Value, int] = {}
    for place, each in enumerate(sorted(values.values(), reverse=not metric.good_is_low), start=1):
        first.setdefault(each, place)
    return {key: first[each] for key, each in values.items()}


def _people(making: Making, metric: Metric, wanted: Wanted, values: _Values) -> _Lines:
    """All officers who are seen, those with nothing too; and whoever else has something, also if he has left."""
    here = {one.id: one for one in people.actors(making.session)}
    officers = {one.id: one for one in here.values() if roles_may(one.roles, Verb.FOLLOW) and _is_seen(making, one)}
    others = [key for key, each in values.items() if each and key not in officers and key is not None]
    names = people.names(making.session, others)
    lines: _Lines = {}
    targets: dict[Target | None, Value | None] = {None: None}
    for number in _with_something(metric, (*officers, *others), values):
        one, pick = here.get(number), wanted.pick.of_person(number)
        name, department = (one.name, one.department) if one else (names.get(number, ""), "")
        goal = making.reports.target_of(metric.key, one.account, one.rank) if one else None
        if goal not in targets:
            targets[goal] = making.target(goal, metric, wanted.period)
        target = targets[goal]
        lines[number] = _Line(name, department, values.get(number) or 0, pick, target)
    return lines


def _with_something(metric: Metric, numbers: Sequence[int], values: _Values) -> Sequence[int]:
    """Of a share or an average those who have one: who had nothing to contact stands not beside who missed all."""
    return numbers if metric.adds_up else [number for number in numbers if values.get(number) is not None]


def _is_seen(making: Making, one: Actor) -> bool:
    asking = making.asking
    picked, viewer = asking.pick.department, asking.viewer
    if picked and not _holds(picked, one.department):
        return False
    if asking.pick.person and one.id != asking.pick.person:
        return False
    if asking.colleagues:
        return one.department == viewer.department
    return may_touch(viewer, Verb.SEE_BOARD, one.id, one.department)


def _holds(department: str, path: str) -> bool:
    return path == department or path.startswith(f"{department}/")


def _departments(making: Making, metric: Metric, wanted: Wanted, values: _Values) -> _Lines:
    """The departments right below the one that the board is about; who is right in it counts as its own part."""
    top = scope_of(making.asking)
    seen = (one for one in people.actors(making.session) if roles_may(one.roles, Verb.FOLLOW) and _is_seen(making, one))
    folded: dict[str, Value] = {_below(top, one.department): 0 for one in seen}
    for key, each in values.items():
        path = _below(top, str(key))
        folded[path] = folded.get(path, 0) + (each or 0)
    if not metric.adds_up:
        shares = {path: _of_department(making, metric, wanted, path) for path in folded}
        folded = {path: each for path, each in shares.items() if each is not None}
    lines: _Lines = {}
    for path, each in folded.items():
        goal = making.reports.target_for(metric.key, path)
        pick = replace(wanted.pick, department=path)
        lines[path] = _Line(path, "", each, pick, making.target(goal, metric, wanted.period))
    return lines


def _of_department(making: Making, metric: Metric, wanted: Wanted, path: str) -> Value | None:
    asking = replace(making.asking, pick=replace(wanted.pick, department=path))
    return value(making.session, asking, metric, wanted.period)


def _below(top: str, path: str) -> str:
    """The department right below `top` to which `path` belongs; itself where it is `top`."""
    if not top:
        return path.partition("/")[0]
    rest = path[len(top) + 1 :] if path.startswith(f"{top}/") else ""
    return f"{top}/{rest.partition('/')[0]}" if rest else top


def _parts(by: _Part, name: Callable[[str], str]) -> Callable[[Making, Metric, Wanted, _Values], _Lines]:
    """Channels, products or regions: those of which there is something."""

    def lines(_making: Making, _metric: Metric, wanted: Wanted, values: _Values) -> _Lines:
        return {
            key or "": _Line(name(key) if key else _REST, "", each or 0, _picking(wanted.pick, by, key or UNKNOWN))
            for key, each in values.items()
            if each is not None
        }

    return lines


def _picking(pick: Pick, by: _Part, key: str) -> Pick:
    match by:
        case By.CHANNEL:
            return replace(pick, channel=key)
        case By.PRODUCT:
            return replace(pick, product=key)
        case By.REGION:
            return replace(pick, region=key)
        case _:
            assert_never(by)


def _region(code: str) -> str:
    found = region(code.ljust(_CODE, "0"))
    return found.short if found else code


_LINES: dict[By, Callable[[Making, Metric, Wanted, _Values], _Lines]] = {
    By.PERSON: _people,
    By.DEPARTMENT: _departments,
    By.CHANNEL: _parts(By.CHANNEL, str),
    By.PRODUCT: _parts(By.PRODUCT, lambda key: PRODUCTS.get(key, key)),
    By.REGION: _parts(By.REGION, _region),
}
