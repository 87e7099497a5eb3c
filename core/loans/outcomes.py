"""What the verbs on applications answer. One sentence each in `cards/texts`: `applying.py`, `approving.py`, and of
papers `papers.py`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from core.leads.outcomes import Refused
from core.loans.flows import Copy, Decision, Manned
from core.loans.forms import Document, WrongValue
from core.loans.models import State, TaskKind
from core.loans.report_now import ReportNow
from core.risk.consent import Authorised


@dataclass(frozen=True, slots=True)
class NoFlow:
    """The company has no flow for this product."""

    product: str | None


@dataclass(frozen=True, slots=True)
class WhichProduct:
    """The lead says no product, and nobody else did."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class AlreadyLive:
    """The lead has an application that is under way."""

    application_id: int
    lead_id: int
    state: State


@dataclass(frozen=True, slots=True)
class Started:
    """A draft is there; `wrong` are the values given that do not go into their fields, and were not taken. So many
    answers (`taken_over`) are those of the application `earlier`."""

    application_id: int
    lead_id: int
    wrong: tuple[WrongValue, ...] = ()
    earlier: int | None = None
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """The value stands there, or is not fit to (`wrong`)."""

    application_id: int
    key: str
    wrong: WrongValue | None = None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """It cannot be handed in yet: these fields, these papers; for these nodes its submitter has to name who has them;
    and these reports cannot be had as it is."""

    application_id: int
    fields: tuple[WrongValue, ...]
    documents: tuple[Document, ...]
    unchosen: tuple[Manned | Copy, ...] = ()
    reports: tuple[ReportNow, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The submitter has named who has the node of this name."""

    application_id: int
    node: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CannotChoose:
    """The colleague cannot have the node of this name: he has left (`left`), is the submitter (`submitter`), or does
    not decide on money (`no_post`)."""

    application_id: int
    node: str
    person_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """It is handed in; `waiting_for` are the people who have it now. It waits for these reports before it goes on, or
    for papers (`held`), or has `ended`, by what the risk rules say."""

    application_id: int
    waiting_for: tuple[int, ...]
    stage: str
    awaits: tuple[ReportNow, ...] = ()
    held: tuple[Document, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class NoSuchApplication:
    """There is none of this number, or none that may be known of."""

    application_id: int


@dataclass(frozen=True, slots=True)
class LeadOver:
    """Its lead is closed, by a merge of customers: the other lead goes on."""

    application_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class LeadInPool:
    """Its lead waits in a pool: it is handed in by who takes that."""

    application_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class NoSuchTask:
    """There is none of this number, or none that may be known of."""

    task_id: int


@dataclass(frozen=True, slots=True)
class NotNow:
    """It cannot be done to an application that stands as this one does."""

    application_id: int
    state: State


@dataclass(frozen=True, slots=True)
class NotYourTask:
    """It is somebody else's."""

    task_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class OfficersTask:
    """Nothing is decided by it: its officer is to change what came back (`amends`), or to send papers."""

    task_id: int
    application_id: int
    amends: bool


@dataclass(frozen=True, slots=True)
class TaskOver:
    """Nobody can act on it any more: it was decided, or what made it needless was (by whom, when), or `withdrawn_by`
    took the application back, or it is not needed. `back`: who decided can take it back still; `now`: another task of
    its holder's at the same application waits for him; `kind`: of which the task was that was decided."""

    task_id: int
    by_id: int | None
    decision: Decision | None
    at: datetime | None
    kind: TaskKind = TaskKind.DECIDE
    back: bool = False
    now: int | None = None
    withdrawn_by: int | None = None


@dataclass(frozen=True, slots=True)
class NotYourTurn:
    """Others come first."""

    task_id: int
    waits_for: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """What was shown is not what it is now: the current card is to be looked at first."""

    task_id: int


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The flow does not let this be done here."""

    task_id: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class NeedsReason:
    """It has to be said why."""

    task_id: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class NeedsFields:
    """What is filled in here is missing or does not fit."""

    task_id: int
    fields: tuple[WrongValue, ...]


@dataclass(frozen=True, slots=True)
class CannotAct:
    """The person it was to go to cannot have it: he has left; is who gives it; has it, or has voted there, already;
    made the application that is decided; or his post has no tasks (`no_tasks`), or not this one (`no_post`)."""

    task_id: int
    person_id: int
    why: Literal["left", "self", "has_it", "voted", "submitter", "no_tasks", "no_post"]


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """The application is his own, or he handed it in, and it is decided by the task of `person_id`, or money hangs on
    that: his own task too, or he stands in for him."""

    task_id: int
    application_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class PaidAlready:
    """Money was paid out for it: it is refused no more, for it would count as not lent."""

    task_id: int
    application_id: int


@dataclass(frozen=True, slots=True)
class AlreadyVoted:
    """He has decided there already, and each has one vote: the task is that of `person_id`."""

    task_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class NoPost:
    """Money hangs on it, and he has (by now) none of the posts for it: `roles`. `against`: he might decide it, but not
    agree to what the risk rules suggest to refuse."""

    task_id: int
    roles: tuple[str, ...]
    against: bool = False


@dataclass(frozen=True, slots=True)
class NoReturnThere:
    """It was never at that node, or is beside it."""

    task_id: int
    node: str


@dataclass(frozen=True, slots=True)
class TooLateToTakeBack:
    """Somebody has acted since; `here`: at this very step, which he returned or refused; `back`: its submitter has it
    again, as it was returned to him, or he withdrew it."""

    application_id: int
    by_id: int | None
    here: Decision | None = None
    back: Literal["", "returned", "withdrawn"] = ""


@dataclass(frozen=True, slots=True)
class NudgedAlready:
    """It was asked to hurry at `at`; again from `frees_at` on."""

    application_id: int
    at: datetime
    frees_at: datetime


@dataclass(frozen=True, slots=True)
class NobodyToNudge:
    """Nobody here has it: it waits for something outside, or for who asks himself."""

    application_id: int


@dataclass(frozen=True, slots=True)
class PaidNow:
    """What was recorded as paid out: how much, on which day."""

    fen: int
    on: date


@dataclass(frozen=True, slots=True)
class Decided:
    """Done. `to_ids` are the people it went to by it (transfer, signers, copies), `node` the node it was returned to;
    `waiting_for` who has the application now; `ended`: it has come to its end; `paid`: what was recorded as paid out;
    `lacking`: the papers for which it is held; `overrode`: the risk rules suggest to refuse it."""

    task_id: int
    application_id: int
    decision: Decision
    for_id: int | None = None
    to_ids: tuple[int, ...] = ()
    node: str = ""
    waiting_for: tuple[int, ...] = ()
    stage: str = ""
    ended: bool = False
    paid: PaidNow | None = None
    lacking: tuple[Document, ...] = ()
    overrode: bool = False


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A field of a task's node is filled in, or corrected, and nothing decided by it. `corrects`: of what was paid out
    already; `planned_fen` is then what the repayment plan was made for, if that is another sum."""

    task_id: int
    application_id: int
    corrects: bool = False
    planned_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It is a draft again. `asked`: others had it to decide or handle; `void`: what was agreed to counts no more."""

    application_id: int
    asked: bool = False
    void: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """It is given up; the lead is as before."""

    application_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class PaperPut:
    """A picture or file (or `added` of them) is this paper's now, as number `count`; `missing` are the papers that are
    still wanted before the stage that it is to enter next. `went_on`: it had waited for this; `waiting_for` has it now,
    in `stage`. `to_hand_in`: it is filled in wholly, and can be handed in as far as the form goes. `authorised`: what
    the customer authorises by it (None: it is no such paper)."""

    application_id: int
    document: Document
    count: int
    missing: tuple[Document, ...]
    went_on: bool = False
    waiting_for: tuple[int, ...] = ()
    stage: str = ""
    to_hand_in: bool = False
    added: int = 1
    authorised: Authorised | None = None


@dataclass(frozen=True, slots=True)
class PaperInUse:
    """It cannot be taken off: it was handed in with it, and others decide on it."""

    application_id: int
    document: Document


@dataclass(frozen=True, slots=True)
class NothingSent:
    """What is there to be named as this paper is not what he was shown: of what he has sent of late so many are none
    yet by now."""

    application_id: int
    document: Document
    now: int = 0


@dataclass(frozen=True, slots=True)
class PaperGone:
    """So many pictures and files are no longer this paper's; they stay with the lead."""

    application_id: int
    document: Document
    count: int


@dataclass(frozen=True, slots=True)
class OtherPictures:
    """Nothing was taken off: so many pictures and files are this paper now, and he was shown another number."""

    application_id: int
    document: Document
    now: int


@dataclass(frozen=True, slots=True)
class NoSuchPaper:
    """The checklist of this application has no such paper, or what was sent belongs to something else."""

    application_id: int
    key: str


@dataclass(frozen=True, slots=True)
class Hurried:
    """These people were asked to hurry."""

    application_id: int
    people: tuple[int, ...]


StartRefusal: TypeAlias = Refused | NoFlow | WhichProduct | AlreadyLive
TaskRefusal: TypeAlias = (
    NoSuchTask
    | NotYourTask
    | OfficersTask
    | TaskOver
    | NotYourTurn
    | ChangedSince
    | NotOffered
    | NeedsReason
    | NeedsFields
    | CannotAct
    | OwnApplication
    | PaidAlready
    | AlreadyVoted
    | NoPost
    | NoReturnThere
    | TooLateToTakeBack
)
