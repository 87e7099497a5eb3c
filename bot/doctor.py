"""`tuoling doctor`: everything an engineer would look at first, in plain words."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.health import Part, check
from bot.runtime import Runtime, build, redis_url
from config.settings import Settings

SKEW_SECONDS = 60


def examine(settings: Settings, *, platform: bool) -> list[Part]:
    """All parts of the installation; with `platform` the platform's credentials and clock too.

    Raises:
        CompanyError, SettingsError: as `build`.
    """
    runtime = build(settings)
    parts = [Part("设置", True, f"{settings.env}，配置目录 {settings.config_dir}")]
    parts += check(runtime, redis_url(settings))
    parts.append(_key(settings))
    if platform and settings.wecom:
        parts += [_clock(settings.wecom.api_base), _credentials(runtime)]
    return parts


def _key(settings: Settings) -> Part:
    if settings.secret_key_old is not None:
        return Part("密钥", True, "轮换中：新旧两把密钥都有效", needed=False)
    return Part("密钥", True, "已设置")


def _clock(api_base: str) -> Part:
    """Callbacks outside ±5 minutes are refused, so a wrong clock stops everything."""
    try:
        given = httpx.head(api_base, timeout=5).headers.get("date", "")
        skew = abs((datetime.now(UTC) - parsedate_to_datetime(given)).total_seconds())
    except (httpx.HTTPError, ValueError, TypeError):
        return Part("时间", False, "连不上平台，无法核对时间", f"检查服务器能否访问 {api_base}", needed=False)
    if skew > SKEW_SECONDS:
        return Part("时间", False, f"本机时间与平台相差 {int(skew)} 秒", "启用 NTP 校时（chrony 或 systemd-timesyncd）")
    return Part("时间", True, f"与平台相差 {int(skew)} 秒")


def _credentials(runtime: Runtime) -> Part:
    fault = runtime.channels["wecom"].probe()
    if fault is None:
        return Part("企业微信凭证", True, "有效，应用可见")
    return Part("企业微信凭证", False, fault.why, _MEND)


_MEND = (
    "核对 WECOM_CORP_ID / WECOM_AGENT_ID / WECOM_SECRET；60020 表示本机出口 IP 不在应用的「企业可信IP」；"
    "43012 表示应用还没有设置回调地址"
)
