"""SIGKILL in the middle of recycling: it goes on where it was, and each lead falls once."""

import random
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from kit.barriers import until
from kit.driven import Crew, open_crew
from kit.invariants import assert_kept
from sqlalchemy import select

from core.calendar import CHINA, Length, Unit, WorkingCalendar
from core.leads.intake import NewLead, add_lead
from core.leads.models import How, Lead, Ownership
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.people import queries as people

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]

RULES = Recycling(WorkingCalendar(), (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),))
BOTH = ("recycler-1", "recycler-2")
LEADS, KILLS = 90, 20


def give(crew: Crew, userid: str, numbers: range) -> None:
    with crew.runtime.store.unit(request_id="test", origin=f"give:{userid}") as unit:
        actor = people.by_userid(unit.connection, "wecom", userid)
        assert actor is not None
        for number in numbers:
            new = NewLead("刘志强", f"139471{number:05}", "抖音", region="150102")
            add_lead(unit, actor, new, crew.runtime.company.pools)


def owned(crew: Crew) -> int:
    with crew.runtime.store.read() as session:
        return len(session.scalars(select(Lead.id).where(Lead.owner_id.is_not(None))).all())


def test_fault_40_killed_at_random_leads_it_goes_on_and_each_falls_once(database_url: str, tmp_path: Path) -> None:
    dice, killed = random.Random(1), 0
    with open_crew(database_url, tmp_path, datetime(2026, 11, 24, 10, 0, tzinfo=CHINA), recycling=RULES) as crew:
        for userid, numbers in (("batu", range(0, LEADS, 2)), ("lina", range(1, LEADS, 2))):
            give(crew, userid, numbers)
        for name in BOTH:
            crew.start(name)
        crew.go(days=6, hours=23)
        assert owned(crew) == LEADS
        while killed < KILLS or owned(crew) == LEADS:
            for name in BOTH:  # whoever recycles dies with the first few leads
                crew.stop_at(name, dice.choice(["before_commit", "after_commit"]))
            killed += crew.renew_the_dead()
            crew.go(minutes=30)
        half_way = owned(crew)
        crew.withdraw()
        crew.renew_the_dead()
        until(lambda: crew.go(minutes=30) is None and not owned(crew), "all to fall", seconds=60)
        for _ in range(3):  # run again, it finds nothing more to do
            crew.go(minutes=2)
        with crew.runtime.store.read() as session:
            fallen = Counter(session.scalars(select(Ownership.lead_id).where(Ownership.how == How.RECYCLE)))
        assert len(fallen) == LEADS
        assert set(fallen.values()) == {1}
        assert killed >= KILLS
        assert half_way > 0, "not in the middle"
        assert_kept(crew.runtime.store, crew.platform.journal)
