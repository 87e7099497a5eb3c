"""`tuoling doctor`: it finds what is broken, says what to do, and never dies of it."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from kit.clock import Clock
from kit.company import AGENT_ID, CORP_ID, SECRETS
from kit.ports import free_port
from sqlalchemy import update

from bot.doctor_clock import examine_clock
from bot.doctor_company import examine_calendar
from bot.doctor_wecom import examine_wecom
from bot.peoplefile import read_people
from bot.sandbox.faults import Fault
from bot.sandbox.members import Member, read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from config.settings import Settings, load_settings
from core.calendar import WorkingCalendar
from core.leads.intake import NewLead, add_lead
from core.leads.pools import Pool, Pools
from core.people.models import Person
from core.people.policy import Role, Verb, may
from core.people.queries import actors, by_userid
from core.people.service import import_people
from core.privacy import Vault
from core.state_council import KNOWN_YEARS
from core.store import inbox, outbox
from core.store.database import Database
from core.store.outbox import Kind, Message, OutboxRow, OutboxState
from core.store.unit import Store

Tuoling = Callable[..., Result]
OTHER_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDE="


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
def platform(environ: dict[str, str]) -> Iterator[Platform]:
    """The fake WeCom, which the installation's settings point to."""
    platform = Platform(
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=SECRETS["WECOM_SECRET"],
        token=SECRETS["WECOM_TOKEN"],
        aes_key=SECRETS["WECOM_AES_KEY"],
        members=read_members(PEOPLE_FILE),
        callback_url="http://127.0.0.1:1/wecom/callback",  # configured; nobody is called
    )
    with serve_in_thread(platform) as base:
        environ["WECOM_API_BASE"] = base
        yield platform


def lines(result: Result) -> dict[str, str]:
    """What was said of each part: its mark, its words and what to do."""
    found: dict[str, str] = {}
    name = ""
    for line in result.stdout.splitlines():
        if not line.startswith("    "):
            name = line[2:].partition("：")[0]
        found[name] = found.get(name, "") + line + "\n"
    # Not `output`: the fake platform's thread shares our stderr, and its web server tells there of the reset it was
    # ordered to make. An exception of doctor's own is raised again by the fixture.
    assert "Traceback" not in result.stdout
    return found


def test_a_good_installation(tuoling: Tuoling, store: Store) -> None:
    tuoling("config", "apply")
    result = tuoling("doctor")
    assert result.exit_code == 0
    said = lines(result)
    wrong = [name for name, text in said.items() if not text.startswith("✓")]
    assert [name for name in wrong if name != "工作日历"] == ["Redis"], "of the year to come it may not be known yet"
    assert "内嵌 Redis 没有运行" in said["Redis"]
    assert "与数据库相符" in said["密钥"]
    assert "用同一个时钟" in said["本机时间"]
    assert "时区数据正常" in said["本机时间"]


LAST_DAY = date(max(KNOWN_YEARS), 12, 31)


@pytest.mark.parametrize(
    ("today", "ok"), [(LAST_DAY - timedelta(days=45), True), (LAST_DAY - timedelta(days=44), False)]
)
def test_a_year_whose_days_off_are_not_known_yet_is_told_in_time(today: date, ok: bool) -> None:
    part = examine_calendar(WorkingCalendar(), today)
    assert part.ok is ok
    assert not part.needed
    assert str((today + timedelta(days=45)).year) in part.said


SMS = {
    "TUOLING_SMS_URL": "http://127.0.0.1:1/send",
    "TUOLING_SMS_KEY": "canary-key-0123456789",
    "TUOLING_SMS_SIGN": "青城助贷",
}


@pytest.fixture
def texting(environ: dict[str, str], tmp_path: Path) -> Path:
    """The company's folder, with the short message of the shipped flow switched on."""
    folder = tmp_path / "texting"
    shutil.copytree(environ.get("TUOLING_CONFIG_DIR", Settings.model_fields["config_dir"].default), folder)
    file = folder / "flows" / "standard.yaml"
    commented = "# - {at: 超期2工作日, do: 短信}"
    text = file.read_text(encoding="utf-8")
    assert text.count(commented) == 1
    file.write_text(text.replace(commented, commented[2:]), encoding="utf-8")
    environ["TUOLING_CONFIG_DIR"] = str(folder)
    return folder


