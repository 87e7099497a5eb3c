"""groups.yaml: which groups there are, who belongs to them, and every mistake with its place."""

import pytest

from config.groupsfile import read_groups
from config.problems import Problem
from config.yamlfile import read_yaml
from core.groups.rules import Group, GroupKind, Groups
from core.people.policy import Role


def read(text: str) -> tuple[Groups, list[str]]:
    problems: list[Problem] = []
    top = read_yaml(text.encode(), "groups.yaml", problems)
    assert top is not None
    return read_groups(top), [str(problem) for problem in problems]


def test_a_chat_and_a_robot() -> None:
    groups, problems = read("""
groups:
  - key: heads
    name: 管理层
    kind: 应用群聊
    owner: MengKe
    roles: [经理, 管理员]
    departments: [呼和浩特, 包头/一部]
    people: wuyun
    boards: [日报, 周报]
    names: 是
  - {key: all, name: 全员群, kind: 应用群聊, owner: mengke, departments: 全员}
  - {key: war, name: 战报, kind: 群机器人, robot: TUOLING_ROBOT_WAR, boards: 日报}
""")
    assert problems == []
    heads, everybody, war = groups.groups
    assert heads == Group(
        "heads",
        "管理层",
        GroupKind.APP_CHAT,
        owner="mengke",
        people=("wuyun",),
        roles=(Role.MANAGER, Role.ADMIN),
        departments=("呼和浩特", "包头/一部"),
        boards=("日报", "周报"),
        names=True,
    )
    assert (everybody.everybody, everybody.departments) == (True, ())
    assert (war.kind, war.secret, war.boards, war.names) == (GroupKind.ROBOT, "TUOLING_ROBOT_WAR", ("日报",), False)
    assert groups.of("war") == war
    assert groups.getting("日报") == (heads, war)
    assert groups.chats == (heads, everybody)


@pytest.mark.parametrize("text", ["groups: []", "groups:\n  []\n", "{}"])
def test_no_groups(text: str) -> None:
    assert read(text) == (Groups(), [])


CHAT = "groups:\n  - key: heads\n    name: 管理层\n    kind: 应用群聊\n    owner: mengke\n    roles: 经理\n"
ROBOT = "groups:\n  - key: war\n    name: 战报\n    kind: 群机器人\n    robot: TUOLING_ROBOT_WAR\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CHAT.replace("    owner: mengke\n", ""), "第 2 行 groups.yaml：缺少 “owner”"),
        (CHAT.replace("    roles: 经理\n", ""), "没有成员"),
        (CHAT.replace("应用群聊", "群聊"), "kind"),
        (CHAT.replace("经理", "客户经里"), "是不是 “客户经理”"),
        (CHAT + "    robot: TUOLING_ROBOT_X\n", "robot 只有群机器人用"),
        (ROBOT.replace("    robot: TUOLING_ROBOT_WAR\n", ""), "缺少 “robot”"),
        (ROBOT + "    roles: 经理\n", "roles 只有应用群聊用"),
        (ROBOT.replace("TUOLING_ROBOT_WAR", "WAR"), "环境变量的名字，以 TUOLING_ROBOT_ 开头"),
        (ROBOT.replace("TUOLING_ROBOT_WAR", "TUOLING_ROBOT_WAR_OLD"), "环境变量的名字"),
        (ROBOT + ROBOT.removeprefix("groups:\n").replace("war", "two").replace("战报", "二"), "TUOLING_ROBOT_WAR"),
        (ROBOT + "    names: 也许\n", "names"),
        (ROBOT.replace("key: war", "key: 战"), "key"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1, problems
    assert said in problems[0]


@pytest.mark.parametrize(
    "written",
    ["693a91f6-7a0b-4bc4-97a0-0ec2fa5aaaaa", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"],
)
def test_a_key_that_was_written_into_the_file_is_not_repeated(written: str) -> None:
    _, problems = read(ROBOT.replace("TUOLING_ROBOT_WAR", f'"{written}"'))
    (said,) = problems
    assert "像是 key 本身（内容不显示）" in said
    assert "693a91f6" not in said


def test_so_many_groups_at_most() -> None:
    rows = "".join(
        ROBOT.removeprefix("groups:\n").replace("war", f"g{n}").replace("战报", f"群{n}").replace("_WAR", f"_G{n}")
        for n in range(31)
    )
    assert "有 31 个群" in read(f"groups:\n{rows}")[1][0]


DING = (
    "groups:\n  - key: ding\n    name: 钉钉群\n    kind: 钉钉群\n    conversation: cidHohhot0001==\n    boards: 日报\n"
)


def test_a_group_on_dingtalk() -> None:
    groups, problems = read(DING)
    assert problems == []
    (ding,) = groups.groups
    assert ding == Group("ding", "钉钉群", GroupKind.DING, conversation="cidHohhot0001==", boards=("日报",))
    assert [group.channel for group in (*groups.groups, *read(CHAT)[0].groups, *read(ROBOT)[0].groups)] == [
        "dingtalk",
        "wecom",
        "wecom",
    ]
    assert groups.chats == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DING.replace("    conversation: cidHohhot0001==\n", ""), "缺少 “conversation”"),
        (DING.replace("cidHohhot0001==", "呼和浩特"), "钉钉群的群号，以 cid 开头"),
        (DING.replace("cidHohhot0001==", "chatHohhot0001"), "钉钉群的群号，以 cid 开头"),
        (DING + "    robot: TUOLING_ROBOT_WAR\n", "robot 只有群机器人用"),
        (DING + "    owner: mengke\n", "owner 只有应用群聊用"),
        (ROBOT + "    conversation: cidHohhot0001==\n", "conversation 只有钉钉群用"),
        (
            DING + DING.removeprefix("groups:\n").replace("key: ding", "key: two").replace("name: 钉钉群", "name: 二"),
            "cid",
        ),
    ],
)
def test_what_is_wrong_with_a_group_on_dingtalk_is_told(text: str, said: str) -> None:
    _, problems = read(text)
    assert len(problems) == 1, problems
    assert said in problems[0]
