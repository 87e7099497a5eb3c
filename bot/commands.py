"""The short commands: each takes the settings, does one thing, and gives what to print: a text, or line after line
where something is to be read before the next thing is done.

What cannot be done is raised as `Unready`, whose text is printed instead.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from bot.explain import Unready
from bot.runtime import open_store
from config.settings import Settings
from core.calendar import CHINA
from core.people import roster
from core.people.roster import Entry
from core.privacy import resealing
from core.store import audit, migrate, outbox_watch
from core.store.database import Database
from core.store.outbox import OutboxState
from core.store.outbox_watch import Stuck
from core.store.post import REPORT, SMS, WEBHOOK, group_of


def upgrade_database(settings: Settings) -> str:
    """`tuoling db upgrade`. A new database is from now on that of the master key that is set."""
    before, now = migrate.upgrade(Database(settings.database_url))
    if settings.secret_key is not None:
        open_store(settings).check_key()
    return f"数据库版本：{before or '空'} → {now}" if before != now else f"数据库已是最新版本 {now}"


def draft_migration(settings: Settings, name: str) -> str:
    """`tuoling db draft NAME`, for engineers."""
    return f"已写好 {migrate.draft(Database(settings.database_url), name)}，请读一遍，改好再用。"


def reseal(settings: Settings, *, dry_run: bool) -> Iterator[str]:
    """`tuoling keys reseal`: what the old master key sealed, sealed with the new one. Audited."""
    store = open_store(settings)
    doubled = Counter[str]()
    if not dry_run:
        with store.database.write() as session:
            audit.keep_keys(session, store.vault, store.clock())
        done = resealing.reseal(store)
        doubled = done.doubled
        if done.anew:
            with store.unit(request_id="cli", channel="cli") as unit:
                unit.record(None, "keys:reseal", "keys", values=done.anew.total())
        yield f"已用新密钥重新加密 {done.anew.total()} 个值{_counted(done.anew)}。"
    left = resealing.count(store)  # after doing it: what others wrote with the old key meanwhile
    if left.old:
        yield f"用旧密钥加密的还有 {left.old.total()} 个值{_counted(left.old)}。"
    if left.unreadable:
        raise Unready(
            f"有 {left.unreadable.total()} 个值解不开{_counted(left.unreadable)}，没有动它们。"
            "旧密钥停用早了的话，把它放回 TUOLING_SECRET_KEY_OLD，再运行一次。"
        )
    if doubled:
        raise Unready(
            f"有 {doubled.total()} 个值与别的客户重复{_counted(doubled)}，没有换。先不要停用旧密钥，请联系开发者。"
        )
    if left.old and not dry_run:
        raise Unready("有进程还在用旧密钥写入。请重启全部进程，再运行一次 tuoling keys reseal。")
    if not left.old:
        yield "没有用旧密钥加密的数据了。"


def list_outbox(settings: Settings, limit: int) -> str:
    """`tuoling outbox list`: dead rows and late ones, oldest first; to whom and why, not what."""
    store = open_store(settings)
    now = store.clock()
    with store.read() as session:
        rows = outbox_watch.stuck(session, now, limit)
        people = roster.entries(session, {row.person_id for row in rows})
    if not rows:
        return "没有失败的消息，也没有晚于 2 分钟的消息。"
    lines = [_line(row, _receiver(row, people), now) for row in rows]
    more = [f"（只显示最早的 {limit} 条，--limit 可以更多）"] if len(rows) == limit else []
    return "\n".join(["编号  状态  收件人  写入时间  试过  原因", *lines, *more])


def retry_outbox(settings: Settings, row_id: int | None) -> str:
    """`tuoling outbox retry ID`, or all dead rows with `row_id` None. Audited."""
    store = open_store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        count = outbox_watch.retry(unit.session, row_id, now=unit.now)
        if count:
            subject = "outbox" if row_id is None else f"outbox:{row_id}"
            unit.record(None, "outbox:retry", subject, rows=count)
    if not count and row_id is not None:
        raise Unready(f"编号 {row_id} 不在待重发之列（可能已发出或不存在），见 tuoling outbox list。")
    if not count:
        return "没有失败的消息。"
    return f"已排入重发：{count} 条。worker 或 scheduler 运行时，几秒内发出。"


def _line(row: Stuck, receiver: str, now: datetime) -> str:
    state = "失败" if row.state == OutboxState.DEAD else f"晚 {int((now - row.next_try_at).total_seconds())} 秒"
    written = row.created_at.astimezone(CHINA).strftime("%m-%d %H:%M")
    return f"{row.id}  {state}  {receiver}  {written}  {row.attempts} 次  {row.fault or '还没有试过'}"


_SYSTEMS = {WEBHOOK: "外部系统", REPORT: "外部报告的数据源"}


def _receiver(row: Stuck, people: dict[int, Entry]) -> str:
    """Who is to get the row: his name, and his user id on its channel (a phone is shown to nobody)."""
    group = group_of(row.target)
    if group is not None:
        return f"群 {group}"
    if row.channel in _SYSTEMS:
        return _SYSTEMS[row.channel]
    person = people.get(row.person_id)
    if person is None:
        return "已不在人员表"
    where = "短信" if row.channel == SMS else person.userids.get(row.channel, "没有账号")
    return f"{person.name}（{where}{'，已离职' if person.has_left else ''}）"


def _counted(values: Counter[str]) -> str:
    columns = "、".join(f"{column} {count}" for column, count in sorted(values.items()))
    return f"（{columns}）" if columns else ""
