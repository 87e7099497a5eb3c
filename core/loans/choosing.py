"""提交人选择: before an application is handed in, its submitter names who has a node that the flow leaves to him."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core import expressions
from core.expressions import Fact, Names
from core.loans.ahead import case_of, nodes_ahead
from core.loans.eligible import has_post, own_to
from core.loans.flows import Approve, Copy, Flow, Handle, Manned
from core.loans.models import State, What
from core.loans.outcomes import CannotChoose, Chosen, NoSuchApplication, NotNow
from core.loans.own import own
from core.loans.routing import tell
from core.loans.rules import LoanRules
from core.loans.run import CHOSEN, Run
from core.people import queries as people
from core.people.policy import Actor
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """A node on the way for which the submitter names people, and whom he has named so far."""

    node: Manned | Copy
    people: tuple[int, ...]


def choices(
    flow: Flow, begins: str, names: Names, facts: Mapping[str, Fact | None], values: Mapping[str, Any]
) -> tuple[Choice, ...]:
    """What there is to choose on the way from the node `begins`, as it would go with the values of now."""
    if not flow.leaves_choice:
        return ()
    way = nodes_ahead(flow, begins, lambda node: case_of(node, names, facts))
    left = [node for node in way if isinstance(node, Approve | Handle | Copy) and _is_left(node, names, facts)]
    named = values.get(CHOSEN, {})
    return tuple(Choice(node, tuple(int(one) for one in named.get(node.key, ()))) for node in left)


def _is_left(node: Manned | Copy, names: Names, facts: Mapping[str, Fact | None]) -> bool:
    ways = [who for who in node.who if who.chosen]
    return any(not who.when or expressions.holds(who.when, names, facts) is True for who in ways)


def unchosen(run: Run, begins: str) -> tuple[Manned | Copy, ...]:
    """The nodes on its way from the node `begins` for which nobody is named who may have them now."""
    found = choices(run.flow, begins, run.form.names, run.facts(), run.values)
    return tuple(each.node for each in found if not _fit(run, each.node, each.people))


def _fit(run: Run, node: Manned | Copy, chosen: Iterable[int]) -> list[int]:
    return [person for person in chosen if _why_not(run, node, person) is None]


def _why_not(run: Run, node: Manned | Copy, person_id: int) -> str | None:
    """Why this colleague cannot have the node: an officer does not decide on what money hangs on, nor does anybody on
    an application that he made."""
    person = people.colleague(run.unit.connection, person_id)
    if person is None:
        return "left"
    if isinstance(node, Copy):
        return None
    by_id = run.by.id if run.by is not None else run.owner_id  # who is to hand it in
    if person_id in own_to(node, run.submitters | {by_id}):
        return "submitter"
    return None if has_post(person, node) else "no_post"


def choose(
    unit: Unit, actor: Actor, number: int, node: str, chosen: tuple[int, ...], rules: LoanRules
) -> Chosen | CannotChoose | NoSuchApplication | NotNow:
    """These people have the node, in this order, when the application comes there. Until it is handed in others can be
    named in their place."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in (State.DRAFT.value, State.RETURNED.value):
        return NotNow(number, State(run.row.state))
    where = run.flow.node(node)
    if not isinstance(where, Approve | Handle | Copy):
        raise TypeError(f"{node} has nobody")
    for person in chosen:
        why = _why_not(run, where, person)
        if why is not None:
            return CannotChoose(number, where.name, person, why)
    run.keep(run.values | {CHOSEN: run.values.get(CHOSEN, {}) | {node: list(dict.fromkeys(chosen))}})
    run.note(What.CHOSE, node=node)
    tell(run)
    return Chosen(number, where.name, chosen)
