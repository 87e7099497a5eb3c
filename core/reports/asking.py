"""Who asks, of what: the viewer, what he picks, and by what it is broken down. Plain values."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.people.policy import Actor, Scope, Verb
from core.reports.metrics import Reports
from core.reports.periods import Period, Span

UNKNOWN = "-"
"""What is picked as product or region where none is known."""

CITY = 4
"""So many digits of a region's code are its 盟市."""


class By(StrEnum):
    """What a metric is broken down by; the values stand in buttons and snapshots."""

    NOTHING = ""
    PERSON = "person"
    DEPARTMENT = "department"
    CHANNEL = "channel"
    PRODUCT = "product"
    REGION = "region"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Pick:
    """Of what is asked; empty is all. `department`: a path, with all below it; `person`: who is credited; `product` by
    key, `channel` by name, `region` a prefix of its code. `last_touch`: a channel is that of
    the last arrival before it happened, instead of the first one."""

    department: str = ""
    person: int = 0
    product: str = ""
    channel: str = ""
    region: str = ""
    last_touch: bool = False

    def of_person(self, number: int) -> "Pick":
        """The same of this person alone. Written out: a ranking has hundreds, and `replace` is slow."""
        return Pick(self.department, number, self.product, self.channel, self.region, self.last_touch)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, of what, by which definitions, as of when. `colleagues`: he may see how the others of his own
    department rank, though not what is behind it."""

    viewer: Actor
    pick: Pick
    reports: Reports
    as_of: datetime
    colleagues: bool = False

    def as_then(self, period: Period, other: Period) -> "Asking":
        """As it is asked of `other`, with which `period` is compared: of a day that is not over up to the same hour."""
        if period.span is not Span.DAY or self.as_of >= period.ends:
            return self
        return replace(self, as_of=self.as_of - (period.begins - other.begins))

    @property
    def sees_all(self) -> bool:
        """Does he see what belongs to nobody too, and asks for it?"""
        return self.viewer.scope(Verb.SEE_BOARD) == Scope.ALL and not self.pick.department and not self.pick.person
