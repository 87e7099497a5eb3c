"""进件 at one instant: one draft a lead, one paper a picture, one application that is handed in."""

from dataclasses import replace
from functools import partial
from itertools import count

from kit.barriers import at_once
from kit.company import Company
from sqlalchemy import func, select

from core.leads import media
from core.leads.contact_outcomes import Received
from core.leads.filetypes import MediumKind
from core.loans import papers, service
from core.loans.definitions import pin
from core.loans.models import Application, ApplicationDocument, Definition, Happening
from core.loans.outcomes import AlreadyLive, PaperPut, Started

_numbers = count(1)


def start(company: Company, lead: int, who: str) -> object:
    actor = company.person(who).actor
    with company.runtime.store.unit(request_id="test", channel="wecom", origin=f"a{next(_numbers)}") as unit:
        return service.start(unit, actor, lead, None, {"term": "36"}, company.runtime.company.loans)


def put(company: Company, number: int, medium: int) -> object:
    actor = company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom", origin=f"a{next(_numbers)}") as unit:
        return papers.put(unit, actor, number, "deed", medium, company.runtime.company.loans)


def picture(company: Company, lead: int) -> int:
    actor, pools = company.person("batu").actor, company.runtime.company.pools
    with company.runtime.store.unit(request_id="test", channel="wecom", origin=f"a{next(_numbers)}") as unit:
        received = media.receive(unit, actor, MediumKind.PICTURE, "m", lead, pools)
    assert isinstance(received, Received)
    return received.medium_id


def test_of_two_drafts_at_once_one_wins_and_the_other_is_told_of_it(company: Company) -> None:
    for number in range(5):
        lead = company.lead(phone=f"1394710000{number}", by="batu")
        came = at_once([partial(start, company, lead, who) for who in ("batu", "lina")])
        assert sorted(type(each).__name__ for each in came) == ["AlreadyLive", "Started"], came
        (won,) = [each for each in came if isinstance(each, Started)]
        (told,) = [each for each in came if isinstance(each, AlreadyLive)]
        assert told.application_id == won.application_id
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 5


def test_one_picture_is_a_paper_once(company: Company) -> None:
    lead = company.lead(by="batu")
    begun = start(company, lead, "batu")
    assert isinstance(begun, Started)
    medium = picture(company, lead)
    came = at_once([partial(put, company, begun.application_id, medium)] * 4)
    assert {type(each) for each in came} == {PaperPut}
    assert {each.count for each in came if isinstance(each, PaperPut)} == {1}
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ApplicationDocument)) == 1
        assert session.scalar(select(func.count()).select_from(Happening)) == 2, "begun, and one paper"


def test_two_pictures_at_once_are_both_kept(company: Company) -> None:
    lead = company.lead(by="batu")
    begun = start(company, lead, "batu")
    assert isinstance(begun, Started)
    pictures = [picture(company, lead) for _ in range(3)]
    came = at_once([partial(put, company, begun.application_id, medium) for medium in pictures])
    assert sorted(each.count for each in came if isinstance(each, PaperPut)) == [1, 2, 3]


def test_two_versions_that_are_written_down_at_one_instant_are_both_there(company: Company) -> None:
    """As around a `config apply`, by two processes: each with a number of its own."""
    (flow, *_), store = company.runtime.company.flows.flows, company.runtime.store

    def written(name: str) -> str:
        with store.unit(request_id=name) as unit:
            return pin(unit, replace(flow, name=name))

    for turn in range(5):
        digests = at_once([partial(written, f"{turn}{which}") for which in "甲乙丙"])
        with store.read() as session:
            numbers = session.scalars(select(Definition.number).where(Definition.digest.in_(digests))).all()
        assert len(set(numbers)) == 3
