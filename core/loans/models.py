"""Tables of loan applications: the application, the nodes it was at, who had to do what, and what was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime


class Definition(Base):
    """A form or a flow as it was when an application began with it, by the SHA-256 of its `body` (JSON), or the policy
    (`risk`) by which something was said of one. An application stays with form and flow, whatever the company's files
    say later. `number` counts the versions of one key, from 1."""

    __tablename__ = "loan_definition"
    __table_args__ = (Index("uq_loan_definition_number", "kind", "key", "number", unique=True),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(5))
    key: Mapped[str] = mapped_column(String(30))
    number: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class State(StrEnum):
    """Where an application stands for its submitter. Draft: not handed in yet, or taken back; returned: he is to change
    something; dropped: given up before it was handed in again; ended: at an end node."""

    DRAFT = "draft"
    RUNNING = "running"
    RETURNED = "returned"
    DROPPED = "dropped"
    ENDED = "ended"


LIVE = (State.DRAFT, State.RUNNING, State.RETURNED)
IS_LIVE = text("state IN ('draft', 'running', 'returned')")


class Application(Base):
    """进件. Its number (`A203`) is its id. At most one live one a lead.

    `owner_id` is the officer whose it is, `submitted_by_id` who handed it in; `values` (JSON, sealed) what was filled
    in; `amount_fen`, `term_months` and `fee_fen` (服务费) stand there too, for reports. `shown` is the digest of what a
    decision is bound to (`run.derived`). `screened_id`: what the risk rules said of it as it is (None: nothing, or not
    by now); no foreign key, for what they said names the application. `stage` is the last one entered, `stage_since`
    when.
    `resume_at`: where one that was returned goes on; empty: from the start. `revision` counts up with every change.
    """

    __tablename__ = "loan_application"
    __table_args__ = (
        Index("uq_loan_application_live", "lead_id", unique=True, postgresql_where=IS_LIVE, sqlite_where=IS_LIVE),
        Index(None, "lead_id", "id"),
        Index(None, "owner_id", "id"),
        Index(None, "state", "stage"),
        Index(None, "ended_at", "state", "stage_type"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    owner_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    product: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    term_months: Mapped[int | None] = mapped_column(Integer)
    fee_fen: Mapped[int | None] = mapped_column(BigInteger)
    form: Mapped[str] = mapped_column(ForeignKey("loan_definition.digest"))
    flow: Mapped[str] = mapped_column(ForeignKey("loan_definition.digest"))
    state: Mapped[str] = mapped_column(String(8))
    stage: Mapped[str] = mapped_column(String(30), default="")
    stage_type: Mapped[str] = mapped_column(String(8), default="")
    stage_since: Mapped[datetime] = mapped_column(UtcDateTime)
    resume_at: Mapped[str] = mapped_column(String(30), default="")
    values: Mapped[bytes] = mapped_column(LargeBinary)
    shown: Mapped[str] = mapped_column(String(16), default="")
    screened_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer, default=1)


def values_place(application_id: int | str) -> str:
    """The vault's place of what was filled in."""
    return f"loan_application.values:{application_id}"


def subject(application_id: int) -> str:
    """How an application is named in the audit log and on issued cards."""
    return f"application:{application_id}"


def number_in(subject: str) -> int:
    """The application that is named so."""
    return int(subject.partition(":")[2])


class StepState(StrEnum):
    """What became of an application's being at a node. Held: it stands before it, for papers are missing. Joined: one
    branch has come to where the branches meet."""

    HELD = "held"
    OPEN = "open"
    PASSED = "passed"
    REFUSED = "refused"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    JOINED = "joined"


IS_OPEN_STEP = text("state = 'open'")
IS_NOT_LEFT = text("left_at IS NULL")


class StepRow(Base):
    """An application at a node, once. `branch` says in which branches of which parallel nodes it is (`12.0/` is the
    first branch of the step 12); `came_from` the step before it. `resume_at`: where it goes from here instead of on.
    `due_at` is the deadline of those who are responsible; `within` how long they have, if a rule of automation says
    something else than the flow (`Length.packed`)."""

    __tablename__ = "loan_step"
    __table_args__ = (
        Index(None, "application_id", "id"),
        # For reports: what came to a stage, and whether it was there before; nothing else is asked of it.
        Index(None, "stage", "entered_at", "application_id"),
        Index(None, "stage", "application_id", "id"),
        Index("ix_loan_step_open", "node", postgresql_where=IS_OPEN_STEP, sqlite_where=IS_OPEN_STEP),
        Index("ix_loan_step_waiting", "entered_at", "id", postgresql_where=IS_NOT_LEFT, sqlite_where=IS_NOT_LEFT),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    node: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(30))
    branch: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(10))
    came_from: Mapped[int | None] = mapped_column(BigInteger)
    resume_at: Mapped[str] = mapped_column(String(30), default="")
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    within: Mapped[str | None] = mapped_column(String(30))


class TaskKind(StrEnum):
    """Why somebody has a task. Decide and handle: the node is his. Amend: an application came back to him; papers: it
    wants papers of him before it goes on. Before and after: he was added to somebody's seat (前加签, 后加签); delegate:
    he says what he thinks to somebody, who decides then."""

    DECIDE = "decide"
    HANDLE = "handle"
    AMEND = "amend"
    PAPERS = "papers"
    BEFORE = "before"
    AFTER = "after"
    DELEGATE = "delegate"


