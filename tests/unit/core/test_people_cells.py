"""The cells of a people file: one spelling of what is meant, however it was typed or copied, and what is refused."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from core.people.models import Person, own_phone_place
from core.people.service import BadRow, Imported, Left, PersonRow, import_people, leave
from core.store.unit import Store

ROW = PersonRow(2, "张三", "呼和浩特/一部", "admin", "zhangsan", "dt_zhang", "", "高级")
FIELDS = {
    "name": "张三",
    "department": "呼和浩特/一部",
    "wecom_userid": "zhangsan",
    "dingtalk_userid": "dt_zhang",
    "rank": "高级",
}
UNSEEN = "\u200b\u200d\ufeff\u00ad\u2060\u202e\u3164\ufe0f\u034f"


def stored(store: Store, *rows: PersonRow) -> Imported | list[BadRow]:
    with store.unit(request_id="test") as unit:
        return import_people(unit, rows)


def known(store: Store) -> list[dict[str, str | None]]:
    with store.read() as session:
        return [
            {
                "name": person.name,
                "department": person.department.path,
                "wecom_userid": person.wecom_userid,
                "dingtalk_userid": person.dingtalk_userid,
                "rank": person.rank,
            }
            for person in session.scalars(select(Person).order_by(Person.id))
        ]


@pytest.mark.parametrize("column", FIELDS)
def test_what_nobody_sees_makes_nobody_else(store: Store, column: str) -> None:
    """It comes along when something is copied from a page, a chat or another sheet."""
    clean = FIELDS[column]
    for typed in (f"{clean[0]}{UNSEEN}{clean[1:]}", f"\u00a0{clean}\u3000", f"{UNSEEN} {clean}\t", f"{clean}\n"):
        assert isinstance(stored(store, replace(ROW, **{column: typed})), Imported)
        assert known(store) == [FIELDS], "and the second time it is the same person"


@pytest.mark.parametrize(
    ("column", "typed", "meant"),
    [
        ("department", "呼和浩特∕一部", "呼和浩特/一部"),
        ("department", "呼和浩特⁄一部", "呼和浩特/一部"),
        ("department", "呼和浩特\u00a0/\u200b一部", "呼和浩特/一部"),
        ("department", "呼和浩特/\u200b/一部", "呼和浩特/一部"),
        ("department", "呼和浩特/一部（东）", "呼和浩特/一部(东)"),
        ("department", "呼和浩特/市场、渠道部", "呼和浩特/市场、渠道部"),
        ("wecom_userid", "ＺｈａｎｇＳａｎ", "zhangsan"),
        ("dingtalk_userid", "DT＿zhang", "dt_zhang"),
        ("name", "张\u00a0三", "张 三"),
        ("rank", "高级\u00a0（一）", "高级 （一）"),
    ],
)
def test_cells_are_stored_in_their_one_spelling(store: Store, column: str, typed: str, meant: str) -> None:
    assert isinstance(stored(store, replace(ROW, **{column: typed})), Imported)
    assert known(store) == [FIELDS | {column: meant}]


def test_a_superior_and_a_leaver_are_found_by_what_was_meant(store: Store) -> None:
    below = PersonRow(3, "李四", "一部", "officer", "lisi", "", "\u200bＺhangsan\u00a0", "")
    assert isinstance(stored(store, ROW, below), Imported)
    with store.unit(request_id="test") as unit:
        assert isinstance(leave(unit, "\ufeffＬisi "), Left)


@pytest.mark.parametrize("column", [*FIELDS, "role", "superior"])
@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\x9f"])
def test_a_control_character_is_refused_with_its_place(store: Store, column: str, control: str) -> None:
    """The file came to harm. (PostgreSQL takes no NUL at all.)"""
    below = PersonRow(3, "李四", "一部", "officer", "lisi", "", "zhangsan", "")
    rows = [replace(ROW, **{column: f"{getattr(ROW, column)}{control}"}), below]
    bad = stored(store, *rows)
    assert isinstance(bad, list)
    assert bad[0] == BadRow(2, column, "control", f"U+{ord(control):04X}")
    assert known(store) == []


@pytest.mark.parametrize(
    ("column", "typed", "why"),
    [
        *(("department", f"呼和浩特{mark}一部", "slash") for mark in ",，;；|｜>＞\\＼"),
        ("wecom_userid", "zhang san", "account"),
        ("wecom_userid", "zhang\u00a0san", "account"),
        ("wecom_userid", "张三", "account"),
        ("dingtalk_userid", "dt，zhang三", "account"),
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, column: str, typed: str, why: str) -> None:
    assert stored(store, replace(ROW, **{column: typed})) == [BadRow(2, column, why, typed)]


PHONE = "13947100009"


def phone(store: Store) -> str | None:
    """张三's phone, as short messages go to it."""
    with store.read() as session:
        person = session.scalars(select(Person)).unique().one()
        return store.vault.open(own_phone_place(person.id), person.phone) if person.phone else None


def test_a_phone_is_kept_sealed_until_the_file_clears_it(store: Store) -> None:
    assert stored(store, replace(ROW, phone="139-4710 0009")) == Imported(1, 0, 0)
    assert phone(store) == PHONE
    assert stored(store, replace(ROW, phone="+86 13947100009")) == Imported(0, 0, 1)
    assert stored(store, ROW) == Imported(0, 0, 1)
    assert phone(store) == PHONE, "a file without the column says nothing of it"
    assert stored(store, replace(ROW, phone="")) == Imported(0, 1, 0)
    assert phone(store) is None


@pytest.mark.parametrize("typed", ["1.39471E+10", "0471-6900000", "1394710000", "没有"])
def test_what_is_no_mobile_number_is_refused_and_not_repeated(store: Store, typed: str) -> None:
    assert stored(store, replace(ROW, phone=typed)) == [BadRow(2, "phone", "phone")]


def test_a_damaged_phone_is_mended_by_the_file(store: Store) -> None:
    stored(store, replace(ROW, phone=PHONE))
    with store.database.write() as session:
        session.execute(update(Person).values(phone=b"damaged"))
    assert stored(store, replace(ROW, phone=PHONE)) == Imported(0, 1, 0)
    assert phone(store) == PHONE


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        ("name", "ﷺ" * 10),  # each is 18 characters when it is written out
        ("department", "㍿" * 60),
        ("rank", "级" * 21),
        ("wecom_userid", "㎏" * 40),
        ("dingtalk_userid", "x" * 65),
    ],
)
def test_it_is_the_stored_form_that_must_not_be_too_long(store: Store, column: str, typed: str) -> None:
    assert stored(store, replace(ROW, **{column: typed})) == [BadRow(2, column, "long")]
    assert isinstance(stored(store, replace(ROW, rank="级" * 20 + UNSEEN)), Imported)
