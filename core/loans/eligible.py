"""Who may decide what money hangs on, however he came to have it; and who has had his vote. Pure."""

from collections.abc import Iterable
from typing import Any

from core.loans.flows import Approve, Decision, Manned
from core.loans.models import HAS_THE_NODE, VOTES, TaskKind, TaskState
from core.people.policy import Actor, Role

_ABOVE = frozenset({Role.MANAGER, Role.ADMIN})
_DECIDE = frozenset({Role.APPROVER, Role.RISK})
_NO_OFFICER = frozenset(Role) - {Role.OFFICER}
_SAID = (Decision.AGREE.value, Decision.REFUSE.value)


def posts_for(node: Manned) -> frozenset[Role]:
    """The posts of which one is needed at a node that money hangs on and that names posts alone; empty: any will do."""
    named = frozenset(Role(who.role) for who in node.who if who.role)
    return named if node.money and named and all(who.role for who in node.who) else frozenset()


def posts_wanted(node: Manned) -> frozenset[Role]:
    """The same as it is said to who has none of them."""
    return posts_for(node) or (_NO_OFFICER if node.money else frozenset())


def has_post(person: Actor, node: Manned) -> bool:
    """Has he, now, a post for this node? Who stands above others decides for them; and what is decided, whoever decides
    elsewhere may decide here, if it was given to him: an officer may not, however a node that money hangs on names its
    people."""
    wanted = posts_for(node)
    if node.money and not wanted:
        return bool(person.roles & _NO_OFFICER)
    also = _ABOVE | _DECIDE if isinstance(node, Approve) else _ABOVE
    return not wanted or bool((wanted | also) & person.roles)


def may_override(person: Actor, node: Manned) -> bool:
    """Has he, now, a post that the node names, or stands above others? Who decides elsewhere may decide here, but not
    against what the risk rules suggest."""
    named = frozenset(Role(who.role) for who in node.who if who.role)
    return not named or bool((named | _ABOVE) & person.roles)


def own_to(node: Manned, submitters: frozenset[int]) -> frozenset[int]:
    """Of these, whose application it is (`Run.submitters`), those who may not have this node: all of them where it is
    decided, or money hangs on it; what is merely done they may do."""
    return submitters if node.money or isinstance(node, Approve) else frozenset()


def may_sign(person: Actor, node: Manned) -> bool:
    """Can he be added to somebody's seat there? His refusal ends it, so that where money hangs on it he is no officer;
    of what is asked by 委派 nothing hangs on his answer."""
    return not node.money or bool(person.roles & _NO_OFFICER)


def can_stand_in(person: Actor, principal: Actor) -> bool:
    """Can he do what the posts of the other one are for? Else who is away would believe that somebody decides."""
    wanted = principal.roles - {Role.OFFICER}
    also = _ABOVE | (_DECIDE if wanted & _DECIDE else frozenset())
    return not wanted or bool(person.roles & (wanted | also))


def may_cast(person: Actor, node: Manned, kind: str) -> bool:
    """May he, now, do what a task of this kind is for at this node? Nothing hangs on an opinion."""
    if kind in HAS_THE_NODE:
        return has_post(person, node)
    return kind == TaskKind.DELEGATE.value or may_sign(person, node)


def voters(tasks: Iterable[Any]) -> frozenset[int]:
    """Who has cast a vote, or signed one, by one of these tasks of a step: for himself, or in somebody's place; or
    whose vote counts without his having been asked again."""
    return frozenset(
        person
        for task in tasks
        if task.kind in VOTES and task.state == TaskState.DONE.value and task.decision in _SAID
        for person in (task.acted_by_id if task.acted_by_id is not None else task.person_id,)
    )


def is_vote(task: Any, node: Manned, decision: Decision) -> bool:
    """Would this be a vote of a node that is decided, or somebody's signature to one? Each has one of them there: who
    votes does not sign to his own vote in another's place."""
    said = decision is Decision.SIGN_AFTER or decision.value in _SAID
    return isinstance(node, Approve) and task.kind in VOTES and said
