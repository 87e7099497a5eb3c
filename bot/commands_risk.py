"""`tuoling risk`: what the risk rules said of an application, reckoned again from what was written down."""

from collections.abc import Iterator

from bot.explain import Unready
from bot.phrases.application_numbers import split_application
from bot.runtime import open_store
from cards.texts import risk as texts
from config.settings import Settings
from core.loans.definitions import number_of, policy_of
from core.moments import CHINA
from core.risk import record
from core.risk.assessing import Result
from core.risk.policy import Policy


def replay(settings: Settings, number: str) -> Iterator[str]:
    """`tuoling risk replay A203`: every decision on it, by the policy and the facts in its record. No personal data is
    shown but which rules hit.

    Raises:
        Unready: it is no application of which anything was said, or a record gives another result than stands there.
    """
    found = split_application(number)
    store = open_store(settings)
    differ = 0
    with store.read() as session:
        decisions = record.all_of(session.connection(), store.vault, found[0]) if found is not None else []
        if not decisions:
            raise Unready(f"{number} 没有预审记录。")
        for decision in decisions:
            policy = policy_of(session.connection(), decision.policy)
            again = record.again(decision, policy)
            same = again == decision.result
            differ += not same
            at = f"{decision.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            version = number_of(session.connection(), decision.policy)
            yield f"{at}  {texts.OCCASIONS[decision.why]}  规则第{version}版  {_said(decision.result, policy)}"
            yield "  重放：结果一样。" if same else f"  重放：结果不同：{_said(again, policy)}"
    if differ:
        raise Unready(
            f"{differ} 条记录重放的结果与当时不同：记录被改过，或程序的算法变了；请运行 tuoling audit verify。"
        )


def _said(result: Result, policy: Policy) -> str:
    score = f"（评分 {result.score} {result.grade}）" if result.score is not None else ""
    hits = "、".join(f"{policy.rule(hit.rule).name}[{texts.SEVERITIES[hit.severity]}]" for hit in result.hits)
    return f"{texts.SUGGESTIONS[result.suggestion]}{score}：{hits or '没有命中'}"
