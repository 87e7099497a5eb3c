"""Settings from the environment: what is accepted, and the exact sentence for everything that is not."""

import base64
import os
from pathlib import Path

import pytest
from kit.company import SECRETS

from config.settings import DEMO_CORP_ID, DEMO_DING_APP, Settings, SettingsError, WeComContacts, load_settings
from config.variables import shown_url
from core.privacy import Vault

KEY = base64.b64encode(bytes(range(32))).decode()
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MAKE = '生成一个：python3 -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
WECOM = {
    "WECOM_CORP_ID": "ww0123456789abcdef",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "canary-secret-of-the-app",
    "WECOM_TOKEN": "canaryToken",
    "WECOM_AES_KEY": AES_KEY,
}
DATABASE_RULE = "TUOLING_DATABASE_URL 应为 sqlite:///文件 或 postgresql+psycopg://用户:密码@主机/库名，现在"
DATABASE_EXAMPLE = "，例如 sqlite:///var/tuoling.db"
REDIS_RULE = "TUOLING_REDIS_URL 应为 embedded、redis://主机:端口/编号、rediss://… 或 unix://套接字文件，现在"
REDIS_EXAMPLE = "，例如 redis://127.0.0.1:6379/0"
KEY_RULE = "应为 32 个随机字节的 base64，现在"
CONSOLE = "请从企业微信管理后台重新复制（应用管理 → 本应用 → 接收消息 → 设置API接收）"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems(changes: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings({"TUOLING_SECRET_KEY": KEY, **changes})
    told = [str(problem) for problem in caught.value.problems]
    assert str(caught.value) == "\n".join(told)
    return told


BROKEN = [
    (
        {"TUOLING_SECRET_KEY": ""},
        f"没有设置 TUOLING_SECRET_KEY：正式运行要用它加密个人信息。请另存一份，丢了就什么也解不开。{MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY": "canary: no base64"},
        f"TUOLING_SECRET_KEY {KEY_RULE}不是 base64（内容不显示）。{MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY": "密钥canary"},
        f"TUOLING_SECRET_KEY {KEY_RULE}不是 base64（内容不显示）。{MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY": base64.b64encode(bytes(16)).decode()},
        f"TUOLING_SECRET_KEY {KEY_RULE}有 16 个字节（内容不显示）。{MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY_OLD": "YWJj"},
        f"TUOLING_SECRET_KEY_OLD {KEY_RULE}有 3 个字节（内容不显示）。{MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY_OLD": KEY},
        "TUOLING_SECRET_KEY_OLD 与 TUOLING_SECRET_KEY 相同：新密钥写进 TUOLING_SECRET_KEY，或者删掉 "
        "TUOLING_SECRET_KEY_OLD",
    ),
    (
        {"TUOLING_SECRET_KEY": "", "TUOLING_SECRET_KEY_OLD": KEY, "TUOLING_ENV": "demo"},
        "设置了 TUOLING_SECRET_KEY_OLD，却没有设置 TUOLING_SECRET_KEY：旧密钥只在换密钥时用",
    ),
    ({"TUOLING_ENV": "prod"}, "TUOLING_ENV 不能这样写，现在是 “prod”，是不是 “production”？"),
    (
        {"TUOLING_LOG_LEVEL": "loud"},
        "TUOLING_LOG_LEVEL 不能这样写，现在是 “loud”；可以写 info、debug、warning、error",
    ),
    ({"TUOLING_PORT": "80a"}, "TUOLING_PORT 应为 1 到 65535 的整数，现在是 “80a”，例如 8000"),
    ({"TUOLING_PORT": "65536"}, "TUOLING_PORT 应为 1 到 65535 的整数，现在是 “65536”，例如 8000"),
    ({"TUOLING_PORT": "８０"}, "TUOLING_PORT 应为 1 到 65535 的整数，现在是 “８０”，例如 8000"),
    ({"TUOLING_INBOX_DAYS": "0"}, "TUOLING_INBOX_DAYS 应为 1 到 365 的整数，现在是 “0”，例如 7"),
    ({"TUOLING_THREADS": "-1"}, "TUOLING_THREADS 应为 1 到 64 的整数，现在是 “-1”，例如 4"),
    (
        {"TUOLING_HOST": "http://0.0.0.0"},
        "TUOLING_HOST 应为监听地址，现在是 “http://0.0.0.0”，例如 127.0.0.1",
    ),
    ({"TUOLING_DATABASE_URL": "tuoling.db"}, f"{DATABASE_RULE}不是网址{DATABASE_EXAMPLE}"),
    (
        {"TUOLING_DATABASE_URL": "mysql://root:canary@db/x"},
        f"{DATABASE_RULE}以 “mysql://” 开头{DATABASE_EXAMPLE}",
    ),
    ({"TUOLING_DATABASE_URL": "postgresql+psycopg:///x"}, f"{DATABASE_RULE}没有写主机{DATABASE_EXAMPLE}"),
    (
        {"TUOLING_DATABASE_URL": "sqlite:///:memory:"},
        f"{DATABASE_RULE}没有写文件（几个进程要共用它）{DATABASE_EXAMPLE}",
    ),
    ({"TUOLING_REDIS_URL": "localhost:6379"}, f"{REDIS_RULE}不是网址{REDIS_EXAMPLE}"),
    ({"TUOLING_REDIS_URL": "http://redis"}, f"{REDIS_RULE}以 “http://” 开头{REDIS_EXAMPLE}"),
    ({"TUOLING_REDIS_URL": "redis://"}, f"{REDIS_RULE}没有写主机{REDIS_EXAMPLE}"),
    (
        {"TUOLING_CONFIG_DIR": "nowhere"},
        "TUOLING_CONFIG_DIR 指的文件夹不存在，现在是 “nowhere”，例如 config/company",
    ),
    (
        {"TUOLING_METRICS_TOKEN": "canary"},
        f"TUOLING_METRICS_TOKEN 应为 16 到 256 个字符，不含空格，现在有 6 个字符（内容不显示）。{MAKE}",
    ),
    (
        WECOM | {"WECOM_AES_KEY": "canary" * 7},
        f"WECOM_AES_KEY 应为 EncodingAESKey 的 43 个字母和数字，现在有 42 个字符（内容不显示）。{CONSOLE}",
    ),
    (
        WECOM | {"WECOM_TOKEN": "canary-token"},
        f"WECOM_TOKEN 应为 1 到 32 个字母和数字，现在有 12 个字符（内容不显示）。{CONSOLE}",
    ),
    (
        WECOM | {"WECOM_AGENT_ID": "agent"},
        "WECOM_AGENT_ID 应为 1 到 999999999 的整数，现在是 “agent”，例如 1000002",
    ),
    (
        {name: WECOM[name] for name in ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET")},
        "没有设置 WECOM_TOKEN、WECOM_AES_KEY，却设置了 WECOM_CORP_ID：企业微信要么 WECOM_CORP_ID、WECOM_AGENT_ID、"
        "WECOM_SECRET、WECOM_TOKEN、WECOM_AES_KEY 都设置，要么都不设置",
    ),
    (
        {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "canary-of-dingtalk"},
        "没有设置 DINGTALK_ROBOT_CODE，却设置了 DINGTALK_CLIENT_ID：钉钉要么 DINGTALK_CLIENT_ID、"
        "DINGTALK_CLIENT_SECRET、DINGTALK_ROBOT_CODE 都设置，要么都不设置",
    ),
    (
        {"WECOM_API_BASE": "http://proxy.example.com:8080"},
        "WECOM_API_BASE 用 http:// 时只能指向本机或内网：每次调用的地址里都带着应用的 Secret，现在是 "
        "“http://proxy.example.com:8080”，例如 https://proxy.example.com:8080",
    ),
    (
        {"WECOM_API_BASE": "https://user:canary@proxy.example.com"},
        "WECOM_API_BASE 应为 https:// 开头的地址，不带用户名和参数，现在是 “proxy.example.com”，例如 "
        "https://qyapi.weixin.qq.com",
    ),
    (
        {"TUOLING_SMS_URL": "http://sms.example.com/send", "TUOLING_SMS_KEY": "canary" * 4, "TUOLING_SMS_SIGN": "青城"},
        "TUOLING_SMS_URL 用 http:// 时只能指向本机或内网：每次调用里都有同事的手机号，现在是 "
        "“http://sms.example.com/send”，例如 https://sms.example.com/send",
    ),
    (
        {
            "TUOLING_SMS_URL": "https://sms.example.com/send",
            "TUOLING_SMS_KEY": "k" * 16,
            "TUOLING_SMS_SIGN": "【青城】",
        },
        "TUOLING_SMS_SIGN 应为运营商核准的短信签名，2 到 16 个字，不带【】，现在是 “【青城】”，例如 青城助贷",
    ),
    (
        {"TUOLING_SMS_URL": "https://sms.example.com/send", "TUOLING_SMS_SIGN": "青城助贷"},
        "没有设置 TUOLING_SMS_KEY，却设置了 TUOLING_SMS_URL：短信要么 TUOLING_SMS_URL、TUOLING_SMS_KEY、"
        "TUOLING_SMS_SIGN 都设置，要么都不设置",
    ),
    # Python's own error about a malformed address is English.
    (
        {"WECOM_API_BASE": "https://[::1"},
        "WECOM_API_BASE 应为 https:// 开头的地址，不带用户名和参数，现在是 “https://[::1”，例如 https://qyapi.weixin.qq.com",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), BROKEN, ids=lambda given: next(iter(given)) if given else "")
