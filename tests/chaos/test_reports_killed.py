"""SIGKILL while a provider is asked: it is asked again under the same key, and there is one report, paid for once."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kit.barriers import until
from kit.filled import filled
from kit.invariants import assert_kept
from kit.loan_invariants import loans_kept
from kit.loans import stands
from kit.processes import SHIPPED, House, open_house
from kit.providers import SECRET, VARIABLE
from sqlalchemy import delete, select, update

from bot.sandbox.demo_company import company_folder
from bot.sandbox.provider import FakeProvider, serve_provider
from core.leads import media
from core.leads.contact_outcomes import Received
from core.leads.filetypes import MediumKind
from core.leads.kept import Medium, MediumState
from core.loans import papers, service
from core.loans.outcomes import PaperPut, Started, Submitted
from core.risk.models import OutsideReport, ReportSpending, RiskDecision
from core.store.outbox import Kind, OutboxRow
from core.store.unit import utc_now

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


def hand_in(house: House) -> int:
    """An application of a customer who has authorised reports, without which it does not go on."""
    lead, actor, company = house.lead(by="batu"), house.person("batu").actor, house.runtime.company
    with house.runtime.store.unit(request_id="in", channel="wecom") as unit:
        started = service.start(unit, actor, lead, "credit", filled("credit"), company.loans)
        assert isinstance(started, Started)
        for key in ("id_card", "consent", "statements"):
            sent = media.receive(unit, actor, MediumKind.PICTURE, key, lead, company.pools)
            assert isinstance(sent, Received)
            kept = update(Medium).where(Medium.id == sent.medium_id).values(state=MediumState.KEPT.value)
            unit.session.execute(kept)
            put = papers.put(unit, actor, started.application_id, key, sent.medium_id, company.loans)
            assert isinstance(put, PaperPut)
        came = service.submit(unit, actor, started.application_id, company.loans)
        assert isinstance(came, Submitted)
        assert [each.provider.key for each in came.awaits] == ["radar"]
    with house.runtime.store.database.write() as session:  # nothing else is on its way: the kill meets the report
        session.execute(delete(OutboxRow).where(OutboxRow.kind != Kind.REPORT.value))
    return started.application_id


def reports(house: House) -> list[tuple[str, int]]:
    with house.runtime.store.read() as session:
        return [(one.state, one.cost_fen) for one in session.scalars(select(OutsideReport))]


@pytest.mark.parametrize(
    ("point", "asked"), [("relay_leased", 1), ("relay_before_send", 1), ("relay_after_send", 2), ("before_commit", 1)]
)
def test_a_report_survives_its_process(database_url: str, tmp_path: Path, point: str, asked: int) -> None:
    (tmp_path / "var").mkdir()
    provider = FakeProvider(SECRET, utc_now)
    with serve_provider(provider):
        port = urlsplit(provider.url).port
        assert port is not None
        folder = company_folder(tmp_path, SHIPPED, port)
        hosts = {"TUOLING_CONFIG_DIR": str(folder), "TUOLING_REPORT_HOSTS": "127.0.0.1", VARIABLE: SECRET}
        with open_house(database_url, tmp_path / "var", start=(), **hosts) as house:
            number = hand_in(house)
            house.stop_at("scheduler", point)
            house.start("scheduler")
            until(lambda: not house.processes["scheduler"].alive, "the scheduler's end")
            house.let_leases_run_out()
            house.start("scheduler")
            until(lambda: reports(house) == [("there", 350)] and house.is_quiet(), "the report")
            assert (len(provider.calls), provider.paid) == (asked, 1)
            assert stands(house, number)
            with house.runtime.store.read() as session:
                assert session.scalars(select(ReportSpending.fen)).one() == 350
                assert len(session.scalars(select(RiskDecision.id)).all()) == 1
            loans_kept(house.runtime.store)
            assert_kept(house.runtime.store, house.platform.journal)