def test_short_messages_that_nobody_wants(tuoling: Tuoling, store: Store, environ: dict[str, str]) -> None:
    assert lines(tuoling("doctor"))["短信"] == "✓ 短信：没有开，流程和自动化里也没有用到\n"
    environ.update(SMS)
    said = lines(tuoling("doctor"))["短信"]
    assert said == "✓ 短信：已开，网关 http://127.0.0.1:1/send，签名【青城助贷】；流程和自动化里没有用到\n"


def test_short_messages_that_would_reach_nobody(
    tuoling: Tuoling, store: Store, environ: dict[str, str], texting: Path
) -> None:
    off = lines(tuoling("doctor"))["短信"]
    assert off.startswith("! 短信：没有开，流程「标准流程」的节点「初审」要发的短信发不出去，到时只有卡片提醒\n")
    assert "TUOLING_SMS_URL" in off
    environ.update(SMS)
    said = lines(tuoling("doctor"))["短信"]
    with store.read() as session:
        approvers = [one for one in actors(session) if Role.APPROVER in one.roles]
    count = len(approvers)
    assert f"；可能收短信的 {count} 人里，{count} 人没有手机号，收不到：" in said
    assert all(one.name in said for one in approvers[:5])
    assert "canary" not in said
    with store.database.write() as session:
        session.execute(update(Person).values(phone=b"sealed"))
    assert f"可能收短信的 {count} 人都有手机号" in lines(tuoling("doctor"))["短信"]


def test_short_messages_of_a_rule(tuoling: Tuoling, store: Store, environ: dict[str, str], texting: Path) -> None:
    shutil.copy(Settings.model_fields["config_dir"].default / "flows" / "standard.yaml", texting / "flows")
    rule = "rules: [{name: 催, when: 跟进后 3天, do: [{sms: 该回访了}]}]"
    (texting / "automation.yaml").write_text(rule, encoding="utf-8")
    assert "自动化规则「催」要发的短信发不出去" in lines(tuoling("doctor"))["短信"]
    environ.update(SMS)
    with store.read() as session:
        count = sum(may(one, Verb.FOLLOW) for one in actors(session))
    assert f"可能收短信的 {count} 人里，{count} 人没有手机号" in lines(tuoling("doctor"))["短信"]


@pytest.mark.parametrize(
    ("changed", "part", "words"),
    [
        ({"TUOLING_DATABASE_URL": "postgresql+psycopg://u:p4ssw0rd@127.0.0.1:1/x"}, "数据库", "TUOLING_DATABASE_URL"),
        ({"TUOLING_DATABASE_URL": ""}, "数据库版本", "tuoling db upgrade"),
        ({"TUOLING_SECRET_KEY": OTHER_KEY}, "密钥", "TUOLING_SECRET_KEY_OLD"),
        ({"TUOLING_SECRET_KEY": ""}, "密钥", "没有设置"),
        ({"TUOLING_PORT": "no"}, "设置", "TUOLING_PORT"),
    ],
    ids=["database down", "not migrated", "another key", "no key", "broken settings"],
)
def test_what_is_broken_is_named_with_the_next_step(
    tuoling: Tuoling,
    store: Store,
    environ: dict[str, str],
    tmp_path: Path,
    changed: dict[str, str],
    part: str,
    words: str,
) -> None:
    if changed == {"TUOLING_DATABASE_URL": ""}:
        (tmp_path / "empty").mkdir()
        changed = {"TUOLING_DATABASE_URL": "", "TUOLING_VAR_DIR": str(tmp_path / "empty")}
    result = tuoling("doctor", **changed)
    assert result.exit_code == 1
    text = lines(result)[part]
    assert "✗" in text
    assert words in text
    assert "p4ssw0rd" not in result.output
    assert not (tmp_path / "empty" / "tuoling.db").exists()  # looking leaves nothing behind


