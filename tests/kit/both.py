"""The sample company on both platforms: the fake WeCom of `kit.company`, and the fake DingTalk beside it, over real
HTTP; and its settings as a command at its terminal reads them, for a company that uses either or both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.commands_sync import Wanted, sync_people
from bot.explain import Unready
from bot.sandbox.dingtalk.limits import Limits
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.members import read_members
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import Settings, load_settings
from core.people.models import Person
from kit.clock import Clock
from kit.company import SECRETS, Company, open_company
from kit.dingtalk import CLIENT_ID, CLIENT_SECRET, CORP, DINGTALK, ROBOT

WECOM_ONLY, DINGTALK_ONLY = "wecom", "dingtalk"


@dataclass(slots=True)
class Both:
    """The company at work, with its DingTalk."""

    company: Company
    ding: DingTalk
    environ: dict[str, str]

    @property
    def own_url(self) -> str:
        """Where the bot's own routes are."""
        return self.company.platform.callback_url.removesuffix("/wecom/callback")

    def settings(self, uses: str = "both", **more: str) -> Settings:
        """What a command reads, in a company that `uses` one of the platforms or both."""
        settings = self.company.runtime.settings
        ours = {name: value for name, value in SECRETS.items() if uses != DINGTALK_ONLY or "WECOM" not in name}
        if uses != DINGTALK_ONLY:
            ours |= {"WECOM_API_BASE": self.company.platform.base_url}
        if uses != WECOM_ONLY:
            ours |= self.environ
        ours |= {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": settings.database_url,
            "TUOLING_CONFIG_DIR": str(settings.config_dir),
            "TUOLING_VAR_DIR": str(settings.var_dir),
        }
        return load_settings(ours | more, env_file=None)

    def synced(self, wanted: Wanted | None = None, uses: str = "both") -> list[str]:
        """What `tuoling people sync` prints, with the refusal at the end if there is one."""
        lines: list[str] = []
        try:
            for text in sync_people(self.settings(uses), wanted or Wanted()):
                lines += text.splitlines()
        except Unready as refused:
            lines += str(refused).splitlines()
        return lines

    def stands(self, name: str) -> tuple[str | None, str | None, str, str, bool] | None:
        """WeCom id, DingTalk id as it is sent, department, roles, works here; None for whom nobody knows by this
        name."""
        with self.company.runtime.store.read() as session:
            found = session.scalars(select(Person).where(Person.name == name)).unique().all()
        if not found:
            return None
        (person,) = found
        sent_as = person.dingtalk_spelling or person.dingtalk_userid
        return person.wecom_userid, sent_as, person.department.path, person.roles, person.left_at is None


@contextmanager
def open_both(database_url: str, var_dir: Path, clock: Clock, **environ: str) -> Iterator[Both]:
    """The company with the people of the sample on both platforms; `environ`: more settings."""
    ding = DingTalk(
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        corp_id=CORP,
        robot_code=ROBOT,
        members=read_members(PEOPLE_FILE, "dingtalk_userid"),
        clock=clock,
        limits=Limits(per_second=1_000),  # the test's clock stands still
    )
    with serve_dingtalk(ding) as base:
        ours = DINGTALK | {"DINGTALK_API_BASE": base, "DINGTALK_OAPI_BASE": base} | environ
        with open_company(database_url, var_dir, clock, **ours) as company:
            both = Both(company, ding, ours)
            ding.robot_url = f"{both.own_url}/dingtalk/robot"
            yield both
