"""附件 at one instant: one lead gets what was sent, one card asks for it, whoever dies."""

from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from kit.processes import open_house
from sqlalchemy import select

from core.leads import media
from core.leads.contact_outcomes import Attached
from core.leads.filetypes import MediumKind
from core.leads.kept import Medium

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture" * 50
_numbers = count(1)


def attach(company: Company, lead: int) -> object:
    actor = company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom", origin=f"t{next(_numbers)}") as unit:
        return media.attach(unit, actor, lead)


def receive(company: Company) -> object:
    actor = company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom", origin=f"t{next(_numbers)}") as unit:
        return media.receive(unit, actor, MediumKind.PICTURE, "m", None, company.runtime.company.pools)


def test_two_leads_for_one_picture(company: Company) -> None:
    leads = [company.lead(phone=f"1394710000{number}", by="batu") for number in range(2)]
    for _ in range(5):
        receive(company)
        came = at_once([partial(attach, company, lead) for lead in leads])
        assert sum(isinstance(each, Attached) for each in came) == 1, came


def test_of_several_pictures_at_once_one_is_the_first(company: Company) -> None:
    came = at_once([partial(receive, company)] * 4)
    assert sorted(each.before for each in came) == [0, 1, 2, 3]  # type: ignore[attr-defined]


def test_of_several_at_once_no_more_are_kept_than_a_day_has(company: Company) -> None:
    runtime = company.runtime
    runtime.in_force.hold(replace(runtime.company, pools=replace(runtime.company.pools, daily_media=2)))
    came = at_once([partial(receive, company)] * 4)
    assert sorted(type(each).__name__ for each in came) == ["LimitReached"] * 2 + ["Received"] * 2


@pytest.mark.chaos
@pytest.mark.xdist_group("chaos")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("point", ["file_drafted", "file_written", "relay_after_send"])
def test_a_worker_that_is_killed_while_it_keeps_a_file(database_url: str, tmp_path, point: str) -> None:
    """Nothing is lost and nothing is there twice: the next one does all of it again, and writes the same file."""
    with open_house(database_url, tmp_path / "var", start=("serve", "worker")) as house:
        house.lead(phone="13947100001", by="batu")
        batu = house.person("batu")
        batu.say("跟进 L1")
        house.forget_ring()
        house.stop_at("worker", point)
        house.platform.send_picture("batu", PNG)
        until(lambda: house.stopped("worker"), f"the worker to come to {point}")
        until(lambda: not house.processes["worker"].alive, "the worker's end")
        house.start("worker")
        house.start("scheduler")  # a ring that a busy machine loses is made good by nobody else
        house.let_leases_run_out()
        house.settle()
        with house.runtime.store.read() as session:
            assert session.scalars(select(Medium.state)).all() == ["kept"]
        batu.say("附件 L1 1")
        sent = [m for m in house.platform.chat("batu") if m.from_bot and m.media_id]
        assert len(sent) == 1
        found = house.platform.media.get(sent[0].media_id, house.platform.clock())
        assert found is not None
        assert found.data == PNG
