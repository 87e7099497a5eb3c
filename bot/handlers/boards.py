"""日报, 排行, 漏斗, 渠道, 看板, 走势: boards, made when they are asked for; 明细: what is behind their numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.call import Call, Reply
from bot.phrases.departments import called
from bot.phrases.numbers import folded, read_number
from bot.phrases.report_periods import NoSuchDay, NotYet
from bot.phrases.report_words import ReportRead, Unread, Vocabulary, read_report
from cards.board_actions import ShowBoard, ShowDetail
from cards.texts import boards_asked as sentences
from cards.texts import exports as export_sentences
from cards.views.board import BEFORE
from core.exports.kinds import ExportKind
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Scope, Verb, may
from core.reports import snapshots
from core.reports.asking import By
from core.reports.periods import Period, Span, month_of, of_day
from core.reports.snapshots import Snapshot
from core.reports.wanted import Kind, Wanted
from jobs.board_screens import board_face, details_face
from jobs.boards import Kept, want_asked, want_boards, want_month, want_week
from jobs.progress_screens import waiting_face

_DETAIL = re.compile(r"#? ?([0-9]{1,4}|[一二三四五六七八九十]{1,3})(?: ?[号个]?)?")
_OF_A_DAY = (Kind.DAILY,)


def daily(call: Call) -> Reply:
    """日报 [日期] [部门]: the day in numbers, with what was the day before; alone it is today's."""
    return _asked(call, Kind.DAILY, "日报")


def weekly(call: Call) -> Reply:
    """周报: the week before this one, the boards that come by themselves on its first day."""
    return _as_it_comes(call, want_week)


def monthly(call: Call) -> Reply:
    """月报: the month before this one, likewise."""
    return _as_it_comes(call, want_month)


def _as_it_comes(call: Call, want: Callable[..., Kept]) -> Reply:
    if not call.company.reports.metrics:
        return Reply(say=sentences.NO_REPORTS)
    kept = want(call.unit, call.company, call.actor, to_file=call.to_file)
    return Reply(show=board_face(kept.card), pictures=tuple(map(str, kept.pictures)))


def ranking(call: Call) -> Reply:
    """排行 [时间] [指标] [部门] [按部门|渠道|产品|地区]: who leads; alone the month's."""
    return _asked(call, Kind.RANKING, "排行")


def funnel(call: Call) -> Reply:
    """漏斗 [时间] [部门] [产品] [渠道]: how many come from stage to stage."""
    return _asked(call, Kind.FUNNEL, "漏斗")


def sources(call: Call) -> Reply:
    """渠道 [时间] [末次]: what each channel brought and cost."""
    return _asked(call, Kind.SOURCES, "渠道")


def key_figures(call: Call) -> Reply:
    """看板 [时间] [部门] [产品] [渠道]: the company's metrics, against before and last year."""
    return _asked(call, Kind.KEY, "看板")


def trend(call: Call) -> Reply:
    """走势 [时间] [指标]: day by day, beside the period before."""
    return _asked(call, Kind.TREND, "走势")


def _asked(call: Call, kind: Kind, command: str) -> Reply:
    reports, today = call.company.reports, day_of(call.unit.now)
    if not reports.metrics:
        return Reply(say=sentences.NO_REPORTS)
    read = read_report(call.text, _vocabulary(call), today)
    match read:
        case NotYet():
            return Reply(say=sentences.NOT_YET)
        case NoSuchDay():
            return Reply(say=sentences.NO_SUCH_DAY)
        case Unread(word, among):
            return Reply(say=_unread(call, word, among, command))
        case ReportRead():
            return _show(call, kind, read)


def _unread(call: Call, word: str, among: Sequence[str], command: str) -> str:
    """A word that means nothing to him; that of a department which is not his to see is told apart."""
    there = called(word, sorted(people.departments(call.unit.session)))
    return sentences.not_yours(there[0]) if there and not among else sentences.unread(word, among, command)


def _vocabulary(call: Call) -> Vocabulary:
    actor, channels = call.actor, [channel.name for channel in call.company.channels.channels]
    own = actor.scope(Verb.SEE_BOARD) is Scope.SELF
    paths = [actor.department] if own else people.departments_of(call.unit.session, actor, Verb.SEE_BOARD)
    return Vocabulary(call.company.reports, paths, channels)


def _show(call: Call, kind: Kind, read: ReportRead) -> Reply:
    today = day_of(call.unit.now)
    period = read.period or (of_day(today) if kind in _OF_A_DAY else month_of(today, today))
    reports = call.company.reports
    metric = read.metric or next(iter(reports.ranked), reports.metrics[0].key)
    if kind is Kind.RANKING and reports.ranked and metric not in reports.ranked:
        return Reply(say=sentences.cannot_rank(metric, reports.ranked))
    if kind is Kind.FUNNEL and not reports.funnel:
        return Reply(say=sentences.NO_FUNNEL)
    wanted = Wanted(kind, period, read.pick, metric, read.by or By.PERSON)
    if (
        call.actor.scope(Verb.SEE_BOARD) is Scope.SELF
    ):  # his department is where he is ranked, whether he names it or not
        by = By.PERSON if wanted.by is By.DEPARTMENT else wanted.by
        wanted = replace(wanted, pick=replace(read.pick, department=""), by=by)
    return _made(call, wanted, " ".join(read.only))


