"""Fixtures of the security tests."""

from collections.abc import Callable, Iterator

import pytest
from kit.both_phones import on_phones, parametrize_phones, pytest_collection_modifyitems  # noqa: F401
from kit.logs import own_logging

from config.logging import configure_logging

ON_BOTH = {
    "test_action_matrix.py",
    "test_handover_rights.py",
    "test_injection.py",
    "test_leaks.py",
    "test_task_rights.py",
}
"""What is tried on DingTalk too; how each platform is entered has files of its own (test_callback_edge,
test_dingtalk_edge)."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is everybody's right is so on both platforms."""
    name = metafunc.definition.path.name
    parametrize_phones(metafunc, set() if name in ON_BOTH else {name})


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Logging as a process sets it up, at its most talkative; call it for all that was written since the last call."""
    with own_logging():
        configure_logging("debug")
        yield lambda: "".join(capfd.readouterr())
