"""What the company decides about loans, as the verbs need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.calendar import WorkingCalendar
from core.leads.tags import Tagging
from core.loans.deadlines import Stop
from core.loans.flows import Flow, Flows
from core.loans.forms import Form
from core.risk.policy import Policies
from core.risk.providers import Providers


@dataclass(frozen=True, slots=True)
class LoanRules:
    """The forms and flows of now (an application that runs has its own), tags, the working calendar, when who (by his
    account) is `away` (his deadlines leave that out), what is looked for in applications (`risk`), and who is asked for
    reports on applicants (`providers`)."""

    forms: tuple[Form, ...]
    flows: Flows
    tagging: Tagging
    calendar: WorkingCalendar
    away: Mapping[str, tuple[Stop, ...]] = field(default_factory=dict)
    risk: Policies = field(default_factory=Policies)
    providers: Providers = field(default_factory=Providers)

    def form_for(self, flow: Flow) -> Form | None:
        """The form that is filled in for a flow."""
        return next((form for form in self.forms if form.key == flow.form), None)
