"""The bot's web application with two channels that may push leads, and the people of the sample company."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_kit import CHANNELS, OTHER_KEY, OTHER_SECRET, SECRETS_OF_CHANNELS, Sender
from kit.clock import Clock
from kit.company import SECRETS

import config.company
from bot.app import create_app
from bot.peoplefile import read_people
from bot.runtime import Runtime, build
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import load_settings
from core.people.service import import_people
from jobs.bell import NullBell

SHIPPED = Path(config.company.__file__).parent / "company"


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Runtime]:
    folder = tmp_path / "company"
    folder.mkdir()
    shutil.copy(SHIPPED / "pools.yaml", folder)
    (folder / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    environ = (
        SECRETS
        | SECRETS_OF_CHANNELS
        | {"TUOLING_ENV": "test", "TUOLING_DATABASE_URL": database_url, "TUOLING_SQLITE_SYNC": "normal"}
        | {"TUOLING_VAR_DIR": str(tmp_path / "var"), "TUOLING_CONFIG_DIR": str(folder)}
    )
    made = build(load_settings(environ, env_file=None), clock=clock)
    with made.store.unit(request_id="test") as unit:
        import_people(unit, read_people(PEOPLE_FILE))
    yield made
    made.store.database.dispose()


@pytest.fixture
def sender(runtime: Runtime, clock: Clock) -> Sender:
    """抖音."""
    return Sender(create_app(runtime, NullBell()).test_client(), clock)


@pytest.fixture
def other(sender: Sender) -> Sender:
    """快手."""
    return Sender(sender.client, sender.clock, OTHER_KEY, OTHER_SECRET)
