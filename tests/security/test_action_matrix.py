"""Who gets what by tapping what: every action class, every kind of person, every kind of card and key.

The table says what a genuine tap on one's own card of now brings. Whatever is not named brings `nothing`. Everything
else that can be wrong with a tap (the card is another's, the key altered, for another firm or app, expired, of an
older picture of the card) brings `nothing` to everybody. Typed commands go through the same policy: the twin of each
action is typed by everybody and must bring the same. A new action without a row fails.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from kit.company import AGENT_ID, CORP_ID, Company, Heard
from security_kit import CAST, MEMBERS, audited, issue, last_entry, let_go, pack, person_id, say, tap
from sqlalchemy import func, select, update

from bot.words import COMMANDS, Command
from cards import texts
from cards.actions import REGISTRY, Action
from cards.board_actions import ShowBoard, ShowDetail
from cards.export_actions import DecideExport, ExportAgain, OpenExport, ShowExport
from cards.follow_task_actions import DoneFollowTask
from cards.lead_actions import (
    AddPhone,
    AnswerComment,
    AskExtension,
    AttachMedia,
    BeginCare,
    ChooseWay,
    ClaimLead,
    ClaimLeads,
    ConfirmHandover,
    DecideExtension,
    DropCare,
    DropHandover,
    LeaveMedia,
    LookAgain,
    OpenList,
    OpenMine,
    ReleaseLead,
    RevealPhone,
    SendMedium,
    SetGrade,
    SetTags,
    ShowCare,
    ShowHandover,
    ShowHandoverItems,
    ShowLead,
    ShowMarks,
    ShowMedia,
    ShowMine,
    ShowPool,
    ShowSegment,
    ShowTags,
    StartApplication,
    TickCare,
    TransferTicked,
    UndoHandover,
    WriteFollowUp,
)
from cards.loan_actions import (
    AskField,
    AskReturn,
    BringReport,
    ChangeField,
    DecideTask,
    DropApplication,
    FillNext,
    FillTask,
    LeaveFilling,
    ListFields,
    ListPapers,
    NudgeApplication,
    OpenLoan,
    PickChoice,
    PickChoices,
    PickPaper,
    ReturnTask,
    ScreenAgain,
    SendPaper,
    ShowApplication,
    ShowBottlenecks,
    ShowFilled,
    ShowLate,
    ShowLoan,
    ShowOwnApplications,
    ShowPlan,
    ShowProgress,
    ShowReportFiles,
    ShowReports,
    ShowScreening,
    ShowTask,
    ShowTaskFields,
    ShowTodo,
    ShowWaiting,
    ShowWay,
    SkipField,
    SubmitApplication,
    TakePaperOff,
    UseOffered,
    WithdrawApplication,
    WriteRepayment,
)
from cards.reminder_actions import DropSnooze, OpenReminder, SaveSettings, Snooze, SnoozeFor, TurnDigest
from core.leads.models import Customer, FollowUp, Lead, Ownership
from core.leads.segments import Segment, to_token
from core.loans.bottlenecks import Pick
from core.loans.bottlenecks import to_token as pick_token
from core.people.policy import Verb
from core.store import dialogs
from jobs.screens import lead_face, mine_face, pool_face

KINDS = ("owner", "peer", "own manager", "approver", "leaver", "stranger")
OFFICERS_HERE = ("owner", "peer", "other team", "own manager", "other manager")


@dataclass(frozen=True, slots=True)
class Row:
    """One action: where its lead is, what it brings to whom, and which words do the same."""

    make: Callable[[int], Action]
    brings: dict[str, str]
    typed: Callable[[int], str] | None
    pooled: bool = False
    phoneless: bool = False  # nobody knows the customer's phone yet
    free: bool = False  # brings the same to each member, touches nobody's data: there is nothing to refuse


def everyone(roles: tuple[str, ...], outcome: str) -> dict[str, str]:
    return dict.fromkeys(roles, outcome)


HANDOVER_ACTIONS: dict[type[Action], Callable[[int], Action]] = {
    TransferTicked: lambda _: TransferTicked(99_999),
    ConfirmHandover: lambda _: ConfirmHandover(99),
    DropHandover: lambda _: DropHandover(99),
    ShowHandover: lambda _: ShowHandover(99, 0),
    ShowHandoverItems: lambda _: ShowHandoverItems(99, 1),
    UndoHandover: lambda _: UndoHandover(99, 1),
}
APPLICATION_ACTIONS: dict[type[Action], Callable[[int], Action]] = {
    ShowApplication: lambda _: ShowApplication(99_999),
    FillNext: lambda _: FillNext(99_999),
    AskField: lambda _: AskField(99_999, "term"),
    PickChoice: lambda _: PickChoice(99_999, "work", 0),
    PickChoices: lambda _: PickChoices(99_999, "work"),
    SkipField: lambda _: SkipField(99_999, "note"),
    ListFields: lambda _: ListFields(99_999, 1),
    ShowFilled: lambda _: ShowFilled(99_999, 1),
    ChangeField: lambda _: ChangeField(99_999, 1),
    LeaveFilling: lambda _: LeaveFilling(99_999),
    SubmitApplication: lambda _: SubmitApplication(99_999),
    WithdrawApplication: lambda _: WithdrawApplication(99_999),
    DropApplication: lambda _: DropApplication(99_999, 1),
    ListPapers: lambda _: ListPapers(99_999),
    PickPaper: lambda _: PickPaper(99_999),
    SendPaper: lambda _: SendPaper(99_999, "deed"),
    TakePaperOff: lambda _: TakePaperOff(99_999, "deed", 1),
    UseOffered: lambda _: UseOffered(99_999, "deed", "0a1b2c3d"),
}
REMINDER_ACTIONS: dict[type[Action], Callable[[int], Action]] = {
    Snooze: lambda _: Snooze(),
    SnoozeFor: lambda _: SnoozeFor("1h"),
    DropSnooze: lambda _: DropSnooze(),
    OpenReminder: lambda _: OpenReminder(1),
    TurnDigest: lambda _: TurnDigest(1),
    SaveSettings: lambda _: SaveSettings("0" * 12),
}
REPAYMENT_ACTIONS: dict[type[Action], Callable[[int], Action]] = {
    ShowLoan: lambda _: ShowLoan(99_999),
    OpenLoan: lambda _: OpenLoan(99_999),
    ShowPlan: lambda _: ShowPlan(99_999, 1),
    WriteRepayment: lambda _: WriteRepayment(99_999),
}
TASK_ACTIONS: dict[type[Action], Callable[[int], Action]] = {
    ShowTask: lambda _: ShowTask(99),
    ShowTaskFields: lambda _: ShowTaskFields(99, 1),
    FillTask: lambda _: FillTask(99),
    DecideTask: lambda _: DecideTask(99, "agree", "0" * 16),
    AskReturn: lambda _: AskReturn(99),
    ReturnTask: lambda _: ReturnTask(99, "start"),
    NudgeApplication: lambda _: NudgeApplication(99),
}
_AS_NOW = {"owner": "in full", "own manager": "masked", "approver": "masked"}
MATRIX: dict[type[Action], Row] = {
    ClaimLeads: Row(
        lambda _: ClaimLeads("hohhot"), everyone(OFFICERS_HERE, "claimed"), lambda lead: f"领取 L{lead}", pooled=True
    ),
    ClaimLead: Row(ClaimLead, everyone(OFFICERS_HERE, "claimed"), lambda lead: f"领取 L{lead}", pooled=True),
    WriteFollowUp: Row(WriteFollowUp, {"owner": "asked"}, lambda lead: f"跟进 L{lead}"),
    AddPhone: Row(AddPhone, {"owner": "asked", "own manager": "asked"}, lambda lead: f"补手机 L{lead}", phoneless=True),
    ChooseWay: Row(lambda lead: ChooseWay(lead, "phone"), {"owner": "asked"}, None),
    AnswerComment: Row(  # nobody has said anything: the card is brought up to date
        lambda _: AnswerComment(1),
        everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
        None,
    ),
    AttachMedia: Row(AttachMedia, {"owner": "in full"}, None),  # nothing waits for a lead: it is brought up to date
    LeaveMedia: Row(  # the same
        lambda _: LeaveMedia(),
        everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
        None,
    ),
    ShowMedia: Row(  # nothing is kept with it: the same
        lambda lead: ShowMedia(lead, 1), {"owner": "in full", "own manager": "masked", "approver": "masked"}, None
    ),
    SendMedium: Row(  # nothing is kept under this number: the same
        lambda _: SendMedium(1),
        everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
        None,
    ),
    ReleaseLead: Row(ReleaseLead, {"owner": "asked", "own manager": "asked"}, lambda lead: f"释放 L{lead}"),
    StartApplication: Row(StartApplication, {"owner": "asked", "own manager": "asked"}, lambda lead: f"进件 L{lead}"),
    ShowLead: Row(
        ShowLead,
        {"owner": "in full", "own manager": "masked", "approver": "masked"},
        lambda lead: f"客户 L{lead}",
    ),
    AskExtension: Row(AskExtension, {"owner": "in full"}, None),  # no rule lets it fall: the card is brought up to date
    DecideExtension: Row(  # nobody has asked for anything: the same
        lambda _: DecideExtension(1, 1),
        everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
        None,
    ),
    # Nobody, and no hand-over, has this number: the card is brought up to date. Else: test_handover_rights.py.
    **{
        kind: Row(
            make,
            everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
            None,
        )
        for kind, make in HANDOVER_ACTIONS.items()
    },
    # Nobody has a task of this number, nor an application: the same. Else: test_task_rights.py.
    **{
        kind: Row(
            make,
            everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
            None,
        )
        for kind, make in (TASK_ACTIONS | REPAYMENT_ACTIONS).items()
    },
    ShowTodo: Row(lambda _: ShowTodo(1), everyone(tuple(MEMBERS), "nothing"), lambda _: "待办", free=True),
    RevealPhone: Row(
        RevealPhone,
        {"owner": "in full", "own manager": "phone", "approver": "phone"},
        lambda lead: f"电话 L{lead}",
    ),
    ShowPool: Row(
        lambda _: ShowPool("hohhot", 1), everyone(OFFICERS_HERE, "page"), lambda _: "公海 hohhot", pooled=True
    ),
    LookAgain: Row(LookAgain, {"owner": "in full", "own manager": "masked", "approver": "masked"}, None),
    ShowMarks: Row(ShowMarks, {"owner": "in full", "own manager": "name"}, lambda lead: f"等级 L{lead}"),
    ShowTags: Row(ShowTags, {"owner": "in full", "own manager": "name"}, lambda lead: f"标签 L{lead}"),
    SetGrade: Row(
        lambda lead: SetGrade(lead, "A"), {"owner": "marked", "own manager": "marked"}, lambda lead: f"等级 L{lead} A"
    ),
    SetTags: Row(lambda lead: SetTags(lead, "0" * 12), {"owner": "in full", "own manager": "masked"}, None),  # too old
    ShowSegment: Row(
        lambda _: ShowSegment(to_token(Segment(least_fen=100)), 1), {"owner": "in full"}, lambda _: "我的客户 1元以上"
    ),
    # Of a care that is not there: the tapped card, which shows the lead, is brought up to date for who may see it.
    BeginCare: Row(lambda _: BeginCare(1), _AS_NOW, None, free=True),
    DropCare: Row(lambda _: DropCare(1), _AS_NOW, None, free=True),
    ShowCare: Row(lambda _: ShowCare(1), _AS_NOW, None, free=True),
    TickCare: Row(lambda _: TickCare(1), _AS_NOW, None, free=True),
    DoneFollowTask: Row(lambda _: DoneFollowTask(1), _AS_NOW, None, free=True),
    # The card of a lead reminds of nothing, and is none of several: the same. Else: test_manners_in_chat.py.
    **{kind: Row(make, _AS_NOW, None, free=True) for kind, make in REMINDER_ACTIONS.items()},
    ShowMine: Row(lambda _: ShowMine(1), {"owner": "in full"}, lambda _: "我的客户"),
    OpenList: Row(lambda _: OpenList("new"), {"owner": "in full"}, None),
    OpenMine: Row(lambda _: OpenMine(), {"owner": "in full"}, lambda _: "我的客户"),
    # There is no application of this number: the tapped card, which shows the lead, is brought up to date for who may
    # see it. Whose an application is: test_applying.py.
    **{kind: Row(make, _AS_NOW, None) for kind, make in APPLICATION_ACTIONS.items()},
    # No application has this number: the card is brought up to date. Else: test_progress_in_chat.py.
    ShowScreening: Row(lambda _: ShowScreening(99, 1), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    ScreenAgain: Row(lambda _: ScreenAgain(99), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    ShowReports: Row(lambda _: ShowReports(99), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    ShowReportFiles: Row(lambda _: ShowReportFiles(99, "x"), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    BringReport: Row(lambda _: BringReport(99, "credit"), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    ShowProgress: Row(lambda _: ShowProgress(99), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    ShowWay: Row(lambda _: ShowWay(99, 1), everyone(tuple(MEMBERS), "nothing") | _AS_NOW, None),
    # Each sees what is his, and none is there.
    ShowOwnApplications: Row(lambda _: ShowOwnApplications(1), everyone(tuple(MEMBERS), "nothing"), None),
    ShowBottlenecks: Row(lambda _: ShowBottlenecks(pick_token(Pick())), everyone(tuple(MEMBERS), "nothing"), None),
    ShowLate: Row(lambda _: ShowLate(1), everyone(tuple(MEMBERS), "nothing"), None),
    # No board has this number. Whose a board is: test_boards_in_chat.py.
    ShowBoard: Row(lambda _: ShowBoard(99_999, "before"), everyone(tuple(MEMBERS), "nothing"), None),
    ShowDetail: Row(lambda _: ShowDetail(99_999, 1, 1), everyone(tuple(MEMBERS), "nothing"), None),
    # No export has this number. Whose one is, and who may decide: test_exporting.py.
    DecideExport: Row(  # the card is brought up to date
        lambda _: DecideExport(99_999, 1),
        everyone(tuple(MEMBERS), "nothing") | {"owner": "in full", "own manager": "masked", "approver": "masked"},
        None,
    ),
    ShowExport: Row(lambda _: ShowExport(99_999), everyone(tuple(MEMBERS), "nothing"), None),
    ExportAgain: Row(lambda _: ExportAgain(99_999), everyone(tuple(MEMBERS), "nothing"), None),
    OpenExport: Row(lambda _: OpenExport(99_999), everyone(tuple(MEMBERS), "nothing"), None),
    ShowWaiting: Row(lambda _: ShowWaiting(pick_token(Pick()), 1, 1), everyone(tuple(MEMBERS), "nothing"), None),
}
_PHONES = iter(range(10_000_000, 99_999_999))
NAME = "刘志强"


@dataclass(slots=True)
class Try:
    """One person's one try, on a lead of its own."""

    company: Company
    role: str
    row: Row
    lead: int
    phone: str

    @property
    def userid(self) -> str:
        return CAST[self.role]

    def card_of(self, role: str) -> str:
        """A card that shows the lead, in the hands of `role`; a stranger gets one of nobody's."""
        owner = person_id(self.company, CAST[role]) or 0
        face = {ClaimLeads: pool_face("hohhot"), ShowPool: pool_face("hohhot"), ShowMine: mine_face()}
        return issue(self.company, owner, face.get(type(self.row.make(1)), lead_face(self.lead)))

    def tap(self, token: str, card_id: str) -> str:
        ticked = [f"L{self.lead}"] if self.row.make(1).name == "claim" else []
        return self._came(tap(self.company, self.userid, token, card_id, ticked))

    def say(self, text: str) -> str:
        return self._came(say(self.company, self.userid, text))

    def _came(self, heard: Heard) -> str:
        """What it brought; `leak` if something was shown or changed that the outcome does not give."""
        shown = "\n".join([*heard.texts, *(card.whole for card in heard.cards)])
        full, masked = self.phone in shown, f"{self.phone[:3]}****{self.phone[7:]}" in shown
        outcome = self._outcome(heard, shown, full=full, masked=masked)
        own = self.role == "owner"
        may_show = {"in full": True, "phone": True, "claimed": True, "asked": own, "marked": own}.get(outcome, False)
        return outcome if may_show or not (full or NAME in shown) else f"{outcome}, but a leak"

    def _outcome(self, heard: Heard, shown: str, *, full: bool, masked: bool) -> str:
        me = person_id(self.company, self.userid)
        with self.company.runtime.store.read() as session:
            owner = session.scalar(select(Lead.owner_id).where(Lead.id == self.lead))
            owners = session.scalar(select(func.count()).where(Ownership.lead_id == self.lead))
            written = session.scalar(select(func.count()).where(FollowUp.lead_id == self.lead))
            asked = session.scalar(select(func.count()).where(dialogs.DialogRow.person_id == me))
        if owners != 1:
            return "claimed" if owner == me and self.row.pooled else f"moved to {owner}"
        if written:
            return "written"
        if asked:
            return "asked"
        if any(card.title.startswith("呼和浩特池") for card in heard.cards):
            return "page"
        if "已定为" in shown:
            return "marked"
        if not masked and not full and any("刘**" in card.whole for card in heard.cards):
            return "name"
        return "in full" if NAME in shown else "phone" if full else "masked" if masked else "nothing"


