"""Reading a people file: CSV in UTF-8 (with or without BOM) or GBK, as Excel in China saves it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from config.rolewords import ROLE_WORDS
from core.people.policy import Role
from core.people.rows import control_in
from core.people.service import PersonRow
from core.privacy import normal_text, tidy

COLUMNS = ("name", "department", "role", "wecom_userid", "dingtalk_userid", "superior", "rank", "phone")
REQUIRED = ("name", "department", "role")
_CHINESE = {
    "姓名": "name",
    "部门": "department",
    "岗位": "role",
    "角色": "role",
    "企业微信账号": "wecom_userid",
    "钉钉账号": "dingtalk_userid",
    "主管": "superior",
    "上级": "superior",
    "职级": "rank",
    "手机号": "phone",
    "手机": "phone",
}

_BETWEEN_ROLES = re.compile(r"[|、,;/]")


class PeopleFileError(Exception):
    """The file cannot be read as a people file; the text says why, in Chinese."""


def read_people(file: Path) -> list[PersonRow]:
    """The lines of the file; surrounding spaces are cut, roles and the heading are understood in Chinese too, and
    between roles any mark that parts words. A column that is not there is None in the rows. Lines without anything in
    them are skipped.

    Raises:
        PeopleFileError: the encoding or the heading is not right, a line has more or fewer cells than the heading (all
            such lines are named), or there is nobody in it.
        OSError: it cannot be read.
    """
    lines = _lines(file)
    named = [tidy(cell) for cell in next(lines, (1, []))[1]]
    heading = _heading(file.name, [_CHINESE.get(column, column) for column in named])
    rows, wrong = [], []
    for line, cells in lines:
        if len(cells) == len(heading):
            rows.append(_row(line, dict(zip(heading, cells, strict=True))))
        else:
            wrong.append(f"{file.name} 第 {line} 行{_wrong_width(cells, heading)}")
    if wrong:
        raise PeopleFileError("\n".join([*wrong, f"有 {len(wrong)} 处错误，没有导入任何人。"]))
    if not rows:
        raise PeopleFileError(f"{file.name} 只有表头，一个人也没有，所以什么也没改。请检查导出的文件，再导入一次。")
    return rows


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, each with its number in the file and without what is empty at its end beyond the
    heading (Excel saves a sheet as wide as it once was)."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    line, width = 1, 0
    try:
        for raw in reader:
            cells = [cell.strip() for cell in raw]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if any(cells):
                width = width or len(cells)
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise PeopleFileError(
            f"{file.name} 第 {line} 行的半角双引号不成对。请检查这一行；内容里有双引号的，写成两个。没有导入任何人。"
        ) from None


def _heading(name: str, heading: list[str]) -> list[str]:
    unknown = [column or "空着的一列" for column in heading if column not in COLUMNS]
    missing = [column for column in REQUIRED if column not in heading]
    double = [column for column, times in Counter(heading).items() if times > 1 and column in COLUMNS]
    if unknown or missing or double:
        raise PeopleFileError(
            f"{name} 的表头应为 {','.join(COLUMNS)}（中文的 姓名、部门、岗位 等也行）"
            + (f"；缺少 {'、'.join(missing)}" if missing else "")
            + (f"；不认识 {'、'.join(unknown)}" if unknown else "")
            + (f"；重复了 {'、'.join(double)}" if double else "")
        )
    return heading


def _wrong_width(cells: list[str], heading: list[str]) -> str:
    most = len(heading)
    if len(cells) > most:
        return f"第 {most + 1} 格「{cells[most]}」：表头只有 {most} 列，多出来了；内容里有逗号的，两边加半角双引号"
    wide = "；各格之间要用半角逗号，这一行里有全角的 ，" if any("，" in cell for cell in cells) else ""
    return f"只有 {len(cells)} 格，缺少 {heading[len(cells)]} 列；空着的格也要用逗号隔开{wide}"


def _row(line: int, cells: dict[str, str]) -> PersonRow:
    return PersonRow(
        line,
        cells["name"],
        cells["department"],
        _roles(cells["role"]),
        cells.get("wecom_userid"),
        cells.get("dingtalk_userid"),
        cells.get("superior"),
        cells.get("rank"),
        cells.get("phone"),
    )


def _roles(text: str) -> str:
    """The roles as the program calls them; a word that is none stays, and is refused by its name later."""
    if control_in(text):
        return text  # refused as it is
    words = (word.strip() for word in _BETWEEN_ROLES.split(normal_text(text)))
    return "|".join(ROLE_WORDS.get(word, word.lower() if word.lower() in set(Role) else word) for word in words)


def _text(file: Path) -> str:
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PeopleFileError(f"{file.name} 既不是 UTF-8 也不是 GBK 编码，请另存为 CSV UTF-8。")
