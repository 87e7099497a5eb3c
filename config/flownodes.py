"""The nodes of a flow file, kind by kind."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from config.expressionvalue import read_expression
from config.flowduties import (
    Asked,
    read_deadline,
    read_decisions,
    read_field,
    read_mode,
    read_who,
)
from config.problems import likely, quoted
from config.values import Table, check_once, chosen, each_of, key, yes_or_no
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.loans.flows import (
    ALL_DECISIONS,
    Act,
    Approve,
    Case,
    Condition,
    Copy,
    Decision,
    Do,
    End,
    Handle,
    Mode,
    Node,
    Parallel,
    Repeat,
    Resume,
    Stage,
    StageType,
    Start,
    Wait,
    Who,
)
from core.loans.forms import AMOUNT, NAMES_SOMEBODY, TERM, FieldKind
from core.people.policy import Role

_REPEATS = {"每次": Repeat.EACH, "连续只一次": Repeat.CONSECUTIVE, "只一次": Repeat.ONCE}
_RESUMES = {"从退回处": Resume.THERE, "重走": Resume.AGAIN}
_DUTY = ("next", "money", "resume", "deadline", "ladder", "hidden", "editable", "must")
_OF_APPROVE = ("how", "refused", "repeat", "verbs", "reasons", "override")
_REQUIRED = ("key", "name", "stage", "kind")
_OPTIONAL = ("who", *_DUTY, *_OF_APPROVE, "payout", "cases", "branches", "join", "event", "does")
_FILLED_IN = frozenset(FieldKind) - {FieldKind.COMPUTED, FieldKind.FILE}  # papers are for what is sent at a node
ACTIONS: dict[str, Literal["grade", "tag", "untag", "tell"]] = {
    "grade": "grade",
    "tag": "tag",
    "untag": "untag",
    "tell": "tell",
}
_MOST_NODES = 60
_LONGEST_NAME, _LONGEST_TEXT = 12, 200


@dataclass(frozen=True, slots=True)
class Around:
    """What a node may speak of: the stages, the keys of all nodes in their order, the form, the company's grades and
    tags (None: any)."""

    stages: tuple[Stage, ...]
    keys: tuple[str, ...]
    asked: Asked
    grades: Collection[str]
    tags: Collection[str] | None
    refused: str = ""  # the only end that is lost


@dataclass(frozen=True, slots=True)
class _Place:
    """One node in the file: its row, what all kinds have, and the node below it."""

    row: Row
    key: str
    name: str
    stage: str
    below: str
    around: Around

    @property
    def table(self) -> Table:
        return self.row.values

    def node(self, key: str) -> str:
        """The node that is named at `key`; empty if the key is not there."""
        return _known(self.table[key], self.around.keys, "no_node") if key in self.table else ""

    @property
    def next(self) -> str:
        if "next" not in self.table and not self.below:
            self.row.place.missing("next")
        return self.node("next") or self.below

    @property
    def head(self) -> tuple[str, str, str]:
        return self.key, self.name, self.stage


def read_nodes(
    value: Value, stages: tuple[Stage, ...], asked: Asked, grades: Collection[str], tags: Collection[str] | None
) -> tuple[tuple[Row, ...], tuple[Node, ...]]:
    """The rows of the nodes that could be read, and the nodes."""
    rows = value.tables(_REQUIRED, _OPTIONAL, least=1)
    if len(rows) > _MOST_NODES:
        value.problem("many", most=_MOST_NODES)
    check_once((row.values for row in rows), "key")
    keys = tuple(row.values["key"].word() if "key" in row.values else "" for row in rows)
    around = Around(stages, keys, asked, grades, tags, _only_lost(rows, stages))
    read = [(row, _node(row, number, around)) for number, row in enumerate(rows)]
    whole = [(row, node) for row, node in read if node is not None]
    return tuple(row for row, _ in whole), tuple(node for _, node in whole)


def _only_lost(rows: list[Row], stages: tuple[Stage, ...]) -> str:
    """The key of the end node in a stage of 失败, if there is but one."""
    lost = {stage.key for stage in stages if stage.type is StageType.LOST}
    words = [{key: row.values[key].word() for key in _REQUIRED if key in row.values} for row in rows]
    ends = [each.get("key", "") for each in words if each.get("kind") == "结束" and each.get("stage") in lost]
    return ends[0] if len(ends) == 1 else ""


def _node(row: Row, number: int, around: Around) -> Node | None:
    table = row.values
    kind = chosen(table["kind"], _KINDS) if "kind" in table else None
    head = (
        key(table["key"]) if "key" in table else "",
        table["name"].text(_LONGEST_NAME) if "name" in table else "",
        _known(table["stage"], [stage.key for stage in around.stages], "no_stage") if "stage" in table else "",
    )
    if kind is None:
        return None
    needed, allowed, read = kind
    for name in table:
        if name not in (*_REQUIRED, *needed, *allowed):
            known = (*needed, *allowed)
            table[name].problem("not_in", word=table["kind"].word(), known=known)
    for name in needed:
        if name not in table:
            row.place.missing(name)
    return read(_Place(row, *head, around.keys[number + 1] if number + 1 < len(around.keys) else "", around))


def _known(value: Value, known: Collection[str], problem: str) -> str:
    text = value.text()
    if text and text not in known:
        value.problem(problem, word=text, near=likely(text, known), known=[each for each in known if each])
    return text


def _start(at: _Place) -> Start:
    return Start(*at.head, at.next)


def _approve(at: _Place) -> Approve:
    table = at.table
    money = yes_or_no(table, "money")
    mode, ratio = read_mode(table["how"]) if "how" in table else (Mode.ANY, 100)
    verbs = read_decisions(table, "verbs") if "verbs" in table else ALL_DECISIONS
    if "verbs" in table and Decision.AGREE not in verbs:
        table["verbs"].problem("no_agree")
    reasons = read_decisions(table, "reasons") if "reasons" in table else {Decision.REFUSE, Decision.RETURN} & verbs
    if "reasons" in table and not reasons <= verbs:
        table["reasons"].problem("no_such_verb")
    hidden, editable, must = _fields(at)
    who = _not_himself(at, money=money)
    refused = at.node("refused") or at.around.refused
    if not refused and Decision.REFUSE in verbs and "refused" not in table:
        at.row.place.problem("no_refused", word=at.key)
    return Approve(
        *at.head,
        at.next,
        refused,
        who,
        mode,
        ratio,
        money=money,
        repeat=(chosen(table["repeat"], _REPEATS) if "repeat" in table else None) or Repeat.EACH,
        resume=_resume(table),
        verbs=verbs,
        reasons=frozenset(reasons),
        deadline=read_deadline(table, money=money, decides=verbs),
        hidden=hidden,
        editable=editable,
        must=must,
        overrides=_overrides(at, money=money),
    )


def _overrides(at: _Place, *, money: bool) -> bool:
    """Who overrides what the rules suggest has a post for it."""
    if "override" in at.table and not money:
        at.table["override"].problem("override_money")
    return yes_or_no(at.table, "override")


def _handle(at: _Place) -> Handle:
    payout = yes_or_no(at.table, "payout")
    money = yes_or_no(at.table, "money") or payout  # what was paid out is never said by who asked for it
    hidden, editable, must = _fields(at)
    if payout:
        _check_payout(at, editable)
    return Handle(
        *at.head,
        at.next,
        _not_himself(at, money=money),
        money=money,
        payout=payout,
        deadline=read_deadline(at.table, money=money, decides=()),
        hidden=hidden,
        editable=editable,
        must=must,
        resume=_resume(at.table),
    )


def _who(at: _Place) -> tuple[Who, ...]:
    return read_who(at.table["who"], at.around.asked) if "who" in at.table else ()


def _check_payout(at: _Place, editable: tuple[str, ...]) -> None:
    """One sum and one day: what was paid out must not be a guess. What was agreed to is another thing: a slip in it
    could not be mended there, where nothing is raised."""
    form = at.around.asked.form
    if AMOUNT in editable:
        at.table["editable"].problem("payout_amount", word=AMOUNT)
    for kind, what in ((FieldKind.MONEY, "金额"), (FieldKind.DATE, "日期")):
        several = [each.key for each in (form.fields if form else ()) if each.key in editable and each.kind is kind]
        if len(several) > 1:
            at.table["editable"].problem("one_payout", word="、".join(several), what=what)


def _not_himself(at: _Place, *, money: bool) -> tuple[Who, ...]:
    """Whom the node names. The submitter alone cannot have one that money hangs on, nor officers by their post: one of
    them would decide on what another one asks for."""
    who = _who(at)
    if money and who and all(each.submitter for each in who):
        at.table["who"].problem("money_himself", word=at.key)
    if money and any(each.role == Role.OFFICER.value for each in who):
        at.table["who"].problem("money_officer", word=at.key)
    return who


def _resume(table: Table) -> Resume:
    return (chosen(table["resume"], _RESUMES) if "resume" in table else None) or Resume.AGAIN


def _fields(at: _Place) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The fields at `hidden`, at `editable` and at `must`: none is of the first two, and what is reckoned nobody edits,
    nor who the applicant is: others have agreed to that by then. What must be filled in can be."""

    def hide(value: Value) -> str:
        found = read_field(value, at.around.asked, tuple(FieldKind), "字段")
        if found in (AMOUNT, TERM):
            value.problem("always_shown", word=found)
        return found

    hidden = each_of(at.table, "hidden", hide)

    def editable(value: Value) -> str:
        found = read_field(value, at.around.asked, _FILLED_IN, "填写的字段，不是计算出来的，也不是文件")
        field = at.around.asked.form.field(found) if at.around.asked.form is not None else None
        if field is not None and field.kind in NAMES_SOMEBODY:
            value.problem("names_somebody", word=found)
        if found and found in hidden:
            value.problem("hidden_and_editable", word=found)
        return found

    edited = each_of(at.table, "editable", editable)

    def must(value: Value) -> str:
        return _known(value, edited, "must_not_editable")

    return hidden, edited, each_of(at.table, "must", must)


