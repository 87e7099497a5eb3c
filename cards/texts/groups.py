"""群聊: what is said in a group when it is made, and what an administrator hears when nothing gets there any more."""

from collections.abc import Sequence

from core.groups.rules import Group, GroupKind

_MEND = {
    GroupKind.APP_CHAT: "群可能已经解散，或不是驼铃建的。请运行 tuoling groups create {key} 重新建群。",
    GroupKind.ROBOT: (
        "群机器人可能已被移除、停用，或换了地址。请在群里重新添加机器人，把它的 key 写进 {secret}，重启全部进程，"
        "再运行 tuoling groups test {key}。"
    ),
    GroupKind.DING: (
        "群可能已经解散，机器人可能已被移出群，或者群号写错了。请在群里重新添加机器人，在群里 @ 它发「群号」，"
        "把收到的群号写进 groups.yaml 的 conversation，再运行 tuoling groups test {key}。"
    ),
}


def welcome(boards: Sequence[str]) -> str:
    """The first message in a chat that the app has made: without one nobody sees it."""
    what = f"会发 {'、'.join(boards)}" if boards else "会发数据看板"
    return f"本群由驼铃建立，{what}。这里只有汇总数字，没有客户信息；要看明细，请到驼铃应用里问。"


ALONE = "您好！客户和业务上的事，我只在单聊里回答：请点我的头像，私聊我。"
"""What is said in a group to whoever calls the robot there."""


def group_id(title: str, conversation: str, known: Group | None) -> str:
    """To an administrator alone, who has asked for it in the group: what `groups.yaml` wants to know of it."""
    name = f"「{title}」" if title else "这个群"
    if known is not None:
        return f"{name}的群号是 {conversation}，groups.yaml 里已经有了，编号 {known.key}。"
    return (
        f"{name}的群号是 {conversation}。写进 groups.yaml：\n"
        f"kind: 钉钉群\nconversation: {conversation}\n"
        "再运行 tuoling config apply 和 tuoling groups test，见文件里的说明。"
    )


def test_message(name: str) -> str:
    """What `tuoling groups test` sends."""
    return f"这是驼铃发到「{name}」的测试消息，收到就说明设置对了。"


def gone(group: Group) -> str:
    """To the administrators, once: the group gets nothing any more."""
    mend = _MEND[group.kind].format(key=group.key, secret=group.secret)
    return f"「{group.name}」收不到驼铃的消息了。{mend}\n在这之前的看板不会自动补发，各人照样可以在应用里看。"
