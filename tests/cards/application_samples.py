"""The screens of 进件 with plain data. See `view_samples.py`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cards.model import Card
from cards.views import application as views
from cards.views import papers as paper_views
from core.loans.cost import Cost, NoRate
from core.loans.flows import Approve, Decision, End, Flow, Handle, Stage, StageType, Start, Who
from core.loans.forms import Document, FieldKind, Form, FormField
from core.loans.models import State
from core.loans.papers import Offer
from core.loans.pausing import Pause
from core.loans.queries import ApplicationNow, Filled, Paper, Waiting
from core.loans.todo import Opinion

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in China
LONG_NAME = "额尔敦巴雅尔·乌兰其木格"
NAMES = {1: "刘芳", 2: "朝鲁·门德", 3: LONG_NAME}

AMOUNT = FormField(
    "amount", "申请金额", FieldKind.MONEY, required=True, least=Decimal(10_000), most=Decimal(50_000_000)
)
TERM = FormField("term", "期限", FieldKind.NUMBER, required=True, least=Decimal(1), most=Decimal(360), whole=True)
PURPOSE = FormField(
    "purpose",
    "用途",
    FieldKind.CHOICE,
    required=True,
    choices=("经营周转", "装修", "购车", "教育医疗", "偿还借款", "其他"),
)
MARRIAGE = FormField("marriage", "婚姻状况", FieldKind.CHOICE, required=True, choices=("未婚", "已婚", "离异", "丧偶"))
ID_NUMBER = FormField("id_number", "身份证号", FieldKind.ID_NUMBER, required=True)
DEBTS = FormField(
    "debts", "每月还款", FieldKind.MONEY, hint="现有贷款、信用卡、网贷和亲友借款，每月一共要还多少；没有写 0"
)
REGION = FormField("region", "房产所在地", FieldKind.REGION)
SHARE = FormField("share", "持有份额", FieldKind.PERCENT, most=Decimal(1))
ASSETS = FormField("assets", "名下资产", FieldKind.CHOICES, choices=tuple(f"资产第{n}种一二三" for n in range(20)))
NOTE = FormField("note", "补充说明", FieldKind.TEXT)
RATIO = FormField("ratio", "房产抵押率", FieldKind.COMPUTED, formula="1")
TOTAL = FormField("total", "现有全部负债比率", FieldKind.COMPUTED, formula="1")
FORM = Form(
    "loan", "贷款申请", (AMOUNT, TERM, PURPOSE, ID_NUMBER, MARRIAGE, DEBTS, REGION, SHARE, ASSETS, NOTE, RATIO, TOTAL)
)
STAGES = (
    Stage("apply", "进件", StageType.OPEN),
    Stage("first", "初审", StageType.OPEN),
    Stage("won", "贷后", StageType.WON),
    Stage("lost", "未通过", StageType.LOST),
)
FLOW = Flow(
    "standard",
    "标准流程",
    "loan",
    STAGES,
    (
        Start("start", "提交进件", "apply", "first"),
        Approve("first", "初审", "first", "sign", "no", (Who(role="approver"),)),
        Handle("sign", "签约", "first", "yes", (Who(submitter=True),)),
        End("yes", "贷后", "won"),
        End("no", "未通过", "lost"),
    ),
)
PAPERS = (
    Paper(Document("card", "身份证正反面", stage="first"), 2),
    Paper(Document("deed", "房产证", stage="first"), 0),
    Paper(Document("photos", "房屋照片"), 0),
)
VALUES = {
    "amount": 50_000_000,
    "term": "36",
    "purpose": "经营周转",
    "id_number": "11010519491231002X",
    "marriage": "已婚",
    "debts": 0,
    "region": "150221",
    "share": "0.5",
    "assets": ["资产第1种一二三", "资产第2种一二三"],
    "note": "客户在包头做奶制品批发，名下一套商铺一套住宅，想用商铺做抵押周转。" * 3,
}


def application(values: dict[str, object], **more: object) -> ApplicationNow:
    fields = tuple(Filled(each, values.get(each.key)) for each in FORM.fields)
    given: dict[str, object] = {
        "number": 203,
        "lead_id": 1024,
        "owner_id": 3,
        "product": "house",
        "amount_fen": values.get("amount"),
        "term_months": int(str(values["term"])) if "term" in values else None,
        "state": State.DRAFT,
        "stage": "进件",
        "stage_since": NOW - timedelta(hours=3),
        "created_at": NOW - timedelta(days=1),
        "submitted_at": None,
        "ended_at": None,
        "shown": "",
        "form": FORM,
        "flow": FLOW,
        "version": 1,
        "fields": fields,
        "computed": {"ratio": 0.417, "total": 12.5},
        "papers": PAPERS,
        "waiting": (),
        "values": values,
    }
    return ApplicationNow(**(given | more))  # type: ignore[arg-type]


BEGUN = application({"amount": 50_000_000, "term": "36"})
WHOLE = application(VALUES)
RUNNING = application(
    VALUES,
    state=State.RUNNING,
    stage="初审",
    waiting=(Waiting("first", "初审", (1, 2, 3), NOW - timedelta(hours=3), NOW + timedelta(hours=5)),),
)
HARD = application(
    VALUES | {"amount": 4_999_999_999, "term": "360"},
    number=1_234_567,
    lead_id=1_234_567,
    product="business",
    papers=tuple(
        Paper(Document(f"p{n}", f"第{n}份资料一二三四五六七八九十一二三四"[:20], stage="first"), 0) for n in range(20)
    ),
)
COST = Cost(48_500_000, 5_500_000, Decimal("0.00741666"), Decimal("0.089"), Decimal("0.0927"))
PAUSED = Pause("first", "待客户补件", NOW - timedelta(days=3), 1, None, None)
DEAR = replace(RUNNING, cost=replace(COST, simple=Decimal("0.2612")), paused=PAUSED)
BACK = Opinion(
    "初审", Decision.RETURN, 3, None, NOW - timedelta(hours=1), "征信授权书没有签字，请客户补签后再提交。" * 6
)


def seen(
    now: ApplicationNow, customer: str = "刘志强", *, mine: bool = True, back: Opinion | None = None
) -> views.Seen:
    return views.Seen(now, customer, NAMES, back, mine, withdrawable=now.state is State.RUNNING)


def question(of: FormField, now: ApplicationNow = WHOLE, own: str = "") -> Card:
    each = next(one for one in now.fields if one.field.key == of.key)
    return views.question_card(now, each, own, NAMES)


APPLICATION_VIEWS: dict[str, Card] = {
    "application": views.application_card(seen(WHOLE), NOW),
    "application_begun": views.application_card(seen(BEGUN), NOW),
    "application_running": views.application_card(seen(RUNNING), NOW),
    "application_dear_and_paused": views.application_card(seen(DEAR), NOW),
    "application_cheap": views.application_card(seen(replace(WHOLE, cost=COST)), NOW),
    "application_returned_dear": views.application_card(
        seen(replace(HARD, state=State.RETURNED, cost=NoRate(-1, 1)), LONG_NAME, back=BACK), NOW
    ),
    "application_looked_at": views.application_card(seen(RUNNING, "刘**", mine=False), NOW),
    "application_returned": views.application_card(
        seen(replace(HARD, state=State.RETURNED), LONG_NAME, back=BACK), NOW
    ),
    "application_ended": views.application_card(
        seen(replace(WHOLE, state=State.ENDED, stage="未通过", ended_at=NOW - timedelta(days=1))), NOW
    ),
    "application_hard": views.application_card(seen(HARD, LONG_NAME), NOW),
    "app_question": question(TERM, BEGUN),
    "app_question_first": question(AMOUNT),
    "app_question_hint": question(DEBTS),
    "app_question_choice": question(MARRIAGE),
    "app_question_choices": question(ASSETS, HARD),
    "app_question_many": question(PURPOSE, BEGUN),
    "app_question_own": question(ID_NUMBER, BEGUN, "110***********002X"),
    "app_question_text": question(NOTE),
    "app_fields": views.fields_card(HARD, 1, NAMES),
    "app_filled": views.whole_card(WHOLE, 1, "刘志强", NAMES),
    "app_filled_hard": views.whole_card(HARD, 2, LONG_NAME, NAMES),
    "app_drop": views.drop_card(HARD, LONG_NAME),
    "app_papers": paper_views.papers_card(WHOLE),
    "app_papers_hard": paper_views.papers_card(HARD),
    "app_paper": paper_views.paper_card(WHOLE, PAPERS[0]),
    "app_paper_sent": paper_views.paper_card(HARD, HARD.papers[0], Offer(tuple(range(12)))),
    "app_paper_earlier": paper_views.paper_card(HARD, HARD.papers[0], Offer((1, 2), 98_765_432)),
    "app_paper_hard": paper_views.paper_card(HARD, HARD.papers[0]),
}
