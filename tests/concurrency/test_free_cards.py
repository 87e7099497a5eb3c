"""Cards that can be changed without a code (DingTalk's), through the real API client: for as long as they hang, as
often as is wanted, not before they have come, and only after a tap was answered."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from kit.ding_answers import CARDS, DELIVER, SEND, Asked, DingAnswers, Said, answering
from sqlalchemy import select, update

from bot.channels.dingtalk.channel import ACTION_LIFE
from bot.inbound import Envelope, Tap, Text
from cards.render.dingtalk import read_button_id
from core.leads.service import transfer_lead
from core.people.models import Person
from core.store import issued, post
from core.store.issued import Face, IssuedCard
from core.store.outbox import Kind, OutboxRow, OutboxState
from jobs import hanging
from jobs.screens import lead_face

PHONE = "13947100001"
_numbers = itertools.count()


@pytest.fixture
def ding(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingAnswers]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with answering() as ding:
        yield ding


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a relay has waited for a tap to be answered."""
    waited: list[float] = []
    monkeypatch.setattr(hanging.time, "sleep", waited.append)
    return waited


@pytest.fixture
def firm(database_url: str, tmp_path: Path, clock: Clock, ding: DingAnswers, pauses: list[float]) -> Iterator[Company]:
    """The sample company, all of whose people have DingTalk too, under the same names."""
    environ = {
        "DINGTALK_CLIENT_ID": "dingtl01",
        "DINGTALK_CLIENT_SECRET": "very-secret-app-secret",
        "DINGTALK_ROBOT_CODE": "dingtl01",
        "DINGTALK_API_BASE": ding.base,
        "DINGTALK_OAPI_BASE": ding.base,
    }
    assert pauses == []
    with open_company(database_url, tmp_path / "var", clock, **environ) as company:
        company.runtime.doors.setdefault("dingtalk", company.runtime.doors["wecom"])  # of it only the room for a text
        with company.runtime.store.database.write() as session:
            session.execute(update(Person).values(dingtalk_userid=Person.wecom_userid))
        yield company


def show(company: Company, userid: str, face: Face) -> str:
    """Send a card by DingTalk; its id."""
    with company.runtime.store.unit(request_id="test", origin=f"show:{next(_numbers)}") as unit:
        card = post.show(unit, "dingtalk", company.person(userid).actor.id, face)
    company.settle()
    return card


def hand_over(company: Company, lead: int, to: str) -> None:
    """The administrator gives the lead to `to`."""
    giver, taker = company.person("wuyun").actor, company.person(to).actor
    with company.runtime.store.unit(request_id="between", origin=f"test:{next(_numbers)}") as unit:
        transfer_lead(unit, giver, lead, taker, company.runtime.company.pools)


def refresh(company: Company, lead: int) -> None:
    with company.runtime.store.unit(request_id="between", origin=f"test:{next(_numbers)}") as unit:
        post.refresh_all(unit, f"lead:{lead}")


def grow_old(company: Company) -> None:
    """Cards say how long ago something was: what is drawn now is not what hangs."""
    company.clock.go(hours=3)


def revision(company: Company, card: str) -> int:
    with company.runtime.store.read() as session:
        found = session.get(IssuedCard, card)
        assert found is not None
        return found.revision


def changes(ding: DingAnswers, card: str) -> list[dict[str, Any]]:
    """What the card was changed to, the oldest first."""
    found = [each.json for each in ding.calls(CARDS)]
    return [each["cardData"]["cardParamMap"] for each in found if each["outTrackId"] == f"tl-{card}"]


def rows(company: Company, card: str) -> list[tuple[str, str]]:
    """The outbox rows of this card, oldest first."""
    with company.runtime.store.read() as session:
        wanted = select(OutboxRow).where(OutboxRow.card_id == card).order_by(OutboxRow.id)
        return [(row.kind, row.state) for row in session.scalars(wanted)]


def tap(company: Company, userid: str, variables: dict[str, str], card: str, label: str) -> None:
    """Tap a button as it was drawn, and wait for the answer; nothing is sent meanwhile."""
    shown = json.loads(variables["sys_full_json_obj"])["msgButtons"]
    token, selected = read_button_id(next(each["id"] for each in shown if label in each["text"]))
    at = company.clock.now.astimezone(UTC)
    envelope = Envelope("dingtalk", f"t:{card}:{next(_numbers)}", userid, at)
    company.runtime.intake.take(Tap(envelope, token, f"tl-{card}", selected), b"{}")


