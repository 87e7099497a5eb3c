"""What counts of payouts, for whoever adds them up: which is the first of its loan, and whose it was."""

from sqlalchemy import ColumnElement, and_, exists, func, or_

from core.loans.models import Application, Disbursement
from core.store.base import table_of

_A, _D = table_of(Application), table_of(Disbursement)
_EARLIER = _D.alias("earlier")
_SOONER = or_(
    _EARLIER.c.paid_on < _D.c.paid_on, and_(_EARLIER.c.paid_on == _D.c.paid_on, _EARLIER.c.id < _D.c.id)
)  # fmt: skip
IS_FIRST: ColumnElement[bool] = ~exists().where(_EARLIER.c.application_id == _D.c.application_id, _SOONER)
"""Is it the first money of its loan?"""
OFFICER: ColumnElement[int] = func.coalesce(_D.c.officer_id, _A.c.owner_id)
"""Whose the loan was when it was paid out; the application is joined."""
