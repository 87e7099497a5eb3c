"""From settings to DingTalk's doors and channel."""

from bot.channels.dingtalk.channel import CALLBACK_ROUTE, CHANNEL, DingTalkChannel
from bot.channels.dingtalk.client import DingTalkApi, DingTalkClient
from bot.channels.dingtalk.directory import MOST_BYTES, READ_SECONDS, DingTalkDirectory
from bot.channels.dingtalk.door import DingTalkDoor
from bot.channels.dingtalk.groups import DingTalkGroups
from bot.channels.dingtalk.meter import DatabaseMeter, MessageMeter
from bot.channels.token_store import DatabaseTokenStore
from bot.channels.tokens import SharedToken
from cards.actions import Signer
from cards.render.dingtalk import template_of
from config.settings import DingTalkSettings
from core.store.unit import Store


def name_of(app: DingTalkSettings) -> str:
    """What the app is called where processes share something of it; and for whom its cards' buttons are signed."""
    return f"{CHANNEL}:{app.client_id}:{app.robot_code}"


def counted_as(app: DingTalkSettings) -> str:
    """Under which name the app's calls of a month are counted."""
    return f"{CHANNEL}:{app.client_id}"[:70]


def brought_as(app: DingTalkSettings) -> str:
    """Under which name the messages of a month are counted that DingTalk brings the app."""
    return f"{counted_as(app)}:brought"


def messages_of(app: DingTalkSettings, store: Store) -> MessageMeter:
    """What counts them."""
    return MessageMeter(store, brought_as(app), CHANNEL, app.monthly_messages)


def door_of(app: DingTalkSettings) -> DingTalkDoor:
    """What reads messages, in either mode; `bot/app.py` opens it to the network in HTTP mode only."""
    secret = app.client_secret.get_secret_value()
    return DingTalkDoor(of="message", secret=secret, robot_code=app.robot_code, corp_id=app.corp_id)


def card_door_of(app: DingTalkSettings) -> DingTalkDoor | None:
    """What reads taps, in HTTP mode; None in Stream mode, where they come the same way as messages."""
    if app.mode != "http":
        return None
    secret = app.card_secret.get_secret_value()
    return DingTalkDoor(of="tap", secret=secret, robot_code=app.robot_code, corp_id=app.corp_id)


def client_of(app: DingTalkSettings, store: Store) -> DingTalkClient:
    """DingTalk's API, with the token that all processes share. The organisation's calls are counted by its app."""
    return _client(app, store, DingTalkApi(app.client_id, app.client_secret.get_secret_value(), *_bases(app)))


def directory_of(app: DingTalkSettings, store: Store) -> DingTalkDirectory:
    """The organisation's contacts, as far as the app may see them."""
    api = DingTalkApi(
        app.client_id,
        app.client_secret.get_secret_value(),
        *_bases(app),
        read_seconds=READ_SECONDS,
        most_bytes=MOST_BYTES,
    )
    return DingTalkDirectory(_client(app, store, api))


def _bases(app: DingTalkSettings) -> tuple[str, str]:
    return app.api_base, app.oapi_base


def _client(app: DingTalkSettings, store: Store, api: DingTalkApi) -> DingTalkClient:
    tokens = SharedToken(name_of(app)[:70], DatabaseTokenStore(store), api.fetch_token, store.clock)
    meter = DatabaseMeter(store, counted_as(app), CHANNEL, app.monthly_calls)
    return DingTalkClient(api, tokens, meter)


def channel_of(app: DingTalkSettings, store: Store, signer: Signer) -> DingTalkChannel:
    """The sending half of the app."""
    return DingTalkChannel(
        client_of(app, store),
        robot_code=app.robot_code,
        signer=signer,
        clock=store.clock,
        template=template_of(app.card_template, dict(app.card_variables)),
        route_key=CALLBACK_ROUTE if app.mode == "http" else None,
    )


def groups_of(app: DingTalkSettings, store: Store, signer: Signer) -> DingTalkGroups:
    """The groups in which the app's robot is."""
    return DingTalkGroups(client_of(app, store), channel_of(app, store, signer), robot_code=app.robot_code)
