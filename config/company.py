"""The company's configuration: a folder of YAML files, read and checked as a whole.

`load_company` may be called again at any time; it keeps nothing between calls and changes nothing. Keys are English,
values are what people say. What a file holds is read by the module of its name (`poolsfile.py`, and `formsfile.py` for
each file in `forms/`); which files there are is said in `companyfolder.py`.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from datetime import time as dtime
from decimal import Decimal
from pathlib import Path

from config.assignmentfile import read_assignment
from config.automationfile import Known, read_automation
from config.calendarfile import read_calendar
from config.channelsfile import read_channels
from config.commissionfile import check_plans, read_plan
from config.companyfolder import content_of, key_of, read_folder, shown
from config.exportsfile import read_exports
from config.expressionvalue import Lexicon
from config.flowsfile import FlowFile, check_flows, check_has_rules, read_flow
from config.formsfile import FormFile, check_stages, read_form
from config.groupsfile import read_groups
from config.mannersfile import read_manners
from config.metricsfile import read_reports
from config.newcomersfile import read_newcomers
from config.poolsfile import read_pools
from config.problems import CompanyError, Problem
from config.recyclingfile import read_recycling
from config.reportsfile import ReportFile, check_reports, read_report
from config.riskfile import Served, grades_in
from config.riskfolder import read_policies
from config.schedulefile import read_schedule
from config.tagsfile import read_tags
from config.yamlfile import Value, read_yaml
from core.automation.rules import Automation, Means
from core.calendar import WorkingCalendar
from core.commission.plans import Plan
from core.exports.rules import ExportRules
from core.groups.rules import Groups
from core.leads.assignment_rules import Assignment
from core.leads.care_rules import CareRules
from core.leads.channels import Channels
from core.leads.pools import Pools, plain_word
from core.leads.products import PRODUCTS
from core.leads.recycling import Recycling
from core.leads.tags import Tagging
from core.loans.deadlines import Stop
from core.loans.flows import Flows
from core.loans.forms import Form
from core.loans.rules import LoanRules
from core.manners.rules import Manners
from core.people.newcomers import Newcomers
from core.reports.metrics import Reports
from core.risk.names import RISK, RISK_GRADE
from core.risk.policy import SUGGESTED, Policies
from core.risk.providers import Providers
from core.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Company:
    """What the company decided. `version` is the SHA-256 of the content: comments, order of keys and the spelling of
    values do not change it."""

    pools: Pools
    recycling: Recycling
    assignment: Assignment
    channels: Channels
    newcomers: Newcomers
    schedule: Schedule
    tagging: Tagging
    care: CareRules
    version: str
    forms: tuple[Form, ...] = ()
    flows: Flows = field(default_factory=Flows)
    automation: Automation = field(default_factory=Automation)
    risk: Policies = field(default_factory=Policies)
    providers: Providers = field(default_factory=Providers)
    reports: Reports = field(default_factory=Reports)
    groups: Groups = field(default_factory=Groups)
    manners: Manners = field(default_factory=Manners)
    exports: ExportRules = field(default_factory=ExportRules)
    commission: tuple[Plan, ...] = ()

    @property
    def means(self) -> Means:
        """What automation needs to know beside its rules."""
        return Means(self.loans, self.pools)

    @property
    def loans(self) -> LoanRules:
        """What the verbs on loan applications go by."""
        leave = self.assignment.leave.items()
        away = {account: tuple(Stop(each.start, each.end) for each in absences) for account, absences in leave}
        calendar = self.recycling.calendar
        return LoanRules(self.forms, self.flows, self.tagging, calendar, away, self.risk, self.providers)

    def form(self, key: str) -> Form | None:
        """The form of this key."""
        return next((form for form in self.forms if form.key == key), None)


def load_company(folder: Path, commands: Collection[str] = ()) -> Company:
    """Read and check the folder. `commands` are the words of the chat's commands, which no pool may be called by.

    Raises:
        CompanyError: something is missing or wrong; it names file, line and key of every problem.
    """
    problems: list[Problem] = []
    files = read_folder(folder, problems)
    return _company(files, lambda name: shown(folder / name), commands, problems)


def company_of(files: Mapping[str, str], commands: Collection[str] = ()) -> Company:
    """The same from the texts of the files by name (`pools.yaml`, `forms/loan.yaml`), as they were put into force.

    Raises:
        CompanyError: as above; problems name the file alone.
    """
    return _company({name: text.encode() for name, text in files.items()}, lambda name: name, commands, [])


def company_with(files: Mapping[str, str], name: str, path: Path, commands: Collection[str] = ()) -> Company:
    """The same with the file `name` as it stands at `path`.

    Raises:
        CompanyError: as above; problems of that file name its path.
    """
    problems: list[Problem] = []
    content = content_of(path, problems)
    if content is None:
        raise CompanyError(problems)
    whole = {each: text.encode() for each, text in files.items()} | {name: content}
    return _company(whole, lambda each: shown(path) if each == name else each, commands, problems)


def _company(
    files: Mapping[str, bytes], place: Callable[[str], str], commands: Collection[str], problems: list[Problem]
) -> Company:
    def read(name: str, into: list[Problem]) -> Value | None:
        return read_yaml(files[name], place(name), into) if name in files else None

    def top_of(name: str) -> Value | None:
        return read(name, problems)

    of_pools, of_calendar, of_recycling = top_of("pools.yaml"), top_of("calendar.yaml"), top_of("recycling.yaml")
    pools = read_pools(of_pools, frozenset(plain_word(word) for word in commands)) if of_pools else None
    calendar = read_calendar(of_calendar) if of_calendar else WorkingCalendar()
    keys = [pool.key for pool in pools.pools] if pools else []
    of_tags, before = top_of("tags.yaml"), len(problems)
    tagging, care = read_tags(of_tags, keys) if of_tags else (Tagging(), CareRules())
    sure = len(problems) == before
    grades = [grade.key for grade in tagging.grades]
    recycling = read_recycling(of_recycling, calendar, keys, grades) if of_recycling else Recycling(calendar)
    of_assignment = top_of("assignment.yaml")
    assignment = read_assignment(of_assignment, keys, grades) if of_assignment else Assignment(paused=True)
    of_channels = top_of("channels.yaml")
    channels = read_channels(of_channels) if of_channels else Channels()
    of_people = top_of("people.yaml")
    newcomers = read_newcomers(of_people) if of_people else Newcomers()
    of_schedule = top_of("schedule.yaml")
    schedule = read_schedule(of_schedule) if of_schedule else Schedule()
    of_manners = top_of("manners.yaml")
    manners = read_manners(of_manners) if of_manners else Manners()
    risk_tops = (read_yaml(files[name], name, []) for name in sorted(files) if name.startswith("risk/"))
    graded = tuple(dict.fromkeys(grade for top in risk_tops if top is not None for grade in grades_in(top)))
    form_files, flow_files = _loans(sorted(files), top_of, tagging, graded, problems)
    flows = Flows(tuple(file.flow for file in flow_files))
    forms = tuple(file.form for file in form_files)
    served = _served(form_files, flows)
    reports = _reports(sorted(files), top_of, {of: form for of, (form, _) in served.items()})
    providers = Providers(tuple(file.provider for file in reports))
    unsure = frozenset().union(*(file.unsure for file in reports))
    of_risk = [name for name in sorted(files) if name.startswith("risk/")]
    risk = read_policies(of_risk, read, Served(served, providers, unsure), problems)
    if not problems:
        check_has_rules(flow_files, flows, risk)
    of_automation = top_of("automation.yaml")
    stages = tuple({stage.name: None for flow in flows.flows for stage in flow.stages})
    known = Known(tagging, keys, stages, sure)
    automation = read_automation(of_automation, known) if of_automation else Automation()
    of_reports = top_of("reports.yaml")
    reported = read_reports(of_reports, stages, [each.name for each in channels.channels]) if of_reports else Reports()
    of_groups = top_of("groups.yaml")
    groups = read_groups(of_groups) if of_groups else Groups()
    of_exports = top_of("exports.yaml")
    exports = read_exports(of_exports) if of_exports else ExportRules()
    commission = _commission(sorted(files), top_of, [each.name for each in channels.channels])
    if problems or pools is None:
        raise CompanyError(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
    parts = (pools, recycling, assignment, channels, newcomers, schedule, tagging, care)
    others = (flows, automation, risk, providers, reported, groups, manners, exports)
    version = _version(*parts, *others, forms=forms, commission=commission)
    return Company(*parts, version, forms, *others, commission)


def _loans(
    names: list[str],
    top_of: Callable[[str], Value | None],
    tagging: Tagging,
    graded: tuple[str, ...],
    problems: list[Problem],
) -> tuple[tuple[FormFile, ...], tuple[FlowFile, ...]]:
    """The forms, and the flows that they are filled in for. `graded`: the grades that the risk rules give."""
    words = {"product": tuple(PRODUCTS.values()), "grade": tuple(grade.key for grade in tagging.grades)}
    words |= {RISK: tuple(SUGGESTED.values()), RISK_GRADE: graded}
    if not tagging.free:
        words["tags"] = tuple(tag.name for tag in tagging.tags)
    forms: dict[str, FormFile | None] = {}
    for name in (name for name in names if name.startswith("forms/")):
        top = top_of(name)
        forms[key_of(name)] = read_form(top, key_of(name), words, problems) if top is not None else None
    flows: list[FlowFile] = []
    for name in (name for name in names if name.startswith("flows/")):
        top = top_of(name)
        flow = read_flow(top, key_of(name), forms, tagging, problems) if top is not None else None
        flows += [flow] if flow is not None else []
    read = [form for form in forms.values() if form is not None]
    check_flows(flows)
    check_stages(read, [file.flow for file in flows])
    return tuple(read), tuple(flows)


def _served(forms: tuple[FormFile, ...], flows: Flows) -> dict[str, tuple[Form, Lexicon]]:
    """The form that is filled in for each product, and what conditions may say of it; without those in which something
    is wrong, which is told."""
    by_key = {file.form.key: file for file in forms}
    return {
        of: (file.form, file.speaks_of)
        for of in PRODUCTS
        if (flow := flows.of(of)) is not None
        and (file := by_key.get(flow.form)) is not None
        and file.speaks_of is not None
    }


def _reports(names: list[str], top_of: Callable[[str], Value | None], forms: dict[str, Form]) -> list[ReportFile]:
    """Who is asked for reports. `forms`: what is filled in for each product."""
    tops = {key_of(name): top_of(name) for name in names if name.startswith("reports/")}
    files = [read_report(top, key, forms) for key, top in tops.items() if top is not None]
    check_reports(files, forms)
    return files


def _commission(names: list[str], top_of: Callable[[str], Value | None], channels: list[str]) -> tuple[Plan, ...]:
    """The plans, each by the version that its content has."""
    tops = {key_of(name): top_of(name) for name in names if name.startswith("commission/")}
    read = (read_plan(top, key, channels) for key, top in tops.items() if top is not None)
    files = [file for file in read if file is not None]
    check_plans(files)
    return tuple(replace(file.plan, version=_digest(asdict(file.plan))) for file in files)


def _version(*parts: object, **several: Collection[object]) -> str:
    """`several`: things of which there are many, by what they are called; of none the version is as it was before there
    were any."""
    whole = {type(part).__name__: asdict(part) for part in parts}  # type: ignore[call-overload]
    return _digest(whole | {name: [asdict(each) for each in many] for name, many in several.items() if many})  # type: ignore[call-overload]


def _digest(content: object) -> str:
    text = json.dumps(
        content,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_plain,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """What JSON does not know, so that equal values are written alike."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date | dtime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # 5万 and 50000 are one number
    raise TypeError(type(value).__name__)
