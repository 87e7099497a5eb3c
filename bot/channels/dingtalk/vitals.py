"""What the Stream connection tells Prometheus of itself, and `tuoling doctor`.

Times are seconds of the epoch, of whoever said so last: one process at a time holds the connection.
"""

from prometheus_client import Counter, Gauge

from bot.channels.dingtalk.frames import MESSAGES, TAPS, TOPICS

FRAMES = Counter(
    "tuoling_stream_frames",
    "Frames of DingTalk's Stream mode, by topic and what came of them: acknowledged, unrecorded (not acknowledged: it "
    "may come again), kept (recorded, but not acknowledged: the connection was gone, or ours no more), failed, crowded "
    "(too many at once), large; ping, disconnect, system; bad (no frame), unknown (a topic of which we know nothing).",
    ["topic", "outcome"],
)
CONNECTIONS = Counter(
    "tuoling_stream_connections",
    "Connections that were opened, by why: start, disconnect (asked for by the platform), closed, silent.",
    ["why"],
)
FAILURES = Counter(
    "tuoling_stream_failures",
    "Connections that could not be opened: refused (our id or secret), away (no connection, no answer), odd (an answer "
    "that is none).",
    ["why"],
)
LAST_FRAME = Gauge(
    "tuoling_stream_last_frame_timestamp_seconds", "When the last frame came.", multiprocess_mode="mostrecent"
)
SINCE = Gauge(
    "tuoling_stream_connected_since_timestamp_seconds",
    "Since when the connection stands; 0: there is none.",
    multiprocess_mode="mostrecent",
)
SEEN_OPEN = Gauge(
    "tuoling_stream_seen_open_timestamp_seconds",
    "When a connection was last seen open. It grows each second; where it stands, nobody holds one, however that came.",
    multiprocess_mode="mostrecent",
)

NAMES = {MESSAGES: "messages", TAPS: "taps"}
"""The topics as the metrics name them."""

TAKEN = ("acknowledged", "unrecorded", "kept", "failed", "crowded", "large")


def begin() -> None:
    """Tell of everything that can come before it comes: a series that is born with its first failure has no rate."""
    for topic in TOPICS:
        for outcome in TAKEN:
            FRAMES.labels(NAMES[topic], outcome)
    for outcome in ("ping", "disconnect", "system"):
        FRAMES.labels("system", outcome)
    for outcome in ("bad", "unknown"):
        FRAMES.labels("other", outcome)
    for why in ("start", "disconnect", "closed", "silent"):
        CONNECTIONS.labels(why)
    for why in ("refused", "away", "odd"):
        FAILURES.labels(why)
