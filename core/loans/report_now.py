"""How a report that an application wants stands. Pure values."""

from dataclasses import dataclass
from enum import StrEnum

from core.loans.forms import Document
from core.risk.consent import Given
from core.risk.providers import Provider, Terms
from core.risk.reports import Report


class Standing(StrEnum):
    """How a wanted report stands. Good: it is there. Nothing: the provider has nothing on him. To ask, to hand in: it
    can be. Failed: it was given up, and can be asked for again. No consent: the customer has not authorised it. No
    data: what is to be sent is not known."""

    GOOD = "good"
    NOTHING = "nothing"
    AWAITED = "awaited"
    TO_ASK = "to_ask"
    TO_HAND_IN = "to_hand_in"
    FAILED = "failed"
    NO_CONSENT = "no_consent"
    NO_DATA = "no_data"


SETTLED = (Standing.GOOD, Standing.NOTHING)
UP_TO_OFFICER = (Standing.TO_HAND_IN, Standing.NO_CONSENT, Standing.NO_DATA)
"""What only its officer can bring on."""


@dataclass(frozen=True, slots=True)
class ReportNow:
    """A report that the product of an application wants, as it stands. `report` is the one that is good, or the last
    that was asked for because of this application; `consent` by which it may be asked for; `paper` the one by which the
    customer authorises it."""

    provider: Provider
    terms: Terms
    standing: Standing
    report: Report | None
    consent: Given | None
    paper: Document | None

    @property
    def stops(self) -> bool:
        """Does the application not go on before something comes of it?"""
        if not self.terms.mandatory or self.standing in SETTLED:
            return False
        return not (self.terms.skippable and self.standing is Standing.FAILED)
