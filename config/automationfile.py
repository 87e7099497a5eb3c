"""`automation.yaml`: what is done by itself when something happens, or when it is time."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from config.expressionvalue import Lexicon, read_expression
from config.lengthvalue import meant_working_length, parse_working_length, working_length
from config.problems import likely, quoted
from config.values import account, chosen, yes_or_no
from config.variables import is_shielded, shown_url
from config.yamlfile import Table, Value
from core import expressions
from core.automation.rules import (
    APPLICATION_NAMES,
    LEAD_NAMES,
    OF_APPLICATIONS,
    POOL,
    SUPERIOR,
    At,
    Automation,
    CallWebhook,
    Deed,
    GiveLead,
    Moment,
    OpenTask,
    PutGrade,
    PutTag,
    Rule,
    SendSms,
    SetDeadline,
    Since,
    TakeTag,
    Tell,
    Trigger,
    When,
)
from core.expressions import Names
from core.leads.products import PRODUCTS
from core.leads.tags import Tagging

TRIGGERS = {
    "线索新建": Trigger.ADDED,
    "标签变更": Trigger.TAGS,
    "等级变更": Trigger.GRADE,
    "归属变更": Trigger.OWNER,
    "跟进": Trigger.FOLLOWED,
    "进件阶段变更": Trigger.STAGE,
    "进件内容变更": Trigger.VALUES,
    "进件结束": Trigger.ENDED,
}
MOMENTS = {"跟进后": Moment.FOLLOWED, "领取后": Moment.OWNED, "新建后": Moment.ADDED}
_DAYS = {"每天": None, **{f"周{day}": number for number, day in enumerate("一二三四五六日")}}
_WORKDAYS = "工作日"
_SINCE = re.compile(f"({'|'.join(MOMENTS)}) ?(.+)")
_AT = re.compile(r"(\S+?) ?([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_EXAMPLES = (*TRIGGERS, "跟进后 3天", "领取后 2工作日", "每天 09:00", "工作日 09:00", "周一 09:00")
_TO = {"上级": SUPERIOR, "公海": POOL}
_LABELS = {
    "产品": "product",
    "渠道": "channel",
    "等级": "grade",
    "标签": "tags",
    "金额": "amount",
    "地区": "region",
    "公海": "pool",
    "部门": "department",
    "职级": "rank",
    "阶段": "stage",
    "期限": "term",
}
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_MESSAGE = 20, 60, 200
LONGEST_SMS = 36  # with a sign of 16, and the number of the lead, one message
_LONGEST_URL = 300
_MOST_RULES, _MOST_DEEDS = 50, 12


@dataclass(frozen=True, slots=True)
class Known:
    """What the other files say: tags and grades (`sure`: nothing is wrong there itself), the keys of the pools, the
    names of the flows' stages."""

    tagging: Tagging = field(default_factory=Tagging)
    pools: Collection[str] = ()
    stages: Collection[str] = ()
    sure: bool = True

    def lexicon(self, names: Names) -> Lexicon:
        """What a condition may speak of, and the words that are possible there."""
        words: dict[str, Collection[str]] = {
            "product": tuple(PRODUCTS.values()),
            "pool": tuple(self.pools),
            "stage": tuple(self.stages),
        }
        if self.sure:
            words["grade"] = tuple(grade.key for grade in self.tagging.grades)
        if self.sure and not self.tagging.free:
            words["tags"] = tuple(tag.name for tag in self.tagging.tags)
        labels = {label: name for label, name in _LABELS.items() if name in names}
        return Lexicon(names, labels, {key: words[key] for key in words if key in names}, frozenset({"region"}))


def read_automation(top: Value, known: Known) -> Automation:
    """The file from its top."""
    table = top.table((), ("rules",))
    rows = table["rules"].tables(("name", "when", "do"), ("if", "only_when_changed")) if "rules" in table else []
    if len(rows) > _MOST_RULES:
        table["rules"].problem("many", most=_MOST_RULES)
    rules = [_rule(row.values, known) for row in rows]
    taken: set[str] = set()
    for row, name in ((row.values, row.values["name"].word()) for row in rows if "name" in row.values):
        if name in taken:
            row["name"].problem("taken_rule", word=name)
        taken.add(name)
    return Automation(tuple(rule for rule in rules if rule is not None))


def _rule(table: dict[str, Value], known: Known) -> Rule | None:
    """The rule; None where it is not clear when it is done, which is told."""
    name = table["name"].text(_LONGEST_NAME) if "name" in table else ""
    when = _when(table["when"]) if "when" in table else None
    deeds = _deeds(table["do"], known) if "do" in table else ()
    condition = _condition(table["if"], when, known) if "if" in table else ""
    only = yes_or_no(table, "only_when_changed") if "only_when_changed" in table else True
    if not condition and only and isinstance(when, Trigger) and "only_when_changed" in table:
        table["only_when_changed"].problem("changed_without_if")
    if when is None:
        return None
    return Rule(name, when, deeds, condition, only_when_changed=only and (bool(condition) or isinstance(when, Since)))


