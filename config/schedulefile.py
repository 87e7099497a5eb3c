"""`schedule.yaml`: what is done at set times of the day."""

import re
from dataclasses import replace
from datetime import timedelta

from config.daysvalue import read_day_off, read_days
from config.lengths import parse_length
from config.problems import likely, quoted
from config.values import Table, chosen
from config.yamlfile import Value
from core.schedule import DAILY, MONTHLY, MORNING, WEEKLY, WORKDAYS, Schedule, Timed

JOB_WORDS = {"早报": MORNING, "日报": DAILY, "周报": WEEKLY, "月报": MONTHLY}
"""The jobs that can have a time, by the words for them."""

_MISSED = {"补做": True, "跳过": False}
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_SPREAD = re.compile(r"([0-9]{1,3}) ?分钟?")
_MOST_SPREAD = 120
_MOST_LASTS = 7 * 24 * 60  # minutes; what is a week late is no news


def job_word(job: str) -> str:
    """The word for a job; the job itself, if this release has none for it."""
    return next((word for word, each in JOB_WORDS.items() if each == job), job)


def read_schedule(top: Value) -> Schedule:
    """The file from its top."""
    table = top.table((), ("jobs",))
    optional = ("days", "day_off", "spread", "missed", "until")
    rows = [row.values for row in table["jobs"].tables(("job", "at"), optional)] if "jobs" in table else []
    timed = [(row, _timed(row)) for row in rows]
    taken: set[str] = set()
    for row, each in timed:
        if each.job and each.job in taken:
            row["job"].problem("taken", word=row["job"].text())
        taken.add(each.job)
    return Schedule(tuple(each for _, each in timed))


def _timed(row: Table) -> Timed:
    job = _job(row["job"]) if "job" in row else ""
    days = read_days(row["days"]) if "days" in row else WORKDAYS
    if "day_off" in row:
        days = replace(days, day_off=read_day_off(row["day_off"], days))
    spread = _spread(row["spread"]) if "spread" in row else 0
    at = _minute(row["at"]) if "at" in row else 0
    catch_up = chosen(row["missed"], _MISSED) is not False if "missed" in row else True
    timed = Timed(job, at, days, spread, catch_up=catch_up)
    if "until" not in row:
        return timed
    if not catch_up:
        row["until"].problem("until_of_skipped")
    return replace(timed, lasts_minutes=_lasts(row["until"], at, at + spread))


def _job(value: Value) -> str:
    text = value.text()
    if text and text not in JOB_WORDS:
        value.problem("choice", found=quoted(text), near=likely(text, JOB_WORDS), known=list(JOB_WORDS))
    return JOB_WORDS.get(text, "")


def _minute(value: Value) -> int:
    found = _TIME.fullmatch(value.word())
    if found is None:
        value.problem("shape", what="一天里的时间", found=value.found(), example="08:50")
        return 0
    return int(found[1]) * 60 + int(found[2])


def _spread(value: Value) -> int:
    found = _SPREAD.fullmatch(value.word())
    if found is None or int(found[1]) > _MOST_SPREAD:
        value.problem("shape", what=f"分钟数，最多 {_MOST_SPREAD}分钟", found=value.found(), example="10分钟")
        return 0
    return int(found[1])


def _lasts(value: Value, at: int, last_turn: int) -> int | None:
    """For how many minutes from its beginning what was missed is caught up: until a time of the same day, or for so
    long; in any case longer than the turns themselves take."""
    clock, length = _TIME.fullmatch(value.word()), parse_length(value.word())
    if clock is None and length is None:
        value.problem("shape", what="当天的时间，或从开始算起的时长", found=value.found(), example="18:00 或 3天")
        return None
    minutes = int(clock[1]) * 60 + int(clock[2]) - at if clock else (length or timedelta(0)) // timedelta(minutes=1)
    if minutes <= last_turn - at:
        value.problem("until_before")
    elif minutes > _MOST_LASTS:
        value.problem("until_long")
    return minutes
