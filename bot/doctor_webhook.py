"""The part of `tuoling doctor` about webhooks: do rules of automation call other systems, and may they?"""

from urllib.parse import urlsplit

from bot.health import Part
from config.settings import WebhookSettings
from core.automation.rules import Automation, CallWebhook

_SET_UP = "设置 TUOLING_WEBHOOK_KEY、TUOLING_WEBHOOK_HOSTS（见 docs/运维.md），再重启全部进程"


def examine_webhooks(webhook: WebhookSettings | None, automation: Automation) -> Part:
    """Whether other systems can be told, and which hosts that rules name are not allowed."""
    called = [
        (rule.name, urlsplit(deed.url).hostname or "")
        for rule in automation.rules
        for deed in rule.deeds
        if isinstance(deed, CallWebhook)
    ]
    if webhook is None:
        if not called:
            return Part("通知外部系统", True, "没有开，自动化里也没有用到", needed=False)
        return Part("通知外部系统", False, f"没有开，自动化规则「{called[0][0]}」发不出去", _SET_UP, needed=False)
    barred = [(name, host) for name, host in called if host not in webhook.hosts]
    on = f"已开，允许 {'、'.join(webhook.hosts)}"
    if barred:
        name, host = barred[0]
        said = f"{on}；自动化规则「{name}」要通知的 {host} 不在里面，发不出去"
        return Part("通知外部系统", False, said, _SET_UP, needed=False)
    return Part("通知外部系统", True, on if called else f"{on}；自动化里没有用到", needed=False)
