"""The part of `tuoling doctor` about outside reports: who is asked by HTTP, with which secret, and may he be?"""

from collections.abc import Iterator

from bot.health import Part
from config.settings import REPORT_HOSTS, Settings
from core.risk.providers import Exchange, Providers

_SET_UP = "写进环境变量或 .env（见 docs/运维.md），再重启全部进程"


def examine_reports(settings: Settings, providers: Providers) -> Part:
    """Which of the active providers cannot be asked, for want of a secret or since their host is not allowed."""
    active = [each for each in providers.providers if each.active]
    asked = [(each.name, each.exchange) for each in active if each.exchange is not None]
    typed = [each.name for each in active if each.exchange is None]
    wanting = [f"「{name}」{why}" for name, exchange in asked for why in _wanting(settings, exchange)]
    if wanting:
        return Part("外部报告", False, f"查不了：{'；'.join(wanting)}", _SET_UP, needed=False)
    by_hand = f"手工录入 {'、'.join(typed)}" if typed else ""
    if not asked:
        return Part("外部报告", True, f"没有由接口查的{'，' if by_hand else ''}{by_hand}", needed=False)
    named = [f"{name}（{'、'.join(exchange.hosts)}）" for name, exchange in asked]
    by_http = f"由接口查 {'、'.join(named)}"
    return Part("外部报告", True, "；".join(each for each in (by_http, by_hand) if each), needed=False)


def _wanting(settings: Settings, exchange: Exchange) -> Iterator[str]:
    if not settings.secrets_in(exchange.secret):
        yield f"没有设置密钥 {exchange.secret}"
    barred = [host for host in exchange.hosts if host not in settings.report_hosts]
    if barred:
        yield f"要查的 {'、'.join(barred)} 不在 {REPORT_HOSTS} 里"
