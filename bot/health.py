"""Is this installation alive, ready, and in order? For load balancers, monitors and `tuoling doctor`."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.runtime import Runtime
from core.store import migrate, outbox

OUTBOX_LATE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation. `needed` parts make `/readyz` fail; `mend` says what to do, in plain words."""

    name: str
    ok: bool
    said: str
    mend: str = ""
    needed: bool = True


def check(runtime: Runtime, redis_url: str) -> list[Part]:
    """Look at every part; never raises for what is merely broken."""
    return [
        _guarded("database", lambda: _database(runtime)),
        _guarded("migrations", lambda: _migrations(runtime)),
        _guarded("redis", lambda: _redis(redis_url)),
        _guarded("outbox", lambda: _outbox(runtime)),
        _wecom(runtime),
    ]


def _guarded(name: str, look: Callable[[], Part]) -> Part:
    try:
        return look()
    except SQLAlchemyError as error:
        return Part(name, False, f"数据库不可用（{type(error).__name__}）", "检查 TUOLING_DATABASE_URL 和数据库服务")


def _database(runtime: Runtime) -> Part:
    with runtime.store.read() as session:
        session.execute(text("SELECT 1"))
    return Part("database", True, runtime.store.database.dialect)


def _migrations(runtime: Runtime) -> Part:
    now, needed = migrate.current(runtime.store.database), migrate.newest()
    if now == needed:
        return Part("migrations", True, needed)
    return Part("migrations", False, f"数据库版本 {now or '空'}，需要 {needed}", "运行 tuoling db upgrade")


def _redis(redis_url: str) -> Part:
    try:
        with Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()
    except RedisError as error:
        said = f"Redis 不可用（{type(error).__name__}），消息改由 scheduler 发送，稍慢"
        return Part("redis", False, said, "检查 TUOLING_REDIS_URL 或重启 tuoling worker", needed=False)
    return Part("redis", True, "ok", needed=False)


def _outbox(runtime: Runtime) -> Part:
    with runtime.store.read() as session:
        depth = outbox.depth(session, runtime.store.clock())
    if depth.oldest_seconds > OUTBOX_LATE_SECONDS:
        said = f"{depth.pending} 条待发，最早一条已晚 {int(depth.oldest_seconds)} 秒"
        return Part("outbox", False, said, "确认 tuoling worker 和 tuoling scheduler 在运行", needed=False)
    return Part("outbox", True, f"{depth.pending} 条待发，{depth.dead} 条失败", needed=False)


def _wecom(runtime: Runtime) -> Part:
    if runtime.settings.wecom is None:
        return Part("wecom", False, "未配置", "设置 WECOM_CORP_ID 等五个变量（见 README）", needed=False)
    return Part("wecom", True, runtime.settings.wecom.corp_id, needed=False)
