"""瓶颈: where applications wait, by node and by person, as far as the viewer looks after them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, flow, parallel, within
from sqlalchemy import select

from core.loans.bottlenecks import (
    MOST_SPOTS,
    Bottlenecks,
    Pick,
    WaitingPage,
    bottlenecks,
    from_token,
    node_names,
    to_token,
    waiting_page,
)
from core.loans.deadlines import Stop
from core.loans.flows import Flow, Mode
from core.loans.models import Task
from core.loans.progress import progress
from core.people.models import Person

SLOW = flow(replace(FIRST, deadline=within(4)), replace(SECOND, deadline=within(8)), PAY)


def seen(firm: Firm, by: str = "admin", most: int = MOST_SPOTS, **pick: object) -> Bottlenecks:
    with firm.store.read() as session:
        return bottlenecks(session, firm.who(by), Pick(**pick), firm.store.clock(), most)  # type: ignore[arg-type]


def listed(firm: Firm, by: str = "admin", page: int = 1, **pick: object) -> WaitingPage:
    with firm.store.read() as session:
        return waiting_page(session, firm.who(by), Pick(**pick), page)  # type: ignore[arg-type]


def go(firm: Firm, **span: float) -> None:
    firm.store.clock.go(**span)  # type: ignore[attr-defined]


@pytest.fixture
def busy(firm: Firm) -> tuple[Firm, list[Desk]]:
    """巴图's two and 周敏's one at 初审 (the first for 24, the others for 2 and 0 hours), 王强's one at 复审."""
    first = desk(firm, SLOW)
    go(firm, hours=20)
    later = desk(firm, SLOW, by="wang")
    go(firm, hours=2)
    later.do("approver 同意")
    second = desk(firm, SLOW)
    go(firm, hours=2)
    third = desk(firm, SLOW, by="zhou")
    return firm, [first, second, third, later]


def test_how_many_how_long_how_many_late(busy: tuple[Firm, list[Desk]]) -> None:
    firm, _ = busy
    found = seen(firm)
    assert (found.count, found.late) == (4, 1)
    assert found.oldest == firm.store.clock() - timedelta(hours=24)
    first, second = found.nodes
    assert (first.name, first.count, first.late, first.oldest) == ("初审", 3, 1, found.oldest)
    assert abs(first.average - timedelta(hours=26) / 3) < timedelta(seconds=2)
    assert (second.name, second.count, second.late) == ("复审", 1, 0)
    assert abs(second.average - timedelta(hours=2)) < timedelta(seconds=2)
    names = {firm.who(one).id: one for one in ("approver", "lina", "zhang", "wang")}
    assert [(names[spot.person_id], spot.count, spot.late) for spot in found.people] == [
        ("approver", 3, 1),
        ("lina", 1, 0),
        ("zhang", 1, 0),
    ]


def test_a_node_that_is_called_as_its_stage_is_picked_alone(firm: Firm) -> None:
    """复审 and 复审会签 are of one stage: the line of the one node opens no list of both."""
    joint = replace(SECOND, key="joint", name="复审会签", next="pay")
    both = replace(SLOW, nodes=(*SLOW.nodes[:1], replace(FIRST, next="joint"), joint, *SLOW.nodes[2:]))
    for of in (SLOW, both, both):
        desk(firm, of).do("approver 同意")
    assert {spot.name: spot.count for spot in seen(firm).nodes} == {"复审会签": 2, "复审": 1}
    for spot in seen(firm).nodes:
        assert listed(firm, node=spot.name, exact=True).total == spot.count
        assert seen(firm, node=spot.name, exact=True).count == spot.count
    assert listed(firm, node="复审").total == 3, "who types it means the stage as well"


def test_the_mean_of_two_versions_is_of_all_that_wait(firm: Firm) -> None:
    """Two that wait for 24 hours by the one version, one for 0 by another."""
    for _ in range(2):
        desk(firm, SLOW)
    go(firm, hours=24)
    desk(firm, replace(SLOW, name="第二版"))
    (spot,) = seen(firm).nodes
    assert spot.count == 3
    assert abs(spot.average - timedelta(hours=16)) < timedelta(seconds=2)


