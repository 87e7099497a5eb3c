"""Wiring: from settings to everything a process needs, on one screen. `cli.py` and `app.py` build it, others get it."""

import gc
from dataclasses import dataclass

from pydantic import SecretStr

from bot.channels.base import Door
from bot.channels.dingtalk import wiring as dingtalk
from bot.channels.dingtalk.connection import Leads
from bot.channels.dingtalk.directory import DingTalkDirectory
from bot.channels.dingtalk.gateway import Gateway
from bot.channels.dingtalk.parse import parse_event, read_event
from bot.channels.dingtalk.stream import StreamClient, Take
from bot.channels.reports.connector import ReportConnector
from bot.channels.sms.gateway import SmsGateway
from bot.channels.token_store import DatabaseTokenStore
from bot.channels.tokens import SharedToken
from bot.channels.webhook.caller import WebhookCaller, key_of
from bot.channels.wecom.appchat import AppChats
from bot.channels.wecom.channel import WeComChannel
from bot.channels.wecom.client import WeComApi, WeComClient
from bot.channels.wecom.directory import MOST_BYTES, READ_SECONDS, WeComDirectory
from bot.channels.wecom.door import WeComDoor
from bot.channels.wecom.groups import WeComGroups
from bot.channels.wecom.robot import Robots
from bot.dispatch import Intake
from bot.inbound import Inbound
from bot.phrases.command_words import COMMAND_WORDS
from bot.streaming import Streaming
from cards.actions import Signer
from cards.channel import Channel, GroupChannel
from config.company import Company
from config.in_force import InForce
from config.settings import Settings, SmsSettings, WebhookSettings, WeComSettings
from core.privacy import Vault
from core.store.database import Database
from core.store.files import Files
from core.store.unit import Clock, Store, utc_now
from jobs import boards, notices
from jobs.applications_follow import Following
from jobs.assigning import Assigner
from jobs.automating import Automat
from jobs.board_drawer import BoardDrawer
from jobs.deadlines import DeadlineSweep
from jobs.digests import Digests
from jobs.embedded import EmbeddedRedis
from jobs.exporting import Exports
from jobs.grouping import GroupPost
from jobs.handing_over import HandingOver
from jobs.keeping import MB, Keeper, Limits
from jobs.mornings import MorningCards
from jobs.organisation import OrganisationKeeper
from jobs.people_notices import CallsNotice
from jobs.picturing import Drawer, Pictures
from jobs.recycling import Recycler
from jobs.relay import Relay
from jobs.reminding import Reminder
from jobs.repaying import RepaymentReminder
from jobs.reporting import Reports
from jobs.sweeper import Sweeper
from jobs.timetable import Timetable


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
    organisation: OrganisationKeeper | None
    contacts_door: Door | None
    card_door: Door | None
    handing_over: HandingOver
    keeper: Keeper
    timetable: Timetable
    automat: Automat
    repayments: RepaymentReminder
    deadlines: DeadlineSweep
    reports: Reports
    digests: Digests
    streaming: Streaming | None

    @property
    def company(self) -> Company:
        """The company's configuration of now. Raises as `InForce.now`."""
        return self.in_force.now