def test_every_wrong_setting_has_its_line(tuoling: Tuoling) -> None:
    result = tuoling("doctor", TUOLING_PORT="no", TUOLING_THREADS="0", WECOM_TOKEN="")
    assert result.exit_code == 1
    assert [line[:4] for line in result.stdout.splitlines() if line.startswith("✗")] == ["✗ 设置"] * 3 + ["✗ 其余"]
    for variable in ("TUOLING_PORT", "TUOLING_THREADS", "WECOM_TOKEN"):
        assert variable in result.stdout
    assert "✓ 公司配置：公海 3 个" in result.stdout, "the YAML can be checked all the same"


def test_a_misspelt_setting_is_a_warning(tuoling: Tuoling) -> None:
    result = tuoling("doctor", TUOLING_LOG_LEVLE="info")
    assert result.exit_code == 0
    assert "! 设置：不认识 “TUOLING_LOG_LEVLE”，已忽略，是不是 “TUOLING_LOG_LEVEL”？" in result.stdout


def test_an_address_that_others_reach_is_a_warning(tuoling: Tuoling, store: Store) -> None:
    said = lines(tuoling("doctor", TUOLING_HOST="0.0.0.0"))  # noqa: S104
    assert said["监听"].startswith("! 监听：对外监听 0.0.0.0")
    assert "nginx.conf.example" in said["监听"]
    assert "监听" not in lines(tuoling("doctor"))


def test_broken_company_yaml_is_told_line_by_line(tuoling: Tuoling, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "pools.yaml").write_text("default: a\npools:\n  - key: A B\n    nmae: x\n", encoding="utf-8")
    result = tuoling("doctor", TUOLING_CONFIG_DIR=str(folder))
    assert result.exit_code == 1
    assert re.search(r"第 3 行 \S+pools.yaml：key 应为", lines(result)["公司配置"])
    assert "数据库" in lines(result)  # the rest is looked at all the same


def test_the_companys_yaml_is_held_against_its_people_and_leads(tuoling: Tuoling, store: Store, tmp_path: Path) -> None:
    company = tmp_path / "company"
    company.mkdir()
    (company / "pools.yaml").write_text(
        "default: region\npools:\n  - key: region\n    name: 全区池\n    departments: [包投]\n    admins: [nobody]\n",
        encoding="utf-8",
    )
    with store.unit(request_id="test") as unit:
        actor = by_userid(unit.connection, "wecom", "wuyun")
        old = Pools((Pool("old", "旧池"),), default="old")
        add_lead(unit, actor, NewLead("王小明", "13947100001", "抖音"), old)  # type: ignore[arg-type]
    said = tuoling("doctor", TUOLING_CONFIG_DIR=str(company)).stdout
    for sentence in (
        "没有部门「包投」",
        "没有账号「nobody」",
        "1 条线索还在已经没有的公海「old」里",
        "✓ 人员：23 人",
    ):
        assert sentence in said


def test_who_is_named_by_an_assignment_rule_and_is_nobody_is_told(
    tuoling: Tuoling, store: Store, tmp_path: Path
) -> None:
    company = tmp_path / "company"
    company.mkdir()
    (company / "pools.yaml").write_text(
        "default: region\npools:\n  - {key: region, name: 全区池, departments: 全员}\n", encoding="utf-8"
    )
    file = company / "assignment.yaml"
    rule = "rules:\n  - {key: all, name: 其余, method: 轮流, people: [{account: %s}, {account: batu}]}\n"
    for account, said in (
        ("nobody", "! 自动分配：规则「其余」里的账号「nobody」没有人，分不到他"),
        ("lina", "✓ 自动分配：1 条规则，账号都对得上"),
    ):
        file.write_text(rule % account, encoding="utf-8")
        assert said in tuoling("doctor", TUOLING_CONFIG_DIR=str(company)).stdout


