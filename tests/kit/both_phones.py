"""Tests that are run on both platforms, everybody having WeCom, then everybody DingTalk: what a conftest takes from
here holds for the folder that it stands in. What is one platform's own the folder says in its conftest, by file, or a
test by the mark `wecoms_own`."""

import pytest

from kit.company import EVERYBODY, EVERYBODYS_PHONE


def parametrize_phones(metafunc: pytest.Metafunc, own: set[str] | dict[str, str]) -> None:
    """Each test on both; those in the files `own` on WeCom, or as they say themselves."""
    if "on_phones" in metafunc.fixturenames:
        test = metafunc.definition
        wecoms = test.path.name in own or test.get_closest_marker("wecoms_own")
        metafunc.parametrize("on_phones", ["wecom"] if wecoms else ["wecom", "dingtalk"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On DingTalk with SQLite only: what is different there is no matter of the database."""
    items[:] = [item for item in items if not _on_dingtalk_and_postgresql(item)]


def _on_dingtalk_and_postgresql(item: pytest.Item) -> bool:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return given.get("on_phones") == "dingtalk" and given.get("database_url") == "postgresql"


@pytest.fixture(autouse=True)
def on_phones(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What everybody holds in his hand."""
    if request.param == "dingtalk":
        monkeypatch.setattr(EVERYBODYS_PHONE, "dingtalk", EVERYBODY)
