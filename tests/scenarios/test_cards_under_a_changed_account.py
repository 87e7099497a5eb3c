"""What hangs in the chat of an account that is another person's now, or nobody's, shows nothing of a customer. It is
DingTalk that changes a card wherever it hangs; WeCom changes it for who has the account."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import EVERYBODY, ON_ONE_DATABASE, Company, open_company

from bot.peoplefile import read_people
from bot.sandbox.faults import Fault
from bot.sandbox.seed import PEOPLE_FILE
from core.people.events import AccountGivenUp
from core.people.service import Imported, import_people
from core.store import post
from core.store.sessions import Session
from jobs.screens import lead_face

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


def move(company: Company, folder: Path) -> None:
    """batu has from now on what was zhangsan's account, who has none."""
    give(company, folder, {"zhangsan": ""})
    give(company, folder, {"zhangsan": "", "batu": "dt_zhangsan"})


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


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.STATUS_500, Fault.ACCEPT_THEN_DROP])
def test_what_was_to_come_comes_to_the_account_of_now(company: Company, tmp_path: Path, fault: Fault) -> None:
    """A card that was not sent yet is sent there; of one that may have come a fresh one is."""
    assert company.ding is not None
    lead, batu = company.lead("刘志强", NUMBER, by="batu"), company.person("batu").actor.id
    company.ding.faults.order(api="card/instances/createAndDeliver", fault=fault)
    with company.runtime.store.unit(request_id="test", origin="before") as unit:
        post.show(unit, "dingtalk", batu, lead_face(lead))
    company.settle()
    move(company, tmp_path)
    for _ in range(3):
        company.clock.go(minutes=1)
        company.settle()
    assert "刘" in hangs(company, "dt_zhangsan")
    assert "刘" not in hangs(company, "dt_batu")


def test_on_wecom_what_is_on_its_way_stays_what_it_is(company: Company) -> None:
    """A change there is for one account alone."""
    lead, batu = company.lead("刘志强", NUMBER, by="batu"), company.person("batu").actor.id
    company.platform.faults.order(api="message/send", fault=Fault.ACCEPT_THEN_DROP)
    with company.runtime.store.unit(request_id="test", origin="before") as unit:
        post.show(unit, "wecom", batu, lead_face(lead))
    company.settle()
    with company.runtime.store.unit(request_id="test", origin="changed") as unit:
        unit.happened(AccountGivenUp(batu, "wecom"))
    for _ in range(3):
        company.clock.go(minutes=1)
        company.settle()
    (card,) = [each for each in company.platform.chat("batu") if each.from_bot and each.card]
    assert "刘志强" in str(card.card)


def test_nothing_is_said_by_the_session_of_an_account_that_is_anothers(company: Company, tmp_path: Path) -> None:
    """He wrote, and before he was answered his account was given away."""
    assert company.ding is not None
    batu = company.person("batu").actor.id
    session = Session(f"{company.ding.base_url}/robot/sendBySession?session=x", company.clock() + timedelta(hours=1))
    with company.runtime.store.unit(request_id="test", origin="before") as unit:
        post.say(unit, "dingtalk", batu, f"电话：{NUMBER}", session=session)
    move(company, tmp_path)
    company.settle()
    assert not company.ding.journal.calls("robot/sendBySession")
    assert NUMBER in hangs(company, "dt_zhangsan")


def test_who_gets_no_other_account_keeps_his_cards(company: Company, tmp_path: Path) -> None:
    lead = company.lead("刘志强", NUMBER)
    company.person("batu").say(f"客户 L{lead}")
    give(company, tmp_path, {"batu": "dt_batu", "zhangsan": "dt_zhang9"})
    company.settle()
    assert "刘" in hangs(company, "dt_batu")
