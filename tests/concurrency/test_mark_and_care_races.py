"""Two at the same marks, and two at the same care, in one instant."""

from functools import partial

from kit.barriers import at_once
from kit.company import Company
from sqlalchemy import func, select

from core.leads.care_outcomes import CareBegunBefore, CarePlanned, CareStarted, Ticked
from core.leads.care_rules import CareRules
from core.leads.cared import CareTask
from core.leads.caring import begin_care, plan_care, tick_off
from core.leads.marking import Wanted, set_tags
from core.leads.models import FollowUp, LeadTag, MarkChange
from core.leads.segments import Segment
from core.leads.tags import Tag, Tagging
from core.people.policy import Actor

TAGGING = Tagging(tags=tuple(Tag(name, group="意向") for name in ("高意向", "中意向", "低意向")))
RULES = CareRules()


def do(company: Company, verb: object, actor: Actor, *args: object) -> object:
    with company.runtime.store.unit(request_id="race") as unit:
        return verb(unit, actor, *args)  # type: ignore[operator]


def planned(company: Company, actor: Actor) -> int:
    outcome = do(company, plan_care, actor, Segment(products=("house",), team=True), "问候", TAGGING, RULES)
    assert isinstance(outcome, CarePlanned)
    return outcome.number


def test_of_a_group_only_one_is_set(company: Company) -> None:
    lead = company.lead(by="batu")
    batu, lina = company.person("batu").actor, company.person("lina").actor
    works = [
        partial(do, company, set_tags, who, lead, Wanted((tag,)), TAGGING)
        for who, tag in ((batu, "高意向"), (lina, "中意向"), (lina, "低意向"))
    ]
    at_once(works)
    with company.runtime.store.read() as session:
        assert len(session.scalars(select(LeadTag.tag).where(LeadTag.lead_id == lead)).all()) == 1
        assert session.scalar(select(func.count()).select_from(MarkChange)) == 5, "three set, two of them taken off"


def test_a_care_begins_once_however_often_it_is_confirmed(company: Company) -> None:
    for place in range(5):
        company.lead(phone=f"1394710000{place}", by="batu")
    lina = company.person("lina").actor
    number = planned(company, lina)
    came = at_once([partial(do, company, begin_care, lina, number, TAGGING, RULES) for _ in range(4)])
    assert sorted(type(each).__name__ for each in came) == [CareBegunBefore.__name__] * 3 + [CareStarted.__name__]
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(CareTask)) == 5


def test_two_cares_at_once_do_not_both_take_a_lead(company: Company) -> None:
    for place in range(5):
        company.lead(phone=f"1394710000{place}", by="batu")
    people = [company.person(who).actor for who in ("lina", "zhaojianguo", "wuyun")]
    numbers = [planned(company, who) for who in people]
    at_once(
        [
            partial(do, company, begin_care, who, number, TAGGING, RULES)
            for who, number in zip(people, numbers, strict=True)
        ]
    )
    with company.runtime.store.read() as session:
        leads = session.scalars(select(CareTask.lead_id)).all()
    assert sorted(leads) == sorted(set(leads))
    assert len(leads) == 5


def test_a_task_is_ticked_off_once(company: Company) -> None:
    lead = company.lead(by="batu")
    batu, lina = company.person("batu").actor, company.person("lina").actor
    number = planned(company, lina)
    do(company, begin_care, lina, number, TAGGING, RULES)
    came = at_once([partial(do, company, tick_off, batu, number, [lead], "已联系") for _ in range(4)])
    assert sorted(len(each.lead_ids) for each in came if isinstance(each, Ticked)) == [0, 0, 0, 1]
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 1
