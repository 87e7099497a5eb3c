"""Lengths of time that may be of the working calendar: 3工作日 and 2工作小时 beside 7天, 48小时 and 90分钟."""

import re
import unicodedata

from config.lengths import MOST, is_no_limit, meant_length, meant_number
from config.values import Table
from config.yamlfile import Value
from core.calendar import Length, Unit

_UNITS = {
    "天": (Unit.DAY, False),
    "小时": (Unit.HOUR, False),
    "分钟": (Unit.MINUTE, False),
    "工作日": (Unit.DAY, True),
    "工作小时": (Unit.HOUR, True),
    "工作分钟": (Unit.MINUTE, True),
}
_WHAT = f"时长：1 到 {MOST} 天、小时、分钟，或工作日、工作小时、工作分钟"
_LENGTH = re.compile(f"([1-9][0-9]{{0,{len(str(MOST)) - 1}}}) ?({'|'.join(_UNITS)})")
_WORKING = re.compile(r"(.+?) ?个? ?(?:工作 ?(日|天|小时|钟头|时|分钟|分)|(工时))")
_UNIT_MEANT = {"日": "工作日", "天": "工作日", "分钟": "工作分钟", "分": "工作分钟"}


def parse_working_length(text: str) -> Length | None:
    """The length that is written as it should be, or None."""
    found = _LENGTH.fullmatch(_narrow(text))
    return Length(int(found[1]), *_UNITS[found[2]]) if found else None


def meant_working_length(text: str) -> str:
    """How a length that is written in another way should be written; empty if it is not clear what was meant. Working
    hours never become working days: a day has as many as the company says."""
    found = _WORKING.fullmatch(_narrow(text))
    if not found:
        return meant_length(text)
    unit = _UNIT_MEANT.get(found[2], "工作小时")
    if number := meant_number(found[1]):
        meant = f"{number}{unit}"
    else:  # 1.5工作小时
        minutes = "" if unit == "工作日" else meant_length(f"{found[1]}{unit.removeprefix('工作')}")
        meant = re.sub("(小时|分钟)", r"工作\1", minutes)
    return meant if parse_working_length(meant) else ""


def working_length(table: Table, key: str) -> Length | None:
    """A length of time, plain or working; None if the key is not there (or what stands there is wrong)."""
    return read_length(table[key], no_limit="不限就删掉这一行") if key in table else None


def read_length(place: Value, *, no_limit: str = "") -> Length | None:
    """The length at this place; None, and a problem, if it is none. `no_limit`: what to do if there should be none."""
    text = place.word()
    found = parse_working_length(text)
    if found is None:
        near, mend = meant_working_length(text), no_limit if is_no_limit(text) or text.startswith("0") else ""
        example = "" if near else "3工作日"
        place.problem("shape", what=_WHAT, found=place.found(), near=near, example=example, mend=mend)
    return found


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
