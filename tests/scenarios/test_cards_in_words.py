"""A card that cannot be shown comes as text, which names what is typed instead: a person goes on by words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from sqlalchemy import select

from bot.channels.dingtalk import channel as dingtalk
from bot.channels.wecom import channel as wecom
from bot.sandbox.faults import Fault
from cards.limits import TooLarge
from core.store.outbox import OutboxRow, OutboxState

_COMMAND = re.compile(r"→ 发 (.+)$", re.MULTILINE)
THERE = "card/instances/createAndDeliver"


def too_large(*_: Any, **__: Any) -> NoReturn:
    raise TooLarge("buttons", 6, 7)


def let_no_card_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a change of ours that nobody measured."""
    monkeypatch.setattr(dingtalk, "render_dingtalk", too_large)
    monkeypatch.setattr(wecom, "render_wecom", too_large)
    monkeypatch.setattr(wecom, "render_wecom_update", too_large)


def test_what_waits_in_the_pool_is_claimed_by_the_words_that_stand_there(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_no_card_fit(monkeypatch)
    leads = [company.lead("阿木尔", "13947100001"), company.lead("白雪", "13947100002")]
    batu = company.person("batu")
    said = batu.say("公海").text
    assert "呼和浩特池 2条" in said
    commands = _COMMAND.findall(said)
    assert sorted(commands) == [f"领取 L{lead}" for lead in leads]
    assert [line[:3] for line in said.split("\n") if "→" in line] == ["1. ", "2. "]
    assert "几条一起：发 领取 " in said
    heard = batu.say(commands[0])
    number = int(commands[0].removeprefix("领取 L"))
    assert company.owner(number) == batu.actor.id
    assert f"已领取 L{number}" in heard.text
    for command in _COMMAND.findall(heard.text):
        assert "没看懂" not in batu.say(command).text, command


def test_a_change_that_does_not_fit_is_said(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    let_no_card_fit(monkeypatch)
    heard = batu.tap(card, "领取", ticked=[f"L{lead}"])
    assert company.owner(lead) == batu.actor.id
    assert heard.text.startswith(f"已领取 L{lead}")
    assert f"1. 写跟进 → 发 跟进 L{lead}" in heard.text


@pytest.fixture
def dinged(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    with open_company(database_url, tmp_path / "var", clock, on_dingtalk={"batu", "lina"}) as company:
        yield company


def refuse_cards(company: Company, code: str = "param.templateNotExist", status: int = 400) -> None:
    assert company.ding is not None
    company.ding.faults.order(api=THERE, fault=Fault.ERRCODE, code=code, status=status)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("param.templateNotExist", 400),
        ("param.templateUnpublished", 400),
        ("Forbidden.AccessDenied.AccessTokenPermissionDenied", 403),
    ],
)
def test_cards_that_dingtalk_refuses_for_good_come_as_text_once(dinged: Company, code: str, status: int) -> None:
    lead = dinged.lead()
    batu = dinged.person("batu")
    refuse_cards(dinged, code, status)
    heard = batu.say("公海")
    assert _COMMAND.findall(heard.text) == [f"领取 L{lead}"]
    assert heard.cards == []
    dinged.clock.go(minutes=10)
    dinged.settle()
    assert len(batu.heard_since().texts) == 1
    claimed = batu.say(f"领取 L{lead}")
    assert "已领取" in claimed.card.whole, "and as a card again when that is mended"


def test_what_changes_of_a_card_that_came_as_text_is_not_lost(dinged: Company) -> None:
    lead = dinged.lead(by="batu")
    batu = dinged.person("batu")
    refuse_cards(dinged)
    assert batu.say(f"客户 L{lead}").cards == []
    before = dinged.so_far
    dinged.person("wuyun").say(f"转移 L{lead} 李娜")
    assert [row.state for row in _dead(dinged)] == []
    assert batu.heard_since(before).messages


def _dead(company: Company) -> list[OutboxRow]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.DEAD)))
