"""What one environment variable may hold: a check for each kind of value, used by the fields of `config.settings`.

Each check takes the text of the variable and gives its value, or raises what `wrong` makes: the kind of the mistake
and its details, which `config.problems` says in a sentence. A secret's text is never repeated.
"""

import base64
import binascii
import errno
import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Literal, LiteralString
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from config.problems import likely, quoted

SECRET_KEY_BYTES = 32
MAKE_ONE = '生成一个：python3 -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
MAKE_A_WEBHOOK_KEY = MAKE_ONE.replace("print(", "print('whsec_'+")
_CONSOLE = "请从企业微信管理后台重新复制（应用管理 → 本应用 → 接收消息 → 设置API接收）"
_KEY_IS = f" {SECRET_KEY_BYTES} 个随机字节的 base64"


def wrong(kind: LiteralString, **details: object) -> PydanticCustomError:
    """The mistake `kind` of `config.problems.SENTENCES` with its details, to be raised by a check."""
    return PydanticCustomError(kind, kind, details)


def decode_key(text: str) -> bytes:
    """The 32 bytes of a master key in base64, standard or URL-safe, with or without the `=` at its end.

    Raises:
        ValueError: it is no base64, or not 32 bytes long.
    """
    try:
        raw = base64.b64decode(
            text.rstrip("=").translate(_STANDARD) + "=" * (-len(text.rstrip("=")) % 4), validate=True
        )
    except (binascii.Error, ValueError):  # ValueError: characters beyond ASCII
        raise wrong("shape", what=_KEY_IS, found="不是 base64（内容不显示）", mend=MAKE_ONE) from None
    if len(raw) != SECRET_KEY_BYTES:
        raise wrong("shape", what=_KEY_IS, found=f"有 {len(raw)} 个字节（内容不显示）", mend=MAKE_ONE)
    return raw


_STANDARD = str.maketrans("-_", "+/")


def _key(text: str) -> str:
    decode_key(text)
    return text


