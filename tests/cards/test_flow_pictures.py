"""A flow's picture: nothing is missing in it, nothing lies upon anything else, and every word is inside its box."""

import subprocess
import sys
from functools import cache
from io import BytesIO
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kit.flow_samples import ALL, LOST, PARALLEL, SKIPPING, STAGES, STRAIGHT, TWENTY_FIVE, WON, approve, flow
from matplotlib.image import imread
from pylopdf_fonts_zh_cn import sans_path

from cards.flowmap.ink import Area, Stroke, Words, ink
from cards.flowmap.layout import Box, Map, map_of
from cards.flowmap.lettering import breadth, wrap
from cards.flowmap.lines import Line
from cards.flowmap.png import NoGlyph, png
from cards.flowmap.svg import svg
from core.loans.flows import (
    Act,
    Approve,
    Case,
    Condition,
    Copy,
    Do,
    End,
    Flow,
    Handle,
    Node,
    Parallel,
    Start,
    Wait,
    Who,
)

ROOT = Path(__file__).parents[2]
NAMES = st.text("中文内蒙古呼和浩特审批·，（）WwMi1 abc&<>\"'_@.ᠮᠣ", min_size=1, max_size=60)
KINDS = st.sampled_from(["approve", "handle", "copy", "condition", "parallel", "wait", "act", "end"])


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any nodes that lead anywhere, also such as no administrator would write."""
    count = draw(st.integers(1, 14))
    keys = [f"n{number}" for number in range(count)]
    some = st.sampled_from(keys)
    nodes: list[Node] = [Start("start", draw(NAMES), "apply", draw(some))]
    for key in keys:
        name, stage = draw(NAMES), draw(st.sampled_from(STAGES)).key
        who = (Who(role="approver", when=draw(NAMES)), Who(people=("a" * 40, "b")))
        match draw(KINDS):
            case "approve":
                nodes.append(Approve(key, name, stage, draw(some), draw(some), who))
            case "handle":
                nodes.append(Handle(key, name, stage, draw(some), who))
            case "copy":
                nodes.append(Copy(key, name, stage, draw(some), who))
            case "condition":
                cases = draw(st.lists(st.builds(Case, some, NAMES), max_size=6))
                nodes.append(Condition(key, name, stage, (*cases, Case(draw(some)))))
            case "parallel":
                nodes.append(
                    Parallel(key, name, stage, tuple(draw(st.lists(some, min_size=1, max_size=5))), draw(some))
                )
            case "wait":
                nodes.append(Wait(key, name, stage, draw(some), "bank_result"))
            case "act":
                nodes.append(Act(key, name, stage, draw(some), (Do("tell", draw(NAMES)),)))
            case _:
                nodes.append(End(key, name, stage))
    return flow(*nodes, name=draw(NAMES))


random = settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
each = pytest.mark.parametrize("name", ALL)


@each
def test_the_samples_can_be_read(name: str) -> None:
    everything(ALL[name])


@random
@given(flows())
def test_any_flow_can_be_read(drawn: Flow) -> None:
    everything(drawn)


def everything(drawn: Flow) -> None:
    picture = map_of(drawn)
    all_is_there(drawn, picture)
    boxes_keep_apart(picture)
    no_line_crosses_a_box(picture)
    lines_connect_their_boxes(picture)
    lines_do_not_lie_upon_each_other(picture)
    words_are_inside(picture)
    ElementTree.fromstring(svg(picture))  # noqa: S314  our own


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
            return [(node.next, False), (node.refused, True)]
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


def connected(line: Line) -> list[tuple[int, int, int, int]]:
    """The stretches that hang together with the arrow."""
    reached = [segment for segment in line.segments if segment[2:] == line.tip]
    rest = [segment for segment in line.segments if segment not in reached]
    while found := [one for one in rest if any(touch(one, other) for other in reached)]:
        reached += found
        rest = [segment for segment in rest if segment not in found]
    assert not rest, line
    return reached


def touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    across = one[0] <= other[2] and other[0] <= one[2]
    return across and one[1] <= other[3] and other[1] <= one[3]


def below(box: Box, segment: tuple[int, int, int, int]) -> bool:
    return segment[1] == box.bottom and box.left < segment[0] < box.right


def lines_do_not_lie_upon_each_other(picture: Map) -> None:
    for one, other in combinations(picture.lines, 2):
        for a in one.segments:
            for b in other.segments:
                assert not upon(a, b), (one, other)


def upon(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
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
        left = mark.x - long / 2 if mark.centred else mark.x
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


@given(st.text(st.characters(max_codepoint=0x2FF, categories=["L", "N", "P", "S"])))
def test_letters_are_reckoned_at_least_as_broad_as_they_are(text: str) -> None:
    assert breadth(text, 100) >= shown_breadth("".join(char for char in text if ord(char) in advances()), 100) - 0.01


@given(st.text(), st.integers(40, 300))
def test_wrapping_loses_nothing_but_spaces(text: str, room: int) -> None:
    from cards.render.clean import clean

    assert "".join("".join(wrap(text, room, 12)).split()) == "".join(clean(text).split())


def test_stages_are_bands_from_top_to_bottom() -> None:
    picture = map_of(TWENTY_FIVE)
    assert ["".join(band.name) for band in picture.bands] == [stage.name for stage in STAGES]
    for box in picture.boxes:
        band = picture.bands[box.vertex.stage]
        assert band.top < box.top
        assert box.bottom < band.bottom


def test_a_straight_flow_is_drawn_straight() -> None:
    picture = map_of(STRAIGHT)
    ahead = [line for line in picture.lines if not line.refused]
    assert len(ahead) == 5
    assert all(len(line.segments) == 1 for line in ahead)
    assert len({line.tip[0] for line in ahead}) == 1


def test_branches_join_at_a_bar_before_they_go_on() -> None:
    arcs = {(arc.source, arc.target) for arc in map_of(PARALLEL).arcs}
    for last in ("risk", "house_twice", "bank"):
        assert (f"node:{last}", "join:first") in arcs
    assert ("join:first", "node:second") in arcs


def test_who_is_not_on_a_branch_passes_the_bar_by() -> None:
    """In the large sample a branch may be refused back to before the parallel node, which makes nothing else one."""
    arcs = {(arc.source, arc.target) for arc in map_of(TWENTY_FIVE).arcs}
    assert ("node:first", "node:committee") in arcs
    assert ("node:check1", "join:all") in arcs


def test_refusals_are_dashed_and_of_another_colour() -> None:
    strokes = [mark for mark in ink(map_of(SKIPPING)) if isinstance(mark, Stroke)]
    dashed, plain = ({mark.colour for mark in strokes if mark.dashed is wanted} for wanted in (True, False))
    assert dashed
    assert plain
    assert not dashed & plain


def test_what_stands_in_a_picture() -> None:
    said = "\n".join(mark.text for mark in ink(map_of(SKIPPING)) if isinstance(mark, Words))
    for words in (
        "按金额分档",
        "1. amount >= 50万",
        "其余",
        "审批 · 比例 60%",
        "角色 审批人",
        "时限 1工作日",
        "提交人指定",
        "驳回",
    ):
        assert words in said
    said = "".join(mark.text for mark in ink(map_of(PARALLEL)) if isinstance(mark, Words))
    for words in (
        "同时进行 3 路",
        "各路到齐",
        "人员 zhangsan、lisi",
        "直属上级",
        "上级 第 3 级，当amount > 100万",
        "等待 bank_result",
    ):
        assert words in said


def test_svg_keeps_hostile_names_as_text() -> None:
    name = "</text><script>alert(1)</script>&amp;]]>\x00\x1b\u202e"
    drawn = flow(Start("start", name, "apply", "won"), WON, name=name)
    root = ElementTree.fromstring(svg(map_of(drawn)))  # noqa: S314  our own
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {"svg", "title", "polygon", "polyline", "text"}
    shown = "".join(element.text or "" for element in root.iter() if element.tag.endswith("}text"))
    assert "<script>alert(1)</script>" in shown


def test_png_shows_the_boxes_in_their_places() -> None:
    picture = map_of(STRAIGHT)
    image = imread(BytesIO(png(picture)))
    assert image.shape[:2] == (2 * picture.height, 2 * picture.width)
    fills = {mark.points[0]: mark.fill for mark in ink(picture) if isinstance(mark, Area) and mark.edge}
    for box in picture.boxes:
        inside = image[2 * (box.top + box.vertex.height // 2), 2 * (box.left + 10)][:3]
        fill = next(fill for (_, y), fill in fills.items() if y == box.top)
        assert "#" + "".join(f"{round(float(part) * 255):02x}" for part in inside) == fill


def test_png_refuses_a_character_that_it_cannot_show() -> None:
    drawn = flow(
        Start("start", "\U00020000\U00020001\U00020000村", "apply", "won"),
        approve("x", "😀", "first", "won"),
        WON,
        LOST,
    )
    with pytest.raises(NoGlyph) as refused:
        png(map_of(drawn))
    assert refused.value.chars == "\U00020000\U00020001😀"
    assert "\U00020000" in svg(map_of(drawn))


@pytest.mark.parametrize("modules", ["bot.cli, bot.commands_flow", "cards.flowmap.layout, cards.flowmap.svg"])
def test_only_a_png_needs_matplotlib(modules: str) -> None:
    probe = f"import sys, {modules}; print('matplotlib' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    )
    assert said.stdout == "False\n"