@pytest.fixture
def cast(company: Company) -> Company:
    """The company, without its leaver, and without a limit to what one may hold: each try is on a lead of its own."""
    let_go(company, CAST["leaver"])
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, pools=replace(now.pools, holding=())))
    return company


def roles_on(company: Company) -> list[str]:
    """Everybody on SQLite; on PostgreSQL one of each kind, for who may do what is decided above the database."""
    return list(CAST) if company.runtime.store.database.dialect == "sqlite" else list(KINDS)


def tries(company: Company, row: Row, roles: list[str]) -> Iterator[Try]:
    """One try for each role, each on a fresh lead, a minute apart, with no question open."""
    for role in roles:
        phone = f"139{next(_PHONES)}"
        lead = company.lead(NAME, phone, by="wuyun" if row.pooled else CAST["owner"])
        if row.phoneless:
            forget_phone(company, lead)
        yield Try(company, role, row, lead, phone)
        me = person_id(company, CAST[role])
        with company.runtime.store.database.write() as session:
            dialogs.end(session, me or 0, "wecom")
        company.clock.go(minutes=2)


def forget_phone(company: Company, lead_id: int) -> None:
    """As of a customer who came out of a messenger."""
    whose = select(Lead.customer_id).where(Lead.id == lead_id).scalar_subquery()
    with company.runtime.store.database.write() as session:
        session.execute(update(Customer).where(Customer.id == whose).values(phone=None, phone_index=None))


