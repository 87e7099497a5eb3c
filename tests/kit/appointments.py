"""L1 of 刘志强 and what is agreed with him: for tests about the next contact, on Tuesday, 24 November 2026."""

from sqlalchemy import select

from core.calendar import CHINA
from core.leads.models import FollowUp, Lead
from kit.company import Colleague, Company

THURSDAY = "后天 11月26日（周四）上午10点"


def with_lead(company: Company) -> Colleague:
    """An officer with the lead L1 of 刘志强."""
    company.lead(by="batu")
    return company.person("batu")


def with_meeting(batu: Colleague) -> Colleague:
    """The same, with a meeting on Thursday at ten."""
    assert batu.say("跟进 L1 周四10点面谈").text == f"已记录 L1 的跟进，下次联系：{THURSDAY}。"
    return batu


def next_contact(company: Company) -> str:
    """The agreed time of L1 in China, or nothing."""
    with company.runtime.store.read() as session:
        at = session.scalar(select(Lead.next_contact_at).where(Lead.id == 1))
    return f"{at.astimezone(CHINA):%m-%d %H:%M}" if at else ""


def promised(company: Company) -> list[str]:
    """The next contacts that the follow-ups name, in order."""
    with company.runtime.store.read() as session:
        rows = session.scalars(select(FollowUp.next_contact_at).order_by(FollowUp.at, FollowUp.id))
        return [f"{at.astimezone(CHINA):%m-%d %H:%M}" if at else "" for at in rows]
