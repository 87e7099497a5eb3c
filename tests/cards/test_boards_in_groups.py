"""What boards say in words may be said in a group: none of their numbers looks like one of a person."""

from dataclasses import replace

import pytest
from board_samples import BOARDS as SAMPLES
from hypothesis import example, given, settings
from kit.any_boards import BOARDS

from cards.texts import boards
from core.groups.guard import GroupBoard, GroupText
from core.reports.results import Board, Funnel, FunnelStage

_MANY = Funnel((FunnelStage(1, "线索", 0, 13_001), FunnelStage(2, "放款", 0, 1_300_000)))


# Two numbers that stand behind each other in a bracket look like one of somebody.
@example(replace(SAMPLES["funnel"], content=_MANY))
@given(BOARDS)
@settings(max_examples=500, deadline=None)
def test_a_board_that_may_be_shown_may_be_said(made: Board) -> None:
    assert GroupText(boards.as_text(GroupBoard(made).board)).text


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_may_be_shown_and_said_where_names_may_be(name: str) -> None:
    assert GroupText(boards.as_text(GroupBoard(SAMPLES[name], names=True).board)).text