def _condition(value: Value, when: When | None, known: Known) -> str:
    names = APPLICATION_NAMES if when in OF_APPLICATIONS else LEAD_NAMES
    mistake = expressions.check(value.word(), names) if when else None
    if mistake is not None and mistake.why == "unknown" and mistake.found in APPLICATION_NAMES:
        value.problem("of_applications", column=mistake.column, word=mistake.found)
        return value.word()
    return read_expression(value, known.lexicon(names) if when else None)


def _when(value: Value) -> When | None:
    text = value.text()
    if text in TRIGGERS:
        return TRIGGERS[text]
    since, at = _SINCE.fullmatch(text), _AT.fullmatch(text)
    if since:
        length = parse_working_length(since[2])
        if length is not None:
            return Since(MOMENTS[since[1]], length)
        meant = meant_working_length(since[2])
        if meant:
            value.problem("choice", found=quoted(text), near=f"{since[1]} {meant}")
            return None
    if at and (at[1] in _DAYS or at[1] == _WORKDAYS):
        minute = int(at[2]) * 60 + int(at[3])
        return At(minute, workdays_only=at[1] == _WORKDAYS, weekday=_DAYS.get(at[1]))
    if text:
        near = likely(text, TRIGGERS)
        value.problem("choice", found=quoted(text), near=near, known=_EXAMPLES)
    return None


def _deeds(value: Value, known: Known) -> tuple[Deed, ...]:
    rows = value.tables((), (*DEEDS, "within"), least=1)
    if len(rows) > _MOST_DEEDS:
        value.problem("many", most=_MOST_DEEDS)
    deeds = [_deed(row, known) for row in rows]
    return tuple(deed for deed in deeds if deed is not None)


def _deed(row: Table, known: Known) -> Deed | None:
    table = row.values
    kinds = [key for key in DEEDS if key in table]
    if len(kinds) != 1:
        row.place.problem("one_deed", known=tuple(DEEDS))
        return None
    if "within" in table and kinds != ["task"]:
        table["within"].problem("within_of_task")
    return DEEDS[kinds[0]](table, known)


def _task(table: Mapping[str, Value], _known: Known) -> Deed:
    within = working_length(dict(table), "within")
    return OpenTask(table["task"].text(_LONGEST_TEXT), within)


def _tell(table: Mapping[str, Value], _known: Known) -> Deed:
    return Tell(table["tell"].text(_LONGEST_MESSAGE))


def _sms(table: Mapping[str, Value], _known: Known) -> Deed:
    return SendSms(table["sms"].text(LONGEST_SMS))


def _tag(value: Value, known: Known) -> str:
    """A tag by its name or a synonym."""
    text = value.text()
    tag = known.tagging.tag(text) if text else None
    if text and tag is None and known.sure:
        names = [each.name for each in known.tagging.tags]
        value.problem("no_tag_of_company", found=quoted(text), near=known.tagging.nearest(text), known=names)
    return tag.name if tag is not None else ""


def _grade(table: Mapping[str, Value], known: Known) -> Deed:
    if not known.sure:
        return PutGrade(table["grade"].text())
    return PutGrade(chosen(table["grade"], {grade.key: grade.key for grade in known.tagging.grades}) or "")


def _assign(table: Mapping[str, Value], _known: Known) -> Deed:
    said = table["assign"].text()
    near = likely(said, _TO)
    if said not in _TO and near:  # an account is no Chinese word: it is a slip of one
        table["assign"].problem("choice", found=quoted(said), near=near)
        return GiveLead(_TO[near])
    return GiveLead(_TO[said] if said in _TO else account(table["assign"]))


def _deadline(table: Mapping[str, Value], _known: Known) -> Deed | None:
    within = working_length(dict(table), "deadline")
    return SetDeadline(within) if within is not None else None


def _webhook(table: Mapping[str, Value], _known: Known) -> Deed:
    """An address nobody can listen in to, without a secret in it: it stands in files that are kept and shown."""
    text = table["webhook"].text(_LONGEST_URL)
    try:
        shielded = not text or is_shielded(text)
    except ValueError:
        table["webhook"].problem("webhook", found=quoted(shown_url(text)))
    else:
        if not shielded:
            table["webhook"].problem("plain_webhook", found=quoted(text))
    return CallWebhook(text)


DEEDS = {
    "task": _task,
    "tell": _tell,
    "sms": _sms,
    "tag": lambda table, known: PutTag(_tag(table["tag"], known)),
    "untag": lambda table, known: TakeTag(_tag(table["untag"], known)),
    "grade": _grade,
    "assign": _assign,
    "deadline": _deadline,
    "webhook": _webhook,
}
