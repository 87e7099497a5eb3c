"""`tuoling doctor` about the DingTalk app: what our own settings and database say, and what the platform says."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, DINGTALK, ROBOT
from sqlalchemy import select

from bot.channels.dingtalk.meter import DatabaseMeter
from bot.channels.dingtalk.registering import note
from bot.doctor_dingtalk import NOBODY, ask_dingtalk
from bot.peoplefile import read_people
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.faults import Fault
from bot.sandbox.members import read_members
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import load_settings
from core.people.models import Person
from core.people.service import import_people
from core.privacy import Vault
from core.store import calls
from core.store.database import Database
from core.store.unit import Store, utc_now

Tuoling = Callable[..., Result]


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    """The installation's store, with the sample company's people."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    store = Store(database, Vault(b"secret-secret-secret-secret-0001"))
    with store.unit(request_id="test") as unit:
        import_people(unit, read_people(PEOPLE_FILE))
    yield store
    database.dispose()


@pytest.fixture
def ding(environ: dict[str, str]) -> Iterator[DingTalk]:
    """The fake DingTalk, which the installation's settings point to; no WeCom."""
    for name in [name for name in environ if name.startswith("WECOM_")]:
        del environ[name]
    ding = DingTalk(
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        corp_id=CORP,
        robot_code=ROBOT,
        members=read_members(PEOPLE_FILE, "dingtalk_userid"),
    )
    with serve_dingtalk(ding) as base:
        environ |= DINGTALK | {"DINGTALK_API_BASE": base, "DINGTALK_OAPI_BASE": base}
        yield ding


def lines(result: Result) -> dict[str, str]:
    """What was said of each part: its mark, its words and what to do."""
    found: dict[str, str] = {}
    name = ""
    for line in result.stdout.splitlines():
        if not line.startswith("    "):
            name = line[2:].partition("：")[0]
        found[name] = found.get(name, "") + line
    return found


def test_everything_is_well(tuoling: Tuoling, store: Store, ding: DingTalk) -> None:
    said = lines(tuoling("doctor", "--platform"))
    assert said["企业微信"] == "✓ 企业微信：没有配置，只用钉钉"
    assert said["钉钉凭证"] == "✓ 钉钉凭证：Client ID 和 Client Secret 有效"
    assert said["钉钉机器人"] == "✓ 钉钉机器人：RobotCode 有效，应用可以用它发消息"
    assert said["钉钉通讯录"].startswith("✓ 钉钉通讯录：读得到（公司下面 ")
    assert said["时间（钉钉）"].startswith("✓")
    assert said["钉钉人员"] == "✓ 钉钉人员：23 人都有钉钉账号"
    assert all(message.from_bot is False for member in ding.members() for message in ding.chat(member.userid))
    assert ding.journal.calls("robot/oToMessages/batchSend")[-1].dropped == (NOBODY,)


def test_without_platform_nobody_is_asked(tuoling: Tuoling, store: Store, ding: DingTalk) -> None:
    said = lines(tuoling("doctor"))
    assert said["钉钉"] == "✓ 钉钉：已配置，Stream 模式；tuoling doctor --platform 向平台核对"
    assert ding.journal.entries() == ()


def test_no_dingtalk_no_word_of_it(tuoling: Tuoling, store: Store) -> None:
    assert not any("钉钉" in name for name in lines(tuoling("doctor")))


REFUSALS: dict[str, tuple[dict[str, str], str, str]] = {
    "secret": (
        {"DINGTALK_CLIENT_SECRET": "a-wrong-secret-0123456789"},
        "钉钉凭证",
        "重新抄 Client ID 和 Client Secret",
    ),
    "robot": ({"DINGTALK_ROBOT_CODE": "dingother"}, "钉钉机器人", "抄 RobotCode"),
    "nobody there": ({"DINGTALK_API_BASE": "http://127.0.0.1:1"}, "钉钉凭证", "检查服务器能否访问 DINGTALK_API_BASE"),
}


