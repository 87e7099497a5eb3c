"""What happens to leads, in the past tense. Notices and automation listen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.expressions import Fact
from core.leads.models import How
from core.store.unit import Event


@dataclass(frozen=True, slots=True)
class LeadsAdded(Event):
    """These leads are new, one or many at once."""

    lead_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OwnerChanged(Event):
    """A lead went from `old_id` (None: from its pool) to `new_id` (None: into a pool), by `by_id` (None: by a rule).
    `one_of_many`: both are told of it otherwise, of many at once."""

    lead_id: int
    old_id: int | None
    new_id: int | None
    how: How
    by_id: int | None
    one_of_many: bool = False


@dataclass(frozen=True, slots=True)
class LeadsTransferred(Event):
    """`by_id` gave several leads to `to_id` at once: (lead, old owner) each; None: it waited in a pool."""

    moved: tuple[tuple[int, int | None], ...]
    to_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class Fallen:
    """A lead that went from `old_id` into the pool `pool` by a rule."""

    lead_id: int
    old_id: int
    pool: str


@dataclass(frozen=True, slots=True)
class LeadsFell(Event):
    """Leads went from their owners into pools by the recycling rule `rule`; `grab`: they are offered to the old owner's
    whole department. `admins` are the accounts of who runs each of the pools they went into."""

    fallen: tuple[Fallen, ...]
    rule: str
    grab: bool
    admins: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LeadsAssigned(Event):
    """Leads went out of their pools to people by assignment rules: (lead, new owner) each."""

    given: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class NobodyEligible(Event):
    """By the assignment rule `rule` (its key) nobody can take leads any more that wait in `pools` (keys). `admins` are
    the accounts of who runs these."""

    rule: str
    pools: tuple[str, ...]
    admins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LeadsAboutToFall(Event):
    """These leads of `owner_id` fall soon if nothing is done."""

    owner_id: int
    lead_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FallsAnew(Event):
    """The lead falls at another time than before: more time was granted or refused, it is protected, or no more."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class ContactsDue(Event):
    """The next contacts that were agreed on these leads of `owner_id` are due now."""

    owner_id: int
    lead_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExtensionAsked(Event):
    """`owner_id` asks `superior_id` for more time for a lead; `number` is the question's."""

    number: int
    lead_id: int
    owner_id: int
    superior_id: int


@dataclass(frozen=True, slots=True)
class ExtensionDecided(Event):
    """`by_id` has answered the question of `owner_id` for more time: until `until`, None is no."""

    lead_id: int
    owner_id: int
    until: datetime | None
    by_id: int


@dataclass(frozen=True, slots=True)
class CustomerCameAgain(Event):
    """A customer with an open lead arrived through `channel` again; `owner_id` may be None, and `by_id` (it was no
    person)."""

    lead_id: int
    owner_id: int | None
    channel: str
    by_id: int | None


@dataclass(frozen=True, slots=True)
class MediumReceived(Event):
    """`person_id` sent something on `channel` that is to be fetched and kept; `lead_id` is its lead, if that is clear.
    With `medium_id` None, what he has sent before was put to the lead, or (None) is not wanted any more."""

    medium_id: int | None
    person_id: int
    channel: str
    lead_id: int | None


@dataclass(frozen=True, slots=True)
class MediumKept(Event):
    """What was fetched is kept with the lead (None: nobody has said yet with which), or will not be. `lost_to`: who
    sent it, if it will not be."""

    lead_id: int | None
    lost_to: int | None = None


@dataclass(frozen=True, slots=True)
class MediumAsked(Event):
    """`person_id` wants to see on `channel` what is kept as `medium_id`."""

    medium_id: int
    person_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class CommentWritten(Event):
    """Something was said about a lead that `told` are to hear."""

    comment_id: int
    lead_id: int
    told: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FollowUpLogged(Event):
    """A contact was logged by `person_id`; if not `anew`, it was only said by what the last one was made."""

    lead_id: int
    person_id: int
    anew: bool = True


@dataclass(frozen=True, slots=True)
class CustomerChanged(Event):
    """The customer of this lead has a phone now, or another name."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class LeadMarked(Event):
    """The lead's `grade` was changed, or else its tags were; `was`: what conditions saw of them before, by its name."""

    lead_id: int
    grade: bool = False
    was: tuple[tuple[str, Fact | None], ...] = ()


@dataclass(frozen=True, slots=True)
class LeadJoined(Event):
    """By a phone that `by_id` gave the customer of `lead_id` turned out to be that of the lead `into`: `lead_id`, which
    `old_id` had, was closed in favour of it, or is the same and goes on. `owner_id` has it now. `agreed` is the next
    contact on the closed one, still to come."""

    lead_id: int
    into: int
    old_id: int | None
    owner_id: int | None
    by_id: int
    agreed: datetime | None = None


@dataclass(frozen=True, slots=True)
class FriendGone(Event):
    """The customer of this lead, which `owner_id` has, removed `person_id` from his contacts."""

    lead_id: int
    owner_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CareBegun(Event):
    """The care `number` began; these owners have tasks in it."""

    number: int
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CareTasksMoved(Event):
    """Tasks of the care `number` went from one lead to another, whose owners these are."""

    number: int
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CareTicked(Event):
    """Tasks of the care `number` were ticked off."""

    number: int


@dataclass(frozen=True, slots=True)
class FollowTaskOpened(Event):
    """The owner of the lead has the follow-up task `number`."""

    number: int
    lead_id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class FollowTaskTicked(Event):
    """The follow-up task `number` is done: it was ticked off, or somebody followed up."""

    number: int


@dataclass(frozen=True, slots=True)
class OwnerTold(Event):
    """An automation, or a flow, has something to say to the owner of the lead; about its application, if that is
    named."""

    lead_id: int
    owner_id: int
    text: str
    application_id: int | None = None
