"""`tuoling exports list`: who exported what, and what became of it."""

from collections.abc import Iterator

from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from cards.texts import exports as texts
from config.in_force import InForce
from config.settings import Settings
from core.calendar import CHINA
from core.exports import queries
from core.exports.models import State
from core.exports.outcomes import Why
from core.people import queries as people


def list_exports(settings: Settings, limit: int) -> Iterator[str]:
    """`tuoling exports list`: the last `limit`, the newest first, with the beginning of each file's SHA-256."""
    store = open_store(settings)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    good_for = in_force.now.exports.good_for
    with store.read() as session:
        rows = queries.newest(session, limit)
        names = people.names(session, [one for row in rows for one in (row.person_id, row.approver_id, row.by_id)])
    for row in rows:
        waits_for, by = names.get(row.approver_id, texts.SUPERIOR), names.get(row.by_id, "")
        expired = row.state == State.WAITING and row.asked_at < store.clock() - good_for
        state, why = State.EXPIRED if expired else State(row.state), Why(row.why) if row.why else None
        parts = (
            f"E{row.id}",
            f"{row.asked_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            names.get(row.person_id, str(row.person_id)),
            row.called,
            f"{row.rows:,} 行" if row.rows is not None else "",
            texts.stands(state, why, waits_for, by),
            f"{by}同意" if row.permitted is not None and by else "",
            f"sha256 {row.sha256[:12]}" if row.sha256 else "",
        )
        yield "  ".join(filter(None, parts))
    if not rows:
        yield "还没有人导出过。"
