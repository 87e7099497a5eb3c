"""The part `exchange` of a `reports/*.yaml`: how a provider is asked by HTTP."""

import re
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from config.expressionvalue import read_answer_expression
from config.lengths import meant_length, parse_length
from config.problems import quoted
from config.settings import REPORT_HOSTS, REPORT_SECRETS
from config.values import Table, chosen, yes_or_no
from config.variables import is_host, shown_url
from config.yamlfile import Value
from core.expressions import Kind
from core.risk.providers import IDENTITY, REFERENCE, Exchange, Item, Polling, Signing

_REQUIRED = ("url", "secret", "sign", "send")
_OPTIONAL = ("ok", "pending", "reference", "poll", "calls_back", "called_by", "timeout")
_SIGNING = {"签名": Signing.HMAC, "令牌": Signing.BEARER}
_SECRET = re.compile(rf"(?!{REPORT_HOSTS}?$){REPORT_SECRETS}[A-Z0-9_]{{1,40}}(?<!_OLD)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_SECONDS = re.compile(r"([1-9][0-9]{0,3}) ?秒")
_THIS_MACHINE = ("127.0.0.1", "localhost")
_LONGEST_URL = 300
_TIMEOUT = (timedelta(seconds=1), timedelta(seconds=30))  # what waits for an answer does nothing else
_EVERY = (timedelta(seconds=5), timedelta(days=1))


def read_exchange(value: Value) -> Exchange | None:
    """The exchange; None where nothing of it can be read."""
    table = value.table(_REQUIRED, _OPTIONAL)
    if not table:
        return None
    exchange = Exchange(
        url=_address(table["url"]) if "url" in table else "",
        secret=_secret(table["secret"]) if "secret" in table else "",
        signing=(chosen(table["sign"], _SIGNING) if "sign" in table else None) or Signing.HMAC,
        send=_send(table["send"]) if "send" in table else (),
        ok=_expression(table, "ok", Kind.YES_NO),
        pending=_expression(table, "pending", Kind.YES_NO),
        reference=_expression(table, "reference", Kind.TEXT),
        polling=_polling(table["poll"]) if "poll" in table else None,
        calls_back=yes_or_no(table, "calls_back"),
        called_by=_expression(table, "called_by", Kind.TEXT),
        **({"timeout": _seconds(table["timeout"], *_TIMEOUT, "8秒")} if "timeout" in table else {}),
    )
    _check_later(table, exchange)
    return exchange


def _expression(table: Table, key: str, kind: Kind) -> str:
    return read_answer_expression(table[key], kind) if key in table else ""


def _check_later(table: Table, exchange: Exchange) -> None:
    """What comes later comes in some way, and is known by something."""
    if "pending" in table and "poll" not in table and not exchange.calls_back:
        table["pending"].problem("never_comes")
    for key, other, wanted in (
        ("poll", "pending", "pending" in table),
        ("poll", "reference", "reference" in table),
        ("reference", "poll", "poll" in table),
        ("called_by", "calls_back", exchange.calls_back),
    ):
        if key in table and not wanted:
            table[key].problem("with", word=other)
    for other in ("pending", "called_by"):
        if exchange.calls_back and other not in table:
            table["calls_back"].problem("with", word=other)


def _address(value: Value) -> str:
    text = value.text(_LONGEST_URL)
    parts = _parts(text)
    if text and (parts is None or parts.query or "?" in text or set("{}") & set(text)):
        value.problem("report_url", found=quoted(shown_url(text)), example="https://api.example.com/report")
        return ""
    return text if not text or _is_shielded(value, text, parts) else ""


def _polling(value: Value) -> Polling | None:
    table = value.table(("url", "every"))
    every = _seconds(table["every"], *_EVERY, "30秒") if "every" in table else timedelta(minutes=1)
    if "url" not in table:
        return None
    text = table["url"].text(_LONGEST_URL)
    parts = _parts(text.replace(REFERENCE, "0"))
    example = "https://api.example.com/report/{reference}"
    if text and parts is None:
        table["url"].problem("report_url", found=quoted(shown_url(text)), example=example)
    elif text and (text.count(REFERENCE) != 1 or REFERENCE in text.partition("//")[2].partition("/")[0]):
        table["url"].problem("no_reference", found=quoted(shown_url(text)), example=example)
    elif text and _is_shielded(table["url"], text, parts):
        return Polling(text, every)
    return None


def _parts(text: str) -> SplitResult | None:
    """The address; None if it is none that may be called: not http, no host, with a name or password, with a mark that
    means nothing in an address."""
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return None
    plain = re.fullmatch(r"[!-~]+", text) and not set('\\"<>^`|#{}') & set(text)
    named = parts.hostname and is_host(parts.hostname) and "@" not in parts.netloc
    return parts if parts.scheme in ("http", "https") and plain and named and port_is_right else None


def _is_shielded(value: Value, text: str, parts: SplitResult | None) -> bool:
    """Can nobody on the way read what is asked there?"""
    if parts is not None and parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        value.problem("plain_report_url", found=quoted(shown_url(text)), example=text.replace("http://", "https://", 1))
        return False
    return True


def _secret(value: Value) -> str:
    text = value.word()
    if not _SECRET.fullmatch(text):
        what = f"环境变量的名字，以 {REPORT_SECRETS} 开头，大写；密钥本身写在那个变量里"
        # What stands there may be the secret itself.
        found = quoted(text) if text.isupper() and text.startswith("TUOLING_") else "不是（内容不显示）"
        value.problem("shape", what=what, found=found, example=f"{REPORT_SECRETS}RADAR")
        return ""
    return text


def _send(value: Value) -> tuple[tuple[str, Item], ...]:
    """Under which name each item is sent."""
    table = value.table((), tuple(Item))
    if not set(table) & set(IDENTITY):
        value.problem("sends_nobody", known=IDENTITY)
    found: dict[str, Item] = {}
    for item, place in table.items():
        name = place.text()
        if name and not _NAME.fullmatch(name):
            what = "对方接口里的字段名：字母、数字、_ 和 -，字母开头"
            place.problem("shape", what=what, found=quoted(name), example="idCard")
        elif name in found:
            place.problem("taken", word=name)
        elif name:
            found[name] = Item(item)
    return tuple(found.items())


def _seconds(value: Value, least: timedelta, most: timedelta, example: str) -> timedelta:
    """A length of time that may be of seconds: 8秒, 2分钟; `least`, and a problem, if it is none."""
    text = value.word()
    found = _SECONDS.fullmatch(text)
    length = timedelta(seconds=int(found[1])) if found else parse_length(text)
    if length is None or not least <= length <= most:
        what = f"时长：{_said(least)} 到 {_said(most)}"
        near = meant_length(text) if length is None else ""
        value.problem("shape", what=what, found=value.found(), near=near, example="" if near else example)
        return least
    return length


def _said(length: timedelta) -> str:
    return f"{length.days}天" if length.days else f"{int(length.total_seconds())}秒"