def _copy(at: _Place) -> Copy:
    return Copy(*at.head, at.next, _who(at))


def _condition(at: _Place) -> Condition:
    rows = at.table["cases"].tables(("to",), ("when",), least=1) if "cases" in at.table else []
    if len(rows) == 1:
        at.table["cases"].problem("one_case")
    for number, row in enumerate(rows, start=1):
        if number < len(rows) and "when" not in row.values:
            row.place.problem("case_without_when")
        elif number == len(rows) and "when" in row.values:
            row.values["when"].problem("last_case")
    return Condition(*at.head, tuple(_case(row.values, at.around) for row in rows))


def _case(table: Table, around: Around) -> Case:
    to = _known(table["to"], around.keys, "no_node") if "to" in table else ""
    return Case(to, read_expression(table["when"], around.asked.speaks_of) if "when" in table else "")


def _parallel(at: _Place) -> Parallel:
    branches = each_of(at.table, "branches", lambda each: _known(each, at.around.keys, "no_node"), least=1)
    if len(branches) == 1:
        at.table["branches"].problem("one_branch")
    return Parallel(*at.head, branches, at.node("join"))


def _wait(at: _Place) -> Wait:
    return Wait(*at.head, at.next, at.table["event"].text(20) if "event" in at.table else "")


def _act(at: _Place) -> Act:
    rows = at.table["does"].tables((), tuple(ACTIONS), least=1) if "does" in at.table else []
    found = [_do(row, at.around) for row in rows]
    return Act(*at.head, at.next, tuple(each for each in found if each is not None))


