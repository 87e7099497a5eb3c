"""Reading leads files: encodings, delimiters, XLSX as Excel writes it, and what is none."""

import codecs
import zipfile
from pathlib import Path

import openpyxl
import pytest
from leads_kit import HEAD, lead_file, person

from bot import leadsfile
from bot.leadsfile import LeadsFileError, Line, open_leads

ROWS = [("巴特尔·孟和", "13947100001", "", "", "", "", "50万", "急用"), ("李小红", "13947100002")]


def read(file: Path) -> list[Line]:
    with file.open("rb") as source:
        return list(open_leads(source, file.name).lines)


def digest(file: Path) -> str:
    with file.open("rb") as source:
        return open_leads(source, file.name).digest


def names(file: Path) -> list[tuple[int, str, str]]:
    return [(line.number, line.cells["name"], line.cells["phone"]) for line in read(file)]


EXPECTED = [(2, "巴特尔·孟和", "13947100001"), (3, "李小红", "13947100002")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_in_any_of_our_encodings(tmp_path: Path, encoding: str) -> None:
    assert names(lead_file(tmp_path / "a.csv", ROWS, encoding=encoding)) == EXPECTED


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_what_parts_the_cells_is_seen_from_the_heading(tmp_path: Path, delimiter: str) -> None:
    file = lead_file(tmp_path / "a.csv", ROWS)
    file.write_text(file.read_text(encoding="utf-8").replace(",", delimiter), encoding="utf-8")
    assert names(file) == EXPECTED


def test_empty_lines_and_lines_within_a_cell_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('姓名,手机号,备注\n\n,,\n甲,1,"一\n二"\r\n乙,2,\n', encoding="utf-8")
    assert [(line.number, line.cells["name"], line.cells["note"]) for line in read(file)] == [
        (4, "甲", "一\n二"),
        (6, "乙", ""),
    ]


def test_a_multi_byte_character_over_the_edge_of_two_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("utf-8", "gbk"):
        file = lead_file(tmp_path / f"{encoding}.csv", ROWS, encoding=encoding)
        for size in range(1, 9):
            monkeypatch.setattr(leadsfile, "_BLOCK", size)
            assert names(file) == EXPECTED


def test_a_file_is_its_content(tmp_path: Path) -> None:
    one, same = (lead_file(tmp_path / name, ROWS) for name in ("a.csv", "b.csv"))
    other = lead_file(tmp_path / "c.csv", ROWS[:1])
    assert digest(one) == digest(same) != digest(other)


NO_FILES = {
    "utf-16": (codecs.BOM_UTF16_LE + "姓名,手机号".encode("utf-16-le"), "UTF-8"),
    "nul": ("姓名,手机号\n甲,1\x00".encode(), "UTF-8"),
    "neither": (b"\xff\xfe\xfa\x80\n\x80", "UTF-8"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "旧的 Excel"),
    "empty": (b"", "空的"),
    "blank lines": (b"\n\n,,\n", "空的"),
    "a zip of something else": (b"PK\x03\x04" + b"\x00" * 50, "xlsx"),
}


@pytest.mark.parametrize(("content", "why"), NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_leads_file_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(LeadsFileError, match=why):
        read(file)


def workbook(file: Path, *sheets: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def test_an_xlsx_as_excel_has_it(tmp_path: Path) -> None:
    rows = [
        ("姓名", "手机号", "身份证号", "金额"),
        ("甲", 13947100001, "152201197305192204", 500000),
        (None, None, None, None),
        ("乙", 13947100002.0, 152201197305192204, 12.5),
        ("丙", " 13947100003 ", None, "30万"),
    ]
    file = workbook(tmp_path / "a.xlsx", rows, [("别的表",)])
    assert [(line.number, *line.cells.values()) for line in read(file)] == [
        (2, "甲", "13947100001", "152201197305192204", "500000"),
        (4, "乙", "13947100002", "1.522012e+17", "12.5"),
        (5, "丙", "13947100003", "", "30万"),
    ]


def test_the_first_sheet_that_is_shown_is_read(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [("x",)], [HEAD, *ROWS])
    book = openpyxl.load_workbook(file)
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(file)
    assert names(file) == EXPECTED


def repacked(file: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same file with a part of one of its parts replaced."""
    made = file.with_name("made.xlsx")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name)
            out.writestr(name, content.replace(old, new, 1) if name == part else content)
    return made


def test_a_sheet_that_says_it_is_smaller_than_it_is(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, *ROWS])
    sheet = "xl/worksheets/sheet1.xml"
    small = repacked(file, sheet, b'ref="A1:H3"', b'ref="A1"')
    assert small.read_bytes() != file.read_bytes()
    assert names(small) == EXPECTED


def test_entities_in_an_xlsx_are_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, *ROWS])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    with pytest.raises(LeadsFileError, match="xlsx"):
        read(repacked(file, "xl/worksheets/sheet1.xml", b"<worksheet", bomb))


def test_an_xlsx_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, *(person(number) for number in range(50))])
    assert len(read(file)) == 50
    monkeypatch.setattr(leadsfile, "_MOST_TEXTS", 1000)
    with pytest.raises(LeadsFileError, match="太大"):
        read(file)
    monkeypatch.undo()
    monkeypatch.setattr(leadsfile, "_MOST_SHEET", 1000)
    with pytest.raises(LeadsFileError, match="太大"):
        read(file)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_told(tmp_path: Path, cut: float) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, *(person(number) for number in range(50))])
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(LeadsFileError, match="xlsx"):
        read(file)
