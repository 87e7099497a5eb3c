"""Wiring: from settings to everything a process needs, on one screen. `cli.py` and `app.py` build it, others get it."""

from dataclasses import dataclass

from bot.channels.base import Door
from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.client import WeComApi, WeComClient
from bot.channels.wecom.door import WeComDoor
from bot.channels.wecom.store import DatabaseTokenStore
from bot.channels.wecom.tokens import SharedToken
from bot.dispatch import Intake
from bot.phrases.command_words import COMMAND_WORDS
from cards.actions import Signer
from cards.channel import Channel
from config.company import Company
from config.in_force import InForce
from config.settings import Settings, WeComSettings
from core.privacy import Vault
from core.store.database import Database
from core.store.files import Files
from core.store.unit import Clock, Store, utc_now
from jobs import notices
from jobs.assigning import Assigner
from jobs.embedded import EmbeddedRedis
from jobs.keeping import MB, Keeper, Limits
from jobs.mornings import Mornings
from jobs.recycling import Recycler
from jobs.relay import Relay
from jobs.reminding import Reminder
from jobs.sweeper import Sweeper


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a process works with."""

    settings: Settings
    in_force: InForce
    store: Store
    doors: dict[str, Door]
    channels: dict[str, Channel]
    intake: Intake
    relay: Relay
    sweeper: Sweeper
    recycler: Recycler
    reminder: Reminder
    assigner: Assigner
    keeper: Keeper
    mornings: Mornings

    @property
    def company(self) -> Company:
        """The company's configuration of now. Raises as `InForce.now`."""
        return self.in_force.now


def build(settings: Settings, *, clock: Clock = utc_now) -> Runtime:
    """Everything, from settings. Connects to nothing yet.

    Raises:
        SettingsError: there is no master key.
    """
    store = open_store(settings, clock=clock)
    vault = store.vault
    store.listen(notices.tell)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    doors: dict[str, Door] = {}
    channels: dict[str, Channel] = {}
    signers: dict[str, Signer] = {}
    if settings.wecom:
        signers["wecom"] = _signer(vault, f"wecom:{settings.wecom.corp_id}:{settings.wecom.agent_id}")
        doors["wecom"] = _wecom_door(settings.wecom)
        channels["wecom"] = _wecom_channel(settings.wecom, store, signers["wecom"])
    intake = Intake(store, in_force, doors, signers)
    keeper = Keeper(store, Files(settings.var_dir / "media"), limits_of(settings))
    relay = Relay(store, channels, in_force, keeper)
    sweeper = Sweeper(store, relay, intake.finish, inbox_days=settings.inbox_days, outbox_days=settings.outbox_days)
    recycler, assigner = Recycler(store, in_force), Assigner(store, in_force)
    return Runtime(
        settings,
        in_force,
        store,
        doors,
        channels,
        intake,
        relay,
        sweeper,
        recycler,
        Reminder(store),
        assigner,
        keeper,
        Mornings(store, in_force),
    )


def open_store(settings: Settings, *, clock: Clock = utc_now) -> Store:
    """The store that the settings name, for processes and commands alike: what either commits is kept in one way.

    Raises:
        SettingsError: there is no master key.
    """
    database = Database(settings.database_url, sqlite_sync=settings.sqlite_sync)
    return Store(database, Vault(*settings.master_keys()), clock=clock)


def limits_of(settings: Settings) -> Limits:
    """How much of what people send is kept."""
    return Limits(settings.media_file_mb * MB, settings.media_total_gb * 1024 * MB)


def redis_url(settings: Settings) -> str:
    """Where Redis is: the configured one, or the embedded one's socket (which `EmbeddedRedis.start` serves)."""
    return EmbeddedRedis(settings.var_dir).url if settings.redis_url == "embedded" else settings.redis_url


def _signer(vault: Vault, audience: str) -> Signer:
    return Signer(dict(zip(vault.key_ids(), vault.keys("action"), strict=True)), audience)


def _wecom_door(app: WeComSettings) -> WeComDoor:
    return WeComDoor(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        token=app.token.get_secret_value(),
        aes_key=app.aes_key.get_secret_value(),
        old_token=app.token_old.get_secret_value() if app.token_old else None,
        old_aes_key=app.aes_key_old.get_secret_value() if app.aes_key_old else None,
    )


def _wecom_channel(app: WeComSettings, store: Store, signer: Signer) -> WeComChannel:
    api = WeComApi(app.corp_id, app.secret.get_secret_value(), app.api_base)
    name = f"wecom:{app.corp_id}:{app.agent_id}"
    tokens = SharedToken(name, DatabaseTokenStore(store), api.fetch_token, store.clock)
    return WeComChannel(WeComClient(api, tokens), agent_id=app.agent_id, signer=signer, clock=store.clock)
