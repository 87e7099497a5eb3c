"""Two policies side by side: what is added up, whatever the parts it comes in."""

from hypothesis import given
from hypothesis import strategies as some

from core.risk.assessing import Hit
from core.risk.comparing import NAMED, Moved, Refused, RuleHits, Said, Tally
from core.risk.policy import Severity, Suggestion

PASS, REVIEW, REFUSE = Suggestion
HITS = some.lists(some.builds(Hit, some.sampled_from("abc"), some.sampled_from(Severity)), max_size=3, unique=True)
SAID = some.builds(Said, some.sampled_from(Suggestion), HITS.map(tuple))
COMPARED = some.lists(some.tuples(some.sampled_from(["house", "car"]), some.sampled_from(["直投", ""]), SAID, SAID))


def tally(those: list[tuple[int, tuple[str, str, Said, Said]]]) -> Tally:
    found = Tally()
    for number, compared in those:
        found.compare(number, *compared)
    return found


@given(COMPARED, some.integers(0, 10))
def test_parts_add_up_to_the_whole(compared: list[tuple[str, str, Said, Said]], at: int) -> None:
    numbered = list(enumerate(compared, 1))
    whole, parts = tally(numbered), Tally()
    for part in (tally(numbered[at:]), tally(numbered[:at])):
        parts.add(part)
    assert (parts.cells, parts.hits_before, parts.hits_after) == (whole.cells, whole.hits_before, whole.hits_after)
    assert parts.named == whole.named
    assert whole.count == len(compared) == sum(whole.matrix.values())
    assert whole.changed == sum(old.suggestion is not new.suggestion for _, _, old, new in compared)
    refused = sum(new.suggestion is REFUSE for _, _, _, new in compared)
    assert whole.refused.after == refused == sum(each.after for each in whole.by_channel().values())


def test_the_newest_of_many_that_move_are_kept() -> None:
    compared = ("house", "直投", Said(PASS), Said(REFUSE))
    found = tally([(number, compared) for number in range(1, 500)])
    assert found.named == tuple(Moved(number, PASS, REFUSE) for number in range(499, 499 - NAMED, -1))
    assert len(found.moved) < 100
    assert found.changed == 499


def test_by_rule_and_by_channel() -> None:
    debts, young = Hit("debts", Severity.REFUSE), Hit("young", Severity.REVIEW)
    milder = Hit("debts", Severity.REVIEW)
    found = tally(
        [
            (1, ("house", "直投", Said(REFUSE, (debts, young)), Said(REVIEW, (milder, young)))),
            (2, ("car", "直投", Said(REFUSE, (debts,)), Said(REFUSE, (debts,)))),
            (3, ("house", "抖音", Said(REVIEW, (young,)), Said(PASS))),
        ]
    )
    names = {("house", "debts"): "负债率", ("car", "debts"): "负债率", ("house", "young"): "年龄"}
    assert found.by_rule(names) == [
        RuleHits("debts", "负债率", Severity.REFUSE, 2, 1),
        RuleHits("young", "年龄", Severity.REVIEW, 2, 1),
        RuleHits("debts", "负债率", Severity.REVIEW, 0, 1),
    ]
    assert found.by_channel() == {"直投": Refused(2, 2, 1), "抖音": Refused(1, 0, 0)}
    assert found.refused.shares == (2 / 3, 1 / 3)
    assert Tally().refused.shares == (0.0, 0.0)
