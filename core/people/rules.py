"""Rules about people, over plain values."""

from dataclasses import dataclass

HANDFUL = 3  # so many may leave without a question, however small the company is
SHARE = 3  # more than one in three at once is rather an export gone wrong


@dataclass(frozen=True, slots=True)
class NoAdministrator:
    """An administrator would leave, and none would stay."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """So many people would leave at once that their number must be confirmed."""


@dataclass(frozen=True, slots=True)
class OtherCount:
    """Another number of leavers was confirmed than there would be."""

    confirmed: int


Doubt = NoAdministrator | TooMany | OtherCount


def doubt(leaving: int, staff: int, *, loses_administrators: bool, confirmed: int | None) -> Doubt | None:
    """Why `leaving` of `staff` people must not be marked as gone, or None if they may.

    `loses_administrators`: administrators are among them, and none is among those who stay; no number of leavers makes
    that right. `confirmed` is the number that somebody stated; it must be exact, and then any share may leave.
    """
    if loses_administrators:
        return NoAdministrator()
    if confirmed is not None and confirmed != leaving:
        return OtherCount(confirmed)
    if confirmed is None and leaving > HANDFUL and leaving * SHARE > staff:
        return TooMany()
    return None