def test_a_broken_variable_is_named_in_one_sentence(changes: dict[str, str], sentence: str) -> None:
    assert problems(changes) == [sentence]
    assert "canary" not in sentence


def test_all_problems_are_told_at_once() -> None:
    found = problems({"TUOLING_SECRET_KEY": "", "TUOLING_PORT": "x", "TUOLING_ENV": "x", "WECOM_TOKEN": "abc"})
    names = ("TUOLING_ENV ", "TUOLING_PORT ", "没有设置 WECOM_CORP_ID")
    assert [sentence.startswith(name) for sentence, name in zip(found, names, strict=True)] == [
        True
    ] * 3  # an unknown environment is not production: the missing key is told once that is set right


def test_a_database_file_needs_its_folder(tmp_path: Path) -> None:
    assert problems({"TUOLING_DATABASE_URL": "sqlite:///data/x.db"}) == [
        "TUOLING_DATABASE_URL 指的文件在文件夹 data 里，这个文件夹不存在。请建好这个文件夹；或者不设置这个变量，就用 "
        f"{tmp_path}/var/tuoling.db"
    ]
    (tmp_path / "data").mkdir()
    settings = load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_DATABASE_URL": "sqlite:///data/x.db"})
    assert settings.database_url == "sqlite:///data/x.db"


