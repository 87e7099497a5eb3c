"""The screens of who decides on applications, at their easiest and at their hardest. Everybody is made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cards.model import Card
from cards.views import task as views
from cards.views import todo as todo_views
from core.leads.follow_tasks import FollowTaskNow
from core.loans.cost import Cost, NoRate
from core.loans.flows import Approve, Decision, End, Flow, Handle, Mode, Stage, StageType, Start, Who
from core.loans.forms import Document, FieldKind, Form, FormField
from core.loans.models import State, TaskKind, TaskState
from core.loans.outside import Awaited
from core.loans.pausing import Pause
from core.loans.queries import ApplicationNow, Filled, Paper, Waiting
from core.loans.task_queries import BackTo
from core.loans.todo import Opinion, TaskLine, TaskNow

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
LONG_NAME = "额尔敦巴雅尔·乌兰其木格"
WORDS = "客户在包头做奶制品批发，名下一套商铺一套住宅，想用商铺做抵押周转，最长能接受三年；" * 6
NAMES = {1: "巴特尔·孟和", 2: "刘芳", 3: "朝鲁·门德", 4: "阿古拉"}
HARD_NAMES = dict.fromkeys(range(1, 5), LONG_NAME)

FIELDS: tuple[tuple[FormField, object], ...] = (
    (FormField("amount", "申请金额", FieldKind.MONEY, required=True), 50_000_000),
    (FormField("term", "期限", FieldKind.NUMBER, required=True), "36"),
    (FormField("purpose", "用途", FieldKind.CHOICE), "经营周转"),
    (FormField("id_number", "身份证号", FieldKind.ID_NUMBER), "150102199003074512"),
    (FormField("phone", "手机号", FieldKind.PHONE), "13800001111"),
    (FormField("spouse", "配偶是否知情", FieldKind.CHOICE), None),
    (FormField("income", "月收入", FieldKind.MONEY), 3_000_000),
    (FormField("debts", "每月还款", FieldKind.MONEY), 900_000),
    (FormField("debt_ratio", "现有负债率", FieldKind.COMPUTED), None),
    (FormField("overdue", "近两年逾期次数", FieldKind.NUMBER), "1"),
    (FormField("region", "房产所在地", FieldKind.REGION), "150102"),
    (FormField("house_ratio", "房产抵押率", FieldKind.COMPUTED), None),
    (FormField("rate", "期望利率", FieldKind.PERCENT), "0.03875"),
    (FormField("wants", "还要办的", FieldKind.CHOICES), ["装修", "购车"]),
    (FormField("guide", "介绍人", FieldKind.PERSON), 2),
    (FormField("plan", "方案", FieldKind.FILE), [1, 2]),
    (FormField("surplus", "每月结余", FieldKind.COMPUTED), None),
    (FormField("growth", "增长", FieldKind.COMPUTED), None),
    (FormField("note", "补充说明", FieldKind.TEXT), WORDS[:180]),
)
PAPERS = tuple(
    Document(f"paper{place}", name, stage="payout" if place else "first")
    for place, name in enumerate(("身份证正反面", "征信授权书", "近6个月收入流水"))
)
FORM = Form("loan", "申请", tuple(field for field, _ in FIELDS), PAPERS)
FIRST = Approve("first", "初审", "first", "second", "lost", (Who(role="approver"),))
LONG_NODE = replace(FIRST, key="long", name="内蒙古大额抵押复审会签二")
PAY = Handle("pay", "放款", "payout", "won", (Who(role="finance"),), money=True, payout=True)
STAGES = (Stage("first", "初审", StageType.OPEN), Stage("payout", "放款", StageType.OPEN))
FLOW = Flow(
    "standard",
    "标准",
    "loan",
    STAGES,
    (Start("start", "进件", "first", "first"), FIRST, PAY, End("won", "贷后", "payout")),
)
WHOLE = ApplicationNow(
    number=203,
    lead_id=1024,
    owner_id=1,
    product="house",
    amount_fen=50_000_000,
    term_months=36,
    state=State.RUNNING,
    stage="初审",
    stage_since=NOW - timedelta(hours=2),
    created_at=NOW - timedelta(days=1),
    submitted_at=NOW - timedelta(hours=2),
    ended_at=None,
    shown="0" * 16,
    form=FORM,
    flow=FLOW,
    version=1,
    fields=tuple(Filled(field, value) for field, value in FIELDS),
    computed={"debt_ratio": 0.3, "house_ratio": 0.7, "surplus": 21_000.0},
    papers=tuple(Paper(paper, 1) for paper in PAPERS),
    waiting=(Waiting("first", "初审", (2, 3), NOW - timedelta(hours=2), NOW + timedelta(hours=6)),),
    values={},
)
HARD = replace(
    WHOLE,
    number=1_234_567,
    lead_id=1_234_567,
    amount_fen=123_456_789_01,
    term_months=360,
    submitted_at=NOW - timedelta(days=400),
    papers=tuple(Paper(paper, 0) for paper in PAPERS),
    waiting=(Waiting("long", LONG_NODE.name, (1, 2, 3, 4), NOW, None),),
)
AGREED = Opinion("初审", Decision.AGREE, 2, 2, NOW - timedelta(hours=1), "资料齐全，可以做")
INSTEAD = Opinion("初审", Decision.RETURN, 2, 4, NOW - timedelta(days=1), "流水不清楚")
TASK = TaskNow(
    number=88,
    kind=TaskKind.DECIDE,
    state=TaskState.OPEN,
    node=FIRST,
    name="初审",
    person_id=2,
    opened_at=NOW - timedelta(hours=2),
    due_at=NOW + timedelta(hours=6),
    asked_by=None,
    decision=None,
    acted_by_id=None,
    acted_at=None,
    application=WHOLE,
    opinions=(),
)
HARD_TASK = replace(
    TASK,
    number=1_234_567,
    node=LONG_NODE,
    name=LONG_NODE.name,
    due_at=NOW - timedelta(days=3),
    opened_at=NOW - timedelta(days=30),
    application=HARD,
    opinions=tuple(replace(AGREED, node=LONG_NODE.name, reason=WORDS) for _ in range(4)),
)
DONE = replace(
    TASK,
    state=TaskState.DONE,
    decision=Decision.AGREE,
    acted_by_id=2,
    acted_at=AGREED.at,
    opinions=(AGREED,),
)
BESIDE = views.Beside("刘**", NAMES, mine=True)
HARD_BESIDE = views.Beside(LONG_NAME, HARD_NAMES, mine=False, hurried_by=LONG_NAME, late=timedelta(hours=27))
LINE = TaskLine(88, TaskKind.DECIDE, "初审", 2, 203, 1024, "house", 50_000_000, NOW, NOW + timedelta(hours=6))
LINES = [
    replace(LINE, due_at=NOW - timedelta(hours=3)),
    replace(LINE, number=89, kind=TaskKind.DELEGATE, person_id=3),
    replace(LINE, number=90, kind=TaskKind.PAPERS, due_at=None),
]
HARD_LINES = [
    replace(LINE, number=1_234_560 + place, name=LONG_NODE.name, person_id=3, amount_fen=123_456_789_01)
    for place in range(12)
]
PLACES = [BackTo("start", "进件", start=True), BackTo("first", "初审", start=False)]
MANY_PLACES = [PLACES[0], *(BackTo(f"n{place}", LONG_NODE.name, start=False) for place in range(9))]
FOLLOW = FollowTaskNow(
    5, 1024, 2, "高意向", "客户是高意向，请尽快联系", NOW, NOW + timedelta(hours=5), None, is_open=True
)
AWAITED = Awaited(203, 1024, "银行批复", NOW - timedelta(days=2))
CHEAP = Cost(48_500_000, 5_500_000, Decimal("0.00741666"), Decimal("0.089"), Decimal("0.0927"))
PAUSED = Pause("first", "待客户补件", NOW - timedelta(days=3), 4, None, None)
DEAR = replace(WHOLE, cost=replace(CHEAP, simple=Decimal("0.2612")), paused=PAUSED)
ENDED = replace(WHOLE, state=State.ENDED, stage="贷后", ended_at=NOW, waiting=())

TASK_VIEWS: dict[str, Card] = {
    "task": views.task_card(TASK, BESIDE, NOW),
    "task_of_all": views.task_card(replace(TASK, node=replace(FIRST, mode=Mode.ALL), seats=3), BESIDE, NOW),
    "task_of_any": views.task_card(replace(TASK, node=replace(FIRST, mode=Mode.ANY), seats=2), BESIDE, NOW),
    "task_in_turn": views.task_card(replace(TASK, node=replace(FIRST, mode=Mode.SEQUENCE), seats=12), BESIDE, NOW),
    "task_by_ratio": views.task_card(
        replace(TASK, node=replace(FIRST, mode=Mode.RATIO, ratio=60), seats=4, own_vote=1_234_567),
        replace(BESIDE, mine=False),
        NOW,
    ),
    "task_hard": views.task_card(HARD_TASK, HARD_BESIDE, NOW),
    "task_with_opinions": views.task_card(replace(TASK, opinions=(INSTEAD, AGREED)), BESIDE, NOW),
    "task_dear_and_paused": views.task_card(replace(TASK, application=DEAR), BESIDE, NOW),
    "task_cheap": views.task_card(replace(TASK, application=replace(WHOLE, cost=CHEAP)), BESIDE, NOW),
    "task_dear_and_paused_hard": views.task_card(
        replace(
            HARD_TASK,
            asked_by=3,
            kind=TaskKind.BEFORE,
            application=replace(HARD, cost=NoRate(-1, 1), paused=replace(PAUSED, reason="待" * 20, by_id=3)),
        ),
        HARD_BESIDE,
        NOW,
    ),
    "task_waiting_dear_and_paused": views.task_card(
        replace(TASK, state=TaskState.WAITING, waits_for=(2,), has_added=True, application=DEAR), BESIDE, NOW
    ),
    "task_few_verbs": views.task_card(
        replace(TASK, node=replace(FIRST, verbs=frozenset({Decision.AGREE, Decision.REFUSE}))), BESIDE, NOW
    ),
    "task_to_handle": views.task_card(
        replace(TASK, kind=TaskKind.HANDLE, node=PAY, name="放款", due_at=None), BESIDE, NOW
    ),
    "task_delegated": views.task_card(
        replace(TASK, kind=TaskKind.DELEGATE, asked_by=3, person_id=2), replace(BESIDE, hurried_by="巴特尔·孟和"), NOW
    ),
    "task_signer": views.task_card(replace(TASK, kind=TaskKind.BEFORE, asked_by=3), BESIDE, NOW),
    "task_after": views.task_card(replace(TASK, kind=TaskKind.AFTER, asked_by=3), BESIDE, NOW),
    "task_waiting": views.task_card(
        replace(TASK, state=TaskState.WAITING, waits_for=(2,), has_added=True), BESIDE, NOW
    ),
    "task_waiting_its_turn": views.task_card(replace(TASK, state=TaskState.WAITING, waits_for=(2, 3)), BESIDE, NOW),
    "task_returned": views.task_card(
        replace(
            TASK,
            kind=TaskKind.AMEND,
            node=None,
            name="进件",
            person_id=1,
            due_at=None,
            opinions=(AGREED, INSTEAD),
            application=replace(WHOLE, state=State.RETURNED),
        ),
        BESIDE,
        NOW,
    ),
    "task_papers": views.task_card(
        replace(HARD_TASK, kind=TaskKind.PAPERS, node=PAY, opinions=()), replace(HARD_BESIDE, hurried_by=""), NOW
    ),
    "task_over": views.task_card(DONE, BESIDE, NOW),
    "task_over_by_a_stand_in": views.task_card(
        replace(DONE, acted_by_id=4, opinions=(replace(AGREED, by_id=4),)), replace(BESIDE, mine=False), NOW
    ),
    "task_over_for_another": views.task_card(
        replace(
            TASK,
            state=TaskState.CANCELLED,
            person_id=3,
            acted_at=AGREED.at,
            opinions=(replace(AGREED, decision=Decision.REFUSE),),
            application=replace(ENDED, stage="未通过"),
        ),
        BESIDE,
        NOW,
    ),
    "task_over_hard": views.task_card(
        replace(
            HARD_TASK,
            state=TaskState.MOVED,
            decision=Decision.TRANSFER,
            acted_by_id=1,
            acted_at=NOW - timedelta(hours=1),
        ),
        HARD_BESIDE,
        NOW,
    ),
    "task_not_needed": views.task_card(
        replace(TASK, state=TaskState.CANCELLED, acted_at=NOW, application=replace(WHOLE, state=State.DRAFT)),
        BESIDE,
        NOW,
    ),
    "task_fields": views.fields_card(TASK, 1, BESIDE),
    "task_fields_middle": views.fields_card(TASK, 2, BESIDE),
    "task_fields_last": views.fields_card(HARD_TASK, 99, HARD_BESIDE),
    "task_return": views.return_card(TASK, PLACES, BESIDE),
    "task_return_hard": views.return_card(HARD_TASK, MANY_PLACES, HARD_BESIDE),
    "todo": todo_views.todo_card(LINES, 1, {1024: "刘**"}, NAMES, 2, NOW),
    "todo_empty": todo_views.todo_card([], 1, {}, {}, 2, NOW),
    "todo_hard": todo_views.todo_card(HARD_LINES, 1, {1024: LONG_NAME}, HARD_NAMES, 2, NOW),
    "todo_with_follow_ups": todo_views.todo_card([LINES[0], FOLLOW, *LINES[1:]], 1, {1024: "刘**"}, NAMES, 2, NOW),
    "todo_with_follow_ups_hard": todo_views.todo_card(
        [replace(FOLLOW, number=1_234_567, text=WORDS, due_at=NOW - timedelta(days=400))] * 6,
        1,
        {1024: LONG_NAME},
        HARD_NAMES,
        2,
        NOW,
    ),
    "todo_awaited": todo_views.todo_card([LINES[0], AWAITED], 1, {1024: "刘**"}, NAMES, 2, NOW),
    "todo_awaited_hard": todo_views.todo_card(
        [replace(AWAITED, application_id=1_234_567, event=WORDS[:30])], 1, {1024: LONG_NAME}, HARD_NAMES, 2, NOW
    ),
    "todo_last_page": todo_views.todo_card(HARD_LINES, 9, {1024: LONG_NAME}, HARD_NAMES, 2, NOW),
    "copied": todo_views.copied_card(WHOLE, "刘**", "刘芳", "巴特尔·孟和", NOW),
    "copied_hard": todo_views.copied_card(HARD, LONG_NAME, "系统", LONG_NAME, NOW),
    "loan_ended": todo_views.ended_card(
        ENDED, "刘志强", won=True, said="放款 何静 已办完 11-24 10:00", now=NOW, paid_out=(45_000_000, NOW.date())
    ),
    "loan_ended_lost": todo_views.ended_card(
        replace(ENDED, stage="未通过"),
        LONG_NAME,
        won=False,
        said=f"初审 刘芳 已驳回 11-24 10:00：{WORDS[:80]}",
        now=NOW,
    ),
}
