"""`forms/*.yaml`: what an application asks for, and which papers it needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.expressionvalue import Lexicon, read_expression
from config.formfields import lexicon, read_fields, read_share
from config.problems import Problem, likely
from config.values import LONGEST_PURPOSE, Table, check_once, each_of, key, length, product
from config.yamlfile import Value
from core.leads.products import PRODUCTS
from core.loans.flows import Flow
from core.loans.forms import COST_LINE, Document, Form

FOLDER = "forms"
_OF_DOCUMENT = ("products", "when", "stage", "authorises", "valid")
_MOST_DOCUMENTS = 40
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form as it was read. `stages` are the places where a document names a stage, which only the flows know, and the
    products (empty: all) for which it is wanted; `speaks_of` what conditions may name of it, or None where that is
    not known, as something in the file is wrong."""

    form: Form
    stages: tuple[tuple[Value, tuple[str, ...]], ...]
    speaks_of: Lexicon | None


def read_form(top: Value, of: str, words: Mapping[str, Collection[str]], problems: list[Problem]) -> FormFile:
    """The form of the key `of` from the top of its file, whose problems come into `problems`. `words` are those that
    the names of `ABOUT` can be."""
    before = len(problems)
    table = top.table(("name", "fields"), ("documents", "cost_line"))
    name = table["name"].text(_LONGEST_NAME) if "name" in table else ""
    fields = read_fields(table["fields"], words) if "fields" in table else ()
    rows = table["documents"].tables(("key", "name"), _OF_DOCUMENT) if "documents" in table else []
    if len(rows) > _MOST_DOCUMENTS:
        table["documents"].problem("many", most=_MOST_DOCUMENTS)
    speaks_of = lexicon(fields, words) if fields else None
    documents = tuple(_document(row.values, speaks_of) for row in rows)
    for each in ("key", "name"):
        check_once((row.values for row in rows), each)
    line = read_share(table["cost_line"]) if "cost_line" in table else None
    line = COST_LINE if line is None else line
    named = zip(rows, documents, strict=True)
    stages = tuple((row.values["stage"], each.products) for row, each in named if "stage" in row.values)
    return FormFile(Form(of, name, fields, documents, line), stages, speaks_of if len(problems) == before else None)


def _document(table: Table, speaks_of: Lexicon | None) -> Document:
    for each, other in (("authorises", "valid"), ("valid", "authorises")):
        if each in table and other not in table:
            table[each].problem("with", word=other)
    return Document(
        key=key(table["key"]) if "key" in table else "",
        name=table["name"].text(_LONGEST_NAME) if "name" in table else "",
        products=each_of(table, "products", product, least=1),
        when=read_expression(table["when"], speaks_of) if "when" in table else "",
        stage=table["stage"].text() if "stage" in table else "",
        authorises=tuple(each for each in each_of(table, "authorises", _purpose, least=1) if each),
        valid=length(table, "valid") if "valid" in table else None,
    )


def _purpose(value: Value) -> str:
    return value.text(LONGEST_PURPOSE)


def check_stages(files: Collection[FormFile], flows: Collection[Flow]) -> None:
    """Each stage that a document waits for is one of every flow in which that document is wanted: else it would stop
    nothing there, in silence."""
    elsewhere = {each for flow in flows for each in flow.products}
    for file in files:
        for flow in flows:
            known = [stage.key for stage in flow.stages]
            served = set(flow.products) or set(PRODUCTS) - elsewhere
            for place, products in file.stages if flow.form == file.form.key and known else ():
                word = place.word()
                if word and word not in known and (not products or served & set(products)):
                    place.problem("stage_of_flow", flow=flow.name, word=word, near=likely(word, known), known=known)
