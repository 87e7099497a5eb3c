"""What stands in the fields of a form, in words. Pure, as all views."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cards import saying
from core.loans.forms import AMOUNT, TERM, FieldKind, FormField
from core.loans.queries import ApplicationNow
from core.privacy.masks import mask_id_number, mask_phone

NOTHING = "未填"
_NOT_TELLING = (FieldKind.COMPUTED, FieldKind.ID_NUMBER, FieldKind.PHONE, FieldKind.CREDIT_CODE)
_SHARE = ("率", "比", "比例", "占比")


def value_said(field: FormField, value: Any, names: Mapping[int, str]) -> str:
    """A value as people read it; phone and ID number masked. `names` are colleagues' by number."""
    if value is None or value in ("", []):
        return NOTHING
    match field.kind:
        case FieldKind.MONEY:
            return saying.money(value)
        case FieldKind.PERCENT:
            return f"{(Decimal(value) * 100).normalize():f}%"  # as it was filled in: 3.875%
        case FieldKind.NUMBER:
            return f"{value}个月" if field.key == TERM else str(value)
        case FieldKind.PHONE:
            return mask_phone(value)
        case FieldKind.ID_NUMBER:
            return mask_id_number(value)
        case FieldKind.CHOICES:
            return "、".join(value)
        case FieldKind.FILE:
            return f"{len(value)}个"
        case FieldKind.PERSON:
            return names.get(value, "同事")
        case FieldKind.REGION:
            return saying.place(value)
        case _:
            return str(value)


def computed_said(field: FormField, number: float) -> str:
    """A computed number: of what is called 率 or 比 a share, else as it is."""
    return share_said(number) if field.label.endswith(_SHARE) else f"{Decimal(f'{number:.2f}').normalize():f}"


def share_said(share: float) -> str:
    """What was computed: `0.785` -> `78.5%`."""
    return f"{Decimal(f'{share * 100:.2f}').normalize():f}%"


def ratios(application: ApplicationNow) -> list[tuple[str, str]]:
    """The computed fields that have a value, each with its label."""
    return [
        (each.field.label, computed_said(each.field, application.computed[each.field.key]))
        for each in application.fields
        if each.field.kind is FieldKind.COMPUTED and each.field.key in application.computed
    ]


def filled_said(application: ApplicationNow, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """Every field that can be seen, with its value in words: as the form has them, the empty ones too."""
    said = []
    for each in application.fields:
        if each.field.kind is FieldKind.COMPUTED:
            number = application.computed.get(each.field.key)
            value = computed_said(each.field, number) if number is not None else "还算不出"
        else:
            value = value_said(each.field, each.value, names)
        said.append((each.field.label, value))
    return said


def telling(application: ApplicationNow, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """What is filled in beside amount, term and what is computed: the most telling first, as the form asks for it."""
    return [
        (each.field.label, value_said(each.field, each.value, names))
        for each in application.fields
        if each.field.key not in (AMOUNT, TERM)
        and each.field.kind not in _NOT_TELLING
        and each.value not in (None, "", [])
    ]


def as_rows(said: Sequence[tuple[str, str]], key: int, room: int) -> list[tuple[str, str]]:
    """Labels and values as rows of a card: a label that is longer than `key` 字 stands with its value, in `room` 字."""
    return [
        (label, saying.first_that_fits([value], room))
        if len(label) <= key
        else ("·", saying.first_that_fits([f"{label} {value}"], room))
        for label, value in said
    ]
