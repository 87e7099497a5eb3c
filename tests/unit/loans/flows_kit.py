"""Applications in the firm that are worked by short lines: `lina 同意`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType

from firm import Firm
from kit.loan_flows import by_mode, parallel, rules_with, tiers, within
from sqlalchemy import select

from core.loans import deciding, service
from core.loans.at_hand import Wish
from core.loans.deadlines import Stop
from core.loans.flows import Decision, Flow
from core.loans.models import Application, StandIn, StepRow, StepState, Task, TaskState
from core.loans.outcomes import Started
from core.loans.rules import LoanRules
from core.people.models import Person

__all__ = ["Desk", "by_mode", "desk", "parallel", "stands_in", "tiers", "within"]

_WORDS = {
    "同意": Decision.AGREE,
    "办理": Decision.AGREE,
    "驳回": Decision.REFUSE,
    "退回": Decision.RETURN,
    "转交": Decision.TRANSFER,
    "委派": Decision.DELEGATE,
    "前加签": Decision.SIGN_BEFORE,
    "后加签": Decision.SIGN_AFTER,
    "减签": Decision.DROP_SIGNER,
    "取回": Decision.TAKE_BACK,
    "抄送": Decision.COPY,
}


@dataclass(slots=True)
class Desk:
    """An application of 巴图's at work in the firm."""

    firm: Firm
    rules: LoanRules
    number: int = 0
    said: list[object] = field(default_factory=list)

    def do(self, line: str) -> object:
        """`who verb [to] [reason]`: by the open task of his (or whom he stands in for); what came of it."""
        who, verb, *rest = line.split()
        if verb in ("提交", "撤回", "放弃", "催办"):
            work = {"提交": service.submit, "撤回": service.withdraw, "放弃": service.drop, "催办": service.nudge}[verb]
            came: object = self.firm.do(work, who, self.number, self.rules)
        elif verb == "代理":
            came = stands_in(self.firm, who, rest[0])
        else:
            came = self._decide(who, _WORDS[verb], rest)
        self.said.append(came)
        return came

    def _decide(self, who: str, decision: Decision, rest: list[str]) -> object:
        whose, _, acting = who.partition("/")
        task = self.task_of(whose, decision)
        to = rest[0] if rest else ""
        people = tuple(self.firm.who(one).id for one in to.split(",")) if to and decision in _TO_PEOPLE else ()
        node = to if decision is Decision.RETURN else ""
        reason = "材料不齐" if decision in (Decision.REFUSE, Decision.RETURN) else ""
        wish = Wish(decision, reason=reason, to_ids=people, node=node)
        return self.firm.do(deciding.decide, acting or whose, task, wish, self.rules)

    def task_of(self, who: str, decision: Decision = Decision.AGREE) -> int:
        """His newest task that this can be done to."""
        late = decision in (Decision.TAKE_BACK, Decision.DROP_SIGNER)
        states = [TaskState.DONE, TaskState.WAITING, TaskState.OPEN] if late else [TaskState.OPEN]
        mine = (Task.application_id == self.number, Task.person_id == self.firm.who(who).id)
        with self.firm.store.read() as session:
            wanted = select(Task.id).where(*mine, Task.state.in_([state.value for state in states]))
            found = session.scalars(wanted.order_by(Task.id.desc())).first()
            any_task = session.scalars(select(Task.id).where(*mine).order_by(Task.id.desc())).first()
        number = found or any_task
        assert number is not None, f"{who} has no task"
        return number

    @property
    def row(self) -> Application:
        """The application's row."""
        with self.firm.store.read() as session:
            return session.scalars(select(Application).where(Application.id == self.number)).one()

    @property
    def stands(self) -> str:
        """Where it stands: its open nodes with who has them, or its state: `second: lina zhang`, `ended after`."""
        if self.row.state in ("draft", "dropped"):
            return self.row.state
        if self.row.state == "ended":
            return f"ended {self.row.stage}"
        return " | ".join(f"{node}: {' '.join(names)}".strip() for node, names in self._open())

    def _open(self) -> list[tuple[str, list[str]]]:
        still = StepRow.state.in_((StepState.OPEN.value, StepState.HELD.value))
        open_steps = (StepRow.application_id == self.number, still)
        with self.firm.store.read() as session:
            names = {row.id: row.wecom_userid for row in session.execute(select(Person.id, Person.wecom_userid))}
            found = []
            for step in session.scalars(select(StepRow).where(*open_steps).order_by(StepRow.id)):
                has = (Task.step_id == step.id, Task.state == TaskState.OPEN.value)
                people = session.scalars(select(Task.person_id).where(*has).order_by(Task.id))
                found.append((step.node, sorted(names[one] for one in people)))
        return [(node, people) for node, people in found if people or node != "fork"]


_TO_PEOPLE = frozenset(
    {
        Decision.TRANSFER,
        Decision.DELEGATE,
        Decision.SIGN_BEFORE,
        Decision.SIGN_AFTER,
        Decision.DROP_SIGNER,
        Decision.COPY,
    }
)


def stands_in(firm: Firm, for_whom: str, who: str, days: int = 2) -> None:
    """代理, whatever his post by now is: he may have had another one when it was arranged."""
    now = firm.store.clock()
    until = now + timedelta(days=days)
    by = firm.who(for_whom).id
    with firm.store.database.write() as session:
        session.add(StandIn(person_id=by, stand_in_id=firm.who(who).id, since=now, until=until, by_id=by))


def desk(
    firm: Firm,
    of: Flow,
    amount_fen: int = 80_000_000,
    by: str = "batu",
    away: Mapping[str, tuple[Stop, ...]] = MappingProxyType({}),
) -> Desk:
    """An application over so much that `by` has handed in, while these people are away."""
    rules = replace(rules_with(of), away=away)
    lead = firm.add(by)
    started = firm.do(service.start, by, lead, None, {"amount": amount_fen, "term": "36"}, rules)
    assert isinstance(started, Started), started
    at = Desk(firm, rules, started.application_id)
    at.do(f"{by} 提交")
    return at
