"""Every verb in every way of deciding together: what was done, and where the application stands then."""

from dataclasses import replace

import pytest
from firm import Firm
from flows_kit import Desk, by_mode, desk, parallel
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import PAY, SECOND, flow

from core.loans.flows import Mode, Resume
from core.loans.outcomes import (
    CannotAct,
    Decided,
    Dropped,
    Hurried,
    NoReturnThere,
    NotOffered,
    NotYourTask,
    NudgedAlready,
    Submitted,
    TooLateToTakeBack,
    Withdrawn,
)

ALL, ANY, RATIO, SEQUENCE = Mode.ALL, Mode.ANY, Mode.RATIO, Mode.SEQUENCE
FIRST = "approver 同意"

# (mode, what is done after 初审, where it stands then, and why the last of it was refused, if it was). 比例 is 60 % of
# three, so two of them.
TABLE: list[tuple[Mode, str, str] | tuple[Mode, str, str, type]] = [
    # Entering.
    (ALL, "", "second: lina wang zhang"),
    (ANY, "", "second: lina wang zhang"),
    (RATIO, "", "second: lina wang zhang"),
    (SEQUENCE, "", "second: lina"),
    # 同意
    (ALL, "lina 同意", "second: wang zhang"),
    (ALL, "lina 同意; wang 同意; zhang 同意", "pay: finance"),
    (ANY, "zhang 同意", "pay: finance"),
    (RATIO, "lina 同意", "second: wang zhang"),
    (RATIO, "lina 同意; wang 同意", "pay: finance"),
    (SEQUENCE, "lina 同意", "second: zhang"),
    (SEQUENCE, "lina 同意; zhang 同意; wang 同意", "pay: finance"),
    # 驳回
    (ALL, "lina 同意; wang 驳回", "ended refused"),
    (ANY, "wang 驳回", "ended refused"),
    (RATIO, "wang 驳回", "second: lina zhang"),
    (RATIO, "wang 驳回; lina 驳回", "ended refused"),
    (RATIO, "wang 驳回; lina 同意; zhang 同意", "pay: finance"),
    (SEQUENCE, "lina 驳回", "ended refused"),
    (SEQUENCE, "lina 同意; zhang 驳回", "ended refused"),
    # 退回 to a node before: all who had it are asked no more, and it comes through all again.
    (ALL, "lina 同意; wang 退回 first", "first: approver"),
    (ALL, "wang 退回 first; approver 同意", "second: lina wang zhang"),
    (ANY, "wang 退回 first; approver 同意", "second: lina wang zhang"),
    (RATIO, "lina 同意; wang 退回 first; approver 同意", "second: lina wang zhang"),
    (SEQUENCE, "lina 同意; zhang 退回 first; approver 同意", "second: lina"),
    (ALL, "wang 退回 first; approver 驳回", "ended refused"),
    # 退回 to the submitter.
    (ALL, "wang 退回 start", "start: batu"),
    (ANY, "wang 退回 start; batu 提交", "first: approver"),
    (RATIO, "wang 退回 start; batu 提交; approver 同意", "second: lina wang zhang"),
    (SEQUENCE, "lina 退回 start; batu 提交", "first: approver"),
    (ALL, "wang 退回 start; batu 放弃", "dropped"),
    (ALL, "wang 退回 second", "second: lina wang zhang", NoReturnThere),  # it is there: nothing is done
    (ALL, "wang 退回 pay", "second: lina wang zhang", NoReturnThere),  # it was never there
    # 转交: for good.
    (ALL, "wang 转交 zhou", "second: lina zhang zhou"),
    (ALL, "wang 转交 zhou; lina 同意; zhang 同意; zhou 同意", "pay: finance"),
    (ANY, "wang 转交 zhou; zhou 驳回", "ended refused"),
    (RATIO, "wang 转交 zhou; zhou 同意; lina 同意", "pay: finance"),
    (SEQUENCE, "lina 转交 zhou", "second: zhou"),
    (SEQUENCE, "lina 转交 zhou; zhou 同意", "second: zhang"),
    (ALL, "wang 转交 lina", "second: lina wang zhang", CannotAct),  # she has it herself
    (ALL, "wang 转交 wang", "second: lina wang zhang", CannotAct),
    # 委派: it comes back.
    (ALL, "wang 委派 zhou", "second: lina zhang zhou"),
    (ALL, "wang 委派 zhou; zhou 同意", "second: lina wang zhang"),
    (ALL, "wang 委派 zhou; zhou 驳回", "second: lina wang zhang"),  # what he thinks is no vote
    (ALL, "wang 委派 zhou; zhou 同意; wang 同意; lina 同意; zhang 同意", "pay: finance"),
    (ANY, "wang 委派 zhou; zhou 同意", "second: lina wang zhang"),
    (RATIO, "wang 委派 zhou; zhou 驳回; wang 同意; lina 同意", "pay: finance"),
    (SEQUENCE, "lina 委派 zhou", "second: zhou"),
    (SEQUENCE, "lina 委派 zhou; zhou 同意", "second: lina"),
    (SEQUENCE, "lina 委派 zhou; zhou 同意; lina 同意", "second: zhang"),
    (ALL, "wang 委派 zhou; zhou 委派 bai", "second: lina zhang zhou", NotOffered),  # who was asked asks nobody else
    # 前加签: they agree first, then it is his turn again.
    (ALL, "wang 前加签 zhou,bai", "second: bai lina zhang zhou"),
    (ALL, "wang 前加签 zhou,bai; zhou 同意", "second: bai lina zhang"),
    (ALL, "wang 前加签 zhou,bai; zhou 同意; bai 同意", "second: lina wang zhang"),
    (ALL, "wang 前加签 zhou; zhou 驳回", "ended refused"),
    (ANY, "wang 前加签 zhou; zhou 同意", "second: lina wang zhang"),
    (ANY, "wang 前加签 zhou; lina 同意", "pay: finance"),
    (ANY, "wang 前加签 zhou; zhou 驳回", "ended refused"),
    (RATIO, "wang 前加签 zhou,bai; zhou 驳回", "second: lina zhang"),  # that vote is cast; bai is asked no more
    (RATIO, "wang 前加签 zhou; zhou 同意; wang 同意; lina 同意", "pay: finance"),
    (SEQUENCE, "lina 前加签 zhou", "second: zhou"),
    (SEQUENCE, "lina 前加签 zhou; zhou 同意", "second: lina"),
    (SEQUENCE, "lina 前加签 zhou; zhou 同意; lina 同意", "second: zhang"),
    (
        ALL,
        "wang 前加签 zhou; zhou 前加签 bai",
        "second: lina zhang zhou",
        NotOffered,
    ),  # a signer who was added adds nobody
    # 后加签: he agrees, and they have to as well before it counts.
    (ALL, "wang 后加签 zhou", "second: lina zhang zhou"),
    (ALL, "wang 后加签 zhou; lina 同意; zhang 同意", "second: zhou"),
    (ALL, "wang 后加签 zhou; lina 同意; zhang 同意; zhou 同意", "pay: finance"),
    (ALL, "wang 后加签 zhou; zhou 驳回", "ended refused"),
    (ANY, "wang 后加签 zhou", "second: lina zhang zhou"),
    (ANY, "wang 后加签 zhou; zhou 同意", "pay: finance"),
    (RATIO, "wang 后加签 zhou; lina 同意", "second: zhang zhou"),
    (RATIO, "wang 后加签 zhou; lina 同意; zhou 同意", "pay: finance"),
    (RATIO, "wang 后加签 zhou,bai; zhou 驳回", "second: lina zhang"),
    (RATIO, "wang 后加签 zhou; wang 取回; wang 驳回", "second: lina zhang"),
    (SEQUENCE, "lina 后加签 zhou", "second: zhou"),
    (SEQUENCE, "lina 后加签 zhou; zhou 同意", "second: zhang"),
    # 减签
    (ALL, "wang 前加签 zhou,bai; wang 减签 zhou", "second: bai lina zhang"),
    (ALL, "wang 前加签 zhou; wang 减签 zhou", "second: lina wang zhang"),
    (ALL, "wang 前加签 zhou; zhou 同意; wang 减签 zhou", "second: lina wang zhang", NotOffered),  # he has signed
    (ANY, "wang 后加签 zhou; wang 减签 zhou", "pay: finance"),
    (RATIO, "wang 后加签 zhou; lina 同意; wang 减签 zhou", "pay: finance"),
    (SEQUENCE, "lina 后加签 zhou; lina 减签 zhou", "second: zhang"),
    (ALL, "wang 委派 zhou; wang 减签 zhou", "second: lina wang zhang"),
    # 取回: until somebody has acted upon it.
    (ALL, "lina 同意; lina 取回", "second: lina wang zhang"),
    (ALL, "lina 同意; wang 同意; zhang 同意; zhang 取回", "second: zhang"),
    (ANY, "zhang 同意; zhang 取回", "second: lina wang zhang"),
    (RATIO, "lina 同意; wang 同意; wang 取回", "second: wang zhang"),
    (SEQUENCE, "lina 同意; lina 取回", "second: lina"),
    (SEQUENCE, "lina 同意; zhang 同意; lina 取回", "second: wang", TooLateToTakeBack),  # zhang has acted upon it
    (ANY, "zhang 同意; finance 办理; zhang 取回", "ended after", TooLateToTakeBack),
    (ANY, "approver 取回", "first: approver"),
    (ANY, "zhang 驳回; zhang 取回", "ended refused", NotOffered),
    # 抄送 changes nothing.
    (ALL, "wang 抄送 zhou,bai", "second: lina wang zhang"),
    (ANY, "wang 抄送 zhou", "second: lina wang zhang"),
    (RATIO, "wang 抄送 zhou", "second: lina wang zhang"),
    (SEQUENCE, "lina 抄送 zhou", "second: lina"),
    # 撤回: until somebody has acted (before anybody has: `test_withdrawn_before_anybody_has_acted`).
    (ALL, "batu 撤回", "second: lina wang zhang", TooLateToTakeBack),
    (ANY, "batu 撤回", "second: lina wang zhang", TooLateToTakeBack),
    (RATIO, "batu 撤回", "second: lina wang zhang", TooLateToTakeBack),
    (SEQUENCE, "batu 撤回", "second: lina", TooLateToTakeBack),
    # 催办 changes nothing, and not twice.
    (ALL, "batu 催办", "second: lina wang zhang"),
    (ANY, "batu 催办", "second: lina wang zhang"),
    (RATIO, "batu 催办", "second: lina wang zhang"),
    (SEQUENCE, "batu 催办", "second: lina"),
    (SEQUENCE, "batu 催办; batu 催办", "second: lina", NudgedAlready),
    # 代理: who stands in acts for him, and nobody else does.
    (ALL, "lina 代理 zhou; lina/zhou 同意", "second: wang zhang"),
    (ANY, "lina 代理 zhou; lina/zhou 同意", "pay: finance"),
    (RATIO, "lina 代理 zhou; lina/zhou 驳回", "second: wang zhang"),
    (SEQUENCE, "lina 代理 zhou; lina/zhou 同意", "second: zhang"),
    (ALL, "lina/zhang 同意", "second: lina wang zhang", NotYourTask),
]
DONE = (Decided, Submitted, Dropped, Hurried)


