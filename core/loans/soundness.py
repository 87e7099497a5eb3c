"""Whether a flow can be run: what is wrong between its nodes, found before anything enters it. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from core.loans.flows import Act, Approve, Condition, End, Flow, Handle, Node, Parallel, Repeat, Start, Wait


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong at the node of the key `node`.

    `start_first`: the flow does not begin with the start. `second_start`: another start. `unreachable`: no way leads
    here. `endless`: here it goes round and comes to no end, though everybody agrees. `circle`: it comes back to itself
    with nobody asked. `stuck`: it comes back to itself, and nothing on that way can have changed, so that it goes the
    same way again.

    `branch_out`: in a branch (or as its beginning), it leads to `other`, past the join. `empty_branch`: its branch
    `other` is the join itself. `branch_in`: it leads into a branch, or to a join, that is `other` and not its own.
    `shared_join`: its join is also that of `other`.
    """

    why: Literal[
        "start_first",
        "second_start",
        "unreachable",
        "endless",
        "circle",
        "stuck",
        "branch_out",
        "empty_branch",
        "branch_in",
        "shared_join",
    ]
    node: str
    other: str = ""


def ways_on(node: Node) -> tuple[str, ...]:
    """Where an application can go from a node, what a refusal leads to left out."""
    match node:
        case Condition():
            return tuple(case.to for case in node.cases)
        case Parallel():
            return node.branches
        case End():
            return ()
        case _:
            return (node.next,)


def ways_from(node: Node) -> tuple[str, ...]:
    """Where an application can go from a node."""
    refused = (node.refused,) if isinstance(node, Approve) and node.refused else ()
    return (*ways_on(node), *refused)


def flaws(flow: Flow) -> list[Flaw]:
    """What is wrong with a flow whose nodes name no other nodes than its own, in the order of the nodes; a flaw that
    only follows from another is left out."""
    starts = [node.key for node in flow.nodes if isinstance(node, Start)]
    if not isinstance(flow.nodes[0], Start):
        return [Flaw("start_first", flow.nodes[0].key)]
    if len(starts) > 1:
        return [Flaw("second_start", starts[1])]
    order = {node.key: place for place, node in enumerate(flow.nodes)}
    reached = _reached(flow, [starts[0]])
    dead = [key for key in order if key in reached and not _ends(flow, key) and _comes_back(flow, key)]
    found = list(_circles(flow)) or [Flaw("endless", key) for key in dead[:1]] or list(_stuck(flow, reached))
    lost = [key for key in order if key not in reached]
    # That an end is not reached may only follow from a way that leads nowhere.
    found += [Flaw("unreachable", key) for key in lost if not (found and isinstance(flow.node(key), End))]
    return sorted(found or _branch_flaws(flow), key=lambda flaw: order[flaw.node])


def _reached(
    flow: Flow,
    keys: Iterable[str],
    closed: Collection[str] = (),
    ways: Callable[[Node], tuple[str, ...]] = ways_from,
) -> set[str]:
    """The nodes that can be reached from these by `ways`, themselves included, not going through those that are
    closed."""
    found: set[str] = set()
    waiting = [key for key in keys if key not in closed]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [way for way in ways(flow.node(key)) if way not in closed]
    return found


def _ends(flow: Flow, key: str) -> bool:
    """Does it come to an end if everybody agrees? That somebody may refuse is no way out."""
    return any(isinstance(flow.node(each), End) for each in _reached(flow, [key], ways=ways_on))


def _comes_back(flow: Flow, key: str) -> bool:
    return key in _reached(flow, ways_on(flow.node(key)), ways=ways_on)


def _stuck(flow: Flow, reached: Collection[str]) -> Iterator[Flaw]:
    """The first node of each round that goes on for ever because nothing in it changes what its conditions see."""
    told: set[str] = set()
    for key in (node.key for node in flow.nodes if node.key in reached and _comes_back(flow, node.key)):
        onward = _reached(flow, [key], ways=ways_on)
        around = {each for each in onward if key in _reached(flow, [each], ways=ways_on)}
        if not told & around and not any(_changes(flow.node(each)) for each in around):
            told |= around
            yield Flaw("stuck", key)


