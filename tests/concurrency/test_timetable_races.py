"""Several schedulers as processes: one run for each slot, each person's card once; a paused one that resumes is
refused."""

from datetime import datetime
from pathlib import Path

import pytest
from kit.barriers import until
from kit.driven import Crew, open_crew
from kit.invariants import assert_kept
from sqlalchemy import select

from core.calendar import CHINA
from core.schedule import Schedule, Timed
from core.schedule.runs import JobRun

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]

FIVE = [f"scheduler-{number}" for number in range(5)]
PEOPLE = 23
SIX_PM = datetime(2026, 11, 24, 18, 0, tzinfo=CHINA)
AT_SIX = Schedule(
    (
        Timed("daily", 18 * 60 + 5, spread_minutes=8),
        Timed("late", 18 * 60 + 5),
        Timed("over", 9 * 60 + 10, catch_up=False),  # its time was over when the first scheduler began
    )
)


def runs(crew: Crew) -> dict[str, JobRun]:
    with crew.runtime.store.read() as session:
        return {run.job: run for run in session.scalars(select(JobRun))}


def assert_each_once(crew: Crew, *titles: str) -> None:
    """Every one of the company's people has got each of these cards once, and nothing else."""
    arrived = crew.arrived()
    assert set(arrived.values()) == {1}, {key: count for key, count in arrived.items() if count != 1}
    assert sorted(title for _, title in arrived) == sorted(title for title in titles for _ in range(PEOPLE))


def test_fault_35_five_schedulers_do_each_slot_once(database_url: str, tmp_path: Path) -> None:
    with open_crew(database_url, tmp_path, SIX_PM, schedule=AT_SIX) as crew:
        for name in FIVE:
            crew.start(name)
        for _ in range(16):
            crew.go(minutes=1)
        until(lambda: {"done"} == {run.state for run in runs(crew).values()}, "all slots to end")
        until(lambda: len(crew.arrived()) == 2 * PEOPLE, "all cards to arrive")
        crew.settle()
        assert_each_once(crew, "daily 2026-11-24", "late 2026-11-24")
        found = {job: (run.state, run.sent) for job, run in runs(crew).items()}
        assert found == {"daily": ("done", PEOPLE), "late": ("done", PEOPLE)}
        assert_kept(crew.runtime.store, crew.platform.journal)


def test_fault_36_a_leader_that_is_paused_for_five_minutes_is_refused(database_url: str, tmp_path: Path) -> None:
    """It stops between asking who gets a card and sending it (SIGSTOP); the others go on, and are done. Then it wakes
    up with what it wanted to send in its hands."""
    with open_crew(database_url, tmp_path, SIX_PM, schedule=AT_SIX) as crew:
        crew.start(FIVE[0])
        crew.pause_at(FIVE[0])
        crew.paused.add(FIVE[0])
        crew.go(minutes=6)
        crew.wait_for_pause(FIVE[0])
        first = runs(crew)["daily"]
        for name in FIVE[1:]:
            crew.start(name)
        crew.go(minutes=5)
        until(lambda: runs(crew)["late"].state == "done", "another one to take over")
        crew.resume(FIVE[0])
        until(lambda: "another scheduler leads" in crew.processes[FIVE[0]].log.read_text(), "the paused one's refusal")
        for _ in range(4):
            crew.go(minutes=1)
        until(lambda: len(crew.arrived()) == 2 * PEOPLE, "all cards to arrive")
        crew.settle()
        assert_each_once(crew, "daily 2026-11-24", "late 2026-11-24")
        found = runs(crew)["daily"]
        assert found.fence is not None
        assert first.fence is not None
        assert found.fence > first.fence
        assert found.sent == PEOPLE
        assert_kept(crew.runtime.store, crew.platform.journal)
