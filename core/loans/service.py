"""The submitter's verbs: 进件, filling in, handing in, 撤回, giving up, 催办."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from core.expressions import names_in
from core.leads import lending
from core.leads.lending import Borrowing
from core.leads.service import Owned, hold_reachable
from core.loans import earlier, forms, reporting
from core.loans.choosing import unchosen
from core.loans.definitions import pin
from core.loans.events import Nudged
from core.loans.flows import Flow
from core.loans.forms import AMOUNT, Form, Values
from core.loans.going import hand_over
from core.loans.models import (
    LIVE,
    Application,
    Happening,
    State,
    Task,
    TaskState,
    What,
    values_place,
)
from core.loans.outcomes import (
    AlreadyLive,
    Dropped,
    Filled,
    Hurried,
    Incomplete,
    LeadInPool,
    LeadOver,
    NobodyToNudge,
    NoFlow,
    NoSuchApplication,
    NotNow,
    NudgedAlready,
    Started,
    StartRefusal,
    Submitted,
    TooLateToTakeBack,
    WhichProduct,
    Withdrawn,
)
from core.loans.own import own
from core.loans.payout import is_paid_out
from core.loans.returning import amended, resumes_at
from core.loans.routing import cancel_steps, held_for, missing_to_hand_in, set_stage, tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import Run, derived, hold
from core.loans.screening import screen
from core.loans.taking_back import too_late_to_withdraw, what_ends
from core.moments import day_of
from core.people.policy import Actor, Verb
from core.privacy import Vault
from core.risk.names import SAID
from core.risk.record import Why
from core.store.base import table_of
from core.store.unit import Unit

_A, _T = table_of(Application), table_of(Task)
_H = table_of(Happening)
NUDGE_EVERY = timedelta(hours=2)
"""Of working time: more often nobody is asked to hurry."""


def start(
    unit: Unit, actor: Actor, lead_id: int, product: str | None, values: Values, rules: LoanRules
) -> Started | StartRefusal:
    """进件: a draft for a lead of his, with what was said of it already, and what he had filled in for it before.
    `product` None: the lead's. What does not go into its field is left out, and told."""
    lead = hold_reachable(unit, actor, Verb.APPLY, lead_id)
    if not isinstance(lead, Owned):
        return lead
    live = _live(unit, lead_id)
    if live is not None:
        return live
    known = lending.borrowing(unit, lead_id, rules.tagging)
    if known is None:
        raise LookupError(f"lead {lead_id} is held, and not there")
    product = product or known.product
    if product is None:
        return WhichProduct(lead_id)
    flow = rules.flows.of(product)
    form = rules.form_for(flow) if flow is not None else None
    if flow is None or form is None:
        return NoFlow(product)
    owner_id = lead.owner_id or actor.id
    before = _before(unit, known, owner_id, product, form, flow)
    said = dict(before.values) if before is not None else {}
    defaults = {each.key: forms.initial(each) for each in form.fields}
    given = defaults | {AMOUNT: known.amount_fen} | said | dict(values)
    fits, wrong = _fitting(form, given)
    first = flow.stage(flow.start.stage)
    row = {
        "lead_id": lead_id,
        "owner_id": owner_id,
        "product": product,
        "form": pin(unit, form),
        "flow": pin(unit, flow),
        "state": State.DRAFT.value,
        "stage": first.key,
        "stage_type": first.type.value,
        "stage_since": unit.now,
        "created_at": unit.now,
    }
    number = _insert(unit, row, fits, form, product, known)
    if number is None:
        return _live(unit, lead_id) or start(unit, actor, lead_id, product, values, rules)
    run = _held(unit, number, rules, actor)
    run.note(What.STARTED)
    for person_id in sorted(before.by - {actor.id} if before is not None else ()):
        run.note(What.CHANGED, for_id=person_id)  # the answers are his as well: he does not decide on them
    tell(run)
    if before is None:
        return Started(number, lead_id, wrong)
    return Started(number, lead_id, wrong, before.application_id, len(before.values.keys() - values.keys()))


def _before(unit: Unit, lead: Borrowing, owner_id: int, product: str, form: Form, flow: Flow) -> earlier.Earlier | None:
    row = earlier.last_of(unit.connection, lead.lead_id, owner_id)
    if row is None:
        return None
    if row.product != product:  # how much is another question then
        form = replace(form, fields=tuple(each for each in form.fields if each.key != AMOUNT))
    return earlier.answers(unit.connection, unit.vault, row, lead.customer_id, form, flow, day_of(unit.now))


def _live(unit: Unit, lead_id: int) -> AlreadyLive | None:
    states = [state.value for state in LIVE]
    wanted = select(_A.c.id, _A.c.state).where(_A.c.lead_id == lead_id, _A.c.state.in_(states))
    row = unit.connection.execute(wanted).one_or_none()
    return AlreadyLive(row.id, lead_id, State(row.state)) if row is not None else None


def _fitting(form: Form, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[forms.WrongValue, ...]]:
    fits: dict[str, Any] = {}
    wrong: list[forms.WrongValue] = []
    for key, value in given.items():
        of = form.field(key)
        if of is None or value is None:
            continue
        found = forms.wrong(of, value)
        if found is None:
            fits[key] = value
        else:
            wrong.append(found)
    return fits, tuple(wrong)


def _insert(unit: Unit, row: dict[str, Any], values: Values, form: Form, product: str, lead: Borrowing) -> int | None:
    """The draft; None if somebody else made one for this lead at this moment."""
    try:
        with unit.connection.begin_nested():
            columns = row | derived(unit.vault, values, form, product, lead.customer_id) | {"values": b""}
            number = int(unit.connection.execute(insert(_A).values(columns).returning(_A.c.id)).scalar_one())
    except IntegrityError:
        return None
    unit.connection.execute(_A.update().where(_A.c.id == number).values(values=_sealed(unit.vault, number, values)))
    return number


