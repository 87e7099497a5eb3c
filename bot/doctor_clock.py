"""The part of `tuoling doctor` about time: what can be said of this machine's clock without asking anybody outside.

A clock that is off stops everything: callbacks more than 5 minutes off are refused, and leases end at the wrong time.
"""

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.health import Part, reason
from core.calendar import CHINA
from core.store.audit import AuditRow
from core.store.database import Database
from core.store.unit import Clock, server_now

SKEW_SECONDS = 60
_NTP = "启用 NTP 校时（chrony 或 systemd-timesyncd）"
_NAME = "本机时间"


def examine_clock(database: Database | None, clock: Clock) -> Part:
    """Our time against the database server's, and against the newest thing that was written: nothing can have been
    written in the future. `database` None: it cannot be asked."""
    said = f"{clock().astimezone(CHINA):%Y-%m-%d %H:%M}（北京时间，时区数据正常）"
    if database is None:
        return Part(_NAME, True, f"{said}；数据库可用后才能与它核对")
    try:
        with database.read() as session:
            theirs = server_now(session)
            now = clock()
            newest = session.scalar(select(AuditRow.at).order_by(AuditRow.seq.desc()).limit(1))
    except SQLAlchemyError as error:
        return Part(_NAME, False, f"{said}；无法与数据库核对", detail=reason(error), needed=False)
    apart = (now - theirs).total_seconds() if theirs else 0.0
    if abs(apart) > SKEW_SECONDS:
        stopped = "差到 1 分钟以内之前，这台机器上的 scheduler 不回收、不提醒、不做定时任务、不自动分配"
        return Part(_NAME, False, f"{said}，比数据库服务器{_by(apart)}；{stopped}", f"两台机器都{_NTP}")
    ahead = (newest - now).total_seconds() if newest else 0.0
    if ahead > SKEW_SECONDS:
        return Part(_NAME, False, f"{said}，比数据库里最新的记录{_by(-ahead)}：时钟往回调过，或当时走快了", _NTP)
    server = f"与数据库服务器相差 {abs(apart):.0f} 秒" if theirs else "数据库在本机，用同一个时钟"
    return Part(_NAME, True, f"{said}，{server}")


def _by(seconds: float) -> str:
    return f"{'快' if seconds > 0 else '慢'} {abs(seconds):.0f} 秒"
