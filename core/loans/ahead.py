"""The way that lies before an application, as its flow would go with the values of now. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from core import expressions
from core.calendar import WorkingCalendar
from core.expressions import Fact, Names
from core.loans.flows import Act, Approve, Condition, Copy, End, Flow, Handle, Node, Parallel, Start, Wait
from core.loans.soundness import ways_on

Decide = Callable[[Condition], str | None]
"""Which node a condition leads to; None if none of its cases holds."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A node that comes, and until when it is passed at the latest if everybody keeps the deadlines (None: a node
    before it, or it itself, has none). An end is the last one."""

    node: str
    name: str
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """From where the way begins: at `node`, which is entered at `at` (None: nobody knows when). `joins` are the nodes
    at which the branches meet in which it lies, the outermost first."""

    node: str
    at: datetime | None
    joins: tuple[str, ...] = ()


def way_ahead(
    flow: Flow, places: Sequence[Place], decide: Decide, calendar: WorkingCalendar, *, by_itself: bool = False
) -> tuple[Ahead, ...]:
    """The nodes before an application that people have, that wait for something, or that end it; each once. What is
    done by itself (抄送, 动作) is passed over, if not `by_itself`."""
    walk = _Walk(flow, decide, calendar, by_itself=by_itself)
    left = list(places)
    for depth in range(max((len(place.joins) for place in places), default=0), 0, -1):
        inner = [place for place in left if len(place.joins) == depth]
        left = [place for place in left if len(place.joins) < depth]
        for joins in dict.fromkeys(place.joins for place in inner):
            came = [walk.to(each.node, each.at, until=joins[-1]) for each in inner if each.joins == joins]
            left.append(Place(joins[-1], _latest(came), joins[:-1]))
    for place in left:
        walk.to(place.node, place.at)
    return tuple(walk.found)


def case_of(node: Condition, names: Names, facts: Mapping[str, Fact | None]) -> str | None:
    """Which node a condition leads to by these facts; None if none of its cases holds."""
    held = (case for case in node.cases if not case.when or expressions.holds(case.when, names, facts) is True)
    return next((case.to for case in held), None)


def nodes_ahead(flow: Flow, begins: str, decide: Decide) -> tuple[Node, ...]:
    """All nodes on the way from the node `begins` to the end if everybody agrees, each once."""
    found: dict[str, Node] = {}
    waiting = [begins]
    while waiting:
        key = waiting.pop(0)
        if key in found:
            continue
        node = found[key] = flow.node(key)
        on = [decide(node)] if isinstance(node, Condition) else ways_on(node)
        waiting += [each for each in on if each is not None]
    return tuple(found.values())


class _Walk:
    def __init__(self, flow: Flow, decide: Decide, calendar: WorkingCalendar, *, by_itself: bool) -> None:
        self._flow, self._decide, self._calendar, self._by_itself = flow, decide, calendar, by_itself
        self._seen: set[str] = set()
        self.found: list[Ahead] = []

    def to(self, key: str, at: datetime | None, until: str = "") -> datetime | None:
        """Go on from `key` until `until` (empty: to the end); when it is there at the latest."""
        while key != until and key not in self._seen:
            self._seen.add(key)
            node = self._flow.node(key)
            match node:
                case Condition():
                    chosen = self._decide(node)
                    if chosen is None:
                        return at
                    key = chosen
                case Parallel():
                    at = _latest([self.to(branch, at, node.join) for branch in node.branches])
                    key = node.join
                case End():
                    self.found.append(Ahead(key, node.name, at))
                    return at
                case Approve() | Handle() | Wait():
                    at = self._passed(node, at)
                    self.found.append(Ahead(key, node.name, at))
                    key = node.next
                case Copy() | Act():
                    if self._by_itself:
                        self.found.append(Ahead(key, node.name, at))
                    key = node.next
                case Start():
                    key = node.next
                case _:
                    assert_never(node)
        return at

    def _passed(self, node: Approve | Handle | Wait, at: datetime | None) -> datetime | None:
        deadline = None if isinstance(node, Wait) else node.deadline
        return deadline.within.after(self._calendar, at) if deadline is not None and at is not None else None


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    known = list(moments)
    if not known or None in known:
        return None
    return max(each for each in known if each is not None)
