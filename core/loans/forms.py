"""表单: what an application asks for; pure values and functions.

A form's fields hold plain values, which go into JSON as they are:

| kind | value |
|---|---|
| TEXT, PHONE, ID_NUMBER, CREDIT_CODE, REGION (its code), CHOICE (the choice's word) | str |
| NUMBER, PERCENT (0.78 is 78 %) | str of a Decimal |
| MONEY | int, fen |
| DATE | str, `2026-12-03` |
| CHOICES | list of str |
| FILE | list of int, the numbers of what is kept |
| PERSON | int |
| COMPUTED | nothing is kept: its formula gives a number |

Money and shares in conditions are yuan and parts of one, as `core/expressions.py` has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeAlias

from core import expressions
from core.expressions import Fact, Kind, Names, Undecided, names_in
from core.moments import midnight
from core.risk.names import SAID

AMOUNT, TERM, SERVICE_FEE = "amount", "term", "service_fee"
"""The keys of two fields that every form has: 申请金额 (money) and 期限 in months (a whole number); and of 服务费,
what we charge the customer (money), where a form asks for it."""

TAGS = "tags"
"""What conditions call the tags of the lead."""

Values: TypeAlias = Mapping[str, Any]


class FieldKind(StrEnum):
    """What can be filled in."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    PERSON = "person"
    REGION = "region"
    COMPUTED = "computed"


_IN_CONDITIONS: dict[FieldKind, Kind] = {
    FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.MONEY: Kind.NUMBER,
    FieldKind.PERCENT: Kind.NUMBER,
    FieldKind.COMPUTED: Kind.NUMBER,
    FieldKind.DATE: Kind.MOMENT,
    FieldKind.CHOICES: Kind.TEXTS,
    FieldKind.FILE: Kind.YES_NO,
}


PAYOUT_KINDS = (FieldKind.MONEY, FieldKind.DATE)
"""What is said of a payout: how much, and on which day."""


TODAY = "today"
"""As a bound of a date: the day on which it is filled in."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing that is asked for. `least` and `most` bound a number, a sum of money (in yuan) or a share; `earliest`
    and `latest` (`2000-01-01`, TODAY, empty) a date; `longest` a text, in characters; `whole`: a number without a
    fraction. It is asked for only where `shown_when` (a condition over the fields above it) holds; empty: always.
    `formula` makes a COMPUTED one. `default` is the text that is kept, and of money the yuan: see `initial`."""

    key: str
    label: str
    kind: FieldKind
    required: bool = False
    hint: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    longest: int = 200
    whole: bool = False
    shown_when: str = ""
    formula: str = ""
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of the checklist (身份证, 流水): wanted for `products` (empty: all) where `when` holds, before the
    application enters the stage `stage` (empty: it is asked for, and stops nothing). With his signature the customer
    authorises queries for these purposes (`authorises`, as providers name them), for as long as `valid`."""

    key: str
    name: str
    products: tuple[str, ...] = ()
    when: str = ""
    stage: str = ""
    authorises: tuple[str, ...] = ()
    valid: timedelta | None = None


NAMES_SOMEBODY = (FieldKind.ID_NUMBER, FieldKind.CREDIT_CODE)
"""The kinds of fields that say who the applicant is."""
COST_LINE = Decimal("0.24")
"""The line of 综合融资成本 where a form names none."""


@dataclass(frozen=True)
class Form:
    """A form by its key. The fields are asked for in their order. `cost_line`: a loan that costs more a year (综合融资
    成本, as a simple yearly rate) is warned of."""

    key: str
    name: str
    fields: tuple[FormField, ...]
    documents: tuple[Document, ...] = ()
    cost_line: Decimal = COST_LINE

    def field(self, key: str) -> FormField | None:
        """The field of this key."""
        return self._by_key.get(key)

    @cached_property
    def names(self) -> Names:
        """What conditions may name of this form, and beside it of the application itself (`ABOUT`)."""
        return {**{each.key: _IN_CONDITIONS.get(each.kind, Kind.TEXT) for each in self.fields}, **ABOUT}

    @cached_property
    def goes_by(self) -> frozenset[str]:
        """What its conditions and formulas name: which fields and papers are asked for hangs on that."""
        of_fields = [source for each in self.fields for source in (each.shown_when, each.formula)]
        of_papers = [each.when for each in self.documents]
        return frozenset().union(*(names_in(each) for each in (*of_fields, *of_papers) if each))

    @cached_property
    def _by_key(self) -> dict[str, FormField]:
        return {each.key: each for each in self.fields}


ABOUT: Names = {
    "product": Kind.TEXT,
    "channel": Kind.TEXT,
    "grade": Kind.TEXT,
    TAGS: Kind.TEXTS,
    "department": Kind.TEXT,
    "rank": Kind.TEXT,
    **SAID,
}
"""What conditions may name of every application: the product's word (房抵), its lead's channel, grade and tags, the
submitter's department path and rank, and what the risk rules said of it, once they were asked."""


@dataclass(frozen=True, slots=True)
class WrongValue:
    """Why a value does not go into its field; `least`, `most`, `early`, `late` where it is out of bounds."""

    key: str
    why: Literal[
        "empty",
        "kind",
        "least",
        "most",
        "long",
        "whole",
        "choice",
        "places",
        "huge",
        "past",
        "future",
        "until",
        "early",
        "late",
    ]
    field: FormField = field(repr=False)


