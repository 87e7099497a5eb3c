"""Whose account became another one: believed of one who is nobody yet, and of nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select

from core.leads import holdings
from core.people.models import Person
from core.people.newcomers import Newcomers
from core.people.organisation import Bureau, Member, Organisation
from core.people.policy import Role
from core.people.queries import by_userid
from core.people.renames import MOMENT, Renames, sort_out
from core.people.service import PersonRow, import_people, leave
from core.people.syncing import take_over

OFFICERS = Newcomers((Role.OFFICER,))
BUREAUS = (Bureau(5, "呼和浩特", 1), Bureau(6, "一部", 5))
TWIN = Organisation(BUREAUS, (Member("bateer", "巴图", (6,), 6),))


def sorted_out(firm: Firm, old: str, new: str, newcomers: Newcomers = OFFICERS) -> Renames:
    return firm.work(lambda unit: sort_out(unit, {old: new}, newcomers, holdings.open_leads))


def comes(firm: Firm) -> None:
    firm.work(lambda unit: take_over(unit, TWIN, OFFICERS))


def test_an_account_that_is_nobodys_may_be_taken(firm: Firm) -> None:
    assert sorted_out(firm, "batu", "bateer") == Renames({"batu": "bateer"})


def test_what_became_of_an_account_that_nobody_has_is_nothing(firm: Firm) -> None:
    assert sorted_out(firm, "ghost", "batu") == Renames({})
    assert sorted_out(firm, "batu", "batu") == Renames({})


@pytest.mark.parametrize("late", [timedelta(0), MOMENT])
def test_who_just_came_and_is_nobody_yet_gives_way(firm: Firm, clock: Clock, late: timedelta) -> None:
    comes(firm)
    clock.go(seconds=late.total_seconds())
    assert sorted_out(firm, "batu", "bateer").granted == {"batu": "bateer"}


def leads(firm: Firm, clock: Clock) -> None:
    firm.add("bateer")


def time(firm: Firm, clock: Clock) -> None:
    clock.go(seconds=MOMENT.total_seconds() + 1)


def named(firm: Firm, clock: Clock) -> None:
    row = PersonRow(2, "巴图", "呼和浩特/一部", "officer", "bateer", "", "", "")
    firm.work(lambda unit: import_people(unit, [row]))


def let_go(firm: Firm, clock: Clock) -> None:
    firm.work(lambda unit: leave(unit, "bateer"))


@pytest.mark.parametrize("then", [leads, time, named, let_go])
def test_who_is_somebody_by_now_does_not(firm: Firm, clock: Clock, then: Callable[[Firm, Clock], None]) -> None:
    comes(firm)
    bateer = firm.who("bateer").id
    then(firm, clock)
    found = sorted_out(firm, "batu", "bateer")
    assert found.granted == {}
    assert [(each.old, each.new, each.holder_id) for each in found.contested] == [("batu", "bateer", bateer)]


def test_another_post_than_newcomers_get_was_given_by_somebody(firm: Firm) -> None:
    comes(firm)
    assert sorted_out(firm, "batu", "bateer", Newcomers()).granted == {}


def test_whom_we_let_go_stays_out_under_his_new_account(firm: Firm) -> None:
    firm.work(lambda unit: leave(unit, "batu"))
    renames = sorted_out(firm, "batu", "bateer")
    assert renames.granted == {"batu": "bateer"}
    read = Organisation(BUREAUS, TWIN.members, renamed=renames.granted)
    firm.work(lambda unit: take_over(unit, read, OFFICERS))
    with firm.store.read() as session:
        assert by_userid(session, "wecom", "bateer") is by_userid(session, "wecom", "batu") is None
        (batu,) = session.scalars(select(Person).where(Person.name == "巴图")).unique().all()
    assert (batu.wecom_userid, batu.left_at is None) == ("bateer", False)
