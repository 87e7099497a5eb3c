"""What can come of a verb on leads: values, each with the numbers its sentence needs (`cards/texts`)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

from core.leads.models import NumberKind
from core.leads.recycling import Lapse
from core.leads.ways import Way
from core.people.policy import Verb


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person's roles do not give him `verb` here."""

    verb: Verb


@dataclass(frozen=True, slots=True)
class NoSuchLead:
    """There is no lead of this number."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The lead is closed."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class AtWork:
    """An application of the lead is under way, or a loan is not paid back: it goes into no pool."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The lead is the person's now."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class AlreadyYours:
    """The person has this lead since `since`; nothing changed."""

    lead_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class TakenBy:
    """Somebody else has it: `owner_id`, since `since`. `claimed`: he got it by claiming; else it was entered, assigned
    or handed over to him."""

    lead_id: int
    owner_id: int
    since: datetime
    claimed: bool = True


@dataclass(frozen=True, slots=True)
class NotYourPool:
    """The lead waits in a pool that is not open to the person's department."""

    lead_id: int
    pool: str


Rule: TypeAlias = Literal["daily_claims", "holding", "daily_reveals", "daily_checks", "daily_media"]


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A limit stops it. `rule` is `daily_claims`, `holding`, `daily_reveals` (full phones asked for), `daily_checks`
    (numbers checked for duplicates) or `daily_media` (pictures and files sent); `pool` is the pool's key whose rule it
    is, None for the company's; `frees_at` is when it frees by itself, None if only handing back frees it; `whose` the
    rank or department that the rule is for, empty if it is for everybody."""

    lead_id: int
    rule: Rule
    pool: str | None
    used: int
    limit: int
    frees_at: datetime | None
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The lead has just come into the pool `pool` and may be claimed from `frees_at` on, `hours` after it came."""

    lead_id: int
    pool: str
    hours: float
    frees_at: datetime


@dataclass(frozen=True, slots=True)
class CoolingDown:
    """The person had this lead until `since` and may claim it again from `frees_at` on, `hours` later, by the rule of
    the pool `pool`."""

    lead_id: int
    pool: str
    since: datetime
    hours: float
    frees_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneAfterClaim:
    """The lead waits in the pool `pool`, whose phone numbers come with the claim only."""

    lead_id: int
    pool: str


@dataclass(frozen=True, slots=True)
class NoPhoneYet:
    """Nobody knows the customer's phone yet; `mine`: the lead is the person's own."""

    lead_id: int
    mine: bool


@dataclass(frozen=True, slots=True)
class HasPhone:
    """The customer has a phone already, another than the one that was given."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class PhoneElsewhere:
    """The phone is another customer's, and the two cannot become one by it: an application is under way on the lead, or
    a loan was paid out."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class NotYours:
    """The lead belongs to somebody else (or, with `owner_id` None, waits in a pool)."""

    lead_id: int
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class NotAMember:
    """The lead waits in the pool `pool`, whose leads `person_id` does not work."""

    lead_id: int
    pool: str
    person_id: int


@dataclass(frozen=True, slots=True)
class NoRoom:
    """`person_id`, to whom the lead was to go, holds as many as `limit` lets him."""

    lead_id: int
    person_id: int
    limit: LimitReached


ClaimRefusal: TypeAlias = (
    AlreadyYours | TakenBy | NotYourPool | Frozen | CoolingDown | LimitReached | Closed | NoSuchLead | NotAllowed
)
ClaimOutcome: TypeAlias = Claimed | ClaimRefusal
Refused: TypeAlias = NotAllowed | NoSuchLead | Closed | NotYours
"""Why any verb on one lead may be refused."""
NoMoreTime: TypeAlias = Literal["not_offered", "not_due", "asked", "used_up", "nobody"]


@dataclass(frozen=True, slots=True)
class NoExtension:
    """More time cannot be asked for: the company grants none, the lead does not fall, it is asked of `person_id`
    already, `used` of `most` are used up, or nobody is there to be asked. `lapse`: by what it falls, if it does."""

    lead_id: int
    why: NoMoreTime
    used: int = 0
    most: int = 0
    person_id: int | None = None
    lapse: Lapse | None = None