def expected(row: Row, roles: list[str]) -> dict[str, str]:
    return {role: row.brings.get(role, "nothing") for role in roles}


def test_every_action_has_its_row() -> None:
    assert set(MATRIX) == set(REGISTRY.values())


OF_ONES_OWN = (
    *(ShowMine, OpenMine, OpenList, ShowSegment, BeginCare, DropCare, ShowCare, TickCare, DoneFollowTask),
    *REMINDER_ACTIONS,
)


@pytest.mark.parametrize("kind", MATRIX, ids=lambda kind: kind.__name__)
def test_a_genuine_tap_on_ones_own_card(cast: Company, kind: type[Action]) -> None:
    """It brings what the table says, and a refusal is audited as denied."""
    row, roles, came, unaudited = MATRIX[kind], roles_on(cast), {}, []
    for one in tries(cast, row, roles):
        card, before = one.card_of(one.role), last_entry(cast)
        came[one.role] = one.tap(pack(cast, row.make(one.lead), card), card)
        refused = one.role in MEMBERS and one.role not in row.brings and kind not in OF_ONES_OWN
        if refused and not any(action.endswith(":denied") for action in _done(cast, one, before)):
            unaudited.append(one.role)
    assert _without_views(kind, came, row.brings) == expected(row, roles)
    assert unaudited == []


