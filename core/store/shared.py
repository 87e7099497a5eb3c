"""What all processes share besides the business: leases, and secrets such as a platform's access token."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import BigInteger, LargeBinary, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.privacy import Unreadable, Vault
from core.store.base import SKEW, Base, UtcDateTime
from core.store.database import Executor, insert_new

MASTER_KEY = "master-key"
"""The name of the value that only the database's master key opens (`core.store.founding`)."""

LONGEST_LEASE = timedelta(minutes=1)

_LONG_AGO = timedelta(days=3650)
_log = structlog.get_logger(__name__)


class LeaseRow(Base):
    """Who may do a thing alone, until when. `fence` grows with every new holder: a paused one is recognised."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(BigInteger)


class SecretRow(Base):
    """A secret that all processes use, until it expires. Sealed: neither Redis nor a backup holds it in clear."""

    __tablename__ = "shared_secret"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret as it was read. `version` grows with every new value. Its value shows in no log."""

    value: str = field(repr=False)
    version: int
    expires_at: datetime


def take_lease(session: Session, name: str, holder: str, *, now: datetime, seconds: float) -> int | None:
    """Take or extend the lease `name` until `seconds` from now; its fencing number, or None if another holds it. `now`
    is the time that all holders share (`Store.shared_now`).

    One that runs for longer than any that is given (`LONGEST_LEASE`) was taken by a clock that ran ahead, and holds
    nobody back.

    Raises:
        ValueError: `seconds` are more than the longest lease.
    """
    if seconds > LONGEST_LEASE.total_seconds():
        raise ValueError(
            f"a lease is of at most {LONGEST_LEASE.total_seconds():.0f} s: nobody would believe a longer one"
        )
    fresh = {"name": name, "holder": "", "until": now - _LONG_AGO, "fence": 0}
    session.execute(insert_new(session, LeaseRow).values(fresh))
    until = now + timedelta(seconds=seconds)
    extend = update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder, LeaseRow.until >= now)
    kept = session.scalars(extend.values(until=until).returning(LeaseRow.fence)).one_or_none()
    if kept is not None:
        return kept
    ahead = LeaseRow.until > now + LONGEST_LEASE + SKEW
    take = update(LeaseRow).where(LeaseRow.name == name, or_(LeaseRow.until < now, ahead, LeaseRow.holder == ""))
    return session.scalars(
        take.values(holder=holder, until=until, fence=LeaseRow.fence + 1).returning(LeaseRow.fence)
    ).one_or_none()


def lease_until(session: Session, name: str) -> datetime | None:
    """Until when the lease `name` was taken last; None if it never was. It is over, if that is past."""
    return session.scalars(select(LeaseRow.until).where(LeaseRow.name == name, LeaseRow.fence > 0)).one_or_none()


def still_leads(executor: Executor, name: str, fence: int) -> bool:
    """Is `fence` the newest number of the lease `name`? If so it is until the end of this transaction: who would take
    the lease waits for it. Whoever was paused for so long that another has taken over is told so here, before he writes
    anything."""
    held = select(LeaseRow.fence).where(LeaseRow.name == name, LeaseRow.fence == fence).with_for_update(read=True)
    return executor.execute(held).scalar() is not None


def drop_lease(session: Session, name: str, holder: str, *, now: datetime) -> None:
    """Give the lease back, if `holder` still has it."""
    session.execute(
        update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder).values(until=now - _LONG_AGO)
    )


def secret_place(name: str) -> str:
    """The vault's place of a shared secret."""
    return f"shared_secret:{name}"


def read_secret(session: Session, vault: Vault, name: str) -> Secret | None:
    """The shared secret `name`, if there is one; it may have expired."""
    row = session.execute(
        select(SecretRow.value, SecretRow.version, SecretRow.expires_at).where(SecretRow.name == name)
    ).one_or_none()
    return Secret(vault.open(secret_place(name), row.value), row.version, row.expires_at) if row else None


def read_fleeting(session: Session, vault: Vault, name: str) -> Secret | None:
    """As `read_secret`, for a secret that can be had anew: one that cannot be read is as good as one that has expired.
    Its version stays, so that the next one takes its place."""
    try:
        return read_secret(session, vault, name)
    except Unreadable:
        version = session.scalars(select(SecretRow.version).where(SecretRow.name == name)).one()
        _log.warning("a shared secret cannot be read, and has to be had anew", name=name.partition(":")[0])
        return Secret("", version, datetime.fromtimestamp(0, UTC))


def write_secret(session: Session, vault: Vault, name: str, secret: Secret) -> None:
    """Store a new value of the shared secret `name`; one of a higher version that is there already stays."""
    sealed = vault.seal(secret_place(name), secret.value)
    values = {"name": name, "value": sealed, "version": secret.version, "expires_at": secret.expires_at}
    if session.scalar(insert_new(session, SecretRow).values(values).returning(SecretRow.version)) is not None:
        return
    older = update(SecretRow).where(SecretRow.name == name, SecretRow.version < secret.version)
    session.execute(older.values(values))
