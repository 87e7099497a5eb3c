"""The floor under a claim: the rows a claim writes, by hand-written SQL on the raw driver, in one transaction.

UPDATE lead, UPDATE ownership, INSERT ownership, UPDATE audit_head, INSERT audit, INSERT issued_card,
INSERT card_subject, INSERT outbox. No limits are counted, no rights asked, nothing encrypted or chained; values have
the size of real ones. A commit waits for the disk, as ours does.
"""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import make_url

from core.store.base import new_id
from core.store.issued import new_card_id

_STATEMENTS = (
    "UPDATE lead SET owner_id = ?, owned_at = ?, idle_since = ?, pooled_at = NULL, next_contact_at = NULL,"
    " revision = revision + 1"
    " WHERE id = ? AND state = 'open' AND owner_id IS NULL",
    "UPDATE ownership SET until = ? WHERE lead_id = ? AND until IS NULL",
    "INSERT INTO ownership (id, lead_id, owner_id, pool, how, by_id, reason, since)"
    " VALUES (?, ?, ?, ?, 'claim', ?, NULL, ?)",
    "UPDATE audit_head SET seq = seq + 1, hash = ? WHERE id = 1 RETURNING seq",
    "INSERT INTO audit (seq, at, actor_id, action, subject, details, channel, request_id, key_id, hash)"
    " VALUES (?, ?, ?, 'lead:claim', ?, '{}', 'wecom', ?, 'aaaaaaaa', ?)",
    "INSERT INTO issued_card (id, channel, person_id, screen, args, revision, created_at)"
    " VALUES (?, 'wecom', ?, 'claimed', ?, 1, ?)",
    "INSERT INTO card_subject (subject, card_id) VALUES (?, ?)",
    "INSERT INTO outbox (dedupe_key, channel, person_id, target, kind, card_id, state, attempts, maybe_sent,"
    " next_try_at, created_at, request_id) VALUES (?, 'wecom', ?, ?, 'show', ?, 'pending', 0, ?, ?, ?, ?)",
)
_HASH = b"h" * 32


class RawClaims:
    """One connection that claims."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._sqlite = parsed.get_backend_name() == "sqlite"
        self._connection: Any
        if self._sqlite:
            self._connection = sqlite3.connect(
                parsed.database or "", isolation_level=None, timeout=10, check_same_thread=False
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._statements = _STATEMENTS
        else:
            plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain, autocommit=True)
            self._statements = tuple(each.replace("?", "%s") for each in _STATEMENTS)

    def claim(self, lead_id: int, person_id: int) -> bool:
        """One transaction; False if the lead was taken."""
        now: Any = datetime.now(UTC)
        if self._sqlite:
            now = now.replace(tzinfo=None).isoformat(" ")
        run, cursor, card, request = self._statements, self._connection.cursor(), new_card_id(), "k3v9q2ab"
        args = json.dumps({"outcomes": [{"kind": "claimed", "lead_id": lead_id}], "at": str(now)})
        cursor.execute("BEGIN IMMEDIATE" if self._sqlite else "BEGIN")
        cursor.execute(run[0], (person_id, now, now, lead_id))
        if cursor.rowcount != 1:
            cursor.execute("ROLLBACK")
            return False
        cursor.execute(run[1], (now, lead_id))
        cursor.execute(run[2], (new_id(), lead_id, person_id, "hohhot", person_id, now))
        ((seq,),) = cursor.execute(run[3], (_HASH,)).fetchall()
        cursor.execute(run[4], (seq, now, person_id, f"lead:{lead_id}", request, _HASH))
        cursor.execute(run[5], (card, person_id, args, now))
        cursor.execute(run[6], (f"lead:{lead_id}", card))
        cursor.execute(run[7], (f"raw:{card}", person_id, f"wecom:{person_id}", card, False, now, now, request))
        cursor.execute("COMMIT")
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
