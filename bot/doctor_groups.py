"""The part of `tuoling doctor` about groups: is each there, can it be sent to, and are the right people in it?"""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.health import Part, reason
from config.settings import Settings
from core.groups import queries
from core.groups.queries import Known
from core.groups.rules import Group, GroupKind, Groups
from core.store.database import Database

_CREATE = "运行 tuoling groups create"
_ROBOT = "在群里重新添加机器人，把它的 key 写进那个变量，重启全部进程，再运行 tuoling groups test"
_KEY = "把机器人的 key 写进环境变量或 .env（见 docs/运维.md），再重启全部进程"
_APP = "设置 WECOM_CORP_ID 等五个变量（见 README）"
_DING_APP = "设置 DINGTALK_CLIENT_ID 等变量（见 README）"
_DING = "在钉钉群里重新添加机器人，@ 它发「群号」，把群号写进 groups.yaml，再运行 tuoling groups test"
_MEND = {GroupKind.APP_CHAT: _CREATE, GroupKind.ROBOT: _ROBOT, GroupKind.DING: _DING}


def examine_groups(settings: Settings, groups: Groups, database: Database) -> Part:
    """What is wrong with the groups; what to do about the first of it."""
    if not groups.groups:
        return Part("群聊", True, "groups.yaml 里没有群", needed=False)
    try:
        with database.read() as session:
            known = queries.all_known(session)
            wrong = [each for group in groups.groups for each in _wrong(session, settings, group, known.get(group.key))]
    except SQLAlchemyError as error:
        return Part("群聊", False, "无法核对", needed=False, detail=reason(error))
    if wrong:
        said = "；".join(dict.fromkeys(said for said, _ in wrong))
        return Part("群聊", False, said, wrong[0][1], needed=False)
    return Part(
        "群聊", True, f"{len(groups.groups)} 个：{'、'.join(group.name for group in groups.groups)}", needed=False
    )


def _wrong(session: Session, settings: Settings, group: Group, known: Known | None) -> Iterator[tuple[str, str]]:
    is_chat = group.kind is GroupKind.APP_CHAT
    if group.kind is GroupKind.ROBOT and not settings.secrets_in(group.secret):
        yield f"「{group.name}」没有设置 {group.secret}，发不出去", _KEY
    elif group.kind is GroupKind.DING and settings.dingtalk is None:
        yield f"「{group.name}」发不出去：钉钉没有配置", _DING_APP
    elif is_chat and settings.wecom is None:
        yield f"「{group.name}」发不出去：企业微信没有配置", _APP
    elif is_chat and (known is None or not known.is_made):
        yield f"「{group.name}」还没有建，看板在等", _CREATE
    if known is not None and known.gone_at is not None:
        yield f"「{group.name}」收不到消息（{known.fault}）", _MEND[group.kind]
    elif is_chat and known is not None and known.is_made:
        yield from _members(session, group, known)


def _members(session: Session, group: Group, known: Known) -> Iterator[tuple[str, str]]:
    """Who is in the chat and should not be reads what is said there."""
    wanted = queries.wanted_members(session, group)
    more, fewer = len(known.members - wanted), len(wanted - known.members)
    if more or fewer:
        said = "、".join(each for each in (f"多 {more} 人" if more else "", f"少 {fewer} 人" if fewer else "") if each)
        yield f"「{group.name}」的成员与 groups.yaml 不一致（{said}）", _CREATE