@pytest.mark.parametrize(("changed", "part", "mend"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_wrong_is_named_with_what_to_do(
    tuoling: Tuoling, store: Store, ding: DingTalk, changed: dict[str, str], part: str, mend: str
) -> None:
    result = tuoling("doctor", "--platform", **changed)
    assert lines(result)[part].startswith("✗")
    assert mend in lines(result)[part]
    assert result.exit_code == 1


ORDERED = {
    "no permission to send": (
        "robot/oToMessages/batchSend",
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "钉钉机器人",
        "qyapi_robot_sendmsg",
    ),
    "the address": (
        "robot/oToMessages/batchSend",
        "Forbidden.AccessDenied.IpNotInWhiteList",
        "钉钉机器人",
        "服务器出口 IP：加入这台机器的出口地址",
    ),
    "the month is over": (
        "robot/oToMessages/batchSend",
        "Forbidden.AccessDenied.ApiCountLimitForOrg",
        "钉钉机器人",
        "买调用包",
    ),
}


@pytest.mark.parametrize(("api", "code", "part", "mend"), ORDERED.values(), ids=ORDERED)
def test_each_refusal_of_the_platform(
    tuoling: Tuoling, store: Store, ding: DingTalk, api: str, code: str, part: str, mend: str
) -> None:
    ding.faults.order(api=api, fault=Fault.ERRCODE, code=code, status=403)
    assert mend in lines(tuoling("doctor", "--platform"))[part]


@pytest.mark.parametrize("api", ["department/get", "department/listsub", "user/list"])
@pytest.mark.parametrize("errcode", [60011, 50004])
def test_contacts_that_may_not_be_read_hinder_nothing_else(
    tuoling: Tuoling, store: Store, ding: DingTalk, api: str, errcode: int
) -> None:
    ding.faults.order(api=f"topapi/v2/{api}", fault=Fault.ERRCODE, errcode=errcode)
    said = lines(tuoling("doctor", "--platform"))
    assert said["钉钉通讯录"].startswith("!")
    assert "通讯录权限范围选「全部员工」" in said["钉钉通讯录"]
    assert said["钉钉机器人"].startswith("✓")


def test_a_wrong_clock_is_told(environ: dict[str, str], ding: DingTalk) -> None:
    app = load_settings(environ, env_file=None).dingtalk
    assert app is not None
    part = next(ask_dingtalk(app, None, lambda: datetime.now(UTC) + timedelta(minutes=7)))
    assert (part.name, part.ok, part.needed) == ("时间（钉钉）", False, True)
    assert "NTP" in part.mend


def test_http_mode_wants_the_organisation_and_the_address_of_taps(
    tuoling: Tuoling, store: Store, ding: DingTalk, environ: dict[str, str]
) -> None:
    http = {"DINGTALK_MODE": "http"}
    said = lines(tuoling("doctor", DINGTALK_CORP_ID="", **http))
    assert said["钉钉企业"].startswith("! 钉钉企业：HTTP 模式没有设置 DINGTALK_CORP_ID")
    assert "tuoling dingtalk register https://你的域名" in said["钉钉点击地址"]
    assert "钉钉企业" not in lines(tuoling("doctor", **http))
    app = load_settings(environ | http, env_file=None).dingtalk
    assert app is not None
    with store.unit(request_id="test") as unit:
        note(unit, app, "https://bot.example.com/dingtalk/card", "root")
    found = lines(tuoling("doctor", **http))["钉钉点击地址"]
    assert re.fullmatch(r"✓ 钉钉点击地址：https://bot\.example\.com/dingtalk/card（\S+ \S+ 登记）", found)
    changed = lines(tuoling("doctor", DINGTALK_CARD_SECRET="another-secret-0123456789", **http))["钉钉点击地址"]
    assert changed.startswith("!")
    assert "换过应用或 DINGTALK_CARD_SECRET" in changed
    assert "钉钉点击地址" not in lines(tuoling("doctor"))


def test_the_calls_of_the_month(tuoling: Tuoling, store: Store, ding: DingTalk) -> None:
    def add(count: int) -> None:
        with store.database.write() as session:
            calls.add(session, f"dingtalk:{CLIENT_ID}", f"{utc_now() + timedelta(hours=8):%Y-%m}", count)

    add(80)
    allowed = {"DINGTALK_MONTHLY_CALLS": "100"}
    said = lines(tuoling("doctor", **allowed))["钉钉调用次数"]
    assert said.startswith("✓ 钉钉调用次数：本月用了 80 次，企业一共可以用 100 次")
    tuoling("doctor", "--platform", **allowed)
    said = lines(tuoling("doctor", **allowed))["钉钉调用次数"]
    assert said.startswith("! 钉钉调用次数：本月用了 81 次"), "its own call counts too"
    assert "买调用包" in said


def test_that_dingtalk_has_said_that_none_are_left(tuoling: Tuoling, store: Store, ding: DingTalk) -> None:
    """Other apps of the organisation use up the same calls."""
    DatabaseMeter(Store(store.database, store.vault), f"dingtalk:{CLIENT_ID}", "dingtalk", 5000).gone()
    said = lines(tuoling("doctor"))["钉钉调用次数"]
    assert said.startswith("! 钉钉调用次数：本月钉钉说过次数用完了；本月用了 0 次，企业一共可以用 5000 次")
    assert "买调用包" in said


def test_who_has_no_account(tuoling: Tuoling, store: Store, ding: DingTalk) -> None:
    with store.unit(request_id="test") as unit:
        for person in unit.session.scalars(select(Person).order_by(Person.id).limit(6)).unique():
            person.dingtalk_userid = None
    said = lines(tuoling("doctor"))["钉钉人员"]
    assert said.startswith("! 钉钉人员：")
    assert " 等 6 人 没有钉钉账号，收不到消息，也用不了" in said
    assert "tuoling people sync" in said


TEMPLATES = {
    "no names": ({"DINGTALK_CARD_TEMPLATE": "abc.schema"}, "却没有写它的变量名"),
    "names alone": ({"DINGTALK_CARD_VARIABLES": "title=t,body=b,status=s,buttons=x"}, "却没有 DINGTALK_CARD_TEMPLATE"),
}


@pytest.mark.parametrize(("changed", "why"), TEMPLATES.values(), ids=TEMPLATES)
def test_half_an_own_template(
    tuoling: Tuoling, store: Store, ding: DingTalk, changed: dict[str, str], why: str
) -> None:
    assert why in lines(tuoling("doctor", **changed))["钉钉卡片模板"]
    whole = {"DINGTALK_CARD_TEMPLATE": "abc.schema", "DINGTALK_CARD_VARIABLES": "title=t,body=b,status=s,buttons=x"}
    assert "钉钉卡片模板" not in lines(tuoling("doctor", **whole))
