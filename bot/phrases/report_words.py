"""What a report is asked about: 排行 本月 放款 呼和浩特 房抵. Words stand in any order, with or without spaces."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.phrases.departments import begun_with, called
from bot.phrases.numbers import folded
from bot.phrases.products import SYNONYMS
from bot.phrases.report_periods import NoSuchDay, NotYet, read_period
from core.leads.products import PRODUCTS
from core.regions import REGIONS, find_region
from core.reports.asking import By, Pick
from core.reports.metrics import Reports
from core.reports.periods import Period

_BETWEEN = re.compile(r"[\s,，、;；+的按看]+")
_BY = {
    By.DEPARTMENT: re.compile("按?(?:部门|团队|各部)(?:排行|排名)?"),
    By.CHANNEL: re.compile("按?(?:各个?)?渠道(?:排行|排名)?"),
    By.PRODUCT: re.compile("按?(?:各个?)?产品(?:排行|排名)?"),
    By.REGION: re.compile("按?(?:地区|盟市|区域)(?:排行|排名)?"),
    By.PERSON: re.compile("按?(?:个人|人员|员工|人)(?:排行|排名)?"),
}
_LAST_TOUCH = re.compile("末次(?:触点|渠道|接触)?|最后(?:一次)?(?:触点|渠道|接触)?|按?末触")
_FIRST_TOUCH = re.compile("首次(?:触点|渠道|接触)?|第一次(?:触点|渠道|接触)?|按?首触")
_FILL = re.compile("排行榜?|排名|榜|情况|数据|统计|报表|全部|所有|全公司|公司")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What words can mean here: the company's metrics, the departments that may be asked for (paths), its channels."""

    reports: Reports
    departments: Sequence[str]
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportRead:
    """What was understood; what was not said is None."""

    pick: Pick
    period: Period | None = None
    metric: str | None = None
    by: By | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A word that means nothing here; or a department of several: `among` them."""

    word: str
    among: tuple[str, ...] = ()


def read_report(text: str, known: Vocabulary, today: date) -> ReportRead | Unread | NotYet | NoSuchDay:
    """What the words say, or the first that cannot be understood."""
    read, rest = ReportRead(Pick()), folded(text).strip()
    while rest := _BETWEEN.sub("", rest, count=1) if _BETWEEN.match(rest) else rest:
        took = next(_readings(rest, known, today, read), None)
        if took is None:
            return _unread(rest, known)
        found, end = took
        if isinstance(found, (NotYet, NoSuchDay)):
            return found
        read, rest = found, rest[end:]
    return read


_Took = tuple[ReportRead | NotYet | NoSuchDay, int]


def _readings(rest: str, known: Vocabulary, today: date, read: ReportRead) -> Iterator[_Took]:
    """How `rest` can begin, the best reading first."""
    period = read_period(rest, today)
    if period is not None:
        found, end = period
        yield (replace(read, period=found) if isinstance(found, Period) else found), end
    words = [(word, metric.key) for metric in known.reports.metrics for word in metric.words if rest.startswith(word)]
    if words:
        word, key = max(words, key=lambda each: len(each[0]))
        yield replace(read, metric=key), len(word)
    for by, pattern in _BY.items():
        if said := pattern.match(rest):
            yield replace(read, by=by), said.end()
    yield from _picks(rest, known, read)
    if said := _FILL.match(rest):
        yield read, said.end()


def _picks(rest: str, known: Vocabulary, read: ReportRead) -> Iterator[_Took]:
    pick, word = read.pick, _BETWEEN.split(rest, maxsplit=1)[0]
    if said := _LAST_TOUCH.match(rest):
        yield replace(read, pick=replace(pick, last_touch=True)), said.end()
    if said := _FIRST_TOUCH.match(rest):
        yield replace(read, pick=replace(pick, last_touch=False)), said.end()
    department, place = begun_with(rest, known.departments), find_region(word)
    if department is not None and place is not None and len(word) > department[1]:
        department = None  # 「包头市」 is the place, 「包头」 the department
    if department is not None:
        yield replace(read, pick=replace(pick, department=department[0])), department[1]
    for channel in sorted(known.channels, key=len, reverse=True):
        if rest.startswith(folded(channel)):
            yield replace(read, pick=replace(pick, channel=channel), only=(*read.only, channel)), len(folded(channel))
    for key, name in PRODUCTS.items():
        said = SYNONYMS[key].match(rest) or re.match(name, rest)
        if said:
            yield replace(read, pick=replace(pick, product=key), only=(*read.only, name)), said.end()
    if place is not None and department is None:
        prefix = place.code.rstrip("0")
        prefix += "0" * (len(prefix) % 2)
        name = REGIONS[place.code].short
        yield replace(read, pick=replace(pick, region=prefix), only=(*read.only, name)), len(word)


def _unread(rest: str, known: Vocabulary) -> Unread:
    word = _BETWEEN.split(rest, maxsplit=1)[0]
    among = called(word, known.departments)
    return Unread(word, tuple(among) if len(among) > 1 else ())
