"""A company with two groups: 管理层, a chat that the app makes, and 战报, in which a robot is.

with open_grouped(database_url, tmp_path, clock) as grouped:
    grouped.make()                      # both are there
    grouped.post(lambda unit: post.tell_group(unit, "wecom", "war", "放款 3 笔"))
    assert grouped.said("war") == ["放款 3 笔"]
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

import config
from bot.runtime import wecom_chats
from bot.sandbox.chats import Message
from bot.sandbox.groups import GroupChat
from core.groups.rules import Group
from core.store.outbox import OutboxRow
from core.store.unit import Unit
from jobs.chat_making import Made, make
from kit.clock import Clock
from kit.company import Company, open_company
from kit.drawing import BlockDrawer, board

SHIPPED = Path(config.__file__).parent / "company"
ROBOT_KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
VARIABLE = "TUOLING_ROBOT_WAR"
GROUPS = f"""
groups:
  - key: heads
    name: 管理层
    kind: 应用群聊
    owner: mengke
    roles: [经理, 管理员]
    boards: [日报]
  - key: war
    name: 战报
    kind: 群机器人
    robot: {VARIABLE}
    boards: [日报]
"""


def company_folder(folder: Path, groups: str = GROUPS) -> Path:
    """The shipped configuration with these groups."""
    made = folder / "company"
    shutil.copytree(SHIPPED, made, ignore=shutil.ignore_patterns("__pycache__"))
    (made / "groups.yaml").write_text(groups, encoding="utf-8")
    return made


@dataclass
class Grouped:
    """The company, its groups, and who draws its boards."""

    company: Company
    drawer: BlockDrawer
    serial: int = field(default=0)

    def group(self, key: str) -> Group:
        found = self.company.runtime.company.groups.of(key)
        assert found is not None
        return found

    def chat(self, key: str) -> GroupChat:
        """The group on the platform."""
        name = self.group(key).name
        (found,) = [each for each in self.company.platform.groups.all() if each.name == name]
        return found

    def make(self) -> None:
        """The app makes its chat; somebody makes the other group, and adds the robot."""
        store, settings = self.company.runtime.store, self.company.runtime.settings
        chats = wecom_chats(settings, store)
        assert chats is not None
        assert isinstance(make(store, chats, self.group("heads"), "root"), Made)
        self.company.platform.groups.begin("战报", "zhaojianguo", ("zhaojianguo", "lina", "batu"), ROBOT_KEY)
        self.company.settle()

    def post(self, *deeds: Callable[[Unit], None]) -> None:
        """Write messages, and send all that is due."""
        self.serial += 1
        with self.company.runtime.store.unit(request_id="test", origin=f"test:{self.serial}") as unit:
            for deed in deeds:
                deed(unit)
        self.company.settle()

    def messages(self, key: str) -> tuple[Message, ...]:
        """What stands in the group, without its welcome."""
        found = self.company.platform.groups.messages(self.chat(key).id)
        return tuple(each for each in found if "本群由驼铃建立" not in each.text)

    def said(self, key: str) -> list[str]:
        """The same: texts, and pictures as `[picture]`."""
        return [each.text if each.kind == "text" else "[picture]" for each in self.messages(key)]

    def rows(self) -> Sequence[OutboxRow]:
        """The outbox."""
        with self.company.runtime.store.read() as session:
            return session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()


@contextmanager
def open_grouped(database_url: str, folder: Path, clock: Clock, **environ: str) -> Iterator[Grouped]:
    """The company at work; its groups are made by `make`."""
    drawer = BlockDrawer({"day": board()})
    ours = {"TUOLING_CONFIG_DIR": str(company_folder(folder)), VARIABLE: ROBOT_KEY} | environ
    with open_company(database_url, folder / "var", clock, drawer=drawer, **ours) as company:
        yield Grouped(company, drawer)
