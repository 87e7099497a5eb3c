"""What comes of giving out one lead: who was chosen, or nobody; and for every person of the rule his place, or why he
could not take it. Kept with the lead, so that 「为什么分给我」 can be answered later: all of it packs to JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias, assert_never, get_args

from core.leads.assignment_rules import Language, Method
from core.leads.outcomes import ClaimRefusal, pack_outcome, unpack_outcome

LEAD = 10**15
"""One lead, in the parts that `Turn.due` counts: whole numbers, so that equal is equal, and so fine that what rounding
loses (less than a part with each lead) stays far below what `choose` tells apart."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is kept for one person in one rule: how many leads he got (`served`), what he is still owed (`due`, in parts
    of a `LEAD`; below zero he got ahead), and when he got the last one, None if never."""

    served: int = 0
    due: int = 0
    last_served_at: datetime | None = None


NEW = Turn()
"""Of who has just joined the rule, and of everybody in a new one."""


@dataclass(frozen=True, slots=True)
class NotWorkingHere:
    """The company knows nobody active of this account."""


@dataclass(frozen=True, slots=True)
class WrongRegion:
    """He does not take leads of `region`."""

    region: str


@dataclass(frozen=True, slots=True)
class WrongLanguage:
    """He does not speak `language`, and somebody else does, or the rule waits for one."""

    language: Language


@dataclass(frozen=True, slots=True)
class NotSkilled:
    """He does not work `product`."""

    product: str


@dataclass(frozen=True, slots=True)
class OnLeave:
    """He is on leave until `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OffShift:
    """He does not work now; his next shift begins at `next_at`."""

    next_at: datetime


@dataclass(frozen=True, slots=True)
class QuotaReached:
    """He was assigned `used` leads today, of `limit`. It frees at the next midnight in China."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class HoldingFull:
    """He holds `used` leads, of `limit`."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule of the pool or of the company stops it: the refusal he would get if he claimed it."""

    reason: ClaimRefusal


Reason: TypeAlias = (
    NotWorkingHere
    | WrongRegion
    | WrongLanguage
    | NotSkilled
    | OnLeave
    | OffShift
    | QuotaReached
    | HoldingFull
    | Blocked
)
"""Why a person could not take the lead; of several the first in this order."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """He could take it. `rank` 1 got it. The numbers are those that were compared: `served`, `held` and
    `last_served_at` from before this lead; `due` (parts of a `LEAD`) with his share of this one, which 最少 does not
    look at; `weight` is 1 for 轮流."""

    rank: int
    weight: int
    served: int
    due: int
    held: int
    last_served_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One person of the rule, and his rank or his reason. `person_id` is None if nobody has the account."""

    account: str
    person_id: int | None
    name: str
    verdict: Ranked | Reason


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lead goes to `person_id`. `rule` is the rule's key, `version` the configuration's; `fell_back`: nobody could
    speak the customer's language, so it was not asked for. `standings` in the order of the rule's file."""

    rule: str
    name: str
    version: str
    method: Method
    lead_id: int
    at: datetime
    fell_back: bool
    standings: tuple[Standing, ...]
    person_id: int

    @property
    def turns(self) -> dict[int, Turn]:
        """What is to be kept from now on, by person: for all who could take the lead, not only for who got it."""
        ranked = [(each.person_id, each.verdict) for each in self.standings if isinstance(each.verdict, Ranked)]
        return {person_id: self._turn(verdict) for person_id, verdict in ranked if person_id is not None}

    def _turn(self, one: Ranked) -> Turn:
        if one.rank > 1:
            return Turn(one.served, one.due, one.last_served_at)
        return Turn(one.served + 1, one.due - _paid(self.method), self.at)


def _paid(method: Method) -> int:
    """What he is owed less who got a lead."""
    match method:
        case Method.LEAST_LOADED:
            return 0
        case Method.ROUND_ROBIN | Method.WEIGHTED:
            return LEAD
        case _:
            assert_never(method)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody can take the lead now. `earliest` is the first moment when somebody could, as far as one can tell: by the
    end of a leave, a shift, a day's quota, or a limit that says when it frees; None if no such moment is known."""

    rule: str
    name: str
    version: str
    method: Method
    lead_id: int
    at: datetime
    fell_back: bool
    standings: tuple[Standing, ...]
    earliest: datetime | None


Decision: TypeAlias = Chosen | Nobody

_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (*get_args(Reason), *get_args(Decision), Ranked)}
_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in (*_KINDS.values(), Standing)}
_REFUSALS = get_args(ClaimRefusal)
_TIMES = frozenset({"at", "earliest", "until", "next_at", "last_served_at"})
_WORDS: dict[str, Any] = {"method": Method, "language": Language}


def pack_decision(decision: Decision) -> dict[str, Any]:
    """The decision as JSON values. There may be hundreds of people in it: of them only the values are kept, in the
    order of the fields (a new field comes last)."""
    names = (name for name in _NAMES[type(decision)] if name != "standings")
    told = {name: _packed(getattr(decision, name)) for name in names}
    return {"kind": type(decision).__name__, **told, "standings": list(map(_pack_standing, decision.standings))}


def unpack_decision(packed: dict[str, Any]) -> Decision:
    """The decision that `pack_decision` packed."""
    told = {name: _unpacked(name, value) for name, value in packed.items() if name not in ("kind", "standings")}
    decision: Decision = _KINDS[packed["kind"]](**told, standings=tuple(map(_unpack_standing, packed["standings"])))
    return decision


def _pack_standing(one: Standing) -> list[Any]:
    verdict = one.verdict
    kind = type(verdict)
    return [
        one.account,
        one.person_id,
        one.name,
        kind.__name__,
        *[_packed(getattr(verdict, name)) for name in _NAMES[kind]],
    ]


def _unpack_standing(packed: Sequence[Any]) -> Standing:
    account, person_id, name, kind, *values = packed
    given = {field: _unpacked(field, value) for field, value in zip(_NAMES[_KINDS[kind]], values, strict=False)}
    return Standing(account, person_id, name, _KINDS[kind](**given))


def _packed(value: Any) -> Any:
    if type(value) is int:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return pack_outcome(value) if isinstance(value, _REFUSALS) else value


def _unpacked(name: str, value: Any) -> Any:
    if name == "reason":
        return unpack_outcome(value)
    if name in _TIMES:
        return datetime.fromisoformat(value) if value else None
    return _WORDS[name](value) if name in _WORDS else value
