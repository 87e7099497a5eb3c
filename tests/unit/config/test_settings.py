"""Settings from the environment: what is accepted, and the exact sentence for everything that is not."""

import base64
from pathlib import Path

import pytest

from config.settings import SettingsError, load_settings
from config.variables import shown_url
from core.privacy import Vault

KEY = base64.b64encode(bytes(range(32))).decode()
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MAKE = 'make one with: python3 -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
WECOM = {
    "WECOM_CORP_ID": "ww0123456789abcdef",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "canary-secret-of-the-app",
    "WECOM_TOKEN": "canaryToken",
    "WECOM_AES_KEY": AES_KEY,
}
DATABASE_RULE = (
    ", but must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE; "
    "for example sqlite:///var/tuoling.db."
)
REDIS_RULE = ", but must be embedded, redis://HOST:PORT/NUMBER, rediss://… or unix://SOCKET; for example redis://127.0.0.1:6379/0."
CONSOLE = "copy it again from the WeCom console (应用管理 → the app → 接收消息 → 设置API接收)."
HTTP_RULE = (
    ", but http:// is only allowed to this machine or a private address, because the app's secret stands in the "
    "address of each call; for example https://proxy.example.com:8080."
)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems(changes: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings({"TUOLING_SECRET_KEY": KEY, **changes})
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


BROKEN = [
    (
        {"TUOLING_SECRET_KEY": ""},
        "TUOLING_SECRET_KEY is not set, but production needs 32 random bytes in base64 to encrypt personal data (keep "
        f"a copy in a safe place: without the key nothing can be read again); {MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY": "canary: no base64"},
        f"TUOLING_SECRET_KEY is no base64 (not shown here), but must be 32 random bytes in base64; {MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY": base64.b64encode(bytes(16)).decode()},
        f"TUOLING_SECRET_KEY holds 16 bytes, but must be 32 random bytes in base64; {MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY_OLD": "YWJj"},
        f"TUOLING_SECRET_KEY_OLD holds 3 bytes, but must be 32 random bytes in base64; {MAKE}",
    ),
    (
        {"TUOLING_SECRET_KEY_OLD": KEY},
        "TUOLING_SECRET_KEY_OLD is the same as TUOLING_SECRET_KEY; put the new key into TUOLING_SECRET_KEY, or remove "
        "TUOLING_SECRET_KEY_OLD.",
    ),
    (
        {"TUOLING_SECRET_KEY": "", "TUOLING_SECRET_KEY_OLD": KEY, "TUOLING_ENV": "demo"},
        "TUOLING_SECRET_KEY_OLD is set without TUOLING_SECRET_KEY, but it only helps to rotate that.",
    ),
    (
        {"TUOLING_ENV": "prod"},
        'TUOLING_ENV is "prod", but must be one of production, demo, test; for example production.',
    ),
    (
        {"TUOLING_LOG_LEVEL": "loud"},
        'TUOLING_LOG_LEVEL is "loud", but must be one of info, debug, warning, error; for example info.',
    ),
    (
        {"TUOLING_PORT": "80a"},
        'TUOLING_PORT is "80a", but must be a whole number from 1 to 65535; for example 8000.',
    ),
    (
        {"TUOLING_PORT": "65536"},
        'TUOLING_PORT is "65536", but must be a whole number from 1 to 65535; for example 8000.',
    ),
    ({"TUOLING_PORT": "８０"}, 'TUOLING_PORT is "８０", but must be a whole number from 1 to 65535; for example 8000.'),
    (
        {"TUOLING_INBOX_DAYS": "0"},
        'TUOLING_INBOX_DAYS is "0", but must be a whole number from 1 to 365; for example 7.',
    ),
    (
        {"TUOLING_THREADS": "-1"},
        'TUOLING_THREADS is "-1", but must be a whole number from 1 to 64; for example 4.',
    ),
    (
        {"TUOLING_HOST": "http://0.0.0.0"},
        'TUOLING_HOST is "http://0.0.0.0", but must be an address to listen on; for example 127.0.0.1.',
    ),
    (
        {"TUOLING_COMPANY_NAME": "长" * 21},
        f'TUOLING_COMPANY_NAME is "{"长" * 21}", but must be a name of 1 to 20 characters; for example 驼铃金服.',
    ),
    ({"TUOLING_DATABASE_URL": "tuoling.db"}, f"TUOLING_DATABASE_URL is no URL{DATABASE_RULE}"),
    (
        {"TUOLING_DATABASE_URL": "mysql://root:canary@db/x"},
        f'TUOLING_DATABASE_URL begins with "mysql://"{DATABASE_RULE}',
    ),
    (
        {"TUOLING_DATABASE_URL": "postgresql+psycopg:///x"},
        f"TUOLING_DATABASE_URL names no host{DATABASE_RULE}",
    ),
    (
        {"TUOLING_DATABASE_URL": "sqlite:///:memory:"},
        f"TUOLING_DATABASE_URL names no file (the web, worker and scheduler processes share one){DATABASE_RULE}",
    ),
    ({"TUOLING_REDIS_URL": "localhost:6379"}, f"TUOLING_REDIS_URL is no URL{REDIS_RULE}"),
    ({"TUOLING_REDIS_URL": "http://redis"}, f'TUOLING_REDIS_URL begins with "http://"{REDIS_RULE}'),
    ({"TUOLING_REDIS_URL": "redis://"}, f"TUOLING_REDIS_URL names no host{REDIS_RULE}"),
    (
        {"TUOLING_CONFIG_DIR": "nowhere"},
        'TUOLING_CONFIG_DIR is "nowhere", which is no folder here; for example config/company.',
    ),
    (
        {"TUOLING_METRICS_TOKEN": "canary"},
        "TUOLING_METRICS_TOKEN has 6 characters (not shown here), but must be 16 to 256 characters without spaces; "
        f"{MAKE}",
    ),
    (
        WECOM | {"WECOM_AES_KEY": "canary" * 7},
        "WECOM_AES_KEY has 42 characters (not shown here), but must be the 43 letters and digits of the "
        f"EncodingAESKey; {CONSOLE}",
    ),
    (
        WECOM | {"WECOM_TOKEN": "canary-token"},
        f"WECOM_TOKEN has 12 characters (not shown here), but must be 1 to 32 letters and digits; {CONSOLE}",
    ),
    (
        WECOM | {"WECOM_AGENT_ID": "agent"},
        'WECOM_AGENT_ID is "agent", but must be a whole number from 1 to 999999999; for example 1000002.',
    ),
    (
        {name: WECOM[name] for name in ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET")},
        "WECOM_TOKEN and WECOM_AES_KEY are not set although WECOM_CORP_ID is; the WeCom app needs all of "
        "WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_TOKEN, WECOM_AES_KEY, or none to run without WeCom.",
    ),
    (
        {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "canary-of-dingtalk"},
        "DINGTALK_ROBOT_CODE is not set although DINGTALK_CLIENT_ID is; the DingTalk app needs all of "
        "DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET, DINGTALK_ROBOT_CODE, or none to run without DingTalk.",
    ),
    (
        {"WECOM_API_BASE": "http://proxy.example.com:8080"},
        f'WECOM_API_BASE is "http://proxy.example.com:8080"{HTTP_RULE}',
    ),
    (
        {"WECOM_API_BASE": "https://user:canary@proxy.example.com"},
        'WECOM_API_BASE is "proxy.example.com", but must be an https:// address without user and query; for example '
        "https://qyapi.weixin.qq.com.",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), BROKEN, ids=lambda given: next(iter(given)) if given else "")
