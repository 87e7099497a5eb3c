"""`risk/*.yaml`: what is looked for in an application before anybody decides on it.

A file is for the products that it names, or for all. What is looked for in a product's applications is what all files
say that are for it: first those for all products, then its own, each by the name of the file.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from config.expressionvalue import Lexicon, read_expression
from config.problems import likely
from config.riskparts import (
    UNITS,
    Speaking,
    number_at,
    read_formulas,
    read_lists,
    read_lookups,
    read_score,
)
from config.values import Table, chosen, each_of, product
from config.values import key as read_key
from config.yamlfile import Value
from core.loans.forms import Form
from core.loans.risk_facts import risk_names
from core.risk.assessing import Assessor, Tangled
from core.risk.names import COMPANY_REGION, HOME_REGION
from core.risk.policy import PLACE, Policies, Policy, Rule, Severity, Unit
from core.risk.providers import Providers

FOLDER = "risk"
SEVERITIES = {
    "拒绝": Severity.REFUSE,
    "复核": Severity.REVIEW,
    "提醒": Severity.WARN,
    "提示": Severity.INFO,
}
_RULE = ("key", "name", "when", "severity", "says")
_LONGEST_NAME, _LONGEST_SAYS, _LONGEST_SOURCE = 20, 120, 60
_MOST_RULES = 100
_DIVIDES = re.compile(r"/(?=([^\"']*[\"'][^\"']*[\"'])*[^\"']*$)")


CHALLENGER = "challenger"
_NAMES = ("products", "rate", "lists", "values", "tables", "score", "rules", CHALLENGER)


@dataclass(frozen=True, slots=True)
class Served:
    """Which form is filled in for each product (by key), and what conditions may say of it; `providers` say what else
    is known of an applicant, and `unsure` are names of theirs in which something is wrong, and told."""

    forms: Mapping[str, tuple[Form, Lexicon]]
    providers: Providers = field(default_factory=Providers)
    unsure: frozenset[str] = frozenset()

    def speaking(self, products: Collection[str]) -> Speaking:
        """What a file for these products (none: for all) may speak of: what all their forms have alike."""
        served = [each for each in products or self.forms if each in self.forms]
        forms = [self.forms[each] for each in served]
        named = [risk_names(form, self.providers.named(of)) for of, (form, _) in zip(served, forms, strict=True)]
        of_forms = [{each.name: each for each in names} for names in named]
        first = of_forms[0] if of_forms else {}
        names = {name: each for name, each in first.items() if all(other.get(name) == each for other in of_forms)}
        lexicon = forms[0][1] if forms else Lexicon({})
        kinds = {each.name: each.kind for each in names.values()}
        labels = {each.label: each.name for each in names.values()}
        words = {name: word for name, word in lexicon.words.items() if name in names}
        regions = (lexicon.regions & names.keys()) | {HOME_REGION, COMPANY_REGION}
        return Speaking(names, Lexicon(kinds, labels, words, frozenset(regions), unsure=self.unsure - names.keys()))


@dataclass(frozen=True, slots=True)
class RiskFile:
    """A file as it was read: a policy of its own, for its `products` (by key; none: for all), with all names that it
    may speak of; `score_at` and `keys` are the places where it says its score card and the keys of its rules, `written`
    each of its expressions with its place."""

    products: tuple[str, ...]
    policy: Policy
    score_at: Value | None
    keys: tuple[Value, ...]
    written: tuple[tuple[str, Value], ...]


def is_general(top: Value) -> bool:
    """Is this file for all products?"""
    return not top.has("products")


def is_challenger(top: Value) -> bool:
    """Does this file stand for another one in the challenger's policy alone?"""
    return top.has(CHALLENGER)


def grades_in(top: Value) -> tuple[str, ...]:
    """The grades that this file's score card gives, before it is read: what is wrong with it is told then. Of what a
    challenger says nothing comes of which anybody could speak."""
    if is_challenger(top):
        return ()
    score = top.table((), ("score",)).get("score")
    bands = score.table((), ("bands",)).get("bands") if score is not None else None
    lines = bands.tables((), ("grade",)) if bands is not None else []
    return tuple(line.values["grade"].word() for line in lines if "grade" in line.values)


