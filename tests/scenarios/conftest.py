"""What all scenarios share."""

import pytest


@pytest.fixture(autouse=True)
def each_round_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's round works whenever a test asks for it, not only some seconds after the last."""
    monkeypatch.setattr("jobs.automating.AGAIN_SECONDS", 0.0)
    for job in ("assigning", "automating", "deadlines", "handing_over", "mornings", "recycling", "reminding"):
        monkeypatch.setattr(f"jobs.{job}.EVERY_SECONDS", 0.0)
