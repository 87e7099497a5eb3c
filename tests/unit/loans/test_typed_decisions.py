"""What is typed is decided upon what its author was shown last: also of a task that came to him anew with another
amount, or in which he changed it himself. Who was shown no more than the amount before hears of it first."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, flow

from core.loans import deciding
from core.loans.at_hand import Wish
from core.loans.flows import Decision, Mode
from core.loans.outcomes import ChangedSince, Decided, FilledIn

pytestmark = ON_ONE_DATABASE
LESS = 70_000_000


def at_second(firm: Firm, mode: Mode) -> Desk:
    """An application for 80万 that is with the three, each of whom can lower the amount."""
    at = desk(firm, flow(FIRST, replace(SECOND, mode=mode, editable=("amount",)), PAY))
    at.do("approver 同意")
    return at


def lowers(at: Desk, who: str) -> None:
    """He fills in less, and decides nothing."""
    came = at.firm.do(deciding.fill_in, who, at.task_of(who), "amount", LESS, at.rules)
    assert isinstance(came, FilledIn), came
    assert at.row.amount_fen == LESS


def test_who_changed_the_amount_himself_has_seen_it(firm: Firm) -> None:
    at = at_second(firm, Mode.ALL)
    lowers(at, "lina")
    assert isinstance(at.do("zhang 同意"), ChangedSince), "he was shown the amount before"
    assert isinstance(at.do("lina 同意"), Decided)


def test_in_turn_the_next_one_is_shown_what_the_last_one_left(firm: Firm) -> None:
    at = at_second(firm, Mode.SEQUENCE)
    lowers(at, "lina")
    assert isinstance(at.do("lina 同意"), Decided)
    assert at.stands == "second: zhang"
    assert isinstance(at.do("zhang 同意"), Decided)


@pytest.mark.parametrize("verb", ["前加签", "委派"])
def test_who_asked_another_first_is_shown_what_is_there_when_it_comes_back(firm: Firm, verb: str) -> None:
    at = at_second(firm, Mode.ALL)
    assert isinstance(at.do(f"lina {verb} boss"), Decided)
    lowers(at, "zhang")
    assert isinstance(at.do("boss 同意"), ChangedSince), "nobody has shown it to him"
    shown = Wish(Decision.AGREE, shown=at.row.shown)
    assert isinstance(firm.do(deciding.decide, "boss", at.task_of("boss"), shown, at.rules), Decided)
    assert at.stands == "second: lina wang zhang"
    assert isinstance(at.do("lina 同意"), Decided)


def test_who_is_asked_again_after_a_taking_back_is_shown_what_is_there_now(firm: Firm) -> None:
    at = at_second(firm, Mode.ANY)
    lowers(at, "lina")
    assert isinstance(at.do("lina 同意"), Decided)
    assert isinstance(at.do("lina 取回"), Decided)
    assert at.stands == "second: lina wang zhang"
    assert isinstance(at.do("zhang 同意"), Decided)
    assert at.stands == "pay: finance"
