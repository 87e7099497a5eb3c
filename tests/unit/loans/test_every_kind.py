"""Whoever adds a verb, a kind of field or a rung is told where else it has to stand."""

from cards.texts.approving import WORDS
from config.flowduties import DECISIONS
from config.formfields import KINDS
from core.loans.flows import ACTS, Decision, Rung
from core.loans.forms import FieldKind
from core.loans.verbs import VERBS


def test_every_verb_is_done_said_and_configured() -> None:
    assert set(VERBS) == set(Decision)
    assert set(WORDS) == set(Decision)
    assert set(DECISIONS.values()) == set(Decision)


def test_every_kind_of_field_can_be_configured() -> None:
    assert set(KINDS.values()) == set(FieldKind)


def test_every_rung_acts_or_tells() -> None:
    assert {*ACTS, Rung.REMIND, Rung.SUPERIOR, Rung.SMS} == set(Rung)
