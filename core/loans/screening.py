"""预审: the risk rules in force are asked about an application when it is handed in, when what they speak of was
changed, and when somebody asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.expressions import Fact
from core.leads import borrower
from core.leads.models import Lead
from core.loans import reporting
from core.loans.definitions import pin
from core.loans.events import Screened
from core.loans.financing import cost_now
from core.loans.flows import StageType
from core.loans.forms import AMOUNT, TERM, FieldKind
from core.loans.models import LIVE, Application, State, subject
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.repayment import MOST_MONTHS
from core.loans.report_now import ReportNow, Standing
from core.loans.risk_facts import History, instalment, risk_facts
from core.loans.rules import LoanRules
from core.loans.run import Run, hold
from core.loans.sight import may_look_at, sees_reports
from core.moments import day_of
from core.people.policy import Actor
from core.risk import blacklist, record
from core.risk.advising import Advice, advise
from core.risk.assessing import Assessor, Facts, Result
from core.risk.challenging import Challenger, challenge
from core.risk.names import APPLIED_90D, BLACKLISTED, COST_A_YEAR, INSTALMENT, REFUSED_180D, RISK
from core.risk.policy import SUGGESTED, Policy, Suggestion
from core.risk.record import Asking, Assessed, Why
from core.store.base import SKEW, table_of
from core.store.unit import Unit

_A, _L = table_of(Application), table_of(Lead)
_NUMBERS = (FieldKind.PHONE, FieldKind.ID_NUMBER, FieldKind.CREDIT_CODE)
_APPLIED_WITHIN, _REFUSED_WITHIN = timedelta(days=90), timedelta(days=180)


@dataclass(frozen=True, slots=True)
class NoRules:
    """The company looks for nothing in applications for this product."""

    application_id: int


def screen(run: Run, why: Why) -> Assessed | None:
    """What the rules of now say of it as it is; None: there are none for its product, and what was said before counts
    no more. It is told of where it is not what was said before."""
    policy = run.rules.risk.of(run.row.product)
    if policy is None:
        if run.row.screened_id is not None:
            run.change(screened_id=None)
            run.forget_lead()
        return None
    by_id = run.by.id if run.by is not None else None
    # what had to wait for its reports is looked at when they come: asked by who handed it in
    asked_by_id = run.row.submitted_by_id if by_id is None and why is Why.HANDED_IN else by_id
    found = reporting.of_run(run)
    learnt = reporting.figures_of(found)
    facts, digest = facts_now(run, policy.rate) | learnt, pin(run.unit, policy)

    def could_be_done(assessor: Assessor, result: Result) -> Mapping[str, Advice]:
        return _advice(run, assessor, result, facts, learnt)

    reports = reporting.used(found)
    asking = Asking(run.id, run.row.screened_id, digest, policy, facts, why, asked_by_id, could_be_done, reports)
    assessed = record.assess(run.unit, asking)
    if assessed.new:
        _challenge(run, assessed.decision.id, policy, facts)
        run.change(screened_id=assessed.decision.id)
        run.forget_lead()
        now, before = assessed.decision.result.suggestion, assessed.before
        turned = before is not None and before.result.suggestion is not now
        against = now is not Suggestion.PASS
        run.unit.happened(Screened(run.id, run.owner_id, by_id, why is Why.HANDED_IN, against, turned))
    return assessed


def _challenge(run: Run, decision_id: int, counts: Policy, facts: Facts) -> None:
    """The challenger is asked about the same facts, but for the instalment, if it reckons that by another rate."""
    policy = run.rules.risk.challenger_of(counts.product)
    if policy is None:
        return

    def known() -> Facts:
        if policy.rate == counts.rate:
            return facts
        asked = {key: value for key, value in run.values.items() if key in run.facts()}
        return {**facts, INSTALMENT: instalment(asked, policy.rate, day_of(run.unit.now))}

    challenge(run.unit, decision_id, Challenger(pin(run.unit, policy), policy, known))


def facts_now(run: Run, rate: float | None) -> dict[str, Fact | None]:
    """What the rules see of the application as it is, but for what its reports say."""
    executor, today = run.unit.connection, day_of(run.unit.now)
    cost = cost_now(executor, run.id, run.values, run.facts(), run.flow.demanded_later, today)
    return risk_facts(run.form, run.values, run.about(), history=history(run), cost=cost, rate=rate, today=today)


def _advice(
    run: Run, assessor: Assessor, result: Result, facts: Mapping[str, Fact | None], learnt: Mapping[str, Fact | None]
) -> dict[str, Advice]:
    """What another sum or term would do. What is known of the customer, also by reports (`learnt`), and of the cost,
    stays as it is."""
    amount, months = facts.get(AMOUNT), facts.get(TERM)
    fields = run.form.field(AMOUNT), run.form.field(TERM)
    if not isinstance(amount, float) or not isinstance(months, float) or None in fields:
        return {}
    least, most = (each.least if each is fields[0] else each.most for each in fields if each is not None)
    rate, about, today = assessor.policy.rate, run.about(), day_of(run.unit.now)

    def at(yuan: float, term: int) -> Result:
        values = {**run.values, AMOUNT: int(yuan * 100), TERM: str(term)}
        other = risk_facts(run.form, values, about, history=History(), cost=None, rate=rate, today=today)
        stays = {name: facts.get(name) for name in (COST_A_YEAR, APPLIED_90D, REFUSED_180D, BLACKLISTED)}
        return assessor.assess(assessor.policy.known({**other, **stays, **learnt}))

    return advise(result, amount, int(months), float(least or 1), int(most or MOST_MONTHS), at)


def is_against(run: Run) -> bool:
    """Do the rules suggest to refuse it, as they were asked last?"""
    return run.about().get(RISK) == SUGGESTED[Suggestion.REFUSE]


def history(run: Run) -> History:
    """What is known here of its customer beside it: those of his applications that were handed in."""
    columns = (_A.c.submitted_at, _A.c.state, _A.c.stage_type, _A.c.ended_at)
    his = (_L.c.customer_id == run.lead.customer_id, _A.c.id != run.id, _A.c.submitted_at.is_not(None))
    rows = run.unit.connection.execute(select(*columns).join(_L, _L.c.id == _A.c.lead_id).where(*his)).all()
    now = run.unit.now
    refused = [row for row in rows if row.state == State.ENDED.value and row.stage_type == StageType.LOST.value]
    return History(
        sum(_within(_APPLIED_WITHIN, row.submitted_at, now) for row in rows),
        sum(_within(_REFUSED_WITHIN, row.ended_at, now) for row in refused),
        blacklist.is_listed(run.unit.connection, run.unit.vault, _numbers(run), now),
    )


def _within(span: timedelta, then: datetime | None, now: datetime) -> bool:
    """Was that so long before now, at most? (What is tried out afterwards is looked at as if it were then.)"""
    return then is not None and -SKEW <= now - then <= span


def _numbers(run: Run) -> set[blacklist.Number]:
    """All by which somebody on the blacklist can be known: his customer's, and those on the form, a spouse's too."""
    his = borrower.all_numbers(run.unit.connection, run.unit.vault, run.lead.customer_id)
    on_form = [
        blacklist.number_of(str(run.values[each.key]))
        for each in run.form.fields
        if run.values.get(each.key) and each.kind in _NUMBERS
    ]
    return {blacklist.Number(*each) for each in his} | {each for each in on_form if each is not None}


@dataclass(frozen=True, slots=True)
class Again:
    """The rules were asked about it once more; these reports were asked for, or are awaited still."""

    assessed: Assessed
    awaited: tuple[ReportNow, ...]


def screen_again(
    unit: Unit, actor: Actor, number: int, rules: LoanRules
) -> Again | NoRules | NoSuchApplication | NotNow:
    """重新评估: by whoever may look at it, as long as it is under way. Reports that can be had and are not there are
    asked for (by who may see what they say): the rules are asked anew when one comes."""
    run = hold(unit, number, rules, actor)
    if run is None or not may_look_at(unit.connection, actor, number, run.owner_id, unit.now):
        if run is not None:
            unit.record(actor.id, "loan:denied", subject(number))
        return NoSuchApplication(number)
    if run.row.state not in {state.value for state in LIVE}:
        return NotNow(number, State(run.row.state))
    running = run.row.state == State.RUNNING.value  # what comes for a draft is looked at when it is handed in
    pays = running and sees_reports(unit.connection, actor, run.owner_id)
    asked = reporting.ask_all(run) if pays else reporting.of_run(run) if running else ()
    assessed = screen(run, Why.ASKED)
    if assessed is None:
        return NoRules(number)
    return Again(assessed, tuple(each for each in asked if each.standing is Standing.AWAITED))
