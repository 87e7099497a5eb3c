"""`tuoling groups list|create|test`: the groups of `groups.yaml` as they are on the platform."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.account import account
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import group_channels, open_store, wecom_chats
from cards.channel import Misconfigured, Permanent, Sent
from cards.texts import groups as texts
from config.groupsfile import KINDS
from config.in_force import InForce
from config.settings import Settings
from core.calendar import CHINA
from core.groups import queries
from core.groups.guard import GroupText
from core.groups.queries import Known
from core.groups.rules import LEAST_MEMBERS, MOST_MEMBERS, Group, GroupKind
from core.store.unit import Store
from jobs.chat_making import Made, NoOwner, WrongNumber, make
from jobs.grouping import GroupPost

_WORDS = {kind: word for word, kind in KINDS.items()}
_BY_PEOPLE = {
    GroupKind.ROBOT: "「{name}」用群机器人，群由人来建：在群里添加机器人，把 key 写进 {secret}。",
    GroupKind.DING: "「{name}」是钉钉群，群由人来建：在群里添加驼铃机器人，@ 它发「群号」，把群号写进 groups.yaml。",
}
_NONE = "groups.yaml 里没有群（改过的话先运行 tuoling config apply）。"


def list_groups(settings: Settings) -> Iterator[str]:
    """`tuoling groups list`: each group, what it gets, and whether anything gets there."""
    store = open_store(settings)
    groups = _in_force(settings, store).now.groups.groups
    with store.read() as session:
        known = queries.all_known(session)
    for group in groups:
        boards = "、".join(group.boards) or "没有看板"
        state = _state(settings, group, known.get(group.key))
        yield f"{group.key}  {group.name}  {_WORDS[group.kind]}  {boards}  {state}"
    if not groups:
        yield _NONE


def create_groups(settings: Settings, key: str | None) -> Iterator[str]:
    """`tuoling groups create [KEY]`: makes the chats of the app that are not there, and brings the others up to date.

    Raises:
        Unready: the first one that cannot be made.
    """
    store = open_store(settings)
    groups = _in_force(settings, store).now.groups
    wanted = [_named(groups.groups, key)] if key else groups.chats
    chats = wecom_chats(settings, store)
    for group in wanted:
        if group.kind is not GroupKind.APP_CHAT:
            raise Unready(_BY_PEOPLE[group.kind].format(name=group.name, secret=group.secret))
        if chats is None:
            raise Unready("企业微信没有配置，建不了群。请设置 WECOM_CORP_ID 等五个变量（见 README）。")
        yield _made(group, make(store, chats, group, account()))
    if not wanted:
        yield "groups.yaml 里没有应用群聊。"


def test_group(settings: Settings, key: str) -> str:
    """`tuoling groups test KEY`: sends one message at once, past the outbox.

    Raises:
        Unready: it did not get there.
    """
    store = open_store(settings)
    in_force = _in_force(settings, store)
    group = _named(in_force.now.groups.groups, key)
    posting = GroupPost(store, in_force, group_channels(settings, store))
    attempt = posting.say(group, GroupText(texts.test_message(group.name)))
    if attempt.note is not None:
        with store.unit(request_id="cli", channel="cli") as unit:
            unit.record(None, "group:test", group.key, by=account(), arrived=isinstance(attempt.outcome, Sent))
            attempt.note(unit)
    match attempt.outcome:
        case Sent():
            return f"已发到「{group.name}」，请在群里看看。"
        case Misconfigured(why) if "not made" in why:
            raise Unready(f"「{group.name}」还没有建，先运行 tuoling groups create {group.key}。")
        case Misconfigured(why) if "is not set up" in why and group.kind is GroupKind.DING:
            raise Unready(f"钉钉没有配置，发不到「{group.name}」。请设置 DINGTALK_CLIENT_ID 等变量（见 README）。")
        case Misconfigured(why) if group.secret and group.secret in why:
            raise Unready(f"没有设置 {group.secret}：把机器人的 key 写进环境变量或 .env，再试。")
        case Permanent(why) if "group gone" in why:
            raise Unready(f"没有发到：{texts.gone(group)}（{why}）")
        case outcome:
            raise Unready(f"没有发到「{group.name}」：{getattr(outcome, 'why', type(outcome).__name__)}")


def _made(group: Group, outcome: object) -> str:
    match outcome:
        case Made(members, anew=True):
            return f"「{group.name}」已建好，{members} 人。第一条消息由 worker 或 scheduler 发出，发了才看得见群。"
        case Made(members, came=0, left=0):
            return f"「{group.name}」{members} 人，没有变化。"
        case Made(members, came=came, left=left):
            return f"「{group.name}」现有 {members} 人：进群 {came} 人，移出 {left} 人。"
        case NoOwner():
            raise Unready(f"「{group.name}」建不了：没有账号为 {group.owner} 的在职人员，改 groups.yaml 的 owner。")
        case WrongNumber(members):
            need = f"要 {LEAST_MEMBERS} 到 {MOST_MEMBERS} 人"
            raise Unready(f"「{group.name}」建不了：照 groups.yaml 有 {members} 人，{need}。")
    raise Unready(
        f"「{group.name}」建不了：{getattr(outcome, 'why', outcome)}。{_mend(str(getattr(outcome, 'why', '')))}"
    )


def _mend(why: str) -> str:
    if "48002" in why:
        return "建群要应用的可见范围是全公司（根部门）。"
    return "tuoling doctor --platform 可以再查一遍凭证和可信 IP。"


def _state(settings: Settings, group: Group, known: Known | None) -> str:
    if known is not None and known.gone_at is not None:
        return f"{_at(known.gone_at)} 起收不到（{known.fault}）"
    if group.kind is GroupKind.ROBOT:
        return "key 已设置" if settings.secrets_in(group.secret) else f"没有设置 {group.secret}"
    if group.kind is GroupKind.DING:
        return f"群号 {group.conversation}" if settings.dingtalk else "钉钉没有配置"
    if known is None or known.created_at is None:
        return "还没有建"
    return f"{len(known.members)} 人，{_at(known.created_at)} 建"


def _at(when: datetime) -> str:
    return when.astimezone(CHINA).strftime("%m-%d %H:%M")


def _named(groups: Sequence[Group], key: str) -> Group:
    found = next((group for group in groups if key in (group.key, group.name)), None)
    if found is None:
        known = f"：{'、'.join(group.key for group in groups)}" if groups else f"。{_NONE}"
        raise Unready(f"没有编号或名字为 {key} 的群{known}")
    return found


def _in_force(settings: Settings, store: Store) -> InForce:
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    return in_force
