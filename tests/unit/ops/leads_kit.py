"""Leads files for tests."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

HEAD = ("姓名", "手机号", "身份证号", "渠道", "地区", "产品", "金额", "备注")


def lead_file(file: Path, rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD, encoding: str = "utf-8") -> Path:
    """Write the rows, each as long as it is."""
    with file.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)
    return file


def person(number: int, *more: str) -> tuple[str, ...]:
    """A line of a lead that is right."""
    return (f"客户{chr(0x4E00 + number % 2000)}", str(13_000_000_000 + number * 7), "", *more)


def results(file: Path) -> list[list[str]]:
    """The result file beside it, without its head."""
    text = file.with_name(f"{file.name}.结果.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel reads it as UTF-8 with a BOM only"
    return list(csv.reader(text.decode("utf-8-sig").splitlines()))[1:]
