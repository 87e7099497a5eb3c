"""A lead falls while its owner does something: one of the two happened first, and both know it."""

from functools import partial

from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.deferrals import ask_extension, decide_extension
from core.leads.models import Deferral, FollowUp
from core.leads.outcomes import AlreadyDecided, Asked, Extended, Logged, NoExtension, NotExtended, Transferred
from core.leads.recycle import due_leads, let_fall
from core.leads.recycling import Extension, Lapse, Recycling, RecyclingRule
from core.leads.service import log_follow_up, transfer_lead

RULES = Recycling(
    WorkingCalendar(),
    (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),),
    extension=Extension(Length(3, Unit.DAY), 1),
)


def sweep(company: Company) -> int:
    store = company.runtime.store
    with store.read() as session:
        due = due_leads(session, RULES, Lapse.FOLLOW_UP, store.clock(), 100)
    with store.unit(request_id="sweep") as unit:
        return len(let_fall(unit, due, RULES, company.runtime.company.pools, Lapse.FOLLOW_UP))


def leads_that_are_due(company: Company, count: int) -> list[int]:
    leads = [company.lead(phone=f"1394712{number:04}", by="batu") for number in range(count)]
    company.clock.go(days=7)
    return leads


def test_a_follow_up_and_the_sweep_at_once(company: Company) -> None:
    store, batu = company.runtime.store, company.person("batu").actor
    leads = leads_that_are_due(company, 10)

    def follow(lead: int) -> object:
        with store.unit(request_id="follow") as unit:
            return log_follow_up(unit, batu, lead, "刚打通", None)

    for lead in leads:
        logged, _, _ = at_once([partial(follow, lead), partial(sweep, company), partial(sweep, company)])
        kept = company.owner(lead) == batu.id
        assert isinstance(logged, Logged) == kept
        with store.read() as session:
            written = session.scalars(select(FollowUp.id).where(FollowUp.lead_id == lead)).all()
        assert len(written) == kept
    company.settle()
    assert_kept(store)


def test_a_hand_over_and_the_sweep_at_once(company: Company) -> None:
    store, batu, lina = company.runtime.store, company.person("batu").actor, company.person("lina").actor
    leads = leads_that_are_due(company, 8)

    def give(lead: int) -> object:
        with store.unit(request_id="give") as unit:
            return transfer_lead(unit, batu, lead, lina, company.runtime.company.pools)

    for lead in leads:
        given, _ = at_once([partial(give, lead), partial(sweep, company)])
        assert company.owner(lead) == (lina.id if isinstance(given, Transferred) else None)
    company.settle()
    assert_kept(store)


def test_two_taps_on_the_question_and_two_on_the_answer(company: Company) -> None:
    store, batu, lina = company.runtime.store, company.person("batu").actor, company.person("lina").actor
    boss = company.person("zhaojianguo").actor
    (lead,) = leads_that_are_due(company, 1)

    def ask() -> object:
        with store.unit(request_id="ask") as unit:
            return ask_extension(unit, batu, lead, RULES)

    asked = at_once([ask, ask, ask])
    assert sorted(type(one) for one in asked if isinstance(one, Asked)) == [Asked]
    assert sum(isinstance(one, NoExtension) and one.why == "asked" for one in asked) == 2
    with store.read() as session:
        (number,) = session.scalars(select(Deferral.id))

    def decide(actor: object, grant: bool) -> object:
        with store.unit(request_id="decide") as unit:
            return decide_extension(unit, actor, number, RULES, grant=grant)  # type: ignore[arg-type]

    answers = at_once([partial(decide, lina, True), partial(decide, boss, False), partial(decide, lina, True)])
    (first,) = [one for one in answers if isinstance(one, Extended | NotExtended)]
    assert sum(isinstance(one, AlreadyDecided) for one in answers) == 2
    assert sweep(company) == (0 if isinstance(first, Extended) else 1)


def test_sweepers_at_once_let_each_lead_fall_once(company: Company) -> None:
    leads = leads_that_are_due(company, 30)
    fallen = at_once([partial(sweep, company) for _ in range(4)])
    total = sum(fallen) + sweep(company)  # who was being worked on is left for the next one
    assert total == len(leads)

    company.settle()
    assert_kept(company.runtime.store)