def _do(row: Row, around: Around) -> Do | None:
    if len(row.values) != 1:
        row.place.problem("one_action", known=tuple(ACTIONS))
        return None
    ((does, value),) = row.values.items()
    if does == "tell":
        return Do("tell", value.text(_LONGEST_TEXT))
    text = value.text()
    known = around.grades if does == "grade" else around.tags
    if text and known is not None and text not in known:
        value.problem("choice", found=quoted(text), near=likely(text, known), known=list(known))
    return Do(ACTIONS[does], text)


def _end(at: _Place) -> End:
    types = {stage.key: stage.type for stage in at.around.stages}
    if types.get(at.stage) in (StageType.OPEN, StageType.WAITING):
        at.table["stage"].problem("end_stage", word=at.stage)
    return End(*at.head)


_Kind: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], Callable[[_Place], Node]]
_KINDS: dict[str, _Kind] = {
    "开始": ((), ("next",), _start),
    "审批": (("who",), (*_DUTY, *_OF_APPROVE), _approve),
    "办理": (("who",), (*_DUTY, "payout"), _handle),
    "抄送": (("who",), ("next",), _copy),
    "条件": (("cases",), (), _condition),
    "并行": (("branches", "join"), (), _parallel),
    "等待": (("event",), ("next",), _wait),
    "动作": (("does",), ("next",), _act),
    "结束": ((), (), _end),
}
"""By the word for a kind: the keys that such a node needs, those that it may have, and how it is read."""
