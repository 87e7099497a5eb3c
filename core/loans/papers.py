"""资料: the pictures and files that are the papers of an application's checklist.

What is sent is kept with the lead (`core/leads/media`); here it is said which paper it is. A paper that was the last
one missing before a stage lets the application go on, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from core.leads import media
from core.leads.filetypes import MediumKind
from core.loans import authorising, earlier, forms, reporting
from core.loans.definitions import form_of
from core.loans.forms import Document
from core.loans.models import LIVE, Application, ApplicationDocument, State, StepRow, StepState, What, subject
from core.loans.outcomes import (
    NoSuchApplication,
    NoSuchPaper,
    NothingSent,
    NotNow,
    OtherPictures,
    PaperGone,
    PaperInUse,
    PaperPut,
)
from core.loans.own import own
from core.loans.returning import resumes_at
from core.loans.routing import (
    has_been_at,
    missing_documents,
    missing_to_hand_in,
    papers_there,
    release_held,
    tell,
    waiting_for,
)
from core.loans.rules import LoanRules
from core.loans.run import Run
from core.people.policy import Actor
from core.privacy import Vault, digest
from core.store.base import table_of
from core.store.database import Executor, insert_new
from core.store.unit import Unit

PAPER_KINDS = (MediumKind.PICTURE, MediumKind.FILE, MediumKind.VIDEO)
JUST_SENT = timedelta(hours=2)
"""So long what was sent can still be named as a paper in one go: what is older is rather another customer's."""

_A, _D, _S = table_of(Application), table_of(ApplicationDocument), table_of(StepRow)


def put(
    unit: Unit, actor: Actor, number: int, key: str, medium_id: int, rules: LoanRules
) -> PaperPut | NoSuchApplication | NotNow | NoSuchPaper:
    """The picture or file `medium_id`, which is kept with the application's lead, is this paper. The same again changes
    nothing."""
    found = _paper(unit, actor, number, key, rules)
    if not isinstance(found, tuple):
        return found
    run, paper = found
    if not media.of_lead(unit.connection, run.row.lead_id, [medium_id]):
        return NoSuchPaper(number, key)
    return _put(run, actor, paper, [medium_id])


def put_offered(
    unit: Unit, actor: Actor, number: int, key: str, shown: str, rules: LoanRules
) -> PaperPut | NothingSent | NoSuchApplication | NotNow | NoSuchPaper:
    """What he was offered is this paper (`offered`), if it is still what he was shown, known by its token: what came
    since may be another customer's."""
    found = _paper(unit, actor, number, key, rules)
    if not isinstance(found, tuple):
        return found
    run, paper = found
    lead_id = run.row.lead_id
    offer = offered(unit.connection, unit.vault, actor.id, number, key, unit.now)
    if offer.token != shown:
        return NothingSent(number, paper, 0 if offer.earlier else len(offer.medium_ids))
    if offer.earlier is None:
        media.attach(unit, actor, lead_id, offer.medium_ids)
    there = media.of_lead(unit.connection, lead_id, offer.medium_ids)
    return _put(run, actor, paper, sorted(there)) if there else NothingSent(number, paper)


@dataclass(frozen=True, slots=True)
class Offer:
    """Pictures and files that may be a paper: sent just before, or (`earlier`) the same paper of that application."""

    medium_ids: tuple[int, ...] = ()
    earlier: int | None = None

    @property
    def token(self) -> str:
        """By which it is known again what was shown."""
        return digest(*map(str, self.medium_ids))[:8]


def offered(executor: Executor, vault: Vault, person_id: int, number: int, key: str, now: datetime) -> Offer:
    """What may be the paper `key` of the application of this number: what this person has just sent, else what was this
    paper of an earlier application; nothing where this one has that already."""
    lead_id, owner_id = executor.execute(select(_A.c.lead_id, _A.c.owner_id).where(_A.c.id == number)).one()
    sent = _just_sent(executor, person_id, lead_id, now)
    if sent:
        return Offer(tuple(sent))
    before = earlier.paper(executor, vault, lead_id, owner_id, key)
    if before is None:
        return Offer()
    mine = select(_D.c.medium_id).where(_D.c.application_id == number, _D.c.key == key)
    left = set(before.medium_ids) - set(executor.scalars(mine))
    return Offer(tuple(sorted(left)), before.application_id) if left else Offer()


def names_of(executor: Executor, medium_ids: Sequence[int]) -> dict[int, str]:
    """Which papers these pictures and files are, by their names, where they are any; of several applications as the
    last one has it."""
    wanted = select(_D.c.medium_id, _D.c.key, _A.c.form).join(_A, _A.c.id == _D.c.application_id)
    rows = executor.execute(wanted.where(_D.c.medium_id.in_(medium_ids)).order_by(_A.c.id)).all() if medium_ids else []
    found: dict[int, str] = {}
    for row in rows:
        paper = next((each for each in form_of(executor, row.form).documents if each.key == row.key), None)
        if paper is not None:
            found[row.medium_id] = paper.name
    return found


