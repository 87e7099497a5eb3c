"""`pools.yaml`: the pools, who may claim how much from which, and what is hidden until then."""

import unicodedata

from config.problems import likely, quoted
from config.values import (
    Table,
    account,
    departments,
    each_of,
    key,
    length,
    product,
    region,
    whole_number,
    yes_or_no,
)
from config.yamlfile import Value
from core.leads.pools import Hidden, HoldingRule, Pool, Pools, plain_word

_HIDDEN = {
    "姓名": Hidden.NAME,
    "手机号": Hidden.PHONE,
    "地区": Hidden.REGION,
    "产品": Hidden.PRODUCT,
    "金额": Hidden.AMOUNT,
    "渠道": Hidden.CHANNEL,
}
_LIMITS = (
    *("daily_claims", "daily_reveals", "daily_checks", "daily_media"),
    *("holding", "holding_rules", "cooldown", "freeze"),
)
_FOR_WHOM = ("people", "ranks", "departments")
_OPTIONAL = (
    *("departments", "people", "synonyms", "regions", "products", "admins", "assign_only"),
    *("daily_claims", "daily_reveals", "holding", "cooldown", "freeze", "hidden"),
)


def read_pools(top: Value, commands: frozenset[str]) -> Pools:
    """The file from its top. `commands` are the words (as `plain_word` gives them) that no pool may be called by."""
    table = top.table(required=("default", "pools"), optional=("limits",))
    limits = table["limits"].table((), _LIMITS) if "limits" in table else {}
    rows = table["pools"].tables(("key", "name"), _OPTIONAL, least=1) if "pools" in table else []
    places = [row.values for row in rows]
    pools = tuple(_read_pool(place) for place in places)
    _check_words(places, pools, commands)
    default = table["default"].text() if "default" in table else ""
    keys = [pool.key for pool in pools if pool.key]
    if default and keys and default not in keys:
        table["default"].problem("no_pool", found=quoted(default), near=likely(default, keys), known=keys)
    return Pools(
        pools,
        default,
        daily_claims=whole_number(limits, "daily_claims"),
        daily_reveals=whole_number(limits, "daily_reveals"),
        daily_checks=whole_number(limits, "daily_checks"),
        daily_media=whole_number(limits, "daily_media"),
        holding=_holding_rules(limits),
        cooldown=length(limits, "cooldown"),
        freeze=length(limits, "freeze"),
    )


def _holding_rules(limits: Table) -> tuple[HoldingRule, ...]:
    """`holding` for everybody, and those of `holding_rules` for some."""
    everybody = whole_number(limits, "holding")
    rules = [HoldingRule(everybody)] if everybody is not None else []
    for row in limits["holding_rules"].tables(("most",), _FOR_WHOM) if "holding_rules" in limits else []:
        table = row.values
        if not set(_FOR_WHOM) & set(table):
            row.place.problem("for_whom")
        paths = departments(table["departments"]) if "departments" in table else ()
        if "departments" in table and not paths and {"people", "ranks"} & set(table):
            table["departments"].problem("everybody")  # the others would be named for nothing
        most = whole_number(table, "most", optional=False)
        rules.append(
            HoldingRule(
                most if most is not None else 0,
                people=each_of(table, "people", account, least=1),
                ranks=each_of(table, "ranks", lambda value: value.text(20), least=1),
                departments=paths,
            )
        )
    return tuple(rules)


def _read_pool(table: Table) -> Pool:
    paths = departments(table["departments"]) if "departments" in table else ()
    _check_members(table, paths)
    hidden = each_of(table, "hidden", _hidden)
    return Pool(
        key=key(table["key"]) if "key" in table else "",
        name=table["name"].text(20) if "name" in table else "",
        departments=paths,
        people=each_of(table, "people", account, least=1),
        regions=each_of(table, "regions", region),
        products=each_of(table, "products", product),
        admins=each_of(table, "admins", account),
        daily_claims=whole_number(table, "daily_claims"),
        daily_reveals=whole_number(table, "daily_reveals"),
        holding=whole_number(table, "holding"),
        synonyms=each_of(table, "synonyms", lambda value: value.text(20)),
        assign_only=yes_or_no(table, "assign_only"),
        cooldown=length(table, "cooldown"),
        freeze=length(table, "freeze"),
        hidden=frozenset(each for each in hidden if each is not None),
    )


def _check_members(table: Table, paths: tuple[str, ...]) -> None:
    """Members must be said: a pool whose members were forgotten is open to nobody by mistake, or to everybody."""
    if table and "departments" not in table and "people" not in table:
        table.get("name", table.get("key", next(iter(table.values())))).problem("no_members")
    if "people" in table and "departments" in table and not paths:
        table["people"].problem("everybody")


def _hidden(value: Value) -> Hidden | None:
    text = value.text()
    if text and text not in _HIDDEN:
        value.problem("choice", found=quoted(text), near=likely(text, _HIDDEN), known=list(_HIDDEN))
    return _HIDDEN.get(text)


def _check_words(tables: list[Table], pools: tuple[Pool, ...], commands: frozenset[str]) -> None:
    """A word in chat means one pool: keys, names and synonyms are unique, and none is a command or a page number."""
    taken: dict[str, Pool] = {}
    for table, pool in zip(tables, pools, strict=True):
        words = [(table.get("key"), pool.key), (table.get("name"), pool.name)]
        words += [(table.get("synonyms"), synonym) for synonym in pool.synonyms]
        for place, word in words:
            if place is None or not word:
                continue
            other = taken.setdefault(plain_word(word), pool)
            if other is not pool:
                place.problem("taken_word", word=word, other=other.name or other.key)
            if plain_word(word) in commands:
                place.problem("command_word", word=word)
            if _is_page(word):
                place.problem("number_word", word=word)


def _is_page(word: str) -> bool:
    """Would 公海 with this word be read as a page? So is a number that stands at the end, by itself."""
    last = unicodedata.normalize("NFKC", word).split()[-1:]
    return bool(last) and last[0].isdigit()
