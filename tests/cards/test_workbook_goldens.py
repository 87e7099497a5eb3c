"""What stands in files, cell by cell: every kind of board and every list is as its golden one.

After a change that is meant: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_workbook_goldens.py`, then read what
changed.
"""

import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from board_samples import BOARDS, FIGURES, TODAY, board
from list_samples import LISTS

from cards.render.clean import clean
from cards.texts import measured
from cards.workbook.boards import board_table
from cards.workbook.table import Cell, Days, Money, Share, Table
from core.reports.periods import year_of

GOLDEN = Path(__file__).parent / "golden_workbook"
SHOWN = BOARDS | {"figures_year": board(FIGURES, "看板", year_of(TODAY, TODAY))}
TABLES = {f"board_{name}": board_table(each) for name, each in SHOWN.items()} | {
    f"list_{name}": table for name, table in LISTS.items()
}


def said(cell: Cell) -> str:
    """A cell with what it is: `¥1,234.50` money, `1,234` a count, `25.30%` a share, `2.40天` days."""
    match cell:
        case None:
            return ""
        case str():
            return clean(cell).replace("|", "¦")
        case int():
            return f"{cell:,}"
        case Money(fen):
            return f"¥{Decimal(fen) / 100:,.2f}"
        case Share(part):
            return f"{part:.2%}"
        case Days(number):
            return f"{number:.2f}天"
        case datetime():
            return measured.moment(cell)
        case date():
            return cell.isoformat()


def written(table: Table) -> str:
    """Title and notes, and below them a line for the head and for each row, its cells between `|`."""
    head = "|".join(column.name for column in table.columns)
    rows = ("|".join(map(said, row)) for row in table.rows)
    return "\n".join((table.title, *table.notes, "", head, *rows, ""))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_its_golden_one(name: str) -> None:
    file, text = GOLDEN / f"{name}.txt", written(TABLES[name])
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_golden_table_belongs_to_a_sample() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_head_says_which_column_it_is(name: str) -> None:
    names = [column.name for column in TABLES[name].columns]
    assert len(set(names)) == len(names)
