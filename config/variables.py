"""What one environment variable may hold: a check for each kind of value, used by the fields of `config.settings`.

Each check takes the text of the variable and gives its value, or raises `ValueError` with the rest of a sentence that
begins with the variable's name: what was found, what is expected, an example. A secret's text is never repeated.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field, SecretStr

SECRET_KEY_BYTES = 32
MAKE_ONE = 'make one with: python3 -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
_CONSOLE = "copy it again from the WeCom console (应用管理 → the app → 接收消息 → 设置API接收)"


def decode_key(text: str) -> bytes:
    """The 32 bytes of a master key in base64, standard or URL-safe, with or without the `=` at its end.

    Raises:
        ValueError: it is no base64, or not 32 bytes long.
    """
    try:
        raw = base64.b64decode(
            text.rstrip("=").translate(_STANDARD) + "=" * (-len(text.rstrip("=")) % 4), validate=True
        )
    except binascii.Error:
        raise ValueError(
            f"is no base64 (not shown here), but must be {SECRET_KEY_BYTES} random bytes in base64; {MAKE_ONE}"
        ) from None
    if len(raw) != SECRET_KEY_BYTES:
        raise ValueError(f"holds {len(raw)} bytes, but must be {SECRET_KEY_BYTES} random bytes in base64; {MAKE_ONE}")
    return raw


_STANDARD = str.maketrans("-_", "+/")


def _key(text: str) -> str:
    decode_key(text)
    return text


def _number(low: int, high: int, example: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        raise ValueError(f'is "{text}", but must be a whole number from {low} to {high}; for example {example}')

    return check


def _choice(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text.lower() in words:
            return text.lower()
        raise ValueError(f'is "{text}", but must be one of {", ".join(words)}; for example {words[0]}')

    return check


def _shaped(pattern: str, what: str, example: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise ValueError(f'is "{text}", but must be {what}; for example {example}')

    return check


def _secret(pattern: str, what: str, next_step: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise ValueError(f"has {len(text)} characters (not shown here), but must be {what}; {next_step}")

    return check


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgresql", "postgresql+psycopg"):
        split = urlsplit(text)
        if split.hostname or parse_qs(split.query).get("host"):  # ?host=/run/postgresql names a unix socket's folder
            return text
    if scheme == "sqlite" and re.fullmatch(r"/[^?]+(\?.*)?", rest) and not rest.startswith("/:memory:"):
        return text
    if not separator:
        found = "is no URL"
    elif scheme in ("postgresql", "postgresql+psycopg"):
        found = "names no host"
    elif scheme == "sqlite":
        found = "names no file (the web, worker and scheduler processes share one)"
    else:
        found = f'begins with "{scheme}://"'
    raise ValueError(
        f"{found}, but must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE; "
        "for example sqlite:///var/tuoling.db"
    )


def _redis_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if text == "embedded" or (separator and rest.strip("/") and scheme in ("redis", "rediss", "unix")):
        return text
    found = f'begins with "{scheme}://"' if separator else "is no URL"
    if scheme in ("redis", "rediss", "unix"):
        found = "names no host"
    raise ValueError(
        f"{found}, but must be embedded, redis://HOST:PORT/NUMBER, rediss://… or unix://SOCKET; "
        "for example redis://127.0.0.1:6379/0"
    )


def _api_base(text: str) -> str:
    """An address of the platform's API. Plain http only inside: the app's secret stands in the address of each call
    (WeCom has it so), so that over http to a public host anybody on the way could read it."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ValueError(
            f'is "{text.rpartition("@")[2]}", but must be an https:// address without user and query; '
            "for example https://qyapi.weixin.qq.com"
        )
    if parts.scheme == "http" and not _is_inside(parts.hostname):
        raise ValueError(
            f'is "{text}", but http:// is only allowed to this machine or a private address, because the app\'s secret '
            f"stands in the address of each call; for example https://{parts.netloc}"
        )
    return text.rstrip("/")