def build(
    settings: Settings, *, clock: Clock = utc_now, sqlite_cache_mb: int = 16, drawer: Drawer | None = None
) -> Runtime:
    """Everything, from settings. Connects to nothing yet. `sqlite_cache_mb`: see `Database`; `drawer`: who makes
    pictures of boards, if not the usual one.

    Raises:
        SettingsError: there is no master key.
    """
    store = open_store(settings, clock=clock, sqlite_cache_mb=sqlite_cache_mb)
    vault = store.vault
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    store.listen(Following(in_force).tell)
    store.listen(notices.tell)
    automat = Automat(store, in_force, texting=settings.sms is not None, hosts=settings.webhook_hosts or ())
    store.listen(automat.tell)
    doors: dict[str, Door] = {}
    channels: dict[str, Channel] = {}
    signers: dict[str, Signer] = {}
    if settings.wecom:
        signers["wecom"] = _signer(vault, f"wecom:{settings.wecom.corp_id}:{settings.wecom.agent_id}")
        doors["wecom"] = _wecom_door(settings.wecom)
        channels["wecom"] = _wecom_channel(settings.wecom, store, signers["wecom"])
    if settings.dingtalk:
        signers["dingtalk"] = _signer(vault, dingtalk.name_of(settings.dingtalk))
        doors["dingtalk"] = dingtalk.door_of(settings.dingtalk)
        channels["dingtalk"] = dingtalk.channel_of(settings.dingtalk, store, signers["dingtalk"])
    store.listen(CallsNotice(frozenset(channels)).tell)
    counts = {"dingtalk": dingtalk.messages_of(settings.dingtalk, store)} if settings.dingtalk else {}
    intake = Intake(store, in_force, doors, signers, counts)
    keeper = Keeper(store, Files(settings.var_dir / "media"), limits_of(settings))
    sms = _sms_gateway(settings.sms, store) if settings.sms else None
    webhooks = _webhook_caller(settings.webhook, store) if settings.webhook else None
    reports = Reports(store, in_force, _report_connector(settings, store))
    groups = GroupPost(store, in_force, group_channels(settings, store))
    maker = boards.BoardMaker(store, in_force)
    pictures = Pictures(store, drawer or BoardDrawer(store, in_force, maker), groups)
    relay = Relay(
        store,
        channels,
        in_force,
        keeper,
        sms=sms,
        webhooks=webhooks,
        reports=reports,
        groups=groups,
        pictures=pictures,
        boards=maker,
        exports=Exports(store, in_force, maker),
    )
    sweeper = Sweeper(store, relay, intake.finish, inbox_days=settings.inbox_days, outbox_days=settings.outbox_days)
    app = settings.wecom
    return Runtime(
        settings,
        in_force,
        store,
        doors,
        channels,
        intake,
        relay,
        sweeper,
        Recycler(store, in_force),
        Reminder(store),
        Assigner(store, in_force),
        _organisation(app, store, in_force, beside=settings.dingtalk is not None) if app else None,
        _contacts_door(app) if app else None,
        dingtalk.card_door_of(settings.dingtalk) if settings.dingtalk else None,
        HandingOver(store, in_force),
        keeper,
        Timetable(store, in_force, (MorningCards(), *boards.JOBS)),
        automat,
        RepaymentReminder(store, in_force),
        DeadlineSweep(store, in_force, texting=settings.sms is not None),
        reports,
        Digests(store),
        _streaming(settings, store, intake),
    )


def keep_loaded() -> None:
    """What a process has loaded by now it needs to its end: the garbage collector looks only at what comes later."""
    gc.collect()
    gc.freeze()


def open_store(settings: Settings, *, clock: Clock = utc_now, sqlite_cache_mb: int = 16) -> Store:
    """The store that the settings name, for processes and commands alike: what either commits is kept in one way.

    Raises:
        SettingsError: there is no master key.
    """
    database = Database(settings.database_url, sqlite_sync=settings.sqlite_sync, sqlite_cache_mb=sqlite_cache_mb)
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


def _contacts_door(app: WeComSettings) -> WeComDoor | None:
    """The receiver of 通讯录同步, if it has a token and a key of its own."""
    token, aes_key = app.contacts.token, app.contacts.aes_key
    if token is None or aes_key is None:
        return None
    return WeComDoor(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        token=token.get_secret_value(),
        aes_key=aes_key.get_secret_value(),
        contacts_only=True,
    )


def wecom_directory(settings: Settings, store: Store) -> WeComDirectory | None:
    """WeCom's address book, for a command; None where WeCom is not set up."""
    return _directory(settings.wecom, store) if settings.wecom else None


def dingtalk_directory(settings: Settings, store: Store) -> DingTalkDirectory | None:
    """DingTalk's contacts, for a command; None where DingTalk is not set up."""
    return dingtalk.directory_of(settings.dingtalk, store) if settings.dingtalk else None