def read_risk(top: Value, served: Served, general: Collection[RiskFile]) -> RiskFile:
    """The file from its top. `general` are the files for all products that were read before: of what they make, this
    one may speak."""
    table = top.table((), _NAMES)
    products = each_of(table, "products", product, least=1)
    speaking = served.speaking(products)
    given = tuple(speaking.names.values())
    for file in general:
        for named in file.policy.made:
            speaking.add(named)
    lists = read_lists(table["lists"], speaking) if "lists" in table else ()
    formulas = read_formulas(table["values"], speaking) if "values" in table else ()
    lookups = read_lookups(table["tables"], speaking) if "tables" in table else ()
    score = read_score(table["score"], speaking) if "score" in table else None
    rows = table["rules"].tables(_RULE, ("if", "missing", "source")) if "rules" in table else []
    if len(rows) > _MOST_RULES:
        table["rules"].problem("many", most=_MOST_RULES)
    rules = tuple(_rule(row.values, speaking) for row in rows)
    rate = number_at(table["rate"], Unit.SHARE) if "rate" in table else None
    if rate is not None and rate > 1:
        table["rate"].problem("high_rate")
    policy = Policy("", given, lists, formulas, lookups, score, rules, rate)
    keys = tuple(row.values["key"] for row in rows if "key" in row.values)
    return RiskFile(products, policy, table.get("score"), keys, tuple(speaking.written))


def _rule(table: Table, speaking: Speaking) -> Rule:
    when = read_expression(table["when"], speaking.lexicon) if "when" in table else ""
    if when and _DIVIDES.search(when):  # 0 / 0 is neither above nor below: it would pass in silence
        table["when"].problem("divides")
    speaking.written += [(when, table["when"])] if when else []
    return Rule(
        read_key(table["key"]) if "key" in table else "",
        table["name"].text(_LONGEST_NAME) if "name" in table else "",
        when,
        (chosen(table["severity"], SEVERITIES) if "severity" in table else None) or Severity.REVIEW,
        _says(table["says"], speaking) if "says" in table else "",
        read_expression(table["if"], speaking.lexicon) if "if" in table else "",
        (chosen(table["missing"], SEVERITIES) if "missing" in table else None) or Severity.REVIEW,
        table["source"].text(_LONGEST_SOURCE) if "source" in table else "",
    )


def _says(value: Value, speaking: Speaking) -> str:
    """The sentence, whose braces hold names that there are."""
    text = value.text(_LONGEST_SAYS)
    for each in PLACE.findall(text):
        name, _, unit = each.partition(":")
        if name in speaking.lexicon.unsure:
            continue
        if name not in speaking.names:
            labels = speaking.lexicon.labels
            near = labels.get(name) or likely(name, speaking.names)
            value.problem("no_name", word=name, near=near, known=tuple(speaking.names))
        elif unit and unit not in UNITS:
            value.problem("no_unit", word=unit, near=likely(unit, UNITS), known=tuple(UNITS))
    if set("{}") & set(PLACE.sub("", text)):
        value.problem("braces")
    return text


def policies(files: Collection[RiskFile], served: Collection[str]) -> Policies:
    """What is looked for in each product's applications."""
    found = []
    for of in served:
        mine = [file for file in files if not file.products] + [file for file in files if of in file.products]
        _check_between(mine)
        parts = [file.policy for file in mine]
        if not any(part.rules for part in parts):
            continue
        whole = Policy(
            of,
            tuple({named.name: named for part in parts for named in part.names}.values()),
            tuple(each for part in parts for each in part.lists),
            tuple(each for part in parts for each in part.formulas),
            tuple(each for part in parts for each in part.lookups),
            next((part.score for part in parts if part.score is not None), None),
            tuple(each for part in parts for each in part.rules),
            next((part.rate for part in reversed(parts) if part.rate is not None), None),
        )
        found.append(whole.pruned())
    return Policies(tuple(found))


def check_can_be_asked(found: Policies, files: Collection[RiskFile]) -> None:
    """What is made of too much is told where it stands. For policies in which nothing else is wrong."""
    told: set[str] = set()
    for policy in found.policies:
        try:
            Assessor(policy)
        except Tangled as tangled:
            places = {source: place for file in files for source, place in file.written if source in tangled.source}
            for source, place in list(places.items())[:1]:
                if source not in told:  # several products have it
                    place.problem("tangled")
                told.add(source)


def _check_between(files: Collection[RiskFile]) -> None:
    """Two files for one product have no rule of one key, and no second score card."""
    keys: set[str] = set()
    scored = False
    for file in files:
        for place in file.keys:
            if place.word() in keys:
                place.problem("taken", word=place.word())
            keys.add(place.word())
        if file.score_at is not None and scored:
            file.score_at.problem("second_score")
        scored = scored or file.score_at is not None
