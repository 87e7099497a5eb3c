"""The generated companies: as a real one's rows must be, various, on the boundaries, and the same by the same seed."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from kit.generated import SEEDS, generate
from kit.generated_loans import Lending
from kit.invariants import i3_one_owner
from kit.loan_invariants import one_live_a_lead
from sqlalchemy import func, select

from bot.phrases.command_words import COMMAND_WORDS
from config.company import load_company
from config.settings import Settings
from core.leads.models import Customer, FollowUp, Lead, Ownership, Touch, name_place
from core.loans.models import Application, Disbursement, StepRow, StepState, Task
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.moments import day_of, midnight
from core.people.models import Person
from core.store.unit import Store

TABLES = (Person, Customer, Lead, Touch, Ownership, FollowUp, Application, StepRow, Task, Disbursement, RepaymentRow)


@pytest.fixture(scope="module")
def lending() -> Lending:
    """By the shipped forms and flows."""
    return Lending(load_company(Path(Settings.model_fields["config_dir"].default), COMMAND_WORDS).loans)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=SEEDS)
def test_the_rows_are_consistent(store: Store, lending: Lending, seed: int) -> None:
    made = generate(store, lending, Random(seed))
    with store.read() as session:
        assert i3_one_owner(session) is None
        assert one_live_a_lead(session) is None
        for model in TABLES:
            assert session.scalar(select(func.count()).select_from(model)) == len(made.rows[model])
        for customer in session.scalars(select(Customer)):
            assert store.vault.open(name_place(customer.id), customer.name).startswith("客户")
    owners = {(row["lead_id"], row["owner_id"]) for row in made.rows[Ownership]}
    for row in made.rows[FollowUp]:
        assert (row["lead_id"], row["person_id"]) in owners
        assert row["at"] <= made.now
    steps = {row["id"]: row for row in made.rows[StepRow]}
    for row in made.rows[Disbursement]:
        assert steps[row["step_id"]]["state"] == StepState.PASSED.value
    for row in made.rows[Application]:
        assert row["created_at"] <= (row["submitted_at"] or row["created_at"]) <= (row["ended_at"] or made.now)
    for row in made.rows[StepRow]:
        assert row["left_at"] is None or row["entered_at"] <= row["left_at"] <= made.now


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_they_are_various(store: Store, lending: Lending) -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        made = generate(store, lending, Random(seed))
        rows = made.rows
        seen.update({row["state"] for row in rows[Application]} | {row["state"] for row in rows[StepRow]})
        parts = Counter(row["application_id"] for row in rows[Disbursement])
        midnights = {midnight(day_of(row["at"])) for row in rows[FollowUp]}
        for what, is_so in (
            ("in parts", max(parts.values(), default=0) > 1),
            ("at midnight", any(row["at"] in midnights for row in rows[FollowUp])),
            ("leaver", any(row["left_at"] for row in rows[Person])),
            ("came again", len(rows[Touch]) > len(rows[Lead])),
            ("two leads", len(rows[Lead]) > len(rows[Customer])),
            ("taken back", any(row["taken_back_at"] for row in rows[RepaymentRow])),
            ("replaced", any(row["ended_at"] for row in rows[RepaymentPlan])),
            ("other day", any(row["paid_on"] != day_of(row["at"]).isoformat() for row in rows[Disbursement])),
        ):
            seen[what] += is_so
    wanted = ("draft", "dropped", "running", "ended", "returned", "open", "passed", "refused")
    rare = ("in parts", "at midnight", "leaver", "came again", "two leads", "taken back", "replaced", "other day")
    assert all(seen[each] >= 3 for each in (*wanted, *rare)), seen


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_seed_gives_the_same_company(store: Store, lending: Lending) -> None:
    def columns() -> list[tuple[object, ...]]:
        rows = generate(store, lending, Random(7)).rows
        names = ("created_at", "owner_id", "amount_fen", "paid_on", "at")
        return [tuple(row.get(name) for name in names) for model in TABLES for row in rows[model]]

    assert columns() == columns()
