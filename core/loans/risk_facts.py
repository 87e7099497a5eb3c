"""What the risk rules know of an application: what stands in its form, what is reckoned from it, and what is known of
its customer. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.expressions import Fact, Kind
from core.loans import forms
from core.loans.cost import MOST_MONTHLY, Cost, NoRate
from core.loans.financing import YEARLY_RATE, terms_of
from core.loans.forms import TERM, FieldKind, Form, Values
from core.loans.repayment import first_instalment, in_month
from core.risk.names import (
    AGE,
    AGE_AT_END,
    APPLIED_90D,
    BLACKLISTED,
    BUILT_IN,
    COMPANY_REGION,
    COST_A_YEAR,
    HOME_REGION,
    INSTALMENT,
    REFUSED_180D,
    years_since,
)
from core.risk.policy import Named, Unit

_UNITS = {FieldKind.MONEY: Unit.YUAN, FieldKind.PERCENT: Unit.SHARE}
_ABOUT = {"product": "产品", "channel": "渠道", "grade": "等级", "tags": "标签", "department": "部门", "rank": "职级"}
_NO_RATE = float(MOST_MONTHLY * 12)  # a loan that has no yearly cost is dearer than any that has one


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the customer: how many other applications of his were handed in within 90 days, how many were
    refused within 180, and whether he is on the blacklist."""

    applied_90d: int = 0
    refused_180d: int = 0
    blacklisted: bool = False


def risk_names(form: Form, figures: Iterable[Named] = ()) -> tuple[Named, ...]:
    """The names that rules over this form may speak of. Of each day they may ask how many years ago it was. `figures`
    are those of reports: one with the key of a field is that field's name, and no other."""
    of_form = [
        Named(each.key, form.names[each.key], each.label, _UNITS.get(each.kind, Unit.PLAIN)) for each in form.fields
    ]
    days = [each for each in form.fields if each.kind is FieldKind.DATE]
    since = [Named(years_since(each.key), Kind.NUMBER, f"{each.label}至今", Unit.YEARS) for each in days]
    about = [Named(name, form.names[name], label) for name, label in _ABOUT.items()]
    of_reports = [each for each in figures if form.field(each.name) is None]
    return (*of_form, *since, *about, *BUILT_IN, *of_reports)


def risk_facts(
    form: Form,
    values: Values,
    about: Mapping[str, Fact | None],
    *,
    history: History,
    cost: Cost | NoRate | None,
    rate: float | None,
    today: date,
) -> dict[str, Fact | None]:
    """What rules see of these values on that day. `cost`: what the loan costs a year, if that can be said; `rate`: the
    yearly rate by which an instalment is reckoned as long as the form says none. What nobody said has no value."""
    known = forms.facts(form, values, about)
    asked = {key: value for key, value in values.items() if key in known}
    return {
        **known,
        **_of_days(form, asked, today),
        **_of_person(form, asked, today),
        COMPANY_REGION: _company_region(form, asked),
        INSTALMENT: instalment(asked, rate, today),
        COST_A_YEAR: _cost(cost),
        APPLIED_90D: float(history.applied_90d),
        REFUSED_180D: float(history.refused_180d),
        BLACKLISTED: history.blacklisted,
    }


def _of_days(form: Form, values: Values, today: date) -> dict[str, Fact | None]:
    days = [each for each in form.fields if each.kind is FieldKind.DATE]
    return {
        years_since(each.key): _years(date.fromisoformat(values[each.key]), today) if values.get(each.key) else None
        for each in days
    }


def _of_person(form: Form, values: Values, today: date) -> dict[str, Fact | None]:
    number = _first(form, values, FieldKind.ID_NUMBER)
    born = _born(number)
    if born is None:
        return {AGE: None, AGE_AT_END: None, HOME_REGION: None}
    months = values.get(TERM)
    end = in_month(today, int(Decimal(months)), today.day) if months else None
    at_end = float(int(_years(born, end))) if end is not None else None
    return {AGE: float(int(_years(born, today))), AGE_AT_END: at_end, HOME_REGION: number[:6]}


def _born(number: str) -> date | None:
    """The birthday in an ID number, which was checked when it was filled in."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _company_region(form: Form, values: Values) -> str | None:
    """The third to the eighth sign of a unified credit code name the region of registration (GB 32100-2015)."""
    return _first(form, values, FieldKind.CREDIT_CODE)[2:8] or None


def _first(form: Form, values: Values, kind: FieldKind) -> str:
    """What stands in the first field of this kind: the applicant's own; empty if nothing does."""
    field = next((each for each in form.fields if each.kind is kind), None)
    return str(values.get(field.key) or "") if field is not None else ""


def _years(since: date, until: date) -> float:
    """Whole months between two days, in years."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return (months - (in_month(since, months, since.day) > until)) / 12


def instalment(values: Values, rate: float | None, today: date) -> float | None:
    """The first instalment of what was filled in at the fields that are asked for, in yuan; by this yearly rate, if
    none is among them."""
    if values.get(YEARLY_RATE) is None:
        if rate is None:
            return None
        values = {**values, YEARLY_RATE: str(rate)}
    terms = terms_of(values, today)
    return first_instalment(terms) / 100 if terms is not None else None


def _cost(cost: Cost | NoRate | None) -> float | None:
    if cost is None:
        return None
    return float(cost.simple) if isinstance(cost, Cost) else _NO_RATE