def _done(company: Company, one: Try, before: int) -> list[str]:
    return audited(company, person_id(company, one.userid), before)


FORGED = ("altered", "another firm's", "another app's")
LATE = ("expired", "of an older picture")
WRONG = ("another's card", *FORGED, *LATE, "a forgotten card")


@pytest.mark.parametrize("wrong", WRONG)
def test_a_tap_with_something_wrong(cast: Company, wrong: str) -> None:
    """With each action on SQLite by whom it would bring something; with some by everybody, and on PostgreSQL with these
    alone, for what refuses it is the same for all."""
    on_sqlite = cast.runtime.store.database.dialect == "sqlite"
    for number, kind in enumerate(MATRIX):
        if number % 6 == 0:
            _try_wrong(cast, kind, wrong, list(KINDS))
        elif on_sqlite:
            _try_wrong(cast, kind, wrong, ["owner"])


def _try_wrong(company: Company, kind: type[Action], wrong: str, roles: list[str]) -> None:
    row, came, logs = MATRIX[kind], {}, {}
    for one in tries(company, row, roles):
        card = one.card_of("other team" if wrong == "another's card" else one.role)
        token, card = _spoilt(company, one, wrong, card)
        before = last_entry(company)
        came[one.role] = one.tap(token, card)
        logs[one.role] = _done(company, one, before)
    came = _without_views(kind, came, {}) if wrong in LATE else came
    assert came == dict.fromkeys(roles, "nothing"), kind
    mark = ["tap:foreign"] if wrong == "another's card" else ["tap:forged"] if wrong in FORGED else []
    if kind is ShowTask and wrong == "of an older picture":  # it may be looked at from there, by whose it is
        mark = ["loan:denied"]
    assert logs == {role: mark if role in MEMBERS else [] for role in roles}, kind


