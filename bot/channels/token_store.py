"""The access token's place: sealed in the database, with a lease, so that all processes share one."""

from datetime import datetime

from bot.channels.tokens import StoredToken
from core.store import shared
from core.store.shared import Secret
from core.store.unit import Store


class DatabaseTokenStore:
    """`TokenStore` over `core.store.shared`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, name: str) -> StoredToken | None:
        """The token all processes use, expired or not; one that cannot be read counts as expired."""
        with self._store.read() as session:
            secret = shared.read_fleeting(session, self._store.vault, name)
        return StoredToken(secret.value, secret.version, secret.expires_at) if secret else None

    def acquire(self, name: str, holder: str, seconds: float) -> bool:
        """Take the right to refresh."""
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            fence = shared.take_lease(session, f"token:{name}", holder, now=now, seconds=seconds)
        return fence is not None

    def write(self, name: str, value: str, version: int, expires_at: datetime) -> None:
        """Share a fresh token."""
        with self._store.database.write() as session:
            shared.write_secret(session, self._store.vault, name, Secret(value, version, expires_at))

    def release(self, name: str, holder: str) -> None:
        """Give the right to refresh back."""
        with self._store.database.write() as session:
            shared.drop_lease(session, f"token:{name}", holder, now=self._store.shared_now(session))
