"""Files that people keep: every kind of board, odd titles and values, whose it is in all of its places."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from board_samples import AS_OF, BOARDS, STAMP
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cards.pictures.stamp import Stamp
from cards.workbook.boards import board_table
from cards.workbook.table import Column, Days, Money, Share, Table
from cards.workbook.xlsx import workbook
from core.reports.results import Board

ONE = (Column("一", 10),)
WHOSE = "驼铃助贷（呼和浩特）有限公司 · 阿拉坦其其格·博尔济吉特 · 2026-11-28 18:05 · 导出 E12"


def opened(table: Table, stamp: Stamp = STAMP) -> Worksheet:
    return load_workbook(BytesIO(workbook(table, stamp, 12))).active


def one(value: Any) -> Any:
    """A cell as it was written."""
    return opened(Table("清单", ONE, [(value,)])).cell(4, 1)


@pytest.mark.parametrize("board", BOARDS.values(), ids=list(BOARDS))
def test_a_board_of_each_kind(board: Board) -> None:
    table = board_table(board)
    sheet = opened(table)
    head = next(row for row in sheet.iter_rows() if row[len(table.columns)].value == "导出标记")
    assert [cell.value for cell in head][:-1] == [column.name for column in table.columns]
    below = list(sheet.iter_rows(min_row=head[0].row + 1, values_only=True))
    assert len(below) == len(table.rows)
    assert {row[len(table.columns)] for row in below} <= {WHOSE}
    assert sheet.cell(1, 1).value.startswith(board.title)


@pytest.mark.parametrize(
    ("value", "written", "form"),
    [
        (Money(12_345_678), 123_456.78, "#,##0.00"),
        (Money(-5), -0.05, "#,##0.00"),
        (Share(Decimal("0.253")), 0.253, "0.0%"),
        (Days(Decimal("2.4")), 2.4, "0.0"),
        (0, 0, "#,##0"),
        (datetime.fromisoformat("2026-11-27T16:30:00.999999+00:00"), datetime(2026, 11, 28, 0, 30), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
        (date(2024, 2, 29), datetime(2024, 2, 29), "yyyy-mm-dd"),  # noqa: DTZ001
        ("房抵\n一行\x00\x0b", "房抵 一行", "General"),
        ("字" * 40_000, "字" * 32_000, "General"),
        (None, None, "General"),
    ],
)
def test_a_value_by_its_kind(value: Any, written: Any, form: str) -> None:
    cell = one(value)
    assert (cell.value, cell.number_format) == (written, form)


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613800001111", "-1", "@A1", "＝1", "\t=1", "=cmd|' /C calc'!A0", "https://x.example"]
)
def test_a_text_is_a_text(text: str) -> None:
    cell = one(text)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix == (not text.startswith("https")), "so it stays, if somebody edits it"


@pytest.mark.parametrize("row", [(), ("甲", 1)])
def test_a_row_is_as_long_as_the_head(row: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="清单"):
        Table("清单", ONE, [("乙",), row])


@pytest.mark.parametrize("title", ["", "A/B[1]:*?\\", "'单引号'", "很长" * 40, "导出", "=1"])
def test_whatever_it_is_called(title: str) -> None:
    sheet = opened(Table(title, ONE, []))
    assert 1 <= len(sheet.title) <= 31
    assert sheet.cell(3, 1).value == "一"


def test_whose_it_is_stands_in_all_places() -> None:
    content = workbook(Table("清单", ONE, [("甲",)]), STAMP, 12)
    sheet = load_workbook(BytesIO(content)).active
    assert sheet.cell(2, 1).value.startswith(WHOSE)
    assert sheet.cell(4, 2).value == WHOSE
    assert WHOSE in (sheet.oddHeader.left.text or "")
    assert WHOSE in (sheet.oddFooter.left.text or "")
    parts = zipfile.ZipFile(BytesIO(content))
    assert [part for part in parts.namelist() if part.startswith("xl/media/")] == ["xl/media/image1.png"]
    assert "<picture " in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_name_with_ampersands_is_no_command_of_the_header() -> None:
    sheet = opened(Table("清单", ONE, [("甲",)]), Stamp("A&B&P", "R&D", AS_OF))
    assert "第" not in (sheet.oddHeader.left.text or "")
    assert sheet.cell(2, 1).value.startswith("A&B&P · R&D · ")
