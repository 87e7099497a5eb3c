"""导出 by the rights of when the file is made: whoever lost the right to a list since he asked gets none of it."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import hand_in
from sqlalchemy import update
from test_exporting import exports, leads, rules, table

from core.exports.models import State
from core.exports.outcomes import Why
from core.leads.segments import Segment, pack_segment
from core.loans.bottlenecks import Pick, to_token
from core.people.models import Person
from core.people.policy import Actor
from core.store.issued import Face
from jobs.export_lists import LISTS, table_of
from jobs.stage import Stage, Superseded

pytestmark = ON_ONE_DATABASE

OFFICER, MANAGER, FINANCE, OWNER = "batu", "lina", "hejing", "mengke"


def becomes(company: Company, who: str, roles: str) -> None:
    """He has another post from now on."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == who).values(roles=roles))


ASKED = [
    (OFFICER, "我的客户", "manager"),
    (OFFICER, "我的客户 房抵", "approver"),
    (MANAGER, "部门客户", "approver"),
    (OFFICER, "公海", "approver"),
    (FINANCE, "逾期", "approver"),
    (OWNER, "排行 今天 新增线索", "approver"),
    (OWNER, "看板 本月", "officer"),  # he sees boards still, but not this one
    (OWNER, "明细 1", "approver"),
]
"""Who asks for what, and a post that may export, but not that."""


@pytest.mark.parametrize(("who", "what", "roles"), ASKED)
@pytest.mark.parametrize("loses", [True, False], ids=["loses", "keeps"])
def test_who_lost_the_right_to_a_list_gets_none_of_it(
    company: Company, who: str, what: str, roles: str, *, loses: bool
) -> None:
    leads(company, 2)
    company.lead("王芳", "13800000001")
    company.person(OWNER).say("排行 今天 新增线索")
    before = company.so_far
    company.person(who).phone.say(f"导出 {what}")
    if loses:
        becomes(company, who, roles)
    company.settle()
    (export,) = exports(company)
    files = [one for one in company.person(who).heard_since(before).messages if one.kind == "file"]
    if loses:
        assert (export.state, export.why, files) == (State.DROPPED, Why.NOT_HIS, [])
    elif what == "逾期":
        assert export.why == Why.NOTHING, "he may look, and nobody is late"
    else:
        assert (export.state, len(files)) == (State.SENT, 1)


def test_without_a_post_there_is_nothing_but_ones_own(company: Company) -> None:
    """Every list that is not of what one has oneself asks for a right, beside that to export."""
    company.person(OWNER).say("排行 今天 新增线索")
    pool, everywhere = company.runtime.company.pools.pools[0].key, to_token(Pick())
    args = {"segment": pack_segment(Segment()), "pool": pool, "pick": everywhere, "board": 1, "number": 1}
    owner = company.person(OWNER).actor

    def refused(viewer: Actor) -> set[str]:
        with company.runtime.store.read() as session:
            stage = Stage(session, company.runtime.store.vault, viewer, company.runtime.company, company.clock())
            return {screen for screen in LISTS if isinstance(table_of(stage, Face(screen, args), 10), Superseded)}

    assert refused(owner) == {"mine"}, "he has no customers of his own"
    assert refused(replace(owner, roles=frozenset())) == LISTS.keys() - {"todo", "applications"}


def test_applications_that_were_found_are_those_and_no_others(company: Company) -> None:
    found = [hand_in(company, OFFICER, phone=f"1394710000{place}", product="credit") for place in range(2)]
    other = hand_in(company, OFFICER, phone="13947100009", name="王芳", product="credit")
    batu = company.person(OFFICER)
    assert [row["编号"] for row in table(company, batu.say("导出 进度 刘志强"))] == [f"A{each}" for each in found]
    assert f"A{other}" in {row["编号"] for row in table(company, batu.say("导出 进度"))}


def test_what_waits_is_that_of_whom_he_looks_after_now(company: Company) -> None:
    number = hand_in(company, OFFICER, product="credit")
    lina = company.person(MANAGER)
    assert [row["编号"] for row in table(company, lina.say("导出 瓶颈"))] == [f"A{number}"]
    company.person(MANAGER).phone.say("导出 瓶颈")
    becomes(company, MANAGER, "officer")
    company.settle()
    assert [export.why for export in exports(company)] == [None, Why.NOTHING]


def test_exactly_as_many_rows_as_a_file_may_have(company: Company) -> None:
    rules(company, most_rows=3)
    leads(company, 3)
    batu = company.person(OFFICER)
    assert len(table(company, batu.say("导出 我的客户"))) == 3
    company.lead("王芳", "13800000001", by=OFFICER)
    batu.say("导出 我的客户")
    assert [export.why for export in exports(company)] == [None, Why.TOO_MANY]


def test_the_tags_of_ones_own_are_in_the_file(company: Company) -> None:
    (number,) = leads(company, 1)
    batu = company.person(OFFICER)
    tag = next(iter(company.runtime.company.tagging.tags)).name
    batu.say(f"标签 L{number} +{tag}")
    for what in ("我的客户", "我的客户 房抵"):
        (row,) = table(company, batu.say(f"导出 {what}"))
        assert tag in row["标签"], what
