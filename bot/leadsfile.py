"""Reading a leads file: CSV in UTF-8 (with or without BOM) or GBK, or XLSX.

Line by line, in bounded memory, whatever its size; of an XLSX the texts stand in memory, and their size is limited. It
is read twice, once for its digest and once for its lines: from a copy of its own (`private_copy`), so that both are of
the same content, whatever happens to the file meanwhile.
"""

import codecs
import csv
import hashlib
import io
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from bot.leadfields import FIELDS, REQUIRED
from core.privacy import normal_text

_HEADS = {
    "name": ("姓名", "客户姓名", "客户", "名字"),
    "phone": ("手机号", "手机号码", "手机", "电话", "联系电话", "电话号码"),
    "id_number": ("身份证号", "身份证", "身份证号码"),
    "credit_code": ("信用代码", "统一社会信用代码", "社会信用代码", "营业执照号"),
    "channel": ("渠道", "来源"),
    "region": ("地区", "区域", "所在地区"),
    "product": ("产品", "贷款产品"),
    "amount": ("金额", "贷款金额", "需求金额"),
    "language": ("语言", "客户语言", "沟通语言"),
    "note": ("备注", "说明"),
}
_FIELD_OF = {field: field for field in FIELDS} | {word: field for field, words in _HEADS.items() for word in words}
HEADS = {field: words[0] for field, words in _HEADS.items()}
"""The Chinese head of each column."""

_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ",\t;"
_BLOCK = 1 << 20
_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST_TEXTS, _MOST_SHEET = 128 << 20, 4 << 30  # bytes of an XLSX's parts, unpacked
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)
_EXACT = 10**15  # a number of more digits is not what was typed into the cell


class LeadsFileError(Exception):
    """The file cannot be read as a leads file, or not beyond a line; the text says why, in Chinese."""


class Line(NamedTuple):
    """A line with something in it: its number in the file, its cells by field, and what stands beyond the heading."""

    number: int
    cells: dict[str, str]
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class LeadsFile:
    """A file that can be read. `digest` is of its content, `about` so many lines it has (0: unknown); `ignored` are the
    heads of columns that nobody knows. The lines can be read once."""

    digest: str
    about: int
    ignored: tuple[str, ...]
    lines: Iterator[Line]


@contextmanager
def private_copy(file: Path, folder: Path) -> Iterator[IO[bytes]]:
    """The file as it is now, copied into `folder`: the copy has no name, so nobody else reads or changes it, and it is
    gone when we are, however we end.

    Raises:
        LeadsFileError: somebody is writing to the file at this moment.
        OSError: it cannot be read, or copied.
    """
    with file.open("rb") as source:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as copy:
            before = _state(source)
            shutil.copyfileobj(source, copy, _BLOCK)
            if _state(source) != before:
                raise LeadsFileError(f"{file.name} 正在被改动，什么也没有导入。请等它写完再导入。")
            copy.seek(0)
            yield copy


def _state(source: IO[bytes]) -> tuple[int, int]:
    stat = os.fstat(source.fileno())
    return stat.st_size, stat.st_mtime_ns


def open_leads(source: IO[bytes], name: str) -> LeadsFile:
    """Look at the whole of `source` once, and read its heading. It stays the lines' from now on; `name` is what the
    file is called.

    Raises:
        LeadsFileError: it is no table of leads; reading its lines may raise it too, with the line.
        OSError: it cannot be read.
    """
    look = _Look(source, name)
    source.seek(0)
    rows = _xlsx_rows(source, name) if look.is_xlsx else _csv_rows(source, name, look.encoding())
    first, heading = next(rows, (0, ()))
    if not first:
        raise LeadsFileError(f"{name} 是空的。")
    fields, ignored = _heading(name, [normal_text(cell) for cell in heading])
    about = 0 if look.is_xlsx else look.breaks
    return LeadsFile(look.digest, about, ignored, _lines(rows, fields))