def _without_views(kind: type[Action], came: dict[str, str], brings: dict[str, str]) -> dict[str, str]:
    """A refused tap may be answered with the card as it is now, as far as he may see it now: that is nothing."""
    views = _views(kind)
    return {
        role: "nothing" if role not in brings and outcome == views.get(role) else outcome
        for role, outcome in came.items()
    }


def _views(kind: type[Action]) -> dict[str, str]:
    """What a person may see on the card under the tapped button."""
    if kind is ClaimLead:  # on the card of a lead that waits in the pool
        return everyone((*OFFICERS_HERE, "approver"), "masked")
    seen = MATRIX[{ClaimLeads: ShowPool, ShowPool: ShowPool, ShowMine: ShowMine}.get(kind, ShowLead)].brings
    if MATRIX[kind].phoneless:  # the name is all there is to be masked
        return {role: "name" if outcome == "masked" else outcome for role, outcome in seen.items()}
    return seen


def _spoilt(company: Company, one: Try, wrong: str, card: str) -> tuple[str, str]:
    act = one.row.make(one.lead)
    good = pack(company, act, card)
    match wrong:
        case "altered":
            parts = good.split("~")
            parts[-2] = f"{parts[-2]}1"
            return "~".join(parts), card
        case "another firm's":
            return pack(company, act, card, audience=f"wecom:wwother:{AGENT_ID}"), card
        case "another app's":
            return pack(company, act, card, audience=f"wecom:{CORP_ID}:1000003"), card
        case "expired":
            return pack(company, act, card, life=-timedelta(seconds=1)), card
        case "of an older picture":
            return pack(company, act, card, revision=0), card
        case "a forgotten card":
            return pack(company, act, "aaaaaaaaaaaaaaaa"), "aaaaaaaaaaaaaaaa"
    return good, card