def _made(call: Call, wanted: Wanted, only: str) -> Reply:
    """The board as a card at once, and drawn behind it."""
    if call.to_file and call.company.exports.is_closed(ExportKind.BOARD, call.actor):
        return Reply(say=export_sentences.closed(ExportKind.BOARD))
    if call.to_file:
        (number,) = want_boards(call.unit, call.actor, (wanted,), only=only)
        return Reply(show=board_face(number))
    kept = want_asked(call.unit, call.company, call.actor, wanted, only)
    return Reply(show=board_face(kept.card), pictures=tuple(map(str, kept.pictures)))


def show_tapped(call: Call, action: ShowBoard) -> Reply:
    """龙虎榜, 漏斗, 上一期 … on a board: another one of the same department and days, as it is now."""
    found = _own(call, action.board)
    if found is None:
        return Reply(say=sentences.BOARD_GONE)
    wanted, reports = found.wanted, call.company.reports
    if action.what == BEFORE:
        wanted = replace(wanted, period=_whole_before(wanted.period))
    elif action.what in set(Kind):
        kind = Kind(action.what)
        metric = wanted.metric or next(iter(reports.ranked), reports.metrics[0].key if reports.metrics else "")
        wanted = Wanted(kind, _fitting(kind, wanted.period, call), wanted.pick, metric)
    if wanted.kind is Kind.FUNNEL and not reports.funnel:
        return Reply(say=sentences.NO_FUNNEL)
    if wanted.metric and reports.find(wanted.metric) is None:
        return Reply(say=sentences.NOT_DEFINED)
    return _made(call, wanted, found.only)


def _whole_before(period: Period) -> Period:
    """The period before, all of it: it is over."""
    before = period.before()
    return replace(before, last=before.whole)


def _fitting(kind: Kind, period: Period, call: Call) -> Period:
    """A trend, and the figures of 看板, are of a month where a day was looked at."""
    today = day_of(call.unit.now)
    return month_of(period.first, today) if kind in (Kind.KEY, Kind.TREND) and period.span is Span.DAY else period


def details(call: Call) -> Reply:
    """明细 3: the rows behind number 3 of the last board, down to the lead or application."""
    said = _DETAIL.fullmatch(folded(call.text).strip())
    found = _newest_made(call)
    if found is None:
        return Reply(say=sentences.NO_BOARD_YET)
    number = read_number(said[1]) if said else None
    if number is None:
        return Reply(say=sentences.which_number(len(found.behind)))
    return _behind(call, found, number, 1, fresh=True)


def _newest_made(call: Call) -> Snapshot | None:
    """The board that he got last. Where one that is drawn behind it is not made yet (its picture waits), that one's
    numbers are to come, and those before it can be asked about."""
    found = snapshots.newest_of(call.unit.connection, call.actor.id)
    while found is not None and found.board is None and found.after_id is not None:
        found = snapshots.find(call.unit.connection, found.after_id)
    return found


def show_details(call: Call, action: ShowDetail) -> Reply:
    """看明细, and the pages of the rows."""
    found = _own(call, action.board)
    if found is None:
        return Reply(say=sentences.BOARD_GONE)
    return _behind(call, found, action.number, action.page or 1, fresh=not action.page)


def _behind(call: Call, found: Snapshot, number: int, page: int, *, fresh: bool) -> Reply:
    if found.board is None:
        return Reply(say=sentences.NOT_MADE_YET)
    if not 1 <= number <= len(found.behind):
        return Reply(say=sentences.no_such_number(number, len(found.behind)))
    behind = found.behind[number - 1]
    if behind.closed:
        return Reply(say=sentences.OTHERS_CLOSED)
    if not behind.is_defined(call.company.reports):
        return Reply(say=sentences.NOT_DEFINED)
    if behind.jam:
        return Reply(show=waiting_face(behind.jam))
    face = details_face(found.id, number, page)
    return Reply(show=face) if fresh else Reply(change=face)


def _own(call: Call, number: int) -> Snapshot | None:
    """The board, if it is his and is kept still; his right is checked here, for a button outlives a post."""
    if not may(call.actor, Verb.SEE_BOARD):
        call.unit.record(call.actor.id, f"{Verb.SEE_BOARD}:denied", "board")
        return None
    found = snapshots.find(call.unit.connection, number)
    return found if found is not None and found.person_id == call.actor.id else None
