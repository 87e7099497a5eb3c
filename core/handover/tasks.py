"""What a leaver had to decide or to handle: each task goes to the receiver if he has the post for it, else to who
stands above the leaver, whoever gets his leads.

What he had to do for an application of his own is no such task: it goes with the application.
"""

from collections.abc import Sequence

from core.handover.kinds import Back, Came, Errand, Item, Result, Returned, Survey
from core.loans.models import task_subject
from core.loans.passing_on import NobodyCan, NotHis, PassedOn, give_back, pass_on, undecided_of
from core.people import queries as people
from core.people.holding import hold
from core.people.policy import Verb, may
from core.store.unit import Unit


class LoanTaskKind:
    """Tasks that are open, or whose turn has not come. The mark is the number of the task that took its place."""

    key = "task"
    follows = False

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """All, and those that are late."""
        his = undecided_of(unit.connection, errand.leaver_id)
        late = sum(task.due_at is not None and task.due_at <= unit.now for task in his)
        return Survey(self.key, len(his), late=late)

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """What is due first comes first."""
        return [Item(task.number) for task in undecided_of(unit.connection, errand.leaver_id)]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """To who can have it."""
        to = hold(unit, errand.to) if errand.to is not None else None  # people before applications, as everywhere
        receiver = to if to is not None and may(to, Verb.WORK_TASKS) else None
        roles = people.roles_of(unit.connection, errand.leaver_id)
        came = pass_on(unit, item.record_id, errand.leaver_id, receiver, roles, errand.rules.loans)
        match came:
            case PassedOn(number, to_id):
                self._record(unit, errand, item.record_id, number, to_id)
                return Result(Came.GIVEN, to_id, mark=number)
            case NotHis(holder_id):
                return Result(Came.GONE, holder_id, why="" if holder_id is not None else "decided")
            case NobodyCan():
                return Result(Came.KEPT, why="nobody_above")

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:  # noqa: ARG002
        """If he works here, and nobody has done anything with it."""
        if result.mark is None or result.to_id is None:
            return Back(Returned.SINCE)
        came = give_back(unit, result.mark, result.to_id, errand.leaver_id, errand.rules.loans)
        if isinstance(came, PassedOn):
            self._record(unit, errand, result.mark, came.number, came.to_id)
            return Back(Returned.BACK)
        return Back(Returned.SINCE, came.holder_id if isinstance(came, NotHis) else result.to_id)

    def _record(self, unit: Unit, errand: Errand, was: int, number: int, to_id: int) -> None:
        told = {"task": number, "new": to_id, "handover": errand.number}
        unit.record(errand.by_id, "loan:hand_over", task_subject(was), **told)
