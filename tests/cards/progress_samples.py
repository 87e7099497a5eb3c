"""Samples of the screens of 进度 and 瓶颈, at their easiest and at their hardest. See `view_samples.py`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from repayment_samples import TERMS, loan

from cards.model import Card
from cards.views import progress as progress_views
from core.loans.ahead import Ahead
from core.loans.bottlenecks import Bottlenecks, Pick, Spot, WaitingLine, WaitingPage
from core.loans.cost import Cost, NoRate
from core.loans.flows import Decision
from core.loans.listing import ApplicationLine, ApplicationPage
from core.loans.models import State as LoanState
from core.loans.models import StepState
from core.loans.pausing import Pause
from core.loans.progress import Progress
from core.loans.visits import Visit, VisitKind, Vote

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
LONG_NAME = "额尔敦巴雅尔·乌兰其木格"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


LOAN_NAMES = {1: "巴特尔·孟和", 2: "刘芳", 3: LONG_NAME, 4: "李娜", 5: "何静"}
_DAY = timedelta(hours=7, minutes=30)
VISITS = (
    Visit(VisitKind.DRAFT, "start", "提交进件", StepState.PASSED, ago(days=4), ago(days=4), people=(1,)),
    Visit(
        VisitKind.NODE, "first", "初审", StepState.PASSED, ago(days=4), ago(days=1), None, (),
        (Vote(2, 2, Decision.AGREE),), "approve", 2 * _DAY + timedelta(hours=3),
    ),
    Visit(
        VisitKind.NODE, "second", "复审会签", StepState.OPEN, ago(days=1), None, NOW + timedelta(hours=5), (2, 4), (),
        "approve", timedelta(hours=7, minutes=20),
    ),
)  # fmt: skip
WAY = Progress(
    number=203,
    lead_id=1024,
    owner_id=1,
    product="house",
    amount_fen=50_000_000,
    state=LoanState.RUNNING,
    stage="复审",
    won=False,
    created_at=ago(days=4),
    ended_at=None,
    spent=4 * _DAY,
    day=_DAY,
    rounds=1,
    visits=VISITS,
    ahead=(
        Ahead("signing", "签约", None),
        Ahead("payout", "放款", None),
        Ahead("done", "贷后", NOW + timedelta(days=7)),
    ),
    may_nudge=True,
    nudged_at=None,
)
COST = Cost(48_500_000, 5_500_000, Decimal("0.00741666"), Decimal("0.089"), Decimal("0.0927"))
PAUSED = Pause("second", "待银行", ago(days=3), 3, None, None)
LONG_NODE = "区域经理与风控联合终审会"
HARD_VISITS = tuple(
    Visit(
        VisitKind.PAPERS if nth % 5 == 4 else VisitKind.NODE, "joint", LONG_NODE, StepState.RETURNED,
        ago(days=400 - nth), ago(days=399 - nth), None, (),
        (Vote(3, 4, Decision.RETURN), Vote(2, None, Decision.AGREE)), "approve", 123 * _DAY, nth=nth,
    )
    for nth in range(1, 14)
)  # fmt: skip
HARD_HERE = (
    replace(VISITS[2], name=LONG_NODE, due_at=ago(days=3), people=(3, 2, 4), late=3 * _DAY, spent=99 * _DAY),
    replace(VISITS[2], name="贷前调查", people=()),
    replace(VISITS[2], name="法务审一下", people=(2,), due_at=None),
)
HARD_WAY = replace(
    WAY,
    number=1_234_567,
    amount_fen=1_234_560_000,
    product="business",
    rounds=12,
    visits=(*HARD_VISITS, *HARD_HERE),
    ahead=tuple(Ahead(str(place), LONG_NODE, NOW + timedelta(days=place)) for place in range(5)),
    nudged_at=ago(hours=1),
    lacking=(LONG_NODE, "征信授权书"),
)
AWAITS = Visit(VisitKind.NODE, "bank", "等银行", StepState.OPEN, ago(hours=3), None, does="wait", awaits="银行批复")
LOAN_LINES = tuple(
    ApplicationLine(number, 1024 + number, "house", 50_000_000, state, "初审", ago(days=2))
    for number, state in ((203, LoanState.RUNNING), (204, LoanState.RETURNED), (205, LoanState.DRAFT))
)
SPOTS = Bottlenecks(
    34,
    5,
    ago(days=6),
    (
        Spot("初审", 0, 20, 5, ago(days=6), timedelta(days=2)),
        Spot("复审会签", 0, 14, 0, ago(hours=5), timedelta(hours=2)),
    ),
    (Spot("", 2, 20, 5, ago(days=6), timedelta(days=2)), Spot("", 1, 14, 0, ago(hours=5), timedelta(hours=2))),
)
MORE_SPOTS = replace(SPOTS, other_nodes=("签约", "放款", LONG_NAME), more_people=True)
HARD_SPOT = Spot(LONG_NODE, 0, 12_345, 12_345, ago(days=400), timedelta(days=399))
HARD_PICK = Pick(LONG_NODE, 0, "呼和浩特/一部", "business")
WAITING = WaitingLine(203, 1024, "house", 50_000_000, "初审", ago(days=3), ago(days=2), (2,))
HARD_WAITING = WaitingLine(1_234_567, 1024, "business", 1_234_560_000, LONG_NODE, ago(days=400), ago(days=2), (3, 2, 4))
HARDER_WAITING = (replace(HARD_WAITING, number=1_234_568), replace(HARD_WAITING, number=1_234_569, people=()))

PROGRESS_VIEWS: dict[str, Card] = {
    "bottlenecks_more": progress_views.bottlenecks_card(MORE_SPOTS, Pick(), LOAN_NAMES, 9, NOW),
    "progress": progress_views.progress_card(WAY, "刘志强", LOAN_NAMES, NOW, own=True),
    "progress_hard": progress_views.progress_card(HARD_WAY, LONG_NAME * 3, LOAN_NAMES, NOW, own=False),
    "progress_over": progress_views.progress_card(
        replace(
            WAY,
            state=LoanState.ENDED,
            stage="贷后",
            won=True,
            ended_at=ago(hours=1),
            visits=VISITS[:2],
            ahead=(),
            may_nudge=False,
            loan=loan(TERMS),
        ),
        "刘志强",
        LOAN_NAMES,
        NOW,
        own=True,
    ),
    "progress_returned": progress_views.progress_card(
        replace(
            WAY,
            state=LoanState.RETURNED,
            stage="进件",
            may_nudge=False,
            rounds=2,
            visits=(
                *VISITS[:2],
                Visit(VisitKind.AMEND, "start", "提交进件", StepState.OPEN, ago(hours=2), None, people=(1,)),
            ),
        ),
        "刘**",
        LOAN_NAMES,
        NOW,
        own=False,
    ),
    "progress_awaits": progress_views.progress_card(
        replace(WAY, may_nudge=False, visits=(*VISITS[:2], AWAITS)), "刘志强", LOAN_NAMES, NOW, own=True
    ),
    "progress_awaits_hard": progress_views.progress_card(
        replace(
            HARD_WAY, visits=(*HARD_WAY.visits, *(replace(AWAITS, awaits=f"{nth}{'批' * 19}") for nth in range(3)))
        ),
        LONG_NAME,
        LOAN_NAMES,
        NOW,
        own=False,
    ),
    "progress_paused": progress_views.progress_card(
        replace(WAY, paused=PAUSED, cost=COST), "刘志强", LOAN_NAMES, NOW, own=True
    ),
    "progress_dear": progress_views.progress_card(
        replace(WAY, cost=replace(COST, simple=Decimal("0.2612"))), "刘志强", LOAN_NAMES, NOW, own=True
    ),
    "progress_dear_and_paused_hard": progress_views.progress_card(
        replace(HARD_WAY, paused=replace(PAUSED, reason="待" * 20), cost=NoRate(-1, 1)),
        LONG_NAME,
        LOAN_NAMES,
        NOW,
        own=False,
    ),
    "progress_way": progress_views.way_card(WAY, 1, LOAN_NAMES, NOW),
    "progress_way_hard": progress_views.way_card(HARD_WAY, 2, LOAN_NAMES, NOW),
    "applications": progress_views.applications_card(
        ApplicationPage(1, 3, LOAN_LINES), {1227: "刘志强", 1228: LONG_NAME}, NOW, own=True
    ),
    "applications_hard": progress_views.applications_card(
        ApplicationPage(3, 40, (*LOAN_LINES, replace(LOAN_LINES[0], number=1_234_567, stage=LONG_NODE))),
        dict.fromkeys(range(1000, 1300), LONG_NAME),
        NOW,
        own=True,
    ),
    "applications_found": progress_views.applications_card(
        ApplicationPage(1, 3, LOAN_LINES), {1227: "刘志强"}, NOW, own=False
    ),
    "applications_none_left": progress_views.applications_card(ApplicationPage(1, 0, ()), {}, NOW, own=True),
    "bottlenecks": progress_views.bottlenecks_card(SPOTS, Pick(), LOAN_NAMES, 9, NOW),
    "bottlenecks_hard": progress_views.bottlenecks_card(
        replace(
            SPOTS,
            nodes=tuple(replace(HARD_SPOT, name=f"{LONG_NODE}{one}") for one in "甲乙丙"),
            people=tuple(replace(HARD_SPOT, name="", person_id=one) for one in (1, 2, 3)),
        ),
        HARD_PICK,
        LOAN_NAMES,
        9,
        NOW,
    ),
    "bottlenecks_nothing": progress_views.bottlenecks_card(
        Bottlenecks(0, 0, None, (), ()), Pick(product="car"), LOAN_NAMES, 9, NOW
    ),
    "waiting": progress_views.waiting_card(
        WaitingPage(1, 2, (WAITING, replace(WAITING, number=204, since=ago(seconds=5), due_at=None, people=()))),
        Pick(node="初审"),
        {1024: "刘**"},
        LOAN_NAMES,
        NOW,
    ),
    "waiting_hard": progress_views.waiting_card(
        WaitingPage(2, 12_345, (HARD_WAITING, HARD_WAITING, *HARDER_WAITING)),
        HARD_PICK,
        {1024: "额*****·乌****"},
        LOAN_NAMES,
        NOW,
    ),
    "waiting_nothing": progress_views.waiting_card(WaitingPage(1, 0, ()), Pick(), {}, {}, NOW),
}