def test_who_is_named_by_a_flow_and_is_nobody_is_told(tuoling: Tuoling, store: Store, tmp_path: Path) -> None:
    company = Path(shutil.copytree(Settings.model_fields["config_dir"].default, tmp_path / "company"))
    file = company / "flows" / "standard.yaml"
    text = file.read_text(encoding="utf-8")
    whole = tuoling("doctor", TUOLING_CONFIG_DIR=str(company)).stdout
    file.write_text(
        text.replace(
            "- role: 财务",
            "- people: [nobody]\n      - {role: 审批人, department: 月球}\n      - {role: 审批人, department: 包头}",
        ),
        encoding="utf-8",
    )
    said = tuoling("doctor", TUOLING_CONFIG_DIR=str(company)).stdout
    for sentence in ("没有账号「nobody」", "没有部门「月球」", "部门「包头」里没有人是审批人，会交给管理员"):
        assert f"! 进件流程：流程「标准流程」的节点「放款」：{sentence}" in said
        assert sentence not in whole


def test_redis_down_is_a_warning(tuoling: Tuoling, store: Store) -> None:
    result = tuoling("doctor", TUOLING_REDIS_URL="redis://127.0.0.1:1/0")
    assert result.exit_code == 0
    assert "! Redis：不可用（ConnectionError）" in result.stdout


def test_a_database_that_never_answers_is_given_up(tuoling: Tuoling) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as hole:  # takes connections, says nothing
        url = f"postgresql+psycopg://u@127.0.0.1:{hole.getsockname()[1]}/x"
        result = tuoling("doctor", TUOLING_DATABASE_URL=url)
    assert result.exit_code == 1
    assert "timeout" in lines(result)["数据库"]  # the driver's own 3 seconds; doctor's 5 stand behind them


def test_late_and_dead_messages_are_told(tuoling: Tuoling, store: Store) -> None:
    now = datetime.now(UTC)
    with store.database.write() as session:
        for key in ("late", "dead"):
            message = Message(key, "wecom", 1, "wecom:1", Kind.SAY, body=b"x")
            outbox.put(session, message, now=now - timedelta(hours=1), request_id="test")
        dead = update(OutboxRow).where(OutboxRow.dedupe_key == "dead")
        session.execute(dead.values(state=OutboxState.DEAD, fault="errcode 81013: this member cannot be reached"))
    said = lines(tuoling("doctor"))
    assert "! 待发消息：1 条待发，最早一条已晚 36" in said["待发消息"]
    assert "tuoling worker" in said["待发消息"]
    assert "errcode 81013" in said["失败消息"]
    assert "tuoling outbox list" in said["失败消息"]


def test_the_clock_is_held_against_the_database(database_url: str) -> None:
    database = Database(database_url)
    now = datetime.now(UTC)
    part = examine_clock(database, lambda: now)
    assert (part.ok, part.needed) == (True, True)
    assert ("与数据库服务器相差" in part.said) == (database.dialect == "postgresql")
    fast = examine_clock(database, lambda: now + timedelta(minutes=7))
    assert fast.ok == (database.dialect == "sqlite"), "one file, one clock"
    if not fast.ok:
        assert re.search("比数据库服务器快 4[12][0-9] 秒.*不回收、不提醒", fast.said)
        assert "NTP" in fast.mend
    database.dispose()


def test_what_was_written_in_the_future_tells_of_a_clock_that_was_set_back(database_url: str, clock: Clock) -> None:
    database = Database(database_url)
    now = datetime.now(UTC)
    clock.now = now + timedelta(hours=1)
    with Store(database, Vault(b"secret-secret-secret-secret-0001"), clock=clock).unit(request_id="test") as unit:
        unit.record(None, "test", "test")
    part = examine_clock(database, lambda: now)
    assert not part.ok
    assert "比数据库里最新的记录慢 3600 秒" in part.said
    database.dispose()


def test_without_a_database_the_clock_is_told_all_the_same(tuoling: Tuoling) -> None:
    said = lines(tuoling("doctor", TUOLING_DATABASE_URL="postgresql+psycopg://u:p4ssw0rd@127.0.0.1:1/x"))
    assert "数据库可用后才能与它核对" in said["本机时间"]


