"""导出 as verbs: who permits whose, whom the question goes to, what is the same, and what the log says of it."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select, update

from cards.texts.exports import NOT_THERE, decided_before
from core.exports import queries, service
from core.exports.kinds import ExportKind
from core.exports.models import State
from core.exports.outcomes import AlreadyWanted, ClosedList, Decided, DecidedBefore, MayNot, Wanted, Why
from core.exports.rules import ExportRules
from core.people.models import Person
from core.people.policy import Verb
from core.store.audit import AuditRow
from core.store.issued import Face

RULES = ExportRules(approval_above=3)
OWN = Face("mine", {})


def ask(firm: Firm, userid: str = "batu", face: Face = OWN, rules: ExportRules = RULES) -> Any:
    return firm.do(service.request, userid, ExportKind.OWN, face, "我的客户", rules)


def waiting(firm: Firm, userid: str = "batu", rows: int = 5) -> int:
    """An export of his that somebody has to permit."""
    wanted = ask(firm, userid)
    assert isinstance(wanted, Wanted)
    firm.work(lambda unit: service.wait(unit, wanted.number, rows, "总部:officer"))
    return wanted.number


def decide(firm: Firm, userid: str, number: int, *, permit: bool = True) -> Any:
    actor = firm.who(userid)
    return firm.work(lambda unit: service.decide(unit, actor, number, RULES, permit=permit))


def row(firm: Firm, number: int) -> Any:
    with firm.store.read() as session:
        return queries.find(session, number)


def logged(firm: Firm, number: int) -> list[tuple[str, dict[str, Any]]]:
    """What the audit log says of it, with its details."""
    with firm.store.read() as session:
        found = session.scalars(select(AuditRow).where(AuditRow.subject == f"export:{number}").order_by(AuditRow.seq))
        return [(each.action, json.loads(each.details)) for each in found]


def people(firm: Firm, userids: Collection[str], **values: Any) -> None:
    with firm.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid.in_(userids)).values(**values))


@pytest.mark.parametrize("userid", ["lina", "boss", "admin", "bai"])
@pytest.mark.parametrize("permit", [True, False])
def test_nobody_decides_on_his_own_though_he_may_on_those_of_all_others_there(
    firm: Firm, userid: str, permit: bool
) -> None:
    """Managers and administrators look after themselves too, by the table of rights."""
    people(firm, ["admin"], superior_id=firm.who("boss").id)
    number = waiting(firm, userid)
    assert decide(firm, userid, number, permit=permit) == MayNot(Verb.PERMIT_EXPORT)
    assert row(firm, number).state == State.WAITING
    assert (f"{Verb.PERMIT_EXPORT}:denied", f"export:{number}") in firm.audited(userid)
    with firm.store.read() as session:
        assert not service.may_decide(session, firm.who(userid), firm.who(userid).id)


@pytest.mark.parametrize(("userid", "may"), [("lina", True), ("boss", True), ("admin", True), ("zhang", False),
                                             ("bai", False), ("approver", False), ("finance", False)])  # fmt: skip
def test_who_looks_after_him_decides_and_others_are_recorded(firm: Firm, userid: str, may: bool) -> None:
    number = waiting(firm)
    assert decide(firm, userid, number) == (Decided(number, firm.who("batu").id, True) if may else
                                            MayNot(Verb.PERMIT_EXPORT))  # fmt: skip
    assert ((f"{Verb.PERMIT_EXPORT}:denied", f"export:{number}") in firm.audited(userid)) is not may


def test_who_may_not_export_is_recorded(firm: Firm) -> None:
    people(firm, ["zhang"], roles="")
    assert ask(firm, "zhang") == MayNot(Verb.EXPORT)
    assert row(firm, 1) is None
    assert (f"{Verb.EXPORT}:denied", "export") in firm.audited("zhang")


def test_what_waits_for_nobody_is_not_refused_for_the_wrong_reason(firm: Firm) -> None:
    wanted = ask(firm)
    assert decide(firm, "batu", wanted.number) == DecidedBefore(wanted.number, None)
    gone = decide(firm, "batu", 999)
    assert gone == DecidedBefore(999, None, there=False)
    assert decided_before(gone, "") == NOT_THERE
    needs_none = decided_before(decide(firm, "batu", wanted.number), "")
    assert needs_none == f"E{wanted.number} 不用再批：它没有在等同意，或者已经过期。"


@pytest.mark.parametrize("permit", [True, False])
def test_the_log_says_on_how_many_rows_was_decided(firm: Firm, permit: bool) -> None:
    number = waiting(firm, rows=17)
    decide(firm, "lina", number, permit=permit)
    action = "export:permit" if permit else "export:refuse"
    assert logged(firm, number)[-1] == (action, {"rows": 17})
    assert ("export:permit" if permit else "export:refuse", f"export:{number}") in firm.audited("lina")
    stands = row(firm, number)
    assert (stands.rows, stands.permitted, stands.by_id) == (17, 17 if permit else None, firm.who("lina").id)
    assert decide(firm, "boss", number) == DecidedBefore(number, firm.who("lina").id, permitted=permit)


def test_asked_again_the_question_goes_to_who_decides_now(firm: Firm) -> None:
    number = waiting(firm)
    lina, boss = firm.who("lina").id, firm.who("boss").id
    assert ask(firm) == AlreadyWanted(number, lina)
    assert [action for action, _ in logged(firm, number)] == ["export:ask", "export:wait"], "she has been asked"
    firm.leaves("lina")
    assert ask(firm) == AlreadyWanted(number, boss)
    assert row(firm, number).approver_id == boss
    assert logged(firm, number)[-1] == ("export:pass", {"approver": boss})
    assert ask(firm) == AlreadyWanted(number, boss)
    assert len(logged(firm, number)) == 3, "and he only once"


def test_where_nobody_could_permit_it_comes_to_nothing(firm: Firm) -> None:
    people(firm, ["lina", "boss", "bai", "admin"], left_at=firm.store.clock())
    number = waiting(firm)
    assert (row(firm, number).state, row(firm, number).why) == (State.DROPPED, Why.NOBODY)
    assert logged(firm, number)[-1] == ("export:drop", {"why": Why.NOBODY, "rows": 5})


def test_another_part_of_a_list_is_another_export(firm: Firm) -> None:
    """公海 A级 while 公海 B级 is on its way; the same again is the same."""
    a, b = (Face("pool", {"grade": each}) for each in "AB")
    first, second = ask(firm, face=a), ask(firm, face=b)
    assert (type(first), type(second)) == (Wanted, Wanted)
    assert first.number != second.number
    assert ask(firm, face=a) == AlreadyWanted(first.number, None)
    assert ask(firm, face=b) == AlreadyWanted(second.number, None)
    assert isinstance(ask(firm, face=Face("mine", {"grade": "A"})), Wanted), "another list of the same words"
    assert isinstance(ask(firm, "zhang", face=a), Wanted), "and another person's"


def test_a_closed_list_is_not_even_asked_for(firm: Firm) -> None:
    assert ask(firm, rules=replace(RULES, closed=frozenset({ExportKind.OWN}))) == ClosedList(ExportKind.OWN)
    assert row(firm, 1) is None


def test_what_is_too_old_is_decided_by_nobody(firm: Firm, clock: Clock) -> None:
    number = waiting(firm)
    clock.go(days=3, seconds=1)
    assert decide(firm, "lina", number) == DecidedBefore(number, None, permitted=True)
    assert [action for action, _ in logged(firm, number)] == ["export:ask", "export:wait"]


def test_of_the_file_that_was_made_the_row_and_the_log_say_the_same(firm: Firm) -> None:
    wanted = ask(firm)
    firm.work(lambda unit: service.made(unit, wanted.number, service.File(2, 4711, "ab" * 32, "一部:officer", None)))
    stands = row(firm, wanted.number)
    assert (stands.rows, stands.size, stands.sha256) == (2, 4711, "ab" * 32)
    assert logged(firm, wanted.number)[-1] == ("export:make", {"rows": 2, "size": 4711, "sha256": "ab" * 32})
