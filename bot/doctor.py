"""`tuoling doctor`: everything an engineer would look at first, in plain words. Never a traceback: whatever is broken
is what it is there to tell of."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.doctor_clock import examine_clock
from bot.doctor_company import examine_calendar, examine_company, in_force
from bot.doctor_dingtalk import ask_dingtalk, examine_dingtalk
from bot.doctor_groups import examine_groups
from bot.doctor_organisation import examine_organisation
from bot.doctor_reports import examine_reports
from bot.doctor_risk import examine_risk
from bot.doctor_schedule import examine_schedule
from bot.doctor_sms import examine_sms
from bot.doctor_stream import examine_stream
from bot.doctor_webhook import examine_webhooks
from bot.doctor_wecom import Evidence, examine_wecom
from bot.explain import explain
from bot.health import Lookout, Part, reason
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import redis_url
from config.company import Company, load_company
from config.problems import CompanyError
from config.settings import Settings, SettingsError, load_settings
from config.variables import is_this_machine, shown_url
from core.moments import day_of
from core.people.models import Person
from core.privacy import Vault
from core.store import founding
from core.store.database import Database
from core.store.inbox import InboxRow
from core.store.outbox import OutboxRow, OutboxState
from core.store.unit import utc_now

DOCTOR_SECONDS = 5.0  # a person waits longer than a load balancer

_FIRST = ("企业微信凭证", "企业微信应用", "企业可信IP")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def examine(*, platform: bool) -> Iterator[Part]:
    """The parts of this installation, each as soon as it was looked at; with `platform` WeCom and DingTalk are asked
    too (nothing is sent to anybody)."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for problem in error.problems:
            yield Part("设置", False, str(problem), "改环境变量或 .env")
        if error.config_dir is not None:
            yield from _shown_company(_company(error.config_dir))
        yield Part("其余各项", False, "设置改好以前无法检查", "改好后再运行 tuoling doctor")
        return
    url = shown_url(settings.database_url)
    yield Part("设置", True, f"{settings.env}，公司配置 {settings.config_dir}，数据 {settings.var_dir}，数据库 {url}")
    for warning in settings.warnings:
        yield Part("设置", False, str(warning), "改正变量名，或删掉它", needed=False)
    if settings.host not in _LOOPBACK:
        said = f"对外监听 {settings.host}：没有反向代理时，几个发得很慢的连接就能占住所有线程"
        yield Part(
            "监听", False, said, "前面放 nginx（deploy/nginx.conf.example），TUOLING_HOST 用 127.0.0.1", needed=False
        )
    company = _company(settings.config_dir)
    yield from _shown_company(company)
    if isinstance(company, Company):
        yield examine_calendar(company.recycling.calendar, day_of(utc_now()))
    evidence, asked = None, None
    try:
        database = Database(settings.database_url)
    except (ArgumentError, ModuleNotFoundError, OSError) as error:
        yield Part("数据库", False, (explain(error) or (type(error).__name__, 1))[0])
        yield examine_clock(None, utc_now)
    else:
        looked = Lookout(database, redis_url(settings), utc_now, DOCTOR_SECONDS).look()
        yield from _at_the_terminal(looked, settings)
        usable = looked["database"].ok and looked["migrations"].ok
        yield examine_clock(database if usable else None, utc_now)
        yield _key(settings, database if usable else None)
        evidence, asked = (_evidence(database), database) if usable else (None, None)
        if usable:
            yield in_force(database, settings.config_dir)
            stream = examine_stream(settings, database, utc_now)
            if stream is not None:
                yield stream
        yield from examine_dingtalk(settings, database if usable else None, utc_now)
        if usable and isinstance(company, Company):
            yield from examine_company(company, database)
            yield examine_schedule(company, database, utc_now)
            yield examine_sms(settings.sms, company, database)
            yield from examine_risk(company, database, settings)
            yield examine_groups(settings, company.groups, database)
        if isinstance(company, Company):
            yield examine_webhooks(settings.webhook, company.automation)
            yield examine_reports(settings, company.providers)
    yield from _wecom(settings, platform, evidence)
    yield from _dingtalk(settings, platform, asked)


def shown(part: Part) -> str:
    """A part as the terminal shows it."""
    lines = [f"{'✓' if part.ok else '✗' if part.needed else '!'} {part.name}：{part.said}"]
    if part.detail and not part.ok:
        lines.append(f"    {part.detail}")
    if part.mend and not part.ok:
        lines.append(f"    → {part.mend}")
    return "\n".join(lines)


