"""详情: nothing of what is filled in is lost to the eye, and what is not there is not said to be missing where it holds
nothing up."""

from dataclasses import replace

import pytest
from application_samples import NAMES, NOTE, WHOLE

from cards.limits import width
from cards.model import Card
from cards.views import application as views
from cards.views.rows import KEY, ROW
from core.loans.forms import Document
from core.loans.models import State
from core.loans.queries import Filled, Paper


def card(**of: object) -> Card:
    return views.whole_card(replace(WHOLE, **of), 1, "刘志强", NAMES)


@pytest.mark.parametrize("label", ["补充说明", "抵押物现在的用途情况"])
@pytest.mark.parametrize("length", [1, 18, 19, 20, 21, 22, 28, 29, 30, 31, 120])
def test_a_value_that_its_row_cuts_stands_whole_below(label: str, length: int) -> None:
    value = "一二三四五六七八九十" * 12
    shown = card(fields=(Filled(replace(NOTE, label=label), value[:length]),), papers=())
    (row,) = shown.fields
    assert width(row.value) <= ROW
    assert len(row.label) <= KEY
    below = (f"{label}：{value[:length]}",)
    assert shown.lines == (() if row.value.endswith(value[:length]) else below)
    assert bool(shown.lines) == (length > (ROW if len(label) <= KEY else ROW - len(label) - 1))


@pytest.mark.parametrize(
    ("state", "stage", "count", "said"),
    [
        (State.RUNNING, "won", 2, "2 份"),
        (State.RUNNING, "won", 0, "缺（贷后前要）"),
        (State.RUNNING, "", 0, "没有"),
        (State.ENDED, "won", 0, "没有"),
        (State.DROPPED, "won", 0, "没有"),
        (State.DRAFT, "won", 0, "缺（贷后前要）"),
    ],
)
def test_a_paper_is_missing_where_it_holds_something_up(state: State, stage: str, count: int, said: str) -> None:
    paper = Paper(Document("id", "身份证", stage=stage), count)
    (row,) = card(state=state, fields=(), papers=(paper,)).fields
    assert row.value == f"资料 身份证 {said}"