class _Look:
    """One pass over the file's bytes: its digest, how many lines there are, and which encodings fit."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._name = name
        total, self.breaks, self._fit, self._nul = hashlib.sha256(), 0, list(_ENCODINGS), False
        decoders = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
        self._head = source.read(4)
        self.is_xlsx = self._head == _XLSX
        for part in chain([self._head], iter(lambda: source.read(_BLOCK), b"")):
            total.update(part)
            if not self.is_xlsx:
                self.breaks += part.count(b"\n")
                self._nul = self._nul or b"\0" in part
                self._fit = [each for each in self._fit if _decodes(decoders[each], part)]
        self._fit = [each for each in self._fit if _decodes(decoders[each], b"", final=True)]
        self.digest = total.hexdigest()

    def encoding(self) -> str:
        """The encoding of a CSV."""
        if self._head == _XLS:
            raise LeadsFileError(f"{self._name} 是旧的 Excel 格式，或者设了密码，请另存为 xlsx 或 CSV UTF-8。")
        if self._head.startswith(_UTF_16) or self._nul or not self._fit:
            raise LeadsFileError(f"{self._name} 既不是 UTF-8 也不是 GBK 编码，请另存为 CSV UTF-8。")
        return self._fit[0]


def _decodes(decoder: codecs.IncrementalDecoder, part: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True


_Rows = Iterator[tuple[int, Sequence[str]]]


def _csv_rows(file: IO[bytes], name: str, encoding: str) -> _Rows:
    """The rows with something in them, each with the number of its first line."""
    with io.TextIOWrapper(file, encoding=encoding, newline="") as source:
        begun = source.readline()
        delimiter = max(_DELIMITERS, key=begun.count)
        reader = csv.reader(chain([begun], source), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            raise LeadsFileError(
                f"{name} 第 {line} 行的半角双引号不成对，从这一行起没有读。内容里有双引号的，写成两个。"
            ) from None


def _xlsx_rows(file: IO[bytes], name: str) -> _Rows:
    """The rows of the first visible sheet."""
    from openpyxl import load_workbook  # 60 ms that no other command needs
    from openpyxl.utils.exceptions import InvalidFileException

    _check_parts(file, name)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what a file says of its size is not always true
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_text(value) for value in row]
            if any(cells):
                yield number, cells
        book.close()
    except (InvalidFileException, KeyError, ValueError, StopIteration, SyntaxError, *_BROKEN):
        raise LeadsFileError(f"{name} 不是完好的 xlsx，请用 Excel 打开后另存为 CSV UTF-8 再导入。") from None


def _check_parts(file: IO[bytes], name: str) -> None:
    """A small file may unpack to one without end."""
    try:
        with zipfile.ZipFile(file) as parts:
            sizes = {part.filename: part.file_size for part in parts.infolist()}
    except zipfile.BadZipFile:
        raise LeadsFileError(f"{name} 不是完好的 xlsx，请用 Excel 打开后另存为 CSV UTF-8 再导入。") from None
    if max(_sizes(sizes, "xl/worksheets/")) > _MOST_SHEET or max(_sizes(sizes, "")) > _MOST_TEXTS:
        raise LeadsFileError(f"{name} 太大，请用 Excel 另存为 CSV UTF-8 再导入。")


def _sizes(sizes: dict[str, int], folder: str) -> Iterable[int]:
    """The sizes of the sheets, or (without a folder) of all other parts."""
    sheets = "xl/worksheets/"
    return [0, *(size for name, size in sizes.items() if name.startswith(sheets) == (folder == sheets))]


def _text(value: Any) -> str:
    """A cell as it was typed. A number with more digits than a number holds is written so that nobody takes it for an
    ID number."""
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        return f"{value:e}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _heading(name: str, heading: Sequence[str]) -> tuple[list[str | None], tuple[str, ...]]:
    """The field of each column (None: ignored), and the heads of those that are ignored."""
    fields = [_FIELD_OF.get("".join(head.split()).casefold()) for head in heading]
    known = [field for field in fields if field]
    missing = [f"{HEADS[field]}（{field}）" for field in REQUIRED if field not in known]
    double = [f"{HEADS[field]}（{field}）" for field in dict.fromkeys(known) if known.count(field) > 1]
    if missing or double:
        heads = "、".join(f"{HEADS[field]}（{field}）" for field in FIELDS)
        raise LeadsFileError(
            f"{name} 的第一行应为表头：{heads}"
            + (f"；缺少 {'、'.join(missing)}" if missing else "")
            + (f"；重复了 {'、'.join(double)}" if double else "")
            + "。没有导入任何线索。"
        )
    return fields, tuple(head for head, field in zip(heading, fields, strict=True) if head and not field)


def _lines(rows: _Rows, fields: Sequence[str | None]) -> Iterator[Line]:
    places = [(place, field) for place, field in enumerate(fields) if field]
    width = len(fields)
    for number, row in rows:
        count = len(row)
        cells = {field: row[place] for place, field in places if place < count}
        yield Line(number, cells, next(filter(str.strip, row[width:]), "") if count > width else "")
