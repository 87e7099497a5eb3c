"""The sandbox's applications: there are some in every state that matters, and they are what the verbs would have
made of them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kit.clock import Clock
from sqlalchemy import func, select

from bot.phrases.command_words import COMMAND_WORDS
from bot.sandbox.sample_applications import TALES, Ends, Tale, answers, company_code
from bot.sandbox.seed import seed
from bot.sandbox.telling import PAPER, Teller
from config.company import Company, load_company
from config.settings import Settings
from core.leads.kept import Medium, key_place
from core.loans.bottlenecks import Pick, bottlenecks
from core.loans.flows import Flows
from core.loans.loan_now import loan_now
from core.loans.models import Application, Happening, State, StepRow, Task, TaskKind
from core.loans.progress import progress
from core.loans.todo import TaskLine, of_person
from core.people.models import Person
from core.people.queries import by_userid
from core.privacy import normal_credit_code
from core.risk import record
from core.risk.models import RiskDecision
from core.store import audit
from core.store.audit import Intact
from core.store.files import Files
from core.store.unit import Store


@pytest.fixture(scope="module")
def company() -> Company:
    """The company as shipped."""
    return load_company(Path(Settings.model_fields["config_dir"].default), COMMAND_WORDS)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Where the pictures go."""
    return Files(tmp_path / "media")


def told(store: Store, company: Company, files: Files) -> int:
    """The sample company, with its applications; how many these are."""
    assert seed(store, company.pools)
    return Teller(store, company, files, store.clock()).tell()


def test_each_tale_comes_to_where_it_ends(store: Store, company: Company, files: Files, clock: Clock) -> None:
    assert told(store, company, files) == len(TALES)
    with store.read() as session:
        rows = session.scalars(select(Application).order_by(Application.id)).all()
        nodes = dict(
            session.execute(select(StepRow.application_id, StepRow.node).where(StepRow.left_at.is_(None))).all()
        )
    stands = {
        Ends.DRAFT: ("draft", None),
        Ends.DROPPED: ("dropped", None),
        Ends.PAPERS: ("running", "signing"),
        Ends.RISK: ("running", "risk_review"),
        Ends.REVIEW: ("running", "first_review"),
        Ends.RETURNED: ("returned", "start"),
        Ends.REFUSED: ("ended", None),
        Ends.SECOND: ("running", "second_review"),
        Ends.SIGNING: ("running", "signing"),
        Ends.PAYOUT: ("running", "payout"),
        Ends.LENT: ("ended", None),
        Ends.LATE: ("ended", None),
    }
    assert [(row.state, nodes.get(row.id)) for row in rows] == [stands[tale.ends] for tale in TALES]
    assert [row.stage for row in rows if row.state == "ended"] == ["after_loan", "after_loan", "refused"]
    assert set(stands) == set(Ends)
    assert all(row.created_at < clock() for row in rows)


def test_the_risk_rules_say_of_each_what_they_should(store: Store, company: Company, files: Files) -> None:
    told(store, company, files)
    with store.read() as session:
        wanted = select(RiskDecision, Application.product).join(Application).order_by(RiskDecision.id)
        rows = session.execute(wanted).all()
        for row, product in rows:
            found, policy = record.of_number(session.connection(), store.vault, row.id), company.risk.of(product)
            assert found is not None
            assert policy is not None
            assert record.again(found, policy) == found.result
    said = {row.application_id: row.suggestion for row, _ in rows}
    of = {number: tale.ends for number, tale in enumerate(TALES, 1)}
    assert sorted(said[number] for number, ends in of.items() if ends is Ends.RISK) == ["refuse", "review", "review"]
    never = {number for number, ends in of.items() if ends in (Ends.DRAFT, Ends.DROPPED)}
    assert never.isdisjoint(said)
    assert {said[number] for number, ends in of.items() if ends is not Ends.RISK and number not in never} == {"pass"}


def test_the_first_look_shows_something(store: Store, company: Company, files: Files, clock: Clock) -> None:
    told(store, company, files)
    rules, now = company.loans, clock()
    late: list[TaskLine] = []
    with store.read() as session:
        for userid, least in (("liufang", 3), ("agula", 4), ("hejing", 1)):
            viewer = by_userid(session, "wecom", userid)
            assert viewer is not None
            tasks = of_person(session, viewer, now)
            assert len(tasks) >= least, userid
            late += [task for task in tasks if task.due_at is not None and task.due_at < now]
        assert {task.name for task in late} == {"初审"}, "the clock takes it from nobody before he has looked"
        head = by_userid(session, "wecom", "mengke")
        assert head is not None
        found = bottlenecks(session, head, Pick(), now)
        assert found.count >= 8
        assert found.late >= 1
        for number in session.scalars(select(Application.id)):
            assert progress(session, store.vault, head, number, rules, now) is not None
        late = loan_now(session.connection(), 1, now)
        assert late is not None
        assert late.stands is not None
        assert late.stands.days_past_due == 2


def test_the_log_holds_and_the_pictures_open(store: Store, company: Company, files: Files) -> None:
    told(store, company, files)
    with store.read() as session:
        assert isinstance(audit.verify(session, store.vault), Intact)
        kept = session.scalars(select(Medium)).all()
        assert len(kept) > 20
        for each in kept:
            assert each.key is not None
            key = store.vault.open_bytes(key_place(each.id), each.key)
            assert files.read(each.id, key) == PAPER.read_bytes()
        nobody = session.scalar(select(func.count()).where(Happening.what == "nobody"))
        assert nobody == 0
        assert session.scalar(select(func.count()).where(Task.kind == TaskKind.PAPERS.value)) == 1


@pytest.mark.parametrize("moment", [datetime(2026, 10, 5, 3, tzinfo=UTC), datetime(2026, 11, 29, 15, 30, tzinfo=UTC)])
def test_whenever_the_demo_begins(store: Store, company: Company, files: Files, clock: Clock, moment: datetime) -> None:
    """In a holiday of a week, on a Sunday night."""
    clock.now = moment
    assert told(store, company, files) == len(TALES)
    with store.read() as session:
        states = Counter(session.scalars(select(Application.state)))
        assert states == {State.RUNNING: 10, State.ENDED: 3, State.DRAFT: 1, State.DROPPED: 1, State.RETURNED: 1}
        last = session.scalar(select(func.max(Happening.at)))
        assert last is not None
        assert last < moment


def test_the_same_again(store: Store, company: Company, files: Files) -> None:
    told(store, company, files)
    with store.read() as session:
        first = session.execute(select(Application.lead_id, Application.owner_id, Application.amount_fen)).all()
        names = session.scalars(select(Person.wecom_userid)).all()
    assert len({lead for lead, _, _ in first}) == len(TALES)
    assert len({owner for _, owner, _ in first}) >= 6
    assert names


def test_a_company_with_another_flow_has_what_its_own_lets_happen(store: Store, company: Company, files: Files) -> None:
    none = replace(company, flows=Flows())
    assert seed(store, company.pools)
    assert Teller(store, none, files, store.clock()).tell() == 0


def test_codes_are_right_and_answers_whole() -> None:
    codes = [company_code(number) for number in range(200)]
    assert all(normal_credit_code(code) == code for code in codes)
    assert len(set(codes)) == 200
    filled = answers(Tale("house", Ends.REVIEW, 5), 3, 60_000_000, None, "150102199003074518", datetime.now(UTC).date())
    assert (filled["marriage"], filled["spouse_agrees"], filled["house_region"]) == ("已婚", "知情同意", "150102")
    assert filled["monthly_debts"] < filled["monthly_income"]
