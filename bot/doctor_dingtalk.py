"""The parts of `tuoling doctor` about the DingTalk app: first what our own settings and database say, then what the
platform says. Asks only; the one message it tries goes to a user who cannot exist.

Whether the Stream connection stands is `bot.doctor_stream`'s. Sources: open.dingtalk.com/document/development,
server-api-error-codes-1, query-department-details0-v2, chatbots-send-one-on-one-chat-messages-in-batches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.dingtalk.channel import SEND
from bot.channels.dingtalk.client import DingTalkApi
from bot.channels.dingtalk.faults import Answer, Refused, fault_of
from bot.channels.dingtalk.meter import LOW, gone_as
from bot.channels.dingtalk.registering import Registered, mark_of, registered
from bot.channels.dingtalk.wiring import brought_as, counted_as
from bot.channels.tokens import Fetched
from bot.health import Part, reason
from cards.channel import Fault, Misconfigured, Quota
from config.settings import DingTalkSettings, Settings
from config.variables import is_this_machine
from core.calendar import CHINA
from core.moments import day_of
from core.people.models import Person
from core.people.organisation import ROOT
from core.privacy import Vault
from core.store import calls
from core.store.database import Database
from core.store.unit import Clock

SKEW_SECONDS = 60
NOBODY = "tuoling-doctor-nobody"
_NAMED = 5
_CONSOLE = "开发者后台 → 应用开发 → 本应用"
_REACH = "检查服务器能否访问 DINGTALK_API_BASE 和 DINGTALK_OAPI_BASE（DNS、防火墙、代理）"
_CREDENTIALS = f"{_CONSOLE} → 凭证与基础信息：重新抄 Client ID 和 Client Secret"
_EGRESS = f"{_CONSOLE} → 安全设置 → 服务器出口 IP：加入这台机器的出口地址"
_CONTACTS = (
    f"{_CONSOLE} → 权限管理：申请 通讯录部门信息读、通讯录部门成员读、成员信息读 三个权限，通讯录权限范围选「全部员工」"
)
_ROBOT = f"{_CONSOLE} → 机器人：抄 RobotCode；机器人要已启用，应用要已发布"
_SENDING = f"{_CONSOLE} → 权限管理：申请 企业内机器人发送消息 权限（qyapi_robot_sendmsg）"
_READ: tuple[tuple[str, Answer], ...] = (
    ("/topapi/v2/department/get", {}),
    ("/topapi/v2/department/listsub", {}),
    ("/topapi/v2/user/list", {"cursor": 0, "size": 1}),
)
_NO_ROBOT = ("robot.oto.notexist", "invalidparameter.robotcode", "chatbotid.notallow", "bot.stopped")
_NO_SUCH_PERSON = ("staffid.notexisted", "invalidparameter.userids", "param.useridnotexist")


@dataclass(frozen=True, slots=True)
class Known:
    """What our database knows: calls of this month, whether DingTalk has said that none are left, and what it brought,
    the people who work here without an account on DingTalk, how many have one, and the address of taps that was
    registered last."""

    calls: int
    gone: bool
    brought: int
    without: tuple[str, ...]
    have: int
    card_address: Registered | None


def examine_dingtalk(settings: Settings, database: Database | None, clock: Clock) -> Iterator[Part]:
    """What can be said without asking DingTalk; nothing where it is not set up. `database` None: it cannot be asked."""
    app = settings.dingtalk
    if app is None:
        return
    if settings.env == "production" and (is_this_machine(app.api_base) or is_this_machine(app.oapi_base)):
        said = "DINGTALK_API_BASE 或 DINGTALK_OAPI_BASE 指向本机，消息到不了钉钉"
        yield Part("钉钉", False, said, "本机上没有通往钉钉的代理的话，删掉这个变量", needed=False)
    yield from _own_template(app)
    if app.mode == "http" and app.corp_id is None:
        said = "HTTP 模式没有设置 DINGTALK_CORP_ID：别的企业的消息和点击，凭签名分不出来"
        mend = "钉钉开发者后台首页抄 CorpId，写进 DINGTALK_CORP_ID"
        yield Part("钉钉企业", False, said, mend, needed=False)
    if database is None:
        return
    try:
        known = _known(database, app, clock())
    except SQLAlchemyError as error:
        yield Part("钉钉", False, "无法核对人员和调用次数", detail=reason(error), needed=False)
        return
    if app.mode == "http":
        yield _card_address(settings, app, known.card_address)
    yield _calls(app, known.calls, gone=known.gone)
    yield _messages(app, known.brought)
    yield _people(known, alone=settings.wecom is None)


def ask_dingtalk(app: DingTalkSettings, database: Database | None, clock: Clock) -> Iterator[Part]:
    """Ask the platform, part by part; what cannot work because of an earlier part is not asked."""
    yield _clock(app.api_base, clock())
    api = DingTalkApi(app.client_id, app.client_secret.get_secret_value(), app.api_base, app.oapi_base)
    token = api.fetch_token()
    if not isinstance(token, Fetched):
        yield _no("钉钉凭证", token, _CREDENTIALS, needed=True)
        return
    yield Part("钉钉凭证", True, "Client ID 和 Client Secret 有效")
    yield _robot(api, token.value, app, database, clock)
    yield _contacts(api, token.value)


def _own_template(app: DingTalkSettings) -> Iterator[Part]:
    named = {name for name, _ in app.card_variables}
    if app.card_template is not None and "buttons" not in named:
        said = "用了自己的卡片模板，却没有写它的变量名：会照共享模板的变量去填，卡片多半是空的"
        mend = "DINGTALK_CARD_VARIABLES=title=…,body=…,status=…,buttons=…（docs/钉钉卡片模板.md）"
        yield Part("钉钉卡片模板", False, said, mend, needed=False)
    elif app.card_template is None and named:
        said = "写了 DINGTALK_CARD_VARIABLES，却没有 DINGTALK_CARD_TEMPLATE：共享模板没有这些变量"
        yield Part("钉钉卡片模板", False, said, "写上自己模板的 ID，或删掉 DINGTALK_CARD_VARIABLES", needed=False)


def _known(database: Database, app: DingTalkSettings, now: datetime) -> Known:
    here = select(Person.name, Person.dingtalk_userid).where(Person.left_at.is_(None)).order_by(Person.id)
    with database.read() as session:
        people = session.execute(here).all()
        counted, month = (counted_as(app), brought_as(app)), f"{day_of(now):%Y-%m}"
        used, brought = (calls.in_month(session.connection(), name, month) for name in counted)
        gone = calls.was_told(session.connection(), gone_as(counted_as(app)), month)
        address = registered(session.connection())
    without = tuple(person.name for person in people if not person.dingtalk_userid)
    return Known(used, gone, brought, without, len(people) - len(without), address)


def _card_address(settings: Settings, app: DingTalkSettings, known: Registered | None) -> Part:
    name, command = "钉钉点击地址", "tuoling dingtalk register https://你的域名"
    if known is None:
        said = "HTTP 模式，还没有在这里登记过：没有登记，卡片上的按钮点了没有反应"
        return Part(name, False, said, f"运行 {command}", needed=False)
    when = f"{known.at.astimezone(CHINA):%Y-%m-%d %H:%M} 登记"
    if settings.secret_key is not None and mark_of(Vault(*settings.master_keys()), app) != known.mark:
        said = f"{known.url}（{when}）：这以后换过应用或 DINGTALK_CARD_SECRET，点击的签名会对不上"
        return Part(name, False, said, f"再运行一次 {command}", needed=False)
    return Part(name, True, f"{known.url}（{when}）", needed=False)


def _calls(app: DingTalkSettings, used: int, *, gone: bool) -> Part:
    said = f"本月用了 {used} 次，企业一共可以用 {app.monthly_calls} 次（别的应用用掉的不在内）"
    if gone:
        said = f"本月钉钉说过次数用完了；{said}"
    mend = "买调用包，并把 DINGTALK_MONTHLY_CALLS 改成新的次数；用完以后，除了对消息的文字回答都发不出去"
    return Part("钉钉调用次数", not gone and used <= app.monthly_calls * LOW, said, mend, needed=False)


def _messages(app: DingTalkSettings, brought: int) -> Part:
    said = f"本月传来 {brought} 条消息和点击，企业一共可以收 {app.monthly_messages} 条（别的应用用掉的不在内）"
    mend = "买消息量包，并把 DINGTALK_MONTHLY_MESSAGES 改成新的条数；用完以后，同事发来的消息没有内容"
    return Part("钉钉消息条数", brought <= app.monthly_messages * LOW, said, mend, needed=False)


def _people(known: Known, *, alone: bool) -> Part:
    name, mend = "钉钉人员", "运行 tuoling people sync，或在人员表里写上 dingtalk_userid 再导入"
    if not known.have and not known.without:
        return Part(name, False, "人员表里还没有人", "运行 tuoling people sync 或 tuoling people import", needed=False)
    if not known.without:
        return Part(name, True, f"{known.have} 人都有钉钉账号", needed=False)
    more = f" 等 {len(known.without)} 人" if len(known.without) > _NAMED else ""
    named = f"{'、'.join(known.without[:_NAMED])}{more}"
    if alone:
        return Part(name, False, f"{named} 没有钉钉账号，收不到消息，也用不了", mend, needed=False)
    said = f"{known.have} 人有钉钉账号；{named} 没有，只在企业微信里"
    return Part(name, known.have > 0, said, mend, needed=False)


def _clock(api_base: str, now: datetime) -> Part:
    """What comes over HTTP more than 5 minutes off is refused; and tokens end at the wrong time."""
    name = "时间（钉钉）"
    try:
        dates = httpx.head(api_base, timeout=5).headers.get_list("date")  # some servers and proxies give it twice
        skew = abs((now - parsedate_to_datetime(dates[0])).total_seconds())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, IndexError):
        return Part(name, False, "连不上平台，无法核对时间", f"检查服务器能否访问 {api_base}", needed=False)
    if skew > SKEW_SECONDS:
        return Part(name, False, f"本机时间与平台相差 {int(skew)} 秒", "启用 NTP 校时（chrony 或 systemd-timesyncd）")
    return Part(name, True, f"与平台相差 {int(skew)} 秒")


def _robot(api: DingTalkApi, token: str, app: DingTalkSettings, database: Database | None, clock: Clock) -> Part:
    """DingTalk looks at the robot first: that it says who cannot be reached proves that it knows the robot."""
    name = "钉钉机器人"
    body = {"robotCode": app.robot_code, "userIds": [NOBODY], "msgKey": "sampleText", "msgParam": '{"content":"-"}'}
    answer = api.call(token, "post", SEND, body)
    _count(app, database, clock)
    if isinstance(answer, dict):
        listed = answer.get("invalidStaffIdList")
        if isinstance(listed, list) and NOBODY in listed:
            return Part(name, True, "RobotCode 有效，应用可以用它发消息")
        return Part(name, False, "平台的回答看不懂", "过一会儿再试", needed=False)
    if isinstance(answer, Refused) and answer.code.casefold().startswith(_NO_SUCH_PERSON):
        return Part(name, True, "RobotCode 有效")
    if isinstance(answer, Refused) and answer.code.casefold().startswith(_NO_ROBOT):
        return Part(name, False, f"平台不认识这个 RobotCode，或机器人停用了（{answer.why}）", _ROBOT)
    return _no(name, answer, _SENDING, needed=True)


def _contacts(api: DingTalkApi, token: str) -> Part:
    """`people sync` needs it; the program runs without."""
    name = "钉钉通讯录"
    count = 0
    for path, body in _READ:
        answer = api.ask(token, path, {"dept_id": ROOT} | body)
        if not isinstance(answer, dict):
            return _no(name, answer, _CONTACTS, needed=False)
        below = answer.get("result")
        count = len(below) if isinstance(below, list) else count
    return Part(name, True, f"读得到（公司下面 {count} 个部门），可以用 tuoling people sync", needed=False)


def _no(name: str, answer: Answer | Refused | Fault | Any, mend: str, *, needed: bool) -> Part:
    """Why a call gave nothing, with what to do."""
    fault = fault_of(answer) if isinstance(answer, Refused) else answer
    why = getattr(fault, "why", type(fault).__name__)
    match fault:
        case Misconfigured() if "IpNotInWhiteList" in why or "60020" in why:
            return Part(name, False, f"平台不接受本机的出口 IP（{why}）", _EGRESS, needed=needed)
        case Misconfigured():
            return Part(name, False, f"平台拒绝：{why}", mend, needed=needed)
        case Quota():
            return Part(
                name, False, f"平台限制了调用：{why}", "过一会儿再试；本月次数用完的话，买调用包", needed=needed
            )
    if isinstance(answer, Refused):
        return Part(name, False, f"平台拒绝：{why}", mend, needed=needed)
    return Part(name, False, f"连不上平台，或平台的回答不完整（{why}）", _REACH, needed=needed)


def _count(app: DingTalkSettings, database: Database | None, clock: Clock) -> None:
    """This one counts among the month's calls."""
    if database is None:
        return
    try:
        with database.write() as session:
            calls.add(session, counted_as(app), f"{day_of(clock()):%Y-%m}")
    except SQLAlchemyError:
        return
