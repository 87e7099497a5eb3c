"""Fixtures: an installation on a migrated SQLite file, and real processes that do not outlive their test."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kit.databases import fresh_sqlite
from ops_kit import Command, installation, servers

from bot.cli import main


@pytest.fixture
def environ(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    """An installation on a migrated, empty SQLite file."""
    var = tmp_path / "var"
    var.mkdir()
    return installation(var, fresh_sqlite(var, sqlite_template))


@pytest.fixture
def tuoling(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in this process, in an empty working folder: `tuoling("audit", "head", TUOLING_ENV="demo")`.
    A variable given as an empty text is not set."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in list(os.environ):
        if name.startswith(("TUOLING_", "WECOM_", "DINGTALK_")):
            monkeypatch.delenv(name)

    def run(*arguments: str, **changed: str) -> Result:
        ours = ("TUOLING_", "WECOM_", "DINGTALK_")
        given = {name: value for name, value in (environ | changed).items() if name.startswith(ours)}
        result = CliRunner().invoke(main, list(arguments), env={name: value or None for name, value in given.items()})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def start(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Starts a command as a real process; killed at the end of the test if it still runs."""
    commands: list[Command] = []

    def started(*arguments: str, **changed: str) -> Command:
        commands.append(Command(tmp_path, environ | changed, *arguments))
        return commands[-1]

    yield started
    for command in commands:
        if command.process.poll() is None:
            os.killpg(command.process.pid, signal.SIGKILL)
            command.process.wait(timeout=20)
    for pid in servers(tmp_path):
        os.kill(pid, signal.SIGKILL)
