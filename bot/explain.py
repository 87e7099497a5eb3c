"""What an administrator can mend, said in plain words instead of a traceback."""

import errno
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from config.logging import redact
from config.problems import CompanyError, Wrong, reason
from config.settings import SettingsError

WRONG_SETTINGS, WRONG_STATE = 2, 1  # exit codes
WRONG_KEY = (
    "TUOLING_SECRET_KEY 与数据库里数据所用的不是同一把，什么都没有做。"
    "请恢复原来的密钥；正在换密钥的，把原来的放进 TUOLING_SECRET_KEY_OLD。"
)


class Unready(Exception):
    """A command cannot do its work here and now; the text says why, and what to do, in Chinese."""


def explain(error: Exception) -> tuple[str, int] | None:
    """The sentence for `error` and the exit code; None for a bug of ours, which deserves its traceback."""
    if isinstance(error, ExceptionGroup):
        return _together([explain(each) for each in error.exceptions])
    if isinstance(error, SettingsError):
        return _problems(error, "设置", "改环境变量或 .env；tuoling doctor 可以再查一遍")
    if isinstance(error, CompanyError):
        return _problems(error, "公司配置", "改好后用 tuoling config check 再查一遍")
    if isinstance(error, Unready):
        return str(error), WRONG_STATE
    if isinstance(error, ModuleNotFoundError):
        return _missing_module(error)
    if isinstance(error, ZoneInfoNotFoundError):
        return "没有时区数据，算不出北京时间。请运行 pip install tzdata，或安装系统的 tzdata。", WRONG_STATE
    if isinstance(error, OSError):
        return _system(error), WRONG_STATE
    return _of_the_store(error)


def _together(explained: list[tuple[str, int] | None]) -> tuple[str, int] | None:
    """Several errors of one command, one below the other; None if one of them is a bug of ours."""
    known = [each for each in explained if each is not None]
    if len(known) < len(explained):
        return None
    return "\n".join(text for text, _ in known), max(code for _, code in known)


def _problems(wrong: Wrong, what: str, mend: str) -> tuple[str, int]:
    head = f"{what}有 {len(wrong.problems)} 处错误（{mend}）："
    return "\n".join([head, *(f"  · {problem}" for problem in wrong.problems)]), WRONG_SETTINGS


def _of_the_store(error: Exception) -> tuple[str, int] | None:
    # Imported when something has gone wrong already: `tuoling --help` needs none of this.
    from alembic.util import CommandError
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from bot.health import reason as said_by
    from core.privacy import Unreadable
    from core.store.founding import WrongKey
    from jobs.valkey import EmbeddedRedisFailed

    if isinstance(error, WrongKey):
        return WRONG_KEY, WRONG_SETTINGS
    if isinstance(error, Unreadable):
        return "数据无法解密：TUOLING_SECRET_KEY 与写入数据时的不是同一把。请恢复原来的密钥。", WRONG_SETTINGS
    if isinstance(error, EmbeddedRedisFailed):
        return f"内嵌 Redis 没有启动：{redact(str(error))}", WRONG_STATE
    if isinstance(error, CommandError):
        return f"数据库升级没有完成：{redact(str(error))}。如果数据库比程序新，请安装新版程序。", WRONG_STATE
    if isinstance(error, ArgumentError):
        return "TUOLING_DATABASE_URL 无法识别，例如 sqlite:///var/tuoling.db。", WRONG_SETTINGS
    if isinstance(error, SQLAlchemyError):
        said = said_by(error)
        if any(words in said for words in ("no such table", "does not exist", "no such column")):
            return f"数据库还没有升级到本版本（{said}）。请运行 tuoling db upgrade，tuoling doctor 可以查看详情。", 1
        return f"数据库不可用：{said or type(error).__name__}。请检查 TUOLING_DATABASE_URL 和数据库服务。", WRONG_STATE
    return None


def _missing_module(error: ModuleNotFoundError) -> tuple[str, int] | None:
    if error.name and error.name.partition(".")[0] == "psycopg":
        return "没有安装 PostgreSQL 驱动。请运行 pip install 'tuoling[pg]'。", WRONG_STATE
    return None


def _system(error: OSError) -> str:
    where = f"{Path(str(error.filename)).absolute()}：" if error.filename else ""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where}没有权限。请检查文件夹的所有者和权限，或用 TUOLING_VAR_DIR 指定另一个文件夹。"
    if error.errno == errno.ENOSPC:
        return f"{where}磁盘已满。请清理磁盘后再试。"
    mend = "。请检查路径和名字。" if isinstance(error, FileNotFoundError | IsADirectoryError) else ""
    return f"{where}{reason(error) or type(error).__name__}{mend}"