def test_a_var_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    assert problems({"TUOLING_VAR_DIR": "notes/var"}) == [
        f"TUOLING_VAR_DIR 要放在 {tmp_path}/notes 下面，可它是一个文件，现在是 “notes/var”，例如 var"
    ]


@pytest.mark.skipif(not Path("/proc/self").is_dir() or os.geteuid() != 0, reason="/proc, and the right to write there")
def test_a_var_folder_that_cannot_be_made_is_refused_by_name() -> None:
    assert problems({"TUOLING_VAR_DIR": "/proc/x"}) == [
        "TUOLING_VAR_DIR 指的文件夹不存在，也建不起来（/proc 下面不能建文件夹），现在是 “/proc/x”，例如 var"
    ]


def test_a_var_folder_that_can_be_made_is_not_made_by_looking(tmp_path: Path) -> None:
    load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_VAR_DIR": str(tmp_path / "new" / "var")}, env_file=None)
    assert list(tmp_path.iterdir()) == []


def test_defaults() -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY})
    assert (settings.env, settings.database_url, settings.redis_url) == (
        "production",
        "sqlite:///var/tuoling.db",
        "embedded",
    )
    assert (settings.config_dir / "pools.yaml").is_file()
    assert (settings.inbox_days, settings.host, settings.port) == (7, "127.0.0.1", 8000)
    assert (settings.wecom, settings.dingtalk, settings.warnings) == (None, None, ())


