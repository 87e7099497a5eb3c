"""What the company decides about loans, as the verbs need it."""

from dataclasses import dataclass

from core.calendar import WorkingCalendar
from core.leads.tags import Tagging
from core.loans.flows import Flow, Flows
from core.loans.forms import Form


@dataclass(frozen=True, slots=True)
class LoanRules:
    """The forms and flows of now (an application that runs has its own), tags, and the working calendar."""

    forms: tuple[Form, ...]
    flows: Flows
    tagging: Tagging
    calendar: WorkingCalendar

    def form_for(self, flow: Flow) -> Form | None:
        """The form that is filled in for a flow."""
        return next((form for form in self.forms if form.key == flow.form), None)
