"""What is filled in at a node by who has it: with his decision, or before it; a payout is corrected after it."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.loans import forms, reporting, tasks
from core.loans.at_hand import AtHand, Wish
from core.loans.events import AmountLowered
from core.loans.flows import Decision, Handle
from core.loans.forms import AMOUNT, PAYOUT_KINDS, FieldKind, FormField, Values, WrongValue
from core.loans.models import HAS_THE_NODE, TaskState, What
from core.loans.outcomes import FilledIn, NeedsFields, NotOffered
from core.loans.payout import correct, is_recorded, left_to_pay, paid_back_from, pay_out, wrong_payout
from core.loans.routing import release_held
from core.loans.run import Run
from core.loans.screening import screen
from core.moments import day_of
from core.risk.record import Why


def fill(at: AtHand, wish: Wish) -> NeedsFields | None:
    """What has to be filled in at this node is, with what he gave."""
    run, node = at.run, at.node
    if not node.editable or at.task.kind not in HAS_THE_NODE:
        return None
    said = dict(wish.values or {})
    given = {each.key: said[each.key] for each in _asked_for(at, run.values | said, node.editable) if each.key in said}
    found = _wrong(at, run.values | given, node.editable)
    if found:
        return NeedsFields(at.task.id, found)
    if given:
        _keep(at, given)
    return None


def _keep(at: AtHand, given: Values) -> None:
    """Write down what he filled in here. Its officer hears of it if that is another sum."""
    run, before, shown = at.run, at.run.row.amount_fen, at.run.row.shown
    run.keep({**run.values, **given})
    at.note(What.CHANGED)
    if run.row.shown != shown:  # of another applicant there are other reports
        reporting.ask_new(run)
    if not (isinstance(at.node, Handle) and at.node.payout):  # what it costs hangs on the payout, which comes yet
        screen(run, Why.CHANGED)
    release_held(run)  # in another branch, for a paper that is wanted no more
    now = run.row.amount_fen
    if before is not None and now is not None and now != before:
        by_id = run.by.id if run.by is not None else None
        run.unit.happened(AmountLowered(run.id, run.owner_id, by_id, at.node.name, before, now))


def _wrong(at: AtHand, values: Values, keys: Collection[str]) -> tuple[WrongValue, ...]:
    """What of these fields of the node is missing, or does not fit."""
    run, node = at.run, at.node
    wanted = _asked_for(at, values, keys)
    most = left_to_pay(run, at.step.id) if isinstance(node, Handle) and node.payout else None
    today = day_of(run.unit.now)
    wrong = [
        forms.wrong(replace(each, required=each.required or each.key in node.must), values.get(each.key), today)
        for each in wanted
    ]
    if isinstance(node, Handle) and node.payout:
        since = run.row.submitted_at or run.row.created_at
        until = paid_back_from(run) if at.task.state == TaskState.DONE.value else None
        wrong += [wrong_payout(each, values.get(each.key), most, since, run.unit.now, until) for each in wanted]
    wrong += [_raised(run, each, values.get(each.key)) for each in wanted]
    return tuple(each for each in wrong if each is not None)


def _asked_for(at: AtHand, values: Values, keys: Collection[str]) -> list[FormField]:
    """The fields of these that are shown: where all is paid out, nothing is left to be said of a payout."""
    run, node = at.run, at.node
    wanted = [each for each in forms.shown(run.form, values, run.about()) if each.key in keys]
    most = left_to_pay(run, at.step.id) if isinstance(node, Handle) and node.payout else None
    if most is not None and most <= 0:
        return [each for each in wanted if each.kind not in PAYOUT_KINDS]
    return wanted


def _raised(run: Run, field: FormField, value: Any) -> WrongValue | None:
    """At a node less can be granted than was applied for, never more: votes that are cast were cast on no more."""
    most = run.row.amount_fen
    if field.key != AMOUNT or most is None or not isinstance(value, int) or value <= most:
        return None
    return WrongValue(field.key, "most", replace(field, most=Decimal(most) / 100))


def put_in(at: AtHand, key: str, value: Any) -> FilledIn | NeedsFields | NotOffered:
    """Fill in one field of the node, whatever the others are, and decide nothing. Of what was paid out already it is a
    correction."""
    run = at.run
    values = run.values | {key: value}
    his = at.task.kind in HAS_THE_NODE and key in at.node.editable
    if not his or not _asked_for(at, values, (key,)):
        return NotOffered(at.task.id, Decision.AGREE)
    found = _wrong(at, values, (key,))
    if found:
        return NeedsFields(at.task.id, found)
    _keep(at, {key: value})
    if run.by is not None:
        tasks.saw(run.unit, at.task.id, run.by.id)
    if at.task.state == TaskState.DONE.value and isinstance(at.node, Handle):
        kind = next(each.kind for each in run.form.fields if each.key == key)
        if is_recorded(run, at.step.id):
            made_for = correct(run, at.step.id, at.node, kind)
            screen(run, Why.CHANGED)
            return FilledIn(at.task.id, run.id, True, made_for)
        if kind is FieldKind.MONEY:  # nothing was left to be paid then; a correction elsewhere left something since
            pay_out(run, at.step.id, at.node)
            screen(run, Why.CHANGED)
    return FilledIn(at.task.id, run.id)
