"""撤销合并: whatever hung on the lead that was closed comes back, of every kind there is."""

from datetime import datetime

import pytest
from firm import Firm
from kit.clock import Clock
from kit.invariants import assert_kept
from sqlalchemy import insert, select

from core.leads.comments import comment
from core.leads.filetypes import MediumKind
from core.leads.intake import NewLead, add_lead
from core.leads.kept import Medium, MediumState
from core.leads.merged import HANGING, Moved
from core.leads.merging import Merged, merge_customers
from core.leads.models import Reveal
from core.leads.phones import Joined, add_phone
from core.leads.service import log_follow_up
from core.leads.tags import Tagging
from core.leads.unmerging import Unmerged, unmerge_customers
from core.store.base import new_id

PHONE, OTHER = "13947155501", "13947155502"


def hang_one_of_each(firm: Firm, userid: str, lead: int) -> None:
    """Of each kind that can hang on a lead there is one more on this one, which is that person's. (Its first arrival is
    there already.)"""
    firm.do(log_follow_up, userid, lead, "意向强", None)
    firm.do(comment, userid, lead, "请看一下", [])
    now, person = firm.store.clock(), firm.who(userid).id
    with firm.store.database.write() as session:
        session.execute(insert(Medium).values(picture(person, lead, now)))
        session.execute(insert(Reveal).values(person_id=firm.who("lina").id, lead_id=lead, pool=None, at=now))


def picture(person: int, lead: int, now: datetime) -> dict[str, object]:
    """A picture that waits to be fetched."""
    whose = {"id": new_id(), "lead_id": lead, "person_id": person, "channel": "wecom", "received_at": now}
    return {**whose, "kind": MediumKind.PICTURE.value, "state": MediumState.WAITING.value, "key": b"k", "source": b"s"}


def hanging(firm: Firm, lead: int) -> dict[Moved, list[int]]:
    """What hangs on the lead, by kind."""
    with firm.store.read() as session:
        return {
            what: sorted(session.scalars(select(table.c.id).where(table.c.lead_id == lead)).all())
            for what, table in HANGING.items()
        }


def two(firm: Firm, clock: Clock) -> tuple[int, int]:
    first = firm.add("batu", phone=PHONE)
    clock.go(minutes=1)
    second = firm.add("zhang", name="刘志", phone=OTHER)
    hang_one_of_each(firm, "zhang", second)
    assert all(hanging(firm, second).values()), "a kind of which there is none here shows nothing"
    return first, second


@pytest.mark.parametrize("by", ["lina", "admin"])
def test_each_kind_goes_along_and_comes_back(firm: Firm, clock: Clock, by: str) -> None:
    first, second = two(firm, clock)
    before = hanging(firm, first), hanging(firm, second)
    merged = firm.do(merge_customers, by, first, second)
    assert isinstance(merged, Merged)
    assert not any(hanging(firm, second).values())
    assert hanging(firm, first) == {what: sorted(before[0][what] + before[1][what]) for what in HANGING}
    clock.go(days=6)
    assert isinstance(firm.do(unmerge_customers, by, merged.merge_id), Unmerged)
    assert (hanging(firm, first), hanging(firm, second)) == before
    assert_kept(firm.store, settled=False)


def test_what_was_said_and_kept_since_stays(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock)
    before = hanging(firm, second)
    merged = firm.do(merge_customers, "lina", first, second)
    assert isinstance(merged, Merged)
    hang_one_of_each(firm, "batu", first)
    assert isinstance(firm.do(unmerge_customers, "lina", merged.merge_id), Unmerged)
    assert hanging(firm, second) == before
    assert {what: len(rows) for what, rows in hanging(firm, first).items()} == dict.fromkeys(HANGING, 1)


def test_one_that_a_phone_brought_about_comes_back_too(firm: Firm, clock: Clock) -> None:
    """By 补手机号 it is found out that the two are one."""
    first = firm.add("zhang", phone=PHONE)
    clock.go(minutes=1)
    second = firm.do(add_lead, "batu", NewLead("萨仁高娃", None, "企业微信", region="150102"), firm.pools).lead_id
    hang_one_of_each(firm, "batu", second)
    before = hanging(firm, first), hanging(firm, second)
    joined = firm.do(add_phone, "batu", second, PHONE, firm.pools, Tagging())
    assert isinstance(joined, Joined)
    assert not any(hanging(firm, second).values())
    assert isinstance(firm.do(unmerge_customers, "admin", joined.merge_id), Unmerged)
    assert (hanging(firm, first), hanging(firm, second)) == before
