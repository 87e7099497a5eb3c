"""What a risk file makes names of: lists, values, tables and the score card."""

import re
from dataclasses import dataclass, field, replace

from config.amounts import parse_number, parse_share
from config.expressionvalue import Lexicon, read_expression, read_name
from config.problems import likely, quoted
from config.values import Table, chosen, region
from config.yamlfile import Value
from core.expressions import Kind
from core.risk.policy import (
    SCORE,
    SCORE_GRADE,
    Band,
    Formula,
    Listing,
    Lookup,
    Named,
    Range,
    Row,
    ScoreCard,
    ScoreItem,
    Unit,
)

UNITS = {
    "金额": Unit.YUAN,
    "百分比": Unit.SHARE,
    "月": Unit.MONTHS,
    "年": Unit.YEARS,
    "次": Unit.TIMES,
    "数字": Unit.PLAIN,
}
_ANY, _OTHERS = "任意", "其他"
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(.+)")
_LONGEST_LABEL, _LONGEST_WORD = 12, 40
_MOST_ITEMS, _MOST_ROWS, _MOST_COLUMNS, _MOST_RANGES, _MOST_SCORED, _MOST_MADE = 500, 40, 6, 20, 30, 40


@dataclass
class Speaking:
    """What may be spoken of so far: the names by what they are, and the lexicon of expressions."""

    names: dict[str, Named]
    lexicon: Lexicon
    written: list[tuple[str, Value]] = field(default_factory=list)  # each expression, and where it stands

    def add(self, named: Named) -> None:
        """This name may be spoken of from here on."""
        self.names[named.name] = named
        names = {**self.lexicon.names, named.name: named.kind}
        self.lexicon = replace(self.lexicon, names=names, labels={**self.lexicon.labels, named.label: named.name})

    def unsure(self, name: str) -> None:
        """What this name is made of is wrong, and told: what speaks of it is no second problem."""
        self.lexicon = replace(self.lexicon, unsure=self.lexicon.unsure | {name})


def new_name(table: Table, speaking: Speaking) -> str:
    """The key of what makes a name: one that nothing else has."""
    text = read_name(table["key"], "debt_ratio")
    if text in speaking.names or text in (SCORE, SCORE_GRADE):
        table["key"].problem("taken_name", word=text)
        return ""
    return text


def _label(table: Table) -> str:
    return table["label"].text(_LONGEST_LABEL) if "label" in table else ""


def _unit(table: Table) -> Unit:
    return (chosen(table["unit"], UNITS) if "unit" in table else None) or Unit.PLAIN


def _named(value: Value, speaking: Speaking) -> Named | None:
    """The name at this place, which is known already."""
    text = value.text()
    found = speaking.names.get(text)
    if text and found is None and text not in speaking.lexicon.unsure:
        labels = speaking.lexicon.labels
        near = labels.get(text) or likely(text, speaking.names)
        value.problem("no_name", word=text, near=near, known=tuple(speaking.names))
    return found


def read_lists(value: Value, speaking: Speaking) -> tuple[Listing, ...]:
    """名单: each a yes-or-no name."""
    found: list[Listing] = []
    for row in _rows(value, ("key", "label", "of", "items"), ()):
        key, label = new_name(row, speaking) if "key" in row else "", _label(row)
        of = _named(row["of"], speaking) if "of" in row else None
        if of is not None and of.kind is not Kind.TEXT:
            row["of"].problem("not_text", word=of.name)
        regions = of is not None and of.name in speaking.lexicon.regions
        items = _items(row["items"], of, speaking, regions=regions) if "items" in row else ()
        if key:
            found.append(Listing(key, label, of.name if of else "", items, regions))
            speaking.add(Named(key, Kind.YES_NO, label))
    return tuple(found)


def _rows(value: Value, required: tuple[str, ...], optional: tuple[str, ...], most: int = _MOST_MADE) -> list[Table]:
    rows = value.tables(required, optional, least=1)
    if len(rows) > most:
        value.problem("many", most=most)
        rows = rows[:most]
    return [row.values for row in rows]


def _items(value: Value, of: Named | None, speaking: Speaking, *, regions: bool) -> tuple[str, ...]:
    places = value.each(least=1)
    if len(places) > _MOST_ITEMS:
        value.problem("many", most=_MOST_ITEMS)
        places = places[:_MOST_ITEMS]
    return tuple(region(place) if regions else _word(place, of, speaking) for place in places)