def wecom_chats(settings: Settings, store: Store) -> AppChats | None:
    """The group chats of the app; None where WeCom is not set up."""
    if settings.wecom is None:
        return None
    client = _wecom_client(settings.wecom, store)
    signer = _signer(store.vault, _token_name(settings.wecom))
    channel = WeComChannel(client, agent_id=settings.wecom.agent_id, signer=signer, clock=store.clock)
    return AppChats(client, channel)


def group_channels(settings: Settings, store: Store) -> dict[str, GroupChannel]:
    """The groups of each platform. WeCom's robots need no app, only their keys; DingTalk's groups need the app."""
    found: dict[str, GroupChannel] = {"wecom": _wecom_groups(settings, store)}
    if settings.dingtalk:
        signer = _signer(store.vault, dingtalk.name_of(settings.dingtalk))
        found["dingtalk"] = dingtalk.groups_of(settings.dingtalk, store, signer)
    return found


def _wecom_groups(settings: Settings, store: Store) -> WeComGroups:
    """WeCom's groups: those of the app, and those with a robot."""

    def key_of(variable: str) -> str | None:
        found = settings.secrets_in(variable)
        return found[0].get_secret_value() if found else None

    return WeComGroups(Robots(settings.wecom_api_base, key_of), wecom_chats(settings, store))


def _organisation(app: WeComSettings, store: Store, in_force: InForce, *, beside: bool) -> OrganisationKeeper:
    """It works in the scheduler, whose other work must not wait for a slow platform."""
    book = _directory(app, store, tries=1, read_seconds=5.0)
    return OrganisationKeeper(store, book, lambda: in_force.now.newcomers, beside=beside)


def _directory(
    app: WeComSettings, store: Store, *, tries: int = 3, read_seconds: float = READ_SECONDS
) -> WeComDirectory:
    """The address book with the app's token, which all processes share, and that of 通讯录同步 if there is one."""

    def client(secret: SecretStr, name: str) -> WeComClient:
        api = WeComApi(
            app.corp_id, secret.get_secret_value(), app.api_base, read_seconds=read_seconds, most_bytes=MOST_BYTES
        )
        return WeComClient(api, SharedToken(name, DatabaseTokenStore(store), api.fetch_token, store.clock))

    contacts = client(app.contacts.secret, f"wecom:{app.corp_id}:contacts") if app.contacts.secret else None
    return WeComDirectory(client(app.secret, _token_name(app)), app.agent_id, contacts, tries=tries)


def _token_name(app: WeComSettings) -> str:
    return f"wecom:{app.corp_id}:{app.agent_id}"


def _wecom_client(app: WeComSettings, store: Store) -> WeComClient:
    api = WeComApi(app.corp_id, app.secret.get_secret_value(), app.api_base)
    return WeComClient(api, SharedToken(_token_name(app), DatabaseTokenStore(store), api.fetch_token, store.clock))


def _wecom_channel(app: WeComSettings, store: Store, signer: Signer) -> WeComChannel:
    return WeComChannel(_wecom_client(app, store), agent_id=app.agent_id, signer=signer, clock=store.clock)


def _streaming(settings: Settings, store: Store, intake: Intake) -> Streaming | None:
    """DingTalk's Stream mode, if that is how its events come."""
    app = settings.dingtalk
    if app is None or app.mode != "stream":
        return None
    gateway = Gateway(app)

    def parse(raw: bytes, mark: str) -> Inbound:
        event = read_event(raw, mark)
        return event.inbound if event is not None else parse_event(raw)

    def client_of(take: Take, leads: Leads) -> StreamClient:
        return StreamClient(gateway, take, leads)

    return Streaming(store, intake, parse, client_of)


def _webhook_caller(app: WebhookSettings, store: Store) -> WebhookCaller:
    return WebhookCaller(key_of(app.key.get_secret_value()), app.hosts, store.clock)


def _report_connector(settings: Settings, store: Store) -> ReportConnector | None:
    """Who asks providers; None as long as no host may be asked."""
    return ReportConnector(settings.report_hosts, settings.secrets_in, store.clock) if settings.report_hosts else None


def _sms_gateway(app: SmsSettings, store: Store) -> SmsGateway:
    return SmsGateway(app.url, app.key.get_secret_value(), app.sign, store.clock)
