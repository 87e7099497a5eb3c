"""Taking over a platform's address book: compared first, roles kept, nobody gone who is merely not listed."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from firm import EVERYBODY, PEOPLE, Firm
from sqlalchemy import select

from core.people.difference import Change, Difference, Newcomer
from core.people.models import Department, Person
from core.people.newcomers import Newcomers
from core.people.organisation import Bureau, Member, Organisation
from core.people.policy import Role, Verb, may
from core.people.queries import superior_of
from core.people.register import Colleague
from core.people.rules import NoAdministrator, TooMany
from core.people.service import Doubtful, PersonRow, import_people, leave
from core.people.syncing import Overtaken, Synced, compare, not_among, take_over
from core.store.audit import AuditRow

BUREAUS = (
    Bureau(1, "青城", 0),
    Bureau(2, "总部", 1),
    Bureau(3, "审批部", 2),
    Bureau(4, "财务部", 2),
    Bureau(5, "呼和浩特", 1),
    Bureau(6, "一部", 5),
    Bureau(7, "二部", 5),
    Bureau(8, "包头", 1),
    Bureau(9, "一部", 8),
)
NUMBERS = {"总部": 2, "总部/审批部": 3, "总部/财务部": 4, "呼和浩特": 5, "呼和浩特/一部": 6, "呼和浩特/二部": 7}
NUMBERS |= {"包头": 8, "包头/一部": 9}
MEMBERS = tuple(
    Member(str(row.wecom_userid), row.name, (NUMBERS[row.department],), NUMBERS[row.department]) for row in PEOPLE
)
WHOLE = Organisation(BUREAUS, MEMBERS, whole=True)
NOBODY = Newcomers()


def changed(account: str, **how: object) -> tuple[Member, ...]:
    return tuple(replace(each, **how) if each.account == account else each for each in MEMBERS)  # type: ignore[arg-type]


def without(*accounts: str) -> tuple[Member, ...]:
    return tuple(member for member in MEMBERS if member.account not in accounts)


def take(firm: Firm, organisation: Organisation, newcomers: Newcomers = NOBODY, **how: object) -> object:
    return firm.work(lambda unit: take_over(unit, organisation, newcomers, **how))  # type: ignore[arg-type]


def told(firm: Firm, organisation: Organisation) -> Difference:
    """What it would change; and it changes exactly that, and then nothing more."""
    with firm.store.read() as session:
        said = compare(session, organisation)
    done = take(firm, organisation, expected=said)
    assert isinstance(done, Synced)
    assert done.told == said
    with firm.store.read() as session:
        assert compare(session, replace(organisation, renamed={})).is_none
    return said


def stands(firm: Firm) -> dict[str, tuple[str, str, str, bool]]:
    """Everybody by account: name, department, roles, works here."""
    with firm.store.read() as session:
        people = session.scalars(select(Person)).unique()
        return {
            str(person.wecom_userid): (person.name, person.department.path, person.roles, person.left_at is None)
            for person in people
        }


def departments(firm: Firm) -> dict[str, int | None]:
    with firm.store.read() as session:
        return {row.path: row.wecom_id for row in session.scalars(select(Department))}


def audited(firm: Firm, action: str) -> list[dict[str, object]]:
    with firm.store.read() as session:
        rows = session.scalars(select(AuditRow.details).where(AuditRow.action == action).order_by(AuditRow.seq))
        return [json.loads(details) for details in rows]


def test_who_is_alike_on_both_sides_stays_as_he_is(firm: Firm) -> None:
    before = stands(firm)
    known = tuple(sorted(departments(firm)))
    assert told(firm, WHOLE) == Difference(("青城",), numbered_departments=known, unchanged=len(EVERYBODY))
    assert stands(firm) == before
    assert departments(firm) == {**NUMBERS, "青城": 1}
    assert told(firm, WHOLE) == Difference(unchanged=len(EVERYBODY))
    assert len(audited(firm, "people:sync")) == 1, "what changes nothing leaves no entry"


def test_a_move_changes_the_department_and_keeps_roles(firm: Firm) -> None:
    said = told(firm, replace(WHOLE, members=changed("batu", departments=(7,), main=7)))
    who = Colleague(firm.who("batu").id, "巴图", "batu")
    assert said.moved == (Change(who, "呼和浩特/一部", "呼和浩特/二部"),)
    assert stands(firm)["batu"] == ("巴图", "呼和浩特/二部", "officer", True)
    (entry,) = audited(firm, "people:rights")
    assert (entry["old_department"], entry["new_department"]) == ("呼和浩特/一部", "呼和浩特/二部")


def test_of_several_departments_the_main_one_counts(firm: Firm) -> None:
    told(firm, replace(WHOLE, members=changed("batu", departments=(6, 7), main=7)))
    assert firm.who("batu").department == "呼和浩特/二部"
    told(firm, replace(WHOLE, members=changed("batu", departments=(9, 7), main=None)))
    assert firm.who("batu").department == "包头/一部", "the first, where none is called the main one"
    told(firm, replace(WHOLE, members=changed("batu", departments=(77, 6), main=77)))
    assert firm.who("batu").department == "呼和浩特/一部", "the first that is to be seen"
    told(firm, replace(WHOLE, members=changed("batu", departments=(77,), main=77)))
    assert firm.who("batu").department == "呼和浩特/一部", "none of them is: he stays where he is"


def test_a_name_that_is_not_told_wipes_none(firm: Firm) -> None:
    assert told(firm, replace(WHOLE, members=changed("batu", name=None))).renamed == ()
    assert firm.who("batu").name == "巴图"
    said = told(firm, replace(WHOLE, members=changed("batu", name="巴特尔·孟和")))
    assert [(each.old, each.new) for each in said.renamed] == [("巴图", "巴特尔·孟和")]
    assert firm.who("batu").name == "巴特尔·孟和"


def test_a_new_person_may_do_nothing_until_he_is_given_a_post(firm: Firm) -> None:
    said = told(firm, replace(WHOLE, members=(*MEMBERS, Member("zhao", "赵六", (7,), 7))))
    assert said.joining == (Newcomer("zhao", "赵六", "呼和浩特/二部"),)
    zhao = firm.who("zhao")
    assert (zhao.name, zhao.department, zhao.roles) == ("赵六", "呼和浩特/二部", frozenset())
    assert [verb for verb in Verb if may(zhao, verb)] == [Verb.CHAT]


def test_a_new_person_gets_the_posts_that_the_company_gives(firm: Firm) -> None:
    take(firm, replace(WHOLE, members=(*MEMBERS, Member("zhao", None, (7,), 7))), Newcomers((Role.OFFICER,)))
    assert firm.who("zhao").roles == {Role.OFFICER}
    assert firm.who("zhao").name == "zhao", "nobody told a name: the account, until one is told"
    told(firm, replace(WHOLE, members=(*MEMBERS, Member("zhao", "赵六", (7,), 7))))
    assert firm.who("zhao").name == "赵六"
    assert firm.who("zhao").roles == {Role.OFFICER}, "given once, and not taken by a later rule"


def test_a_new_person_of_a_department_that_is_not_seen_is_told_of_and_not_taken(firm: Firm) -> None:
    said = told(firm, replace(WHOLE, members=(*MEMBERS, Member("zhao", "赵六", (77,), 77))))
    assert said.unplaced == (Newcomer("zhao", "赵六", ""),)
    assert said.is_none is False  # the company's own department is new
    assert "zhao" not in stands(firm)


def test_who_is_not_listed_has_not_left(firm: Firm) -> None:
    said = told(firm, replace(WHOLE, members=without("batu", "wang"), unseen=frozenset({"wang"})))
    assert [who.userid for who in said.missing] == ["batu"]
    assert [who.userid for who in said.unseen] == ["wang"]
    assert said.leaving == ()
    assert all(works for *_, works in stands(firm).values())


def test_whose_account_is_gone_has_left(firm: Firm) -> None:
    lead = firm.add("batu")
    batu = firm.who("batu")
    said = told(firm, replace(WHOLE, members=without("batu"), gone=frozenset({"batu", "nobody"})))
    assert [who.id for who in said.leaving] == [batu.id]
    assert stands(firm)["batu"][3] is False
    assert firm.lead(lead).owner_id == batu.id, "his until it is moved"
    assert len(audited(firm, "people:left")) == 1


def test_who_comes_back_does_not_come_back_to_his_rights(firm: Firm) -> None:
    take(firm, replace(WHOLE, members=without("lina"), gone=frozenset({"lina"})))
    said = told(firm, WHOLE)
    assert [(each.account, each.name) for each in said.back] == [("lina", "李娜")]
    assert firm.who("lina").roles == frozenset()
    assert len(audited(firm, "people:back")) == 1


def test_whom_we_let_go_is_not_back_because_his_account_is_still_there(firm: Firm) -> None:
    firm.work(lambda unit: leave(unit, "lina"))
    read = replace(WHOLE, members=changed("lina", name="李娜娜"))
    assert told(firm, read).back == ()
    take(firm, read, Newcomers((Role.OFFICER,)))
    assert stands(firm)["lina"][3] is False
    assert audited(firm, "people:back") == []


def test_many_leavers_at_once_must_be_confirmed(firm: Firm) -> None:
    gone = frozenset({"batu", "zhang", "wang", "zhou"})
    less = replace(WHOLE, members=without(*gone), gone=gone)
    refused = take(firm, less)
    assert isinstance(refused, Doubtful)
    assert (refused.why, len(refused.leaving), refused.staff) == (TooMany(), 4, 10)
    assert all(works for *_, works in stands(firm).values())
    assert departments(firm)["呼和浩特"] is None, "nothing at all was changed"
    assert isinstance(take(firm, less, confirmed=True), Synced)
    assert sum(works for *_, works in stands(firm).values()) == 6


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_last_administrator_never_leaves(firm: Firm, confirmed: bool) -> None:
    refused = take(firm, replace(WHOLE, members=without("admin"), gone=frozenset({"admin"})), confirmed=confirmed)
    assert isinstance(refused, Doubtful)
    assert refused.why == NoAdministrator()
    assert stands(firm)["admin"][3] is True


def test_what_changed_since_it_was_agreed_to_changes_nothing(firm: Firm) -> None:
    moved = replace(WHOLE, members=changed("batu", departments=(7,), main=7))
    with firm.store.read() as session:
        said = compare(session, moved)
    take(firm, replace(WHOLE, members=without("zhang"), gone=frozenset({"zhang"})))
    done = take(firm, moved, expected=said)
    assert isinstance(done, Overtaken)
    assert [each.account for each in done.told.back] == ["zhang"]
    assert firm.who("batu").department == "呼和浩特/一部"


# Departments


def test_a_renamed_department_moves_with_all_below_and_its_people_have_the_same_rights(firm: Firm) -> None:
    take(firm, WHOLE)
    firm.work(
        lambda unit: import_people(unit, [PersonRow(2, "孙丽", "呼和浩特/一部/外勤", "officer", "sun", "", "", "")])
    )
    bureaus = tuple(replace(each, name="青城分公司") if each.id == 5 else each for each in BUREAUS)
    said = told(firm, replace(WHOLE, bureaus=bureaus))
    assert said.moved_departments == (
        ("呼和浩特", "青城分公司"),
        ("呼和浩特/一部", "青城分公司/一部"),
        ("呼和浩特/一部/外勤", "青城分公司/一部/外勤"),
        ("呼和浩特/二部", "青城分公司/二部"),
    )
    assert said.moved == (), "nobody moved, his department did"
    assert firm.who("sun").department == "青城分公司/一部/外勤"
    lead = firm.add("batu")
    assert firm.whole("boss", lead) is not None
    entries = audited(firm, "people:department")
    assert {"old": "呼和浩特", "new": "青城分公司"} in entries


def test_two_departments_change_places(firm: Firm) -> None:
    take(firm, WHOLE)
    other = {6: "二部", 7: "一部"}
    bureaus = tuple(replace(each, name=other.get(each.id, each.name)) for each in BUREAUS)
    said = told(firm, replace(WHOLE, bureaus=bureaus))
    assert len(said.moved_departments) == 2
    assert firm.who("batu").department == "呼和浩特/二部"
    assert firm.who("wang").department == "呼和浩特/一部"


def test_a_department_that_moves_under_another(firm: Firm) -> None:
    take(firm, WHOLE)
    bureaus = tuple(replace(each, parent=8) if each.id == 5 else each for each in BUREAUS)
    told(firm, replace(WHOLE, bureaus=bureaus))
    assert firm.who("batu").department == "包头/呼和浩特/一部"


def test_a_department_that_moves_to_where_a_file_had_one_takes_its_people_over(firm: Firm) -> None:
    take(firm, WHOLE)
    firm.work(lambda unit: import_people(unit, [PersonRow(2, "孙丽", "包头/三部", "officer", "sun", "", "", "")]))
    bureaus = tuple(replace(each, name="三部") if each.id == 9 else each for each in BUREAUS)
    told(firm, replace(WHOLE, bureaus=bureaus))
    assert firm.who("sun").department == firm.who("zhou").department == "包头/三部"
    assert departments(firm)["包头/三部"] == 9
    assert "包头/一部" not in departments(firm)


def test_a_department_that_is_gone_goes_when_nobody_is_in_it(firm: Firm) -> None:
    take(firm, WHOLE)
    without_wang = changed("wang", departments=(6,), main=6)
    less = replace(WHOLE, bureaus=tuple(each for each in BUREAUS if each.id not in (7, 9)), members=without_wang)
    said = told(firm, less)
    assert said.gone_departments == ("包头/一部", "呼和浩特/二部")
    assert "呼和浩特/二部" not in departments(firm)
    assert departments(firm)["包头/一部"] is None, "周敏 is in it still: it is known, and no more the platform's"
    assert firm.who("zhou").department == "包头/一部"


def test_a_department_that_goes_gives_its_path_to_one_that_moves_there(firm: Firm) -> None:
    """It is in use still: somebody who left stood in it."""
    take(firm, WHOLE)
    more = replace(
        WHOLE, bureaus=(*BUREAUS, Bureau(10, "三部", 8)), members=changed("zhou", departments=(10,), main=10)
    )
    take(firm, more)
    take(firm, replace(more, members=without("zhou"), gone=frozenset({"zhou"})))
    firm.work(lambda unit: import_people(unit, [PersonRow(2, "孙丽", "呼和浩特/三部", "officer", "sun", "", "", "")]))
    bureaus = tuple(replace(each, name="包头") if each.id == 5 else each for each in BUREAUS if each.id not in (8, 9))
    bai = tuple(replace(m, departments=(5,), main=5) if m.account == "bai" else m for m in without("zhou"))
    told(firm, replace(WHOLE, bureaus=bureaus, members=bai))
    assert firm.who("sun").department == "包头/三部"
    assert departments(firm)["包头/三部"] is None


def test_a_department_whose_path_would_become_too_long_stays_where_it_is(firm: Firm) -> None:
    take(firm, WHOLE)
    far = "呼和浩特/" + "深" * 195
    firm.work(lambda unit: import_people(unit, [PersonRow(2, "孙丽", far, "officer", "sun", "", "", "")]))
    bureaus = tuple(replace(each, name="呼和浩特分公司") if each.id == 5 else each for each in BUREAUS)
    told(firm, replace(WHOLE, bureaus=bureaus))
    assert firm.who("sun").department == far
    assert firm.who("batu").department == "呼和浩特分公司/一部"


def test_a_department_that_was_made_anew_is_the_same_one(firm: Firm) -> None:
    take(firm, WHOLE)
    bureaus = (*(each for each in BUREAUS if each.id != 7), Bureau(17, "二部", 5))
    said = told(firm, replace(WHOLE, bureaus=bureaus, members=changed("wang", departments=(17,), main=17)))
    assert said == Difference(numbered_departments=("呼和浩特/二部",), unchanged=len(EVERYBODY))
    assert departments(firm)["呼和浩特/二部"] == 17


def test_a_part_of_the_departments_lets_the_others_be(firm: Firm) -> None:
    take(firm, WHOLE)
    said = told(firm, Organisation((Bureau(6, "直营部", None),), ()))
    assert said.moved_departments == (("呼和浩特/一部", "呼和浩特/直营部"),)
    assert said.gone_departments == ()
    assert firm.who("wang").department == "呼和浩特/二部"
    numbers = {**NUMBERS, "青城": 1, "呼和浩特/直营部": 6}
    del numbers["呼和浩特/一部"]
    assert departments(firm) == numbers


def test_of_a_part_that_department_goes_which_is_certainly_closed(firm: Firm) -> None:
    take(firm, WHOLE)
    told(firm, Organisation((BUREAUS[0],), changed("wang", departments=(6,), main=6), closed=frozenset({7, 77})))
    numbers = {**NUMBERS, "青城": 1}
    del numbers["呼和浩特/二部"]
    assert departments(firm) == numbers


# Accounts


def test_a_changed_account_is_the_same_person(firm: Firm) -> None:
    batu, lead = firm.who("batu"), firm.add("batu")
    new = tuple(replace(each, account="bateer") if each.account == "batu" else each for each in MEMBERS)
    said = told(firm, replace(WHOLE, members=new, renamed={"batu": "bateer"}, gone=frozenset({"batu"})))
    assert [(each.old, each.new) for each in said.accounts] == [("batu", "bateer")]
    assert said.leaving == said.joining == ()
    assert firm.who("bateer").id == batu.id == firm.lead(lead).owner_id
    assert firm.who("bateer").roles == {Role.OFFICER}


def test_the_news_of_a_new_account_may_come_before_the_news_of_its_change(firm: Firm) -> None:
    batu = firm.who("batu")
    take(firm, Organisation(BUREAUS, (Member("bateer", "巴图", (6,), 6),)))
    take(firm, Organisation(BUREAUS, (Member("bateer", "巴图", (6,), 6),), renamed={"batu": "bateer"}))
    assert firm.who("bateer").id == batu.id
    take(firm, Organisation(BUREAUS, (Member("bateer", "巴图", (6,), 6),), renamed={"batu": "bateer"}))
    assert firm.who("bateer").id == batu.id, "once more changes nothing"
    with firm.store.read() as session:
        twin = session.scalars(select(Person).where(Person.name == "巴图", Person.id != batu.id)).unique().one()
    assert (twin.wecom_userid, twin.left_at is None) == (None, False)


def test_the_last_administrator_loses_his_account_to_nobody(firm: Firm) -> None:
    """Not even where the caller has let such a change pass."""
    read = replace(WHOLE, members=without("batu"), renamed={"batu": "admin"}, gone=frozenset({"batu"}))
    refused = take(firm, read, confirmed=True)
    assert isinstance(refused, Doubtful)
    assert refused.why == NoAdministrator()
    assert firm.who("admin").roles == {Role.ADMIN}
    assert stands(firm)["batu"][3] is True


# Superiors


def superior(firm: Firm, account: str) -> str | None:
    with firm.store.read() as session:
        number = superior_of(session, firm.who(account).id)
        return session.scalar(select(Person.wecom_userid).where(Person.id == number))


def test_the_direct_superior_is_who_the_platform_names(firm: Firm) -> None:
    said = told(firm, replace(WHOLE, members=changed("batu", above=("nobody", "bai", "boss"))))
    assert [(each.old, each.new) for each in said.superiors] == [("", "白音")]
    assert superior(firm, "batu") == "bai"
    assert told(firm, WHOLE).superiors == (), "who is named no more stays"
    assert superior(firm, "batu") == "bai"


def test_else_it_is_the_head_of_the_department_or_of_the_next_one_above(firm: Firm) -> None:
    bureaus = tuple(replace(each, heads=("boss",)) if each.id == 5 else each for each in BUREAUS)
    told(firm, replace(WHOLE, bureaus=bureaus, members=changed("zhang", leads=frozenset({6}))))
    assert superior(firm, "batu") == "zhang"
    assert superior(firm, "zhang") == "boss"
    assert superior(firm, "wang") == "boss"


def test_a_head_who_is_new_is_a_superior_too(firm: Firm) -> None:
    new = Member("zhao", "赵六", (7,), 7, leads=frozenset({7}))
    said = told(firm, replace(WHOLE, members=(*MEMBERS, new)))
    assert [(each.who.userid, each.new) for each in said.superiors] == [("wang", "赵六")]
    assert superior(firm, "wang") == "zhao"


def test_a_leaver_is_nobodys_superior(firm: Firm) -> None:
    members = tuple(each for each in changed("wang", above=("zhang",)) if each.account != "zhang")
    told(firm, replace(WHOLE, members=members, gone=frozenset({"zhang"})))
    assert superior(firm, "wang") != "zhang"


def test_superiors_never_make_a_circle(firm: Firm) -> None:
    members: Sequence[Member] = [
        replace(each, above={"batu": ("zhang",), "zhang": ("batu",)}.get(each.account, ())) for each in MEMBERS
    ]
    with firm.store.read() as session:
        said = compare(session, replace(WHOLE, members=tuple(members)))
    assert [each.who.userid for each in said.superiors] == ["batu"]
    assert [(each.who.userid, each.new) for each in said.circles] == [("zhang", "巴图")]
    take(firm, replace(WHOLE, members=tuple(members)))
    assert superior(firm, "batu") == "zhang"
    assert superior(firm, "zhang") != "batu"


def test_who_is_to_be_asked_for_one_by_one(firm: Firm) -> None:
    firm.leaves("zhou")
    firm.work(lambda unit: import_people(unit, [PersonRow(2, "丁", "包头", "officer", "", "dt_only", "", "")]))
    with firm.store.read() as session:
        asked = not_among(session, frozenset(member.account for member in without("batu")))
    assert [who.userid for who in asked] == ["batu"]
