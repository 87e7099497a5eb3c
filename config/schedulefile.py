"""`schedule.yaml`: what is done at set times of the day."""

import re

from config.problems import likely, quoted
from config.values import Table
from config.yamlfile import Value
from core.schedule import MORNING, Schedule, Timed

_JOBS = {"早报": MORNING}
_WORKDAYS, _ALL_DAYS = "工作日", "每天"
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_SPREAD = re.compile(r"([0-9]{1,3}) ?分钟?")
_MOST_SPREAD = 120


def read_schedule(top: Value) -> Schedule:
    """The file from its top."""
    table = top.table((), ("jobs",))
    rows = [row.values for row in table["jobs"].tables(("job", "at"), ("days", "spread"))] if "jobs" in table else []
    timed = [(row, _timed(row)) for row in rows]
    taken: set[str] = set()
    for row, each in timed:
        if each.job and each.job in taken:
            row["job"].problem("taken_rule", word=row["job"].text())
        taken.add(each.job)
    return Schedule(tuple(each for _, each in timed))


def _timed(row: Table) -> Timed:
    return Timed(
        _JOBS.get(_chosen(row["job"], tuple(_JOBS)), "") if "job" in row else "",
        _minute(row["at"]) if "at" in row else 0,
        workdays_only=_chosen(row["days"], (_WORKDAYS, _ALL_DAYS)) != _ALL_DAYS if "days" in row else True,
        spread_minutes=_spread(row["spread"]) if "spread" in row else 0,
    )


def _chosen(value: Value, known: tuple[str, ...]) -> str:
    text = value.text()
    if text and text not in known:
        value.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
    return text


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