def drawn(ding: DingAnswers) -> dict[str, str]:
    """The card that was sent last."""
    variables: dict[str, str] = ding.calls(DELIVER)[-1].json["cardData"]["cardParamMap"]
    return variables


def free_until(company: Company, card: str) -> datetime | None:
    with company.runtime.store.read() as session:
        found = session.get(IssuedCard, card)
        return found.free_until if found else None


def test_a_card_is_changed_where_it_hangs_as_often_as_what_it_shows_changes(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    assert PHONE in drawn(ding)["staticMsgContent"]
    for number, to in enumerate(("lina", "batu", "zhangsan"), start=1):
        hand_over(firm, lead, to)
        firm.settle()
        assert len(changes(ding, card)) == number
        assert (PHONE in changes(ding, card)[-1]["staticMsgContent"]) is (to == "batu")
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.SENT), *[(Kind.CHANGE, OutboxState.SENT)] * 3]


def test_a_card_that_has_not_come_is_not_changed_and_is_right_when_it_comes(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    seen: list[datetime | None] = []

    def between(asked: Asked) -> Said:
        """It changes hands while DingTalk makes the card."""
        if not seen:
            seen.append(free_until(firm, asked.json["outTrackId"].removeprefix("tl-")))
            hand_over(firm, lead, "lina")
        result = {"outTrackId": asked.json["outTrackId"], "deliverResults": [{"success": True}]}
        return Said(200, {"success": True, "result": result})

    ding.answers[DELIVER] = between
    card = show(firm, "batu", lead_face(lead))
    assert seen == [None]
    assert PHONE not in changes(ding, card)[-1]["staticMsgContent"]
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.SENT), (Kind.CHANGE, OutboxState.SENT)]


def test_several_changes_that_wait_cost_one_call(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    refresh(firm, lead)
    refresh(firm, lead)
    hand_over(firm, lead, "lina")
    firm.settle()
    assert len(changes(ding, card)) == 1
    assert PHONE not in changes(ding, card)[0]["staticMsgContent"]
    superseded = [(Kind.CHANGE, OutboxState.SUPERSEDED)] * 2
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.SENT), *superseded, (Kind.CHANGE, OutboxState.SENT)]


def test_what_changes_while_a_change_is_on_its_way_is_shown_too(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    done: list[str] = []

    def between(_: Asked) -> Said:
        if not done:
            done.append("once")
            hand_over(firm, lead, "lina")
        return Said(200, {"success": True, "result": True})

    ding.answers[CARDS] = between
    grow_old(firm)
    refresh(firm, lead)
    firm.settle()
    assert [PHONE in each["staticMsgContent"] for each in changes(ding, card)] == [True, False]


def pool_of(company: Company) -> Face:
    """The pool as it is shown to who types 公海."""
    company.runtime.intake.take(Text(Envelope("dingtalk", "m:dingtl01:1", "batu", company.clock.now), "公海"), b"{}")
    with company.runtime.store.read() as session:
        found = session.scalars(select(IssuedCard).where(IssuedCard.channel == "dingtalk")).one()
        return Face(found.screen, found.args)


def test_a_tap_changes_its_card_after_it_was_answered(firm: Company, ding: DingAnswers, pauses: list[float]) -> None:
    lead = firm.lead()
    card = show(firm, "batu", pool_of(firm))
    assert pauses == []
    tap(firm, "batu", drawn(ding), card, f"L{lead}")
    assert firm.owner(lead) == firm.person("batu").actor.id
    assert changes(ding, card) == [], "DingTalk must not be asked while it waits for the answer"
    firm.settle()
    assert pauses == [hanging.ANSWERED_SECONDS]
    assert changes(ding, card)[-1]["msgTitle"] == f"已领取 L{lead}"
    pauses.clear()
    hand_over(firm, lead, "lina")
    firm.settle()
    assert pauses == [], "what nobody tapped for waits for nothing"


def test_a_change_that_is_older_waits_for_nothing(firm: Company, ding: DingAnswers, pauses: list[float]) -> None:
    lead = firm.lead()
    card = show(firm, "batu", pool_of(firm))
    tap(firm, "batu", drawn(ding), card, f"L{lead}")
    firm.clock.go(seconds=1)
    firm.settle()
    assert pauses == []
    assert [each["msgTitle"] for each in changes(ding, card)] == [f"已领取 L{lead}"]


def test_a_tap_on_an_older_picture_brings_the_state_of_now(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    first = drawn(ding)
    hand_over(firm, lead, "lina")
    firm.settle()
    tap(firm, "batu", first, card, "释放")
    firm.settle()
    assert PHONE not in changes(ding, card)[-1]["staticMsgContent"]
    assert ding.calls(SEND), "and says why"


def test_a_card_that_dingtalk_has_no_longer_is_shown_anew(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    ding.answers[CARDS] = Said(400, {"code": "param.cardNotExist"})
    grow_old(firm)
    refresh(firm, lead)
    firm.settle()
    assert rows(firm, card)[-1] == (Kind.CHANGE, OutboxState.SUPERSEDED)
    assert len(ding.calls(DELIVER)) == 2
    assert ding.calls(DELIVER)[-1].json["outTrackId"] != f"tl-{card}"


def test_a_card_whose_sending_was_not_answered_is_sent_once_and_can_be_changed(
    firm: Company, ding: DingAnswers
) -> None:
    ding.answers[DELIVER] = [Said(drops=True), Said(400, {"code": "param.cardAlreadyExist"})]
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.PENDING)]
    firm.clock.go(seconds=10)
    firm.settle()
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.SENT)]
    assert [each.json["outTrackId"] for each in ding.calls(DELIVER)] == [f"tl-{card}"] * 2
    refresh(firm, lead)
    firm.settle()
    assert len(changes(ding, card)) == 1


