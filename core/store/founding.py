"""A database and its master key belong together from the first transaction on.

A value that only this key opens is sealed into the database when it is first used. With another key nothing would fail
at once: what is there could not be read nor found, so that every customer could be entered a second time. So whoever
comes with another key is turned away before he writes anything (`Store.check_key`).

The value is a shared secret like others: `tuoling keys reseal` seals it anew with them. A key that was retired before
that is missed here first.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, type_coerce, update
from sqlalchemy.types import NullType

from core.privacy import Unreadable, Vault
from core.store import audit
from core.store.audit import AuditHead
from core.store.base import table_of
from core.store.database import Database, Executor, insert_new
from core.store.shared import MASTER_KEY, SecretRow, secret_place

_VALUE = "this database is read and written with the key that opens this"
_FOR_EVER = timedelta(days=36500)

_S, _HEAD = table_of(SecretRow), table_of(AuditHead)


class WrongKey(Exception):
    """The master key (and the one before, if it is given) is not the one that this database was written with."""


def holds(executor: Executor, vault: Vault) -> bool | None:
    """Is the vault's key the one of this database? None if there is nothing yet that it was written with.

    Where the value was lost or damaged, the key's name at the end of the audit log has to do.
    """
    return _judge(executor, vault, _kept(executor))


def _judge(executor: Executor, vault: Vault, kept: bytes | None) -> bool | None:
    if kept is not None and _opens(vault, kept):
        return True
    if kept is not None and vault.is_foreign(kept):
        return False
    newest = executor.execute(select(_HEAD.c.key_id).where(_HEAD.c.id == 1)).scalar()
    return None if newest is None else newest in vault.key_ids()


def admit(database: Database, vault: Vault, now: datetime) -> None:
    """Let in who has the key of this database; the first one makes his key the key of this database.

    Raises:
        WrongKey: it is another one; nothing was written.
    """
    with database.read() as session:
        kept = _kept(session)
        if kept is not None and _opens(vault, kept):
            return
    with database.begin() as connection:
        _take_possession(connection, vault, now)


def _take_possession(executor: Executor, vault: Vault, now: datetime) -> None:
    kept = _kept(executor)
    judged = _judge(executor, vault, kept)
    if judged is False:
        raise WrongKey
    if kept is None and judged is None and audit.is_untouched(executor):
        audit.begin(executor, vault)
    sealed = vault.seal(secret_place(MASTER_KEY), _VALUE)
    if kept is None:
        values = {"name": MASTER_KEY, "value": sealed, "version": 1, "expires_at": now + _FOR_EVER}
        executor.execute(insert_new(executor, SecretRow).values(values))
    elif not _opens(vault, kept):
        executor.execute(update(_S).where(_S.c.name == MASTER_KEY).values(value=sealed))
    if holds(executor, vault) is False:  # somebody else was the first, at the same moment
        raise WrongKey


def _kept(executor: Executor) -> bytes | None:
    """What is kept, empty if it is no bytes (SQLite keeps any value in any column); None if nothing is."""
    found = executor.execute(select(type_coerce(_S.c.value, NullType())).where(_S.c.name == MASTER_KEY)).scalar()
    return found if found is None or isinstance(found, bytes) else b""


def _opens(vault: Vault, kept: bytes) -> bool:
    try:
        return vault.open(secret_place(MASTER_KEY), kept) == _VALUE
    except Unreadable:
        return False