class TaskState(StrEnum):
    """Open: he can act. Waiting: others come first. Done: he decided. Moved: somebody else has it (转交). Cancelled:
    nobody needs it any more."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    MOVED = "moved"
    CANCELLED = "cancelled"


UNDECIDED = (TaskState.OPEN.value, TaskState.WAITING.value)
"""The states of a task that is to be acted on still, by its holder or by others first."""
HAS_THE_NODE = (TaskKind.DECIDE.value, TaskKind.HANDLE.value)
"""The kinds of tasks by which the node is its holder's."""
VOTES = (TaskKind.DECIDE.value, TaskKind.BEFORE.value, TaskKind.AFTER.value)
"""The kinds on whose decision it hangs whether a node is passed: a vote, and what others sign to it."""
ASKED_FIRST = (TaskKind.BEFORE.value, TaskKind.DELEGATE.value)
"""The kinds for which he waits who added their holders."""
OFFICERS = (TaskKind.AMEND.value, TaskKind.PAPERS.value)
"""The kinds that are the officer's, and decide nothing."""

IS_OPEN_TASK = text("state = 'open'")
COMES_ON = text("state = 'open' AND next_at IS NOT NULL")


class Task(Base):
    """待办. Its number (`T88`) is its id. Who has it is `person_id`; who acted may be his stand-in, `acted_by_id`.

    `seat` numbers the votes of a step from 0; a task that took another one's place has its seat. `parent_id` is the
    task to which its holder was added. `decision` is what was decided, `opinion` (sealed) the reason given, `shown` the
    digest of what was decided upon; of an open one, of what its holder was shown last. `screened_id`: what the risk
    rules said of it when it was decided.

    `since` is from when its time counts (None: its turn never came): who hands it on, or asks others first, gains no
    time by it. `due_at` is its deadline, which leaves out its holder's leave; `next_at` when the next rung of its
    ladder comes; both None while the clock stands still. `timed_by` is the digest of the calendar they go by.
    """

    __tablename__ = "loan_task"
    __table_args__ = (
        Index(None, "application_id", "id"),
        Index(None, "step_id", "id"),
        Index("ix_loan_task_open", "person_id", "id", postgresql_where=IS_OPEN_TASK, sqlite_where=IS_OPEN_TASK),
        Index("ix_loan_task_next", "next_at", postgresql_where=COMES_ON, sqlite_where=COMES_ON),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("loan_step.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    seat: Mapped[int] = mapped_column(Integer, default=0)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    decision: Mapped[str | None] = mapped_column(String(12))
    opinion: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown: Mapped[str | None] = mapped_column(String(16))
    screened_id: Mapped[int | None] = mapped_column(BigInteger)
    acted_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timed_by: Mapped[str | None] = mapped_column(String(16))


def opinion_place(task_id: int | str) -> str:
    """The vault's place of the reason that was given with a decision."""
    return f"loan_task.opinion:{task_id}"


def task_subject(task_id: int) -> str:
    """How a task is named on issued cards."""
    return f"task:{task_id}"


class What(StrEnum):
    """What can have been done to an application."""

    STARTED = "started"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    ENTERED = "entered"
    AGREED = "agreed"
    REFUSED = "refused"
    RETURNED = "returned"
    HANDLED = "handled"
    TRANSFERRED = "transferred"
    DELEGATED = "delegated"
    SIGNER_BEFORE = "before"
    SIGNER_AFTER = "after"
    SIGNER_DROPPED = "unsigned"
    TAKEN_BACK = "taken_back"
    COPIED = "copied"
    NUDGED = "nudged"
    CHANGED = "changed"
    SUPPLIED = "supplied"
    TAKEN_OFF = "taken_off"
    CHOSE = "chose"
    GIVEN = "given"
    NOBODY = "nobody"
    CALLED = "called"
    PAID_OUT = "paid_out"
    CORRECTED = "corrected"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"


IS_SUBMITTED = text("what = 'submitted'")


class Happening(Base):
    """One line of an application's history: `by_id` (None: nobody, it went by itself) did `what`, for `for_id` if he
    stood in for somebody, to `to_id` or the node `node`."""

    __tablename__ = "loan_happening"
    __table_args__ = (
        Index(None, "application_id", "id"),
        # For reports: what was handed in, whose it was, and whether it was before. SQLite reads the index alone only if
        # `what` stands in it, though it is the same everywhere.
        Index(
            "ix_loan_happening_submitted_at", "what", "at", "application_id", "for_id", "by_id",
            postgresql_where=IS_SUBMITTED, sqlite_where=IS_SUBMITTED,
        ),
        Index(
            "ix_loan_happening_submitted", "what", "application_id", "id",
            postgresql_where=IS_SUBMITTED, sqlite_where=IS_SUBMITTED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    step_id: Mapped[int | None] = mapped_column(BigInteger)
    task_id: Mapped[int | None] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(12))
    node: Mapped[str] = mapped_column(String(30), default="")
    by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    to_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StandIn(Base):
    """代理: from `since` until `until` `stand_in_id` may act for `person_id`, who stays responsible. `by_id` arranged
    it. One that was ended early has `until` at its end."""

    __tablename__ = "loan_stand_in"
    __table_args__ = (Index(None, "stand_in_id", "until"), Index(None, "person_id", "until"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    stand_in_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))


class ApplicationDocument(Base):
    """A paper of the checklist that is there: `key` as the form names it, with the picture or file `medium_id`."""

    __tablename__ = "loan_document"

    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(30), primary_key=True)
    medium_id: Mapped[int] = mapped_column(ForeignKey("medium.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Disbursement(Base):
    """放款: money that was paid out for an application; what commission and rankings count. `officer_id`: whose the
    application was then, whoever has it later."""

    __tablename__ = "loan_disbursement"
    __table_args__ = (
        Index("uq_loan_disbursement_step", "step_id", unique=True),
        Index(None, "application_id", "paid_on", "id"),
        Index("ix_loan_disbursement_of_days", "paid_on", "application_id", "amount_fen", "officer_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("loan_application.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("loan_step.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[str] = mapped_column(String(10))
    officer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
