"""What is said to those who ask for boards: titles, and what could not be understood or found."""

from collections.abc import Sequence

from cards import saying
from cards.texts import measured
from core.reports.details import Detail, Share, Shared
from core.reports.wanted import Kind

TITLES = {
    Kind.DAILY: "日报",
    Kind.KEY: "看板",
    Kind.RANKING: "排行",
    Kind.FUNNEL: "漏斗",
    Kind.SOURCES: "渠道",
    Kind.TREND: "走势",
    Kind.JAMS: "瓶颈",
}
NOT_YET = "这段时间还没到，没有数可看。可以写 今天、昨天、本周、上月、11月、11-01到11-15。"
NO_SUCH_DAY = "没看懂是哪几天：请写 今天、本周、上月、11月、11-24，或 11-01到11-15（最长三年）。"
NO_BOARD_YET = "先看一张看板，再看明细：回复 日报、看板、排行、漏斗 或 渠道，图上每个数旁边都有编号，然后回复 明细 3。"
BOARD_GONE = "这张看板太久了，已经查不到。请回复 日报 或 看板 看新的。"
OTHERS_CLOSED = "排行里别人的明细只有他本人和主管能看；您自己的那一行可以点开。"
NOT_DEFINED = "公司现在没有这个指标了，请回复 看板 看现有的。"
NO_REPORTS = "公司还没有定义指标（reports.yaml），请联系管理员。"
NO_FUNNEL = "公司没有定义漏斗的步骤（reports.yaml 的 funnel），请联系管理员。"
NOT_MADE_YET = "这张看板还在算，马上就发给您；收到以后再看明细。"
NOTHING_BEHIND = "这个数是 0，没有明细。"
_MOST_OFFERED = 8


def title(kind: Kind, metric: str = "") -> str:
    """What a board is called: `日报`, `放款金额排行`."""
    return f"{metric}{TITLES[kind]}" if kind in (Kind.RANKING, Kind.TREND) else TITLES[kind]


def no_such_number(asked: int, most: int) -> str:
    """There is no such number on the board."""
    return f"最近那张看板上没有第 {asked} 个数，只有 1 到 {most}。" if most else "最近那张看板上没有可以看明细的数。"


def which_number(most: int) -> str:
    """明细 alone, behind a board."""
    return f"要看哪个数的明细？最近那张看板上有 1 到 {most}，如 明细 {min(most, 3)}。" if most else NO_BOARD_YET


def not_yours(department: str) -> str:
    """A department that there is, whose numbers he may not see."""
    return f"您看不到{saying.plain(department, 30)}的数，只能看您自己或您管的部门。"


def unread(word: str, among: Sequence[str], command: str) -> str:
    """A word that means nothing here, or several departments."""
    if among:
        every = "、".join(among[:_MOST_OFFERED])
        return f"有几个部门叫「{saying.plain(word, 20)}」：{every}。请写全，如 {command} {among[0]}"
    after = f"后面可以写时间、指标、部门、产品、渠道、地区，如 {command} 本月 呼和浩特 房抵。"
    return f"没看懂「{saying.plain(word, 20)}」。{after}"


def cannot_rank(word: str, ranked: Sequence[str]) -> str:
    """It is no metric that people are ranked by."""
    return f"「{saying.plain(word, 20)}」不排行。可以按 {'、'.join(ranked)} 排，如 排行 本月 {ranked[0]}。"


def behind(detail: Detail, name: str) -> str:
    """What is known of one row, beside its customer."""
    need = saying.need(detail.product, detail.amount_fen) if detail.product or detail.amount_fen else ""
    return " ".join(filter(None, (need, *counts(detail), name)))


def counts(detail: Detail) -> tuple[str, ...]:
    """How a row counts for the number that it is behind: for which metric, how many days, in time or not, how much of
    it is paid."""
    in_time = {True: "及时", False: "未及时", None: ""}[detail.in_time]
    days = f"{detail.days}天" if detail.days is not None else ""
    return tuple(filter(None, (detail.part, in_time, days, _paid(detail))))


def _paid(detail: Detail) -> str:
    if detail.paid_fen is None:
        return ""
    if detail.paid_fen == detail.amount_fen:
        return "已还清"
    return f"已还{saying.money(detail.paid_fen)}" if detail.paid_fen else "未还"


def shared(share: Share) -> str:
    """How a share comes about: `及时首联 7 ÷ 应首联 9`."""
    return " ÷ ".join("＋".join(map(_shared, each)) for each in (share.part, share.whole))


def _shared(figure: Shared) -> str:
    return f"{saying.plain(figure.name, 20)} {measured.value(figure.value, figure.measure)}"
