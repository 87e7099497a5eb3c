"""Two policies side by side as a picture: what moves is coloured by where to, and nothing is an empty box."""

import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from cards.pictures.comparison import Comparison, png
from cards.texts.comparing import TRIED, moved_lines, points, refusals
from cards.typeface import NoGlyph
from core.risk.assessing import Hit
from core.risk.comparing import Said, Tally
from core.risk.policy import Severity, Suggestion

PASS, REVIEW, REFUSE = Suggestion
ROOT = Path(__file__).parents[2]


def tally(moves: Mapping[tuple[Suggestion, Suggestion], int], channel: str = "直投") -> Tally:
    found = Tally()
    for (before, after), count in moves.items():
        for _ in range(count):
            debts = Hit("debts", Severity.REFUSE)
            found.compare(found.count + 1, "house", channel, Said(before, (debts,)), Said(after))
    return found


def drawn(of: Tally) -> Comparison:
    return Comparison("试算改过的 house.yaml", "2026-11-01 以来", TRIED, of, of.by_rule({("house", "debts"): "负债率"}))


def colours(of: Tally) -> set[tuple[int, int, int]]:
    image = imread(BytesIO(png(drawn(of))))
    return {tuple(round(255 * float(part)) for part in pixel[:3]) for row in image[::7] for pixel in row[::7]}


def as_seen(colour: str) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in to_rgb(colour))
    return red, green, blue


@pytest.mark.parametrize(("move", "stricter", "milder"), [
    ((PASS, REFUSE), True, False),
    ((REFUSE, REVIEW), False, True),
    ((REVIEW, REVIEW), False, False),
])  # fmt: skip
def test_what_moves_is_coloured_by_where_to(move: tuple[Suggestion, Suggestion], stricter: bool, milder: bool) -> None:
    seen = colours(tally({move: 3}))
    assert (as_seen("#f6d9c6") in seen) is stricter
    assert (as_seen("#d4ece3") in seen) is milder


def test_it_is_as_high_as_there_are_rows_and_no_more() -> None:
    few, many = tally({(PASS, PASS): 1}), Tally()
    for number in range(40):
        many.compare(number, "house", f"渠道{number}", Said(PASS), Said(PASS))
    heights = [imread(BytesIO(png(drawn(each)))).shape[0] for each in (Tally(), few, many)]
    assert heights[0] == heights[1] < heights[2] < 2 * heights[0]


def test_a_character_that_cannot_be_shown_is_told() -> None:
    with pytest.raises(NoGlyph) as refused:
        png(drawn(tally({(PASS, PASS): 1}, channel="抖音🐎")))
    assert refused.value.chars == "🐎"


def test_what_is_said_of_it() -> None:
    some = tally({(PASS, PASS): 7, (PASS, REFUSE): 2, (REFUSE, PASS): 1})
    assert refusals(some, TRIED) == "拒绝率：现在 10.0%（1 笔），改后 20.0%（2 笔），+10.0 个百分点。"
    assert list(moved_lines(some)) == ["建议会变的 3 笔：", "  通过 → 拒绝 2 笔：A9、A8", "  拒绝 → 通过 1 笔：A10"]
    many = list(moved_lines(tally({(PASS, REFUSE): 30})))
    assert many[0] == "建议会变的 30 笔，最近的 20 笔："
    assert many[1].endswith("A11，还有 10 笔没有列出")
    assert (points(0.1, 0.1), list(moved_lines(Tally()))) == ("不变", [])


def test_only_who_draws_needs_matplotlib() -> None:
    probe = "import sys, bot.cli, bot.commands_trying; print('matplotlib' in sys.modules)"
    command = [sys.executable, "-c", probe]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60)
    assert said.stdout == "False\n"
