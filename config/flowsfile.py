"""`flows/*.yaml`: the way of an application, from its start to its ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.flowduties import Asked
from config.flownodes import read_nodes
from config.formsfile import FormFile
from config.problems import Problem, likely
from config.values import Table, check_once, chosen, each_of, key, product
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.expressions import check
from core.leads.products import PRODUCTS
from core.leads.tags import Tagging
from core.loans.cases import covered
from core.loans.flows import Approve, Condition, Flow, Flows, Handle, Node, Stage, StageType
from core.loans.forms import PAYOUT_KINDS, FieldKind, Form
from core.loans.soundness import flaws
from core.risk.names import SAID
from core.risk.policy import Policies

FOLDER = "flows"
STAGE_TYPES = {
    "进行": StageType.OPEN,
    "等待": StageType.WAITING,
    "成功": StageType.WON,
    "失败": StageType.LOST,
}
_MOST_STAGES = 20
_LONGEST_NAME, _LONGEST_STAGE, _LONGEST_PAUSE = 20, 10, 20


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow as it was read, and where in its file its name and its products stand."""

    flow: Flow
    name: Value
    products: tuple[Value, ...]


def read_flow(
    top: Value, of: str, forms: Mapping[str, FormFile | None], tagging: Tagging, problems: list[Problem]
) -> FlowFile | None:
    """The flow of the key `of` from the top of its file, whose problems come into `problems`; None where too much is
    missing. `forms` are all forms by key, with None for one that could not be read."""
    before = len(problems)
    table = top.table(("name", "form", "stages", "nodes"), ("products", "withdraw_until", "pauses"))
    stages = _stages(table["stages"]) if "stages" in table else ()
    form = forms.get(_form(table["form"], forms)) if "form" in table else None
    asked = Asked(form.form, form.speaks_of) if form else Asked(None, None)
    grades, tags = [grade.key for grade in tagging.grades], None if tagging.free else [tag.name for tag in tagging.tags]
    rows, nodes = read_nodes(table["nodes"], stages, asked, grades, tags) if "nodes" in table else ((), ())
    products = tuple(table["products"].each(least=1)) if "products" in table else ()
    flow = Flow(
        of,
        table["name"].text(_LONGEST_NAME) if "name" in table else "",
        form.form.key if form else "",
        stages,
        nodes,
        products=tuple(product(each) for each in products),
        withdraw_until=_withdraw_until(table, [node.key for node in nodes]),
        pauses=each_of(table, "pauses", lambda each: each.text(_LONGEST_PAUSE), least=1),
    )
    if len(problems) == before:
        _check_ways(flow, rows)
        _check_payouts(flow, form.form if form else None, rows)
        _check_cases(flow, form.form if form else None, rows)
    return FlowFile(flow, table["name"], products) if "name" in table else None


def _form(value: Value, forms: Collection[str]) -> str:
    text = value.text()
    if text and text not in forms:
        value.problem("no_form", word=text, near=likely(text, forms), known=list(forms))
    return text


def _stages(value: Value) -> tuple[Stage, ...]:
    rows = [row.values for row in value.tables(("key", "name", "type"), (), least=1)]
    if len(rows) > _MOST_STAGES:
        value.problem("many", most=_MOST_STAGES)
    for each in ("key", "name"):
        check_once(rows, each)
    return tuple(_stage(row) for row in rows)


def _stage(table: Table) -> Stage:
    return Stage(
        key(table["key"]) if "key" in table else "",
        table["name"].text(_LONGEST_STAGE) if "name" in table else "",
        (chosen(table["type"], STAGE_TYPES) if "type" in table else None) or StageType.OPEN,
    )


def _withdraw_until(table: Table, keys: Collection[str]) -> str:
    text = table["withdraw_until"].text() if "withdraw_until" in table else ""
    if text and text not in keys:
        table["withdraw_until"].problem("no_node", word=text, near=likely(text, keys), known=list(keys))
    return text


def check_has_rules(files: Collection[FlowFile], flows: Flows, risk: Policies) -> None:
    """A flow that goes by what the risk rules say has some for each of its products: else all would pass by."""
    for file in files:
        overrides = any(isinstance(node, Approve) and node.overrides for node in file.flow.nodes)
        if not overrides and not file.flow.goes_by & SAID.keys():
            continue
        for of, word in PRODUCTS.items():
            if flows.of(of) is file.flow and risk.of(of) is None:
                file.name.problem("no_risk_rules", word=word)


def _check_ways(flow: Flow, rows: tuple[Row, ...]) -> None:
    """What is wrong between the nodes, each told at the key of its node."""
    places = {node.key: row.values["key"] for node, row in zip(flow.nodes, rows, strict=True)}
    for flaw in flaws(flow):
        words = {"word": flaw.other} if flaw.why == "branch_in" else {"word": flaw.node, "other": flaw.other}
        places[flaw.node].problem(flaw.why, **words)


def _check_cases(flow: Flow, form: Form | None, rows: tuple[Row, ...]) -> None:
    """A case behind others that take all that it would is never come to."""
    if form is None:
        return
    for node, row in zip(flow.nodes, rows, strict=True):
        whens = [case.when for case in node.cases] if isinstance(node, Condition) else []
        if any(
            when and check(when, form.names) is not None for when in whens
        ):  # it is told, or of a field that is told
            continue
        for each in covered(whens, form.names):
            numbers = {"number": each.case + 1, "before": each.by + 1}
            row.values["cases"].problem("case_covered", **numbers, word=whens[each.case], other=whens[each.by])


def _check_payouts(flow: Flow, form: Form | None, rows: tuple[Row, ...]) -> None:
    """Where money is paid out at several nodes, each says how much in a field of its own: else the whole sum would be
    recorded at the first, or a correction of one would change the other."""
    payouts = [
        (node, row) for node, row in zip(flow.nodes, rows, strict=True) if isinstance(node, Handle) and node.payout
    ]
    if form is None or len(payouts) < 2:
        return
    kinds = {each.key: each.kind for each in form.fields}
    seen: dict[str, Node] = {}
    for node, row in payouts:
        if not any(kinds.get(each) is FieldKind.MONEY for each in node.must):
            row.values["key"].problem("payout_sum", word=node.key)
        for each in node.editable:
            if kinds.get(each) in PAYOUT_KINDS and seen.setdefault(each, node) is not node:
                row.values["editable"].problem("payout_field", word=each, other=seen[each].key)


def check_flows(files: Collection[FlowFile]) -> None:
    """Every product has one flow at most, and one flow at most has all the rest."""
    by_product: dict[str, FlowFile] = {}
    names: set[str] = set()
    for file in files:
        for place, each in zip(file.products, file.flow.products, strict=True):
            if each and by_product.setdefault(each, file) is not file:
                place.problem("taken_product", word=PRODUCTS[each], other=by_product[each].flow.name)
        if not file.products and by_product.setdefault("", file) is not file:
            file.name.problem("second_rest", other=by_product[""].flow.name)
        if file.flow.name in names:
            file.name.problem("taken", word=file.flow.name)
        names.add(file.flow.name)