def test_a_key_of_one_card_on_another_card_is_forged(cast: Company) -> None:
    """The platform says which card was tapped; a key that was made for another one did not hang there."""
    for one in tries(cast, MATRIX[WriteFollowUp], ["owner"]):
        mine, other = one.card_of("owner"), one.card_of("owner")
        assert one.tap(pack(cast, WriteFollowUp(one.lead), mine), other) == "nothing"
        assert "tap:forged" in audited(cast, person_id(cast, one.userid))


def test_a_tap_replayed_after_the_card_changed_does_nothing_again(cast: Company) -> None:
    for one in tries(cast, MATRIX[ClaimLead], ["owner"]):
        card = one.card_of("owner")
        token = pack(cast, ClaimLead(one.lead), card)
        assert one.tap(token, card) == "claimed"
        heard = say(cast, CAST["owner"], f"释放 L{one.lead} 联系不上")
        assert "已释放" in heard.text
        cast.clock.go(seconds=1)
        again = tap(cast, CAST["owner"], token, card)
        assert texts.STALE_CARD in again.text
        assert cast.owner(one.lead) is None


@pytest.mark.parametrize("kind", [kind for kind, row in MATRIX.items() if row.typed], ids=lambda kind: kind.__name__)
def test_the_typed_twin_brings_the_same(cast: Company, kind: type[Action]) -> None:
    row, roles, came = MATRIX[kind], roles_on(cast), {}
    assert row.typed is not None
    for one in tries(cast, row, roles):
        came[one.role] = one.say(row.typed(one.lead))
    assert came == expected(row, roles)


