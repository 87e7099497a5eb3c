"""`channels.yaml`: the channels, what their leads cost, and which of them may send leads by the API."""

import re
from collections.abc import Sequence
from decimal import Decimal

from config.problems import quoted
from config.settings import CHANNEL_SECRETS
from config.values import Table, each_of, product
from config.yamlfile import Value
from core.leads.channels import PER_MINUTE, Channel, Channels
from core.leads.pools import plain_word

FILE = "channels.yaml"
_OPTIONAL = ("cost", "key", "secret", "per_minute", "state", "product")
_COST = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,2})?) ?元?")
_KEY = re.compile(r"[A-Za-z0-9_-]{4,40}")
_SECRET = re.compile(rf"{CHANNEL_SECRETS}[A-Z0-9_]{{1,40}}(?<!_OLD)")


def read_channels(top: Value) -> Channels:
    """The file from its top."""
    table = top.table((), ("channels",))
    rows = [row.values for row in table["channels"].tables(("name",), _OPTIONAL)] if "channels" in table else []
    channels = tuple(_channel(row) for row in rows)
    _check_unique(rows, [plain_word(channel.name) for channel in channels], "name")
    _check_unique(rows, [channel.key for channel in channels], "key")
    _check_unique(rows, [channel.secret for channel in channels], "secret")
    _check_states(rows, channels)
    return Channels(channels)


def _channel(table: Table) -> Channel:
    if ("key" in table) != ("secret" in table):
        there, other = ("key", "secret") if "key" in table else ("secret", "key")
        table[there].problem("choice", found=table[there].found(), mend=f"{there} 和 {other} 要么都写，要么都不写")
    per_minute = table["per_minute"].number(1, 6000) if "per_minute" in table else PER_MINUTE
    return Channel(
        name=table["name"].text(30) if "name" in table else "",
        cost_fen=_cost(table["cost"]) if "cost" in table else None,
        key=_shaped(table, "key", _KEY, " 4 到 40 个字母、数字、- 和 _", "douyin"),
        secret=_shaped(
            table,
            "secret",
            _SECRET,
            f"环境变量的名字，以 {CHANNEL_SECRETS} 开头，大写；密钥本身写在那个变量里",
            f"{CHANNEL_SECRETS}DOUYIN",
        ),
        per_minute=per_minute or PER_MINUTE,
        states=each_of(table, "state", _state, least=1),
        product=product(table["product"]) or None if "product" in table else None,
    )


def _state(value: Value) -> str:
    """As WeCom has it: at most 30 characters, no spaces."""
    text = value.text(30)
    if any(char.isspace() for char in text):
        value.problem(
            "shape",
            what=" 1 到 30 个字符，中间没有空格，与联系我二维码的 state 一样",
            found=value.found(),
            example="dy01",
        )
        return ""
    return text


def _cost(value: Value) -> int | None:
    found = _COST.fullmatch(value.word())
    if found is None:
        value.problem("shape", what="每条线索的价格（元）", found=value.found(), example="35 或 35.50")
        return None
    return int(Decimal(found[1]) * 100)


def _shaped(table: Table, key: str, pattern: re.Pattern[str], what: str, example: str) -> str:
    if key not in table:
        return ""
    text = table[key].word()
    if not pattern.fullmatch(text):
        table[key].problem("shape", what=what, found=table[key].found(), example=example)
        return ""
    return text


def _check_unique(tables: list[Table], words: list[str], key: str) -> None:
    seen: set[str] = set()
    for table, word in zip(tables, words, strict=True):
        if word and word in seen:
            table[key].problem("choice", found=quoted(table[key].word()), mend="另一个渠道已经用了，请换一个")
        seen.add(word)


def _check_states(tables: list[Table], channels: Sequence[Channel]) -> None:
    """A QR code leads to one channel."""
    seen: set[str] = set()
    for table, channel in zip(tables, channels, strict=True):
        for state in channel.states:
            if state in seen:
                table["state"].problem("choice", found=quoted(state), mend="另一个渠道已经用了，请换一个")
        seen |= set(channel.states) - {""}
