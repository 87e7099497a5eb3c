"""`tags.yaml`: grades, tags, the rules by which leads have them, and what goes with 批量关怀."""

import re
from collections.abc import Collection

from config.amounts import parse_yuan
from config.problems import likely, quoted
from config.values import Table, each_of, length, product, region, whole_number, yes_or_no
from config.yamlfile import Value
from core.leads.care_rules import CareRules, CareTemplate
from core.leads.products import PRODUCTS
from core.leads.tags import DEFAULT_GRADES, LONGEST_TAG, MOST_TAGS, Grade, Tag, Tagging, TagRule, plain
from core.people.policy import Role
from core.regions import find_region

FILE = "tags.yaml"
_ROLES = {"客户经理": Role.OFFICER, "主管": Role.MANAGER, "管理员": Role.ADMIN}
_LETTER = re.compile("[A-Za-z]")
_NO_TAG_CHAR = re.compile(r"[\s+#＋＃,，、;；:：/~－-]")
_WHAT = ("pools", "regions", "products", "channels", "grades", "amount", "idle", "waiting", "never", "follow_ups")
_MOST_OF_A_COMPANY = 60
_LONGEST_TEXT = 200
_MOST_GRADES = 5  # each a button on one card, beside that for tags


def read_tags(top: Value, pools: Collection[str]) -> tuple[Tagging, CareRules]:
    """The file from its top. `pools` are the keys of the pools that a rule may name."""
    table = top.table((), ("grades", "tags", "free", "rules", "care"))
    grades = _grades(table["grades"]) if "grades" in table else DEFAULT_GRADES
    tags = _tags(table["tags"], grades) if "tags" in table else ()
    rules = _rules(table["rules"], tags, grades, pools) if "rules" in table else ()
    care = _care(table["care"]) if "care" in table else CareRules()
    return Tagging(grades, tags, rules, free=yes_or_no(table, "free")), care


def _grades(value: Value) -> tuple[Grade, ...]:
    rows = [row.values for row in value.tables(("grade",), ("name", "synonyms"), least=1)]
    grades = tuple(_grade(row) for row in rows)
    _check_words([(row, grade.key, grade.words) for row, grade in zip(rows, grades, strict=True)], {}, "grade")
    if len(grades) > _MOST_GRADES:
        value.problem("many", most=_MOST_GRADES)
    return grades


def _grade(table: Table) -> Grade:
    text = table["grade"].word() if "grade" in table else ""
    if "grade" in table and not _LETTER.fullmatch(text):
        table["grade"].problem("shape", what="等级，一个字母", found=table["grade"].found(), example="A")
    name = table["name"].text(LONGEST_TAG) if "name" in table else ""
    return Grade(text.upper()[:1], name, each_of(table, "synonyms", _word, least=1))


def _tags(value: Value, grades: Collection[Grade]) -> tuple[Tag, ...]:
    rows = [row.values for row in value.tables(("name",), ("synonyms", "group", "by"))]
    tags = tuple(_tag(row) for row in rows)
    taken = {plain(word): "等级" for grade in grades for word in grade.words}
    taken |= {plain(word): "产品" for word in (*PRODUCTS, *PRODUCTS.values())}
    _check_words(
        [(row, tag.name, (tag.name, *tag.synonyms)) for row, tag in zip(rows, tags, strict=True)], taken, "name"
    )
    if len(tags) > _MOST_OF_A_COMPANY:
        value.problem("many", most=_MOST_OF_A_COMPANY)
    return tags


def _tag(table: Table) -> Tag:
    return Tag(
        name=_word(table["name"]) if "name" in table else "",
        synonyms=each_of(table, "synonyms", _word, least=1),
        group=table["group"].text(LONGEST_TAG) if "group" in table else "",
        roles=tuple(role for role in each_of(table, "by", _role, least=1) if role is not None),
    )


def _word(value: Value) -> str:
    """What may be typed for a tag or a grade: no number, no place, and nothing that parts words."""
    text = value.text(LONGEST_TAG)
    if text and (_NO_TAG_CHAR.search(text) or text.isdigit()):
        value.problem("shape", what="一个词，不是数字，不带空格和标点", found=quoted(text), example="高意向")
    elif text and find_region(text) is not None:
        value.problem("tag_word", word=text, other="地区")
    return text


