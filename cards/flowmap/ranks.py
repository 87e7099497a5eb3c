"""Which box stands in which row: each below all that lead to it, all of a stage below all of the stages before it."""

from graphlib import TopologicalSorter

from cards.flowmap.graph import Arc, Graph


def rank(graph: Graph) -> dict[str, int]:
    """The row of each box by its key, counted from the top. Arcs that lead back do not count."""
    back = _backward(graph)
    above: dict[str, list[str]] = {vertex.key: [] for vertex in graph.vertices}
    for arc in graph.arcs:
        if arc not in back:
            above[arc.target].append(arc.source)
    order = list(TopologicalSorter(above).static_order())
    stage_of = {vertex.key: vertex.stage for vertex in graph.vertices}
    ranks: dict[str, int] = {}
    for stage in sorted(set(stage_of.values())):
        first = max(ranks.values(), default=-1) + 1
        for key in order:
            if stage_of[key] == stage:
                ranks[key] = max([first, *(ranks[before] + 1 for before in above[key])])
    return ranks


def _backward(graph: Graph) -> frozenset[Arc]:
    """The arcs that lead back: to a stage before, or within a stage to a box that led here."""
    stage_of = {vertex.key: vertex.stage for vertex in graph.vertices}
    back = {arc for arc in graph.arcs if stage_of[arc.target] < stage_of[arc.source]}
    onward: dict[str, list[Arc]] = {vertex.key: [] for vertex in graph.vertices}
    for arc in graph.arcs:
        if arc not in back:
            onward[arc.source].append(arc)
    done: set[str] = set()
    for vertex in graph.vertices:
        back |= _closing(vertex.key, onward, done)
    return frozenset(back)


def _closing(root: str, onward: dict[str, list[Arc]], done: set[str]) -> set[Arc]:
    """The arcs that close a circle, of all that is reached from `root` and not `done` yet; it is done then."""
    if root in done:
        return set()
    back: set[Arc] = set()
    way = {root: iter(onward[root])}  # in the order of the way from the root
    while way:
        key = next(reversed(way))
        arc = next(way[key], None)
        if arc is None:
            del way[key]
            done.add(key)
        elif arc.target in way:
            back.add(arc)
        elif arc.target not in done:
            way[arc.target] = iter(onward[arc.target])
    return back