def _number(low: int, high: int, example: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        raise wrong("number", low=low, high=high, found=quoted(text), example=example)

    return check


def _choice(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text.lower() in words:
            return text.lower()
        raise wrong("choice", found=quoted(text), near=likely(text, words), known=words)

    return check


def _shaped(pattern: str, what: str, example: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise wrong("shape", what=what, found=quoted(text), example=example)

    return check


_CARD_PARTS = ("title", "body", "status", "buttons")


def _card_variables(text: str) -> tuple[tuple[str, str], ...]:
    """`title=title,body=content`: parts of a card, and what a template calls them."""
    pairs = [tuple(part.strip() for part in each.partition("=")[::2]) for each in text.split(",")]
    names = [name for name, _ in pairs]
    fits = all(name in _CARD_PARTS and re.fullmatch(r"[A-Za-z_][0-9A-Za-z_]{0,63}", called) for name, called in pairs)
    if not fits or len(set(names)) < len(names):
        what = f"卡片模板的变量名，部分为 {'、'.join(_CARD_PARTS)}"
        raise wrong("shape", what=what, found=quoted(text), example="title=title,body=content")
    return tuple((name, called) for name, called in pairs)


def _secret(pattern: str, what: str, next_step: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise wrong("shape", what=what, found=f"有 {len(text)} 个字符（内容不显示）", mend=next_step)

    return check


_POSTGRESQL = "postgresql+psycopg://用户:密码@主机:5432/库名"


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgresql", "postgresql+psycopg"):
        split = urlsplit(text)
        if not _has_port_or_none(split):
            raise wrong("database", found="端口不是数字（密码里的 / @ : 要写成 %2F %40 %3A）", example=_POSTGRESQL)
        if split.hostname or parse_qs(split.query).get("host"):  # ?host=/run/postgresql names a unix socket's folder
            return text
    if scheme == "sqlite" and re.fullmatch(r"/[^?]+(\?.*)?", rest) and not rest.startswith("/:memory:"):
        return text
    if not separator:
        found = "不是网址"
    elif scheme in ("postgresql", "postgresql+psycopg"):
        found = "没有写主机"
    elif scheme == "sqlite":
        found = "没有写文件（几个进程要共用它）"
    else:
        found = f"以 “{scheme}://” 开头"
    raise wrong("database", found=found, example="sqlite:///var/tuoling.db")


def _has_port_or_none(split: SplitResult) -> bool:
    """A password with an unescaped slash ends the address early, and its first part is then taken for the port."""
    try:
        return split.port is None or split.port > 0
    except ValueError:
        return False


def _redis_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme in ("redis", "rediss"):
        split = urlsplit(text)
        if not _has_port_or_none(split):
            found = "端口不是数字（密码里的 / @ : 要写成 %2F %40 %3A）"
            raise wrong("redis", found=found, example="redis://127.0.0.1:6379/0")
        if split.path.strip("/") and not split.path.strip("/").isdigit():
            raise wrong("redis", found="编号不是数字", example="redis://127.0.0.1:6379/0")
    if text == "embedded" or (separator and rest.strip("/") and scheme in ("redis", "rediss", "unix")):
        return text
    found = f"以 “{scheme}://” 开头" if separator else "不是网址"
    if scheme in ("redis", "rediss", "unix"):
        found = "没有写主机"
    raise wrong("redis", found=found, example="redis://127.0.0.1:6379/0")


def _api_base(text: str) -> str:
    """An address of the platform's API. Plain http only inside: the app's secret stands in the address of each call
    (WeCom has it so), so that over http to a public host anybody on the way could read it."""
    if not _is_shielded(text, "https://qyapi.weixin.qq.com"):
        raise wrong("plain_http", found=quoted(text), example=f"https://{urlsplit(text).netloc}")
    return text.rstrip("/")


def _gateway(text: str) -> str:
    """Where short messages are handed over. Plain http only inside: each call holds a colleague's phone."""
    if not _is_shielded(text, "https://sms.example.com/send"):
        raise wrong("plain_sms", found=quoted(text), example=text.replace("http://", "https://", 1))
    return text


def _is_shielded(text: str, example: str) -> bool:
    """As `is_shielded`; of what is no address it says what it should be like."""
    try:
        return is_shielded(text)
    except ValueError:
        raise wrong("address", found=quoted(text.rpartition("@")[2]), example=example) from None


def is_shielded(url: str) -> bool:
    """Can nobody on the way read what is sent to this address?

    Raises:
        ValueError: it is no address, or holds a name, a password or a query.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ValueError("no address")
    return parts.scheme == "https" or _is_inside(parts.hostname)


def _is_inside(host: str) -> bool:
    """This machine, a private or link-local address, or a name without dots (a container's, as in compose files)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"(?!0x)[a-z][0-9a-z_-]*", host, re.IGNORECASE) is not None  # 2130706433 is an address too
    return address.is_loopback or address.is_private


def _hosts(text: str) -> tuple[str, ...]:
    """Names or addresses of hosts, with commas between them; without a scheme, a port or a path."""
    hosts = [each.strip().lower() for each in text.replace("，", ",").split(",")]
    wanting = next((each for each in hosts if not is_host(each)), None)
    if wanting is not None:
        raise wrong("shape", what=_HOSTS_ARE, found=f"是 {quoted(wanting)}", mend="例如 erp.example.com,10.0.0.8")
    return tuple(dict.fromkeys(hosts))


def is_host(text: str) -> bool:
    """Is it the name or the address of a host, in small letters?"""
    return _HOST.fullmatch(text) is not None


_HOST = re.compile(r"[0-9a-z](?:[0-9a-z_.\-]{0,251}[0-9a-z])?|[0-9a-f:]{2,39}")
_HOSTS_ARE = "主机名或 IP，几个用逗号隔开，不带 https://、端口和路径"


def is_this_machine(base: str) -> bool:
    """Does an address of an API lead nowhere else than here?"""
    host = urlsplit(base).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _folder(text: str) -> Path:
    path = Path(text)
    if path.is_dir():
        return path
    raise wrong("no_folder", found=quoted(text), example="config/company")


def _future_folder(text: str) -> Path:
    """A folder that is there, or that can be made. Rights are not looked at: another account may run the program."""
    path = Path(text)
    there = next(each for each in (path, *path.absolute().parents) if each.exists())
    if not there.is_dir():
        raise wrong("file_in_the_way", there=str(there), found=quoted(text), example="var")
    if path.exists() or _takes_folders(there):
        return path
    raise wrong("folder_not_made", there=str(there), found=quoted(text), example="var")


def _takes_folders(folder: Path) -> bool:
    """Not every place where one may write does: /proc is none. Only trying tells."""
    try:
        os.rmdir(mkdtemp(prefix=".tuoling-", dir=folder))
    except PermissionError:
        return True
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
    return True


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
SqliteSync = Annotated[Literal["normal", "full"], BeforeValidator(_choice("normal", "full"))]
DingTalkMode = Annotated[str, BeforeValidator(_choice("stream", "http"))]
CardVariables = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_card_variables)]
MonthlyCalls = Annotated[int, BeforeValidator(_number(1, 999_999_999, 5000))]
Port = Annotated[int, BeforeValidator(_number(1, 65535, 8000))]
Days = Annotated[int, BeforeValidator(_number(1, 365, 7))]
FileMegabytes = Annotated[int, BeforeValidator(_number(1, 20, 20))]  # the platform gives and takes no more
Gigabytes = Annotated[int, BeforeValidator(_number(1, 100_000, 20))]
Count = Annotated[int, BeforeValidator(_number(1, 64, 4))]
AgentId = Annotated[int, BeforeValidator(_number(1, 999_999_999, 1_000_002))]
Host = Annotated[str, BeforeValidator(_shaped(r"[0-9A-Za-z.:\-]{1,253}", "监听地址", "127.0.0.1"))]
CorpId = Annotated[
    str, BeforeValidator(_shaped(r"[0-9A-Za-z_\-]{2,64}", "企业微信管理后台里的企业ID", "ww0123456789abcdef"))
]
Plain = Annotated[str, BeforeValidator(_shaped(r"[\x21-\x7e]{1,128}", "不含空格的字母和数字", "dingabc123"))]
Url = Annotated[str, BeforeValidator(_api_base)]
Gateway = Annotated[str, BeforeValidator(_gateway)]
Signature = Annotated[
    str, BeforeValidator(_shaped(r"[^\s【】\[\]]{2,16}", "运营商核准的短信签名，2 到 16 个字，不带【】", "青城助贷"))
]
WebhookKey = Annotated[
    SecretStr,
    BeforeValidator(
        _secret(
            r"whsec_(?:[0-9A-Za-z+/]{4}){8,21}(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?",
            " whsec_ 加上 24 到 64 个随机字节的 base64",
            MAKE_A_WEBHOOK_KEY,
        )
    ),
]
Hosts = Annotated[tuple[str, ...], BeforeValidator(_hosts)]
DatabaseUrl = Annotated[str, BeforeValidator(_database_url), Field(repr=False)]
RedisUrl = Annotated[str, BeforeValidator(_redis_url), Field(repr=False)]
Folder = Annotated[Path, BeforeValidator(_folder)]
FutureFolder = Annotated[Path, BeforeValidator(_future_folder)]

MasterKey = Annotated[SecretStr, BeforeValidator(_key)]
Secret = Annotated[
    SecretStr,
    BeforeValidator(_secret(r"[\x21-\x7e]{8,256}", " 8 到 256 个字母和数字，不含空格", "请从管理后台重新复制")),
]
CallbackToken = Annotated[SecretStr, BeforeValidator(_secret(r"[0-9A-Za-z]{1,32}", " 1 到 32 个字母和数字", _CONSOLE))]
CallbackKey = Annotated[
    SecretStr, BeforeValidator(_secret(r"[0-9A-Za-z]{43}", " EncodingAESKey 的 43 个字母和数字", _CONSOLE))
]
BearerToken = Annotated[
    SecretStr, BeforeValidator(_secret(r"[\x21-\x7e]{16,256}", " 16 到 256 个字符，不含空格", MAKE_ONE))
]