def _changes(node: Node) -> bool:
    """Can something be another way behind this node than before it?"""
    return isinstance(node, Act | Wait) or (isinstance(node, Approve | Handle) and bool(node.editable))


def _asks(node: Node) -> bool:
    """Does it wait for somebody each time it is come to? Who need not be asked twice is none to stop at."""
    if isinstance(node, Approve):
        return node.money or node.repeat is Repeat.EACH
    return isinstance(node, Handle | Wait)


def _circles(flow: Flow) -> Iterator[Flaw]:
    """The first node of each circle in which nobody is asked and nothing is waited for."""
    stops = {node.key for node in flow.nodes if _asks(node)}
    told: set[str] = set()
    for node in flow.nodes:
        round_trip = _reached(flow, ways_on(node), closed=stops)
        if node.key not in stops and node.key not in told and node.key in round_trip:
            told |= {each for each in round_trip if node.key in _reached(flow, [each], closed=stops)}
            yield Flaw("circle", node.key)


def _branch_flaws(flow: Flow) -> Iterator[Flaw]:
    parallels = [node for node in flow.nodes if isinstance(node, Parallel)]
    joins: dict[str, str] = {}
    for node in parallels:
        if node.join in joins:
            yield Flaw("shared_join", node.key, joins[node.join])
        joins.setdefault(node.join, node.key)
    if len(joins) == len(parallels):
        for node in parallels:
            inside = [_inside(flow, branch, node.join) for branch in node.branches]
            astray = list(_out(flow, node, inside))
            yield from astray or _into(flow, node, inside)


def _inside(flow: Flow, branch: str, join: str) -> set[str]:
    """The nodes of a branch: all on its way to the join."""
    found: set[str] = set()
    waiting = [branch]
    while waiting:
        key = waiting.pop()
        if key != join and key not in found:
            found.add(key)
            waiting += ways_on(flow.node(key))
    return found


def _out(flow: Flow, parallel: Parallel, inside: list[set[str]]) -> Iterator[Flaw]:
    """Branches come to the join, and nowhere else; a refusal may end all."""
    for branch, nodes in zip(parallel.branches, inside, strict=True):
        if not nodes:
            yield Flaw("empty_branch", parallel.key, branch)
        elif _leaves(flow, parallel, branch):
            yield Flaw("branch_out", parallel.key, branch)
        for node in (flow.node(key) for key in nodes):
            yield from (Flaw("branch_out", node.key, way) for way in ways_on(node) if _leaves(flow, parallel, way))
            refused = node.refused if isinstance(node, Approve) else ""
            # A refusal ends all branches: what it led to within one would go on without the others.
            if refused and not isinstance(flow.node(refused), End):
                yield Flaw("branch_out", node.key, refused)


def _leaves(flow: Flow, parallel: Parallel, way: str) -> bool:
    """Does a step to `way` leave the branches without their join? To an end, or around to the beginning."""
    return way == parallel.key or (way != parallel.join and isinstance(flow.node(way), End))


def _into(flow: Flow, parallel: Parallel, inside: list[set[str]]) -> Iterator[Flaw]:
    """Nothing leads into a branch but the parallel node, and nothing to the join but the branches; no branch leads into
    another."""
    within = set().union(*inside)
    for node in flow.nodes:
        own = [nodes for nodes in inside if node.key in nodes]
        allowed = {parallel.join}.union(*own) if own else set(parallel.branches) if node.key == parallel.key else set()
        for way in ways_from(node):
            shared = own and way != parallel.join and sum(way in nodes for nodes in inside) > len(own)
            if (way in within | {parallel.join} and way not in allowed) or shared:
                yield Flaw("branch_in", node.key, way)