@dataclass(frozen=True, slots=True)
class NoProtection:
    """The lead cannot be protected: the company has no protection (`most` None), the person protects `used` already, or
    he protected this one for the longest time, which was over at `over`, and has not followed it up since."""

    lead_id: int
    most: int | None
    used: int
    over: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """`by_id` has answered before: until `until`, None is no."""

    lead_id: int
    by_id: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class NothingToDecide:
    """The question is of no interest any more: the lead is in other hands, or does not fall."""

    lead_id: int


RevealRefusal: TypeAlias = NotAllowed | NoSuchLead | Closed | NotYours | PhoneAfterClaim | NoPhoneYet | LimitReached
PhoneRefusal: TypeAlias = Refused | HasPhone | PhoneElsewhere
Refusal: TypeAlias = (
    ClaimRefusal
    | Refused
    | RevealRefusal
    | PhoneRefusal
    | AtWork
    | NotAMember
    | NoRoom
    | NoExtension
    | NoProtection
    | AlreadyDecided
    | NothingToDecide
)
"""All refusals: each has its sentence in `cards/texts/refusals.py`."""

_CLAIM_OUTCOMES = {kind.__name__: kind for kind in get_args(ClaimOutcome)}


def pack_outcome(outcome: ClaimOutcome) -> dict[str, Any]:
    """A claim's outcome as JSON values, to stand in a card's arguments."""
    values = {
        key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(outcome).items()
    }
    return {"kind": type(outcome).__name__, **values}


def unpack_outcome(packed: dict[str, Any]) -> ClaimOutcome:
    """The outcome that `pack_outcome` packed."""
    values = {key: value for key, value in packed.items() if key != "kind"}
    for key in ("since", "frees_at"):
        if values.get(key):
            values[key] = datetime.fromisoformat(values[key])
    outcome: ClaimOutcome = _CLAIM_OUTCOMES[packed["kind"]](**values)
    return outcome


@dataclass(frozen=True, slots=True)
class Added:
    """A new lead, owned by `owner_id`, or waiting in `pool`. `full` says why an officer did not get it himself."""

    lead_id: int
    owner_id: int | None
    pool: str
    full: LimitReached | None = None


@dataclass(frozen=True, slots=True)
class AlreadyOpen:
    """The customer has an open lead already; the arrival was noted on it. `owner_id` None: it waits in `pool`, and
    `stop` says why who entered it cannot claim it (None: he can). `completed`: the customer had lacked these numbers of
    those that were brought, and has them now, as far as who brought them may know."""

    lead_id: int
    owner_id: int | None
    pool: str
    stop: ClaimRefusal | None = None
    completed: tuple[NumberKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """The follow-up is written down. `kept`: it named no next contact, and the one agreed before still stands;
    `replaced` is one that was still ahead and has given way to the new one. `way` is by what it was made, if known."""

    lead_id: int
    follow_up_id: int
    next_contact_at: datetime | None
    kept: bool = False
    replaced: datetime | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """The person is shown the lead's full phone number."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Asked:
    """`person_id` is asked for more time for the lead, which falls at `falls_at` by `lapse`."""

    lead_id: int
    person_id: int
    falls_at: datetime
    lapse: Lapse


@dataclass(frozen=True, slots=True)
class Extended:
    """The lead does not fall before `until`."""

    lead_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class NotExtended:
    """More time was refused."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class Protected:
    """The lead does not fall before `until`; it is one of `used` that its owner protects, of at most `most`."""

    lead_id: int
    until: datetime
    used: int
    most: int


@dataclass(frozen=True, slots=True)
class Unprotected:
    """The lead is protected no more; `was`: it had been."""

    lead_id: int
    was: bool


@dataclass(frozen=True, slots=True)
class Released:
    """The lead waits in `pool` now."""

    lead_id: int
    pool: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """The lead is `to_id`'s now; `from_id`, who had it (None: a pool), may look into it until `read_until`."""

    lead_id: int
    to_id: int
    from_id: int | None = None
    read_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CannotReceive:
    """The lead was to go to `person_id`, whose post works no leads."""

    lead_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class SameOwner:
    """It is his already; nothing changed."""

    lead_id: int
    owner_id: int
