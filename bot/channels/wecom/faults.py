"""What WeCom's answers mean for the one who sends: a literal table of errcodes.

Decided on errcode alone, since errmsg may change. Source: developer.work.weixin.qq.com/document/path/90313.
"""

from cards.channel import Fault, Misconfigured, Permanent, Quota, Retry

TOKEN_REJECTED = frozenset({40014, 41001, 42001})
TASK_ID_TAKEN = 42014  # "exists, or is empty, or too long": the id is checked here before it is sent
CODE_SPENT = 60140
MEDIA_GONE = frozenset({40007, 40145})

# errcode -> seconds to wait. None of these requests was carried out.
_LATER = {
    -1: 3.0,  # busy
    6000: 1.0,  # version conflict
    45035: 1.0,  # concurrent write
    45033: 5.0,  # too many requests at once
    2000111: 30.0,  # 稍后重试
    2090726: 30.0,  # 稍后重试
}

_QUOTA = {45009: 60.0}  # the minute rule blocks for 60 s; an hour rule answers 45009 again

_SETTINGS = {
    40001: "the secret is wrong",
    40013: "the corp id is wrong",
    40056: "the agent id is wrong",
    40091: "the secret is wrong",
    43012: "the app has no callback address, so it may not send cards that call back",
    45031: "the secret is wrong",
    48001: "the app has no permission for this interface",
    48002: "the app has no permission for this interface",
    48006: "the app was disabled for lack of use",
    48009: "the secret of 通讯录同步 may read ids only",
    48010: "WeCom refuses this TLS version",
    48011: "the app was disabled for low activity",
    50003: "the app is disabled",
    60020: "this server's address is not among the app's trusted IP addresses (企业可信IP)",
    60031: "the app has no permission for this department",
    301002: "agent id and secret belong to different apps",
    301007: "the app has no permission for this member",
    301042: "this server's address is not among the app's trusted IP addresses (企业可信IP)",
}

_RECIPIENT = frozenset({40003, 40031, 46004, 60011, 60021, 60111, 81013, 82101, 82102})
_CALLER = frozenset({40032, 82001, 82002, 82003})
_CONTENT = frozenset(
    {40004, 40006, 40008, 40033, 40035, 40058, 40063, 40074, 40201, 40204, 41016, 44004, 45001, 45002, 82004, 42052}
    | set(range(42014, 42052))
)

_UNKNOWN_SECONDS = 60.0


def fault_of(errcode: int) -> Fault:
    """The fault that a non-zero `errcode` means. The caller handles the three token codes before."""
    why = f"errcode {errcode}"
    if errcode in _LATER:
        return Retry(_LATER[errcode], why)
    if errcode in _QUOTA:
        return Quota(_QUOTA[errcode], why)
    if errcode in _SETTINGS:
        return Misconfigured(f"{why}: {_SETTINGS[errcode]}")
    if errcode in _RECIPIENT:
        return Permanent(f"{why}: this member cannot be reached", unreachable=True)
    if errcode in MEDIA_GONE:
        return Permanent(f"{why}: the picture has expired, upload it again")
    if errcode in _CONTENT or errcode in _CALLER:
        return Permanent(f"{why}: the content is refused")
    return Retry(_UNKNOWN_SECONDS, why)  # refused for a reason not listed here; the relay's limit of attempts ends it
