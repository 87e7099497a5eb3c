"""Taking over a people file: whole or not at all, each bad line named, nobody doubled."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.people.models import Department, Person
from core.people.policy import Role
from core.people.queries import by_id, by_name, by_userid, department_of, everybody, names, reachable_on
from core.people.rules import Doubt, NoAdministrator, OtherCount, TooMany, doubt
from core.people.service import (
    BadRow,
    Colleague,
    Imported,
    Left,
    LeftBefore,
    PersonRow,
    import_company,
    import_people,
    leave,
)
from core.store.audit import AuditRow
from core.store.unit import Store

BOSS = PersonRow(2, "赵建国", "呼和浩特", "manager|admin", "ZhaoJianGuo", "dt_zhao", "", "经理")
BATU = PersonRow(3, "巴特尔·孟和", "呼和浩特/一部", "officer", "batu", "dt_batu", "zhaojianguo", "")
NINA = PersonRow(4, "李娜", "呼和浩特/一部", "officer|manager", "lina", "", "ZHAOJIANGUO", "")
FILE = [BOSS, BATU, NINA]


def load(store: Store, rows: list[PersonRow]) -> Imported | list[BadRow]:
    with store.unit(request_id="test") as unit:
        return import_people(unit, rows)


def go(store: Store, userid: str) -> Left | LeftBefore | None:
    with store.unit(request_id="test") as unit:
        return leave(unit, userid)


def named(store: Store, *userids: str) -> list[Colleague]:
    with store.read() as session:
        found = {person.wecom_userid: person for person in session.scalars(select(Person))}
    return [Colleague(found[userid].id, found[userid].name, userid) for userid in userids]


def stands(store: Store) -> dict[str, tuple[object, ...]]:
    """Everybody by name: user ids, department, roles, superior."""
    with store.read() as session:
        people = session.scalars(select(Person)).all()
        by_number = {person.id: person.name for person in people}
        return {
            person.name: (
                person.wecom_userid,
                person.dingtalk_userid,
                person.department.path,
                person.roles,
                by_number.get(person.superior_id or 0),
            )
            for person in people
        }


def test_a_file_is_taken_over(store: Store) -> None:
    assert load(store, FILE) == Imported(3, 0, 0)
    assert stands(store) == {
        "赵建国": ("zhaojianguo", "dt_zhao", "呼和浩特", "admin|manager", None),
        "巴特尔·孟和": ("batu", "dt_batu", "呼和浩特/一部", "officer", "赵建国"),
        "李娜": ("lina", None, "呼和浩特/一部", "manager|officer", "赵建国"),
    }
    with store.read() as session:
        assert session.scalars(select(AuditRow.action)).all().count("people:import") == 1


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    load(store, FILE)
    before = stands(store)
    assert load(store, FILE) == Imported(0, 0, 3)
    assert stands(store) == before


@pytest.mark.parametrize(
    ("changed", "now"),
    [
        ({"department": "包头/一部"}, ("batu", "dt_batu", "包头/一部", "officer", "赵建国")),
        ({"role": "risk"}, ("batu", "dt_batu", "呼和浩特/一部", "risk", "赵建国")),
        ({"superior": "lina"}, ("batu", "dt_batu", "呼和浩特/一部", "officer", "李娜")),
        ({"superior": ""}, ("batu", "dt_batu", "呼和浩特/一部", "officer", None)),
        ({"dingtalk_userid": ""}, ("batu", None, "呼和浩特/一部", "officer", "赵建国")),
        ({"wecom_userid": "BATU"}, ("batu", "dt_batu", "呼和浩特/一部", "officer", "赵建国")),
    ],
)
def test_a_change_is_taken_over(store: Store, changed: dict[str, str], now: tuple[object, ...]) -> None:
    load(store, FILE)
    came = load(store, [BOSS, replace(BATU, **changed), NINA])
    assert stands(store)["巴特尔·孟和"] == now
    differs = now != ("batu", "dt_batu", "呼和浩特/一部", "officer", "赵建国")
    assert came == Imported(0, int(differs), 3 - differs)


def test_what_the_file_says_nothing_of_stays(store: Store) -> None:
    """A file without a column leaves it as it is; an empty cell clears it (see the changes above)."""
    load(store, [BOSS, replace(BATU, rank="高级"), NINA])
    before = stands(store)
    silent = [replace(row, dingtalk_userid=None, superior=None, rank=None) for row in FILE]
    assert load(store, silent) == Imported(0, 0, 3)
    assert load(store, [replace(BATU, wecom_userid=None, rank=None)]).changed == 0  # type: ignore[union-attr]
    assert stands(store) == before
    with store.read() as session:
        batu = by_userid(session, "wecom", "batu")
    assert batu is not None
    assert batu.rank == "高级"
    assert load(store, [BOSS, BATU, NINA]) == Imported(0, 1, 2), "an empty cell clears the rank"


def test_somebody_new_has_nothing_of_what_the_file_says_nothing_of(store: Store) -> None:
    assert load(store, [replace(BOSS, dingtalk_userid=None, superior=None, rank=None)]) == Imported(1, 0, 0)
    assert stands(store)["赵建国"] == ("zhaojianguo", None, "呼和浩特", "admin|manager", None)


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        ([replace(BOSS, superior="batu"), BATU], BadRow(2, "superior", "circle", "zhaojianguo → batu → zhaojianguo")),
        (
            [replace(BOSS, superior="lina"), BATU, replace(NINA, superior="batu")],
            BadRow(2, "superior", "circle", "zhaojianguo → lina → batu → zhaojianguo"),
        ),
        ([BATU, replace(BOSS, superior="batu")], BadRow(3, "superior", "circle", "batu → zhaojianguo → batu")),
    ],
)
def test_superiors_in_a_circle_are_refused_and_named_once(store: Store, rows: list[PersonRow], bad: BadRow) -> None:
    assert load(store, rows) == [bad]


def test_a_circle_through_people_who_are_not_in_the_file_is_refused(store: Store) -> None:
    load(store, [BOSS, BATU, replace(NINA, superior="batu")])
    bad = BadRow(2, "superior", "circle", "zhaojianguo → lina → batu → zhaojianguo")
    assert load(store, [replace(BOSS, superior="lina")]) == [bad]
    silent = [replace(BOSS, line=2, superior=None), replace(NINA, superior="batu")]
    assert isinstance(load(store, silent), Imported), "above a chain that ends is no circle"


def test_the_whole_company_is_taken_over_and_the_others_have_left(store: Store) -> None:
    load(store, FILE)
    gone = named(store, "batu", "lina")
    with store.unit(request_id="test") as unit:
        assert import_company(unit, [BOSS]) == Imported(0, 0, 1, missing=tuple(gone))
    with store.read() as session:
        assert [person.name for person in everybody(session)] == ["赵建国"]
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions.count("people:left") == 2


@pytest.mark.parametrize(
    ("leaving", "staff", "loses", "confirmed", "why"),
    [
        (0, 0, False, None, None),
        (3, 4, False, None, None),  # no more than a handful
        (4, 12, False, None, None),
        (4, 11, False, None, TooMany()),
        (4, 11, False, 4, None),
        (4, 11, False, 5, OtherCount(5)),
        (0, 11, False, 5, OtherCount(5)),
        (1, 11, True, None, NoAdministrator()),
        (1, 11, True, 1, NoAdministrator()),
    ],
)
def test_when_leavers_are_doubtful(
    leaving: int, staff: int, loses: bool, confirmed: int | None, why: Doubt | None
) -> None:
    assert doubt(leaving, staff, loses_administrators=loses, confirmed=confirmed) == why


def test_a_part_of_the_firm_may_be_imported_by_itself(store: Store) -> None:
    """Who is not in the file stays, and may be a superior of who is."""
    load(store, FILE)
    came = load(store, [replace(BATU, superior="LINA", rank="高级")])
    assert came == Imported(0, 1, 0, missing=tuple(named(store, "zhaojianguo", "lina")))
    assert stands(store)["巴特尔·孟和"][-1] == "李娜"
    assert len(stands(store)) == 3


def test_who_is_known_by_one_platform_gets_the_other(store: Store) -> None:
    """People are recognised by their WeCom user id, else by their DingTalk one."""
    load(store, [BOSS, replace(BATU, wecom_userid="")])
    assert load(store, [BATU]) == Imported(0, 1, 0, missing=tuple(named(store, "zhaojianguo")))
    assert stands(store)["巴特尔·孟和"][:2] == ("batu", "dt_batu")
    assert len(stands(store)) == 2


def test_who_left_and_comes_back_is_the_same_person(store: Store) -> None:
    load(store, FILE)
    (batu,) = named(store, "batu")
    number = batu.id
    assert go(store, "BATU") == Left(batu)
    with store.read() as session:
        assert by_userid(session, "wecom", "batu") is None
        assert by_id(session, "wecom", number) is None
        assert reachable_on(session, number) is None
        assert by_name(session, "巴特尔·孟和") == []
        assert names(session, [number, None]) == {number: "巴特尔·孟和"}, "history names leavers"
        assert number not in [person.id for person in everybody(session)]
        assert department_of(session, number) == "呼和浩特/一部"
    assert go(store, "batu") == LeftBefore(batu, store.clock())
    assert load(store, [BOSS, NINA]) == Imported(0, 0, 2), "who has left is not missed"
    assert load(store, FILE) == Imported(0, 1, 2, back=(batu,))
    assert load(store, FILE) == Imported(0, 0, 3)
    with store.read() as session:
        back = by_userid(session, "wecom", "batu")
        assert back is not None
        assert back.id == number
        rows = session.execute(select(AuditRow.action, AuditRow.details).where(AuditRow.subject == f"person:{number}"))
        entries = [(row.action, json.loads(row.details)) for row in rows]
    assert entries[0] == ("people:left", {"department": "呼和浩特/一部", "roles": "officer"})
    assert [action for action, _ in entries] == ["people:left", "people:back", "people:rights"]
    assert (entries[2][1]["old"], entries[2][1]["new"]) == ("", "officer")


def test_who_leaves_is_named_by_either_user_id(store: Store) -> None:
    load(store, [BOSS, replace(BATU, wecom_userid="")])
    assert go(store, "nobody") is None
    assert go(store, "") is None
    left = go(store, "DT_batu")
    assert isinstance(left, Left)
    assert (left.who.name, left.who.userid) == ("巴特尔·孟和", "dt_batu")


def test_an_import_that_is_refused_brings_nobody_back(store: Store) -> None:
    load(store, FILE)
    go(store, "batu")
    assert load(store, [BATU, replace(NINA, role="boss")]) == [BadRow(4, "role", "unknown", "boss")]
    with store.read() as session:
        assert by_userid(session, "wecom", "batu") is None


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        (replace(BATU, name=""), BadRow(3, "name", "empty")),
        (replace(BATU, name=" \u200b"), BadRow(3, "name", "empty")),
        (replace(BATU, department=""), BadRow(3, "department", "empty")),
        (replace(BATU, department=" / "), BadRow(3, "department", "empty")),
        (replace(BATU, role=""), BadRow(3, "role", "empty")),
        (replace(BATU, role="|"), BadRow(3, "role", "empty")),
        (replace(BATU, role="boss"), BadRow(3, "role", "unknown", "boss")),
        (replace(BATU, role="officer|Manager"), BadRow(3, "role", "unknown", "Manager")),
        (replace(BATU, wecom_userid="", dingtalk_userid=""), BadRow(3, "wecom_userid", "empty")),
        (replace(BATU, department="呼和浩特\\一部"), BadRow(3, "department", "slash", "呼和浩特\\一部")),
        (replace(BATU, department="呼和浩特＼一部"), BadRow(3, "department", "slash", "呼和浩特＼一部")),
        (replace(BATU, superior="BATU"), BadRow(3, "superior", "circle", "batu → batu")),
        (replace(BATU, superior="nobody"), BadRow(3, "superior", "unknown", "nobody")),
        (replace(BATU, wecom_userid="LINA"), BadRow(4, "wecom_userid", "twice", "lina")),
        (replace(BATU, dingtalk_userid="DT_zhao"), BadRow(3, "dingtalk_userid", "twice", "DT_zhao")),
    ],
)
def test_a_bad_line_is_named_and_nothing_taken_over(store: Store, row: PersonRow, bad: BadRow) -> None:
    assert load(store, [BOSS, row, NINA]) == [bad]
    with store.read() as session:
        assert session.scalars(select(Person.id)).all() == []
        assert session.scalars(select(Department.id)).all() == []


def test_two_ids_of_two_known_people_are_not_one(store: Store) -> None:
    load(store, FILE)
    mixed = replace(NINA, line=2, dingtalk_userid="dt_batu")
    assert load(store, [mixed]) == [BadRow(2, "dingtalk_userid", "twice", "dt_batu")]


def test_all_bad_lines_are_named_at_once(store: Store) -> None:
    rows = [replace(BOSS, name="", role="x"), replace(BATU, superior="y")]
    assert load(store, rows) == [
        BadRow(2, "name", "empty"),
        BadRow(2, "role", "unknown", "x"),
        BadRow(3, "superior", "unknown", "y"),
    ]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("呼和浩特／一部", "呼和浩特/一部"),
        (" 呼和浩特 / 一部 ", "呼和浩特/一部"),
        ("/呼和浩特//一部/", "呼和浩特/一部"),
    ],
)
def test_a_department_has_one_spelling(store: Store, written: str, path: str) -> None:
    """Two spellings would be two departments, and rights end at a department."""
    load(store, [BOSS, replace(BATU, department=written)])
    assert stands(store)["巴特尔·孟和"][2] == path


def test_roles_are_kept_once_each(store: Store) -> None:
    load(store, [replace(BOSS, role="officer||manager|officer")])
    assert stands(store)["赵建国"][3] == "manager|officer"


def test_a_changed_right_is_audited_with_before_and_after(store: Store) -> None:
    load(store, FILE)
    load(store, [BOSS, replace(BATU, role="officer|admin"), NINA])
    with store.read() as session:
        rows = session.execute(
            select(AuditRow.subject, AuditRow.details).where(AuditRow.action == "people:rights")
        ).all()
        batu = by_userid(session, "wecom", "batu")
    assert batu is not None
    assert [(row.subject, row.details) for row in rows if '"old":""' not in row.details] == [
        (
            f"person:{batu.id}",
            '{"new":"admin|officer","new_department":"呼和浩特/一部","old":"officer","old_department":"呼和浩特/一部"}',
        )
    ]


def test_people_are_found_in_any_case_and_only_on_their_channel(store: Store) -> None:
    load(store, FILE)
    with store.read() as session:
        assert by_userid(session, "wecom", "ZHAOjianguo") == by_userid(session, "wecom", "zhaojianguo")
        found = by_userid(session, "dingtalk", "dt_batu")
        assert found is not None
        assert (found.userid, found.roles) == ("dt_batu", {Role.OFFICER})
        for unknown in ("", "dt_batu", "batu ", "bat", "%"):
            assert by_userid(session, "wecom", unknown) is None
        nina = by_userid(session, "wecom", "lina")
        assert nina is not None
        assert reachable_on(session, nina.id) == "wecom"
        on_dingtalk = by_id(session, "dingtalk", nina.id)
        assert on_dingtalk is not None
        assert on_dingtalk.userid == ""


def test_a_role_that_this_release_does_not_know_gives_nothing(store: Store) -> None:
    """After going back to an older release: the person keeps what is known, and the rest is denied."""
    load(store, FILE)
    with store.database.write() as session:
        session.scalars(select(Person).where(Person.wecom_userid == "batu")).one().roles = "officer|wizard"
    with store.read() as session:
        found = by_userid(session, "wecom", "batu")
    assert found is not None
    assert found.roles == {Role.OFFICER}


def test_a_dingtalk_id_is_compared_in_any_case_and_sent_as_it_was_typed(store: Store) -> None:
    load(store, [replace(BATU, superior="", dingtalk_userid="DT_Batu")])
    with store.read() as session:
        found = by_userid(session, "dingtalk", "dt_BATU")
        assert found is not None
        assert found.userid == "DT_Batu"
    assert load(store, [replace(BATU, superior="", dingtalk_userid="dt_batu")]) == Imported(0, 1, 0)
    with store.read() as session:
        assert (by_id(session, "dingtalk", found.id) or found).userid == "dt_batu", "nobody but a file has spelt it yet"


def test_how_dingtalk_spells_an_id_counts_for_more_than_how_it_was_typed(store: Store) -> None:
    load(store, [replace(BATU, superior="")])
    with store.unit(request_id="test") as unit:
        person = unit.session.scalars(select(Person)).unique().one()
        person.dingtalk_spelling, person.dingtalk_sure = "DT_Batu", True
    assert load(store, [replace(BATU, superior="")]) == Imported(0, 0, 1)
    with store.read() as session:
        found = by_userid(session, "dingtalk", "dt_batu")
    assert found is not None
    assert found.userid == "DT_Batu"
    load(store, [replace(BATU, superior="", dingtalk_userid="Other")])
    with store.read() as session:
        assert (by_id(session, "dingtalk", found.id) or found).userid == "Other"


def test_a_company_without_wecom_names_superiors_by_their_dingtalk_ids(store: Store) -> None:
    boss = replace(BOSS, wecom_userid=None)
    batu = replace(BATU, wecom_userid=None, superior="DT_Zhao")
    assert load(store, [boss, batu]) == Imported(2, 0, 0)
    assert stands(store)["巴特尔·孟和"][4] == "赵建国"
    again = load(store, [batu])
    assert isinstance(again, Imported), "who is known already need not stand in the file"
    assert again.unchanged == 1
    assert load(store, [replace(batu, superior="dt_nobody")]) == [BadRow(3, "superior", "unknown", "dt_nobody")]
    (circle,) = load(store, [replace(boss, superior="dt_batu"), batu])  # type: ignore[misc]
    assert (circle.column, circle.why) == ("superior", "circle")
