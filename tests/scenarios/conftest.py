"""What all scenarios share."""

from collections.abc import Iterator

import pytest
from kit.company import EVERYBODY, EVERYBODYS_PHONE
from kit.loan_invariants import loans_kept

WECOMS_OWN = {
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
    """Each scenario is played on both platforms, on DingTalk with SQLite only: what is different there is no matter of
    the database."""
    if "on_phones" in metafunc.fixturenames:
        test = metafunc.definition
        wecoms = test.path.name in WECOMS_OWN or test.get_closest_marker("wecoms_own")
        metafunc.parametrize("on_phones", ["wecom"] if wecoms else ["wecom", "dingtalk"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """See `pytest_generate_tests`."""
    items[:] = [item for item in items if not _on_dingtalk_and_postgresql(item)]


def _on_dingtalk_and_postgresql(item: pytest.Item) -> bool:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return given.get("on_phones") == "dingtalk" and given.get("database_url") == "postgresql"


@pytest.fixture(autouse=True)
def on_phones(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What everybody holds in his hand."""
    if request.param == "dingtalk":
        monkeypatch.setattr(EVERYBODYS_PHONE, "dingtalk", EVERYBODY)


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
def applications_are_kept(request: pytest.FixtureRequest, on_phones: None) -> Iterator[None]:
    """Whatever a scenario did, what must hold of applications holds in the end."""
    company = request.getfixturevalue("company") if "company" in request.fixturenames else None
    yield
    if company is not None:
        loans_kept(company.runtime.store)
