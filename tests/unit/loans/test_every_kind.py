"""Whoever adds a verb, a kind of field, a rung, or what automation does is told where else it has to stand."""

from datetime import UTC, datetime
from typing import get_args, get_type_hints

from bot.phrases.form_answers import NotRead, read_answer
from cards.texts import flows
from cards.texts.approving import STATES, WORDS
from cards.texts.automation import CAME, CAME_BY, KINDS
from cards.views.task import ASKS
from config import flowduties, flownodes, flowsfile
from config.automationfile import DEEDS, TRIGGERS
from config.formfields import KINDS as FIELD_KINDS
from core.automation.models import Came
from core.automation.rules import Deed, Trigger
from core.automation.service import CLOCK
from core.loans.financing import METHODS
from core.loans.flows import ACTS, Decision, Do, Mode, Rung, StageType
from core.loans.forms import FieldKind, FormField
from core.loans.models import ASKED_FIRST, HAS_THE_NODE, OFFICERS, VOTES, State, TaskKind
from core.loans.repayment import Method
from core.loans.verbs import VERBS


def test_every_verb_is_done_said_and_configured() -> None:
    assert set(VERBS) == set(Decision)
    assert set(WORDS) == set(Decision)
    assert set(flowduties.DECISIONS.values()) == set(Decision)


def test_every_kind_of_field_can_be_configured() -> None:
    assert set(FIELD_KINDS.values()) == set(FieldKind)


def test_every_rung_acts_or_tells_and_can_be_configured() -> None:
    assert {*ACTS, Rung.REMIND, Rung.SUPERIOR, Rung.SMS} == set(Rung)
    assert set(flowduties.RUNGS.values()) == set(Rung)


def test_every_way_to_decide_together_is_configured_and_said() -> None:
    """比例 is written with its share."""
    assert {*flowduties.MODES.values(), Mode.RATIO} == set(Mode)
    assert {*flows.MODES, Mode.RATIO} == set(Mode)


def test_every_type_of_a_stage_is_configured_and_said() -> None:
    assert set(flowsfile.STAGE_TYPES.values()) == set(StageType)
    assert set(flows.STAGE_TYPES) == set(StageType)


def test_every_action_of_a_flow_is_configured_and_said() -> None:
    assert set(flownodes.ACTIONS.values()) == set(get_args(get_type_hints(Do)["does"])) == set(flows.ACTIONS)


def test_every_kind_of_task_is_asked_for_and_every_state_said() -> None:
    assert set(ASKS) == set(TaskKind)
    assert set(STATES) == set(State)


def test_every_kind_of_task_is_its_officers_or_asks_or_decides() -> None:
    """A new one has to be put into one of the groups that rights and votes go by."""
    assert {*OFFICERS, *HAS_THE_NODE, *ASKED_FIRST, *VOTES} == set(TaskKind)


def test_every_way_to_repay_is_filled_in() -> None:
    assert set(METHODS.values()) == set(Method)


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
