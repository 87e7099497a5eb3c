"""The fields of a form file: what can be filled in, within which bounds, and when it is asked for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from config.amounts import parse_number, parse_share, parse_yuan
from config.expressionvalue import Lexicon, read_expression, read_name
from config.problems import likely
from config.values import Table, check_once, chosen, each_of, yes_or_no
from config.yamlfile import Table as Row
from config.yamlfile import Value
from core.expressions import Kind
from core.loans.financing import COST_KINDS, METHODS, REPAYMENT
from core.loans.forms import ABOUT, AMOUNT, TERM, TODAY, FieldKind, Form, FormField, initial, wrong
from core.risk.names import SAID

_WHOLE = "整数"
_TODAY = "今天"
KINDS: dict[str, FieldKind] = {
    "文字": FieldKind.TEXT,
    "数字": FieldKind.NUMBER,
    _WHOLE: FieldKind.NUMBER,
    "金额": FieldKind.MONEY,
    "百分比": FieldKind.PERCENT,
    "日期": FieldKind.DATE,
    "手机号": FieldKind.PHONE,
    "身份证号": FieldKind.ID_NUMBER,
    "统一社会信用代码": FieldKind.CREDIT_CODE,
    "单选": FieldKind.CHOICE,
    "多选": FieldKind.CHOICES,
    "附件": FieldKind.FILE,
    "人员": FieldKind.PERSON,
    "地区": FieldKind.REGION,
    "计算": FieldKind.COMPUTED,
}
_NUMBERS: dict[FieldKind, tuple[Callable[[str], Decimal | None], str, str]] = {
    FieldKind.NUMBER: (parse_number, "数字", "36"),
    FieldKind.MONEY: (parse_yuan, "金额", "5万"),
    FieldKind.PERCENT: (parse_share, "百分比", "70%"),
}
_BOUNDS = ("least", "most", "default")
_OF_KIND: dict[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("longest", "default"),
    **dict.fromkeys(_NUMBERS, _BOUNDS),
    FieldKind.DATE: ("least", "most"),
    FieldKind.CHOICE: ("choices", "default"),
    FieldKind.CHOICES: ("choices",),
    FieldKind.COMPUTED: ("formula",),
}
_NEEDED = {FieldKind.CHOICE: "choices", FieldKind.CHOICES: "choices", FieldKind.COMPUTED: "formula"}
_REQUIRED, _ALWAYS = ("key", "label", "kind"), ("required", "hint", "shown_when")
_OPTIONAL = (*_ALWAYS, "default", "choices", "least", "most", "longest", "formula")
_LONGEST_LABEL, _LONGEST_HINT = 12, 60
_LONGEST_CHOICE, _MOST_CHOICES = 10, 20  # a choice is a button
_MOST_FIELDS = 60
_ONE = Decimal(1)


def read_fields(value: Value, words: Mapping[str, Collection[str]]) -> tuple[FormField, ...]:
    """The fields. `words` are those that the names of `ABOUT` can be."""
    rows = value.tables(_REQUIRED, _OPTIONAL, least=1)
    if len(rows) > _MOST_FIELDS:
        value.problem("many", most=_MOST_FIELDS)
        rows = rows[:_MOST_FIELDS]
    keys = [row.values["key"].word() if "key" in row.values else "" for row in rows]
    fields: list[FormField] = []
    unsure = {AMOUNT, TERM} - set(keys)  # that they are missing is told
    for number, row in enumerate(rows):
        above = lexicon(fields, words)
        names = {
            name: kind for name, kind in above.names.items() if name not in SAID
        }  # they speak of what is filled in
        speaks_of = replace(above, names=names, below=frozenset(keys[number:]), unsure=frozenset(unsure))
        field = _field(row, speaks_of)
        if field is None:
            unsure.add(keys[number])
        else:
            fields.append(field)
    for key in ("key", "label"):
        check_once((row.values for row in rows), key)
    _check_needed(value, rows, fields)
    _check_cost(rows, fields)
    return tuple(fields)


def lexicon(fields: Collection[FormField], words: Mapping[str, Collection[str]]) -> Lexicon:
    """What expressions may speak of: these fields, and what is known of every application."""
    return Lexicon(
        Form("", "", tuple(fields)).names,
        {each.label: each.key for each in fields},
        {**words, **{each.key: each.choices for each in fields if each.choices}},
        frozenset(each.key for each in fields if each.kind is FieldKind.REGION),
    )


def _field(row: Row, speaks_of: Lexicon) -> FormField | None:
    """The field; None where its key or kind is wrong, so that nobody can say what conditions make of it."""
    table = row.values
    key = read_name(table["key"], "monthly_income", ABOUT) if "key" in table else ""
    label = table["label"].text(_LONGEST_LABEL) if "label" in table else ""
    kind = chosen(table["kind"], KINDS) if "kind" in table else None
    if kind is None:
        return None
    word = table["kind"].word()
    table = _allowed(row, kind, word)
    least, most = _bounds(table, kind, least=_ONE if key in (AMOUNT, TERM) else None)
    earliest, latest = (
        _day(table[each]) if kind is FieldKind.DATE and each in table else "" for each in ("least", "most")
    )
    if TODAY not in (earliest, latest) and earliest and latest and latest < earliest:
        table["most"].problem("bounds", found=table["most"].found())
    field = FormField(
        key,
        label,
        kind,
        required=yes_or_no(table, "required"),
        hint=table["hint"].text(_LONGEST_HINT) if "hint" in table else "",
        choices=_choices(table["choices"]) if "choices" in table else (),
        least=least,
        most=most,
        longest=(table["longest"].number(1, 1000) if "longest" in table else None) or 200,
        whole=word == _WHOLE,
        shown_when=read_expression(table["shown_when"], speaks_of) if "shown_when" in table else "",
        formula=read_expression(table["formula"], speaks_of, Kind.NUMBER) if "formula" in table else "",
        earliest=earliest,
        latest=latest,
    )
    return replace(field, default=_default(table["default"], field) if "default" in table else "") if key else None


def _allowed(row: Row, kind: FieldKind, word: str) -> Table:
    """What is written that belongs to a field of this kind; the rest, and what is missing, is told."""
    known = (*_REQUIRED, *_ALWAYS, *_OF_KIND.get(kind, ()))
    if kind is FieldKind.COMPUTED:
        known = tuple(each for each in known if each != "required")
    for name, value in row.values.items():
        if name not in known:
            value.problem("not_in", word=word, known=known)
    if kind in _NEEDED and _NEEDED[kind] not in row.values:
        row.place.missing(_NEEDED[kind])
    return {name: value for name, value in row.values.items() if name in known}


def _choices(value: Value) -> tuple[str, ...]:
    items = value.each(least=1)
    words = tuple(item.text(_LONGEST_CHOICE) for item in items)
    for number, (item, word) in enumerate(zip(items, words, strict=True)):
        if word and word in words[:number]:
            item.problem("taken", word=word)
    if len(items) > _MOST_CHOICES:
        value.problem("many", most=_MOST_CHOICES)
    return tuple(dict.fromkeys(words))


def _bounds(table: Table, kind: FieldKind, least: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most; `least` where no other is written."""
    if kind not in _NUMBERS:
        return None, None
    low = _number(table["least"], kind) if "least" in table else least
    high = _number(table["most"], kind) if "most" in table else None
    if low is not None and high is not None and high < low:
        table["most"].problem("bounds", found=table["most"].found())
    return low, high


