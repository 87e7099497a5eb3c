"""The part of `tuoling doctor` on 预审: is each product looked at, can what applications run on and were judged by be
read still, and does everybody on the blacklist count?"""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.health import Part, reason
from config.company import Company
from config.settings import Settings
from core.leads.products import PRODUCTS
from core.loans import definitions
from core.privacy import Vault
from core.risk import blacklist
from core.store.database import Database
from core.store.unit import utc_now

_KINDS = {"form": "表单", "flow": "流程", "risk": "风控规则"}
_SHOWN = 5


def examine_risk(company: Company, database: Database, settings: Settings) -> Iterator[Part]:
    """The rules, the versions that were written down, the blacklist (which is sealed: without a key nothing is said of
    it)."""
    yield _rules(company)
    try:
        with database.read() as session:
            yield _versions(session)
            if settings.secret_key is not None:
                yield _blacklist(session, Vault(*settings.master_keys()))
    except SQLAlchemyError as error:
        yield Part("预审", False, "无法核对", detail=reason(error), needed=False)


def _rules(company: Company) -> Part:
    """Products that can be applied for and have no rules: nothing is said of those, and that stops nothing."""
    sold = [key for key in PRODUCTS if company.flows.of(key) is not None]
    without = [PRODUCTS[key] for key in sold if company.risk.of(key) is None]
    if without:
        said = f"{'、'.join(without)} 没有规则，提交时不做预审，流程里按预审结果分的也分不到"
        return Part("风控规则", False, said, "在 risk 文件夹里给它写规则，tuoling config apply", needed=False)
    counted = "、".join(f"{PRODUCTS[key]} {len(policy.rules)} 条" for key in sold if (policy := company.risk.of(key)))
    return Part("风控规则", True, counted or "还没有进件的流程", needed=False)


def _versions(session: Session) -> Part:
    """An application stays on its versions: without them it can be neither shown nor decided, nor can what was said of
    it be reckoned again."""
    found = definitions.damaged(session)
    if not found:
        return Part("用过的版本", True, "进件用过的表单、流程、风控规则都读得出来")
    named = "、".join(f"{_KINDS.get(each.kind, each.kind)} {each.key} 第{each.number}版" for each in found[:_SHOWN])
    more = f" 等 {len(found)} 个" if len(found) > _SHOWN else ""
    said = f"{named}{more} 读不出来，或被改过；按它走的进件办不了，按它做的预审重放不了"
    return Part("用过的版本", False, said, "从备份恢复 loan_definition 的这几行；查是谁动过数据库")


def _blacklist(session: Session, vault: Vault) -> Part:
    now = utc_now()
    unopened = blacklist.unopened(session, vault, now)
    if unopened:
        said = f"{unopened} 个号码解不开，也认不出来：他们的进件不会因此建议拒绝"
        mend = "把停用的旧密钥放回 TUOLING_SECRET_KEY_OLD，再运行 tuoling keys reseal"
        return Part("黑名单", False, said, mend, needed=False)
    return Part("黑名单", True, "每个号码都认得出来", needed=False)
