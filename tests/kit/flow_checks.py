"""What must be so in the picture of any flow."""

from functools import cache
from itertools import combinations

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from cards.flowmap.ink import ink
from cards.flowmap.layout import Box, Map
from cards.flowmap.lines import Line, Segment
from cards.pictures.marks import Anchor, Words
from core.loans.flows import Approve, Condition, End, Flow, Node, Parallel


def all_is_there(drawn: Flow, picture: Map) -> None:
    """Every node has its box and every way its arc; of a way through a case or into a bar, both halves."""
    keys = {box.vertex.key for box in picture.boxes}
    assert len(keys) == len(picture.boxes)
    assert {f"node:{node.key}" for node in drawn.nodes} <= keys
    onward = {(arc.source, arc.target, arc.refused) for arc in picture.arcs}
    drawn_as = {(source, line.target, line.refused) for line in picture.lines for source in line.sources}
    assert onward == drawn_as
    for node in drawn.nodes:
        for goal, refused in ways(node):
            assert reaches(f"node:{node.key}", f"node:{goal}", refused, onward), (node.key, goal)


def ways(node: Node) -> list[tuple[str, bool]]:
    match node:
        case End():
            return []
        case Condition():
            return [(case.to, False) for case in node.cases]
        case Parallel():
            return [(branch, False) for branch in (*node.branches, node.join)]
        case Approve():
            return [(node.next, False), *([(node.refused, True)] if node.refused else [])]
        case _:
            return [(node.next, False)]


def reaches(source: str, goal: str, refused: bool, onward: set[tuple[str, str, bool]]) -> bool:
    """Is there an arc to the goal, or one that comes to it by a case or bars alone?"""
    if refused:
        return (source, goal, True) in onward
    between = [target for begin, target, dashed in onward if begin == source and not dashed]
    if source.startswith("node:"):  # the bar of a parallel node is reached by its branches
        between.append(source.replace("node:", "join:", 1))
    return any(to == goal or (to[:5] != "node:" and reaches(to, goal, False, onward)) for to in between)


def boxes_keep_apart(picture: Map) -> None:
    for one, other in combinations(picture.boxes, 2):
        beside = one.right < other.left or other.right < one.left
        assert beside or one.bottom < other.top or other.bottom < one.top, (one, other)
    for box in picture.boxes:
        assert box.left > 0
        assert box.right < picture.width
        assert box.top > 0
        assert box.bottom < picture.height


def no_line_crosses_a_box(picture: Map) -> None:
    for line in picture.lines:
        for x1, y1, x2, y2 in line.segments:
            assert x1 <= x2
            assert y1 <= y2
            assert x1 == x2 or y1 == y2
            assert x1 > 0
            assert x2 < picture.width
            assert y1 > 0
            assert y2 < picture.height
            for box in picture.boxes:
                outside = x2 <= box.left or x1 >= box.right or y2 <= box.top or y1 >= box.bottom
                assert outside, (line, box)


def lines_connect_their_boxes(picture: Map) -> None:
    boxes = {box.vertex.key: box for box in picture.boxes}
    for line in picture.lines:
        reached = connected(line)
        for source in line.sources:
            assert any(below(boxes[source], segment) for segment in reached), (line, source)
        target, (x, y) = boxes[line.target], line.tip
        assert y == target.top
        assert target.left < x < target.right


def connected(line: Line) -> list[Segment]:
    """The stretches that hang together with the arrow."""
    reached = [segment for segment in line.segments if segment[2:] == line.tip]
    rest = [segment for segment in line.segments if segment not in reached]
    while found := [one for one in rest if any(touch(one, other) for other in reached)]:
        reached += found
        rest = [segment for segment in rest if segment not in found]
    assert not rest, line
    return reached


def touch(one: Segment, other: Segment) -> bool:
    across = one[0] <= other[2] and other[0] <= one[2]
    return across and one[1] <= other[3] and other[1] <= one[3]


def below(box: Box, segment: Segment) -> bool:
    return segment[1] == box.bottom and box.left < segment[0] < box.right


def lines_do_not_lie_upon_each_other(picture: Map) -> None:
    for one, other in combinations(picture.lines, 2):
        for a in one.segments:
            for b in other.segments:
                assert not upon(a, b), (one, other)


def upon(a: Segment, b: Segment) -> bool:
    upright = a[0] == a[2] == b[0] == b[2] and min(a[3], b[3]) > max(a[1], b[1])
    level = a[1] == a[3] == b[1] == b[3] and min(a[2], b[2]) > max(a[0], b[0])
    return upright or level


def words_are_inside(picture: Map) -> None:
    for box in picture.boxes:
        assert sum(row.size for row in box.vertex.rows) < box.vertex.height
        for row in box.vertex.rows:
            assert shown_breadth(row.text, row.size) <= box.vertex.width - 16, row
    words = [mark for mark in ink(picture) if isinstance(mark, Words)]
    for mark in words:
        long = shown_breadth(mark.text, mark.size)
        left = mark.x - long / 2 if mark.anchor is Anchor.CENTRE else mark.x
        assert left > 0, mark
        assert left + long < picture.width, mark
    for band in picture.bands:
        assert len(band.name) * 20 + 16 < band.bottom - band.top
        assert all(shown_breadth(row, 14) <= picture.side for row in band.name)
    for above, below_it in zip(picture.bands, picture.bands[1:], strict=False):
        assert above.bottom == below_it.top


@cache
def advances() -> dict[int, float]:
    """How broad the letters of the shipped font are, in sizes."""
    font = TTFont(str(sans_path()))
    glyphs, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return {code: metrics[glyph][0] / em for code, glyph in glyphs.items()}


def shown_breadth(text: str, size: int) -> float:
    return size * sum(advances().get(ord(char), 1.0) for char in text)
