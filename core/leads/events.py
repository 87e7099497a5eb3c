"""What happens to leads, in the past tense. Notices and automation listen."""

from dataclasses import dataclass

from core.leads.models import How
from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class OwnerChanged(Event):
    """A lead went from `old_id` (None: from its pool) to `new_id` (None: into a pool), by `by_id`."""

    lead_id: int
    old_id: int | None
    new_id: int | None
    how: How
    by_id: int


@dataclass(frozen=True, slots=True)
class CustomerCameAgain(Event):
    """A customer with an open lead arrived through `channel` again; `owner_id` may be None."""

    lead_id: int
    owner_id: int | None
    channel: str
    by_id: int


@dataclass(frozen=True, slots=True)
class FollowUpLogged(Event):
    """A contact was logged by `person_id`."""

    lead_id: int
    person_id: int
