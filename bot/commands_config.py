"""`tuoling config`: the company's configuration checked, compared, and put into force."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.account import account
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from config import in_force
from config.company import load_company
from config.in_force import Overtaken
from config.problems import CompanyError
from config.settings import Settings, SettingsError
from core.calendar import CHINA
from core.store import config_versions

_SHOWN = 20


def check_config(read: Callable[[], Settings]) -> Iterator[str]:
    """`tuoling config check`: the settings, which `read` gives, and the company's YAML, as far as either can be checked
    without the other.

    Raises:
        SettingsError, CompanyError, or an ExceptionGroup of both: everything that is wrong.
    """
    wrong: list[SettingsError | CompanyError] = []
    folder: Path | None = None
    try:
        folder = read().config_dir
    except SettingsError as error:
        wrong.append(error)
        folder = error.config_dir
    try:
        if folder is not None:
            company = load_company(folder, COMMAND_WORDS)
            yield f"公司配置正确（{company.version[:12]}），公海 {len(company.pools.pools)} 个。"
    except CompanyError as error:
        wrong.append(error)
    if len(wrong) > 1:
        raise ExceptionGroup("tuoling config check", wrong)
    if wrong:
        raise wrong[0]


def apply_config(settings: Settings) -> str:
    """`tuoling config apply`: the folder is checked and put into force. Audited.

    Raises:
        CompanyError: something in the folder is wrong; what was in force stays.
        Unready: another one was applied at the same moment.
    """
    try:
        with open_store(settings).unit(request_id="cli", channel="cli") as unit:
            now = in_force.apply(unit, settings.config_dir, COMMAND_WORDS, account())
    except Overtaken as error:
        raise Unready("刚刚有人应用了另一版配置。请先看 tuoling config diff，再运行一次。") from error
    if not now.new:
        return f"与正在生效的第 {now.number} 版相同，没有变化。"
    return f"第 {now.number} 版已生效，正在运行的进程 1 秒内改用它，不用重启。"


def diff_config(settings: Settings) -> Iterator[str]:
    """`tuoling config diff`: what applying the folder would change, line by line."""
    with open_store(settings).read() as session:
        number = config_versions.newest_number(session)
        old = config_versions.files_of(session, number) if number else {}
    found = in_force.differences(old, in_force.texts_in(settings.config_dir))
    if not found:
        yield f"文件夹里的配置与正在生效的第 {number} 版相同。"
        return
    yield f"与正在生效的第 {number} 版相比（- 现在，+ 应用以后）：" if number else "还没有应用过配置；应用以后："
    for name, lines in found.items():
        yield from (name, *(f"  {line}" for line in lines))


def list_config(settings: Settings) -> str:
    """`tuoling config list`: the last versions: when they were applied, and by whom."""
    with open_store(settings).read() as session:
        versions = config_versions.history(session, _SHOWN)
    if not versions:
        return "还没有应用过配置。"
    lines = [
        f"{one.number}  {one.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {one.by}  {one.digest[:12]}" for one in versions
    ]
    return "\n".join(["版本  应用时间  应用人  内容", *lines])