def test_the_embedded_database_follows_the_var_folder(tmp_path: Path) -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_VAR_DIR": str(tmp_path / "lib")})
    assert settings.database_url == f"sqlite:///{tmp_path}/lib/tuoling.db"


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "http://[::1]:9000",
        "http://10.1.2.3",
        "http://192.168.0.7/wecom",
        "http://sandbox:9000",
        "https://proxy.example.com/wecom",
    ],
)
def test_plain_http_is_for_inside_only(base: str) -> None:
    assert load_settings({"TUOLING_SECRET_KEY": KEY, "WECOM_API_BASE": f"{base}/"}).wecom_api_base == base


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "134744072", "8.8.8.8", "127.1", "dead.beef"])
def test_an_address_in_another_notation_is_not_inside(host: str) -> None:
    """Was: no dot, so inside; a public address written as one number took the app's secret in clear."""
    (told,) = problems({"WECOM_API_BASE": f"http://{host}:8000"})
    assert "只能指向本机或内网" in told


def test_short_messages_are_off_until_they_are_set_up() -> None:
    assert load_settings({"TUOLING_SECRET_KEY": KEY}).sms is None
    url = "http://10.0.0.7:8080/send/"
    app = {"TUOLING_SMS_URL": url, "TUOLING_SMS_KEY": "canary-key-0123456789", "TUOLING_SMS_SIGN": "青城助贷"}
    settings = load_settings({"TUOLING_SECRET_KEY": KEY} | app)
    assert settings.sms is not None
    assert (settings.sms.url, settings.sms.sign) == (url, "青城助贷"), "its path is as the gateway wants it"
    assert "canary" not in repr(settings)


def test_the_made_up_company_is_not_for_production() -> None:
    """Was: with the demo's company and address a production process spoke with the sandbox."""
    app = {name: value for name, value in SECRETS.items() if name.startswith("WECOM")} | {"WECOM_CORP_ID": DEMO_CORP_ID}
    (told,) = problems(app)
    assert told.startswith("WECOM_CORP_ID 是演示用的虚构公司")
    assert load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_ENV": "test"} | app).wecom is not None


def test_nor_is_its_app_on_dingtalk() -> None:
    app = {
        "DINGTALK_CLIENT_ID": DEMO_DING_APP,
        "DINGTALK_CLIENT_SECRET": "s" * 40,
        "DINGTALK_ROBOT_CODE": DEMO_DING_APP,
    }
    (told,) = problems(app)
    assert told.startswith("DINGTALK_CLIENT_ID 是演示用的虚构应用")
    assert load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_ENV": "test"} | app).dingtalk is not None


@pytest.mark.parametrize("url", ["postgresql://u:p@db/x", "postgresql+psycopg://u:p@db:5432/x", "sqlite:////tmp/x.db"])
def test_databases_that_are_accepted(url: str) -> None:
    assert load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://u:p@redis", "unix:///run/redis.sock"])
def test_redis_servers_that_are_accepted(url: str) -> None:
    assert load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_REDIS_URL": url}).redis_url == url


def test_the_keys_open_what_they_sealed() -> None:
    url_safe = base64.urlsafe_b64encode(b"\xfb" * 32).decode().rstrip("=")
    before = load_settings({"TUOLING_SECRET_KEY": url_safe})
    after = load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_SECRET_KEY_OLD": url_safe})
    assert before.master_keys() == (b"\xfb" * 32, None)
    sealed = Vault(*before.master_keys()).seal("customer.phone:1", "13800001111")
    assert Vault(*after.master_keys()).open("customer.phone:1", sealed) == "13800001111"


def test_demo_and_test_start_without_a_key() -> None:
    settings = load_settings({"TUOLING_ENV": "Demo"})
    assert (settings.env, settings.secret_key) == ("demo", None)
    with pytest.raises(SettingsError, match="没有设置 TUOLING_SECRET_KEY"):
        settings.master_keys()


