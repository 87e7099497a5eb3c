"""导出 between what was asked for and what came. It is Tuesday, 24 November 2026, 10:00."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from sqlalchemy import update
from test_exporting_attacked import OFFICER, exports, leads

from bot.sandbox.faults import Fault
from core.exports.models import State
from core.exports.outcomes import Why
from core.store.outbox import Kind, OutboxRow

pytestmark = ON_ONE_DATABASE


def wait_long(company: Company) -> None:
    """Until a row that fails each time is tried no more."""
    for _ in range(16):
        company.clock.go(hours=9)
        company.settle()


@pytest.mark.parametrize(("api", "why"), [("media/upload", Why.UNSENT), ("message/send", Why.UNSURE)])
@pytest.mark.wecoms_own("orders what goes wrong at WeCom's interfaces")
def test_only_what_was_being_sent_may_have_come(company: Company, api: str, why: Why) -> None:
    """An upload of which no answer came has sent nobody anything."""
    leads(company, 3)
    company.person(OFFICER).phone.say("导出 我的客户")
    company.platform.faults.order(api=api, fault=Fault.ACCEPT_THEN_DROP, times=40)
    wait_long(company)
    company.platform.faults.clear()
    (export,) = exports(company)
    assert (export.state, export.why) == (State.DROPPED, why)


def test_who_died_before_he_sent_it_has_sent_nothing(company: Company) -> None:
    """His lease ran out, and the row came back as one that may have been sent."""
    leads(company, 3)
    company.person(OFFICER).phone.say("导出 我的客户")
    with company.runtime.store.database.write() as session:
        values = {"attempts": 20, "lease": "dead", "lease_until": company.clock()}
        session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.EXPORT).values(values))
    company.clock.go(minutes=1)
    company.settle()
    (export,) = exports(company)
    assert (export.state, export.why) == (State.DROPPED, Why.UNSENT)
