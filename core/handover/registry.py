"""The kinds of records that go with a hand-over, in the order in which they go: what hangs on another stands behind."""

from core.handover.applications import ApplicationKind
from core.handover.cares import CareKind
from core.handover.extensions import ExtensionKind
from core.handover.kinds import Kind
from core.handover.leads import LeadKind
from core.handover.reminders import ReminderKind
from core.handover.tasks import LoanTaskKind

KINDS: tuple[Kind, ...] = (
    LeadKind(),
    ReminderKind(),
    CareKind(),
    ExtensionKind(),
    ApplicationKind(),
    LoanTaskKind(),
)


def kind_of(key: str) -> Kind:
    """The kind with this key.

    Raises:
        StopIteration: there is none: a row of another release.
    """
    return next(kind for kind in KINDS if kind.key == key)