def test_the_wecom_app() -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY, "WECOM_TOKEN_OLD": "before", **WECOM})
    app = settings.wecom
    assert app is not None
    assert (app.corp_id, app.agent_id, app.api_base) == ("ww0123456789abcdef", 1000002, "https://qyapi.weixin.qq.com")
    assert app.secret.get_secret_value() == WECOM["WECOM_SECRET"]
    assert app.token_old is not None
    assert (app.token_old.get_secret_value(), app.aes_key_old) == ("before", None)


def test_the_card_template_and_the_calls_of_dingtalk() -> None:
    variables = {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "s" * 20, "DINGTALK_ROBOT_CODE": "dingabc"}
    own = {
        "DINGTALK_CARD_TEMPLATE": "0c1d.schema",
        "DINGTALK_CARD_VARIABLES": "title=name, body=content,buttons=actions",
        "DINGTALK_MONTHLY_CALLS": "500000",
    }
    shipped = load_settings({"TUOLING_SECRET_KEY": KEY, **variables}).dingtalk
    assert shipped is not None
    assert (shipped.card_template, shipped.card_variables, shipped.monthly_calls) == (None, (), 5000)
    app = load_settings({"TUOLING_SECRET_KEY": KEY, **variables, **own}).dingtalk
    assert app is not None
    assert app.card_variables == (("title", "name"), ("body", "content"), ("buttons", "actions"))
    assert (app.card_template, app.monthly_calls) == ("0c1d.schema", 500_000)


@pytest.mark.parametrize("text", ["title", "title=", "head=x", "title=x,title=y", "title=名", "title=x;body=y"])
def test_the_variables_of_a_card_template_are_named_by_its_parts(text: str) -> None:
    with pytest.raises(SettingsError, match="卡片模板的变量名"):
        load_settings({"TUOLING_SECRET_KEY": KEY, "DINGTALK_CARD_VARIABLES": text})


def test_the_dingtalk_app() -> None:
    variables = {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "s" * 20, "DINGTALK_ROBOT_CODE": "dingabc"}
    app = load_settings({"TUOLING_SECRET_KEY": KEY, **variables}).dingtalk
    assert app is not None
    assert (app.client_id, app.mode, app.api_base) == ("dingabc", "stream", "https://api.dingtalk.com")
    assert app.corp_id is None


def test_taps_are_signed_with_their_own_secret_or_with_the_apps() -> None:
    """Without a secret they would come without a signature: that is not possible."""
    variables = {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "s" * 20, "DINGTALK_ROBOT_CODE": "dingabc"}
    app = load_settings({"TUOLING_SECRET_KEY": KEY, **variables}).dingtalk
    assert app is not None
    assert app.card_secret.get_secret_value() == "s" * 20
    more = {"DINGTALK_CARD_SECRET": "c" * 20, "DINGTALK_CORP_ID": "dingcorp01"}
    own = load_settings({"TUOLING_SECRET_KEY": KEY, **variables, **more}).dingtalk
    assert own is not None
    assert (own.card_secret.get_secret_value(), own.corp_id) == ("c" * 20, "dingcorp01")
    assert "c" * 20 not in repr(own)


