"""`reports/*.yaml`: who is asked for a report on an applicant, for which products, and what the rules learn from it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from config.amounts import parse_yuan
from config.expressionvalue import read_answer_expression, read_name
from config.formfields import KINDS as FIELD_KINDS
from config.problems import likely
from config.reportexchange import read_exchange
from config.riskparts import UNITS, number_at
from config.values import LONGEST_PURPOSE, Table, check_once, chosen, each_of, length, product, yes_or_no
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.expressions import Kind
from core.leads.products import PRODUCTS
from core.loans.forms import ABOUT, AMOUNT, TERM, FieldKind, Form
from core.loans.risk_facts import risk_names
from core.risk.names import BUILT_IN
from core.risk.policy import SCORE, SCORE_GRADE, Unit
from core.risk.providers import Exchange, Figure, Provider, Terms

FOLDER = "reports"
_REQUIRED = ("name", "purpose", "active", "terms", "figures", "keep")
_OPTIONAL = ("exchange", "cost", "budget", "gives_up")
_LONGEST_NAME, _LONGEST_LABEL = 20, 12
_MOST_FIGURES = 40
_KINDS: dict[str, tuple[Kind, Unit, bool]] = {
    **{word: (Kind.NUMBER, unit, unit is Unit.TIMES) for word, unit in UNITS.items()},
    "整数": (Kind.NUMBER, Unit.PLAIN, True),
    "文字": (Kind.TEXT, Unit.PLAIN, False),
    "是否": (Kind.YES_NO, Unit.PLAIN, False),
}
"""What a figure can be: the kind of its value, how that is said, and whether it is a whole number."""
_RESERVED = frozenset({*(each.name for each in BUILT_IN), *ABOUT, AMOUNT, TERM, SCORE, SCORE_GRADE})
"""What no report may say otherwise. What the customer wants to borrow, nobody else knows."""
_OF_FIELD: dict[FieldKind, tuple[str, ...]] = {
    FieldKind.NUMBER: ("数字", "整数", "次", "月", "年"),
    FieldKind.MONEY: ("金额",),
    FieldKind.PERCENT: ("百分比",),
    FieldKind.TEXT: ("文字",),
    FieldKind.CHOICE: ("文字",),
}
"""As what a figure may stand for a field of the form."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A provider as it was read, with the places that what stands elsewhere is checked against: its purpose, and the
    key of each figure. `unsure` are the keys of figures in which something is wrong, and told."""

    provider: Provider
    purpose: Value | None
    keys: tuple[tuple[str, Value], ...]
    unsure: frozenset[str]


def read_report(top: Value, key: str, forms: Mapping[str, Form]) -> ReportFile:
    """The provider of this key from the top of its file. `forms`: what is filled in for each product (by key)."""
    table = top.table(_REQUIRED, _OPTIONAL)
    terms = _all_terms(table["terms"]) if "terms" in table else ()
    exchange = read_exchange(table["exchange"]) if "exchange" in table else None
    served = {each: form for each, form in forms.items() if _serves(terms, each)}
    rows = (
        table["figures"].tables(("key", "label", "kind"), ("from", "least", "most"), least=1)
        if "figures" in table
        else []
    )
    if len(rows) > _MOST_FIGURES:
        table["figures"].problem("many", most=_MOST_FIGURES)
        rows = rows[:_MOST_FIGURES]
    figures = [_figure(row, served, asked="exchange" in table) for row in rows]
    for each in ("key", "label"):
        check_once((row.values for row in rows), each)
    provider = Provider(
        key,
        table["name"].text(_LONGEST_NAME) if "name" in table else "",
        table["purpose"].text(LONGEST_PURPOSE) if "purpose" in table else "",
        active=yes_or_no(table, "active"),
        terms=terms,
        figures=tuple(each for each in figures if each is not None),
        exchange=exchange,
        keep=length(table, "keep"),
        cost_fen=_fen(table["cost"]) if "cost" in table else 0,
        budget_fen=_fen(table["budget"]) if "budget" in table else None,
        **({"gives_up": length(table, "gives_up")} if "gives_up" in table else {}),
    )
    _check_lengths(table, provider, exchange)
    if "budget" in table and "cost" not in table:
        table["budget"].problem("with", word="cost")
    elif provider.budget_fen is not None and provider.budget_fen < provider.cost_fen:
        table["budget"].problem("small_budget")
    unsure = frozenset(
        row.values["key"].word()
        for row, figure in zip(rows, figures, strict=True)
        if figure is None and "key" in row.values
    )
    keys = tuple(
        (figure.key, row.values["key"]) for figure, row in zip(figures, rows, strict=True) if figure is not None
    )
    return ReportFile(provider, table.get("purpose"), keys, unsure)


def _serves(terms: Collection[Terms], of: str) -> bool:
    return any(not each.products or of in each.products for each in terms)


def _all_terms(value: Value) -> tuple[Terms, ...]:
    rows = value.tables(("stale",), ("products", "mandatory", "skippable"), least=1)
    found = tuple(_terms(row.values) for row in rows)
    seen: set[str] = set()
    general = False
    for row, terms in zip(rows, found, strict=True):
        if "products" not in row.values:
            if general:
                row.place.problem("second_general")
            general = True
        for each in terms.products:
            if each in seen:
                row.values["products"].problem("taken", word=PRODUCTS[each])
        seen |= set(terms.products)
    return found


def _terms(table: Table) -> Terms:
    mandatory, skippable = yes_or_no(table, "mandatory"), yes_or_no(table, "skippable")
    if skippable and not mandatory:
        table["skippable"].problem("skippable")
    products = tuple(each for each in each_of(table, "products", product, least=1) if each)
    return Terms(products, mandatory, skippable, length(table, "stale"))


def _figure(row: Row, served: Mapping[str, Form], *, asked: bool) -> Figure | None:
    """The figure; None where its key or kind is wrong. `asked`: a provider gives it, and nobody types it."""
    table = row.values
    key = read_name(table["key"], "overdue_now", _RESERVED) if "key" in table else ""
    label = table["label"].text(_LONGEST_LABEL) if "label" in table else ""
    known = chosen(table["kind"], _KINDS) if "kind" in table else None
    if known is None or not key:
        return None
    kind, unit, whole = known
    _check_field(table, key, served)
    _check_said(row, kind, asked=asked)
    source = read_answer_expression(table["from"], kind) if asked and "from" in table else ""
    if asked or kind is not Kind.NUMBER:
        return Figure(key, label, kind, unit, source, whole)
    least, most = (number_at(table[each], unit) if each in table else None for each in ("least", "most"))
    if least is not None and most is not None and most < least:
        table["most"].problem("bounds", found=table["most"].found())
    return Figure(key, label, kind, unit, "", whole, least, most)


def _check_said(row: Row, kind: Kind, *, asked: bool) -> None:
    """What a provider answers is read `from` there; what is typed has bounds."""
    table = row.values
    if asked and "from" not in table:
        row.place.missing("from")
    if not asked and "from" in table:
        table["from"].problem("with", word="exchange")
    for each in ("least", "most"):
        if each in table and (asked or kind is not Kind.NUMBER):
            table[each].problem("bounds_of_typed")


def _check_field(table: Table, key: str, served: Mapping[str, Form]) -> None:
    """A figure with the key of a field counts before it, so that it is one of its kind; and it is no name that is made
    of a field."""
    for form in served.values():
        field = form.field(key)
        if field is None and any(each.name == key for each in risk_names(form)):
            table["key"].problem("about_key", word=key)
            return
        fits = _OF_FIELD.get(field.kind, ()) if field is not None else None
        if field is not None and fits is not None and table["kind"].word() not in fits:
            of = next((word for word, kind in FIELD_KINDS.items() if kind is field.kind), "")
            mend = f"这一项写 {' 或 '.join(fits)}，或者换一个 key" if fits else "请换一个 key"
            table["kind"].problem("figure_of_field", word=key, form=form.name, what=of, mend=mend)
            return


def _fen(value: Value) -> int:
    """A sum of money to the fen; 0, and a problem, if it is none."""
    found = parse_yuan(value.word())
    if found is None or found * 100 % 1:
        value.problem("shape", what="金额（到分）", found=value.found(), example="3.5元")
        return 0
    return int(found * 100)


def _check_lengths(table: Table, provider: Provider, exchange: Exchange | None) -> None:
    """A report is not deleted before it is stale, nor given up before anybody asked again."""
    if "gives_up" in table and "exchange" not in table:
        table["gives_up"].problem("with", word="exchange")
    if any(provider.keep < each.stale for each in provider.terms) and provider.keep > timedelta():
        table["keep"].problem("kept_shorter")
    if exchange is not None and exchange.polling is not None and exchange.polling.every >= provider.gives_up:
        table.get("gives_up", table["exchange"]).problem("polled_too_late")


def check_reports(files: Collection[ReportFile], forms: Mapping[str, Form]) -> None:
    """What stands in several files: no two providers that are asked for one product give one figure, and what a
    provider needs to be authorised to, some paper of the product's form authorises."""
    for number, file in enumerate(files):
        for other in (each for each in list(files)[:number] if each.provider.active and file.provider.active):
            both = [of for of in PRODUCTS if file.provider.serves(of) and other.provider.serves(of)]
            theirs = {figure.key for figure in other.provider.figures} if both else set()
            for key, place in file.keys:
                if key in theirs:
                    place.problem("taken_figure", word=key, other=other.provider.name)
        if file.purpose is not None and file.provider.purpose:
            _check_purpose(file.purpose, file.provider, forms)


def _check_purpose(place: Value, provider: Provider, forms: Mapping[str, Form]) -> None:
    for of in (each for each in forms if provider.serves(each)):
        authorised = sorted(set(_authorised(forms[of], of)))
        word = provider.purpose
        if word not in authorised:
            of_form = {"of": PRODUCTS[of], "form": forms[of].name}
            place.problem("no_authorisation", word=word, **of_form, near=likely(word, authorised), known=authorised)
            return


def _authorised(form: Form, of: str) -> Iterator[str]:
    for paper in form.documents:
        if not paper.products or of in paper.products:
            yield from paper.authorises
