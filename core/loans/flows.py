"""流程: the nodes an application runs through; pure values.

A flow is a program, an application the place where it stands.

`routing.py` says where an application goes, `voting.py` when a node is passed, `approvers.py` who is responsible.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeAlias

from core.calendar import Length
from core.expressions import names_in


class StageType(StrEnum):
    """What a stage means to reports: under way, waiting for somebody outside, come to a loan, come to nothing."""

    OPEN = "open"
    WAITING = "waiting"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the way that people speak of (初审, 签约): several nodes may be of one."""

    key: str
    name: str
    type: StageType


class Mode(StrEnum):
    """How those who are responsible decide together: 会签 (all), 或签 (whoever is first), 比例 (so many of them), 依次
    (one after the other)."""

    ALL = "all"
    ANY = "any"
    RATIO = "ratio"
    SEQUENCE = "sequence"


class Repeat(StrEnum):
    """What is done with somebody who approved this application before: asked each time, not if he did so at the node
    before, asked once only. On a money node he is always asked."""

    EACH = "each"
    CONSECUTIVE = "consecutive"
    ONCE = "once"


class Resume(StrEnum):
    """Where an application goes on that was returned and is handed in again: at the node that returned it, or through
    all nodes from there."""

    THERE = "there"
    AGAIN = "again"


class Decision(StrEnum):
    """What can be done with a task. The values stand in the database and in the flow files' `verbs`."""

    AGREE = "agree"
    REFUSE = "refuse"
    RETURN = "return"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    SIGN_BEFORE = "sign_before"
    SIGN_AFTER = "sign_after"
    DROP_SIGNER = "drop_signer"
    TAKE_BACK = "take_back"
    COPY = "copy"


ALL_DECISIONS = frozenset(Decision)


@dataclass(frozen=True, slots=True)
class Who:
    """One way to find who is responsible; several of a node are added up. Exactly one of the ways is given.

    `people`: by account. `role` (with `department`, a path: of that department and those below; "=": of the
    submitter's own). `head`: the manager of the submitter's department. `superior`: so many steps above the submitter.
    `submitter`: himself. `chosen`: whom the submitter chose for this node. `field`: who stands in that field of the
    form. `when`: only where this condition holds.
    """

    people: tuple[str, ...] = ()
    role: str = ""
    department: str = ""
    head: bool = False
    superior: int = 0
    submitter: bool = False
    chosen: bool = False
    field: str = ""
    when: str = ""


class Rung(StrEnum):
    """What is done when a task is late, or about to be."""

    REMIND = "remind"
    SUPERIOR = "superior"
    REASSIGN = "reassign"
    AGREE = "agree"
    REFUSE = "refuse"
    SMS = "sms"


ACTS = frozenset({Rung.REASSIGN, Rung.AGREE, Rung.REFUSE})
"""Those by which the task is over for who has it; the others only tell."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: `before` or after the deadline by `by` (None: at it), do `does`."""

    does: Rung
    by: Length | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long those who are responsible have, and what is done then."""

    within: Length
    ladder: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Where an application enters: it is handed in."""

    key: str
    name: str
    stage: str
    next: str
    kind: Literal["start"] = "start"


@dataclass(frozen=True, slots=True)
class Approve:
    """People decide. `money`: money hangs on it, so that the submitter never decides, nobody is left out as having
    approved before, and where nobody is found it is never passed. `refused`: the node a refusal leads to. `hidden` and
    `editable` are keys of the form's fields; all others can be read. Those of `must` have to be filled in here.
    `overrides`: who agrees here to what the risk rules suggest to refuse says why, and that is audited."""

    key: str
    name: str
    stage: str
    next: str
    refused: str
    who: tuple[Who, ...]
    mode: Mode = Mode.ANY
    ratio: int = 100  # percent, of RATIO
    money: bool = False
    repeat: Repeat = Repeat.EACH
    resume: Resume = Resume.AGAIN
    verbs: frozenset[Decision] = ALL_DECISIONS
    reasons: frozenset[Decision] = frozenset({Decision.REFUSE, Decision.RETURN})
    deadline: Deadline | None = None
    hidden: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    overrides: bool = False
    kind: Literal["approve"] = "approve"


@dataclass(frozen=True, slots=True)
class Handle:
    """Somebody does something and says that it is done (签约, 放款), filling in `editable`, and of it at least `must`.
    `payout`: with it the money was paid out."""

    key: str
    name: str
    stage: str
    next: str
    who: tuple[Who, ...]
    money: bool = False
    payout: bool = False
    deadline: Deadline | None = None
    hidden: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    resume: Resume = Resume.AGAIN
    kind: Literal["handle"] = "handle"


@dataclass(frozen=True, slots=True)
class Copy:
    """抄送: people are told, and the application goes on."""

    key: str
    name: str
    stage: str
    next: str
    who: tuple[Who, ...]
    kind: Literal["copy"] = "copy"


@dataclass(frozen=True, slots=True)
class Case:
    """Where `when` holds the application goes `to`; the last case of a condition has none, and takes all the rest."""

    to: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """The first case that holds decides. What cannot be decided for want of a value does not hold."""

    key: str
    name: str
    stage: str
    cases: tuple[Case, ...]
    kind: Literal["condition"] = "condition"


