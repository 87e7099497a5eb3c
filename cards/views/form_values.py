"""What stands in a form's field, in words: `50万`, `70%`, `2021-05-03`, `青山区`. Pure, as all views."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cards import saying
from core.loans.forms import TERM, FieldKind, FormField
from core.privacy import mask_id_number, mask_phone
from core.regions import region

_A_SHARE = 5  # a computed number up to this is a ratio, and said as percent


def value_said(field: FormField, value: Any, names: Mapping[int, str], longest: int = 60) -> str:
    """A value that is there, in words; ID numbers and phones masked, a text in `longest` characters. `names` are
    colleagues'."""
    match field.kind:
        case FieldKind.MONEY:
            return saying.money(value) if value else "0元"
        case FieldKind.PERCENT:
            return f"{(Decimal(value) * 100).normalize():f}%"
        case FieldKind.COMPUTED:
            return computed_said(float(value))
        case FieldKind.NUMBER:
            return f"{value}个月" if field.key == TERM else str(value)
        case FieldKind.ID_NUMBER:
            return mask_id_number(str(value))
        case FieldKind.PHONE:
            return mask_phone(str(value))
        case FieldKind.REGION:
            found = region(str(value))
            return found.full_name if found is not None else str(value)
        case FieldKind.CHOICES:
            return saying.plain("、".join(value), longest)
        case FieldKind.FILE:
            return f"{len(value)} 份"
        case FieldKind.PERSON:
            return names.get(value, "同事")
        case _:
            return saying.plain(str(value), longest)


def computed_said(number: float) -> str:
    """A computed number: a ratio as percent with one decimal, what is larger as it is."""
    if abs(number) <= _A_SHARE:
        return f"{round(number * 100, 1):g}%"
    return f"{round(number, 2):g}"
