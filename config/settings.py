"""Settings from the environment (and `.env`), checked at start.

Everything wrong is told at once, one sentence each, naming the variable. The environment wins over `.env`; an empty
variable counts as not set. Names: `database_url` is `TUOLING_DATABASE_URL`, `wecom_corp_id` is `WECOM_CORP_ID`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from config import variables as kinds

_PREFIXES = ("TUOLING_", "WECOM_", "DINGTALK_")
_WECOM = ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY")
_DINGTALK = ("DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET", "DINGTALK_ROBOT_CODE")


class SettingsError(Exception):
    """The settings cannot be used. Its text, and each of `problems`, is fit to be shown: no secret stands in it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


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


@dataclass(frozen=True, slots=True)
class DingTalkSettings:
    """The DingTalk app. `mode` is `stream` or `http`."""

    client_id: str
    client_secret: SecretStr
    robot_code: str
    api_base: str
    oapi_base: str
    mode: str
    card_template: str | None


def _variable(field: str) -> str:
    name = field.upper()
    return name if name.startswith(_PREFIXES) else f"TUOLING_{name}"


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
    company_name: kinds.CompanyName = "驼铃"
    log_level: kinds.LogLevel = "info"
    database_url: kinds.DatabaseUrl = "sqlite:///var/tuoling.db"
    redis_url: kinds.RedisUrl = "embedded"
    config_dir: kinds.Folder = Path(__file__).parent / "company"
    var_dir: kinds.FutureFolder = Path("var")
    secret_key: kinds.MasterKey | None = None
    secret_key_old: kinds.MasterKey | None = None
    inbox_days: kinds.Days = 7
    outbox_days: kinds.Days = 30
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

    dingtalk_client_id: kinds.Plain | None = None
    dingtalk_client_secret: kinds.Secret | None = None
    dingtalk_robot_code: kinds.Plain | None = None
    dingtalk_api_base: kinds.Url = "https://api.dingtalk.com"
    dingtalk_oapi_base: kinds.Url = "https://oapi.dingtalk.com"
    dingtalk_mode: kinds.DingTalkMode = "stream"
    dingtalk_card_template: kinds.Plain | None = None

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

    _warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what was ignored, to be logged at start."""
        return self._warnings

    @property
    def wecom(self) -> WeComSettings | None:
        """The WeCom app, or None when it is not set up."""
        app = (self.wecom_corp_id, self.wecom_agent_id, self.wecom_secret, self.wecom_token, self.wecom_aes_key)
        corp_id, agent_id, secret, token, aes_key = app
        if corp_id is None or agent_id is None or secret is None or token is None or aes_key is None:
            return None
        old = (self.wecom_token_old, self.wecom_aes_key_old)
        return WeComSettings(corp_id, agent_id, secret, token, aes_key, *old, self.wecom_api_base)

    @property
    def dingtalk(self) -> DingTalkSettings | None:
        """The DingTalk app, or None when it is not set up."""
        client_id, secret, robot = self.dingtalk_client_id, self.dingtalk_client_secret, self.dingtalk_robot_code
        if client_id is None or secret is None or robot is None:
            return None
        bases = (self.dingtalk_api_base, self.dingtalk_oapi_base)
        return DingTalkSettings(client_id, secret, robot, *bases, self.dingtalk_mode, self.dingtalk_card_template)

    def master_keys(self) -> tuple[bytes, bytes | None]:
        """The master key and, while it is being rotated, the old one: what `core.privacy.Vault` takes.

        Raises:
            SettingsError: there is no master key (possible in demo and test only).
        """
        if self.secret_key is None:
            raise SettingsError((_no_secret_key(),))
        old = self.secret_key_old
        new = kinds.decode_key(self.secret_key.get_secret_value())
        return new, kinds.decode_key(old.get_secret_value()) if old else None


def load_settings(environ: Mapping[str, str] | None = None, env_file: str | Path | None = ".env") -> Settings:
    """Read and check the settings of `environ` (default: the process's environment) over those of `env_file`, which
    need not be there.

    Raises:
        SettingsError: one sentence for each thing that is wrong.
    """
    given = _read(os.environ if environ is None else environ, env_file)
    if "TUOLING_DATABASE_URL" not in given and "TUOLING_VAR_DIR" in given:
        given["TUOLING_DATABASE_URL"] = f"sqlite:///{Path(given['TUOLING_VAR_DIR']) / 'tuoling.db'}"
    problems: list[str] = []
    settings = None
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problems += [_sentence(str(each["loc"][0]), str(each["ctx"]["error"])) for each in error.errors()]
    problems += _problems_between(given)
    if problems or settings is None:
        raise SettingsError(tuple(problems))
    settings._warnings = _unknown(given)
    return settings


def _read(environ: Mapping[str, str], env_file: str | Path | None) -> dict[str, str]:
    """The variables of ours that are set, the environment over the file."""
    try:
        from_file = DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding="utf-8").env_vars
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        raise SettingsError((f"The file {env_file} {why}; correct it or remove it.",)) from None
    both = {**{name: value or "" for name, value in from_file.items()}, **environ}
    return {name: value.strip() for name, value in both.items() if name.startswith(_PREFIXES) and value.strip()}


def _sentence(variable: str, said: str) -> str:
    """No full stop after a command: it would be copied along."""
    return f"{variable} {said}" + ("" if said.endswith('"') else ".")


def _problems_between(given: Mapping[str, str]) -> list[str]:
    """What is wrong between variables that are each right."""
    problems = []
    if "TUOLING_SECRET_KEY" not in given:
        if given.get("TUOLING_ENV", "production").lower() == "production":
            problems.append(_no_secret_key())
        elif "TUOLING_SECRET_KEY_OLD" in given:
            problems.append(
                "TUOLING_SECRET_KEY_OLD is set without TUOLING_SECRET_KEY, but it only helps to rotate that."
            )
    elif given.get("TUOLING_SECRET_KEY_OLD") == given["TUOLING_SECRET_KEY"]:
        problems.append(
            "TUOLING_SECRET_KEY_OLD is the same as TUOLING_SECRET_KEY; put the new key into TUOLING_SECRET_KEY, "
            "or remove TUOLING_SECRET_KEY_OLD."
        )
    for app, names in (("WeCom", _WECOM), ("DingTalk", _DINGTALK)):
        missing = [name for name in names if name not in given]
        if missing and len(missing) < len(names):
            listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
            verb = "is" if len(missing) == 1 else "are"
            there = next(name for name in names if name in given)
            problems.append(
                f"{listed} {verb} not set although {there} is; the {app} app needs all of "
                f"{', '.join(names)}, or none to run without {app}."
            )
    return problems + _database_folder(given)


def _database_folder(given: Mapping[str, str]) -> list[str]:
    """SQLite makes its file, but not the folder; only the var folder is made by the program."""
    file = kinds.sqlite_file(given.get("TUOLING_DATABASE_URL", ""))
    var = Path(given.get("TUOLING_VAR_DIR", "var")).absolute()
    if file is None or file.parent.is_dir() or file.parent.absolute() == var:
        return []
    return [
        f"TUOLING_DATABASE_URL names a file in the folder {file.parent}, which is not there; make that folder, or "
        f"leave the variable out to use {var / 'tuoling.db'}."
    ]


def _no_secret_key() -> str:
    return (
        "TUOLING_SECRET_KEY is not set, but production needs 32 random bytes in base64 to encrypt personal data (keep "
        f"a copy in a safe place: without the key nothing can be read again); {kinds.MAKE_ONE}"
    )


def _unknown(given: Mapping[str, str]) -> tuple[str, ...]:
    known = [_variable(field) for field in Settings.model_fields]
    warnings = []
    for name in sorted(set(given) - set(known)):
        near = get_close_matches(name, known, n=1, cutoff=0.75)
        warnings.append(f"{name} is not known and ignored" + (f"; did you mean {near[0]}?" if near else "."))
    return tuple(warnings)
