"""What is wrong between the nodes of a flow, and what only looks so."""

from dataclasses import replace

import pytest

from core.loans.flows import (
    Approve,
    Case,
    Condition,
    Copy,
    End,
    Flow,
    Handle,
    Node,
    Parallel,
    Repeat,
    Stage,
    StageType,
    Start,
    Wait,
    Who,
)
from core.loans.soundness import flaws

SOMEBODY = (Who(head=True),)


def start(to: str) -> Start:
    return Start("start", "提交", "s", to)


def ask(key: str, to: str, refused: str = "no") -> Approve:
    return Approve(key, key, "s", to, refused, SOMEBODY)


def do(key: str, to: str) -> Handle:
    return Handle(key, key, "s", to, SOMEBODY)


def copy(key: str, to: str) -> Copy:
    return Copy(key, key, "s", to, SOMEBODY)


def cases(key: str, *to: str) -> Condition:
    return Condition(key, key, "s", tuple(Case(each, "x" if each != to[-1] else "") for each in to))


def fork(key: str, join: str, *branches: str) -> Parallel:
    return Parallel(key, key, "s", branches, join)


DONE, NO = End("done", "成", "s"), End("no", "败", "s")


def told(*nodes: Node) -> list[tuple[str, str, str]]:
    flow = Flow("f", "流程", "loan", (Stage("s", "阶段", StageType.OPEN),), nodes)
    return [(flaw.why, flaw.node, flaw.other) for flaw in flaws(flow)]


SOUND: dict[str, tuple[Node, ...]] = {
    "straight": (start("a"), ask("a", "done"), DONE, NO),
    "back to somebody after a refusal": (start("a"), do("a", "b"), ask("b", "done", refused="a"), DONE),
    "around, but somebody can change something": (
        start("a"),
        replace(do("a", "c"), editable=("amount",)),
        cases("c", "a", "done"),
        DONE,
    ),
    "around, but somebody outside is waited for": (
        start("w"),
        Wait("w", "等", "s", "c", "银行"),
        cases("c", "w", "done"),
        DONE,
    ),
    "branches with a choice in one": (
        start("p"),
        fork("p", "j", "a", "c"),
        ask("a", "j"),
        cases("c", "b", "j"),
        do("b", "j"),
        do("j", "done"),
        DONE,
        NO,
    ),
    "branches in a branch": (
        start("p"),
        fork("p", "j", "a", "q"),
        do("a", "j"),
        fork("q", "k", "b", "c"),
        do("b", "k"),
        do("c", "k"),
        copy("k", "j"),
        do("j", "done"),
        DONE,
    ),
    "a join that is an end": (start("p"), fork("p", "done", "a", "b"), do("a", "done"), do("b", "done"), DONE),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_a_flow_that_can_be_run(name: str) -> None:
    assert told(*SOUND[name]) == []


UNSOUND: list[tuple[tuple[Node, ...], list[tuple[str, str, str]]]] = [
    ((do("a", "done"), DONE), [("start_first", "a", "")]),
    ((start("a"), do("a", "done"), Start("again", "再", "s", "a"), DONE), [("second_start", "again", "")]),
    ((start("done"), do("a", "done"), DONE), [("unreachable", "a", "")]),
    ((start("a"), copy("a", "c"), cases("c", "a", "done"), DONE), [("circle", "a", "")]),
    ((start("a"), copy("a", "b"), copy("b", "a"), DONE), [("circle", "a", "")]),
    ((start("c"), cases("c", "a", "done"), do("a", "b"), do("b", "a"), DONE), [("endless", "a", "")]),
    # Who need not be asked twice is none to stop at.
    (
        (start("a"), replace(ask("a", "c"), repeat=Repeat.ONCE), cases("c", "a", "done"), DONE, NO),
        [("circle", "a", "")],
    ),
    # It comes round to a condition that sees the same again.
    ((start("a"), do("a", "c"), cases("c", "a", "done"), DONE), [("stuck", "a", "")]),
    (
        (start("a"), ask("a", "c"), cases("c", "b", "done"), ask("b", "a"), DONE, NO),
        [("stuck", "a", "")],
    ),
    # To be refused is no way out: whoever agrees would go round for ever.
    ((start("a"), ask("a", "b"), ask("b", "a"), DONE, NO), [("endless", "a", "")]),
    # A branch that goes back to the parallel node, to an end, into its sister, and a way in from outside.
    (
        (start("p"), fork("p", "j", "a", "c"), do("a", "j"), cases("c", "p", "j"), do("j", "done"), DONE),
        [("circle", "p", "")],
    ),
    (
        (start("p"), fork("p", "j", "a", "c"), do("a", "j"), cases("c", "done", "j"), do("j", "done"), DONE),
        [("branch_out", "c", "done")],
    ),
    # A refusal ends all branches: what it led back to would go on without the other one.
    (
        (start("p"), fork("p", "j", "a", "c"), do("a", "j"), do("c", "d"), ask("d", "j", "c"), do("j", "done"), DONE),
        [("branch_out", "d", "c")],
    ),
    (
        (start("p"), fork("p", "j", "a", "b"), do("a", "c"), do("b", "c"), do("c", "j"), do("j", "done"), DONE),
        [("branch_in", "a", "c"), ("branch_in", "b", "c")],
    ),
    (
        (start("c"), cases("c", "p", "a"), fork("p", "j", "a", "b"), do("a", "j"), do("b", "j"), do("j", "done"), DONE),
        [("branch_in", "c", "a")],
    ),
    (
        (
            start("p"),
            fork("p", "j", "a", "q"),
            do("a", "j"),
            fork("q", "j", "b", "c"),
            do("b", "j"),
            do("c", "j"),
            do("j", "done"),
            DONE,
        ),
        [("shared_join", "q", "p")],
    ),
]


@pytest.mark.parametrize(("nodes", "expected"), UNSOUND, ids=range(len(UNSOUND)))
def test_what_is_wrong_is_found_at_its_node(nodes: tuple[Node, ...], expected: list[tuple[str, str, str]]) -> None:
    assert told(*nodes) == expected
