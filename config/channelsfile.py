"""`channels.yaml`: the channels, what their leads cost, and which of them may send leads by the API."""

import re
from decimal import Decimal

from config.problems import quoted
from config.settings import CHANNEL_SECRETS
from config.values import Table
from config.yamlfile import Value
from core.leads.channels import PER_MINUTE, Channel, Channels
from core.leads.pools import plain_word

FILE = "channels.yaml"
_OPTIONAL = ("cost", "key", "secret", "per_minute")
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
    )


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
