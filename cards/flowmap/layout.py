"""Flow -> Map: everything with its place, in pixels from the upper left corner."""

from dataclasses import dataclass

from cards.flowmap.bands import Band, bands_of
from cards.flowmap.columns import columns
from cards.flowmap.graph import Arc, Vertex, graph_of
from cards.flowmap.heights import heights_of
from cards.flowmap.lettering import LEADING, wrap
from cards.flowmap.lines import Line, lines_of, passages_of
from cards.flowmap.order import Near, order
from cards.flowmap.ports import ports
from cards.flowmap.ranks import rank
from cards.flowmap.wires import wires_of
from cards.texts import flows as texts
from core.loans.flows import Flow, StageType

TITLE_SIZE, SUBJECT_SIZE = 20, 12
MARGIN = 24
LEGEND = 38  # how high the line is that says what lines mean
_LEAST = 480  # how broad a picture is at least


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its left edge, and its top."""

    vertex: Vertex
    left: int
    top: int

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.left + self.vertex.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.top + self.vertex.height


@dataclass(frozen=True, slots=True)
class Map:
    """The whole picture. `arcs` is what the `lines` stand for, each line for one or several; `side` is how broad the
    column is in which the stages are named; `legend` where the line begins that says what lines mean."""

    title: tuple[str, ...]
    subject: tuple[str, ...]
    legend: int
    boxes: tuple[Box, ...]
    arcs: tuple[Arc, ...]
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    stage_types: tuple[StageType, ...]
    side: int
    width: int
    height: int


def map_of(flow: Flow) -> Map:
    """The picture of a flow that was checked.

    Raises:
        KeyError: a node leads to one that is not there.
    """
    graph = graph_of(flow)
    ranks = rank(graph)
    wires = wires_of(graph, ranks)
    near = Near(wires, ranks)
    cells = order(graph, wires, ranks, near)
    placed = columns(cells, {vertex.key: vertex.width for vertex in graph.vertices}, wires, near)
    passages = passages_of(wires, ranks, placed.middle, ports(wires, ranks, placed.middle))
    room = max(placed.width, _LEAST)
    title, subject = wrap(flow.name, room, TITLE_SIZE), wrap(texts.subject(flow), room, SUBJECT_SIZE)
    legend = MARGIN + round((len(title) * TITLE_SIZE + len(subject) * SUBJECT_SIZE) * LEADING)
    heights = heights_of(graph, ranks, passages, legend + LEGEND)
    bands, side = bands_of(flow, graph, ranks, heights)
    shift = MARGIN + side + MARGIN + (room - placed.width) // 2
    boxes = tuple(
        Box(
            vertex,
            shift + placed.middle[ranks[vertex.key], vertex.key] - vertex.width // 2,
            heights.edges[vertex.key][0],
        )
        for vertex in graph.vertices
    )
    lines = lines_of(wires, passages, heights, shift)
    width, height = shift + placed.width + (room - placed.width + 1) // 2 + 2 * MARGIN, heights.bottom + MARGIN
    types = tuple(stage.type for stage in flow.stages)
    return Map(tuple(title), tuple(subject), legend, boxes, graph.arcs, lines, bands, types, side, width, height)