def _sealed(vault: Vault, number: int, values: Values) -> bytes:
    return vault.seal(values_place(number), json.dumps(dict(values), ensure_ascii=False))


def _held(unit: Unit, number: int, rules: LoanRules, actor: Actor) -> Run:
    run = hold(unit, number, rules, actor)
    if run is None:
        raise LookupError(f"no application {number}")
    return run


def fill(
    unit: Unit, actor: Actor, number: int, key: str, value: Any, rules: LoanRules
) -> Filled | NoSuchApplication | NotNow:
    """Write one value into a draft, or into what came back; None empties the field."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in (State.DRAFT.value, State.RETURNED.value):
        return NotNow(number, State(run.row.state))
    of = run.form.field(key)
    if of is None:
        return Filled(number, key)
    found = forms.wrong(of, value, day_of(unit.now)) if value is not None else None
    if found is not None:
        return Filled(number, key, found)
    left = {name: each for name, each in run.values.items() if name != key}
    run.keep(left | ({key: value} if value is not None else {}))
    run.note(What.CHANGED)
    tell(run)
    return Filled(number, key)


def submit(
    unit: Unit, actor: Actor, number: int, rules: LoanRules
) -> Submitted | Incomplete | NoSuchApplication | NotNow | LeadOver | LeadInPool:
    """Hand it in, or in again. What is missing is told all at once."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in (State.DRAFT.value, State.RETURNED.value):
        return NotNow(number, State(run.row.state))
    if run.lead_is_over:
        return LeadOver(number, run.row.lead_id)
    if run.lead.owner_id is None:
        return LeadInPool(number, run.row.lead_id)
    fields = tuple(forms.missing(run.form, run.values, run.about()))
    if not fields and any(names_in(each.when) & SAID.keys() for each in run.form.documents):
        screen(run, Why.HANDED_IN)  # which papers are wanted hangs on it
    resume_at = resumes_at(unit.connection, run.row)
    papers = missing_to_hand_in(run, resume_at or run.flow.start.next)
    left = unchosen(run, resume_at or run.flow.start.next)
    lacking = reporting.to_bring(reporting.of_run(run))
    if fields or papers or left or lacking:
        return Incomplete(number, fields, papers, left, lacking)
    amended(run)
    run.change(state=State.RUNNING.value, submitted_at=run.unit.now, submitted_by_id=actor.id)
    run.note(What.SUBMITTED, for_id=run.owner_id if actor.id != run.owner_id else None)
    lending.application_began(unit, run.row.lead_id)
    awaits = hand_over(run)
    tell(run)
    stage, ended = run.flow.stage_name(run.row.stage), run.row.state == State.ENDED.value
    return Submitted(number, waiting_for(run), stage, awaits, held_for(run), ended)


def withdraw(
    unit: Unit, actor: Actor, number: int, rules: LoanRules
) -> Withdrawn | NoSuchApplication | NotNow | TooLateToTakeBack:
    """撤回: it is a draft again, as long as the flow lets him."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in (State.RUNNING.value, State.RETURNED.value):
        return NotNow(number, State(run.row.state))
    late = too_late_to_withdraw(unit.connection, number, run.flow)
    if late is not None:
        return late
    asked, void = what_ends(unit.connection, number, run.owner_id)
    cancel_steps(run, "")
    run.change(state=State.DRAFT.value, resume_at="")
    set_stage(run, run.flow.start.stage)
    run.note(What.WITHDRAWN)
    lending.application_ended(unit, run.row.lead_id, lost=True)
    tell(run)
    return Withdrawn(number, asked, void)


def drop(unit: Unit, actor: Actor, number: int, rules: LoanRules) -> Dropped | NoSuchApplication | NotNow:
    """Give up a draft, or what came back."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state not in (State.DRAFT.value, State.RETURNED.value) or is_paid_out(run):
        return NotNow(number, State(run.row.state))
    cancel_steps(run, "")
    run.change(state=State.DROPPED.value, ended_at=run.unit.now)
    run.note(What.DROPPED)
    lending.application_ended(unit, run.row.lead_id, lost=True)
    tell(run)
    return Dropped(number, run.row.lead_id)


def nudge(
    unit: Unit, actor: Actor, number: int, rules: LoanRules
) -> Hurried | NoSuchApplication | NotNow | NudgedAlready | NobodyToNudge:
    """催办: who has it is asked to hurry, at most once in `NUDGE_EVERY` of working time."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    if run.row.state != State.RUNNING.value:
        return NotNow(number, State(run.row.state))
    last = unit.connection.execute(
        select(_H.c.at).where(_H.c.application_id == number, _H.c.what == What.NUDGED.value).order_by(_H.c.id.desc())
    ).scalar()
    frees_at = rules.calendar.add(last, NUDGE_EVERY) if last is not None else None
    if last is not None and frees_at is not None and unit.now < frees_at:
        return NudgedAlready(number, last, frees_at)
    open_tasks = (_T.c.application_id == number, _T.c.state == TaskState.OPEN.value, _T.c.person_id != actor.id)
    rows = unit.connection.execute(select(_T.c.id, _T.c.person_id).where(*open_tasks).order_by(_T.c.id)).all()
    if not rows:
        return NobodyToNudge(number)
    run.note(What.NUDGED)
    unit.happened(Nudged(number, tuple((row.id, row.person_id) for row in rows), actor.id))
    return Hurried(number, tuple(dict.fromkeys(row.person_id for row in rows)))
