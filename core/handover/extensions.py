"""The questions that wait for a leaver's answer: each goes to who decides in his place, whoever gets his leads.

That is the superior of who asked, as it is without the leaver. Taken back, what is still unanswered comes back to him
if he decides again.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.handover.kinds import Back, Came, Errand, Item, Result, Returned, Survey
from core.leads.models import Deferral
from core.leads.questions import ask_instead, asked_of, waiting
from core.people import queries as people
from core.store.base import table_of
from core.store.unit import Unit

_D = table_of(Deferral)


class ExtensionKind:
    """Questions for more time, by the numbers of their leads: a lead has at most one that waits. The memo is the
    question's own number."""

    key = "approval"
    follows = False

    def survey(self, unit: Unit, errand: Errand) -> Survey:
        """All that wait for him."""
        count = select(func.count()).select_from(_D).where(*asked_of(errand.leaver_id))
        return Survey(self.key, unit.connection.execute(count).scalar_one())

    def items(self, unit: Unit, errand: Errand) -> Sequence[Item]:
        """The first asked first."""
        wanted = select(_D.c.id, _D.c.lead_id).where(*asked_of(errand.leaver_id)).order_by(_D.c.id)
        return [Item(row.lead_id, str(row.id)) for row in unit.connection.execute(wanted)]

    def hand_over(self, unit: Unit, errand: Errand, item: Item) -> Result:
        """To who decides now. Where it went meanwhile (its owner asked again) it stays."""
        number = int(item.memo or 0)
        asked = waiting(unit, number)
        if asked is None:
            return Result(Came.GONE, why="answered")
        if asked.asked_id != errand.leaver_id:
            return Result(Came.GIVEN, asked.asked_id)
        superior = people.superior_of(unit.session, asked.owner_id)
        if superior is None:
            return Result(Came.KEPT, why="no_superior")
        ask_instead(unit, number, superior, errand.by_id)
        return Result(Came.GIVEN, superior)

    def give_back(self, unit: Unit, errand: Errand, item: Item, result: Result) -> Back:  # noqa: ARG002
        """If he decides again, and nobody has answered."""
        number = int(item.memo or 0)
        asked = waiting(unit, number)
        if asked is None:
            return Back(Returned.SINCE)
        if people.superior_of(unit.session, asked.owner_id) != errand.leaver_id:
            return Back(Returned.SINCE, asked.asked_id)
        ask_instead(unit, number, errand.leaver_id, errand.by_id)
        return Back(Returned.BACK)