SCOPES = {
    "admin": 4,
    "boss": 3,  # 呼和浩特
    "bai": 1,  # 包头
    "lina": 3,  # 一部, of whom 巴图 is, and 王强's waits for her
    "batu": 2,  # his own
    "wang": 1,
    "zhou": 1,
    "zhang": 1,  # waits for him
    "approver": 3,  # wait for him
    "finance": 0,
}


@pytest.mark.parametrize("who", SCOPES)
@ON_ONE_DATABASE
def test_everybody_sees_what_he_looks_after(busy: tuple[Firm, list[Desk]], who: str) -> None:
    firm, _ = busy
    found = seen(firm, who)
    assert found.count == SCOPES[who]
    assert listed(firm, who).total == SCOPES[who]
    assert sum(spot.count for spot in found.nodes) == SCOPES[who]


def test_a_manager_of_one_city_sees_nothing_of_another(busy: tuple[Firm, list[Desk]]) -> None:
    firm, (first, second, third, later) = busy
    assert [line.number for line in listed(firm, "bai").lines] == [third.number]
    assert {line.number for line in listed(firm, "boss").lines} == {first.number, second.number, later.number}
    approver = firm.who("approver").id
    assert [line.number for line in listed(firm, "bai", person=approver).lines] == [third.number]
    assert [spot.count for spot in seen(firm, "bai").people] == [1]
    assert seen(firm, "bai", department="呼和浩特").count == 0


def test_of_a_person_is_counted_what_the_viewer_looks_after(busy: tuple[Firm, list[Desk]]) -> None:
    firm, _ = busy
    approver = firm.who("approver").id
    assert [listed(firm, who, person=approver).total for who in ("admin", "boss", "batu", "zhou")] == [3, 2, 2, 1]
    with firm.store.read() as session:
        names = dict(session.execute(select(Person.id, Person.wecom_userid)).all())
    of = {who: {names[spot.person_id]: spot.count for spot in seen(firm, who).people} for who in ("bai", "zhang")}
    assert of == {"bai": {"approver": 1}, "zhang": {"zhang": 1}}


PICKS = [
    ({"node": "初审"}, 3),
    ({"node": "复审"}, 1),
    ({"node": "没有的"}, 0),
    ({"department": "呼和浩特"}, 3),
    ({"department": "呼和浩特/一部"}, 2),
    ({"department": "呼和"}, 0),
    ({"product": "house"}, 4),
    ({"product": "car"}, 0),
    ({"product": "house", "node": "初审", "department": "包头"}, 1),
]


@pytest.mark.parametrize(("pick", "count"), PICKS)
@ON_ONE_DATABASE
def test_what_is_picked(busy: tuple[Firm, list[Desk]], pick: dict[str, str], count: int) -> None:
    firm, _ = busy
    assert seen(firm, **pick).count == count
    assert listed(firm, **pick).total == count
    assert from_token(to_token(Pick(**pick))) == Pick(**pick)  # type: ignore[arg-type]


def test_the_list_has_the_longest_first_and_its_pages(firm: Firm) -> None:
    numbers = []
    for _ in range(6):
        numbers.append(desk(firm, SLOW).number)
        go(firm, minutes=1)
    first, second, beyond = (listed(firm, page=page) for page in (1, 2, 9))
    assert [line.number for line in first.lines] == numbers[:4]
    assert [line.number for line in second.lines] == numbers[4:]
    assert (first.total, second.page, beyond.page) == (6, 2, 2)
    line = first.lines[0]
    assert (line.node, line.people, line.product) == ("初审", (firm.who("approver").id,), "house")
    by_person = listed(firm, person=firm.who("approver").id)
    assert [line.number for line in by_person.lines] == numbers[:4]


def test_in_branches_an_application_counts_once(firm: Firm) -> None:
    at = desk(firm, parallel())
    at.do("approver 同意")
    found = seen(firm)
    assert found.count == 1
    assert sorted((spot.name, spot.count) for spot in found.nodes) == [("右", 1), ("左", 1)]


