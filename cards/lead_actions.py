"""The buttons about leads, customers and colleagues. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("claim")
@dataclass(frozen=True, slots=True)
class ClaimLeads(Action):
    """领取: claim the ticked leads of the pool card of `pool`."""

    pool: str


@action("claim1")
@dataclass(frozen=True, slots=True)
class ClaimLead(Action):
    """领取: claim one lead."""

    lead: int


@action("follow")
@dataclass(frozen=True, slots=True)
class WriteFollowUp(Action):
    """写跟进: the person's next plain message becomes a follow-up of `lead`."""

    lead: int


@action("way")
@dataclass(frozen=True, slots=True)
class ChooseWay(Action):
    """电话, 微信, 面谈 …: by what the contact was made that is about to be written down for `lead`, or just was."""

    lead: int
    way: str


@action("attach")
@dataclass(frozen=True, slots=True)
class AttachMedia(Action):
    """A lead on the card that asks where pictures and files belong: they go to `lead`."""

    lead: int


@action("unsent")
@dataclass(frozen=True, slots=True)
class LeaveMedia(Action):
    """不用保存 on the same card: they are forgotten."""


@action("media")
@dataclass(frozen=True, slots=True)
class ShowMedia(Action):
    """更早的: page `page` (from 1) of what is kept with `lead`."""

    lead: int
    page: int


@action("medium")
@dataclass(frozen=True, slots=True)
class SendMedium(Action):
    """看: send what is kept under the number `medium`."""

    medium: int


@action("answer")
@dataclass(frozen=True, slots=True)
class AnswerComment(Action):
    """回复: the person's next plain message is a comment to who wrote `comment`."""

    comment: int


@action("release")
@dataclass(frozen=True, slots=True)
class ReleaseLead(Action):
    """释放: hand `lead` back to its pool; the reason is asked for by a message."""

    lead: int


@action("apply")
@dataclass(frozen=True, slots=True)
class StartApplication(Action):
    """进件: start a loan application from `lead`."""

    lead: int


@action("lead")
@dataclass(frozen=True, slots=True)
class ShowLead(Action):
    """详情: show the 360 card of `lead`."""

    lead: int


@action("extend")
@dataclass(frozen=True, slots=True)
class AskExtension(Action):
    """申请延期: the superior is asked for more time for `lead`."""

    lead: int


@action("extended")
@dataclass(frozen=True, slots=True)
class DecideExtension(Action):
    """同意 (`grant` 1) or 不同意 (0) to the question `number` for more time."""

    number: int
    grant: int


@action("phone")
@dataclass(frozen=True, slots=True)
class RevealPhone(Action):
    """看电话: show the full phone number of `lead`, counted."""

    lead: int


@action("addphone")
@dataclass(frozen=True, slots=True)
class AddPhone(Action):
    """补手机号: the person's next plain message is the phone of the customer of `lead`."""

    lead: int


@action("look")
@dataclass(frozen=True, slots=True)
class LookAgain(Action):
    """刷新: bring the card of `lead` up to date, and say who has it and why nothing else can be done."""

    lead: int


@action("pool")
@dataclass(frozen=True, slots=True)
class ShowPool(Action):
    """下一页: show page `page` (from 1) of the pool card of `pool`."""

    pool: str
    page: int


@action("mine")
@dataclass(frozen=True, slots=True)
class ShowMine(Action):
    """我的客户: show page `page` (from 1) of the person's own leads."""

    page: int


@action("own")
@dataclass(frozen=True, slots=True)
class OpenMine(Action):
    """我的客户 on news that has to stay: the person's own leads on a card of their own."""


@action("give")
@dataclass(frozen=True, slots=True)
class TransferTicked(Action):
    """转移: give the ticked leads to the colleague `to`."""

    to: int


@action("ho_yes")
@dataclass(frozen=True, slots=True)
class ConfirmHandover(Action):
    """确认交接: begin the hand-over `number`."""

    number: int


@action("ho_no")
@dataclass(frozen=True, slots=True)
class DropHandover(Action):
    """不交接: the hand-over `number` is not done."""

    number: int


@action("ho")
@dataclass(frozen=True, slots=True)
class ShowHandover(Action):
    """刷新: how the hand-over `number` stands; with `ask` 1 the question how to take it back."""

    number: int
    ask: int


@action("ho_items")
@dataclass(frozen=True, slots=True)
class ShowHandoverItems(Action):
    """明细: page `page` (from 1) of what became of each record of the hand-over `number`."""

    number: int
    page: int


@action("ho_undo")
@dataclass(frozen=True, slots=True)
class UndoHandover(Action):
    """退回: take back the hand-over `number`; with `restore` 1 the leaver works here again."""

    number: int
    restore: int


@action("list")
@dataclass(frozen=True, slots=True)
class OpenList(Action):
    """即将收回, 新线索 on the morning's card: the list of this name, on a card of its own."""

    which: str


@action("marks")
@dataclass(frozen=True, slots=True)
class ShowMarks(Action):
    """等级标签: grade and tags of `lead`, how they came about, and a button for each grade."""

    lead: int


@action("grade")
@dataclass(frozen=True, slots=True)
class SetGrade(Action):
    """等级: `lead` has this grade; empty: none."""

    lead: int
    grade: str


@action("tags")
@dataclass(frozen=True, slots=True)
class ShowTags(Action):
    """标签: a card with a box for each tag that `lead` may have."""

    lead: int


@action("tag")
@dataclass(frozen=True, slots=True)
class SetTags(Action):
    """保存: `lead` has of the tags on the card those that are ticked. `seen` is the picture that the card showed: if
    it is another by now, nothing is done."""

    lead: int
    seen: str


@action("segment")
@dataclass(frozen=True, slots=True)
class ShowSegment(Action):
    """Page `page` (from 1) of a segment: `packed` is what it asks for, as `core.leads.segments.to_token` writes it."""

    packed: str
    page: int


@action("care")
@dataclass(frozen=True, slots=True)
class BeginCare(Action):
    """确认: the care `number`, a draft so far, begins."""

    number: int


@action("nocare")
@dataclass(frozen=True, slots=True)
class DropCare(Action):
    """不发了: the draft `number` is not wanted any more."""

    number: int


@action("caring")
@dataclass(frozen=True, slots=True)
class ShowCare(Action):
    """刷新: how far the care `number` has come."""

    number: int


@action("cared")
@dataclass(frozen=True, slots=True)
class TickCare(Action):
    """已联系: the ticked leads of the care `number` were contacted; each gets a follow-up."""

    number: int
