"""瓶颈: where applications wait now, and with whom: how many, how long, how many past their deadline. Reads only.

All is counted by the database, from the steps that are not left and the tasks that are open. Whoever looks sees the
applications of those whom he looks after (`Verb.SEE_WAITING`), and what waits for himself. Waiting is clock time here:
an average of working time could not be counted so. Late is what is past the deadline that 进度, the cards and the
ladder go by too: that of a person's task, and at a node the first one of those who have it now (依次: of him whose turn
it is).
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, false, func, literal, literal_column, not_, or_, select
from sqlalchemy.orm import Session

from core.loans.definitions import flow_of
from core.loans.flows import Flow
from core.loans.listing import PAGE
from core.loans.models import Application, Definition, StepRow, StepState, Task
from core.people.models import Department, Person
from core.people.policy import Actor, Verb, owner_filter
from core.store.base import UtcDateTime, table_of

MOST_SPOTS = 3
"""So many nodes and so many people are told of on a card."""

_A, _S, _T, _F = table_of(Application), table_of(StepRow), table_of(Task), table_of(Definition)
_WAITS = _S.c.left_at.is_(None)  # written as the partial index says it, or that is of no use
_HAS = _T.c.state == literal_column("'open'")
_FIRST_DUE = func.coalesce(
    select(func.min(_T.c.due_at)).where(_T.c.step_id == _S.c.id, _HAS).correlate(_S).scalar_subquery(), _S.c.due_at
)
"""When a step is due: as `visits` says it of one."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Of what is asked: empty is all. `node`: the name of a node, or, unless that is `exact`, of a stage. `person`: who
    has it. `department`: its officer works there or below, by path. `product`: by key."""

    node: str = ""
    person: int = 0
    department: str = ""
    product: str = ""
    exact: bool = False


def to_token(pick: Pick) -> str:
    """The pick in letters that may stand in a button and in a card's arguments."""
    given = {key: value for key, value in asdict(pick).items() if value}
    packed = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def from_token(token: str) -> Pick:
    """The pick that `to_token` wrote."""
    return Pick(**json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where `count` applications wait: at the node `name`, or (`person_id`) with somebody; the longest since `oldest`,
    on the average `average` long, and `late` of them past the deadline."""

    name: str
    person_id: int
    count: int
    late: int
    oldest: datetime
    average: timedelta


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The worst nodes and people, the worst first: by how many are late, then by how many wait. `count` and `late` are
    applications, each once, however many branches it waits in. `other_nodes` are the names of the nodes that are not
    among them, `more_people`: nor is everybody."""

    count: int
    late: int
    oldest: datetime | None
    nodes: tuple[Spot, ...]
    people: tuple[Spot, ...]
    other_nodes: tuple[str, ...] = ()
    more_people: bool = False


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An application that waits at a node `since` then, for these `people` (nobody: for something outside). `due_at` is
    the first deadline of theirs, or that of the person whose list it is."""

    number: int
    lead_id: int
    product: str
    amount_fen: int | None
    node: str
    since: datetime
    due_at: datetime | None
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """One page of what waits, the longest first; `total` of them."""

    page: int
    total: int
    lines: tuple[WaitingLine, ...]


def bottlenecks(session: Session, viewer: Actor, pick: Pick, now: datetime, most: int = MOST_SPOTS) -> Bottlenecks:
    """Where what is picked waits now, as far as `viewer` looks after it: the worst `most` nodes and people."""
    flows = _flows(session)
    moment = literal(now, UtcDateTime())
    late = moment > _FIRST_DUE
    here = (_WAITS, *_wanted(pick, flows), *_stops(flows))
    each = _A.c.id.distinct()
    total = select(func.count(each), func.count(case((late, _A.c.id)).distinct()), func.min(_S.c.entered_at))
    count, lates, oldest = session.execute(_from_steps(total).where(*here, _sees_step(viewer))).one()
    nodes = _nodes(session, (*here, _sees_step(viewer)), flows, late, now)
    his = (_HAS, *_wanted(pick, flows), _sees_task(viewer))
    people = _people(session, his, _T.c.due_at < moment, now, most)
    worst, others = nodes[:most], tuple(spot.name for spot in nodes[most:])
    return Bottlenecks(count, lates, oldest, worst, people[:most], others, len(people) > most)


def waiting_page(session: Session, viewer: Actor, pick: Pick, page: int, size: int = PAGE) -> WaitingPage:
    """Page `page` (from 1; the last one if there are fewer) of what is picked, `size` on each."""
    flows = _flows(session)
    here: tuple[ColumnElement[bool], ...]
    due_at: ColumnElement[datetime | None]
    if pick.person:
        joined, since, due_at, number = _from_tasks, _T.c.opened_at, _T.c.due_at, _T.c.id
        here = (_HAS, _T.c.person_id == pick.person, _sees_task(viewer))
    else:
        joined, since, due_at, number = _from_steps, _S.c.entered_at, _FIRST_DUE, _S.c.id
        here = (_WAITS, *_stops(flows), _sees_step(viewer))
    here = (*here, *_wanted(pick, flows))
    total = session.scalar(joined(select(func.count())).where(*here)) or 0
    page = min(page, max(-(-total // size), 1))
    columns = (_A.c.id, _A.c.lead_id, _A.c.product, _A.c.amount_fen, _A.c.flow, _S.c.node, due_at.label("due_at"))
    wanted = joined(select(*columns, since.label("since"), _S.c.id.label("step"))).where(*here)
    rows = session.execute(wanted.order_by(since, number).offset((page - 1) * size).limit(size)).all()
    holders = _holders(session, [row.step for row in rows])
    return WaitingPage(page, total, tuple(_line(row, flows, holders.get(row.step, ())) for row in rows))


def node_names(session: Session) -> list[str]:
    """What nodes and stages of all flows are called, in the order of the flows."""
    named = [
        name
        for flow in _flows(session).values()
        for node in flow.nodes
        if node.kind in ("approve", "handle", "wait", "start")
        for name in (node.name, flow.stage(node.stage).name)
    ]
    return list(dict.fromkeys(named))


def _line(row: Any, flows: dict[str, Flow], people: Sequence[int]) -> WaitingLine:
    name = flows[row.flow].node(row.node).name
    return WaitingLine(row.id, row.lead_id, row.product, row.amount_fen, name, row.since, row.due_at, tuple(people))


def _holders(session: Session, steps: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    wanted = select(_T.c.step_id, _T.c.person_id).where(_T.c.step_id.in_(steps), _HAS).order_by(_T.c.id)
    for row in session.execute(wanted):
        found.setdefault(row.step_id, []).append(row.person_id)
    return found


def _flows(session: Session) -> dict[str, Flow]:
    """Every version of every flow, by digest."""
    digests = session.scalars(select(_F.c.digest).where(_F.c.kind == "flow").order_by(_F.c.at, _F.c.digest))
    return {digest: flow_of(session.connection(), digest) for digest in digests}


def _nodes(
    session: Session,
    here: Iterable[ColumnElement[bool]],
    flows: dict[str, Flow],
    late: ColumnElement[bool],
    now: datetime,
) -> tuple[Spot, ...]:
    """All nodes, the worst first: those of one name in several flows, and in several versions of one, are one."""
    by = (_A.c.flow, _S.c.node)
    rows = session.execute(_from_steps(select(*by, *_figures(_S.c.entered_at, late))).where(*here).group_by(*by))
    found: dict[str, Spot] = {}
    for flow, node, *figures in rows:
        spot = _spot(flows[flow].node(node).name, 0, figures, now)
        other = found.get(spot.name)
        found[spot.name] = _both(other, spot) if other is not None else spot
    return tuple(sorted(found.values(), key=lambda spot: (-spot.late, -spot.count, spot.oldest)))


def _people(
    session: Session, here: Iterable[ColumnElement[bool]], late: ColumnElement[bool], now: datetime, most: int
) -> tuple[Spot, ...]:
    count, lates, oldest, average = _figures(_T.c.opened_at, late)
    rows = session.execute(
        _from_tasks(select(_T.c.person_id, count, lates, oldest, average))
        .where(*here)
        .group_by(_T.c.person_id)
        .order_by(lates.desc(), count.desc(), oldest, _T.c.person_id)
        .limit(most + 1)
    )
    return tuple(_spot("", person_id, figures, now) for person_id, *figures in rows)


def _figures(since: ColumnElement[datetime], late: ColumnElement[bool]) -> tuple[ColumnElement[Any], ...]:
    """How many, how many late, the oldest, and the mean of the moments (in seconds since 1970)."""
    return (
        func.count(),
        func.sum(case((late, 1), else_=0)),
        func.min(since),
        func.avg(extract("epoch", since)),
    )


def _spot(name: str, person_id: int, figures: Sequence[Any], now: datetime) -> Spot:
    count, late, oldest, mean = figures
    return Spot(name, person_id, count, int(late), oldest, timedelta(seconds=now.timestamp() - float(mean)))


def _both(one: Spot, other: Spot) -> Spot:
    count = one.count + other.count
    average = (one.average * one.count + other.average * other.count) / count
    return Spot(one.name, 0, count, one.late + other.late, min(one.oldest, other.oldest), average)


def _from_steps(wanted: Any) -> Any:
    joined = wanted.select_from(_S).join(_A, _A.c.id == _S.c.application_id)
    return joined.join(Person, Person.id == _A.c.owner_id).join(Department, Department.id == Person.department_id)


def _from_tasks(wanted: Any) -> Any:
    joined = wanted.select_from(_T).join(_S, _S.c.id == _T.c.step_id).join(_A, _A.c.id == _T.c.application_id)
    return joined.join(Person, Person.id == _A.c.owner_id).join(Department, Department.id == Person.department_id)


def _sees_step(viewer: Actor) -> ColumnElement[bool]:
    his = select(_T.c.step_id).where(_T.c.person_id == viewer.id, _HAS)
    return or_(owner_filter(viewer, Verb.SEE_WAITING), _S.c.id.in_(his))


def _sees_task(viewer: Actor) -> ColumnElement[bool]:
    return or_(owner_filter(viewer, Verb.SEE_WAITING), _T.c.person_id == viewer.id)


def _wanted(pick: Pick, flows: dict[str, Flow]) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if pick.node:
        parts.append(_any_of(_nodes_called(pick, flow, digest) for digest, flow in flows.items()))
    if pick.department:
        below = f"{pick.department}/"  # not LIKE: as in `owner_filter`
        parts.append(or_(Department.path == pick.department, func.substr(Department.path, 1, len(below)) == below))
    if pick.product:
        parts.append(_A.c.product == pick.product)
    return parts


def _nodes_called(pick: Pick, flow: Flow, digest: str) -> ColumnElement[bool]:
    keys = [
        node.key
        for node in flow.nodes
        if pick.node == node.name or (not pick.exact and pick.node == flow.stage(node.stage).name)
    ]
    return and_(_A.c.flow == digest, _S.c.node.in_(keys)) if keys else false()


def _stops(flows: dict[str, Flow]) -> list[ColumnElement[bool]]:
    """It is at a node where something has to be done: not at one that only parts into branches, unless it is held
    before that for want of papers."""
    held = _S.c.state == StepState.HELD.value
    parting = {digest: [node.key for node in flow.nodes if node.kind == "parallel"] for digest, flow in flows.items()}
    return [or_(held, not_(and_(_A.c.flow == digest, _S.c.node.in_(keys)))) for digest, keys in parting.items() if keys]


def _any_of(parts: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *parts)