def test_the_platform_is_content(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    with store.database.write() as session:
        five_ago = datetime.now(UTC) - timedelta(minutes=5)
        inbox.record(session, key="wecom:1", channel="wecom", event=b"x", request_id="test", now=five_ago)
    result = tuoling("doctor", "--platform")
    said = lines(result)
    assert result.exit_code == 0, result.output
    for name in ("时间", "企业微信凭证", "企业可信IP", "回调地址", "可见范围", "客户联系"):
        assert said[name].startswith("✓"), said[name]
    assert "5 分钟前" in said["回调地址"]
    assert not any(message.from_bot for member in platform.members() for message in platform.chat(member.userid))


def test_whether_the_app_may_ask_about_customers_is_told(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    assert lines(tuoling("doctor", "--platform"))["客户联系"].startswith("✓ 客户联系：可以调用，人员表里有")
    platform.contacts.allowed = False
    result = tuoling("doctor", "--platform")
    said = lines(result)["客户联系"]
    assert result.exit_code == 0, "not everybody uses it"
    assert said.startswith("!")
    assert "可调用接口的应用" in said
    platform.faults.order(api="externalcontact/get_follow_user_list", fault=Fault.STATUS_500)
    assert "HTTP 500" in lines(tuoling("doctor", "--platform"))["客户联系"]


def test_no_callback_address_is_told(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    platform.callback_url = ""  # WeCom then refuses cards with buttons
    result = tuoling("doctor", "--platform")
    assert result.exit_code == 1
    assert "设置API接收" in lines(result)["回调地址"]


@pytest.mark.parametrize(
    ("api", "errcode", "part", "words"),
    [
        ("gettoken", 40001, "企业微信凭证", "WECOM_SECRET"),
        ("gettoken", 40013, "企业微信凭证", "WECOM_CORP_ID"),
        ("agent/get", 301002, "企业微信应用", "WECOM_AGENT_ID"),
        ("agent/get", 60020, "企业可信IP", "加入 127.0.0.1 "),
        ("agent/get", 50003, "企业微信应用", "重新启用"),
        ("agent/get", 88888, "企业微信应用", "88888"),
        ("message/send", 43012, "回调地址", "设置API接收"),
    ],
)
def test_what_the_platform_refuses_is_explained(
    tuoling: Tuoling, store: Store, platform: Platform, api: str, errcode: int, part: str, words: str
) -> None:
    platform.faults.order(api=api, fault=Fault.ERRCODE, errcode=errcode)
    result = tuoling("doctor", "--platform")
    assert result.exit_code == 1
    assert words in lines(result)[part]
    assert SECRETS["WECOM_SECRET"] not in result.output


@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET, Fault.HALF_BODY, Fault.HTML, Fault.REDIRECT])
def test_a_broken_exchange_is_no_crash(tuoling: Tuoling, store: Store, platform: Platform, fault: Fault) -> None:
    platform.faults.order(api="gettoken", fault=fault)
    result = tuoling("doctor", "--platform")
    assert result.exit_code == 1
    assert "检查服务器能否访问" in lines(result)["企业微信凭证"]
    assert SECRETS["WECOM_SECRET"] not in result.output


def test_no_platform_at_all(tuoling: Tuoling, store: Store) -> None:
    result = tuoling("doctor", "--platform", WECOM_API_BASE=f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert "连不上平台" in lines(result)["时间"]
    assert "连不上平台" in lines(result)["企业微信凭证"]


def test_who_does_not_see_the_app_is_named(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    batu = platform.member("batu")
    assert batu is not None
    platform.put_member(Member(batu.userid, batu.name, batu.department, batu.title, visible=False))
    result = tuoling("doctor", "--platform")
    assert result.exit_code == 0
    assert f"{batu.name} 看不到应用" in lines(result)["可见范围"]


def test_the_address_book_can_be_read(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    said = lines(tuoling("doctor", "--platform"))
    assert said["通讯录"] == "✓ 通讯录：读得到 11 个部门，可以用 tuoling people sync\n"
    assert "/wecom/callback" in said["通讯录变更"]
    assert "通讯录同步" not in said
    own = {"WECOM_CONTACTS_TOKEN": "contactstoken", "WECOM_CONTACTS_AES_KEY": "a" * 43}
    assert "/wecom/contacts" in lines(tuoling("doctor", "--platform", **own))["通讯录变更"]


@pytest.mark.parametrize(
    ("api", "errcode", "part", "words"),
    [
        ("department/list", 48002, "通讯录", "errcode 48002"),
        ("department/list", 60020, "通讯录", "企业可信IP"),
        ("user/list_id", 48009, "通讯录同步", "开启 API 接口同步"),
    ],
)
def test_what_of_the_address_book_cannot_be_read_is_told_and_is_not_needed(
    tuoling: Tuoling, store: Store, platform: Platform, api: str, errcode: int, part: str, words: str
) -> None:
    platform.contacts_secret = "the-secret-of-the-address-book"
    platform.faults.order(api=api, fault=Fault.ERRCODE, errcode=errcode)
    result = tuoling("doctor", "--platform", WECOM_CONTACTS_SECRET=platform.contacts_secret)
    assert result.exit_code == 0
    assert lines(result)[part].startswith("! ")
    assert words in lines(result)[part]
    assert platform.contacts_secret not in result.output


def test_the_secret_of_the_address_book_is_tried(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    wrong = lines(tuoling("doctor", "--platform", WECOM_CONTACTS_SECRET="a-wrong-secret"))["通讯录同步"]
    assert "WECOM_CONTACTS_SECRET 用不了" in wrong
    platform.contacts_secret = "the-secret-of-the-address-book"
    right = lines(tuoling("doctor", "--platform", WECOM_CONTACTS_SECRET=platform.contacts_secret))["通讯录同步"]
    assert right.startswith("✓")


def test_an_app_that_sees_no_department_is_told_what_to_do(tuoling: Tuoling, store: Store, platform: Platform) -> None:
    platform.names_told = "nowhere"
    assert "读不到名字" in lines(tuoling("doctor", "--platform"))["通讯录"]


def test_a_wrong_clock_is_told(environ: dict[str, str], platform: Platform) -> None:
    app = load_settings(environ, env_file=None).wecom
    assert app is not None
    part = next(examine_wecom(app, None, datetime.now(UTC) + timedelta(minutes=7)))
    assert (part.name, part.ok, part.needed) == ("时间", False, True)
    assert "NTP" in part.mend


def test_another_key_stays_another_key_whatever_was_tried_with_it(tuoling: Tuoling, store: Store) -> None:
    """Was: doctor called it right as soon as one entry of the log was written with it."""
    other = {"TUOLING_SECRET_KEY": OTHER_KEY}
    for command in (("config", "apply"), ("people", "leave", "batu"), ("db", "upgrade")):
        result = tuoling(*command, **other)
        assert result.exit_code == 2, command
        assert "不是同一把" in result.stderr, command
    assert lines(tuoling("doctor", **other))["密钥"].startswith("✗")
    assert "与数据库相符" in lines(tuoling("doctor"))["密钥"]


def test_a_new_database_belongs_to_the_key_it_was_upgraded_with(tuoling: Tuoling, tmp_path: Path) -> None:
    new = {"TUOLING_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    assert tuoling("db", "upgrade", **new).exit_code == 0
    assert "与数据库相符" in lines(tuoling("doctor", **new))["密钥"]
    assert lines(tuoling("doctor", TUOLING_SECRET_KEY=OTHER_KEY, **new))["密钥"].startswith("✗")


def test_a_platform_on_this_machine_is_told_of_in_production(tuoling: Tuoling, store: Store) -> None:
    here = {"WECOM_API_BASE": "http://127.0.0.1:9"}
    assert "WECOM_API_BASE 指向本机" in tuoling("doctor", TUOLING_ENV="production", **here).stdout
    assert "WECOM_API_BASE 指向本机" not in tuoling("doctor", **here).stdout
