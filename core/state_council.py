"""The days off and make-up days (调休) that the State Council makes known year by year.

They are those of the library chinesecalendar: of the years that the installed version knows, and of no other year. The
list for a year comes out in the November before it, the library's version with it some weeks later.
"""

from datetime import date

from chinese_calendar import Holiday, holidays, workdays

from core.working_hours import DeclaredDay

# A year is known when its October is: the list for a year once named single days of the next one, too.
KNOWN_YEARS = frozenset(day.year for day in holidays if day.month == 10)


def declared(day: date) -> DeclaredDay | None:
    """What the State Council said of the day; None of a day that is as the week says, and of a year not known yet."""
    if day.year not in KNOWN_YEARS:
        return None
    works = day in workdays
    name = workdays.get(day) or holidays.get(day)
    return DeclaredDay(day, works, Holiday(name).chinese) if name else None
