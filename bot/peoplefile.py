"""Reading a people file: CSV in UTF-8 (with or without BOM) or GBK, as Excel in China saves it."""

import csv
from pathlib import Path

from core.people.service import PersonRow

COLUMNS = ("name", "department", "role", "wecom_userid", "dingtalk_userid", "superior", "rank")
REQUIRED = ("name", "department", "role")


class PeopleFileError(Exception):
    """The file cannot be read as a people file; the text says why, in Chinese."""


def read_people(file: Path) -> list[PersonRow]:
    """The lines of the file; surrounding spaces are cut, a full-width `｜` between roles is understood.

    Raises:
        PeopleFileError: the encoding or the heading is not right.
    """
    reader = csv.DictReader(_text(file).splitlines())
    heading = [column.strip() for column in reader.fieldnames or []]
    unknown = [column for column in heading if column not in COLUMNS]
    missing = [column for column in REQUIRED if column not in heading]
    if unknown or missing:
        raise PeopleFileError(
            f"{file.name} 的表头应为 {','.join(COLUMNS)}"
            + (f"；缺少 {'、'.join(missing)}" if missing else "")
            + (f"；不认识 {'、'.join(unknown)}" if unknown else "")
        )
    reader.fieldnames = heading
    return [_row(reader.line_num, row) for row in reader]  # its number in the file, empty lines counted


def _row(line: int, cells: dict[str, str | None]) -> PersonRow:
    values = {column: (cells.get(column) or "").strip() for column in COLUMNS}
    return PersonRow(line, **values | {"role": values["role"].replace("｜", "|")})


def _text(file: Path) -> str:
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PeopleFileError(f"{file.name} 既不是 UTF-8 也不是 GBK 编码，请另存为 CSV UTF-8。")
