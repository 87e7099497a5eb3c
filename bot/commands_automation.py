"""`tuoling automation`: what the company's rules did, and what one of them would do now."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from cards.texts.automation import run_line, would_do
from config.company import load_company
from config.problems import likely
from config.settings import Settings
from core.automation import queries
from core.automation.deeds import hindrance
from core.automation.rules import Automation, Rule
from core.loans.models import number_in

_SHOWN = 50


def show_log(settings: Settings, rule: str = "", limit: int = _SHOWN) -> Iterator[str]:
    """`tuoling automation log [RULE]`: the last runs, the newest first. No personal data stands in them."""
    with open_store(settings).read() as session:
        runs = queries.runs(session, rule, limit)
    if not runs:
        yield f"规则「{rule}」还没有做过什么。" if rule else "自动化还没有做过什么。"
        return
    yield from map(run_line, runs)


def try_rule(settings: Settings, name: str, days: int) -> Iterator[str]:
    """`tuoling automation try RULE`: by the rule as it stands in the folder, on which records of the last `days` days
    the condition holds now, what it would do, and which of that it could not. Changes nothing.

    Raises:
        CompanyError: something in the folder is wrong.
        Unready: there is no such rule.
    """
    company = load_company(settings.config_dir, COMMAND_WORDS)
    rule = _named(company.automation, name)
    store = open_store(settings)
    now = store.clock()
    means = replace(company.means, texting=settings.sms is not None, hosts=frozenset(settings.webhook_hosts or ()))
    count = 0
    with store.read() as session:
        for thing in queries.would_do(session, rule, means, now - timedelta(days=days), now):
            count += 1
            if count > _SHOWN:
                continue
            number = f"L{thing.lead_id}"
            if rule.of_applications:
                number = f"A{number_in(thing.subject)}（{number}）"
            deeds = [(deed, hindrance(session.connection(), rule, deed, thing, means)) for deed in rule.deeds]
            yield f"{number}：{would_do(deeds)}"
    more = f"，只列出前 {_SHOWN} 条" if count > _SHOWN else ""
    what = "进件" if rule.of_applications else "线索"
    yield f"最近 {days} 天有变动的{what}里，现在符合规则「{rule.name}」的有 {count} 条{more}。什么也没有改。"


def _named(automation: Automation, name: str) -> Rule:
    rule = automation.of(name.strip())
    if rule is not None:
        return rule
    names = [each.name for each in automation.rules]
    near = likely(name, names)
    known = f"有这些：{'、'.join(names)}" if names else "automation.yaml 里还没有规则。"
    hint = f"是不是「{near}」？" if near else known
    raise Unready(f"没有叫「{name}」的规则。{hint}")
