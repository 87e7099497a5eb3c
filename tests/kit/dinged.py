"""A company that uses DingTalk beside WeCom, and three groups: two as in `kit.grouped`, and 钉钉战报 on DingTalk.

with open_dinged(database_url, tmp_path, clock, "stream") as dinged:
    dinged.say("dt_batu", "帮助")                       # as he would, and all that follows is sent
    dinged.say("dt_wuyun", "群号", group=dinged.war)    # names the robot in a group
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.posting import Delivery
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.members import read_members
from bot.sandbox.seed import PEOPLE_FILE
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import OutboxRow
from core.store.unit import Unit
from kit.barriers import until
from kit.clock import Clock
from kit.company import Company, listening, open_company
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, DINGTALK
from kit.drawing import BlockDrawer, board
from kit.grouped import GROUPS, ROBOT_KEY, VARIABLE, company_folder

CONVERSATION = "cidGroup0001=="  # the first group of the fake DingTalk
ON_DINGTALK = f"""
  - key: dingwar
    name: 钉钉战报
    kind: 钉钉群
    conversation: {CONVERSATION}
    boards: [日报]
"""
MEMBERS = ("dt_wuyun", "dt_batu", "dt_lina")


@dataclass
class Dinged:
    """The company, its DingTalk and the group there."""

    company: Company
    ding: DingTalk
    drawer: BlockDrawer
    war: str
    serial: int = field(default=0)

    def say(self, userid: str, text: str, group: str | None = None) -> Delivery:
        """Type a message and have everything sent that follows."""
        return self.after(lambda: self.ding.say(userid, text, group))

    def after(self, deed: Callable[[], Delivery]) -> Delivery:
        """Something that is done at DingTalk, until it is worked on and all that follows is sent."""
        done = deed()
        self.worked()
        self.company.settle()
        return done

    def worked(self) -> None:
        """Wait until every event that was recorded is worked on."""
        until(lambda: not [row for row in self.inbox() if row.state == InboxState.NEW], "the work on all events")

    def post(self, *deeds: Callable[[Unit], None]) -> None:
        """Write messages, and send all that is due."""
        self.serial += 1
        with self.company.runtime.store.unit(request_id="test", origin=f"test:{self.serial}") as unit:
            for deed in deeds:
                deed(unit)
        self.company.settle()

    def heard(self, userid: str) -> list[str]:
        """What the robot has said in a person's single chat: texts, and anything else by its kind."""
        return [each.text or f"[{each.kind}]" for each in self.ding.chat(userid) if each.from_bot]

    def in_group(self) -> list[str]:
        """What the robot has said in the group."""
        return [each.text or f"[{each.kind}]" for each in self.ding.group_chat(self.war) if each.from_bot]

    def calls(self, name: str) -> int:
        """How often this interface was called."""
        return len(self.ding.journal.calls(name))

    def rows(self) -> Sequence[OutboxRow]:
        """The outbox."""
        with self.company.runtime.store.read() as session:
            return session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()

    def inbox(self) -> Sequence[InboxRow]:
        """The inbox."""
        with self.company.runtime.store.read() as session:
            return session.scalars(select(InboxRow)).all()


@contextmanager
def open_dinged(
    database_url: str, folder: Path, clock: Clock, mode: str = "http", *, mannered: bool = False, **environ: str
) -> Iterator[Dinged]:
    """The company at work. In Stream mode it holds its connection when the block begins."""
    with ExitStack() as stack:
        ding = DingTalk(
            client_id=CLIENT_ID,
            secret=CLIENT_SECRET,
            corp_id=CORP,
            members=read_members(PEOPLE_FILE, "dingtalk_userid"),
            mode="stream" if mode == "stream" else "http",
            clock=clock,
        )
        base = stack.enter_context(serve_dingtalk(ding))
        drawer = BlockDrawer({"day": board()})
        ours = {
            "TUOLING_CONFIG_DIR": str(company_folder(folder, GROUPS + ON_DINGTALK.removeprefix("\n"))),
            VARIABLE: ROBOT_KEY,
            **DINGTALK,
            "DINGTALK_MODE": mode,
            "DINGTALK_API_BASE": base,
            "DINGTALK_OAPI_BASE": base,
        } | environ
        company = stack.enter_context(
            open_company(database_url, folder / "var", clock, drawer=drawer, mannered=mannered, **ours)
        )
        war = ding.put_group("钉钉战报", MEMBERS)
        assert war == CONVERSATION
        ding.robot_url = company.platform.callback_url.replace("/wecom/callback", "/dingtalk/robot")
        if mode == "stream":
            stack.enter_context(listening(company, ding))
        yield Dinged(company, ding, drawer, war)
