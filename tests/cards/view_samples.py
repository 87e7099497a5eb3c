"""Every screen of `jobs/screens.py` with plain data, at its easiest and at its hardest. Everybody is made up."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from application_samples import APPLICATION_VIEWS
from board_views import BOARD_VIEWS
from export_samples import EXPORT_VIEWS
from progress_samples import PROGRESS_VIEWS
from reminder_samples import REMINDER_VIEWS
from repayment_samples import REPAYMENT_VIEWS
from risk_samples import RISK_VIEWS
from task_samples import TASK_VIEWS

from cards.model import Card
from cards.texts import Words
from cards.views import assigning as assignment_views
from cards.views import caring as care_views
from cards.views import comments as comment_views
from cards.views import contacts as contact_views
from cards.views import deadline as deadline_views
from cards.views import follow_tasks as follow_task_views
from cards.views import follow_up as follow_up_views
from cards.views import handover as handover_views
from cards.views import lead as lead_views
from cards.views import marking as mark_views
from cards.views import media as media_views
from cards.views import morning as morning_views
from cards.views import news as news_views
from cards.views import own as own_views
from cards.views import pool as pool_views
from cards.views import recycling as fall_views
from cards.views import segments as segment_views
from cards.views import transfers as transfer_views
from core.calendar import Length, Unit
from core.handover.kinds import Back, Came, Result, Returned, Survey
from core.handover.models import Aim, State
from core.handover.queries import Line, Overview
from core.leads.assigned import Waiting as Queued
from core.leads.assignment_outcomes import (
    HoldingFull,
    Nobody,
    NotWorkingHere,
    OffShift,
    OnLeave,
    QuotaReached,
    Standing,
)
from core.leads.assignment_rules import Method
from core.leads.care_queries import CareNow, Progress, Share
from core.leads.comments import Said
from core.leads.external import Friend
from core.leads.filetypes import MediumKind
from core.leads.follow_tasks import FollowTaskNow
from core.leads.media import Kept, KeptPage
from core.leads.models import How, MarkKind
from core.leads.morning import Morning
from core.leads.outcomes import CoolingDown, Frozen, LimitReached
from core.leads.pooled import Coming, PooledLead, PoolPage, Waiting
from core.leads.pools import Pool, Pools
from core.leads.queries import Brief, OwnLead, OwnPage
from core.leads.recycling import Due, Lapse, RecyclingRule
from core.leads.reveals import Phone
from core.leads.segments import Segment, SegmentPage, to_token
from core.leads.tagged import Changed
from core.leads.tags import Grade, Mark, Tag, Tagging
from core.leads.ways import Way
from core.leads.whole import Contact, Lead360, Step
from core.loans.task_deadlines import TaskDeadline
from core.people.policy import Actor, Role, Verb

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
HOHHOT = Pool("hohhot", "呼和浩特池", synonyms=("青城",))
REGION = Pool("region", "全区池")
LONG_POOL = Pool("faraway", "阿拉善左旗额济纳旗与乌拉特后旗联合池", synonyms=("西三旗",))
ELSEWHERE = Waiting(REGION, 23)
MANY_ELSEWHERE = [Waiting(LONG_POOL, 100), ELSEWHERE, Waiting(Pool("baotou", "包头池"), 0)]
LONG_NAME = "额尔敦巴雅尔·乌兰其木格"
OWN_VERBS = frozenset({Verb.FOLLOW, Verb.RELEASE, Verb.TRANSFER, Verb.MARK, Verb.APPLY})
WORDS = "客户在包头做奶制品批发，名下一套商铺一套住宅，想用商铺做抵押周转，最长能接受三年；" * 8


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def pooled(number: int, name: str = "王**", **more: object) -> PooledLead:
    values = {"region": "150102", "product": "house", "amount_fen": 50_000_000, "channel": "抖音"} | more
    return PooledLead(id=number, name=name, phone="138****1111", pooled_at=ago(hours=3), **values)  # type: ignore[arg-type]


HARD_POOLED = tuple(
    pooled(1_234_560 + place, "额*****·乌****", product="business", amount_fen=1_234_560_000, region="150221")
    for place in range(5)
)


def brief(number: int, name: str = "刘志强", *, mine: bool = True, owner: int | None = 1) -> Brief:
    phone = "13947100001" if mine else "139****0001"
    return Brief(number, name if mine else "刘**", phone, "house", 50_000_000, owner, mine)


def own(number: int, name: str, due: datetime | None) -> OwnLead:
    return OwnLead(number, name, "credit", 8_000_000, "A", due, None)


LEAD = Lead360(
    id=1024,
    name="巴特尔·孟和",
    phone="13800001111",
    full=True,
    mine=True,
    open=True,
    owner="巴特尔",
    owner_id=1,
    pool=HOHHOT,
    region="150103",
    product="house",
    amount_fen=50_000_000,
    channel="抖音",
    note="两套房，急用",
    grade="A",
    tags=("有房", "高意向"),
    created_at=ago(days=4),
    owned_at=ago(days=3),
    next_contact_at=NOW + timedelta(days=1),
    touches=((ago(days=4), "抖音"), (ago(days=1), "转介绍")),
    history=(
        Step(ago(days=4), ago(days=3), None, HOHHOT, How.ENTER, ""),
        Step(ago(days=3), None, "李娜", HOHHOT, How.CLAIM, ""),
    ),
    contacts=(Contact(ago(days=1), "李娜", "意向强，明天10点面谈"), Contact(ago(days=2), "李娜", "未接通")),
    contact_count=2,
    verbs=OWN_VERBS,
)
HARD_LEAD = replace(
    LEAD,
    id=1_234_567,
    name=LONG_NAME,
    note=WORDS,
    tags=("有房", "高意向", "公积金", "打卡工资", "蒙语沟通", "查询多", "有保单"),
    next_contact_at=ago(days=12),
    touches=tuple((ago(days=9 - day), "转介绍") for day in range(9)),
    history=tuple(Step(ago(days=9 - day), None, LONG_NAME, HOHHOT, How.TRANSFER, "") for day in range(9)),
    contacts=tuple(Contact(ago(days=day), LONG_NAME, WORDS) for day in range(3)),
    contact_count=41,
)
OWNERS = ("李娜", "张三", "巴特尔·孟和", "张三", "王强", "娜仁·其其格", "苏日娜", LONG_NAME)
HANDED_ROUND = replace(
    LEAD,
    history=(
        Step(ago(days=30), None, None, HOHHOT, How.ENTER, ""),
        *(Step(ago(days=29 - day), None, who, HOHHOT, How.TRANSFER, "") for day, who in enumerate(OWNERS)),
        Step(ago(days=20), None, None, HOHHOT, How.RECYCLE, ""),
        Step(ago(days=19), None, "李娜", HOHHOT, How.CLAIM, ""),
    ),
)
WITH_REASONS = replace(
    LEAD,
    history=(
        Step(ago(days=9), ago(days=6), "巴特尔·孟和", HOHHOT, How.ENTER, ""),
        Step(ago(days=6), ago(days=5), None, HOHHOT, How.RELEASE, "客户嫌利率高，三次未接", by="巴特尔·孟和"),
        Step(ago(days=5), ago(days=3), "张三", HOHHOT, How.CLAIM, ""),
        Step(ago(days=3), None, "李娜", HOHHOT, How.TRANSFER, WORDS, by="乌云"),
    ),
)
COLLEAGUES = replace(
    LEAD, verbs=frozenset(), name="巴**·孟*", phone="138****1111", full=False, mine=False, owner="李娜", owner_id=2
)
NO_PHONE = replace(
    LEAD,
    phone=None,
    name="萨仁高娃",
    channel="企业微信",
    note="来源标记：ks77",
    contacts=(),
    contact_count=0,
    touches=((ago(days=3), "企业微信"),),
    verbs=OWN_VERBS | {Verb.ADD_PHONE},
    friends=(Friend("巴特尔·孟和", 1, ago(days=3)),),
)
HARD_NO_PHONE = replace(
    HARD_LEAD,
    phone=None,
    channel="抖音直播间三号机位粉丝群投放组",
    verbs=OWN_VERBS | {Verb.ADD_PHONE},
    friends=(Friend(LONG_NAME, 1, ago(days=3)), Friend("张三", 2, ago(days=2), ago(days=1), "customer")),
)
POOLED = replace(
    COLLEAGUES, owner=None, owner_id=None, owned_at=None, note="", contacts=(), next_contact_at=None, contact_count=2
)
FALLS = Due(
    NOW + timedelta(days=1, hours=3),
    RecyclingRule("首次联系四工作小时房抵专项", Lapse.FIRST_CONTACT, Length(4, Unit.HOUR, True)),
)
ABSENT = (
    *[OnLeave(NOW)] * 2,
    *[OffShift(NOW)] * 3,
    *[HoldingFull(80, 80), QuotaReached(10, 10), NotWorkingHere()],
)
NOBODY = Nobody(
    "house",
    "青城房抵按比例分给一部二部三部四部",
    "0" * 64,
    Method.WEIGHTED,
    1024,
    NOW,
    False,
    tuple(Standing(f"p{at}", at, "李娜", reason) for at, reason in enumerate(ABSENT)),
    NOW + timedelta(days=1),
)
AWAY = replace(NOBODY, standings=NOBODY.standings[-1:], earliest=None)
FULL = LimitReached(8, "holding", None, 80, 80, None)
PROPOSED = Overview(
    3, 7, Aim.PERSON, 8, State.PROPOSED, (Survey("lead", 32, beyond=4, kept=1), Survey("reminder", 5, late=1)),
    False, False, None, None, None, 0, 0, Counter(), Counter(), (),
)  # fmt: skip
POOLED_SINCE_FULL = Result(Came.POOLED, pool="hohhot", why="full", limit=FULL)
ODD = (
    *(Line("lead", number, False, POOLED_SINCE_FULL, None) for number in range(8, 13)),
    Line("lead", 20, False, Result(Came.KEPT, why="at_work"), None),
    Line("lead", 21, False, Result(Came.GONE, 1), None),
)  # fmt: skip
DONE = replace(
    PROPOSED, state=State.DONE, left=True, cut_access=True, begun_at=ago(minutes=2), ended_at=NOW, total=37, odd=ODD,
    counts=Counter({("lead", Came.GIVEN): 26, ("lead", Came.POOLED): 4, ("lead", Came.KEPT): 1, ("lead", Came.GONE): 1,
                    ("reminder", Came.GIVEN): 5}),
)  # fmt: skip
UNDONE = replace(
    DONE, state=State.UNDONE, left=False, undone_at=NOW,
    odd=(Line("lead", 8, False, Result(Came.GIVEN, 8), Back(Returned.SINCE, 1)),),
    backs=Counter({("lead", Returned.BACK): 29, ("lead", Returned.SINCE): 1, ("reminder", Returned.BACK): 5}),
)  # fmt: skip
LOANS_TOO = (
    *PROPOSED.surveys,
    Survey("care", 2),
    Survey("approval", 1),
    Survey("application", 3),
    Survey("task", 4, late=1),
)
LOANS_DONE = replace(
    DONE, surveys=LOANS_TOO, odd=(Line("task", 89, False, Result(Came.KEPT, why="nobody_above"), None),),
    counts=DONE.counts + Counter({("care", Came.GIVEN): 2, ("approval", Came.GIVEN): 1, ("application", Came.GIVEN): 2,
                                  ("application", Came.KEPT): 1, ("task", Came.GIVEN): 3, ("task", Came.KEPT): 1}),
)  # fmt: skip
LOANS_UNDONE = replace(
    UNDONE, surveys=LOANS_TOO, odd=(Line("task", 88, False, Result(Came.GIVEN, 8), Back(Returned.SINCE, 8)),),
    backs=UNDONE.backs + Counter({("care", Returned.BACK): 2, ("approval", Returned.BACK): 1,
                                  ("application", Returned.BACK): 2, ("task", Returned.SINCE): 1}),
)  # fmt: skip
LOAN_ITEMS = (
    Line("application", 203, False, Result(Came.GIVEN, 8), None),
    Line("application", 204, False, Result(Came.POOLED, pool="hohhot"), None),
    Line("task", 88, False, Result(Came.GIVEN, 8), None),
    Line("task", 89, False, Result(Came.KEPT, why="nobody_above"), None),
    Line("task", 90, False, Result(Came.GONE, why="decided"), None),
)
HANDOVER_WORDS = Words(
    {1: "王强", 8: "李四"}, Pools((HOHHOT, REGION), "region"), NOW, Actor(2, "李娜", "一部", frozenset({Role.MANAGER}))
)
MORNING = Morning(3, 2, (own(1024, "刘志强", NOW), own(1025, "白云飞", NOW + timedelta(hours=5))), 3, ago(days=1), 40)
MARKED = replace(LEAD, tags=("高意向", "大额"), marks=(Mark("高意向"), Mark("大额", "100万以上")))
TAGGING = Tagging(grades=(Grade("A", "重点"), Grade("B"), Grade("C")), tags=(Tag("高意向"), Tag("急用"), Tag("大额")))
HARD_TAGGING = Tagging(
    grades=tuple(Grade(letter, "重点优质客户五六七八") for letter in "ABCDE"),
    tags=tuple(Tag(f"{letter}一二三四五六七八九") for letter in "ABCDEFGHIJKLMNOPQRST"),
)
CHANGES = (
    Changed(MarkKind.GRADE, "A", "B", "李娜", ago(hours=1)),
    Changed(MarkKind.SET, "高意向", None, "巴特尔·孟和", ago(days=1)),
    Changed(MarkKind.OFF, "低意向", None, "巴特尔·孟和", ago(days=1)),
    Changed(MarkKind.RULE, "大额", None, "李娜", ago(days=2)),
)
HARD_MARKED = replace(
    HARD_LEAD,
    tags=tuple(tag.name for tag in HARD_TAGGING.tags),
    marks=tuple(Mark(tag.name, "" if place % 2 else "规" * 20) for place, tag in enumerate(HARD_TAGGING.tags)),
)
PICKED = Segment(("A",), ("高意向",), idle=3)
HARD_PICKED = Segment(("A", "B", ""), ("高意向", "大额"), ("急用",), ("house",), ("150102",), 50, 100, 30, team=True)
THEIRS = tuple(
    replace(
        own(1_234_560 + place, "额*****·乌****", None), owner=LONG_NAME, idle_since=ago(days=30), tags=("大额",) * 9
    )
    for place in range(5)
)
CARE = CareNow(3, 1, PICKED, "快过节了，问问最近有没有资金需求。", ago(hours=2), NOW + timedelta(days=7))
HARD_CARE = replace(CARE, number=123_456, segment=HARD_PICKED, text=WORDS[:200], until=ago(hours=1))
LATE = "今日已领 10/10（呼和浩特池），明天（周三）00:00 恢复"
TASK_DUE = TaskDeadline(88, 203, "初审", 7, NOW + timedelta(hours=2), "house", 50_000_000)
HARD_TASK_DUE = TaskDeadline(
    123_456_789, 1_234_567, "风控与法务联合复核签字岗", 7, ago(days=500), "business", 123_456_789_012
)

FOLLOW_TASK = FollowTaskNow(
    5, 1024, 1, "高意向马上联系", "客户是高意向，请尽快联系", NOW, NOW + timedelta(hours=5), None, is_open=True
)
HARD_FOLLOW_TASK = FollowTaskNow(
    123_456, 1_234_567, 1, "规" * 20, "请" * 60, NOW - timedelta(days=9), NOW - timedelta(days=8), None, is_open=True
)
VIEWS: dict[str, Card] = {
    "pool": pool_views.pool_card(PoolPage(HOHHOT, 1, 7, (pooled(1024, "巴**·孟*"), pooled(1025))), [ELSEWHERE], NOW),
    "pool_hard": pool_views.pool_card(PoolPage(LONG_POOL, 12, 100, HARD_POOLED), MANY_ELSEWHERE, NOW),
    "pool_alone": pool_views.pool_card(PoolPage(LONG_POOL, 20, 100, HARD_POOLED), [Waiting(REGION, 0)], NOW),
    "pool_last_page": pool_views.pool_card(PoolPage(HOHHOT, 2, 7, (pooled(1024),)), MANY_ELSEWHERE, NOW),
    "pool_empty": pool_views.pool_card(PoolPage(HOHHOT, 1, 0, ()), [Waiting(LONG_POOL, 0), ELSEWHERE], NOW),
    "pool_coming": pool_views.pool_card(
        PoolPage(HOHHOT, 1, 1, (pooled(1024),), coming=Coming(3, NOW + timedelta(hours=1))), [ELSEWHERE], NOW
    ),
    "pool_all_coming": pool_views.pool_card(
        PoolPage(HOHHOT, 1, 0, (), coming=Coming(100, NOW + timedelta(days=9))), [ELSEWHERE], NOW
    ),
    "pool_beyond": pool_views.pool_card(PoolPage(HOHHOT, 2, 7, (pooled(1024),), beyond=True), [ELSEWHERE], NOW),
    "pool_watched": pool_views.watched_pool_card(PoolPage(HOHHOT, 1, 100, HARD_POOLED), MANY_ELSEWHERE, NOW),
    "pool_watched_beyond": pool_views.watched_pool_card(
        PoolPage(HOHHOT, 2, 6, (pooled(1024),), beyond=True), [ELSEWHERE], NOW
    ),
    "claimed_one": pool_views.claimed_card([brief(1024)], [LATE], HOHHOT, NOW),
    "claimed_with_cares": pool_views.claimed_card([brief(n) for n in range(1024, 1028)], [LATE], HOHHOT, NOW, cares=2),
    "claimed_ten": pool_views.claimed_card([brief(n, LONG_NAME) for n in range(1_234_560, 1_234_570)], [], HOHHOT, NOW),
    "claimed_none": pool_views.claimed_card([], ["L1024 刚被 王* 领走"], HOHHOT, NOW),
    "claimed_limit": pool_views.claimed_card([], [LATE], None, NOW),
    "mine": own_views.own_card(
        OwnPage(
            1,
            7,
            1,
            1,
            (own(1, LONG_NAME, ago(hours=3)), own(2, "王小明", NOW + timedelta(hours=3)), own(3, "张三", None)),
        ),
        HOHHOT,
        NOW,
    ),
    "mine_last_page": own_views.own_card(OwnPage(2, 6, 0, 0, (own(1_234_567, LONG_NAME, None),)), HOHHOT, NOW),
    "mine_beyond": own_views.own_card(OwnPage(2, 6, 1, 1, (own(1, "王小明", ago(hours=3)),), beyond=True), HOHHOT, NOW),
    "mine_empty": own_views.own_card(OwnPage(1, 0, 0, 0, ()), HOHHOT, NOW),
    "mine_empty_no_pool": own_views.own_card(OwnPage(1, 0, 0, 0, ()), None, NOW),
    "disowned": own_views.disowned_card(),
    "segment": segment_views.segment_card(
        SegmentPage(PICKED, 1, 7, (own(1024, "王小明", ago(hours=3)),)),
        to_token(PICKED),
        NOW,
        owns_leads=True,
        may_care=True,
    ),
    "segment_hard": segment_views.segment_card(
        SegmentPage(HARD_PICKED, 200, 1000, THEIRS, beyond=True),
        to_token(HARD_PICKED),
        NOW,
        owns_leads=False,
        may_care=True,
    ),
    "segment_empty": segment_views.segment_card(
        SegmentPage(PICKED, 1, 0, ()), to_token(PICKED), NOW, owns_leads=False, may_care=True
    ),
    "care": care_views.plan_card(replace(CARE, begun_at=None, until=None), 37, 5),
    "care_hard": care_views.plan_card(replace(HARD_CARE, begun_at=None, until=None), 300, 120),
    "care_begun": care_views.progress_card(
        CARE, Progress((Share(1, 3, 1), Share(None, 1, 0)), 1), [("李娜", 1, 3), ("公海（没有归属人）", 0, 1)], NOW
    ),
    "care_begun_hard": care_views.progress_card(
        HARD_CARE, Progress(tuple(Share(n, 9, 3) for n in range(30))), [(LONG_NAME, 3, 9)] * 30, NOW
    ),
    "care_dropped": care_views.dropped_card(3),
    "care_tasks": care_views.tasks_card(CARE, [brief(1024), brief(1025, LONG_NAME)], 2, "李娜"),
    "care_tasks_hard": care_views.tasks_card(
        HARD_CARE, [brief(1_234_560 + place, LONG_NAME) for place in range(5)], 300, "额尔敦巴雅尔"
    ),
    "care_tasks_done": care_views.tasks_done_card(CARE, NOW),
    "care_tasks_over": care_views.tasks_done_card(HARD_CARE, NOW),
    "marks": mark_views.marks_card(MARKED, TAGGING, CHANGES, NOW),
    "marks_none": mark_views.marks_card(replace(LEAD, grade=None, tags=()), TAGGING, (), NOW),
    "marks_hard": mark_views.marks_card(HARD_MARKED, HARD_TAGGING, CHANGES * 9, NOW),
    "tags": mark_views.tags_card(MARKED, TAGGING.tags, CHANGES, "0" * 12, NOW),
    "tags_hard": mark_views.tags_card(HARD_MARKED, HARD_TAGGING.tags, CHANGES * 9, "0" * 12, NOW),
    "lead_marked": lead_views.lead_card(MARKED, NOW),
    "lead_own": lead_views.lead_card(LEAD, NOW),
    "lead_phones": lead_views.lead_card(replace(LEAD, other_phones=("13800002222", "13800003333")), NOW),
    "lead_phones_hard": lead_views.lead_card(replace(HARD_LEAD, other_phones=("13800002222",) * 9), NOW),
    "lead_hard": lead_views.lead_card(HARD_LEAD, NOW),
    "lead_handed_round": lead_views.lead_card(HANDED_ROUND, NOW),
    "lead_with_reasons": lead_views.lead_card(WITH_REASONS, NOW),
    "lead_pool_gone": lead_views.lead_card(replace(POOLED, pool=None), NOW),
    "lead_managed": lead_views.lead_card(
        replace(COLLEAGUES, verbs=frozenset({Verb.REVEAL, Verb.RELEASE, Verb.TRANSFER})), NOW
    ),
    "lead_looked_at": lead_views.lead_card(COLLEAGUES, NOW),
    "lead_pooled": lead_views.lead_card(replace(POOLED, verbs=frozenset({Verb.CLAIM, Verb.REVEAL})), NOW),
    "lead_pooled_looked_at": lead_views.lead_card(POOLED, NOW),
    "lead_closed": lead_views.lead_card(replace(LEAD, open=False, verbs=frozenset()), NOW),
    "lead_merged": lead_views.lead_card(replace(LEAD, open=False, verbs=frozenset(), into_id=1020), NOW),
    "lead_gone": lead_views.gone_card(1024, None, NOW, owns_leads=True),
    "lead_gone_looked_at": lead_views.gone_card(1024, None, NOW, owns_leads=False),
    "lead_handed_on": lead_views.gone_card(
        1024, Step(ago(days=1), None, "李*", HOHHOT, How.TRANSFER, ""), NOW, owns_leads=True
    ),
    "lead_gone_to_a_faster_one": lead_views.gone_card(
        1024, Step(ago(minutes=2), None, "额*", HOHHOT, How.CLAIM, ""), NOW, owns_leads=True
    ),
    "lead_frozen": lead_views.lead_card(
        replace(POOLED, opens=Frozen(1024, "hohhot", 2.0, NOW + timedelta(hours=1))), NOW
    ),
    "lead_cooling_down": lead_views.lead_card(
        replace(POOLED, opens=CoolingDown(1024, "hohhot", ago(days=1), 720.0, NOW + timedelta(days=29))), NOW
    ),
    "about_to_fall": fall_views.warning_card(brief(1024), FALLS, NOW, can_extend=True),
    "about_to_fall_hard": fall_views.warning_card(brief(1_234_567, LONG_NAME), FALLS, NOW, can_extend=False),
    "many_about_to_fall": fall_views.warnings_card(
        [(brief(n, LONG_NAME), FALLS) for n in range(1_234_560, 1_234_565)], 123, NOW
    ),
    "fallen": fall_views.fallen_card([(1024, "呼和浩特池")], 1, "7天跟进", NOW),
    "fallen_many": fall_views.fallen_card(
        [(number, LONG_POOL.name) for number in range(1_234_560, 1_234_565)], 500, FALLS.rule.name, NOW
    ),
    "fallen_below": fall_views.fallen_below_card(
        [(LONG_NAME, 120), *[("张三", 3)] * 6], FALLS.rule.name, "hohhot", NOW
    ),
    "fallen_below_no_pool": fall_views.fallen_below_card([("张三", 3)], "7天跟进", None, NOW),
    "extension": fall_views.extension_card(
        brief(1024, mine=False, owner=2), LONG_NAME, FALLS, FALLS.at + timedelta(days=3), 7, NOW
    ),
    "extension_decided": fall_views.decided_card(brief(1024, mine=False, owner=2), "张三", "不同意"),
    "extended": fall_views.extended_card(brief(1024), "李娜", NOW + timedelta(days=5), FALLS, NOW),
    "extended_not": fall_views.extended_card(brief(1_234_567, LONG_NAME), LONG_NAME, None, FALLS, NOW),
    "grab": lead_views.lead_card(replace(POOLED, verbs=frozenset({Verb.CLAIM})), NOW, None, title="抢单 L1024"),
    "lead_falling": lead_views.lead_card(LEAD, NOW, FALLS),
    "contact_due": news_views.contact_due_card(LEAD, NOW - timedelta(minutes=1), NOW),
    "contact_due_hard": news_views.contact_due_card(HARD_LEAD, NOW, NOW),
    "ask_follow_up": follow_up_views.ask_card(brief(1024), None, logged=False),
    "ask_follow_up_hard": follow_up_views.ask_card(brief(1_234_567, LONG_NAME), Way.WECHAT, logged=True),
    "sort_media": media_views.sort_card(1, [brief(1024), brief(1025, "白云飞")]),
    "sort_media_hard": media_views.sort_card(112, [brief(1_234_560 + each, LONG_NAME) for each in range(5)]),
    "sort_media_none": media_views.sort_card(1, []),
    "sort_media_done": media_views.sorted_card(),
    "media": media_views.media_card(
        KeptPage(1024, 1, 1, 1, (Kept(7, 1, MediumKind.PICTURE, "jpg", 234_567, 1, ago(hours=3), ""),)),
        {1: "巴特尔·孟和"},
        NOW,
    ),
    "media_hard": media_views.media_card(
        KeptPage(
            1_234_567,
            2,
            12_345,
            0,
            tuple(
                Kept(7 + each, 12_340 - each, MediumKind.FILE, "pdf", 19_999_999, 1, ago(days=400), WORDS)
                for each in range(5)
            ),
        ),
        {1: LONG_NAME},
        NOW,
    ),
    "morning": morning_views.morning_card("巴特尔·孟和", MORNING, 2, FALLS, HOHHOT, NOW),
    "morning_hard": morning_views.morning_card(
        LONG_NAME,
        replace(MORNING, today=1234, overdue=2345, fresh=345, due=(own(1_234_567, LONG_NAME, NOW),) * 5),
        4567,
        FALLS,
        LONG_POOL,
        NOW,
    ),
    "morning_empty": morning_views.morning_card("李娜", Morning(0, 0, (), 0, ago(days=1), 0), 0, None, REGION, NOW),
    "new_leads": morning_views.fresh_card([brief(1024), brief(1_234_567, LONG_NAME)], 7, NOW),
    "new_leads_none": morning_views.fresh_card([], 0, NOW),
    "my_falling": fall_views.warnings_card([(brief(1024), FALLS)], 1, NOW),
    "my_falling_none": morning_views.none_falling_card(),
    "comment": comment_views.comment_card(
        brief(1024), Said(7, 1024, ago(minutes=2), 1, "李娜", "@巴特尔·孟和 请确认利率", to_viewer=True), NOW
    ),
    "comment_hard": comment_views.comment_card(
        brief(1_234_567, LONG_NAME, mine=False), Said(7, 1_234_567, ago(days=400), 1, LONG_NAME, WORDS), NOW
    ),
    "phone": lead_views.phone_card(Phone(1024, "巴**·孟*", "13800001111", 3, 10, claimable=True)),
    "phone_others": lead_views.phone_card(
        Phone(1024, "巴**·孟*", "13800001111", 3, 10, claimable=True, others=("13800002222",))
    ),
    "phone_others_hard": lead_views.phone_card(
        Phone(1024, LONG_NAME, "13800001111", 3, 10, claimable=True, others=("13800002222",) * 9)
    ),
    "phone_own": lead_views.phone_card(Phone(1_234_567, LONG_NAME, "13800001111", None, None, claimable=False)),
    "found": own_views.found_card(
        [brief(1024, LONG_NAME), brief(1025, mine=False, owner=2), brief(1026, mine=False, owner=None)],
        {2: "李娜"},
        more=False,
    ),
    "found_more": own_views.found_card([brief(n) for n in range(1_234_560, 1_234_566)], {}, more=True),
    "received_with_care": news_views.received_card(
        brief(1024, LONG_NAME), "李娜", How.TRANSFER, "巴特尔休假，他认识客户", NOW, cares=1
    ),
    "received": news_views.received_card(brief(1024, LONG_NAME), "李娜", How.TRANSFER, "巴特尔休假，他认识客户", NOW),
    "assigned": news_views.received_card(brief(1024), "乌云·塔娜", How.ASSIGN, "", NOW),
    "lost": news_views.lost_card(brief(1024, mine=False, owner=2), "李娜", "张*", How.TRANSFER, "休" * 200, NOW),
    "taken_back": news_views.lost_card(brief(1024, mine=False), "李娜", "呼和浩特池", How.RELEASE, "交接", NOW),
    "assigned_by_rule": news_views.received_card(brief(1_234_567, LONG_NAME), "系统", How.ASSIGN, "", NOW, NOBODY.name),
    "many_received": assignment_views.many_received_card([brief(n) for n in range(1024, 1029)], 12, NOW),
    "many_received_hard": assignment_views.many_received_card(
        [brief(n, LONG_NAME) for n in range(1_234_560, 1_234_565)], 1_234, NOW
    ),
    "nobody_eligible": assignment_views.nobody_card([Queued("hohhot", 3, ago(hours=2), NOBODY)], ["呼和浩特池"], NOW),
    "nobody_eligible_hard": assignment_views.nobody_card(
        [Queued("faraway", 123_456, ago(days=40), replace(NOBODY, earliest=None))] * 7, [LONG_POOL.name] * 7, NOW
    ),
    "nobody_eligible_each": assignment_views.nobody_card(
        [Queued("hohhot", 3, ago(hours=2), NOBODY), Queued("baotou", 11, ago(hours=1), AWAY)],
        ["呼和浩特池", "包头池"],
        NOW,
    ),
    "nobody_eligible_each_hard": assignment_views.nobody_card(
        [Queued("faraway", 123_456, ago(days=40), (NOBODY, AWAY)[at % 2]) for at in range(7)],
        [LONG_POOL.name] * 7,
        NOW,
    ),
    "handover": handover_views.handover_card(PROPOSED, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS),
    "handover_hard": handover_views.handover_card(
        replace(
            PROPOSED,
            number=123_456,
            left=True,
            surveys=(
                Survey("lead", 12_345, beyond=1_234, kept=123),
                Survey("reminder", 1_234, late=123),
                Survey("care", 1_234),
                Survey("approval", 1_234),
                Survey("application", 1_234),
                Survey("task", 1_234, late=1_234),
            ),
        ),
        LONG_NAME,
        "内蒙古自治区/呼伦贝尔市/莫力达瓦达斡尔族自治旗营业部/一部",
        LONG_NAME,
        HANDOVER_WORDS,
    ),
    "handover_with_loans": handover_views.handover_card(
        replace(PROPOSED, surveys=LOANS_TOO), "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS
    ),
    "handover_with_loans_done": handover_views.handover_card(
        LOANS_DONE, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS
    ),
    "handover_with_loans_undone": handover_views.handover_card(
        LOANS_UNDONE, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS
    ),
    "handover_items_of_loans": handover_views.items_card(3, LOAN_ITEMS, 1, 1, HANDOVER_WORDS),
    "handover_to_pool": handover_views.handover_card(
        replace(PROPOSED, aim=Aim.POOL, to_id=None, surveys=(Survey("lead", 3), Survey("reminder", 0))),
        "张三",
        "呼和浩特/一部",
        "",
        HANDOVER_WORDS,
    ),
    "handover_by_rule": handover_views.handover_card(
        replace(PROPOSED, aim=Aim.RULE, to_id=None, surveys=(Survey("lead", 3, kept=1), Survey("reminder", 0))),
        "张三",
        "呼和浩特/一部",
        "",
        HANDOVER_WORDS,
    ),
    "handover_running": handover_views.handover_card(
        replace(DONE, state=State.RUNNING, ended_at=None, waiting=30, odd=()),
        "张三",
        "呼和浩特/一部",
        "李四",
        HANDOVER_WORDS,
    ),
    "handover_done": handover_views.handover_card(DONE, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS),
    "handover_ask": handover_views.handover_card(DONE, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS, ask=True),
    "handover_undoing": handover_views.handover_card(
        replace(UNDONE, state=State.UNDOING, waiting=12), "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS
    ),
    "handover_undone": handover_views.handover_card(UNDONE, "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS),
    "handover_dropped": handover_views.handover_card(
        replace(PROPOSED, state=State.DROPPED), "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS
    ),
    "handover_items": handover_views.items_card(
        3, (*ODD[:3], ODD[5], Line("reminder", 8, False, Result(Came.GIVEN, 8), None)), 1, 8, HANDOVER_WORDS
    ),
    "handover_items_hard": handover_views.items_card(
        123_456,
        tuple(replace(line, record_id=1_234_567) for line in (ODD[0], ODD[6], Line("reminder", 8, True, None, None))),
        8,
        8,
        HANDOVER_WORDS,
    ),
    "handed": handover_views.handed_card([brief(n) for n in range(1024, 1029)], 26, 5, "张三", "李娜", NOW),
    "handed_hard": handover_views.handed_card([brief(1_234_567, LONG_NAME)], 1, 0, LONG_NAME, LONG_NAME, NOW),
    "handed_with_cares": handover_views.handed_card(
        [brief(n) for n in range(1024, 1029)], 26, 5, "张三", "李娜", NOW, 12
    ),
    "handover_ask_gone": handover_views.handover_card(
        replace(DONE, account_gone=True), "张三", "呼和浩特/一部", "李四", HANDOVER_WORDS, ask=True
    ),
    "taken": handover_views.taken_card(list(range(1024, 1040)), LONG_NAME, "李娜", NOW),
    "many_given": transfer_views.many_given_card([brief(n) for n in range(1024, 1027)], 3, "李娜", NOW),
    "many_given_hard": transfer_views.many_given_card(
        [brief(n, LONG_NAME) for n in range(1_234_560, 1_234_565)], 20, LONG_NAME, NOW
    ),
    "many_lost": transfer_views.many_lost_card([brief(1024, mine=False, owner=2)], 1, "李娜", "张*", NOW),
    "many_lost_hard": transfer_views.many_lost_card(
        [brief(n, mine=False, owner=2) for n in range(1_234_560, 1_234_565)], 20, LONG_NAME, "额****·乌****", NOW
    ),
    "pick_for": transfer_views.pick_card([own(1, LONG_NAME, None), own(2, "王小明", None)], 8, "李四"),
    "pick_for_hard": transfer_views.pick_card(
        [own(1_234_560 + place, LONG_NAME, None) for place in range(20)], 8, LONG_NAME
    ),
    "lead_read_on": lead_views.lead_card(replace(COLLEAGUES, reads_until=NOW + timedelta(days=37, hours=14)), NOW),
    "lead_applied": lead_views.lead_card(LEAD, NOW, loan="进件 A203 · 初审 · 刘芳"),
    "lead_language": lead_views.lead_card(replace(LEAD, language="mongolian"), NOW),
    "new_contact": contact_views.new_contact_card(NO_PHONE, None, NOW),
    "new_contact_hard": contact_views.new_contact_card(HARD_NO_PHONE, (120, 100), NOW),
    "friend_gone": contact_views.friend_gone_card(NO_PHONE, 1, NOW),
    "friend_gone_of_a_colleague": contact_views.friend_gone_card(HARD_NO_PHONE, 2, NOW),
    "lead_no_phone": lead_views.lead_card(NO_PHONE, NOW),
    "lead_many_friends": lead_views.lead_card(
        replace(
            HARD_NO_PHONE,
            friends=tuple(
                Friend(LONG_NAME, one, ago(days=3), ago(days=2) if one % 2 else None, "member") for one in range(12)
            ),
        ),
        NOW,
    ),
    "lead_pooled_no_phone": lead_views.lead_card(
        replace(POOLED, phone=None, verbs=frozenset({Verb.CLAIM, Verb.REVEAL})), NOW
    ),
    "pool_no_phone": pool_views.pool_card(
        PoolPage(HOHHOT, 1, 1, (pooled(1024), replace(pooled(1025), phone=None))), [ELSEWHERE], NOW
    ),
    "came_again": news_views.came_again_card(brief(1024), "58同城", NOW),
    **APPLICATION_VIEWS,
    **BOARD_VIEWS,
    **EXPORT_VIEWS,
    **TASK_VIEWS,
    **REMINDER_VIEWS,
    **REPAYMENT_VIEWS,
    "follow_task": follow_task_views.follow_task_card(FOLLOW_TASK, brief(1024), NOW),
    "follow_task_hard": follow_task_views.follow_task_card(HARD_FOLLOW_TASK, brief(1_234_567, LONG_NAME), NOW),
    "follow_task_done": follow_task_views.follow_task_over_card(
        replace(FOLLOW_TASK, done_at=NOW, is_open=False), NOW + timedelta(minutes=1)
    ),
    "follow_task_void": follow_task_views.follow_task_over_card(replace(HARD_FOLLOW_TASK, is_open=False), NOW),
    "follow_tasks": follow_task_views.follow_tasks_card([(FOLLOW_TASK, brief(1024))], 1, NOW),
    "follow_tasks_hard": follow_task_views.follow_tasks_card(
        [(replace(HARD_FOLLOW_TASK, number=n), brief(1_234_560 + n, LONG_NAME)) for n in range(5)], 37, NOW
    ),
    "follow_tasks_none": follow_task_views.follow_tasks_card([], 0, NOW),
    "morning_tasks": morning_views.morning_card(
        "巴特尔·孟和", MORNING, 2, FALLS, HOHHOT, NOW, [FOLLOW_TASK, HARD_FOLLOW_TASK]
    ),
    **PROGRESS_VIEWS,
    **RISK_VIEWS,
    "task_due": deadline_views.task_due_card(TASK_DUE, timedelta(hours=2), None, NOW),
    "task_due_hard": deadline_views.task_due_card(
        HARD_TASK_DUE, -timedelta(hours=123, minutes=4), ago(days=1), NOW, LONG_NAME
    ),
    "task_late_below": deadline_views.task_late_below_card(TASK_DUE, "刘芳", -timedelta(minutes=40), None, NOW),
    "task_late_below_hard": deadline_views.task_late_below_card(
        HARD_TASK_DUE, LONG_NAME, -timedelta(hours=5, minutes=30), ago(days=1), NOW
    ),
}