@ON_ONE_DATABASE
@pytest.mark.parametrize("row", range(len(TABLE)), ids=[f"{row[0]} {row[1]}"[:60] for row in TABLE])
def test_what_comes_of_it(firm: Firm, row: int) -> None:
    mode, lines, stands, *refusal = TABLE[row]
    at = desk(firm, by_mode(mode))
    run(at, f"{FIRST}; {lines}")
    assert at.stands == stands, at.said
    assert isinstance(at.said[-1], refusal[0] if refusal else DONE), at.said[-1]


def test_what_comes_of_it_on_both_databases(firm: Firm) -> None:
    """A dozen rows of the table, as one long day: what they do to the database is the same on both."""
    for mode, lines, stands, *_ in TABLE[:: len(TABLE) // 12]:
        at = desk(firm, by_mode(mode))
        run(at, f"{FIRST}; {lines}")
        assert at.stands == stands, (lines, at.said)


@ON_ONE_DATABASE
@pytest.mark.parametrize("mode", list(Mode))
def test_withdrawn_before_anybody_has_acted(firm: Firm, mode: Mode) -> None:
    at = desk(firm, flow(replace(SECOND, mode=mode, ratio=60), PAY))
    assert isinstance(at.do("batu 撤回"), Withdrawn)
    assert at.stands == "draft"
    assert isinstance(at.do("batu 提交"), Submitted)
    assert at.stands == ("second: lina" if mode is SEQUENCE else "second: lina wang zhang")


def run(at: Desk, lines: str) -> None:
    for line in filter(None, map(str.strip, lines.split(";"))):
        at.do(line)


THERE: list[tuple[str, str]] = [
    ("wang 退回 first; approver 同意", "second: lina wang zhang"),
    ("wang 退回 start; batu 提交", "second: lina wang zhang"),
    ("lina 同意; wang 退回 start; batu 提交; lina 同意; wang 同意; zhang 同意", "pay: finance"),
]


@pytest.mark.parametrize(("lines", "stands"), THERE)
def test_it_goes_on_where_it_was_returned(firm: Firm, lines: str, stands: str) -> None:
    at = desk(firm, by_mode(Mode.ALL, resume=Resume.THERE))
    run(at, f"{FIRST}; {lines}")
    assert at.stands == stands, at.said


BRANCHES: list[tuple[str, str]] = [
    ("", "left: lina | right: zhang"),
    ("lina 同意", "right: zhang"),
    ("lina 同意; zhang 同意", "right2: wang"),
    ("lina 同意; zhang 同意; wang 同意", "pay: finance"),
    ("zhang 同意; wang 同意; lina 同意", "pay: finance"),
    ("zhang 同意; lina 驳回", "ended refused"),
    ("zhang 同意; wang 退回 right", "left: lina | right: zhang"),  # only its own branch goes back
    ("zhang 同意; lina 同意; wang 退回 right; zhang 同意; wang 同意", "pay: finance"),
    ("zhang 同意; wang 退回 first", "first: approver"),  # from before the branches: both
    ("zhang 同意; wang 退回 first; approver 同意", "left: lina | right: zhang"),
    ("zhang 同意; wang 退回 left", "left: lina | right2: wang"),  # that lies beside it
    ("zhang 同意; wang 退回 start; batu 提交; approver 同意", "left: lina | right: zhang"),
    ("lina 同意; lina 取回", "right: zhang | left: lina"),
    ("lina 同意; zhang 同意; zhang 取回", "right: zhang"),
    ("zhang 同意; wang 同意; wang 取回", "left: lina | right2: wang"),
    ("lina 同意; zhang 同意; wang 同意; wang 取回", "pay: finance"),  # it went on behind where they meet
]


@pytest.mark.parametrize(("lines", "stands"), BRANCHES)
def test_in_branches(firm: Firm, lines: str, stands: str) -> None:
    at = desk(firm, parallel())
    run(at, f"{FIRST}; {lines}")
    assert sorted(at.stands.split(" | ")) == sorted(stands.split(" | ")), at.said
