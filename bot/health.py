"""Is this installation alive, ready, and in order? For load balancers, monitors and `tuoling doctor`.

Whatever hangs, an answer comes in time: each part is looked at in a thread of its own, all at once.
"""

import shutil
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config.logging import redact
from config.variables import sqlite_file
from core.store import migrate, outbox_watch
from core.store.database import Database
from core.store.outbox_watch import Depth
from core.store.unit import Clock

LEAST_FREE_BYTES = 32 * 2**20
LOOK_SECONDS = 2.0  # how long an answer waits for all parts together; load balancers give up after 3 to 5
REDIS_SECONDS = 1.0
OUTBOX_LATE_SECONDS = 120.0

T = TypeVar("T")


class _NoFile(Exception):
    """The SQLite file is not there. Connecting would make an empty one, and looking should leave nothing behind."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation. `needed` parts make `/readyz` fail; `mend` says what to do, in plain words;
    `detail` is for an engineer at the terminal and never shown on `/readyz`. Not `known`: it could not be looked at."""

    name: str
    ok: bool
    said: str
    mend: str = ""
    needed: bool = True
    detail: str = ""
    known: bool = True


_ASK_DATABASE = "检查 TUOLING_DATABASE_URL，以及数据库服务是否在运行"
_UPGRADE = "运行 tuoling db upgrade"

# What is said of a part that cannot be looked at.
_SILENT = {
    "database": Part("数据库", False, "不可用", _ASK_DATABASE, known=False),
    "migrations": Part("数据库版本", False, "读不出来", "先让数据库可用，再运行 tuoling db upgrade", known=False),
    "redis": Part("Redis", False, "不可用", "检查 TUOLING_REDIS_URL，或重启 tuoling worker", needed=False),
    "outbox": Part("待发消息", False, "读不出来", "先处理上面的数据库问题", needed=False),
    "dead": Part("失败消息", False, "读不出来", "先处理上面的数据库问题", needed=False),
}


class _Shared(Generic[T]):
    """A piece of work that is done once at a time: who asks while it is under way gets its result. So what hangs holds
    one thread, not one for each time somebody asks. The threads are daemons: they do not keep a process from ending."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def begin(self) -> "Future[T]":
        """The work under way, or begun now."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                threading.Thread(target=self._run, args=(self._under_way,), name="lookout", daemon=True).start()
            return self._under_way

    def _run(self, future: "Future[T]") -> None:
        try:
            future.set_result(self._work())
        except Exception as error:  # noqa: BLE001  handed over to whoever waits, who decides
            future.set_exception(error)


class Lookout:
    """Looks at the parts of one installation. One a process; safe to share between threads."""

    def __init__(self, database: Database, redis_url: str, clock: Clock, seconds: float = LOOK_SECONDS) -> None:
        self._seconds = seconds
        self._depth = _Shared(lambda: _depth(database, clock))
        self._looks: dict[str, _Shared[Part]] = {
            "database": _Shared(lambda: _database(database)),
            "migrations": _Shared(lambda: _migrations(database)),
            "redis": _Shared(lambda: _redis(redis_url)),
            "outbox": _Shared(lambda: _outbox(_depth(database, clock))),
            "dead": _Shared(lambda: _dead(_depth(database, clock))),
        }

    def look(self, names: Collection[str] = ()) -> dict[str, Part]:
        """The parts `names` (all, if none is named) by their key. Takes `seconds` at most, and raises for nothing that
        is merely broken."""
        deadline = time.monotonic() + self._seconds
        begun = {name: look.begin() for name, look in self._looks.items() if not names or name in names}
        return {name: self._part(name, future, deadline) for name, future in begun.items()}

    def depth(self) -> Depth | None:
        """The outbox in numbers; None if the database does not say so in time."""
        try:
            return self._depth.begin().result(timeout=self._seconds)
        except (SQLAlchemyError, TooLate, _NoFile):
            return None

    def _part(self, name: str, future: "Future[Part]", deadline: float) -> Part:
        try:
            return future.result(timeout=max(0.0, deadline - time.monotonic()))
        except TooLate:
            return replace(_SILENT[name], said=f"{self._seconds:g} 秒内没有回应")
        except _NoFile:
            return _SILENT[name]
        except (SQLAlchemyError, RedisError) as error:
            silent = _SILENT[name]
            return replace(silent, said=f"{silent.said}（{type(error).__name__}）", detail=reason(error))


def reason(error: Exception) -> str:
    """What the database or Redis itself said, in one line, without its statement, values and secrets."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return redact(said.splitlines()[0]) if said else ""


def _is_absent(database: Database) -> bool:
    file = sqlite_file(database.reader.url.render_as_string())
    return file is not None and not file.exists()


def _depth(database: Database, clock: Clock) -> Depth:
    if _is_absent(database):
        raise _NoFile
    with database.read() as session:
        return outbox_watch.depth(session, clock())


def _database(database: Database) -> Part:
    if _is_absent(database):
        return replace(_SILENT["database"], said="文件还不存在", mend=_UPGRADE)
    with database.read() as session:
        session.execute(text("SELECT 1"))
    free = _free_bytes(database)
    if free is not None and free < LEAST_FREE_BYTES:  # reads still work then, and no event can be recorded any more
        said = f"磁盘只剩 {free // 2**20} MB，少于 {LEAST_FREE_BYTES // 2**20} MB，新消息可能存不下"
        detail = f"{free // 2**20} MB are left on the disk of the database"
        return Part("数据库", False, said, mend="清理数据库所在的磁盘，或换到更大的磁盘", detail=detail)
    return Part("数据库", True, database.dialect)


def _free_bytes(database: Database) -> int | None:
    """Room on the disk of a SQLite file; a PostgreSQL server minds its own."""
    file = sqlite_file(database.reader.url.render_as_string())
    return shutil.disk_usage(file.parent).free if file is not None else None


def _migrations(database: Database) -> Part:
    now, needed = None if _is_absent(database) else migrate.current(database), migrate.newest()
    if now == needed:
        return Part("数据库版本", True, needed)
    if now is not None and now > needed:  # revisions are numbered
        return Part(
            "数据库版本", False, f"数据库版本 {now} 比程序需要的 {needed} 新", "安装新版程序，或恢复升级前的备份"
        )
    return Part("数据库版本", False, f"数据库版本 {now or '空'}，需要 {needed}", _UPGRADE)


def _redis(redis_url: str) -> Part:
    try:
        with Redis.from_url(redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS) as redis:
            redis.ping()
    except RedisError as error:
        said = f"不可用（{type(error).__name__}）；消息改由 scheduler 发送，稍慢"
        return replace(_SILENT["redis"], said=said, detail=reason(error))
    return Part("Redis", True, "有回应", needed=False)


def _outbox(depth: Depth) -> Part:
    if depth.oldest_seconds > OUTBOX_LATE_SECONDS:
        said = f"{depth.pending} 条待发，最早一条已晚 {int(depth.oldest_seconds)} 秒"
        return Part("待发消息", False, said, "确认 tuoling worker 和 tuoling scheduler 在运行", needed=False)
    return Part("待发消息", True, f"{depth.pending} 条", needed=False)


def _dead(depth: Depth) -> Part:
    if depth.dead:
        said = f"{depth.dead} 条没有发出（{'、'.join(sorted(depth.by_fault))}）"
        mend = "运行 tuoling outbox list 查看，处理原因后 tuoling outbox retry --all 重发"
        return Part("失败消息", False, said, mend, needed=False)
    return Part("失败消息", True, "没有", needed=False)
