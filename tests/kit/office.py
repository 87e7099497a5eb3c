"""What tests of the address book share: the settings of a command beside the company, and who stands where."""

from collections.abc import Iterator

from sqlalchemy import select

from bot.commands_sync import Wanted, sync_people
from bot.explain import Unready
from config.settings import Settings, load_settings
from core.people.hints import HintRow
from core.people.models import Person
from kit.company import SECRETS, Company


def settings_of(company: Company, **more: str) -> Settings:
    """The company's settings, as a command at its terminal reads them."""
    settings = company.runtime.settings
    return load_settings(
        SECRETS
        | {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": settings.database_url,
            "TUOLING_CONFIG_DIR": str(settings.config_dir),
            "WECOM_API_BASE": company.platform.base_url,
        }
        | more,
        env_file=None,
    )


def synced(company: Company, wanted: Wanted | None = None, **more: str) -> list[str]:
    """What `tuoling people sync` prints, lines that it says before it refuses with the refusal at the end."""
    lines: list[str] = []
    try:
        lines += _each(sync_people(settings_of(company, **more), wanted or Wanted()), lines)
    except Unready as refused:
        return [*lines, *str(refused).splitlines()]
    return lines


def _each(said: Iterator[str], lines: list[str]) -> list[str]:
    for text in said:
        lines += text.splitlines()
    return []


def stands(company: Company, userid: str) -> tuple[str, str, str, bool] | None:
    """Name, department, roles, works here; None for whom nobody knows."""
    with company.runtime.store.read() as session:
        person = session.scalars(select(Person).where(Person.wecom_userid == userid)).unique().one_or_none()
        return (person.name, person.department.path, person.roles, person.left_at is None) if person else None


def hints_left(company: Company) -> int:
    """How many hints wait to be followed up."""
    with company.runtime.store.read() as session:
        return len(session.scalars(select(HintRow.id)).all())


def follow_up(company: Company) -> int:
    """What the scheduler does with hints, a little later; how many it settled."""
    company.clock.go(seconds=3)
    assert company.runtime.organisation is not None
    settled = company.runtime.organisation.round()
    company.settle()
    return settled
