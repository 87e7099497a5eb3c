"""What its officer filled in and sent for an earlier application of the same lead: a new one takes the answers over; of
the papers he says of each whether it still serves, for a consent or a bank statement does not for ever."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from core.leads import media
from core.leads.borrower import customer_of
from core.loans import forms
from core.loans.definitions import flow_of, form_of
from core.loans.flows import Flow
from core.loans.forms import FieldKind, Form, FormField, Values
from core.loans.models import LIVE, Application, ApplicationDocument, values_place
from core.loans.run import derived, made_it
from core.privacy import Vault
from core.store.base import table_of
from core.store.database import Executor

_A, _D = table_of(Application), table_of(ApplicationDocument)
_OVER = _A.c.state.not_in([state.value for state in LIVE])
_NOT_SAID = (FieldKind.COMPUTED, FieldKind.FILE, FieldKind.PERSON)
"""No answers: what is reckoned, what belongs to its application, and who may have left."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An application that is over, what of its values goes into the fields of another one, and who had made it: these
    are his answers too."""

    application_id: int
    values: Values
    by: frozenset[int]


def last_of(executor: Executor, lead_id: int, owner_id: int) -> Any:
    """The row of the last application of this officer for this lead that is over; None if there is none."""
    mine = (_A.c.lead_id == lead_id, _A.c.owner_id == owner_id, _OVER)
    return executor.execute(select(_A).where(*mine).order_by(_A.c.id.desc()).limit(1)).one_or_none()


def answers(
    executor: Executor, vault: Vault, row: Any, customer_id: int, form: Form, flow: Flow, today: date
) -> Earlier | None:
    """What was filled in in the application of this row (`last_of`), as far as it answers what the officer is asked for
    in `form`; None if there is nothing. Not where two customers were merged since: then it was another one's."""
    said, of = _said(vault, row), form_of(executor, row.form)
    if not _is_of(executor, vault, row, said, customer_id):
        return None
    at_nodes = flow.filled_at_nodes | flow_of(executor, row.flow).filled_at_nodes  # which is no answer of his
    taken = {
        each.key: said[each.key]
        for each in form.fields
        if each.key not in at_nodes and _serves(each, of.field(each.key), said.get(each.key), today)
    }
    return Earlier(row.id, taken, made_it(executor, row.id)) if taken else None


def _said(vault: Vault, row: Any) -> dict[str, Any]:
    return dict(json.loads(vault.open(values_place(row.id), row.values)))


def _is_of(executor: Executor, vault: Vault, row: Any, said: Values, customer_id: int) -> bool:
    """Was the application in which this was `said` this customer's? Not where two were merged since."""
    of = derived(vault, said, form_of(executor, row.form), row.product, customer_id)
    return bool(of["shown"] == row.shown)


def _serves(field: FormField, before: FormField | None, value: Any, today: date) -> bool:
    """Is this value of the same field of an earlier form an answer to this one?"""
    if before is None or (before.kind, before.label) != (field.kind, field.label) or field.kind in _NOT_SAID:
        return False
    said = value not in (None, "", []) and value != forms.initial(field)
    return said and forms.wrong(field, value, today) is None


@dataclass(frozen=True, slots=True)
class EarlierPaper:
    """What was sent as a paper of an application that is over, and is kept still."""

    application_id: int
    medium_ids: tuple[int, ...]


def paper(executor: Executor, vault: Vault, lead_id: int, owner_id: int, key: str) -> EarlierPaper | None:
    """The paper of this key of the last application of this officer for this lead that had it; None if none had. Not
    of another customer either."""
    mine = (_A.c.lead_id == lead_id, _A.c.owner_id == owner_id, _OVER, _D.c.key == key)
    last = select(func.max(_A.c.id)).join(_D, _D.c.application_id == _A.c.id).where(*mine)
    number = executor.execute(last).scalar_one()
    row = executor.execute(select(_A).where(_A.c.id == number)).one_or_none()
    if row is None or not _is_of(executor, vault, row, _said(vault, row), customer_of(executor, lead_id)):
        return None
    wanted = select(_D.c.medium_id).where(_D.c.application_id == number, _D.c.key == key)
    kept = media.of_lead(executor, lead_id, list(executor.scalars(wanted)))
    return EarlierPaper(row.id, tuple(sorted(kept))) if kept else None
