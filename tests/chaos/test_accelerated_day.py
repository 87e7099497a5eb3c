"""A whole working day, from 08:00 to 20:00, in which schedulers and relays are killed at random points and started
again: every card of every job arrives once, and each slot's row says what came of it."""

import random
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from kit.barriers import until
from kit.driven import Crew, open_crew
from kit.invariants import assert_kept
from kit.processes import ROUNDS
from sqlalchemy import func, select

from core.calendar import CHINA
from core.leads.intake import NewLead, add_lead
from core.people import queries as people
from core.schedule import DAILY, MORNING, Days, Every, Schedule, Timed
from core.schedule.days import LAST
from core.schedule.runs import JobRun
from core.store.outbox import OutboxRow, OutboxState
from jobs import boards
from jobs.mornings import MorningCards

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(300)]

SEEDS = max(1, ROUNDS // 2)
PEOPLE = 23
DAY = "2026-11-30"  # a Monday, and the last workday of its month
BEGIN, END = (datetime(2026, 11, 30, hour, tzinfo=CHINA) for hour in (8, 20))
JOBS = Schedule(
    (
        Timed(MORNING, 8 * 60 + 50, spread_minutes=8),
        Timed("weekly", 9 * 60 + 10, Days(Every.WEEK, 0)),
        Timed("noon", 12 * 60 + 5, spread_minutes=10),
        Timed("daily", 18 * 60 + 5, spread_minutes=20),
        Timed(DAILY, 18 * 60 + 10, spread_minutes=10),
        Timed("monthly", 18 * 60 + 35, Days(Every.WORKDAY_OF_MONTH, LAST)),
        Timed("other", 10 * 60 + 10, Days(Every.WEEK, 3)),  # Thursdays: not today
    )
)
BUSY = ((time(8, 48), time(9, 14)), (time(12, 4), time(12, 18)), (time(18, 4), time(18, 40)))
RELAYS = ("relay_leased", "board_wanted", "relay_before_send", "relay_after_send", "before_commit", "after_commit")
POINTS = {"scheduler": (*RELAYS, "slot_taken", "slot_taken"), "relay": RELAYS}
CREW = ("scheduler-1", "scheduler-2", "scheduler-3", "relay-1", "relay-2")


def with_a_lead_each(crew: Crew) -> list[str]:
    """Everybody who gets 早报 has something to do; their accounts."""
    company = crew.runtime.company
    with crew.runtime.store.read() as session:
        wanted = MorningCards().recipients(session, company, crew.clock())
        officers = [people.by_id(session, "wecom", person_id) for person_id in wanted]
    for number, officer in enumerate(officers):
        assert officer is not None
        new = NewLead("刘志强", f"139471{number:05}", "抖音", region="150102", product="house", amount_fen=50_000_000)
        with crew.runtime.store.unit(request_id="test", origin=f"lead:{number}") as unit:
            add_lead(unit, officer, new, company.pools)
    return sorted(officer.userid for officer in officers if officer is not None)


def leaders_of(crew: Crew) -> list[str]:
    """The accounts of those who get 日报."""
    daily = next(job for job in boards.JOBS if job.name == DAILY)
    with crew.runtime.store.read() as session:
        wanted = daily.recipients(session, crew.runtime.company, crew.clock())
        found = [people.by_id(session, "wecom", person_id) for person_id in wanted]
    return sorted(one.userid for one in found if one is not None)


def is_quiet(crew: Crew) -> bool:
    """Is no message on its way?"""
    with crew.runtime.store.read() as session:
        return not session.scalar(select(func.count()).where(OutboxRow.state == OutboxState.PENDING))


def live(crew: Crew, dice: random.Random) -> int:
    """The day, minute by minute where jobs have their times; how many processes were killed in it."""
    killed = 0
    while crew.clock() < END:
        if dice.random() < 0.6:
            name = dice.choice(CREW)
            crew.stop_at(name, dice.choice(POINTS[name.partition("-")[0]]))
        clock = crew.clock().astimezone(CHINA).time()
        crew.go(minutes=1 if any(first <= clock <= last for first, last in BUSY) else 10)
        killed += crew.renew_the_dead()
    crew.withdraw()
    return killed


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_card_of_every_job_arrives_once(database_url: str, tmp_path: Path, seed: int) -> None:
    with open_crew(database_url, tmp_path, BEGIN - timedelta(minutes=5), schedule=JOBS) as crew:
        officers = with_a_lead_each(crew)
        for name in CREW:
            crew.start(name)
        killed = live(crew, random.Random(seed))
        until(lambda: crew.go(minutes=1) is None and is_quiet(crew), "everything to be sent", seconds=60)
        crew.settle()

        arrived = crew.arrived()
        assert set(arrived.values()) == {1}, {key: count for key, count in arrived.items() if count != 1}
        assert sorted(member for member, title in arrived if "，" in title) == officers, "早报, by whatever title"
        leaders = sorted(member for member, title in arrived if title.startswith("日报 · 11月30日"))
        assert leaders == leaders_of(crew)
        assert sorted(member for member, title in arrived if not title) == leaders, "and the picture behind it"
        told = sorted(title for _, title in arrived if title.partition(" ")[2] == DAY)
        assert told == sorted(f"{job} {DAY}" for job in ("weekly", "noon", "daily", "monthly") for _ in range(PEOPLE))
        with crew.runtime.store.read() as session:
            runs = {run.job: run for run in session.scalars(select(JobRun))}
        assert {job: run.state for job, run in runs.items()} == dict.fromkeys(
            (MORNING, "weekly", "noon", "daily", DAILY, "monthly"), "done"
        )
        assert {job: run.sent for job, run in runs.items()} == {
            MORNING: len(officers), DAILY: len(leaders),
            "weekly": PEOPLE, "noon": PEOPLE, "daily": PEOPLE, "monthly": PEOPLE,
        }  # fmt: skip
        assert len({run.fence for run in runs.values()}) > 1, "nobody led all day"
        assert killed >= 5, "a day without kills proves nothing"
        assert_kept(crew.runtime.store, crew.platform.journal)
