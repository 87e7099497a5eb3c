"""客户联系, 补手机号: what is said."""

from datetime import datetime

from cards import saying
from cards.texts.duplicates import checked
from cards.texts.words import Words
from core.leads import outcomes as lead
from core.leads.duplicates import Found
from core.leads.merged import REVERSIBLE
from core.leads.phones import Joined, PhoneGiven, PhoneNoted

PHONE_WHOLE = "请写 11 位手机号，如：13800001111。回复 取消 不补。"
"""Said to what is no phone, where one was asked for."""
NO_PHONE_ADDED = "好的，没有补手机号。问到后可回复 补手机 编号 手机号。"

CONTACT_NOTED = "您新加的微信客户以前登记过，本次来访已记上。"
"""To somebody whose post may not check who has a customer."""


def contact_note(company: str, remark: str, description: str, state: str) -> str:
    """The note on the lead of a customer out of WeChat: what the officer wrote there, and a QR code's word that no
    channel has."""
    parts = {"企业": company, "微信备注": remark, "描述": description, "来源标记": state}
    return "；".join(f"{name}：{text}" for name, text in parts.items() if text)


def contact_waits(outcome: lead.Added, words: Words) -> str:
    """To somebody who added a customer and works no leads himself."""
    return f"您新加的微信客户已建成线索 L{outcome.lead_id}，放在{words.pool(outcome.pool)}，等待领取或分配。"


def contact_known(found: Found, words: Words) -> str:
    """To an officer who added a customer whom we have already: masked, as 查重 tells it."""
    return f"您新加的微信客户，{checked(found, words)}本次来访已记上，归属不变。"


def contact_not_fetched(request_id: str) -> str:
    """To an officer whose new contact could not be looked up."""
    how = "着急的话可以先录入：录入 姓名 手机号 需求。"
    return f"您新加的微信客户，资料没有取到（编号 {request_id}），请告诉管理员。{how}"


def ask_phone(lead_id: int, name: str) -> str:
    """The question after 补手机号."""
    return f"请回复 L{lead_id}（{name}）的手机号，如：13800001111。回复 取消 不补。"


def phone_given(outcome: PhoneGiven) -> str:
    """The answer to 补手机."""
    return f"L{outcome.lead_id} 的手机号已补上。" if outcome.new else f"L{outcome.lead_id} 登记的就是这个手机号。"


def phone_noted(outcome: PhoneNoted, now: datetime) -> str:
    """The answer to a phone that nobody looked up, because the person has checked so many numbers today: the same
    whether it is somebody's or not."""
    stop = outcome.stop
    again = f"，{saying.at(stop.frees_at, now)} 恢复" if stop.frees_at else ""
    return (
        f"手机号已记在 L{outcome.lead_id} 的评论里，还没有核对：补手机也算查重，"
        f"今天 {stop.used}/{stop.limit} 已用完{again}。"
        f"到时请回复 补手机 L{outcome.lead_id} 手机号；着急请联系主管。"
    )


def joined(outcome: Joined, found: Found, words: Words) -> str:
    """The answer to 补手机 with a phone that was somebody's already: the two are one customer now. `found` is what may
    be told of the lead that goes on."""
    undo = f"不是同一位？{REVERSIBLE.days} 天内请主管回复 撤销合并 M{outcome.merge_id}。"
    if outcome.into == outcome.lead_id:
        return f"这个手机号的客户以前来过，L{outcome.lead_id} 已并入他的资料。{undo}"
    if outcome.owner_id == words.reader.id:
        return f"这个手机号的客户已有线索，L{outcome.lead_id} 已并入 L{outcome.into}，由您跟进。{undo}"
    return f"这个手机号的客户已有线索，L{outcome.lead_id} 已并入。{checked(found, words)}{undo}"


def agreed_elsewhere(lead_id: int, agreed: datetime, now: datetime) -> str:
    """To the owner of a lead into which another one went: a colleague had agreed on a time with the customer."""
    return f"L{lead_id} 的客户，同事已和他约好 {saying.at(agreed, now)} 联系，请一并留意。"


def joined_told(lead_id: int, into: int, by: str, holder: str) -> str:
    """To the owner of a lead that ended in another one by a phone which `by` gave its customer. `holder` has the other
    one."""
    goes_on = (
        f"L{lead_id} 已并入 L{into}（{holder}）" if into != lead_id else f"L{lead_id} 已并入他的资料，由您照常跟进"
    )
    return f"{by} 补了 L{lead_id} 的手机号：与已有的客户是同一位，{goes_on}。有疑问请联系 {by}。"
