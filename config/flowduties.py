"""What a flow file says of those who are responsible at a node: who they are, how they decide, and by when."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from config.expressionvalue import Lexicon, read_expression
from config.lengthvalue import meant_working_length, parse_working_length, working_length
from config.problems import likely, quoted
from config.rolewords import ROLE_WORDS
from config.values import Table, account, chosen, departments, each_of, yes_or_no
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.calendar import Length, Unit
from core.loans.flows import Deadline, Decision, Mode, Rung, Step, Who
from core.loans.forms import FieldKind, Form
from core.people.policy import Role

DECISIONS: dict[str, Decision] = {
    "同意": Decision.AGREE,
    "驳回": Decision.REFUSE,
    "退回": Decision.RETURN,
    "转交": Decision.TRANSFER,
    "委派": Decision.DELEGATE,
    "前加签": Decision.SIGN_BEFORE,
    "后加签": Decision.SIGN_AFTER,
    "减签": Decision.DROP_SIGNER,
    "取回": Decision.TAKE_BACK,
    "抄送": Decision.COPY,
}
MODES = {"会签": Mode.ALL, "或签": Mode.ANY, "依次": Mode.SEQUENCE}
_SHARE = re.compile(r"([1-9][0-9]?|100) ?[%％]")
RUNGS: dict[str, Rung] = {
    "提醒": Rung.REMIND,
    "提醒并抄送上级": Rung.SUPERIOR,
    "转交上级": Rung.REASSIGN,
    "自动同意": Rung.AGREE,
    "自动驳回": Rung.REFUSE,
    "短信": Rung.SMS,
}
_DECIDING = frozenset({Rung.AGREE, Rung.REFUSE})
_AT = re.compile(r"(到期前|超期|到期后) ?(.+)")
_DUE = "到期"
_ROLES = {**ROLE_WORDS, **{role.value: role for role in Role}}
_WAYS = ("people", "role", "head", "superior", "submitter", "chosen", "field")
_OWN_DEPARTMENT = "本部门"
_MOST_SUPERIOR, _MOST_RUNGS = 5, 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What is filled in, as far as it is known: where the form is wrong itself, it is not."""

    form: Form | None
    speaks_of: Lexicon | None


def read_who(value: Value, asked: Asked) -> tuple[Who, ...]:
    """The ways to find who is responsible."""
    return tuple(_who(row, asked) for row in value.tables((), (*_WAYS, "department", "when"), least=1))


def _who(row: Row, asked: Asked) -> Who:
    table = row.values
    ways = [way for way in _WAYS if way in table]
    if len(ways) != 1:
        place = table[ways[1]] if ways else row.place
        place.problem("one_way", known=_WAYS)
    for switch in ("head", "submitter", "chosen"):
        if switch in table and not yes_or_no(table, switch):
            table[switch].problem("only_yes", found=table[switch].found())
    if "department" in table and "role" not in table:
        table["department"].problem("department_of_role")
    return Who(
        people=each_of(table, "people", account, least=1),
        role=_role(table["role"]) if "role" in table else "",
        department=_department(table["department"]) if "department" in table else "",
        head="head" in table,
        submitter="submitter" in table,
        superior=(table["superior"].number(1, _MOST_SUPERIOR) or 0) if "superior" in table else 0,
        chosen="chosen" in table,
        field=read_field(table["field"], asked, (FieldKind.PERSON,), "人员字段") if "field" in table else "",
        when=read_expression(table["when"], asked.speaks_of) if "when" in table else "",
    )


def _role(value: Value) -> str:
    text = value.text()
    if text and text not in _ROLES:
        value.problem("choice", found=quoted(text), near=likely(text, _ROLES), known=list(ROLE_WORDS))
    return _ROLES[text].value if text in _ROLES else ""


def _department(value: Value) -> str:
    return "=" if value.word() == _OWN_DEPARTMENT else "".join(departments(value)[:1])