def _role(value: Value) -> Role | None:
    text = value.text()
    if text and text not in _ROLES:
        value.problem("choice", found=quoted(text), near=likely(text, _ROLES), known=list(_ROLES))
    return _ROLES.get(text)


def _check_words(rows: list[tuple[Table, str, tuple[str, ...]]], taken: dict[str, str], key: str) -> None:
    """Each word means one thing."""
    seen = dict(taken)
    for row, name, words in rows:
        for word in {plain(each) for each in words if each}:
            if seen.get(word, name) != name and key in row:
                row[key].problem("tag_word", word=word, other=seen[word])
            elif word == plain(name) and seen.get(word) == name and key in row:
                row[key].problem("tag_word", word=name, other=name)
            seen.setdefault(word, name)


def _rules(
    value: Value, tags: Collection[Tag], grades: Collection[Grade], pools: Collection[str]
) -> tuple[TagRule, ...]:
    rows = [row.values for row in value.tables(("name", "tag"), _WHAT)]
    rules = tuple(_rule(row, tags, grades, pools) for row in rows)
    names: set[str] = set()
    for row, rule in zip(rows, rules, strict=True):
        if rule.name in names and "name" in row:
            row["name"].problem("taken_rule", word=rule.name)
        names.add(rule.name)
        if "name" in row and not any(what in row for what in _WHAT):
            row["name"].problem("no_condition", known=_WHAT)
    return rules


def _rule(table: Table, tags: Collection[Tag], grades: Collection[Grade], pools: Collection[str]) -> TagRule:
    known = {grade.key: grade.key for grade in grades}
    return TagRule(
        name=table["name"].text(20) if "name" in table else "",
        tag=_one_of(table["tag"], [tag.name for tag in tags], "no_tag") if "tag" in table else "",
        amount_fen=_amount(table["amount"]) if "amount" in table else None,
        pools=each_of(table, "pools", lambda each: _one_of(each, pools, "no_pool"), least=1),
        regions=each_of(table, "regions", region, least=1),
        products=each_of(table, "products", product, least=1),
        channels=each_of(table, "channels", lambda each: each.text(30), least=1),
        grades=each_of(table, "grades", lambda each: _one_of(each, known, "choice"), least=1),
        idle=length(table, "idle") or None,
        waiting=length(table, "waiting") or None,
        never=yes_or_no(table, "never"),
        follow_ups=whole_number(table, "follow_ups", optional=False),
    )


def _one_of(value: Value, known: Collection[str], kind: str) -> str:
    text = value.text()
    if text and text not in known:
        value.problem(kind, found=quoted(text), near=likely(text, known), known=list(known))
    return text


def _amount(value: Value) -> int | None:
    fen = int((parse_yuan(value.word()) or 0) * 100)
    if not fen:
        value.problem("shape", what="金额，达到才算", found=value.found(), example="100万")
    return fen or None


def _care(value: Value) -> CareRules:
    table, usual = value.table((), ("daily", "most", "rest", "lasts", "templates")), CareRules()
    rows = table["templates"].tables(("name", "text"), ()) if "templates" in table else []
    templates = tuple(_template(row.values) for row in rows)
    names: set[str] = set()
    for row, template in zip(rows, templates, strict=True):
        if template.name in names and "name" in row.values:
            row.values["name"].problem("taken_template", word=template.name)
        names.add(template.name)
    return CareRules(
        templates,
        daily=(table["daily"].number(1, 100) if "daily" in table else None) or usual.daily,
        most=(table["most"].number(1, 2000) if "most" in table else None) or usual.most,
        rest=length(table, "rest") or usual.rest,
        lasts=length(table, "lasts") or usual.lasts,
    )


def _template(table: Table) -> CareTemplate:
    name = table["name"].text(MOST_TAGS) if "name" in table else ""
    return CareTemplate(name, table["text"].text(_LONGEST_TEXT) if "text" in table else "")
