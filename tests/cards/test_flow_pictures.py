"""A flow's picture: nothing is missing in it, nothing lies upon anything else, and every word is inside its box."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kit.flow_checks import (
    advances,
    all_is_there,
    boxes_keep_apart,
    lines_connect_their_boxes,
    lines_do_not_lie_upon_each_other,
    no_line_crosses_a_box,
    shown_breadth,
    words_are_inside,
)
from kit.flow_samples import ALL, LOST, PARALLEL, SKIPPING, STAGES, STRAIGHT, TWENTY_FIVE, WON, approve, flow
from matplotlib.image import imread

from cards.flowmap.ink import ink
from cards.flowmap.layout import map_of
from cards.flowmap.lettering import breadth, wrap
from cards.flowmap.png import png
from cards.flowmap.svg import svg
from cards.pictures.marks import Area, Stroke, Words
from cards.render.clean import clean
from cards.typeface import NoGlyph
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


def test_a_node_without_a_refusal_is_drawn_without_one() -> None:
    nodes = tuple(replace(node, refused="") if isinstance(node, Approve) else node for node in STRAIGHT.nodes)
    everything(replace(STRAIGHT, nodes=nodes))


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


@given(st.text(st.characters(max_codepoint=0x2FF, categories=["L", "N", "P", "S"])))
def test_letters_are_reckoned_at_least_as_broad_as_they_are(text: str) -> None:
    assert breadth(text, 100) >= shown_breadth("".join(char for char in text if ord(char) in advances()), 100) - 0.01


@given(st.text(), st.integers(40, 300))
def test_wrapping_loses_nothing_but_spaces(text: str, room: int) -> None:
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
        "岗位 审批人",
        "时限 1工作日",
        "提交人指定",
        "驳回",
    ):
        assert words in said
    said = "".join(mark.text for mark in ink(map_of(PARALLEL)) if isinstance(mark, Words))
    for words in (
        "并行 3 路",
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
        approve("x", "🐎", "first", "won"),
        WON,
        LOST,
    )
    with pytest.raises(NoGlyph) as refused:
        png(map_of(drawn))
    assert refused.value.chars == "\U00020000\U00020001🐎"
    assert "\U00020000" in svg(map_of(drawn))


@pytest.mark.parametrize("modules", ["bot.cli, bot.commands_flow", "cards.flowmap.layout, cards.flowmap.svg"])
def test_only_a_png_needs_matplotlib(modules: str) -> None:
    probe = f"import sys, {modules}; print('matplotlib' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    )
    assert said.stdout == "False\n"
