"""Settings from the environment (and `.env`), checked at start.

Everything wrong is told at once, one sentence each, naming the variable and, if it stands in `.env`, its line. Names:
`database_url` is `TUOLING_DATABASE_URL`, `wecom_corp_id` is `WECOM_CORP_ID`.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import variables as kinds
from config.environment import PREFIXES, Given, read
from config.problems import Problem, Wrong, likely

CHANNEL_SECRETS = "TUOLING_CHANNEL_"
"""How the variables begin that hold the secrets of channels; `channels.yaml` names them."""
REPORT_SECRETS = "TUOLING_REPORT_"
"""How the variables begin that hold the secrets of who is asked for reports; `reports/*.yaml` name them."""
ROBOT_SECRETS = "TUOLING_ROBOT_"
"""How the variables begin that hold the keys of robots in groups; `groups.yaml` names them."""
REPORT_HOSTS = "TUOLING_REPORT_HOSTS"
DEMO_CORP_ID, DEMO_DING_APP = "wwdemo0qingcheng", "dingdemoapp00000000"
"""The made-up company of `tuoling demo`. Its platform answers on this machine, and never to a production process."""
_OLD = "_OLD"
_SECRET = re.compile(r"[\x21-\x7e]{16,256}")
_ALIKE = 0.75  # names of variables begin alike
_MEANT = 0.88  # without our beginning it must be more alike: `TOULING_PORT`, `tuoling_port`
_WECOM = ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY")
_CONTACTS = ("WECOM_CONTACTS_TOKEN", "WECOM_CONTACTS_AES_KEY")
_SMS = ("TUOLING_SMS_URL", "TUOLING_SMS_KEY", "TUOLING_SMS_SIGN")
_WEBHOOK = ("TUOLING_WEBHOOK_KEY", "TUOLING_WEBHOOK_HOSTS")
_DINGTALK = ("DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET", "DINGTALK_ROBOT_CODE")


class SettingsError(Wrong):
    """The settings cannot be used. `config_dir` is where the company's YAML is all the same, if that much is right:
    who checks the settings may check the YAML with them."""

    def __init__(self, problems: Iterable[Problem], config_dir: Path | None = None) -> None:
        super().__init__(problems)
        self.config_dir = config_dir


@dataclass(frozen=True, slots=True)
class WeComContacts:
    """The receiver of WeCom's 通讯录同步, and its secret; what the company did not set is None. `token` and `aes_key`
    are there together or not at all."""

    secret: SecretStr | None = None
    token: SecretStr | None = None
    aes_key: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """The WeCom app. `token_old` and `aes_key_old` are still accepted in callbacks while the console is changed."""

    corp_id: str
    agent_id: int
    secret: SecretStr
    token: SecretStr
    aes_key: SecretStr
    token_old: SecretStr | None
    aes_key_old: SecretStr | None
    api_base: str
    contacts: WeComContacts = WeComContacts()


@dataclass(frozen=True, slots=True)
class DingTalkSettings:
    """The DingTalk app. `mode` is `stream` or `http`; `card_secret` signs taps that come over HTTP (the apiSecret under
    which their address is registered), `corp_id` is the organisation, if it was said. `card_variables`: what the
    variables of an own card template are called, by `title`, `body`, `status`, `buttons`. `monthly_calls`: how many
    calls DingTalk allows in a month; `monthly_messages`: how many messages it brings."""

    client_id: str
    client_secret: SecretStr
    robot_code: str
    api_base: str
    oapi_base: str
    mode: str
    card_template: str | None
    card_secret: SecretStr
    corp_id: str | None = None
    card_variables: tuple[tuple[str, str], ...] = ()
    monthly_calls: int = 5000
    monthly_messages: int = 3000


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The gateway for short messages: where, the key that signs what is handed over, and the 签名 before each text."""

    url: str
    key: SecretStr
    sign: str


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Telling other systems: the secret (`whsec_…`) that signs what they are told, and the hosts that may be told."""

    key: SecretStr
    hosts: tuple[str, ...]


def _variable(field: str) -> str:
    name = field.upper()
    return name if name.startswith(PREFIXES) else f"TUOLING_{name}"


class Settings(BaseSettings):
    """All settings of one process. Made by `load_settings` only, which reads, explains and checks across variables."""

    model_config = SettingsConfigDict(
        alias_generator=_variable,
        case_sensitive=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=False,
    )

    env: kinds.Environment = "production"
    log_level: kinds.LogLevel = "info"
    database_url: kinds.DatabaseUrl = "sqlite:///var/tuoling.db"
    sqlite_sync: kinds.SqliteSync = "full"  # what was taken from the platform survives a power cut
    redis_url: kinds.RedisUrl = "embedded"
    config_dir: kinds.Folder = Path(__file__).parent / "company"
    var_dir: kinds.FutureFolder = Path("var")
    secret_key: kinds.MasterKey | None = None
    secret_key_old: kinds.MasterKey | None = None
    inbox_days: kinds.Days = 7
    outbox_days: kinds.Days = 30
    media_file_mb: kinds.FileMegabytes = 20
    media_total_gb: kinds.Gigabytes = 20
    metrics_token: kinds.BearerToken | None = None
    host: kinds.Host = "127.0.0.1"
    port: kinds.Port = 8000
    threads: kinds.Count = 8
    workers: kinds.Count = 2

    wecom_corp_id: kinds.CorpId | None = None
    wecom_agent_id: kinds.AgentId | None = None
    wecom_secret: kinds.Secret | None = None
    wecom_token: kinds.CallbackToken | None = None
    wecom_aes_key: kinds.CallbackKey | None = None
    wecom_token_old: kinds.CallbackToken | None = None
    wecom_aes_key_old: kinds.CallbackKey | None = None
    wecom_api_base: kinds.Url = "https://qyapi.weixin.qq.com"
    wecom_contacts_secret: kinds.Secret | None = None
    wecom_contacts_token: kinds.CallbackToken | None = None
    wecom_contacts_aes_key: kinds.CallbackKey | None = None

    sms_url: kinds.Gateway | None = None
    sms_key: kinds.BearerToken | None = None
    sms_sign: kinds.Signature | None = None

    webhook_key: kinds.WebhookKey | None = None
    webhook_hosts: kinds.Hosts | None = None

    report_hosts: kinds.Hosts = ()

    dingtalk_client_id: kinds.Plain | None = None
    dingtalk_client_secret: kinds.Secret | None = None
    dingtalk_robot_code: kinds.Plain | None = None
    dingtalk_api_base: kinds.Url = "https://api.dingtalk.com"
    dingtalk_oapi_base: kinds.Url = "https://oapi.dingtalk.com"
    dingtalk_mode: kinds.DingTalkMode = "stream"
    dingtalk_card_template: kinds.Plain | None = None
    dingtalk_card_secret: kinds.BearerToken | None = None
    dingtalk_corp_id: kinds.Plain | None = None
    dingtalk_card_variables: kinds.CardVariables = ()
    dingtalk_monthly_calls: kinds.MonthlyCalls = 5000
    dingtalk_monthly_messages: kinds.MonthlyCalls = 3000

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are given by the base class
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over: it has to see every variable anyway, to warn of unknown ones."""
        return (init_settings,)

    _warnings: tuple[Problem, ...] = ()
    _secrets: Mapping[str, SecretStr] = {}

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was ignored, to be shown at start."""
        return self._warnings

    @property
    def wecom(self) -> WeComSettings | None:
        """The WeCom app, or None when it is not set up."""
        app = (self.wecom_corp_id, self.wecom_agent_id, self.wecom_secret, self.wecom_token, self.wecom_aes_key)
        corp_id, agent_id, secret, token, aes_key = app
        if corp_id is None or agent_id is None or secret is None or token is None or aes_key is None:
            return None
        old = (self.wecom_token_old, self.wecom_aes_key_old)
        contacts = WeComContacts(self.wecom_contacts_secret, self.wecom_contacts_token, self.wecom_contacts_aes_key)
        return WeComSettings(corp_id, agent_id, secret, token, aes_key, *old, self.wecom_api_base, contacts)

    @property
    def dingtalk(self) -> DingTalkSettings | None:
        """The DingTalk app, or None when it is not set up."""
        client_id, secret, robot = self.dingtalk_client_id, self.dingtalk_client_secret, self.dingtalk_robot_code
        if client_id is None or secret is None or robot is None:
            return None
        return DingTalkSettings(
            client_id=client_id,
            client_secret=secret,
            robot_code=robot,
            api_base=self.dingtalk_api_base,
            oapi_base=self.dingtalk_oapi_base,
            mode=self.dingtalk_mode,
            card_template=self.dingtalk_card_template,
            # Without a secret taps would not be signed at all: the app's own, which is there, is better than that.
            card_secret=self.dingtalk_card_secret or secret,
            corp_id=self.dingtalk_corp_id,
            card_variables=self.dingtalk_card_variables,
            monthly_calls=self.dingtalk_monthly_calls,
            monthly_messages=self.dingtalk_monthly_messages,
        )

    @property
    def sms(self) -> SmsSettings | None:
        """The gateway for short messages, or None when none is sent."""
        if self.sms_url is None or self.sms_key is None or self.sms_sign is None:
            return None
        return SmsSettings(self.sms_url, self.sms_key, self.sms_sign)

    @property
    def webhook(self) -> WebhookSettings | None:
        """How other systems are told, or None when none is."""
        if self.webhook_key is None or self.webhook_hosts is None:
            return None
        return WebhookSettings(self.webhook_key, self.webhook_hosts)

    def secrets_in(self, variable: str) -> list[SecretStr]:
        """The secret of a channel, of who is asked for reports, or of a robot, that stands in this variable and, while
        it is being changed, the one before; the newest first. Empty if there is none."""
        found = (self._secrets.get(name) for name in (variable, variable + _OLD))
        return [secret for secret in found if secret is not None]

    def master_keys(self) -> tuple[bytes, bytes | None]:
        """The master key and, while it is being rotated, the old one: what `core.privacy.Vault` takes.

        Raises:
            SettingsError: there is no master key (possible in demo and test only).
        """
        if self.secret_key is None:
            raise SettingsError([Given({}).problem("no_key", "TUOLING_SECRET_KEY", mend=kinds.MAKE_ONE)])
        old = self.secret_key_old
        new = kinds.decode_key(self.secret_key.get_secret_value())
        return new, kinds.decode_key(old.get_secret_value()) if old else None


def load_settings(environ: Mapping[str, str] | None = None, env_file: str | Path | None = ".env") -> Settings:
    """Read and check the settings of `environ` (default: the process's environment) over those of `env_file`, which
    need not be there.

    Raises:
        SettingsError: a problem for each thing that is wrong.
    """
    try:
        given = read(os.environ if environ is None else environ, env_file)
    except Wrong as unreadable:
        raise SettingsError(unreadable.problems) from None
    values = dict(given.values)
    if "TUOLING_DATABASE_URL" not in values and "TUOLING_VAR_DIR" in values:
        values["TUOLING_DATABASE_URL"] = f"sqlite:///{Path(values['TUOLING_VAR_DIR']) / 'tuoling.db'}"
    problems, wrong, settings = list(given.problems), set[str](), None
    try:
        settings = Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        problems += [_of_pydantic(each, given) for each in error.errors()]
        wrong = {str(each["loc"][0]) for each in error.errors()}
    problems += _problems_between(given, values)
    secrets = {name: value for name, value in values.items() if _holds_secret(name)}
    problems += _unfit_secrets(given, secrets)
    ignored = _unknown(given)
    if problems or settings is None:  # what is ignored may well be what is missing, under a mistyped name
        raise SettingsError([*problems, *ignored], _config_dir(values, wrong))
    settings._warnings = ignored
    settings._secrets = {name: SecretStr(value) for name, value in secrets.items()}
    return settings


def _holds_secret(name: str) -> bool:
    """Does a variable hold a secret that the company's YAML calls by its name? HOST is HOSTS mistyped."""
    named_so = name.startswith((CHANNEL_SECRETS, REPORT_SECRETS, ROBOT_SECRETS))
    return named_so and name not in (REPORT_HOSTS, REPORT_HOSTS.removesuffix("S"))


def _of_pydantic(error: ErrorDetails, given: Given) -> Problem:
    """A failed check in our words. Its own are English, and are not shown."""
    return given.problem(error["type"], str(error["loc"][0]), **error.get("ctx", {}))


def _config_dir(values: Mapping[str, str], wrong: set[str]) -> Path | None:
    if "TUOLING_CONFIG_DIR" in wrong:
        return None
    default: Path = Settings.model_fields["config_dir"].default
    return Path(values.get("TUOLING_CONFIG_DIR", default))


def _problems_between(given: Given, values: Mapping[str, str]) -> list[Problem]:
    """What is wrong between variables that are each right."""
    problems = []
    if "TUOLING_SECRET_KEY" not in values:
        if values.get("TUOLING_ENV", "production").lower() == "production":
            problems.append(given.problem("no_key", "TUOLING_SECRET_KEY", mend=kinds.MAKE_ONE))
        elif "TUOLING_SECRET_KEY_OLD" in values:
            problems.append(given.problem("lone_old_key", "TUOLING_SECRET_KEY_OLD"))
    elif values.get("TUOLING_SECRET_KEY_OLD") == values["TUOLING_SECRET_KEY"]:
        problems.append(given.problem("same_keys", "TUOLING_SECRET_KEY_OLD"))
    apps = (
        ("企业微信", _WECOM),
        ("通讯录的接收事件服务器", _CONTACTS),
        ("钉钉", _DINGTALK),
        ("短信", _SMS),
        ("通知外部系统", _WEBHOOK),
    )
    for app, names in apps:
        missing = [name for name in names if name not in values]
        if missing and len(missing) < len(names):
            there = next(name for name in names if name in values)
            details = {"there": there, "app": app, "all": "、".join(names)}
            problems.append(given.problem("half_an_app", "、".join(missing), **details))
    lone = next((name for name in (*_CONTACTS, "WECOM_CONTACTS_SECRET") if name in values), None)
    if lone and not set(_WECOM) & set(values):
        problems.append(given.problem("contacts_alone", lone))
    elif {"WECOM_CONTACTS_SECRET", "WECOM_SECRET"} <= set(values) and (
        values["WECOM_CONTACTS_SECRET"] == values["WECOM_SECRET"]
    ):
        problems.append(given.problem("contacts_secret", "WECOM_CONTACTS_SECRET"))
    production = values.get("TUOLING_ENV", "production").lower().strip() == "production"
    if production and values.get("WECOM_CORP_ID") == DEMO_CORP_ID:
        problems.append(given.problem("demo_corp", "WECOM_CORP_ID"))
    if production and values.get("DINGTALK_CLIENT_ID") == DEMO_DING_APP:
        problems.append(given.problem("demo_app", "DINGTALK_CLIENT_ID"))
    return problems + _database_folder(given, values)


def _database_folder(given: Given, values: Mapping[str, str]) -> list[Problem]:
    """SQLite makes its file, but not the folder; only the var folder is made by the program."""
    file = kinds.sqlite_file(values.get("TUOLING_DATABASE_URL", ""))
    var = Path(values.get("TUOLING_VAR_DIR", "var")).absolute()
    if file is None or file.parent.is_dir() or file.parent.absolute() == var:
        return []
    mend = f"请建好这个文件夹；或者不设置这个变量，就用 {var / 'tuoling.db'}"
    return [given.problem("database_folder", "TUOLING_DATABASE_URL", folder=file.parent, mend=mend)]


def _unfit_secrets(given: Given, secrets: Mapping[str, str]) -> list[Problem]:
    what = " 16 到 256 个字母和数字，不含空格"
    return [
        given.problem("shape", name, what=what, found=f"有 {len(value)} 个字符（内容不显示）", mend=kinds.MAKE_ONE)
        for name, value in secrets.items()
        if not _SECRET.fullmatch(value)
    ]


def _unknown(given: Given) -> tuple[Problem, ...]:
    """The variables that nobody reads, with the ones that were likely meant."""
    known = {_variable(field).lower(): _variable(field) for field in Settings.model_fields}
    strange = {name for name in given.values if not _holds_secret(name)} - set(known.values())
    near = {name: known.get(likely(name, known, _ALIKE), "") for name in strange}
    near |= {name: meant for name in given.others if (meant := known.get(likely(name, known, _MEANT)))}
    return tuple(given.problem("unknown_variable", name, near=near[name]) for name in sorted(near))