def _day(value: Value) -> str:
    """A bound of a date: a day, or TODAY; empty, and a problem, if it is neither."""
    word = value.word()
    if word == _TODAY:
        return TODAY
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        value.problem("shape", what="今天，或一天", found=value.found(), example="2000-01-01")
        return ""


def read_share(value: Value) -> Decimal | None:
    """A percentage, like 24%; None, and a problem, if it is none."""
    return _number(value, FieldKind.PERCENT)


def _number(value: Value, kind: FieldKind) -> Decimal | None:
    parse, what, example = _NUMBERS[kind]
    found = parse(value.word())
    if found is None:
        near = f"{value.word()}%" if kind is FieldKind.PERCENT and parse_share(f"{value.word()}%") else ""
        value.problem("shape", what=what, found=value.found(), near=near, example="" if near else example)
    return found


def _default(value: Value, field: FormField) -> str:
    """As `FormField.default` has it; it must be one that may be filled in."""
    if field.kind in _NUMBERS:
        number = _number(value, field.kind)
        text = "" if number is None else format(number.normalize(), "f")
    else:
        text = value.text(field.longest)
    mistake = wrong(field, initial(replace(field, default=text))) if text else None
    if mistake is not None:
        known = field.choices if mistake.why == "choice" else ()
        value.problem("choice", found=value.found(), near=likely(text, known), known=known)
    return text


def _check_needed(value: Value, rows: list[Row], fields: list[FormField]) -> None:
    """The amount and the term are there, and as everything that reckons with them takes them."""
    places = {row.values["key"].word(): row.values["key"] for row in reversed(rows) if "key" in row.values}
    for key, word, what in ((AMOUNT, "金额", "金额，必填"), (TERM, _WHOLE, "整数、月数，必填")):
        found = next((each for each in fields if each.key == key), None)
        if key not in places:
            value.problem("needed_field", word=key, what=what)
        elif found and not (_is(found, word) and found.required and not found.shown_when):
            mend = "总是要问，不能写 shown_when" if found.shown_when else ""
            places[key].problem("needed_kind", word=key, what=what, mend=mend)


def _check_cost(rows: list[Row], fields: list[FormField]) -> None:
    """What the yearly cost is reckoned from is of the kind that is reckoned with: else it would not be told, in
    silence."""
    tables = {row.values["key"].word(): row.values for row in reversed(rows) if "key" in row.values}
    for field in fields:
        kind, table = COST_KINDS.get(field.key), tables.get(field.key)
        if kind is None or table is None:
            continue
        if field.kind is not kind:
            what = next(word for word, each in KINDS.items() if each is kind)
            table["key"].problem("needed_kind", word=field.key, what=f"{what}，综合融资成本按它算", mend="")
        elif field.key == REPAYMENT and "choices" in table:
            each_of(table, "choices", lambda each: chosen(each, METHODS))


def _is(field: FormField, word: str) -> bool:
    return field.kind is KINDS[word] and field.whole == (word == _WHOLE)