def test_no_secret_is_ever_shown() -> None:
    settings = load_settings(
        {
            "TUOLING_SECRET_KEY": KEY,
            "TUOLING_DATABASE_URL": "postgresql://tuoling:canary@db/x",
            "TUOLING_REDIS_URL": "redis://:canary@redis",
            **WECOM,
        }
    )
    for shown in (repr(settings), str(settings), repr(settings.wecom)):
        assert "canary" not in shown
        assert AES_KEY not in shown
        assert KEY not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://tuoling:canary@db:5432/x?password=canary", "postgresql://tuoling:***@db:5432/x"),
        ("postgresql://tuoling@db/x", "postgresql://tuoling@db/x"),
        ("redis://:can@ary@redis/0", "redis://:***@redis/0"),
        ("sqlite:///var/tuoling.db", "sqlite:///var/tuoling.db"),
        ("embedded", "embedded"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_unknown_variables_are_warned_of_with_the_likely_word() -> None:
    given = {
        "TUOLING_SECRET_KEY": KEY,
        "TUOLING_DATABSE_URL": "x",
        "WECOM_XYZ": "1",
        "HOME": "/",
        "DINGTALK_MODES": "x",
    }
    assert [str(warning) for warning in load_settings(given).warnings] == [
        "不认识 “DINGTALK_MODES”，已忽略，是不是 “DINGTALK_MODE”？",
        "不认识 “TUOLING_DATABSE_URL”，已忽略，是不是 “TUOLING_DATABASE_URL”？",
        "不认识 “WECOM_XYZ”，已忽略",
    ]


def test_a_missing_variable_may_be_there_under_a_mistyped_name() -> None:
    missing, ignored = problems({"TUOLING_SECRET_KEY": "", "TUOLING_SECRT_KEY": KEY})
    assert missing.startswith("没有设置 TUOLING_SECRET_KEY")
    assert ignored == "不认识 “TUOLING_SECRT_KEY”，已忽略，是不是 “TUOLING_SECRET_KEY”？"


def test_a_mistyped_beginning_is_warned_of_and_what_is_others_is_not(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PATH=/bin\nHTTPS_PROXY=x\ntuoling_host=::\n", encoding="utf-8")
    given = {
        "TUOLING_SECRET_KEY": KEY,
        "TOULING_PORT": "1",
        "PORT": "1",
        "HOST": "x",
        "WECHAT_TOKEN": "x",
        "WECOM": "1",
    }
    assert [str(warning) for warning in load_settings(given).warnings] == [
        "不认识 “TOULING_PORT”，已忽略，是不是 “TUOLING_PORT”？",
        "第 3 行 .env：不认识 “tuoling_host”，已忽略，是不是 “TUOLING_HOST”？",
    ]


def test_what_stands_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nexport TUOLING_PORT=x\nTUOLING_THREADS=0\nTUOLING_PROT=1\nTUOLING_HOST＝0.0.0.0\nWECOM_TOKEN：abc\n"
        "PATH＝x\nTUOLING_WORKERS\n",
        encoding="utf-8",
    )
    assert problems({"TUOLING_THREADS": "65"}) == [
        "第 5 行 .env：看不懂 TUOLING_HOST 这一行，应写成 TUOLING_HOST=…，等号用半角",
        "第 6 行 .env：看不懂 WECOM_TOKEN 这一行，应写成 WECOM_TOKEN=…，等号用半角",
        "第 2 行 .env：TUOLING_PORT 应为 1 到 65535 的整数，现在是 “x”，例如 8000",
        "TUOLING_THREADS 应为 1 到 64 的整数，现在是 “65”，例如 4",
        "第 4 行 .env：不认识 “TUOLING_PROT”，已忽略，是不是 “TUOLING_PORT”？",
    ]
    (tmp_path / ".env").write_text("TUOLING_PROT=1\n", encoding="utf-8")
    assert [str(warning) for warning in load_settings({"TUOLING_SECRET_KEY": KEY}).warnings] == [
        "第 1 行 .env：不认识 “TUOLING_PROT”，已忽略，是不是 “TUOLING_PORT”？"
    ]


def test_where_the_companys_yaml_is_may_be_known_although_the_rest_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "company").mkdir()
    shipped = Settings.model_fields["config_dir"].default
    for changes, folder in (
        ({"TUOLING_CONFIG_DIR": "company"}, Path("company")),
        ({}, shipped),
        ({"TUOLING_CONFIG_DIR": "nowhere"}, None),
    ):
        with pytest.raises(SettingsError) as caught:
            load_settings(changes)
        assert caught.value.config_dir == folder


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        f"# ours\nTUOLING_SECRET_KEY={KEY}\nTUOLING_PORT=8001\nTUOLING_HOST='0.0.0.0'\nWECOM_API_BASE=https://草原.example.com\n",
        encoding="utf-8",
    )
    settings = load_settings({"TUOLING_PORT": "8002", "TUOLING_HOST": ""})
    assert (settings.port, settings.wecom_api_base) == (8002, "https://草原.example.com")
    assert settings.host == "127.0.0.1"  # set to nothing in the environment: the file does not come back
    monkeypatch.setenv("TUOLING_PORT", "8003")
    assert load_settings().port == 8003
    with pytest.raises(SettingsError, match="TUOLING_SECRET_KEY"):
        load_settings({}, env_file=None)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("# 草原金服".encode("gbk"))
    assert problems({}) == [".env：不是 UTF-8 编码（是不是 GBK？），请另存为 UTF-8"]
    assert problems({"TUOLING_SECRET_KEY": ""}) == problems({}), "what else is wrong may be right in the file"