def _just_sent(executor: Executor, person_id: int, lead_id: int, now: datetime) -> list[int]:
    """The pictures and files that this person has sent of late that are no paper yet, and not another lead's."""
    sent = media.sent_for(executor, person_id, lead_id, now - JUST_SENT, PAPER_KINDS)
    taken = set(executor.execute(select(_D.c.medium_id).where(_D.c.medium_id.in_(sent))).scalars()) if sent else set()
    return [medium for medium in sent if medium not in taken]


def _put(run: Run, actor: Actor, paper: Document, medium_ids: Sequence[int]) -> PaperPut:
    """These are this paper. Those that are already change nothing."""
    unit, had = run.unit, _held_at(run)
    row = {"application_id": run.id, "key": paper.key, "by_id": actor.id, "at": unit.now}
    new = insert_new(unit.connection, ApplicationDocument).returning(_D.c.key)
    added = [one for one in medium_ids if unit.connection.execute(new, row | {"medium_id": one}).scalar() is not None]
    for medium_id in added:
        unit.record(actor.id, "loan:paper", subject(run.id), paper=paper.key, medium=medium_id)
    authorised = authorising.collected(run, actor, paper, sorted(medium_ids)) if added else None
    if authorised is not None and authorised.new and run.row.state == State.RUNNING.value:
        reporting.ask_new(run)  # what could not be asked for without it
    if added:
        run.note(What.SUPPLIED)
        release_held(run)
        tell(run)
    there = papers_there(unit.connection, run.id, run.row.lead_id)[paper.key]
    went_on = bool(had) and not _held_at(run)
    who = waiting_for(run) if went_on else ()
    stage = run.flow.stage_name(run.row.stage)
    fillable = run.row.state in (State.DRAFT.value, State.RETURNED.value)
    whole = fillable and not forms.missing(run.form, run.values, run.about())
    wanted = _wanted(run, had)
    added_now = len(medium_ids)
    return PaperPut(run.id, paper, there, wanted, went_on, who, stage, whole, added_now, authorised)


def take_off_shown(
    unit: Unit, actor: Actor, number: int, key: str, shown: int, rules: LoanRules
) -> PaperGone | PaperInUse | OtherPictures | NoSuchApplication | NotNow | NoSuchPaper:
    """`take_off`, if so many are there as he was shown: his card cannot follow every picture."""
    found = _paper(unit, actor, number, key, rules)
    if not isinstance(found, tuple):
        return found
    run, paper = found
    there = papers_there(unit.connection, run.id, run.row.lead_id)[key]
    if there and there != shown:
        return OtherPictures(number, paper, there)
    return take_off(unit, actor, number, key, rules)


def take_off(
    unit: Unit, actor: Actor, number: int, key: str, rules: LoanRules
) -> PaperGone | PaperInUse | NoSuchApplication | NotNow | NoSuchPaper:
    """去掉: none of what was sent is this paper any more. It stays with the lead. Others have decided on a paper that
    the stages it has been at demand: as long as it is theirs, more can be sent, and nothing be taken off."""
    found = _paper(unit, actor, number, key, rules)
    if not isinstance(found, tuple):
        return found
    run, paper = found
    if run.row.state == State.RUNNING.value and run.flow.holds_before(paper.stage) and has_been_at(run, paper.stage):
        return PaperInUse(number, paper)
    there = (_D.c.application_id == number, _D.c.key == key)
    gone = unit.connection.execute(delete(_D).where(*there).returning(_D.c.medium_id)).scalars().all()
    if gone:
        run.note(What.TAKEN_OFF)
        authorising.paper_gone(run, actor, paper)
        unit.record(actor.id, "loan:paper:off", subject(number), paper=key)
        tell(run)
    return PaperGone(number, paper, len(gone))


def _paper(
    unit: Unit, actor: Actor, number: int, key: str, rules: LoanRules
) -> tuple[Run, Document] | NoSuchApplication | NotNow | NoSuchPaper:
    """The application, held, and the paper of its checklist, if `actor` may work on it."""
    run = own(unit, actor, number, rules)
    if isinstance(run, NoSuchApplication):
        return run
    state = State(run.row.state)
    if state not in LIVE:
        return NotNow(number, state)
    wanted = forms.documents(run.form, run.row.product, run.facts())
    paper = next((each for each in wanted if each.key == key), None)
    return (run, paper) if paper is not None else NoSuchPaper(number, key)


def _held_at(run: Run) -> str:
    """The stage before which it stands for want of papers; empty if before none."""
    held = (_S.c.application_id == run.id, _S.c.state == StepState.HELD.value)
    return run.unit.connection.execute(select(_S.c.stage).where(*held).order_by(_S.c.id)).scalars().first() or ""


def _wanted(run: Run, held_before: str) -> tuple[Document, ...]:
    """What is missing before the stage that comes next: that before which it stood, or of what is not handed in the
    first one."""
    if run.row.state == State.RUNNING.value:
        return missing_documents(run, held_before) if held_before else ()
    first = resumes_at(run.unit.connection, run.row) or run.flow.start.next
    return missing_to_hand_in(run, first)