def _word(value: Value, of: Named | None, speaking: Speaking) -> str:
    """A word that what `of` stands for can be."""
    text = value.text(_LONGEST_WORD)
    known = speaking.lexicon.words.get(of.name) if of is not None else None
    if text and known and text not in known:
        value.problem("never_so", name=of.name if of else "", word=text, near=likely(text, known), known=known)
    return text


def read_formulas(value: Value, speaking: Speaking) -> tuple[Formula, ...]:
    """Values: each a number that is reckoned from the names above it."""
    found: list[Formula] = []
    for row in _rows(value, ("key", "label", "formula"), ("unit",)):
        key, label, unit = new_name(row, speaking) if "key" in row else "", _label(row), _unit(row)
        formula = read_expression(row["formula"], speaking.lexicon, Kind.NUMBER) if "formula" in row else ""
        speaking.written += [(formula, row["formula"])] if formula else []
        if not key:
            continue
        if formula:
            found.append(Formula(key, label, formula, unit))
            speaking.add(Named(key, Kind.NUMBER, label, unit))
        else:
            speaking.unsure(key)
    return tuple(found)


def read_lookups(value: Value, speaking: Speaking) -> tuple[Lookup, ...]:
    """决策表: each a number or a word, by the first row that fits."""
    found: list[Lookup] = []
    for row in _rows(value, ("key", "label", "of", "rows"), ("unit",)):
        key, label, unit = new_name(row, speaking) if "key" in row else "", _label(row), _unit(row)
        columns = [_named(place, speaking) for place in row["of"].each(least=1)] if "of" in row else []
        if len(columns) > _MOST_COLUMNS:
            row["of"].problem("many", most=_MOST_COLUMNS)
        kind = Kind.NUMBER if "unit" in row else Kind.TEXT
        lines = _rows(row["rows"], ("is", "gives"), (), _MOST_ROWS) if "rows" in row else []
        rows = tuple(_row(line, columns, kind, unit, speaking) for line in lines)
        _check_last(row, rows)
        speaking.written += [(cell, row["rows"]) for line in rows for cell in line.cells if cell]
        if key:
            found.append(Lookup(key, label, kind, rows, unit))
            speaking.add(Named(key, kind, label, unit))
    return tuple(found)


def _check_last(row: Table, rows: tuple[Row, ...]) -> None:
    """A row behind one that takes whatever comes is never come to."""
    for number, each in enumerate(rows[:-1], 1):
        if not any(each.cells):
            row["rows"].problem("row_covered", number=number + 1, before=number)
            return


def _row(table: Table, columns: list[Named | None], kind: Kind, unit: Unit, speaking: Speaking) -> Row:
    cells: tuple[str, ...] = ()
    if "is" in table:
        places = table["is"].each(least=1)
        if len(places) != len(columns):
            table["is"].problem("cells", count=len(columns), found=f"有 {len(places)} 个")
        pairs = zip(places, columns, strict=False)
        cells = tuple(_cell(place, of, speaking) if of is not None else "" for place, of in pairs)
    gives: float | str = ""
    if "gives" in table:
        gives = number_at(table["gives"], unit) if kind is Kind.NUMBER else table["gives"].text(_LONGEST_WORD)
    return Row(cells, gives)


def _cell(value: Value, of: Named, speaking: Speaking) -> str:
    """The condition of one cell: 任意, a word or several, `< 50万`."""
    if value.word() == _ANY:
        return ""
    if of.kind is Kind.NUMBER:
        return _number_cell(value, of)
    if of.kind is Kind.YES_NO:
        said = chosen(value, {"是": True, "否": False})
        return of.name if said else f"!{of.name}"
    if of.name in speaking.lexicon.regions:
        codes = [region(place) for place in value.each(least=1)]
        return " || ".join(f'{of.name}.startsWith("{code}")' for code in codes)
    words = [_word(place, of, speaking) for place in value.each(least=1)]
    return f"{of.name} in [{', '.join(_quoted(word) for word in words)}]"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number_cell(value: Value, of: Named) -> str:
    found = _COMPARED.fullmatch(value.text())
    number = _number(found[2], of.unit) if found else None
    if found is None or number is None:
        value.problem("number_cell", word=value.word(), example=_EXAMPLES[of.unit])
        return ""
    return f"{of.name} {found[1]} {number!r}"


