"""Every screen of `jobs/screens.py` with plain data, at its easiest and at its hardest. Everybody is made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cards.model import Card
from cards.views import assigning as assignment_views
from cards.views import lead as lead_views
from cards.views import pool as pool_views
from cards.views import recycling as fall_views
from core.calendar import Length, Unit
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
from core.leads.models import How
from core.leads.outcomes import CoolingDown, Frozen
from core.leads.pooled import Coming, PooledLead, PoolPage, Waiting
from core.leads.pools import Pool
from core.leads.queries import Brief, OwnLead, OwnPage
from core.leads.recycling import Due, Lapse, RecyclingRule
from core.leads.reveals import Phone
from core.leads.whole import Contact, Lead360, Step
from core.people.policy import Verb

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
HOHHOT = Pool("hohhot", "呼和浩特池", synonyms=("青城",))
REGION = Pool("region", "全区池")
LONG_POOL = Pool("faraway", "阿拉善左旗额济纳旗与乌拉特后旗联合池", synonyms=("西三旗",))
ELSEWHERE = Waiting(REGION, 23)
MANY_ELSEWHERE = [Waiting(LONG_POOL, 100), ELSEWHERE, Waiting(Pool("baotou", "包头池"), 0)]
LONG_NAME = "额尔敦巴雅尔·乌兰其木格"
OWN_VERBS = frozenset({Verb.FOLLOW, Verb.RELEASE, Verb.TRANSFER})
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
LATE = "今日已领 10/10（呼和浩特池），明天（周三）00:00 恢复"

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
    "claimed_ten": pool_views.claimed_card([brief(n, LONG_NAME) for n in range(1_234_560, 1_234_570)], [], HOHHOT, NOW),
    "claimed_none": pool_views.claimed_card([], ["L1024 刚被 王* 领走"], HOHHOT, NOW),
    "claimed_limit": pool_views.claimed_card([], [LATE], None, NOW),
    "mine": lead_views.own_card(
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
    "mine_last_page": lead_views.own_card(OwnPage(2, 6, 0, 0, (own(1_234_567, LONG_NAME, None),)), HOHHOT, NOW),
    "mine_beyond": lead_views.own_card(
        OwnPage(2, 6, 1, 1, (own(1, "王小明", ago(hours=3)),), beyond=True), HOHHOT, NOW
    ),
    "mine_empty": lead_views.own_card(OwnPage(1, 0, 0, 0, ()), HOHHOT, NOW),
    "mine_empty_no_pool": lead_views.own_card(OwnPage(1, 0, 0, 0, ()), None, NOW),
    "lead_own": lead_views.lead_card(LEAD, NOW),
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
    "lead_gone": lead_views.gone_card(1024, None, NOW, owns_leads=True),
    "lead_gone_looked_at": lead_views.gone_card(1024, None, NOW, owns_leads=False),
    "lead_handed_on": lead_views.gone_card(
        1024, Step(ago(days=1), None, "李*", HOHHOT, How.TRANSFER, ""), NOW, owns_leads=True
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
    "extension": fall_views.extension_card(
        brief(1024, mine=False, owner=2), LONG_NAME, FALLS, FALLS.at + timedelta(days=3), 7, NOW
    ),
    "extension_decided": fall_views.decided_card(brief(1024, mine=False, owner=2), "张三", "不同意"),
    "extended": fall_views.extended_card(brief(1024), "李娜", NOW + timedelta(days=5), NOW),
    "extended_not": fall_views.extended_card(brief(1_234_567, LONG_NAME), LONG_NAME, None, NOW),
    "grab": lead_views.lead_card(replace(POOLED, verbs=frozenset({Verb.CLAIM})), NOW, None, title="抢单 L1024"),
    "lead_falling": lead_views.lead_card(LEAD, NOW, FALLS),
    "contact_due": lead_views.contact_due_card(LEAD, NOW - timedelta(minutes=1), NOW),
    "contact_due_hard": lead_views.contact_due_card(HARD_LEAD, NOW, NOW),
    "phone": lead_views.phone_card(Phone(1024, "巴**·孟*", "13800001111", 3, 10, claimable=True)),
    "phone_own": lead_views.phone_card(Phone(1_234_567, LONG_NAME, "13800001111", None, None, claimable=False)),
    "found": lead_views.found_card(
        [brief(1024, LONG_NAME), brief(1025, mine=False, owner=2), brief(1026, mine=False, owner=None)],
        {2: "李娜"},
        more=False,
    ),
    "found_more": lead_views.found_card([brief(n) for n in range(1_234_560, 1_234_566)], {}, more=True),
    "received": lead_views.received_card(brief(1024, LONG_NAME), "李娜", How.TRANSFER, "巴特尔休假，他认识客户", NOW),
    "assigned": lead_views.received_card(brief(1024), "乌云·塔娜", How.ASSIGN, "", NOW),
    "lost": lead_views.lost_card(brief(1024, mine=False, owner=2), "李娜", "张*", How.TRANSFER, "休" * 200, NOW),
    "taken_back": lead_views.lost_card(brief(1024, mine=False), "李娜", "呼和浩特池", How.RELEASE, "交接", NOW),
    "assigned_by_rule": lead_views.received_card(brief(1_234_567, LONG_NAME), "系统", How.ASSIGN, "", NOW, NOBODY.name),
    "many_received": assignment_views.many_received_card([brief(n) for n in range(1024, 1029)], 12, NOW),
    "many_received_hard": assignment_views.many_received_card(
        [brief(n, LONG_NAME) for n in range(1_234_560, 1_234_565)], 1_234, NOW
    ),
    "nobody_eligible": assignment_views.nobody_card([Queued("hohhot", 3, ago(hours=2), NOBODY)], ["呼和浩特池"], NOW),
    "nobody_eligible_hard": assignment_views.nobody_card(
        [Queued("faraway", 123_456, ago(days=40), replace(NOBODY, earliest=None))] * 7, [LONG_POOL.name] * 7, NOW
    ),
    "lead_language": lead_views.lead_card(replace(LEAD, language="mongolian"), NOW),
    "came_again": lead_views.came_again_card(brief(1024), "58同城", NOW),
}
