"""Applications go along with their leads: the one listener for it, in whatever process a lead changes."""

from config.in_force import InForce
from config.problems import CompanyError
from core.loans.belonging import follow
from core.store.unit import Event, Unit


class Following:
    """What is at work of a lead's applications is its new owner's, and goes on where its marks let it."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    def tell(self, unit: Unit, event: Event) -> None:
        """The listener for all events (`Store.listen`)."""
        try:
            company = self._in_force.now
        except CompanyError:  # nothing is in force yet, so that there is no application either
            return
        follow(unit, event, company.loans)