_EXAMPLES = {
    Unit.YUAN: "< 50万",
    Unit.SHARE: "<= 70%",
    Unit.MONTHS: "> 36",
    Unit.YEARS: ">= 60",
    Unit.TIMES: "> 3",
    Unit.PLAIN: "< 10",
}


def _number(text: str, unit: Unit) -> float | None:
    found = parse_share(text) if unit is Unit.SHARE else parse_number(text.removesuffix("元"))
    return float(found) if found is not None else None


def number_at(value: Value, unit: Unit) -> float:
    """The number at this place, in this unit: a share is written `70%`, a sum of money `50万`."""
    text = value.text()
    found = _number(text, unit) if text else None
    if text and found is None:
        value.problem(
            "shape", what="百分比" if unit is Unit.SHARE else "数字", found=quoted(text), example=_VALUES[unit]
        )
    return found or 0.0


_VALUES = {unit: example.split()[-1] for unit, example in _EXAMPLES.items()}


def read_score(value: Value, speaking: Speaking) -> ScoreCard:
    """评分卡: the points, and the grades that they come to."""
    table = value.table(("items", "bands"), ("base",))
    base = (table["base"].number(0, 100_000) if "base" in table else None) or 0
    lines = _rows(table["items"], ("of", "ranges", "missing"), ("label",), _MOST_SCORED) if "items" in table else []
    items = [_scored(line, speaking) for line in lines]
    bands = _bands(table["bands"]) if "bands" in table else ()
    speaking.add(Named(SCORE, Kind.NUMBER, "评分"))
    speaking.add(Named(SCORE_GRADE, Kind.TEXT, "评分等级"))
    words = {**speaking.lexicon.words, SCORE_GRADE: tuple(band.grade for band in bands)}
    speaking.lexicon = replace(speaking.lexicon, words=words)
    return ScoreCard(base, tuple(item for item in items if item is not None), bands)


def _scored(table: Table, speaking: Speaking) -> ScoreItem | None:
    of = _named(table["of"], speaking) if "of" in table else None
    missing = _points(table["missing"]) if "missing" in table else 0
    if of is None or "ranges" not in table:
        return None
    if of.kind not in (Kind.NUMBER, Kind.TEXT):
        table["of"].problem("not_scored", word=of.name)
        return None
    lines = _rows(table["ranges"], ("points",), ("below", "words"), _MOST_RANGES)
    ranges = tuple(_range(line, of, speaking, last=line is lines[-1]) for line in lines)
    limits = [each.below for each in ranges if each.below is not None]
    if limits != sorted(set(limits)):
        table["ranges"].problem("rising")
    return ScoreItem(of.name, table["label"].text(_LONGEST_LABEL) if "label" in table else of.label, ranges, missing)


def _range(table: Table, of: Named, speaking: Speaking, *, last: bool) -> Range:
    points = _points(table["points"]) if "points" in table else 0
    wanted, other = ("below", "words") if of.kind is Kind.NUMBER else ("words", "below")
    if other in table:
        table[other].problem("not_in", word=of.label, known=("points", wanted))
    if last and wanted in table:
        table[wanted].problem("last_range", word=wanted)
    elif not last and wanted not in table:
        table["points"].problem("range_without", word=wanted)
    if wanted not in table:
        return Range(points)
    if of.kind is Kind.NUMBER:
        return Range(points, below=number_at(table["below"], of.unit))
    return Range(points, words=tuple(_word(place, of, speaking) for place in table["words"].each(least=1)))


def _points(value: Value) -> int:
    text = value.text()
    if text and not re.fullmatch(r"-?[0-9]{1,5}", text):
        value.problem("shape", what="整数", found=quoted(text), example="30")
        return 0
    return int(text or 0)


def _bands(value: Value) -> tuple[Band, ...]:
    """From the best grade down; the last one takes what is left."""
    lines = _rows(value, ("grade",), ("from",), _MOST_RANGES)
    bands = [
        Band(line["grade"].text(10) if "grade" in line else "", _points(line["from"]) if "from" in line else None)
        for line in lines
    ]
    for line, band in zip(lines, bands, strict=True):
        if (line is lines[-1]) != (band.least is None):
            line["grade"].problem("bands")
    limits = [band.least for band in bands if band.least is not None]
    if limits != sorted(set(limits), reverse=True):
        value.problem("falling")
    return tuple(bands)