def test_a_card_is_changed_for_as_long_as_its_buttons_work(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    began = firm.clock.now
    with firm.runtime.store.read() as session:
        executor = session.connection()
        assert issued.can_change(executor, card, began + ACTION_LIFE - timedelta(seconds=1))
        assert not issued.can_change(executor, card, began + ACTION_LIFE)
        batu = firm.person("batu").actor.id
        assert issued.hanging(executor, batu, began) == [(card, "dingtalk")]
        assert issued.hanging(executor, batu, began + ACTION_LIFE) == []
    firm.clock.now = began + ACTION_LIFE
    refresh(firm, lead)
    firm.settle()
    assert changes(ding, card) == []


def test_who_has_left_finds_nothing_on_his_cards(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    person = firm.person("batu").actor.id
    with firm.runtime.store.unit(request_id="left", origin="left:1") as unit:
        unit.session.execute(update(Person).where(Person.id == person).values(left_at=unit.now))
        post.withdraw(unit, person, ["wecom", "dingtalk"])
    firm.settle()
    (last,) = changes(ding, card)
    assert PHONE not in json.dumps(last, ensure_ascii=False)
    assert rows(firm, card)[-1] == (Kind.CHANGE, OutboxState.SENT)


def test_wecom_has_its_codes_still(firm: Company, ding: DingAnswers) -> None:
    """A person has both: each platform's cards are changed its own way."""
    lead, batu = firm.lead(by="batu"), firm.person("batu")
    with firm.runtime.store.read() as session:
        wecom = batu.say(f"客户 L{lead}").card
        known = session.get(IssuedCard, wecom.message.task_id.removeprefix("t-"))
        assert known is not None
        assert known.free_until is None
    card = show(firm, "batu", lead_face(lead))
    hand_over(firm, lead, "lina")
    firm.settle()
    assert PHONE not in batu.now(wecom).whole
    assert len(changes(ding, card)) == 1


@pytest.mark.parametrize(
    ("said", "asked_again"),
    [
        (Said(200, {"status": 1111, "wait": 5, "punish": "deny"}), 0),
        (Said(403, {"code": "Forbidden.AccessDenied.ApiCountLimitForOrg"}), 0),
        (Said(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}), 1),
    ],
)
def test_who_is_shut_out_asks_for_nothing_else(firm: Company, ding: DingAnswers, said: Said, asked_again: int) -> None:
    """Each further call would prolong it. A limit of one interface is no reason not to use another."""
    lead = firm.lead(by="batu")
    show(firm, "batu", lead_face(lead))
    ding.answers[CARDS] = said
    grow_old(firm)
    refresh(firm, lead)
    firm.settle()
    assert len(ding.calls(CARDS)) == 1
    with firm.runtime.store.unit(request_id="test", origin="say:1") as unit:
        post.say(unit, "dingtalk", firm.person("lina").actor.id, "好")
        post.say(unit, "wecom", firm.person("lina").actor.id, "好")
    firm.settle()
    assert len(ding.calls(SEND)) == asked_again
    assert firm.person("lina").heard_since().text.endswith("好"), "WeCom's own way is free"


# What hangs already as it would be drawn now.


def test_what_hangs_as_it_is_costs_no_call_and_its_buttons_work(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    first = drawn(ding)
    for _ in range(3):
        refresh(firm, lead)
        firm.settle()
    assert changes(ding, card) == []
    assert rows(firm, card) == [(Kind.SHOW, OutboxState.SENT), *[(Kind.CHANGE, OutboxState.SUPERSEDED)] * 3]
    assert revision(firm, card) == 1
    tap(firm, "batu", first, card, "释放")
    firm.settle()
    assert ["过期" in each.json["msgParam"] for each in ding.calls(SEND)] == [False], "he is asked why"


def test_what_has_changed_and_changed_back_is_drawn_each_time(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    refresh(firm, lead)
    firm.settle()
    hand_over(firm, lead, "lina")
    firm.settle()
    assert len(changes(ding, card)) == 1
    refresh(firm, lead)
    firm.settle()
    assert len(changes(ding, card)) == 1
    assert revision(firm, card) == 2
    hand_over(firm, lead, "batu")
    firm.settle()
    assert [PHONE in each["staticMsgContent"] for each in changes(ding, card)] == [False, True]


@pytest.mark.parametrize("lost", [Said(drops=True), Said(500, b"<html>"), Said(403, {"code": "Forbidden"})])
def test_after_a_change_of_which_nobody_knows_the_next_is_made(firm: Company, ding: DingAnswers, lost: Said) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    ding.answers[CARDS] = lost
    hand_over(firm, lead, "lina")
    firm.settle()
    hand_over(firm, lead, "batu")
    del ding.answers[CARDS]
    firm.clock.go(minutes=2)
    firm.settle()
    assert PHONE in changes(ding, card)[-1]["staticMsgContent"]
    assert len(changes(ding, card)) == 2


def test_what_was_to_change_meanwhile_is_changed(firm: Company, ding: DingAnswers) -> None:
    """It changes hands and back while it is compared with what hangs: whoever comes second compares anew."""
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    store = firm.runtime.store
    with store.read() as session:
        found = session.get(IssuedCard, card)
        assert found is not None
        assert found.hangs_as is not None
        was = found.hangs_as
    refresh(firm, lead)
    with store.database.write() as session:
        assert not issued.hangs_already(session.connection(), card, was, 1), "its revision is another by now"
    firm.settle()
    assert len(changes(ding, card)) == 1


def test_who_taps_what_looks_as_it_did_sees_it_drawn(firm: Company, ding: DingAnswers) -> None:
    """What he sees may be older than what we know to hang: his phone was offline."""
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    first = drawn(ding)
    grow_old(firm)
    refresh(firm, lead)
    firm.settle()
    tap(firm, "batu", first, card, "释放")
    firm.settle()
    assert len(changes(ding, card)) == 2
    assert any("过期" in each.json["msgParam"] for each in ding.calls(SEND))


def test_a_card_of_which_it_is_not_known_how_it_hangs_is_changed(firm: Company, ding: DingAnswers) -> None:
    """Its sending was not answered: what hangs was drawn before."""
    ding.answers[DELIVER] = [Said(drops=True), Said(400, {"code": "param.cardAlreadyExist"})]
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    firm.clock.go(seconds=10)
    firm.settle()
    refresh(firm, lead)
    firm.settle()
    assert len(changes(ding, card)) == 1


def test_who_comes_back_finds_his_cards_again(firm: Company, ding: DingAnswers) -> None:
    lead = firm.lead(by="batu")
    card = show(firm, "batu", lead_face(lead))
    batu = firm.person("batu").actor.id
    with firm.runtime.store.unit(request_id="test", origin="test:leave") as unit:
        unit.session.execute(update(Person).where(Person.id == batu).values(left_at=firm.clock.now))
        post.withdraw(unit, batu, ["dingtalk"])
    firm.settle()
    assert len(changes(ding, card)) == 1
    with firm.runtime.store.unit(request_id="test", origin="test:back") as unit:
        unit.session.execute(update(Person).where(Person.id == batu).values(left_at=None))
        post.refresh_all(unit, f"lead:{lead}")
    firm.settle()
    assert len(changes(ding, card)) == 2
