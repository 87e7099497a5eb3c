"""The groups that the company wants, as `groups.yaml` has them. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.people.policy import Actor, Role

LEAST_MEMBERS, MOST_MEMBERS = 2, 2000  # of a group chat that an app makes


class GroupKind(StrEnum):
    """How messages get into a group."""

    APP_CHAT = "appchat"  # 应用群聊: the app made the group, and only it can send there
    ROBOT = "robot"  # 群机器人: somebody added a robot to a group, and whoever has its key can send there
    DING = "ding"  # 钉钉群: somebody added the app's robot to a group of DingTalk, where the app can send since

    @property
    def channel(self) -> str:
        """The platform on which such a group is."""
        return "dingtalk" if self is GroupKind.DING else "wecom"


@dataclass(frozen=True, slots=True)
class Group:
    """A group. Of an app's chat: its `owner` and its other members, `people` by account, and all who have one of
    `roles` (none: whatever role) in one of `departments` (none: in the whole company; `everybody`: that is meant even
    where no role is asked for). Of a robot: `secret`, the name of the environment variable that holds its key.
    Of a group on DingTalk: `conversation`, its id there (openConversationId).
    `boards`: which ones it gets. `names`: may colleagues' names stand there?"""

    key: str
    name: str
    kind: GroupKind
    owner: str = ""
    people: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    departments: tuple[str, ...] = ()
    everybody: bool = False
    secret: str = ""
    conversation: str = ""
    boards: tuple[str, ...] = ()
    names: bool = False

    @property
    def channel(self) -> str:
        """The platform on which it is."""
        return self.kind.channel


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups."""

    groups: tuple[Group, ...] = ()

    def of(self, key: str) -> Group | None:
        """The group of this key."""
        return next((group for group in self.groups if group.key == key), None)

    def getting(self, board: str) -> tuple[Group, ...]:
        """The groups that get the board of this name."""
        return tuple(group for group in self.groups if board in group.boards)

    @property
    def chats(self) -> tuple[Group, ...]:
        """Those that the app makes."""
        return tuple(group for group in self.groups if group.kind is GroupKind.APP_CHAT)


def members_of(group: Group, staff: Iterable[Actor]) -> frozenset[str]:
    """The accounts on the platform of those who belong to an app's chat now, of all who work here."""
    return frozenset(one.userid for one in staff if one.userid and _belongs(group, one))


def _belongs(group: Group, one: Actor) -> bool:
    if one.account == group.owner or one.account in group.people:
        return True
    if not (group.roles or group.departments or group.everybody):
        return False
    has_role = not group.roles or not one.roles.isdisjoint(group.roles)
    return has_role and _within(one.department, group.departments)


def _within(department: str, paths: Collection[str]) -> bool:
    return not paths or any(department == path or department.startswith(f"{path}/") for path in paths)
