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
from core.store.audit import AuditHead, Intact
from core.store.database import Database
from core.store.outbox import OutboxState
from core.store.outbox_watch import Stuck
from core.store.post import SMS, WEBHOOK

_BROKEN = {"altered": "被改动", "missing": "缺失"}
_REPORT = "请立即报告，并保留数据库现场。"


def upgrade_database(settings: Settings) -> str:
    """`tuoling db upgrade`. A new database is from now on that of the master key that is set."""
    before, now = migrate.upgrade(Database(settings.database_url))
    if settings.secret_key is not None:
        open_store(settings).check_key()
    return f"数据库版本：{before or '空'} → {now}" if before != now else f"数据库已是最新版本 {now}"


def draft_migration(settings: Settings, name: str) -> str:
    """`tuoling db draft NAME`, for engineers."""
    return f"已写好 {migrate.draft(Database(settings.database_url), name)}，请读一遍，改好再用。"


def verify_audit(settings: Settings) -> str:
    """`tuoling audit verify`."""
    store = open_store(settings)
    with store.read() as session:
        result = audit.verify(session, store.vault)
    if isinstance(result, Intact):
        return f"日志完整：{result.rows} 条，链头 {result.head}" if result.rows else "日志完整：0 条，还没有任何记录。"
    if result.what == "unknown key":
        again = "换过密钥的，请带上旧密钥再校验：TUOLING_SECRET_KEY_OLD=旧密钥 tuoling audit verify。没有换过："
        raise Unready(f"第 {result.seq} 条记录所用的密钥不认识。{again}{_REPORT}")
    if result.what == "cut":
        raise Unready(f"{_cut(result.seq, result.head)}{_REPORT}")
    if result.what == "head":
        said = f"链头坏了：{result.seq - 1} 条记录条条相符，但链头那一行读不出来，末尾有没有少无法核对。链头被改动过。"
        raise Unready(f"{said}{_REPORT}")
    raise Unready(f"第 {result.seq} 条记录{_BROKEN[result.what]}。{_REPORT}")


def _cut(seq: int, head: int | None) -> str:
    """Entries and head do not agree at the log's end, from entry `seq` on: what is gone, and what is left."""
    if seq == 1 and not head:
        return "操作日志被清空：数据库里有数据，却一条记录也没有。"
    if head is None:
        return f"链头不见了：记录有 {seq - 1} 条，说明总数的链头却被删掉了，末尾有没有少也就无法核对。"
    if seq == 1:
        return f"操作日志被清空：按链头应有 {head} 条记录，现在一条也没有。"
    if head >= seq:
        return f"操作日志的末尾被删掉：按链头应有 {head} 条记录，第 {seq} 条起不见了。"
    return f"链头与记录不符：链头停在第 {head} 条，与那里的记录对不上，或者后面还有记录。链头被改动过。"


def audit_head(settings: Settings) -> str:
    """`tuoling audit head`: number and hash of the newest entry, to be kept elsewhere."""
    with open_store(settings).read() as session:
        head = session.get(AuditHead, 1)
    return f"{head.seq} {head.hash.hex()}" if head and head.seq else "操作日志还是空的"


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


def _receiver(row: Stuck, people: dict[int, Entry]) -> str:
    """Who is to get the row: his name, and his user id on its channel (a phone is shown to nobody)."""
    if row.channel == WEBHOOK:
        return "外部系统"
    person = people.get(row.person_id)
    if person is None:
        return "已不在人员表"
    where = "短信" if row.channel == SMS else person.userids.get(row.channel, "没有账号")
    return f"{person.name}（{where}{'，已离职' if person.has_left else ''}）"


def _counted(values: Counter[str]) -> str:
    columns = "、".join(f"{column} {count}" for column, count in sorted(values.items()))
    return f"（{columns}）" if columns else ""