def read_field(value: Value, asked: Asked, kinds: Collection[FieldKind], what: str) -> str:
    """The key of a field of the form, of one of these kinds (`what`, in words)."""
    text = value.text()
    if text and asked.form is not None and asked.speaks_of is not None:
        found = asked.form.field(text)
        if found is None:
            known = [each.key for each in asked.form.fields]
            near = asked.speaks_of.labels.get(text) or likely(text, known)
            value.problem("no_field", word=text, near=near, known=known)
        elif found.kind not in kinds:
            known = [each.key for each in asked.form.fields if each.kind in kinds]
            value.problem("field_kind", word=text, what=what, known=known)
    return text


def read_mode(value: Value) -> tuple[Mode, int]:
    """How they decide together, and the percent of 比例."""
    text = value.text()
    share = _SHARE.fullmatch(text)
    if share:
        return Mode.RATIO, int(share[1])
    if text and text not in MODES:
        near = f"{text}%" if _SHARE.fullmatch(f"{text}%") else likely(text, MODES)
        value.problem("choice", found=quoted(text), near=near, known=(*MODES, "60%"))
    return MODES.get(text, Mode.ANY), 100


def read_decisions(table: Table, key: str) -> frozenset[Decision]:
    """What can be done with a task, by the words on the buttons."""
    found = each_of(table, key, lambda each: chosen(each, DECISIONS))
    return frozenset(each for each in found if each is not None)


def read_deadline(table: Table, *, money: bool, decides: Collection[Decision]) -> Deadline | None:
    """The deadline and its ladder. `decides`: what can be decided there, by itself too where no money hangs on it."""
    within = working_length(table, "deadline")
    rows = table["ladder"].tables(("at", "do"), (), least=1) if "ladder" in table else []
    if rows and "deadline" not in table:
        table["ladder"].problem("no_deadline")
    if len(rows) > _MOST_RUNGS:
        table["ladder"].problem("many", most=_MOST_RUNGS)
    steps = [_step(row.values, money=money, decides=decides) for row in rows]
    for row, step in zip(rows, steps, strict=True):
        if step and step.before and step.by and within and _is_longer(step.by, within):
            row.values["at"].problem("before_start", found=row.values["at"].found())
    return Deadline(within, tuple(step for step in steps if step is not None)) if within else None


def _is_longer(one: Length, other: Length) -> bool:
    """Is it at least as long? No where nobody can say without a calendar: how many hours a working day has, or how
    long a working hour takes."""
    if one.working != other.working:
        return False
    if one.working and one.unit is not other.unit and Unit.DAY in (one.unit, other.unit):
        return False
    minutes = {Unit.DAY: 24 * 60, Unit.HOUR: 60, Unit.MINUTE: 1}
    return one.amount * minutes[one.unit] >= other.amount * minutes[other.unit]


def _step(table: Table, *, money: bool, decides: Collection[Decision]) -> Step | None:
    does = chosen(table["do"], RUNGS) if "do" in table else None
    if does is Rung.AGREE and money:
        table["do"].problem("no_silent_pass")
    elif does in _DECIDING and not decides:
        table["do"].problem("nothing_to_decide", found=table["do"].found())
    elif does is Rung.REFUSE and Decision.REFUSE not in decides:
        table["do"].problem("no_refusal")
    if "at" not in table or does is None:
        return None
    text = table["at"].word()
    found = _AT.fullmatch(text)
    by = parse_working_length(found[2]) if found and found[1] != "到期后" else None
    if text != _DUE and by is None:
        table["at"].problem("shape", what="到期、到期前多久或超期多久", found=table["at"].found(), **_meant_at(text))
    return Step(does, by, before=bool(by) and text.startswith("到期前"))


def _meant_at(text: str) -> dict[str, str]:
    found = _AT.fullmatch(text)
    meant = (found and (meant_working_length(found[2]) or (parse_working_length(found[2]) and found[2]))) or ""
    if found and meant:
        return {"near": f"{'到期前' if found[1] == '到期前' else '超期'}{meant}"}
    return {"example": "到期前2工作小时"}
