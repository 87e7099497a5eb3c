"""The short commands: each takes the settings, does one thing, and gives what to print: a text, or line after line
where something is to be read before the next thing is done.

What cannot be done is raised as `Unready`, whose text is printed instead.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.explain import Unready
from bot.peoplefile import PeopleFileError, read_people
from bot.phrases.command_words import COMMAND_WORDS
from config.company import CompanyError, load_company
from config.settings import Settings, SettingsError
from core.calendar import CHINA
from core.leads.models import IS_OPEN, Lead
from core.people import service as people
from core.people.models import Person
from core.people.service import Colleague, Imported, Left, LeftBefore
from core.privacy import Vault, resealing
from core.store import audit, migrate, outbox_watch
from core.store.audit import AuditHead, Intact
from core.store.database import Database
from core.store.outbox import OutboxState
from core.store.outbox_watch import Stuck
from core.store.unit import Store

_WHY = {"empty": "不能为空", "unknown": "不认识", "twice": "重复", "long": "太长"}
_BROKEN = {"altered": "被改动", "missing": "缺失", "cut": "之前的末尾被截断"}
_REPORT = "请立即报告，并保留数据库现场。"


def upgrade_database(settings: Settings) -> str:
    """`tuoling db upgrade`."""
    before, now = migrate.upgrade(Database(settings.database_url))
    return f"数据库版本：{before or '空'} → {now}" if before != now else f"数据库已是最新版本 {now}"


def draft_migration(settings: Settings, name: str) -> str:
    """`tuoling db draft NAME`, for engineers."""
    return f"已写好 {migrate.draft(Database(settings.database_url), name)}，请读一遍，改好再用。"


def check_config(read: Callable[[], Settings]) -> Iterator[str]:
    """`tuoling config check`: the settings, which `read` gives, and the company's YAML, as far as either can be checked
    without the other.

    Raises:
        SettingsError, CompanyError, or an ExceptionGroup of both: everything that is wrong.
    """
    wrong: list[SettingsError | CompanyError] = []
    folder: Path | None = None
    try:
        folder = read().config_dir
    except SettingsError as error:
        wrong.append(error)
        folder = error.config_dir
    try:
        if folder is not None:
            company = load_company(folder, COMMAND_WORDS)
            yield f"公司配置正确（版本 {company.version[:12]}），公海 {len(company.pools.pools)} 个。"
    except CompanyError as error:
        wrong.append(error)
    if len(wrong) > 1:
        raise ExceptionGroup("tuoling config check", wrong)
    if wrong:
        raise wrong[0]


def import_people_file(settings: Settings, file: Path, *, leavers: bool) -> Iterator[str]:
    """`tuoling people import`: the whole file, or nothing of it. With `leavers` who is not in it has left."""
    try:
        rows = read_people(file)
    except PeopleFileError as error:
        raise Unready(str(error)) from None
    store = _store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        result = people.import_people(unit, rows)
    if not isinstance(result, Imported):
        lines = [
            f"{file.name} 第 {bad.line} 行 {bad.column}：{_WHY[bad.why]}" + (f"「{bad.value}」" if bad.value else "")
            for bad in result
        ]
        raise Unready("\n".join([*lines, f"有 {len(result)} 处错误，没有导入任何人。"]))
    yield f"导入完成：新增 {result.added} 人，更新 {result.changed} 人，未变 {result.unchanged} 人。"
    if result.back:
        yield f"重新在职 {len(result.back)} 人：{_named(result.back)}。"
    if result.missing:
        yield f"在职、但不在文件里 {len(result.missing)} 人：{_named(result.missing)}。"
    if result.missing and not leavers:
        yield "离职的请运行 tuoling people leave 账号；都离职了，就带上 --leavers 再导入一次。"
    for missing in result.missing if leavers else ():
        yield mark_leaver(settings, missing.userid)


def mark_leaver(settings: Settings, userid: str) -> str:
    """`tuoling people leave USERID`."""
    store = _store(settings)
    with store.unit(request_id="cli", channel="cli") as unit:
        outcome = people.leave(unit, userid)
    if outcome is None:
        raise Unready(f"没有账号为 {userid} 的人（企业微信账号，没有的用钉钉账号），见人员表。")
    match outcome:
        case LeftBefore(who, at):
            return f"{_named([who])}在 {at.astimezone(CHINA):%Y-%m-%d} 已标为离职。"
        case Left(who):
            return f"{_named([who])}已标为离职，从现在起不再应答。{_leads_of(store, who)}"


def verify_audit(settings: Settings) -> str:
    """`tuoling audit verify`."""
    store = _store(settings)
    with store.read() as session:
        result = audit.verify(session, store.vault)
    if isinstance(result, Intact):
        return f"日志完整：{result.rows} 条，链头 {result.head}"
    if result.what == "unknown key":
        again = "换过密钥的，请带上旧密钥再校验：TUOLING_SECRET_KEY_OLD=旧密钥 tuoling audit verify。没有换过："
        raise Unready(f"第 {result.seq} 条记录所用的密钥不认识。{again}{_REPORT}")
    raise Unready(f"第 {result.seq} 条记录{_BROKEN[result.what]}。{_REPORT}")


def audit_head(settings: Settings) -> str:
    """`tuoling audit head`: number and hash of the newest entry, to be kept elsewhere."""
    with _store(settings).read() as session:
        head = session.get(AuditHead, 1)
    return f"{head.seq} {head.hash.hex()}" if head else "操作日志还是空的"


def reseal(settings: Settings, *, dry_run: bool) -> Iterator[str]:
    """`tuoling keys reseal`: what the old master key sealed, sealed with the new one. Audited."""
    store = _store(settings)
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
    store = _store(settings)
    now = store.clock()
    with store.read() as session:
        rows = outbox_watch.stuck(session, now, limit)
        receivers = _receivers(session, rows)
    if not rows:
        return "没有失败的消息，也没有晚于 2 分钟的消息。"
    lines = [_line(row, receivers.get(row.id, "已不在人员表"), now) for row in rows]
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


def _line(row: Stuck, receiver: str, now: datetime) -> str:
    state = "失败" if row.state == OutboxState.DEAD else f"晚 {int((now - row.next_try_at).total_seconds())} 秒"
    written = row.created_at.astimezone(CHINA).strftime("%m-%d %H:%M")
    return f"{row.id}  {state}  {receiver}  {written}  {row.attempts} 次  {row.fault or '还没有试过'}"


def _receivers(session: Session, rows: Iterable[Stuck]) -> dict[int, str]:
    """Who is to get each row: his name, and his user id on its channel."""
    wanted = {row.person_id for row in rows}
    found = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))}
    receivers = {}
    for row in rows:
        if (person := found.get(row.person_id)) is not None:
            userid = person.wecom_userid if row.channel == "wecom" else person.dingtalk_userid
            receivers[row.id] = f"{person.name}（{userid or '没有账号'}{'，已离职' if person.left_at else ''}）"
    return receivers


def _leads_of(store: Store, who: Colleague) -> str:
    with store.read() as session:
        count = session.scalar(select(func.count()).where(Lead.owner_id == who.id, IS_OPEN))
    return f"名下还有 {count} 条线索，主管和管理员看得到，可以逐条转移。" if count else "名下没有线索。"


def _named(colleagues: Iterable[Colleague]) -> str:
    return "、".join(f"{who.name}（{who.userid}）" for who in colleagues)


def _counted(values: Counter[str]) -> str:
    columns = "、".join(f"{column} {count}" for column, count in sorted(values.items()))
    return f"（{columns}）" if columns else ""


def _store(settings: Settings) -> Store:
    return Store(Database(settings.database_url), Vault(*settings.master_keys()))