@dataclass(frozen=True, slots=True)
class Parallel:
    """The application is at all `branches` at once; it goes on at `join` when each has come there."""

    key: str
    name: str
    stage: str
    branches: tuple[str, ...]
    join: str
    kind: Literal["parallel"] = "parallel"


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody here has to do anything until `event` is told: the bank's answer."""

    key: str
    name: str
    stage: str
    next: str
    event: str
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Do:
    """What an action node does: give the lead the grade or tag `value`, or tell its owner the text `value`."""

    does: Literal["grade", "tag", "untag", "tell"]
    value: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something is done by itself, and the application goes on."""

    key: str
    name: str
    stage: str
    next: str
    does: tuple[Do, ...]
    kind: Literal["act"] = "act"


@dataclass(frozen=True, slots=True)
class End:
    """The application has come to its end: of a stage that is won or lost."""

    key: str
    name: str
    stage: str
    kind: Literal["end"] = "end"


Node: TypeAlias = Start | Approve | Handle | Copy | Condition | Parallel | Wait | Act | End
Manned: TypeAlias = Approve | Handle
"""A node where an application waits for people of ours."""


def named(node: Node) -> tuple[Who, ...]:
    """Whom a node asks or tells: none where nobody is named."""
    return node.who if isinstance(node, Approve | Handle | Copy) else ()


@dataclass(frozen=True)
class Flow:
    """A flow by its key, for `products` (empty: for those that no other flow names), with the form that is filled in.

    The first node is the start. The submitter may withdraw until the node `withdraw_until` is reached (empty: until
    somebody has acted on it). `pauses` are the reasons for which a deadline may stand still."""

    key: str
    name: str
    form: str
    stages: tuple[Stage, ...]
    nodes: tuple[Node, ...]
    products: tuple[str, ...] = ()
    withdraw_until: str = ""
    pauses: tuple[str, ...] = ()

    @property
    def start(self) -> Start:
        """Where applications enter.

        Raises:
            ValueError: the flow has none: no flow that was checked is so.
        """
        first = self.nodes[0]
        if not isinstance(first, Start):
            raise ValueError(f"{self.key} does not begin with a start")  # noqa: TRY004
        return first

    def node(self, key: str) -> Node:
        """The node of this key.

        Raises:
            KeyError: there is none.
        """
        return self._nodes[key]

    def stage(self, key: str) -> Stage:
        """The stage of this key.

        Raises:
            KeyError: there is none.
        """
        return self._stages[key]

    def holds_before(self, stage: str) -> bool:
        """Can papers be waited for before this stage? Not where all is lost: a refusal waits for nothing."""
        found = self._stages.get(stage)
        return found is not None and found.type is not StageType.LOST

    def stage_name(self, key: str) -> str:
        """What a stage is called; its key, if the flow has none such."""
        stage = self._stages.get(key)
        return stage.name if stage is not None else key

    @cached_property
    def filled_later(self) -> frozenset[str]:
        """The fields that nodes fill in where somebody does something: such a field is asked for there, and not when
        the application is handed in, unless the form requires it."""
        return frozenset(key for node in self.nodes if isinstance(node, Handle) for key in node.editable)

    @cached_property
    def filled_at_nodes(self) -> frozenset[str]:
        """The fields that can be another's than the submitter's: nodes fill them in, or change them."""
        return frozenset(key for node in self.nodes if isinstance(node, Approve | Handle) for key in node.editable)

    @cached_property
    def demanded_later(self) -> frozenset[str]:
        """The fields that nodes demand: as long as nothing stands in one, it is to be said still."""
        return frozenset(key for node in self.nodes if isinstance(node, Approve | Handle) for key in node.must)

    @cached_property
    def goes_by(self) -> frozenset[str]:
        """What its conditions name: where it goes, and who has it, hangs on that."""
        cases = [case.when for node in self.nodes if isinstance(node, Condition) for case in node.cases]
        people = [who.when for node in self.nodes for who in named(node)]
        return frozenset().union(*(names_in(each) for each in (*cases, *people) if each))

    @cached_property
    def hides(self) -> bool:
        """Does any node hide a field from those who have it?"""
        return any(node.hidden for node in self.nodes if isinstance(node, Approve | Handle))

    @cached_property
    def leaves_choice(self) -> bool:
        """Does any node leave it to the submitter who has it?"""
        return any(who.chosen for node in self.nodes for who in named(node))

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def _stages(self) -> dict[str, Stage]:
        return {stage.key: stage for stage in self.stages}


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows of the company."""

    flows: tuple[Flow, ...] = ()

    def of(self, product: str | None) -> Flow | None:
        """The flow for a product (by key): the one that names it, else the one that names none."""
        named = next((flow for flow in self.flows if product in flow.products), None)
        return named or next((flow for flow in self.flows if not flow.products), None)

    def named(self, key: str) -> Flow | None:
        """The flow of this key."""
        return next((flow for flow in self.flows if flow.key == key), None)
