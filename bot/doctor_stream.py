"""The part of `tuoling doctor` about DingTalk's Stream mode: does a process hold the connection, and does anything
come?

Who holds it stands in the database; how it goes, in the metrics of the machine on which it does.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, multiprocess
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.health import Part, reason
from bot.metricfiles import folder_of
from bot.streaming import HOST, LEASE
from config.settings import Settings
from core.store.database import Database
from core.store.shared import LeaseRow
from core.store.unit import Clock

NAME = "钉钉 Stream"
_RUN = "确认 tuoling scheduler 在运行，看它的日志"
_NO_CONNECTION = (
    "看 scheduler 的日志：refused 是 DINGTALK_CLIENT_ID 或 DINGTALK_CLIENT_SECRET 不对，或应用没有发布、机器人没有选 "
    "Stream 模式；away 是这台机器连不上 api.dingtalk.com 或 wss-open-connection.dingtalk.com:443"
    "（只要能出网，不需要公网地址）"
)
_FRESH_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Told:
    """What the owner has told of itself, in seconds of the epoch; 0: never, or not now."""

    seen_open: float
    since: float
    last_frame: float
    connections: int
    unrecorded: int


def examine_stream(settings: Settings, database: Database, clock: Clock) -> Part | None:
    """Whether a process holds the stream, since when, and when it last brought something; None where DingTalk is not
    set up for it."""
    app = settings.dingtalk
    if app is None or app.mode != "stream":
        return None
    if not app.client_id.startswith("ding") or app.client_id.startswith("dingtalk"):
        said = "DINGTALK_CLIENT_ID 不像 Client ID（原 AppKey），它以 ding 开头"
        return Part(NAME, False, said, "开发者后台 → 应用 → 凭证与基础信息：抄 Client ID", needed=False)
    try:
        with database.read() as session:
            row = session.execute(select(LeaseRow.holder, LeaseRow.until).where(LeaseRow.name == LEASE)).one_or_none()
    except SQLAlchemyError as error:
        return Part(NAME, False, "无法核对", detail=reason(error), needed=False)
    now = clock()
    if row is None or row.until < now:
        return Part(NAME, False, "没有进程连着，钉钉来的消息没有人收", _RUN, needed=False)
    holder = str(row.holder).rpartition(":")[0]
    told = _told(folder_of(settings)) if holder.rpartition(":")[0] == HOST else None
    if told is None:
        return Part(NAME, True, f"由 {holder} 管着（连得怎样，在那台机器上看）", needed=False)
    if now.timestamp() - told.seen_open > _FRESH_SECONDS:
        return Part(NAME, False, f"由 {holder} 管着，但没有连上", _NO_CONNECTION, needed=False)
    return _connected(holder, told, now)


def _connected(holder: str, told: _Told, now: datetime) -> Part:
    quiet = f"{_ago(told.last_frame, now)}收到过东西" if told.last_frame else "还没有收到过东西"
    said = f"由 {holder} 连着，{_ago(told.since, now)}连上，{quiet}，共连了 {told.connections} 次"
    if told.unrecorded:
        said += f"；{told.unrecorded} 条没能存下"
        return Part(NAME, False, said, "看日志里的 event not recorded：当时数据库怎么了", needed=False)
    return Part(NAME, True, said, needed=False)


def _ago(then: float, now: datetime) -> str:
    seconds = max(0, int(now.timestamp() - then))
    if seconds < 60:
        return f"{seconds} 秒前"
    return f"{seconds // 60} 分钟前" if seconds < 7200 else f"{seconds // 3600} 小时前"


def _told(folder: Path) -> _Told | None:
    """What the processes of this machine have told; None if none of them has held a connection."""
    if not folder.is_dir():
        return None
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    samples = [sample for metric in registry.collect() for sample in metric.samples]

    def total(name: str, **labels: str) -> float:
        return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())

    if not total("tuoling_stream_seen_open_timestamp_seconds") and not total("tuoling_stream_failures_total"):
        return None
    return _Told(
        total("tuoling_stream_seen_open_timestamp_seconds"),
        total("tuoling_stream_connected_since_timestamp_seconds"),
        total("tuoling_stream_last_frame_timestamp_seconds"),
        int(total("tuoling_stream_connections_total")),
        int(total("tuoling_stream_frames_total", outcome="unrecorded")),
    )
