"""A table as an XLSX file. No cell of it is a formula or a link, whatever somebody typed; and whose it is stands above
it, behind each row, on each printed page and, faint, below all of it.

XlsxWriter writes it: every text by `write_string`, which openpyxl has no equal of (it makes a formula of what begins
with `=`)."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cards.pictures.colours import FAINT, GREY, TAG
from cards.pictures.stamp import Stamp
from cards.pictures.tile import tile
from cards.render.clean import clean
from cards.texts import measured
from cards.workbook.table import Cell, Column, Days, Money, Share, Table
from core.calendar import CHINA

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_000  # characters: a cell holds 32,767
_SHEET = 31  # characters of a sheet's name, without []:*?/\\
_MARK = Column("导出标记", 34)
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": GREY},
    "head": {"bold": True, "bg_color": TAG, "bottom": 1, "text_wrap": True, "valign": "vcenter"},
    "text": {},
    "risky": {"quote_prefix": True},
    "count": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.0%"},
    "days": {"num_format": "0.0"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "mark": {"font_color": FAINT},
}
_FORMULA_BEGINS = tuple("=+-@\t\r\n＝＋－＠|%")


def workbook(table: Table, stamp: Stamp, number: int) -> bytes:
    """The file: title, whose it is, the notes, the head, the rows. `number` is the export's, by which its record is
    found."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        name: book.add_format({"font_name": "微软雅黑", "font_size": 10, **more}) for name, more in _FORMATS.items()
    }
    parts = (stamp.company, stamp.recipient, measured.moment(stamp.moment), f"导出 E{number}")
    whose = clean(" · ".join(filter(None, parts)))
    book.set_properties({"title": clean(table.title), "author": clean(stamp.recipient), "comments": whose})
    book.set_size(2400, 1600)
    sheet = book.add_worksheet(_sheet_name(table.title))
    columns = (*table.columns, _MARK)
    above = (f"{whose} · 共 {len(table.rows):,} 行 · 仅限本人工作使用，请勿外传", *table.notes)
    sheet.write_string(0, 0, clean(table.title), formats["title"])
    for place, line in enumerate(above, start=1):
        sheet.write_string(place, 0, clean(line), formats["note"])
    head = len(above) + 1
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(head, place, column.name, formats["head"])
    for place, row in enumerate(table.rows, start=head + 1):
        for across, cell in enumerate(row):
            _write(sheet, place, across, cell, formats)
        sheet.write_string(place, len(table.columns), whose, formats["mark"])
    _page(sheet, head, len(table.rows), len(columns), whose)
    sheet.set_background(BytesIO(tile(stamp, f"E{number}")))
    book.close()
    return file.getvalue()


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format]) -> None:
    match cell:
        case None | "":
            pass
        case str():
            text = _cut(clean(cell), _LONGEST)
            risky = cell.startswith(_FORMULA_BEGINS) or text.startswith(_FORMULA_BEGINS)
            sheet.write_string(row, column, text, formats["risky" if risky else "text"])
        case int():
            sheet.write_number(row, column, cell, formats["count"])
        case Money(fen):
            sheet.write_number(row, column, fen / 100, formats["money"])
        case Share(part):
            sheet.write_number(row, column, float(part), formats["share"])
        case Days(days):
            sheet.write_number(row, column, float(days), formats["days"])
        case datetime():
            local = cell.astimezone(CHINA).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, column, local, formats["moment"])
        case date():
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001


def _page(sheet: Worksheet, head: int, rows: int, columns: int, whose: str) -> None:
    """How it is looked at and printed."""
    sheet.freeze_panes(head + 1, 1)
    if rows:
        sheet.autofilter(head, 0, head + rows, columns - 1)
    sheet.hide_gridlines(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    printed = clean(whose).replace("&", "&&")[:200]
    sheet.set_header(f"&L{printed}")
    sheet.set_footer(f"&L{printed}&R第 &P 页，共 &N 页")


def _sheet_name(title: str) -> str:
    kept = "".join(char for char in clean(title) if char not in "[]:*?/\\").strip("' ")
    return _cut(kept, _SHEET).strip("' ") or "导出"


def _cut(text: str, units: int) -> str:
    """As much as fits into so many units of UTF-16, in which Excel counts: an emoji is two."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