@ON_ONE_DATABASE
def test_what_came_back_and_what_ended(firm: Firm) -> None:
    back, gone, draft = desk(firm, SLOW), desk(firm, SLOW), desk(firm, SLOW)
    back.do("approver 退回 start")
    gone.do("approver 驳回")
    draft.do("batu 撤回")
    found = seen(firm)
    assert [(spot.name, spot.count) for spot in found.nodes] == [("进件", 1)]
    assert [spot.person_id for spot in found.people] == [firm.who("batu").id]


@ON_ONE_DATABASE
def test_versions_of_a_flow_are_counted_together(firm: Firm) -> None:
    other: Flow = replace(SLOW, withdraw_until="pay")
    desk(firm, SLOW)
    desk(firm, other)
    (spot,) = seen(firm).nodes
    assert (spot.name, spot.count) == ("初审", 2)
    with firm.store.read() as session:
        assert node_names(session) == ["进件", "初审", "复审", "放款"]


def lates(firm: Firm) -> tuple[list[int], list[int], list[bool]]:
    """How many are late at the nodes, and with people; and is each of the list?"""
    found, now = seen(firm), firm.store.clock()
    behind = [line.due_at is not None and line.due_at < now for line in listed(firm).lines]
    return [spot.late for spot in found.nodes], [spot.late for spot in found.people], behind


def due_by_progress(at: Desk) -> datetime | None:
    """The deadline that 进度 tells of."""
    with at.firm.store.read() as session:
        now = at.firm.store.clock()
        found = progress(session, at.firm.store.vault, at.firm.who("admin"), at.number, at.rules, now)
    assert found is not None
    return found.here[0].due_at


def test_leave_puts_off_what_is_late_at_its_node_as_in_progress(firm: Firm) -> None:
    now = firm.store.clock()
    away = {"approver": (Stop(now, now + timedelta(days=3)),)}
    at = desk(firm, SLOW, away=away)
    go(firm, hours=48)
    assert lates(firm) == ([0], [0], [False])
    assert [line.due_at for line in listed(firm).lines] == [due_by_progress(at)]
    go(firm, hours=48)
    assert lates(firm) == ([1], [1], [True])


def test_one_after_the_other_is_late_by_the_time_of_whose_turn_it_is(firm: Firm) -> None:
    """The first took a day over his four hours; the second has his own from then on."""
    in_turn = replace(SECOND, key="in_turn", name="依次审", mode=Mode.SEQUENCE, deadline=within(4), next="pay")
    at = desk(firm, flow(in_turn, PAY))
    go(firm, hours=24)
    assert lates(firm) == ([1], [1], [True])
    at.do("lina 同意")
    assert lates(firm) == ([0], [0], [False])
    assert [line.due_at for line in listed(firm).lines] == [due_by_progress(at)]
    assert seen(firm).late == 0
    go(firm, hours=24)
    assert lates(firm) == ([1], [1], [True])
    assert seen(firm).late == 1


def test_what_is_due_this_moment_is_not_late_yet(firm: Firm) -> None:
    at = desk(firm, SLOW)
    with firm.store.read() as session:
        due_at = session.scalars(select(Task.due_at).where(Task.application_id == at.number)).one()
    assert due_at is not None
    for late, moment in ((0, due_at), (1, due_at + timedelta(seconds=1))):
        go(firm, seconds=(moment - firm.store.clock()).total_seconds())
        found = seen(firm)
        lates = (found.late, [spot.late for spot in found.nodes], [spot.late for spot in found.people])
        assert lates == (late, [late], [late])


def test_nothing_waits(firm: Firm) -> None:
    assert seen(firm) == Bottlenecks(0, 0, None, (), ())
    assert listed(firm) == WaitingPage(1, 0, ())


def test_what_is_not_among_the_worst_is_named(busy: tuple[Firm, list[Desk]]) -> None:
    firm, _ = busy
    whole = seen(firm)
    assert (whole.other_nodes, whole.more_people) == ((), False)
    worst = seen(firm, most=1)
    assert worst.nodes == whole.nodes[:1]
    assert worst.other_nodes == tuple(spot.name for spot in whole.nodes[1:]) != ()
    assert worst.people == whole.people[:1]
    assert worst.more_people
