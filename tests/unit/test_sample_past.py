"""The sandbox's past: it is as a company's would be, the same each time, and what the verbs would have written."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.invariants import assert_kept
from kit.loan_invariants import loans_kept
from sqlalchemy import func, select

from bot.phrases.command_words import COMMAND_WORDS
from bot.sandbox.past import FIRST_NUMBER, seed_past
from bot.sandbox.sample_past import IDLE, LEAVER, NEWCOMER, Past, PastLead
from bot.sandbox.sample_seasons import months_before
from bot.sandbox.seed import LEADS, SEED, seed
from bot.sandbox.telling import Teller
from config.company import Company, load_company
from config.settings import Settings
from core.leads.models import FollowUp, Lead, Touch
from core.loans.flows import Flows
from core.loans.loan_now import loan_now, stands
from core.loans.models import Application, Disbursement, State, StepRow, Task
from core.loans.overdue import late_loans
from core.loans.progress import progress
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.moments import CHINA, day_of, midnight
from core.people.models import Person
from core.people.queries import by_userid
from core.risk import record
from core.risk.models import RiskDecision
from core.store import audit
from core.store.audit import Intact
from core.store.base import Base
from core.store.files import Files
from core.store.unit import Store

OFFICERS = ["lina", "batu", NEWCOMER, "chenwei", "zhoumin", IDLE]
BY_REGION = {"1501": OFFICERS[:4], "1502": OFFICERS[4:]}
NOON = datetime(2026, 11, 24, 4, 20, tzinfo=UTC)
MOMENTS = (
    datetime(2026, 11, 23, 16, 5, tzinfo=UTC),  # five past midnight in China
    datetime(2026, 11, 24, 0, 20, tzinfo=UTC),
    NOON,
    datetime(2027, 2, 6, 15, 55, tzinfo=UTC),  # before midnight of 春节
    datetime(2027, 3, 1, 2, tzinfo=UTC),
)


def is_workday(day: date) -> bool:
    return day.weekday() < 5


def made(now: datetime = NOON) -> list[PastLead]:
    return Past(SEED, now, OFFICERS, BY_REGION, is_workday).leads(LEADS)


@pytest.fixture(scope="module")
def company() -> Company:
    """The company as shipped."""
    return load_company(Path(Settings.model_fields["config_dir"].default), COMMAND_WORDS)


@pytest.mark.parametrize("now", MOMENTS)
def test_all_of_it_is_past_in_order_and_some_of_it_today(now: datetime) -> None:
    leads = made(now)
    midnight_ = midnight(day_of(now))
    for past in leads:
        lead, loan = past.lead, past.loan
        moves, calls = [move.at for move in lead.moves], [call.at for call in lead.follow_ups]
        assert [lead.created_at, *moves] == sorted([lead.created_at, *moves])
        assert calls == sorted(calls)
        assert not calls or calls[0] >= moves[0]
        assert all(at <= now for at in (*moves, *calls, lead.created_at, *(at for _, at in lead.touches)))
        if loan is not None:
            handed_in = loan.submitted_at or loan.ended_at
            assert moves[0] < loan.begun_at < handed_in <= loan.ended_at <= now
        assert lead.closed_at is None or max(lead.created_at, *moves, lead.created_at) <= lead.closed_at <= now
    today = Counter(
        what
        for past in leads
        for what, at in (
            ("new", past.lead.created_at),
            *(("call", call.at) for call in past.lead.follow_ups),
            *((("paid", past.loan.ended_at),) if past.loan and past.loan.end == "paid" else ()),
        )
        if at >= midnight_
    )
    assert today["new"] >= 8
    assert today["call"] >= 10
    assert today["paid"] == 3


def test_the_same_again_and_another_one_by_another_seed() -> None:
    assert made() == made()
    other = Past(SEED + 1, NOON, OFFICERS, BY_REGION, is_workday).leads(LEADS)
    assert [past.lead.phone for past in other] != [past.lead.phone for past in made()]


def test_the_year_has_its_seasons() -> None:
    days = [past.lead.created_at.astimezone(CHINA).date() for past in made()]
    months = Counter((day.year, day.month) for day in days)
    assert months[2026, 2] < 0.55 * min(months[2026, 4], months[2025, 11])
    of_week = Counter(day.weekday() for day in days)
    assert of_week[5] + of_week[6] < 0.65 * (of_week[1] + of_week[2])
    assert min(days) < months_before(NOON.date(), 13)
    by_channel = Counter(past.lead.channel for past in made())
    assert by_channel["抖音"] > 2 * by_channel["地推"]


def test_officers_differ() -> None:
    calls = [call for past in made() for call in past.lead.follow_ups]
    month = midnight(day_of(NOON).replace(day=1))
    assert not any(call.person == IDLE and call.at >= month for call in calls)
    assert any(call.person == IDLE for call in calls)
    came = midnight(months_before(day_of(NOON), 1))
    assert min(call.at for call in calls if call.person == NEWCOMER) >= came - timedelta(days=1)
    hers = [call.at for call in calls if call.person == LEAVER]
    assert hers
    assert max(hers) < Past(SEED, NOON, OFFICERS, BY_REGION, is_workday).left_at
    of = Counter(call.person for call in calls)
    assert of["batu"] > 1.5 * of["chenwei"]
    waits = {"batu": [], "chenwei": []}  # type: dict[str, list[float]]
    for past in made():
        lead = past.lead
        if lead.follow_ups and lead.follow_ups[0].person in waits:
            waits[lead.follow_ups[0].person].append((lead.follow_ups[0].at - lead.moves[0].at).total_seconds())
    soon = {who: sum(wait < 1800 for wait in each) / len(each) for who, each in waits.items()}
    assert soon["batu"] > 0.5 > soon["chenwei"]


def told(store: Store, company: Company) -> int:
    assert seed(store, company.pools)
    return seed_past(store, company)


def test_what_must_hold_of_real_rows_holds_of_these(store: Store, company: Company, tmp_path: Path) -> None:
    count = told(store, company)
    tales = Teller(store, company, Files(tmp_path / "media"), store.clock()).tell()
    assert_kept(store)
    loans_kept(store)
    with store.read() as session:
        assert isinstance(audit.verify(session, store.vault), Intact)
        assert session.scalar(select(func.count()).select_from(Lead)) == LEADS + count
        states = Counter(session.scalars(select(Application.state)))
        assert states[State.ENDED] >= 250 + 50
        assert sum(states.values()) > 340 + tales - 1
        assert session.scalar(select(func.count()).select_from(Disbursement)) >= 250
        twice = select(Touch.lead_id).group_by(Touch.lead_id).having(func.count() > 1)
        assert len(session.scalars(twice).all()) > 100
        first = select(func.count()).where(Lead.id >= FIRST_NUMBER, Lead.state == "open", Lead.disbursed_at.is_(None))
        assert session.scalar(first) <= 15, "what people see first is as it was, but for what came today"


def test_an_old_loan_can_be_looked_at(store: Store, company: Company, clock: Clock) -> None:
    told(store, company)
    now, rules = clock(), company.loans
    with store.read() as session:
        head = by_userid(session, "wecom", "mengke")
        assert head is not None
        for row, product in session.execute(select(RiskDecision, Application.product).join(Application)).all():
            found, policy = record.of_number(session.connection(), store.vault, row.id), rules.risk.of(product)
            assert found is not None
            assert policy is not None
            assert record.again(found, policy) == found.result
        for number in session.scalars(select(Application.id).where(Application.id % 7 == 0)).all():
            assert progress(session, store.vault, head, number, rules, now) is not None
        late = 0
        for plan in session.scalars(select(RepaymentPlan)).all():
            _, is_now = stands(session.connection(), plan, day_of(now))
            oldest = next((part.instalment.due.isoformat() for part in is_now.parts if part.open_fen), None)
            assert (plan.next_due, plan.ended_at is None) == (oldest, is_now.cleared is None)
            assert loan_now(session.connection(), plan.application_id, now) is not None
            late += is_now.days_past_due > 0
        assert 5 <= late <= 30
        assert late_loans(session, head, 1, now).total == late
        assert session.scalar(select(func.count()).select_from(RepaymentRow)) > 500
        settled = select(func.count()).where(Lead.settled_at.is_not(None), Lead.state == "closed")
        assert (session.scalar(settled) or 0) > 40


def test_nobody_who_has_left_has_anything_open(store: Store, company: Company) -> None:
    told(store, company)
    with store.read() as session:
        leaver = session.scalars(select(Person).where(Person.wecom_userid == LEAVER)).one()
        assert leaver.left_at is not None
        hers = select(func.count()).where(Lead.owner_id == leaver.id)
        assert session.scalar(hers.where(Lead.state == "open")) == 0
        assert (session.scalar(hers) or 0) > 10
        assert (session.scalar(select(func.max(FollowUp.at)).where(FollowUp.person_id == leaver.id))) < leaver.left_at  # type: ignore[operator]
        given = select(func.count()).where(Application.submitted_by_id == leaver.id, Application.owner_id != leaver.id)
        assert (session.scalar(given) or 0) > 0


def test_its_rows_have_the_columns_that_the_verbs_fill(store: Store, company: Company, tmp_path: Path) -> None:
    told(store, company)
    with store.read() as session:
        before = session.scalar(select(func.max(Application.id))) or 0
    Teller(store, company, Files(tmp_path / "media"), store.clock()).tell()
    with store.read() as session:
        for model in (Application, StepRow, Task, Disbursement, RepaymentPlan):
            number = Application.id if model is Application else model.application_id
            over = [Application.state == State.ENDED.value, Application.stage == "after_loan"]
            wanted = select(model, number).where(*over)
            rows = session.execute(wanted if model is Application else wanted.join(Application)).all()
            ours = {_filled(row) for row, of in rows if of <= before}
            verbs = {_filled(row) for row, of in rows if of > before}
            assert verbs <= ours, model


def _filled(row: Base) -> frozenset[str]:
    """The columns that hold something, but for what only an open task needs, or who is told of an instalment."""
    names = {column.name for column in row.__table__.columns if getattr(row, column.name) is not None}
    return frozenset(names - {"next_at", "told_to", "ended_at", "next_due", "opinion"})


def test_a_company_with_another_flow_has_leads_and_no_applications(store: Store, company: Company) -> None:
    assert told(store, replace(company, flows=Flows())) > 2000
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0
    assert_kept(store)
