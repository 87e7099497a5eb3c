"""Boards as pictures: each looks as its golden one, nothing lies upon anything else, no letter is an empty box.

After a change that is meant: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_pictures.py`, then look at the pictures.
"""

import gc
import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from board_samples import AS_OF, BOARDS, GROUP, STAMP, WAN, board, ranked, source
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import pictures
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Paper
from matplotlib.font_manager import FontManager
from matplotlib.image import imread
from matplotlib.text import Text

from cards.pictures.drawing import draw, lay_out
from cards.pictures.marks import Area, Words
from cards.pictures.sheet import WIDTH
from cards.pictures.stamp import Stamp
from cards.pictures.substitutes import EMOJI, UNSHOWN, showable
from cards.typeface import Face, is_shown, runs
from core.reports.results import (
    Content,
    Figure,
    Funnel,
    FunnelStage,
    Jam,
    Jams,
    KeyFigures,
    Measure,
    Ranking,
    RankRow,
    Source,
    Sources,
    Trend,
)  # fmt: skip

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden_pictures"
HIGHEST = 3600  # pixels: more is too long to be looked through on a phone
T = TypeVar("T")
each = pytest.mark.parametrize("name", BOARDS)


@each
def test_a_picture_looks_as_its_golden_one(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns where it draws an empty box
        picture = draw(BOARDS[name], STAMP)
    assert pictures.differences(picture, GOLDEN / f"{name}.png") == ""


def test_every_golden_picture_belongs_to_a_sample() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(BOARDS)


@each
@pytest.mark.parametrize("stamp", [STAMP, GROUP, Stamp("🏆" * 40, "ᠪᠠᠭᠠᠲᠤᠷ" * 20, AS_OF)], ids=["one", "group", "odd"])
def test_words_stand_in_the_picture_and_not_upon_each_other(name: str, stamp: Stamp) -> None:
    sheet = lay_out(BOARDS[name], stamp)
    found = pictures.boxes(sheet.marks, WIDTH, sheet.y)
    assert pictures.out_of(WIDTH, sheet.y, found) == []
    assert pictures.upon_each_other(found) == []
    assert sheet.y < HIGHEST


@each
def test_no_letter_is_an_empty_box(name: str) -> None:
    assert pictures.empty_boxes(lay_out(BOARDS[name], STAMP).marks) == set()


def test_an_empty_box_would_be_seen() -> None:
    assert pictures.empty_boxes([Words("好🐎", 0, 0, 30, "#000000")]) == {"🐎"}


def test_words_upon_each_other_would_be_seen() -> None:
    words = [Words("领取线索", 80, 50, 30, "#000000"), Words("线索", 150, 55, 30, "#000000")]
    found = pictures.boxes(words, 300, 100)
    assert len(pictures.upon_each_other(found)) == 1
    assert pictures.out_of(120, 100, found) == found


def test_a_picture_is_1080_pixels_wide() -> None:
    assert imread(BytesIO(draw(BOARDS["ranking"], STAMP))).shape[1] == 1080


def test_whose_it_is_stands_in_the_foot_and_all_over_it() -> None:
    sheet = lay_out(BOARDS["figures"], STAMP)
    marks = [mark for mark in sheet.marks if isinstance(mark, Words)]
    foot = [mark.text for mark in marks if mark.opacity == 1 and mark.y > sheet.y - 60]
    assert foot == ["2026-11-28 18:05", "驼铃助贷（呼和浩特）有限公司 · 阿拉坦其其格·博尔济吉特"]
    faint = [mark for mark in marks if mark.opacity < 1]
    assert {mark.turned for mark in faint} == {24.0}
    texts = {mark.text for mark in faint}
    assert "驼铃助贷（呼和浩特）有限公司" in texts
    assert any(text.startswith("阿拉坦其其格·") and text.endswith(" 2026-11-28 18:05") for text in texts)
    for band in range(0, int(sheet.y), 400):
        assert any(band <= mark.y < band + 400 for mark in faint)


def test_a_picture_for_a_group_names_nobody_in_its_foot() -> None:
    texts = [mark.text for mark in lay_out(BOARDS["figures"], GROUP).marks if isinstance(mark, Words)]
    assert "驼铃助贷" in texts
    assert "2026-11-28 18:05" in texts


def test_every_row_of_a_small_ranking_is_drawn_with_ties_zeros_and_moves() -> None:
    said = list(pictures.said(lay_out(BOARDS["ranking"], STAMP).marks))
    assert said.count("2") == 3  # twice the place, once the number
    assert said.count("9") == 5  # four times the place
    assert said.count("0") == 4
    assert {"▲2", "▼1", "▲5", "▼12", "–", "新", "▲▼ 名次较昨日此时"} <= set(said)
    assert any("截至 11月28日 18:05 · 每人目标 50万" in text for text in said)


def test_of_500_people_nobody_is_hidden_without_a_word() -> None:
    said = list(pictures.said(lay_out(BOARDS["ranking_500"], STAMP).marks))
    assert "其余 480 人：112 人合计 13.54亿，368 人为 0" in said
    assert {"…等 112 人", "…等 368 人"} <= set(said)
    assert any(text.startswith("为 0：员工133、") for text in said)


def test_what_a_lead_of_a_channel_cost_is_rounded_half_up() -> None:
    rows = (source(1, "抖音", 24, 0, 0, 815_90), source(2, "快手", 8, 0, 0, 100_04), source(3, "地推", 2, 0, 0, 2_01))
    said = list(pictures.said(lay_out(board(Sources(rows, source(0, "", 34, 0, 0, 917_95)), "渠道"), STAMP).marks))
    assert [text for text in said if text.startswith("每条")] == [
        "每条 34元",
        "每条 12.51元",
        "每条 1.01元",
        "每条 27元",
    ]


def test_who_shares_the_last_place_is_told_of() -> None:
    said = list(pictures.said(lay_out(BOARDS["ranking_500_ties"], STAMP).marks))
    assert "其中 10 人与第 1 名并列" in said


def test_bars_are_as_long_as_what_they_say() -> None:
    sheet = lay_out(board(ranked([80 * WAN, 40 * WAN, 0], moved=False), "排行"), STAMP)
    bars = [mark for mark in sheet.marks if isinstance(mark, Area) and mark.fill == "#0072b2"][1:]  # after the legend's
    long = [max(x for x, _ in bar.points) - min(x for x, _ in bar.points) for bar in bars]
    assert long == pytest.approx([710, 355])


@pytest.mark.parametrize(("written", "shown"), [
    ("巴特尔·孟和", "巴特尔·孟和"),
    ("王强🐎", "王强"),
    ("🏆👨\u200d👩\u200d👧", EMOJI),
    ("ᠪᠠᠭᠠᠲᠤᠷ", "Bagatur"),
    ("Бөртэ", "Бөртэ"),
    ("𠮷田", f"{UNSHOWN}田"),
    ("ＡＢＣ　张三", "ＡＢＣ　张三"),
    ("𝐁𝐚⓪ﷺ", "Ba⓪صلى الله عليه وسلم"),
    ("e\u0301", "é"),
    ("刘\u200b洋\u202e\n", "刘洋"),
    ("བོད", UNSHOWN * 2),
    ("", ""),
])  # fmt: skip
def test_what_cannot_be_shown_is_replaced(written: str, shown: str) -> None:
    assert showable(written) == shown


@given(st.text())
def test_whatever_is_written_can_be_shown(text: str) -> None:
    assert all(map(is_shown, showable(text)))


def test_a_word_is_drawn_in_one_font() -> None:
    assert runs("李娜 Бөртэ") == [(Face.SANS, "李娜 "), (Face.OTHER, "Бөртэ")]


NAMES = st.text(max_size=60)
COUNTS, FEN, SHARES = st.integers(0, 10**9), st.integers(-(10**17), 10**17), st.decimals(-100, 100, places=4)
VALUES = st.one_of(COUNTS, FEN, SHARES)
MEASURES = st.sampled_from(Measure)
NUMBERS = st.integers(0, 999)
FIGURES = st.builds(Figure, NUMBERS, NAMES, MEASURES, *[st.none() | VALUES] * 4)
STAGES = st.builds(FunnelStage, NUMBERS, NAMES, COUNTS, COUNTS)
SOURCES = st.builds(Source, NUMBERS, NAMES, COUNTS, COUNTS, COUNTS, FEN, st.none() | COUNTS, FEN, st.none() | SHARES)
DAYS = st.tuples(st.just(AS_OF.date()), VALUES)
JAMS = st.builds(Jam, NUMBERS, NAMES, COUNTS, COUNTS, SHARES)
MOVED = st.none() | st.integers(-999, 999)
ROWS = st.builds(RankRow, NUMBERS, NUMBERS, NAMES, NAMES, VALUES, MOVED, st.none() | VALUES)


def some(strategy: st.SearchStrategy[T], most: int = 6) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


CONTENTS = st.one_of(
    st.builds(KeyFigures, some(FIGURES)),
    st.builds(Funnel, some(STAGES)),
    st.builds(Sources, some(SOURCES), SOURCES),
    st.builds(Trend, NAMES, MEASURES, some(DAYS, 40), some(VALUES, 40), st.none() | VALUES),
    st.builds(Jams, COUNTS, COUNTS, some(JAMS), some(JAMS)),
    st.builds(Ranking, NAMES, MEASURES, some(ROWS, 30), VALUES, st.none() | VALUES),
)


@settings(max_examples=60, deadline=None)
@given(CONTENTS, NAMES)
def test_any_board_can_be_read(content: Content, odd: str) -> None:
    sheet = lay_out(replace(BOARDS["ranking"], content=content, scope=odd, only=odd), Stamp(odd, odd, AS_OF))
    found = pictures.boxes(sheet.marks, WIDTH, sheet.y)
    assert pictures.out_of(WIDTH, sheet.y, found) == []
    assert pictures.upon_each_other(found) == []


def test_two_threads_draw_at_once_what_one_draws_alone() -> None:
    names = ["ranking", "trend", "figures", "sources"] * 3
    alone = {name: draw(BOARDS[name], STAMP) for name in set(names)}
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda name: draw(BOARDS[name], STAMP), names))
    assert [picture == alone[name] for name, picture in zip(names, together, strict=True)] == [True] * len(names)


