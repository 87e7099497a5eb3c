"""Whoever adds a verb, a kind of field, a rung, or what automation does is told where else it has to stand."""

from datetime import UTC, datetime
from typing import get_args

from bot.phrases.form_answers import NotRead, read_answer
from cards.texts.approving import WORDS
from cards.texts.automation import CAME, CAME_BY, KINDS
from config.automationfile import DEEDS, TRIGGERS
from config.flowduties import DECISIONS
from config.formfields import KINDS as FIELD_KINDS
from core.automation.models import Came
from core.automation.rules import Deed, Trigger
from core.automation.service import CLOCK
from core.loans.flows import ACTS, Decision, Rung
from core.loans.forms import FieldKind, FormField
from core.loans.verbs import VERBS


def test_every_verb_is_done_said_and_configured() -> None:
    assert set(VERBS) == set(Decision)
    assert set(WORDS) == set(Decision)
    assert set(DECISIONS.values()) == set(Decision)


def test_every_kind_of_field_can_be_configured() -> None:
    assert set(FIELD_KINDS.values()) == set(FieldKind)


def test_every_rung_acts_or_tells() -> None:
    assert {*ACTS, Rung.REMIND, Rung.SUPERIOR, Rung.SMS} == set(Rung)


def test_every_kind_of_field_is_read_as_it_is_typed() -> None:
    for kind in set(FieldKind) - {FieldKind.FILE, FieldKind.COMPUTED}:
        read = read_answer(FormField("x", "某项", kind), "？？", datetime(2026, 11, 24, tzinfo=UTC))
        assert not (isinstance(read, NotRead) and read.why == "file"), kind


def test_everything_that_automation_does_is_configured_and_said() -> None:
    assert set(DEEDS) == set(KINDS)
    assert len(get_args(Deed)) == len(DEEDS)
    assert set(CAME) == set(Came) - {Came.DONE}
    assert set(CAME_BY) == {trigger.value for trigger in Trigger} | {CLOCK}
    assert {word: CAME_BY[trigger.value] for word, trigger in TRIGGERS.items()} == {word: word for word in TRIGGERS}
