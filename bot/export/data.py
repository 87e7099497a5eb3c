"""The export as JSON: exact values under keys that stay. Sums are fen, moments ISO 8601 in China's time, shares parts
of one; what does not open is `{"unreadable": true}`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from bot.export.sections import Part
from core.dossier.reading import Unopened
from core.moments import CHINA

FORMAT = "tuoling.dossier/1"
"""The format's name and version. Keys may come; where one goes, or means something else, it is another version."""

_EXACT = 2**53
"""Whole numbers beyond it (those of pictures and files) are texts: many a program would read them as doubles."""


def as_json(export: Mapping[str, Any], parts: Sequence[Part]) -> bytes:
    """The whole: what it is (`format`, `export`), and each part under its key."""
    whole = {"format": FORMAT, "export": plain(export)} | {part.section.key: plain(part.content) for part in parts}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Unopened):
        return {"unreadable": True}
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    return str(value) if isinstance(value, Decimal) else value
