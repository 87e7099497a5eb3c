"""What there is to draw of a flow: a box for each node, each case of a condition and each place where branches join,
and the arcs between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cards.flowmap.lettering import LEADING, breadth, wrap
from cards.texts import flows as texts
from core.loans.flows import Approve, Condition, End, Flow, Node, Parallel

NAME_SIZE, DETAIL_SIZE = 15, 12
PORT = 36  # pixels between the lines that leave a box
_ROOM = 196  # for the words of a box
_MARGIN, _PAD = 26, 10  # beside the words, and above and below
_LEAST, _SMALL_MARGIN, _SMALL_PAD = 64, 10, 4  # of cases and bars


class Shape(StrEnum):
    """The form of a box: the kinds of nodes, a case of a condition, and the bar where branches join."""

    START = "start"
    APPROVE = "approve"
    HANDLE = "handle"
    COPY = "copy"
    CONDITION = "condition"
    PARALLEL = "parallel"
    WAIT = "wait"
    ACT = "act"
    END = "end"
    CASE = "case"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of words in a box; `strong`: the name."""

    text: str
    size: int
    strong: bool


@dataclass(frozen=True, slots=True)
class Vertex:
    """A box to be placed. `key`: `node:…`, `case:…` or `join:…`; `stage` counts from the top."""

    key: str
    shape: Shape
    stage: int
    rows: tuple[Row, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arc:
    """A way from a box to another one, by their keys."""

    source: str
    target: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Fork:
    """A parallel node: the nodes on its branches lie `inside`."""

    key: str
    join: str
    inside: frozenset[str]

    @property
    def size(self) -> tuple[int, str]:
        """What lies around another one is greater; the key makes two that lie around each other differ."""
        return len(self.inside), self.key


@dataclass(frozen=True, slots=True)
class Graph:
    """All of it; vertices in the order of the file."""

    vertices: tuple[Vertex, ...]
    arcs: tuple[Arc, ...]


def graph_of(flow: Flow) -> Graph:
    """What there is to draw of the flow.

    Raises:
        KeyError: a node leads to one that is not there: no flow that was checked is so.
    """
    forks = [_Fork(node.key, node.join, _inside(flow, node)) for node in flow.nodes if isinstance(node, Parallel)]
    arcs = tuple(dict.fromkeys(arc for node in flow.nodes for arc in _arcs(node, forks)))
    vertices = tuple(vertex for node in flow.nodes for vertex in _vertices(flow, node, arcs))
    return Graph(vertices, arcs)


def _vertices(flow: Flow, node: Node, arcs: Sequence[Arc]) -> Iterator[Vertex]:
    """The box of a node and those that belong to it: the bar where its branches join, its cases."""
    stages = [stage.key for stage in flow.stages]
    stage = stages.index(node.stage)
    yield _vertex(_node(node.key), Shape(node.kind), stage, _rows(node.name, texts.details(node)), arcs)
    if isinstance(node, Parallel):
        there = stages.index(flow.node(node.join).stage)
        yield _vertex(_join(node.key), Shape.JOIN, there, _rows("", [texts.JOIN]), arcs)
    if isinstance(node, Condition):
        for place, one in enumerate(node.cases):
            said = _rows("", [texts.case(place + 1, one.when)])
            yield _vertex(_case(node.key, place), Shape.CASE, stage, said, arcs)


def _next_keys(node: Node) -> list[tuple[str, bool]]:
    """Where a node leads, and whether that is its refusal; each once."""
    match node:
        case End():
            return []
        case Condition():
            return [(case.to, False) for case in node.cases]
        case Parallel():
            return [(branch, False) for branch in dict.fromkeys(node.branches)]
        case Approve():
            return [(node.next, False), *([(node.refused, True)] if node.refused else [])]
        case _:
            return [(node.next, False)]


def _arcs(node: Node, forks: Sequence[_Fork]) -> Iterator[Arc]:
    if isinstance(node, Parallel):
        own = next(fork for fork in forks if fork.key == node.key)
        yield Arc(_join(node.key), _goal(node.key, node.join, [fork for fork in forks if fork.size > own.size]))
        for branch in dict.fromkeys(node.branches):
            yield Arc(_node(node.key), _join(node.key) if branch == node.join else _node(branch))
        return
    for place, (key, refused) in enumerate(_next_keys(node)):
        goal = _node(key) if refused else _goal(node.key, key, forks)
        if isinstance(node, Condition):
            yield Arc(_node(node.key), _case(node.key, place))
            yield Arc(_case(node.key, place), goal)
        else:
            yield Arc(_node(node.key), goal, refused)


def _goal(source: str, target: str, forks: Sequence[_Fork]) -> str:
    """The box an arc leads to: the target, or, where branches join there and the source is on one, their bar; the
    innermost."""
    joining = [fork for fork in forks if fork.join == target and source in fork.inside]
    return _join(min(joining, key=lambda fork: fork.size).key) if joining else _node(target)


def _inside(flow: Flow, node: Parallel) -> frozenset[str]:
    """The nodes on the branches: those that are reached from it without coming to the join, and in no other way."""
    return _reached(flow, node.branches, node.join) - _reached(flow, [flow.nodes[0].key], node.key)


def _reached(flow: Flow, begin: Iterable[str], never: str) -> frozenset[str]:
    """What is reached from these nodes, themselves included, on ways that do not come to the node `never`."""
    found: set[str] = set()
    open_keys = list(begin)
    while open_keys:
        key = open_keys.pop()
        if key != never and key not in found:
            found.add(key)
            open_keys += [goal for goal, _ in _next_keys(flow.node(key))]
    return frozenset(found)


def _node(key: str) -> str:
    return f"node:{key}"


def _join(key: str) -> str:
    return f"join:{key}"


def _case(key: str, place: int) -> str:
    return f"case:{place}:{key}"


def _rows(name: str, details: list[str]) -> tuple[Row, ...]:
    named = [Row(line, NAME_SIZE, strong=True) for line in wrap(name, _ROOM, NAME_SIZE)]
    lines = [line for text in details for line in wrap(text, _ROOM, DETAIL_SIZE)]
    return (*named, *(Row(line, DETAIL_SIZE, strong=False) for line in lines))


def _vertex(key: str, shape: Shape, stage: int, rows: tuple[Row, ...], arcs: Sequence[Arc]) -> Vertex:
    ports = max(sum(arc.source == key for arc in arcs), sum(arc.target == key for arc in arcs))
    small = shape in (Shape.CASE, Shape.JOIN)
    widest = max((breadth(row.text, row.size) for row in rows), default=0)
    broad = max(widest, _LEAST if small else _ROOM, PORT * ports)
    margin, pad = (_SMALL_MARGIN, _SMALL_PAD) if small else (_MARGIN, _PAD)
    high = sum(row.size * LEADING for row in rows)
    return Vertex(key, shape, stage, rows, 2 * round(broad / 2 + margin), 2 * round(high / 2 + pad))
