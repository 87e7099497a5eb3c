"""A pool that the administrator took out of the YAML: its leads stay, nobody claims them, and it is said kindly."""

from kit.company import Company
from sqlalchemy import update

from core.leads.models import Lead, Ownership


def take_out(company: Company, lead: int) -> None:
    """The pool in which this lead fell is not in the company's YAML any more."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(pool="ordos"))
        session.execute(update(Ownership).where(Ownership.lead_id == lead).values(pool="ordos"))


def test_an_owned_lead_is_worked_on_as_before_and_released_into_a_pool_that_is_there(company: Company) -> None:
    lead = company.lead(by="batu")
    take_out(company, lead)
    batu = company.person("batu")
    assert batu.say("客户 刘志强").card.title == f"L{lead} 刘志强"
    assert list(batu.say("我的客户").card.rows) == [f"L{lead}"]
    assert batu.say(f"跟进 L{lead} 意向强，明天10点面谈").text.startswith(f"已记录 L{lead}")
    assert batu.say(f"释放 L{lead} 没意向").text == f"L{lead} 已释放到呼和浩特池。"
    assert batu.say(f"领取 L{lead}").cards[-1].title == f"已领取 L{lead}"


def test_a_waiting_lead_cannot_be_claimed_and_the_administrator_gives_it_to_somebody(company: Company) -> None:
    lead = company.lead()
    batu, wuyun = company.person("batu"), company.person("wuyun")
    card = batu.say("公海").card
    take_out(company, lead)
    said = f"L{lead} 所在的公海已停用，不能领取。需要时请联系管理员转给您。"
    assert batu.say(f"领取 L{lead}").text == said
    result = batu.tap(card, "领取", ticked=[f"L{lead}"]).card
    assert result.title == "这次没有领到"
    assert f"L{lead} 所在的公海已停用，不能领取" in result.whole
    assert batu.say(f"客户 L{lead}").text.startswith("没有找到您能查看的客户。")
    assert batu.say("录入 刘志强 13947100001").text == (
        f"已存在：刘**，本次来访已记上。L{lead} 所在的公海已停用，不能领取。需要时请联系管理员转给您。"
    )

    shown = wuyun.say(f"客户 L{lead}").card
    assert "在已停用的公海，还没有人领取" in shown.whole
    assert shown.rows["归属"] == "进入已停用的公海 11\u201124"
    assert wuyun.tap(shown, "刷新").text == f"L{lead} 所在的公海已停用，不能领取。请联系管理员。"
    assert wuyun.say(f"转移 L{lead} 巴特尔·孟和").text.startswith(f"L{lead} 已转给 巴特尔·孟和")
    assert batu.say(f"客户 L{lead}").card.rows["电话"] == "13947100001"
    assert "ordos" not in "".join(message.text or "" for message in company.person("batu").phone.chat())