def test_a_picture_is_gone_when_it_is_drawn() -> None:
    """What only the garbage collector can free piles up between its rare runs."""
    draw(BOARDS["figures"], STAMP)
    gc.collect()
    gc.disable()
    try:
        draw(BOARDS["figures"], STAMP)
        assert [each for each in gc.get_objects() if isinstance(each, Text | Paper | FigureCanvasAgg)] == []
    finally:
        gc.enable()


@pytest.mark.parametrize("modules", ["bot.cli, bot.app, jobs.screens", "cards.texts.boards, cards.pictures.stamp"])
def test_only_who_draws_needs_matplotlib(modules: str) -> None:
    probe = f"import sys, {modules}; print('matplotlib' in sys.modules)"
    command = [sys.executable, "-c", probe]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60)
    assert said.stdout == "False\n"


def test_a_font_cache_that_is_broken_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f"fontlist-v{FontManager.__version__}.json").write_text("{broken", encoding="utf-8")
    probe = (
        "import sys; sys.path[:0] = ['tests', 'tests/cards']; from board_samples import BOARDS, STAMP; "
        "from cards.pictures.drawing import draw; print(draw(BOARDS['funnel'], STAMP)[1:4])"
    )
    environ = os.environ | {"MPLCONFIGDIR": str(tmp_path)}
    command = [sys.executable, "-c", probe]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60, env=environ)
    assert said.stdout == "b'PNG'\n"


def test_drawing_leaves_no_figure_behind_and_no_setting_changed() -> None:
    probe = (
        "import sys; sys.path[:0] = ['tests', 'tests/cards']; from matplotlib import rcParams; "
        "said = lambda: [(key, rcParams[key]) for key in rcParams if key != 'backend']; before = said(); "
        "from board_samples import BOARDS, STAMP; from cards.pictures.drawing import draw; "
        "draw(BOARDS['trend'], STAMP); print('matplotlib.pyplot' in sys.modules, said() == before)"
    )
    command = [sys.executable, "-c", probe]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60)
    assert said.stdout == "False True\n"
