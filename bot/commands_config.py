"""`tuoling config`: the company's configuration checked, compared, and put into force."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from bot.account import account
from bot.doctor_company import nobody_named
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from bot.trial_words import tried
from cards.texts.schedule import on_the_dot
from config import in_force
from config.company import Company, company_of, load_company
from config.in_force import Overtaken, Step
from config.problems import CompanyError
from config.schedulefile import job_word
from config.settings import Settings, SettingsError
from core.calendar import CHINA, WorkingCalendar
from core.leads.forecast import WouldFall, first_warning, would_fall
from core.leads.recycling import Recycling
from core.loans.trial import try_flows
from core.schedule import Schedule
from core.store import config_versions
from core.store.config_versions import Damaged
from core.store.unit import Store

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
            counted = f"公海 {len(company.pools.pools)} 个，流程 {len(company.flows.flows)} 个"
            yield f"公司配置正确（{company.version[:12]}），{counted}。"
            yield from _hints(company.schedule)
    except CompanyError as error:
        wrong.append(error)
    if len(wrong) > 1:
        raise ExceptionGroup("tuoling config check", wrong)
    if wrong:
        raise wrong[0]


def _hints(schedule: Schedule) -> Iterator[str]:
    """What is allowed, and better otherwise. No mistake: a company that has lived with it must not be stopped by an
    upgrade."""
    yield from (on_the_dot(job_word(each.job), each.minute) for each in schedule.timed if each.is_on_the_dot)


def apply_config(settings: Settings, *, yes: bool = False, agree: Callable[[], bool] | None = None) -> Iterator[str]:
    """`tuoling config apply`: the folder is checked and put into force. Audited. If leads fall by it, it says how many
    and wants `yes`, or that `agree` is answered so.

    Raises:
        CompanyError: something in the folder is wrong; what was in force stays.
        Unready: it was not agreed to, or another one was applied at the same moment.
    """
    store = open_store(settings)
    load_company(settings.config_dir, COMMAND_WORDS)  # its problems name the place in the folder
    (number, old), texts = files_in_force(store), in_force.texts_in(settings.config_dir)
    falls = _falls(store, old, company_of(texts, COMMAND_WORDS))
    yield from falls
    if falls and not yes and not (agree is not None and agree()):
        raise Unready("没有应用，生效的还是原来的配置。确认要这样改，运行：\n  tuoling config apply --yes")
    try:
        with store.unit(request_id="cli", channel="cli") as unit:
            now = in_force.apply(unit, settings.config_dir, COMMAND_WORDS, account(), agreed=Step(number, texts))
    except Overtaken as error:
        raise Unready("刚刚有人应用了另一版配置，或者又改了文件夹。请先看 tuoling config diff，再运行一次。") from error
    if not now.new:
        yield f"与正在生效的第 {now.number} 版相同，没有变化。"
        return
    yield f"第 {now.number} 版已生效，正在运行的进程 1 秒内改用它，不用重启。"


def diff_config(settings: Settings) -> Iterator[str]:
    """`tuoling config diff`: what applying the folder would change, line by line, and how many leads fall by it."""
    store, texts = open_store(settings), in_force.texts_in(settings.config_dir)
    number, old = files_in_force(store)
    found = in_force.differences(old, texts)
    if not found:
        yield f"文件夹里的配置与正在生效的第 {number} 版相同。"
        return
    yield f"与正在生效的第 {number} 版相比（- 现在，+ 应用以后）：" if number else "还没有应用过配置；应用以后："
    for name, lines in found.items():
        yield from (name, *(f"  {line}" for line in lines))
    try:
        company = company_of(texts, COMMAND_WORDS)
    except CompanyError:
        yield "文件夹里的配置有错，会收回多少条线索算不出来。请运行 tuoling config check。"
        return
    yield from _falls(store, old, company)


def try_config(settings: Settings, days: int) -> Iterator[str]:
    """`tuoling config try`: what the folder would change: how many leads fall by it, and which of the applications of
    the last `days` days would have gone another way. Changes nothing.

    Raises:
        CompanyError: something in the folder is wrong.
    """
    store = open_store(settings)
    load_company(settings.config_dir, COMMAND_WORDS)  # its problems name the place in the folder
    texts = in_force.texts_in(settings.config_dir)
    company, (_, old) = company_of(texts, COMMAND_WORDS), files_in_force(store)
    yield from _falls(store, old, company) or ["线索：不会因此收回哪一条。"]
    now = store.clock()
    with store.read() as session:
        trial = try_flows(session, store.vault, company.loans, now - timedelta(days=days), now)
        nobody = nobody_named(session, company.loans.flows)
    yield from tried(trial, days)
    yield from (f"{each}，走到那里会转给管理员。" for each in nobody)


def files_in_force(store: Store) -> tuple[int, dict[str, str]]:
    """The number of the version in force and its files: 0 if there is none, and no files if they cannot be read."""
    with store.read() as session:
        number = config_versions.newest_number(session)
        try:
            return number, config_versions.files_of(session, number) if number else {}
        except Damaged:
            return number, {}


def _falls(store: Store, old: Mapping[str, str], company: Company) -> list[str]:
    """How many leads fall by each rule because `company` counts in place of the files `old`; empty if none does."""
    before, after = _rules_of(old), company.recycling
    with store.read() as session:
        now = store.clock()
        falling = would_fall(session, before, after, now)
    warning = first_warning(after, now)
    lines = [f"  {_counted(one, f'{warning.words}内' if warning else '')}" for one in falling]
    return ["应用以后会收回的线索（按现在的规则不会）：", *lines] if lines else []


def _rules_of(files: Mapping[str, str]) -> Recycling:
    try:
        return company_of(files, COMMAND_WORDS).recycling
    except CompanyError:  # there was none yet, or this release cannot read it: then nothing falls by it
        return Recycling(WorkingCalendar())


def _counted(one: WouldFall, soon: str) -> str:
    parts = [f"马上 {one.now} 条"] if one.now else []
    parts += [f"{soon}另有 {one.soon} 条" if one.now else f"{soon} {one.soon} 条"] if one.soon else []
    return f"规则「{one.rule}」：{'，'.join(parts)}"


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