def test_settings_cannot_be_changed() -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY})
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_a_commit_of_sqlite_waits_for_the_disk_unless_told_otherwise() -> None:
    assert load_settings({"TUOLING_SECRET_KEY": KEY}, env_file=None).sqlite_sync == "full"
    told = {"TUOLING_SECRET_KEY": KEY, "TUOLING_SQLITE_SYNC": "NORMAL"}
    assert load_settings(told, env_file=None).sqlite_sync == "normal"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TUOLING_REDIS_URL", "redis://:CANARY/rd@127.0.0.1:1/0"),
        ("TUOLING_REDIS_URL", "redis://:x@127.0.0.1:99999999/0"),
        ("TUOLING_REDIS_URL", "redis://127.0.0.1:6379/zz"),
        ("TUOLING_DATABASE_URL", "postgresql+psycopg://u:CANARY/x@127.0.0.1:5432/db"),
        ("TUOLING_DATABASE_URL", "postgresql+psycopg://u:p@127.0.0.1:port/db"),
    ],
)
def test_an_address_whose_port_is_none_is_told_without_its_password(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value, "TUOLING_ENV": "test"}, env_file=None)
    (problem,) = caught.value.problems
    assert variable in str(problem)
    assert "CANARY" not in str(problem)


RECEIVER = {"WECOM_CONTACTS_TOKEN": "contactstoken", "WECOM_CONTACTS_AES_KEY": "b" * 43}


def test_the_address_book_has_settings_of_its_own() -> None:
    app = load_settings({"TUOLING_ENV": "test"} | WECOM | RECEIVER, env_file=None).wecom
    assert app is not None
    assert app.contacts.token is not None
    assert (app.contacts.token.get_secret_value(), app.contacts.secret) == ("contactstoken", None)
    without = load_settings({"TUOLING_ENV": "test"} | WECOM, env_file=None).wecom
    assert without is not None
    assert without.contacts == WeComContacts()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (WECOM | {"WECOM_CONTACTS_TOKEN": "contactstoken"}, "没有设置 WECOM_CONTACTS_AES_KEY，却设置了"),
        (WECOM | {"WECOM_CONTACTS_AES_KEY": "b" * 43}, "没有设置 WECOM_CONTACTS_TOKEN，却设置了"),
        (RECEIVER, "设置了 WECOM_CONTACTS_TOKEN，却没有设置企业微信应用"),
        ({"WECOM_CONTACTS_SECRET": "another-secret"}, "设置了 WECOM_CONTACTS_SECRET，却没有设置企业微信应用"),
        (WECOM | {"WECOM_CONTACTS_SECRET": WECOM["WECOM_SECRET"]}, "WECOM_CONTACTS_SECRET 与 WECOM_SECRET 相同"),
        (WECOM | RECEIVER | {"WECOM_CONTACTS_AES_KEY": "short"}, "WECOM_CONTACTS_AES_KEY"),
    ],
)
def test_wrong_settings_of_the_address_book_are_told_at_start(given: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"TUOLING_ENV": "test"} | given, env_file=None)
    (told,) = [str(problem) for problem in error.value.problems]
    assert why in told
    assert WECOM["WECOM_SECRET"] not in told
