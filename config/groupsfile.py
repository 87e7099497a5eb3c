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
KINDS = {"应用群聊": GroupKind.APP_CHAT, "群机器人": GroupKind.ROBOT, "钉钉群": GroupKind.DING}
"""The kinds of groups, by the words for them."""
# What only one kind has; the first of it is what it must have.
_OF_KIND = {
    GroupKind.APP_CHAT: ("owner", "roles", "departments", "people"),
    GroupKind.ROBOT: ("robot",),
    GroupKind.DING: ("conversation",),
}
_REACHED = {
    GroupKind.APP_CHAT: "驼铃建群、管成员",
    GroupKind.ROBOT: "机器人进了哪个群就发到哪个群",
    GroupKind.DING: "按群号发到驼铃机器人所在的钉钉群",
}
_OPTIONAL = (*(name for names in _OF_KIND.values() for name in names), "boards", "names")
_CONVERSATION = re.compile(r"cid[0-9A-Za-z+/=_-]{5,97}")
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
    for name in ("key", "name", "robot", "conversation"):
        check_once((row.values for row in rows), name)
    return Groups(tuple(_group(row.place, row.values) for row in rows))


def _group(place: Value, row: Table) -> Group:
    kind = (chosen(row["kind"], KINDS) if "kind" in row else None) or GroupKind.APP_CHAT
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
        conversation=_conversation(row["conversation"]) if "conversation" in row else "",
        boards=tuple(filter(None, each_of(row, "boards", lambda value: chosen(value, BOARDS)))),
        names=yes_or_no(row, "names"),
    )


def _check_kind(place: Value, row: Table, kind: GroupKind) -> None:
    """What the kind of group wants is there, and what belongs to another kind is not."""
    word = {kind: word for word, kind in KINDS.items()}
    if _OF_KIND[kind][0] not in row:
        place.missing(_OF_KIND[kind][0])
    for other, names in _OF_KIND.items():
        for name in names if other is not kind else ():
            if name in row:
                mend = f"{name} 只有{word[other]}用，{word[kind]}{_REACHED[kind]}，请删掉这一行"
                row[name].problem("choice", found=row[name].found(), mend=mend)
    if kind is GroupKind.APP_CHAT and not any(name in row for name in ("roles", "departments", "people")):
        place.problem("choice", found="没有成员", mend=f"请写 roles、departments（全公司写 {EVERYBODY}）或 people")


def _role(value: Value) -> Role | None:
    text = value.text()
    found = ROLE_WORDS.get(text)
    if text and found is None:
        value.problem("choice", found=quoted(text), near=likely(text, ROLE_WORDS), known=list(ROLE_WORDS))
    return found


def _conversation(value: Value) -> str:
    """A group's id on DingTalk, as 群号 tells it."""
    text = value.word()
    if _CONVERSATION.fullmatch(text):
        return text
    value.problem(
        "shape",
        what="钉钉群的群号，以 cid 开头：管理员在群里 @ 驼铃机器人发「群号」，机器人会单独告诉他",
        found=value.found(),
        example="cidABCdef0123456789==",
    )
    return ""


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
