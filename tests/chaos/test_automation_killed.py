"""SIGKILL while a rule is at work: nothing of it is there before the commit, and all of it once, in the end."""

import pytest
from kit.invariants import assert_kept
from kit.processes import House
from sqlalchemy import func, select

from core.automation.models import RunRow
from core.leads.follow_tasks import FollowTask
from core.leads.models import LeadTag

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_the_tag_and_its_task_come_together_or_not_at_all(house: House, point: str) -> None:
    lead = house.lead(phone="13947100001", by="batu")
    before = house.so_far
    house.stop_at("serve", point)
    house.platform.say("batu", f"标签 L{lead} +高意向")
    assert house.stopped("serve"), "nobody came to the stop point"
    house.settle()
    with house.runtime.store.read() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (LeadTag, FollowTask, RunRow)]
    assert counts == [1, 1, 1], "the platform sent it again"
    titles = [card.title for card in house.person("batu").heard_since(before).cards]
    assert len([title for title in titles if title.startswith("跟进任务")]) == 1
    assert_kept(house.runtime.store, house.platform.journal)
