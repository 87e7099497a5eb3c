"""授权: what customers authorised, for which purpose and until when. Nothing is asked about anybody without it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from core.moments import day_of
from core.privacy import Vault
from core.risk.models import Consent, ConsentMedium, identity_place
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_C, _CM = table_of(Consent), table_of(ConsentMedium)


class Ended(StrEnum):
    """Why one counts no more before its day: the customer took it back, or its paper was taken off. The values stand
    in the database."""

    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as it was recorded: who collected it, when, on which paper (`document`) of which application; it holds
    for `purpose` until the day `until`, for who has the ID number `identity` (empty: nobody knew it yet)."""

    id: int
    customer_id: int
    purpose: str
    application_id: int
    document: str
    by_id: int
    at: datetime
    until: date
    ended_at: datetime | None = None
    ended_why: Ended | None = None
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A paper that a customer signed: which one of which application, the numbers of its pictures and files, for which
    purposes and until which day, and his ID number (empty: it is not known yet)."""

    customer_id: int
    application_id: int
    document: str
    media: tuple[int, ...]
    purposes: tuple[str, ...]
    until: date
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Authorised:
    """What a paper authorises now: for `purposes`, until the day `until`; `new`: it was recorded just now. Without
    purposes nothing: its pictures were a consent before, which counts no more."""

    purposes: tuple[str, ...]
    until: date | None = None
    new: bool = False


def give(unit: Unit, by_id: int, signed: Signed) -> tuple[str, ...]:
    """Record what was signed; the purposes for which it was recorded now. More of a paper that was signed on the same
    day (its second side) belongs to it; of another day it is signed anew. Pictures that were a consent once, also an
    older application's or another customer's, are not one again: what was signed then holds until its day, and no
    longer."""
    executor = unit.connection
    media = sorted(set(signed.media) - _used(executor, signed.media))
    if not media:
        return ()
    before = of_paper(executor, unit.vault, signed.application_id, signed.document)
    his = [each for each in before if each.identity in ("", signed.identity)]
    end(unit, by_id, [each for each in before if each not in his], Ended.REMOVED)  # with another number in the form
    there = [each for each in his if day_of(each.at) == day_of(unit.now)]
    new = tuple(each for each in signed.purposes if each not in {given.purpose for given in there})
    numbers = [each.id for each in there] + [_recorded(unit, by_id, signed, purpose, media) for purpose in new]
    rows = [{"consent_id": number, "medium_id": one} for number in numbers for one in media]
    executor.execute(insert(_CM), rows)
    return new


def _recorded(unit: Unit, by_id: int, signed: Signed, purpose: str, media: Sequence[int]) -> int:
    values = {
        "customer_id": signed.customer_id,
        "purpose": purpose,
        "application_id": signed.application_id,
        "document": signed.document,
        "by_id": by_id,
        "at": unit.now,
        "until": signed.until,
    }
    number = int(unit.connection.execute(insert(_C).values(values).returning(_C.c.id)).scalar_one())
    if signed.identity:
        _bind(unit, number, signed.identity)
    told = {"purpose": purpose, "consent": number, "until": signed.until.isoformat(), "media": list(media)}
    unit.record(by_id, "consent:given", f"application:{signed.application_id}", **told)
    return number


def end(unit: Unit, by_id: int | None, given: Collection[Given], why: Ended) -> None:
    """These count no more."""
    for each in given:
        over = {"ended_at": unit.now, "ended_by_id": by_id, "ended_why": why.value}
        unit.connection.execute(update(_C).where(_C.c.id == each.id, _C.c.ended_at.is_(None)).values(over))
        about = f"application:{each.application_id}"
        unit.record(by_id, f"consent:{why}", about, purpose=each.purpose, consent=each.id)


def bind(unit: Unit, given: Given, identity: str) -> None:
    """It is who has this ID number from here on, if nobody knew that before."""
    if identity and not given.identity:
        _bind(unit, given.id, identity)


def _bind(unit: Unit, number: int, identity: str) -> None:
    sealed = unit.vault.seal(identity_place(number), identity)
    unit.connection.execute(update(_C).where(_C.c.id == number).values(identity=sealed))


def standing(executor: Executor, vault: Vault, applications: Collection[int], day: date) -> list[Given]:
    """What of it counts on this day; the first first."""
    mine = (_C.c.application_id.in_(applications), _C.c.ended_at.is_(None), _C.c.until >= day)
    return [_given(vault, row) for row in executor.execute(select(_C).where(*mine).order_by(_C.c.id)).all()]


def of_paper(executor: Executor, vault: Vault, application_id: int, document: str) -> list[Given]:
    """What stands on this paper of an application still."""
    mine = (_C.c.application_id == application_id, _C.c.document == document, _C.c.ended_at.is_(None))
    return [_given(vault, row) for row in executor.execute(select(_C).where(*mine).order_by(_C.c.id)).all()]


def _used(executor: Executor, media: Sequence[int]) -> set[int]:
    """Which of these were a consent already."""
    return set(executor.scalars(select(_CM.c.medium_id).where(_CM.c.medium_id.in_(media))))


def is_older(executor: Executor, consent_id: int, medium_ids: Collection[int]) -> bool:
    """Is any of these pictures and files of a consent that was given before this one?"""
    before = (_CM.c.medium_id.in_(medium_ids), _CM.c.consent_id < consent_id)
    return executor.execute(select(_CM.c.consent_id).where(*before).limit(1)).first() is not None


def media_of(executor: Executor, consent_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of the pictures and files of each of these."""
    found: dict[int, list[int]] = {number: [] for number in consent_ids}
    wanted = select(_CM).where(_CM.c.consent_id.in_(consent_ids)).order_by(_CM.c.medium_id)
    for row in executor.execute(wanted).all():
        found[row.consent_id].append(row.medium_id)
    return {number: tuple(media) for number, media in found.items()}


def _given(vault: Vault, row: Any) -> Given:
    why = Ended(row.ended_why) if row.ended_why else None
    identity = vault.open(identity_place(row.id), row.identity) if row.identity is not None else ""
    paper = (row.application_id, row.document)
    return Given(
        row.id, row.customer_id, row.purpose, *paper, row.by_id, row.at, row.until, row.ended_at, why, identity
    )
