"""`tuoling doctor` on 预审: products without rules, versions that cannot be read, people on the blacklist who are not
known again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.doctor_risk import examine_risk
from bot.health import Part
from bot.phrases.command_words import COMMAND_WORDS
from config.company import Company, load_company
from config.settings import Settings, load_settings
from core.loans import definitions
from core.loans.models import Definition
from core.privacy import Vault
from core.risk import blacklist
from core.risk.models import Blacklisted
from core.risk.policy import Policies
from core.store.database import Database
from core.store.unit import Store

SHIPPED = Path(Settings.model_fields["config_dir"].default)
KEY = b"secret-secret-secret-secret-0001"


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """The installation's."""
    return load_settings(environ, env_file=None)


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    """Its store, whose master key is that of the settings."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    yield Store(database, Vault(KEY))
    database.dispose()


def shipped() -> Company:
    """The company as shipped."""
    return load_company(SHIPPED, COMMAND_WORDS)


def said(store: Store, settings: Settings, company: Company | None = None) -> dict[str, Part]:
    """Each part, by name."""
    return {part.name: part for part in examine_risk(company or shipped(), store.database, settings)}


def pinned(store: Store) -> None:
    """A form, a flow and a policy, written down."""
    company = shipped()
    with store.unit(request_id="test") as unit:
        for thing in (company.forms[0], company.flows.flows[0], company.risk.policies[0]):
            definitions.pin(unit, thing)


def test_all_is_well(store: Store, settings: Settings) -> None:
    pinned(store)
    found = said(store, settings)
    assert [part.ok for part in found.values()] == [True, True, True]
    assert found["风控规则"].said.startswith("房抵 ")
    assert list(found) == ["风控规则", "用过的版本", "黑名单"]


def test_a_product_without_rules(store: Store, settings: Settings) -> None:
    company = shipped()
    others = tuple(each for each in company.risk.policies if each.product != "car")
    found = said(store, settings, replace(company, risk=Policies(others)))["风控规则"]
    assert (found.ok, found.needed) == (False, False)
    assert found.said.startswith("车抵 没有规则，提交时不做预审")


@pytest.mark.parametrize("body", ["{}", "no json", '{"key": "loan"}'])
def test_a_version_that_cannot_be_read_or_was_altered(store: Store, settings: Settings, body: str) -> None:
    pinned(store)
    with store.database.write() as session:
        session.execute(update(Definition).where(Definition.kind == "risk").values(body=body))
    found = said(store, settings)["用过的版本"]
    assert (found.ok, found.needed) == (False, True)
    assert "风控规则 " in found.said
    assert "第1版 读不出来，或被改过" in found.said


def test_one_that_can_be_read_but_says_something_else(store: Store, settings: Settings) -> None:
    pinned(store)
    with store.database.write() as session:
        row = session.query(Definition).where(Definition.kind == "flow").one()
        row.body = row.body.replace("初审", "终审")
    found = said(store, settings)["用过的版本"]
    assert "流程 standard 第1版" in found.said


def test_a_kind_of_which_this_release_knows_nothing(store: Store, settings: Settings) -> None:
    values = {"digest": "0" * 64, "kind": "new", "key": "x", "number": 1, "body": "{}", "at": datetime.now(UTC)}
    with store.database.write() as session:
        session.execute(insert(Definition).values(**values))
    assert "new x 第1版" in said(store, settings)["用过的版本"].said


def test_who_is_on_the_blacklist_and_is_not_known_again(store: Store, settings: Settings) -> None:
    numbers = [blacklist.number_of(each) for each in ("13800001111", "13800002222")]
    with store.unit(request_id="test") as unit:
        for number in numbers:
            assert number is not None
            blacklist.add(unit, number, "欠款", None)
    assert said(store, settings)["黑名单"].ok
    with store.database.write() as session:
        foreign = Vault(b"x" * 32).seal("somewhere", "else")
        session.execute(update(Blacklisted).where(Blacklisted.id == 1).values(number=foreign))
    found = said(store, settings)["黑名单"]
    assert not found.ok
    assert found.said == "1 个号码解不开，也认不出来：他们的进件不会因此建议拒绝"
    with store.unit(request_id="test") as unit:
        assert numbers[1] is not None
        blacklist.take_off(unit, numbers[1])
    assert said(store, settings)["黑名单"].said.startswith("1 个")


def test_a_database_that_is_away_is_told(settings: Settings, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    found = [part for part in examine_risk(shipped(), empty, settings) if part.name == "预审"]
    assert [(part.ok, part.needed) for part in found] == [(False, False)]
    empty.dispose()
