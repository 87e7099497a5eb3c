"""`groups.yaml`: the groups that get boards, who belongs to those that the app makes, and what may stand there."""

import re

from config.problems import likely, quoted
from config.rolewords import ROLE_WORDS
from config.schedulefile import JOB_WORDS
from config.settings import ROBOT_SECRETS
from config.values import EVERYBODY, Table, account, check_once, chosen, departments, each_of, key, yes_or_no
from config.yamlfile import Value
from core.groups.rules import Group, GroupKind, Groups
from core.people.policy import Role
from core.schedule import DAILY, MONTHLY, WEEKLY

FILE = "groups.yaml"
MOST_GROUPS = 30
_KINDS = {"应用群聊": GroupKind.APP_CHAT, "群机器人": GroupKind.ROBOT}
_OF_CHATS = ("owner", "roles", "departments", "people")
_OF_ROBOTS = ("robot",)
_OPTIONAL = (*_OF_CHATS, *_OF_ROBOTS, "boards", "names")
_VARIABLE = re.compile(rf"{ROBOT_SECRETS}[A-Z0-9_]{{1,40}}(?<!_OLD)")
_SECRET_ITSELF = re.compile(r"key=|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_NAME_CHARS = 50
BOARDS = {word: word for word, job in JOB_WORDS.items() if job in (DAILY, WEEKLY, MONTHLY)}
"""The boards that groups can get, by the words for them."""


def read_groups(top: Value) -> Groups:
    """The file from its top."""
    table = top.table((), ("groups",))
    if "groups" not in table:
        return Groups()
    rows = table["groups"].tables(("key", "name", "kind"), _OPTIONAL)
    if len(rows) > MOST_GROUPS:
        table["groups"].problem("choice", found=f"有 {len(rows)} 个群", mend=f"最多 {MOST_GROUPS} 个")
    for name in ("key", "name", "robot"):
        check_once((row.values for row in rows), name)
    return Groups(tuple(_group(row.place, row.values) for row in rows))


def _group(place: Value, row: Table) -> Group:
    kind = (chosen(row["kind"], _KINDS) if "kind" in row else None) or GroupKind.APP_CHAT
    if "kind" in row:
        _check_kind(place, row, kind)
    paths = departments(row["departments"]) if "departments" in row else ()
    return Group(
        key=key(row["key"]) if "key" in row else "",
        name=row["name"].text(_NAME_CHARS) if "name" in row else "",
        kind=kind,
        owner=account(row["owner"]) if "owner" in row else "",
        people=each_of(row, "people", account),
        roles=tuple(role for role in each_of(row, "roles", _role, least=1) if role is not None),
        departments=paths,
        everybody="departments" in row and not paths,
        secret=_secret(row["robot"]) if "robot" in row else "",
        boards=tuple(filter(None, each_of(row, "boards", lambda value: chosen(value, BOARDS)))),
        names=yes_or_no(row, "names"),
    )


def _check_kind(place: Value, row: Table, kind: GroupKind) -> None:
    """What the kind of group wants is there, and what belongs to the other kind is not."""
    is_chat = kind is GroupKind.APP_CHAT
    for name in ("owner",) if is_chat else _OF_ROBOTS:
        if name not in row:
            place.missing(name)
    mend = "群机器人用" if is_chat else "应用群聊用，机器人进了哪个群就发到哪个群"
    for name in _OF_ROBOTS if is_chat else _OF_CHATS:
        if name in row:
            row[name].problem("choice", found=row[name].found(), mend=f"{name} 只有{mend}，请删掉这一行")
    if is_chat and not any(name in row for name in ("roles", "departments", "people")):
        place.problem("choice", found="没有成员", mend=f"请写 roles、departments（全公司写 {EVERYBODY}）或 people")


def _role(value: Value) -> Role | None:
    text = value.text()
    found = ROLE_WORDS.get(text)
    if text and found is None:
        value.problem("choice", found=quoted(text), near=likely(text, ROLE_WORDS), known=list(ROLE_WORDS))
    return found


def _secret(value: Value) -> str:
    """The name of a variable. A key that somebody wrote here by mistake is not repeated."""
    text = value.word()
    if _VARIABLE.fullmatch(text):
        return text
    value.problem(
        "shape",
        what=f"环境变量的名字，以 {ROBOT_SECRETS} 开头，大写；机器人的 key 写在那个变量里，不写在这里",
        found="像是 key 本身（内容不显示）" if _SECRET_ITSELF.search(text) else value.found(),
        example=f"{ROBOT_SECRETS}HOHHOT",
    )
    return ""
