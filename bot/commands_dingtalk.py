"""`tuoling dingtalk register`: where DingTalk sends taps in HTTP mode."""

import re
from urllib.parse import urlsplit

from bot.account import account
from bot.channels.dingtalk import wiring as dingtalk
from bot.channels.dingtalk.registering import note, register
from bot.explain import Unready
from bot.runtime import open_store
from cards.channel import Fault, Misconfigured, Quota, Retry
from config.settings import Settings
from config.variables import is_this_machine

CARD_PATH, ROBOT_PATH = "/dingtalk/card", "/dingtalk/robot"
_HOST = re.compile(r"[0-9a-z]([0-9a-z.-]*[0-9a-z])?")


def register_address(settings: Settings, base: str) -> str:
    """`tuoling dingtalk register https://YOUR-DOMAIN`: DingTalk is told where taps go; what was registered.

    Raises:
        Unready: DingTalk is not set up, or for Stream mode; the address is none; or DingTalk refused.
    """
    app = settings.dingtalk
    if app is None:
        raise Unready("钉钉没有配置。请设置 DINGTALK_CLIENT_ID 等三个变量（见 README）。")
    if app.mode != "http":
        raise Unready(
            "现在是 Stream 模式：点击从同一条连接来，不用登记地址，什么也不用做。\n"
            "要改用 HTTP 模式，先设置 DINGTALK_MODE=http，重启各进程，再运行这个命令。"
        )
    url = card_address(base, private_base=is_this_machine(app.api_base))
    store = open_store(settings)
    fault = register(dingtalk.client_of(app, store), app, url)
    if fault is not None:
        raise Unready(f"没有登记：{fault.why}。\n{_mend(fault)}")
    with store.unit(request_id="cli", channel="cli") as unit:
        note(unit, app, url, account())
    robot = url.removesuffix(CARD_PATH) + ROBOT_PATH
    return (
        f"登记好了：卡片上的点击会发到 {url}，用 DINGTALK_CARD_SECRET（没有设置就是 Client Secret）签名。\n"
        f"消息接收地址还要在开发者后台 → 应用 → 机器人 里填：{robot}（消息接收模式选 HTTP）。\n"
        "换了域名或 DINGTALK_CARD_SECRET，要再运行一次。"
    )


def card_address(base: str, *, private_base: bool = False) -> str:
    """Where taps go, for the address of the server as somebody typed it. `private_base`: the API is this machine's, so
    the address may be too.

    Raises:
        Unready: it is no https address of a host, or more than that.
    """
    example = "例如 tuoling dingtalk register https://bot.example.com"
    try:
        parts = urlsplit(base.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Unready(f"看不懂地址 {base}，{example}") from None
    local = private_base and parts.scheme == "http" and host in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not local:
        raise Unready(f"地址要以 https:// 开头：没有 TLS，谁都能看到点击。{example}")
    if not _HOST.fullmatch(host) or parts.username is not None or parts.password is not None:
        raise Unready(f"地址里要有域名，而且只有域名（端口可以有）。{example}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Unready(f"只写域名，不写后面的路径：{CARD_PATH} 由程序加上。{example}")
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{CARD_PATH}"


def _mend(fault: Fault) -> str:
    match fault:
        case Misconfigured(why) if "permission" in why:
            return "开发者后台 → 应用 → 权限管理：申请「互动卡片实例写权限」（Card.Instance.Write），再运行一次。"
        case Misconfigured(why) if "address" in why:
            return "开发者后台 → 应用 → 安全设置 → 服务器出口 IP：加入这台机器的出口地址，再运行一次。"
        case Misconfigured():
            return "检查 DINGTALK_CLIENT_ID 和 DINGTALK_CLIENT_SECRET；tuoling doctor --platform 会说哪里不对。"
        case Quota(counted=True):
            return "本月的调用次数用完了：买了调用包，或到了下个月，再运行一次。"
        case Quota():
            return "钉钉限制了调用的频率，过五分钟再运行一次。"
        case Retry():
            return "多半是网络或平台一时的问题：检查能否访问 DINGTALK_API_BASE，再运行一次。"
        case _:
            return "钉钉不接受这个地址：公网要能访问它，证书要有效。改好再运行一次。"