def _is_inside(host: str) -> bool:
    """This machine, a private or link-local address, or a name without dots (a container's, as in compose files)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host
    return address.is_loopback or address.is_private


def _folder(text: str) -> Path:
    path = Path(text)
    if path.is_dir():
        return path
    raise ValueError(f'is "{text}", which is no folder here; for example config/company')


def _future_folder(text: str) -> Path:
    """A folder that is there, or that can be made."""
    path = Path(text)
    there = next(each for each in (path, *path.absolute().parents) if each.exists())
    if there.is_dir():
        return path
    raise ValueError(f'is "{text}", but {there} is a file; for example var')


def shown_url(url: str) -> str:
    """A URL as it may be shown and logged: without its password and query."""
    scheme, separator, rest = url.partition("://")
    before, at, after = rest.partition("?")[0].rpartition("@")
    user = before.partition(":")[0] + (":***" if ":" in before else "")
    return f"{scheme}{separator}{user}{at}{after}"


def sqlite_file(url: str) -> Path | None:
    """The file of a `sqlite:///…` URL, or None for another database."""
    return Path(url.removeprefix("sqlite:///").partition("?")[0]) if url.startswith("sqlite:///") else None


Environment = Annotated[str, BeforeValidator(_choice("production", "demo", "test"))]
LogLevel = Annotated[str, BeforeValidator(_choice("info", "debug", "warning", "error"))]
DingTalkMode = Annotated[str, BeforeValidator(_choice("stream", "http"))]
Port = Annotated[int, BeforeValidator(_number(1, 65535, 8000))]
Days = Annotated[int, BeforeValidator(_number(1, 365, 7))]
Count = Annotated[int, BeforeValidator(_number(1, 64, 4))]
AgentId = Annotated[int, BeforeValidator(_number(1, 999_999_999, 1_000_002))]
Host = Annotated[str, BeforeValidator(_shaped(r"[0-9A-Za-z.:\-]{1,253}", "an address to listen on", "127.0.0.1"))]
CompanyName = Annotated[str, BeforeValidator(_shaped(r"\S(.{0,18}\S)?", "a name of 1 to 20 characters", "驼铃金服"))]
CorpId = Annotated[
    str, BeforeValidator(_shaped(r"[0-9A-Za-z_\-]{2,64}", "the company id of the WeCom console", "ww0123456789abcdef"))
]
Plain = Annotated[
    str, BeforeValidator(_shaped(r"[\x21-\x7e]{1,128}", "letters and digits without spaces", "dingabc123"))
]
Url = Annotated[str, BeforeValidator(_api_base)]
DatabaseUrl = Annotated[str, BeforeValidator(_database_url), Field(repr=False)]
RedisUrl = Annotated[str, BeforeValidator(_redis_url), Field(repr=False)]
Folder = Annotated[Path, BeforeValidator(_folder)]
FutureFolder = Annotated[Path, BeforeValidator(_future_folder)]

MasterKey = Annotated[SecretStr, BeforeValidator(_key)]
Secret = Annotated[
    SecretStr,
    BeforeValidator(
        _secret(r"[\x21-\x7e]{8,256}", "8 to 256 letters and digits without spaces", "copy it again from the console")
    ),
]
CallbackToken = Annotated[
    SecretStr, BeforeValidator(_secret(r"[0-9A-Za-z]{1,32}", "1 to 32 letters and digits", _CONSOLE))
]
CallbackKey = Annotated[
    SecretStr, BeforeValidator(_secret(r"[0-9A-Za-z]{43}", "the 43 letters and digits of the EncodingAESKey", _CONSOLE))
]
BearerToken = Annotated[
    SecretStr,
    BeforeValidator(_secret(r"[\x21-\x7e]{16,256}", "16 to 256 characters without spaces", MAKE_ONE)),
]
