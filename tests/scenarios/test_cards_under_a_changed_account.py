"""What hangs in the chat of an account that is another person's now, or nobody's, shows nothing of a customer. It is
DingTalk that changes a card wherever it hangs; WeCom changes it for who has the account."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import EVERYBODY, ON_ONE_DATABASE, Company, open_company

from bot.peoplefile import read_people
from bot.sandbox.seed import PEOPLE_FILE
from core.people.service import Imported, import_people

pytestmark = ON_ONE_DATABASE

NUMBER = "13947100001"


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """Everybody has both platforms, and acts on DingTalk."""
    with open_company(database_url, tmp_path / "var", clock, on_dingtalk=EVERYBODY) as company:
        yield company


def give(company: Company, folder: Path, accounts: Mapping[str, str]) -> None:
    """The people's file is corrected: these people, by their WeCom account, have these accounts on DingTalk."""
    rows = list(csv.DictReader(io.StringIO(PEOPLE_FILE.read_text(encoding="utf-8"))))
    for row in rows:
        row["dingtalk_userid"] = accounts.get(row["wecom_userid"], row["dingtalk_userid"])
    file = folder / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with company.runtime.store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, read_people(file)), Imported)


def hangs(company: Company, account: str) -> str:
    """All that is to be read in the chat of this account."""
    assert company.ding is not None
    return "\n".join(f"{each.text} {each.card}" for each in company.ding.chat(account) if each.from_bot)


@pytest.mark.parametrize(
    "steps",
    [
        [{"batu": "dt_batu2", "zhangsan": ""}, {"batu": "dt_batu2", "zhangsan": "dt_batu"}],
        [{"batu": "", "zhangsan": ""}, {"batu": "", "zhangsan": "dt_batu"}],
    ],
    ids=["another", "none"],
)
def test_it_says_that_it_is_over_and_never_anything_of_the_customer_again(
    company: Company, tmp_path: Path, steps: list[Mapping[str, str]]
) -> None:
    """Was: batu claims the lead on WeCom, and its card in what is zhangsan's chat now shows name and phone."""
    lead = company.lead("刘志强", NUMBER)
    batu = company.person("batu").actor.id
    assert company.person("batu").say(f"客户 L{lead}").card
    for step in steps:
        give(company, tmp_path, step)
    company.settle()
    company.clock.go(minutes=1)
    company.settle()
    assert "这张卡片已失效" in hangs(company, "dt_batu")
    assert "刘" not in hangs(company, "dt_batu")
    company.platform.say("batu", f"领取 L{lead}")
    company.settle()
    company.clock.go(minutes=1)
    company.settle()
    assert company.owner(lead) == batu
    assert NUMBER not in hangs(company, "dt_batu")
    assert "刘" not in hangs(company, "dt_batu")


def test_who_gets_no_other_account_keeps_his_cards(company: Company, tmp_path: Path) -> None:
    lead = company.lead("刘志强", NUMBER)
    company.person("batu").say(f"客户 L{lead}")
    give(company, tmp_path, {"batu": "dt_batu", "zhangsan": "dt_zhang9"})
    company.settle()
    assert "刘" in hangs(company, "dt_batu")