def _company(folder: Path) -> Company | CompanyError:
    try:
        return load_company(folder, COMMAND_WORDS)
    except CompanyError as error:
        return error


def _shown_company(company: Company | CompanyError) -> Iterator[Part]:
    if isinstance(company, CompanyError):
        for problem in company.problems:
            yield Part("公司配置", False, str(problem), "改好后用 tuoling config check 再查一遍")
        return
    yield Part("公司配置", True, f"公海 {len(company.pools.pools)} 个，版本 {company.version[:12]}")


def _at_the_terminal(looked: dict[str, Part], settings: Settings) -> Iterator[Part]:
    """The parts as health has them; a Redis of our own that nobody has started yet is told of as what it is."""
    for key, part in looked.items():
        if key == "redis" and not part.ok and settings.redis_url == "embedded":
            said = "内嵌 Redis 没有运行（serve、worker、scheduler 都没有启动时正是如此）"
            yield replace(part, said=said, mend="启动 tuoling worker；已经启动的话，看它的日志", detail="")
        else:
            yield part


def _key(settings: Settings, database: Database | None) -> Part:
    """Is there a master key, and is it the one the data was written with?"""
    if settings.secret_key is None:
        return Part("密钥", False, "没有设置 TUOLING_SECRET_KEY", "用 openssl rand -base64 32 生成一把，并妥善备份")
    rotating = "新旧两把都有效（轮换中；tuoling keys reseal 换完旧数据后，可停用旧的）"
    said = rotating if settings.secret_key_old else "已设置"
    if database is None:
        return Part("密钥", True, f"{said}；数据库可用后才能核对")
    try:
        with database.read() as session:
            holds = founding.holds(session, Vault(*settings.master_keys()))
    except SQLAlchemyError as error:
        return Part("密钥", False, "无法核对：读不出数据库里的凭据", detail=reason(error))
    if holds is False:
        mend = "恢复原来的 TUOLING_SECRET_KEY；正在轮换的话，把原来的放进 TUOLING_SECRET_KEY_OLD"
        return Part("密钥", False, "与数据库里数据所用的不是同一把，已有数据无法解密", mend)
    return Part("密钥", True, said if holds is None else f"{said}，与数据库相符")


def _evidence(database: Database) -> Evidence | None:
    """What our own database knows about the platform."""
    open_or_dead = OutboxRow.state.in_([OutboxState.PENDING, OutboxState.DEAD])
    try:
        with database.read() as session:
            heard = session.scalar(select(func.max(InboxRow.received_at)).where(InboxRow.channel == "wecom"))
            here = Person.left_at.is_(None), Person.wecom_userid.is_not(None)
            people = session.execute(select(Person.wecom_userid, Person.name).where(*here)).all()
            faults = session.scalars(
                select(OutboxRow.fault).where(OutboxRow.channel == "wecom", open_or_dead).distinct()
            ).all()
    except SQLAlchemyError:
        return None
    return Evidence({userid or "": name for userid, name in people}, heard, tuple(fault or "" for fault in faults))


def _wecom(settings: Settings, platform: bool, evidence: Evidence | None) -> Iterator[Part]:
    if settings.wecom is None and settings.dingtalk is not None:
        yield Part("企业微信", True, "没有配置，只用钉钉", needed=False)
        return
    if settings.wecom is None:
        mend = "设置 WECOM_CORP_ID 等五个变量，或用钉钉：DINGTALK_CLIENT_ID 等三个（见 README）"
        yield Part("企业微信", False, "没有配置", mend, needed=False)
        return
    if settings.env == "production" and is_this_machine(settings.wecom.api_base):
        said = f"WECOM_API_BASE 指向本机（{settings.wecom.api_base}），消息到不了企业微信"
        yield Part("企业微信", False, said, "本机上没有通往企业微信的代理的话，删掉这个变量", needed=False)
    if platform:
        parts = list(examine_wecom(settings.wecom, evidence, utc_now()))
        yield from parts
        if all(part.ok for part in parts if part.name in _FIRST):  # without these nothing can be read either
            yield from examine_organisation(settings.wecom)
    else:
        yield Part("企业微信", True, "已配置；tuoling doctor --platform 向平台核对")


def _dingtalk(settings: Settings, platform: bool, database: Database | None) -> Iterator[Part]:
    if settings.dingtalk is None:
        return
    if platform:
        yield from ask_dingtalk(settings.dingtalk, database, utc_now)
    else:
        mode = "HTTP 模式" if settings.dingtalk.mode == "http" else "Stream 模式"
        yield Part("钉钉", True, f"已配置，{mode}；tuoling doctor --platform 向平台核对")