EVERYBODY = frozenset(MEMBERS)
OFFICERS = frozenset({*OFFICERS_HERE, "other city"})
MANAGERS = frozenset({"own manager", "other manager"})
TYPED: dict[str, frozenset[str]] = {
    "公海": OFFICERS,
    "领取": OFFICERS,
    "录入": OFFICERS,
    "查重": OFFICERS | {"approver"},
    "早报": OFFICERS,
    "我的客户": OFFICERS,
    "部门客户": OFFICERS,
    "关怀": OFFICERS,
    "关怀任务": OFFICERS,
    "关怀进度": OFFICERS,
    "客户": OFFICERS | {"approver"},
    "电话": OFFICERS | {"approver"},
    "跟进": OFFICERS,
    "补手机": OFFICERS,
    "评论": OFFICERS | {"approver"},
    "附件": OFFICERS | {"approver"},
    "存到": OFFICERS,
    "释放": OFFICERS,
    "延期": OFFICERS,
    "保护": OFFICERS,
    "取消保护": OFFICERS,
    "转移": OFFICERS,
    "取消查看": OFFICERS,
    "等级": OFFICERS,
    "标签": OFFICERS,
    "合并客户": MANAGERS,
    "撤销合并": MANAGERS,
    "为什么分给我": OFFICERS,
    "分配队列": OFFICERS,
    "离职交接": MANAGERS,
    "撤销交接": MANAGERS,
    "交接结果": MANAGERS,
    "进件": OFFICERS,
    "提交": OFFICERS,
    "修改": EVERYBODY,
    "补材料": OFFICERS,
    "撤回": OFFICERS,
    "放弃进件": OFFICERS,
    **dict.fromkeys(
        ("待办", "同意", "放款", "驳回", "退回", "转交", "委派", "加签", "后加签", "减签", "取回", "抄送"), EVERYBODY
    ),
    "催办": OFFICERS,
    "代理": EVERYBODY,
    "取消代理": EVERYBODY,
    "进度": EVERYBODY,
    "瓶颈": EVERYBODY,
    "预审": EVERYBODY,
    "重新评估": EVERYBODY,
    "报告": EVERYBODY,
    "补报告": OFFICERS,
    "撤回授权": OFFICERS,
    "暂停": EVERYBODY,
    "继续": EVERYBODY,
    "收到": OFFICERS,
    "还款计划": EVERYBODY,
    **dict.fromkeys(("还款", "结清", "取消还款", "延期还款", "逾期"), OFFICERS | {"finance"}),
    **dict.fromkeys(("日报", "周报", "月报", "排行", "看板", "漏斗", "渠道", "走势", "明细"), OFFICERS | {"finance"}),
    "导出": EVERYBODY,
    "稍后提醒": EVERYBODY,
    "设置": EVERYBODY,
    "帮助": EVERYBODY,
    "取消": EVERYBODY,
}


DECIDING = {
    *("同意", "放款", "驳回", "退回", "转交", "委派", "加签", "后加签", "减签", "取回", "抄送"),
    *("取消代理", "催办"),
}
REPORTS = ("报告", "补报告", "撤回授权")
# No pool is run by any of them, and they have nothing to decide: they may ask, and 帮助 does not offer it.
OF_USE_TO_NOBODY = {"分配队列", "提交", "修改", "补材料", "撤回", "放弃进件", "预审", "重新评估", *REPORTS, *DECIDING}


def test_every_command_has_its_row() -> None:
    assert set(TYPED) == {command.word for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_who_may_type_what(cast: Company, command: Command) -> None:
    """By the table, by what is answered, and by what the audit log says of a refusal."""
    for role in (role for role in roles_on(cast) if role in MEMBERS):
        before = last_entry(cast)
        refused = say(cast, CAST[role], command.example).text == texts.not_allowed(Verb(command.verb))
        assert refused == (role not in TYPED[command.word]), role
        assert (f"{command.verb}:denied" in audited(cast, person_id(cast, CAST[role]), before)) == refused, role
        cast.clock.go(minutes=2)
    for role in ("leaver", "stranger"):
        assert say(cast, CAST[role], command.example).messages == ()


def test_help_shows_what_one_may_type(cast: Company) -> None:
    for role in MEMBERS:
        shown = say(cast, CAST[role], "帮助").text
        in_short = [line.partition("（")[0] for line in shown.split("\n") if "（回复 帮助" in line]
        named = {word for line in in_short for word in line.split("、")}
        usable = {word for word, roles in TYPED.items() if role in roles} - OF_USE_TO_NOBODY
        offered = {command.word for command in COMMANDS if command.form in shown or command.word in named}
        assert offered == usable, role


def test_rights_of_now_count_not_those_of_when_the_card_was_made(cast: Company) -> None:
    for one in tries(cast, MATRIX[ReleaseLead], ["owner"]):
        card = one.card_of("owner")
        token = pack(cast, ReleaseLead(one.lead), card)
        let_go(cast, CAST["owner"])
        assert one.tap(token, card) == "nothing"
        assert cast.owner(one.lead) == person_id(cast, CAST["owner"])
