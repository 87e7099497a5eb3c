"""What all scenarios share."""

from collections.abc import Iterator

import pytest
from kit.both_phones import on_phones, parametrize_phones, pytest_collection_modifyitems  # noqa: F401
from kit.loan_invariants import loans_kept

ONE_PLATFORMS_OWN = {
    "test_customers_from_wechat.py": "客户联系 is WeCom's",
    "test_syncing_people.py": "WeCom's address book",
    **dict.fromkeys(
        (
            "test_answers_by_session.py",
            "test_called_in_groups.py",
            "test_calls_run_short.py",
            "test_dingtalk_over_http.py",
            "test_half_on_each_platform.py",
            "test_groups_on_dingtalk.py",
            "test_own_card_template.py",
            "test_registering_the_card_address.py",
            "test_syncing_from_dingtalk.py",
        ),
        "says itself what comes by DingTalk",
    ),
    "test_departments_by_events.py": "events of WeCom's address book",
    "test_organisation_by_events.py": "events of WeCom's address book",
    "test_changed_accounts.py": "events of WeCom's address book",
}
"""What is not to be run on DingTalk too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each scenario is played on both platforms."""
    parametrize_phones(metafunc, ONE_PLATFORMS_OWN)


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
    request.getfixturevalue("on_phones")  # before the company is opened
    company = request.getfixturevalue("company") if "company" in request.fixturenames else None
    yield
    if company is not None:
        loans_kept(company.runtime.store)
