"""SIGTERM under load: what is under way is finished or left for others, and the process is gone within 30 s."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from kit.barriers import until
from kit.invariants import assert_kept
from kit.processes import ALL, House, open_house
from sqlalchemy import func, select

from core.leads.models import FollowUp

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]

PEOPLE = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun", "chenwei", "siqin")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", ALL)
def test_fault_32_sigterm_under_load(house: House, name: str) -> None:
    """Fault 32 (SIGTERM in a job, web server reload): finishes or leaves its lease; ≤ 30 s. What was being said
    meanwhile is not lost: the platform repeats what it got no answer to, and the next process takes it."""
    said: dict[str, bool] = {}
    begun = threading.Event()

    def talk(userid: str) -> None:
        for number in range(3):
            lead = leads[userid]
            delivery = house.platform.say(userid, f"跟进 L{lead} 第{number}次联系，意向强")
            said[f"{userid}:{number}"] = delivery.taken
            begun.set()

    leads = {userid: house.lead(phone=f"139471{n:05}", by=userid) for n, userid in enumerate(PEOPLE)}
    threads = [threading.Thread(target=talk, args=(userid,)) for userid in PEOPLE]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    code = house.processes.pop(name).end()
    house.start(name)
    for thread in threads:
        thread.join(30)
    assert code == 0
    until(lambda: house.let_leases_run_out() is None and house.is_quiet(), "everything done", seconds=20)
    if name != "serve":
        assert all(said.values()), "the web process was not touched"
    assert_kept(house.runtime.store, house.platform.journal, logs=house.logs)
    with house.runtime.store.read() as session:
        written = session.scalar(select(func.count()).select_from(FollowUp))
    assert written is not None
    assert sum(said.values()) <= written <= len(said), "every acknowledged one, and none twice"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ALL)
def test_fault_32_sigterm_again_and_again(database_url: str, tmp_path: Path, name: str) -> None:
    """Signals that come at once, one while another is being heard: it ends in order, no embedded Redis stays behind."""
    with open_house(database_url, tmp_path / "var", start=(name,)) as house:
        process = house.processes.pop(name)
        process.ask_to_end()
        for _ in range(30):
            with suppress(ProcessLookupError):  # its own end, which is what the first asked for
                os.kill(process.pid, signal.SIGTERM)
        assert process.ended() == 0
        assert not (tmp_path / "var" / "redis" / "valkey.pid").exists()
