"""`tuoling audit export` on what the customer authorised, and what was asked about him outside."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Colleague, Company
from kit.filled import filled
from kit.reports import LOW_SCORE, asks_for_reports, radar
from sqlalchemy import update

from bot.commands_audit import Wanted, export_application
from bot.export import worded
from core.dossier import reading
from core.dossier.reading import Means
from core.loans import service
from core.loans.outcomes import Started
from core.privacy import Vault
from core.risk.models import OutsideReport

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 64
NAME = "刘志强"
pytestmark = ON_ONE_DATABASE


@pytest.fixture
def batu(company: Company) -> Colleague:
    """The officer."""
    return company.person("batu")


@pytest.fixture
def number(company: Company, batu: Colleague) -> int:
    """An application whose customer signed, about whom a provider was asked, and who took back what he signed."""
    bureau = asks_for_reports(company, radar(mandatory=True), rules=(LOW_SCORE,))
    lead, rules = company.lead(NAME, "13947100001", by="batu"), company.runtime.company.loans
    with company.runtime.store.unit(request_id="test") as unit:
        started = service.start(unit, batu.actor, lead, "house", filled("house"), rules)
    assert isinstance(started, Started)
    begun = started.application_id
    batu.say(f"补材料 A{begun} 征信授权书")
    company.clock.go(seconds=20)
    batu.after(lambda: company.platform.send_picture("batu", PNG))
    batu.say("好了")
    bureau.answers.append(bureau.report(score=520.0, lawsuits=2.0, name=NAME))
    batu.say(f"提交 A{begun}")
    company.clock.go(minutes=1)
    batu.say(f"撤回授权 A{begun}")
    return begun


def exported(company: Company, number: int, out: Path, **more: Any) -> dict[str, Any]:
    """The data, as it stands in the file."""
    list(export_application(company.runtime.settings, f"A{number}", Wanted(out, **more)))
    found: dict[str, Any] = json.loads((out / f"A{number}.json").read_text(encoding="utf-8"))
    return found


def test_what_was_signed_and_taken_back(company: Company, number: int, tmp_path: Path) -> None:
    found = exported(company, number, tmp_path)
    given = found["consents"]
    assert [(one["purpose"], one["until"], one["by"]["name"]) for one in given] == [
        ("征信查询", "2027-02-22", "巴特尔·孟和"),
        ("大数据查询", "2027-02-22", "巴特尔·孟和"),
    ]
    assert {(one["application"], one["paper"]["name"], one["ended_why"]) for one in given} == {
        (f"A{number}", "征信授权书", "withdrawn")
    }
    assert given[0]["files"] == [found["papers"][0]["medium"]]
    assert given[0]["ended_by"]["name"] == "巴特尔·孟和"
    said = {one["action"] for one in found["audit"]}
    assert {"consent:given", "consent:withdrawn", "report:asked", "report:there"} <= said
    assert "客户撤回" in (tmp_path / f"A{number}.html").read_text(encoding="utf-8")


def test_what_was_asked_outside_and_what_the_rules_made_of_it(company: Company, number: int, tmp_path: Path) -> None:
    found = exported(company, number, tmp_path)
    (report,) = found["reports"]
    assert (report["provider"]["key"], report["state"], report["cost_fen"]) == ("radar", "there", 350)
    assert report["consent"] == found["consents"][1]["number"]
    assert {one["key"]: one["value"] for one in report["figures"]} == {"radar_score": 520.0, "radar_lawsuits": 2.0}
    assert report["raw"] is None
    decision, without = found["risk"]
    assert without["reports"] == [], "the customer took it back"
    (used,) = decision["reports"]
    assert (used["number"], used["provider"]["key"], used["days"]) == (report["number"], "radar", 0)
    assert decision["replay"] == "same"
    assert "大数据分 520，低于 550" in [one["said"] for one in decision["hits"]]
    for file in tmp_path.glob("A*"):
        assert NAME not in file.read_text(encoding="utf-8")


def test_the_answer_as_it_came_only_in_full(company: Company, number: int, tmp_path: Path) -> None:
    (report,) = exported(company, number, tmp_path, full=True, reason="监管检查")["reports"]
    assert json.loads(report["raw"])["data"]["name"] == NAME


def test_one_that_does_not_open_and_one_that_is_deleted(company: Company, number: int, tmp_path: Path) -> None:
    foreign = Vault(b"x" * 32).seal("somewhere", "else")
    with company.runtime.store.database.write() as session:
        session.execute(update(OutsideReport).values(figures=foreign, raw=foreign))
    (report,) = exported(company, number, tmp_path)["reports"]
    assert (report["figures"], report["raw"]) == ({"unreadable": True}, {"unreadable": True})
    with company.runtime.store.database.write() as session:
        session.execute(update(OutsideReport).values(figures=None, raw=None))
    (report,) = exported(company, number, tmp_path, force=True)["reports"]
    assert (report["figures"], report["raw"], report["state"]) == (None, None, "there")


def test_figures_are_called_as_the_company_calls_them(company: Company, number: int) -> None:
    store, now = company.runtime.store, company.runtime.company
    with store.snapshot() as session:
        means = Means(now.tagging, now.pools, now.providers)
        begun = reading.begin(session, store.vault, number, store.clock(), means)
        assert begun is not None
        (report,) = worded.reports(begun)
    assert report.provider.name == "大数据分"
    assert isinstance(report.figures, tuple)
    assert [(one.label, one.said) for one in report.figures] == [("涉诉次数", "2次"), ("大数据分", "520")]
