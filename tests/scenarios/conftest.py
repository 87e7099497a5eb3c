"""What all scenarios share."""

import pytest


@pytest.fixture(autouse=True)
def each_round_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's round works whenever a test asks for it, not only some seconds after the last."""
    for job in ("assigning", "deadlines", "handing_over", "mornings", "recycling", "reminding"):
        monkeypatch.setattr(f"jobs.{job}.EVERY_SECONDS", 0.0)
