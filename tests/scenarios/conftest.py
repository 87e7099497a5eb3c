"""What all scenarios share."""

from collections.abc import Iterator

import pytest
from kit.loan_invariants import loans_kept


@pytest.fixture(autouse=True)
def each_round_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's round works whenever a test asks for it, not only some seconds after the last."""
    monkeypatch.setattr("jobs.automating.AGAIN_SECONDS", 0.0)
    for job in (
        "assigning",
        "automating",
        "deadlines",
        "digests",
        "handing_over",
        "recycling",
        "reminding",
        "timetable",
    ):
        monkeypatch.setattr(f"jobs.{job}.EVERY_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def applications_are_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a scenario did, what must hold of applications holds in the end."""
    company = request.getfixturevalue("company") if "company" in request.fixturenames else None
    yield
    if company is not None:
        loans_kept(company.runtime.store)
