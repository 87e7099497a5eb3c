"""The lists that are exported, at their easiest and at their hardest. Everybody is made up, and no two values of a row
are alike: one in the place of another is seen."""

from datetime import UTC, date, datetime, timedelta

from cards.workbook import lists
from cards.workbook.table import Table
from core.leads.follow_tasks import FollowTaskNow
from core.leads.pooled import PooledLead
from core.leads.queries import OwnLead
from core.loans.arrears import Bucket
from core.loans.bottlenecks import WaitingLine
from core.loans.listing import ApplicationLine
from core.loans.models import State, TaskKind
from core.loans.outside import Awaited
from core.loans.overdue import LateLoan
from core.loans.todo import TaskLine
from core.reports.details import Detail, DetailPage, Share, Shared
from core.reports.results import Measure

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ME, LIU, GONE = 1, 2, 9
LONG = "额尔敦巴雅尔·乌兰其木格·博尔济吉特"
NAMES = {ME: "巴特尔·孟和", LIU: "刘芳", 3: "朝鲁·门德", 4: LONG}
CUSTOMERS = {11: "王*", 12: LONG, 13: "=1+1", 14: "赵小兰"}  # of lead 15 he may see nothing

MANY_TAGS = ("高意向", "急用钱", "老客户", "二抵")
LANDING = "百度推广·呼和浩特市新城区落地页二"

OWN = (
    OwnLead(11, "王芳", "house", 50_000_000, "A", NOW + HOUR, NOW - 5 * DAY, tags=("高意向",), idle_since=NOW - DAY),
    OwnLead(12, "李强", None, None, None, None, None),
    OwnLead(1_234_567, LONG, "credit", 1, "D", NOW - 400 * DAY, NOW - DAY, tags=MANY_TAGS, idle_since=NOW - MINUTE / 2),
    OwnLead(13, "@SUM(1)", "没有这个产品", 0, "B", None, None, tags=("非本地",), idle_since=NOW - 5 * HOUR),
)  # fmt: skip
TEAM = (
    OwnLead(14, "赵*", "car", 8_888_888, "C", NOW + DAY, NOW - 9 * DAY, owner="刘芳", idle_since=NOW - 9 * DAY),
    OwnLead(15, "***", None, 123_456_789_01, None, None, None, readable=False, owner=LONG, idle_since=NOW - 3 * DAY),
    OwnLead(16, "孙丽", "house", 20_000_000, "A", NOW - HOUR, None),
)
POOL = (
    PooledLead(11, "王*", "138****1234", "150102", "house", 50_000_000, "抖音", NOW - 26 * HOUR),
    PooledLead(12, "李*", None, None, None, None, "老客户转介绍", NOW),
    PooledLead(1_234_567, "***", "***", "150000", "credit", 1, LANDING, NOW - 400 * DAY, readable=False),
)  # fmt: skip
TODO = (
    TaskLine(88, TaskKind.DECIDE, "初审", LIU, 203, 11, "house", 50_000_000, NOW - 2 * DAY, NOW - DAY),
    TaskLine(89, TaskKind.AMEND, "进件", ME, 204, 12, "credit", None, NOW - HOUR, NOW),
    FollowTaskNow(7, 14, ME, "规则", "回访：客户月底前定，先要流水", NOW - 3 * DAY, NOW + 6 * HOUR, None, is_open=True),
    TaskLine(1_234_567, TaskKind.PAPERS, "签约", GONE, 205, 15, "car", 123_456_789_01, NOW - DAY, NOW + DAY),
    TaskLine(90, TaskKind.DELEGATE, "复审", 4, 206, 13, "house", 7, NOW, None),
    FollowTaskNow(8, 15, None, "规则", "补手机号", NOW, None, None, is_open=True),
    Awaited(207, 12, "征信结果", NOW - 5 * DAY),
)  # fmt: skip
APPLICATIONS = (
    ApplicationLine(203, 11, "house", 50_000_000, State.RUNNING, "初审", NOW - 40 * DAY),
    ApplicationLine(204, 12, "credit", None, State.DRAFT, "进件", NOW - 3 * HOUR),
    ApplicationLine(205, 15, "car", 123_456_789_01, State.RETURNED, "初审", NOW - DAY),
    ApplicationLine(1_234_567, 13, "没有这个产品", 1, State.DROPPED, "签约", NOW - 400 * DAY),
    ApplicationLine(206, 14, "house", 20_000_000, State.ENDED, "贷后", NOW - MINUTE),
)
WAITING = (
    WaitingLine(203, 11, "house", 50_000_000, "初审", NOW - 4 * DAY, NOW - DAY, (LIU,)),
    WaitingLine(204, 12, "credit", None, "抵押登记", NOW - 2 * DAY, None, ()),
    WaitingLine(1_234_567, 15, "car", 123_456_789_01, "内蒙古大额抵押复审会签二", NOW, NOW + 6 * HOUR, (ME, GONE, 4)),
)
LATE = (
    LateLoan(203, 11, LIU, 400, Bucket.BEYOND_M3, 123_456_789_01),
    LateLoan(204, 12, GONE, 31, Bucket.M2, 2_000_00),
    LateLoan(1_234_567, 15, ME, 1, Bucket.M1, 1),
)
DETAILS = (
    Detail("A", 203, 11, date(2026, 11, 23), LIU, "house", 50_000_000),
    Detail("L", 12, 12, date(2025, 12, 31), None, None, None),
    Detail("A", 1_234_567, 15, date(2026, 11, 1), GONE, "car", 123_456_789_01, "通过率"),
    Detail("L", 13, 13, date(2026, 1, 2), ME, "没有这个产品", 0, "应首联", in_time=False),
    Detail("A", 14, 16, date(2026, 1, 2), ME, "house", 5_000_00, days=37, paid_fen=1_024_50),
)
SHARE = Share((Shared("放款笔数", Measure.COUNT, 2),), (Shared("新增线索", Measure.COUNT, 3),))

LISTS: dict[str, Table] = {
    "own": lists.lead_table("我的客户", OWN, "李娜", NOW),
    "team": lists.lead_table("部门客户 A级 3天未跟进", TEAM, "李娜", NOW),
    "pool": lists.pool_table("公海 总部", POOL, NOW),
    "todo": lists.todo_table("待办", TODO, CUSTOMERS, NAMES, ME, NOW),
    "applications": lists.application_table("进度", APPLICATIONS, CUSTOMERS),
    "waiting": lists.waiting_table("瓶颈", WAITING, CUSTOMERS, NAMES),
    "late": lists.late_table("逾期", LATE, CUSTOMERS, NAMES),
    "details": lists.detail_table("明细 放款金额", DetailPage(1, len(DETAILS), DETAILS, SHARE), CUSTOMERS, NAMES),
    "nothing": lists.lead_table("我的客户", (), "李娜", NOW),
}