def wrong(of: FormField, value: Any, today: date | None = None) -> WrongValue | None:
    """What is wrong with a value for its field; None if it may stand there. None, "" and [] are no value. `today`:
    where it is filled in now; what was filled in before is not held against it."""
    if value is None or value in ("", []):
        return WrongValue(of.key, "empty", of) if of.required else None
    match of.kind:
        case FieldKind.MONEY:
            return _wrong_number(of, Decimal(value) / 100) if isinstance(value, int) else WrongValue(of.key, "kind", of)
        case FieldKind.NUMBER | FieldKind.PERCENT:
            return _wrong_number(of, Decimal(value)) if _is_decimal(value) else WrongValue(of.key, "kind", of)
        case FieldKind.CHOICE:
            return None if value in of.choices else WrongValue(of.key, "choice", of)
        case FieldKind.CHOICES:
            fits = isinstance(value, list) and set(value) <= set(of.choices)
            return None if fits else WrongValue(of.key, "choice", of)
        case FieldKind.DATE:
            return _wrong_date(of, value, today) if _is_date(value) else WrongValue(of.key, "kind", of)
        case FieldKind.FILE:
            return None if isinstance(value, list) else WrongValue(of.key, "kind", of)
        case FieldKind.PERSON:
            return None if isinstance(value, int) else WrongValue(of.key, "kind", of)
        case FieldKind.COMPUTED:
            return WrongValue(of.key, "kind", of)
        case _:
            if not isinstance(value, str):
                return WrongValue(of.key, "kind", of)
            return WrongValue(of.key, "long", of) if len(value) > of.longest else None


def _wrong_number(of: FormField, number: Decimal) -> WrongValue | None:
    if number and number.adjusted() >= _MOST_DIGITS:
        return WrongValue(of.key, "huge", of)
    if int(number.normalize().as_tuple().exponent) < -_MOST_PLACES:
        return WrongValue(of.key, "places", of)
    if of.whole and number != number.to_integral_value():
        return WrongValue(of.key, "whole", of)
    if of.least is not None and number < of.least:
        return WrongValue(of.key, "least", of)
    if of.most is not None and number > of.most:
        return WrongValue(of.key, "most", of)
    return None


def _wrong_date(of: FormField, value: str, today: date | None) -> WrongValue | None:
    day = date.fromisoformat(value)
    first, last = (
        today if bound == TODAY else date.fromisoformat(bound) if bound else None for bound in (of.earliest, of.latest)
    )
    if first is not None and day < first:
        return WrongValue(of.key, "early", of)
    return WrongValue(of.key, "late", of) if last is not None and day > last else None


def _is_decimal(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except ArithmeticError:
        return False


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).year in _YEARS
    except ValueError:
        return False


_MOST_DIGITS, _MOST_PLACES = 12, 6
"""Of a number: below a million million, which the database and a double hold to the fen."""
_YEARS = range(1900, 2200)


def initial(of: FormField) -> Any:
    """The value that stands in a field before anybody filled it in; None if there is none."""
    if not of.default:
        return None
    return int(Decimal(of.default) * 100) if of.kind is FieldKind.MONEY else of.default


def shown(form: Form, values: Values, about: Mapping[str, Fact | None]) -> tuple[FormField, ...]:
    """The fields that are asked for at present, in their order: a condition that cannot be decided yet hides its
    field."""
    return _gone_through(form, values, about)[0]


def facts(form: Form, values: Values, about: Mapping[str, Fact | None]) -> dict[str, Fact | None]:
    """What conditions see: the values of the fields that are shown, and what is known of the application (`ABOUT`).
    A field that is hidden has no value, whatever was filled in before it was."""
    return _gone_through(form, values, about)[1]


def _gone_through(
    form: Form, values: Values, about: Mapping[str, Fact | None]
) -> tuple[tuple[FormField, ...], dict[str, Fact | None]]:
    """The fields that are shown, and what is known then."""
    known: dict[str, Fact | None] = dict(about)
    found: list[FormField] = []
    for each in form.fields:
        if each.shown_when and expressions.holds(each.shown_when, form.names, known) is not True:
            continue
        found.append(each)
        known[each.key] = _fact(form, each, values.get(each.key), known)
    return tuple(found), known


def missing(form: Form, values: Values, about: Mapping[str, Fact | None]) -> list[WrongValue]:
    """What keeps the form from being handed in, in the order of its fields."""
    found = [wrong(each, values.get(each.key)) for each in shown(form, values, about) if each.formula == ""]
    return [each for each in found if each is not None]


def documents(form: Form, product: str, known: Mapping[str, Fact | None]) -> tuple[Document, ...]:
    """The checklist for an application of this product (by key) with these facts."""
    wanted = [each for each in form.documents if not each.products or product in each.products]
    return tuple(each for each in wanted if not each.when or expressions.holds(each.when, form.names, known) is True)


def _fact(form: Form, of: FormField, value: Any, known: Mapping[str, Fact | None]) -> Fact | None:
    if of.kind is FieldKind.COMPUTED:
        result = expressions.value(of.formula, form.names, known)
        return None if isinstance(result, Undecided) else result
    if of.kind is FieldKind.FILE:
        return bool(value)
    if value is None or value in ("", []):
        return None
    match of.kind:
        case FieldKind.MONEY:
            return float(Decimal(value) / 100)
        case FieldKind.NUMBER | FieldKind.PERCENT:
            return float(value)
        case FieldKind.DATE:
            return midnight(date.fromisoformat(value))
        case FieldKind.CHOICES:
            return tuple(value)
        case _:
            return str(value)
