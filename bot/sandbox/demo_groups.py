"""The made-up company's groups: on WeCom 管理层, which the app makes, and 战报, to which somebody has added a robot; on
DingTalk one that has the app's robot in it, which hears who calls it by name."""

from pathlib import Path

from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store, wecom_chats
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.members import read_accounts
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from config.in_force import InForce
from config.settings import Settings
from jobs.chat_making import make

ROBOT = "TUOLING_ROBOT_ZHANBAO"
"""The variable that holds the made-up robot's key."""
FILE = "groups.yaml"
_ROBOT_GROUP = "呼和浩特战报"
_ROBOT_MEMBERS = ("zhaojianguo", "mengke", "lina", "batu", "zhangsan", "naren", "sunli", "wangqiang", "surina")
_DING_GROUP = "呼和浩特业务群"
_GROUPS = f"""\
groups:
  - key: management
    name: 管理层
    kind: 应用群聊
    owner: mengke
    roles: [经理, 管理员]
    boards: [日报, 周报, 月报]
  - key: hohhot
    name: {_ROBOT_GROUP}
    kind: 群机器人
    robot: {ROBOT}
    boards: [日报]
"""


def switch_on(file: Path) -> None:
    """Put the groups into the demo's `groups.yaml`, below what explains it."""
    above = file.read_text(encoding="utf-8").partition("\ngroups:")[0] if file.exists() else ""
    file.write_text(f"{above}\n{_GROUPS}" if above else _GROUPS, encoding="utf-8")


def begin(settings: Settings, platform: Platform, ding: DingTalk) -> None:
    """Make the groups on the platforms, which have forgotten all since they ran last. Those that somebody changed in
    the demo's configuration are made as they are there."""
    accounts = read_accounts(PEOPLE_FILE)
    ding.put_group(_DING_GROUP, [accounts[userid] for userid in _ROBOT_MEMBERS if userid in accounts])
    store = open_store(settings)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    chats = wecom_chats(settings, store)
    if chats is not None:
        for group in in_force.now.groups.chats:
            make(store, chats, group, "demo")
    for key in settings.secrets_in(ROBOT):
        platform.groups.begin(_ROBOT_GROUP, _ROBOT_MEMBERS[0], _ROBOT_MEMBERS, key.get_secret_value())
    store.database.dispose()
