"""The part of `tuoling doctor` about short messages: are they on, does a flow or a rule want any, and whom would none
reach."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.health import Part, reason
from config.company import Company
from config.settings import SmsSettings
from config.variables import shown_url
from core.automation.rules import SendSms
from core.loans.flows import Manned, Rung, Who
from core.people import phones
from core.people import queries as people
from core.people.policy import Actor, Role, Verb, may
from core.store.database import Database

_SET_UP = "设置 TUOLING_SMS_URL、TUOLING_SMS_KEY、TUOLING_SMS_SIGN（见 docs/运维.md），再重启全部进程"
_PHONES = "在人员表里加上 手机号（phone）一列，再运行 tuoling people import 人员表.csv"
_NAMED = 5


def examine_sms(sms: SmsSettings | None, company: Company, database: Database) -> Part:
    """Whether short messages are on; where a flow or a rule wants them, how many of those who may be meant have no
    phone."""
    wanted = [(flow.name, node) for flow in company.flows.flows for node in flow.nodes if isinstance(node, Manned)]
    texting = [(name, node) for name, node in wanted if _texts(node)]
    rules = [rule.name for rule in company.automation.rules if any(isinstance(deed, SendSms) for deed in rule.deeds)]
    if sms is None and (texting or rules):
        said = "没有开，"
        if texting:
            name, node = texting[0]
            said += f"流程「{name}」的节点「{node.name}」要发的短信发不出去，到时只有卡片提醒"
        else:
            said += f"自动化规则「{rules[0]}」要发的短信发不出去"
        return Part("短信", False, said, _SET_UP, needed=False)
    if sms is None:
        return Part("短信", True, "没有开，流程和自动化里也没有用到", needed=False)
    on = f"已开，网关 {shown_url(sms.url)}，签名【{sms.sign}】"
    if not texting and not rules:
        return Part("短信", True, f"{on}；流程和自动化里没有用到", needed=False)
    try:
        with database.read() as session:
            meant = {one.id: one for _, node in texting for one in _meant(session, node.who)}
            if rules:
                meant |= {one.id: one for one in people.actors(session) if may(one, Verb.FOLLOW)}
            without = [meant[one] for one in sorted(set(meant) - phones.with_phone(session, set(meant)))]
    except SQLAlchemyError as error:
        return Part("短信", False, f"{on}；无法核对手机号", needed=False, detail=reason(error))
    if not without:
        return Part("短信", True, f"{on}；可能收短信的 {len(meant)} 人都有手机号", needed=False)
    names = "、".join(one.name for one in without[:_NAMED]) + (" 等" if len(without) > _NAMED else "")
    said = f"{on}；可能收短信的 {len(meant)} 人里，{len(without)} 人没有手机号，收不到：{names}"
    return Part("短信", False, said, _PHONES, needed=False)


def _texts(node: Manned) -> bool:
    return node.deadline is not None and any(step.does is Rung.SMS for step in node.deadline.ladder)


def _meant(session: Session, ways: tuple[Who, ...]) -> Iterator[Actor]:
    """Who may be responsible by these ways. Of what only an application could tell (whose superior, which of its
    fields) all who can be meant."""
    staff = people.actors(session)
    above = set(people.superiors(session, [one.id for one in staff]).values())
    for way in ways:
        yield from (one for one in staff if _may_be(one, way, is_superior=one.id in above))


def _may_be(one: Actor, way: Who, *, is_superior: bool) -> bool:
    if way.people:
        return one.account in way.people
    if way.role:
        there = way.department in ("", "=", one.department) or one.department.startswith(f"{way.department}/")
        return there and Role(way.role) in one.roles
    if way.head:
        return Role.MANAGER in one.roles
    return is_superior if way.superior else True
