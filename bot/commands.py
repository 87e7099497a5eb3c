"""The short commands: each takes the settings, does one thing, and gives the text to print.

What cannot be done is raised as `Unready`, whose text is printed instead.
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.explain import Unready
from bot.peoplefile import PeopleFileError, read_people
from config.company import load_company
from config.settings import Settings
from core.people.service import Imported, import_people
from core.privacy import Vault
from core.store import audit, migrate, outbox_watch
from core.store.audit import AuditHead, Intact
from core.store.database import Database
from core.store.outbox import OutboxState
from core.store.outbox_watch import Stuck
from core.store.unit import Store

_CHINA = ZoneInfo("Asia/Shanghai")
_WHY = {"empty": "不能为空", "unknown": "不认识", "twice": "重复", "long": "太长"}
_BROKEN = {"altered": "被改动", "missing": "缺失", "cut": "之前的末尾被截断", "unknown key": "所用的密钥不认识"}


def upgrade_database(settings: Settings) -> str:
    """`tuoling db upgrade`."""
    before, now = migrate.upgrade(Database(settings.database_url))
    return f"数据库版本：{before or '空'} → {now}" if before != now else f"数据库已是最新版本 {now}"


def check_company(settings: Settings) -> str:
    """`tuoling config check`. Raises CompanyError with everything that is wrong."""
    company = load_company(settings.config_dir)
    return f"配置正确（版本 {company.version[:12]}），公海 {len(company.pools.pools)} 个。"


def import_people_file(settings: Settings, file: Path) -> str:
    """`tuoling people import`: the whole file, or nothing of it."""
    try:
        rows = read_people(file)
    except PeopleFileError as error:
        raise Unready(str(error)) from None
    with _store(settings).unit(request_id="cli", channel="cli") as unit:
        result = import_people(unit, rows)
    if isinstance(result, Imported):
        return f"导入完成：新增 {result.added} 人，更新 {result.changed} 人，未变 {result.unchanged} 人。"
    lines = [
        f"{file.name} 第 {bad.line} 行 {bad.column}：{_WHY[bad.why]}" + (f"「{bad.value}」" if bad.value else "")
        for bad in result
    ]
    raise Unready("\n".join([*lines, f"有 {len(result)} 处错误，没有导入任何人。"]))


def verify_audit(settings: Settings) -> str:
    """`tuoling audit verify`."""
    store = _store(settings)
    with store.read() as session:
        result = audit.verify(session, store.vault)
    if isinstance(result, Intact):
        return f"日志完整：{result.rows} 条，链头 {result.head}"
    raise Unready(f"第 {result.seq} 条记录{_BROKEN[result.what]}。请立即报告，并保留数据库现场。")


def audit_head(settings: Settings) -> str:
    """`tuoling audit head`: number and hash of the newest entry, to be kept elsewhere."""
    with _store(settings).read() as session:
        head = session.get(AuditHead, 1)
    return f"{head.seq} {head.hash.hex()}" if head else "操作日志还是空的"


def list_outbox(settings: Settings, limit: int) -> str:
    """`tuoling outbox list`: dead rows and late ones, oldest first; numbers and reasons only."""
    store = _store(settings)
    now = store.clock()
    with store.read() as session:
        rows = outbox_watch.stuck(session, now, limit)
    if not rows:
        return "没有失败的消息，也没有晚于 2 分钟的消息。"
    lines = [_line(row, now) for row in rows]
    more = [f"（只显示最早的 {limit} 条，--limit 可以更多）"] if len(rows) == limit else []
    return "\n".join(["编号  状态  收件人  写入时间  试过  原因", *lines, *more])


def retry_outbox(settings: Settings, row_id: int | None) -> str:
    """`tuoling outbox retry ID`, or all dead rows with `row_id` None. Audited."""
    store = _store(settings)
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


def _line(row: Stuck, now: datetime) -> str:
    state = "失败" if row.state == OutboxState.DEAD else f"晚 {int((now - row.next_try_at).total_seconds())} 秒"
    written = row.created_at.astimezone(_CHINA).strftime("%m-%d %H:%M")
    return f"{row.id}  {state}  {row.target}  {written}  {row.attempts} 次  {row.fault or '还没有试过'}"


def _store(settings: Settings) -> Store:
    return Store(Database(settings.database_url), Vault(*settings.master_keys()))
