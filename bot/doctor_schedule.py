"""The part of `tuoling doctor` about jobs at set times: is one overdue?"""

from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.health import Part, reason
from cards.texts import schedule as texts
from config.company import Company
from config.schedulefile import job_word
from core.moments import day_of
from core.schedule import Slot, runs
from core.schedule.runs import State
from core.store.database import Database
from core.store.shared import lease_until
from core.store.unit import Clock
from jobs.timetable import LATE, LEASE

_NAME = "定时任务"
_MEND = "确认 tuoling scheduler 在运行，看它的日志；tuoling schedule list 看每一次怎样了"


def examine_schedule(company: Company, database: Database, clock: Clock) -> Part:
    """Whether what should have been done today, or yesterday, by the configuration in force is done, or under way in
    time."""
    now = clock()
    try:
        with database.read() as session:
            if lease_until(session, LEASE) is None:
                return Part(_NAME, True, f"{len(company.schedule.timed)} 件；scheduler 还没有运行过", needed=False)
            overdue = _overdue(session, company, now)
    except SQLAlchemyError as error:
        return Part(_NAME, False, "无法核对", detail=reason(error), needed=False)
    if overdue:
        return Part(_NAME, False, "；".join(overdue), _MEND, needed=False)
    return Part(_NAME, True, f"{len(company.schedule.timed)} 件，没有过了时间还没做的", needed=False)


def _overdue(session: Session, company: Company, now: datetime) -> list[str]:
    today = day_of(now)
    slots = company.schedule.slots(company.recycling.calendar, today - timedelta(days=1), today)
    return [said for slot in slots if slot.due_at + LATE <= now and (said := _said(session, slot, now))]


def _said(session: Session, slot: Slot, now: datetime) -> str:
    """What is to be told of a slot whose time has come; empty if it is in order."""
    run, word = runs.find(session, slot.job, slot.day), job_word(slot.job)
    if run is None:
        return f"{texts.next_line(word, slot)}，还没有开始" if slot.closes_at > now else ""
    waits = run.state is State.DUE and run.slot.due_at + LATE <= now
    stuck = run.state is State.RUNNING and run.last_turn + LATE <= now
    return texts.run_line(word, run, now) if waits or stuck else ""