def test_a_broken_variable_is_named_in_one_sentence(changes: dict[str, str], sentence: str) -> None:
    assert problems(changes) == [sentence]
    assert "canary" not in sentence


def test_all_problems_are_told_at_once() -> None:
    found = problems({"TUOLING_SECRET_KEY": "", "TUOLING_PORT": "x", "TUOLING_ENV": "x", "WECOM_TOKEN": "abc"})
    assert [sentence.split()[0].rstrip(",") for sentence in found] == [
        "TUOLING_ENV",
        "TUOLING_PORT",
        "WECOM_CORP_ID",
    ]  # an unknown environment is not production: the missing key is told once that is set right


def test_a_database_file_needs_its_folder(tmp_path: Path) -> None:
    assert problems({"TUOLING_DATABASE_URL": "sqlite:///data/x.db"}) == [
        "TUOLING_DATABASE_URL names a file in the folder data, which is not there; make that folder, or leave the "
        f"variable out to use {tmp_path}/var/tuoling.db."
    ]
    (tmp_path / "data").mkdir()
    settings = load_settings({"TUOLING_SECRET_KEY": KEY, "TUOLING_DATABASE_URL": "sqlite:///data/x.db"})
    assert settings.database_url == "sqlite:///data/x.db"


def test_a_var_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    assert problems({"TUOLING_VAR_DIR": "notes/var"}) == [
        f'TUOLING_VAR_DIR is "notes/var", but {tmp_path}/notes is a file; for example var.'
    ]


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
    with pytest.raises(SettingsError, match="TUOLING_SECRET_KEY is not set"):
        settings.master_keys()


def test_the_wecom_app() -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY, "WECOM_TOKEN_OLD": "before", **WECOM})
    app = settings.wecom
    assert app is not None
    assert (app.corp_id, app.agent_id, app.api_base) == ("ww0123456789abcdef", 1000002, "https://qyapi.weixin.qq.com")
    assert app.secret.get_secret_value() == WECOM["WECOM_SECRET"]
    assert app.token_old is not None
    assert (app.token_old.get_secret_value(), app.aes_key_old) == ("before", None)


def test_the_dingtalk_app() -> None:
    variables = {"DINGTALK_CLIENT_ID": "dingabc", "DINGTALK_CLIENT_SECRET": "s" * 20, "DINGTALK_ROBOT_CODE": "dingabc"}
    app = load_settings({"TUOLING_SECRET_KEY": KEY, **variables}).dingtalk
    assert app is not None
    assert (app.client_id, app.mode, app.api_base) == ("dingabc", "stream", "https://api.dingtalk.com")


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
    assert load_settings(given).warnings == (
        "DINGTALK_MODES is not known and ignored; did you mean DINGTALK_MODE?",
        "TUOLING_DATABSE_URL is not known and ignored; did you mean TUOLING_DATABASE_URL?",
        "WECOM_XYZ is not known and ignored.",
    )


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        f"# ours\nTUOLING_SECRET_KEY={KEY}\nTUOLING_PORT=8001\nTUOLING_HOST='0.0.0.0'\nTUOLING_COMPANY_NAME=草原金服\n",
        encoding="utf-8",
    )
    settings = load_settings({"TUOLING_PORT": "8002", "TUOLING_HOST": ""})
    assert (settings.port, settings.company_name) == (8002, "草原金服")
    assert settings.host == "127.0.0.1"  # set to nothing in the environment: the file does not come back
    monkeypatch.setenv("TUOLING_PORT", "8003")
    assert load_settings().port == 8003
    with pytest.raises(SettingsError, match="TUOLING_SECRET_KEY"):
        load_settings({}, env_file=None)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("TUOLING_COMPANY_NAME=草原金服".encode("gbk"))
    assert problems({}) == ["The file .env is not UTF-8; correct it or remove it."]


def test_settings_cannot_be_changed() -> None:
    settings = load_settings({"TUOLING_SECRET_KEY": KEY})
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1
